/*
 * terminal.c - the reader on a real pseudo-terminal
 *
 * What the terminal in memory cannot show: that ncurses draws the same, that
 * nothing else reaches the terminal, that it is given back as it was found,
 * and what a key costs.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <glib.h>
#include <glib/gstdio.h>

#include "rooms.h"
#include "support/pty.h"

#define READER BUILD_DIR "/tests/screen/reader"
#define VERSO BUILD_DIR "/verso"
#define LONG_MS 120000
#define QUIET_MS 150

TestSuite(terminal, .init = rooms_make, .fini = rooms_remove, .timeout = 600);

static char *
variable(const char *name)
{
	return g_strdup_printf("%s=%s", name, g_getenv(name));
}

static struct pty *
start_program(const char *program, const char *term, int rows, int columns,
	      const char *more)
{
	char *env[] = { variable("VERSO_CONFIG"), variable("XDG_DATA_HOME"),
			variable("VERSO_NOW"), variable("TZ"),
			g_strdup(more), NULL };
	const char *argv[] = { program, NULL };
	struct pty_options options = {
		.rows = rows, .columns = columns, .term = term,
		.env = (const char *const *)env,
	};
	struct pty *p = pty_start(argv, &options);

	for (int i = 0; i < 5; i++)
		g_free(env[i]);
	return p;
}

static struct pty *
start_on(const char *term, int rows, int columns, const char *more)
{
	return start_program(READER, term, rows, columns, more);
}

static struct pty *
start(void)
{
	struct pty *p = start_on(NULL, 24, 80, NULL);

	cr_assert(pty_expect(p, "Just now", LONG_MS));
	pty_settle(p, QUIET_MS, LONG_MS);
	return p;
}

static void
type(struct pty *p, const char *bytes)
{
	pty_type(p, bytes);
	pty_settle(p, QUIET_MS, LONG_MS);
}

static bool
shows(struct pty *p, const char *text)
{
	return vt_find(pty_screen(p), text) >= 0;
}

/* The whole program: its workers find no server, and nobody waits. */
Test(terminal, verso_itself)
{
	struct pty *p = start_program(VERSO, NULL, 40, 120, NULL);

	cr_assert(pty_expect(p, "Just now", LONG_MS));
	cr_expect(pty_expect(p, "offline", LONG_MS));
	type(p, "jjj\r");
	cr_expect(shows(p, "␛[2Jcleared?"));
	type(p, "qB?");
	cr_expect(shows(p, "Keys and commands"));
	cr_expect_eq(vt_unknown(pty_screen(p)), 0U);
	type(p, "\033");
	type(p, "q");
	for (int i = 0; i < 300 && vt_alternate(pty_screen(p)); i++)
		pty_settle(p, QUIET_MS, 400);
	cr_expect(!vt_alternate(pty_screen(p)));
	cr_assert_eq(pty_stop(p), 0);
}

static void
command(const char *line)
{
	char *whole = g_strconcat(VERSO " ", line, NULL);
	char *said = NULL, *errors = NULL;
	int status = -1;

	cr_assert(g_spawn_command_line_sync(whole, &said, &errors, &status,
					    NULL));
	cr_assert_eq(status, 0, "%s: %s", line, errors);
	g_free(said);
	g_free(errors);
	g_free(whole);
}

/* No key is pressed, and no worker tells the reader. */
Test(terminal, what_a_command_decides_is_shown)
{
	struct pty *p = start();

	command("op flag Grandma");
	cr_expect(pty_expect(p, "2 flagged", LONG_MS));
	command("op delete Grandma");
	cr_expect(pty_expect(p, "1-13 of 13", LONG_MS));
	/* The title is sent before the rows. */
	pty_settle(p, QUIET_MS, LONG_MS);
	cr_expect(!shows(p, "The oldest letter here"));
	command("undo");
	cr_expect(pty_expect(p, "The oldest letter here", LONG_MS));
	command("undo");
	cr_expect(pty_expect(p, "1 flagged", LONG_MS));
	type(p, "q");
	cr_assert_eq(pty_stop(p), 0);
}

