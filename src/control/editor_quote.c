/*
 * editor_quote.c - the "> " of lines, and paragraphs made of lines
 */
#include <string.h>

#include "control/editor_private.h"

#define QUOTE_MAX 256		/* bytes of a line that can be its quote */

size_t
editor_quote(const char *line, int *depth)
{
	const char *p = line;

	*depth = 0;
	while (*p == '>') {
		++*depth;
		p++;
		if (*p == ' ' && p[1] == '>')
			p++;
	}
	return (size_t)(p - line) + (*depth && *p == ' ');
}

size_t
editor_quote_at(struct editor *ed, size_t start, int *depth)
{
	size_t room = MIN(editor_length(ed) - start, QUOTE_MAX);

	return editor_quote(editor_peek(ed, start, room), depth);
}

/* ---- paragraphs --------------------------------------------------------- */

struct line {
	size_t start, end, text;	/* text: behind the quote */
	int quote;
	bool empty, begins;		/* begins: a paragraph of its own */
	bool stands;			/* never joined with anything */
};

/* "- ", "1. " */
static bool
is_item(const char *p)
{
	const char *digits = p;

	if (*p && strchr("-*+", *p))
		return p[1] == ' ';
	while (g_ascii_isdigit(*p))
		p++;
	return p > digits && (*p == '.' || *p == ')') && p[1] == ' ';
}

static void
look_at(struct editor *ed, size_t at, struct line *l)
{
	const char *p;

	l->start = editor_line_start(ed, at);
	l->end = editor_line_end(ed, at);
	l->text = l->start + editor_quote_at(ed, l->start, &l->quote);
	p = editor_peek(ed, l->text, MIN(l->end - l->text, QUOTE_MAX));
	l->empty = p[strspn(p, " \t")] == '\0' && strlen(p) < QUOTE_MAX;
	l->stands = strcmp(p, "-- ") == 0;
	l->begins = *p == ' ' || *p == '\t' || is_item(p);
}

static bool
joins(const struct line *a, const struct line *b)
{
	return a->quote == b->quote && !a->empty && !b->empty && !a->stands &&
	       !b->stands && !b->begins;
}

/* The line below, above; false: there is none. */
static bool
below(struct editor *ed, const struct line *l, struct line *out)
{
	if (l->end == editor_length(ed))
		return false;
	look_at(ed, l->end + 1, out);
	return true;
}

static bool
above(struct editor *ed, const struct line *l, struct line *out)
{
	if (l->start == 0)
		return false;
	look_at(ed, l->start - 1, out);
	return true;
}

/* Without the blanks on both sides, behind what is there already. */
static void
append_line(struct editor *ed, const struct line *l, GString *out)
{
	size_t from = l->text, to = l->end;

	while (out->len && from < to && (editor_byte(ed, from) == ' ' ||
					 editor_byte(ed, from) == '\t'))
		from++;
	while (to > from && (editor_byte(ed, to - 1) == ' ' ||
			     editor_byte(ed, to - 1) == '\t'))
		to--;
	if (out->len)
		g_string_append_c(out, ' ');
	editor_copy(ed, from, to - from, out);
}

/* The first line of the paragraph at the cursor or behind it. */
static bool
find_paragraph(struct editor *ed, struct line *first)
{
	struct line other;

	look_at(ed, ed->cursor, first);
	if (!first->empty && !first->stands) {
		while (above(ed, first, &other) && joins(&other, first))
			*first = other;
		return true;
	}
	while (below(ed, first, &other)) {
		*first = other;
		if (!first->empty && !first->stands)
			return true;
	}
	return false;
}

bool
editor_justify(struct editor *ed)
{
	GString *joined = g_string_new(NULL);
	struct line first, last, other;
	bool changed = false;
	size_t len;

	editor_settle(ed);
	if (find_paragraph(ed, &first)) {
		append_line(ed, &first, joined);
		for (last = first; below(ed, &last, &other) &&
				   joins(&last, &other); last = other)
			append_line(ed, &other, joined);
		len = last.end - first.text;
		if (joined->len != len ||
		    strcmp(editor_peek(ed, first.text, len), joined->str) != 0)
			changed = editor_change(ed, STEP_BLOCK, first.text,
						len, joined->str, joined->len);
		len = changed ? first.text + joined->len : last.end;
		editor_put_cursor(ed, len + (len < editor_length(ed)), changed);
	}
	g_string_free(joined, TRUE);
	return changed;
}
