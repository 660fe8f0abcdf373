/*
 * loop.c - waiting, and doing what came in the right order
 *
 * All keys that are there are taken before the screen is drawn, so that
 * neither a held key nor a slow line ever runs behind.
 */
#include "ui/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/words.h"
#include "control/notice.h"
#include "ui/child.h"
#include "ui/screen.h"
#include "ui/script.h"

#define APP_FDS_MAX 64
/* What workers tell is drawn at most this often. */
#define PAINT_MS 40
/* Dates on the screen grow old even when nothing happens. */
#define IDLE_MS 60000

/* ---- signals ----------------------------------------------------------- */

static int signal_pipe[2] = { -1, -1 };
static volatile sig_atomic_t resized, stopped, ended;

static void
on_signal(int number)
{
	int saved = errno;
	ssize_t n;

	if (number == SIGWINCH)
		resized = 1;
	else if (number == SIGTSTP)
		stopped = 1;
	else
		ended = 1;
	n = write(signal_pipe[1], "", 1);
	(void)n;
	errno = saved;
}

static const int fatal[] = { SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL };
static struct sigaction fatal_before[G_N_ELEMENTS(fatal)];

/* The terminal first; then what would have happened anyway. */
static void
on_fatal(int number)
{
	term_curses_panic();
	for (size_t i = 0; i < G_N_ELEMENTS(fatal); i++)
		if (fatal[i] == number)
			sigaction(number, &fatal_before[i], NULL);
	raise(number);
}

static const int handled[] = { SIGWINCH, SIGTSTP, SIGTERM, SIGHUP, SIGINT };

static void
catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };

	if (pipe2(signal_pipe, O_NONBLOCK | O_CLOEXEC) < 0)
		return;
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < G_N_ELEMENTS(handled); i++)
		sigaction(handled[i], &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	action.sa_handler = on_fatal;
	for (size_t i = 0; i < G_N_ELEMENTS(fatal); i++)
		sigaction(fatal[i], &action, &fatal_before[i]);
}

/* A terminal that went away says so again when its shell ends: letters are
 * still to be kept then. */
static void
drop_signals(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(handled); i++)
		signal(handled[i], handled[i] == SIGHUP ||
			(ended && handled[i] == SIGTERM) ? SIG_IGN : SIG_DFL);
	for (size_t i = 0; i < G_N_ELEMENTS(fatal); i++)
		sigaction(fatal[i], &fatal_before[i], NULL);
	for (int i = 0; i < 2; i++) {
		close(signal_pipe[i]);
		signal_pipe[i] = -1;
	}
}

/* ---- waiting ----------------------------------------------------------- */

static int
shorter(int a, int b)
{
	if (a < 0)
		return b;
	return b < 0 ? a : MIN(a, b);
}

static int
add_fd(struct pollfd *fds, int n, int fd)
{
	fds[n] = (struct pollfd){ .fd = fd, .events = POLLIN };
	return n + 1;
}

bool
loop_wait(struct app *app, int fd, int wait_ms)
{
	struct pollfd fds[APP_FDS_MAX + 2];
	int app_fd[APP_FDS_MAX];
	int from_app = app_fds(app, app_fd, APP_FDS_MAX), n = 0;
	char buf[64];
	bool due;

	n = add_fd(fds, n, fd);
	n = add_fd(fds, n, signal_pipe[0]);
	for (int i = 0; i < from_app; i++)
		n = add_fd(fds, n, app_fd[i]);
	if (poll(fds, (nfds_t)n, shorter(app_timeout(app), wait_ms)) < 0)
		return false;
	if (fds[1].revents)
		while (read(signal_pipe[0], buf, sizeof(buf)) > 0)
			;
	due = app_timeout(app) == 0;
	for (int i = 2; i < n; i++)
		due = due || fds[i].revents;
	if (due)
		app_pump(app);
	return fds[0].revents != 0;
}

/* ---- the loop ---------------------------------------------------------- */

