/*
 * smtp_auth.c - greetings and log-ins of submission servers
 */
#include "driver/smtp_world.h"

#include <string.h>

static enum st
login(const struct smtp_rule *rules, const char *offers)
{
	struct smtp_world *w = smtp_world_new(rules, offers);
	enum st st = smtp_world_open(w);

	smtp_world_free(w);
	return st;
}

/* ---- before the log-in ---- */

static enum st
greeted(const char *greeting)
{
	struct smtp_world *w = smtp_world_new(NULL, "");
	enum st st;

	w->fake.greeting = greeting;
	st = smtp_world_open(w);
	smtp_world_free(w);
	return st;
}

Test(smtp_auth, greetings)
{
	cr_assert_eq(greeted("220 mail.example ESMTP\r\n"), ST_OK);
	cr_assert_eq(greeted("220\r\n"), ST_OK);
	cr_assert_eq(greeted("220-Be good.\r\n220 Or else.\n"), ST_OK);
	cr_assert_eq(greeted("554 5.3.2 no service\r\n"), ST_RETRY);
	cr_assert_eq(greeted("421 4.3.2 too busy\r\n"), ST_RETRY);
	cr_assert_eq(greeted("450 not now\r\n"), ST_RETRY);
	cr_assert_eq(greeted("250 hello\r\n"), ST_RETRY);
	cr_assert_eq(greeted("* OK IMAP4rev1\r\n"), ST_PROTOCOL);
	cr_assert_eq(greeted("220-one\r\n250 two\r\n"), ST_PROTOCOL);
	cr_assert_eq(greeted("\r\n"), ST_PROTOCOL);
}

/* What is too long for a line, and too long for a reply. */
Test(smtp_auth, greetings_come_to_an_end)
{
	char *line = g_strnfill(100000, 'x');
	GString *lines = g_string_new(NULL);

	memcpy(line, "220 ", 4);
	for (int i = 0; i < 10000; i++)
		g_string_append(lines, "220-more\r\n");
	cr_assert_eq(greeted(line), ST_PROTOCOL);
	cr_assert_eq(greeted(lines->str), ST_PROTOCOL);
	g_string_free(lines, TRUE);
	g_free(line);
}

Test(smtp_auth, this_machine_has_no_name)
{
	struct smtp_world *w = smtp_world_new(NULL, "PIPELINING\nSIZE 100\n"
					      "8BITMIME\nSMTPUTF8\nDSN");
	const struct smtp_limits *limits;

	w->fake.crumb = 1;
	cr_assert_eq(smtp_world_open(w), ST_OK, "%s", w->e.text);
	limits = smtp_limits(w->s);
	cr_assert(limits->pipelining && limits->eight_bit && limits->utf8 &&
		  limits->dsn && limits->size == 100);
	smtp_close(w->s);
	cr_assert_not(smtp_is_open(w->s));
	cr_assert_str_eq(smtp_world_commands(w),
			 "EHLO [127.0.0.1]\nQUIT\n");
	cr_assert_eq(w->asked, 0);
	smtp_world_free(w);
}

Test(smtp_auth, servers_without_ehlo)
{
	static const struct smtp_rule old[] = {
		{ "EHLO", "502 5.5.1 what?\r\n" }, { NULL, NULL }
	};
	static const struct smtp_rule none[] = {
		{ "EHLO", "502 5.5.1 what?\r\n" },
		{ "HELO", "550 go away\r\n" }, { NULL, NULL }
	};
	static const struct smtp_rule later[] = {
		{ "EHLO", "451 not now\r\n" }, { NULL, NULL }
	};
	struct smtp_world *w = smtp_world_new(old, "PIPELINING");

	cr_assert_eq(smtp_world_open(w), ST_OK, "%s", w->e.text);
	cr_assert_not(smtp_limits(w->s)->pipelining);
	cr_assert_eq(smtp_world_send(w, "a\n"), ST_OK, "%s", w->e.text);
	cr_assert_eq(smtp_world_was_sent(w, "HELO [127.0.0.1]\n"), 1);
	smtp_world_free(w);
	cr_assert_eq(login(none, ""), ST_RETRY);
	cr_assert_eq(login(later, ""), ST_RETRY);
}

