/*
 * worker_events.c - a table of the words a worker says
 *
 * An event only marks what is stale; worker_settle() reads it once, however
 * many events came.
 */
#include "control/worker_events.h"

#include <string.h>

#include "control/ask.h"
#include "control/compose.h"
#include "control/folders.h"
#include "control/index.h"
#include "control/notice.h"
#include "control/overlay.h"
#include "control/pager.h"

static struct app_account *
account_at(struct app *app, int account)
{
	return app->accounts->pdata[account];
}

static int64_t
number(const char *word)
{
	return g_ascii_strtoll(word, NULL, 10);
}

static const struct folder *
folder_of(const struct app_account *a, int64_t id)
{
	for (guint i = 0; a->folders && i < a->folders->len; i++) {
		const struct folder *f = a->folders->pdata[i];

		if (f->id == id)
			return f;
	}
	return NULL;
}

static void
on_changed(struct app *app, int account, char **words)
{
	struct app_account *a = account_at(app, account);

	a->folders_stale = true;
	if (app->index.account == account && app->index.folder &&
	    app->index.folder->id == number(words[1]))
		a->list_stale = true;
}

/* A letter of the outbox is another than it was. */
static void
on_outbox(struct app *app, int account, char **words)
{
	account_at(app, account)->folders_stale = true;
	if (app->overlay.where == WHERE_QUEUE)
		overlay_refresh(app);
}

static void
on_folders(struct app *app, int account, char **words)
{
	account_at(app, account)->folders_stale = true;
	if (app->index.account == account)
		account_at(app, account)->list_stale = true;
}

static void
on_arrived(struct app *app, int account, char **words)
{
	const struct folder *f = folder_of(account_at(app, account),
					   number(words[1]));
	int64_t count = number(words[2]);

	if (count < 1)
		return;
	notice_tell(app, "%lld new message%s%s%s.", (long long)count,
		    count == 1 ? "" : "s", f ? " in " : "", f ? f->name : "");
}

static void
on_progress(struct app *app, int account, char **words)
{
	struct app_account *a = account_at(app, account);
	const struct folder *f = folder_of(a, number(words[1]));

	a->done = number(words[2]);
	a->total = number(words[3]);
	g_free(a->progress_folder);
	a->progress_folder = f ? g_strdup(f->name) : NULL;
	app->dirty |= DIRTY_STATUS;
}

static void
on_state(struct app *app, int account, char **words)
{
	struct app_account *a = account_at(app, account);

	g_free(a->state);
	g_free(a->sentence);
	a->state = g_strdup(words[1]);
	a->sentence = g_strdup(words[2]);
	if (strcmp(a->state, "syncing") != 0)
		a->total = 0;
	if (strcmp(a->state, "offline") == 0 && *a->sentence)
		notice_keep(app, "%s: %s", a->account->name, a->sentence);
	if (strcmp(a->state, "crashed") == 0)
		notice_fail(app, "%s", a->sentence);
	app->dirty |= DIRTY_STATUS | DIRTY_FOLDERS;
}

static void
on_notice(struct app *app, int account, char **words)
{
	notice_tell(app, "%s", words[1]);
}

static void
on_failed(struct app *app, int account, char **words)
{
	notice_fail(app, "%s: %s", words[1], words[3]);
}

/* "level FOLDER NEW GONE TOTAL" */
static void
on_level(struct app *app, int account, char **words)
{
	struct app_account *a = account_at(app, account);

	a->came += number(words[2]);
	a->went += number(words[3]);
}

/* "would FOLDER FETCH BYTES GONE SEND REMOVE" */
static void
on_would(struct app *app, int account, char **words)
{
	struct preview_sum *would = &account_at(app, account)->would;

	would->fetch += number(words[2]);
	would->octets += number(words[3]);
	would->gone += number(words[4]);
	would->send += number(words[5]);
	would->remove += number(words[6]);
}

/* ---- ends --------------------------------------------------------------- */

static void
end_of_fetch(struct app *app, enum st st, const char *sentence)
{
	pager_retry(app);
	if (app->pager.view)
		app->pager.request = 0;
	else if (st != ST_OK && *sentence)
		pager_fail(app, sentence);
	else
		pager_fail(app, "The message could not be fetched.");
}

static void
add_count(GString *s, int64_t n, const char *what)
{
	if (n)
		g_string_append_printf(s, "%s%lld %s", s->len ? ", " : "",
				       (long long)n, what);
}

