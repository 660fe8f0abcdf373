/*
 * model_flags.c - flags and keywords as sets
 */
#include "model/flags.h"

#include <string.h>

#include <criterion/criterion.h>
#include <glib.h>

static void
add_all(struct flags *f, const char *words)
{
	char **v = g_strsplit(words, " ", -1);

	for (int i = 0; v[i]; i++)
		flags_add_word(f, v[i]);
	g_strfreev(v);
}

static const struct {
	const char *add;
	uint32_t bits;
	const char *keywords;
} table[] = {
	{ "\\Seen", FLAG_SEEN, NULL },
	{ "\\SEEN \\answered \\fLAGGED \\Deleted \\drafT", FLAG_ALL, NULL },
	{ "\\Recent \\* \\Nonsense Seen", 0, "Seen" },
	{ "work $Forwarded alpha", 0, "$Forwarded alpha work" },
	{ "b a c a B", 0, "a b c" },
	{ "ab a abc", 0, "a ab abc" },
	{ "a(b) {x a*b % \"q\" a\\b ] \x01 gr\xc3\xbcn ok", 0, "ok" },
};

Test(flags, add)
{
	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		struct flags f = { 0, NULL };

		add_all(&f, table[i].add);
		cr_assert_eq(f.bits, table[i].bits, "%s", table[i].add);
		if (table[i].keywords)
			cr_assert_str_eq(f.keywords, table[i].keywords);
		else
			cr_assert_null(f.keywords);
		flags_clear(&f);
	}
}

Test(flags, remove)
{
	static const struct {
		const char *from, *word, *left;
	} rows[] = {
		{ "a b c", "A", "b c" }, { "a b c", "b", "a c" },
		{ "a b c", "C", "a b" }, { "a", "a", NULL },
		{ "a b", "ab", "a b" },	 { "ab", "a", "ab" },
		{ "a", "x y", "a" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct flags f = { FLAG_SEEN, NULL };

		add_all(&f, rows[i].from);
		flags_remove_word(&f, rows[i].word);
		cr_assert_eq(f.bits, FLAG_SEEN);
		if (rows[i].left)
			cr_assert_str_eq(f.keywords, rows[i].left);
		else
			cr_assert_null(f.keywords);
		flags_remove_word(&f, "\\seen");
		cr_assert_eq(f.bits, 0);
		flags_clear(&f);
	}
}

Test(flags, limits)
{
	struct flags f = { 0, NULL };
	char *edge = g_strnfill(128, 'k'), *over = g_strnfill(129, 'k');
	char **words;

	flags_add_word(&f, over);
	cr_assert_null(f.keywords);
	flags_add_word(&f, edge);
	cr_assert(flags_has_keyword(&f, edge));
	for (int i = 0; i < 100; i++) {
		char word[16];

		g_snprintf(word, sizeof(word), "w%d", i);
		flags_add_word(&f, word);
	}
	words = g_strsplit(f.keywords, " ", -1);
	cr_assert_eq(g_strv_length(words), 64);
	cr_assert(!flags_has_keyword(&f, "w99"));
	g_strfreev(words);
	g_free(edge);
	g_free(over);
	flags_clear(&f);
}

Test(flags, has_copy_equal)
{
	struct flags a = { 0, NULL }, b = { FLAG_DRAFT, NULL };

	add_all(&a, "\\Seen Work $MDNSent");
	add_all(&b, "old");
	cr_assert(flags_has_keyword(&a, "WORK"));
	cr_assert(!flags_has_keyword(&a, "wor"));
	cr_assert(!flags_has_keyword(&a, "works"));
	cr_assert(!flags_equal(&a, &b));
	flags_copy(&b, &a);
	cr_assert(flags_equal(&a, &b));
	cr_assert_neq(a.keywords, b.keywords);
	flags_copy(&b, &b);
	cr_assert(flags_equal(&a, &b));
	flags_remove_word(&b, "work");
	flags_add_word(&b, "work");
	cr_assert(flags_equal(&a, &b), "case does not count");
	flags_clear(&a);
	cr_assert(!flags_equal(&a, &b));
	flags_clear(&b);
	cr_assert(flags_equal(&a, &b));
}

Test(flags, status_letters_come_back)
{
	char status[8], x_status[8];

	for (uint32_t bits = 0; bits <= FLAG_ALL; bits++) {
		flags_to_status(bits, status, x_status);
		cr_assert_eq(flags_from_status(status, x_status), bits);
		cr_assert_not_null(strchr(status, 'O'));
	}
	flags_to_status(FLAG_ALL, status, x_status);
	cr_assert_str_eq(status, "RO");
	cr_assert_str_eq(x_status, "AFTD");
	cr_assert_eq(flags_from_status(NULL, NULL), 0);
	cr_assert_eq(flags_from_status("R", NULL), FLAG_SEEN);
	cr_assert_eq(flags_from_status("", "FD"), FLAG_FLAGGED | FLAG_DELETED);
}