Test(smtp_auth, no_server_to_send_by)
{
	struct smtp_world *w = smtp_world_new(NULL, "");

	w->s = smtp_new(w->account, &w->host);
	cr_assert_eq(smtp_open(w->s, &w->e), ST_CONFIG);
	smtp_world_free(w);
}

/* ---- STARTTLS taken away ---- */

static enum st
starttls(const char *answer, const char *offers, char **commands)
{
	const struct smtp_rule rules[] = {
		{ "STARTTLS", answer }, { NULL, NULL }
	};
	struct smtp_world *w = smtp_world_new(rules, offers);
	char *url;
	enum st st;

	smtp_fake_start(&w->fake);
	url = g_strdup_printf("smtp+starttls://localhost:%d", w->fake.port);
	smtp_world_set_url(w, url);
	st = smtp_world_open(w);
	cr_assert_not(smtp_is_open(w->s));
	cr_assert_eq(w->asked, 0);
	*commands = g_strdup(smtp_world_commands(w));
	smtp_world_free(w);
	g_free(url);
	return st;
}

Test(smtp_auth, nothing_is_said_in_clear)
{
	static const char *const answers[] = {
		"502 5.5.1 what?\r\n", "454 4.7.0 no TLS now\r\n",
		"220 go\r\n250 AUTH PLAIN\r\n",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
		char *commands;

		cr_assert_eq(starttls(answers[i], "AUTH PLAIN", &commands),
			     ST_PROTOCOL, "%s", answers[i]);
		cr_assert(g_str_has_prefix(commands, "EHLO [127.0.0.1]\n"
					   "STARTTLS\n"));
		cr_assert_not(strstr(commands, "AUTH"));
		cr_assert_not(strstr(commands, "MAIL"));
		g_free(commands);
	}
}

Test(smtp_auth, no_plaintext_but_to_this_machine)
{
	struct smtp_world *w = smtp_world_new(NULL, "AUTH PLAIN");

	w->account->send = (struct endpoint){
		.proto = PROTO_SMTP, .transport = TRANSPORT_PLAIN,
		.host = g_strdup("192.0.2.1"), .port = 25
	};
	cr_assert_eq(smtp_world_open(w), ST_CONFIG);
	cr_assert_eq(w->asked, 0);
	smtp_world_free(w);
}

/* ---- mechanisms ---- */

#define PLAIN_WORDS "AGFubgBzZWNyZXQ="
#define GOOD "235 2.7.0 in\r\n"

Test(smtp_auth, plain_goes_with_the_command)
{
	static const struct smtp_rule rules[] = {
		{ "AUTH PLAIN " PLAIN_WORDS, GOOD }, { NULL, NULL }
	};

	cr_assert_eq(login(rules, "AUTH LOGIN X-SOMETHING PLAIN"), ST_OK);
	cr_assert_eq(login(rules, "AUTH=PLAIN LOGIN"), ST_OK);
}

Test(smtp_auth, plain_is_said_when_asked)
{
	static const struct smtp_rule deaf[] = {
		{ "AUTH PLAIN", "334 \r\n" }, { PLAIN_WORDS, GOOD },
		{ NULL, NULL }
	};
	static const struct smtp_rule strict[] = {
		{ "AUTH PLAIN " PLAIN_WORDS, "501 5.5.4 one word\r\n" },
		{ "AUTH PLAIN", "334\r\n" }, { PLAIN_WORDS, GOOD },
		{ NULL, NULL }
	};

	cr_assert_eq(login(deaf, "AUTH PLAIN"), ST_OK);
	cr_assert_eq(login(strict, "AUTH PLAIN"), ST_OK);
}

