/*
 * smtp_send.c - letters, what is said for them, and what becomes of them
 */
#include "driver/smtp_world.h"

#include <string.h>

#define ALL "PIPELINING\nSIZE 100000\n8BITMIME\nSMTPUTF8\nDSN"

static struct smtp_world *
opened(const struct smtp_rule *rules, const char *offers)
{
	struct smtp_world *w = smtp_world_new(rules, offers);

	cr_assert_eq(smtp_world_open(w), ST_OK, "%s", w->e.text);
	return w;
}

static void
assert_commands(struct smtp_world *w, const char *commands)
{
	cr_assert_str_eq(smtp_world_commands(w), commands);
}

/* ---- what is said ---- */

Test(smtp_send, one_letter)
{
	struct smtp_world *w = opened(NULL, ALL);

	w->letter.size = 12;
	cr_assert_eq(smtp_world_send(w, "A: b\n\ntext\n"), ST_OK, "%s",
		     w->e.text);
	cr_assert_eq(w->fate, SMTP_SENT);
	cr_assert_str_eq(w->said, "250 2.0.0 taken");
	cr_assert_eq(w->rcpt[0].code, 250);
	cr_assert_str_eq(w->rcpt[0].said, "250 2.1.5 fine");
	cr_assert_eq(w->commits, 1);
	cr_assert_eq(w->trips, 2);
	assert_commands(w, "EHLO [127.0.0.1]\n"
			"MAIL FROM:<ann@test.example> SIZE=12\n"
			"RCPT TO:<bob@test.example>\nDATA\n.\n");
	cr_assert_str_eq(smtp_world_letter(w, 0), "A: b\r\n\r\ntext\r\n");
	smtp_world_free(w);
}

Test(smtp_send, without_pipelining_and_in_crumbs)
{
	struct smtp_world *w = smtp_world_new(NULL, "");

	w->fake.crumb = 1;
	w->piece = 1;
	cr_assert_eq(smtp_world_open(w), ST_OK, "%s", w->e.text);
	cr_assert_eq(smtp_world_send(w, "A: b\n\n.\n..x"), ST_OK, "%s",
		     w->e.text);
	cr_assert_eq(w->trips, 4);
	cr_assert_str_eq(smtp_world_letter(w, 0),
			 "A: b\r\n\r\n..\r\n...x\r\n");
	smtp_world_free(w);
}

Test(smtp_send, everything_that_may_be_said_of_a_letter)
{
	struct smtp_world *w = opened(NULL, ALL);

	w->letter.eight_bit = w->letter.utf8 = w->letter.receipt = true;
	w->letter.envid = "<1+2@x>";
	w->letter.size = 20;
	cr_assert_eq(smtp_world_send(w, "a\n"), ST_OK, "%s", w->e.text);
	cr_assert_eq(smtp_world_was_sent(w, "MAIL FROM:<ann@test.example> "
					 "SIZE=20 BODY=8BITMIME SMTPUTF8 "
					 "RET=HDRS ENVID=<1+2B2@x>\n"), 1);
	cr_assert_eq(smtp_world_was_sent(w, "RCPT TO:<bob@test.example> "
					 "NOTIFY=SUCCESS,FAILURE,DELAY\n"),
		     1);
	smtp_world_free(w);
}

/* What was not offered is not said, when it can be done without. */
Test(smtp_send, nothing_that_was_not_offered)
{
	struct smtp_world *w = opened(NULL, "");

	w->letter.receipt = true;
	w->letter.size = 20;
	w->letter.from = NULL;
	cr_assert_eq(smtp_world_send(w, "a\n"), ST_OK, "%s", w->e.text);
	assert_commands(w, "EHLO [127.0.0.1]\nMAIL FROM:<>\n"
			"RCPT TO:<bob@test.example>\nDATA\n.\n");
	smtp_world_free(w);
}

