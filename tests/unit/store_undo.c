/*
 * store_undo.c - decisions that are taken back, refused, or overtaken by what
 * happens elsewhere
 */
#include "store_queue_help.h"

#include <sys/stat.h>

TestSuite(store_undo, .init = setup, .fini = teardown);

Test(store_undo, undo_before_it_was_sent_drops_it)
{
	int64_t id = row_of(inbox, 3);

	move(id, archive, 1);
	undo();
	cr_assert_eq(waiting(), 0);
	cr_assert_eq(shown(inbox), 5);
	cr_assert_eq(shown(archive), 0);
	check_bytes(id, 3);
	cr_assert_eq(row_of(inbox, 3), id);
}

Test(store_undo, undo_after_it_was_sent_queues_the_inverse)
{
	move(row_of(inbox, 3), archive, 1);
	serve(inbox, 70);
	undo();
	cr_assert_eq(shown(inbox), 5);
	cr_assert_eq(shown(archive), 0);
	cr_assert_eq(waiting(), 1);
	serve(archive, 6);
	check_uids(s, inbox, "1:2,4:6");
	check_uids(s, archive, "");
	check_bytes(row_of(inbox, 6), 3);
}

Test(store_undo, undo_goes_back_decision_by_decision)
{
	int64_t id = row_of(inbox, 1);
	char *what = NULL;

	flag(id, true, FLAG_FLAGGED, NULL, 1);
	flag(id, true, FLAG_SEEN, NULL, 1);
	serve(inbox, 0);
	undo();
	cr_assert_eq(bits_of(id), FLAG_FLAGGED);
	undo();
	cr_assert_eq(bits_of(id), 0);
	cr_assert_eq(queue_undo(s, 0, &what, NULL), ST_GONE);
	cr_assert_null(what);
}

Test(store_undo, an_expunged_message_comes_back_from_removed)
{
	int64_t id = row_of(inbox, 4), again;

	flag(id, true, FLAG_FLAGGED, "work", 1);
	serve(inbox, 0);
	expunge(id);
	cr_assert_eq(shown(inbox), 4);
	serve(inbox, 0);
	check_uids(s, inbox, "1:3,5");
	undo();
	cr_assert_eq(shown(inbox), 5);
	again = 0;
	OK(store_begin(s, e));
	OK(store_commit(s, e));
	{
		int64_t ids[8];

		listed(inbox, ids, 8);
		again = ids[4];
	}
	check_bytes(again, 4);
	cr_assert_eq(bits_of(again), FLAG_FLAGGED);
	serve(0, 6);
	check_uids(s, inbox, "1:3,5:6");
	check_bytes(row_of(inbox, 6), 4);
	cr_assert_eq(bits_of(row_of(inbox, 6)), FLAG_FLAGGED);
	{
		struct message m;

		OK(message_by_uid(s, inbox, 6, &m, e));
		cr_assert_eq(m.arrival, 1600000004);
		cr_assert_str_eq(m.flags.keywords, "work");
		message_clear(&m);
	}
}

/* What left other folders, years of it perhaps, is not read for that. */
Test(store_undo, a_message_is_looked_for_where_it_was)
{
	char *path, *name;

	for (int i = 0; i < 40; i++) {
		name = g_strdup_printf("Other %d.2%d-01-01.mbox", i, 100 + i);
		path = g_build_filename(dir, "removed", name, NULL);
		cr_assert_eq(mkdir(path, 0700), 0);	/* unreadable */
		g_free(path);
		g_free(name);
	}
	expunge(row_of(inbox, 4));
	serve(inbox, 0);
	undo();
	cr_assert_eq(shown(inbox), 5);
	serve(0, 6);
	check_bytes(row_of(inbox, 6), 4);
}

Test(store_undo, undo_of_a_move_keeps_what_was_decided_after_it)
{
	int64_t id = row_of(inbox, 3);
	GPtrArray *actions = NULL;
	char *what = NULL;

	move(id, archive, 1);
	flag(first_of(archive), true, FLAG_SEEN, NULL, 1);
	OK(queue_actions(s, 10, &actions, e));
	cr_assert_eq(actions->len, 2);
	OK(queue_undo(s, ((struct action *)actions->pdata[1])->id, &what, e));
	cr_assert_eq(shown(archive), 0);
	cr_assert_eq(bits_of(id), FLAG_SEEN);
	cr_assert_eq(waiting(), 1);
	g_free(what);
	g_ptr_array_unref(actions);
}

