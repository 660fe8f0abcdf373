/*
 * outgoing.c - letters of the outbox as rows, and what is decided about them
 */
#include "control/outgoing.h"

#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/path.h"
#include "base/text.h"
#include "control/changes.h"
#include "control/decide.h"
#include "control/notice.h"
#include "control/overlay.h"
#include "store/outbox.h"

static struct app_account *
account_at(const struct app *app, int account)
{
	return app->accounts->pdata[account];
}

/* ---- rows --------------------------------------------------------------- */

static bool
needs(const struct outbox_letter *l)
{
	return l->state == OUTBOX_REFUSED || l->state == OUTBOX_UNSURE ||
	       l->state == OUTBOX_HELD;
}

static const char *
state_text(const struct outbox_letter *l)
{
	switch (l->state) {
	case OUTBOX_SENDING:
		return "is being sent";
	case OUTBOX_REFUSED:
		return "refused";
	case OUTBOX_UNSURE:
		return "in doubt";
	case OUTBOX_HELD:
		return "is held";
	default:
		return "waits";
	}
}

/* The recipients that a server refused, each with its words. */
static void
append_refused(GString *out, const struct outbox_letter *l)
{
	for (guint i = 0; i < l->rcpt->len; i++) {
		const struct outbox_rcpt *r = l->rcpt->pdata[i];

		if (r->code >= 400)
			g_string_append_printf(out, "%s%s: %s", out->len
					       ? " · " : "", r->address,
					       r->said ? r->said : "refused");
	}
}

/* Why it is still here. */
static char *
reason(const struct outbox_letter *l)
{
	GString *out = g_string_new(l->why);
	int64_t left = l->not_before - clock_now();
	char *gated;

	if (l->state == OUTBOX_UNSURE)
		g_string_append(out, " · Enter says whether it arrived");
	else if (l->state == OUTBOX_QUEUED && !l->why && left > 0)
		g_string_append_printf(out, "can be taken back for %lld s",
				       (long long)left);
	append_refused(out, l);
	gated = text_gate_line(out->str);
	g_string_free(out, TRUE);
	return gated;
}

static struct overlay_row *
letter_row(int account, const struct outbox_letter *l)
{
	struct overlay_row *row = g_new0(struct overlay_row, 1);
	char *what = g_strdup_printf("Letter to %s: %s", l->to ? l->to : "?",
				     l->subject && *l->subject
				     ? l->subject : "(no subject)");

	row->account = account;
	row->id = l->id;
	row->is_letter = true;
	row->left = g_strdup(state_text(l));
	row->right = text_gate_line(what);
	row->help = reason(l);
	g_free(what);
	return row;
}

void
outgoing_rows(struct app *app, int account, bool need, GPtrArray *rows)
{
	const struct app_account *a = account_at(app, account);
	GPtrArray *all = NULL;

	if (!a->store || outbox_unsent(a->store, &all, NULL) != ST_OK)
		return;
	for (guint i = 0; i < all->len; i++) {
		const struct outbox_letter *l = all->pdata[i];

		if (needs(l) == need)
			g_ptr_array_add(rows, letter_row(account, l));
	}
	g_ptr_array_unref(all);
}

/* ---- decisions ---------------------------------------------------------- */

static enum st
settle(struct app *app, int account, enum st st)
{
	if (st == ST_OK) {
		changes_settle(app, account);
		overlay_refresh(app);
	}
	return st;
}

enum st
outgoing_retry(struct app *app, const struct overlay_row *row, struct err *e)
{
	const struct app_account *a = account_at(app, row->account);
	enum st st = outbox_retry(a->store, row->id, e);

	if (st == ST_OK && a->link)
		link_request(a->link, "send", NULL);
	return settle(app, row->account, st);
}

