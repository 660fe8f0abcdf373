/*
 * pop_auth.c - greetings and log-ins of POP servers
 */
#include "driver/pop_world.h"

#include <string.h>

static enum st
login(const struct pop_rule *rules, const char *greeting)
{
	struct world *w = world_new(rules);
	enum st st;

	w->fake.greeting = greeting;
	st = world_open(w);
	world_free(w);
	return st;
}

static enum st
login_with(const char *user, const char *pass)
{
	const struct pop_rule rules[] = {
		{ "USER", user, 0 }, { "PASS", pass, 0 }, { NULL, NULL, 0 }
	};

	return login(rules, NULL);
}

Test(pop_auth, refused_log_ins)
{
	cr_assert_eq(login_with("+OK\r\n", "+OK\r\n"), ST_OK);
	cr_assert_eq(login_with("+OK\r\n", "-ERR wrong\r\n"), ST_AUTH);
	cr_assert_eq(login_with("+OK\r\n", "-ERR [AUTH] wrong\r\n"), ST_AUTH);
	cr_assert_eq(login_with("-ERR who?\r\n", "+OK\r\n"), ST_AUTH);
	cr_assert_eq(login_with("+OK\r\n", "-ERR [IN-USE] x\r\n"), ST_RETRY);
	cr_assert_eq(login_with("+OK\r\n", "-ERR [SYS/TEMP] x\r\n"),
		     ST_RETRY);
	cr_assert_eq(login_with("+OK\r\n", "-ERR [LOGIN-DELAY] x\r\n"),
		     ST_RETRY);
	cr_assert_eq(login_with("+OK\r\n", "-ERR unable to lock maildrop"
				"\r\n"), ST_RETRY);
	cr_assert_eq(login_with("+OK\r\n", "-ERR your account is locked"
				"\r\n"), ST_AUTH);
	cr_assert_eq(login_with("+OK\r\n", NULL), ST_RETRY);
	cr_assert_eq(login_with("+OK\r\n", "what\r\n"), ST_PROTOCOL);
}

#define SASL(mechs) { "CAPA", "+OK\r\nSASL " mechs "\r\n.\r\n", 0 }

Test(pop_auth, plain_goes_with_the_command)
{
	static const struct pop_rule rules[] = {
		SASL("LOGIN X-SOMETHING PLAIN"),
		{ "AUTH PLAIN AGFubgBzZXNhbWU=", "+OK\r\n", 0 },
		{ NULL, NULL, 0 }
	};

	cr_assert_eq(login(rules, NULL), ST_OK);
}

Test(pop_auth, login_is_asked_word_by_word)
{
	static const struct pop_rule rules[] = {
		SASL("LOGIN"), { "AUTH LOGIN", "+ VXNlcm5hbWU6\r\n", 0 },
		{ "YW5u", "+ UGFzc3dvcmQ6\r\n", 0 },
		{ "c2VzYW1l", "+OK\r\n", 0 }, { NULL, NULL, 0 }
	};

	cr_assert_eq(login(rules, NULL), ST_OK);
}

Test(pop_auth, a_server_must_prove_itself)
{
	static const struct pop_rule rules[] = {
		SASL("SCRAM-SHA-256 PLAIN"),
		{ "AUTH SCRAM-SHA-256", "+OK\r\n", 0 }, { NULL, NULL, 0 }
	};

	cr_assert_eq(login(rules, NULL), ST_AUTH);
}

Test(pop_auth, challenges_come_to_an_end)
{
	static const struct pop_rule rules[] = {
		SASL("LOGIN"), { "", "+ \r\n", 0 }, { NULL, NULL, 0 }
	};
	enum st st = login(rules, NULL);

	cr_assert(st == ST_PROTOCOL || st == ST_AUTH, "%s", st_name(st));
}

/* A session with a token for its secret. */
static struct world *
token_world(const struct pop_rule *rules)
{
	struct world *w = world_new(rules);

	w->account->auth = AUTH_OAUTH2;
	return w;
}

