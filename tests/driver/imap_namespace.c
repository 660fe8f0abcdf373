/*
 * imap_namespace.c - folders of this user, of others, and of all
 */
#include "driver/imap_world.h"

#include <string.h>

#define OFFERED								\
	{ "LOGIN", "$$ OK [CAPABILITY IMAP4rev1 NAMESPACE] in\r\n", 0 }, \
	IMAP_FAKE_LOGIN

/* "name|role …" of a world's folders. */
static char *
folders(struct imap_world *w)
{
	GString *s = g_string_new(NULL);
	GPtrArray *all = NULL;
	enum st st = driver_folders(w->d, false, &all, &w->e);

	cr_assert_eq(st, ST_OK, "%s", w->e.text);
	for (guint i = 0; i < all->len; i++) {
		const struct folder_info *f = all->pdata[i];

		g_string_append_printf(s, "%s%s|%s", i ? " " : "", f->name,
				       folder_role_name(f->role));
	}
	g_ptr_array_unref(all);
	return g_string_free(s, FALSE);
}

/* What comes of these folders when NAMESPACE is answered so. */
static char *
with_namespace(const char *answer, const char *list, const char *pattern)
{
	char *text = g_strconcat(answer, "$$ OK\r\n", NULL);
	char *lists = g_strconcat(list, "$$ OK\r\n", NULL);
	const struct pop_rule rules[] = {
		OFFERED, { "NAMESPACE", text, 0 },
		{ "LIST \"\" \"*\"", lists, 0 },
		{ "LIST \"\" INBOX", "* LIST () \"/\" inbox\r\n$$ OK\r\n", 0 },
		{ "LIST \"\" \"#mh/*\"", "* LIST () \"/\" #mh/a\r\n"
		  "$$ OK\r\n", 0 },
		{ "LIST \"\" \"Public/*\"", "* LIST (\\Trash) \"/\" "
		  "Public/t\r\n$$ OK\r\n", 0 },
		{ NULL, NULL, 0 }
	};
	struct imap_world *w = imap_world_new(rules);
	char *got;

	if (pattern)
		w->account->folders = g_strsplit(pattern, " ", -1);
	cr_assert_eq(imap_world_open(w), ST_OK, "%s", w->e.text);
	got = folders(w);
	imap_world_free(w);
	g_free(lists);
	g_free(text);
	return got;
}

#define GIVES_FOLDERS(answer, list, pattern, want)			\
	do {								\
		char *got_ = with_namespace(answer, list, pattern);	\
		cr_expect_str_eq(got_, want, "%s: %s", answer, got_);	\
		g_free(got_);						\
	} while (0)

#define INBOX "* LIST () \"/\" INBOX\r\n"
#define FOREIGN INBOX "* LIST (\\Trash) \"/\" Trash\r\n"		\
	"* LIST (\\Trash) \"/\" Public/Trash\r\n"			\
	"* LIST (\\Sent) \"/\" ~bob/Sent\r\n"

Test(imap_namespace, others_have_no_role_here)
{
	GIVES_FOLDERS("* NAMESPACE ((\"\" \"/\")) ((\"~\" \"/\")) "
		      "((\"Public/\" \"/\"))\r\n", FOREIGN, NULL,
		      "INBOX|inbox Trash|trash Public/Trash| ~bob/Sent|");
	GIVES_FOLDERS("", FOREIGN, NULL, "INBOX|inbox Trash|trash "
		      "Public/Trash|trash ~bob/Sent|sent");
	/* One of one's own inside of what is shared. */
	GIVES_FOLDERS("* namespace ((\"\" \"/\")(\"Public/Trash\" \"/\" "
		      "\"X-P\" (\"a\" \"b\"))) NIL ((\"Public/\" NIL))\r\n",
		      FOREIGN, NULL, "INBOX|inbox Trash|trash "
		      "Public/Trash|trash ~bob/Sent|sent");
}

Test(imap_namespace, personal_folders_are_all_listed)
{
	GIVES_FOLDERS("* NAMESPACE ((\"\" \"/\")({4}\r\n#mh/ \"/\")) NIL "
		      "NIL\r\n", INBOX, NULL, "INBOX|inbox #mh/a|");
	GIVES_FOLDERS("* NAMESPACE ((\"INBOX.\" \".\")) NIL NIL\r\n", INBOX,
		      NULL, "INBOX|inbox");
}