char *
outgoing_hidden(const struct outbox_letter *l, GBytes *bytes)
{
	struct message_view *m = mime_open(bytes);
	GPtrArray *to = mime_addresses(m, "To"), *cc = mime_addresses(m, "Cc");
	GHashTable *named = g_hash_table_new(g_str_hash, g_str_equal);
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < to->len; i++)
		g_hash_table_add(named, ((struct address *)
					 to->pdata[i])->mailbox);
	for (guint i = 0; i < cc->len; i++)
		g_hash_table_add(named, ((struct address *)
					 cc->pdata[i])->mailbox);
	for (guint i = 0; i < l->rcpt->len; i++) {
		const struct outbox_rcpt *r = l->rcpt->pdata[i];

		if (!g_hash_table_contains(named, r->address))
			g_string_append_printf(out, "%s%s", out->len ? ",\n "
					       : "Bcc: ", r->address);
	}
	if (out->len)
		g_string_append_c(out, '\n');
	g_hash_table_destroy(named);
	g_ptr_array_unref(to);
	g_ptr_array_unref(cc);
	mime_close(m);
	return g_string_free(out, FALSE);
}

/* It is in Drafts and out of the outbox in one step. */
static enum st
move_to_drafts(const struct app_account *a, int64_t id, int fd,
	       struct err *e)
{
	struct decider d = { a->account, a->store, a->folders };
	enum st st = store_begin(a->store, e);

	if (st == ST_OK)
		st = decide_draft(&d, fd, e);
	if (st == ST_OK)
		st = outbox_take_back(a->store, id, e);
	if (st == ST_OK)
		st = store_commit(a->store, e);
	else
		store_rollback(a->store);
	return st;
}

/* The letter as a draft, in a file that goes with its descriptor. */
static enum st
draft_of(const struct app_account *a, const struct outbox_letter *l, int *fd,
	 struct err *e)
{
	char *bcc = NULL;
	GBytes *bytes = NULL;
	enum st st = outbox_bytes(a->store, l->id, &bytes, e);
	gsize len;
	const char *data;

	if (st == ST_OK)
		st = path_scratch(store_dir(a->store), fd, e);
	if (st == ST_OK) {
		bcc = outgoing_hidden(l, bytes);
		data = g_bytes_get_data(bytes, &len);
		if (!path_write_all(*fd, bcc, strlen(bcc)) ||
		    !path_write_all(*fd, data, len))
			st = err_errno(e, "The draft cannot be written");
	}
	if (bytes)
		g_bytes_unref(bytes);
	g_free(bcc);
	return st;
}

enum st
outgoing_take_back(struct app *app, const struct overlay_row *row,
		   struct err *e)
{
	const struct app_account *a = account_at(app, row->account);
	struct outbox_letter *l = NULL;
	int fd = -1;
	enum st st = outbox_get(a->store, row->id, &l, e);

	if (st == ST_OK)
		st = draft_of(a, l, &fd, e);
	if (st == ST_OK)
		st = move_to_drafts(a, row->id, fd, e);
	if (fd >= 0)
		close(fd);
	outbox_letter_free(l);
	return settle(app, row->account, st);
}

/* ---- in doubt ----------------------------------------------------------- */

struct doubt {
	int account;
	int64_t id;
};

static void
doubt_answered(struct app *app, const char *text, void *ctx)
{
	const struct doubt *d = ctx;
	const struct overlay_row row = { .account = d->account, .id = d->id };
	struct err e;
	enum st st;

	if (!text)
		return;
	if (strcmp(text, "y") == 0)
		st = settle(app, d->account,
			    outbox_arrived(account_at(app, d->account)->store,
					   d->id, true, &e));
	else
		st = outgoing_retry(app, &row, &e);
	if (st != ST_OK)
		notice_fail(app, "%s", e.text);
}

enum st
outgoing_open(struct app *app, const struct overlay_row *row, struct err *e)
{
	const struct app_account *a = account_at(app, row->account);
	struct outbox_letter *l = NULL;
	struct doubt *d;
	enum st st = outbox_get(a->store, row->id, &l, e);

	if (st != ST_OK)
		return st;
	if (l->state == OUTBOX_UNSURE) {
		d = g_new0(struct doubt, 1);
		d->account = row->account;
		d->id = row->id;
		ask_post(app, ASK_YESNO, COMPLETE_NONE, "Has the letter "
			 "arrived? (n sends it again) ", NULL, doubt_answered,
			 d, g_free);
	} else {
		notice_tell(app, "%s", *row->help ? row->help : row->right);
	}
	outbox_letter_free(l);
	return ST_OK;
}
