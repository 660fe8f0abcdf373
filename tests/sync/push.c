/*
 * push.c - what is decided here reaches the server, once, and both sides are
 * the same afterwards; over servers that can more and less
 *
 * The servers are those of the test program, in memory or real.
 */
#include <stdio.h>
#include <string.h>

#include "model/flags.h"
#include "store/queue.h"
#include "sync/steps.h"

#define EACH_SERVER(Name) \
	static void Name##_on(struct world *w); \
	Test(push, Name, .timeout = 300) \
	{ \
		for (size_t i_ = 0; world_kinds[i_]; i_++) { \
			struct world *w = begin(world_kinds[i_]); \
			if (!w) \
				continue; \
			fprintf(stderr, "%s\n", world_kinds[i_]->name); \
			Name##_on(w); \
			finish(w); \
		} \
	} \
	static void Name##_on(struct world *w)

EACH_SERVER(flags_and_tags_are_sent)
{
	struct flags f;

	flag(w, 1, true, FLAG_SEEN | FLAG_FLAGGED, "work");
	flag(w, 2, true, FLAG_SEEN, NULL);
	flag(w, 1, false, FLAG_SEEN, NULL);
	SYNCS(w);
	cr_assert_eq(flags_there(w, "INBOX", 1), FLAG_FLAGGED);
	cr_assert_eq(flags_there(w, "INBOX", 2), FLAG_SEEN);
	f = world_flags_of(w, "INBOX", 1);
	cr_assert(flags_has_keyword(&f, "work"));
	flags_clear(&f);
	cr_assert_eq(counts(w).waiting, 0);
}

/* Two different sets of tags are not sent as one. */
EACH_SERVER(tags_may_have_any_character)
{
	struct flags f;

	if (!w->server)
		return;		/* real ones have rules of their own */
	flag(w, 2, true, 0, "b|");
	SYNCS(w);
	flag(w, 1, true, 0, "a|b");
	flag(w, 2, true, 0, "a");
	flag(w, 2, false, 0, "b|");
	SYNCS(w);
	f = world_flags_of(w, "INBOX", 1);
	cr_assert(flags_has_keyword(&f, "a|b"), "%s", f.keywords);
	cr_assert_not(flags_has_keyword(&f, "a"));
	flags_clear(&f);
	f = world_flags_of(w, "INBOX", 2);
	cr_assert(flags_has_keyword(&f, "a"), "%s", f.keywords);
	cr_assert_not(flags_has_keyword(&f, "b|"));
	flags_clear(&f);
}

EACH_SERVER(flags_of_both_sides_are_merged)
{
	flag(w, 1, true, FLAG_FLAGGED, NULL);
	world_flags(w, "INBOX", 1, FLAG_SEEN | FLAG_ANSWERED);
	SYNCS(w);
	cr_assert_eq(flags_there(w, "INBOX", 1),
		     FLAG_SEEN | FLAG_ANSWERED | FLAG_FLAGGED);
}

EACH_SERVER(a_move_is_the_same_on_both_sides)
{
	move(w, "INBOX", 3, "Archive");
	move(w, "INBOX", 4, "Archive");
	SYNCS(w);
	cr_assert_eq(there(w, "INBOX"), 4);
	cr_assert_eq(there(w, "Archive"), 2);
	cr_assert(row(w, "Archive", 3) != 0);
	cr_assert_eq(counts(w).waiting, 0);
	SYNCS(w);
}

static uint32_t
bits_of(struct world *w, int64_t id)
{
	struct message m = { 0 };
	uint32_t bits;

	cr_assert_eq(message_by_id(w->store, id, &m, &w->e), ST_OK);
	bits = m.flags.bits;
	message_clear(&m);
	return bits;
}

/* Nobody else is to expunge what the person has not decided yet; and no mark of
 * ours stands in the way of a removal. */
EACH_SERVER(a_mark_stays_here)
{
	int64_t id;

	flag(w, 2, true, FLAG_DELETED, NULL);
	world_flags(w, "INBOX", 2, FLAG_SEEN);
	move(w, "INBOX", 3, "Archive");
	SYNCS(w);
	cr_assert_eq(flags_there(w, "INBOX", 2), FLAG_SEEN);
	cr_assert_eq(there(w, "Archive"), 1);
	cr_assert_eq(counts(w).waiting, 0);
	cr_assert_eq(counts(w).marked, 1);
	id = row(w, "INBOX", 2);
	cr_assert_eq(bits_of(w, id), FLAG_SEEN | FLAG_DELETED);
	move(w, "INBOX", 2, "Trash");
	cr_assert_eq(counts(w).marked, 0);
	SYNCS(w);
	cr_assert_eq(there(w, "Trash"), 1);
	cr_assert_eq(bits_of(w, row(w, "Trash", 2)), FLAG_SEEN);
}

