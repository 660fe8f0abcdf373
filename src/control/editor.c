/*
 * editor.c - beginning, end, and the commands that change the text
 */
#include "control/editor.h"

#include <string.h>

#include "control/editor_private.h"

static void
row_free(struct editor_row *row)
{
	g_free(row->text);
	g_free(row);
}

struct editor *
editor_new(const char *text, size_t len)
{
	GString *clean = g_string_sized_new(len < EDITOR_LIMIT ? len : 0);
	struct editor *ed;

	editor_clean(clean, text, len);
	if (clean->len > EDITOR_LIMIT) {
		g_string_free(clean, TRUE);
		return NULL;
	}
	ed = g_new0(struct editor, 1);
	ed->seams = g_array_new(FALSE, FALSE, sizeof(size_t));
	ed->steps = g_ptr_array_new_with_free_func(
		(GDestroyNotify)editor_step_free);
	ed->cut = g_string_new(NULL);
	ed->scratch = g_string_new(NULL);
	ed->sought = g_strdup("");
	ed->wrap.rows = g_array_new(FALSE, FALSE, sizeof(size_t));
	ed->wrap.prefix = g_strdup("");
	ed->view.rows = g_ptr_array_new_with_free_func(
		(GDestroyNotify)row_free);
	ed->size = ed->gap_end = len + 1;
	ed->bytes = g_malloc(ed->size);
	ed->columns = 80;
	ed->rows = 24;
	ed->goal = -1;
	editor_replace(ed, 0, 0, clean->str, clean->len);
	ed->top = 0;
	g_string_free(clean, TRUE);
	return ed;
}

void
editor_free(struct editor *ed)
{
	if (!ed)
		return;
	g_free(ed->bytes);
	g_array_free(ed->seams, TRUE);
	g_ptr_array_free(ed->steps, TRUE);
	g_string_free(ed->cut, TRUE);
	g_string_free(ed->scratch, TRUE);
	g_free(ed->sought);
	g_array_free(ed->wrap.rows, TRUE);
	g_free(ed->wrap.prefix);
	g_ptr_array_free(ed->view.rows, TRUE);
	g_free(ed);
}

char *
editor_text(const struct editor *ed, size_t *len)
{
	GString *out = g_string_sized_new(editor_length(ed) + 1);

	editor_copy(ed, 0, editor_length(ed), out);
	if (len)
		*len = out->len;
	return g_string_free(out, FALSE);
}

size_t
editor_cursor(const struct editor *ed)
{
	return ed->cursor;
}

uint64_t
editor_generation(const struct editor *ed)
{
	return ed->generation;
}

/* ---- inserting ---------------------------------------------------------- */

static bool
insert(struct editor *ed, enum step_kind kind, const char *text, size_t len)
{
	GString *clean = g_string_new(NULL);
	bool done;

	editor_clean(clean, text, len);
	done = editor_change(ed, kind, ed->cursor, 0, clean->str, clean->len);
	g_string_free(clean, TRUE);
	return done;
}

bool
editor_type(struct editor *ed, const char *text)
{
	return insert(ed, STEP_TYPED, text, strlen(text));
}

bool
editor_insert(struct editor *ed, const char *text, size_t len)
{
	editor_settle(ed);
	return insert(ed, STEP_BLOCK, text, len);
}

/* Make two quoted lines of one; joined again they are what they were. */
static bool
split_quoted(struct editor *ed, size_t start, size_t quote)
{
	size_t at = ed->cursor, len = editor_length(ed);
	char *rest;
	bool done;

	while (at < len && editor_byte(ed, at) == ' ')
		at++;
	rest = g_strconcat("\n", editor_peek(ed, start, quote), NULL);
	done = editor_change(ed, STEP_BLOCK, at, 0, rest, strlen(rest));
	g_free(rest);
	return done;
}

bool
editor_newline(struct editor *ed)
{
	size_t start = editor_line_start(ed, ed->cursor), quote;
	int depth;
	bool quoted, done;

	quote = editor_quote_at(ed, start, &depth);
	quoted = depth && ed->cursor >= start + quote &&
		 ed->cursor < editor_line_end(ed, ed->cursor);
	if (!quoted)
		return editor_change(ed, STEP_TYPED, ed->cursor, 0, "\n", 1);
	if (ed->cursor == start + quote) {
		done = editor_change(ed, STEP_BLOCK, start, 0, "\n", 1);
		if (done)
			editor_put_cursor(ed, start, true);
		return done;
	}
	return split_quoted(ed, start, quote);
}

/* ---- taking away -------------------------------------------------------- */

/* Bytes of the quote of the line that begins at start, when the line above
 * has the same. */
static size_t
shared_quote(struct editor *ed, size_t start)
{
	int above, depth;
	size_t quote;

	if (start == 0)
		return 0;
	editor_quote_at(ed, editor_line_start(ed, start - 1), &above);
	quote = editor_quote_at(ed, start, &depth);
	return depth == above ? quote : 0;
}

bool
editor_backspace(struct editor *ed)
{
	size_t at = ed->cursor, start = editor_line_start(ed, at);
	size_t from = editor_before(ed, at), quote;

	if (at == 0)
		return false;
	quote = shared_quote(ed, start);
	if (quote && (at == start || at == start + quote))
		return editor_change(ed, STEP_BLOCK, start - 1, quote + 1, "",
				     0);
	return editor_change(ed, STEP_ERASED, from, at - from, "", 0);
}

bool
editor_delete(struct editor *ed)
{
	size_t at = ed->cursor, to = editor_behind(ed, at), quote = 0;

	if (at == editor_length(ed))
		return false;
	if (editor_byte(ed, at) == '\n')
		quote = shared_quote(ed, to);
	return editor_change(ed, quote ? STEP_BLOCK : STEP_DELETED, at,
			     to - at + quote, "", 0);
}

/* ---- cutting ------------------------------------------------------------ */

void
editor_mark(struct editor *ed)
{
	editor_settle(ed);
	ed->marked = !ed->marked;
	ed->mark = ed->cursor;
}

bool
editor_cut(struct editor *ed)
{
	size_t from = editor_line_start(ed, ed->cursor);
	size_t to = editor_line_end(ed, ed->cursor);
	bool gather = ed->cutting;

	to += to < editor_length(ed);
	if (ed->marked) {
		from = MIN(ed->mark, ed->cursor);
		to = MAX(ed->mark, ed->cursor);
	}
	if (from == to)
		return false;
	if (!gather)
		g_string_truncate(ed->cut, 0);
	editor_copy(ed, from, to - from, ed->cut);
	editor_change(ed, STEP_BLOCK, from, to - from, "", 0);
	ed->cutting = true;
	return true;
}

bool
editor_uncut(struct editor *ed)
{
	editor_settle(ed);
	return editor_change(ed, STEP_BLOCK, ed->cursor, 0, ed->cut->str,
			     ed->cut->len);
}
