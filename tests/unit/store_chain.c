/*
 * store_chain.c - decisions that build on one another: undone in turn,
 * half done, or overtaken
 */
#include "store_queue_help.h"

TestSuite(store_chain, .init = setup, .fini = teardown);

static struct change *
only_due(int64_t folder)
{
	struct change *c = next_due(folder);

	cr_assert_not_null(c);
	return c;
}

/* COPY was answered, the removal of the source not. */
static void
copied(int64_t folder, uint32_t uid)
{
	struct change *c = only_due(folder);

	OK(queue_copied(s, c, uid, e));
	change_free(c);
}

/* What push_rest() does after every folder was looked at. */
static void
follow_orphans(void)
{
	GPtrArray *orphans = NULL;
	bool found;

	OK(queue_orphans(s, &orphans, e));
	for (guint i = 0; i < orphans->len; i++)
		OK(queue_follow(s, orphans->pdata[i], &found, e));
	g_ptr_array_unref(orphans);
}

Test(store_chain, a_copied_source_that_is_gone_is_a_move_that_is_done)
{
	int64_t other = make_folder(s, "Other");

	OK(folder_set_uidvalidity(s, other, 33, e));
	move(row_of(inbox, 3), archive, 1);
	copied(inbox, 70);
	move(row_of(archive, 70), other, 1);
	/* EXPUNGE was cut off after the server had done it. */
	server_removes(inbox, 3);
	follow_orphans();
	cr_assert_eq(parked(), 0);
	cr_assert_eq(shown(other), 1);
	serve(archive, 5);
	check_uids(s, other, "5");
	check_uids(s, archive, "");
	check_bytes(row_of(other, 5), 3);
	undo();
	undo();
	cr_assert_eq(shown(inbox), 5);
}

Test(store_chain, undo_of_half_a_move_leaves_one_message)
{
	move(row_of(inbox, 3), archive, 1);
	copied(inbox, 70);
	undo();
	cr_assert_eq(shown(inbox), 5);
	cr_assert_eq(shown(archive), 0);
	serve(inbox, 0);
	serve(archive, 0);
	check_uids(s, inbox, "1:5");
	check_uids(s, archive, "");
	check_bytes(row_of(inbox, 3), 3);
}

Test(store_chain, undo_goes_back_over_moves_that_were_sent)
{
	int64_t other = make_folder(s, "Other");

	OK(folder_set_uidvalidity(s, other, 33, e));
	flag(row_of(inbox, 3), true, FLAG_FLAGGED, NULL, 1);
	serve(inbox, 0);
	move(row_of(inbox, 3), archive, 1);
	serve(inbox, 70);
	move(row_of(archive, 70), other, 1);
	serve(archive, 80);
	undo();
	serve(other, 71);
	check_uids(s, archive, "71");
	undo();
	serve(archive, 6);
	check_uids(s, archive, "");
	check_uids(s, inbox, "1:2,4:6");
	cr_assert_eq(bits_of(row_of(inbox, 6)), FLAG_FLAGGED);
	undo();
	cr_assert_eq(bits_of(row_of(inbox, 6)), 0);
	cr_assert_eq(waiting(), 1);
}

/* The same before the inverses were sent. */
Test(store_chain, undo_goes_back_over_moves_at_once)
{
	int64_t other = make_folder(s, "Other"), ids[8];

	OK(folder_set_uidvalidity(s, other, 33, e));
	flag(row_of(inbox, 3), true, FLAG_FLAGGED, NULL, 1);
	serve(inbox, 0);
	move(row_of(inbox, 3), archive, 1);
	serve(inbox, 70);
	move(row_of(archive, 70), other, 1);
	serve(archive, 80);
	undo();
	undo();
	undo();
	cr_assert_eq(shown(other), 0);
	cr_assert_eq(shown(archive), 0);
	cr_assert_eq(listed(inbox, ids, 8), 5);
	cr_assert_eq(bits_of(ids[4]), 0);
	check_bytes(ids[4], 3);
}

Test(store_chain, undo_goes_back_over_an_expunge)
{
	flag(row_of(inbox, 4), true, FLAG_FLAGGED, NULL, 1);
	serve(inbox, 0);
	expunge(row_of(inbox, 4));
	serve(inbox, 0);
	undo();
	serve(0, 6);
	cr_assert_eq(bits_of(row_of(inbox, 6)), FLAG_FLAGGED);
	undo();
	cr_assert_eq(bits_of(row_of(inbox, 6)), 0);
}

Test(store_chain, a_refused_restoration_can_be_retried)
{
	struct change *c;
	int64_t seq;

	expunge(row_of(inbox, 4));
	serve(inbox, 0);
	undo();
	c = only_due(0);
	seq = c->seq;
	OK(queue_park(s, c, "The mailbox is full.", e));
	change_free(c);
	cr_assert_eq(shown(inbox), 4);
	OK(queue_retry(s, seq, e));
	cr_assert_eq(shown(inbox), 5);
	serve(0, 6);
	check_uids(s, inbox, "1:3,5:6");
	check_bytes(row_of(inbox, 6), 4);
}

