/*
 * imap_traps.c - IMAP servers as they are
 */
#include "driver/imap_world.h"

#include <string.h>

static struct imap_world *
world(const struct pop_rule *rules)
{
	struct imap_world *w = imap_world_new(rules);
	enum st st = imap_world_open(w);

	cr_assert_eq(st, ST_OK, "%s", w->e.text);
	return w;
}

/* ---- folders ---- */

/* "NAME/delimiter/role …" of what a LIST answer gives. */
static char *
folders(const char *list)
{
	const struct pop_rule rules[] = {
		IMAP_FAKE_LOGIN, { "LIST", list, 0 }, { NULL, NULL, 0 }
	};
	struct imap_world *w = world(rules);
	GString *s = g_string_new(NULL);
	GPtrArray *all = NULL;
	enum st st = driver_folders(w->d, false, &all, &w->e);

	cr_assert_eq(st, ST_OK, "%s", w->e.text);
	for (guint i = 0; i < all->len; i++) {
		const struct folder_info *f = all->pdata[i];

		g_string_append_printf(s, "%s%s", i ? " " : "", f->name);
		if (f->delimiter)
			g_string_append_printf(s, "|%c", f->delimiter);
		if (f->role)
			g_string_append_printf(s, "|%s",
					       folder_role_name(f->role));
	}
	g_ptr_array_unref(all);
	imap_world_free(w);
	return g_string_free(s, FALSE);
}

#define LISTS(list, want)						\
	do {								\
		char *got_ = folders(list "$$ OK\r\n");			\
		cr_assert_str_eq(got_, want);				\
		g_free(got_);						\
	} while (0)

Test(imap_traps, folder_lists)
{
	LISTS("* LIST () \"/\" INBOX\r\n", "INBOX|/|inbox");
	LISTS("* List (\\hasnochildren) \".\" \"Inbox\"\r\n",
	      "INBOX|.|inbox");
	LISTS("* LIST (\\drafts) \"/\" Drafts\r\n* LIST (\\SENT) \"/\" "
	      "\"Sent Mail\"\r\n", "Drafts|/|drafts Sent Mail|/|sent");
	LISTS("* LIST () NIL flat\r\n* LIST () \"\" flat2\r\n", "flat flat2");
	LISTS("* LIST () \"\\\\\" \"a\\\\b\"\r\n", "a\\b|\\");
	LISTS("* LIST () \"|\" \"a|b\"\r\n", "a|b||");
	LISTS("* LIST () \"/\" {5}\r\na\"b c\r\n", "a\"b c|/");
	LISTS("* LIST () \"/\" \"Entw&APw-rfe\"\r\n", "Entwürfe|/");
	LISTS("* LIST () \"/\" \"A &- B\"\r\n", "A & B|/");
	LISTS("* LIST () \"/\" Public folders\twith TAB\r\n",
	      "Public folders\twith TAB|/");
	LISTS("* LIST (\\Noselect) \"/\" \"\"\r\n* LIST () \"/\" ok\r\n",
	      "ok|/");
	LISTS("* LIST () \"/\"\r\n* LIST\r\n* LIST () \"/\" ok\r\n", "ok|/");
	LISTS("* LIST () \"/\" x (\"CHILDINFO\" (\"SUBSCRIBED\"))\r\n",
	      "x|/");
	LISTS("* LIST () \"/\" {4}\r\na\r\nb\r\n* LIST () \"/\" ok\r\n",
	      "ok|/");
}

Test(imap_traps, a_bridge_without_what_it_advertises)
{
	const struct pop_rule rules[] = {
		{ "LOGIN", "$$ OK [CAPABILITY IMAP4rev1 SPECIAL-USE "
		  "APPENDLIMIT] in\r\n", 0 }, IMAP_FAKE_LOGIN,
		{ "LIST \"\" \"*\" RETURN", "$$ BAD parse error\r\n", 0 },
		{ "LIST", "* LIST () \"/\" INBOX\r\n$$ OK\r\n", 0 },
		{ NULL, NULL, 0 }
	};
	struct imap_world *w = world(rules);
	GPtrArray *all = NULL;

	cr_assert_eq(driver_folders(w->d, false, &all, &w->e), ST_OK);
	cr_assert_eq(all->len, 1);
	g_ptr_array_unref(all);
	imap_world_free(w);
}

