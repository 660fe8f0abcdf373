/*
 * control_editor_long.c - the editor against a text that is edited in the
 * plainest way, and with texts that are long
 */
#include "control/editor.h"

#include <string.h>
#include <time.h>

#include <criterion/criterion.h>

#include "base/text.h"

TestSuite(editor_long, .timeout = 120);

#define STEPS 1500

/* Without quotes, where Backspace takes more than a cluster. */
static const char *const pieces[] = {
	"a", "b", " ", "word ", "\n", "\xc3\xa9", "e\xcc\x81", "\xcc\x81",
	"\xe6\x97\xa5", "\xe6\x9c\xac\xe8\xaa\x9e", "\t",
	"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7",
	"\xf0\x9f\x87\xa9", "\xe2\x80\xae", "\xe2\x80\x8d", "-- ", "1. ",
};

struct model {
	struct editor *ed;
	GString *text;		/* what it should be */
	GPtrArray *seen;	/* char *: after each change */
	GRand *rand;
};

static size_t
any(struct model *m, size_t n)
{
	return (size_t)g_rand_int_range(m->rand, 0, (gint32)n);
}

static const char *
piece(struct model *m)
{
	return pieces[any(m, G_N_ELEMENTS(pieces))];
}

/* The line of a position as clusters: the boundaries around it. */
static void
plain_around(const GString *text, size_t at, size_t *below, size_t *above)
{
	size_t start = at, n;
	char *line;
	int w;

	while (start > 0 && text->str[start - 1] != '\n')
		start--;
	line = g_strndup(text->str + start,
			 strcspn(text->str + start, "\n"));
	*below = *above = start;
	for (size_t i = 0; *above < at; i += n) {
		n = text_cluster(line + i, &w);
		*below = *above;
		*above += n;
	}
	g_free(line);
}

static void
same(struct model *m, const char *what)
{
	size_t len, below, above;
	char *text = editor_text(m->ed, &len);

	cr_assert_eq(len, strlen(text));
	cr_assert_str_eq(text, m->text->str, "after %s", what);
	plain_around(m->text, editor_cursor(m->ed), &below, &above);
	cr_assert_eq(above, editor_cursor(m->ed), "%s: within a cluster",
		     what);
	g_free(text);
}

static void
changed(struct model *m, size_t at, size_t n, const char *text)
{
	g_string_erase(m->text, (gssize)at, (gssize)n);
	g_string_insert(m->text, (gssize)at, text);
	g_ptr_array_add(m->seen, g_strdup(m->text->str));
}

static void
do_insert(struct model *m)
{
	size_t at = editor_cursor(m->ed);
	GString *block = g_string_new(NULL);

	if (any(m, 3)) {
		g_string_append(block, piece(m));
		if (block->str[0] == '\n')
			editor_newline(m->ed);
		else
			editor_type(m->ed, block->str);
	} else {
		for (size_t n = any(m, 200) + 1; n > 0; n--)
			g_string_append(block, piece(m));
		editor_insert(m->ed, block->str, block->len);
	}
	changed(m, at, 0, block->str);
	g_string_free(block, TRUE);
}

static void
do_take(struct model *m)
{
	size_t at = editor_cursor(m->ed), below, above;

	plain_around(m->text, at, &below, &above);
	if (any(m, 2)) {
		if (at > 0 && m->text->str[at - 1] == '\n')
			below = at - 1;
		cr_assert_eq(editor_backspace(m->ed), at > 0);
		if (at > 0)
			changed(m, below, at - below, "");
		return;
	}
	if (at < m->text->len && m->text->str[at] == '\n')
		above = at + 1;
	else if (at < m->text->len)
		plain_around(m->text, at + 1, &below, &above);
	cr_assert_eq(editor_delete(m->ed), at < m->text->len);
	if (at < m->text->len)
		changed(m, at, above - at, "");
}

static void
do_cut(struct model *m)
{
	size_t from = editor_cursor(m->ed), to;

	editor_mark(m->ed);
	for (size_t n = any(m, 30); n > 0; n--)
		editor_move(m->ed, any(m, 2) ? EDITOR_RIGHT : EDITOR_DOWN);
	to = editor_cursor(m->ed);
	cr_assert_eq(editor_cut(m->ed), from != to);
	if (from != to)
		changed(m, MIN(from, to), MAX(from, to) - MIN(from, to), "");
	else
		editor_mark(m->ed);
}

