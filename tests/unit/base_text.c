/*
 * base_text.c - what the gate lets through, and how wide it is
 */
#include "base/text.h"

#include <string.h>

#include <criterion/criterion.h>

#define R "\uFFFD"

static const struct {
	const char *in, *out;
} lines[] = {
	{ "", "" },
	{ "plain ~ text", "plain ~ text" },
	{ "a\tb\nc", "a b c" },
	{ "\001\033[31m\177", "␁␛[31m␡" },
	{ "\xc2\x9b" "2J\xc2\x85", R "2J" R },		/* C1 CSI, NEL */
	{ "\x9b" "2J", R "2J" },			/* raw C1 byte */
	{ "\u202aa\u202bb\u202cc\u202dd\u202ee",
	  R "a" R "b" R "c" R "d" R "e" },
	{ "\u2066a\u2067b\u2068c\u2069", R "a" R "b" R "c" R },
	{ "a\u2028b\u2029c", "a" R "b" R "c" },
	{ "\uE000x", R "x" },				/* private use */
	{ "\xf3\xb0\x80\x80", R },			/* plane 15 */
	{ "\uFDD0\xef\xbf\xbe\xef\xbf\xbf", R R R },	/* noncharacters */
	{ "\u0378", R },				/* unassigned */
	{ "\xf3\xa0\x80\x81", R },			/* language tag */
	{ "ok\xff\xfe", "ok" R R },
	{ "\xc3", R },					/* cut short */
	{ "\xe2\x82z", R R "z" },
	{ "\xc0\xaf", R R },				/* overlong */
	{ "\xed\xa0\x80", R R R },			/* surrogate */
	{ "\xf4\x90\x80\x80", R R R R },		/* over 10FFFF */
	{ "grüße, Привет, 日本語, 👍🏽", "grüße, Привет, 日本語, 👍🏽" },
	{ "👨‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇩🇪", "👨‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇩🇪" },
	{ "שלום\u200f العربية", "שלום\u200f العربية" },
	{ "e\u0301", "e\u0301" },
};

Test(text, gate_line)
{
	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		char *out = text_gate_line(lines[i].in);

		cr_assert_str_eq(out, lines[i].out, "row %zu: %s", i, out);
		g_free(out);
	}
}

Test(text, gate_keeps_lines_when_asked)
{
	GString *out = g_string_new("> ");

	text_gate(out, "a\tb\r\n\0c", 7, true);
	cr_assert_str_eq(out->str, "> a\tb␍\n␀c");
	g_string_free(out, TRUE);
}

Test(text, gate_of_null_is_empty)
{
	char *out = text_gate_line(NULL);

	cr_assert_str_empty(out);
	g_free(out);
}

/* Whatever bytes come in, what goes out is valid and harmless, and the gate
 * changes nothing when applied again. */
Test(text, gate_holds_for_all_pairs_of_bytes)
{
	for (int i = 0; i < 65536; i++) {
		char in[3] = { (char)(i >> 8), (char)i, 'x' };
		GString *once = g_string_new(NULL), *twice = g_string_new(NULL);

		text_gate(once, in, 3, false);
		text_gate(twice, once->str, once->len, false);
		cr_assert(g_utf8_validate(once->str, (gssize)once->len, NULL));
		cr_assert_str_eq(once->str, twice->str);
		cr_assert_eq(once->str[once->len - 1], 'x');
		for (const char *p = once->str; *p; p = g_utf8_next_char(p))
			cr_assert(text_printable(g_utf8_get_char(p)));
		g_string_free(once, TRUE);
		g_string_free(twice, TRUE);
	}
}

