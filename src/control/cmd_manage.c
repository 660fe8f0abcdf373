/*
 * cmd_manage.c - folders made, renamed, deleted, subscribed
 */
#include "control/cmd.h"

#include <string.h>

#include "control/app.h"
#include "control/ask.h"
#include "control/changes.h"
#include "control/folders.h"
#include "control/notice.h"
#include "store/queue.h"

/* The folder under the pane's cursor; NULL: the cursor is on an account. */
static const struct folder *
current(struct app *app, int *account, struct err *e)
{
	GPtrArray *rows = app_folder_rows(app);
	const struct folder_row *row = app->folder_cursor < rows->len ?
		rows->pdata[app->folder_cursor] : NULL;

	if (row && row->folder) {
		*account = row->account;
		return row->folder;
	}
	err_set(e, ST_GONE, "There is no folder here.");
	return NULL;
}

/* A decision about folders: recorded, committed, told. */
static enum st
decide(struct app *app, int account, const char *what,
       enum st (*call)(struct store *s, int64_t id, const char *name,
		       struct err *e), int64_t id, const char *name,
       struct err *e)
{
	struct app_account *a = app->accounts->pdata[account];
	enum st st = store_begin(a->store, e);

	if (st == ST_OK)
		st = queue_action(a->store, what, e);
	if (st == ST_OK)
		st = call(a->store, id, name, e);
	if (st == ST_OK)
		st = store_commit(a->store, e);
	else
		store_rollback(a->store);
	if (st != ST_OK)
		return st;
	changes_settle(app, account);
	notice_tell(app, changes_local(app, account) ? "%s" :
		    "%s · reaches the server at the next Send/Receive", what);
	return ST_OK;
}

/* ---- create ------------------------------------------------------------ */

static int
account_here(const struct app *app)
{
	return MAX(app->index.account, 0);
}

static enum st
create(struct app *app, const char *name, struct err *e)
{
	int account = account_here(app);
	int64_t id;
	enum st st;

	if (!((struct app_account *)app->accounts->pdata[account])->store)
		return err_set(e, ST_GONE, "The local copy is not open.");
	st = changes_make_folder(app, account, name, &id, e);
	if (st != ST_OK)
		return st;
	changes_settle(app, account);
	notice_tell(app, "Made the folder %s.", name);
	return ST_OK;
}

static void
create_answered(struct app *app, const char *text, void *ctx)
{
	struct err e;

	if (text && *text && create(app, text, &e) != ST_OK)
		notice_fail(app, "%s", e.text);
}

enum st
cmd_folder_create(struct app *app, int n, char **words, struct err *e)
{
	if (n > 1)
		return create(app, words[1], e);
	ask_post(app, ASK_LINE, COMPLETE_NONE, "Name of the new folder: ",
		 NULL, create_answered, NULL, NULL);
	return ST_OK;
}

/* ---- rename ------------------------------------------------------------ */

static enum st
rename_it(struct app *app, const char *name, struct err *e)
{
	int account;
	const struct folder *f = current(app, &account, e);
	char *what, *full;
	enum st st;

	if (!f)
		return ST_GONE;
	if (f->role == ROLE_INBOX)
		return err_set(e, ST_REFUSED, "INBOX keeps its name.");
	full = changes_folder_name(app, account, name);
	what = g_strdup_printf("Renamed %s to %s", f->name, full);
	st = decide(app, account, what, queue_rename, f->id, full, e);
	g_free(what);
	g_free(full);
	return st;
}

static void
rename_answered(struct app *app, const char *text, void *ctx)
{
	struct err e;

	if (text && *text && rename_it(app, text, &e) != ST_OK)
		notice_fail(app, "%s", e.text);
}

enum st
cmd_folder_rename(struct app *app, int n, char **words, struct err *e)
{
	int account;
	const struct folder *f = current(app, &account, e);

	if (!f)
		return ST_GONE;
	if (n > 1)
		return rename_it(app, words[1], e);
	ask_post(app, ASK_LINE, COMPLETE_NONE, "New name: ", f->name,
		 rename_answered, NULL, NULL);
	return ST_OK;
}

/* ---- delete ------------------------------------------------------------ */

static enum st
delete_call(struct store *s, int64_t id, const char *name, struct err *e)
{
	return queue_delete(s, id, e);
}

static void
delete_answered(struct app *app, const char *text, void *ctx)
{
	int account;
	struct err e = { "" };
	const struct folder *f;
	char *what;

	if (!text || strcmp(text, "y") != 0)
		return;
	f = current(app, &account, &e);
	if (!f) {
		notice_fail(app, "%s", e.text);
		return;
	}
	what = g_strdup_printf("Deleted the folder %s", f->name);
	if (decide(app, account, what, delete_call, f->id, NULL, &e) != ST_OK)
		notice_fail(app, "%s", e.text);
	g_free(what);
}

enum st
cmd_folder_delete(struct app *app, int n, char **words, struct err *e)
{
	int account;
	const struct folder *f = current(app, &account, e);
	char *prompt;

	if (!f)
		return ST_GONE;
	if (f->role == ROLE_INBOX)
		return err_set(e, ST_REFUSED, "INBOX cannot be deleted.");
	prompt = g_strdup_printf("Delete the folder %s with its %lld "
				 "messages?", f->name, (long long)f->total);
	ask_post(app, ASK_YESNO, COMPLETE_NONE, prompt, NULL, delete_answered,
		 NULL, NULL);
	g_free(prompt);
	return ST_OK;
}

/* ---- subscribe --------------------------------------------------------- */

static enum st
subscribe_call(struct store *s, int64_t id, const char *name, struct err *e)
{
	return queue_subscribe(s, id, name == NULL, e);
}

enum st
cmd_subscribe(struct app *app, int n, char **words, struct err *e)
{
	int account;
	const struct folder *f = current(app, &account, e);
	bool on;
	char *what;
	enum st st;

	if (!f)
		return ST_GONE;
	if (changes_local(app, account))
		return err_set(e, ST_REFUSED, "This account's folders are "
			       "only here.");
	on = !(f->attr & FOLDER_SUBSCRIBED);
	what = g_strdup_printf("%s %s", on ? "Subscribed to"
					    : "Unsubscribed from", f->name);
	st = decide(app, account, what, subscribe_call, f->id,
		    on ? NULL : "off", e);
	g_free(what);
	return st;
}
