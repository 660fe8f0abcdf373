/*
 * pop_traps.c - POP servers that are odd, wrong, slow or cut off
 */
#include "driver/pop_world.h"

#include <string.h>

/* ---- listings ---- */

/* The listing that rules give, and how it ends. */
static enum st
listing(const struct pop_rule *rules, struct copy *copy)
{
	struct world *w = world_new(rules);
	enum st st = world_list(w, copy);

	world_free(w);
	return st;
}

#define LISTS(want, stat, list, uidl)					\
	do {								\
		const struct pop_rule rules[] = {			\
			POP_FAKE_LOGIN, POP_FAKE_QUIT,			\
			{ "STAT", stat, 0 }, { "LIST", list, 0 },	\
			{ "UIDL", uidl, 0 }, { NULL, NULL, 0 }		\
		};							\
		struct copy *copy_ = copy_new();			\
		cr_assert_eq(listing(rules, copy_), want);		\
		copy_free(copy_);					\
	} while (0)

#define NO_UIDL "-ERR no\r\n"

Test(pop_traps, odd_listings_are_taken)
{
	LISTS(ST_OK, "+OK 0 0\r\n", "+OK\r\n.\r\n", "+OK\r\n.\r\n");
	LISTS(ST_OK, "+OK 0 0\r\n", "-ERR nothing\r\n", "-ERR nothing\r\n");
	LISTS(ST_OK, "+OK\r\n", "+OK\r\n1 10\r\n.\r\n", NO_UIDL);
	LISTS(ST_OK, "+OK 2 20\r\n", "+OK\r\n1 10\r\n3 10\r\n.\r\n", NO_UIDL);
	LISTS(ST_OK, "+OK 1 1\r\n", "+OK\r\n4000000000 1\r\n.\r\n", NO_UIDL);
	LISTS(ST_OK, "+OK 2 0\r\n", "+OK\r\n1\r\n2 x\r\n.\r\n", NO_UIDL);
	LISTS(ST_OK, "+OK 1 9\n", "+OK\n1 9\n.\n", "+OK\n1 abc\n.\n");
	LISTS(ST_OK, "+ok 1 9 extra\r\n", "+ok 1 message\r\n 1  9 \r\n.\r\n",
	      "+OK\r\n1 a\r\n2 unasked\r\n.\r\n");
}

Test(pop_traps, wrong_listings_are_not)
{
	LISTS(ST_PROTOCOL, "+OK 1 1\r\n", "+OK\r\n0 1\r\n.\r\n", NO_UIDL);
	LISTS(ST_PROTOCOL, "+OK 1 1\r\n", "+OK\r\n-1 1\r\n.\r\n", NO_UIDL);
	LISTS(ST_PROTOCOL, "+OK 1 1\r\n", "+OK\r\n4294967296 1\r\n.\r\n",
	      NO_UIDL);
	LISTS(ST_PROTOCOL, "+OK 2 1\r\n", "+OK\r\n2 1\r\n1 1\r\n.\r\n",
	      NO_UIDL);
	LISTS(ST_PROTOCOL, "+OK 2 1\r\n", "+OK\r\n1 1\r\n1 1\r\n.\r\n",
	      NO_UIDL);
	LISTS(ST_PROTOCOL, "+OK 3 1\r\n", "+OK\r\n1 1\r\n2 1\r\n.\r\n",
	      NO_UIDL);
	LISTS(ST_PROTOCOL, "+OK 5 1\r\n", "+OK\r\n.\r\n", NO_UIDL);
	LISTS(ST_PROTOCOL, "+OK 1 1\r\n", "+OK\r\n1 1\r\n.\r\n",
	      "+OK\r\nabc\r\n.\r\n");
	LISTS(ST_PROTOCOL, "hello\r\n", "+OK\r\n.\r\n", NO_UIDL);
	LISTS(ST_REFUSED, "+OK 1 1\r\n", "-ERR broken\r\n", NO_UIDL);
	LISTS(ST_RETRY, "+OK 1 1\r\n", NULL, NULL);
}