EACH_SERVER(a_copy_is_made_once)
{
	copy(w, "INBOX", 3, "Archive");
	SYNCS(w);
	SYNCS(w);
	cr_assert_eq(there(w, "INBOX"), 6);
	cr_assert_eq(there(w, "Archive"), 1);
}

EACH_SERVER(deleted_for_ever_is_gone_there)
{
	expunge(w, "INBOX", 2);
	expunge(w, "INBOX", 5);
	SYNCS(w);
	cr_assert_eq(there(w, "INBOX"), 4);
	undo(w);
	SYNCS(w);
	cr_assert_eq(there(w, "INBOX"), 5);
	cr_assert(row(w, "INBOX", 5) != 0);
}

EACH_SERVER(undo_after_it_was_sent_moves_it_back)
{
	move(w, "INBOX", 3, "Archive");
	SYNCS(w);
	undo(w);
	SYNCS(w);
	cr_assert_eq(there(w, "INBOX"), 6);
	cr_assert_eq(there(w, "Archive"), 0);
}

EACH_SERVER(a_message_is_moved_on_and_flagged_before_it_arrived)
{
	int64_t id;
	size_t one = 1;
	struct flags f = { FLAG_FLAGGED, NULL };

	move(w, "INBOX", 3, "Archive");
	id = row(w, "Archive", 3);
	DECIDE(w, queue_flags(w->store, &id, &one, true, &f, e));
	move(w, "Archive", 3, "Trash");
	SYNCS(w);
	cr_assert_eq(there(w, "Archive"), 0);
	cr_assert_eq(there(w, "Trash"), 1);
	cr_assert_eq(counts(w).waiting, 0);
	cr_assert(row(w, "Trash", 3) != 0);
}

EACH_SERVER(a_removal_there_wins_over_flags_here)
{
	flag(w, 2, true, FLAG_FLAGGED, NULL);
	world_remove(w, "INBOX", 2);
	SYNCS(w);
	cr_assert_eq(counts(w).waiting, 0);
	cr_assert_eq(counts(w).parked, 0);
}

EACH_SERVER(deleting_what_was_answered_meanwhile_needs_you)
{
	GPtrArray *parked = NULL;
	struct change *c;

	/* Without SPECIAL-USE the configuration says which it is. */
	w->account->trash = g_strdup(world_name(w, "Trash"));
	move(w, "INBOX", 2, "Trash");
	expunge(w, "INBOX", 3);
	move(w, "INBOX", 4, "Archive");
	world_flags(w, "INBOX", 2, FLAG_ANSWERED);
	world_flags(w, "INBOX", 3, FLAG_FLAGGED);
	world_flags(w, "INBOX", 4, FLAG_FLAGGED);
	cr_assert_eq(world_sync(w), ST_REFUSED);
	cr_assert_eq(counts(w).parked, 2);
	cr_assert_eq(there(w, "INBOX"), 5);
	cr_assert_eq(there(w, "Archive"), 1);
	cr_assert(row(w, "INBOX", 2) && row(w, "INBOX", 3));
	cr_assert_eq(queue_list(w->store, true, &parked, &w->e), ST_OK);
	c = parked->pdata[0];
	cr_assert(strstr(c->why, "answered or flagged"));
	cr_assert_eq(queue_retry(w->store, c->seq, &w->e), ST_OK);
	c = parked->pdata[1];
	cr_assert_eq(queue_cancel(w->store, c->seq, &w->e), ST_OK);
	g_ptr_array_unref(parked);
	SYNCS(w);
	cr_assert_eq(there(w, "Trash"), 1);
	cr_assert_eq(there(w, "INBOX"), 4);
	cr_assert_eq(counts(w).parked, 0);
}

/* Another client moved it: ours is the later one, and nothing is doubled. */
EACH_SERVER(of_two_moves_the_later_holds)
{
	move(w, "INBOX", 3, "Archive");
	world_move(w, "INBOX", 3, "Trash");
	SYNCS(w);
	SYNCS(w);
	cr_assert_eq(there(w, "Trash"), 0);
	cr_assert_eq(there(w, "Archive"), 1);
	cr_assert_eq(there(w, "INBOX"), 5);
}

