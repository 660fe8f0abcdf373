/*
 * cmd_queue.c - the lists of what waits, what can be undone, and what befell a
 * message
 */
#include "control/cmd.h"

#include <string.h>

#include "control/app.h"
#include "control/changes.h"
#include "control/compose.h"
#include "control/notice.h"
#include "control/outgoing.h"
#include "control/overlay.h"
#include "control/pager.h"
#include "store/queue.h"

enum st
cmd_queue(struct app *app, int n, char **words, struct err *e)
{
	overlay_lay(app, WHERE_QUEUE, OVERLAY_QUEUE,
		    "What waits for the server");
	return ST_OK;
}

enum st
cmd_undo_list(struct app *app, int n, char **words, struct err *e)
{
	overlay_lay(app, WHERE_QUEUE, OVERLAY_UNDO, "What can be undone");
	return ST_OK;
}

enum st
cmd_message_log(struct app *app, int n, char **words, struct err *e)
{
	if (!app->index.cursor_id && !app->pager.id)
		return err_set(e, ST_GONE, "There is no message here.");
	overlay_lay(app, WHERE_QUEUE, OVERLAY_LOG,
		    "What befell this message");
	return ST_OK;
}

enum st
cmd_notices(struct app *app, int n, char **words, struct err *e)
{
	overlay_lay(app, WHERE_QUEUE, OVERLAY_SAID, "What verso has said");
	return ST_OK;
}

/* The row of the queue with the cursor; NULL and *e: none. */
static const struct overlay_row *
queue_row(const struct app *app, const char *what, struct err *e)
{
	const struct overlay_row *row = overlay_current(app);

	if (row && app->overlay.list == OVERLAY_QUEUE && row->id)
		return row;
	err_set(e, ST_GONE, "There is nothing here to %s.", what);
	return NULL;
}

static enum st
on_change(struct app *app, const struct overlay_row *row,
	  enum st (*call)(struct store *s, int64_t seq, struct err *e),
	  struct err *e)
{
	struct app_account *a = app->accounts->pdata[row->account];
	enum st st = call(a->store, row->id, e);

	if (st != ST_OK)
		return st;
	changes_settle(app, row->account);
	overlay_refresh(app);
	return ST_OK;
}

enum st
cmd_retry(struct app *app, int n, char **words, struct err *e)
{
	const struct overlay_row *row = queue_row(app, "retry", e);
	bool letter = row && row->is_letter;
	enum st st = !row ? ST_GONE
		     : letter ? outgoing_retry(app, row, e)
			      : on_change(app, row, queue_retry, e);

	if (st == ST_OK)
		notice_tell(app, letter ? "The letter goes out now."
					: "It is tried again at the next "
					  "Send/Receive.");
	return st;
}

enum st
cmd_cancel(struct app *app, int n, char **words, struct err *e)
{
	const struct overlay_row *row = queue_row(app, "cancel", e);
	bool letter = row && row->is_letter;
	enum st st = !row ? ST_GONE
		     : letter ? outgoing_take_back(app, row, e)
			      : on_change(app, row, queue_cancel, e);

	if (st == ST_OK)
		notice_tell(app, letter ? "The letter is not sent; it is in "
					  "Drafts."
					: "Cancelled: it is as it was before.");
	return st;
}

/* Enter on a row: undo it, or go to its message. */
enum st
queue_open_row(struct app *app, struct err *e)
{
	const struct overlay_row *row = overlay_current(app);
	int account;
	int64_t id, message;
	enum overlay_list list = app->overlay.list;

	if (!row)
		return ST_OK;
	if (row->is_letter)
		return outgoing_open(app, row, e);
	if (list == OVERLAY_RECALL)
		return compose_recall_row(app, e);
	account = row->account;
	id = row->id;
	message = row->message;
	if (list == OVERLAY_UNDO) {
		char *what = NULL;
		struct app_account *a = app->accounts->pdata[account];
		enum st st = queue_undo(a->store, id, &what, e);

		if (st != ST_OK)
			return st;
		changes_settle(app, account);
		overlay_refresh(app);
		notice_tell(app, "Undone: %s", what);
		g_free(what);
		return ST_OK;
	}
	if (!message)
		return ST_OK;
	overlay_close(app);
	pager_open(app, account, message);
	return ST_OK;
}
