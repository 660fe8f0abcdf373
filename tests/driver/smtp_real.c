/*
 * smtp_real.c - letters through a real submission server, to their files
 */
#include "driver/smtp_world.h"

#include <stdio.h>
#include <string.h>

#include "support/smtpd.h"

static struct smtpd *server;

/* A session with the server, not yet begun; the test skips without one. */
static struct smtp_world *
world(const char *scheme)
{
	struct smtp_world *w;
	const char *why = NULL;
	char *url;

	server = smtpd_start(&why);
	if (!server) {
		fflush(stdout);
		cr_skip_test("%s", why);
	}
	w = smtp_world_new(NULL, NULL);
	url = g_strdup_printf("%s://localhost:%d", scheme,
			      strcmp(scheme, "smtps") == 0
				      ? smtpd_tls_port(server)
				      : smtpd_port(server));
	smtp_world_set_url(w, url);
	w->account->tls_ca_file = g_strdup(smtpd_ca(server));
	g_free(url);
	return w;
}

static struct smtp_world *
opened(const char *scheme)
{
	struct smtp_world *w = world(scheme);

	cr_assert_eq(smtp_world_open(w), ST_OK, "%s", w->e.text);
	return w;
}

static void
done(struct smtp_world *w)
{
	smtp_world_free(w);
	smtpd_stop(server);
}

/* Behind what the server puts before it, the letter is this. */
static void
assert_delivered(const char *to, const char *words, const char *text)
{
	char *letter = smtpd_letter(server, to, words);

	cr_assert_not_null(letter, "%s", words);
	cr_assert(g_str_has_suffix(letter, text), "%s", letter);
	g_free(letter);
}

Test(smtp_real, starttls_and_a_letter)
{
	static const char text[] = "Subject: dots\n\n.\n..\n.x\nFrom me\n"
		"\303\244 8 bit\n\n.\n";
	struct smtp_world *w = opened("smtp+starttls");
	const struct smtp_limits *limits = smtp_limits(w->s);
	struct driver_facts facts;

	cr_assert(limits->pipelining && limits->eight_bit && limits->utf8 &&
		  limits->dsn);
	cr_assert_eq(limits->size, 1048576);
	smtp_facts(w->s, &facts);
	cr_assert_str_eq(facts.login, "PLAIN");
	cr_assert(g_str_has_prefix(facts.tls, "TLSv1."));
	w->letter.eight_bit = true;
	w->letter.size = sizeof(text) + 8;
	cr_assert_eq(smtp_world_send(w, text), ST_OK, "%s", w->e.text);
	cr_assert_eq(w->trips, 2);
	cr_assert(g_str_has_prefix(w->said, "250 OK id="), "%s", w->said);
	assert_delivered("bob@test.example", "Subject: dots", text);
	done(w);
}

Test(smtp_real, many_letters_over_tls)
{
	struct smtp_world *w = opened("smtps");
	GPtrArray *letters;

	w->letter.rcpts = 2;
	w->rcpt[1].address = "carl@test.example";
	for (int i = 0; i < 5; i++) {
		char *text = g_strdup_printf("Subject: letter %d\r\n\r\n%d",
					     i, i);

		cr_assert_eq(smtp_world_send(w, text), ST_OK, "%s",
			     w->e.text);
		cr_assert_eq(w->trips, 2);
		g_free(text);
	}
	letters = smtpd_letters(server, 10);
	cr_assert_eq(letters->len, 10);
	g_ptr_array_unref(letters);
	assert_delivered("carl@test.example", "Subject: letter 3", "\n\n3\n");
	done(w);
}

Test(smtp_real, a_long_letter)
{
	struct smtp_world *w = opened("smtps");
	GString *text = g_string_new("Subject: long\n\n");

	for (int i = 0; i < 20000; i++)
		g_string_append_printf(text, ".%d lines that begin with a "
				       "dot\n", i);
	cr_assert_eq(smtp_world_send(w, text->str), ST_OK, "%s", w->e.text);
	assert_delivered("bob@test.example", "Subject: long", text->str);
	g_string_free(text, TRUE);
	done(w);
}

/* Exim closes the connection of a client that speaks out of turn, so this
 * shows as well that what is sent ahead may be. */
