/*
 * net_pop_parse.c - POP's words and dots, whole and in crumbs
 */
#include <criterion/criterion.h>

#include <string.h>

#include <glib.h>

#include "net/pop_parse.h"
#include "net/sasl.h"

/* ---- lines ---- */

static struct pop_reply
reply(const char *line)
{
	return pop_reply_parse(line, strlen(line));
}

static void
assert_reply(const char *line, enum pop_kind kind, enum pop_code code,
	     const char *text)
{
	struct pop_reply r = reply(line);
	char *got = g_strndup(r.text, r.len);

	cr_assert_eq(r.kind, kind, "%s", line);
	cr_assert_eq(r.code, code, "%s", line);
	cr_assert_str_eq(got, text);
	g_free(got);
}

Test(pop_parse, replies)
{
	assert_reply("+OK ready", POP_OK, POP_CODE_NONE, "ready");
	assert_reply("+OK", POP_OK, POP_CODE_NONE, "");
	assert_reply("+ok  two", POP_OK, POP_CODE_NONE, "two");
	assert_reply("-ERR no", POP_ERR, POP_CODE_NONE, "no");
	assert_reply("-Err", POP_ERR, POP_CODE_NONE, "");
	assert_reply("+ Zm9v", POP_CONTINUE, POP_CODE_NONE, "Zm9v");
	assert_reply("+", POP_CONTINUE, POP_CODE_NONE, "");
	assert_reply("-ERR [IN-USE] busy", POP_ERR, POP_CODE_IN_USE, "busy");
	assert_reply("-ERR [sys/temp]", POP_ERR, POP_CODE_SYS_TEMP, "");
	assert_reply("-ERR [AUTH] wrong", POP_ERR, POP_CODE_AUTH, "wrong");
	assert_reply("-ERR [NEW] x", POP_ERR, POP_CODE_NONE, "[NEW] x");
	assert_reply("+OK [AUTH] x", POP_OK, POP_CODE_NONE, "[AUTH] x");
}

Test(pop_parse, no_replies)
{
	static const char *const bad[] = {
		"", "OK", "+OKAY", "-ERROR", "* OK", "220 hello", " +OK", "-"
	};

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		cr_assert_eq(reply(bad[i]).kind, POP_BAD, "%s", bad[i]);
}

static enum st
status(const char *line)
{
	struct pop_reply r = reply(line);

	return pop_reply_status(&r, ST_GONE);
}

Test(pop_parse, errors_are_orders)
{
	cr_assert_eq(status("-ERR [IN-USE] x"), ST_RETRY);
	cr_assert_eq(status("-ERR [LOGIN-DELAY] x"), ST_RETRY);
	cr_assert_eq(status("-ERR [SYS/TEMP] x"), ST_RETRY);
	cr_assert_eq(status("-ERR [SYS/PERM] x"), ST_REFUSED);
	cr_assert_eq(status("-ERR [AUTH] x"), ST_AUTH);
	cr_assert_eq(status("-ERR x"), ST_GONE);
}

static void
capa(struct pop_capa *c, const char *line)
{
	pop_capa_line(c, line, strlen(line));
}

Test(pop_parse, capabilities)
{
	struct pop_capa c = { 0 };

	capa(&c, "TOP");
	capa(&c, "uidl");
	capa(&c, "PIPELINING");
	capa(&c, "STLS");
	capa(&c, "USER");
	capa(&c, "EXPIRE 60");
	capa(&c, "SASL PLAIN  SCRAM-SHA-256 X-PLAIN OAUTHBEARER");
	cr_assert(c.known && c.top && c.uidl && c.pipelining && c.stls &&
		  c.user);
	cr_assert_eq(c.mechs, SASL_PLAIN | SASL_SCRAM_SHA_256 |
				      SASL_OAUTHBEARER);
	c = (struct pop_capa){ 0 };
	capa(&c, "TOPPLE");
	capa(&c, "SASLX PLAIN");
	capa(&c, "");
	cr_assert(c.known && !c.top && c.mechs == 0);
}

static bool
scan(const char *line, uint32_t *n, char *rest)
{
	const char *p;
	size_t len;

	if (!pop_scan_line(line, strlen(line), n, &p, &len))
		return false;
	memcpy(rest, p, len);
	rest[len] = '\0';
	return true;
}

