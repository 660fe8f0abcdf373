/*
 * imap_strings.c - strings that cannot be quoted, and commands that are long
 */
#include "driver/imap_world.h"

#include <string.h>

#define NAME "Entw\xc3\xbcrfe"		/* as one server lists it, raw */
#define LISTED								\
	{ "LIST", "* LIST () \"/\" INBOX\r\n* LIST () \"/\" \"" NAME	\
	  "\"\r\n$$ OK\r\n", 0 }
#define LOGIN_WITH(caps)						\
	{ "LOGIN", "$$ OK [CAPABILITY IMAP4rev1 " caps "] in\r\n", 0 },	\
	IMAP_FAKE_LOGIN

/* Logged in, folders listed: CAPABILITY was V1, LOGIN V2, LIST V3. */
static struct imap_world *
world(const struct pop_rule *rules)
{
	struct imap_world *w = imap_world_new(rules);
	GPtrArray *all = NULL;

	cr_assert_eq(imap_world_open(w), ST_OK, "%s", w->e.text);
	cr_assert_eq(driver_folders(w->d, false, &all, &w->e), ST_OK, "%s",
		     w->e.text);
	cr_assert_eq(all->len, 2);
	g_ptr_array_unref(all);
	return w;
}

#define SELECTED "* 9 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n"

/* ---- literals ---- */

static void
enters_with(const struct pop_rule *rules, const char *sent, unsigned waits)
{
	struct imap_world *w = world(rules);
	uint64_t before, after, octets;
	struct entered in;

	driver_traffic(w->d, &before, &octets, &octets);
	cr_expect_eq(driver_enter(w->d, "Entwürfe", NULL, NULL, &in, &w->e),
		     ST_OK, "%s", w->e.text);
	driver_traffic(w->d, &after, &octets, &octets);
	cr_expect_eq(after - before, waits);
	cr_expect(imap_world_was_sent(w, sent), "%s", w->fake.commands->str);
	imap_world_free(w);
}

Test(imap_strings, eight_bits_go_as_a_literal)
{
	const struct pop_rule asks[] = {
		LOGIN_WITH("IDLE"), LISTED, { "SELECT {9}", "+ go\r\n", 0 },
		{ NAME, SELECTED "V4 OK\r\n", 0 }, { NULL, NULL, 0 }
	};
	const struct pop_rule pushes[] = {
		LOGIN_WITH("LITERAL+"), LISTED, { "SELECT {9+}", "", 0 },
		{ NAME, SELECTED "V4 OK\r\n", 0 }, { NULL, NULL, 0 }
	};
	const struct pop_rule pushes_little[] = {
		LOGIN_WITH("LITERAL-"), LISTED, { "SELECT {9+}", "", 0 },
		{ NAME, SELECTED "V4 OK\r\n", 0 }, { NULL, NULL, 0 }
	};

	enters_with(asks, "V4 SELECT {9}\n" NAME "\n", 2);
	enters_with(pushes, "V4 SELECT {9+}\n" NAME "\n", 1);
	enters_with(pushes_little, "V4 SELECT {9+}\n" NAME "\n", 1);
}

Test(imap_strings, other_names_stay_in_seven_bits)
{
	const struct pop_rule rules[] = {
		LOGIN_WITH("LITERAL+"), LISTED,
		{ "SELECT", SELECTED "$$ OK\r\n", 0 }, { NULL, NULL, 0 }
	};
	struct imap_world *w = world(rules);
	struct entered in;

	cr_assert_eq(driver_enter(w->d, "Grüße \"x\"", NULL, NULL, &in,
				  &w->e), ST_OK, "%s", w->e.text);
	cr_assert(imap_world_was_sent(w, "SELECT \"Gr&APwA3w-e "
				      "\\\"x\\\"\"\n"));
	imap_world_free(w);
}

