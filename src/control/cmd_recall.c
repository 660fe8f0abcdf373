/*
 * cmd_recall.c - letters that are open, and drafts, taken up again
 */
#include "control/cmd.h"

#include <string.h>
#include <time.h>

#include "base/text.h"
#include "control/app.h"
#include "control/compose.h"
#include "control/decide.h"
#include "control/overlay.h"

/* Of the drafts the newest. */
#define DRAFTS_MAX 500

static struct app_account *
account_at(const struct app *app, int account)
{
	return app->accounts->pdata[account];
}

static int64_t
drafts_of(const struct app_account *a)
{
	struct decider d = { a->account, a->store, a->folders };

	return a->store ? decide_folder(&d, ROLE_DRAFTS) : 0;
}

/* ---- the list ----------------------------------------------------------- */

static void
open_rows(const struct app *app, GPtrArray *rows)
{
	const GPtrArray *open = app->compose.open;

	for (guint i = open ? open->len : 0; i > 0; i--) {
		const struct open_letter *o = open->pdata[i - 1];
		struct overlay_row *row = g_new0(struct overlay_row, 1);
		char *title = compose_title(o);

		row->account = o->account;
		row->id = i;
		row->left = g_strdup(o->editor ? "editor" : "open");
		row->right = text_gate_line(title);
		row->help = g_strdup(app->accounts->len > 1
			? account_at(app, o->account)->account->name : "");
		g_ptr_array_add(rows, row);
		g_free(title);
	}
}

static bool
is_open(const struct app *app, int account, int64_t draft)
{
	const GPtrArray *open = app->compose.open;

	for (guint i = 0; open && i < open->len; i++) {
		const struct open_letter *o = open->pdata[i];

		if (o->account == account && o->letter->draft_row == draft)
			return true;
	}
	return false;
}

static void
draft_row(const struct app *app, int account, int64_t id, GPtrArray *rows)
{
	const struct app_account *a = account_at(app, account);
	struct overlay_row *row;
	struct message m = { 0 };
	char *who, *title;

	if (is_open(app, account, id) ||
	    message_by_id(a->store, id, &m, NULL) != ST_OK)
		return;
	who = address_short_of_list(m.env.to ? m.env.to : "");
	title = g_strdup_printf("%s%s%s%s", *who ? "To " : "", who,
				*who ? ": " : "",
				m.env.subject && *m.env.subject
				? m.env.subject : "(no subject)");
	row = g_new0(struct overlay_row, 1);
	row->account = account;
	row->message = id;
	row->left = g_strdup("draft");
	row->right = text_gate_line(title);
	row->help = g_strdup(app->accounts->len > 1 ? a->account->name : "");
	g_ptr_array_add(rows, row);
	g_free(title);
	g_free(who);
	message_clear(&m);
}

/* The newest first. */
static void
draft_rows(const struct app *app, int account, GPtrArray *rows)
{
	const struct app_account *a = account_at(app, account);
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	int64_t folder = drafts_of(a), from = 0;
	guint least, before;

	do {
		before = ids->len;
	} while (folder && message_ids(a->store, folder, &from, DRAFTS_MAX,
				       ids, NULL) == ST_OK &&
		 ids->len - before == DRAFTS_MAX);
	least = ids->len > DRAFTS_MAX ? ids->len - DRAFTS_MAX : 0;
	for (guint i = ids->len; i > least; i--)
		draft_row(app, account, g_array_index(ids, int64_t, i - 1),
			  rows);
	g_array_unref(ids);
}

void
compose_recall_rows(struct app *app, GPtrArray *rows)
{
	open_rows(app, rows);
	for (guint i = 0; i < app->accounts->len; i++)
		draft_rows(app, (int)i, rows);
}

/* ---- taking up ---------------------------------------------------------- */

enum st
compose_recall_row(struct app *app, struct err *e)
{
	const struct overlay_row *row = overlay_current(app);
	int account = row->account;
	int64_t id = row->id, message = row->message;

	overlay_close(app);
	if (message)
		return compose_recall_draft(app, account, message, e);
	if (id < 1 || id > app->compose.open->len)
		return err_set(e, ST_GONE, "This letter is not open any more.");
	compose_show(app, app->compose.open->pdata[id - 1]);
	return ST_OK;
}

/* The draft under the cursor, when it is among the drafts. */
static bool
on_draft(const struct app *app)
{
	const struct app_index *x = &app->index;

	return (app->focus == WHERE_INDEX || app->focus == WHERE_PAGER) &&
	       x->folder && x->cursor_id &&
	       x->folder->id == drafts_of(account_at(app, x->account));
}

enum st
cmd_recall(struct app *app, int n, char **words, struct err *e)
{
	if (on_draft(app))
		return compose_recall_draft(app, app->index.account,
					    app->index.cursor_id, e);
	overlay_lay(app, WHERE_QUEUE, OVERLAY_RECALL,
		    "Letters that are being written");
	if (app->overlay.rows->len == 0) {
		overlay_close(app);
		return err_set(e, ST_GONE, "No letter is being written, and "
			       "there are no drafts.");
	}
	return app->overlay.rows->len == 1 ? compose_recall_row(app, e)
					   : ST_OK;
}
