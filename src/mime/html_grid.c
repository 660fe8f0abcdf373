/*
 * html_grid.c - the rows and cells of a table
 */
#include <string.h>

#include "mime/html_table.h"

#define LOOK_MAX 4000	/* nodes looked at to tell what a table is for */

static void
cells_free(gpointer p)
{
	GArray *row = p;

	for (guint i = 0; i < row->len; i++)
		g_free(g_array_index(row, struct cell, i).text);
	g_array_unref(row);
}

static bool
is_cell(const GumboNode *n)
{
	return html_is(n, GUMBO_TAG_TD) || html_is(n, GUMBO_TAG_TH);
}

/* True when the node holds what does not go into one cell of text. */
static bool
holds_blocks(const GumboNode *node, int depth, int *budget)
{
	const GumboVector *kids;

	if (node->type != GUMBO_NODE_ELEMENT)
		return false;
	if (depth > 40 || --*budget < 0)
		return true;
	switch (node->v.element.tag) {
	case GUMBO_TAG_TABLE:
	case GUMBO_TAG_UL:
	case GUMBO_TAG_OL:
	case GUMBO_TAG_PRE:
	case GUMBO_TAG_BLOCKQUOTE:
	case GUMBO_TAG_H1:
	case GUMBO_TAG_H2:
	case GUMBO_TAG_HR:
		return true;
	default:
		break;
	}
	kids = &node->v.element.children;
	for (unsigned int i = 0; i < kids->length; i++)
		if (holds_blocks(kids->data[i], depth + 1, budget))
			return true;
	return false;
}

static void
add_row(struct grid *g, const GumboNode *tr, int *budget)
{
	const GumboVector *kids = &tr->v.element.children;
	GArray *row = g_array_new(FALSE, TRUE, sizeof(struct cell));
	int columns = 0;

	for (unsigned int i = 0; i < kids->length && columns < COLUMNS_MAX;
	     i++) {
		const GumboNode *n = kids->data[i];
		const char *align;
		struct cell cell = { .node = n };

		if (!is_cell(n) || html_hidden(n))
			continue;
		align = html_attribute(n, "align");
		cell.span = CLAMP(html_number(n, "colspan", 1), 1,
				  COLUMNS_MAX - columns);
		cell.head = html_is(n, GUMBO_TAG_TH);
		cell.right = align && strcmp(align, "right") == 0;
		g->heads |= cell.head;
		if (!g->nested)
			g->nested = holds_blocks(n, 0, budget);
		columns += cell.span;
		g_array_append_val(row, cell);
	}
	g->columns = MAX(g->columns, columns);
	if (row->len)
		g_ptr_array_add(g->rows, row);
	else
		g_array_unref(row);
}

static void
add_rows(struct grid *g, const GumboNode *node, int depth, int *budget)
{
	const GumboVector *kids = &node->v.element.children;

	for (unsigned int i = 0; i < kids->length; i++) {
		const GumboNode *n = kids->data[i];

		if (n->type != GUMBO_NODE_ELEMENT || html_hidden(n))
			continue;
		if (html_is(n, GUMBO_TAG_TR) && g->rows->len < ROWS_MAX)
			add_row(g, n, budget);
		else if (html_is(n, GUMBO_TAG_TR))
			g->nested = true;
		else if (depth < 2 && (html_is(n, GUMBO_TAG_TBODY) ||
				       html_is(n, GUMBO_TAG_THEAD) ||
				       html_is(n, GUMBO_TAG_TFOOT)))
			add_rows(g, n, depth + 1, budget);
	}
}

struct grid *
grid_new(const GumboNode *table)
{
	struct grid *g = g_new0(struct grid, 1);
	int budget = LOOK_MAX;

	g->rows = g_ptr_array_new_with_free_func(cells_free);
	g->bordered = html_number(table, "border", 0) > 0;
	add_rows(g, table, 0, &budget);
	return g;
}

void
grid_free(struct grid *g)
{
	g_ptr_array_unref(g->rows);
	g_free(g);
}
