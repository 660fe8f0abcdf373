/*
 * app.c - beginning, end, and the calls of the loop
 */
#include "control/app.h"

#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "base/clock.h"
#include "base/path.h"
#include "control/changes.h"
#include "control/command.h"
#include "control/complete.h"
#include "control/compose.h"
#include "control/edit.h"
#include "control/find_address.h"
#include "control/folders.h"
#include "control/index.h"
#include "control/notice.h"
#include "control/outside.h"
#include "control/overlay.h"
#include "control/pager.h"
#include "control/worker_events.h"
#include "store/outbox.h"
#include "store/queue.h"

/* How long a worker may take to end. */
#define STOP_MS 1500
/* How often the store is looked at when nobody tells of changes. */
#define LOOK_MS 2000
/* How soon it is looked at when somebody writes to it, and how often while
 * that goes on. */
#define LOOK_FIRST_MS 30
#define LOOK_NEXT_MS 120

/* ---- life --------------------------------------------------------------- */

static void
app_account_free(struct app_account *a)
{
	if (a->folders)
		g_ptr_array_unref(a->folders);
	link_stop(a->link, STOP_MS);
	store_close(a->store);
	g_free(a->state);
	g_free(a->sentence);
	g_free(a->progress_folder);
	g_free(a->closed);
	g_free(a);
}

static void
add_accounts(struct app *app)
{
	for (guint i = 0; i < app->config->accounts->len; i++) {
		struct app_account *a = g_new0(struct app_account, 1);

		a->account = app->config->accounts->pdata[i];
		a->state = g_strdup("");
		a->sentence = g_strdup("");
		g_ptr_array_add(app->accounts, a);
	}
}

static void
bind_own_keys(struct app *app)
{
	for (guint i = 0; i < app->config->bindings->len; i++) {
		const struct binding *b = app->config->bindings->pdata[i];

		for (int map = 0; keys_maps[map]; map++)
			if (strcmp(keys_maps[map], b->map) == 0)
				keys_bind(app->keys, 1U << map, b->keys,
					  b->line);
	}
}

static struct app *
make(struct config *config)
{
	struct app *app = g_new0(struct app, 1);

	app->config = config;
	app->accounts = g_ptr_array_new_with_free_func(
		(GDestroyNotify)app_account_free);
	app->keys = keys_new();
	app->focus = WHERE_INDEX;
	app->folders_wanted = config->ui.folders;
	app->preview_wanted = config->ui.preview;
	app->index.account = -1;
	app->index.order = (struct list_order){
		.sort = config->ui.sort,
		.reverse = config->ui.reverse,
		.threaded = config->ui.threads,
	};
	app->notice = g_strdup("");
	app->pending_keys = g_strdup("");
	app->dirty = DIRTY_ALL;
	app->outside = outside_new();
	add_accounts(app);
	bind_own_keys(app);
	return app;
}

/* A store that cannot be opened is a notice: the others go on. */
static void
open_store(struct app *app, int account)
{
	struct app_account *a = app->accounts->pdata[account];
	char *dir = path_account(a->account->name);
	struct err e;

	if (store_open(dir, STORE_READER, &a->store, &e) == ST_OK) {
		a->heard = app->outside &&
			   outside_add(app->outside, account, dir);
		a->generation = store_generation(a->store);
		folders_read(app, account);
	} else {
		a->store = NULL;
		notice_fail(app, "%s: %s", a->account->name, e.text);
	}
	g_free(a->closed);
	a->closed = a->store ? NULL : g_strdup(e.text);
	g_free(dir);
}

/* The folder to begin with.  One that is not there is an error only when the
 * person named it and a sync has been here; else it is opened when it
 * comes. */
static enum st
open_first(struct app *app, int account, const char *folder, struct err *e)
{
	const struct app_account *a = app->accounts->pdata[account];
	struct err why = { "" };
	enum st st;

	if (!a->store)
		return ST_OK;
	st = index_open(app, account, folder ? folder : "INBOX", &why);
	if (st == ST_GONE && folder && a->folders && a->folders->len > 0)
		return err_set(e, ST_USAGE, "%s", why.text);
	if (st == ST_GONE) {
		app->wanted_account = account;
		app->wanted_folder = g_strdup(folder ? folder : "INBOX");
	} else if (st != ST_OK) {
		notice_fail(app, "%s", why.text);
	}
	folders_move_to_open(app);
	return ST_OK;
}

