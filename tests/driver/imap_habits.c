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

/* Exchange forgets the OK before COPYUID, or the star as well. */
static void
moves_with(const char *answer)
{
	char *text = g_strconcat(answer, "$$ OK done\r\n", NULL);
	const struct pop_rule rules[] = {
		{ "LOGIN", "$$ OK [CAPABILITY IMAP4rev1 UIDPLUS MOVE] in\r\n",
		  0 }, IMAP_FAKE_LOGIN,
		{ "SELECT", "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n"
		  "$$ OK\r\n", 0 },
		{ "UID MOVE", text, 0 }, { NULL, NULL, 0 }
	};
	struct imap_world *w = imap_world_new(rules);
	GArray *from = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	GArray *to = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	struct uidset set = set_of(2, 3);
	struct entered in;
	int64_t validity;

	cr_assert_eq(imap_world_open(w), ST_OK, "%s", w->e.text);
	cr_assert_eq(driver_enter(w->d, "INBOX", NULL, NULL, &in, &w->e),
		     ST_OK, "%s", w->e.text);
	cr_assert_eq(driver_move(w->d, &set, "Bin", from, to, &validity,
				 &w->e), ST_OK, "%s", w->e.text);
	cr_assert_eq(validity, 9, "%s", answer);
	cr_assert_eq(from->len, 2);
	cr_assert_eq(g_array_index(from, uint32_t, 1), 3);
	cr_assert_eq(g_array_index(to, uint32_t, 1), 21);
	g_array_unref(from);
	g_array_unref(to);
	uidset_clear(&set);
	imap_world_free(w);
	g_free(text);
}

Test(imap_habits, copyuid_comes_in_any_dress)
{
	moves_with("* OK [COPYUID 9 2:3 20:21] x\r\n* 2 EXPUNGE\r\n");
	moves_with("* [COPYUID 9 2:3 20:21]\r\n* 2 EXPUNGE\r\n");
	moves_with("[COPYUID 9 2:3 20:21]\r\n* 2 EXPUNGE\r\n");
	moves_with("* 2 EXPUNGE\r\n* OK [COPYUID 9 2:3 20:21]\r\n[\r\n");
}

/* What the server says of tags when a folder is entered. */
static bool
keeps_tags(const char *answer)
{
	char *text = g_strconcat("* 0 EXISTS\r\n", answer, "$$ OK\r\n", NULL);
	const struct pop_rule rules[] = {
		IMAP_FAKE_LOGIN, { "SELECT", text, 0 }, { NULL, NULL, 0 }
	};
	struct imap_world *w = imap_world_new(rules);
	struct entered in;

	cr_assert_eq(imap_world_open(w), ST_OK, "%s", w->e.text);
	cr_assert_eq(driver_enter(w->d, "INBOX", NULL, NULL, &in, &w->e),
		     ST_OK, "%s", w->e.text);
	imap_world_free(w);
	g_free(text);
	return in.keywords_allowed;
}

Test(imap_habits, exchange_keeps_no_tags)
{
	cr_expect(keeps_tags("* OK [PERMANENTFLAGS (\\Seen \\*)] x\r\n"));
	cr_expect_not(keeps_tags("* OK [PERMANENTFLAGS (\\Seen \\Answered "
				 "$MDNSent)] x\r\n"));
	cr_expect(keeps_tags(""), "silence means all (RFC 3501)");
}

Test(imap_habits, gmail_has_labels_and_views)
{
	const struct pop_rule rules[] = {
		{ "LOGIN", "$$ OK [CAPABILITY IMAP4rev1 X-GM-EXT-1 "
		  "SPECIAL-USE] in\r\n", 0 }, IMAP_FAKE_LOGIN,
		{ "LIST", "* LIST (\\All) \"/\" All\r\n"
		  "* LIST (\\Important) \"/\" Important\r\n"
		  "* LIST (\\Flagged) \"/\" Starred\r\n"
		  "* LIST () \"/\" INBOX\r\n$$ OK\r\n", 0 },
		{ NULL, NULL, 0 }
	};
	struct imap_world *w = imap_world_new(rules);
	GPtrArray *all = NULL;

	cr_assert_eq(imap_world_open(w), ST_OK, "%s", w->e.text);
	cr_assert(driver_capabilities(w->d) & CAP_LABELS);
	cr_assert_eq(driver_folders(w->d, false, &all, &w->e), ST_OK);
	cr_assert_eq(all->len, 4);
	for (guint i = 0; i < all->len; i++) {
		const struct folder_info *f = all->pdata[i];

		cr_expect_eq(!!(f->attr & FOLDER_VIEW), i == 1 || i == 2,
			     "%s", f->name);
	}
	g_ptr_array_unref(all);
	imap_world_free(w);
}

/* What the names of folders begin with after such an answer. */
static void
begins_with(const char *namespace, const char *want)
{
	char *text = g_strconcat(namespace, "$$ OK\r\n", NULL);
	const struct pop_rule rules[] = {
		{ "LOGIN", "$$ OK [CAPABILITY IMAP4rev1 NAMESPACE] in\r\n",
		  0 }, IMAP_FAKE_LOGIN, { "NAMESPACE", text, 0 },
		{ "LIST", "* LIST () \".\" INBOX\r\n$$ OK\r\n", 0 },
		{ NULL, NULL, 0 }
	};
	struct imap_world *w = imap_world_new(rules);
	struct driver_facts facts;
	GPtrArray *all = NULL;

	cr_assert_eq(imap_world_open(w), ST_OK, "%s", w->e.text);
	cr_assert_eq(driver_folders(w->d, false, &all, &w->e), ST_OK);
	driver_facts(w->d, &facts);
	cr_expect_str_eq(facts.prefix, want);
	g_ptr_array_unref(all);
	imap_world_free(w);
	g_free(text);
}

Test(imap_habits, courier_wants_names_below_inbox)
{
	begins_with("* NAMESPACE ((\"INBOX.\" \".\")) NIL ((\"shared.\" \".\"))"
		    "\r\n", "INBOX.");
	begins_with("* NAMESPACE ((\"\" \".\")(\"#mh.\" \".\")) NIL NIL\r\n",
		    "");
	begins_with("* NAMESPACE NIL ((\"~\" \"/\")) NIL\r\n", "");
	begins_with("", "");
}