static void
do_something(struct model *m)
{
	static const enum editor_move moves[] = {
		EDITOR_LEFT, EDITOR_RIGHT, EDITOR_UP, EDITOR_DOWN,
		EDITOR_WORD_LEFT, EDITOR_WORD_RIGHT, EDITOR_HOME, EDITOR_END,
		EDITOR_PAGE_UP, EDITOR_PAGE_DOWN, EDITOR_TOP, EDITOR_BOTTOM
	};
	size_t n = any(m, 20);

	if (n < 8) {
		do_insert(m);
		same(m, "inserting");
	} else if (n < 13) {
		do_take(m);
		same(m, "taking");
	} else if (n == 13) {
		do_cut(m);
		same(m, "cutting");
	} else {
		editor_move(m->ed, moves[any(m, G_N_ELEMENTS(moves))]);
		same(m, "moving");
	}
}

static void
check_view(struct model *m)
{
	const struct editor_view *v;
	int columns = (int)any(m, 60) + 1, height = (int)any(m, 20) + 1;

	editor_resize(m->ed, columns, height);
	v = editor_view(m->ed);
	cr_assert_geq(v->rows->len, 1);
	cr_assert_leq((int)v->rows->len, height);
	cr_assert_lt(v->cursor_row, (int)v->rows->len);
	cr_assert_geq(v->cursor_row, 0);
	cr_assert_lt(v->cursor_column, MAX(columns, 2));
	for (guint i = 0; i < v->rows->len; i++) {
		const struct editor_row *row = v->rows->pdata[i];

		cr_assert_leq(text_width(row->text), columns, "“%s” in %d",
			      row->text, columns);
	}
}

/* Undo and redo walk through texts that there were, in their order. */
static void
walk_back_and_forth(struct model *m, const char *first)
{
	guint at = m->seen->len - 1;
	char *text;

	while (editor_undo(m->ed)) {
		text = editor_text(m->ed, NULL);
		while (at > 0 && strcmp(m->seen->pdata[at], text) != 0)
			at--;
		cr_assert_str_eq(m->seen->pdata[at], text);
		g_free(text);
	}
	text = editor_text(m->ed, NULL);
	cr_assert_str_eq(text, first);
	cr_assert(!editor_modified(m->ed));
	g_free(text);
	while (editor_redo(m->ed)) {
		text = editor_text(m->ed, NULL);
		while (at < m->seen->len &&
		       strcmp(m->seen->pdata[at], text) != 0)
			at++;
		cr_assert_lt(at, m->seen->len);
		g_free(text);
	}
	same(m, "redo");
}

static void
run(guint32 seed, const char *first)
{
	struct model m = { .ed = editor_new(first, strlen(first)),
			   .text = g_string_new(first),
			   .seen = g_ptr_array_new_with_free_func(g_free),
			   .rand = g_rand_new_with_seed(seed) };

	g_ptr_array_add(m.seen, g_strdup(first));
	for (int i = 0; i < STEPS; i++) {
		do_something(&m);
		if (i % 16 == 0)
			check_view(&m);
	}
	walk_back_and_forth(&m, first);
	g_rand_free(m.rand);
	g_ptr_array_free(m.seen, TRUE);
	g_string_free(m.text, TRUE);
	editor_free(m.ed);
}

Test(editor_long, any_edits_are_what_they_should_be)
{
	for (guint32 seed = 1; seed <= 4; seed++)
		run(seed, "");
	run(5, "Hello,\n\n\tthis is\xe2\x80\xae a text\n-- \nMe\n");
}

/* Commands with a mind of their own: what they do is undone all the same,
 * and the text stays a text. */
Test(editor_long, quotes_and_paragraphs_come_back)
{
	static const char *const words[] = { "> ", ">", "one ", "\n", "- ",
					     "-- ", "\xe6\x97\xa5" };
	GRand *rand = g_rand_new_with_seed(7);
	GPtrArray *seen = g_ptr_array_new_with_free_func(g_free);
	struct editor *ed = editor_new("> a\n> b\n", 8);

	for (int i = 0; i < STEPS; i++) {
		int n = g_rand_int_range(rand, 0, 12);
		char *text;

		if (n < 4)
			editor_insert(ed, words[n], strlen(words[n]));
		else if (n < 6)
			editor_newline(ed);
		else if (n == 6)
			editor_justify(ed);
		else if (n == 7)
			editor_backspace(ed);
		else if (n == 8)
			editor_cut(ed);
		else if (n == 9)
			editor_uncut(ed);
		else
			editor_move(ed, (enum editor_move)
				    g_rand_int_range(rand, 0, 12));
		editor_view(ed);
		if (editor_length(ed) > 20000)
			editor_undo(ed);
		text = editor_text(ed, NULL);
		cr_assert(g_utf8_validate(text, -1, NULL));
		g_ptr_array_add(seen, text);
	}
	for (guint at = seen->len; at > 0 && editor_undo(ed);) {
		char *text = editor_text(ed, NULL);

		while (at > 0 && strcmp(seen->pdata[at - 1], text) != 0)
			at--;
		cr_assert(at > 0 || strcmp(text, "> a\n> b\n") == 0);
		g_free(text);
	}
	g_ptr_array_free(seen, TRUE);
	g_rand_free(rand);
	editor_free(ed);
}

