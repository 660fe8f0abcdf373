/*
 * push_memory.c - servers in memory for push.c, and what only they can do
 */
#include "sync/steps.h"

#include <string.h>

#include "mime/message.h"

#define WITHOUT(Name, What)						\
	{ "memory" Name, WORLD_MEMORY, CAPS_QRESYNC & ~(uint32_t)(What), NULL, \
	  false }

static const struct world_kind all = WITHOUT("", 0);
static const struct world_kind condstore =
	WITHOUT(" without QRESYNC", CAP_QRESYNC);
static const struct world_kind plain = {
	"plain memory", WORLD_MEMORY, CAPS_PLAIN, NULL, false
};
static const struct world_kind estimating = {
	"memory that estimates sizes", WORLD_MEMORY, CAPS_QRESYNC, NULL, true
};
static const struct world_kind estimating_plain = {
	"plain memory that estimates sizes", WORLD_MEMORY, CAPS_PLAIN, NULL,
	true
};
static const struct world_kind no_move = WITHOUT(" without MOVE", CAP_MOVE);
static const struct world_kind no_uidplus =
	WITHOUT(" without UIDPLUS", CAP_UIDPLUS);
static const struct world_kind neither =
	WITHOUT(" without UIDPLUS and MOVE", CAP_UIDPLUS | CAP_MOVE);

const struct world_kind *const world_kinds[] = {
	&all, &condstore, &plain, &no_move, &no_uidplus, &neither,
	&estimating, &estimating_plain, NULL
};

/* Take up all that is parked. */
static void
retry(struct world *w)
{
	GPtrArray *parked = NULL;

	cr_assert_eq(queue_list(w->store, true, &parked, &w->e), ST_OK);
	for (guint i = 0; i < parked->len; i++)
		queue_retry(w->store, ((struct change *)parked->pdata[i])->seq,
			    &w->e);
	g_ptr_array_unref(parked);
	SYNCS(w);
}

/* Cut off at every octet of the session that sends them: each change happens
 * once, however far it got. */
static void
cut_everywhere(const struct world_kind *kind)
{
	for (int cut = 0, done = 0; !done && cut < 20000; cut += 20) {
		struct world *w = begin(kind);
		enum st st;

		flag(w, 1, true, FLAG_FLAGGED, "work");
		move(w, "INBOX", 2, "Archive");
		copy(w, "INBOX", 3, "Archive");
		expunge(w, "INBOX", 4);
		memory_fault_arm(w->server, MEMORY_CUT, cut);
		st = world_sync(w);
		done = st == ST_OK;
		if (cut % 3 == 0)
			world_reopen(w);
		for (int i = 0; i < 3; i++)
			st = world_sync(w);
		cr_assert_eq(st, ST_OK, "cut %d: %s", cut, w->e.text);
		cr_assert_eq(there(w, "INBOX"), 4, "cut %d", cut);
		cr_assert_eq(there(w, "Archive"), 2, "cut %d: %zu", cut,
			     there(w, "Archive"));
		cr_assert_eq(flags_there(w, "INBOX", 1), FLAG_FLAGGED);
		cr_assert_eq(counts(w).waiting, 0);
		cr_assert_eq(counts(w).parked, 0);
		finish(w);
	}
}

Test(push, cut_at_every_answer, .timeout = 600)
{
	cut_everywhere(&all);
}

Test(push, cut_at_every_answer_of_a_plain_server, .timeout = 600)
{
	cut_everywhere(&plain);
}

Test(push, cut_at_every_answer_without_move, .timeout = 600)
{
	cut_everywhere(&no_move);
}

Test(push, cut_at_every_answer_of_one_that_estimates, .timeout = 600)
{
	cut_everywhere(&estimating_plain);
}

/* The same with a look at INBOX alone after the cut, as IDLE causes it: what
 * was copied elsewhere cannot be seen from there. */
