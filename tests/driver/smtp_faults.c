/*
 * smtp_faults.c - submission servers that refuse, break off, and lie
 *
 * The question is always the same: may somebody have the letter?
 */
#include "driver/smtp_world.h"

#include <string.h>
#include <sys/socket.h>

static const char *const offers[] = { "PIPELINING\n8BITMIME", "" };

/* A letter to a server with one rule of its own. */
struct outcome {
	enum st open, st;
	enum smtp_fate fate;
	char *said;
	bool stands;
	unsigned commits, dots;
};

static struct outcome
try_rule(const char *command, const char *text, bool pipelining)
{
	const struct smtp_rule rules[] = {
		{ command, text }, { NULL, NULL }
	};
	struct smtp_world *w = smtp_world_new(rules, offers[!pipelining]);
	struct outcome o = { .st = ST_MAX };

	o.open = smtp_world_open(w);
	if (o.open == ST_OK) {
		o.st = smtp_world_send(w, "A: b\n\nsecret\n");
		o.fate = w->fate;
		o.said = g_strdup(w->said);
		o.stands = smtp_is_open(w->s);
		o.commits = w->commits;
		o.dots = smtp_world_was_sent(w, "\n.\n");
	}
	smtp_world_free(w);
	return o;
}

static void
assert_outcome(const char *command, const char *text, enum st st,
	       enum smtp_fate fate, bool stands)
{
	for (int pipelining = 0; pipelining < 2; pipelining++) {
		struct outcome o = try_rule(command, text, pipelining);

		cr_assert_eq(o.open, ST_OK);
		cr_assert_eq(o.st, st, "%s %s: %s", command, text,
			     st_name(o.st));
		cr_assert_eq(o.fate, fate, "%s %s: %d", command, text,
			     o.fate);
		cr_assert_eq(o.stands, stands, "%s %s", command, text);
		g_free(o.said);
	}
}

Test(smtp_faults, refused_at_every_stage)
{
	static const char *const stages[] = { "MAIL", "RCPT", "DATA", "." };

	for (size_t i = 0; i < G_N_ELEMENTS(stages); i++) {
		assert_outcome(stages[i], "450 4.3.0 not now\r\n", ST_REFUSED,
			       SMTP_LATER, true);
		assert_outcome(stages[i], "550-5.7.1 never\r\n550 5.7.1 .\r\n",
			       ST_REFUSED, SMTP_REFUSED, true);
		assert_outcome(stages[i], "421 4.3.2 going down\r\n",
			       ST_RETRY, SMTP_LATER, false);
	}
}

Test(smtp_faults, nonsense_at_every_stage)
{
	static const char *const stages[] = { "MAIL", "RCPT", "DATA", "." };
	static const char *const words[] = {
		"what?\r\n", "250-a\r\n550 b\r\n", "\r\n", "355 go on\r\n",
		"150 wait\r\n", "+OK\r\n"
	};

	for (size_t i = 0; i < G_N_ELEMENTS(stages); i++)
		for (size_t j = 0; j < G_N_ELEMENTS(words); j++)
			assert_outcome(stages[i], words[j], ST_PROTOCOL,
				       i < 3 ? SMTP_LATER : SMTP_UNSURE,
				       false);
	assert_outcome("DATA", "250 fine\r\n", ST_PROTOCOL, SMTP_LATER,
		       false);
}

Test(smtp_faults, closed_at_every_stage)
{
	assert_outcome("MAIL", NULL, ST_RETRY, SMTP_LATER, false);
	assert_outcome("RCPT", NULL, ST_RETRY, SMTP_LATER, false);
	assert_outcome("DATA", NULL, ST_RETRY, SMTP_LATER, false);
	assert_outcome(".", NULL, ST_RETRY, SMTP_UNSURE, false);
}