enum st
app_new(struct config *config, const char *account, const char *folder,
	struct app **out, struct err *e)
{
	const struct account *first;
	struct app *app;
	guint i = 0;
	enum st st = config_account(config, account, &first, e);

	if (st != ST_OK) {
		config_free(config);
		return st;
	}
	app = make(config);
	g_ptr_array_find(config->accounts, first, &i);
	open_store(app, (int)i);
	st = open_first(app, (int)i, folder, e);
	if (st != ST_OK) {
		app_free(app);
		return st;
	}
	*out = app;
	return ST_OK;
}

static void
start_worker(struct app *app, int account)
{
	struct app_account *a = app->accounts->pdata[account];
	struct err e;

	a->link = link_start(a->account->name, LINK_WORK, &e);
	if (!a->link) {
		notice_fail(app, "%s: %s", a->account->name, e.text);
		return;
	}
	if (app->index.account == account)
		link_request(a->link, "watch", app->index.folder->name, NULL);
	link_request(a->link, "sync", NULL);
}

void
app_start(struct app *app)
{
	for (guint i = 0; i < app->accounts->len; i++) {
		struct app_account *a = app->accounts->pdata[i];

		if (!a->store)
			open_store(app, (int)i);
		if (a->store)
			start_worker(app, (int)i);
		if (a->store)
			compose_find(app, (int)i);
	}
	app->dirty |= DIRTY_STATUS;
}

void
app_start_again(struct app *app, int account)
{
	struct app_account *a = app->accounts->pdata[account];

	if (a->store && a->link)
		return;
	if (!a->store) {
		open_store(app, account);
		if (app->index.account < 0 && !app->wanted_folder)
			open_first(app, account, NULL, NULL);
		app->dirty |= DIRTY_ALL;
	}
	if (a->store && !a->link)
		start_worker(app, account);
}

static void
remove_temporary(struct app *app)
{
	GDir *dir = app->temporary ? g_dir_open(app->temporary, 0, NULL)
				   : NULL;
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		char *file = g_build_filename(app->temporary, name, NULL);

		g_unlink(file);
		g_free(file);
	}
	if (dir) {
		g_dir_close(dir);
		g_rmdir(app->temporary);
	}
	g_free(app->temporary);
}

void
app_free(struct app *app)
{
	if (!app)
		return;
	ask_drop_all(app);
	edit_end(app, EDIT_QUIT);
	compose_free(app);
	find_address_free(app);
	overlay_close(app);
	pager_close(app);
	index_close(app);
	g_clear_pointer(&app->folder_rows, g_ptr_array_unref);
	g_clear_pointer(&app->hints, g_ptr_array_unref);
	g_ptr_array_free(app->accounts, TRUE);
	remove_temporary(app);
	outside_free(app->outside);
	keys_free(app->keys);
	config_free(app->config);
	g_clear_pointer(&app->tagged, g_hash_table_destroy);
	g_free(app->pager.search);
	g_free(app->wanted_folder);
	g_free(app->notice);
	g_clear_pointer(&app->said, g_ptr_array_unref);
	g_free(app->pending_keys);
	g_free(app->shell);
	g_free(app->edit_command);
	g_free(app);
}

/* ---- the loop's calls --------------------------------------------------- */

void
app_resize(struct app *app, const struct app_geometry *geometry)
{
	bool rewrap = geometry->pager_columns != app->geometry.pager_columns;

	app->geometry = *geometry;
	if (rewrap)
		pager_render(app);
	index_keep_in_view(app);
	folders_keep_in_view(app);
	overlay_keep_in_view(app);
	edit_resize(app);
	compose_look(app);
	if (app->pager.lines)
		pager_scroll(app, app->pager.top);
	app->dirty |= DIRTY_ALL;
}

enum where
app_where(const struct app *app)
{
	return app->overlay.where ? app->overlay.where : app->focus;
}

enum st
app_run(struct app *app, const char *line, struct err *e)
{
	struct err why = { "" };
	enum st st;

	/* Whoever gives another command has seen what failed before. */
	notice_key(app);
	st = command_run(app, line, &why);
	if (st != ST_OK) {
		notice_fail(app, "%s", why.text);
		err_set(e, st, "%s", why.text);
	}
	return st;
}

void
app_answer(struct app *app, const char *text)
{
	ask_answer(app, text);
}