static void
cut_and_look_at_inbox(const struct world_kind *kind)
{
	static const char *const one[] = { "INBOX", NULL };

	for (int cut = 0, done = 0; !done && cut < 20000; cut += 20) {
		struct world *w = begin(kind);
		enum st st;

		move(w, "INBOX", 2, "Archive");
		copy(w, "INBOX", 3, "Archive");
		expunge(w, "INBOX", 4);
		SYNCS(w);
		undo(w);
		copy(w, "INBOX", 5, "Trash");
		move(w, "INBOX", 6, "Trash");
		memory_fault_arm(w->server, MEMORY_CUT, cut);
		st = world_sync(w);
		done = st == ST_OK;
		for (int i = 0; i < 3; i++)
			world_sync_some(w, one, false);
		for (int i = 0; i < 3; i++)
			st = world_sync(w);
		cr_assert_eq(st, ST_OK, "cut %d: %s", cut, w->e.text);
		cr_assert_eq(there(w, "INBOX"), 4, "cut %d: %zu", cut,
			     there(w, "INBOX"));
		cr_assert_eq(there(w, "Archive"), 2, "cut %d", cut);
		cr_assert_eq(there(w, "Trash"), 2, "cut %d: %zu", cut,
			     there(w, "Trash"));
		cr_assert_eq(counts(w).waiting, 0);
		cr_assert_eq(counts(w).parked, 0);
		undo(w);
		SYNCS(w);
		cr_assert_eq(there(w, "INBOX"), 5, "cut %d: %zu", cut,
			     there(w, "INBOX"));
		finish(w);
	}
}

Test(push, cut_and_looked_at_from_inbox, .timeout = 600)
{
	cut_and_look_at_inbox(&all);
}

Test(push, cut_and_looked_at_from_inbox_without_move, .timeout = 600)
{
	cut_and_look_at_inbox(&no_move);
}

Test(push, cut_and_looked_at_from_inbox_of_a_plain_server, .timeout = 600)
{
	cut_and_look_at_inbox(&plain);
}

/* ---- sizes that are estimates ------------------------------------------ */

/* A message without a Message-ID; the text is another for each n. */
static uint32_t
add_bare(struct world *w, const char *folder, unsigned n)
{
	char *text = g_strdup_printf("From: Ann <ann@example.org>\r\n"
				     "Subject: bare %u\r\n\r\nText.\r\n", n);
	uint32_t uid = memory_message_add(w->server, folder, text,
					  strlen(text), NULL, 1600000000);

	g_free(text);
	return uid;
}

static int64_t
row_of(struct world *w, const char *folder, uint32_t uid)
{
	struct message m = { 0 };
	int64_t id;

	cr_assert_eq(message_by_uid(w->store, folder_id(w, folder), uid, &m,
				    &w->e), ST_OK, "%s", w->e.text);
	id = m.id;
	message_clear(&m);
	return id;
}

static bool
estimates_known(struct world *w)
{
	char *fact = store_fact_get(w->store, STORE_ESTIMATES);
	bool known = fact != NULL;

	g_free(fact);
	return known;
}

Test(push, a_server_that_counts_is_not_taken_for_another)
{
	struct world *w = begin(&all);

	move(w, "INBOX", 2, "Archive");
	SYNCS(w);
	cr_assert_not(estimates_known(w));
	finish(w);
}

Test(push, an_estimate_is_no_other_message)
{
	struct world *w = begin(&plain);

	/* It begins to, after the text came. */
	memory_server_estimate(w->server, true);
	move(w, "INBOX", 2, "Archive");
	copy(w, "INBOX", 4, "Archive");
	expunge(w, "INBOX", 3);
	cr_assert_not(estimates_known(w));
	SYNCS(w);
	cr_assert(estimates_known(w));
	cr_assert_eq(there(w, "INBOX"), 4);
	cr_assert_eq(there(w, "Archive"), 2);
	cr_assert_eq(counts(w).parked, 0);
	cr_assert_eq(counts(w).waiting, 0);
	finish(w);
}

