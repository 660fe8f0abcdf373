/*
 * net_smtp_parse.c - SMTP's words and dots, whole and in crumbs
 */
#include <criterion/criterion.h>

#include <string.h>

#include <glib.h>

#include "net/sasl.h"
#include "net/smtp_parse.h"

/* ---- replies ---- */

static enum smtp_line
feed(struct smtp_reply *r, const char *line)
{
	size_t len = strlen(line);
	char *copy = g_malloc(len + 1);		/* so that ASan guards it */
	enum smtp_line kind;

	memcpy(copy, line, len);
	copy = g_realloc(copy, MAX(len, 1));
	kind = smtp_reply_line(r, copy, len, NULL, NULL);
	g_free(copy);
	return kind;
}

/* The lines, by LF, must make one reply with this code and text. */
static void
assert_reply(const char *lines, int code, const char *text)
{
	char **line = g_strsplit(lines, "\n", -1);
	struct smtp_reply r = { .code = 0 };

	smtp_reply_init(&r);
	for (int i = 0; line[i]; i++)
		cr_assert_eq(feed(&r, line[i]), line[i + 1] ? SMTP_LINE_MORE
							    : SMTP_LINE_LAST,
			     "%s", line[i]);
	cr_assert_eq(r.code, code, "%s", lines);
	cr_assert_str_eq(r.text->str, text);
	smtp_reply_clear(&r);
	g_strfreev(line);
}

Test(smtp_parse, replies)
{
	assert_reply("250 OK", 250, "250 OK");
	assert_reply("250", 250, "250");
	assert_reply("250 ", 250, "250");
	assert_reply("550 5.1.1 No such user", 550, "550 5.1.1 No such user");
	assert_reply("250-one\n250-two\n250 three", 250, "250 one two three");
	assert_reply("250-\n250", 250, "250");
	assert_reply("599 x", 599, "599 x");
	assert_reply("211 x", 211, "211 x");
}

Test(smtp_parse, enhanced_codes_are_said_once)
{
	assert_reply("550-5.7.1 Our system\n550-5.7.1 has had\n550 5.7.1 it",
		     550, "550 5.7.1 Our system has had it");
	assert_reply("550-5.7.1 a\n550 5.7.2 b", 550, "550 5.7.1 a 5.7.2 b");
	assert_reply("550-5.7.1\n550 5.7.1", 550, "550 5.7.1 5.7.1");
	assert_reply("550-4.7.1 a\n550 4.7.1 b", 550, "550 4.7.1 a 4.7.1 b");
	assert_reply("550-1.2.3.4 a\n550 1.2.3.4 b", 550,
		     "550 1.2.3.4 a 1.2.3.4 b");
	assert_reply("554-5.123.999 a\n554 5.123.999 b", 554,
		     "554 5.123.999 a b");
	assert_reply("554-5.1234.9 a\n554 5.1234.9 b", 554,
		     "554 5.1234.9 a 5.1234.9 b");
	assert_reply("550-\n550-5.7.1 a\n550 5.7.1 b", 550,
		     "550 5.7.1 a 5.7.1 b");
}

Test(smtp_parse, no_replies)
{
	static const char *const bad[] = {
		"", "2", "25", "150 x", "600 x", "2500", "25x OK", "250x",
		" 250 x", "+OK", "* OK", "-250 x", "250\tx", "\303\244\303",
		"EHLO"
	};

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		struct smtp_reply r = { .code = 0 };

		smtp_reply_init(&r);
		cr_assert_eq(feed(&r, bad[i]), SMTP_LINE_BAD, "%s", bad[i]);
		smtp_reply_clear(&r);
	}
}

Test(smtp_parse, a_reply_keeps_to_its_code)
{
	struct smtp_reply r = { .code = 0 };

	smtp_reply_init(&r);
	cr_assert_eq(feed(&r, "250-one"), SMTP_LINE_MORE);
	cr_assert_eq(feed(&r, "550 two"), SMTP_LINE_BAD);
	smtp_reply_init(&r);
	cr_assert_eq(feed(&r, "550 two"), SMTP_LINE_LAST);
	cr_assert_str_eq(r.text->str, "550 two");
	smtp_reply_clear(&r);
}

Test(smtp_parse, replies_come_to_an_end)
{
	struct smtp_reply r = { .code = 0 };
	char *line = g_strnfill(4000, 'x');
	unsigned n = 0;

	memcpy(line, "250-", 4);
	smtp_reply_init(&r);
	while (n < 100000 && feed(&r, line) == SMTP_LINE_MORE)
		n++;
	cr_assert_eq(n, SMTP_LINES_MAX);
	cr_assert_leq(r.text->len, 2 * SMTP_TEXT_MAX + 4);
	smtp_reply_clear(&r);
	g_free(line);
}