Test(pop_parse, scan_lines)
{
	char rest[100];
	uint32_t n;

	cr_assert(scan("1 120", &n, rest));
	cr_assert(n == 1 && strcmp(rest, "120") == 0);
	cr_assert(scan("4294967295  abc  ", &n, rest));
	cr_assert(n == UINT32_MAX && strcmp(rest, "abc") == 0);
	cr_assert(scan("7", &n, rest));
	cr_assert(n == 7 && *rest == '\0');
	cr_assert_not(scan("0 120", &n, rest));
	cr_assert_not(scan("-1 120", &n, rest));
	cr_assert_not(scan("4294967296 1", &n, rest));
	cr_assert_not(scan("99999999999999999999999 1", &n, rest));
	cr_assert_not(scan("1x 1", &n, rest));
	cr_assert_not(scan("", &n, rest));
}

Test(pop_parse, sizes)
{
	cr_assert_eq(pop_size("0", 1), 0);
	cr_assert_eq(pop_size("4294967299 octets", 17), 4294967299);
	cr_assert_eq(pop_size("x", 1), -1);
	cr_assert_eq(pop_size("", 0), -1);
	cr_assert_eq(pop_size("-5", 2), -1);
	cr_assert_eq(pop_size("99999999999999999999", 20), -1);
}

Test(pop_parse, unique_ids)
{
	char long_id[300];

	memset(long_id, 'x', sizeof(long_id));
	cr_assert(pop_uidl_ok("1", 1));
	cr_assert(pop_uidl_ok("../../etc/passwd", 16));
	cr_assert(pop_uidl_ok(long_id, 255));
	cr_assert_not(pop_uidl_ok(long_id, 256));
	cr_assert_not(pop_uidl_ok("", 0));
	cr_assert_not(pop_uidl_ok("a b", 3));
	cr_assert_not(pop_uidl_ok("a\033b", 3));
	cr_assert_not(pop_uidl_ok("a\0b", 3));
	cr_assert_not(pop_uidl_ok("\303\244", 2));
}

/* ---- dots ---- */

/* The text of in, cut before every octet in cuts (sizes that repeat). */
static GString *
undot(const char *in, size_t len, size_t step, int64_t claimed, size_t *used)
{
	GString *out = g_string_new(NULL);
	struct pop_dots d;
	size_t at = 0;

	pop_dots_init(&d, claimed);
	while (at < len && !d.ended) {
		size_t piece = MIN(step, len - at), n;
		char *copy = g_malloc(piece);	/* so that ASan guards it */
		const char *p = memcpy(copy, in + at, piece), *run;
		size_t left = piece;

		while ((n = pop_dots_next(&d, &p, &left, &run)) > 0)
			g_string_append_len(out, run, (gssize)n);
		at += piece - left;
		g_free(copy);
	}
	cr_assert_eq((size_t)d.octets, out->len);
	*used = d.ended ? at : 0;
	return out;
}

/* in must give out and end behind it, however it is cut up. */
static void
assert_text(const char *in, size_t len, int64_t claimed, const char *out,
	    size_t out_len)
{
	GString *more = g_string_new_len(in, (gssize)len);

	g_string_append(more, "+OK next\r\n");
	for (size_t step = 1; step <= more->len; step++) {
		size_t used;
		GString *got = undot(more->str, more->len, step, claimed,
				     &used);

		cr_assert_eq(used, len, "%s: step %zu, %zu", in, step, used);
		cr_assert_eq(got->len, out_len, "%s: %s", in, got->str);
		cr_assert_arr_eq(got->str, out, out_len);
		g_string_free(got, TRUE);
	}
	g_string_free(more, TRUE);
}

#define TEXT(in, out) assert_text(in, sizeof(in) - 1, -1, out, sizeof(out) - 1)

Test(pop_dots, plain_texts)
{
	TEXT("a: b\r\n\r\ntext\r\n.\r\n", "a: b\r\n\r\ntext\r\n");
	TEXT(".\r\n", "");
	TEXT("\r\n.\r\n", "\r\n");
	TEXT("a\r\n\r\n\r\n.\r\n", "a\r\n\r\n\r\n");
}

