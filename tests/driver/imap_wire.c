/*
 * imap_wire.c - IMAP connections that are attacked, cut, slow or endless
 */
#include "driver/imap_world.h"

#include <string.h>
#include <unistd.h>

#include "base/clock.h"

static enum st
opens(struct imap_world *w)
{
	enum st st = imap_world_open(w);

	cr_log_info("%s: %s", st_name(st), w->e.text);
	return st;
}

static const struct pop_rule plain[] = {
	IMAP_FAKE_LOGIN,
	{ "SELECT", "* 0 EXISTS\r\n$$ OK done\r\n", 0 },
	{ "NOOP", "$$ OK\r\n", 0 }, { NULL, NULL, 0 }
};

/* ---- before TLS ---- */

static enum st
starttls(const char *greeting, const char *answer, bool *asked)
{
	const struct pop_rule rules[] = {
		{ "STARTTLS", answer, 0 }, IMAP_FAKE_LOGIN,
		{ NULL, NULL, 0 }
	};
	struct imap_world *w = imap_world_new(rules);
	enum st st;

	w->scheme = "imap+starttls";
	w->fake.greeting = greeting;
	st = opens(w);
	*asked = w->asked > 0 || imap_world_was_sent(w, "LOGIN");
	imap_world_free(w);
	return st;
}

Test(imap_wire, starttls_is_never_given_up)
{
	static const struct {
		const char *greeting, *answer;
		enum st st;
	} cases[] = {
		{ "* OK hi\r\n", "$$ NO not today\r\n", ST_PROTOCOL },
		{ "* OK hi\r\n", "$$ BAD what?\r\n", ST_PROTOCOL },
		{ "* PREAUTH welcome\r\n", "$$ OK\r\n", ST_PROTOCOL },
		{ "* OK hi\r\n", "$$ OK go\r\n* OK injected\r\n",
		  ST_PROTOCOL },
		{ "* OK hi\r\n", "$$ OK go\r\nV1 OK injected\r\n",
		  ST_PROTOCOL },
		{ "* BYE\r\n", "$$ OK\r\n", ST_RETRY },
		{ "* OK hi\r\n", NULL, ST_RETRY },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		bool asked;

		cr_assert_eq(starttls(cases[i].greeting, cases[i].answer,
				      &asked), cases[i].st, "case %zu", i);
		cr_assert_not(asked, "case %zu: a secret was given away", i);
	}
}

Test(imap_wire, preauth_in_clear_is_refused)
{
	struct imap_world *w = imap_world_new(plain);

	w->fake.greeting = "* PREAUTH welcome\r\n";
	cr_assert_eq(opens(w), ST_PROTOCOL);
	imap_world_free(w);
}

/* ---- answers that crash other clients ---- */

Test(imap_wire, greetings_that_crash_parsers)
{
	static const char *const greetings[] = {
		"* OK [BADCHARSET (\"x\")] hi\r\n",
		"* OK [PERMANENTFLAGS (] hi\r\n",
		"* OK [PERMANENTFLAGS ()x] hi\r\n",
		"* OK [ALERT]\r\n", "* OK [PARSE]\r\n", "* OK []\r\n",
		"* OK [\r\n", "* ok {5}\r\n", "* OK [CAPABILITY\r\n",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(greetings); i++) {
		struct imap_world *w = imap_world_new(plain);

		w->fake.greeting = greetings[i];
		cr_assert_eq(opens(w), ST_OK, "%s", greetings[i]);
		imap_world_free(w);
	}
}

Test(imap_wire, greetings_that_are_none)
{
	static const struct {
		const char *text;
		enum st st;
	} cases[] = {
		{ "+OK POP3 ready\r\n", ST_PROTOCOL },
		{ "220 smtp\r\n", ST_PROTOCOL },
		{ "\r\n", ST_PROTOCOL },
		{ "V9 OK you are in\r\n", ST_PROTOCOL },
		{ "* BYE too many\r\n", ST_RETRY },
		{ "", ST_RETRY },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct imap_world *w = imap_world_new(plain);

		if (!*cases[i].text)
			w->account->timeout = 1;
		w->fake.greeting = cases[i].text;
		cr_assert_eq(opens(w), cases[i].st, "%s", cases[i].text);
		imap_world_free(w);
	}
}

