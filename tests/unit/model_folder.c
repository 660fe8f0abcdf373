/*
 * model_folder.c - folder names, their alphabet, patterns and uses
 */
#include "model/folder.h"

#include <string.h>

#include <criterion/criterion.h>

static const char *const names[][2] = {
	{ "INBOX", "INBOX" },
	{ "", "" },
	{ "Tom & Jerry", "Tom &- Jerry" },
	{ "&", "&-" },
	{ "&&", "&-&-" },
	{ "a-b", "a-b" },
	{ "Entwürfe", "Entw&APw-rfe" },
	{ "~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-" },
	{ "ü", "&APw-" },
	{ "üü", "&APwA,A-" },
	{ "üüü", "&APwA,AD8-" },
	{ "☺!", "&Jjo-!" },
	{ "😀", "&2D3eAA-" },
	{ "a😀b", "a&2D3eAA-b" },
	{ "Отправленные", "&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1-" },
	{ "tab\there", "tab&AAk-here" },
	{ "\177", "&AH8-" },
	{ "\uFFFF", "&,,8-" },
};

Test(utf7, both_ways)
{
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		char *wire = folder_to_utf7(names[i][0]);
		char *back = folder_from_utf7(wire, strlen(wire));

		cr_assert_str_eq(wire, names[i][1]);
		cr_assert_not_null(back, "%s", wire);
		cr_assert_str_eq(back, names[i][0]);
		g_free(wire);
		g_free(back);
	}
}

Test(utf7, invalid_is_null)
{
	static const char *const bad[] = {
		"&", "a&", "&AP", "&APw", "&AP!-", "&AP/8-", "&A-", "&AA-",
		"&AAA-",	/* a NUL */
		"&AGE-",	/* "a" in disguise */
		"&AC8-",	/* "/" in disguise: another path */
		"&AC4ALg-",	/* ".." in disguise */
		"&APx-",	/* bits left over */
		"&APwA-",	/* half a unit */
		"&2D0-",	/* lone surrogates */
		"&3gA-",
		"&3gDYPQ-",
		"&2D3YPQ-",
		"&APw-&APw-",	/* shifted twice for nothing */
		"&Jjo!",	/* no end */
		"tab\there", "\177", "gr\xc3\xbcn", "\xff", "\001",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		cr_assert_null(folder_from_utf7(bad[i], strlen(bad[i])), "%s",
			       bad[i]);
	cr_assert_null(folder_from_utf7("a\0b", 3));
}

/* Whatever is accepted goes back to the wire unchanged, at every length. */
Test(utf7, every_prefix)
{
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		const char *wire = names[i][1];

		for (size_t len = 0; len <= strlen(wire); len++) {
			char *copy = g_strndup(wire, len);
			char *name = folder_from_utf7(copy, len), *back;

			if (name) {
				back = folder_to_utf7(name);
				cr_assert_str_eq(back, copy);
				g_free(back);
			}
			g_free(name);
			g_free(copy);
		}
	}
}

Test(utf7, broken_utf8_makes_a_clean_name)
{
	char *wire = folder_to_utf7("a\xff");

	cr_assert_str_eq(wire, "a&,,0-");
	g_free(wire);
}

