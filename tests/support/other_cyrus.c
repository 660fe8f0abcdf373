/*
 * other_cyrus.c - a Cyrus that needs no rights
 *
 * Cyrus asks a saslauthd at a socket of ours whether a password is right.
 */
#include "other_own.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <glib.h>

#include "support.h"

const char other_cyrus_program[] = "/usr/lib/cyrus/bin/master";

/* ---- saslauthd --------------------------------------------------------- */

/* A counted string: two octets of length, then as many; false at the end. */
static bool
take_word(int fd, char *word, size_t size)
{
	unsigned char n[2];
	size_t len, got = 0;

	if (recv(fd, n, 2, MSG_WAITALL) != 2)
		return false;
	len = (size_t)n[0] << 8 | n[1];
	if (len >= size)
		return false;
	if (len > 0)
		got = (size_t)recv(fd, word, len, MSG_WAITALL);
	word[got] = '\0';
	return got == len;
}

/* User, password, service, realm; the answer is counted as well. */
static void
judge(int fd)
{
	char words[4][256];
	bool good = true;

	for (int i = 0; good && i < 4; i++)
		good = take_word(fd, words[i], sizeof(words[i]));
	good = good && strcmp(words[1], "secret") == 0;
	send(fd, good ? "\0\2OK" : "\0\2NO", 4, MSG_NOSIGNAL);
}

static void G_GNUC_NORETURN
judge_all(int listener)
{
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (fd >= 0) {
			judge(fd);
			close(fd);
		}
	}
}

static void
start_judge(struct other *o)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	g_snprintf(a.sun_path, sizeof(a.sun_path), "%s/mux", o->dir);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0 ||
	    listen(fd, 16) != 0)
		support_fail("no socket at %s", a.sun_path);
	if (o->change_user && lchown(a.sun_path, o->uid, o->gid) != 0)
		support_fail("%s cannot be given away", a.sun_path);
	if (other_fork(o) == 0)
		judge_all(fd);
	close(fd);
}

/* ---- configuration ----------------------------------------------------- */

#define FOLDERS "Sent | Drafts | Trash | Archive | Junk"

static void
write_conf(const struct other *o)
{
	char *path = g_build_filename(o->dir, "imapd.conf", NULL);
	char *conf = g_strdup_printf(
		"configdirectory: %s/conf\npartition-default: %s/spool\n"
		"defaultpartition: default\nsasl_saslauthd_path: %s/mux\n"
		"cyrus_user: %s\nsasl_pwcheck_method: saslauthd\n"
		"sasl_mech_list: PLAIN\nallowplaintext: yes\n"
		"unixhierarchysep: yes\naltnamespace: yes\n"
		"autocreate_quota: 0\nautocreate_post: yes\n"
		"autocreate_inbox_folders: " FOLDERS "\n"
		"autocreate_subscribe_folders: " FOLDERS "\n"
		"xlist-sent: Sent\nxlist-drafts: Drafts\nxlist-trash: Trash\n"
		"xlist-archive: Archive\nxlist-junk: Junk\n"
		"duplicatesuppression: no\nsearch_engine: none\n",
		o->dir, o->dir, o->dir, o->change_user ? "nobody" :
		g_get_user_name());

	support_write(path, conf, strlen(conf));
	g_free(conf);
	g_free(path);
}

static void
write_services(const struct other *o)
{
	char *path = g_build_filename(o->dir, "cyrus.conf", NULL);
	char *bin = g_strconcat(o->root, "/usr/lib/cyrus/bin", NULL);
	char *conf = g_strdup_printf(
		"START {\n"
		"  recover cmd=\"%s/ctl_cyrusdb -C %s/imapd.conf -r\"\n}\n"
		"SERVICES {\n"
		"  imap cmd=\"%s/imapd -C %s/imapd.conf\" "
		"listen=\"127.0.0.1:%d\" proto=tcp4 prefork=0\n}\n"
		"DAEMON {\n"
		"  idled cmd=\"%s/idled -C %s/imapd.conf\"\n}\n"
		"EVENTS {\n}\n", bin, o->dir, bin, o->dir, o->port, bin,
		o->dir);

	support_write(path, conf, strlen(conf));
	g_free(conf);
	g_free(bin);
	g_free(path);
}

static void
make_folders(const struct other *o)
{
	static const char *const names[] = { "spool", "conf", "conf/db",
		"conf/lock", "conf/log", "conf/msg", "conf/proc",
		"conf/ptclient", "conf/quota", "conf/socket", "conf/user" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		g_free(other_folder(o, names[i]));
}

static void G_GNUC_NORETURN
become_master(const struct other *o)
{
	char *program = g_strconcat(o->root, other_cyrus_program, NULL);
	char *imapd = g_build_filename(o->dir, "imapd.conf", NULL);
	char *cyrus = g_build_filename(o->dir, "cyrus.conf", NULL);
	char *pid = g_build_filename(o->dir, "conf", "pid", NULL);
	char *argv[] = { program, (char *)"-C", imapd, (char *)"-M", cyrus,
			 (char *)"-p", pid, NULL };
	char *env[] = {
		g_strconcat("LD_LIBRARY_PATH=", o->libraries, NULL),
		(char *)"PATH=/usr/bin:/bin", NULL
	};
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int i = 0; i < 3; i++)
		dup2(null, i);
	execve(program, argv, env);
	_exit(1);
}

void
other_cyrus_start(struct other *o)
{
	close(support_listen(&o->port));
	make_folders(o);
	write_conf(o);
	write_services(o);
	start_judge(o);
	if (other_fork(o) == 0)
		become_master(o);
}