Test(imap_wire, a_log_in_that_is_refused_says_why)
{
	const struct pop_rule rules[] = {
		{ "LOGIN", "$$ NO [AUTHENTICATIONFAILED] wrong\r\n", 0 },
		IMAP_FAKE_LOGIN, { NULL, NULL, 0 }
	};
	struct imap_world *w = imap_world_new(rules);

	cr_assert_eq(opens(w), ST_AUTH);
	cr_assert(strstr(w->e.text, "wrong"), "%s", w->e.text);
	cr_assert(strstr(w->e.text, "ann"));
	cr_assert_null(strstr(w->e.text, "ame"), "the secret is told");
	/* Quotes in a password stay inside it. */
	cr_assert(imap_world_was_sent(w, "LOGIN \"ann\" \"ses\\\"ame\""));
	imap_world_free(w);
}

Test(imap_wire, login_disabled_counts_before_the_log_in_only)
{
	const struct pop_rule before[] = {
		{ "CAPABILITY", "* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n"
		  "$$ OK\r\n", 0 }, IMAP_FAKE_LOGIN, { NULL, NULL, 0 }
	};
	const struct pop_rule after[] = {
		{ "LOGIN", "$$ OK [CAPABILITY IMAP4rev1 LOGINDISABLED] in\r\n",
		  0 }, IMAP_FAKE_LOGIN, { NULL, NULL, 0 }
	};
	struct imap_world *w = imap_world_new(before);

	cr_assert_eq(opens(w), ST_AUTH);
	cr_assert_not(imap_world_was_sent(w, "LOGIN \""));
	imap_world_free(w);
	w = imap_world_new(after);
	cr_assert_eq(opens(w), ST_OK);
	imap_world_free(w);
}

Test(imap_wire, alerts_are_shown_once)
{
	const struct pop_rule rules[] = {
		{ "LOGIN", "* OK [ALERT] Filesystem notification\r\n"
		  "* NO [ALERT] Filesystem notification\r\n$$ OK\r\n", 0 },
		IMAP_FAKE_LOGIN, { NULL, NULL, 0 }
	};
	struct imap_world *w = imap_world_new(rules);

	cr_assert_eq(opens(w), ST_OK);
	driver_close(w->d, false, NULL);
	cr_assert_eq(opens(w), ST_OK);
	cr_assert_str_eq(w->notices->str, "Filesystem notification\n");
	imap_world_free(w);
}

/* ---- who we are ---- */

/* The octets sent for log-in and a first command, and the waits; NULL: ID is
 * not offered. */
static char *
introduced(const char *answer, uint64_t *waits)
{
	const struct pop_rule rules[] = {
		{ "LOGIN", answer ? "$$ OK [CAPABILITY IMAP4rev1 ID] in\r\n"
				  : "$$ OK [CAPABILITY IMAP4rev1] in\r\n",
		  0 },
		IMAP_FAKE_LOGIN, { "ID", answer, 0 },
		{ "SELECT", "* 0 EXISTS\r\n$$ OK done\r\n", 0 },
		{ NULL, NULL, 0 }
	};
	struct imap_world *w = imap_world_new(rules);
	struct entered entered;
	uint64_t octets;
	char *sent;

	cr_assert_eq(opens(w), ST_OK);
	cr_assert_eq(driver_enter(w->d, "INBOX", NULL, NULL, &entered, &w->e),
		     ST_OK, "%s", w->e.text);
	driver_traffic(w->d, waits, &octets, &octets);
	pop_fake_stop(&w->fake);
	sent = g_strdup(w->fake.commands->str);
	imap_world_free(w);
	return sent;
}

Test(imap_wire, introduces_itself_where_asked)
{
	static const char *const answers[] = {
		"* ID NIL\r\n$$ OK\r\n", "$$ NO who?\r\n", "$$ BAD\r\n",
		"* ID (\"name\" \"x\" \"name\" {3}\r\na\r\n)\r\n$$ OK\r\n",
		"* ID (((\r\n* ID\r\n$$ OK\r\n",
	};
	uint64_t without, waits;
	char *sent = introduced(NULL, &without);

	cr_assert_null(strstr(sent, "ID"));
	g_free(sent);
	for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
		const char *id;

		sent = introduced(answers[i], &waits);
		id = strstr(sent, " ID (\"name\" \"verso\" \"version\" \"");
		cr_assert(id, "%s", sent);
		cr_assert_gt(id, strstr(sent, "LOGIN"));
		cr_assert(strstr(id, "\")\n"), "no more than that");
		cr_assert_eq(waits, without, "it costs a round trip");
		g_free(sent);
	}
}

/* ---- endless and silent ---- */

/* Seconds: where an answer comes, however late; where none will. */
enum { LONG = 120, SILENT = 2 };