Test(smtp_send, utf8_in_an_address_is_seen)
{
	struct smtp_world *w = opened(NULL, ALL);

	w->rcpt[0].address = "j\303\266rg@test.example";
	cr_assert_eq(smtp_world_send(w, "a\n"), ST_OK, "%s", w->e.text);
	cr_assert_eq(smtp_world_was_sent(w, "example> BODY=8BITMIME "
					 "SMTPUTF8\n"), 1);
	smtp_world_free(w);
}

/* ---- texts ---- */

static void
assert_text(const char *text, const char *wire)
{
	for (size_t piece = 0; piece < 4; piece++) {
		struct smtp_world *w = opened(NULL, ALL);

		w->piece = piece;
		cr_assert_eq(smtp_world_send(w, text), ST_OK, "%s",
			     w->e.text);
		cr_assert_str_eq(smtp_world_letter(w, 0), wire);
		cr_assert_eq(w->fake.letters->len, 1);
		cr_assert_eq(smtp_world_was_sent(w, "MAIL FROM"), 1);
		smtp_world_free(w);
	}
}

Test(smtp_send, texts_end_where_they_end)
{
	assert_text("", "");
	assert_text(".", "..\r\n");
	assert_text("a", "a\r\n");
	assert_text("a\r\n\r\n", "a\r\n\r\n");
	assert_text("a\r\n.\r\nMAIL FROM:<x>\r\n",
		    "a\r\n..\r\nMAIL FROM:<x>\r\n");
	assert_text("a\n.\r\nMAIL FROM:<x>\r\nb",
		    "a\r\n..\r\nMAIL FROM:<x>\r\nb\r\n");
	assert_text("a\r.\rMAIL FROM:<x>\r", "a\r\n..\r\nMAIL FROM:<x>\r\n");
	assert_text("a\n.\nMAIL FROM:<x>\n", "a\r\n..\r\nMAIL FROM:<x>\r\n");
}

Test(smtp_send, long_texts)
{
	GString *text = g_string_new(NULL);
	struct smtp_world *w = opened(NULL, "PIPELINING");

	for (int i = 0; i < 40000; i++)
		g_string_append_printf(text, "%d octets of a long letter\r\n",
				       i);
	cr_assert_eq(smtp_world_send(w, text->str), ST_OK, "%s", w->e.text);
	cr_assert_eq(w->trips, 2);
	cr_assert_str_eq(smtp_world_letter(w, 0), text->str);
	g_string_free(text, TRUE);
	smtp_world_free(w);
}

Test(smtp_send, a_nul_is_not_sent)
{
	struct smtp_world *w = opened(NULL, ALL);

	cr_assert_eq(smtp_world_send_octets(w, "a\0b\n", 4), ST_REFUSED);
	cr_assert_eq(w->fate, SMTP_REFUSED);
	cr_assert_not(smtp_is_open(w->s));
	cr_assert_eq(w->commits, 0);
	cr_assert_str_eq(smtp_world_letter(w, 0), "");
	smtp_world_free(w);
}

/* ---- refused before anything is sent ---- */

static void
assert_refused(struct smtp_world *w, enum smtp_fate fate)
{
	cr_assert_eq(smtp_world_send(w, "a\n"), ST_REFUSED);
	cr_assert_eq(w->fate, fate);
	cr_assert_null(w->said);
	cr_assert(smtp_is_open(w->s));
	assert_commands(w, "EHLO [127.0.0.1]\n");
	smtp_world_free(w);
}

Test(smtp_send, addresses_are_no_commands)
{
	static const char *const bad[] = {
		"", "bob@x>\r\nRCPT TO:<eve@x", "bob@x\nDATA", "b ob@x",
		"<bob@x>", "bob@x> SIZE=1", NULL
	};

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		struct smtp_world *w = opened(NULL, ALL);

		w->letter.rcpts = 3;
		w->rcpt[1].address = bad[i];
		assert_refused(w, SMTP_REFUSED);
		if (!bad[i] || !*bad[i])
			continue;
		w = opened(NULL, ALL);
		w->letter.from = bad[i];
		assert_refused(w, SMTP_REFUSED);
	}
}