Test(smtp_faults, the_words_are_kept)
{
	struct outcome o = try_rule(".", "554-5.7.1 This\r\n"
				    "554-5.7.1 is \033]0;x\007spam\r\n"
				    "554 5.7.1 \302\233\377\r\n", true);

	cr_assert_eq(o.fate, SMTP_REFUSED);
	cr_assert(g_str_has_prefix(o.said, "554 5.7.1 This is "));
	cr_assert_not(strpbrk(o.said, "\033\007"));
	cr_assert_not(strstr(o.said, "\302\233"));
	cr_assert(g_utf8_validate(o.said, -1, NULL));
	g_free(o.said);
	o = try_rule("MAIL", "552 5.3.4 too big\r\n", true);
	cr_assert_str_eq(o.said, "552 5.3.4 too big");
	g_free(o.said);
	o = try_rule("DATA", "421 4.3.2 going\r\n", true);
	cr_assert_str_eq(o.said, "421 4.3.2 going");
	g_free(o.said);
}

Test(smtp_faults, commit_comes_before_the_dot_and_only_then)
{
	static const char *const before[] = { "MAIL", "RCPT", "DATA" };
	struct outcome o;

	for (size_t i = 0; i < G_N_ELEMENTS(before); i++) {
		o = try_rule(before[i], "550 no\r\n", false);
		cr_assert_eq(o.commits, 0);
		cr_assert_eq(o.dots, 0);
		g_free(o.said);
	}
	o = try_rule(".", "550 no\r\n", false);
	cr_assert_eq(o.commits, 1);
	cr_assert_eq(o.dots, 1);
	g_free(o.said);
}

/* ---- cuts ---- */

/* The connection ends after so many octets in one direction; what the letter
 * was then said to be must agree with what the server saw. */
static bool
cut_after(int64_t said, int64_t heard, bool pipelining)
{
	struct smtp_world *w = smtp_world_new(NULL, offers[!pipelining]);
	enum st st;
	bool through;

	w->fake.cut = said;
	w->fake.deaf = heard;
	st = smtp_world_open(w);
	through = st == ST_OK;
	if (st == ST_OK) {
		st = smtp_world_send(w, "A: b\n\n.\nsecret\n");
		through = st == ST_OK;
		cr_assert_eq(smtp_is_open(w->s), through);
		smtp_fake_stop(&w->fake);
		if (w->fake.letters->len > 0)
			cr_assert(w->fate == SMTP_SENT ||
				  w->fate == SMTP_UNSURE,
				  "%d %d: it was taken", (int)said,
				  (int)heard);
		cr_assert(w->fate == SMTP_SENT || w->fate == SMTP_LATER ||
			  w->fate == SMTP_UNSURE);
		cr_assert_eq(w->fate == SMTP_SENT, through);
		/* Unsure is only who sent the dot. */
		if (w->fate == SMTP_UNSURE)
			cr_assert_eq(w->commits, 1);
	}
	if (!through)
		cr_assert_eq(st, ST_RETRY, "%d %d: %s", (int)said, (int)heard,
			     w->e.text);
	smtp_world_free(w);
	return through;
}

/* Greeting, EHLO, four answers and the last: some 150 octets. */
Test(smtp_faults, cut_anywhere_in_the_answers)
{
	for (int pipelining = 0; pipelining < 2; pipelining++) {
		int64_t n = 0;

		while (!cut_after(n, -1, pipelining))
			n++;
		cr_assert(n >= 80 && n < 300, "%d", (int)n);
	}
}

Test(smtp_faults, cut_anywhere_in_what_is_sent)
{
	for (int pipelining = 0; pipelining < 2; pipelining++) {
		int64_t n = 1;

		while (!cut_after(-1, n, pipelining))
			n++;
		cr_assert(n >= 80 && n < 300, "%d", (int)n);
	}
}

/* ---- in the middle of the text ---- */