Test(smtp_auth, login_is_asked_word_by_word)
{
	static const struct smtp_rule rules[] = {
		{ "AUTH LOGIN", "334 VXNlcm5hbWU6\r\n" },
		{ "YW5u", "334 UGFzc3dvcmQ6\r\n" },
		{ "c2VjcmV0", GOOD }, { NULL, NULL }
	};

	cr_assert_eq(login(rules, "AUTH LOGIN"), ST_OK);
}

Test(smtp_auth, a_server_must_prove_itself)
{
	static const struct smtp_rule rules[] = {
		{ "AUTH SCRAM-SHA-256", GOOD }, { NULL, NULL }
	};
	static const struct smtp_rule other[] = {
		/* r=another,s=QUJD,i=4096 */
		{ "AUTH SCRAM-SHA-256",
		  "334 cj1hbm90aGVyLHM9UVVKRCxpPTQwOTY=\r\n" },
		{ NULL, NULL }
	};

	cr_assert_eq(login(rules, "AUTH SCRAM-SHA-256 PLAIN"), ST_AUTH);
	cr_assert_eq(login(other, "AUTH SCRAM-SHA-256 PLAIN"), ST_AUTH);
}

static enum st
token(const struct smtp_rule *rules, const char *offers)
{
	struct smtp_world *w = smtp_world_new(rules, offers);
	enum st st;

	w->account->auth = AUTH_OAUTH2;
	st = smtp_world_open(w);
	smtp_world_free(w);
	return st;
}

Test(smtp_auth, tokens)
{
	/* user=ann^Aauth=Bearer secret^A^A */
	static const struct smtp_rule xoauth2[] = {
		{ "AUTH XOAUTH2 dXNlcj1hbm4BYXV0aD1CZWFyZXIgc2VjcmV0AQE=",
		  GOOD }, { NULL, NULL }
	};
	/* n,a=ann,^Ahost=127.0.0.1^A… */
	static const struct smtp_rule bearer[] = {
		{ "AUTH OAUTHBEARER bixhPWFubiwBaG9zdD0xMjcuMC4wLjEB", GOOD },
		{ NULL, NULL }
	};
	static const struct smtp_rule bearer_refused[] = {
		{ "EHLO", "250-x\r\n250 AUTH OAUTHBEARER\r\n" },
		{ "AUTH OAUTHBEARER", "334 eyJzdGF0dXMiOiI0MDAifQ==\r\n" },
		{ "AQ==", "535 5.7.8 expired\r\n" }, { NULL, NULL }
	};

	cr_assert_eq(token(xoauth2, "AUTH PLAIN XOAUTH2"), ST_OK);
	cr_assert_eq(token(bearer, "AUTH OAUTHBEARER XOAUTH2"), ST_OK);
	cr_assert_eq(token(bearer_refused, ""), ST_AUTH);
	cr_assert_eq(token(NULL, "AUTH PLAIN"), ST_AUTH);
}

/* The rule for "" would catch EHLO as well, so EHLO is said here. */
Test(smtp_auth, a_refused_token_is_asked_for_again)
{
	static const struct smtp_rule rules[] = {
		{ "EHLO", "250-x\r\n250 AUTH XOAUTH2\r\n" },
		{ "AUTH XOAUTH2", "334 eyJzdGF0dXMiOiI0MDAifQ==\r\n" },
		{ "", "535 5.7.8 expired\r\n" }, { NULL, NULL }
	};
	struct smtp_world *w = smtp_world_new(rules, NULL);

	w->account->auth = AUTH_OAUTH2;
	cr_assert_eq(smtp_world_open(w), ST_AUTH);
	cr_assert_not(w->again);
	cr_assert(strstr(w->e.text, "expired"), "%s", w->e.text);
	cr_assert_eq(smtp_open(w->s, &w->e), ST_AUTH);
	cr_assert(w->again);
	cr_assert_eq(w->asked, 2);
	smtp_world_free(w);
}