Test(store_undo, what_was_refused_is_not_in_effect)
{
	int64_t id = row_of(inbox, 3);
	struct change *c;
	int64_t seq;

	move(id, archive, 1);
	c = next_due(inbox);
	seq = c->seq;
	OK(queue_park(s, c, "The mailbox is full.", e));
	change_free(c);
	cr_assert_eq(shown(inbox), 5);
	cr_assert_eq(shown(archive), 0);
	cr_assert_eq(parked(), 1);
	cr_assert_eq(waiting(), 0);
	OK(queue_retry(s, seq, e));
	cr_assert_eq(shown(archive), 1);
	c = next_due(inbox);
	cr_assert(c->force);
	change_free(c);
	serve(inbox, 70);
	check_uids(s, archive, "70");
}

Test(store_undo, a_cancelled_change_never_was)
{
	int64_t id = row_of(inbox, 3);
	struct change *c;
	GArray *seqs = g_array_new(FALSE, FALSE, sizeof(int64_t));

	expunge(id);
	c = next_due(inbox);
	g_array_append_val(seqs, c->seq);
	OK(queue_sending(s, seqs, e));
	cr_assert_eq(queue_cancel(s, c->seq, NULL), ST_REFUSED);
	OK(queue_waiting(s, seqs, e));
	OK(queue_cancel(s, c->seq, e));
	cr_assert_eq(queue_cancel(s, c->seq, NULL), ST_GONE);
	cr_assert_eq(shown(inbox), 5);
	change_free(c);
	g_array_unref(seqs);
}

/* ---- what is under a difference ------------------------------------------ */

static bool
is_work(int64_t id)
{
	struct message m;
	bool has;

	OK(message_by_id(s, id, &m, e));
	has = flags_has_keyword(&m.flags, "work");
	message_clear(&m);
	return has;
}

/* Its number, for it waits alone. */
static int64_t
only_seq(void)
{
	GPtrArray *all = NULL;
	int64_t seq;

	OK(queue_list(s, false, &all, e));
	seq = ((struct change *)all->pdata[0])->seq;
	g_ptr_array_unref(all);
	return seq;
}

Test(store_undo, what_the_server_has_as_well_is_not_taken_back)
{
	int64_t id = row_of(inbox, 2);

	flag(id, true, FLAG_FLAGGED | FLAG_SEEN, "work", 1);
	server_says(2, FLAG_FLAGGED | FLAG_ANSWERED, "work");
	cr_assert_eq(bits_of(id), FLAG_FLAGGED | FLAG_ANSWERED | FLAG_SEEN);
	undo();
	cr_assert_eq(bits_of(id), FLAG_FLAGGED | FLAG_ANSWERED);
	cr_assert(is_work(id));
	flag(id, false, FLAG_ANSWERED, "work", 1);
	server_says(2, FLAG_FLAGGED, NULL);
	undo();
	cr_assert_eq(bits_of(id), FLAG_FLAGGED);
	cr_assert(!is_work(id));
}

Test(store_undo, a_refusal_leaves_what_the_server_has)
{
	int64_t id = row_of(inbox, 2);
	struct change *c;

	flag(id, true, FLAG_ANSWERED, "work", 1);
	server_says(2, FLAG_ANSWERED, NULL);
	c = next_due(inbox);
	OK(queue_park(s, c, "No.", e));
	cr_assert_eq(bits_of(id), FLAG_ANSWERED);
	cr_assert(!is_work(id));
	/* Taken up again, it is on top of what there is by then. */
	server_says(2, FLAG_SEEN, NULL);
	OK(queue_retry(s, c->seq, e));
	cr_assert_eq(bits_of(id), FLAG_ANSWERED | FLAG_SEEN);
	cr_assert(is_work(id));
	OK(queue_cancel(s, c->seq, e));
	cr_assert_eq(bits_of(id), FLAG_SEEN);
	cr_assert(!is_work(id));
	change_free(c);
}