Test(terminal, what_waits_is_said_when_it_is_left)
{
	struct pty *p = start();

	type(p, "Fq");
	cr_expect(pty_expect(p, "1 change waits for the server", LONG_MS));
	cr_expect(!vt_alternate(pty_screen(p)));
	cr_assert_eq(pty_stop(p), 0);
}

Test(terminal, ncurses_draws_what_the_grid_has)
{
	struct pty *p = start();
	int row, column;
	bool visible;

	cr_assert(vt_alternate(pty_screen(p)));
	vt_cursor(pty_screen(p), &row, &column, &visible);
	cr_expect_eq(row, 1);
	cr_expect_eq(column, 3);
	cr_expect_eq(vt_unknown(pty_screen(p)), 0U);
	type(p, "jj");
	cr_expect_eq(vt_find(pty_screen(p), "▸"), 3);
	type(p, "?");
	cr_expect(shows(p, "Keys and commands"));
	type(p, "\033");
	cr_expect(shows(p, "Just now"));
	type(p, "q");
	cr_assert_eq(pty_stop(p), 0);
}

Test(terminal, every_row_is_as_in_the_script)
{
	struct pty *p = start_on(NULL, 40, 120, NULL);

	cr_assert(pty_expect(p, "Just now", LONG_MS));
	pty_settle(p, QUIET_MS, LONG_MS);
	type(p, "\014");
	cr_expect_eq(vt_unknown(pty_screen(p)), 0U);
	cr_expect(shows(p, "│ ▸●   15:52"));
	cr_expect(shows(p, "│   ⚑ 18 Aug"));
	cr_expect(shows(p, "会議の議事録と次回の予定について"));
	type(p, "\rq");
	cr_expect(shows(p, "Fresh."));
	pty_stop(p);
}

Test(terminal, hostile_mail_stays_text)
{
	struct pty *p = start();

	type(p, "jjj\r");
	cr_expect(shows(p, "␛[2Jcleared?"));
	type(p, "h");
	cr_expect_eq(vt_unknown(pty_screen(p)), 0U);
	pty_stop(p);
}

Test(terminal, leaving_gives_it_back)
{
	struct pty *p = start();

	type(p, "q");
	pty_settle(p, QUIET_MS, LONG_MS);
	cr_expect(!vt_alternate(pty_screen(p)));
	cr_assert_eq(pty_stop(p), 0);
}

static void
check_signal(int number, int status)
{
	struct pty *p = start();

	kill(pty_pid(p), number);
	for (int i = 0; i < 300 && vt_alternate(pty_screen(p)); i++)
		pty_settle(p, QUIET_MS, 400);
	cr_expect(!vt_alternate(pty_screen(p)), "after signal %d", number);
	cr_expect_eq(pty_stop(p), status, "after signal %d", number);
}

Test(terminal, signals_give_it_back)
{
	check_signal(SIGTERM, 0);
	check_signal(SIGHUP, 0);
#if !defined(__SANITIZE_ADDRESS__)
	check_signal(SIGSEGV, 128 + SIGSEGV);
	check_signal(SIGABRT, 128 + SIGABRT);
#endif
}

Test(terminal, another_size_is_drawn)
{
	struct pty *p = start();

	pty_resize(p, 40, 120);
	cr_expect(pty_expect(p, "Enter opens the message here", LONG_MS));
	pty_resize(p, 6, 30);
	pty_settle(p, QUIET_MS, LONG_MS);
	cr_expect(shows(p, "▸"));
	cr_expect_eq(vt_unknown(pty_screen(p)), 0U);
	type(p, "q");
	cr_assert_eq(pty_stop(p), 0);
}

Test(terminal, a_shell_has_it_for_a_while)
{
	struct pty *p = start();

	type(p, "!");
	type(p, "echo on''ly this\r");
	cr_expect(pty_expect(p, "only this", LONG_MS));
	cr_expect(!vt_alternate(pty_screen(p)));
	pty_type(p, "\n");
	cr_expect(pty_expect(p, "Just now", LONG_MS));
	cr_expect(vt_alternate(pty_screen(p)));
	type(p, "jq");
	cr_assert_eq(pty_stop(p), 0);
}

