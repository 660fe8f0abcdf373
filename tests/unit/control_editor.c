/*
 * control_editor.c - what the commands of the editor make of a text
 */
#include "control/editor.h"

#include <string.h>

#include <criterion/criterion.h>

#include "base/text.h"

TestSuite(editor, .timeout = 60);

static struct editor *
with(const char *text)
{
	return editor_new(text, strlen(text));
}

/* The text with | at the cursor; valid until the next call. */
static const char *
state(struct editor *ed)
{
	static char *shown;
	size_t len, at = editor_cursor(ed);
	char *text = editor_text(ed, &len);

	cr_assert_leq(at, len);
	g_free(shown);
	shown = g_strdup_printf("%.*s|%s", (int)at, text, text + at);
	g_free(text);
	return shown;
}

static void
expect(struct editor *ed, const char *what)
{
	cr_expect_str_eq(state(ed), what, "“%s” should be “%s”", state(ed),
			 what);
}

static void
type(struct editor *ed, const char *text)
{
	for (const char *p = text; *p; p = g_utf8_next_char(p)) {
		char one[8] = "";

		memcpy(one, p, (size_t)(g_utf8_next_char(p) - p));
		if (*p == '\n')
			editor_newline(ed);
		else
			editor_type(ed, one);
	}
}

static void
move(struct editor *ed, enum editor_move where, int times)
{
	while (times-- > 0)
		editor_move(ed, where);
}

/* The rows shown, each ended by /. */
static const char *
rows(struct editor *ed)
{
	static GString *out;
	const struct editor_view *v = editor_view(ed);

	if (!out)
		out = g_string_new(NULL);
	g_string_truncate(out, 0);
	for (guint i = 0; i < v->rows->len; i++) {
		const struct editor_row *row = v->rows->pdata[i];

		g_string_append_printf(out, "%s/", row->text);
	}
	return out->str;
}

Test(editor, what_is_typed_is_there)
{
	struct editor *ed = with("");

	expect(ed, "|");
	cr_assert(!editor_modified(ed));
	type(ed, "Dear Zoë,\n\nyes.");
	expect(ed, "Dear Zoë,\n\nyes.|");
	cr_assert(editor_modified(ed));
	cr_assert(editor_backspace(ed));
	move(ed, EDITOR_LEFT, 7);
	cr_assert(editor_backspace(ed));
	cr_assert(editor_delete(ed));
	expect(ed, "Dear Z|,\n\nyes");
	move(ed, EDITOR_TOP, 1);
	cr_assert(!editor_backspace(ed));
	move(ed, EDITOR_BOTTOM, 1);
	cr_assert(!editor_delete(ed));
	editor_free(ed);
	editor_free(NULL);
}

Test(editor, nothing_but_text_gets_in)
{
	struct editor *ed = with("a\r\nb\rc\033[31m\x7f\tq\0z");
	char *text = editor_text(ed, NULL);

	cr_assert_str_eq(text, "a\nb\nc[31m\tq");
	g_free(text);
	cr_assert(!editor_type(ed, "\033"));
	cr_assert(!editor_type(ed, "\x01"));
	cr_assert(editor_insert(ed, "\xff\xc2\x85x\0y", 6));
	expect(ed, "\xef\xbf\xbdxy|a\nb\nc[31m\tq");
	editor_free(ed);
	ed = editor_new("a\0b\r", 4);
	expect(ed, "|ab\n");
	editor_free(ed);
}

Test(editor, clusters_are_never_parted)
{
	/* e with an accent; a family; a wide character. */
	static const char text[] = "e\xcc\x81"
		"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7"
		"\xe6\x9c\xac";
	static const size_t ends[] = { 3, 14, 17 };
	struct editor *ed = with(text);

	for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
		editor_move(ed, EDITOR_RIGHT);
		cr_assert_eq(editor_cursor(ed), ends[i], "%zu",
			     editor_cursor(ed));
	}
	cr_assert_eq(editor_view(ed)->cursor_column, 5);
	editor_move(ed, EDITOR_LEFT);
	cr_assert(editor_backspace(ed));
	expect(ed, "e\xcc\x81|\xe6\x9c\xac");
	/* An accent that comes to stand behind a letter is a part of it. */
	move(ed, EDITOR_TOP, 1);
	editor_delete(ed);
	editor_type(ed, "\xcc\x81");
	move(ed, EDITOR_TOP, 1);
	editor_type(ed, "o");
	expect(ed, "o\xcc\x81|\xe6\x9c\xac");
	editor_free(ed);
}