Test(store_undo, one_of_two_is_cancelled_and_the_other_undone)
{
	int64_t id = row_of(inbox, 2), first;

	flag(id, true, FLAG_FLAGGED, NULL, 1);
	first = only_seq();
	flag(id, false, FLAG_FLAGGED, NULL, 1);
	OK(queue_cancel(s, first, e));
	cr_assert_eq(bits_of(id), 0);
	undo();
	cr_assert_eq(bits_of(id), 0);
}

Test(store_undo, what_was_sent_is_under_what_waits)
{
	int64_t id = row_of(inbox, 2);
	struct change *c;

	flag(id, true, FLAG_FLAGGED, "work", 1);
	flag(id, true, FLAG_SEEN, NULL, 1);
	c = next_due(inbox);
	OK(queue_done(s, c, 0, e));
	change_free(c);
	undo();
	cr_assert_eq(bits_of(id), FLAG_FLAGGED);
	cr_assert(is_work(id));
}

static void
cancel_last(void)
{
	GPtrArray *all = NULL;

	OK(queue_list(s, false, &all, e));
	OK(queue_cancel(s, ((struct change *)all->pdata[all->len - 1])->seq,
			e));
	g_ptr_array_unref(all);
}

Test(store_undo, what_was_cancelled_is_not_undone_again)
{
	int64_t id = row_of(inbox, 1), pair[] = { row_of(inbox, 2),
						  row_of(inbox, 3) };
	size_t n = 2;

	act("Moved 2 messages");
	OK(queue_move(s, pair, &n, archive, e));
	OK(store_commit(s, e));
	cancel_last();		/* half of it is left */
	cr_assert_eq(shown(inbox), 4);
	flag(id, true, FLAG_FLAGGED, NULL, 1);
	expunge(row_of(inbox, 4));
	cancel_last();		/* all of it */
	undo();
	cr_assert_eq(bits_of(id), 0);
	undo();
	cr_assert_eq(shown(inbox), 5);
	cr_assert_eq(waiting(), 0);
}

/* An action is told when it is known what came of it. */
Test(store_undo, an_action_can_be_told_anew)
{
	int64_t id = row_of(inbox, 1);
	struct flags f = { FLAG_FLAGGED, NULL };
	size_t n = 1;
	char *what = NULL;

	flag(row_of(inbox, 2), true, FLAG_SEEN, NULL, 1);
	act("");
	OK(queue_flags(s, &id, &n, true, &f, e));
	OK(queue_retell(s, "Flagged this one", e));
	OK(store_commit(s, e));
	OK(queue_undo(s, 0, &what, e));
	cr_assert_str_eq(what, "Flagged this one");
	g_free(what);
	OK(queue_undo(s, 0, &what, e));
	cr_assert_str_eq(what, "Flagged 1 message");
	g_free(what);
}

Test(store_undo, a_removal_there_wins_over_flags_here)
{
	GPtrArray *orphans = NULL;
	bool found = true;

	flag(row_of(inbox, 3), true, FLAG_FLAGGED, NULL, 1);
	server_removes(inbox, 3);
	cr_assert_null(next_due(inbox));
	OK(queue_orphans(s, &orphans, e));
	cr_assert_eq(orphans->len, 1);
	OK(queue_follow(s, orphans->pdata[0], &found, e));
	cr_assert(!found);
	cr_assert_eq(waiting(), 0);
	g_ptr_array_unref(orphans);
}

Test(store_undo, a_move_there_is_followed_by_the_move_here)
{
	int64_t other = make_folder(s, "Other");
	GPtrArray *orphans = NULL;
	struct envelope env;
	bool found = false;
	char *text = make_text(3, 300);

	OK(folder_set_uidvalidity(s, other, 33, e));
	move(row_of(inbox, 3), archive, 1);
	server_removes(inbox, 3);
	make_envelope(&env, 3);
	put_bytes(s, other, 8, text, strlen(text), &env, 0);
	envelope_clear(&env);
	g_free(text);
	OK(queue_orphans(s, &orphans, e));
	cr_assert_eq(orphans->len, 1);
	OK(queue_follow(s, orphans->pdata[0], &found, e));
	cr_assert(found);
	g_ptr_array_unref(orphans);
	cr_assert_eq(shown(other), 0);
	cr_assert_eq(shown(archive), 1);
	serve(other, 12);
	check_uids(s, archive, "12");
	check_uids(s, other, "");
	check_bytes(row_of(archive, 12), 3);
	check_verify(s, other);
}