/* Taken for a server without UIDL, all that is kept there would come again. */
Test(pop_traps, unique_ids_that_are_refused_for_once_are_waited_for)
{
	static const struct {
		const char *capa, *uidl;
		enum st want;
	} rows[] = {
		{ "+OK\r\nUIDL\r\nUSER\r\n.\r\n",
		  "-ERR [SYS/TEMP] busy\r\n", ST_RETRY },
		{ "-ERR what?\r\n", "-ERR [SYS/TEMP] busy\r\n", ST_RETRY },
		{ "+OK\r\nUIDL\r\nUSER\r\n.\r\n", "-ERR no\r\n", ST_RETRY },
		{ "+OK\r\nUSER\r\n.\r\n", "-ERR no\r\n", ST_OK },
		{ "-ERR what?\r\n", "-ERR no\r\n", ST_OK },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const struct pop_rule rules[] = {
			POP_FAKE_LOGIN, POP_FAKE_QUIT,
			{ "CAPA", rows[i].capa, 0 },
			{ "STAT", "+OK 1 9\r\n", 0 },
			{ "LIST", "+OK\r\n1 9\r\n.\r\n", 0 },
			{ "UIDL", rows[i].uidl, 0 }, { NULL, NULL, 0 }
		};
		struct copy *copy = copy_new();

		cr_assert_eq(listing(rules, copy), rows[i].want, "row %zu", i);
		copy_free(copy);
	}
}

static enum st
note_uidl(void *ctx, const struct listing *m, struct err *e)
{
	GString *s = ctx;

	(void)e;
	g_string_append_printf(s, "%u=%s ", m->uid, m->uidl ? m->uidl : "-");
	return ST_OK;
}

Test(pop_traps, unique_ids_that_name_nothing_are_none)
{
	static const struct pop_rule rules[] = {
		POP_FAKE_LOGIN, POP_FAKE_QUIT, { "STAT", "+OK 6 60\r\n", 0 },
		{ "LIST", "+OK\r\n1 10\r\n2 10\r\n3 10\r\n4 10\r\n5 10\r\n"
			  "6 10\r\n.\r\n", 0 },
		{ "UIDL", "+OK\r\n1 twin\r\n2 7\r\n3 twin\r\n4 ../x\r\n"
			  "5 a\001b\r\n.\r\n", 0 },
		{ NULL, NULL, 0 }
	};
	struct world *w = world_new(rules);
	GString *s = g_string_new(NULL);
	struct listing_sink sink = { s, note_uidl, NULL };
	struct entered entered;
	bool full;

	cr_assert_eq(world_open(w), ST_OK, "%s", w->e.text);
	cr_assert_eq(driver_enter(w->d, "INBOX", NULL, NULL, &entered, &w->e),
		     ST_OK);
	cr_assert_eq(driver_changes(w->d, NULL, &sink, &full, &w->e), ST_OK);
	cr_assert_str_eq(s->str, "1=- 2=7 3=- 4=../x 5=- 6=- ");
	g_string_free(s, TRUE);
	world_free(w);
}

Test(pop_traps, a_hundred_thousand_messages_are_listed)
{
	GString *list = g_string_new("+OK\r\n"),
		*uidl = g_string_new("+OK\r\n");
	struct pop_rule rules[] = {
		POP_FAKE_LOGIN, POP_FAKE_QUIT,
		{ "STAT", "+OK 100000 1\r\n", 0 }, { "LIST", NULL, 0 },
		{ "UIDL", NULL, 0 }, { NULL, NULL, 0 }
	};
	struct copy *copy = copy_new();

	for (int i = 1; i <= 100000; i++) {
		g_string_append_printf(list, "%d %d\r\n", i, i % 5000);
		g_string_append_printf(uidl, "%d %08x%08x\r\n", i, 77, i);
	}
	rules[4].text = g_string_append(list, ".\r\n")->str;
	rules[5].text = g_string_append(uidl, ".\r\n")->str;
	cr_assert_eq(listing(rules, copy), ST_OK);
	cr_assert_eq(uidset_count(&copy->uids), 100000);
	copy_free(copy);
	g_string_free(list, TRUE);
	g_string_free(uidl, TRUE);
}

Test(pop_traps, a_list_without_end_is_left)
{
	GString *list = g_string_new("+OK\r\n");
	struct pop_rule rules[] = {
		POP_FAKE_LOGIN, POP_FAKE_QUIT,
		{ "STAT", "+OK\r\n", 0 }, { "LIST", NULL, 0 },
		{ NULL, NULL, 0 }
	};
	struct copy *copy = copy_new();

	for (int i = 1; i <= 1000100; i++)
		g_string_append_printf(list, "%d\r\n", i);
	rules[4].text = list->str;
	cr_assert_eq(listing(rules, copy), ST_PROTOCOL);
	copy_free(copy);
	g_string_free(list, TRUE);
}

