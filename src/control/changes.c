/*
 * changes.c - decisions written into the queue, and the view that follows
 */
#include "control/changes.h"

#include "base/path.h"
#include "control/decide.h"
#include "control/folders.h"
#include "control/index.h"
#include "control/notice.h"
#include "control/pager.h"
#include "control/tagged.h"
#include "store/queue.h"

static struct app_account *
account_at(const struct app *app, int account)
{
	return app->accounts->pdata[account];
}

static struct decider
decider(const struct app *app, int account)
{
	const struct app_account *a = account_at(app, account);

	return (struct decider) { a->account, a->store, a->folders };
}

/* The account whose messages a command is about. */
static int
account_in_view(const struct app *app)
{
	return app->focus == WHERE_PAGER ? app->pager.account
					 : app->index.account;
}

bool
changes_local(const struct app *app, int account)
{
	struct decider d = decider(app, account);

	return decide_is_local(&d);
}

/* ---- what it is about -------------------------------------------------- */

/* The rows of the thread that a row stands in. */
static void
add_thread(struct app *app, GArray *ids)
{
	struct app_index *x = &app->index;
	size_t from = x->cursor, at;
	bool more = true;

	if (!x->order.threaded) {
		g_array_append_val(ids, x->cursor_id);
		return;
	}
	while (from > 0 && list_depth(x->list, from) > 0)
		from--;
	for (at = from; at < x->count && more; at++) {
		int64_t id = list_id_at(x->list, at);

		more = at == from || list_depth(x->list, at) > 0;
		if (more && id)
			g_array_append_val(ids, id);
	}
}

enum st
changes_targets(struct app *app, bool thread, struct targets *out,
		struct err *e)
{
	int64_t id = app->focus == WHERE_PAGER ? app->pager.id
					       : app->index.cursor_id;

	out->account = account_in_view(app);
	out->ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	if (app->tag_prefix) {
		out->account = app->index.account;
		tagged_ids(app, out->ids);
	} else if (id && thread && id == app->index.cursor_id) {
		add_thread(app, out->ids);
	} else if (id) {
		g_array_append_val(out->ids, id);
	}
	if (out->ids->len > 0)
		return ST_OK;
	targets_clear(out);
	return err_set(e, ST_GONE, "There is no message here.");
}

void
targets_clear(struct targets *t)
{
	g_clear_pointer(&t->ids, g_array_unref);
}

/* ---- the view follows -------------------------------------------------- */

/* The message in the pager may have gone: the next one takes its place. */
static void
follow_pager(struct app *app, int account)
{
	struct app_account *a = account_at(app, account);
	struct message m = { 0 };
	bool gone;

	if (!app->pager.id || app->pager.account != account)
		return;
	gone = message_by_id(a->store, app->pager.id, &m, NULL) != ST_OK ||
	       m.folder != app->pager.folder;
	message_clear(&m);
	if (!gone)
		return;
	if (app->focus == WHERE_PAGER && app->index.cursor_id) {
		pager_open(app, account, app->index.cursor_id);
		return;
	}
	pager_close(app);
	if (app->focus == WHERE_PAGER)
		app->focus = WHERE_INDEX;
	app->dirty |= DIRTY_ALL & ~DIRTY_OVERLAY;
}

void
changes_settle(struct app *app, int account)
{
	struct app_account *a = account_at(app, account);

	folders_read(app, account);
	if (app->index.account == account)
		index_refresh(app);
	tagged_prune(app);
	follow_pager(app, account);
	a->generation = store_generation(a->store);
	if (a->link && changes_local(app, account))
		link_request(a->link, "decisions", NULL);
	app->dirty |= DIRTY_INDEX | DIRTY_STATUS;
}

/* ---- deciding ---------------------------------------------------------- */

/* "Deleted 3 · u undoes · sent at the next Send/Receive": short enough for 80
 * columns with the name of a folder. */