Test(store_chain, a_renamed_folder_gets_its_name_back)
{
	struct change *c;

	act("Renamed Archive to Old");
	OK(queue_rename(s, archive, "Old", e));
	OK(store_commit(s, e));
	c = only_due(0);
	OK(folder_rename(s, archive, "Old", e));
	OK(queue_done(s, c, 0, e));
	change_free(c);
	undo();
	c = only_due(0);
	cr_assert_eq(c->kind, CHANGE_RENAME);
	cr_assert_str_eq(c->name, "Archive");
	change_free(c);
}

/* Nothing may wait for ever for a message that is no more. */
Test(store_chain, flags_of_what_never_arrived_do_not_wait)
{
	move(row_of(inbox, 3), archive, 1);
	flag(first_of(archive), true, FLAG_FLAGGED, NULL, 1);
	server_removes(inbox, 3);
	follow_orphans();
	follow_orphans();
	cr_assert_eq(shown(archive), 0);
	cr_assert_eq(waiting(), 0);
}

Test(store_chain, flags_of_a_copy_that_is_taken_back_do_not_wait)
{
	int64_t id = row_of(inbox, 3);
	GPtrArray *all = NULL;
	size_t n = 1;

	act("Copied 1 message");
	OK(queue_copy(s, &id, &n, archive, e));
	OK(store_commit(s, e));
	flag(first_of(archive), true, FLAG_FLAGGED, NULL, 1);
	OK(queue_list(s, false, &all, e));
	OK(queue_cancel(s, ((struct change *)all->pdata[0])->seq, e));
	g_ptr_array_unref(all);
	follow_orphans();
	cr_assert_eq(waiting(), 0);
	cr_assert_eq(bits_of(id), 0);
}

/* A folder that goes takes along what was on its way through it. */
Test(store_chain, what_had_not_arrived_in_a_folder_that_goes_ends)
{
	int64_t other = make_folder(s, "Other");

	OK(folder_set_uidvalidity(s, other, 33, e));
	move(row_of(inbox, 3), archive, 1);
	serve(inbox, 0);
	move(first_of(archive), other, 1);
	server_removes(inbox, 3);
	OK(folder_remove(s, archive, e));
	follow_orphans();
	cr_assert_eq(waiting(), 0);
	cr_assert_eq(shown(other), 0);
	archive = make_folder(s, "Archive");
}

/* The server said OK to MOVE, and the message is nowhere: what it still has
 * must show. */
Test(store_chain, a_move_that_went_nowhere_hides_nothing)
{
	GPtrArray *lost = NULL;

	move(row_of(inbox, 3), archive, 1);
	serve(inbox, 0);
	OK(queue_unplaced(s, archive, &lost, e));
	cr_assert_eq(lost->len, 1);
	OK(queue_lost(s, ((struct unplaced *)lost->pdata[0])->id, e));
	g_ptr_array_unref(lost);
	cr_assert_eq(shown(archive), 0);
	/* Not here any more: where the server has it, it is new. */
	check_uids(s, inbox, "1:2,4:5");
}

Test(store_chain, a_refused_half_of_a_move_can_be_cancelled)
{
	struct change *c;
	int64_t seq;

	move(row_of(inbox, 3), archive, 1);
	copied(inbox, 70);
	c = only_due(inbox);
	seq = c->seq;
	OK(queue_park(s, c, "Others are marked as deleted there.", e));
	change_free(c);
	OK(queue_cancel(s, seq, e));
	cr_assert_eq(parked(), 0);
	cr_assert_eq(shown(inbox), 5);
	cr_assert_eq(shown(archive), 0);
	serve(archive, 0);
	check_uids(s, archive, "");
}

Test(store_chain, undo_of_half_a_move_never_removes_the_last_one)
{
	move(row_of(inbox, 3), archive, 1);
	copied(inbox, 70);
	server_removes(inbox, 3);
	undo();
	follow_orphans();
	serve(archive, 6);
	check_uids(s, archive, "");
	check_uids(s, inbox, "1:2,4:6");
	check_bytes(row_of(inbox, 6), 3);
	cr_assert_eq(waiting(), 0);
}

Test(store_chain, a_copy_in_a_folder_that_goes_leaves_no_row)
{
	struct message m;
	int64_t id;

	move(row_of(inbox, 3), archive, 1);
	copied(inbox, 0);
	id = first_of(archive);
	OK(folder_remove(s, archive, e));
	cr_assert_eq(parked(), 1);
	cr_assert_eq(shown(inbox), 5);
	cr_assert_eq(message_by_id(s, id, &m, NULL), ST_GONE);
	archive = make_folder(s, "Archive");
}
