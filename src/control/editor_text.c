/*
 * editor_text.c - the bytes of a text, with a gap where the work is
 *
 * Long lines get seams, so that nobody who looks for the beginning of a row
 * has to go back further than STRETCH bytes.  A seam is no part of the text:
 * it is a place in a line where a row ends.
 */
#include <string.h>

#include "control/editor_private.h"

#define STRETCH 8192
#define GAP 4096

size_t
editor_length(const struct editor *ed)
{
	return ed->size - (ed->gap_end - ed->gap);
}

char
editor_byte(const struct editor *ed, size_t at)
{
	return ed->bytes[at < ed->gap ? at : at + ed->gap_end - ed->gap];
}

void
editor_copy(const struct editor *ed, size_t at, size_t n, GString *out)
{
	size_t left = at < ed->gap ? MIN(n, ed->gap - at) : 0;

	g_string_append_len(out, ed->bytes + at, (gssize)left);
	g_string_append_len(out,
			    ed->bytes + at + left + ed->gap_end - ed->gap,
			    (gssize)(n - left));
}

const char *
editor_peek(struct editor *ed, size_t at, size_t n)
{
	g_string_truncate(ed->scratch, 0);
	editor_copy(ed, at, n, ed->scratch);
	return ed->scratch->str;
}

/* ---- lines -------------------------------------------------------------- */

/* Behind the last LF in [from, at), or from. */
static size_t
start_from(const struct editor *ed, size_t from, size_t at)
{
	size_t gap = ed->gap_end - ed->gap, right = MAX(from, ed->gap);
	const char *found = NULL;

	if (at > right)
		found = memrchr(ed->bytes + right + gap, '\n', at - right);
	if (found)
		return (size_t)(found - ed->bytes) - gap + 1;
	at = MIN(at, ed->gap);
	if (at > from)
		found = memrchr(ed->bytes + from, '\n', at - from);
	return found ? (size_t)(found - ed->bytes) + 1 : from;
}

/* The first LF in [at, to), or to. */
static size_t
end_until(const struct editor *ed, size_t at, size_t to)
{
	size_t gap = ed->gap_end - ed->gap, left = MIN(to, ed->gap);
	const char *found = NULL;

	if (at < left)
		found = memchr(ed->bytes + at, '\n', left - at);
	if (found)
		return (size_t)(found - ed->bytes);
	at = MAX(at, left);
	if (at < to)
		found = memchr(ed->bytes + at + gap, '\n', to - at);
	return found ? (size_t)(found - ed->bytes) - gap : to;
}

size_t
editor_line_start(const struct editor *ed, size_t at)
{
	return start_from(ed, 0, at);
}

size_t
editor_line_end(const struct editor *ed, size_t at)
{
	return end_until(ed, at, editor_length(ed));
}

/* ---- seams -------------------------------------------------------------- */

static size_t
seam(const struct editor *ed, guint i)
{
	return g_array_index(ed->seams, size_t, i);
}