/* ---- differences ---- */

#define QRESYNC_LOGIN							\
	{ "LOGIN", "$$ OK [CAPABILITY IMAP4rev1 ENABLE QRESYNC "	\
	  "ESEARCH] in\r\n", 0 }, IMAP_FAKE_LOGIN

struct heard {
	struct uidset listed, vanished;
	unsigned with_flags;
};

static enum st
hear(void *ctx, const struct listing *m, struct err *e)
{
	struct heard *h = ctx;

	(void)e;
	uidset_add(&h->listed, m->uid);
	h->with_flags += m->has_flags;
	return ST_OK;
}

static enum st
hear_vanished(void *ctx, const struct uidset *uids, struct err *e)
{
	struct heard *h = ctx;

	(void)e;
	uidset_add_set(&h->vanished, uids);
	return ST_OK;
}

static void
heard_clear(struct heard *h)
{
	uidset_clear(&h->listed);
	uidset_clear(&h->vanished);
}

static void
assert_set(const struct uidset *s, const char *want)
{
	char *got = uidset_format(s);

	cr_assert_str_eq(got, want);
	g_free(got);
}

Test(imap_traps, every_vanished_of_a_select_counts)
{
	const struct pop_rule rules[] = {
		QRESYNC_LOGIN,
		{ "ENABLE", "* ENABLED QRESYNC\r\n$$ OK\r\n", 0 },
		{ "SELECT \"INBOX\" (QRESYNC (7 20))",
		  "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n"
		  "* OK [HIGHESTMODSEQ 30] x\r\n"
		  "* VANISHED (EARLIER) 1:2\r\n* VANISHED (EARLIER) 8\r\n"
		  "* 1 FETCH (UID 4 FLAGS (\\Seen) MODSEQ (25))\r\n"
		  "$$ OK\r\n", 0 }, { NULL, NULL, 0 }
	};
	struct imap_world *w = world(rules);
	struct heard h = { .listed = UIDSET_EMPTY };
	const struct listing_sink sink = { &h, hear, hear_vanished };
	const struct known known = { .uidvalidity = 7, .modseq = 20 };
	struct entered in;
	uint64_t before, after, octets;

	driver_traffic(w->d, &before, &octets, &octets);
	cr_assert_eq(driver_enter(w->d, "INBOX", &known, &sink, &in, &w->e),
		     ST_OK, "%s", w->e.text);
	driver_traffic(w->d, &after, &octets, &octets);
	cr_assert_eq(after - before, 1, "ENABLE and SELECT wait as one");
	cr_assert(in.complete && in.same_uids);
	cr_assert_eq(in.exists, 3, "EARLIER ones were not counted any more");
	cr_assert_eq(in.modseq, 30);
	assert_set(&h.vanished, "1:2,8");
	assert_set(&h.listed, "4");
	heard_clear(&h);
	imap_world_free(w);
}

Test(imap_traps, qresync_that_is_only_advertised)
{
	const struct pop_rule rules[] = {
		QRESYNC_LOGIN, { "ENABLE", "$$ OK nothing\r\n", 0 },
		{ "SELECT \"INBOX\" (", "$$ BAD no\r\n", 0 },
		{ "SELECT", "* 0 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n"
		  "$$ OK\r\n", 0 }, { NULL, NULL, 0 }
	};
	struct imap_world *w = world(rules);
	struct heard h = { .listed = UIDSET_EMPTY };
	const struct listing_sink sink = { &h, hear, hear_vanished };
	const struct known known = { .uidvalidity = 7, .modseq = 20 };
	struct entered in;

	cr_assert_eq(driver_enter(w->d, "INBOX", &known, &sink, &in, &w->e),
		     ST_OK, "%s", w->e.text);
	cr_assert_not(in.complete);
	imap_world_free(w);
}

/* iCloud: ENABLE is answered with OK and without "* ENABLED", and SELECT then
 * takes no notice of QRESYNC.  Believing that nothing changed would lose
 * every change of flags, because HIGHESTMODSEQ has moved on. */
