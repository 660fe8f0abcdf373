/*
 * secret.c - commands for passwords that do not behave
 */
#include <criterion/criterion.h>

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "support/support.h"
#include "worker/secret.h"

TestSuite(secret, .timeout = 60);

static enum st
ask(const char *command, int ms, char **out)
{
	struct err e = { "" };
	enum st st = secret_command(command, ms, NULL, NULL, out, &e);

	cr_log_info("%s", e.text);
	return st;
}

static char *
answer(const char *command)
{
	char *s = NULL;

	cr_assert_eq(ask(command, 30000, &s), ST_OK, "%s", command);
	return s;
}

Test(secret, what_is_left_in_the_background_is_not_waited_for)
{
	char *s = answer("sh -c 'echo word; sleep 100 &'");

	cr_assert_str_eq(s, "word");
	g_free(s);
}

Test(secret, who_closes_the_output_and_hangs_is_ended)
{
	char *s = NULL;

	cr_assert_eq(ask("sh -c 'echo word; exec >&- 2>&-; sleep 100'", 500,
			 &s), ST_AUTH);
	cr_assert_null(s);
}

Test(secret, who_says_too_much_is_ended)
{
	char *s = NULL;

	cr_assert_eq(ask("yes", 500, &s), ST_AUTH);
	cr_assert_null(s);
}

/* Gone, or a zombie that nobody fetches. */
static bool
is_dead(const char *pid)
{
	char *file = g_strdup_printf("/proc/%s/stat", pid), *text = NULL;
	bool dead = !g_file_get_contents(file, &text, NULL, NULL) ||
		    strstr(text, ") Z ");

	g_free(text);
	g_free(file);
	return dead;
}

Test(secret, what_hangs_is_ended_with_its_children)
{
	char *home = support_tmp_new();
	char *file = g_build_filename(home, "pid", NULL), *pid = NULL;
	char *command = g_strdup_printf("sh -c 'sleep 100 & echo $! > %s; "
					"wait'", file);
	int64_t deadline;
	char *s = NULL;

	cr_assert_eq(ask(command, 3000, &s), ST_AUTH);
	cr_assert(g_file_get_contents(file, &pid, NULL, NULL));
	g_strchomp(pid);
	deadline = clock_ms() + 20000;
	while (!is_dead(pid) && clock_left(deadline) > 0)
		g_usleep(10000);
	cr_assert(is_dead(pid));
	g_free(pid);
	g_free(file);
	g_free(command);
	support_tmp_free(home);
}

Test(secret, it_inherits_no_descriptor)
{
	char *s;

	cr_assert_eq(dup2(STDERR_FILENO, 20), 20);
	s = answer("sh -c 'echo /proc/$$/fd/* '");
	cr_assert(strstr(s, "/fd/1 "), "%s", s);
	cr_assert(!strstr(s, "/fd/20"), "%s", s);
	g_free(s);
	close(20);
}

Test(secret, it_hears_signals_as_any_program_does)
{
	uint64_t ignored;
	char *s;

	signal(SIGINT, SIG_IGN);
	signal(SIGTSTP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	s = answer("sed -n 's/^SigIgn:.//p' /proc/self/status");
	ignored = g_ascii_strtoull(s, NULL, 16);
	cr_assert_eq(ignored & (UINT64_C(1) << (SIGINT - 1)), 0);
	cr_assert_eq(ignored & (UINT64_C(1) << (SIGTSTP - 1)), 0);
	cr_assert_eq(ignored & (UINT64_C(1) << (SIGPIPE - 1)), 0);
	g_free(s);
}