Test(smtp_send, letters_the_server_cannot_take)
{
	struct smtp_world *w = opened(NULL, "SIZE 1000");

	w->letter.size = 1001;
	assert_refused(w, SMTP_REFUSED);
	w = opened(NULL, "");
	w->letter.eight_bit = true;
	assert_refused(w, SMTP_SEVEN_BIT);
	w = opened(NULL, "8BITMIME");
	w->letter.utf8 = true;
	assert_refused(w, SMTP_REFUSED);
	w = opened(NULL, "8BITMIME");
	w->rcpt[0].address = "j\303\266rg@test.example";
	assert_refused(w, SMTP_REFUSED);
	w = opened(NULL, "");
	w->letter.rcpts = 0;
	assert_refused(w, SMTP_REFUSED);
}

Test(smtp_send, letters_it_just_takes)
{
	struct smtp_world *w = opened(NULL, "SIZE 1000");

	w->letter.size = 1000;
	cr_assert_eq(smtp_world_send(w, "a\n"), ST_OK);
	cr_assert_eq(smtp_world_send(w, "\303\244\n"), ST_OK);
	cr_assert_str_eq(smtp_world_letter(w, 1), "\303\244\r\n");
	smtp_world_free(w);
}

/* ---- recipients ---- */

static const struct smtp_rule picky[] = {
	{ "RCPT TO:<bad", "550-5.1.1 nobody\r\n550 5.1.1 of that name\r\n" },
	{ "RCPT TO:<full", "452 4.2.2 mailbox \033[2Jfull\r\n" },
	{ NULL, NULL }
};

Test(smtp_send, the_others_have_it)
{
	static const char *const offers[] = { ALL, "" };

	for (size_t i = 0; i < G_N_ELEMENTS(offers); i++) {
		struct smtp_world *w = opened(picky, offers[i]);

		w->letter.rcpts = 3;
		w->rcpt[0].address = "bad@x";
		w->rcpt[2].address = "full@x";
		cr_assert_eq(smtp_world_send(w, "a\n"), ST_OK, "%s",
			     w->e.text);
		cr_assert_eq(w->fate, SMTP_SENT);
		cr_assert_eq(w->rcpt[0].code, 550);
		cr_assert_str_eq(w->rcpt[0].said,
				 "550 5.1.1 nobody of that name");
		cr_assert_eq(w->rcpt[1].code, 250);
		cr_assert_eq(w->rcpt[2].code, 452);
		cr_assert_not(strchr(w->rcpt[2].said, '\033'));
		cr_assert_str_eq(smtp_world_letter(w, 0), "a\r\n");
		smtp_world_free(w);
	}
}

/* Nobody is left, and then the next letter goes well all the same. */
static void
nobody(const struct smtp_rule *rules, const char *offers, const char *first,
       const char *second, enum smtp_fate fate, const char *commands)
{
	struct smtp_world *w = opened(rules, offers);

	w->letter.rcpts = 2;
	w->rcpt[0].address = first;
	w->rcpt[1].address = second;
	cr_assert_eq(smtp_world_send(w, "a\n"), ST_REFUSED);
	cr_assert_eq(w->fate, fate);
	cr_assert(w->rcpt[0].code >= 400 && w->rcpt[1].code >= 400);
	cr_assert_str_eq(w->said, w->rcpt[1].said);
	cr_assert(smtp_is_open(w->s));
	cr_assert_eq(w->commits, 0);
	w->letter.rcpts = 1;
	w->rcpt[0].address = "bob@x";
	cr_assert_eq(smtp_world_send(w, "b\n"), ST_OK, "%s", w->e.text);
	assert_commands(w, commands);
	smtp_world_free(w);
}

#define MAIL "MAIL FROM:<ann@test.example>\n"
#define REFUSED_TWICE "EHLO [127.0.0.1]\n" MAIL "RCPT TO:<bad@x>\n"	\
	"RCPT TO:<full@x>\n"
#define THEN_SENT "RSET\n" MAIL "RCPT TO:<bob@x>\nDATA\n.\n"

