/*
 * imap_habits.c - what Courier, Cyrus and others do in their own way
 */
#include "driver/imap_world.h"

#include <string.h>

/* What it comes to when op is answered with NO and LIST so. */
static enum st
refused_with(enum folder_op op, const char *list)
{
	char *lists = g_strdup(list);
	const struct pop_rule rules[] = {
		IMAP_FAKE_LOGIN, { "LIST", lists, 0 },
		{ "DELETE", "$$ NO Mailbox does not exist\r\n", 0 },
		{ "RENAME", "$$ NO Mailbox does not exist\r\n", 0 },
		{ "CREATE", "$$ NO Invalid mailbox name\r\n", 0 },
		{ NULL, NULL, 0 }
	};
	struct imap_world *w = imap_world_new(rules);
	enum st st;

	/* It is not one of those that are kept here. */
	w->account->folders = g_strsplit("INBOX", " ", -1);
	cr_assert_eq(imap_world_open(w), ST_OK, "%s", w->e.text);
	st = driver_folder(w->d, op, "Old", op == FOLDER_RENAME ? "New" : NULL,
			   &w->e);
	cr_assert(st == ST_RETRY || strstr(w->e.text, "does not exist") ||
		  op == FOLDER_CREATE, "%s", w->e.text);
	imap_world_free(w);
	g_free(lists);
	return st;
}

Test(imap_habits, a_no_does_not_say_that_there_is_none)
{
	static const char there[] = "* LIST () \".\" \"Old\"\r\n$$ OK\r\n";
	static const char gone[] = "$$ OK\r\n";

	cr_expect_eq(refused_with(FOLDER_DELETE, gone), ST_GONE);
	cr_expect_eq(refused_with(FOLDER_RENAME, gone), ST_GONE);
	cr_expect_eq(refused_with(FOLDER_DELETE, there), ST_REFUSED);
	cr_expect_eq(refused_with(FOLDER_RENAME, there), ST_REFUSED);
	cr_expect_eq(refused_with(FOLDER_DELETE, "$$ NO not now\r\n"),
		     ST_REFUSED);
	cr_expect_eq(refused_with(FOLDER_DELETE, NULL), ST_RETRY);
	cr_expect_eq(refused_with(FOLDER_CREATE, gone), ST_REFUSED);
}
