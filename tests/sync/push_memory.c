/*
 * push_memory.c - servers in memory for push.c, and what only they can do
 */
#include "sync/steps.h"

#define WITHOUT(Name, What)						\
	{ "memory" Name, WORLD_MEMORY, CAPS_QRESYNC & ~(uint32_t)(What), NULL }

static const struct world_kind all = WITHOUT("", 0);
static const struct world_kind condstore =
	WITHOUT(" without QRESYNC", CAP_QRESYNC);
static const struct world_kind plain = {
	"plain memory", WORLD_MEMORY, CAPS_PLAIN, NULL
};
static const struct world_kind no_move = WITHOUT(" without MOVE", CAP_MOVE);
static const struct world_kind no_uidplus =
	WITHOUT(" without UIDPLUS", CAP_UIDPLUS);
static const struct world_kind neither =
	WITHOUT(" without UIDPLUS and MOVE", CAP_UIDPLUS | CAP_MOVE);

const struct world_kind *const world_kinds[] = {
	&all, &condstore, &plain, &no_move, &no_uidplus, &neither, NULL
};

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
