/*
 * editor_move.c - from place to place in a text
 */
#include <string.h>

#include "base/text.h"
#include "control/editor_private.h"

#define CLUSTER_ROOM 192	/* bytes that a cluster may have, and more */

/* ---- clusters ----------------------------------------------------------- */

/* The last boundary below, and the first not below, a place in a stretch. */
static void
around(struct editor *ed, size_t at, size_t *below, size_t *above)
{
	size_t start = editor_stretch_start(ed, at), len, n, i = 0;
	const char *p;
	int width;

	*below = *above = start;
	if (start == at)
		return;
	len = MIN(at - start + CLUSTER_ROOM,
		  editor_stretch_end(ed, start) - start);
	p = editor_peek(ed, start, len);
	for (; *above < at; i += n) {
		n = text_cluster(p + i, &width);
		*below = *above;
		*above += n;
	}
}

size_t
editor_snap(struct editor *ed, size_t at)
{
	size_t below, above;

	around(ed, at, &below, &above);
	return above;
}

size_t
editor_before(struct editor *ed, size_t at)
{
	size_t below, above;

	if (at == 0 || editor_byte(ed, at - 1) == '\n')
		return at ? at - 1 : 0;
	around(ed, at, &below, &above);
	if (below == at)	/* at a seam */
		around(ed, at - 1, &below, &above);
	return above < at ? above : below;
}

size_t
editor_behind(struct editor *ed, size_t at)
{
	size_t len = editor_length(ed);
	int width;

	if (at == len || editor_byte(ed, at) == '\n')
		return MIN(at + 1, len);
	len = MIN(len - at, CLUSTER_ROOM);
	return at + text_cluster(editor_peek(ed, at, len), &width);
}

/* ---- words -------------------------------------------------------------- */

/* The character at a place, which is no end. */
static gunichar
character(const struct editor *ed, size_t at)
{
	char buf[8] = "";
	size_t left = editor_length(ed) - at;

	for (size_t i = 0; i < MIN(left, 4); i++)
		buf[i] = editor_byte(ed, at + i);
	return g_utf8_get_char(buf);
}

static bool
in_word(const struct editor *ed, size_t at)
{
	gunichar c = character(ed, at);

	return g_unichar_isalnum(c) || g_unichar_ismark(c);
}

static size_t
character_before(const struct editor *ed, size_t at)
{
	do {
		at--;
	} while (at > 0 && (editor_byte(ed, at) & 0xc0) == 0x80);
	return at;
}

static size_t
character_behind(const struct editor *ed, size_t at)
{
	size_t len = editor_length(ed);

	do {
		at++;
	} while (at < len && (editor_byte(ed, at) & 0xc0) == 0x80);
	return at;
}

static size_t
word_left(struct editor *ed, size_t at)
{
	while (at > 0 && !in_word(ed, character_before(ed, at)))
		at = character_before(ed, at);
	while (at > 0 && in_word(ed, character_before(ed, at)))
		at = character_before(ed, at);
	return at == editor_snap(ed, at) ? at : editor_before(ed, at);
}

static size_t
word_right(struct editor *ed, size_t at)
{
	size_t len = editor_length(ed);

	while (at < len && in_word(ed, at))
		at = character_behind(ed, at);
	while (at < len && !in_word(ed, at))
		at = character_behind(ed, at);
	return editor_snap(ed, at);
}

/* ---- rows --------------------------------------------------------------- */

static void
by_rows(struct editor *ed, int n)
{
	struct row r;
	bool moved = false;
	int goal = ed->goal;

	editor_row_of(ed, ed->cursor, &r);
	if (goal < 0)
		goal = editor_column(ed, &r, ed->cursor);
	for (; n < 0 && editor_row_back(ed, &r); n++)
		moved = true;
	for (; n > 0 && editor_row_next(ed, &r); n--)
		moved = true;
	if (moved)
		ed->cursor = editor_at_column(ed, &r, goal);
	editor_settle(ed);
	ed->goal = goal;
}

/* What is shown moves as far as the cursor does. */
static void
by_pages(struct editor *ed, int n)
{
	int rows = MAX(ed->rows - 2, 1);
	struct row r;

	by_rows(ed, n * rows);
	editor_row_of(ed, ed->top, &r);
	for (int i = 0; i < rows; i++)
		if (!(n < 0 ? editor_row_back(ed, &r)
			    : editor_row_next(ed, &r)))
			break;
	ed->top = r.start;
}

static size_t
row_end(struct editor *ed)
{
	struct row r;

	editor_row_of(ed, ed->cursor, &r);
	return editor_at_column(ed, &r, G_MAXINT);
}

static size_t
row_start(struct editor *ed)
{
	struct row r;

	editor_row_of(ed, ed->cursor, &r);
	return r.start;
}

static size_t
target(struct editor *ed, enum editor_move where)
{
	switch (where) {
	case EDITOR_LEFT:
		return editor_before(ed, ed->cursor);
	case EDITOR_RIGHT:
		return editor_behind(ed, ed->cursor);
	case EDITOR_WORD_LEFT:
		return word_left(ed, ed->cursor);
	case EDITOR_WORD_RIGHT:
		return word_right(ed, ed->cursor);
	case EDITOR_HOME:
		return row_start(ed);
	case EDITOR_END:
		return row_end(ed);
	case EDITOR_TOP:
		return 0;
	case EDITOR_BOTTOM:
		return editor_length(ed);
	default:
		return ed->cursor;
	}
}

void
editor_move(struct editor *ed, enum editor_move where)
{
	switch (where) {
	case EDITOR_UP:
	case EDITOR_DOWN:
		by_rows(ed, where == EDITOR_UP ? -1 : 1);
		return;
	case EDITOR_PAGE_UP:
	case EDITOR_PAGE_DOWN:
		by_pages(ed, where == EDITOR_PAGE_UP ? -1 : 1);
		return;
	default:
		ed->cursor = target(ed, where);
		editor_settle(ed);
	}
}

void
editor_goto(struct editor *ed, size_t line)
{
	size_t at = 0, end;

	while (line-- > 1 && (end = editor_line_end(ed, at)) <
				     editor_length(ed))
		at = end + 1;
	ed->cursor = at;
	editor_settle(ed);
}