/* Without a Message-ID the octets tell. */
Test(push, bare_messages_are_moved_where_sizes_are_estimates)
{
	struct world *w = begin(&estimating_plain);
	int64_t dest = folder_id(w, "Archive"), id;
	size_t one = 1;

	for (unsigned n = 10; n <= 14; n++)
		add_bare(w, "INBOX", n);
	SYNCS(w);
	id = row_of(w, "INBOX", 7);
	DECIDE(w, queue_move(w->store, &id, &one, dest, e));
	id = row_of(w, "INBOX", 8);
	DECIDE(w, queue_copy(w->store, &id, &one, dest, e));
	id = row_of(w, "INBOX", 9);
	DECIDE(w, queue_expunge(w->store, &id, &one, e));
	add_bare(w, "Archive", 15);
	SYNCS(w);
	cr_assert_eq(there(w, "INBOX"), 9);
	cr_assert_eq(there(w, "Archive"), 3);
	cr_assert_eq(counts(w).parked, 0);
	cr_assert_eq(counts(w).waiting, 0);
	finish(w);
}

/* What was copied is not taken for another bare one of the same size. */
Test(push, bare_messages_of_one_size_are_not_confused)
{
	struct world *w = begin(&plain);
	int64_t dest = folder_id(w, "Archive"), id;
	size_t one = 1;

	add_bare(w, "INBOX", 10);
	SYNCS(w);
	id = row_of(w, "INBOX", 7);
	DECIDE(w, queue_copy(w->store, &id, &one, dest, e));
	add_bare(w, "Archive", 11);
	SYNCS(w);
	cr_assert_eq(there(w, "Archive"), 2);
	finish(w);
}

static void
replace(struct world *w, uint32_t uid, const char *id, const char *rest)
{
	char *text = g_strconcat("From: Eve <eve@example.org>\r\n", id, rest,
				 NULL);

	memory_message_replace(w->server, "INBOX", uid, text, strlen(text));
	g_free(text);
}

Test(push, another_message_under_the_same_number_is_left_alone)
{
	static const char *const ids[] = {
		"Message-ID: <2@example.org>\r\n",
		"Message-ID: <other@example.org>\r\n", "",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
		struct world *w = begin(&condstore);

		expunge(w, "INBOX", 2);
		replace(w, 2, ids[i], "\r\nAnother text.\r\n");
		cr_assert_eq(world_sync(w), ST_REFUSED);
		cr_assert(strstr(w->failure, "another message"), "%s",
			  w->failure);
		cr_assert_eq(there(w, "INBOX"), 6);
		cr_assert_eq(counts(w).parked, 1);
		world_free(w);
	}
}

/* New numbers are no reason to fetch all again. */
Test(push, a_renumbered_folder_is_not_fetched_again_for_its_estimates)
{
	struct world *w = begin(&estimating);

	memory_message_remove(w->server, "INBOX", 3);
	memory_folder_renumber(w->server, "INBOX");
	world_add(w, "INBOX", 7, 400, 0);
	SYNCS(w);
	cr_assert_eq(w->fresh, 1, "%d fetched", (int)w->fresh);
	finish(w);
}

/* Two with the same Message-ID that came in the same second, of which one was
 * not here: neither is taken for the other. */
Test(push, twins_are_fetched_again_where_only_the_size_would_tell)
{
	static const char a[] = "Message-ID: <t@example.org>\r\n\r\nOne.\r\n";
	static const char b[] = "Message-ID: <t@example.org>\r\n\r\nThe "
				"other.\r\n";
	struct world *w = begin(&estimating);

	memory_message_add(w->server, "Archive", a, strlen(a), NULL, 77);
	SYNCS(w);
	memory_message_remove(w->server, "Archive", 1);
	memory_message_add(w->server, "Archive", b, strlen(b), NULL, 77);
	memory_message_add(w->server, "Archive", a, strlen(a), NULL, 77);
	memory_folder_renumber(w->server, "Archive");
	SYNCS(w);
	cr_assert_eq(w->fresh, 2, "%d fetched", (int)w->fresh);
	finish(w);
}