Test(imap_strings, a_literal_that_is_refused_is_not_sent)
{
	const struct pop_rule rules[] = {
		LOGIN_WITH("IDLE"), LISTED,
		{ "SELECT {9}", "$$ NO no such folder\r\n", 0 },
		{ "APPEND {9}", "$$ NO [OVERQUOTA] full\r\n", 0 },
		{ "SELECT", SELECTED "$$ OK\r\n", 0 }, { NULL, NULL, 0 }
	};
	struct imap_world *w = world(rules);
	struct flags none = { 0, NULL };
	struct entered in;
	uint32_t uid;

	cr_assert_eq(driver_enter(w->d, "Entwürfe", NULL, NULL, &in, &w->e),
		     ST_GONE);
	cr_assert_eq(driver_append(w->d, "Entwürfe", &none, 0, "a: b\r\n", 6,
				   &uid, NULL, &w->e), ST_REFUSED);
	cr_assert_eq(driver_enter(w->d, "INBOX", NULL, NULL, &in, &w->e),
		     ST_OK, "%s", w->e.text);
	cr_assert_not(imap_world_was_sent(w, "\n" NAME));
	cr_assert_null(strstr(w->fake.commands->str, "a: b"));
	imap_world_free(w);
}

Test(imap_strings, who_hangs_up_instead_is_lost)
{
	const struct pop_rule rules[] = {
		LOGIN_WITH("IDLE"), LISTED, { "SELECT {9}", NULL, 0 },
		{ NULL, NULL, 0 }
	};
	const struct pop_rule endless[] = {
		LOGIN_WITH("IDLE"), LISTED,
		{ "SELECT {9}", "* BYE enough\r\n", 0 }, { NULL, NULL, 0 }
	};
	struct imap_world *w = world(rules);
	struct entered in;

	cr_assert_eq(driver_enter(w->d, "Entwürfe", NULL, NULL, &in, &w->e),
		     ST_RETRY);
	cr_assert(strstr(w->e.text, "lost"), "%s", w->e.text);
	imap_world_free(w);
	w = world(endless);
	cr_assert_eq(driver_enter(w->d, "Entwürfe", NULL, NULL, &in, &w->e),
		     ST_RETRY);
	cr_assert(strstr(w->e.text, "enough"), "%s", w->e.text);
	imap_world_free(w);
}

Test(imap_strings, two_literals_in_one_command)
{
	const struct pop_rule rules[] = {
		LOGIN_WITH("IDLE"), LISTED, { "APPEND {9}", "+ go\r\n", 0 },
		{ NAME " () {6}", "+ go on\r\n", 0 },
		{ "a: b", "", 0 }, { "", "V4 OK\r\n", 0 },
		{ NULL, NULL, 0 }
	};
	struct imap_world *w = world(rules);
	struct flags none = { 0, NULL };
	uint32_t uid;

	cr_assert_eq(driver_append(w->d, "Entwürfe", &none, 0, "a: b\r\n", 6,
				   &uid, NULL, &w->e), ST_OK, "%s", w->e.text);
	imap_world_free(w);
}

/* ---- the log-in ---- */

Test(imap_strings, login_carries_ascii_alone)
{
	const struct pop_rule rules[] = {
		IMAP_FAKE_LOGIN, { NULL, NULL, 0 }
	};
	struct imap_world *w = imap_world_new(rules);

	g_free(w->account->user);
	w->account->user = g_strdup("änn");
	cr_assert_eq(imap_world_open(w), ST_AUTH);
	cr_assert(strstr(w->e.text, "ASCII"), "%s", w->e.text);
	cr_assert_null(strstr(w->e.text, "ses"), "the secret is told");
	cr_assert_not(imap_world_was_sent(w, "LOGIN"));
	imap_world_free(w);
}

/* ---- long commands ---- */

#define MANY 5000

/* The lines that begin so behind their tag: none of them long, the sets in
 * them together what was asked for, each UID once; how many there were. */