Test(editor, undo_goes_by_words)
{
	struct editor *ed = with("");

	type(ed, "one two  three");
	editor_undo(ed);
	expect(ed, "one two  |");
	editor_undo(ed);
	expect(ed, "one |");
	cr_assert(editor_redo(ed));
	expect(ed, "one two  |");
	type(ed, "x");
	cr_assert(!editor_redo(ed));
	editor_undo(ed);
	editor_undo(ed);
	editor_undo(ed);
	expect(ed, "|");
	cr_assert(!editor_undo(ed));
	cr_assert(!editor_modified(ed));
	editor_free(ed);
	ed = with("one two");
	move(ed, EDITOR_END, 1);
	for (int i = 0; i < 6; i++)
		editor_backspace(ed);
	expect(ed, "o|");
	editor_undo(ed);
	expect(ed, "one|");
	editor_undo(ed);
	expect(ed, "one two|");
	move(ed, EDITOR_TOP, 1);
	for (int i = 0; i < 5; i++)
		editor_delete(ed);
	editor_undo(ed);
	expect(ed, "|two");
	editor_undo(ed);
	expect(ed, "|one two");
	editor_free(ed);
}

Test(editor, a_step_of_the_cursor_is_a_step_of_undo)
{
	struct editor *ed = with("");

	type(ed, "ab");
	editor_move(ed, EDITOR_LEFT);
	editor_move(ed, EDITOR_RIGHT);
	type(ed, "cd");
	editor_undo(ed);
	expect(ed, "ab|");
	editor_insert(ed, "many words of\na block", 21);
	editor_undo(ed);
	expect(ed, "ab|");
	editor_free(ed);
}

Test(editor, saved_is_where_undo_can_come_back_to)
{
	struct editor *ed = with("x");
	uint64_t generation = editor_generation(ed);

	type(ed, "a");
	cr_assert_neq(editor_generation(ed), generation);
	editor_saved(ed);
	cr_assert(!editor_modified(ed));
	type(ed, "b");
	cr_assert(editor_modified(ed));
	generation = editor_generation(ed);
	editor_undo(ed);
	cr_assert_neq(editor_generation(ed), generation);
	cr_assert(!editor_modified(ed));
	editor_undo(ed);
	cr_assert(editor_modified(ed));
	type(ed, "c");
	cr_assert(editor_modified(ed));
	editor_undo(ed);
	cr_assert(editor_modified(ed));
	generation = editor_generation(ed);
	editor_move(ed, EDITOR_RIGHT);
	cr_assert_eq(editor_generation(ed), generation);
	editor_free(ed);
}

/* ---- rows --------------------------------------------------------------- */

Test(editor, a_line_is_shown_as_rows)
{
	struct editor *ed = with("one two three four\n\nabcdefghijklmnop\n"
				 "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e"
				 "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e");

	editor_resize(ed, 11, 20);
	cr_expect_str_eq(rows(ed), "one two /three four//abcdefghij/klmnop/"
			 "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe6\x97\xa5"
			 "\xe6\x9c\xac/\xe8\xaa\x9e/", "%s", rows(ed));
	editor_resize(ed, 1, 50);
	cr_expect(g_str_has_prefix(rows(ed), "o/n/e/t/"), "%s", rows(ed));
	editor_free(ed);
}

Test(editor, the_cursor_is_always_in_view)
{
	struct editor *ed = with("word     word\tx");
	const struct editor_view *v;

	editor_resize(ed, 7, 3);
	for (int i = 0; i < 16; i++) {
		v = editor_view(ed);
		cr_assert_leq(v->cursor_column, 6);
		cr_assert_lt(v->cursor_row, 3);
		editor_move(ed, EDITOR_RIGHT);
	}
	cr_assert_eq(v->cursor_row, 2);
	cr_assert_eq(v->cursor_column, 1);
	editor_free(ed);
}

Test(editor, up_and_down_keep_their_column)
{
	struct editor *ed = with("a long first line of words\nab\n"
				 "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e");

	editor_resize(ed, 15, 10);	/* "a long first ", "line of words" */
	move(ed, EDITOR_RIGHT, 5);
	editor_move(ed, EDITOR_DOWN);
	expect(ed, "a long first line |of words\nab\n\xe6\x97\xa5\xe6\x9c\xac"
		   "\xe8\xaa\x9e");
	editor_move(ed, EDITOR_DOWN);
	expect(ed, "a long first line of words\nab|\n\xe6\x97\xa5\xe6\x9c\xac"
		   "\xe8\xaa\x9e");
	editor_move(ed, EDITOR_DOWN);
	cr_assert_eq(editor_view(ed)->cursor_column, 4);
	move(ed, EDITOR_UP, 9);
	cr_assert_eq(editor_cursor(ed), 5);
	editor_move(ed, EDITOR_END);
	cr_assert_eq(editor_view(ed)->cursor_row, 0);
	cr_assert_eq(editor_cursor(ed), 12);
	editor_move(ed, EDITOR_DOWN);
	editor_move(ed, EDITOR_HOME);
	cr_assert_eq(editor_cursor(ed), 13);
	editor_free(ed);
}