Test(pop_traps, a_line_without_end_is_left)
{
	GString *line = g_string_new("+OK ");
	struct pop_rule rules[] = {
		POP_FAKE_LOGIN, { "STAT", NULL, 0 }, { NULL, NULL, 0 }
	};
	struct copy *copy = copy_new();

	for (int i = 0; i < 100000; i++)
		g_string_append_c(line, 'x');
	rules[2].text = line->str;
	cr_assert_eq(listing(rules, copy), ST_PROTOCOL);
	copy_free(copy);
	g_string_free(line, TRUE);
}

/* ---- messages ---- */

#define THREE								\
	POP_FAKE_LOGIN, POP_FAKE_QUIT, { "STAT", "+OK 3 60\r\n", 0 },	\
	{ "LIST", "+OK\r\n1 22\r\n2 0\r\n3 99999\r\n.\r\n", 0 },	\
	{ "UIDL", "-ERR no\r\n", 0 }

#define RULE(command, text) { command, text, sizeof(text) - 1 }

static const char nul[] = "a: b\r\n\r\nnul\0hidden\r\n";
static const char bare[] = "a: b\r\n\r\nbare\nlf\rcr\r\n";

static const struct pop_rule three[] = {
	THREE, RULE("RETR 1", "+OK\r\na: b\r\n\r\nnul\0hidden\r\n.\r\n"),
	{ "RETR 2", "+OK\r\na: b\r\n\r\nbare\nlf\rcr\r\n.\r\n", 0 },
	{ "RETR 3", "+OK\r\na: b\r\n\r\n..\r\n.\r\n", 0 },
	{ "DELE 2", "-ERR in use\r\n", 0 }, { "DELE", "+OK\r\n", 0 },
	{ NULL, NULL, 0 }
};

static const struct pop_rule three_pipelined[] = {
	{ "CAPA", "+OK\r\nPIPELINING\r\nUIDL\r\nTOP\r\n.\r\n", 0 },
	{ "UIDL", "+OK\r\n1 a\r\n2 b\r\n3 c\r\n.\r\n", 0 },
	THREE, RULE("RETR 1", "+OK\r\na: b\r\n\r\nnul\0hidden\r\n.\r\n"),
	{ "RETR 2", "+OK\r\na: b\r\n\r\nbare\nlf\rcr\r\n.\r\n", 0 },
	{ "RETR 3", "+OK\r\na: b\r\n\r\n..\r\n.\r\n", 0 },
	{ "TOP", "+OK\r\na: b\r\n\r\n.\r\n", 0 },
	{ NULL, NULL, 0 }
};

/* Open, list and fetch all three; the caller frees what was caught. */
static enum st
fetch_three(struct world *w, struct caught *caught)
{
	struct fetch_sink sink = caught_sink(caught);
	struct uidset all = set_of(1, 3);
	struct copy *copy = copy_new();
	enum st st = world_list(w, copy);

	if (st == ST_OK)
		st = driver_fetch(w->d, &all, FETCH_WHOLE, &sink, &w->e);
	copy_free(copy);
	uidset_clear(&all);
	return st;
}

static void
assert_caught(const struct caught *caught, uint32_t uid, const char *bytes,
	      size_t len)
{
	const struct caught_message *m = caught_find(caught, uid);

	cr_assert_not_null(m);
	cr_assert_eq(m->bytes->len, len);
	cr_assert_arr_eq(m->bytes->data, bytes, len);
}

static void
assert_three(const struct pop_rule *rules, size_t crumb)
{
	struct world *w = world_new(rules);
	struct caught *caught = caught_new();

	w->fake.crumb = crumb;
	cr_assert_eq(fetch_three(w, caught), ST_OK, "%s", w->e.text);
	assert_caught(caught, 1, nul, sizeof(nul) - 1);
	assert_caught(caught, 2, bare, sizeof(bare) - 1);
	assert_caught(caught, 3, "a: b\r\n\r\n.\r\n", 11);
	cr_assert_eq(caught_find(caught, 3)->size, 99999);
	cr_assert_eq(caught->missing + caught->aborted, 0);
	caught_free(caught);
	world_free(w);
}

Test(pop_traps, every_octet_of_a_message_is_kept)
{
	assert_three(three, 0);
	assert_three(three_pipelined, 0);
}

Test(pop_traps, crumbs_make_no_difference)
{
	for (size_t crumb = 1; crumb <= 7; crumb++) {
		assert_three(three, crumb);
		assert_three(three_pipelined, crumb);
	}
}