Test(smtp_real, refused_and_on_with_the_next)
{
	struct smtp_world *w = opened("smtps");

	w->letter.rcpts = 3;
	w->rcpt[0].address = "nobody@test.example";
	w->rcpt[2].address = "later@test.example";
	cr_assert_eq(smtp_world_send(w, "Subject: a\n\n"), ST_OK, "%s",
		     w->e.text);
	cr_assert_eq(w->rcpt[0].code, 550);
	cr_assert(strstr(w->rcpt[0].said, "5.1.1 there is nobody"));
	cr_assert_eq(w->rcpt[1].code, 250);
	cr_assert_eq(w->rcpt[2].code / 10, 45);
	assert_delivered("bob@test.example", "Subject: a", "\n");
	w->letter.rcpts = 1;
	cr_assert_eq(smtp_world_send(w, "Subject: b\n\n"), ST_REFUSED);
	cr_assert_eq(w->fate, SMTP_REFUSED);
	w->rcpt[0].address = "later@test.example";
	cr_assert_eq(smtp_world_send(w, "Subject: c\n\n"), ST_REFUSED);
	cr_assert_eq(w->fate, SMTP_LATER);
	w->rcpt[0].address = "bob@test.example";
	cr_assert_eq(smtp_world_send(w, "X-Refuse: d\n\n"), ST_REFUSED);
	cr_assert_eq(w->fate, SMTP_REFUSED);
	cr_assert(strstr(w->said, "5.7.1 not such a letter"), "%s", w->said);
	cr_assert_eq(smtp_world_send(w, "Subject: e\n\n"), ST_OK, "%s",
		     w->e.text);
	assert_delivered("bob@test.example", "Subject: e", "\n");
	done(w);
}

Test(smtp_real, too_long)
{
	struct smtp_world *w = opened("smtps");
	char *text = g_strnfill(3000000, 'x');

	for (size_t i = 70; i < 3000000; i += 70)
		text[i] = '\n';
	w->letter.size = 3000000;
	cr_assert_eq(smtp_world_send(w, text), ST_REFUSED);
	cr_assert_eq(w->fate, SMTP_REFUSED);
	cr_assert_eq(w->at, 0);
	w->letter.size = 0;	/* so that the server must find out itself */
	cr_assert_eq(smtp_world_send(w, text), ST_REFUSED, "%s", w->e.text);
	cr_assert_eq(w->fate, SMTP_REFUSED);
	cr_assert(g_str_has_prefix(w->said, "552 "), "%s", w->said);
	g_free(text);
	done(w);
}

Test(smtp_real, utf8_addresses)
{
	struct smtp_world *w = opened("smtps");

	w->rcpt[0].address = "j\303\266rg@test.example";
	w->letter.utf8 = true;
	cr_assert_eq(smtp_world_send(w, "Subject: \303\266\n\nx\n"), ST_OK,
		     "%s", w->e.text);
	assert_delivered("j\303\266rg@test.example", "\303\266", "x\n");
	done(w);
}

Test(smtp_real, a_delivery_is_told)
{
	struct smtp_world *w = opened("smtps");
	char *told;

	w->letter.receipt = true;
	w->letter.envid = "<one+two@x>";
	cr_assert_eq(smtp_world_send(w, "Subject: receipt\n\nx\n"), ST_OK,
		     "%s", w->e.text);
	told = smtpd_letter(server, "ann@test.example", "bob@test.example");
	cr_assert_not_null(told);
	cr_assert(strstr(told, "Original-Envelope-ID: <one+2Btwo@x>"), "%s",
		  told);
	g_free(told);
	done(w);
}

Test(smtp_real, a_wrong_name)
{
	struct smtp_world *w = world("smtp+starttls");

	g_free(w->account->send_user);
	w->account->send_user = g_strdup("");
	cr_assert_eq(smtp_world_open(w), ST_CONFIG, "%s", w->e.text);
	done(w);
}

static enum st
wrong_secret(void *ctx, bool again, char **secret, struct err *e)
{
	(void)ctx, (void)again, (void)e;
	*secret = g_strdup("wrong");
	return ST_OK;
}

Test(smtp_real, a_wrong_password)
{
	struct smtp_world *w = world("smtp+starttls");

	w->host.secret = wrong_secret;
	cr_assert_eq(smtp_world_open(w), ST_AUTH, "%s", w->e.text);
	cr_assert(strstr(w->e.text, "535"), "%s", w->e.text);
	done(w);
}

Test(smtp_real, a_server_that_nobody_vouches_for)
{
	struct smtp_world *w = world("smtps");

	g_clear_pointer(&w->account->tls_ca_file, g_free);
	cr_assert_eq(smtp_world_open(w), ST_AUTH, "%s", w->e.text);
	cr_assert_eq(w->asked, 0);
	done(w);
}
