/*
 * app_index.c - opening folders, and a cursor bound to its message
 */
#include "control/index.h"

#include <string.h>

#include "base/near.h"
#include "control/tagged.h"

size_t
index_rows(const struct app *app)
{
	return (size_t)MAX(app->geometry.index_rows, 1);
}

void
index_keep_in_view(struct app *app)
{
	struct app_index *x = &app->index;
	size_t rows = index_rows(app);

	/* A step over an edge turns the page: most terminals cannot move a
	 * part of a line, and so would be sent all rows for each step. */
	if (x->cursor + 1 == x->top)
		x->top = x->top > rows ? x->top - rows : 0;
	else if (x->cursor == x->top + rows)
		x->top = x->cursor;
	else if (x->cursor < x->top)
		x->top = x->cursor;
	else if (x->cursor > x->top + rows)
		x->top = x->cursor - rows + 1;
	/* No empty lines at the end while there is something above. */
	if (x->top + rows > x->count)
		x->top = x->count > rows ? x->count - rows : 0;
}

static void
bind_cursor(struct app *app)
{
	struct app_index *x = &app->index;

	x->cursor_id = x->count ? list_id_at(x->list, x->cursor) : 0;
}

void
index_move(struct app *app, size_t row)
{
	struct app_index *x = &app->index;

	if (!x->list)
		return;
	x->cursor = x->count ? MIN(row, x->count - 1) : 0;
	bind_cursor(app);
	index_keep_in_view(app);
	app->dirty |= DIRTY_CURSOR;
}

bool
index_move_to_id(struct app *app, int64_t id)
{
	size_t row;

	if (!app->index.list)
		return false;
	row = list_position(app->index.list, id);
	if (row == SIZE_MAX)
		return false;
	index_move(app, row);
	return true;
}

void
index_close(struct app *app)
{
	struct app_index *x = &app->index;

	tagged_clear(app);
	list_close(x->list);
	folder_free(x->folder);
	x->list = NULL;
	x->folder = NULL;
	x->count = x->top = x->cursor = 0;
	x->cursor_id = 0;
	x->account = -1;
	app->dirty |= DIRTY_INDEX | DIRTY_FOLDERS | DIRTY_HINTS;
}

/* The sentence for a folder that is not there. */
static enum st
no_folder(const struct app_account *account, const char *name, struct err *e)
{
	GPtrArray *names = g_ptr_array_new();
	const char *near;

	for (guint i = 0; account->folders && i < account->folders->len; i++)
		g_ptr_array_add(names, ((struct folder *)
					account->folders->pdata[i])->name);
	g_ptr_array_add(names, NULL);
	near = near_name(name, (const char *const *)names->pdata);
	if (near)
		err_set(e, ST_GONE,
			"There is no folder “%s”; did you mean “%s”?", name,
			near);
	else
		err_set(e, ST_GONE, "There is no folder “%s” in %s.", name,
			account->account->name);
	g_ptr_array_free(names, TRUE);
	return ST_GONE;
}

static bool
newest_is_last(const struct list_order *order)
{
	return !order->reverse &&
	       (order->sort == SORT_DATE || order->sort == SORT_ARRIVAL);
}

/* The list is another one: count, cursor, view. */
static void
begin_at_newest(struct app *app)
{
	struct app_index *x = &app->index;

	x->count = list_count(x->list);
	x->top = 0;
	index_move(app, newest_is_last(&x->order) ? SIZE_MAX : 0);
}

enum st
index_open(struct app *app, int account, const char *name, struct err *e)
{
	struct app_account *a = app->accounts->pdata[account];
	struct app_index *x = &app->index;
	struct folder *folder = NULL;
	struct list *list = NULL;
	enum st st;

	if (!a->store)
		return err_set(e, ST_GONE, "The local copy of %s is not open.",
			       a->account->name);
	st = folder_by_name(a->store, name, &folder, e);
	if (st == ST_GONE)
		return no_folder(a, name, e);
	if (st == ST_OK)
		st = list_open(a->store, folder->id, &x->order, &list, e);
	if (st != ST_OK) {
		folder_free(folder);
		return st;
	}
	index_close(app);
	x->account = account;
	x->folder = folder;
	x->list = list;
	begin_at_newest(app);
	if (a->link)
		link_request(a->link, "watch", folder->name, NULL);
	app->dirty |= DIRTY_STATUS;
	return ST_OK;
}

/* The counts of the folder; false: it is gone, and so is the view of it. */
static bool
reread_folder(struct app *app)
{
	struct app_index *x = &app->index;
	struct app_account *a = app->accounts->pdata[x->account];
	struct folder *now = NULL;
	enum st st = folder_by_id(a->store, x->folder->id, &now, NULL);

	if (st == ST_GONE) {
		index_close(app);
		return false;
	}
	if (st == ST_OK) {
		folder_free(x->folder);
		x->folder = now;
	}
	return true;
}

void
index_refresh(struct app *app)
{
	struct app_index *x = &app->index;
	size_t rows = index_rows(app), row, offset;
	bool at_top, at_end;

	if (!x->list || !reread_folder(app))
		return;
	at_top = x->top == 0;
	at_end = x->count > rows && x->top + rows >= x->count;
	offset = x->cursor - x->top;
	if (list_refresh(x->list, NULL) != ST_OK)
		return;
	x->count = list_count(x->list);
	row = x->cursor_id ? list_position(x->list, x->cursor_id) : SIZE_MAX;
	if (row != SIZE_MAX)
		x->cursor = row;
	x->cursor = x->count ? MIN(x->cursor, x->count - 1) : 0;
	x->top = x->cursor > offset ? x->cursor - offset : 0;
	/* New mail at an end that is in view comes into view, as long as the
	 * cursor need not leave it. */
	if (at_top && x->cursor < rows)
		x->top = 0;
	else if (at_end && !at_top && x->count - x->cursor <= rows)
		x->top = x->count - rows;
	bind_cursor(app);
	index_keep_in_view(app);
	app->dirty |= DIRTY_INDEX;
}

enum st
index_reopen(struct app *app, struct store *store)
{
	struct app_index *x = &app->index;
	struct list *list = NULL;
	enum st st = x->list ? list_open(store, x->folder->id, &x->order,
					 &list, NULL) : ST_OK;

	if (st != ST_OK || !list)
		return st;
	list_close(x->list);
	x->list = list;
	app->dirty |= DIRTY_INDEX;
	return ST_OK;
}

enum st
index_set_order(struct app *app, const struct list_order *order, struct err *e)
{
	struct app_index *x = &app->index;
	struct app_account *a;
	struct list *list;
	int64_t id = x->cursor_id;
	enum st st;

	if (!x->list) {
		x->order = *order;
		return ST_OK;
	}
	a = app->accounts->pdata[x->account];
	st = list_open(a->store, x->folder->id, order, &list, e);
	if (st != ST_OK)
		return st;
	list_close(x->list);
	x->list = list;
	x->order = *order;
	begin_at_newest(app);
	if (id)
		index_move_to_id(app, id);
	app->dirty |= DIRTY_INDEX | DIRTY_STATUS;
	return ST_OK;
}