Test(pop_traps, commands_go_ahead_of_their_answers)
{
	struct world *w = world_new(three_pipelined);
	struct caught *caught = caught_new();
	uint64_t trips, in, out;

	cr_assert_eq(fetch_three(w, caught), ST_OK);
	driver_traffic(w->d, &trips, &in, &out);
	/* Greeting, CAPA, USER, PASS, STAT with LIST and UIDL, RETR. */
	cr_assert_leq(trips, 6, "%d", (int)trips);
	cr_assert_gt(in, 100);
	cr_assert_gt(out, 50);
	caught_free(caught);
	world_free(w);
}

Test(pop_traps, headers_need_top)
{
	struct uidset all = set_of(1, 3);

	for (int i = 0; i < 2; i++) {
		struct world *w = world_new(i ? three : three_pipelined);
		struct caught *caught = caught_new();
		struct fetch_sink sink = caught_sink(caught);
		struct copy *copy = copy_new();

		cr_assert_eq(world_list(w, copy), ST_OK);
		cr_assert_eq(driver_capabilities(w->d),
			     CAP_DELIVERS | (i ? 0 : CAP_PEEK | CAP_UIDL |
						     CAP_PIPELINING));
		cr_assert_eq(driver_fetch(w->d, &all, FETCH_HEADERS, &sink,
					  &w->e), i ? ST_REFUSED : ST_OK);
		cr_assert_eq(caught->messages->len, i ? 0 : 3);
		copy_free(copy);
		caught_free(caught);
		world_free(w);
	}
	uidset_clear(&all);
}

Test(pop_traps, a_refused_message_is_passed_over)
{
	static const struct pop_rule rules[] = {
		THREE, { "RETR 1", "-ERR [SYS/TEMP] locked\r\n", 0 },
		{ "RETR 2", "+OK\r\n.\r\n", 0 },
		{ "RETR 3", "+OK 3\r\na: b\r\n\r\n.\r\n", 0 },
		{ NULL, NULL, 0 }
	};
	struct world *w = world_new(rules);
	struct caught *caught = caught_new();

	cr_assert_eq(fetch_three(w, caught), ST_OK, "%s", w->e.text);
	cr_assert_eq(caught->missing, 2);
	cr_assert_eq(caught->begun, 1);
	assert_caught(caught, 3, "a: b\r\n\r\n", 8);
	caught_free(caught);
	world_free(w);
}

/* Cut at every octet of the session: what came whole is whole, what did not
 * is aborted, and nothing was deleted. */
Test(pop_traps, a_cut_anywhere_leaves_no_half_message)
{
	unsigned begun = 0, aborted = 0;

	for (int64_t cut = 0;; cut++) {
		struct world *w = world_new(three_pipelined);
		struct caught *caught = caught_new();
		enum st st;

		w->fake.cut = cut;
		st = fetch_three(w, caught);
		cr_assert(st == ST_OK || st == ST_RETRY, "at %d: %s",
			  (int)cut, w->e.text);
		cr_assert_null(caught->now);
		begun += caught->begun;
		aborted += caught->aborted;
		if (caught_find(caught, 1))
			assert_caught(caught, 1, nul, sizeof(nul) - 1);
		if (caught_find(caught, 2))
			assert_caught(caught, 2, bare, sizeof(bare) - 1);
		caught_free(caught);
		world_free(w);
		if (st == ST_OK)
			break;
		cr_assert_lt(cut, 1000);
	}
	cr_assert_gt(aborted, 20);
	cr_assert_gt(begun, aborted);
}

Test(pop_traps, a_silent_server_is_left_in_time)
{
	struct world *w = world_new(three);
	struct caught *caught = caught_new();

	w->account->timeout = 1;
	w->fake.cut = 130;
	w->fake.silent = true;
	cr_assert_eq(fetch_three(w, caught), ST_RETRY);
	cr_assert_null(caught->now);
	caught_free(caught);
	world_free(w);
}

/* ---- deleting ---- */

