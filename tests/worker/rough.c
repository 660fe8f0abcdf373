/*
 * rough.c - workers and readers that misbehave
 */
#include <criterion/criterion.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/path.h"
#include "base/words.h"
#include "store/store.h"
#include "support/support.h"
#include "worker/link.h"

static char *home, *program;
static struct link *l;
static GString *heard;

static void
begin(void)
{
	home = support_tmp_new();
	program = g_build_filename(home, "program", NULL);
	g_setenv("XDG_DATA_HOME", home, TRUE);
	g_setenv("VERSO_TEST_RECEIVE", "memory:test", TRUE);
	heard = g_string_new(NULL);
}

static void
end(void)
{
	link_stop(l, 100);
	g_string_free(heard, TRUE);
	g_free(program);
	support_tmp_free(home);
}

TestSuite(rough, .init = begin, .fini = end, .timeout = 60);

/* A worker that is a shell script; the line is descriptor 3. */
static void
launch(const char *script)
{
	char *text = g_strconcat("#!/bin/sh\n", script, NULL);
	struct err e = { "" };

	support_write(program, text, strlen(text));
	cr_assert_eq(chmod(program, 0700), 0);
	link_set_program(program);
	l = link_start("test", LINK_WORK, &e);
	cr_assert_not_null(l, "%s", e.text);
	g_free(text);
}

static void
hear(void *ctx, char **words, int n)
{
	char *line = words_join(words);

	(void)ctx;
	(void)n;
	g_string_append_printf(heard, "%s|", line);
	g_free(line);
}

static void
hears(const char *text)
{
	int64_t deadline = clock_ms() + 20000;

	while (!strstr(heard->str, text) && clock_left(deadline) > 0) {
		struct pollfd p = { .events = POLLIN };

		link_pump(l, hear, NULL);
		p.fd = link_fd(l);
		if (!strstr(heard->str, text))
			poll(&p, 1, 50);
	}
	cr_assert(strstr(heard->str, text), "“%s” is not in: %s", text,
		  heard->str);
}

Test(rough, events_come_whole_out_of_crumbs)
{
	launch("for c in n o t i c e ' ' '\"' a ' ' b '\"' '\\n' 'folders\\n'; "
	       "do printf \"$c\" >&3; sleep 0.02; done\nexec sleep 100\n");
	hears("folders|");
	cr_assert_str_eq(heard->str, "notice \"a b\"|folders|");
}

Test(rough, who_never_stops_talking_does_not_keep_the_reader)
{
	launch("exec yes 'notice hello' >&3\n");
	hears("notice hello|");
	for (int i = 0; i < 20; i++)
		link_pump(l, hear, NULL);
	cr_assert_lt(heard->len, 21 * 128 * 1024);
}

Test(rough, a_line_without_end_ends_the_worker)
{
	launch("head -c 300000 /dev/zero | tr '\\0' x >&3\nexec sleep 100\n");
	hears("state crashed ");
	cr_assert(!link_up(l));
}

Test(rough, no_zombie_is_left)
{
	launch("exit 7\n");
	hears("ended with status 7");
	cr_assert_eq(waitpid(-1, NULL, WNOHANG), -1);
	cr_assert_eq(errno, ECHILD);
	link_stop(l, 1000);
	l = NULL;
	cr_assert_eq(waitpid(-1, NULL, WNOHANG), -1);
}

static bool
lock_is_free(void)
{
	char *dir = path_account("test");
	struct store *s = NULL;
	bool is = store_open(dir, STORE_WORKER, &s, NULL) == ST_OK;

	store_close(s);
	g_free(dir);
	return is;
}

/* In a process of its own, so that it can die without a word. */
static void
be_a_reader_that_dies(const char *when)
{
	link_set_program(BUILD_DIR "/tests/worker/worker");
	l = link_start("test", LINK_WORK, NULL);
	link_request(l, "sync", NULL);
	hears(when);
	raise(SIGKILL);
}

static void
reader_dies(const char *when)
{
	int64_t deadline;
	int status;
	pid_t pid = fork();

	if (pid == 0)
		be_a_reader_that_dies(when);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	deadline = clock_ms() + 30000;
	while (!lock_is_free() && clock_left(deadline) > 0)
		g_usleep(50000);
	cr_assert(lock_is_free());
}

Test(rough, a_resting_worker_ends_with_its_reader)
{
	reader_dies("state idle ");
}

Test(rough, a_worker_that_waits_for_an_answer_ends_with_its_reader)
{
	g_setenv("VERSO_TEST_STALL", "3", TRUE);
	reader_dies("state syncing ");
}

Test(rough, a_worker_that_hangs_ends_with_its_reader)
{
	g_setenv("VERSO_TEST_HANG", "1", TRUE);
	reader_dies("state syncing ");
}