Test(terminal, suspending_comes_back)
{
	struct pty *p = start();

	/* No shell is above: the system lets it go on at once. */
	type(p, "\032");
	cr_expect(pty_expect(p, "Just now", LONG_MS));
	type(p, "q");
	cr_assert_eq(pty_stop(p), 0);
}

Test(terminal, pasted_text_runs_no_commands)
{
	struct pty *p = start();

	type(p, "\033[200~qqq\n:quit\n\033[201~");
	cr_expect(!pty_ended(p));
	cr_expect(shows(p, "Just now"));
	type(p, ":\033[200~sort size\033[201~");
	cr_expect(shows(p, ":sort size"));
	type(p, "\rq");
	cr_assert_eq(pty_stop(p), 0);
}

/* What a letter's keys send, and that a paste is one of them. */
Test(terminal, a_letter_is_written)
{
	struct pty *p = start_on(NULL, 24, 80,
				 "VERSO_WRITE=one\ntwo\n\n> three\n");
	int64_t before;

	cr_assert(pty_expect(p, "^X finish", LONG_MS));
	pty_settle(p, QUIET_MS, LONG_MS);
	type(p, "\n");
	cr_expect(shows(p, "one two"));
	before = pty_octets(p);
	for (int i = 0; i < 10; i++)
		type(p, "x");
	cr_expect_leq(pty_octets(p) - before, 10 * 12);
	type(p, "\033[200~Dear all,\r\033[31mtea\r\033[201~");
	cr_expect(shows(p, "Dear all,"));
	cr_expect(shows(p, "[31mtea"));
	type(p, "\033u");
	cr_expect(!shows(p, "Dear all,"));
	type(p, "\036\001\013");
	cr_expect(!shows(p, "xxx"));
	type(p, "\025");
	cr_expect(shows(p, "xxxxxxxxxx"));
	type(p, "\033[1;5D\033[1;3Dwo\033[1;5C!");
	cr_expect(shows(p, "one wotwo"));
	cr_expect(shows(p, "!xxxxxxxxxx"));
	for (int i = 0; i < 2; i++)
		type(p, "\037");
	cr_expect(shows(p, "one two"));
	type(p, "\030q");
	cr_expect_eq(vt_unknown(pty_screen(p)), 0U);
	cr_assert_eq(pty_stop(p), 0);
}

/* The octets of the one letter in the outbox. */
static char *
letter_in_outbox(void)
{
	char *dir = g_build_filename(g_getenv("XDG_DATA_HOME"), "verso",
				     "work", "outbox", NULL);
	GDir *list = g_dir_open(dir, 0, NULL);
	const char *name = list ? g_dir_read_name(list) : NULL;
	char *file, *text = NULL;

	cr_assert(name, "nothing in %s", dir);
	file = g_build_filename(dir, name, NULL);
	cr_assert(g_file_get_contents(file, &text, NULL, NULL));
	g_dir_close(list);
	g_free(file);
	g_free(dir);
	return text;
}