/* Decided before its text was here, of a size that was the server's word. */
static bool
followed_in_spite_of_its_size(void)
{
	int64_t other = make_folder(s, "Other");
	struct flags none = { 0, NULL };
	GPtrArray *orphans = NULL;
	struct envelope env;
	bool found = false;
	char *text = make_text(9, 300);

	make_envelope(&env, 9);
	OK(store_add_envelope(s, inbox, 9, &none, 1, (int64_t)strlen(text) + 8,
			      0, &env, e));
	move(row_of(inbox, 9), archive, 1);
	server_removes(inbox, 9);
	put_bytes(s, other, 8, text, strlen(text), &env, 0);
	envelope_clear(&env);
	g_free(text);
	OK(queue_orphans(s, &orphans, e));
	cr_assert_eq(orphans->len, 1);
	OK(queue_follow(s, orphans->pdata[0], &found, e));
	g_ptr_array_unref(orphans);
	return found;
}

Test(store_undo, a_size_tells_messages_apart)
{
	cr_assert_not(followed_in_spite_of_its_size());
}

Test(store_undo, an_estimate_does_not)
{
	OK(store_fact_set(s, STORE_ESTIMATES, "1", e));
	cr_assert(followed_in_spite_of_its_size());
}

Test(store_undo, hidden_messages_survive_a_new_numbering)
{
	bool matched;
	struct flags none = { 0 };

	move(row_of(inbox, 2), archive, 1);
	OK(rematch_begin(s, inbox, 99, e));
	for (uint32_t uid = 1; uid <= 5; uid++) {
		char *text = make_text(uid, 300);
		char *id = g_strdup_printf("%u@test", uid);

		OK(rematch_add(s, uid + 100, id, (int64_t)strlen(text), 0,
			       &none, 0, &matched, e));
		cr_assert(matched);
		g_free(id);
		g_free(text);
	}
	OK(rematch_finish(s, e));
	check_uids(s, inbox, "101:105");
	cr_assert_eq(shown(inbox), 4);
	{
		struct change *c = next_due(inbox);

		cr_assert_eq(c->uid, 102);
		change_free(c);
	}
	serve(inbox, 1);
	check_uids(s, inbox, "101,103:105");
	check_bytes(row_of(archive, 1), 2);
}

Test(store_undo, a_rebuilt_index_has_the_decisions_still)
{
	int64_t flagged = row_of(inbox, 1);

	flag(flagged, true, FLAG_FLAGGED, NULL, 1);
	expunge(row_of(inbox, 2));
	move(row_of(inbox, 3), archive, 1);
	OK(rebuild_folder(s, inbox, e));
	OK(rebuild_folder(s, archive, e));
	cr_assert_eq(shown(inbox), 3);
	cr_assert_eq(shown(archive), 1);
	check_bytes(first_of(archive), 3);
	cr_assert_eq(bits_of(row_of(inbox, 1)), FLAG_FLAGGED);
	serve(inbox, 50);
	check_uids(s, inbox, "1,4:5");
	cr_assert_eq(shown(archive), 1);
}

Test(store_undo, removal_around_hidden_messages_keeps_the_mbox_exact)
{
	expunge(row_of(inbox, 3));
	server_removes(inbox, 2);
	check_verify(s, inbox);
	check_message(s, inbox, 4, 300);
	server_removes(inbox, 4);
	check_verify(s, inbox);
	serve(inbox, 0);
	check_uids(s, inbox, "1,5");
	check_message(s, inbox, 5, 300);
}

Test(store_undo, a_folder_that_goes_parks_what_was_to_go_there)
{
	move(row_of(inbox, 3), archive, 1);
	OK(folder_remove(s, archive, e));
	cr_assert_eq(parked(), 1);
	cr_assert_eq(shown(inbox), 5);
	archive = make_folder(s, "Archive");
}