Test(pop_dots, stuffed_texts)
{
	TEXT("a\r\n..\r\n.\r\n", "a\r\n.\r\n");
	TEXT("..\r\n.\r\n", ".\r\n");
	TEXT("a\r\n...\r\n..x\r\n.\r\n", "a\r\n..\r\n.x\r\n");
	TEXT("a\r\nx.\r\n.\r\n", "a\r\nx.\r\n");
	TEXT("a\r\n..\r..\r\n.\r\n", "a\r\n.\r..\r\n");
}

/* A server that does not stuff is read as it speaks. */
Test(pop_dots, unstuffed_texts)
{
	TEXT("a\r\n.x\r\n.\r\n", "a\r\n.x\r\n");
	TEXT("a\r\n.\rx\r\n.\r\n", "a\r\n.\rx\r\n");
	TEXT("a\r\n.\r\r\n.\r\n", "a\r\n.\r\r\n");
}

Test(pop_dots, every_octet_is_kept)
{
	TEXT("a\r\nnul\0hidden\r\n.\r\n", "a\r\nnul\0hidden\r\n");
	TEXT("a\r\nbare\nlf\rcr\r\n.\r\n", "a\r\nbare\nlf\rcr\r\n");
	TEXT("a\r\n\377\376\200\r\n.\r\n", "a\r\n\377\376\200\r\n");
	TEXT("a\r\n\n.\n\n..\n.\r\n.\r\n", "a\r\n\n.\n\n..\n.\r\n");
}

Test(pop_dots, bare_lf_servers)
{
	TEXT("a: b\n\ntext\n.\n", "a: b\n\ntext\n");
	TEXT("a: b\n\n..x\n.\r\n", "a: b\n\n.x\n");
	TEXT(".\n", "");
}

/* LF dot CRLF in a message of a server that ends lines with CRLF must not
 * let the sender speak for the server. */
Test(pop_dots, a_message_cannot_end_itself)
{
	static const char in[] = "a: b\r\n\r\nx\n.\r\n-ERR gone\r\n.\r\n";
	static const char out[] = "a: b\r\n\r\nx\n.\r\n-ERR gone\r\n";

	TEXT("a: b\r\n\r\nx\n.\r\n-ERR gone\r\n.\r\n", out);
	assert_text(in, sizeof(in) - 1, sizeof(out) - 1, out,
		    sizeof(out) - 1);
}

/* But a message with mixed line ends that is all there has ended. */
Test(pop_dots, a_whole_message_ends)
{
	static const char in[] = "a: b\r\n\r\nx\n.\r\n";

	assert_text(in, sizeof(in) - 1, 10, "a: b\r\n\r\nx\n", 10);
}

Test(pop_dots, nothing_ends_by_itself)
{
	size_t used;
	GString *got = undot("a\r\n.", 4, 4, -1, &used);

	cr_assert_eq(used, 0);
	cr_assert_str_eq(got->str, "a\r\n");
	g_string_free(got, TRUE);
}

/* Stuff random texts as RFC 1939 says and take them apart again. */
Test(pop_dots, random_texts_come_back)
{
	static const char alphabet[] = "..\r\n\r\nab";
	GRand *dice = g_rand_new_with_seed(1939);

	for (int round = 0; round < 3000; round++) {
		GString *text = g_string_new("h\r\n");
		GString *wire = g_string_new(NULL), *got;
		bool line = true;
		size_t used;

		for (int i = g_rand_int_range(dice, 0, 40); i > 0; i--)
			g_string_append_c(text, alphabet[g_rand_int_range(
				dice, 0, sizeof(alphabet) - 1)]);
		g_string_append(text, "\r\n");
		for (size_t i = 0; i < text->len; i++) {
			if (line && text->str[i] == '.')
				g_string_append_c(wire, '.');
			g_string_append_c(wire, text->str[i]);
			line = i > 0 && text->str[i] == '\n' &&
			       text->str[i - 1] == '\r';
		}
		g_string_append(wire, ".\r\n");
		got = undot(wire->str, wire->len,
			    (size_t)g_rand_int_range(dice, 1, 9), -1, &used);
		cr_assert_eq(used, wire->len);
		cr_assert(g_string_equal(got, text));
		g_string_free(got, TRUE);
		g_string_free(wire, TRUE);
		g_string_free(text, TRUE);
	}
	g_rand_free(dice);
}
