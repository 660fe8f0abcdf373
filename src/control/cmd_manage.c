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

/* A folder that a command is about, also after a question: the cursor may be
 * on another one then. */
struct place {
	int account;
	int64_t id;
	char *name;
};

static void
place_free(gpointer ctx)
{
	struct place *p = ctx;

	g_free(p->name);
	g_free(p);
}

/* The row under the pane's cursor; NULL: there are none. */
static const struct folder_row *
current_row(struct app *app)
{
	GPtrArray *rows = app_folder_rows(app);

	return app->folder_cursor < rows->len ?
		rows->pdata[app->folder_cursor] : NULL;
}

/* The folder under the pane's cursor; NULL: that is on an account. */
static const struct folder *
current(struct app *app, int *account, struct err *e)
{
	const struct folder_row *row = current_row(app);

	if (row && row->folder) {
		*account = row->account;
		return row->folder;
	}
	err_set(e, ST_GONE, "There is no folder here.");
	return NULL;
}

/* The same, kept; INBOX is refused with the sentence. */
static struct place *
place_new(struct app *app, const char *inbox, struct err *e)
{
	struct place *p;
	int account;
	const struct folder *f = current(app, &account, e);

	if (!f)
		return NULL;
	if (f->role == ROLE_INBOX) {
		err_set(e, ST_REFUSED, "%s", inbox);
		return NULL;
	}
	p = g_new0(struct place, 1);
	p->account = account;
	p->id = f->id;
	p->name = g_strdup(f->name);
	return p;
}

/* A decision about folders: recorded, committed, told.  later: what is said
 * when it is the server's to do, before which nothing changes here. */
static enum st
decide(struct app *app, int account, const char *what, const char *later,
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
	changes_failed(app, account, st);
	if (st != ST_OK)
		return st;
	changes_settle(app, account);
	if (changes_local(app, account))
		notice_tell(app, "%s.", what);
	else
		notice_tell(app, "%s at the next Send/Receive.", later);
	return ST_OK;
}

/* ---- create ------------------------------------------------------------ */

/* The account that the pane's cursor is in, or else the index. */
static int
account_here(struct app *app)
{
	const struct folder_row *row = current_row(app);

	return app->focus == WHERE_FOLDERS && row ? row->account
						  : MAX(app->index.account, 0);
}

static enum st
create(struct app *app, int account, const char *name, struct err *e)
{
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

	if (text && *text &&
	    create(app, GPOINTER_TO_INT(ctx), text, &e) != ST_OK)
		notice_fail(app, "%s", e.text);
}

enum st
cmd_folder_create(struct app *app, int n, char **words, struct err *e)
{
	int account = account_here(app);

	if (n > 1)
		return create(app, account, words[1], e);
	ask_post(app, ASK_LINE, COMPLETE_NONE, "Name of the new folder: ",
		 NULL, create_answered, GINT_TO_POINTER(account), NULL);
	return ST_OK;
}

/* ---- rename ------------------------------------------------------------ */

static enum st
rename_it(struct app *app, const struct place *p, const char *name,
	  struct err *e)
{
	char *full = changes_folder_name(app, p->account, name);
	char *what = g_strdup_printf("Renamed %s to %s", p->name, full);
	char *later = g_strdup_printf("The folder %s becomes %s", p->name,
				      full);
	enum st st = decide(app, p->account, what, later, queue_rename, p->id,
			    full, e);

	g_free(what);
	g_free(later);
	g_free(full);
	return st;
}

static void
rename_answered(struct app *app, const char *text, void *ctx)
{
	struct err e;

	if (text && *text && rename_it(app, ctx, text, &e) != ST_OK)
		notice_fail(app, "%s", e.text);
}

enum st
cmd_folder_rename(struct app *app, int n, char **words, struct err *e)
{
	struct place *p = place_new(app, "INBOX keeps its name.", e);
	enum st st;

	if (!p)
		return ST_GONE;
	if (n > 1) {
		st = rename_it(app, p, words[1], e);
		place_free(p);
		return st;
	}
	ask_post(app, ASK_LINE, COMPLETE_NONE, "New name: ", p->name,
		 rename_answered, p, place_free);
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
	const struct place *p = ctx;
	struct err e = { "" };
	char *what, *later;

	if (!text || strcmp(text, "y") != 0)
		return;
	what = g_strdup_printf("Deleted the folder %s", p->name);
	later = g_strdup_printf("The folder %s stays listed, and is deleted",
				p->name);
	if (decide(app, p->account, what, later, delete_call, p->id, NULL,
		   &e) != ST_OK)
		notice_fail(app, "%s", e.text);
	g_free(what);
	g_free(later);
}

static char *
delete_prompt(const struct folder *f)
{
	if (f->total == 0)
		return g_strdup_printf("Delete the empty folder %s?",
				       f->name);
	return g_strdup_printf("Delete the folder %s with its %lld "
			       "message%s?", f->name, (long long)f->total,
			       f->total == 1 ? "" : "s");
}

enum st
cmd_folder_delete(struct app *app, int n, char **words, struct err *e)
{
	struct place *p = place_new(app, "INBOX cannot be deleted.", e);
	char *prompt;

	if (!p)
		return ST_GONE;
	prompt = delete_prompt(current_row(app)->folder);
	ask_post(app, ASK_YESNO, COMPLETE_NONE, prompt, NULL, delete_answered,
		 p, place_free);
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
	char *what, *later;
	enum st st;

	if (!f)
		return ST_GONE;
	if (changes_local(app, account))
		return err_set(e, ST_REFUSED, "This account's folders are "
			       "only here.");
	on = !(f->attr & FOLDER_SUBSCRIBED);
	what = g_strdup_printf("%s %s", on ? "Subscribed to"
					    : "Unsubscribed from", f->name);
	later = g_strdup_printf("The folder %s is %s", f->name,
				on ? "subscribed to" : "unsubscribed from");
	st = decide(app, account, what, later, subscribe_call, f->id,
		    on ? NULL : "off", e);
	g_free(what);
	g_free(later);
	return st;
}
