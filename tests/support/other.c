/*
 * other.c - real servers of other make than Dovecot: start and stop
 */
#include "other.h"

#include <errno.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>

#include "other_own.h"
#include "support.h"

/* Sanitizers on a busy machine are slow. */
#define START_SECONDS 120

static const struct {
	const char *program, *missing;
	void (*start)(struct other *o);
} kinds[] = {
	[OTHER_COURIER] = { other_courier_program,
		"courier-imap is neither unpacked nor installed here",
		other_courier_start },
	[OTHER_CYRUS] = { other_cyrus_program,
		"cyrus-imapd is neither unpacked nor installed here",
		other_cyrus_start },
	[OTHER_EXIM] = { other_exim_program,
		"exim4 is neither unpacked nor installed here",
		other_exim_start },
};

/* ---- where it is ------------------------------------------------------- */

/* One that takes rights upon itself takes no word from its environment. */
static bool
is_usable(const char *path)
{
	struct stat st;

	return access(path, X_OK) == 0 && stat(path, &st) == 0 &&
	       !(st.st_mode & (S_ISUID | S_ISGID));
}

static char *
find_root(const char *program)
{
	const char *named = g_getenv("VERSO_TEST_SERVERS");
	char *here = g_canonicalize_filename(named ? named : "servers", NULL);
	const char *const roots[] = { here, "" };
	char *found = NULL;

	for (size_t i = 0; !found && i < G_N_ELEMENTS(roots); i++) {
		char *path = g_strconcat(roots[i], program, NULL);

		if (is_usable(path))
			found = g_strdup(roots[i]);
		g_free(path);
	}
	g_free(here);
	return found;
}

/* Ours (nofam.c), "ROOT/usr/lib", and what the machine's kind is called below
 * that. */
static char *
find_libraries(const char *root)
{
	char *ours = g_canonicalize_filename("tests/support", NULL);
	char *lib = g_strconcat(root, "/usr/lib", NULL);
	GString *path = g_string_new(ours);
	GDir *dir = g_dir_open(lib, 0, NULL);
	const char *name;

	g_string_append_printf(path, ":%s", lib);
	while (dir && (name = g_dir_read_name(dir)))
		if (strstr(name, "-linux-"))
			g_string_append_printf(path, ":%s/%s", lib, name);
	if (dir)
		g_dir_close(dir);
	g_free(ours);
	g_free(lib);
	return g_string_free(path, FALSE);
}

/* Who it runs as. */
static void
choose_user(struct other *o)
{
	const struct passwd *pw = getpwnam("nobody");

	o->change_user = geteuid() == 0;
	o->uid = geteuid();
	o->gid = getegid();
	if (o->change_user && !pw)
		support_fail("there is no user “nobody”");
	if (o->change_user) {
		o->uid = pw->pw_uid;
		o->gid = pw->pw_gid;
	}
}

/* ---- processes --------------------------------------------------------- */

pid_t
other_fork(struct other *o)
{
	pid_t parent = getpid(), pid = fork();

	if (pid < 0)
		support_fail("no process for a server: %s",
			     g_strerror(errno));
	if (pid > 0) {
		if (o->group == 0)
			o->group = pid;
		setpgid(pid, o->group);
		return pid;
	}
	setpgid(0, o->group);
	if (o->change_user &&
	    (setresgid(o->gid, o->gid, o->gid) != 0 ||
	     setresuid(o->uid, o->uid, o->uid) != 0))
		_exit(126);
	/* A test that crashes takes its server along. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(0);
	return 0;
}

void
other_serve(const struct other *o, int listener,
	    void (*client)(const struct other *o))
{
	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (fd < 0 && errno != EINTR)
			_exit(0);
		if (fd >= 0 && fork() == 0) {
			signal(SIGCHLD, SIG_DFL);
			dup2(fd, 0);
			dup2(fd, 1);
			close(fd);
			close(listener);
			client(o);
			_exit(0);
		}
		if (fd >= 0)
			close(fd);
	}
}

char *
other_folder(const struct other *o, const char *name)
{
	char *path = g_build_filename(o->dir, name, NULL);

	if (g_mkdir_with_parents(path, 0700) != 0 ||
	    (o->change_user && lchown(path, o->uid, o->gid) != 0))
		support_fail("%s: %s", path, g_strerror(errno));
	return path;
}

static void
wait_ready(struct other *o, const char *program)
{
	gint64 until = g_get_monotonic_time() + START_SECONDS * G_USEC_PER_SEC;

	while (!support_greets(o->port)) {
		if (g_get_monotonic_time() > until)
			support_fail("%s%s does not answer", o->root,
				     program);
		g_usleep(10000);
	}
}

/* Folders that only root may pass hide a server from other users. */
static bool
is_reachable(const struct other *o, const char *program)
{
	char *path = g_strconcat(o->root, program, NULL);
	bool good = true;

	while (good && o->change_user && strlen(path) > 1) {
		char *above = g_path_get_dirname(path);
		struct stat st;

		good = stat(path, &st) == 0 && st.st_mode & S_IXOTH;
		g_free(path);
		path = above;
	}
	g_free(path);
	return good;
}

struct other *
other_start(enum other_kind kind, const char **why)
{
	char *root = find_root(kinds[kind].program);
	struct other *o;

	if (!root) {
		*why = kinds[kind].missing;
		return NULL;
	}
	o = g_new0(struct other, 1);
	o->root = root;
	o->libraries = find_libraries(root);
	o->dir = support_tmp_new();
	choose_user(o);
	if (!is_reachable(o, kinds[kind].program)) {
		*why = "the servers lie where only root may look";
		other_stop(o);
		return NULL;
	}
	g_free(other_folder(o, ""));
	kinds[kind].start(o);
	wait_ready(o, kinds[kind].program);
	return o;
}

void
other_stop(struct other *o)
{
	if (!o)
		return;
	if (o->group > 0)
		support_kill_group(o->group);
	support_tmp_free(o->dir);
	g_free(o->root);
	g_free(o->libraries);
	g_free(o);
}

int
other_port(const struct other *o)
{
	return o->port;
}
