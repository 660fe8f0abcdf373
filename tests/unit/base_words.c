/*
 * base_words.c - command lines into words and back
 */
#include "base/words.h"

#include <stdbool.h>
#include <string.h>

#include <criterion/criterion.h>
#include <glib.h>

/* Words separated by '|'. */
static const struct {
	const char *line, *words;
} good[] = {
	{ "", "" },
	{ "  \t ", "" },
	{ "a", "a" },
	{ " a  b\tc\n", "a|b|c" },
	{ "\"a b\" c", "a b|c" },
	{ "'a \"b\\' c", "a \"b\\|c" },
	{ "\"\"", "" },
	{ "a\"b c\"d", "ab cd" },
	{ "\"\\\"\\\\\\n\\t\\x1b\"", "\"\\\n\t\033" },
	{ "a\\b", "a\\b" },
	{ "# no comment", "#|no|comment" },
	{ "grüße \"日本 語\"", "grüße|日本 語" },
};

Test(words, split)
{
	for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
		int n = -1;
		char **words = words_split(good[i].line, &n);
		char *joined;

		cr_assert_not_null(words, "%s", good[i].line);
		joined = g_strjoinv("|", words);
		cr_assert_str_eq(joined, good[i].words, "%s", good[i].line);
		cr_assert_eq(n, (int)g_strv_length(words));
		g_free(joined);
		g_strfreev(words);
	}
}

Test(words, empty_quotes_are_a_word)
{
	int n;
	char **words = words_split("a \"\" ''", &n);

	cr_assert_eq(n, 3);
	cr_assert_str_empty(words[1]);
	cr_assert_str_empty(words[2]);
	g_strfreev(words);
}

Test(words, bad_lines_give_null)
{
	static const char *const bad[] = {
		"\"", "'", "a \"b", "a 'b", "\"\\", "\"\\q\"", "\"\\x\"",
		"\"\\x1\"", "\"\\x1g\"", "\"\\x00\"", "\"a\\\"",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		cr_assert_null(words_split(bad[i], NULL), "%s", bad[i]);
}

static void
check_round_trip(const char *word)
{
	char *words[] = { (char *)"before", (char *)word, (char *)"after",
			  NULL };
	char *line = words_join(words);
	int n;
	char **back = words_split(line, &n);

	cr_assert_not_null(back);
	cr_assert_eq(n, 3, "%s", line);
	cr_assert_str_eq(back[1], word);
	cr_assert_null(strchr(line, '\n'));
	g_strfreev(back);
	g_free(line);
}

Test(words, every_byte_comes_back)
{
	char all[256], one[3];

	for (int c = 1; c < 256; c++) {
		all[c - 1] = (char)c;
		one[0] = (char)c;
		one[1] = c & 1 ? '\0' : 'x';
		one[2] = '\0';
		check_round_trip(one);
	}
	all[255] = '\0';
	check_round_trip(all);
	check_round_trip("");
	check_round_trip(" ");
	check_round_trip("\\x41");
}

Test(words, quote_only_where_needed)
{
	char *plain = words_quote("imap.example.org");
	char *odd = words_quote("a b");

	cr_assert_str_eq(plain, "imap.example.org");
	cr_assert_str_eq(odd, "\"a b\"");
	g_free(plain);
	g_free(odd);
}
