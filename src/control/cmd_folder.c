/*
 * cmd_folder.c - opening and leaving folders and messages, and their order
 */
#include "control/cmd.h"

#include <string.h>

#include "control/app.h"
#include "control/ask.h"
#include "control/compose.h"
#include "control/folders.h"
#include "control/index.h"
#include "control/notice.h"
#include "control/overlay.h"
#include "control/pager.h"
#include "control/parts.h"
#include "control/changes.h"

static void
set_focus(struct app *app, enum where focus)
{
	app->focus = focus;
	app->dirty |= DIRTY_ALL & ~DIRTY_OVERLAY;
}

/* ---- open and back ----------------------------------------------------- */

static enum st
change_to(struct app *app, int account, const char *name, struct err *e)
{
	enum st st = index_open(app, account, name, e);

	if (st != ST_OK)
		return st;
	pager_close(app);
	folders_move_to_open(app);
	set_focus(app, WHERE_INDEX);
	return ST_OK;
}

static enum st
open_folder_row(struct app *app, struct err *e)
{
	GPtrArray *rows = app_folder_rows(app);
	const struct folder_row *row;
	char *name;
	enum st st;

	if (app->folder_cursor >= rows->len)
		return err_set(e, ST_GONE, "There is no folder here yet.");
	row = rows->pdata[app->folder_cursor];
	if (row->folder && row->folder->attr & FOLDER_NOSELECT)
		return err_set(e, ST_GONE, "“%s” holds folders, no mail.",
			       row->folder->name);
	name = g_strdup(row->folder ? row->folder->name : "INBOX");
	st = change_to(app, row->account, name, e);
	g_free(name);
	return st;
}

static enum st
open_message(struct app *app, struct err *e)
{
	if (!app->index.cursor_id)
		return err_set(e, ST_GONE, "There is no message here.");
	pager_open(app, app->index.account, app->index.cursor_id);
	return ST_OK;
}

/* What help offers: run it where the help was asked for. */
static enum st
run_help_row(struct app *app, struct err *e)
{
	const struct overlay_row *row = overlay_current(app);
	char *line;
	enum st st;

	if (!row)
		return ST_OK;
	if (!row->command)
		return err_set(e, ST_USAGE, "It is written “%s”.", row->right);
	line = g_strdup(row->command);
	overlay_close(app);
	st = app_run(app, line, e);
	g_free(line);
	return st;
}

enum st
cmd_open(struct app *app, int n, char **words, struct err *e)
{
	switch (app_where(app)) {
	case WHERE_FOLDERS:
		return open_folder_row(app, e);
	case WHERE_INDEX:
		return open_message(app, e);
	case WHERE_HELP:
		return run_help_row(app, e);
	case WHERE_PARTS:
		return parts_open_current(app, e);
	case WHERE_QUEUE:
		return queue_open_row(app, e);
	case WHERE_COMPOSE:
		return compose_edit(app, e);
	default:
		return ST_OK;
	}
}

enum st
cmd_back(struct app *app, int n, char **words, struct err *e)
{
	if (app->overlay.where) {
		overlay_close(app);
	} else {
		/* Below the index it may stay. */
		if (app->focus == WHERE_PAGER && !app->geometry.split)
			pager_close(app);
		set_focus(app, WHERE_INDEX);
	}
	return ST_OK;
}

/* ---- folders ----------------------------------------------------------- */

static void
folder_answered(struct app *app, const char *text, void *ctx)
{
	struct err e;
	const char *name;
	int account;

	if (!text || !*text)
		return;
	name = folders_resolve(app, text, &account);
	if (change_to(app, account, name, &e) != ST_OK)
		notice_fail(app, "%s", e.text);
}

enum st
cmd_folder(struct app *app, int n, char **words, struct err *e)
{
	const char *name;
	int account;

	if (n == 1) {
		ask_post(app, ASK_LINE, COMPLETE_FOLDER, "Folder: ", NULL,
			 folder_answered, NULL, NULL);
		return ST_OK;
	}
	name = folders_resolve(app, words[1], &account);
	return change_to(app, account, name, e);
}

enum st
cmd_folders(struct app *app, int n, char **words, struct err *e)
{
	if (app->focus == WHERE_PAGER)
		pager_close(app);
	folders_move_to_open(app);
	set_focus(app, WHERE_FOLDERS);
	return ST_OK;
}

enum st
cmd_pane(struct app *app, int n, char **words, struct err *e)
{
	if (!app->geometry.pane_fits)
		return err_set(e, ST_USAGE, "The folder pane needs a wider "
			       "screen; “folders” shows them alone.");
	app->folders_wanted = !app->folders_wanted;
	app->dirty |= DIRTY_ALL;
	return ST_OK;
}

/* ---- order ------------------------------------------------------------- */

static enum st
sort_by(struct app *app, const char *word, struct err *e)
{
	struct list_order order = app->index.order;
	enum st st;

	if (!sort_parse(word, &order.sort))
		return err_set(e, ST_USAGE,
			       "“%s” is nothing to sort by: arrival, date, "
			       "from, subject or size.", word);
	st = index_set_order(app, &order, e);
	if (st == ST_OK)
		notice_tell(app, "Sorted by %s.", sort_name(order.sort));
	return st;
}

static void
sort_answered(struct app *app, const char *text, void *ctx)
{
	struct err e;

	if (text && *text && sort_by(app, text, &e) != ST_OK)
		notice_fail(app, "%s", e.text);
}

enum st
cmd_sort(struct app *app, int n, char **words, struct err *e)
{
	if (n > 1)
		return sort_by(app, words[1], e);
	ask_post(app, ASK_LINE, COMPLETE_SORT,
		 "Sort by (arrival, date, from, subject, size): ", NULL,
		 sort_answered, NULL, NULL);
	return ST_OK;
}

enum st
cmd_reverse(struct app *app, int n, char **words, struct err *e)
{
	struct list_order order = app->index.order;

	order.reverse = !order.reverse;
	return index_set_order(app, &order, e);
}

enum st
cmd_threads(struct app *app, int n, char **words, struct err *e)
{
	struct list_order order = app->index.order;
	enum st st;

	order.threaded = !order.threaded;
	st = index_set_order(app, &order, e);
	if (st == ST_OK)
		notice_tell(app, order.threaded ? "Threads." : "No threads.");
	return st;
}
