/*
 * dovecot.c - a real mail server of the test's own: start and stop
 */
#include "dovecot.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dovecot_conf.h"
#include "support.h"

/* Free ports can be taken before Dovecot has them: try again this often. */
#define TRIES 5
/* Sanitizers on a busy machine are slow; Dovecot itself takes 50 ms. */
#define START_SECONDS 120

static void
make_ours(struct dovecot *d, const char *path)
{
	if (d->change_owner && lchown(path, d->uid, d->gid) != 0)
		support_fail("%s: %s", path, g_strerror(errno));
}

/* Who it runs as. */
static void
choose_user(struct dovecot *d)
{
	const struct passwd *pw;
	const struct group *gr;

	d->change_owner = geteuid() == 0;
	pw = d->change_owner ? getpwnam("nobody") : getpwuid(geteuid());
	if (!pw)
		support_fail("this user has no name in the password file");
	d->uid = pw->pw_uid;
	d->gid = pw->pw_gid;
	d->user = g_strdup(pw->pw_name);
	gr = getgrgid(d->gid);
	if (!gr)
		support_fail("group %lu has no name", (unsigned long)d->gid);
	d->group = g_strdup(gr->gr_name);
}

static void
make_folders(struct dovecot *d)
{
	static const char *const names[] = { "run", "state", "users" };
	char *pw = g_build_filename(d->dir, "passwd", NULL);
	static const char users[] = "ann:{PLAIN}secret\n"
		"bob:{PLAIN}secret\neve:{PLAIN}secret\n";

	make_ours(d, d->dir);
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		char *path = g_build_filename(d->dir, names[i], NULL);

		if (mkdir(path, 0755) != 0)
			support_fail("%s: %s", path, g_strerror(errno));
		if (i > 0)
			make_ours(d, path);
		g_free(path);
	}
	support_write(pw, users, sizeof(users) - 1);
	g_free(pw);
}

/* Four free ports, all held until all are known. */
static void
choose_ports(struct dovecot *d)
{
	int fds[DOVECOT_PORTS];

	for (int i = 0; i < DOVECOT_PORTS; i++)
		fds[i] = support_listen(&d->ports[i]);
	for (int i = 0; i < DOVECOT_PORTS; i++)
		close(fds[i]);
}

static pid_t
spawn(struct dovecot *d)
{
	char *conf = g_build_filename(d->dir, "dovecot.conf", NULL);
	char *argv[] = { d->program, (char *)"-F", (char *)"-c", conf, NULL };
	pid_t parent = getpid(), pid = fork();

	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, 0);
		dup2(null, 1);
		dup2(null, 2);
		setpgid(0, 0);
		/* A test that crashes takes its server along. */
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() == parent)
			execv(argv[0], argv);
		_exit(127);
	}
	if (pid < 0)
		support_fail("no process for Dovecot: %s", g_strerror(errno));
	setpgid(pid, pid);
	g_free(conf);
	return pid;
}

/* True when it answers, false when it went away. */
static bool
wait_ready(struct dovecot *d)
{
	gint64 until = g_get_monotonic_time() + START_SECONDS * G_USEC_PER_SEC;

	while (g_get_monotonic_time() < until) {
		if (waitpid(d->pid, NULL, WNOHANG) == d->pid) {
			d->pid = 0;
			return false;
		}
		if (support_greets(dovecot_imap(d)))
			return true;
		g_usleep(10000);
	}
	return true;
}

static char *
find_program(const char *name)
{
	char *path = g_find_program_in_path(name);

	if (!path)
		path = g_build_filename("/usr/sbin", name, NULL);
	if (access(path, X_OK) != 0)
		path = g_build_filename("/usr/bin", name, NULL);
	if (access(path, X_OK) != 0)
		support_fail("%s is missing: install dovecot-imapd and "
			     "dovecot-pop3d", name);
	return path;
}

struct dovecot *
dovecot_start(const struct dovecot_options *options)
{
	static const struct dovecot_options plain;
	struct dovecot *d = g_new0(struct dovecot, 1);
	const struct dovecot_options *o = options ? options : &plain;

	d->program = find_program("dovecot");
	d->doveadm = find_program("doveadm");
	d->dir = support_tmp_new();
	d->ca = g_build_filename(d->dir, "ca.pem", NULL);
	d->sdbox = o->sdbox;
	choose_user(d);
	make_folders(d);
	cert_make(d->dir, o->cert);
	for (int i = 0; i < TRIES; i++) {
		choose_ports(d);
		dovecot_write_conf(d, o);
		d->pid = spawn(d);
		if (wait_ready(d) && support_greets(dovecot_imap(d)))
			return d;
		if (d->pid != 0)
			break;
	}
	dovecot_show_log(d);
	support_fail("Dovecot does not start; its log is above");
}

void
dovecot_stop(struct dovecot *d)
{
	if (!d)
		return;
	if (d->pid > 0)
		support_kill_group(d->pid);
	support_tmp_free(d->dir);
	g_free(d->ca);
	g_free(d->user);
	g_free(d->group);
	g_free(d->program);
	g_free(d->doveadm);
	g_free(d);
}

int
dovecot_imap(const struct dovecot *d)
{
	return d->ports[0];
}

int
dovecot_imaps(const struct dovecot *d)
{
	return d->ports[1];
}

int
dovecot_pop3(const struct dovecot *d)
{
	return d->ports[2];
}

int
dovecot_pop3s(const struct dovecot *d)
{
	return d->ports[3];
}

const char *
dovecot_dir(const struct dovecot *d)
{
	return d->dir;
}

const char *
dovecot_ca(const struct dovecot *d)
{
	return d->ca;
}

void
dovecot_pause(struct dovecot *d)
{
	kill(-d->pid, SIGSTOP);
}

void
dovecot_resume(struct dovecot *d)
{
	kill(-d->pid, SIGCONT);
}