Test(pop_traps, a_refused_dele_is_told)
{
	struct world *w = world_new(three);
	struct uidset all = set_of(1, 3);
	struct copy *copy = copy_new();

	cr_assert_eq(world_list(w, copy), ST_OK);
	cr_assert_eq(driver_expunge(w->d, &all, &w->e), ST_REFUSED);
	cr_assert(strstr(w->e.text, "in use"), "%s", w->e.text);
	/* The others are marked, and the session goes on. */
	cr_assert_eq(copy_level(copy, w->d, "INBOX", &w->e), ST_OK);
	cr_assert_eq(uidset_count(&copy->uids), 1);
	cr_assert(uidset_has(&copy->uids, 2));
	cr_assert_eq(driver_close(w->d, true, &w->e), ST_OK);
	cr_assert(world_was_sent(w, "DELE 1\nDELE 2\nDELE 3\nQUIT\n"));
	copy_free(copy);
	uidset_clear(&all);
	world_free(w);
}

/* QUIT with that answer, after a DELE or without one. */
static enum st
quit(const char *answer, bool dele)
{
	const struct pop_rule rules[] = {
		POP_FAKE_LOGIN, { "QUIT", answer, 0 },
		{ "STAT", "+OK 1 60\r\n", 0 },
		{ "LIST", "+OK\r\n1 22\r\n.\r\n", 0 },
		{ "UIDL", "-ERR\r\n", 0 }, { "DELE", "+OK\r\n", 0 },
		{ NULL, NULL, 0 }
	};
	struct world *w = world_new(rules);
	struct uidset one = set_of(1, 1);
	struct copy *copy = copy_new();
	enum st st;

	cr_assert_eq(world_list(w, copy), ST_OK);
	if (dele)
		cr_assert_eq(driver_expunge(w->d, &one, &w->e), ST_OK);
	st = driver_close(w->d, true, &w->e);
	copy_free(copy);
	uidset_clear(&one);
	world_free(w);
	return st;
}

Test(pop_traps, the_answer_to_quit_counts)
{
	cr_assert_eq(quit("+OK\r\n", true), ST_OK);
	cr_assert_eq(quit("-ERR some deleted messages not removed\r\n", true),
		     ST_REFUSED);
	cr_assert_eq(quit("-ERR [SYS/TEMP] later\r\n", true), ST_RETRY);
	cr_assert_eq(quit(NULL, true), ST_RETRY);
	cr_assert_eq(quit("-ERR no\r\n", false), ST_OK);
	cr_assert_eq(quit(NULL, false), ST_OK);
}

Test(pop_traps, a_rude_close_sends_no_quit)
{
	struct world *w = world_new(three);
	struct copy *copy = copy_new();

	cr_assert_eq(world_list(w, copy), ST_OK);
	driver_close(w->d, false, NULL);
	cr_assert_not(world_was_sent(w, "QUIT"));
	copy_free(copy);
	world_free(w);
}

/* More messages than go ahead at once, some of them larger than the window:
 * the server is asked again before it has nothing to do. */
Test(pop_traps, the_window_slides)
{
	GString *list = g_string_new("+OK\r\n");
	struct pop_rule rules[] = {
		{ "CAPA", "+OK\r\nPIPELINING\r\n.\r\n", 0 },
		POP_FAKE_LOGIN, { "STAT", "+OK 1000 1\r\n", 0 },
		{ "LIST", NULL, 0 }, { "UIDL", "-ERR\r\n", 0 },
		{ "RETR", "+OK\r\na: b\r\n\r\nc\r\n.\r\n", 0 },
		{ "DELE", "+OK\r\n", 0 }, { NULL, NULL, 0 }
	};
	struct uidset all = set_of(1, 1000);
	struct caught *caught = caught_new();
	struct fetch_sink sink = caught_sink(caught);
	struct copy *copy = copy_new();
	struct world *w;
	uint64_t trips, in, out;

	for (int i = 1; i <= 1000; i++)
		g_string_append_printf(list, "%d %d\r\n", i,
				       i % 100 ? 11 : 5000000);
	rules[4].text = g_string_append(list, ".\r\n")->str;
	w = world_new(rules);
	cr_assert_eq(world_list(w, copy), ST_OK, "%s", w->e.text);
	cr_assert_eq(driver_fetch(w->d, &all, FETCH_WHOLE, &sink, &w->e),
		     ST_OK, "%s", w->e.text);
	cr_assert_eq(caught->messages->len, 1000);
	cr_assert_eq(driver_expunge(w->d, &all, &w->e), ST_OK);
	driver_traffic(w->d, &trips, &in, &out);
	/* Five until the listing, one for all RETR, one for all DELE. */
	cr_assert_eq(trips, 5 + 1 + 1, "%d", (int)trips);
	uidset_clear(&all);
	caught_free(caught);
	copy_free(copy);
	world_free(w);
	g_string_free(list, TRUE);
}