Test(smtp_parse, words_behind_the_code)
{
	struct smtp_reply r = { .code = 0 };
	const char *words = NULL;
	size_t len = 9;

	smtp_reply_init(&r);
	smtp_reply_line(&r, "334 Zm9v", 8, &words, &len);
	cr_assert(len == 4 && memcmp(words, "Zm9v", 4) == 0);
	smtp_reply_init(&r);
	smtp_reply_line(&r, "334", 3, &words, &len);
	cr_assert_eq(len, 0);
	smtp_reply_clear(&r);
}

/* ---- EHLO ---- */

static void
hello(struct smtp_hello *h, const char *words)
{
	smtp_hello_line(h, words, strlen(words));
}

Test(smtp_parse, capabilities)
{
	struct smtp_hello h = { .auth = false };

	hello(&h, "PIPELINING");
	hello(&h, "SIZE 35882577");
	hello(&h, "8bitmime");
	hello(&h, "SMTPUTF8");
	hello(&h, "DSN");
	hello(&h, "ENHANCEDSTATUSCODES");
	hello(&h, "AUTH PLAIN  SCRAM-SHA-256 X-PLAIN\tOAUTHBEARER");
	cr_assert(h.limits.pipelining && h.limits.eight_bit &&
		  h.limits.utf8 && h.limits.dsn && h.auth && h.size);
	cr_assert_eq(h.limits.size, 35882577);
	cr_assert_eq(h.mechs, SASL_PLAIN | SASL_SCRAM_SHA_256 |
				      SASL_OAUTHBEARER);
}

Test(smtp_parse, no_capabilities)
{
	static const char *const none[] = {
		"", " ", "PIPELININGX", "XPIPELINING", "SIZED 3", "AUTHX",
		"8BITMIMES", "STARTTLS", "HELP"
	};
	struct smtp_hello h = { .auth = false }, zero = { .auth = false };

	for (size_t i = 0; i < G_N_ELEMENTS(none); i++)
		hello(&h, none[i]);
	cr_assert_eq(memcmp(&h, &zero, sizeof(h)), 0);
}

Test(smtp_parse, old_words_for_auth)
{
	struct smtp_hello h = { .auth = false };

	hello(&h, "AUTH=LOGIN PLAIN");
	cr_assert(h.auth);
	cr_assert_eq(h.mechs, SASL_LOGIN | SASL_PLAIN);
	hello(&h, "AUTH");
	hello(&h, "AUTH=");
	cr_assert_eq(h.mechs, SASL_LOGIN | SASL_PLAIN);
}

