/*
 * html_table.c - tables of data in columns, tables of layout as text
 *
 * A table is data when it has at least two rows and two columns, all its
 * cells are short, and no cell holds another table.  Everything else is a
 * way of placing things on a page, and reads best one below the other.
 */
#include "mime/html.h"

#include <string.h>

#include "base/text.h"

#define CELL_MAX 40		/* columns of a cell of data */
#define ROWS_MAX 500
#define COLUMNS_MAX 12

/* Rows of a table, at any depth of thead, tbody and tfoot. */
static void
collect_rows(const GumboNode *node, GPtrArray *rows)
{
	const GumboVector *v = &node->v.element.children;

	for (unsigned i = 0; i < v->length; i++) {
		GumboNode *child = v->data[i];

		if (child->type != GUMBO_NODE_ELEMENT)
			continue;
		if (child->v.element.tag == GUMBO_TAG_TR)
			g_ptr_array_add(rows, child);
		else if (child->v.element.tag == GUMBO_TAG_TBODY ||
			 child->v.element.tag == GUMBO_TAG_THEAD ||
			 child->v.element.tag == GUMBO_TAG_TFOOT)
			collect_rows(child, rows);
	}
}

static bool
is_cell(const GumboNode *node)
{
	return node->type == GUMBO_NODE_ELEMENT &&
	       (node->v.element.tag == GUMBO_TAG_TD ||
		node->v.element.tag == GUMBO_TAG_TH);
}

/* A cell's words on one line; NULL when it takes more than that. */
static char *
cell_text(struct html *h, const GumboNode *cell)
{
	struct html inner = { .out = g_ptr_array_new_with_free_func(para_free),
			      .links = h->links, .blank = true,
			      .line = g_string_new(NULL),
			      .depth = h->depth + 1 };
	char *text = NULL;

	html_children(&inner, cell);
	html_flush(&inner);
	if (inner.out->len == 0) {
		text = g_strdup("");
	} else if (inner.out->len == 1) {
		const struct para *p = inner.out->pdata[0];

		text = g_strdup(p->text);
	}
	g_ptr_array_unref(inner.out);
	g_string_free(inner.line, TRUE);
	if (text && text_width(text) > CELL_MAX)
		g_clear_pointer(&text, g_free);
	return text;
}

/* All cells as short lines, a NULL-terminated vector a row; NULL: no data. */
static GPtrArray *
read_cells(struct html *h, const GPtrArray *rows, int *width, guint *columns)
{
	GPtrArray *table = g_ptr_array_new_with_free_func(
		(GDestroyNotify)g_strfreev);

	*columns = 0;
	for (guint i = 0; i < rows->len; i++) {
		const GumboNode *row = rows->pdata[i];
		const GumboVector *v = &row->v.element.children;
		GPtrArray *cells = g_ptr_array_new();
		bool good = true;

		for (unsigned j = 0; good && j < v->length; j++) {
			char *text;

			if (!is_cell(v->data[j]))
				continue;
			text = cells->len < COLUMNS_MAX
				? cell_text(h, v->data[j]) : NULL;
			good = text != NULL;
			if (!good)
				break;
			width[cells->len] = MAX(width[cells->len],
						text_width(text));
			g_ptr_array_add(cells, text);
		}
		*columns = MAX(*columns, cells->len);
		g_ptr_array_add(cells, NULL);
		g_ptr_array_add(table, g_ptr_array_free(cells, FALSE));
		if (!good) {
			g_ptr_array_unref(table);
			return NULL;
		}
	}
	return table;
}

static void
print_row(struct html *h, char **cells, const int *width)
{
	GString *s = g_string_new(NULL);
	struct para *p;

	for (int i = 0; cells[i]; i++) {
		int pad = width[i] - text_width(cells[i]);

		g_string_append(s, cells[i]);
		for (; cells[i + 1] && pad > -2; pad--)
			g_string_append_c(s, ' ');
	}
	if (s->len > 0) {
		p = para_new(h->out, LINE_TEXT, h->quote, s->str);
		p->pre = true;
		h->blank = false;
	}
	g_string_free(s, TRUE);
}

static bool
has_table(const GumboNode *node, int depth)
{
	const GumboVector *v = &node->v.element.children;

	if (node->type != GUMBO_NODE_ELEMENT || depth > 100)
		return false;
	for (unsigned i = 0; i < v->length; i++) {
		const GumboNode *child = v->data[i];

		if (child->type != GUMBO_NODE_ELEMENT)
			continue;
		if (child->v.element.tag == GUMBO_TAG_TABLE ||
		    has_table(child, depth + 1))
			return true;
	}
	return false;
}

/* Forget the links that reading the cells has found. */
static void
drop_links(struct html *h, guint keep)
{
	g_ptr_array_set_size(h->links, (gint)keep - 1);
	g_ptr_array_add(h->links, NULL);
}

static bool
print_data(struct html *h, const GPtrArray *rows)
{
	int width[COLUMNS_MAX] = { 0 };
	guint columns, links = h->links->len;
	GPtrArray *table = read_cells(h, rows, width, &columns);

	if (!table || columns < 2) {
		drop_links(h, links);
		if (table)
			g_ptr_array_unref(table);
		return false;
	}
	html_gap(h);
	for (guint i = 0; i < table->len; i++)
		print_row(h, table->pdata[i], width);
	html_gap(h);
	g_ptr_array_unref(table);
	return true;
}

/* Cells one below the other; short ones of a row side by side. */
static void
print_layout(struct html *h, const GPtrArray *rows)
{
	for (guint i = 0; i < rows->len; i++) {
		const GumboNode *row = rows->pdata[i];
		const GumboVector *v = &row->v.element.children;

		for (unsigned j = 0; j < v->length; j++) {
			html_node(h, v->data[j]);
			if (is_cell(v->data[j]))
				html_text(h, "  ");
		}
		html_flush(h);
	}
}

void
html_table(struct html *h, const GumboNode *table)
{
	GPtrArray *rows = g_ptr_array_new();

	collect_rows(table, rows);
	h->depth++;
	if (rows->len < 2 || rows->len > ROWS_MAX || has_table(table, 0) ||
	    !print_data(h, rows))
		print_layout(h, rows);
	h->depth--;
	g_ptr_array_unref(rows);
}
