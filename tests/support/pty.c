/*
 * pty.c - a program on a terminal of the test's own
 */
#include "pty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <glib.h>

#include "support.h"

struct pty {
	struct vt *vt;
	pid_t pid;
	int fd;
	int64_t octets;
	bool ended;
};

/* The child's side. */
static void
become(const char *const *argv, const struct pty_options *o)
{
	const char *home = getenv("HOME"), *path = getenv("PATH");
	char *home_copy = g_strdup(home ? home : "/");
	char *path_copy = g_strdup(path ? path : "/usr/bin:/bin");

	clearenv();
	setenv("HOME", home_copy, 1);
	setenv("PATH", path_copy, 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	setenv("TERM", o->term ? o->term : "xterm-256color", 1);
	for (const char *const *e = o->env; e && *e; e++)
		putenv(g_strdup(*e));
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	execvp(argv[0], (char *const *)argv);
	fprintf(stderr, "%s: %s\n", argv[0], g_strerror(errno));
	_exit(127);
}

struct pty *
pty_start(const char *const *argv, const struct pty_options *options)
{
	static const struct pty_options plain;
	const struct pty_options *o = options ? options : &plain;
	struct winsize size = {
		.ws_row = (unsigned short)(o->rows > 0 ? o->rows : 24),
		.ws_col = (unsigned short)(o->columns > 0 ? o->columns : 80),
	};
	struct pty *p = g_new0(struct pty, 1);

	p->vt = vt_new(size.ws_row, size.ws_col);
	p->pid = forkpty(&p->fd, NULL, NULL, &size);
	if (p->pid < 0)
		support_fail("no terminal: %s", g_strerror(errno));
	if (p->pid == 0)
		become(argv, o);
	fcntl(p->fd, F_SETFD, FD_CLOEXEC);
	fcntl(p->fd, F_SETFL, O_NONBLOCK);
	return p;
}

/* Read what is there, waiting at most ms for it; false: nothing came. */
static bool
take(struct pty *p, int ms)
{
	struct pollfd f = { .fd = p->fd, .events = POLLIN };
	char buf[65536];
	ssize_t n;

	if (p->ended || poll(&f, 1, MAX(ms, 0)) <= 0)
		return false;
	n = read(p->fd, buf, sizeof(buf));
	if (n <= 0) {
		p->ended = n == 0 || errno == EIO;
		return false;
	}
	p->octets += n;
	vt_feed(p->vt, buf, (size_t)n);
	return true;
}

static int
left(gint64 until)
{
	return (int)MAX((until - g_get_monotonic_time() + 999) / 1000, 0);
}

static gint64
after(int ms)
{
	return g_get_monotonic_time() + ms * (gint64)1000;
}

bool
pty_settle(struct pty *p, int quiet_ms, int max_ms)
{
	gint64 until = after(max_ms);

	while (take(p, MIN(quiet_ms, left(until))) ||
	       (!p->ended && !support_asleep(p->pid)))
		if (left(until) == 0)
			return false;
	return !p->ended && left(until) > 0;
}

bool
pty_expect(struct pty *p, const char *text, int max_ms)
{
	gint64 until = after(max_ms);

	while (vt_find(p->vt, text) < 0)
		if (!take(p, left(until)) && (p->ended || left(until) == 0))
			return false;
	return true;
}

int64_t
pty_first_byte(struct pty *p, int max_ms)
{
	gint64 began = g_get_monotonic_time();

	return take(p, max_ms) ? g_get_monotonic_time() - began : -1;
}

void
pty_type(struct pty *p, const char *bytes)
{
	size_t len = strlen(bytes);

	while (len > 0) {
		struct pollfd f = { .fd = p->fd, .events = POLLOUT };
		ssize_t n = write(p->fd, bytes, len);

		if (n < 0 && errno != EAGAIN)
			return;		/* it ended: the test will see */
		if (n < 0 && poll(&f, 1, 60000) <= 0)
			support_fail("the program does not read its terminal");
		bytes += MAX(n, 0);
		len -= (size_t)MAX(n, 0);
	}
}

void
pty_resize(struct pty *p, int rows, int columns)
{
	struct winsize size = { .ws_row = (unsigned short)rows,
				.ws_col = (unsigned short)columns };

	vt_resize(p->vt, rows, columns);
	ioctl(p->fd, TIOCSWINSZ, &size);
}

/*
 * The rest of its output goes by, so that it never waits for us.  While it
 * works, as a leak checker does at the end, it is given a minute.
 */
static bool
reap(struct pty *p, int *status, int ms)
{
	gint64 until = after(ms), patience = after(60000);
	pid_t done;

	while ((done = waitpid(p->pid, status, WNOHANG)) == 0 && left(until)) {
		if (!take(p, 10))
			g_usleep(2000);
		if (!support_asleep(p->pid) && left(patience))
			until = after(ms);
	}
	return done == p->pid;
}

int
pty_stop(struct pty *p)
{
	int status = 0;

	if (!reap(p, &status, p->ended ? 2000 : 0)) {
		kill(p->pid, SIGCONT);
		kill(p->pid, SIGHUP);
		if (!reap(p, &status, 2000)) {
			kill(-p->pid, SIGKILL);
			kill(p->pid, SIGKILL);
			waitpid(p->pid, &status, 0);
		}
	}
	close(p->fd);
	vt_free(p->vt);
	g_free(p);
	return WIFEXITED(status) ? WEXITSTATUS(status) :
		128 + WTERMSIG(status);
}

const struct vt *
pty_screen(const struct pty *p)
{
	return p->vt;
}

pid_t
pty_pid(const struct pty *p)
{
	return p->pid;
}

bool
pty_ended(const struct pty *p)
{
	return p->ended;
}

int64_t
pty_octets(const struct pty *p)
{
	return p->octets;
}

int64_t
pty_cpu(const struct pty *p)
{
	struct timespec t;
	clockid_t clock;

	if (clock_getcpuclockid(p->pid, &clock) != 0 ||
	    clock_gettime(clock, &t) != 0)
		return -1;
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t
pty_memory(const struct pty *p)
{
	char *path = g_strdup_printf("/proc/%d/status", p->pid);
	char *text = NULL, *at;
	int64_t kib = -1;

	if (g_file_get_contents(path, &text, NULL, NULL) &&
	    (at = strstr(text, "VmHWM:")))
		kib = strtoll(at + strlen("VmHWM:"), NULL, 10);
	g_free(text);
	g_free(path);
	return kib;
}
