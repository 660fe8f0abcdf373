/*
 * app_status.c - the lines that tell of the state: status and hints
 */
#include "control/app.h"

#include <string.h>

#include "control/changes.h"
#include "control/command.h"
#include "control/keys.h"
#include "control/tagged.h"

/* Commands of the lists of the queue that mean something in one of them. */
static bool
means_nothing(const struct app *app, const struct command *c)
{
	enum overlay_list list = app->overlay.list;
	bool about_change = strcmp(c->name, "retry") == 0 ||
			    strcmp(c->name, "cancel") == 0;

	if (app->overlay.where != WHERE_QUEUE)
		return false;
	return (about_change && list != OVERLAY_QUEUE) ||
	       (strcmp(c->name, "open") == 0 && list == OVERLAY_SAID);
}

static const char *
hint_word(const struct app *app, const struct command *c)
{
	bool undoes = app->overlay.where == WHERE_QUEUE &&
		      app->overlay.list == OVERLAY_UNDO;

	return undoes && strcmp(c->name, "open") == 0 ? "undo" : c->hint;
}

GPtrArray *
app_hints(struct app *app)
{
	enum where where = app_where(app);

	if (app->hints)
		g_ptr_array_unref(app->hints);
	app->hints = g_ptr_array_new_with_free_func(g_free);
	for (const struct command *c = command_table; c->name; c++) {
		const char *key = keys_of(app->keys, where, c->name);
		struct hint *hint;

		if (!*c->hint || !(c->where & where) || !key ||
		    means_nothing(app, c))
			continue;
		hint = g_new0(struct hint, 1);
		hint->key = key;
		hint->word = hint_word(app, c);
		g_ptr_array_add(app->hints, hint);
	}
	return app->hints;
}

/* 12480 as "12,480". */
static void
append_count(GString *out, int64_t n)
{
	char digits[24];
	size_t len = (size_t)g_snprintf(digits, sizeof(digits), "%lld",
					(long long)MAX(n, 0));

	for (size_t i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			g_string_append_c(out, ',');
		g_string_append_c(out, digits[i]);
	}
}

static const struct {
	const char *state, *words;
} states[] = {
	{ "connecting", "connecting" },	  { "online", "" },
	{ "idle", "" },			  { "syncing", "Send/Receive" },
	{ "offline", "offline" },	  { "crashed", "restarting" },
};

static const char *
state_words(const char *state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(states); i++)
		if (strcmp(states[i].state, state) == 0)
			return states[i].words;
	return "";
}

static void
append_account(GString *out, const struct app *app,
	       const struct app_account *a)
{
	const char *words = state_words(a->state);

	/* Asked for, and the worker has not come to it yet. */
	if (!*words && a->sync_request)
		words = state_words("syncing");
	if (!*words && a->total <= 0)
		return;
	if (out->len)
		g_string_append(out, " · ");
	if (app->accounts->len > 1)
		g_string_append_printf(out, "%s: ", a->account->name);
	if (a->total > 0) {
		g_string_append_printf(out, "%s ", a->progress_folder
						   ? a->progress_folder
						   : words);
		append_count(out, a->done);
		g_string_append(out, " of ");
		append_count(out, a->total);
		return;
	}
	g_string_append(out, words);
	if (strcmp(a->state, "offline") == 0 && *a->sentence)
		g_string_append_printf(out, ": %s", a->sentence);
}

/* "1 letter open (R)", while one is not at it. */
static void
append_letters(GString *out, struct app *app)
{
	guint n = app->compose.open ? app->compose.open->len : 0;
	const char *key = keys_of(app->keys, WHERE_INDEX, "recall");

	if (n == 0 || app->focus == WHERE_COMPOSE)
		return;
	g_string_append(out, out->len ? " · " : "");
	g_string_append_printf(out, "%u letter%s open (%s)", n,
			       n == 1 ? "" : "s", key ? key : ":recall");
}

/* "3 changes wait", "2 need you: Q". */
static void
append_decisions(GString *out, struct app *app)
{
	int64_t waiting = 0, parked = 0, marked = 0, letters = 0;
	const char *key = keys_of(app->keys, WHERE_INDEX, "queue");

	for (guint i = 0; i < app->accounts->len; i++) {
		const struct app_account *a = app->accounts->pdata[i];

		waiting += a->waiting;
		parked += a->parked + a->letters_need;
		letters += a->letters;
		marked += a->marked;
	}
	if (parked) {
		g_string_append(out, out->len ? " · " : "");
		append_count(out, parked);
		g_string_append_printf(out, " need%s you (%s)",
				       parked == 1 ? "s" : "",
				       key ? key : ":queue");
	}
	if (letters) {
		g_string_append(out, out->len ? " · " : "");
		append_count(out, letters);
		g_string_append_printf(out, " letter%s to send",
				       letters == 1 ? "" : "s");
	}
	if (waiting) {
		g_string_append(out, out->len ? " · " : "");
		append_count(out, waiting);
		g_string_append_printf(out, " change%s wait%s",
				       waiting == 1 ? "" : "s",
				       waiting == 1 ? "s" : "");
	}
	if (marked) {
		g_string_append(out, out->len ? " · " : "");
		append_count(out, marked);
		g_string_append(out, " marked as deleted");
	}
	append_letters(out, app);
	if (tagged_count(app)) {
		g_string_append(out, out->len ? " · " : "");
		append_count(out, (int64_t)tagged_count(app));
		g_string_append(out, " tagged");
	}
}

/* While the first mail comes in, the person need not wait for the rest. */
static bool
can_read_meanwhile(const struct app *app)
{
	for (guint i = 0; i < app->accounts->len; i++)
		if (((struct app_account *)app->accounts->pdata[i])->total > 0)
			return app->index.count > 0;
	return false;
}

char *
app_status(struct app *app)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < app->accounts->len; i++)
		append_account(out, app, app->accounts->pdata[i]);
	if (can_read_meanwhile(app))
		g_string_append(out, " · you can read");
	append_decisions(out, app);
	return g_string_free(out, FALSE);
}

/* ---- the end ------------------------------------------------------------ */

char *
app_farewell(struct app *app)
{
	int64_t waiting = 0, marked = 0, letters = 0;
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < app->accounts->len; i++) {
		const struct app_account *a = app->accounts->pdata[i];

		waiting += changes_local(app, (int)i) ? 0 : a->waiting;
		marked += a->marked;
		letters += a->letters;
	}
	if (letters) {
		append_count(out, letters);
		g_string_append_printf(out, " letter%s not sent yet; verso "
				       "sync sends %s.",
				       letters == 1 ? " is" : "s are",
				       letters == 1 ? "it" : "them");
	}
	if (waiting) {
		g_string_append(out, out->len ? " " : "");
		append_count(out, waiting);
		g_string_append_printf(out, " change%s for the server; verso "
				       "sync sends %s.",
				       waiting == 1 ? " waits" : "s wait",
				       waiting == 1 ? "it" : "them");
	}
	if (marked) {
		g_string_append(out, out->len ? " " : "");
		append_count(out, marked);
		g_string_append_printf(out, " message%s marked as deleted.",
				       marked == 1 ? " stays" : "s stay");
	}
	if (app->compose.open && app->compose.open->len) {
		guint n = app->compose.open->len;

		g_string_append_printf(out, "%s%u letter%s open; verso finds "
				       "%s again.", out->len ? " " : "", n,
				       n == 1 ? " is" : "s are",
				       n == 1 ? "it" : "them");
	}
	return g_string_free(out, out->len == 0);
}
