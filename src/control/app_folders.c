/*
 * app_folders.c - the folder pane's rows and cursor
 */
#include "control/folders.h"

#include <string.h>

#include "control/overlay.h"
#include "store/outbox.h"
#include "store/queue.h"

/* How many decisions wait; the queue, if it is shown, follows. */
static void
count_decisions(struct app *app, struct app_account *a)
{
	struct queue_counts n;
	int64_t letters = 0, need = 0;

	if (queue_counts(a->store, &n, NULL) != ST_OK ||
	    outbox_counts(a->store, &letters, &need, NULL) != ST_OK)
		return;
	if (letters != a->letters || need != a->letters_need ||
	    n.decided != a->waiting || n.parked != a->parked ||
	    n.marked != a->marked) {
		app->dirty |= DIRTY_STATUS;
		if (app->overlay.where == WHERE_QUEUE)
			overlay_refresh(app);
	}
	a->letters = letters;
	a->letters_need = need;
	a->waiting = n.decided;
	a->parked = n.parked;
	a->marked = n.marked;
}

/* Does the pane show the same? */
static bool
look_the_same(const GPtrArray *old, const GPtrArray *new)
{
	if (!old || old->len != new->len)
		return false;
	for (guint i = 0; i < new->len; i++) {
		const struct folder *a = old->pdata[i], *b = new->pdata[i];

		if (a->id != b->id || a->unread != b->unread ||
		    a->delimiter != b->delimiter ||
		    strcmp(a->name, b->name) != 0)
			return false;
	}
	return true;
}

/* The account and the folder (0: the account's own line) of the pane's row;
 * false: there is none. */
static bool
row_at(struct app *app, size_t at, int *account, int64_t *folder)
{
	GPtrArray *rows = app_folder_rows(app);
	const struct folder_row *row = at < rows->len ? rows->pdata[at] : NULL;

	if (!row)
		return false;
	*account = row->account;
	*folder = row->folder ? row->folder->id : 0;
	return true;
}

/* Rows may have come or gone above the cursor's. */
static void
follow_row(struct app *app, int account, int64_t folder)
{
	size_t down = app->folder_cursor - app->folder_top;
	int64_t id;
	int of;

	for (size_t i = 0; row_at(app, i, &of, &id); i++)
		if (of == account && id == folder) {
			app->folder_cursor = i;
			app->folder_top = i > down ? i - down : 0;
		}
	folders_keep_in_view(app);
}

void
folders_read(struct app *app, int account)
{
	struct app_account *a = app->accounts->pdata[account];
	GPtrArray *folders = NULL;
	int64_t cursor_folder;
	int cursor_account;
	bool bound;

	a->folders_stale = false;
	if (!a->store || folders_all(a->store, &folders, NULL) != ST_OK)
		return;
	bound = row_at(app, app->folder_cursor, &cursor_account,
		       &cursor_folder);
	g_clear_pointer(&app->folder_rows, g_ptr_array_unref);
	if (!look_the_same(a->folders, folders))
		app->dirty |= DIRTY_FOLDERS;
	if (a->folders)
		g_ptr_array_unref(a->folders);
	a->folders = folders;
	if (bound)
		follow_row(app, cursor_account, cursor_folder);
	count_decisions(app, a);
}

static void
add_row(GPtrArray *rows, int account, const struct folder *folder)
{
	struct folder_row *row = g_new0(struct folder_row, 1);

	row->account = account;
	row->folder = folder;
	g_ptr_array_add(rows, row);
}

GPtrArray *
app_folder_rows(struct app *app)
{
	if (app->folder_rows)
		return app->folder_rows;
	app->folder_rows = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < app->accounts->len; i++) {
		struct app_account *a = app->accounts->pdata[i];

		add_row(app->folder_rows, (int)i, NULL);
		for (guint j = 0; a->folders && j < a->folders->len; j++)
			add_row(app->folder_rows, (int)i,
				a->folders->pdata[j]);
	}
	return app->folder_rows;
}

size_t
folders_rows(const struct app *app)
{
	return (size_t)MAX(app->geometry.folder_rows, 1);
}

void
folders_keep_in_view(struct app *app)
{
	size_t rows = folders_rows(app), count = app_folder_rows(app)->len;

	app->folder_cursor = count ? MIN(app->folder_cursor, count - 1) : 0;
	if (app->folder_cursor < app->folder_top)
		app->folder_top = app->folder_cursor;
	else if (app->folder_cursor >= app->folder_top + rows)
		app->folder_top = app->folder_cursor - rows + 1;
	if (app->folder_top + rows > count)
		app->folder_top = count > rows ? count - rows : 0;
}

void
folders_move(struct app *app, size_t row)
{
	app->folder_cursor = row;
	folders_keep_in_view(app);
	app->dirty |= DIRTY_FOLDERS;
}

void
folders_move_to_open(struct app *app)
{
	GPtrArray *rows = app_folder_rows(app);

	for (guint i = 0; i < rows->len; i++) {
		const struct folder_row *row = rows->pdata[i];

		if (row->account == app->index.account && row->folder &&
		    app->index.folder &&
		    row->folder->id == app->index.folder->id)
			folders_move(app, i);
	}
	folders_keep_in_view(app);
}

const char *
folders_resolve(const struct app *app, const char *text, int *account)
{
	*account = MAX(app->index.account, 0);
	for (guint i = 0; i < app->accounts->len; i++) {
		struct app_account *a = app->accounts->pdata[i];
		size_t n = strlen(a->account->name);

		if (strncmp(text, a->account->name, n) == 0 &&
		    text[n] == ':') {
			*account = (int)i;
			return text[n + 1] ? text + n + 1 : "INBOX";
		}
	}
	return text;
}