Test(folder, info_new)
{
	static const char *const rows[][2] = {
		{ "inbox", "INBOX" }, { "Inbox", "INBOX" },
		{ "Inbox.a", "Inbox.a" }, { "Inboxes", "Inboxes" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct folder_info *f = folder_info_new(rows[i][0], '/');

		cr_assert_str_eq(f->name, rows[i][1]);
		cr_assert_eq(f->delimiter, '/');
		cr_assert_eq(f->messages, -1);
		cr_assert_eq(f->uidvalidity, -1);
		cr_assert_eq(f->modseq, -1);
		folder_info_free(f);
	}
	folder_info_free(NULL);
}

Test(folder, roles_have_names)
{
	cr_assert_str_eq(folder_role_name(ROLE_DRAFTS), "drafts");
	cr_assert_str_eq(folder_role_name(ROLE_FLAGGED), "flagged");
	cr_assert_str_empty(folder_role_name(ROLE_NONE));
	cr_assert_str_empty(folder_role_name(ROLE_MAX));
}

Test(folder, role_guess)
{
	static const struct {
		const char *name;
		char delimiter;
		enum folder_role role;
	} rows[] = {
		{ "INBOX", '/', ROLE_INBOX },
		{ "inbox", '/', ROLE_INBOX },
		{ "Sent", '/', ROLE_SENT },
		{ "SENT ITEMS", '/', ROLE_SENT },
		{ "INBOX.Sent", '.', ROLE_SENT },
		{ "INBOX.Sent", '/', ROLE_NONE },
		{ "[Gmail]/Spam", '/', ROLE_JUNK },
		{ "Work/Sent", '/', ROLE_NONE },
		{ "INBOX/Work/Sent", '/', ROLE_NONE },
		{ "Entwürfe", '/', ROLE_DRAFTS },
		{ "ENTWÜRFE", 0, ROLE_DRAFTS },
		{ "Éléments supprimés", '/', ROLE_TRASH },
		{ "E\u0301le\u0301ments supprime\u0301s", '/', ROLE_TRASH },
		{ "Корзина", '|', ROLE_TRASH },
		{ "已发送", '/', ROLE_SENT },
		{ "Archiv", '/', ROLE_ARCHIVE },
		{ "Sentinel", '/', ROLE_NONE },
		{ "Sen", '/', ROLE_NONE },
		{ "sent|trash", '/', ROLE_NONE },
		{ "", '/', ROLE_NONE },
		{ "INBOX/", '/', ROLE_NONE },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		cr_assert_eq(folder_role_guess(rows[i].name,
					       rows[i].delimiter),
			     rows[i].role, "%s", rows[i].name);
}

Test(folder, match)
{
	static const struct {
		const char *pattern, *name;
		bool matches;
	} rows[] = {
		{ "*", "", true },	    { "*", "a/b", true },
		{ "%", "a", true },	    { "%", "a/b", false },
		{ "%", "", true },	    { "", "", true },
		{ "", "a", false },	    { "a", "", false },
		{ "a", "a", true },	    { "a", "A", false },
		{ "inbox", "INBOX", true }, { "In*", "INBOX", true },
		{ "Lists/*", "Lists/a/b", true },
		{ "Lists/%", "Lists/a/b", false },
		{ "Lists/%", "Lists/a", true },
		{ "Lists*", "Lists", true },
		{ "%/b", "a/b", true },	    { "%/%", "a/b", true },
		{ "%/%", "a/b/c", false },  { "*/b", "a/c/b", true },
		{ "*/b", "a/b/c", false },  { "*b%d", "abcbxd", true },
		{ "*b%d", "b/d", false },   { "%a%b", "xaayb", true },
		{ "%a/%b", "xa/ya/b", false }, { "*a/%b", "xa/ya/b", true },
		{ "a*b*c", "aXbYbZc", true }, { "a*b*c", "aXbYbZ", false },
		{ "**", "a/b", true },	    { "%%", "ab", true },
		{ "%*", "a/b", true },	    { "Грам%", "Граммы", true },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		cr_assert_eq(folder_match(rows[i].pattern, rows[i].name, '/'),
			     rows[i].matches, "%s %s", rows[i].pattern,
			     rows[i].name);
	cr_assert(folder_match("%", "a/b", '.'));
	cr_assert(folder_match("%", "a/b", 0));
}

Test(folder, match_does_not_explode)
{
	char *name = g_strnfill(2000, 'a');

	cr_assert(!folder_match("*a%a*a%a*a%a*a%a*b", name, '/'));
	g_free(name);
}
