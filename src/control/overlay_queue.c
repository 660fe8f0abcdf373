/*
 * overlay_queue.c - the queue, what can be undone and the log of a message, as
 * rows
 */
#include "control/overlay.h"

#include <string.h>
#include <time.h>

#include "base/text.h"
#include "control/compose.h"
#include "control/notice.h"
#include "control/outgoing.h"
#include "store/history.h"
#include "store/queue.h"

#define UNDO_MOST 500

/* "16 Nov 15:53" */
static char *
time_text(int64_t at)
{
	time_t t = (time_t)at;
	struct tm tm;
	char buf[32];

	if (!localtime_r(&t, &tm) ||
	    strftime(buf, sizeof(buf), "%d %b %H:%M", &tm) == 0)
		return g_strdup("");
	return g_strdup(buf);
}

static const char *
state_text(const struct change *c)
{
	if (change_is_mark(c))
		return "a mark, here alone";
	switch (c->state) {
	case CHANGE_WAITING:
		return "waits";
	case CHANGE_SENDING:
		return "is being sent";
	case CHANGE_PARKED:
		return "needs you";
	case CHANGE_DONE:
		return "done";
	default:
		return "taken back";
	}
}

/* The subject of what is changed, as far as that is known. */
static char *
subject_of(struct store *s, const struct change *c)
{
	struct message m = { 0 };
	char *text = NULL, *gated;

	if (c->message && (message_by_id(s, c->message, &m, NULL) == ST_OK ||
			   message_by_id(s, c->placeholder, &m, NULL) ==
				   ST_OK)) {
		gated = text_gate_line(m.env.subject && *m.env.subject
				       ? m.env.subject : "(no subject)");
		text = text_shorten(gated, OVERLAY_NAME_MAX);
		g_free(gated);
	}
	message_clear(&m);
	return text ? text : g_strdup("");
}

static struct overlay_row *
change_row(struct store *s, int account, const struct change *c, bool log)
{
	struct overlay_row *row = g_new0(struct overlay_row, 1);
	char *what = change_text(s, c), *gated = text_gate_line(what);
	char *about = log ? g_strdup(state_text(c)) : subject_of(s, c);
	char *why = text_gate_line(c->why ? c->why : "");
	char *when = time_text(c->at);

	row->account = account;
	row->id = c->seq;
	row->message = c->message;
	row->left = log ? g_strdup(when) : g_strdup(state_text(c));
	row->right = g_strdup(gated);
	row->help = g_strconcat(about, *about && *why ? " · " : "", why, NULL);
	g_free(what);
	g_free(gated);
	g_free(about);
	g_free(why);
	g_free(when);
	return row;
}

static void
queue_rows(struct app *app, int account, GPtrArray *rows, bool parked)
{
	struct app_account *a = app->accounts->pdata[account];
	GPtrArray *all = NULL;

	if (!a->store || queue_list(a->store, parked, &all, NULL) != ST_OK)
		return;
	for (guint i = 0; i < all->len; i++) {
		const struct change *c = all->pdata[i];

		/* What needs the person stands above, once. */
		if (!parked && c->state == CHANGE_PARKED)
			continue;
		g_ptr_array_add(rows, change_row(a->store, account, c,
						 false));
	}
	g_ptr_array_unref(all);
}

static void
undo_rows(struct app *app, int account, GPtrArray *rows)
{
	struct app_account *a = app->accounts->pdata[account];
	GPtrArray *all = NULL;

	if (!a->store || queue_actions(a->store, UNDO_MOST, &all, NULL) !=
				 ST_OK)
		return;
	for (guint i = 0; i < all->len; i++) {
		const struct action *action = all->pdata[i];
		struct overlay_row *row = g_new0(struct overlay_row, 1);

		row->account = account;
		row->id = action->id;
		row->left = time_text(action->at);
		row->right = text_gate_line(action->what);
		row->help = g_strdup(action->waiting ? "not sent yet"
						      : "");
		g_ptr_array_add(rows, row);
	}
	g_ptr_array_unref(all);
}

static void
arrival_row(struct store *s, int64_t id, GPtrArray *rows)
{
	struct overlay_row *row;
	struct message m = { 0 };

	if (message_by_id(s, id, &m, NULL) != ST_OK)
		return;
	row = g_new0(struct overlay_row, 1);
	row->left = time_text(m.arrival);
	row->right = g_strdup("arrived");
	row->help = g_strdup("");
	g_ptr_array_add(rows, row);
	message_clear(&m);
}

