/*
 * html_table.c - tables that hold data, and tables that only lay out
 *
 * Most tables in mail are page layout: their cells are read one after the
 * other.  A table whose cells are short texts in rows is data and is drawn
 * in columns.
 */
#include "mime/html_table.h"

#include <string.h>

#include "base/text.h"

#define CELL_MAX 400	/* columns of text in one cell of data */
#define SHORT 40	/* columns of a cell in a row that is one line */

/* A cell as text, its links counted with the others. */
static char *
cell_text(struct html *h, const GumboNode *node)
{
	struct sheet sheet;
	struct html sub = { .sheet = &sheet, .kind = LINE_TEXT,
			    .depth = h->depth };
	GString *out = g_string_new(NULL);

	sheet_init_within(&sheet, h->sheet, 0);
	sub.text = g_string_new(NULL);
	html_children(&sub, node);
	html_flush(&sub);
	g_string_free(sub.text, TRUE);
	for (guint i = 0; i < sheet.lines->len; i++) {
		const struct line *line = sheet.lines->pdata[i];

		if (out->len && *line->text)
			g_string_append_c(out, '\n');
		g_string_append(out, line->text);
	}
	g_ptr_array_unref(sheet.lines);
	sheet_fini(&sheet);
	return g_string_free(out, FALSE);
}

static size_t
longest_line(const char *text)
{
	size_t longest = 0, n;

	for (; *text; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		longest = MAX(longest, n);
	}
	return longest;
}

static int
filled_cells(const GArray *row)
{
	int n = 0;

	for (guint i = 0; i < row->len; i++)
		n += *g_array_index(row, struct cell, i).text != '\0';
	return n;
}

/* What the cells hold decides, and what the author said of them. */
static bool
is_data(const struct grid *g)
{
	size_t cells = 0, octets = 0;
	guint full = 0;

	for (guint r = 0; r < g->rows->len; r++) {
		GArray *row = g->rows->pdata[r];
		int filled = filled_cells(row);

		full += filled >= 2;
		cells += (size_t)filled;
		for (guint i = 0; i < row->len; i++) {
			const char *t = g_array_index(row, struct cell, i).text;

			if (longest_line(t) > CELL_MAX)
				return false;
			octets += strlen(t);
		}
	}
	if (!cells || full < 2 || full * 2 < g->rows->len)
		return false;
	return g->heads || g->bordered || octets / cells <= 40;
}

static void
fill(struct html *h, struct grid *g)
{
	for (guint r = 0; r < g->rows->len; r++) {
		GArray *row = g->rows->pdata[r];

		for (guint i = 0; i < row->len; i++) {
			struct cell *c = &g_array_index(row, struct cell, i);

			c->text = cell_text(h, c->node);
		}
	}
}

/* A row of layout on one line, when its cells are a few words each. */
static bool
row_on_a_line(struct html *h, const GArray *row)
{
	int width = 0;

	if (filled_cells(row) < 2)
		return false;
	for (guint i = 0; i < row->len; i++) {
		const char *t = g_array_index(row, struct cell, i).text;
		int w = text_width(t);

		width += w + 2;
		if (strchr(t, '\n') || w > SHORT)
			return false;
	}
	if (width > 72 || (h->sheet->width && width > h->sheet->width))
		return false;
	html_block(h, false);
	for (guint i = 0; i < row->len; i++) {
		const char *t = g_array_index(row, struct cell, i).text;

		if (*t && h->text->len)
			g_string_append(h->text, "  ");
		g_string_append(h->text, t);
	}
	html_flush(h);
	return true;
}

/* Cells that were rendered already, one after the other. */
static void
cells_in_turn(struct html *h, const struct grid *g)
{
	for (guint r = 0; r < g->rows->len; r++) {
		GArray *row = g->rows->pdata[r];

		if (row_on_a_line(h, row))
			continue;
		for (guint i = 0; i < row->len; i++) {
			const struct cell *c = &g_array_index(row, struct cell,
							      i);

			html_block(h, false);
			g_string_append(h->text, c->text);
			html_flush(h);
		}
	}
}

void
html_table(struct html *h, const GumboNode *table)
{
	struct grid *g = grid_new(table);
	bool simple = g->columns >= 2 && !g->nested && h->pre == 0;

	html_mark_link(h);
	html_block(h, simple && g->rows->len > 1);
	if (simple) {
		fill(h, g);
		if (!is_data(g) || !grid_draw(h, g))
			cells_in_turn(h, g);
		html_block(h, g->rows->len > 1);
	} else {
		html_children(h, table);
		html_block(h, false);
	}
	grid_free(g);
}
