/*
 * letters_terminal.c - letters at the terminal, with servers behind it
 */
#include "worker/letters_world.h"

#include <signal.h>
#include <string.h>

TestSuite(letters_terminal, .fini = letters_end, .timeout = 600);

#define LONG_MS 60000

static void
type(struct pty *p, const char *keys, const char *shows)
{
	pty_type(p, keys);
	cr_assert(pty_expect(p, shows, LONG_MS), "“%s” does not show after "
		  "“%s”", shows, keys);
	pty_settle(p, 200, LONG_MS);
}

/* How it ends by itself. */
static int
status_of(struct pty *p)
{
	for (int i = 0; i < 600 && !pty_ended(p); i++)
		pty_settle(p, 50, 100);
	cr_assert(pty_ended(p));
	return pty_stop(p);
}

/* Typed in the built-in editor, sent with one key, and the question is read
 * and answered with others. */
Test(letters_terminal, typed_at_the_terminal_they_are_sent)
{
	const char *const argv[] = { BUILD_DIR "/verso", "compose", "--to",
				     "bob@test.example", "--subject",
				     "from the terminal", NULL };
	struct pty *p;
	char *letter;

	letters_begin();
	RUNS("sync", 0);
	p = verso_at_terminal(argv);
	cr_assert(pty_expect(p, "^X finish", LONG_MS));
	type(p, "Gr\303\274\303\237e.", "Gr\303\274\303\237e.");
	type(p, "\030", "y send");
	type(p, "y", "Sent");
	letter = smtpd_letter(letters_post, "bob@test.example",
			      "from the terminal");
	cr_assert_not_null(letter);
	cr_assert(g_str_has_suffix(letter, "\n\nGr\303\274\303\237e.\n"), "%s",
		  letter);
	g_free(letter);
	type(p, "r", "^X finish");
	type(p, "Yes!", "Yes!");
	type(p, "\030", "y send");
	type(p, "y", "Sent");
	letter = smtpd_letter(letters_post, "bob@test.example", "In-Reply-To: "
			      "<lunch@test.example>");
	cr_assert_not_null(letter);
	cr_assert(strstr(letter, "Yes!"), "%s", letter);
	cr_assert(strstr(letter, "> Noon?\n"), "%s", letter);
	cr_assert(strstr(letter, "Subject: Re: lunch?\n"), "%s", letter);
	g_free(letter);
	pty_type(p, "q");
	pty_settle(p, 500, LONG_MS);
	cr_assert_eq(pty_stop(p), 0);
	RUNS("sync --wait", 0);
	RUNS("outbox", 0);
	cr_assert_str_empty(said);
	cr_assert(server_has("INBOX", "answered"));
	RUNS("verify --server --deep", 0);
}

/* Whoever leaves at once need not wonder whether it was sent. */
Test(letters_terminal, a_letter_under_way_is_waited_for)
{
	const char *const argv[] = { BUILD_DIR "/verso", "compose", "--to",
				     "bob@test.example", "--subject", "slow",
				     NULL };
	struct pty *p;

	letters_begin();
	RUNS("sync", 0);
	p = verso_at_terminal(argv);
	cr_assert(pty_expect(p, "^X finish", LONG_MS));
	type(p, "Soon.", "Soon.");
	type(p, "\030", "y send");
	type(p, "y", "Sent");
	pty_type(p, "q");
	cr_assert_eq(status_of(p), 0);
	RUNS("outbox --all", 0);
	cr_assert(strstr(said, "\tsent\t"), "%s", said);
}

/* A delay, and the account "b", of the same person; in the configuration. */
static void
can_be_taken_back(void)
{
	const char *config = g_getenv("VERSO_CONFIG"), *ui;
	char *text = NULL, *again, *all;

	cr_assert(g_file_get_contents(config, &text, NULL, NULL));
	ui = strstr(text, "[ui]");
	cr_assert_not_null(ui);
	again = g_strndup(text, (gsize)(ui - text));
	cr_assert(g_str_has_prefix(again, "[account a]"));
	all = g_strconcat(again, "[account b]", again + strlen("[account a]"),
			  "[ui]\nsend-delay = 9\n", NULL);
	cr_assert(g_file_set_contents(config, all, -1, NULL));
	g_free(all);
	g_free(again);
	g_free(text);
}