static struct smtp_world *
long_letter(const char *words, enum st *st)
{
	struct smtp_world *w = smtp_world_new(NULL, "PIPELINING");
	char *text = g_strnfill(20000000, 'x');

	for (size_t i = 70; i < 20000000; i += 70)
		text[i] = '\n';
	w->fake.enough = 100000;
	w->fake.enough_words = words;
	cr_assert_eq(smtp_world_open(w), ST_OK, "%s", w->e.text);
	*st = smtp_world_send(w, text);
	cr_assert_eq(w->commits, 0);
	cr_assert_lt(w->at, w->len);
	g_free(text);
	return w;
}

/* Else a letter that is too big would be tried for ever. */
Test(smtp_faults, a_server_that_has_had_enough_is_heard)
{
	enum st st;
	struct smtp_world *w = long_letter("552 5.3.4 too big\r\n", &st);

	cr_assert_eq(st, ST_REFUSED, "%s", w->e.text);
	cr_assert_eq(w->fate, SMTP_REFUSED);
	cr_assert_str_eq(w->said, "552 5.3.4 too big");
	cr_assert_not(smtp_is_open(w->s));
	smtp_world_free(w);
	w = long_letter("452 4.3.1 disk full\r\n", &st);
	cr_assert_eq(st, ST_REFUSED, "%s", w->e.text);
	cr_assert_eq(w->fate, SMTP_LATER);
	smtp_world_free(w);
	w = long_letter("421 4.4.2 bye\r\n", &st);
	cr_assert_eq(st, ST_RETRY, "%s", w->e.text);
	cr_assert_eq(w->fate, SMTP_LATER);
	smtp_world_free(w);
	w = long_letter("250 I have it already\r\n", &st);
	cr_assert_eq(st, ST_PROTOCOL, "%s", w->e.text);
	cr_assert_eq(w->fate, SMTP_LATER);
	smtp_world_free(w);
	w = long_letter("", &st);
	cr_assert_eq(st, ST_RETRY, "%s", w->e.text);
	cr_assert_eq(w->fate, SMTP_LATER);
	smtp_world_free(w);
}

static void
our_fault(enum st read_st, enum st commit_st, enum st expected)
{
	struct smtp_world *w = smtp_world_new(NULL, "PIPELINING");

	cr_assert_eq(smtp_world_open(w), ST_OK, "%s", w->e.text);
	w->read_st = read_st;
	w->commit_st = commit_st;
	cr_assert_eq(smtp_world_send(w, "a\n"), expected);
	cr_assert_eq(w->fate, SMTP_LATER);
	cr_assert_not(smtp_is_open(w->s));
	cr_assert_eq(smtp_world_send(w, "a\n"), ST_RETRY);
	cr_assert_eq(w->fate, SMTP_LATER);
	cr_assert_eq(smtp_world_was_sent(w, "\n.\n"), 0);
	cr_assert_eq(w->fake.letters->len, 0);
	smtp_world_free(w);
}

Test(smtp_faults, what_cannot_be_read_is_not_sent)
{
	our_fault(ST_LOCAL, ST_OK, ST_LOCAL);
	our_fault(ST_GONE, ST_OK, ST_GONE);
}

Test(smtp_faults, without_a_commit_there_is_no_dot)
{
	our_fault(ST_OK, ST_LOCAL, ST_LOCAL);
	our_fault(ST_OK, ST_CANCELLED, ST_CANCELLED);
}

static void
reset(struct smtp_world *w)
{
	struct linger at_once = { .l_onoff = 1 };

	setsockopt(w->fake.fd, SOL_SOCKET, SO_LINGER, &at_once,
		   sizeof(at_once));
	smtp_fake_stop(&w->fake);
}

/* A dot that could not leave leaves no doubt. */
Test(smtp_faults, lost_before_the_dot)
{
	struct smtp_world *w = smtp_world_new(NULL, "PIPELINING");

	cr_assert_eq(smtp_world_open(w), ST_OK, "%s", w->e.text);
	w->at_commit = reset;
	cr_assert_eq(smtp_world_send(w, "a\n"), ST_RETRY);
	cr_assert_eq(w->fate, SMTP_LATER, "%s", w->e.text);
	cr_assert_eq(w->commits, 1);
	cr_assert_not(smtp_is_open(w->s));
	smtp_world_free(w);
}

