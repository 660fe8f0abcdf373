/*
 * changes.c - decisions written into the queue, and the view that follows
 */
#include "control/changes.h"

#include <string.h>

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

bool
changes_local(const struct app *app, int account)
{
	const struct app_account *a = account_at(app, account);
	char *fact;
	bool local;

	if (a->account->receive.proto == PROTO_POP)
		return true;
	fact = a->store ? store_fact_get(a->store, "account.delivers") : NULL;
	local = fact && *fact == '1';
	g_free(fact);
	return local;
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
changes_targets(struct app *app, bool thread, GArray **ids, struct err *e)
{
	int64_t id = app->focus == WHERE_PAGER ? app->pager.id
					       : app->index.cursor_id;

	*ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	if (app->tag_prefix) {
		app->tag_prefix = false;
		tagged_ids(app, *ids);
	} else if (id && thread && id == app->index.cursor_id) {
		add_thread(app, *ids);
	} else if (id) {
		g_array_append_val(*ids, id);
	}
	if ((*ids)->len > 0)
		return ST_OK;
	g_clear_pointer(ids, g_array_unref);
	return err_set(e, ST_GONE, "There is no message here.");
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
	app->dirty |= DIRTY_INDEX | DIRTY_FOLDERS | DIRTY_STATUS;
}

/* ---- deciding ---------------------------------------------------------- */

static char *
number_of_messages(size_t n)
{
	return n == 1 ? g_strdup("1 message")
		      : g_strdup_printf("%zu messages", n);
}

/* "Deleted 3 · u undoes · reaches the server at the next Send/Receive" */
static void
tell(struct app *app, int account, const char *what)
{
	const char *key = keys_of(app->keys, app->focus, "undo");

	if (changes_local(app, account))
		notice_tell(app, "%s · %s undoes", what, key ? key : ":undo");
	else
		notice_tell(app, "%s · %s undoes · reaches the server at the "
			    "next Send/Receive", what, key ? key : ":undo");
}

/* One decision under way. */
struct decision {
	struct app *app;
	int account;
	struct store *store;
	char *what;
};

static enum st
begin(struct decision *d, struct app *app, size_t n, const char *done,
      const char *where, struct err *e)
{
	char *messages = number_of_messages(n);
	enum st st;

	d->app = app;
	d->account = app->focus == WHERE_PAGER ? app->pager.account
					       : app->index.account;
	d->store = account_at(app, d->account)->store;
	d->what = where ? g_strdup_printf("%s %s %s", done, messages, where)
			: g_strdup_printf("%s %s", done, messages);
	g_free(messages);
	st = store_begin(d->store, e);
	return st == ST_OK ? queue_action(d->store, d->what, e) : st;
}

static enum st
end(struct decision *d, enum st st, size_t changed, struct err *e)
{
	if (st == ST_OK && changed == 0) {
		store_rollback(d->store);
		notice_tell(d->app, "That makes no difference.");
	} else if (st == ST_OK) {
		st = store_commit(d->store, e);
	} else {
		store_rollback(d->store);
	}
	if (st == ST_OK && changed) {
		changes_settle(d->app, d->account);
		tell(d->app, d->account, d->what);
	}
	g_free(d->what);
	return st;
}

static const int64_t *
ids_of(const GArray *ids)
{
	return (const int64_t *)(const void *)ids->data;
}

enum st
changes_flags(struct app *app, const GArray *ids, bool add,
	      const struct flags *flags, const char *done, struct err *e)
{
	struct decision d;
	size_t n = ids->len;
	enum st st = begin(&d, app, n, done, NULL, e);

	if (st == ST_OK)
		st = queue_flags(d.store, ids_of(ids), &n, add, flags, e);
	return end(&d, st, n, e);
}

static char *
to_folder(struct store *s, int64_t folder)
{
	struct folder *f = NULL;
	char *text = folder_by_id(s, folder, &f, NULL) == ST_OK ?
		g_strdup_printf("to %s", f->name) : NULL;

	folder_free(f);
	return text;
}

enum st
changes_move(struct app *app, const GArray *ids, int64_t folder,
	     const char *done, struct err *e)
{
	struct decision d;
	size_t n = ids->len;
	char *where = to_folder(account_at(app, app->index.account)->store,
				folder);
	enum st st = begin(&d, app, n, done, where, e);

	if (st == ST_OK)
		st = queue_move(d.store, ids_of(ids), &n, folder, e);
	g_free(where);
	return end(&d, st, n, e);
}

enum st
changes_copy(struct app *app, const GArray *ids, int64_t folder,
	     struct err *e)
{
	struct decision d;
	size_t n = ids->len;
	char *where = to_folder(account_at(app, app->index.account)->store,
				folder);
	enum st st = begin(&d, app, n, "Copied", where, e);

	if (st == ST_OK)
		st = queue_copy(d.store, ids_of(ids), &n, folder, e);
	g_free(where);
	return end(&d, st, n, e);
}

/* ---- folders of a standing use ----------------------------------------- */

static const char *
configured(const struct account *a, enum folder_role role)
{
	switch (role) {
	case ROLE_ARCHIVE:
		return a->archive;
	case ROLE_TRASH:
		return a->trash;
	case ROLE_JUNK:
		return a->junk;
	case ROLE_DRAFTS:
		return a->drafts;
	case ROLE_SENT:
		return a->sent;
	default:
		return NULL;
	}
}

int64_t
changes_folder(struct app *app, int account, enum folder_role role)
{
	const struct app_account *a = account_at(app, account);
	const char *name = configured(a->account, role);
	bool named = name && *name;

	for (guint i = 0; a->folders && i < a->folders->len; i++) {
		const struct folder *f = a->folders->pdata[i];

		if (f->attr & FOLDER_NOSELECT)
			continue;
		if (named ? strcmp(f->name, name) == 0 : f->role == role)
			return f->id;
	}
	return 0;
}

static char
delimiter_of(const struct app_account *a)
{
	for (guint i = 0; a->folders && i < a->folders->len; i++) {
		const struct folder *f = a->folders->pdata[i];

		if (f->delimiter)
			return f->delimiter;
	}
	return '/';
}

enum st
changes_make_folder(struct app *app, int account, enum folder_role role,
		    const char *name, int64_t *id, struct err *e)
{
	struct app_account *a = account_at(app, account);
	const char *chosen = configured(a->account, role);
	enum st st = queue_create(a->store, chosen && *chosen ? chosen : name,
				  delimiter_of(a), role,
				  changes_local(app, account), id, e);

	if (st == ST_OK)
		folders_read(app, account);
	return st;
}

/* ---- deleting ---------------------------------------------------------- */

/* Where deleted messages go; 0: nowhere.  What is only here gets a Trash when
 * it needs one. */
static enum st
find_trash(struct app *app, int account, int64_t *trash, struct err *e)
{
	*trash = changes_folder(app, account, ROLE_TRASH);
	if (*trash || !changes_local(app, account))
		return ST_OK;
	return changes_make_folder(app, account, ROLE_TRASH, "Trash", trash,
				   e);
}

/* Those that are in Trash already, and the others. */
static void
part(struct store *s, const GArray *ids, int64_t trash, GArray *in,
     GArray *out)
{
	for (guint i = 0; i < ids->len; i++) {
		int64_t id = g_array_index(ids, int64_t, i);
		struct message m = { 0 };
		bool there = message_by_id(s, id, &m, NULL) == ST_OK &&
			     m.folder == trash;

		message_clear(&m);
		if (there || !trash)
			g_array_append_val(in, id);
		else
			g_array_append_val(out, id);
	}
}

enum st
changes_delete(struct app *app, const GArray *ids, struct err *e)
{
	int account = app->focus == WHERE_PAGER ? app->pager.account
						: app->index.account;
	GArray *gone = g_array_new(FALSE, FALSE, sizeof(int64_t));
	GArray *trashed = g_array_new(FALSE, FALSE, sizeof(int64_t));
	struct decision d = { 0 };
	size_t n, m;
	int64_t trash;
	enum st st = find_trash(app, account, &trash, e);

	if (st == ST_OK)
		part(account_at(app, account)->store, ids, trash, gone,
		     trashed);
	n = gone->len;
	m = trashed->len;
	if (st == ST_OK) {
		st = begin(&d, app, ids->len, "Deleted",
			   n ? "for ever" : NULL, e);
		if (st == ST_OK)
			st = queue_move(d.store, ids_of(trashed), &m, trash,
					e);
		if (st == ST_OK)
			st = queue_expunge(d.store, ids_of(gone), &n, e);
		st = end(&d, st, n + m, e);
	}
	g_array_unref(gone);
	g_array_unref(trashed);
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

	/* Nothing is said when it fails: the message can be read. */
	if (queue_flags(a->store, &id, &n, true, &seen, NULL) != ST_OK || !n)
		return;
	changes_settle(app, account);
}
