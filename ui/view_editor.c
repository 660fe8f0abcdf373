/*
 * view_editor.c - a text that is being written
 */
#include "ui/view.h"

#include "base/text.h"
#include "control/edit.h"

/* Rows behind the end of the text stay empty; what is marked is shown over
 * what it is. */
static void
draw_row(const struct canvas *c, int at, const struct editor_row *row)
{
	enum look look = row->signature ? LOOK_SIGNATURE
					: view_quote_look(row->quote);
	int from = row->mark_from, width = row->mark_to - from;
	size_t skip, n;
	char *marked;

	canvas_field(c, at, 0, c->columns, look, row->text);
	if (width <= 0)
		return;
	skip = text_fit(row->text, from, NULL);
	n = text_fit(row->text + skip, width, NULL);
	marked = g_strndup(row->text + skip, n);
	canvas_field(c, at, from, width, LOOK_MATCH, marked);
	g_free(marked);
}

void
view_editor_draw(const struct canvas *c, const struct app *app, int *row,
		 int *column)
{
	const struct editor_view *v = editor_view(app->edit->editor);
	int at = 0;

	for (; at < (int)v->rows->len && at < c->rows; at++)
		draw_row(c, at, v->rows->pdata[at]);
	canvas_clear_below(c, at);
	*row = v->cursor_row;
	*column = v->cursor_column;
}