/* ---- time ---- */

static void
interrupt(struct smtp_world *w)
{
	smtp_interrupt(w->s);
}

Test(smtp_faults, interrupted_before_the_dot)
{
	struct smtp_world *w = smtp_world_new(NULL, "PIPELINING");

	cr_assert_eq(smtp_world_open(w), ST_OK, "%s", w->e.text);
	w->at_commit = interrupt;
	cr_assert_eq(smtp_world_send(w, "a\n"), ST_CANCELLED);
	cr_assert_eq(w->fate, SMTP_LATER);
	cr_assert_not(smtp_is_open(w->s));
	cr_assert_eq(smtp_world_letter(w, 0)[0], '\0');
	smtp_world_free(w);
}

/* Interrupts when the server has the dot. */
static gpointer
interrupt_at_dot(gpointer data)
{
	struct smtp_world *w = data;

	while (w->fake.letters->len == 0)
		g_usleep(1000);
	smtp_interrupt(w->s);
	return NULL;
}

Test(smtp_faults, interrupted_behind_the_dot)
{
	static const struct smtp_rule rules[] = {
		{ ".", "" }, { NULL, NULL }
	};
	struct smtp_world *w = smtp_world_new(rules, "PIPELINING");
	GThread *thread;

	cr_assert_eq(smtp_world_open(w), ST_OK, "%s", w->e.text);
	thread = g_thread_new("interrupt", interrupt_at_dot, w);
	cr_assert_eq(smtp_world_send(w, "a\n"), ST_CANCELLED);
	g_thread_join(thread);
	cr_assert_eq(w->fate, SMTP_UNSURE);
	cr_assert_str_eq(w->e.text, "The letter may have been sent, or not: "
			 "The connection was interrupted.");
	cr_assert_not(smtp_is_open(w->s));
	smtp_world_free(w);
}

/* The same, and then the server says that it was taken. */
static gpointer
interrupt_before_verdict(gpointer data)
{
	static const char taken[] = "250 2.0.0 taken\r\n";
	struct smtp_world *w = data;

	interrupt_at_dot(w);
	g_usleep(200000);
	send(w->fake.fd, taken, strlen(taken), MSG_NOSIGNAL);
	return NULL;
}

/* An answer that is on its way is heard before the end. */
Test(smtp_faults, the_end_waits_for_the_verdict)
{
	static const struct smtp_rule rules[] = {
		{ ".", "" }, { NULL, NULL }
	};
	struct smtp_world *w = smtp_world_new(rules, "PIPELINING");
	GThread *thread;

	cr_assert_eq(smtp_world_open(w), ST_OK, "%s", w->e.text);
	thread = g_thread_new("interrupt", interrupt_before_verdict, w);
	cr_assert_eq(smtp_world_send(w, "a\n"), ST_OK, "%s", w->e.text);
	g_thread_join(thread);
	cr_assert_eq(w->fate, SMTP_SENT);
	cr_assert_str_eq(w->said, "250 2.0.0 taken");
	smtp_world_free(w);
}

static void
hurry(struct smtp_world *w)
{
	w->account->timeout = 1;
}

/* Only the silence that is meant may end by time, on a slow machine too. */
static void
silent_at(const char *command, enum smtp_fate fate)
{
	const struct smtp_rule rules[] = { { command, "" }, { NULL, NULL } };
	struct smtp_world *w = smtp_world_new(rules, "");

	cr_assert_eq(smtp_world_open(w), ST_OK, "%s", w->e.text);
	w->at_commit = hurry;
	if (*command != '.')
		hurry(w);
	cr_assert_eq(smtp_world_send(w, "a\n"), ST_RETRY);
	cr_assert_eq(w->fate, fate);
	cr_assert(strstr(w->e.text, "silent"), "%s", w->e.text);
	smtp_world_free(w);
}