Test(imap_traps, qresync_that_was_never_enabled)
{
	const struct pop_rule rules[] = {
		QRESYNC_LOGIN, { "ENABLE", "$$ OK nothing\r\n", 0 },
		{ "SELECT \"INBOX\"", "* 3 EXISTS\r\n"
		  "* OK [UIDVALIDITY 7] x\r\n"
		  "* OK [HIGHESTMODSEQ 30] x\r\n$$ OK\r\n", 0 },
		{ "UID FETCH 1:* (UID FLAGS) (CHANGEDSINCE 20)",
		  "* 1 FETCH (UID 4 FLAGS (\\Seen) MODSEQ (25))\r\n"
		  "$$ OK\r\n", 0 }, { NULL, NULL, 0 }
	};
	struct imap_world *w = world(rules);
	struct heard h = { .listed = UIDSET_EMPTY };
	const struct listing_sink sink = { &h, hear, hear_vanished };
	const struct known known = { .uidvalidity = 7, .modseq = 20 };
	struct entered in;
	bool full;

	cr_assert_eq(driver_enter(w->d, "INBOX", &known, &sink, &in, &w->e),
		     ST_OK, "%s", w->e.text);
	cr_assert_not(in.complete, "silence was taken for no change");
	cr_assert_eq(driver_changes(w->d, &known, &sink, &full, &w->e), ST_OK,
		     "%s", w->e.text);
	assert_set(&h.listed, "4");
	heard_clear(&h);
	imap_world_free(w);
}

/* What changes() gives for a folder of `exists` that lists `answer`. */
static enum st
lists(int exists, const char *answer, struct heard *h)
{
	char *select = g_strdup_printf("* %d EXISTS\r\n"
		"* OK [UIDVALIDITY 7] x\r\n$$ OK\r\n", exists);
	const struct pop_rule rules[] = {
		IMAP_FAKE_LOGIN, { "SELECT", select, 0 },
		{ "UID FETCH 1:*", answer, 0 }, { NULL, NULL, 0 }
	};
	struct imap_world *w = world(rules);
	const struct listing_sink sink = { h, hear, hear_vanished };
	struct entered in;
	bool full;
	enum st st = driver_enter(w->d, "INBOX", NULL, &sink, &in, &w->e);

	cr_assert_eq(st, ST_OK);
	st = driver_changes(w->d, NULL, &sink, &full, &w->e);
	imap_world_free(w);
	g_free(select);
	return st;
}

Test(imap_traps, lists_that_lie_are_not_believed)
{
	struct heard h = { .listed = UIDSET_EMPTY };

	cr_assert_eq(lists(2, "$$ OK\r\n", &h), ST_PROTOCOL);
	cr_assert_eq(lists(2, "* 1 FETCH (UID 1 FLAGS ())\r\n$$ OK\r\n", &h),
		     ST_PROTOCOL);
	cr_assert_eq(lists(2, "* 1 FETCH (UID 1 FLAGS ())\r\n$$ NO x\r\n",
			   &h), ST_REFUSED);
	cr_assert_eq(lists(1, "* 1 FETCH (UID 4294967296 FLAGS ())\r\n"
			   "$$ OK\r\n", &h), ST_PROTOCOL);
	heard_clear(&h);
	/* New mail while the list is made is no lie. */
	cr_assert_eq(lists(1, "* 2 EXISTS\r\n* 1 FETCH (UID 1 FLAGS ())\r\n"
			   "$$ OK\r\n", &h), ST_OK);
	heard_clear(&h);
	cr_assert_eq(lists(1, "* 1 FETCH (FLAGS (\\Recent \\Seen $X) ENVELOPE "
			   "(NIL ((a b)) {2}\r\nxy) UID 3 MODSEQ (-1) "
			   "X-NEW (1 (2)))\r\n$$ OK\r\n", &h), ST_OK);
	assert_set(&h.listed, "3");
	heard_clear(&h);
}

/* ---- bodies ---- */

/* Fetch UIDs 1 to 3; the letters of what came: the first octet of a body,
 * "-" for one that is missing. */
