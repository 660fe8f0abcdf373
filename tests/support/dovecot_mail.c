/*
 * dovecot_mail.c - a real mail server of the test's own: mail and trouble
 */
#include "dovecot.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib.h>

#include "dovecot_conf.h"
#include "support.h"

/* The child's side of run(). */
static void
become(char **argv, const char *in, const char *out)
{
	int from = open(in, O_RDONLY);
	int to = open(out, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	dup2(from, 0);
	dup2(to, 1);
	dup2(to, 2);
	execv(argv[0], argv);
	_exit(127);
}

/* Run doveadm with the words of args, which are borrowed; in (NULL: none)
 * becomes its standard input. */
static char *
run(struct dovecot *d, GPtrArray *args, const char *in, size_t len)
{
	char *conf = g_build_filename(d->dir, "dovecot.conf", NULL);
	char *from = g_strdup_printf("%s/in.%d", d->dir, getpid());
	char *to = g_strdup_printf("%s/out.%d", d->dir, getpid());
	char *text = NULL;
	int status;
	pid_t pid;

	support_write(from, in ? in : "", in ? len : 0);
	g_ptr_array_insert(args, 0, d->doveadm);
	g_ptr_array_insert(args, 1, (char *)"-c");
	g_ptr_array_insert(args, 2, conf);
	g_ptr_array_add(args, NULL);
	pid = fork();
	if (pid == 0)
		become((char **)args->pdata, from, to);
	if (pid < 0 || waitpid(pid, &status, 0) != pid ||
	    !g_file_get_contents(to, &text, NULL, NULL))
		support_fail("doveadm: %s", g_strerror(errno));
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		support_fail("doveadm %s: status %d, %s",
			     (char *)g_ptr_array_index(args, 3), status, text);
	unlink(from);
	unlink(to);
	g_free(from);
	g_free(to);
	g_free(conf);
	return text;
}

char *
dovecot_admin(struct dovecot *d, ...)
{
	GPtrArray *args = g_ptr_array_new();
	char *word, *text;
	va_list ap;

	va_start(ap, d);
	while ((word = va_arg(ap, char *)))
		g_ptr_array_add(args, word);
	va_end(ap);
	text = run(d, args, NULL, 0);
	g_ptr_array_free(args, TRUE);
	return text;
}

static void
own_folder(struct dovecot *d, const char *path)
{
	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		support_fail("%s: %s", path, g_strerror(errno));
	if (d->change_owner && lchown(path, d->uid, d->gid) != 0)
		support_fail("%s: %s", path, g_strerror(errno));
}

/* The maildir of a folder, made with all above it.  Maildir++ writes levels
 * with dots: "Lists/kernel" is ".Lists.kernel". */
static char *
maildir(struct dovecot *d, const char *user, const char *folder)
{
	static const char *const below[] = { "cur", "new", "tmp" };
	char *home = g_build_filename(d->dir, "users", user, NULL);
	char *dir = g_build_filename(home, "mail", NULL);

	own_folder(d, home);
	own_folder(d, dir);
	if (strcmp(folder, "INBOX") != 0) {
		char *name = g_strconcat(".", folder, NULL), *box;

		g_strdelimit(name, "/", '.');
		box = g_build_filename(dir, name, NULL);
		own_folder(d, box);
		g_free(dir);
		g_free(name);
		dir = box;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(below); i++) {
		char *path = g_build_filename(dir, below[i], NULL);

		own_folder(d, path);
		g_free(path);
	}
	g_free(home);
	return dir;
}

/* Octets with each bare LF as CRLF. */
static size_t
wire_size(const char *bytes, size_t len)
{
	size_t n = len;

	for (size_t i = 0; i < len; i++)
		if (bytes[i] == '\n' && (i == 0 || bytes[i - 1] != '\r'))
			n++;
	return n;
}

/* The name sorts in order of delivery, since Dovecot numbers by name; the
 * time of the file is the internal date. */
static void
deliver(struct dovecot *d, const char *dir, const char *bytes, size_t len,
	const char *flags, int64_t when)
{
	char *name = g_strdup_printf("1000000000.M%07uP1.verso,S=%zu,W=%zu",
				     d->delivered++, len,
				     wire_size(bytes, len));
	char *tmp = g_build_filename(dir, "tmp", name, NULL), *path;
	struct timespec times[2] = { { .tv_sec = when }, { .tv_sec = when } };

	path = *flags ? g_strdup_printf("%s/cur/%s:2,%s", dir, name, flags) :
		g_build_filename(dir, "new", name, NULL);
	support_write(tmp, bytes, len);
	if (d->change_owner && lchown(tmp, d->uid, d->gid) != 0)
		support_fail("%s: %s", tmp, g_strerror(errno));
	if (when != 0)
		utimensat(AT_FDCWD, tmp, times, 0);
	if (rename(tmp, path) != 0)
		support_fail("%s: %s", path, g_strerror(errno));
	g_free(name);
	g_free(tmp);
	g_free(path);
}

/* What stands for a letter of maildir in doveadm. */
static const char *
flag_name(char letter)
{
	switch (letter) {
	case 'D': return "\\Draft";
	case 'F': return "\\Flagged";
	case 'R': return "\\Answered";
	case 'S': return "\\Seen";
	case 'T': return "\\Deleted";
	default: support_fail("maildir has no flag “%c”", letter);
	}
}

/* By doveadm: any folder name, any store, but the date is now. */
static void
save(struct dovecot *d, const char *user, const char *folder,
     const char *bytes, size_t len, const char *flags)
{
	GPtrArray *args = g_ptr_array_new();
	char *u = g_strdup(user), *f = g_strdup(folder);
	char *words[] = { (char *)"save", (char *)"-u", u, (char *)"-m", f };

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		g_ptr_array_add(args, words[i]);
	g_free(run(d, args, bytes, len));
	g_ptr_array_free(args, TRUE);
	for (; *flags; flags++)
		g_free(dovecot_admin(d, "flags", "add", "-u", user,
				     flag_name(*flags), "mailbox", folder,
				     "uid", "*", NULL));
	g_free(u);
	g_free(f);
}

void
dovecot_add(struct dovecot *d, const char *user, const char *folder,
	    const char *bytes, size_t len, const char *flags, int64_t when)
{
	char *dir;

	if (d->sdbox || !g_str_is_ascii(folder) || strpbrk(folder, ".&~")) {
		save(d, user, folder, bytes, len, flags);
		return;
	}
	dir = maildir(d, user, folder);
	deliver(d, dir, bytes, len, flags, when);
	g_free(dir);
}

void
dovecot_add_numbered(struct dovecot *d, const char *user, const char *folder,
		     unsigned int n, size_t size)
{
	GString *m = g_string_new(NULL);

	g_string_append_printf(m, "From: Sender %u <s%u@test.example>\n"
		"To: Ann Lee <ann@test.example>\nSubject: Message %u\n"
		"Date: Mon, 02 Jan 2023 03:%02u:%02u +0000\n"
		"Message-ID: <%u@test.example>\n\n", n % 100, n % 100, n,
		n / 60 % 60, n % 60, n);
	for (unsigned int line = 0; m->len < size; line++)
		g_string_append_printf(m, "Line %u of message %u, which says "
			"nothing but fills its place.\n", line, n);
	dovecot_add(d, user, folder, m->str, m->len, "", 1672628400 + n);
	g_string_free(m, TRUE);
}

/* True for a process of the group that serves a connection. */
static bool
serves(const char *pid, pid_t group)
{
	static const char *const names[] = { "imap-login", "pop3-login",
		"imap", "pop3", NULL };
	char *path = g_build_filename("/proc", pid, "stat", NULL);
	char *text = NULL, *end;
	int in = 0;
	bool found = false;

	if (g_file_get_contents(path, &text, NULL, NULL) &&
	    (end = strrchr(text, ')')) &&
	    sscanf(end, ") %*c %*d %d", &in) == 1 && in == group) {
		*end = '\0';
		found = g_strv_contains(names, strchr(text, '(') + 1);
	}
	g_free(text);
	g_free(path);
	return found;
}

int
dovecot_drop_connections(struct dovecot *d)
{
	GDir *proc = g_dir_open("/proc", 0, NULL);
	const char *name;
	int n = 0;

	while (proc && (name = g_dir_read_name(proc)))
		if (g_ascii_isdigit(*name) && serves(name, d->pid))
			n += kill((pid_t)atoi(name), SIGKILL) == 0;
	if (proc)
		g_dir_close(proc);
	return n;
}

int
dovecot_logged(struct dovecot *d, const char *text)
{
	char *path = g_build_filename(d->dir, "log", NULL), *log = NULL;
	int n = 0;

	if (g_file_get_contents(path, &log, NULL, NULL))
		for (const char *p = log; (p = strstr(p, text)); p++)
			n++;
	g_free(log);
	g_free(path);
	return n;
}
