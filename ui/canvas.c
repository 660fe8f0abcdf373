/*
 * canvas.c - clipping, cutting, and the gate
 */
#include "ui/canvas.h"

#include <string.h>

#include <glib.h>

#include "base/text.h"

static const struct {
	const char *unicode, *ascii;
} glyphs[GLYPHS] = {
	[GLYPH_MARK] = { "▸", ">" },
	[GLYPH_OPEN] = { "›", "*" },
	[GLYPH_TAGGED] = { "✓", "+" },
	[GLYPH_UNREAD] = { "●", "N" },
	[GLYPH_FLAGGED] = { "⚑", "!" },
	[GLYPH_ANSWERED] = { "↩", "r" },
	[GLYPH_DRAFT] = { "✎", "d" },
	[GLYPH_DELETED] = { "✗", "D" },
	[GLYPH_TEE] = { "├", "|" },
	[GLYPH_CORNER] = { "└", "`" },
	[GLYPH_LINE] = { "─", "-" },
	[GLYPH_VERTICAL] = { "│", "|" },
	[GLYPH_DOT] = { "·", "-" },
	[GLYPH_DOWN] = { "↓", "v" },
	[GLYPH_UP] = { "↑", "^" },
	[GLYPH_ELLIPSIS] = { "…", "~" },
};

const char *
canvas_glyph(const struct canvas *c, enum glyph glyph)
{
	return c->ascii ? glyphs[glyph].ascii : glyphs[glyph].unicode;
}

/* Length of text when it is nothing but visible ASCII, else SIZE_MAX. */
static size_t
plain_length(const char *text)
{
	size_t i;

	for (i = 0; text[i]; i++)
		if (text[i] < 0x20 || text[i] == 0x7f)
			return SIZE_MAX;
	return i;
}

static void
emit(const struct canvas *c, int row, int column, enum look look,
     const char *text, size_t len)
{
	if (len)
		c->term->ops->put(c->term, c->row + row, c->column + column,
				  text, len, &c->style->attr[look]);
}

static int
put_ellipsis(const struct canvas *c, int row, int column, enum look look)
{
	const char *text = canvas_glyph(c, GLYPH_ELLIPSIS);

	emit(c, row, column, look, text, strlen(text));
	return 1;
}

static int
put_plain(const struct canvas *c, int row, int column, int width,
	  enum look look, const char *text, size_t len)
{
	if (len <= (size_t)width) {
		emit(c, row, column, look, text, len);
		return (int)len;
	}
	emit(c, row, column, look, text, (size_t)width - 1);
	return width - 1 + put_ellipsis(c, row, column + width - 1, look);
}

/* What an ASCII terminal gets: '?' for each cluster it does not have. */
static char *
to_ascii(const char *text)
{
	GString *out = g_string_new(NULL);
	int width;
	size_t n;

	for (; (n = text_cluster(text, &width)) > 0; text += n) {
		if (n == 1)
			g_string_append_c(out, *text);
		else if (width > 0)
			g_string_append(out, width > 1 ? "??" : "?");
	}
	return g_string_free(out, FALSE);
}

static int
put_gated(const struct canvas *c, int row, int column, int width,
	  enum look look, const char *text)
{
	int used;
	size_t n = text_fit(text, width, &used);

	if (text[n]) {
		n = text_fit(text, width - 1, &used);
		emit(c, row, column, look, text, n);
		return used + put_ellipsis(c, row, column + used, look);
	}
	emit(c, row, column, look, text, n);
	return used;
}

int
canvas_put(const struct canvas *c, int row, int column, int width,
	   enum look look, const char *text)
{
	size_t len;
	char *safe;
	int used;

	width = MIN(width, c->columns - column);
	if (row < 0 || row >= c->rows || column < 0 || width <= 0 || !*text)
		return 0;
	len = plain_length(text);
	if (len != SIZE_MAX)
		return put_plain(c, row, column, width, look, text, len);
	safe = text_gate_line(text);
	if (!c->term->ops->unicode(c->term)) {
		char *ascii = to_ascii(safe);

		g_free(safe);
		safe = ascii;
	}
	used = put_gated(c, row, column, width, look, safe);
	g_free(safe);
	return used;
}

static void
blanks(const struct canvas *c, int row, int column, int width)
{
	width = MIN(width, c->columns - column);
	if (row >= 0 && row < c->rows && column >= 0 && width > 0)
		c->term->ops->clear(c->term, c->row + row, c->column + column,
				    width);
}

int
canvas_wrap(const struct canvas *c, int row, int column, int width,
	    enum look look, const char *text)
{
	char *safe = text_gate_line(text), *line;
	size_t next;
	int n = 0;

	for (const char *p = safe; *p && row + n < c->rows; p += next, n++) {
		line = g_strndup(p, text_break(p, width, &next));
		canvas_put(c, row + n, column, width, look, line);
		g_free(line);
	}
	g_free(safe);
	return n;
}

void
canvas_field(const struct canvas *c, int row, int column, int width,
	     enum look look, const char *text)
{
	int used = canvas_put(c, row, column, width, look, text);

	blanks(c, row, column + used, width - used);
}

void
canvas_right(const struct canvas *c, int row, int column, int width,
	     enum look look, const char *text)
{
	char *safe = text_gate_line(text);
	int left = width - text_width(safe);

	if (left > 0)
		blanks(c, row, column, left);
	else
		left = 0;
	canvas_put(c, row, column + left, width - left, look, safe);
	g_free(safe);
}

void
canvas_clear(const struct canvas *c, int row, int column)
{
	blanks(c, row, column, c->columns - column);
}

void
canvas_clear_below(const struct canvas *c, int row)
{
	for (; row < c->rows; row++)
		canvas_clear(c, row, 0);
}