Test(editor, words_are_walked)
{
	struct editor *ed = with("Na\xc3\xafve, e\xcc\x81t\xc3\xa9 -- x2\n ");

	editor_move(ed, EDITOR_WORD_RIGHT);
	expect(ed, "Na\xc3\xafve, |e\xcc\x81t\xc3\xa9 -- x2\n ");
	editor_move(ed, EDITOR_WORD_RIGHT);
	expect(ed, "Na\xc3\xafve, e\xcc\x81t\xc3\xa9 -- |x2\n ");
	move(ed, EDITOR_WORD_RIGHT, 2);
	expect(ed, "Na\xc3\xafve, e\xcc\x81t\xc3\xa9 -- x2\n |");
	move(ed, EDITOR_WORD_LEFT, 2);
	expect(ed, "Na\xc3\xafve, |e\xcc\x81t\xc3\xa9 -- x2\n ");
	move(ed, EDITOR_WORD_LEFT, 2);
	cr_assert_eq(editor_cursor(ed), 0);
	editor_free(ed);
}

static struct editor *
many_lines(int n)
{
	GString *text = g_string_new(NULL);
	struct editor *ed;

	for (int i = 1; i <= n; i++)
		g_string_append_printf(text, "line %d\n", i);
	ed = editor_new(text->str, text->len);
	g_string_free(text, TRUE);
	return ed;
}

Test(editor, pages_and_places)
{
	struct editor *ed = many_lines(100);

	editor_resize(ed, 80, 10);
	cr_assert(g_str_has_prefix(rows(ed), "line 1/"));
	editor_move(ed, EDITOR_PAGE_DOWN);
	cr_assert(g_str_has_prefix(rows(ed), "line 9/"), "%s", rows(ed));
	cr_assert_eq(editor_view(ed)->cursor_row, 0);
	editor_move(ed, EDITOR_PAGE_UP);
	cr_assert(g_str_has_prefix(rows(ed), "line 1/"));
	editor_goto(ed, 50);
	cr_assert_eq(editor_view(ed)->cursor_row, 5);
	cr_assert(g_str_has_prefix(rows(ed), "line 45/"), "%s", rows(ed));
	move(ed, EDITOR_DOWN, 4);
	cr_assert(g_str_has_prefix(rows(ed), "line 45/"), "%s", rows(ed));
	editor_move(ed, EDITOR_BOTTOM);
	cr_assert(g_str_has_suffix(rows(ed), "line 100//"), "%s", rows(ed));
	editor_goto(ed, 1000000);
	cr_assert_eq(editor_cursor(ed), editor_length(ed));
	editor_free(ed);
}

Test(editor, what_is_looked_for_is_found)
{
	struct editor *ed = with("Tea\nStra\xc3\x9f" "e tea\n");
	bool wrapped;

	cr_assert(!editor_find(ed, NULL, &wrapped));
	cr_assert(editor_find(ed, "TEA", &wrapped));
	cr_assert(!wrapped);
	cr_assert_eq(editor_cursor(ed), 12);
	cr_assert(editor_find(ed, "", &wrapped));
	cr_assert(wrapped);
	cr_assert_eq(editor_cursor(ed), 0);
	cr_assert(editor_find(ed, "strasse", &wrapped));
	cr_assert_eq(editor_cursor(ed), 4);
	cr_assert(!editor_find(ed, "\xc3\xa9", &wrapped));
	cr_assert_eq(editor_cursor(ed), 4);
	cr_assert_str_eq(editor_sought(ed), "\xc3\xa9");
	editor_free(ed);
}

/* ---- cutting ------------------------------------------------------------ */

Test(editor, cuts_are_gathered)
{
	struct editor *ed = with("one\ntwo\nthree");

	cr_assert(!editor_uncut(ed));
	editor_move(ed, EDITOR_RIGHT);
	cr_assert(editor_cut(ed));
	cr_assert(editor_cut(ed));
	expect(ed, "|three");
	editor_move(ed, EDITOR_END);
	type(ed, "\n");
	cr_assert(editor_uncut(ed));
	expect(ed, "three\none\ntwo\n|");
	editor_undo(ed);
	editor_move(ed, EDITOR_TOP);
	editor_cut(ed);
	cr_assert(!editor_cut(ed));
	editor_uncut(ed);
	editor_uncut(ed);
	expect(ed, "three\nthree\n|");
	editor_free(ed);
}

