/*
 * net_imap_token.c - IMAP's words: whole, cut at every octet, and hostile
 */
#include <criterion/criterion.h>

#include <string.h>

#include <glib.h>

#include "net/imap_token.h"

/* Text in memory of its own, so that a step past its end is seen. */
struct given {
	char *copy;
	struct imap_text t;
};

static struct given
given_octets(const char *text, size_t len)
{
	char *copy = g_memdup2(text, len);

	return (struct given){ copy, { copy, copy + len } };
}

static struct given
given(const char *text)
{
	return given_octets(text, strlen(text));
}

/* ---- strings ---- */

/* The string at the beginning of text, and behind it what is left; "-" for
 * none, "NIL" for NIL. */
static char *
string(const char *text, size_t len)
{
	struct given g = given_octets(text, len);
	GString *s = g_string_new("old");
	const char *start = g.t.p;
	bool nil, streamed;
	char *got;

	if (!imap_take_string(&g.t, s, &nil, &streamed)) {
		cr_expect_eq(g.t.p, start, "it moved: %s", text);
		got = g_strdup("-");
	} else {
		if (nil || streamed)
			cr_expect_eq(s->len, 0);
		got = g_strdup_printf("%s<%.*s", nil ? "NIL" : streamed
				      ? "STREAMED" : s->str,
				      (int)(g.t.end - g.t.p), g.t.p);
	}
	g_string_free(s, TRUE);
	g_free(g.copy);
	return got;
}

#define STRING(text, want)						\
	do {								\
		char *got_ = string(text, strlen(text));		\
		cr_expect_str_eq(got_, want, "%s: %s", text, got_);	\
		g_free(got_);						\
	} while (0)

Test(imap_token, strings)
{
	STRING("\"\" x", "< x");
	STRING("\"a b\")", "a b<)");
	STRING("\"a\\\"b\\\\c\"", "a\"b\\c<");
	STRING("\"\\x\"", "x<");
	STRING("\"(NIL)\"", "(NIL)<");
	STRING("atom x", "atom< x");
	STRING("a{3}b)", "a{3}b<)");
	STRING("", "-");
	STRING(" x", "-");
	STRING(")", "-");
	STRING("\"never closed", "-");
	STRING("\"never closed\\\"", "-");
	STRING("\"\\", "-");
}

Test(imap_token, nil_is_no_string)
{
	STRING("NIL)", "NIL<)");
	STRING("nil x", "NIL< x");
	STRING("NILL", "NILL<");
	STRING("\001 x", "STREAMED< x");
}

Test(imap_token, a_quoted_nil_is_one)
{
	struct given g = given("\"NIL\"");
	GString *s = g_string_new(NULL);
	bool nil, streamed;

	cr_assert(imap_take_string(&g.t, s, &nil, &streamed));
	cr_assert_not(nil);
	cr_assert_str_eq(s->str, "NIL");
	g_string_free(s, TRUE);
	g_free(g.copy);
}

Test(imap_token, literals)
{
	STRING("{3}\r\nabcde", "abc<de");
	STRING("{3+}\r\nabc", "abc<");
	STRING("~{3}\r\nabc", "abc<");
	STRING("{3}\nabc", "abc<");
	STRING("{0}\r\n)", "<)");
	STRING("{4}\r\n\r\n\r\n", "\r\n\r\n<");
	STRING("{4}\r\nabc", "-");
	STRING("{3}abc", "-");
	STRING("{}\r\nabc", "-");
	STRING("{-1}\r\nabc", "-");
	STRING("{99999999999}\r\nabc", "-");
	STRING("{9999999999999999999999}\r\nabc", "-");
}