static char *
fetches(const struct pop_rule *fetch)
{
	struct pop_rule rules[12] = {
		IMAP_FAKE_LOGIN,
		{ "SELECT", "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n"
		  "$$ OK\r\n", 0 },
	};
	struct imap_world *w;
	struct caught *caught = caught_new();
	struct fetch_sink sink = caught_sink(caught);
	struct uidset set = set_of(1, 3);
	GString *s = g_string_new(NULL);
	struct entered in;
	int n = 4;
	enum st st;

	while (fetch->command)
		rules[n++] = *fetch++;
	rules[n] = *fetch;
	w = world(rules);
	cr_assert_eq(driver_enter(w->d, "INBOX", NULL, NULL, &in, &w->e),
		     ST_OK);
	st = driver_fetch(w->d, &set, FETCH_WHOLE, &sink, &w->e);
	cr_assert_eq(st, ST_OK, "%s", w->e.text);
	for (uint32_t uid = 1; uid <= 3; uid++) {
		const struct caught_message *m = caught_find(caught, uid);

		g_string_append_c(s, m ? (char)m->bytes->data[0] : '.');
	}
	g_string_append_printf(s, " %u", caught->missing);
	uidset_clear(&set);
	caught_free(caught);
	imap_world_free(w);
	return g_string_free(s, FALSE);
}

#define FETCHES(want, ...)						\
	do {								\
		const struct pop_rule rules_[] = {			\
			__VA_ARGS__, { NULL, NULL, 0 }			\
		};							\
		char *got_ = fetches(rules_);				\
		cr_assert_str_eq(got_, want);				\
		g_free(got_);						\
	} while (0)

#define BODY(n, uid, c)	"* " n " FETCH (UID " uid " BODY[] {2}\r\n" c "x)\r\n"

Test(imap_traps, bodies)
{
	FETCHES("abc 0", { "UID FETCH", BODY("1", "1", "a") BODY("2", "2", "b")
			   BODY("3", "3", "c") "$$ OK\r\n", 0 });
	/* NIL, and Yandex's nothing at all. */
	FETCHES("a.. 2", { "UID FETCH", BODY("1", "1", "a")
			   "* 2 FETCH (UID 2 BODY[] NIL)\r\n"
			   "* 3 FETCH (UID 3 BODY[] )\r\n$$ OK\r\n", 0 });
	/* Not asked for, twice, without a UID. */
	FETCHES("a.. 0", { "UID FETCH", BODY("9", "9", "z")
			   BODY("1", "1", "a") BODY("1", "1", "b")
			   "* 2 FETCH (BODY[] {2}\r\nxx)\r\n$$ OK\r\n", 0 });
	/* Others change meanwhile. */
	FETCHES("abc 0", { "UID FETCH", BODY("1", "1", "a")
			   "* 2 FETCH (FLAGS (\\Seen))\r\n* 1 EXPUNGE\r\n"
			   "* 9 EXISTS\r\n* 0 RECENT\r\n* X-UNKNOWN a b\r\n"
			   BODY("2", "2", "b") BODY("3", "3", "c")
			   "$$ OK\r\n", 0 });
	/* A command refused for one bad message costs only that one. */
	FETCHES("a.c 1", { "UID FETCH 1:3", BODY("1", "1", "a")
			   "$$ NO cannot read\r\n", 0 },
		{ "UID FETCH 2:3", "$$ NO cannot read\r\n", 0 },
		{ "UID FETCH 2 ", "$$ NO cannot read\r\n", 0 },
		{ "UID FETCH 3 ", BODY("3", "3", "c") "$$ OK\r\n", 0 });
}

/* A server that is ill for a moment has not lost the message. */
Test(imap_traps, a_moments_illness_is_no_missing_message)
{
	static const char *const answers[] = {
		"$$ BAD User is authenticated but not connected.\r\n",
		"$$ NO [UNAVAILABLE] try later\r\n",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
		for (uint32_t last = 1; last <= 3; last += 2) {
			const struct pop_rule rules[] = {
				IMAP_FAKE_LOGIN,
				{ "SELECT", "* 3 EXISTS\r\n"
				  "* OK [UIDVALIDITY 7] x\r\n$$ OK\r\n", 0 },
				{ "UID FETCH", answers[i], 0 },
				{ NULL, NULL, 0 }
			};
			struct imap_world *w = world(rules);
			struct caught *caught = caught_new();
			struct fetch_sink sink = caught_sink(caught);
			struct uidset set = set_of(1, last);
			struct entered in;

			cr_assert_eq(driver_enter(w->d, "INBOX", NULL, NULL,
						  &in, &w->e), ST_OK);
			cr_expect_eq(driver_fetch(w->d, &set, FETCH_WHOLE,
						  &sink, &w->e), ST_RETRY,
				     "%s, %u", answers[i], last);
			cr_expect_eq(caught->missing, 0, "%s, %u",
				     answers[i], last);
			uidset_clear(&set);
			caught_free(caught);
			imap_world_free(w);
		}
	}
}