Test(smtp_send, nobody_has_it)
{
	static const struct smtp_rule careful[] = {
		{ "RCPT TO:<worse", "553 5.1.3 no\r\n" },
		{ "DATA", "554 5.5.1 no valid recipients\r\n" },
		{ NULL, NULL }
	};
	struct smtp_world *w;

	/* DATA was sent along: to 354 there is but the dot to say. */
	nobody(picky, ALL, "bad@x", "full@x", SMTP_LATER,
	       REFUSED_TWICE "DATA\n.\n" THEN_SENT);
	nobody(picky, "", "bad@x", "full@x", SMTP_LATER,
	       REFUSED_TWICE THEN_SENT);
	nobody(picky, "", "bad@x", "bad2@x", SMTP_REFUSED,
	       "EHLO [127.0.0.1]\n" MAIL "RCPT TO:<bad@x>\n"
	       "RCPT TO:<bad2@x>\n" THEN_SENT);
	w = opened(careful, ALL);
	w->rcpt[0].address = "worse@x";
	cr_assert_eq(smtp_world_send(w, "a\n"), ST_REFUSED);
	cr_assert_eq(w->fate, SMTP_REFUSED);
	cr_assert_eq(w->trips, 1);
	cr_assert_eq(smtp_world_was_sent(w, "\n.\n"), 0);
	smtp_world_free(w);
}

/* The lone dot's letter is empty and has nobody to go to. */
Test(smtp_send, nobody_gets_an_empty_letter_only)
{
	struct smtp_world *w = opened(picky, ALL);

	w->rcpt[0].address = "bad@x";
	cr_assert_eq(smtp_world_send(w, "secret\n"), ST_REFUSED);
	cr_assert_str_eq(smtp_world_letter(w, 0), "");
	cr_assert_eq(w->at, 0);		/* the text was not even read */
	smtp_world_free(w);
}

Test(smtp_send, many_recipients)
{
	static const char *const offers[] = { ALL, "" };
	static const unsigned trips[] = { 5, SMTP_RCPTS + 3 };

	for (size_t i = 0; i < G_N_ELEMENTS(offers); i++) {
		struct smtp_world *w = opened(picky, offers[i]);

		w->letter.rcpts = SMTP_RCPTS;
		w->rcpt[SMTP_RCPTS - 1].address = "bad@x";
		cr_assert_eq(smtp_world_send(w, "a\n"), ST_OK, "%s",
			     w->e.text);
		cr_assert_eq(w->trips, trips[i]);
		for (int n = 0; n < SMTP_RCPTS; n++)
			cr_assert_eq(w->rcpt[n].code,
				     n < SMTP_RCPTS - 1 ? 250 : 550);
		cr_assert_eq(smtp_world_was_sent(w, "RCPT TO"), SMTP_RCPTS);
		smtp_world_free(w);
	}
}

/* Hundreds that are all refused are not asked for a text. */
Test(smtp_send, many_who_are_nobody)
{
	struct smtp_world *w = opened(picky, ALL);

	w->letter.rcpts = 199;		/* DATA begins the next window */
	for (int i = 0; i < 199; i++)
		w->rcpt[i].address = "bad@x";
	cr_assert_eq(smtp_world_send(w, "a\n"), ST_REFUSED);
	cr_assert_eq(smtp_world_was_sent(w, "DATA"), 0);
	smtp_world_free(w);
}

/* ---- many letters ---- */

static void
many_letters(const char *offers, unsigned trips)
{
	struct smtp_world *w = opened(NULL, offers);

	for (int i = 0; i < 20; i++) {
		cr_assert_eq(smtp_world_send(w, "a\n"), ST_OK, "%s",
			     w->e.text);
		cr_assert_eq(w->trips, trips);
	}
	cr_assert_eq(smtp_world_was_sent(w, "RSET"), 0);
	cr_assert_eq(w->fake.letters->len, 20);
	cr_assert_eq(w->fake.connections, 1);
	smtp_world_free(w);
}

Test(smtp_send, letters_over_one_session)
{
	many_letters("PIPELINING", 2);
	many_letters("", 4);
}
