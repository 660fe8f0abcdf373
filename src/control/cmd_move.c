/*
 * cmd_move.c - moving about, the same in every place
 *
 * Each place with a cursor is a view of rows: what differs is only where
 * the numbers are kept and which function moves them.
 */
#include "control/cmd.h"

#include "control/app.h"
#include "control/compose.h"
#include "control/folders.h"
#include "control/index.h"
#include "control/notice.h"
#include "control/overlay.h"
#include "control/pager.h"

struct view {
	size_t at;		/* the cursor's row; the pager: the top line */
	size_t *top;
	size_t count, rows;
	size_t above;		/* rows of the page before, 0: as many */
	void (*move)(struct app *app, size_t row);
};

static struct view
rows_of(struct app *app)
{
	struct app_pager *p = &app->pager;

	switch (app_where(app)) {
	case WHERE_FOLDERS:
		return (struct view){ app->folder_cursor, &app->folder_top,
				      app_folder_rows(app)->len,
				      folders_rows(app), 0,
				      folders_move };
	case WHERE_INDEX:
		return (struct view){ app->index.cursor, &app->index.top,
				      app->index.count, index_rows(app), 0,
				      index_move };
	case WHERE_PAGER:
		return (struct view){ p->top, NULL,
				      p->lines ? p->lines->len : 0,
				      pager_rows(app), 0, pager_scroll };
	case WHERE_COMPOSE:
		return (struct view){ app->compose.top, NULL,
				      app->compose.lines->len,
				      compose_text_rows(app), 0,
				      compose_scroll };
	default:
		return (struct view){ app->overlay.cursor, &app->overlay.top,
				      app->overlay.rows->len,
				      overlay_rows(app),
				      overlay_rows_above(app), overlay_move };
	}
}

static struct view
view_of(struct app *app)
{
	struct view v = rows_of(app);

	if (v.above == 0)
		v.above = v.rows;
	return v;
}

static size_t
shifted(size_t at, int64_t by, size_t max)
{
	if (by < 0)
		return at > (size_t)-by ? at - (size_t)-by : 0;
	return MIN(at + (size_t)by, max);
}

/* Move the cursor by rows. */
static void
step(struct app *app, int64_t by)
{
	struct view v = view_of(app);

	if (v.count)
		v.move(app, shifted(v.at, by, v.count - 1));
}

/* Move cursor and view by rows, so that a page is a page. */
static void
page(struct app *app, int64_t by)
{
	struct view v = view_of(app);

	if (!v.count)
		return;
	if (v.top)
		*v.top = shifted(*v.top, by,
				 v.count > v.rows ? v.count - v.rows : 0);
	v.move(app, shifted(v.at, by, v.count - 1));
}

/* In the pager: another message of the index. */
static void
step_message(struct app *app, int64_t by)
{
	struct app_index *x = &app->index;
	size_t row;

	if (!x->count || x->account != app->pager.account)
		return;
	row = shifted(x->cursor, by, x->count - 1);
	if (row == x->cursor) {
		notice_tell(app, by > 0 ? "This is the last message."
					: "This is the first message.");
		return;
	}
	index_move(app, row);
	pager_open(app, x->account, x->cursor_id);
}

/* The optional COUNT; ST_USAGE when it is no number. */
static enum st
move_count(struct app *app, int n, char **words, int direction, struct err *e)
{
	gint64 count = 1;
	char *end = NULL;

	if (n > 1) {
		count = g_ascii_strtoll(words[1], &end, 10);
		if (*end || count < 1 || count > G_MAXINT32)
			return err_set(e, ST_USAGE,
				       "“%s” is no number of lines.",
				       words[1]);
	}
	if (app_where(app) == WHERE_PAGER)
		step_message(app, direction * count);
	else if (app_where(app) == WHERE_COMPOSE)
		compose_step(app, direction * count);
	else
		step(app, direction * count);
	return ST_OK;
}

enum st
cmd_next(struct app *app, int n, char **words, struct err *e)
{
	return move_count(app, n, words, 1, e);
}

enum st
cmd_previous(struct app *app, int n, char **words, struct err *e)
{
	return move_count(app, n, words, -1, e);
}

enum st
cmd_line_down(struct app *app, int n, char **words, struct err *e)
{
	step(app, 1);
	return ST_OK;
}

enum st
cmd_line_up(struct app *app, int n, char **words, struct err *e)
{
	step(app, -1);
	return ST_OK;
}

enum st
cmd_page_down(struct app *app, int n, char **words, struct err *e)
{
	page(app, (int64_t)view_of(app).rows);
	return ST_OK;
}

enum st
cmd_page_up(struct app *app, int n, char **words, struct err *e)
{
	page(app, -(int64_t)view_of(app).above);
	return ST_OK;
}

enum st
cmd_half_down(struct app *app, int n, char **words, struct err *e)
{
	page(app, (int64_t)MAX(view_of(app).rows / 2, 1));
	return ST_OK;
}

enum st
cmd_half_up(struct app *app, int n, char **words, struct err *e)
{
	page(app, -(int64_t)MAX(view_of(app).above / 2, 1));
	return ST_OK;
}

enum st
cmd_first(struct app *app, int n, char **words, struct err *e)
{
	step(app, -(int64_t)view_of(app).count);
	return ST_OK;
}

enum st
cmd_last(struct app *app, int n, char **words, struct err *e)
{
	step(app, (int64_t)view_of(app).count);
	return ST_OK;
}

enum st
cmd_jump(struct app *app, int n, char **words, struct err *e)
{
	char *end;
	guint64 row = g_ascii_strtoull(words[1], &end, 10);

	if (*end || !g_ascii_isdigit(*words[1]))
		return err_set(e, ST_USAGE, "“%s” is no number.", words[1]);
	if (row < 1 || row > app->index.count)
		return err_set(e, ST_USAGE,
			       "There is no message %s: the last one is %zu.",
			       words[1], app->index.count);
	index_move(app, (size_t)row - 1);
	return ST_OK;
}