Test(terminal, a_letter_goes_through_an_editor)
{
	char *file = g_build_filename(g_getenv("XDG_DATA_HOME"), "ed", NULL);
	char *env = g_strconcat("EDITOR=", file, NULL), *text;
	struct pty *p;

	cr_assert(g_file_set_contents(file, "#!/bin/sh\n"
				      "echo on''ly the editor\n"
				      "read -r line\n"
				      "printf '%s\\n' \"$line\" >>\"$1\"\n",
				      -1, NULL));
	cr_assert_eq(g_chmod(file, 0700), 0);
	p = start_on(NULL, 24, 80, env);
	cr_assert(pty_expect(p, "Just now", LONG_MS));
	pty_settle(p, QUIET_MS, LONG_MS);
	type(p, "m");
	type(p, "ann@example.org\r");
	type(p, "Tea\r");
	cr_assert(pty_expect(p, "only the editor", LONG_MS));
	cr_expect(!vt_alternate(pty_screen(p)));
	/* It stands still, and the mail is there meanwhile. */
	pty_type(p, "\032");
	cr_assert(pty_expect(p, "waits in your editor", LONG_MS));
	cr_expect(vt_alternate(pty_screen(p)));
	pty_settle(p, QUIET_MS, LONG_MS);
	type(p, "\r");
	cr_expect(shows(p, "Fresh."));
	type(p, "q");
	pty_type(p, "R");
	for (int i = 0; i < 300 && vt_alternate(pty_screen(p)); i++)
		pty_settle(p, QUIET_MS, 400);
	cr_expect(!vt_alternate(pty_screen(p)));
	pty_type(p, "Four o'clock?\n");
	cr_assert(pty_expect(p, "To       ann@example.org", LONG_MS));
	cr_expect(vt_alternate(pty_screen(p)));
	pty_settle(p, QUIET_MS, LONG_MS);
	cr_expect(shows(p, "Four o'clock?"));
	type(p, "y");
	cr_expect(shows(p, "Sent to 1"));
	cr_expect(shows(p, "Just now"));
	text = letter_in_outbox();
	cr_expect(strstr(text, "\n\nFour o'clock?\n"), "%s", text);
	type(p, "q");
	cr_assert_eq(pty_stop(p), 0);
	g_free(text);
	g_free(env);
	g_free(file);
}

Test(terminal, no_color_is_heeded)
{
	struct pty *p = start_on(NULL, 24, 80, "NO_COLOR=1");

	cr_assert(pty_expect(p, "Just now", LONG_MS));
	pty_settle(p, QUIET_MS, LONG_MS);
	for (int row = 0; row < 24; row++)
		for (int column = 0; column < 80; column++)
			cr_assert(!(vt_cell(pty_screen(p), row, column)->attr &
				    VT_COLOUR));
	cr_expect(vt_cell(pty_screen(p), 1, 16)->attr & VT_BOLD);
	pty_stop(p);
}

/* The bars of the design, with what a key may cost at 120×40. */
static void
check_cost(const char *term)
{
	struct pty *p = start_on(term, 40, 120, NULL);
	int64_t before;

	cr_assert(pty_expect(p, "Just now", LONG_MS));
	pty_settle(p, 2 * QUIET_MS, LONG_MS);
	before = pty_octets(p);
	for (int i = 0; i < 10; i++)
		type(p, "j");
	cr_expect_leq(pty_octets(p) - before, 10 * 90, "%s: down", term);
	before = pty_octets(p);
	type(p, "\r");
	cr_expect_leq(pty_octets(p) - before, 2400, "%s: open", term);
	before = pty_octets(p);
	type(p, "q");
	cr_expect_leq(pty_octets(p) - before, 2400, "%s: back", term);
	pty_stop(p);
}

Test(terminal, keys_are_cheap)
{
	check_cost("xterm-256color");
	check_cost("tmux-256color");
}

Test(terminal, a_script_needs_none)
{
	char *script = g_build_filename(TESTS_DIR, "screen", "tiny.script",
					NULL);
	char *text = NULL;
	int status = -1;
	const char *argv[] = { READER, NULL };

	g_setenv("VERSO_SCRIPT", script, TRUE);
	cr_assert(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT,
			       NULL, NULL, &text, NULL, &status, NULL));
	g_unsetenv("VERSO_SCRIPT");
	cr_expect(strstr(text, "Just now"), "%s", text);
	cr_expect_eq(status, 0);
	g_free(text);
	g_free(script);
}

Test(terminal, no_terminal_is_said)
{
	char *error = NULL;
	int status = 0;
	const char *argv[] = { READER, NULL };

	cr_assert(g_spawn_sync(NULL, (char **)argv, NULL,
			       G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL,
			       &error, &status, NULL));
	cr_expect(strstr(error, "needs a terminal"), "%s", error);
	cr_expect_neq(status, 0);
	g_free(error);
}