/* ---- long texts --------------------------------------------------------- */

static char *
repeated(const char *piece, size_t len)
{
	GString *out = g_string_sized_new(len + 64);

	while (out->len < len)
		g_string_append(out, piece);
	return g_string_free(out, FALSE);
}

/* A line that is very long is whole on the screen, and is walked. */
static void
walk(const char *piece, size_t clusters)
{
	char *text = repeated(piece, 100000);
	struct editor *ed = editor_new(text, strlen(text));
	const struct editor_view *v;
	GString *shown = g_string_new(NULL), *bare = g_string_new(NULL);
	size_t steps = 0, ups = 0;

	editor_resize(ed, 61, 5000);
	v = editor_view(ed);
	for (guint i = 0; i < v->rows->len; i++)
		g_string_append(shown,
				((struct editor_row *)v->rows->pdata[i])->text);
	g_string_append(bare, text);
	g_string_replace(shown, " ", "", 0);
	g_string_replace(bare, " ", "", 0);
	cr_assert_str_eq(shown->str, bare->str);
	while (editor_cursor(ed) < editor_length(ed)) {
		editor_move(ed, EDITOR_RIGHT);
		steps++;
	}
	cr_assert_eq(steps, clusters);
	for (size_t at = editor_length(ed); at > 0; ups++) {
		at = editor_cursor(ed);
		editor_move(ed, EDITOR_UP);
		cr_assert(at <= 61 * 4 || editor_cursor(ed) < at);
		if (editor_cursor(ed) == at)
			break;
	}
	cr_assert_eq(ups, v->rows->len - 1);
	editor_move(ed, EDITOR_BOTTOM);
	for (size_t i = 0; i < 200; i++)
		editor_backspace(ed);
	cr_assert(!editor_undo(ed) || editor_cursor(ed) <= strlen(text));
	g_string_free(shown, TRUE);
	g_string_free(bare, TRUE);
	g_free(text);
	editor_free(ed);
}

Test(editor_long, one_line_of_100000_bytes)
{
	walk("lorem ipsum ", 100008);
	walk("x", 100000);
	walk("e\xcc\x81", 33334);
	walk("\xe6\x97\xa5\xe6\x9c\xac ", 42858);
}

Test(editor_long, there_is_a_limit)
{
	char *text = repeated("0123456789abcde\n", EDITOR_LIMIT + 1);
	struct editor *ed = editor_new(text, EDITOR_LIMIT);

	cr_assert_not_null(ed);
	cr_assert(!editor_type(ed, "x"));
	cr_assert(!editor_modified(ed));
	editor_move(ed, EDITOR_BOTTOM);
	cr_assert(editor_backspace(ed));
	cr_assert(editor_type(ed, "x"));
	cr_assert(!editor_newline(ed));
	editor_free(ed);
	cr_assert_null(editor_new(text, strlen(text) + 1));
	g_free(text);
}

/* A key costs what it changes and the screenful, not the text.  Counted by
 * the processor's time, and with room for a machine that is slow. */
static double
ms_for_each(struct editor *ed, int keys)
{
	clock_t began = clock();

	for (int i = 0; i < keys; i++) {
		editor_type(ed, i % 7 ? "x" : " ");
		editor_view(ed);
	}
	return (double)(clock() - began) * 1000 / CLOCKS_PER_SEC / keys;
}

static void
typed_into(const char *piece)
{
	char *text = repeated(piece, 5u << 20);
	struct editor *ed = editor_new(text, strlen(text));
	double at_top = ms_for_each(ed, 300), at_end;

	editor_move(ed, EDITOR_BOTTOM);
	ms_for_each(ed, 1);
	at_end = ms_for_each(ed, 300);
	if (g_getenv("VERSO_TIMES"))
		g_printerr("%.3f ms, at the end %.3f ms\n", at_top, at_end);
	cr_assert_lt(at_top, 40, "%f ms", at_top);
	cr_assert_lt(at_end, 40, "%f ms", at_end);
	g_free(text);
	editor_free(ed);
}

Test(editor_long, a_key_is_cheap_in_5_megabytes)
{
	typed_into("A line as people write them, of some words or other.\n");
	typed_into("one line without an end ");
	typed_into("\n");
	typed_into("\xe6\x97\xa5\xe6\x9c\xac ");
}
