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