/* ---- what is appended becomes another ----------------------------------- */

static struct world *
begin_rewriting(const struct world_kind *kind)
{
	struct world *w = begin(kind);

	memory_server_rewrite(w->server, true);
	expunge(w, "INBOX", 4);
	SYNCS(w);
	undo(w);
	return w;
}

Test(push, what_was_appended_is_what_the_server_made_of_it)
{
	static const struct world_kind *const kinds[] = {
		&estimating, &estimating_plain, &plain,
	};

	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		struct world *w = begin_rewriting(kinds[i]);

		SYNCS(w);
		cr_assert_eq(there(w, "INBOX"), 6);
		cr_assert_eq(counts(w).waiting, 0);
		cr_assert_eq(counts(w).parked, 0);
		world_check(w);
		/* It can be decided about like any other. */
		move(w, "INBOX", 4, "Archive");
		SYNCS(w);
		cr_assert_eq(there(w, "Archive"), 1);
		finish(w);
	}
}

/* And what was decided meanwhile is about that. */
Test(push, what_was_appended_is_moved_on_as_what_it_became)
{
	struct world *w = begin_rewriting(&estimating);

	flag(w, 4, true, FLAG_FLAGGED, NULL);
	move(w, "INBOX", 4, "Archive");
	SYNCS(w);
	cr_assert_eq(there(w, "INBOX"), 5);
	cr_assert_eq(there(w, "Archive"), 1);
	cr_assert_eq(flags_there(w, "Archive", 1), FLAG_FLAGGED);
	cr_assert_eq(counts(w).waiting, 0);
	cr_assert_eq(counts(w).parked, 0);
	finish(w);
}

Test(push, what_was_appended_and_became_another_is_appended_once,
     .timeout = 300)
{
	for (int cut = 0, done = 0; !done && cut < 20000; cut += 20) {
		struct world *w = begin_rewriting(&estimating);
		enum st st;

		memory_fault_arm(w->server, MEMORY_CUT, cut);
		done = world_sync(w) == ST_OK;
		for (int i = 0; i < 3; i++)
			st = world_sync(w);
		cr_assert_eq(st, ST_OK, "cut %d: %s", cut, w->e.text);
		cr_assert_eq(there(w, "INBOX"), 6, "cut %d: %zu", cut,
			     there(w, "INBOX"));
		cr_assert_eq(counts(w).waiting, 0);
		finish(w);
	}
}

/* ---- a large set that was refused in part ------------------------------- */

static void
refused_after(const struct world_kind *kind, int n, bool moves)
{
	struct world *w = begin(kind);
	int64_t dest = folder_id(w, "Archive"), ids[4];
	size_t four = 4;

	for (unsigned i = 0; i < 4; i++)
		ids[i] = row(w, "INBOX", i + 1);
	DECIDE(w, (moves ? queue_move : queue_copy)(w->store, ids, &four, dest,
						    e));
	memory_fault_arm(w->server, MEMORY_FULL, n);
	cr_assert_eq(world_sync(w), ST_REFUSED);
	cr_assert_eq(counts(w).parked, 4 - n);
	cr_assert_eq(counts(w).waiting, 0);
	cr_assert_eq(there(w, "Archive"), (size_t)n);
	cr_assert_eq(there(w, "INBOX"), moves ? 6 - (size_t)n : 6);
	world_check(w);
	retry(w);
	cr_assert_eq(there(w, "Archive"), 4);
	cr_assert_eq(there(w, "INBOX"), moves ? 2 : 6);
	finish(w);
}

Test(push, what_was_copied_before_the_rest_was_refused_is_not_copied_again,
     .timeout = 120)
{
	for (size_t i = 0; world_kinds[i]; i++)
		for (int n = 0; n < 4; n++) {
			refused_after(world_kinds[i], n, false);
			refused_after(world_kinds[i], n, true);
		}
}

/* ---- texts that were not fetched yet ------------------------------------ */