Test(imap_token, where_a_line_ends_in_a_literal)
{
	static const struct {
		const char *line;
		int64_t n;
	} cases[] = {
		{ "* 1 FETCH (BODY[] {12}", 12 }, { "x {12+}\r", 12 },
		{ "~{0}", 0 }, { "{999999999999}", 999999999999 },
		{ "{1234567890123}", -2 }, { "{00000000000001}", -2 },
		{ "{}", -1 }, { "{+}", -1 }, { "{1}x", -1 }, { "1}", -1 },
		{ "}", -1 }, { "", -1 }, { "\r", -1 }, { "{1 }", -1 },
		{ "{-1}", -1 }, { "{1++}", -1 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct given g = given(cases[i].line);

		cr_expect_eq(imap_line_literal(g.copy,
					       strlen(cases[i].line)),
			     cases[i].n, "%s", cases[i].line);
		g_free(g.copy);
	}
}

/* ---- numbers ---- */

Test(imap_token, numbers_at_their_limits)
{
	static const struct {
		const char *text;
		int64_t n;
	} cases[] = {
		{ "0", 0 }, { "007", 7 }, { "4294967295", 4294967295 },
		{ "4294967296", 4294967296 },
		{ "9223372036854775807", INT64_MAX },
		{ "9223372036854775808", -1 },
		{ "18446744073709551617", -1 },
		{ "99999999999999999999999999", -1 }, { "-1", -1 },
		{ "-", -1 }, { "9.3736e+06", -1 }, { "1:4", -1 },
		{ "12x", -1 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct given g = given(cases[i].text);
		int64_t n = 99;

		cr_expect(imap_take_number(&g.t, &n), "%s", cases[i].text);
		cr_expect_eq(n, cases[i].n, "%s: %ld", cases[i].text, (long)n);
		cr_expect_eq(g.t.p, g.t.end, "%s", cases[i].text);
		g_free(g.copy);
	}
}

Test(imap_token, no_numbers)
{
	static const char *const bad[] = { "", "x1", " 1", "(1)", "+1",
					   "\"1\"" };

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		struct given g = given(bad[i]);
		int64_t n = 99;

		cr_expect_not(imap_take_number(&g.t, &n), "%s", bad[i]);
		cr_expect_eq(g.t.p, g.copy);
		cr_expect_eq(n, 99);
		g_free(g.copy);
	}
}

/* ---- words and flags ---- */

Test(imap_token, words)
{
	struct given g = given("BODY[HEADER.FIELDS (TO CC)]<0> FLAGS(x)");
	struct imap_slice word;

	cr_assert(imap_take_word(&g.t, &word));
	cr_assert(imap_slice_is(&word, "body[header.fields (to cc)]<0>"));
	cr_assert_not(imap_slice_is(&word, "BODY"));
	cr_assert(imap_take_blank(&g.t));
	cr_assert_not(imap_take_blank(&g.t));
	cr_assert_not(imap_take_this(&g.t, "FLAG"));
	cr_assert(imap_take_this(&g.t, "flags"));
	cr_assert_not(imap_take_word(&g.t, &word));
	cr_assert(imap_take_char(&g.t, '('));
	cr_assert_not(imap_take_char(&g.t, '('));
	g_free(g.copy);
}

Test(imap_token, flags)
{
	static const char text[] = "(\\Seen  \\RECENT work $Junk)";
	struct flags flags = { 0, NULL };
	struct given g = given(text);

	cr_assert(imap_take_flags(&g.t, &flags));
	cr_assert_eq(flags.bits, FLAG_SEEN);
	cr_assert_str_eq(flags.keywords, "$Junk work");
	cr_assert_eq(g.t.p, g.t.end);
	g_free(g.copy);
	flags_clear(&flags);
	for (size_t n = 0; n < strlen(text); n++) {
		g = given_octets(text, n);
		cr_expect_not(imap_take_flags(&g.t, &flags), "%zu", n);
		cr_expect_eq(g.t.p, g.copy);
		flags_clear(&flags);
		g_free(g.copy);
	}
}

/* ---- nested values ---- */

static bool
skips(const char *text, size_t len)
{
	struct given g = given_octets(text, len);
	bool good = imap_skip_value(&g.t);

	cr_expect_eq(g.t.p, good ? g.t.end : g.copy, "%.40s", text);
	g_free(g.copy);
	return good;
}

Test(imap_token, one_octet_after_another)
{
	static const char text[] =
		"(\"a\\\"b\" NIL (x {4}\r\n)(\r\n ()) ~{1}\r\n\" \001 \"\")";

	for (size_t n = 0; n < strlen(text); n++)
		cr_expect_not(skips(text, n), "%zu octets", n);
	cr_assert(skips(text, strlen(text)));
}

Test(imap_token, nesting_has_an_end)
{
	for (int depth = 1; depth <= IMAP_DEPTH_MAX + 1; depth++) {
		char *open = g_strnfill((gsize)depth, '(');
		char *close = g_strnfill((gsize)depth, ')');
		char *text = g_strconcat(open, "x", close, NULL);

		cr_expect_eq(skips(text, strlen(text)),
			     depth <= IMAP_DEPTH_MAX, "%d", depth);
		g_free(text);
		g_free(close);
		g_free(open);
	}
}

/* ---- dates ---- */

Test(imap_token, dates)
{
	char buf[32];

	cr_expect_eq(imap_date("17-Jul-1996 02:44:25 -0700"), 837596665);
	cr_expect_eq(imap_date(" 1-jan-1970 00:00:00 +0000"), 0);
	cr_expect_eq(imap_date("32-Jul-1996 02:44:25 -0700"), 0);
	cr_expect_eq(imap_date("17-Foo-1996 02:44:25 -0700"), 0);
	cr_expect_eq(imap_date(""), 0);
	cr_expect_eq(imap_date("bad"), 0);
	imap_date_format(837596665, buf);
	cr_expect_str_eq(buf, "17-Jul-1996 09:44:25 +0000");
	cr_expect_eq(imap_date(buf), 837596665);
}