Test(smtp_parse, sizes)
{
	static const struct {
		const char *words;
		int64_t size;
	} sizes[] = {
		{ "SIZE", 0 }, { "SIZE 0", 0 }, { "SIZE x", 0 },
		{ "SIZE 1x", 0 }, { "SIZE -1", 0 }, { "size  70 ", 70 },
		{ "SIZE 9007199254740992", INT64_C(9007199254740992) },
		{ "SIZE 99999999999999999999", 0 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		struct smtp_hello h = { .auth = false };

		hello(&h, sizes[i].words);
		cr_assert(h.size);
		cr_assert_eq(h.limits.size, sizes[i].size, "%s",
			     sizes[i].words);
	}
}

/* ---- the envelope ---- */

Test(smtp_parse, addresses)
{
	static const char *const good[] = {
		"ann@example.org", "ann", "a+b=c@[127.0.0.1]", "\"a\"@x",
		"j\303\266rg@b\303\274cher.example", "a%b!c@d"
	};
	static const char *const bad[] = {
		"", "ann@example.org\r\nRCPT TO:<eve@x>", "a\nb", "a\rb",
		"ann lee@x", "<ann@x>", "ann@x>", "a\tb@x", "a\177@x",
		"\001@x", "a\377@x", "\"a b\"@x"
	};
	char *long_one = g_strnfill(401, 'x');

	for (size_t i = 0; i < G_N_ELEMENTS(good); i++)
		cr_assert(smtp_address_ok(good[i]), "%s", good[i]);
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		cr_assert_not(smtp_address_ok(bad[i]), "%s", bad[i]);
	cr_assert_not(smtp_address_ok(NULL));
	cr_assert_not(smtp_address_ok(long_one));
	cr_assert(smtp_address_ok(long_one + 1));
	cr_assert(smtp_address_utf8(good[4]));
	cr_assert_not(smtp_address_utf8(good[0]));
	g_free(long_one);
}

Test(smtp_parse, xtext)
{
	GString *out = g_string_new("ENVID=");

	smtp_append_xtext(out, "<a+b=c d@x>\r\n\303\244");
	cr_assert_str_eq(out->str, "ENVID=<a+2Bb+3Dc+20d@x>+0D+0A+C3+A4");
	g_string_free(out, TRUE);
}

/* ---- dots ---- */

static GString *
to_wire(const char *in, size_t len, size_t step, bool *nul)
{
	struct smtp_dots d = { .inside = false };
	GString *out = g_string_new(NULL);

	for (size_t at = 0; at < len; at += step) {
		size_t n = MIN(step, len - at);
		char *copy = g_malloc(n);	/* so that ASan guards it */

		memcpy(copy, in + at, n);
		cr_assert_eq(smtp_dots_add(&d, out, copy, n), !d.nul);
		g_free(copy);
	}
	smtp_dots_end(&d, out);
	*nul = d.nul;
	return out;
}

/* in must become out, however it is cut up. */
static void
assert_wire(const char *in, size_t len, const char *out)
{
	for (size_t step = 1; step <= MAX(len, 1); step++) {
		bool nul;
		GString *got = to_wire(in, len, step, &nul);

		cr_assert_not(nul);
		cr_assert_str_eq(got->str, out);
		g_string_free(got, TRUE);
	}
}

#define WIRE(in, out) assert_wire(in, sizeof(in) - 1, out)

Test(smtp_dots, line_ends)
{
	WIRE("", "");
	WIRE("a", "a\r\n");
	WIRE("a\n", "a\r\n");
	WIRE("a\r\n", "a\r\n");
	WIRE("a\r", "a\r\n");
	WIRE("a\n\nb\r\n\r\nc", "a\r\n\r\nb\r\n\r\nc\r\n");
	WIRE("a\r\rb\r\r\nc\n\rd", "a\r\n\r\nb\r\n\r\nc\r\n\r\nd\r\n");
	WIRE("\r\n\r\n", "\r\n\r\n");
}

Test(smtp_dots, dots)
{
	WIRE(".", "..\r\n");
	WIRE("..", "...\r\n");
	WIRE("a\n.\nb.\n.c\n", "a\r\n..\r\nb.\r\n..c\r\n");
	WIRE("a\r\n.\r\nMAIL FROM:<x>\r\n", "a\r\n..\r\nMAIL FROM:<x>\r\n");
}

/* What other readers of line ends would take for the end. */
Test(smtp_dots, no_smuggling)
{
	WIRE("a\n.\r\nb", "a\r\n..\r\nb\r\n");
	WIRE("a\r.\r\nb", "a\r\n..\r\nb\r\n");
	WIRE("a\r\n.\rb", "a\r\n..\r\nb\r\n");
	WIRE("a\r\n.\nb", "a\r\n..\r\nb\r\n");
	WIRE("a\r.\rb", "a\r\n..\r\nb\r\n");
	WIRE("a\n.\nb", "a\r\n..\r\nb\r\n");
	WIRE("a\r\r\n.\r\r\nb", "a\r\n\r\n..\r\n\r\nb\r\n");
}

Test(smtp_dots, no_nul)
{
	static const char in[] = "a\0b\n";

	for (size_t step = 1; step <= 4; step++) {
		bool nul;
		GString *got = to_wire(in, 4, step, &nul);

		cr_assert(nul);
		cr_assert_not(strstr(got->str, "b"));
		g_string_free(got, TRUE);
	}
}

/* A server reads random texts as they were, and ends where they end. */
Test(smtp_dots, random_texts_arrive)
{
	static const char alphabet[] = "..\r\n\r\nab";
	GRand *dice = g_rand_new_with_seed(5321);

	for (int round = 0; round < 3000; round++) {
		GString *text = g_string_new(NULL), *wire;
		char **line;
		bool nul;

		for (int i = g_rand_int_range(dice, 0, 40); i > 0; i--)
			g_string_append_c(text, alphabet[g_rand_int_range(
				dice, 0, sizeof(alphabet) - 1)]);
		wire = to_wire(text->str, text->len,
			       (size_t)g_rand_int_range(dice, 1, 9), &nul);
		cr_assert(wire->len == 0 || g_str_has_suffix(wire->str,
							     "\r\n"));
		line = g_strsplit(wire->str, "\r\n", -1);
		for (int i = 0; line[i]; i++) {
			cr_assert_not(strpbrk(line[i], "\r\n"));
			cr_assert_neq(strcmp(line[i], "."), 0);
			cr_assert(line[i][0] != '.' || line[i][1] == '.');
		}
		g_strfreev(line);
		g_string_free(wire, TRUE);
		g_string_free(text, TRUE);
	}
	g_rand_free(dice);
}
