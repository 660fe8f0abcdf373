/*
 * editor_rows.c - lines wrapped into rows, and rows made ready to be drawn
 *
 * A row ends behind a blank or beside a wide character, else inside a word
 * that is longer than the screen.  Blanks at the end of a row hang over: they
 * are never at the beginning of the next.  The last column stays free for the
 * cursor behind the last character.
 */
#include <string.h>

#include "base/text.h"
#include "control/editor_private.h"

#define TAB 8
#define SIGNATURE_ROOM 8192	/* a signature is not longer */

static int
width_of(const struct editor *ed)
{
	return MAX(ed->columns - 1, 1);
}

/* ---- clusters ----------------------------------------------------------- */

static bool
is_printable(const char *p, size_t n)
{
	for (const char *end = p + n; p < end; p = g_utf8_next_char(p))
		if (!text_printable(g_utf8_get_char(p)))
			return false;
	return true;
}

size_t
editor_cluster(const char *p, int column, int *width)
{
	size_t n;
	GString *shown;

	if (*p == '\t') {
		*width = TAB - column % TAB;
		return 1;
	}
	n = text_cluster(p, width);
	if (n == 0 || (n == 1 && *p >= ' ') || is_printable(p, n))
		return n;
	shown = g_string_new(NULL);
	text_gate(shown, p, n, false);
	*width = text_width(shown->str);
	g_string_free(shown, TRUE);
	return n;
}

/* ---- wrapping ----------------------------------------------------------- */

static void
add_row(struct wrap *w, size_t start)
{
	g_array_append_val(w->rows, start);
}

/* Fill w->rows for the text p of the stretch; the first skip bytes are its
 * quote, behind which no row ends. */
static void
break_rows(struct wrap *w, const char *p, int columns, size_t skip)
{
	size_t at = 0, row = 0, good = 0, n;
	int column = w->goes_on ? w->indent : 0, width;

	add_row(w, w->start);
	while ((n = editor_cluster(p + at, column, &width)) > 0) {
		bool blank = p[at] == ' ' || p[at] == '\t';

		if ((width == 2 && !blank) && at > MAX(row, skip))
			good = at;
		if (!blank && column + width > columns && at > row) {
			at = row = good > row ? good : at;
			add_row(w, w->start + row);
			column = w->indent;
			continue;
		}
		column += width;
		at += n;
		if ((blank || width == 2) && at > skip)
			good = at;
	}
}

/* The stretch of a position as rows. */
static struct wrap *
wrap_at(struct editor *ed, size_t at)
{
	size_t start = editor_stretch_start(ed, at), line, skip;
	struct wrap *w = &ed->wrap;

	if (w->generation == ed->generation && w->columns == ed->columns &&
	    w->start == start)
		return w;
	w->generation = ed->generation;
	w->columns = ed->columns;
	w->start = start;
	w->end = editor_stretch_end(ed, start);
	line = editor_line_start(ed, start);
	w->goes_on = line < start;
	skip = editor_quote_at(ed, line, &w->quote);
	g_free(w->prefix);
	w->prefix = g_strdup(editor_peek(ed, line, skip));
	w->indent = text_width(w->prefix);
	if (w->indent > width_of(ed) / 2)
		w->indent = 0;
	g_array_set_size(w->rows, 0);
	break_rows(w, editor_peek(ed, start, w->end - start), width_of(ed),
		   w->goes_on ? 0 : skip);
	return w;
}

static size_t
row_begin(const struct wrap *w, guint i)
{
	return g_array_index(w->rows, size_t, i);
}

static void
make_row(const struct editor *ed, const struct wrap *w, guint i,
	 struct row *r)
{
	bool last = i + 1 == w->rows->len;

	r->start = row_begin(w, i);
	r->end = last ? w->end : row_begin(w, i + 1);
	r->indent = i > 0 || w->goes_on ? w->indent : 0;
	r->last = last && (w->end == editor_length(ed) ||
			   editor_byte(ed, w->end) == '\n');
}

void
editor_row_of(struct editor *ed, size_t at, struct row *r)
{
	const struct wrap *w = wrap_at(ed, at);
	guint low = 0, high = w->rows->len - 1;

	while (low < high) {
		guint middle = (low + high + 1) / 2;

		if (row_begin(w, middle) > at)
			high = middle - 1;
		else
			low = middle;
	}
	make_row(ed, w, low, r);
}

bool
editor_row_next(struct editor *ed, struct row *r)
{
	if (r->last && r->end == editor_length(ed))
		return false;
	editor_row_of(ed, r->end + r->last, r);
	return true;
}

bool
editor_row_back(struct editor *ed, struct row *r)
{
	if (r->start == 0)
		return false;
	editor_row_of(ed, r->start - 1, r);
	return true;
}