/* A set too large for one command, of which the second is refused. */
static void
copies_in_part(const char *caps, const char *ok, uint32_t number)
{
	char *login = g_strdup_printf("$$ OK [CAPABILITY IMAP4rev1 %s] in\r\n",
				      caps);
	const struct pop_rule rules[] = {
		{ "LOGIN", login, 0 }, IMAP_FAKE_LOGIN,
		{ "SELECT", "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n"
		  "$$ OK\r\n", 0 },
		{ "UID COPY 2,", ok, 0 },
		{ "UID COPY", "$$ NO [OVERQUOTA] full\r\n", 0 },
		{ NULL, NULL, 0 }
	};
	struct imap_world *w = world(rules);
	GArray *from = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	GArray *to = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	struct uidset set = UIDSET_EMPTY, done = UIDSET_EMPTY;
	struct entered in;

	for (uint32_t uid = 2; uid <= 600; uid += 2)
		uidset_add(&set, uid);
	cr_assert_eq(driver_enter(w->d, "INBOX", NULL, NULL, &in, &w->e),
		     ST_OK);
	cr_assert_eq(driver_copy(w->d, &set, "Archive", from, to, NULL, &w->e),
		     ST_REFUSED, "%s", w->e.text);
	for (guint i = 0; i < from->len; i++)
		uidset_add(&done, g_array_index(from, uint32_t, i));
	cr_assert_eq(from->len, to->len);
	cr_assert_eq(uidset_count(&done), from->len);
	cr_assert(uidset_has(&done, 2) && uidset_has(&done, 100));
	cr_assert_not(uidset_has(&done, 600));
	cr_assert_eq(g_array_index(to, uint32_t, 0), number);
	cr_assert_eq(g_array_index(to, uint32_t, 1), 0);
	g_array_unref(from);
	g_array_unref(to);
	uidset_clear(&done);
	uidset_clear(&set);
	imap_world_free(w);
	g_free(login);
}

Test(imap_traps, what_was_copied_before_a_refusal_is_told)
{
	copies_in_part("IDLE", "$$ OK\r\n", 0);
	copies_in_part("UIDPLUS", "$$ OK [COPYUID 9 2 70] done\r\n", 70);
}

/* The n-th of the one is the n-th of the other, in the server's order; more
 * than was asked for is a lie, and not kept in memory. */
Test(imap_traps, copyuid_keeps_its_order)
{
	const struct pop_rule rules[] = {
		{ "LOGIN", "$$ OK [CAPABILITY IMAP4rev1 UIDPLUS] in\r\n", 0 },
		IMAP_FAKE_LOGIN,
		{ "SELECT", "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n"
		  "$$ OK\r\n", 0 },
		{ "UID COPY 9 ", "$$ OK [COPYUID 9 1:4294967295 "
		  "1:4294967295] done\r\n", 0 },
		{ "UID COPY", "$$ OK [COPYUID 9 5,1:2 20:22] done\r\n", 0 },
		{ NULL, NULL, 0 }
	};
	static const uint32_t from_want[] = { 5, 1, 2 };
	static const uint32_t to_want[] = { 20, 21, 22 };
	struct imap_world *w = world(rules);
	GArray *from = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	GArray *to = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	struct uidset set = set_of(1, 5), one = set_of(9, 9);
	struct entered in;

	cr_assert_eq(driver_enter(w->d, "INBOX", NULL, NULL, &in, &w->e),
		     ST_OK);
	cr_assert_eq(driver_copy(w->d, &set, "Archive", from, to, NULL, &w->e),
		     ST_OK, "%s", w->e.text);
	cr_assert_eq(from->len, 3);
	cr_assert_eq(to->len, 3);
	cr_assert_arr_eq(from->data, from_want, sizeof(from_want));
	cr_assert_arr_eq(to->data, to_want, sizeof(to_want));
	cr_assert_eq(driver_copy(w->d, &one, "Archive", from, to, NULL, &w->e),
		     ST_OK, "%s", w->e.text);
	cr_assert_eq(from->len, 3);
	cr_assert_eq(to->len, 3);
	g_array_unref(from);
	g_array_unref(to);
	uidset_clear(&one);
	uidset_clear(&set);
	imap_world_free(w);
}