Test(smtp_auth, a_long_token_has_a_line_of_its_own)
{
	static const struct smtp_rule rules[] = {
		{ "AUTH XOAUTH2", "334 \r\n" }, { "dXNlcj1", GOOD },
		{ NULL, NULL }
	};
	struct smtp_world *w = smtp_world_new(rules, "AUTH XOAUTH2");

	w->account->auth = AUTH_OAUTH2;
	g_free(w->account->send_user);
	w->account->send_user = g_strnfill(500, 'u');
	cr_assert_eq(smtp_world_open(w), ST_OK, "%s", w->e.text);
	cr_assert_eq(smtp_world_was_sent(w, "AUTH XOAUTH2\ndXNlcj1"), 1);
	smtp_world_free(w);
}

/* ---- verdicts ---- */

static enum st
verdict(const char *answer)
{
	const struct smtp_rule rules[] = {
		{ "AUTH PLAIN", answer }, { NULL, NULL }
	};

	return login(rules, "AUTH PLAIN");
}

Test(smtp_auth, refused_log_ins)
{
	cr_assert_eq(verdict("235 2.7.0 in\r\n"), ST_OK);
	cr_assert_eq(verdict("535 5.7.8 wrong\r\n"), ST_AUTH);
	cr_assert_eq(verdict("534 5.7.9 application password\r\n"), ST_AUTH);
	cr_assert_eq(verdict("530 5.7.0 STARTTLS first\r\n"), ST_AUTH);
	cr_assert_eq(verdict("504 5.5.4 no\r\n"), ST_AUTH);
	cr_assert_eq(verdict("432 4.7.12 password transition\r\n"), ST_AUTH);
	cr_assert_eq(verdict("454 4.7.0 not now\r\n"), ST_RETRY);
	cr_assert_eq(verdict("421 4.7.0 too many\r\n"), ST_RETRY);
	cr_assert_eq(verdict("what\r\n"), ST_PROTOCOL);
	cr_assert_eq(verdict(NULL), ST_RETRY);
}

Test(smtp_auth, challenges_come_to_an_end)
{
	static const struct smtp_rule rules[] = {
		{ "EHLO", "250-x\r\n250 AUTH LOGIN\r\n" },
		{ "", "334 \r\n" }, { NULL, NULL }
	};

	cr_assert_eq(login(rules, NULL), ST_PROTOCOL);
}

Test(smtp_auth, a_password_is_not_a_token)
{
	cr_assert_eq(login(NULL, "AUTH XOAUTH2"), ST_AUTH);
	cr_assert_eq(login(NULL, "AUTH GSSAPI"), ST_AUTH);
}

Test(smtp_auth, a_server_that_wants_a_log_in_but_offers_none)
{
	static const struct smtp_rule rules[] = {
		{ "MAIL", "530 5.7.0 Authentication required\r\n" },
		{ NULL, NULL }
	};
	struct smtp_world *w = smtp_world_new(rules, "PIPELINING");

	cr_assert_eq(smtp_world_open(w), ST_OK, "%s", w->e.text);
	cr_assert_eq(smtp_world_send(w, "a\n"), ST_AUTH);
	cr_assert_eq(w->fate, SMTP_LATER);
	cr_assert_str_eq(w->said, "530 5.7.0 Authentication required");
	cr_assert_not(smtp_is_open(w->s));
	cr_assert_eq(w->commits, 0);
	smtp_world_free(w);
}

Test(smtp_auth, the_way_there)
{
	static const struct smtp_rule rules[] = {
		{ "AUTH PLAIN", GOOD }, { NULL, NULL }
	};
	struct smtp_world *w = smtp_world_new(rules, "AUTH PLAIN");
	struct driver_facts facts;

	cr_assert_eq(smtp_world_open(w), ST_OK, "%s", w->e.text);
	smtp_facts(w->s, &facts);
	cr_assert_eq(facts.step, STEP_DONE);
	cr_assert_str_eq(facts.login, "PLAIN");
	cr_assert_str_eq(facts.address, "127.0.0.1");
	smtp_world_free(w);
}
