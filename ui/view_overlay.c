/*
 * view_overlay.c - help and attachments, laid over the rest
 */
#include "ui/view.h"

#include <stdio.h>
#include <string.h>

#include "ui/scroll.h"

#define LEFT_WIDE 16
#define LEFT_NARROW 12
#define LEFT_NUMBER 4
#define RIGHT_WIDE 22
#define NAME_WIDE 34

static void
draw_title(const struct canvas *c, const struct app *app)
{
	const struct app_overlay *o = &app->overlay;
	char buf[16];
	const char *where = scroll_word(o->top, (size_t)MAX(c->rows - 1, 0),
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

/* Columns for a key, or for the number of a part. */
static int
left_width(const struct canvas *c, const struct app *app)
{
	if (app->overlay.where == WHERE_PARTS)
		return LEFT_NUMBER;
	return c->columns >= 72 ? LEFT_WIDE : LEFT_NARROW;
}

static void
draw_row(const struct canvas *c, int at, int left,
	 const struct overlay_row *row, bool cursor)
{
	int help = left + 3 + (left == LEFT_NUMBER ? NAME_WIDE : RIGHT_WIDE);

	canvas_clear(c, at, 0);
	canvas_put(c, at, 0, 1, cursor ? LOOK_MARK : LOOK_TEXT,
		   cursor ? canvas_glyph(c, GLYPH_MARK) : " ");
	canvas_field(c, at, 1, left, cursor ? LOOK_MARK : LOOK_OVERLAY_KEY,
		     row->left);
	if (c->columns < 60)
		help = c->columns;
	canvas_put(c, at, left + 2, help - left - 3, LOOK_TEXT, row->right);
	canvas_put(c, at, help, c->columns - help, LOOK_OVERLAY_DIM,
		   row->help);
}

void
view_overlay_draw(const struct canvas *c, const struct app *app)
{
	const struct app_overlay *o = &app->overlay;
	int at = 1;

	draw_title(c, app);
	for (size_t i = o->top; i < o->rows->len && at < c->rows; i++, at++)
		draw_row(c, at, left_width(c, app), o->rows->pdata[i],
			 i == o->cursor);
	canvas_clear_below(c, at);
	if (o->rows->len == 0)
		canvas_put(c, 2, 2, c->columns - 3, LOOK_EMPTY,
			   *o->filter
				   ? "Nothing has these words · Backspace "
				     "takes one away · Esc goes back"
				   : "There is nothing here · Esc goes back");
}
