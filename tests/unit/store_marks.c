/*
 * store_marks.c - \\Deleted decided here: a mark that no server hears of
 */
#include "store_queue_help.h"

TestSuite(store_marks, .init = setup, .fini = teardown);

static int64_t
marked(int64_t folder)
{
	GArray *ids = NULL;
	int64_t n;

	OK(queue_marked(s, folder, &ids, e));
	n = ids->len;
	g_array_unref(ids);
	return n;
}

static void
mark(int64_t id)
{
	flag(id, true, FLAG_DELETED, NULL, 1);
}

Test(store_marks, a_mark_is_seen_and_not_sent)
{
	int64_t id = row_of(inbox, 2);
	GArray *folders = NULL;
	GPtrArray *all = NULL;
	bool any;

	mark(id);
	cr_assert_eq(bits_of(id), FLAG_DELETED);
	cr_assert_null(next_due(inbox));
	cr_assert_eq(waiting(), 0);
	OK(queue_folders(s, &folders, &any, e));
	cr_assert_eq(folders->len, 0);
	g_array_unref(folders);
	OK(queue_list(s, false, &all, e));
	cr_assert_eq(all->len, 0);
	g_ptr_array_unref(all);
	cr_assert_eq(marked(inbox), 1);
	cr_assert_eq(marked(archive), 0);
	cr_assert_eq(marked(0), 1);
	server_says(2, FLAG_SEEN, NULL);
	cr_assert_eq(bits_of(id), FLAG_SEEN | FLAG_DELETED);
}

Test(store_marks, other_flags_of_it_are_sent)
{
	int64_t id = row_of(inbox, 2);
	struct change *c;

	mark(id);
	flag(id, true, FLAG_FLAGGED, NULL, 1);
	cr_assert_eq(waiting(), 1);
	c = next_due(inbox);
	cr_assert_eq(c->add.bits, FLAG_FLAGGED);
	change_free(c);
	serve(inbox, 0);
	cr_assert_eq(bits_of(id), FLAG_FLAGGED | FLAG_DELETED);
}

Test(store_marks, survive_the_end_of_the_program)
{
	mark(row_of(inbox, 2));
	store_close(s);
	s = open_worker(dir);
	cr_assert_eq(marked(inbox), 1);
	cr_assert_eq(bits_of(row_of(inbox, 2)), FLAG_DELETED);
}

Test(store_marks, are_taken_off_and_undone)
{
	int64_t ids[] = { row_of(inbox, 1), row_of(inbox, 2),
			  row_of(inbox, 3) };
	size_t n = 3;

	mark(ids[0]);
	mark(ids[1]);
	OK(queue_unmark(s, ids, &n, e));
	cr_assert_eq(n, 2);
	cr_assert_eq(marked(0), 0);
	cr_assert_eq(bits_of(ids[0]), 0);
	mark(ids[2]);
	undo();
	cr_assert_eq(marked(0), 0);
	cr_assert_eq(bits_of(ids[2]), 0);
}

Test(store_marks, go_when_it_is_decided)
{
	int64_t id = row_of(inbox, 2);

	mark(id);
	move(id, archive, 1);
	cr_assert_eq(marked(0), 0);
	cr_assert_eq(bits_of(first_of(archive)), 0);
	undo();
	cr_assert_eq(bits_of(id), 0);
	mark(id);
	expunge(id);
	cr_assert_eq(marked(0), 0);
	serve(inbox, 0);
	check_uids(s, inbox, "1,3:5");
}

Test(store_marks, a_copy_has_none)
{
	int64_t id = row_of(inbox, 2);
	size_t n = 1;

	mark(id);
	act("Copied 1 message");
	OK(queue_copy(s, &id, &n, archive, e));
	OK(store_commit(s, e));
	cr_assert_eq(bits_of(first_of(archive)), 0);
	cr_assert_eq(bits_of(id), FLAG_DELETED);
	serve(inbox, 9);
	cr_assert_eq(bits_of(row_of(archive, 9)), 0);
}

/* What others have marked is theirs. */
Test(store_marks, the_server_s_own_are_none)
{
	int64_t id = row_of(inbox, 2);
	size_t n = 1;

	server_says(2, FLAG_DELETED, NULL);
	cr_assert_eq(bits_of(id), FLAG_DELETED);
	cr_assert_eq(marked(0), 0);
	OK(queue_unmark(s, &id, &n, e));
	cr_assert_eq(n, 0);
	cr_assert_eq(bits_of(id), FLAG_DELETED);
}

Test(store_marks, go_with_their_message)
{
	mark(row_of(inbox, 2));
	server_removes(inbox, 2);
	cr_assert_eq(marked(0), 0);
	cr_assert_eq(waiting(), 0);
}