/* The same of letters that could be taken back for a while, all of them, of
 * all accounts. */
Test(letters_terminal, what_could_be_taken_back_is_sent_first)
{
	const char *const argv[] = { BUILD_DIR "/verso", NULL };
	struct pty *p;

	letters_begin();
	can_be_taken_back();
	RUNS("sync", 0);
	p = verso_at_terminal(argv);
	cr_assert(pty_expect(p, "lunch?", LONG_MS));
	pty_settle(p, 1000, LONG_MS);
	for (int i = 0; i < 3; i++) {
		if (i == 2) {
			type(p, "c", "older");
			type(p, "\025b:INBOX\r", "INBOX \302\267 b");
		}
		type(p, "b", "ounce");
		type(p, "eve@test.example\r", "y yes");
		type(p, "y", "Sent");
	}
	pty_type(p, "q");
	cr_assert_eq(status_of(p), 0);
	RUNS("outbox", 0);
	cr_assert_str_empty(said);
}

/* A reader has the account: what a command queues is sent by it. */
Test(letters_terminal, a_reader_sends_what_a_command_queues)
{
	const char *const argv[] = { BUILD_DIR "/verso", NULL };
	struct pty *p;

	letters_begin();
	RUNS("sync", 0);
	p = verso_at_terminal(argv);
	cr_assert(pty_expect(p, "lunch?", LONG_MS));
	pty_settle(p, 1000, LONG_MS);
	cr_assert_eq(verso_with("send bob@test.example",
				"Subject: x\nMessage-ID: <r@y>\n\nx\n"), 0);
	cr_assert_eq(pty_stop(p), 0);
	RUNS("outbox --all", 0);
	cr_assert(strstr(said, "r@y\tsent\t"), "%s", said);
}

/* Others may have written what is in it. */
Test(letters_terminal, taken_back_no_letter_speaks_to_the_terminal)
{
	const char *const argv[] = { BUILD_DIR "/verso", "outbox",
				     "--take-back", "esc@y", NULL };
	struct pty *p;

	letters_begin();
	RUNS("sync", 0);
	cr_assert_eq(verso_with("send later@test.example", "Subject: x\n"
				"Message-ID: <esc@y>\n\n\033[41mred\033[m\n"),
		     75);
	p = verso_at_terminal(argv);
	cr_assert(pty_expect(p, "\342\220\233[41mred", LONG_MS));
	cr_assert_eq(status_of(p), 0);
}

/* A terminal that goes away says so more than once: its shell ends, too. */
Test(letters_terminal, a_cut_line_costs_no_word)
{
	const char *const argv[] = { BUILD_DIR "/verso", "compose", "--to",
				     "bob@test.example", "--subject", "cut",
				     NULL };
	struct pty *p;
	char *find;
	int status = -1;

	letters_begin();
	RUNS("sync", 0);
	p = verso_at_terminal(argv);
	cr_assert(pty_expect(p, "^X finish", LONG_MS));
	pty_settle(p, 500, LONG_MS);
	pty_type(p, "the last word");
	cr_assert(pty_expect(p, "the last word", LONG_MS));
	for (int i = 0; i < 3000; i++) {
		kill(pty_pid(p), SIGHUP);
		g_usleep(100);
	}
	cr_assert_eq(pty_stop(p), 0);
	find = g_strdup_printf("grep -rq --include=letter \"the last word\" "
			       "%s", letters_home);
	cr_assert(g_spawn_command_line_sync(find, NULL, NULL, &status, NULL));
	cr_assert_eq(status, 0);
	g_free(find);
}