char **
app_complete(struct app *app, const char *text)
{
	return complete_line(app, app->ask ? app->ask->complete
					   : COMPLETE_COMMAND, text);
}

int
app_fds(struct app *app, int *fds, int max)
{
	int n = 0;

	for (; n < max && n < (int)app->accounts->len; n++) {
		const struct app_account *a = app->accounts->pdata[n];

		fds[n] = a->link ? link_fd(a->link) : -1;
	}
	if (n < max)
		fds[n++] = outside_fd(app->outside);
	if (n < max)
		fds[n++] = find_address_fd(app);
	return n;
}

struct source {
	struct app *app;
	int account;
};

static void
on_line(void *ctx, char **words, int n)
{
	const struct source *s = ctx;

	worker_event(s->app, s->account, words, n);
}

static int64_t
sooner(int64_t a, int64_t b)
{
	return !a ? b : !b ? a : MIN(a, b);
}

/* What was decided elsewhere, about mail that is only here, is the worker's
 * to do, and so is sending what a command queued. */
static void
pass_on(struct app *app, int account)
{
	struct app_account *a = app->accounts->pdata[account];
	struct queue_counts counts = { 0 };
	int64_t letters = 0, need = 0;

	if (a->link && changes_local(app, account) &&
	    queue_counts(a->store, &counts, NULL) == ST_OK && counts.waiting)
		link_request(a->link, "decisions", NULL);
	if (a->link && outbox_counts(a->store, &letters, &need, NULL) ==
	    ST_OK && letters > a->letters)
		link_request(a->link, "send", NULL);
}

/* Another verso may have written: a command, or who holds the lock. */
static void
look_at_store(void *ctx, int account)
{
	struct app *app = ctx;
	struct app_account *a = app->accounts->pdata[account];
	int64_t generation;

	if (!a->store)
		return;
	generation = store_generation(a->store);
	if (generation == a->generation)
		return;
	a->generation = generation;
	a->folders_stale = a->list_stale = true;
	pass_on(app, account);
}

/* Somebody writes to the store: the commit can be seen when that is durable,
 * of which nobody tells.  A look that is due is never put off, or one who
 * writes without a pause would not be seen at all. */
static void
on_write(void *ctx, int account)
{
	struct app *app = ctx;
	struct app_account *a = app->accounts->pdata[account];
	int64_t soon = clock_ms() + (a->look_ms ? LOOK_NEXT_MS
						: LOOK_FIRST_MS);

	a->look_at = a->look_ms ? MIN(a->look_at, soon) : soon;
	a->look_ms = LOOK_FIRST_MS;
}

/* A few looks, each after four times as long as the one before; also when one
 * of them saw something: that may have been the commit before this one. */
static void
look_again(struct app *app, int account)
{
	struct app_account *a = app->accounts->pdata[account];

	if (a->look_ms == 0)
		return;
	if (clock_left(a->look_at) == 0) {
		a->look_ms = a->look_ms < LOOK_MS ? 4 * a->look_ms : 0;
		a->look_at = clock_ms() + a->look_ms;
		look_at_store(app, account);
	}
	if (a->look_ms)
		a->wake = sooner(a->wake, a->look_at);
}

void
app_pump(struct app *app)
{
	outside_take(app->outside, on_write, app);
	for (guint i = 0; i < app->accounts->len; i++) {
		struct app_account *a = app->accounts->pdata[i];
		struct source s = { app, (int)i };
		int ms = a->link ? link_pump(a->link, on_line, &s) : -1;

		a->wake = ms < 0 ? 0 : clock_ms() + ms;
		if (a->store && !a->heard && (!a->link || !link_up(a->link))) {
			look_at_store(app, (int)i);
			a->wake = clock_ms() + LOOK_MS;
		}
		look_again(app, (int)i);
	}
	worker_settle(app);
	notice_tick(app);
	compose_tick(app);
	find_address_tick(app);
}

int
app_timeout(struct app *app)
{
	int64_t wake = sooner(sooner(app->notice_until, ask_due(app)),
			      sooner(compose_wake(app),
				     find_address_wake(app)));

	for (guint i = 0; i < app->accounts->len; i++)
		wake = sooner(wake, ((struct app_account *)
				     app->accounts->pdata[i])->wake);
	return wake ? clock_left(wake) : -1;
}
