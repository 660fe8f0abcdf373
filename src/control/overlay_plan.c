/*
 * overlay_plan.c - how much room the rows of an overlay take
 *
 * What is too long for its column goes on in the line below, so that nothing
 * is cut; a row is as high as the longest of its texts.
 */
#include "control/overlay.h"

#include "base/text.h"

#define LEFT_WIDE 16
#define LEFT_NARROW 12
#define LEFT_NUMBER 4
#define RIGHT_WIDE 22
#define NAME_WIDE 34
#define STATE_WIDE 8
#define STATE_ENDS 18		/* the state behind a long text */
#define RECALL_WIDE 6		/* "open", "editor", "draft" */
#define ACCOUNT_WIDE 14		/* the account behind a letter's title */
#define BESIDE 60		/* columns from which help stands beside */

static bool
is_recall(const struct app *app)
{
	return app->overlay.where == WHERE_QUEUE &&
	       app->overlay.list == OVERLAY_RECALL;
}

static int
left_width(const struct app *app, int columns)
{
	if (is_recall(app))
		return RECALL_WIDE;
	if (app->overlay.where == WHERE_PARTS)
		return LEFT_NUMBER;
	return columns >= 72 ? LEFT_WIDE : LEFT_NARROW;
}

static int
right_width(const struct app *app, int room)
{
	if (app->overlay.where == WHERE_PARTS)
		return NAME_WIDE;
	if (app->overlay.where != WHERE_QUEUE)
		return RIGHT_WIDE;
	switch (app->overlay.list) {
	case OVERLAY_SAID:
		return STATE_WIDE;
	case OVERLAY_RECALL:
		return MAX(room - ACCOUNT_WIDE, RIGHT_WIDE);
	case OVERLAY_UNDO:
	case OVERLAY_LOG:
		return MAX(room - STATE_ENDS, RIGHT_WIDE);
	default:
		return RIGHT_WIDE;
	}
}

void
overlay_plan(const struct app *app, struct overlay_plan *p)
{
	int columns = app->geometry.overlay_columns;

	p->left = 1;
	p->left_width = left_width(app, columns);
	p->right = p->left_width + 2;
	p->below = columns < BESIDE;
	if (p->below) {
		p->right_width = MAX(columns - p->right, 1);
		p->help = 3;
	} else {
		p->right_width = right_width(app, columns - p->right);
		p->help = p->right + p->right_width + 1;
	}
	p->help_width = MAX(columns - p->help, 1);
}

static int
lines_of(const char *text, int width)
{
	size_t next;
	int n = 0;

	for (; text && *text; text += next, n++)
		text_break(text, width, &next);
	return n;
}

int
overlay_height(const struct overlay_plan *p, const struct overlay_row *row)
{
	int head = MAX(lines_of(row->left, p->left_width),
		       lines_of(row->right, p->right_width));
	int help = lines_of(row->help, p->help_width);

	return MAX(p->below ? head + help : MAX(head, help), 1);
}

int
overlay_lines(const struct app *app, size_t from, size_t to, int most)
{
	const struct app_overlay *o = &app->overlay;
	struct overlay_plan p;
	int n = 0;

	overlay_plan(app, &p);
	for (; from < to && from < o->rows->len && n <= most; from++)
		n += overlay_height(&p, o->rows->pdata[from]);
	return n;
}

size_t
overlay_rows(const struct app *app)
{
	const struct app_overlay *o = &app->overlay;
	int room = app->geometry.overlay_rows, n = 0;
	struct overlay_plan p;
	size_t row = o->top;

	overlay_plan(app, &p);
	while (row < o->rows->len &&
	       (n += overlay_height(&p, o->rows->pdata[row])) <= room)
		row++;
	return MAX(row - o->top, 1);
}

size_t
overlay_rows_above(const struct app *app)
{
	const struct app_overlay *o = &app->overlay;
	int room = app->geometry.overlay_rows;
	size_t row = o->top;

	while (row > 0 && overlay_lines(app, row - 1, o->top, room) <= room)
		row--;
	return MAX(o->top - row, 1);
}

void
overlay_keep_in_view(struct app *app)
{
	struct app_overlay *o = &app->overlay;
	int room = MAX(app->geometry.overlay_rows, 1);
	size_t count = o->rows ? o->rows->len : 0, top;

	o->cursor = count ? MIN(o->cursor, count - 1) : 0;
	if (o->cursor < o->top)
		o->top = o->cursor;
	/* From the cursor up: the list may be long. */
	top = o->cursor;
	while (top > o->top &&
	       overlay_lines(app, top - 1, o->cursor + 1, room) <= room)
		top--;
	o->top = top;
	/* No empty lines at the end while there is something above. */
	while (o->top > 0 &&
	       overlay_lines(app, o->top - 1, count, room) <= room)
		o->top--;
}