static void
tell(struct app *app, int account, const char *what)
{
	const char *key = keys_of(app->keys, app->focus, "undo");

	if (changes_local(app, account))
		notice_tell(app, "%s · %s undoes", what, key ? key : ":undo");
	else
		notice_tell(app, "%s · %s undoes · sent at the next "
			    "Send/Receive", what, key ? key : ":undo");
}

/* "Marked 3 messages as deleted · u undoes · $ deletes them" */
static void
tell_mark(struct app *app, const char *what)
{
	const char *undo = keys_of(app->keys, app->focus, "undo");
	const char *sync = keys_of(app->keys, app->focus, "sync");

	notice_tell(app, "%s · %s undoes · %s deletes what is marked here",
		    what, undo ? undo : ":undo", sync ? sync : ":sync");
}

void
changes_failed(struct app *app, int account, enum st st)
{
	struct app_account *a = account_at(app, account);
	struct store *again = NULL;
	char *dir;

	if (st != ST_LOCAL)
		return;
	dir = path_account(a->account->name);
	if (store_open(dir, STORE_READER, &again, NULL) == ST_OK &&
	    (app->index.account != account ||
	     index_reopen(app, again) == ST_OK)) {
		store_close(a->store);
		a->store = again;
	} else {
		store_close(again);
	}
	g_free(dir);
}

/* What was decided, on the screen. */
static enum st
show(struct app *app, int account, enum st st, struct decided *done)
{
	changes_failed(app, account, st);
	if (st == ST_OK && done->changed) {
		changes_settle(app, account);
		tell(app, account, done->what);
	} else if (st == ST_OK) {
		notice_tell(app, "That makes no difference.");
	}
	g_free(done->what);
	return st;
}

enum st
changes_flags(struct app *app, const struct targets *t, bool add,
	      const struct flags *flags, const char *done, struct err *e)
{
	struct decider d = decider(app, t->account);
	struct decided out = { 0 };
	enum st st = decide_flags(&d, t->ids, add, flags, done, &out, e);

	return show(app, t->account, st, &out);
}

enum st
changes_move(struct app *app, const struct targets *t, int64_t folder,
	     struct err *e)
{
	struct decider d = decider(app, t->account);
	struct decided out = { 0 };
	enum st st = decide_move(&d, t->ids, folder, "Moved", &out, e);

	return show(app, t->account, st, &out);
}

enum st
changes_copy(struct app *app, const struct targets *t, int64_t folder,
	     struct err *e)
{
	struct decider d = decider(app, t->account);
	struct decided out = { 0 };
	enum st st = decide_copy(&d, t->ids, folder, &out, e);

	return show(app, t->account, st, &out);
}

enum st
changes_archive(struct app *app, const struct targets *t, struct err *e)
{
	struct decider d = decider(app, t->account);
	struct decided out = { 0 };
	enum st st = decide_archive(&d, t->ids, &out, e);

	return show(app, t->account, st, &out);
}

enum st
changes_delete(struct app *app, const struct targets *t, struct err *e)
{
	struct decider d = decider(app, t->account);
	struct decided out = { 0 };
	enum st st = decide_delete(&d, t->ids, &out, e);

	return show(app, t->account, st, &out);
}

/* ---- marks (delete-mark) ----------------------------------------------- */

/* Of these, the ones that we have not marked. */
static enum st
not_ours(const struct app_account *a, const GArray *ids, GArray **out,
	 struct err *e)
{
	GArray *marked = NULL;
	GHashTable *ours;
	enum st st = queue_marked(a->store, 0, &marked, e);

	if (st != ST_OK)
		return st;
	ours = g_hash_table_new(g_int64_hash, g_int64_equal);
	for (guint i = 0; i < marked->len; i++)
		g_hash_table_add(ours, &g_array_index(marked, int64_t, i));
	*out = g_array_new(FALSE, FALSE, sizeof(int64_t));
	for (guint i = 0; i < ids->len; i++) {
		const int64_t *id = &g_array_index(ids, int64_t, i);

		if (!g_hash_table_contains(ours, id))
			g_array_append_val(*out, *id);
	}
	g_hash_table_destroy(ours);
	g_array_unref(marked);
	return ST_OK;
}

