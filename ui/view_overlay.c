/*
 * view_overlay.c - help and attachments, laid over the rest
 */
#include "ui/view.h"

#include <stdio.h>
#include <string.h>

#include "control/overlay.h"
#include "ui/scroll.h"

static void
draw_title(const struct canvas *c, const struct app *app)
{
	const struct app_overlay *o = &app->overlay;
	char buf[16];
	const char *where = scroll_word(o->top, overlay_rows(app),
					o->rows->len, buf, sizeof(buf));
	char *filter = *o->filter
		? g_strdup_printf(" %s %s_", canvas_glyph(c, GLYPH_DOT),
				  o->filter)
		: o->where == WHERE_HELP
			? g_strdup("  type a word to narrow it down")
			: g_strdup("");
	int used;

	canvas_clear(c, 0, 0);
	used = canvas_put(c, 0, 1, c->columns - 8, LOOK_OVERLAY_TITLE,
			  o->title);
	canvas_put(c, 0, 1 + used, c->columns - used - 8,
		   *o->filter ? LOOK_PROMPT : LOOK_OVERLAY_DIM, filter);
	canvas_right(c, 0, c->columns - 6, 5, LOOK_OVERLAY_DIM, where);
	g_free(filter);
}

/* Returns the lines it takes. */
static int
draw_row(const struct canvas *c, int at, const struct overlay_plan *p,
	 const struct overlay_row *row, bool cursor)
{
	int height = overlay_height(p, row), head;

	for (int i = at; i < at + height && i < c->rows; i++)
		canvas_clear(c, i, 0);
	canvas_put(c, at, 0, 1, cursor ? LOOK_MARK : LOOK_TEXT,
		   cursor ? canvas_glyph(c, GLYPH_MARK) : " ");
	if (cursor)
		canvas_field(c, at, p->left, p->left_width, LOOK_MARK, "");
	head = canvas_wrap(c, at, p->left, p->left_width,
			   cursor ? LOOK_MARK : LOOK_OVERLAY_KEY, row->left);
	head = MAX(head, canvas_wrap(c, at, p->right, p->right_width,
				     LOOK_TEXT, row->right));
	canvas_wrap(c, p->below ? at + head : at, p->help, p->help_width,
		    LOOK_OVERLAY_DIM, row->help);
	return height;
}

void
view_overlay_draw(const struct canvas *c, const struct app *app)
{
	const struct app_overlay *o = &app->overlay;
	struct overlay_plan plan;
	int at = 1;

	overlay_plan(app, &plan);
	draw_title(c, app);
	for (size_t i = o->top; i < o->rows->len && at < c->rows; i++)
		at += draw_row(c, at, &plan, o->rows->pdata[i],
			       i == o->cursor);
	canvas_clear_below(c, at);
	if (o->rows->len == 0)
		canvas_wrap(c, 2, 2, c->columns - 3, LOOK_EMPTY,
			    *o->filter ? "Nothing has these words · Backspace "
					 "takes one away · Esc goes back"
				       : "There is nothing here · Esc goes "
					 "back");
}
