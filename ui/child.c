/*
 * child.c - lending the terminal, and stopping for a while
 */
#include "ui/child.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib.h>

/* The child must not be deaf to what verso itself handles. */
static void
default_signals(void *unused)
{
	static const int numbers[] = { SIGINT, SIGQUIT, SIGTSTP, SIGPIPE,
				       SIGHUP, SIGTERM, SIGWINCH };

	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
		signal(numbers[i], SIG_DFL);
}

static enum st
spawn(char **argv, GSpawnChildSetupFunc setup, GPid *pid, struct err *e)
{
	GSpawnFlags flags = G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_SEARCH_PATH |
			    G_SPAWN_CHILD_INHERITS_STDIN;
	GError *error = NULL;

	if (g_spawn_async(NULL, argv, NULL, flags, setup, NULL, pid, &error))
		return ST_OK;
	err_set(e, ST_LOCAL, "“%s” cannot be started: %s", argv[0],
		error->message);
	g_error_free(error);
	return ST_LOCAL;
}

static enum st
run(char **argv, struct err *e)
{
	GPid pid;
	int status;
	enum st st = spawn(argv, default_signals, &pid, e);

	while (st == ST_OK && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return st;
}

static void
wait_for_enter(void)
{
	char c;

	fputs("\n[Enter goes back to verso] ", stdout);
	fflush(stdout);
	while (read(STDIN_FILENO, &c, 1) == 1 && c != '\n')
		;
}

enum st
child_run(struct term *t, char **argv, bool pause, struct err *e)
{
	void (*was_int)(int), (*was_quit)(int);
	enum st st;

	t->ops->lend(t);
	/* C-c is for the child. */
	was_int = signal(SIGINT, SIG_IGN);
	was_quit = signal(SIGQUIT, SIG_IGN);
	st = run(argv, e);
	if (st == ST_OK && pause)
		wait_for_enter();
	signal(SIGINT, was_int);
	signal(SIGQUIT, was_quit);
	t->ops->take(t);
	return st;
}

/* ---- a job of its own --------------------------------------------------- */

/* The terminal to a group of processes.  Who is not in front of it would be
 * stopped for that. */
static void
put_in_front(pid_t group)
{
	void (*was)(int) = signal(SIGTTOU, SIG_IGN);

	tcsetpgrp(STDIN_FILENO, group);
	signal(SIGTTOU, was);
}

static void
begin_job(void *unused)
{
	setpgid(0, 0);
	put_in_front(getpid());
	default_signals(NULL);
}

/* Until it ends or stands still: true, and its status. */
static bool
wait_for_job(pid_t pid, int *status)
{
	pid_t got;

	do
		got = waitpid(pid, status, WUNTRACED);
	while (got < 0 && errno == EINTR);
	return got < 0 || !WIFSTOPPED(*status);
}

enum st
child_edit(struct term *t, char **argv, int *pid, bool *failed,
	   struct err *e)
{
	enum st st = ST_OK;
	int status = 0;

	*failed = false;
	t->ops->lend(t);
	if (*pid) {
		put_in_front(*pid);
		kill(-*pid, SIGCONT);
	} else {
		st = spawn(argv, begin_job, pid, e);
	}
	if (st == ST_OK && wait_for_job(*pid, &status)) {
		*failed = !WIFEXITED(status) || WEXITSTATUS(status) != 0;
		*pid = 0;
	}
	put_in_front(getpgrp());
	t->ops->take(t);
	return st;
}

/* ---- stopping ----------------------------------------------------------- */

void
child_suspend(struct term *t)
{
	t->ops->lend(t);
	/* To the whole group, as the terminal itself would: a shell waits for
	 * all of a job's processes. */
	kill(0, SIGTSTP);
	t->ops->take(t);
}