enum st
changes_mark(struct app *app, const struct targets *t, struct err *e)
{
	struct decider d = decider(app, t->account);
	struct decided out = { 0 };
	struct targets others = { t->account, NULL };
	enum st st = not_ours(account_at(app, t->account), t->ids,
			      &others.ids, e);

	if (st != ST_OK)
		return st;
	if (others.ids->len == 0)
		notice_tell(app, "It is marked already; Send/Receive deletes "
			    "it.");
	else
		st = decide_mark(&d, others.ids, &out, e);
	changes_failed(app, t->account, st);
	if (st == ST_OK && out.changed) {
		changes_settle(app, t->account);
		tell_mark(app, out.what);
	} else if (st == ST_OK && others.ids->len) {
		st = changes_delete(app, &others, e);
	}
	g_free(out.what);
	targets_clear(&others);
	return st;
}

bool
changes_unmark(struct app *app, const struct targets *t)
{
	struct app_account *a = account_at(app, t->account);
	size_t n = t->ids->len;

	if (queue_unmark(a->store, (const int64_t *)(void *)t->ids->data, &n,
			 NULL) != ST_OK || n == 0)
		return false;
	changes_settle(app, t->account);
	notice_tell(app, "Took the mark off %zu message%s.", n,
		    n == 1 ? "" : "s");
	return true;
}

enum st
changes_marked(struct app *app, int account, int64_t folder, struct err *e)
{
	struct decider d = decider(app, account);
	struct decided out = { 0 };
	enum st st = d.store ? decide_marked(&d, folder, &out, e) : ST_OK;

	if (st == ST_OK && out.changed)
		return show(app, account, st, &out);
	g_free(out.what);
	return st;
}

char *
changes_folder_name(struct app *app, int account, const char *name)
{
	struct decider d = decider(app, account);

	return decide_folder_name(&d, name);
}

enum st
changes_make_folder(struct app *app, int account, const char *name,
		    int64_t *id, struct err *e)
{
	struct decider d = decider(app, account);
	enum st st = decide_make_folder(&d, ROLE_NONE, name, id, e);

	if (st == ST_OK)
		folders_read(app, account);
	return st;
}

/* ---- and back ---------------------------------------------------------- */

/* The account with the newest decision; -1: there is none. */
static int
last_decided(const struct app *app)
{
	int64_t newest = -1;
	int found = -1;

	for (guint i = 0; i < app->accounts->len; i++) {
		const struct app_account *a = account_at(app, (int)i);
		GPtrArray *one = NULL;

		if (!a->store || queue_actions(a->store, 1, &one, NULL) !=
					 ST_OK)
			continue;
		if (one->len && ((struct action *)one->pdata[0])->at >
					newest) {
			newest = ((struct action *)one->pdata[0])->at;
			found = (int)i;
		}
		g_ptr_array_unref(one);
	}
	return found;
}

enum st
changes_undo(struct app *app, int64_t action, struct err *e)
{
	int account = action ? app->index.account : last_decided(app);
	char *what = NULL;
	enum st st;

	if (account < 0)
		return err_set(e, ST_GONE, "There is nothing to undo.");
	st = queue_undo(account_at(app, account)->store, action, &what, e);
	changes_failed(app, account, st);
	if (st != ST_OK)
		return st;
	changes_settle(app, account);
	notice_tell(app, "Undone: %s", what);
	g_free(what);
	return ST_OK;
}

void
changes_opened(struct app *app, int account, int64_t id)
{
	struct app_account *a = account_at(app, account);
	struct flags seen = { .bits = FLAG_SEEN };
	size_t n = 1;
	enum st st;

	/* Nothing is said when it fails: the message can be read. */
	st = queue_flags(a->store, &id, &n, true, &seen, NULL);
	changes_failed(app, account, st);
	if (st != ST_OK || !n)
		return;
	changes_settle(app, account);
}