static unsigned
assert_lines(struct imap_world *w, const char *verb, const struct uidset *want)
{
	char **lines = g_strsplit(w->fake.commands->str, "\n", -1);
	struct uidset all = UIDSET_EMPTY, part = UIDSET_EMPTY;
	uint64_t sum = 0;
	unsigned n = 0;

	for (char **l = lines; *l; l++) {
		const char *blank = strchr(*l, ' ');
		const char *set;

		cr_expect_leq(strlen(*l), 1950, "%.60s…", *l);
		if (!blank || !g_str_has_prefix(blank + 1, verb))
			continue;
		n++;
		set = blank + 1 + strlen(verb);
		cr_assert(uidset_parse(&part, set, strcspn(set, " "), MANY));
		sum += uidset_count(&part);
		uidset_add_set(&all, &part);
		uidset_clear(&part);
	}
	cr_expect(uidset_equal(&all, want), "%s", verb);
	cr_expect_eq(sum % MANY, 0, "%s", verb);
	uidset_clear(&all);
	g_strfreev(lines);
	return n;
}

static void
change_all(struct imap_world *w, const struct uidset *set)
{
	struct flags flags = { FLAG_SEEN, NULL };

	for (int i = 0; i < 64; i++) {
		char *word = g_strdup_printf("%02d%s", i,
			"-0123456789-0123456789-0123456789-0123456789"
			"-0123456789-0123456789-0123456789-0123456789");

		flags_add_word(&flags, word);
		g_free(word);
	}
	cr_assert_eq(driver_store(w->d, set, true, &flags, &w->e), ST_OK,
		     "%s", w->e.text);
	cr_assert_eq(driver_copy(w->d, set, "A", NULL, NULL, NULL, &w->e),
		     ST_OK);
	cr_assert_eq(driver_move(w->d, set, "B", NULL, NULL, NULL, &w->e),
		     ST_OK);
	cr_assert_eq(driver_expunge(w->d, set, &w->e), ST_OK);
	flags_clear(&flags);
}

Test(imap_strings, no_command_is_longer_than_servers_take)
{
	const struct pop_rule rules[] = {
		LOGIN_WITH("UIDPLUS MOVE"), LISTED,
		{ "SELECT", SELECTED "$$ OK\r\n", 0 },
		{ "UID", "$$ OK\r\n", 0 }, { NULL, NULL, 0 }
	};
	struct imap_world *w = world(rules);
	struct caught *caught = caught_new();
	struct fetch_sink sink = caught_sink(caught);
	struct uidset set = UIDSET_EMPTY;
	struct entered in;

	for (uint32_t i = 0; i < MANY; i++)
		uidset_add(&set, 4000000000 + 2 * i);
	cr_assert_eq(driver_enter(w->d, "INBOX", NULL, NULL, &in, &w->e),
		     ST_OK, "%s", w->e.text);
	cr_assert_eq(driver_fetch(w->d, &set, FETCH_WHOLE, &sink, &w->e),
		     ST_OK, "%s", w->e.text);
	change_all(w, &set);
	pop_fake_stop(&w->fake);
	cr_expect_geq(assert_lines(w, "UID FETCH ", &set), 50);
	/* Eight times for the keywords, once for \Deleted. */
	cr_expect_geq(assert_lines(w, "UID STORE ", &set), 350);
	cr_expect_geq(assert_lines(w, "UID COPY ", &set), 50);
	cr_expect_geq(assert_lines(w, "UID MOVE ", &set), 50);
	cr_expect_geq(assert_lines(w, "UID EXPUNGE ", &set), 50);
	uidset_clear(&set);
	caught_free(caught);
	imap_world_free(w);
}

Test(imap_strings, a_name_that_fills_a_line_is_refused)
{
	const struct pop_rule rules[] = {
		LOGIN_WITH("IDLE"), LISTED, { NULL, NULL, 0 }
	};
	struct imap_world *w = world(rules);
	char *name = g_strnfill(5000, '"');
	struct entered in;

	cr_assert_eq(driver_enter(w->d, name, NULL, NULL, &in, &w->e),
		     ST_REFUSED);
	cr_assert_not(imap_world_was_sent(w, "SELECT"));
	imap_world_free(w);
	g_free(name);
}