Test(pop_auth, a_refused_token_is_asked_for_again)
{
	static const struct pop_rule rules[] = {
		SASL("PLAIN XOAUTH2"), POP_FAKE_QUIT,
		{ "AUTH XOAUTH2 ", "+ eyJzdGF0dXMiOiI0MDEifQ==\r\n", 0 },
		{ "", "-ERR [AUTH] expired\r\n", 0 }, { NULL, NULL, 0 }
	};
	struct world *w = token_world(rules);

	cr_assert_eq(world_open(w), ST_AUTH);
	cr_assert_not(w->again);
	cr_assert_eq(driver_open(w->d, &w->e), ST_AUTH);
	cr_assert(w->again);
	cr_assert_eq(w->asked, 2);
	world_free(w);
}

Test(pop_auth, no_token_where_none_is_taken)
{
	static const struct pop_rule rules[] = {
		SASL("PLAIN"), POP_FAKE_LOGIN, { NULL, NULL, 0 }
	};
	struct world *w = token_world(rules);

	cr_assert_eq(world_open(w), ST_AUTH);
	cr_assert_eq(w->asked, 0);
	world_free(w);
}

Test(pop_auth, a_long_token_has_a_line_of_its_own)
{
	static const struct pop_rule rules[] = {
		SASL("XOAUTH2"), { "AUTH XOAUTH2", "+ \r\n", 0 },
		{ "dXNlcj1", "+OK\r\n", 0 }, { NULL, NULL, 0 }
	};
	struct world *w = token_world(rules);

	g_free(w->account->user);
	w->account->user = g_strnfill(300, 'u');
	cr_assert_eq(world_open(w), ST_OK, "%s", w->e.text);
	cr_assert(world_was_sent(w, "AUTH XOAUTH2\ndXNlcj1"));
	world_free(w);
}

Test(pop_auth, greetings)
{
	static const struct pop_rule rules[] = {
		POP_FAKE_LOGIN, { NULL, NULL, 0 }
	};

	cr_assert_eq(login(rules, "+OK\r\n"), ST_OK);
	cr_assert_eq(login(rules, "+OK bare\n"), ST_OK);
	cr_assert_eq(login(rules, "-ERR [IN-USE] x\r\n"), ST_RETRY);
	cr_assert_eq(login(rules, "-ERR too busy\r\n"), ST_RETRY);
	cr_assert_eq(login(rules, "* OK IMAP4rev1\r\n"), ST_PROTOCOL);
	cr_assert_eq(login(rules, "\n"), ST_PROTOCOL);
}

Test(pop_auth, no_user_name_becomes_a_command)
{
	static const struct pop_rule rules[] = {
		POP_FAKE_LOGIN, { NULL, NULL, 0 }
	};
	struct world *w = world_new(rules);

	g_free(w->account->user);
	w->account->user = g_strdup("ann\r\nDELE 1");
	cr_assert_eq(world_open(w), ST_CONFIG);
	cr_assert_not(world_was_sent(w, "DELE"));
	world_free(w);
}

Test(pop_auth, capabilities_come_to_an_end)
{
	GString *capa = g_string_new("+OK\r\n");
	struct pop_rule rules[] = {
		{ "CAPA", NULL, 0 }, POP_FAKE_LOGIN, { NULL, NULL, 0 }
	};

	for (int i = 0; i < 5000; i++)
		g_string_append_printf(capa, "X-%d\r\n", i);
	rules[0].text = g_string_append(capa, ".\r\n")->str;
	cr_assert_eq(login(rules, NULL), ST_PROTOCOL);
	g_string_free(capa, TRUE);
}

Test(pop_auth, a_server_that_leaves_is_heard)
{
	static const struct pop_rule rules[] = {
		POP_FAKE_LOGIN, { "STAT", "+OK 0 0\r\n", 0 },
		{ "LIST", "+OK\r\n.\r\n", 0 },
		{ "UIDL", "+OK\r\n.\r\n-ERR autologout\r\n", 0 },
		{ NULL, NULL, 0 }
	};
	struct world *w = world_new(rules);
	struct copy *copy = copy_new();
	uint32_t woke = 0;

	cr_assert_eq(world_list(w, copy), ST_OK, "%s", w->e.text);
	cr_assert_eq(driver_wait(w->d, -1, 30000, &woke, &w->e), ST_RETRY);
	cr_assert_eq(driver_wait(w->d, -1, 30000, &woke, &w->e), ST_RETRY);
	copy_free(copy);
	world_free(w);
}
