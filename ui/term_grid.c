/*
 * term_grid.c - a terminal in memory, for screens without one
 *
 * Behaves as a real one does where it matters for tests: a wide cluster
 * takes two cells, and writing over half of one leaves a blank.
 */
#include "ui/term.h"

#include <string.h>

#include <glib.h>

#include "base/text.h"

#define CELL_BYTES 40

struct cell {
	char text[CELL_BYTES];
	bool tail;		/* the right half of a wide cluster */
	struct term_attr attr;
};

struct pressed {
	enum term_event_kind kind;
	char *text;
};

struct grid {
	struct term term;
	int rows, columns;
	struct cell *cells;
	int cursor_row, cursor_column;
	int colours;
	bool unicode;
	bool resized;
	GQueue *pressed;	/* struct pressed * */
	char *told;		/* what the last event told of, or NULL */
	long written;
};

static struct grid *
grid_of(const struct term *t)
{
	return (struct grid *)t;
}

static struct cell *
cell_at(struct grid *g, int row, int column)
{
	return g->cells + row * g->columns + column;
}

static void
blank(struct cell *c)
{
	memset(c, 0, sizeof(*c));
	c->text[0] = ' ';
	c->attr.fg = c->attr.bg = -1;
}

static void
allocate(struct grid *g, int rows, int columns)
{
	g_free(g->cells);
	g->rows = rows;
	g->columns = columns;
	g->cells = g_new0(struct cell, (size_t)(rows * columns));
	for (int i = 0; i < rows * columns; i++)
		blank(g->cells + i);
	g->cursor_row = g->cursor_column = 0;
}

/* Whatever shares a wide cluster with this cell is gone. */
static void
break_wide(struct grid *g, int row, int column)
{
	struct cell *c = cell_at(g, row, column);

	if (c->tail && column > 0)
		blank(c - 1);
	if (column + 1 < g->columns && c[1].tail)
		blank(c + 1);
}

static void
set(struct grid *g, int row, int column, const char *text, size_t len,
    const struct term_attr *attr, bool tail)
{
	struct cell *c = cell_at(g, row, column);

	break_wide(g, row, column);
	if (len >= CELL_BYTES)
		len = CELL_BYTES - 1;
	memset(c->text, 0, sizeof(c->text));
	memcpy(c->text, text, len);
	c->tail = tail;
	c->attr = *attr;
	g->written++;
}

static void
grid_put(struct term *t, int row, int column, const char *text, size_t len,
	 const struct term_attr *attr)
{
	struct grid *g = grid_of(t);
	const char *end = text + len;
	int width;
	size_t n;

	g_assert(row >= 0 && row < g->rows && column >= 0);
	for (; text < end && (n = text_cluster(text, &width)) > 0; text += n) {
		g_assert(column + width <= g->columns);
		if (width == 0)
			continue;
		set(g, row, column, text, n, attr, false);
		if (width == 2)
			set(g, row, column + 1, "", 0, attr, true);
		column += width;
	}
}

static void
grid_clear(struct term *t, int row, int column, int width)
{
	static const struct term_attr plain = { -1, -1, 0 };
	struct grid *g = grid_of(t);

	g_assert(row >= 0 && row < g->rows && column >= 0 &&
		 column + width <= g->columns);
	for (int i = 0; i < width; i++)
		set(g, row, column + i, " ", 1, &plain, false);
}

static void
grid_size(const struct term *t, int *rows, int *columns)
{
	*rows = grid_of(t)->rows;
	*columns = grid_of(t)->columns;
}

static int
grid_colours(const struct term *t)
{
	return grid_of(t)->colours;
}

static bool
grid_unicode(const struct term *t)
{
	return grid_of(t)->unicode;
}

static void
grid_cursor(struct term *t, int row, int column)
{
	grid_of(t)->cursor_row = row;
	grid_of(t)->cursor_column = column;
}

static void
grid_event(struct term *t, struct term_event *out)
{
	struct grid *g = grid_of(t);
	struct pressed *p;

	memset(out, 0, sizeof(*out));
	g_clear_pointer(&g->told, g_free);
	if (g->resized) {
		g->resized = false;
		out->kind = TERM_RESIZE;
		return;
	}
	p = g_queue_pop_head(g->pressed);
	if (!p)
		return;
	out->kind = p->kind;
	out->text = g->told = p->text;
	if (p->kind == TERM_KEY)
		g_strlcpy(out->key, p->text, sizeof(out->key));
	g_free(p);
}

static int
grid_fd(const struct term *t)
{
	return -1;
}

static void
grid_flush(struct term *t, bool all)
{
}

static void
grid_nothing(struct term *t)
{
}

static void
pressed_free(struct pressed *p)
{
	g_free(p->text);
	g_free(p);
}

static void
grid_free(struct term *t)
{
	struct grid *g = grid_of(t);

	g_queue_free_full(g->pressed, (GDestroyNotify)pressed_free);
	g_free(g->told);
	g_free(g->cells);
	g_free(g);
}

static const struct term_ops grid_ops = {
	.size = grid_size,
	.colours = grid_colours,
	.unicode = grid_unicode,
	.put = grid_put,
	.clear = grid_clear,
	.cursor = grid_cursor,
	.flush = grid_flush,
	.event = grid_event,
	.fd = grid_fd,
	.resized = grid_nothing,
	.lend = grid_nothing,
	.take = grid_nothing,
	.free = grid_free,
};

struct term *
term_grid_new(int rows, int columns)
{
	struct grid *g = g_new0(struct grid, 1);

	g->term.ops = &grid_ops;
	g->colours = 256;
	g->unicode = true;
	g->pressed = g_queue_new();
	allocate(g, rows, columns);
	return &g->term;
}

char *
term_grid_dump(const struct term *t)
{
	struct grid *g = grid_of(t);
	GString *out = g_string_new(NULL);

	for (int row = 0; row < g->rows; row++) {
		size_t start = out->len;

		for (int i = 0; i < g->columns; i++)
			g_string_append(out, cell_at(g, row, i)->text);
		while (out->len > start && out->str[out->len - 1] == ' ')
			g_string_truncate(out, out->len - 1);
		g_string_append_c(out, '\n');
	}
	g_string_append_printf(out, "cursor %d %d\n", g->cursor_row,
			       g->cursor_column);
	return g_string_free(out, FALSE);
}

const char *
term_grid_cell(const struct term *t, int row, int column,
	       struct term_attr *attr)
{
	struct cell *c = cell_at(grid_of(t), row, column);

	if (attr)
		*attr = c->attr;
	return c->text;
}

void
term_grid_abilities(struct term *t, int colours, bool unicode)
{
	grid_of(t)->colours = colours;
	grid_of(t)->unicode = unicode;
}

void
term_grid_resize(struct term *t, int rows, int columns)
{
	allocate(grid_of(t), rows, columns);
	grid_of(t)->resized = true;
}

static void
push(struct term *t, enum term_event_kind kind, const char *text)
{
	struct pressed *p = g_new0(struct pressed, 1);

	p->kind = kind;
	p->text = g_strdup(text);
	g_queue_push_tail(grid_of(t)->pressed, p);
}

void
term_grid_press(struct term *t, const char *key)
{
	push(t, TERM_KEY, key);
}

void
term_grid_paste(struct term *t, const char *text)
{
	push(t, TERM_TEXT, text);
}

long
term_grid_written(struct term *t)
{
	long n = grid_of(t)->written;

	grid_of(t)->written = 0;
	return n;
}