int
editor_column(struct editor *ed, const struct row *r, size_t at)
{
	const char *p = editor_peek(ed, r->start, r->end - r->start);
	const char *end = p + (at - r->start);
	int column = r->indent, width;
	size_t n;

	for (; p < end && (n = editor_cluster(p, column, &width)) > 0; p += n)
		column += width;
	return MIN(column, width_of(ed));
}

/* The last place of the row at or before a column; where the row goes on, the
 * place behind it is the next one's. */
size_t
editor_at_column(struct editor *ed, const struct row *r, int goal)
{
	const char *p = editor_peek(ed, r->start, r->end - r->start);
	int column = r->indent, width;
	size_t at = 0, n;

	while ((n = editor_cluster(p + at, column, &width)) > 0 &&
	       column + width <= goal &&
	       (r->last || r->start + at + n < r->end)) {
		column += width;
		at += n;
	}
	return r->start + at;
}

/* ---- showing ------------------------------------------------------------ */

void
editor_resize(struct editor *ed, int columns, int rows)
{
	ed->columns = MAX(columns, 1);
	ed->rows = MAX(rows, 1);
}

/* Where the last "-- " begins; the length of the text when there is none. */
static size_t
signature_start(struct editor *ed)
{
	size_t len = editor_length(ed), room = MIN(len, SIGNATURE_ROOM);
	const char *text = editor_peek(ed, len - room, room);
	const char *p = text + room;

	while (p > text) {
		p--;
		if (strncmp(p, "-- ", 3) == 0 && (!p[3] || p[3] == '\n') &&
		    (p == text ? room == len : p[-1] == '\n'))
			return len - room + (size_t)(p - text);
	}
	return len;
}

static char *
row_text(struct editor *ed, const struct wrap *w, const struct row *r)
{
	GString *out = g_string_new(r->indent ? w->prefix : NULL);
	const char *p = editor_peek(ed, r->start, r->end - r->start);
	int column = r->indent, width;
	size_t n;

	for (; (n = editor_cluster(p, column, &width)) > 0; p += n) {
		if (column + width > width_of(ed))
			break;
		if (*p == '\t')
			g_string_append_printf(out, "%*s", width, "");
		else
			text_gate(out, p, n, false);
		column += width;
	}
	return g_string_free(out, FALSE);
}

static void
find_marked(struct editor *ed, const struct row *r, struct editor_row *row)
{
	size_t from = MIN(ed->mark, ed->cursor), to = MAX(ed->mark, ed->cursor);

	from = MAX(from, r->start);
	to = MIN(to, r->end);
	if (!ed->marked || from >= to)
		return;
	row->mark_from = editor_column(ed, r, from);
	row->mark_to = editor_column(ed, r, to);
}

static void
show_row(struct editor *ed, const struct row *r, size_t signature)
{
	struct editor_row *row = g_new0(struct editor_row, 1);
	const struct wrap *w = wrap_at(ed, r->start);

	row->text = row_text(ed, w, r);
	row->quote = w->quote;
	row->signature = r->start >= signature && !row->quote &&
			 signature < editor_length(ed);
	find_marked(ed, r, row);
	g_ptr_array_add(ed->view.rows, row);
}

/* Is the cursor in one of the rows from the top?  *at gets which. */
static bool
is_shown(struct editor *ed, const struct row *cursor, int *at)
{
	struct row r;

	editor_row_of(ed, ed->top, &r);
	ed->top = r.start;
	for (*at = 0; *at < ed->rows && r.start <= cursor->start; ++*at) {
		if (r.start == cursor->start)
			return true;
		if (!editor_row_next(ed, &r))
			break;
	}
	return false;
}

static void
bring_into_view(struct editor *ed, const struct row *cursor)
{
	struct row r = *cursor;
	int at;

	if (!is_shown(ed, cursor, &at)) {
		for (at = ed->rows / 2; at > 0; at--)
			if (!editor_row_back(ed, &r))
				break;
		ed->top = r.start;
		is_shown(ed, cursor, &at);
	}
	ed->view.cursor_row = at;
}

const struct editor_view *
editor_view(struct editor *ed)
{
	size_t signature = signature_start(ed);
	struct row r;

	g_ptr_array_set_size(ed->view.rows, 0);
	editor_row_of(ed, ed->cursor, &r);
	ed->view.cursor_column = editor_column(ed, &r, ed->cursor);
	bring_into_view(ed, &r);
	editor_row_of(ed, ed->top, &r);
	do {
		show_row(ed, &r, signature);
	} while ((int)ed->view.rows->len < ed->rows &&
		 editor_row_next(ed, &r));
	return &ed->view;
}
