/*
 * ui_prompt.c - editing, history, completion, secrets
 */
#include "ui/prompt.h"

#include <criterion/criterion.h>
#include <glib.h>

static struct prompt *
begin(const char *initial)
{
	struct prompt *p = prompt_new();

	prompt_begin(p, ": ", initial, "test", false, false);
	return p;
}

static void
press(struct prompt *p, const char *keys)
{
	char **list = g_strsplit(keys, " ", -1);

	for (int i = 0; list[i]; i++)
		cr_assert_eq(prompt_key(p, list[i]), PROMPT_MORE, "%s",
			     list[i]);
	g_strfreev(list);
}

static void
shows(struct prompt *p, int width, const char *text, int column)
{
	int at;
	char *shown = prompt_shown(p, width, &at);

	cr_assert_str_eq(shown, text, "%s", shown);
	cr_assert_eq(at, column, "cursor at %d", at);
	g_free(shown);
}

Test(prompt, keys_edit)
{
	static const struct {
		const char *initial, *keys, *text;
	} rows[] = {
		{ "", "a Space ä 日 é", "a ä日é" },
		{ "abc", "Left X", "abXc" },
		{ "日本", "Left Backspace x", "x本" },
		{ "abc", "Home Delete", "bc" },
		{ "abc", "C-a C-f x", "axbc" },
		{ "abc", "C-b C-b C-k", "a" },
		{ "one two  ", "C-w", "one " },
		{ "one two", "Esc-Backspace C-y C-y", "one twotwo" },
		{ "abc", "Left C-u", "c" },
		{ "abc", "Left C-u C-e C-y", "cab" },
		{ "e\u0301x", "Home Delete", "x" },	/* a whole cluster */
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct prompt *p = begin(rows[i].initial);

		press(p, rows[i].keys);
		cr_assert_str_eq(prompt_text(p), rows[i].text, "row %zu: %s", i,
				 prompt_text(p));
		prompt_free(p);
	}
}

Test(prompt, keys_without_meaning_do_nothing)
{
	struct prompt *p = begin("abc");

	press(p, "F5 PgDn C-o Esc-x BackTab Insert");
	cr_assert_str_eq(prompt_text(p), "abc");
	prompt_free(p);
}

Test(prompt, ends)
{
	struct prompt *p = begin("abc");

	cr_assert_eq(prompt_key(p, "Enter"), PROMPT_DONE);
	cr_assert_eq(prompt_key(p, "Esc"), PROMPT_CANCELLED);
	cr_assert_eq(prompt_key(p, "C-c"), PROMPT_CANCELLED);
	press(p, "C-u");
	cr_assert_eq(prompt_key(p, "Backspace"), PROMPT_CANCELLED);
	prompt_free(p);
}

Test(prompt, history_is_by_name)
{
	struct prompt *p = begin("one");

	prompt_key(p, "Enter");
	prompt_begin(p, ": ", "two", "test", false, false);
	prompt_key(p, "Enter");
	prompt_begin(p, "/", "x", "other", false, false);
	press(p, "Up");
	cr_assert_str_eq(prompt_text(p), "x");
	prompt_begin(p, ": ", "new", "test", false, false);
	press(p, "Up");
	cr_assert_str_eq(prompt_text(p), "two");
	press(p, "Up Up");
	cr_assert_str_eq(prompt_text(p), "one");
	press(p, "Down Down");
	cr_assert_str_eq(prompt_text(p), "new");
	prompt_free(p);
}

Test(prompt, completion)
{
	char *two[] = { (char *)"folder Lists/a", (char *)"folder Lists/b",
			NULL };
	char *one[] = { (char *)"folder INBOX", NULL };
	struct prompt *p = begin("fol");

	cr_assert_eq(prompt_key(p, "Tab"), PROMPT_COMPLETE);
	prompt_offer(p, two);
	cr_assert_str_eq(prompt_text(p), "folder Lists/");
	cr_assert_eq(prompt_key(p, "Tab"), PROMPT_COMPLETE);
	prompt_offer(p, two);
	cr_assert_str_eq(prompt_text(p), "folder Lists/a");
	press(p, "Tab");
	cr_assert_str_eq(prompt_text(p), "folder Lists/b");
	press(p, "Tab");
	cr_assert_str_eq(prompt_text(p), "folder Lists/a");
	press(p, "Left C-u");
	cr_assert_eq(prompt_key(p, "Tab"), PROMPT_COMPLETE);
	prompt_offer(p, one);
	cr_assert_str_eq(prompt_text(p), "folder INBOXa");
	prompt_offer(p, NULL);
	cr_assert_str_eq(prompt_text(p), "folder INBOXa");
	prompt_free(p);
}

Test(prompt, the_cursor_stays_in_view)
{
	struct prompt *p = begin("abcdefghij");

	shows(p, 20, ": abcdefghij", 12);
	shows(p, 8, ": fghij", 7);
	press(p, "Home");
	shows(p, 8, ": abcdef", 2);
	prompt_begin(p, ": ", "日本語", NULL, false, false);
	shows(p, 6, ": 語", 4);
	prompt_free(p);
}

Test(prompt, a_secret_is_not_shown_nor_kept)
{
	struct prompt *p = begin("");

	prompt_begin(p, "Password: ", "", "test", true, false);
	press(p, "s e c r e t C-u s 3");
	shows(p, 40, "Password: **", 12);
	prompt_begin(p, "Password: ", "", "test", true, false);
	press(p, "日 本 a b c d e f g h i j k");
	shows(p, 40, "Password: *************", 23);
	shows(p, 16, "Password: *****", 15);
	press(p, "C-u s 3");
	cr_assert_str_eq(prompt_text(p), "s3");
	cr_assert_eq(prompt_key(p, "Enter"), PROMPT_DONE);
	prompt_begin(p, ": ", "", "test", false, false);
	press(p, "C-y Up");
	cr_assert_str_eq(prompt_text(p), "");
	prompt_free(p);
}

Test(prompt, yes_or_no_takes_one_key)
{
	struct prompt *p = prompt_new();

	prompt_begin(p, "Really? (y/n) ", "", NULL, false, true);
	shows(p, 16, "Really? (y/n) ", 14);
	shows(p, 10, "Really? (", 9);
	cr_assert_eq(prompt_key(p, "x"), PROMPT_MORE);
	cr_assert_eq(prompt_key(p, "Y"), PROMPT_DONE);
	cr_assert_str_eq(prompt_text(p), "y");
	cr_assert_eq(prompt_key(p, "Esc"), PROMPT_CANCELLED);
	prompt_free(p);
}

Test(prompt, pasted_lines_become_one)
{
	struct prompt *p = begin("a");

	prompt_insert(p, "b\nc\033d");
	cr_assert_str_eq(prompt_text(p), "ab c d");
	prompt_insert(p, "\xff");
	cr_assert_str_eq(prompt_text(p), "ab c d");
	prompt_free(p);
}