EACH_SERVER(a_renamed_folder_takes_its_queue_along)
{
	move(w, "INBOX", 3, "Archive");
	SYNCS(w);
	move(w, "Archive", 3, "Trash");
	world_folder_rename(w, "Archive", "Old");
	world_sync(w);
	SYNCS(w);
	cr_assert_eq(there(w, "Trash"), 1);
	cr_assert_eq(there(w, "Old"), 0);
}

EACH_SERVER(new_numbers_do_not_mislead_a_deletion)
{
	expunge(w, "INBOX", 2);
	if (!world_renumber(w, "INBOX")) {
		SYNCS(w);
		return;
	}
	world_sync(w);
	SYNCS(w);
	cr_assert_eq(there(w, "INBOX"), 5);
	cr_assert_eq(row(w, "INBOX", 2), 0);
	cr_assert(row(w, "INBOX", 3) != 0);
}

EACH_SERVER(a_refused_change_is_parked_and_the_others_go_on)
{
	if (!w->server)
		return;		/* it refuses nothing on purpose */
	flag(w, 1, true, FLAG_SEEN, NULL);
	expunge(w, "INBOX", 5);
	for (int i = 2; i < 12; i++) {
		memory_fault_arm(w->server, MEMORY_REFUSE, i);
		world_sync(w);
	}
	for (int i = 0; i < 3; i++)
		world_sync(w);
	cr_assert_eq(counts(w).waiting, 0);
}

static void
retry_parked(struct world *w)
{
	GPtrArray *parked = NULL;

	cr_assert_eq(queue_list(w->store, true, &parked, &w->e), ST_OK);
	for (guint i = 0; i < parked->len; i++)
		queue_retry(w->store, ((struct change *)parked->pdata[i])->seq,
			    &w->e);
	g_ptr_array_unref(parked);
	while (world_sync(w) != ST_OK)
		;
}

/* The source of a move stays when it cannot be copied. */
EACH_SERVER(a_refused_move_loses_nothing)
{
	for (int i = 1; w->server && i < 14; i++) {
		move(w, "INBOX", 3, "Archive");
		memory_fault_arm(w->server, MEMORY_REFUSE, i);
		for (int n = 0; n < 4; n++)
			world_sync(w);
		/* Copied, but not removed: the person is told. */
		cr_assert_eq(there(w, "INBOX") + there(w, "Archive"),
			     counts(w).parked && there(w, "Archive") ? 7 : 6,
			     "call %d: %zu and %zu", i, there(w, "INBOX"),
			     there(w, "Archive"));
		world_check(w);
		retry_parked(w);
		if (!row(w, "INBOX", 3)) {
			move(w, "Archive", 3, "INBOX");
			while (world_sync(w) != ST_OK)
				;
		}
	}
}

/* By somebody else, between the decision and the next look at the server. */
EACH_SERVER(a_folder_that_was_made_meanwhile_is_the_one)
{
	int64_t id = 0;

	DECIDE(w, queue_create(w->store, world_name(w, "New"),
			       world_delimiter(w), ROLE_NONE, false, &id, e));
	move(w, "INBOX", 1, "New");
	world_folder_add(w, "New", ROLE_NONE);
	SYNCS(w);
	cr_assert_eq(there(w, "New"), 1);
	cr_assert_eq(counts(w).parked, 0);
	cr_assert_eq(folder_id(w, "New"), id);
}

EACH_SERVER(folders_are_made_renamed_and_deleted)
{
	int64_t id = 0;
	struct folder *f = NULL;

	DECIDE(w, queue_create(w->store, world_name(w, "New"),
			       world_delimiter(w), ROLE_NONE, false, &id, e));
	move(w, "INBOX", 1, "New");
	SYNCS(w);
	cr_assert_eq(there(w, "New"), 1);
	DECIDE(w, queue_rename(w->store, id, world_name(w, "Newer"), e));
	SYNCS(w);
	cr_assert_eq(there(w, "Newer"), 1);
	f = world_folder(w, "Newer");
	cr_assert_eq(f->id, id);
	folder_free(f);
	DECIDE(w, queue_delete(w->store, id, e));
	SYNCS(w);
	cr_assert_eq(folder_by_name(w->store, world_name(w, "Newer"), &f,
				    NULL), ST_GONE);
}
