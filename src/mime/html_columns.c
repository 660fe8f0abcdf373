/*
 * html_columns.c - cells in columns that fit the screen
 */
#include <string.h>

#include "base/text.h"
#include "mime/html_table.h"

#define GUTTER 2
#define NARROW 8	/* a column is never narrower for want of room */

struct layout {
	int columns;
	int width[COLUMNS_MAX];
	bool number[COLUMNS_MAX];	/* flush right */
};

static int
widest_line(const char *text)
{
	int widest = 0;
	char **lines = g_strsplit(text, "\n", -1);

	for (int i = 0; lines[i]; i++)
		widest = MAX(widest, text_width(lines[i]));
	g_strfreev(lines);
	return widest;
}

/* "1,200.50 €", "-3 %": mostly digits. */
static bool
is_number(const char *text)
{
	int digits = 0, letters = 0;

	for (; *text; text++) {
		digits += g_ascii_isdigit(*text);
		letters += g_ascii_isalpha(*text);
	}
	return digits > 0 && letters <= 3 && digits >= letters;
}

static void
measure(const struct grid *g, struct layout *l)
{
	int numbers[COLUMNS_MAX] = { 0 }, others[COLUMNS_MAX] = { 0 };

	for (guint r = 0; r < g->rows->len; r++) {
		GArray *row = g->rows->pdata[r];
		int at = 0;

		for (guint i = 0; i < row->len; i++) {
			struct cell *c = &g_array_index(row, struct cell, i);

			if (c->span == 1)
				l->width[at] = MAX(l->width[at],
						   widest_line(c->text));
			if (c->span == 1 && !c->head && *c->text) {
				if (c->right || is_number(c->text))
					numbers[at]++;
				else
					others[at]++;
			}
			at += c->span;
		}
	}
	for (int i = 0; i < l->columns; i++)
		l->number[i] = numbers[i] > 0 && others[i] == 0;
}

static int
total(const struct layout *l)
{
	int sum = 0;

	for (int i = 0; i < l->columns; i++)
		sum += l->width[i] ? l->width[i] + GUTTER : 0;
	return sum - GUTTER;
}

/* Take columns from the widest until all fit. */
static bool
squeeze(struct layout *l, int room)
{
	int over;

	while ((over = total(l) - room) > 0) {
		int widest = 0, second = 0;

		for (int i = 1; i < l->columns; i++)
			if (l->width[i] > l->width[widest])
				widest = i;
		for (int i = 0; i < l->columns; i++)
			if (i != widest)
				second = MAX(second, l->width[i]);
		if (l->width[widest] <= NARROW)
			return false;
		over = MIN(over, MAX(l->width[widest] - second, 1));
		l->width[widest] = MAX(l->width[widest] - over, NARROW);
	}
	return true;
}

/* The columns of a cell that begins at column `at`. */
static int
cell_width(const struct layout *l, int at, int span)
{
	int sum = 0;

	for (int i = at; i < MIN(at + span, l->columns); i++)
		sum += l->width[i] ? l->width[i] + GUTTER : 0;
	return MAX(sum - GUTTER, 0);
}

/* The lines of a cell, wrapped into its columns. */
static GPtrArray *
cell_lines(struct html *h, const struct cell *c, int width)
{
	struct sheet sheet;
	char **lines = g_strsplit(c->text, "\n", -1);

	sheet_init_within(&sheet, h->sheet, MAX(width, 1));
	for (int i = 0; lines[i]; i++)
		sheet_wrap(&sheet, LINE_TEXT, 0, "", "", lines[i]);
	g_strfreev(lines);
	sheet_fini(&sheet);
	return sheet.lines;
}

static void
append_padded(GString *out, const char *text, int width, bool right)
{
	int pad = MAX(width - text_width(text), 0);

	if (right)
		g_string_append_printf(out, "%*s", pad, "");
	g_string_append(out, text);
	if (!right)
		g_string_append_printf(out, "%*s", pad, "");
}

/* Line number n of a row. */
static void
draw_line(struct html *h, const struct layout *l, const GArray *row,
	  GPtrArray **lines, guint n)
{
	char *prefix = html_prefix(h);
	GString *out = g_string_new(prefix);
	int at = 0;

	for (guint i = 0; i < row->len; i++) {
		const struct cell *c = &g_array_index(row, struct cell, i);
		int width = cell_width(l, at, c->span);
		const struct line *line = n < lines[i]->len
			? lines[i]->pdata[n] : NULL;

		if (width) {
			append_padded(out, line ? line->text : "", width,
				      c->span == 1 && l->number[at]);
			g_string_append(out, "  ");
		}
		at += c->span;
	}
	g_strchomp(out->str);
	sheet_add(h->sheet, LINE_TEXT, h->quote, out->str);
	g_string_free(out, TRUE);
	g_free(prefix);
}

static void
draw_row(struct html *h, const struct layout *l, const GArray *row)
{
	GPtrArray *lines[COLUMNS_MAX];
	guint most = 0;
	int at = 0;

	for (guint i = 0; i < row->len; i++) {
		const struct cell *c = &g_array_index(row, struct cell, i);

		lines[i] = cell_lines(h, c, cell_width(l, at, c->span));
		most = MAX(most, lines[i]->len);
		at += c->span;
	}
	for (guint n = 0; n < most; n++)
		draw_line(h, l, row, lines, n);
	for (guint i = 0; i < row->len; i++)
		g_ptr_array_unref(lines[i]);
}

static void
draw_rule(struct html *h, const struct layout *l)
{
	char *prefix = html_prefix(h);
	GString *out = g_string_new(prefix);

	for (int i = 0; i < l->columns; i++) {
		for (int n = 0; n < l->width[i]; n++)
			g_string_append(out, "─");
		if (l->width[i])
			g_string_append(out, "  ");
	}
	g_strchomp(out->str);
	sheet_add(h->sheet, LINE_RULE, h->quote, out->str);
	g_string_free(out, TRUE);
	g_free(prefix);
}

static bool
is_head(const GArray *row)
{
	for (guint i = 0; i < row->len; i++)
		if (!g_array_index(row, struct cell, i).head)
			return false;
	return true;
}

bool
grid_draw(struct html *h, struct grid *g)
{
	struct layout l = { .columns = g->columns };
	char *prefix = html_prefix(h);
	int room = h->sheet->width - text_width(prefix);

	g_free(prefix);
	measure(g, &l);
	if (h->sheet->width && !squeeze(&l, room))
		return false;
	if (h->gap && h->begun)
		sheet_gap(h->sheet, h->quote);
	h->gap = false;
	h->begun = true;
	for (guint r = 0; r < g->rows->len; r++) {
		GArray *row = g->rows->pdata[r];

		draw_row(h, &l, row);
		if (r == 0 && is_head(row) && g->rows->len > 1)
			draw_rule(h, &l);
	}
	return true;
}