static void
end_of_sync(struct app *app, struct app_account *a)
{
	GString *s = g_string_new(NULL);

	add_count(s, a->came, "new");
	add_count(s, a->went, "removed");
	notice_tell(app, "%s: Send/Receive is complete%s%s.",
		    a->account->name, s->len ? ": " : "", s->str);
	g_string_free(s, TRUE);
}

static void
end_of_preview(struct app *app, struct app_account *a)
{
	const struct preview_sum *w = &a->would;
	char *size = g_format_size((guint64)w->octets);
	GString *s = g_string_new(NULL);

	add_count(s, w->remove, "deleted on the server");
	add_count(s, w->send, "sent");
	add_count(s, w->fetch, "fetched");
	if (w->fetch)
		g_string_append_printf(s, " (%s)", size);
	add_count(s, w->gone, "removed here");
	notice_tell(app, "%s: Send/Receive would do %s%s.", a->account->name,
		    s->len ? "this: " : "nothing",
		    s->str);
	g_string_free(s, TRUE);
	g_free(size);
}

static void
on_end(struct app *app, int account, char **words)
{
	struct app_account *a = account_at(app, account);
	uint32_t id = (uint32_t)number(words[1]);
	enum st st = st_parse(words[2]);

	if (id && id == app->pager.request && app->pager.account == account) {
		end_of_fetch(app, st, words[3]);
		return;
	}
	if (id && id == app->compose.hurry &&
	    account == app->compose.hurry_account)
		compose_hurried(app, st == ST_OK);
	if (st == ST_CANCELLED)
		notice_tell(app, "Stopped.");
	else if (st != ST_OK)
		notice_fail(app, "%s: %s", a->account->name, words[3]);
	else if (id == a->sync_request)
		end_of_sync(app, a);
	else if (id == a->preview_request)
		end_of_preview(app, a);
	if (id == a->sync_request)
		a->sync_request = 0;
	if (id == a->preview_request)
		a->preview_request = 0;
}

/* ---- questions ---------------------------------------------------------- */

struct secret {
	int account;
	char *ask;		/* the worker's name for its question */
};

static void
secret_free(gpointer ctx)
{
	struct secret *s = ctx;

	g_free(s->ask);
	g_free(s);
}

static void
secret_answered(struct app *app, const char *text, void *ctx)
{
	struct secret *s = ctx;
	struct app_account *a = account_at(app, s->account);

	if (a->link)
		link_answer(a->link, s->ask, text);
}

static void
on_ask(struct app *app, int account, char **words)
{
	struct secret *s = g_new0(struct secret, 1);
	char *prompt = g_strconcat(words[3], " ", NULL);

	s->account = account;
	s->ask = g_strdup(words[1]);
	ask_post(app, ASK_SECRET, COMPLETE_NONE, prompt, NULL,
		 secret_answered, s, secret_free);
	g_free(prompt);
}

/* ---- the table ---------------------------------------------------------- */

static const struct {
	const char *word;
	int n;			/* words at least, this one included */
	void (*handle)(struct app *app, int account, char **words);
} events[] = {
	{ "changed", 2, on_changed },	{ "folders", 1, on_folders },
	{ "arrived", 3, on_arrived },	{ "progress", 4, on_progress },
	{ "state", 3, on_state },	{ "notice", 2, on_notice },
	{ "failed", 4, on_failed },	{ "end", 4, on_end },
	{ "ask", 4, on_ask },		{ "level", 5, on_level },
	{ "would", 7, on_would },	{ "outbox", 2, on_outbox },
};

void
worker_event(struct app *app, int account, char **words, int n)
{
	for (size_t i = 0; i < G_N_ELEMENTS(events); i++)
		if (n >= events[i].n && strcmp(words[0], events[i].word) == 0)
			events[i].handle(app, account, words);
}

/* The folder that was asked for at the start is there now. */
static void
open_wanted(struct app *app)
{
	if (!app->wanted_folder || app->index.list)
		return;
	if (index_open(app, app->wanted_account, app->wanted_folder, NULL) ==
	    ST_OK)
		g_clear_pointer(&app->wanted_folder, g_free);
}

void
worker_settle(struct app *app)
{
	for (guint i = 0; i < app->accounts->len; i++) {
		struct app_account *a = account_at(app, (int)i);

		if (a->folders_stale) {
			folders_read(app, (int)i);
			open_wanted(app);
			folders_keep_in_view(app);
			if (app->pager.account == (int)i)
				pager_retry(app);
		}
		if (a->list_stale) {
			a->list_stale = false;
			if (app->index.account == (int)i)
				index_refresh(app);
		}
	}
}