static enum st
enters(const char *select, int timeout, struct err *e)
{
	const struct pop_rule rules[] = {
		IMAP_FAKE_LOGIN, { "SELECT", select, 0 }, { NULL, NULL, 0 }
	};
	struct imap_world *w = imap_world_new(rules);
	struct entered entered;
	enum st st;

	cr_assert_eq(opens(w), ST_OK);
	w->account->timeout = timeout;
	st = driver_enter(w->d, "INBOX", NULL, NULL, &entered, &w->e);
	*e = w->e;
	imap_world_free(w);
	return st;
}

Test(imap_wire, answers_have_limits)
{
	char *line = g_strnfill(300000, 'x');
	char *deep = g_strnfill(100000, '(');
	char *text;
	struct err e;

	text = g_strdup_printf("* %s\r\n$$ OK\r\n", line);
	cr_assert_eq(enters(text, LONG, &e), ST_PROTOCOL);
	g_free(text);
	/* 128 KiB are a line, and one octet more is none. */
	text = g_strdup_printf("* %.*s\r\n$$ OK\r\n", 128 * 1024 - 2, line);
	cr_assert_eq(enters(text, LONG, &e), ST_OK, "%s", e.text);
	g_free(text);
	text = g_strdup_printf("* %.*s\r\n$$ OK\r\n", 128 * 1024 - 1, line);
	cr_assert_eq(enters(text, LONG, &e), ST_PROTOCOL);
	g_free(text);
	text = g_strdup_printf("* 1 FETCH (UID 1 X %s)\r\n$$ OK\r\n", deep);
	cr_assert_eq(enters(text, LONG, &e), ST_OK, "it is passed over");
	g_free(text);
	cr_assert_eq(enters("* LIST () NIL {4294967290}\r\n", LONG, &e),
		     ST_PROTOCOL);
	cr_assert_eq(enters("* LIST () NIL {99999999999999999999}\r\n", LONG,
			    &e), ST_PROTOCOL);
	cr_assert_eq(enters("* LIST () NIL {10}\r\nabc", SILENT, &e), ST_RETRY);
	cr_assert_eq(enters("", SILENT, &e), ST_RETRY);
	cr_assert(strstr(e.text, "silent"), "%s", e.text);
	g_free(line);
	g_free(deep);
}

Test(imap_wire, a_silent_server_ends_in_time)
{
	struct imap_world *w = imap_world_new(plain);
	int64_t start = clock_ms();

	w->account->timeout = 1;
	w->fake.cut = 5;
	w->fake.silent = true;
	cr_assert_eq(opens(w), ST_RETRY);
	cr_assert_lt(clock_ms() - start, 60000);
	imap_world_free(w);
}

/* Wait in a server with these rules until somebody calls at once. */
static enum st
is_woken(const struct pop_rule *rules, uint32_t *woke, struct err *e)
{
	struct imap_world *w = imap_world_new(rules);
	struct entered entered;
	int ends[2];
	enum st st;

	w->account->timeout = 60;
	cr_assert_eq(pipe(ends), 0);
	cr_assert_eq(write(ends[1], "", 1), 1);
	cr_assert_eq(opens(w), ST_OK);
	cr_assert_eq(driver_enter(w->d, "INBOX", NULL, NULL, &entered,
				  &w->e), ST_OK);
	st = driver_wait(w->d, ends[0], 60000, woke, &w->e);
	*e = w->e;
	close(ends[0]);
	close(ends[1]);
	imap_world_free(w);
	return st;
}

#define IDLES { "LOGIN", "$$ OK [CAPABILITY IMAP4rev1 IDLE] in\r\n", 0 }
#define EMPTY { "SELECT", "* 0 EXISTS\r\n$$ OK done\r\n", 0 }

Test(imap_wire, who_wakes_an_idle_session_knows_that_it_lives)
{
	const struct pop_rule rules[] = {
		IDLES, EMPTY, { "IDLE", "+ idling\r\n", 0 },
		{ "DONE", "V4 OK\r\n", 0 },
		IMAP_FAKE_LOGIN, { NULL, NULL, 0 }
	};
	uint32_t woke;
	struct err e;

	cr_assert_eq(is_woken(rules, &woke, &e), ST_OK, "%s", e.text);
	cr_assert_eq(woke, WAKE_FD);
}

/* It is not waited for as long as for real work, which was given a minute. */
Test(imap_wire, a_dead_idle_session_is_found_out_soon)
{
	const struct pop_rule rules[] = {
		IDLES, EMPTY, { "IDLE", "+ idling\r\n", 0 },
		{ "DONE", "", 0 }, IMAP_FAKE_LOGIN, { NULL, NULL, 0 }
	};
	uint32_t woke;
	struct err e;

	cr_assert_eq(is_woken(rules, &woke, &e), ST_RETRY);
	cr_assert(strstr(e.text, "silent for 10 seconds"), "%s", e.text);
}