Test(text, to_utf8)
{
	static const struct {
		const char *in;
		size_t len;
		const char *out;
	} table[] = {
		{ "gr\xfc\xdf" "e", 5, "grüße" },
		{ "grüße", 7, "grüße" },
		{ "\x80 \x93q\x94", 5, "€ “q”" },
		{ "a\0b", 3, "a\001b" },
		{ "", 0, "" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		char *out = text_to_utf8(table[i].in, table[i].len);

		cr_assert_str_eq(out, table[i].out);
		g_free(out);
	}
	for (int c = 1; c < 256; c++) {
		char byte = (char)c, *out = text_to_utf8(&byte, 1);

		cr_assert(g_utf8_validate(out, -1, NULL), "%02x", c);
		cr_assert_str_not_empty(out);
		g_free(out);
	}
}

static const struct {
	const char *s;
	int width;
} widths[] = {
	{ "", 0 },	  { "abc", 3 },	      { "日本", 4 },  { "e\u0301", 1 },
	{ "👍", 2 },	  { "👍🏽", 2 },	      { "👨‍👩‍👧", 2 },	 { "🇩🇪", 2 },
	{ "🇩🇪🇫🇷", 4 },	  { "❤\ufe0f", 2 },  { "1\ufe0f\u20e3", 2 },
	{ "\u0301", 0 }, { "a\u200bb", 2 }, { "한국", 4 },  { "\uFFFD", 1 },
	{ "한", 2 },	  { "कि", 2 },	      { "━", 1 },
};

Test(text, width)
{
	for (size_t i = 0; i < G_N_ELEMENTS(widths); i++)
		cr_assert_eq(text_width(widths[i].s), widths[i].width,
			     "“%s” is %d", widths[i].s,
			     text_width(widths[i].s));
}

Test(text, fit_takes_whole_clusters)
{
	int used;

	cr_assert_eq(text_fit("abc", 2, &used), 2);
	cr_assert_eq(used, 2);
	cr_assert_eq(text_fit("日本", 3, &used), strlen("日"));
	cr_assert_eq(used, 2);
	cr_assert_eq(text_fit("👨‍👩‍👧x", 2, NULL), strlen("👨‍👩‍👧"));
	cr_assert_eq(text_fit("👨‍👩‍👧x", 1, &used), 0);
	cr_assert_eq(used, 0);
	cr_assert_eq(text_fit("ae\u0301", 2, NULL), strlen("ae\u0301"));
	cr_assert_eq(text_fit("abc", 0, NULL), 0);
	cr_assert_eq(text_fit("abc", 99, &used), 3);
	cr_assert_eq(used, 3);
}

/* A thousand accents on one letter are drawn in bounded, valid pieces. */
Test(text, long_clusters_are_cut_between_characters)
{
	for (int shift = 0; shift < 4; shift++) {
		GString *s = g_string_new("aaaa");
		const char *p;
		size_t n;
		int w;

		g_string_truncate(s, (gsize)shift + 1);
		for (int i = 0; i < 1000; i++)
			g_string_append(s, i & 1 ? "\u0301" : "\u20dd");
		for (p = s->str; (n = text_cluster(p, &w)) > 0; p += n) {
			cr_assert_leq(n, 128);
			cr_assert(g_utf8_validate(p, (gssize)n, NULL));
		}
		cr_assert_eq(p, s->str + s->len);
		g_string_free(s, TRUE);
	}
}

Test(text, cluster_gets_over_invalid_bytes)
{
	const char *p = "\xff\xc3(\xe2\x82";
	size_t sum = 0, n;
	int w;

	while ((n = text_cluster(p + sum, &w)) > 0)
		sum += n;
	cr_assert_eq(sum, strlen(p));
}

Test(text, fold)
{
	static const char *const pairs[][2] = {
		{ "ABC", "abc" }, { "STRASSE", "straße" }, { "ÉTÉ", "été" },
		{ "e\u0301", "é" }, { "ﬁ", "FI" }, { "ΣΑΣ", "σας" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
		char *a = text_fold(pairs[i][0]), *b = text_fold(pairs[i][1]);

		cr_assert_str_eq(a, b);
		g_free(a);
		g_free(b);
	}
}

/* The lines, joined by '|'. */
static char *
broken(const char *text, int columns)
{
	GString *out = g_string_new(NULL);
	size_t next;

	for (; *text; text += next) {
		size_t n = text_break(text, columns, &next);

		g_string_append_printf(out, "%s%.*s", out->len ? "|" : "",
				       (int)n, text);
	}
	return g_string_free(out, FALSE);
}

Test(text, lines_are_broken_at_blanks)
{
	static const struct {
		const char *text;
		int columns;
		const char *broken;
	} rows[] = {
		{ "", 10, "" },
		{ "one", 10, "one" },
		{ "one two", 7, "one two" },
		{ "one two", 6, "one|two" },
		{ "one   two three", 4, "one|two|thre|e" },
		{ "one two ", 3, "one|two" },
		{ "abcdef gh", 3, "abc|def|gh" },
		{ "日本語", 4, "日本|語" },
		{ "日本", 1, "日|本" },		/* no room: go on anyway */
		{ "e\u0301e\u0301", 1, "e\u0301|e\u0301" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		char *got = broken(rows[i].text, rows[i].columns);

		cr_assert_str_eq(got, rows[i].broken, "row %zu: %s", i, got);
		g_free(got);
	}
}

Test(text, is_shortened_to_columns)
{
	static const char *const rows[][2] = {
		{ "", "" }, { "abcd", "abcd" }, { "abcde", "abc…" },
		{ "日本", "日本" }, { "日本語", "日…" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		char *got = text_shorten(rows[i][0], 4);

		cr_assert_str_eq(got, rows[i][1], "row %zu: %s", i, got);
		g_free(got);
	}
}

Test(text, words_are_found_as_they_are_folded)
{
	static const struct {
		const char *text, *word;
		gssize at;
		size_t len;
	} rows[] = {
		{ "Tea for two", "TEA", 0, 3 },
		{ "über Straße", "STRASSE", 6, 7 },
		{ "ÜBER", "über", 0, 5 },
		{ "ПРИВЕТ, мир", "Мир", 14, 6 },
		{ "u\u0308ber", "Über", 0, 6 },	/* two ways to write it */
		{ "tea", "teas", -1, 0 },
		{ "tea", "", -1, 0 },
		{ "", "x", -1, 0 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		char *folded = text_fold(rows[i].word);
		size_t len = 0;
		gssize at = text_find(rows[i].text, folded, &len);

		cr_assert_eq(at, rows[i].at, "row %zu: %zd", i, at);
		cr_assert(at < 0 || len == rows[i].len, "row %zu: %zu", i,
			  len);
		g_free(folded);
	}
}

Test(text, plain)
{
	static const char *const rows[][2] = {
		{ "", "" },
		{ "Ann LEE", "ann lee" },
		{ "Zoë Müller-Lüdenscheidt", "zoe muller-ludenscheidt" },
		{ "Søren Łukasz Đorđe", "soren lukasz dorde" },
		{ "Straße ÆON", "strasse aeon" },
		{ "E\u0301cole", "ecole" },
		{ "Ångström", "angstrom" },
		{ "ΆΛΦΑ", "αλφα" },
		{ "山田", "山田" },
		{ "ﬁn", "fin" },
		{ "a\xff", "a\uFFFD" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char *got = text_plain(rows[i][0]);

		cr_assert_str_eq(got, rows[i][1], "%s: %s", rows[i][0], got);
		g_free(got);
	}
}