Test(imap_namespace, shared_ones_when_asked_for)
{
	static const char answer[] = "* NAMESPACE ((\"\" \"/\")) NIL "
		"((\"Public/\" \"/\"))\r\n";

	GIVES_FOLDERS(answer, INBOX, NULL, "INBOX|inbox");
	GIVES_FOLDERS(answer, INBOX, "*", "INBOX|inbox");
	GIVES_FOLDERS(answer, INBOX, "INBOX Public/*",
		      "INBOX|inbox Public/t|");
}

Test(imap_namespace, inbox_is_found_in_any_case)
{
	GIVES_FOLDERS("", "* LIST () \"/\" a\r\n", NULL, "a| INBOX|inbox");
	GIVES_FOLDERS("", "* LIST () \"/\" iNbOx\r\n", NULL, "INBOX|inbox");
	GIVES_FOLDERS("", "* LIST () \"/\" a\r\n", "a", "a|");
}

Test(imap_namespace, nonsense_is_no_failure)
{
	static const char *const answers[] = {
		"* NAMESPACE\r\n", "* NAMESPACE NIL\r\n",
		"* NAMESPACE (((((\r\n", "* NAMESPACE ((\"Public/\r\n",
		"* NAMESPACE NIL NIL ((\"Public/\" \"//\"))\r\n",
		"* NAMESPACE NIL NIL ((\"Public/\"))\r\n",
		"* NAMESPACE NIL NIL ((\"Public/\" \"/\"\r\n",
		"* NAMESPACE NIL NIL (({9}\r\nPublic/\r\n \"/\"))\r\n",
		"* NAMESPACE NIL NIL Public/\r\n",
	};
	GString *many = g_string_new("* NAMESPACE NIL NIL (");

	for (size_t i = 0; i < G_N_ELEMENTS(answers); i++)
		GIVES_FOLDERS(answers[i], FOREIGN, "Trash Public/*",
			      "Trash|trash Public/Trash|trash");
	for (int i = 0; i < 5000; i++)
		g_string_append(many, "(\"Public/\" \"/\")");
	g_string_append(many, ")\r\n");
	GIVES_FOLDERS(many->str, FOREIGN, "Trash Public/*",
		      "Trash|trash Public/Trash|trash");
	g_string_free(many, TRUE);
}

Test(imap_namespace, asked_once_and_not_waited_for)
{
	const struct pop_rule rules[] = {
		OFFERED, { "NAMESPACE", "* NAMESPACE ((\"\" \"/\")) NIL NIL"
		  "\r\n$$ OK\r\n", 0 },
		{ "LIST", INBOX "$$ OK\r\n", 0 }, { NULL, NULL, 0 }
	};
	struct imap_world *w = imap_world_new(rules);
	uint64_t before, after, octets;

	cr_assert_eq(imap_world_open(w), ST_OK, "%s", w->e.text);
	driver_traffic(w->d, &before, &octets, &octets);
	g_free(folders(w));
	g_free(folders(w));
	driver_traffic(w->d, &after, &octets, &octets);
	cr_assert_eq(after - before, 2, "one for each list");
	cr_assert(imap_world_was_sent(w, "NAMESPACE"));
	cr_assert_null(strstr(strstr(w->fake.commands->str, "NAMESPACE") + 1,
			      "NAMESPACE"));
	imap_world_free(w);
}

/* Exchange 2003 offers it, and hangs up when it is sent. */
Test(imap_namespace, who_hangs_up_is_not_asked_again)
{
	const struct pop_rule rules[] = {
		OFFERED, { "NAMESPACE", NULL, 0 },
		{ "LIST", INBOX "$$ OK\r\n", 0 }, { NULL, NULL, 0 }
	};
	struct imap_world *w = imap_world_new(rules);
	GPtrArray *all = NULL;
	char *got;

	cr_assert_eq(imap_world_open(w), ST_OK, "%s", w->e.text);
	cr_assert_eq(driver_folders(w->d, false, &all, &w->e), ST_RETRY);
	cr_assert_eq(imap_world_open(w), ST_OK, "%s", w->e.text);
	got = folders(w);
	cr_assert_str_eq(got, "INBOX|inbox");
	g_free(got);
	imap_world_free(w);
}