Test(imap_wire, a_dead_session_without_idle_is_found_out_soon)
{
	const struct pop_rule rules[] = {
		EMPTY, { "NOOP", "", 0 }, IMAP_FAKE_LOGIN, { NULL, NULL, 0 }
	};
	uint32_t woke;
	struct err e;

	cr_assert_eq(is_woken(rules, &woke, &e), ST_RETRY);
	cr_assert(strstr(e.text, "silent for 10 seconds"), "%s", e.text);
}

Test(imap_wire, nobody_answers_what_was_not_asked)
{
	GString *text = g_string_new(NULL);
	struct err e;

	for (int i = 0; i < 1000; i++)
		g_string_append(text, "V1 OK again\r\n");
	g_string_append(text, "$$ OK\r\n");
	cr_assert_eq(enters(text->str, LONG, &e), ST_PROTOCOL);
	cr_assert(strstr(e.text, "without end"), "%s", e.text);
	cr_assert_eq(enters("V99 OK from the future\r\n", LONG, &e),
		     ST_PROTOCOL);
	g_string_free(text, TRUE);
}

/* ---- byte by byte ---- */

#define MESSAGE "Subject: a\r\n\r\n{3} is no literal\r\n.\r\n"

static const struct pop_rule story[] = {
	IMAP_FAKE_LOGIN,
	{ "SELECT", "* FLAGS (\\Seen)\r\n* 2 EXISTS\r\n"
	  "* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 10] x\r\n"
	  "* OK [PERMANENTFLAGS (\\Seen \\*)] x\r\n"
	  "$$ OK [READ-WRITE] done\r\n", 0 },
	{ "UID FETCH 1:* (UID FLAGS)", "* 1 FETCH (UID 4 FLAGS (\\seen))\r\n"
	  "* 2 FETCH (FLAGS () UID 9)\r\n$$ OK\r\n", 0 },
	{ "UID FETCH 4,9", "* 2 FETCH (BODY[] {36}\r\n" MESSAGE
	  " UID 9 FLAGS (work) INTERNALDATE "
	  "\"17-Jul-1996 02:44:25 -0700\" RFC822.SIZE 34)\r\n"
	  "* 1 FETCH (UID 4 BODY[] \"tiny\" FLAGS ())\r\n$$ OK\r\n", 0 },
	{ NULL, NULL, 0 }
};

/* The whole story; how many messages came whole. */
static guint
tell(struct imap_world *w, enum st *st)
{
	struct copy *copy = copy_new();
	struct caught *caught = caught_new();
	struct fetch_sink sink = caught_sink(caught);
	guint n;

	*st = imap_world_open(w);
	if (*st == ST_OK)
		*st = copy_level(copy, w->d, "INBOX", &w->e);
	if (*st == ST_OK)
		*st = driver_fetch(w->d, &copy->uids, FETCH_WHOLE, &sink,
				   &w->e);
	if (*st == ST_OK) {
		const struct caught_message *m = caught_find(caught, 9);

		cr_assert_eq(copy->entered.uidvalidity, 7);
		cr_assert(copy->entered.keywords_allowed);
		cr_assert(copy_bits(copy, 4) & FLAG_SEEN);
		cr_assert_eq(m->bytes->len, strlen(MESSAGE));
		cr_assert_arr_eq(m->bytes->data, MESSAGE, strlen(MESSAGE));
		cr_assert_eq(m->internaldate, 837596665);
		cr_assert_str_eq(m->flags.keywords, "work");
		cr_assert_eq(caught_find(caught, 4)->bytes->len, 4);
	}
	cr_assert_null(caught->now, "half a message was left");
	n = caught->messages->len;
	caught_free(caught);
	copy_free(copy);
	return n;
}

Test(imap_wire, whole_and_in_crumbs)
{
	for (size_t crumb = 0; crumb < 4; crumb++) {
		struct imap_world *w = imap_world_new(story);
		enum st st;

		w->fake.crumb = crumb;
		cr_assert_eq(tell(w, &st), 2);
		cr_assert_eq(st, ST_OK, "%s", w->e.text);
		imap_world_free(w);
	}
}

Test(imap_wire, cut_at_every_octet)
{
	unsigned cuts = 0;
	enum st st;

	for (int64_t at = 0;; at++) {
		struct imap_world *w = imap_world_new(story);
		guint n;

		w->fake.cut = at;
		n = tell(w, &st);
		imap_world_free(w);
		if (st == ST_OK)
			break;
		cr_assert_eq(st, ST_RETRY, "cut at %d", (int)at);
		cr_assert_lt(n, 3);
		cuts++;
	}
	cr_assert_gt(cuts, 400);
}