static struct overlay_row *
event_row(const struct event *event, const char *here)
{
	struct overlay_row *row = g_new0(struct overlay_row, 1);
	char *what;

	if (!event->left)
		what = g_strdup(event->what);
	else if (strcmp(event->left, here) == 0)
		what = g_strdup_printf("removed from %s, and back",
				       event->left);
	else
		what = g_strdup_printf("moved from %s to %s", event->left,
				       here);
	row->left = time_text(event->at);
	row->right = text_gate_line(what);
	row->help = g_strdup("elsewhere");
	g_free(what);
	return row;
}

/* One log out of two, each ascending by time. */
static void
merge_rows(struct store *s, int account, const GPtrArray *changes,
	   const GPtrArray *events, const char *here, GPtrArray *rows)
{
	guint c = 0, v = 0;

	while (c < changes->len || v < events->len) {
		const struct change *change = c < changes->len ?
			changes->pdata[c] : NULL;
		const struct event *event = v < events->len ?
			events->pdata[v] : NULL;

		if (!event || (change && change->at <= event->at)) {
			g_ptr_array_add(rows, change_row(s, account, change,
							 true));
			c++;
		} else {
			g_ptr_array_add(rows, event_row(event, here));
			v++;
		}
	}
}

/* The name of the folder that a message is in; "" none. */
static char *
folder_of(struct store *s, int64_t id)
{
	struct message m = { 0 };
	struct folder *f = NULL;
	char *name = NULL;

	if (message_by_id(s, id, &m, NULL) == ST_OK &&
	    folder_by_id(s, ABS(m.folder), &f, NULL) == ST_OK)
		name = g_strdup(f->name);
	folder_free(f);
	message_clear(&m);
	return name ? name : g_strdup("");
}

static void
log_rows(struct app *app, GPtrArray *rows)
{
	bool pager = app->focus == WHERE_PAGER;
	int account = pager ? app->pager.account : app->index.account;
	int64_t id = pager ? app->pager.id : app->index.cursor_id;
	struct app_account *a;
	GPtrArray *changes = NULL, *events = NULL;
	char *here;

	if (account < 0)
		return;
	a = app->accounts->pdata[account];
	here = folder_of(a->store, id);
	arrival_row(a->store, id, rows);
	if (queue_of_message(a->store, id, &changes, NULL) == ST_OK &&
	    history_of_message(a->store, id, &events, NULL) == ST_OK)
		merge_rows(a->store, account, changes, events, here, rows);
	g_clear_pointer(&changes, g_ptr_array_unref);
	g_clear_pointer(&events, g_ptr_array_unref);
	g_free(here);
}

/* What verso said, the newest first. */
static void
said_rows(const struct app *app, GPtrArray *rows)
{
	for (guint i = app->said ? app->said->len : 0; i > 0; i--) {
		const struct said *said = app->said->pdata[i - 1];
		struct overlay_row *row = g_new0(struct overlay_row, 1);

		row->left = time_text(said->at);
		row->right = g_strdup(said->bad ? "failed" : "");
		row->help = text_gate_line(said->text);
		g_ptr_array_add(rows, row);
	}
}

void
overlay_queue_rows(struct app *app, GPtrArray *rows)
{
	enum overlay_list list = app->overlay.list;
	int n = (int)app->accounts->len;

	if (list == OVERLAY_LOG) {
		log_rows(app, rows);
		return;
	}
	if (list == OVERLAY_SAID) {
		said_rows(app, rows);
		return;
	}
	if (list == OVERLAY_RECALL) {
		compose_recall_rows(app, rows);
		return;
	}
	for (int i = 0; i < n && list == OVERLAY_QUEUE; i++)
		outgoing_rows(app, i, true, rows);
	for (int i = 0; i < n && list == OVERLAY_QUEUE; i++)
		queue_rows(app, i, rows, true);
	for (int i = 0; i < n && list == OVERLAY_QUEUE; i++)
		outgoing_rows(app, i, false, rows);
	for (int i = 0; i < n; i++) {
		if (list == OVERLAY_UNDO)
			undo_rows(app, i, rows);
		else
			queue_rows(app, i, rows, false);
	}
}
