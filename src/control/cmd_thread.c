/*
 * cmd_thread.c - moving by what messages are: unread, threads, parents
 */
#include "control/cmd.h"

#include "control/app.h"
#include "control/index.h"
#include "control/notice.h"
#include "control/pager.h"

/* Rows read at a time on the way to a thread's end. */
#define CHUNK 64

/* Put the cursor on a row; in the pager, show the message. */
static void
go(struct app *app, size_t row)
{
	index_move(app, row);
	if (app->focus == WHERE_PAGER)
		pager_open(app, app->index.account, app->index.cursor_id);
}

static enum st
go_unread(struct app *app, int direction)
{
	struct app_index *x = &app->index;
	size_t row = SIZE_MAX;

	if (x->list)
		row = list_find_unread(x->list, x->cursor, direction);
	if (row == SIZE_MAX)
		notice_tell(app, "There is no %sunread message here.",
			    x->folder && x->folder->unread ? "other " : "");
	else
		go(app, row);
	return ST_OK;
}

enum st
cmd_next_unread(struct app *app, int n, char **words, struct err *e)
{
	return go_unread(app, 1);
}

enum st
cmd_previous_unread(struct app *app, int n, char **words, struct err *e)
{
	return go_unread(app, -1);
}

/* The first root among count rows from a row on, or from its end backwards;
 * SIZE_MAX when there is none. */
static size_t
root_among(struct list *list, size_t from, size_t count, bool backwards)
{
	struct list_row rows[CHUNK] = { 0 };
	size_t n = MIN(count, CHUNK), found = SIZE_MAX;

	if (list_rows(list, from, rows, &n, NULL) != ST_OK)
		return SIZE_MAX;
	for (size_t i = 0; i < n; i++) {
		size_t k = backwards ? n - 1 - i : i;

		if (rows[k].depth == 0 && found == SIZE_MAX)
			found = from + k;
	}
	for (size_t i = 0; i < n; i++)
		list_row_clear(&rows[i]);
	return found;
}

enum st
cmd_next_thread(struct app *app, int n, char **words, struct err *e)
{
	struct app_index *x = &app->index;

	for (size_t at = x->cursor + 1; at < x->count; at += CHUNK) {
		size_t root = root_among(x->list, at, CHUNK, false);

		if (root != SIZE_MAX) {
			index_move(app, root);
			return ST_OK;
		}
	}
	notice_tell(app, "This is the last thread.");
	return ST_OK;
}

enum st
cmd_previous_thread(struct app *app, int n, char **words, struct err *e)
{
	struct app_index *x = &app->index;

	for (size_t end = x->cursor; end > 0;) {
		size_t from = end > CHUNK ? end - CHUNK : 0;
		size_t root = root_among(x->list, from, end - from, true);

		if (root != SIZE_MAX) {
			index_move(app, root);
			return ST_OK;
		}
		end = from;
	}
	notice_tell(app, "This is the first thread.");
	return ST_OK;
}

enum st
cmd_parent(struct app *app, int n, char **words, struct err *e)
{
	struct app_index *x = &app->index;
	struct app_account *a;
	struct message m = { 0 };
	size_t row = SIZE_MAX;
	enum st st;

	if (!x->cursor_id)
		return err_set(e, ST_GONE, "There is no message here.");
	a = app->accounts->pdata[x->account];
	st = message_by_id(a->store, x->cursor_id, &m, e);
	if (st == ST_OK && m.parent)
		row = list_position(x->list, m.parent);
	message_clear(&m);
	if (st != ST_OK)
		return st;
	if (row == SIZE_MAX)
		notice_tell(app, "What it answers is not in this folder.");
	else
		go(app, row);
	return ST_OK;
}
