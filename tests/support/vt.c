/*
 * vt.c - a terminal's screen: cells, and what moves and clears them
 */
#include "vt.h"

#include <stdint.h>
#include <string.h>
#include <unistr.h>
#include <uniwidth.h>

#include <glib.h>

#include "vt_screen.h"

struct vt *
vt_new(int rows, int columns)
{
	struct vt *vt = g_new0(struct vt, 1);

	vt->escape = g_string_new(NULL);
	vt_resize(vt, rows, columns);
	return vt;
}

void
vt_free(struct vt *vt)
{
	if (!vt)
		return;
	g_string_free(vt->escape, TRUE);
	g_free(vt->cells);
	g_free(vt);
}

static struct vt_cell *
cell(const struct vt *vt, int row, int column)
{
	return &vt->cells[row * vt->columns + column];
}

/* Cleared cells have the background of now. */
static void
blank(struct vt *vt, int row, int from, int to)
{
	for (int i = MAX(from, 0); i < MIN(to, vt->columns); i++)
		*cell(vt, row, i) = (struct vt_cell){ .text = " ",
			.attr = vt->attr & VT_COLOUR };
}

void
vt_resize(struct vt *vt, int rows, int columns)
{
	g_free(vt->cells);
	vt->rows = rows;
	vt->columns = columns;
	vt->top = 0;
	vt->bottom = rows;
	vt->row = vt->column = 0;
	vt->wrap = false;
	vt->cells = g_new0(struct vt_cell, (gsize)rows * (gsize)columns);
	for (int i = 0; i < rows; i++)
		blank(vt, i, 0, columns);
}

void
vt_move(struct vt *vt, int row, int column)
{
	vt->row = CLAMP(row, 0, vt->rows - 1);
	vt->column = CLAMP(column, 0, vt->columns - 1);
	vt->wrap = false;
}

/* Rows from top to below bottom go up by n (down when negative). */
void
vt_scroll(struct vt *vt, int top, int n)
{
	int height = vt->bottom - top, keep = height - ABS(n);
	size_t row = sizeof(*vt->cells) * (size_t)vt->columns;

	if (keep <= 0)
		keep = 0;
	else if (n > 0)
		memmove(cell(vt, top, 0), cell(vt, top + n, 0),
			row * (size_t)keep);
	else
		memmove(cell(vt, top - n, 0), cell(vt, top, 0),
			row * (size_t)keep);
	for (int i = 0; i < height - keep; i++)
		blank(vt, n > 0 ? top + keep + i : top + i, 0, vt->columns);
}

void
vt_line_feed(struct vt *vt)
{
	vt->wrap = false;
	if (vt->row == vt->bottom - 1)
		vt_scroll(vt, vt->top, 1);
	else if (vt->row < vt->rows - 1)
		vt->row++;
}

/* Cells right of the cursor move by n to the right (left when negative). */
void
vt_shift(struct vt *vt, int n)
{
	int left = vt->columns - vt->column, keep = left - ABS(n);
	struct vt_cell *at = cell(vt, vt->row, vt->column);

	keep = MAX(keep, 0);
	if (n > 0)
		memmove(at + left - keep, at, sizeof(*at) * (size_t)keep);
	else
		memmove(at, at + left - keep, sizeof(*at) * (size_t)keep);
	if (n > 0)
		blank(vt, vt->row, vt->column, vt->column + left - keep);
	else
		blank(vt, vt->row, vt->column + keep, vt->columns);
}

void
vt_erase_cells(struct vt *vt, int n)
{
	blank(vt, vt->row, vt->column, vt->column + n);
}

/* 0: from the cursor on, 1: up to it, 2: all. */
void
vt_erase_line(struct vt *vt, int what)
{
	blank(vt, vt->row, what == 0 ? vt->column : 0,
	      what == 1 ? vt->column + 1 : vt->columns);
}

void
vt_erase_screen(struct vt *vt, int what)
{
	if (what < 2)
		vt_erase_line(vt, what);
	for (int i = 0; i < vt->rows; i++)
		if (what >= 2 || (what == 0 && i > vt->row) ||
		    (what == 1 && i < vt->row))
			blank(vt, i, 0, vt->columns);
}

/* A combining character joins the cell before the cursor. */
static void
combine(struct vt *vt, const char *text)
{
	int column = vt->wrap ? vt->column : vt->column - 1;
	struct vt_cell *c;

	if (column < 0)
		return;
	c = cell(vt, vt->row, column);
	if (c->text[0] == '\0' && column > 0)
		c--;
	g_strlcat(c->text, text, sizeof(c->text));
}

void
vt_put(struct vt *vt, uint32_t ucs4)
{
	char text[8] = "";
	int width = uc_width(ucs4, "UTF-8");

	text[g_unichar_to_utf8(ucs4, text)] = '\0';
	if (width <= 0) {
		combine(vt, text);
		return;
	}
	if (vt->wrap || vt->column + width > vt->columns) {
		vt->column = 0;
		vt_line_feed(vt);
	}
	for (int i = 0; i < width; i++) {
		struct vt_cell *c = cell(vt, vt->row, vt->column + i);

		g_strlcpy(c->text, i == 0 ? text : "", sizeof(c->text));
		c->attr = vt->attr;
	}
	vt->last = ucs4;
	if (vt->column + width >= vt->columns) {
		vt->column = vt->columns - 1;
		vt->wrap = true;
	} else {
		vt->column += width;
	}
}

const struct vt_cell *
vt_cell(const struct vt *vt, int row, int column)
{
	return cell(vt, row, column);
}

char *
vt_row(const struct vt *vt, int row)
{
	GString *out = g_string_new(NULL);

	for (int i = 0; i < vt->columns; i++)
		g_string_append(out, cell(vt, row, i)->text);
	return g_strchomp(g_string_free(out, FALSE));
}

char *
vt_text(const struct vt *vt)
{
	GString *out = g_string_new(NULL);

	for (int i = 0; i < vt->rows; i++) {
		char *row = vt_row(vt, i);

		g_string_append_printf(out, "%s\n", row);
		g_free(row);
	}
	return g_string_free(out, FALSE);
}

int
vt_find(const struct vt *vt, const char *text)
{
	for (int i = 0; i < vt->rows; i++) {
		char *row = vt_row(vt, i);
		bool here = strstr(row, text) != NULL;

		g_free(row);
		if (here)
			return i;
	}
	return -1;
}

void
vt_cursor(const struct vt *vt, int *row, int *column, bool *visible)
{
	*row = vt->row;
	*column = vt->column;
	*visible = !vt->hidden;
}

bool
vt_alternate(const struct vt *vt)
{
	return vt->alternate;
}

unsigned int
vt_unknown(const struct vt *vt)
{
	return vt->unknown;
}