/* The first seam above at. */
static guint
seam_above(const struct editor *ed, size_t at)
{
	guint low = 0, high = ed->seams->len;

	while (low < high) {
		guint middle = (low + high) / 2;

		if (seam(ed, middle) > at)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

size_t
editor_stretch_start(const struct editor *ed, size_t at)
{
	guint i = seam_above(ed, at);

	return start_from(ed, i ? seam(ed, i - 1) : 0, at);
}

size_t
editor_stretch_end(const struct editor *ed, size_t at)
{
	guint i = seam_above(ed, at);

	return end_until(ed, at, i < ed->seams->len ? seam(ed, i)
						    : editor_length(ed));
}

/* Where to cut a stretch that begins at start: at a blank, else between
 * clusters. */
static size_t
seam_place(struct editor *ed, size_t start)
{
	const char *p = editor_peek(ed, start, STRETCH / 2);
	size_t at = STRETCH / 2, n = 0;
	int width;

	while (at > STRETCH / 4 && p[at - 1] != ' ')
		at--;
	if (at > STRETCH / 4)
		return start + at;
	for (at = 0; at < STRETCH / 4; at += n)
		n = editor_cluster(p + at, 0, &width);
	return start + at;
}

/* Seams for what is too long now and touches [at, end]. */
static void
add_seams(struct editor *ed, size_t at, size_t end)
{
	size_t start = editor_stretch_start(ed, at), next, len;

	len = editor_length(ed);
	while (start <= end) {
		guint i = seam_above(ed, start);
		size_t limit = i < ed->seams->len ? seam(ed, i) : len;

		next = end_until(ed, start, MIN(limit, start + STRETCH + 1));
		if (next - start > STRETCH) {
			next = seam_place(ed, start);
			g_array_insert_val(ed->seams, i, next);
		} else if (next == len) {
			return;
		} else {
			next += editor_byte(ed, next) == '\n';
		}
		start = next;
	}
}

/* A seam must have text of its line on both sides, and more of it than would
 * be worth one. */
static bool
is_idle(const struct editor *ed, guint i)
{
	size_t at = seam(ed, i), from = i ? seam(ed, i - 1) : 0;
	size_t len = editor_length(ed);

	if (at == 0 || at >= len || editor_byte(ed, at - 1) == '\n' ||
	    editor_byte(ed, at) == '\n')
		return true;
	return editor_stretch_end(ed, at) - start_from(ed, from, at) <
	       STRETCH / 4;
}

static void
move_seams(struct editor *ed, size_t at, size_t n, size_t len)
{
	guint i = seam_above(ed, at), to = seam_above(ed, at + n);

	if (to > i)
		g_array_remove_range(ed->seams, i, to - i);
	for (guint j = i; j < ed->seams->len; j++)
		g_array_index(ed->seams, size_t, j) += len - n;
	for (guint j = i + (i < ed->seams->len); j > 0 && j + 1 >= i; j--)
		if (is_idle(ed, j - 1))
			g_array_remove_index(ed->seams, j - 1);
}

/* ---- changing ----------------------------------------------------------- */

static void
move_gap(struct editor *ed, size_t to)
{
	size_t n;

	if (to == ed->gap)
		return;
	if (to < ed->gap) {
		n = ed->gap - to;
		memmove(ed->bytes + ed->gap_end - n, ed->bytes + to, n);
		ed->gap_end -= n;
	} else {
		n = to - ed->gap;
		memmove(ed->bytes + ed->gap, ed->bytes + ed->gap_end, n);
		ed->gap_end += n;
	}
	ed->gap = to;
}

static void
make_room(struct editor *ed, size_t need)
{
	size_t right = ed->size - ed->gap_end, size;

	if (ed->gap_end - ed->gap >= need)
		return;
	size = editor_length(ed) + need;
	size += size / 2 + GAP;
	ed->bytes = g_realloc(ed->bytes, size);
	if (right)
		memmove(ed->bytes + size - right, ed->bytes + ed->gap_end,
			right);
	ed->gap_end = size - right;
	ed->size = size;
}

static size_t
moved(size_t place, size_t at, size_t n, size_t len)
{
	if (place <= at)
		return place;
	return place < at + n ? at : place - n + len;
}

void
editor_replace(struct editor *ed, size_t at, size_t n, const char *text,
	       size_t len)
{
	make_room(ed, len);
	move_gap(ed, at);
	ed->gap_end += n;
	if (len)
		memcpy(ed->bytes + at, text, len);
	ed->gap += len;
	ed->top = moved(ed->top, at, n, len);
	ed->mark = moved(ed->mark, at, n, len);
	ed->generation++;
	move_seams(ed, at, n, len);
	add_seams(ed, at, at + len);
}

/* ---- cleaning ----------------------------------------------------------- */

static bool
is_line_end(gunichar c)
{
	return c == '\n' || c == '\r' || c == 0x2028 || c == 0x2029;
}

static bool
is_control(gunichar c)
{
	return (c < ' ' && c != '\t') || (c >= 0x7f && c < 0xa0);
}

void
editor_clean(GString *out, const char *text, size_t len)
{
	const char *end = text + len, *p, *next;

	for (p = text; p < end; p = next) {
		gunichar c;

		if (*p >= ' ' && *p < 0x7f) {	/* nearly everything */
			g_string_append_c(out, *p);
			next = p + 1;
			continue;
		}
		c = *p ? g_utf8_get_char_validated(p, end - p) : 0;
		next = p + 1;
		if (c >= (gunichar)-2)
			c = 0xfffd;
		else if (c)
			next = g_utf8_next_char(p);
		if (is_line_end(c))
			c = '\n';
		if (*p == '\r' && next < end && *next == '\n')
			next++;
		if (c == '\n' || !is_control(c))
			g_string_append_unichar(out, c);
	}
}