/* As if the run that saw it had been cut off before its text. */
static void
see_envelope(struct world *w, uint32_t uid)
{
	const GByteArray *b = memory_message_bytes(w->server, "INBOX", uid);
	struct flags none = { 0, NULL };
	struct envelope env;

	mime_envelope((const char *)b->data, b->len, &env);
	cr_assert_eq(store_add_envelope(w->store, folder_id(w, "INBOX"), uid,
					&none, 1700000000, b->len, 0, &env,
					&w->e), ST_OK);
	envelope_clear(&env);
}

Test(push, the_text_of_what_was_moved_comes_with_the_same_run, .timeout = 60)
{
	for (size_t i = 0; world_kinds[i]; i++) {
		struct world *w = begin(world_kinds[i]);

		world_add(w, "INBOX", 7, 400, 0);
		see_envelope(w, 7);
		move(w, "INBOX", 7, "Archive");
		SYNCS(w);
		cr_assert_eq(there(w, "Archive"), 1);
		finish(w);
	}
}

Test(push, the_text_of_what_was_refused_comes_with_the_same_run)
{
	int parked = 0;

	for (int n = 1; n < 14; n++) {
		struct world *w = begin(&condstore);

		world_add(w, "INBOX", 7, 400, 0);
		see_envelope(w, 7);
		move(w, "INBOX", 7, "Archive");
		memory_fault_arm(w->server, MEMORY_REFUSE, n);
		world_sync(w);
		parked += (int)counts(w).parked;
		if (counts(w).parked)
			finish(w);
		else
			world_free(w);
	}
	cr_assert_gt(parked, 0);
}

/* The same was decided elsewhere: what is refused is not taken off there. */
Test(push, a_flag_that_the_server_had_first_stays_when_ours_is_refused)
{
	int parked = 0;

	for (int n = 1; n < 8; n++) {
		struct world *w = begin(&condstore);
		struct message m = { 0 };

		world_flags(w, "INBOX", 1, FLAG_FLAGGED);
		flag(w, 1, true, FLAG_FLAGGED, NULL);
		memory_fault_arm(w->server, MEMORY_REFUSE, n);
		world_sync(w);
		if (counts(w).parked) {
			parked++;
			SYNCS(w);
			cr_assert_eq(message_by_id(w->store,
						   row(w, "INBOX", 1), &m,
						   &w->e), ST_OK);
			cr_assert_eq(m.flags.bits, FLAG_FLAGGED);
			message_clear(&m);
		}
		finish(w);
	}
	cr_assert_gt(parked, 0);
}

/* ---- POP --------------------------------------------------------------- */

Test(push, pop_deletes_where_the_server_still_has_it, .timeout = 60)
{
	struct world *w = world_new(CAPS_POP);
	int64_t trash = 0, here = 0, id;
	size_t one = 1;

	w->account->keep = KEEP_FOREVER;
	for (unsigned n = 1; n <= 4; n++)
		world_add(w, "INBOX", n, 300, 0);
	SYNCS(w);
	DECIDE(w, queue_create(w->store, "Trash", '/', ROLE_TRASH, true,
			       &trash, e));
	DECIDE(w, queue_create(w->store, "Here", '/', ROLE_NONE, true, &here,
			       e));
	id = row(w, "INBOX", 1);
	DECIDE(w, queue_move(w->store, &id, &one, trash, e));
	id = row(w, "INBOX", 2);
	DECIDE(w, queue_move(w->store, &id, &one, here, e));
	id = row(w, "INBOX", 3);
	DECIDE(w, queue_expunge(w->store, &id, &one, e));
	cr_assert_eq(there(w, "INBOX"), 4);
	SYNCS(w);
	/* What was moved elsewhere here may stay there. */
	cr_assert_eq(there(w, "INBOX"), 2);
	world_check_pop(w, 1);
	SYNCS(w);
	world_check_pop(w, 1);
	cr_assert(row(w, "Trash", 1) != 0);
	cr_assert(row(w, "Here", 2) != 0);
	undo(w);
	SYNCS(w);
	world_check_pop(w, 2);
	world_free(w);
}