/* The verdict may take ten times as long as other answers. */
Test(smtp_faults, silence_comes_to_an_end)
{
	silent_at("MAIL", SMTP_LATER);
	silent_at("DATA", SMTP_LATER);
	silent_at(".", SMTP_UNSURE);
}

Test(smtp_faults, endless_words)
{
	GString *lines = g_string_new(NULL);
	char *line = g_strnfill(100000, 'x');

	for (int i = 0; i < 10000; i++)
		g_string_append(lines, "550-no\r\n");
	memcpy(line, "550 ", 4);
	assert_outcome("MAIL", lines->str, ST_PROTOCOL, SMTP_LATER, false);
	assert_outcome(".", lines->str, ST_PROTOCOL, SMTP_UNSURE, false);
	assert_outcome("RCPT", line, ST_PROTOCOL, SMTP_LATER, false);
	assert_outcome(".", line, ST_PROTOCOL, SMTP_UNSURE, false);
	g_string_free(lines, TRUE);
	g_free(line);
}

/* ---- from one letter to the next ---- */

Test(smtp_faults, a_failure_does_not_reach_the_next_letter)
{
	static const struct smtp_rule rules[] = {
		{ "MAIL FROM:<eve@x>", "550 5.7.1 not you\r\n" },
		{ NULL, NULL }
	};

	for (size_t i = 0; i < G_N_ELEMENTS(offers); i++) {
		struct smtp_world *w = smtp_world_new(rules, offers[i]);

		cr_assert_eq(smtp_world_open(w), ST_OK, "%s", w->e.text);
		w->letter.from = "eve@x";
		cr_assert_eq(smtp_world_send(w, "a\n"), ST_REFUSED);
		cr_assert_eq(w->rcpt[0].code, 0);
		w->letter.from = "ann@x";
		cr_assert_eq(smtp_world_send(w, "b\n"), ST_OK, "%s",
			     w->e.text);
		cr_assert_eq(w->trips, i == 0 ? 2 : 5);
		cr_assert_eq(smtp_world_was_sent(w, "RSET\nMAIL"), 1);
		cr_assert_str_eq(w->fake.letters->pdata[w->fake.letters->len -
							1], "b\r\n");
		smtp_world_free(w);
	}
}

Test(smtp_faults, a_server_that_does_not_forget)
{
	static const struct smtp_rule rules[] = {
		{ "MAIL FROM:<eve@x>", "550 5.7.1 not you\r\n" },
		{ "RSET", "500 what?\r\n" }, { NULL, NULL }
	};
	struct smtp_world *w = smtp_world_new(rules, "");

	cr_assert_eq(smtp_world_open(w), ST_OK, "%s", w->e.text);
	w->letter.from = "eve@x";
	cr_assert_eq(smtp_world_send(w, "a\n"), ST_REFUSED);
	w->letter.from = "ann@x";
	cr_assert_eq(smtp_world_send(w, "b\n"), ST_PROTOCOL);
	cr_assert_eq(w->fate, SMTP_LATER);
	smtp_world_free(w);
}

Test(smtp_faults, a_new_session_after_a_lost_one)
{
	static const struct smtp_rule rules[] = {
		{ "MAIL FROM:<eve@x>", NULL }, { NULL, NULL }
	};
	struct smtp_world *w = smtp_world_new(rules, "PIPELINING");

	cr_assert_eq(smtp_world_open(w), ST_OK, "%s", w->e.text);
	w->letter.from = "eve@x";
	cr_assert_eq(smtp_world_send(w, "a\n"), ST_RETRY);
	w->letter.from = "ann@x";
	cr_assert_eq(smtp_open(w->s, &w->e), ST_OK, "%s", w->e.text);
	cr_assert_eq(smtp_world_send(w, "b\n"), ST_OK, "%s", w->e.text);
	cr_assert_eq(smtp_world_was_sent(w, "RSET"), 0);
	cr_assert_eq(w->fake.connections, 2);
	smtp_world_free(w);
}