Test(editor, what_is_marked_is_cut)
{
	struct editor *ed = with("one two\nthree");
	const struct editor_view *v;
	const struct editor_row *row;

	move(ed, EDITOR_WORD_RIGHT, 2);
	editor_mark(ed);
	move(ed, EDITOR_WORD_LEFT, 1);
	v = editor_view(ed);
	row = v->rows->pdata[0];
	cr_assert_eq(row->mark_from, 4);
	cr_assert_eq(row->mark_to, 7);
	row = v->rows->pdata[1];
	cr_assert_eq(row->mark_from, row->mark_to);
	cr_assert(editor_cut(ed));
	expect(ed, "one |three");
	row = editor_view(ed)->rows->pdata[0];
	cr_assert_eq(row->mark_from, row->mark_to);
	editor_uncut(ed);
	expect(ed, "one two\n|three");
	editor_free(ed);
}

/* ---- quotes ------------------------------------------------------------- */

Test(editor, rows_that_go_on_are_quoted)
{
	struct editor *ed = with(">> one two three four\nmine\n-- \nMe");
	const struct editor_view *v;
	const struct editor_row *row;

	editor_resize(ed, 14, 10);
	cr_expect_str_eq(rows(ed), ">> one two /"
			 ">> three four/mine/-- /Me/", "%s", rows(ed));
	v = editor_view(ed);
	row = v->rows->pdata[1];
	cr_assert_eq(row->quote, 2);
	row = v->rows->pdata[2];
	cr_assert(!row->signature && row->quote == 0);
	row = v->rows->pdata[4];
	cr_assert(row->signature);
	move(ed, EDITOR_WORD_RIGHT, 3);
	cr_assert_eq(editor_view(ed)->cursor_column, 3);
	cr_assert_eq(editor_view(ed)->cursor_row, 1);
	editor_free(ed);
}

Test(editor, an_answer_in_the_middle)
{
	struct editor *ed = with("> one two");

	move(ed, EDITOR_WORD_RIGHT, 2);
	editor_move(ed, EDITOR_LEFT);
	editor_newline(ed);
	expect(ed, "> one \n> |two");
	editor_newline(ed);
	expect(ed, "> one \n|\n> two");
	type(ed, "yes");
	expect(ed, "> one \nyes|\n> two");
	for (int i = 0; i < 3; i++)
		editor_undo(ed);
	expect(ed, "> one| two");
	editor_redo(ed);
	editor_redo(ed);
	expect(ed, "> one \n|\n> two");
	editor_undo(ed);
	cr_assert(editor_backspace(ed));
	expect(ed, "> one |two");
	editor_undo(ed);
	editor_move(ed, EDITOR_LEFT);
	editor_move(ed, EDITOR_LEFT);
	editor_move(ed, EDITOR_LEFT);
	cr_assert(editor_delete(ed));
	expect(ed, "> one |two");
	editor_move(ed, EDITOR_END);
	editor_newline(ed);
	expect(ed, "> one two\n|");
	editor_free(ed);
}

static void
justified(const char *text, int down, const char *what)
{
	struct editor *ed = with(text);

	move(ed, EDITOR_DOWN, down);
	editor_justify(ed);
	expect(ed, what);
	if (editor_undo(ed)) {
		char *now = editor_text(ed, NULL);

		cr_assert_str_eq(now, text);
		g_free(now);
		editor_redo(ed);
		expect(ed, what);
	}
	editor_free(ed);
}

Test(editor, paragraphs_are_joined)
{
	justified("a\nb \n c\n\nd", 0, "a b\n| c\n\nd");
	justified("a\nb\nc", 2, "a b c|");
	justified("x\n\na\nb\n", 1, "x\n\na b\n|");
	justified("> a\n> b\n>> c\n", 1, "> a b\n|>> c\n");
	justified("> > a\n>> b\n", 0, "> > a b\n|");
	justified(">a\n>\n> b", 0, ">a\n|>\n> b");
	justified("- a\nb\n- c\n1. d\ne", 0, "- a b\n|- c\n1. d\ne");
	justified("- a\nb\n- c\n1. d\ne", 4, "- a\nb\n- c\n1. d e|");
	justified("a\n-- \nb\nc", 0, "a\n|-- \nb\nc");
	justified("a\n-- \nb\nc", 1, "a\n-- \nb c|");
	justified("\n \n", 0, "|\n \n");
}
