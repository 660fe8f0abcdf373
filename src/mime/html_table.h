/*
 * html_table.h - a table of text in columns
 */
#ifndef VERSO_MIME_HTML_TABLE_H
#define VERSO_MIME_HTML_TABLE_H

#include "mime/html_private.h"

#define COLUMNS_MAX 32
#define ROWS_MAX 2000

struct cell {
	char *text;		/* its lines; NULL: nothing here */
	const GumboNode *node;
	int span;		/* columns */
	bool head, right;
};

struct grid {
	GPtrArray *rows;	/* GArray * of struct cell */
	int columns;		/* of the widest row */
	bool heads;		/* it has header cells */
	bool bordered;
	bool nested;		/* a table or a block of text inside */
};

/* html_grid.c: the cells of a table, not yet rendered. */
struct grid *
grid_new(const GumboNode *table);
void
grid_free(struct grid *g);

/* html_columns.c: draw the grid, whose cells have text, in columns; false
 * when it does not fit and nothing was drawn. */
bool
grid_draw(struct html *h, struct grid *g);

#endif
