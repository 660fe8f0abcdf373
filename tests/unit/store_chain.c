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