/* A new editor, or one that stood still. */
static void
lend_to_editor(struct app *app, struct term *term)
{
	char **argv = app->edit_command ? words_split(app->edit_command, NULL)
					: NULL;
	int pid = app->edit_pid;
	bool failed = false;
	struct err e;

	g_clear_pointer(&app->edit_command, g_free);
	app->edit_pid = 0;
	if (((argv && argv[0]) || pid) &&
	    child_edit(term, argv, &pid, &failed, &e) != ST_OK)
		notice_fail(app, "%s", e.text);
	else if (failed)
		notice_fail(app, "The editor failed; what it had written is "
			    "in the letter.");
	g_strfreev(argv);
	if (pid)
		app_edit_stopped(app, pid);
	else
		app_edited(app);
}

/* What commands asked of the terminal itself. */
static void
do_errands(struct app *app, struct term *term)
{
	struct err e;
	char **argv;

	if (app->shell) {
		argv = words_split(app->shell, NULL);
		if (argv && argv[0] &&
		    child_run(term, argv, true, &e) != ST_OK)
			notice_fail(app, "%s", e.text);
		g_strfreev(argv);
		g_clear_pointer(&app->shell, g_free);
	}
	if (app->edit_command || app->edit_pid)
		lend_to_editor(app, term);
	if (app->suspend) {
		app->suspend = false;
		signal(SIGTSTP, SIG_DFL);
		child_suspend(term);
		signal(SIGTSTP, on_signal);
	}
}

static bool
has_errand(const struct app *app)
{
	return app->quit || app->suspend || app->shell ||
	       app->edit_command || app->edit_pid;
}

static void
heed_signals(struct app *app, struct screen *screen)
{
	if (resized) {
		resized = 0;
		screen_event(screen,
			     &(struct term_event){ .kind = TERM_RESIZE });
	}
	if (stopped) {
		stopped = 0;
		app->suspend = true;
		app->dirty |= DIRTY_RESTORE;
	}
	if (ended)
		app->quit = true;
}

/* False: there was none, though the terminal said so: it is gone. */
static bool
take_keys(struct app *app, struct screen *screen, struct term *term)
{
	struct term_event event;
	bool any = false;

	while (!has_errand(app)) {
		term->ops->event(term, &event);
		if (event.kind == TERM_NONE)
			return any;
		any = true;
		screen_event(screen, &event);
	}
	return true;
}

static bool
hung_up(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, 0) > 0 && p.revents & (POLLHUP | POLLERR | POLLNVAL);
}

static void
loop(struct app *app, struct screen *screen, struct term *term)
{
	int fd = term->ops->fd(term);
	int64_t painted = clock_ms();
	bool keys = true, quiet;

	while (!app->quit) {
		quiet = keys || clock_ms() - painted >= PAINT_MS;
		if (quiet) {
			screen_paint(screen);
			painted = clock_ms();
		}
		keys = loop_wait(app, fd, app->dirty ? PAINT_MS : IDLE_MS);
		heed_signals(app, screen);
		if (keys && !take_keys(app, screen, term) && hung_up(fd))
			app->quit = true;
		if (has_errand(app) && !app->quit) {
			do_errands(app, term);
			keys = true;
		}
	}
}

static int
complain(enum st st, const struct err *e)
{
	char *line = text_gate_line(e->text);

	fprintf(stderr, "verso: %s\n", line);
	g_free(line);
	return st_exit_code(st);
}

int
ui_run(struct app *app)
{
	const char *script = g_getenv("VERSO_SCRIPT");
	struct screen *screen;
	struct term *term;
	char *farewell;
	struct err e;
	enum st st;

	if (script && *script) {
		st = ui_script(app, script, stdout, &e);
		return st == ST_OK ? app->exit_status : complain(st, &e);
	}
	catch_signals();
	st = term_curses_new(&term, &e);
	if (st != ST_OK) {
		drop_signals();
		return complain(st, &e);
	}
	screen = screen_new(app, term);
	screen_paint(screen);
	app_start(app);
	loop(app, screen, term);
	screen_free(screen);
	term_free(term);
	drop_signals();
	farewell = app_farewell(app);
	if (farewell)
		puts(farewell);
	g_free(farewell);
	return app->exit_status;
}
