/*
 * outgoing.c - letters go out, whatever else is under way
 *
 * Sending has a server, a back-off and a handle on the store of its own: it
 * waits for no synchronisation, and none fails because of it.
 */
#include <string.h>

#include "base/clock.h"
#include "base/path.h"
#include "sync/sending.h"
#include "worker/private.h"

/* Where something could not be sent, the next look is not sooner. */
#define PAUSE_MS 5000

void
outgoing_init(struct worker *w)
{
	w->send_at = INT64_MAX;
	if (mailer_configured(w->account))
		w->mailer = mailer_new(w->account, &w->sends.host, NULL);
}

void
outgoing_free(struct worker *w)
{
	mailer_free(w->mailer);
	store_close(w->outbox);
}

/* ---- when --------------------------------------------------------------- */

/* Look at the outbox for the time of the next letter; not before not_before
 * (of clock_ms()). */
static void
plan(struct worker *w, int64_t not_before)
{
	int64_t when = INT64_MAX;

	w->send_at = INT64_MAX;
	if (!w->outbox || outbox_next(w->outbox, &when, NULL) != ST_OK ||
	    when == INT64_MAX)
		return;
	when = clock_ms() + MAX(when - clock_now(), 0) * 1000;
	w->send_at = MAX(when, not_before);
}

bool
outgoing_due(const struct worker *w)
{
	return w->mailer && w->mode != LINK_LOOK && !w->away &&
	       (w->send_asked || clock_left(w->send_at) == 0);
}

int
outgoing_left(const struct worker *w)
{
	return !w->mailer || w->away || w->mode == LINK_LOOK ||
	       w->send_at == INT64_MAX ? -1 : clock_left(w->send_at);
}

/* ---- what is told ------------------------------------------------------- */

static void
on_changed(void *ctx, int64_t letter)
{
	struct worker *w = ctx;
	char id[24];

	w->send_moved = true;
	g_snprintf(id, sizeof(id), "%" G_GINT64_FORMAT, letter);
	post_line(w->post, "outbox", id, NULL);
}

static void
on_told(void *ctx, bool bad, const char *sentence)
{
	struct worker *w = ctx;

	if (bad)
		post_line(w->post, "failed", "Outbox", st_name(ST_REFUSED),
			  sentence, NULL);
	else
		post_line(w->post, "notice", sentence, NULL);
}

/* Lines are taken when this run is over. */
static enum st
between(void *ctx, struct err *e)
{
	struct worker *w = ctx;

	return atomic_load(&w->stop) || atomic_load(&w->quit) ?
		err_set(e, ST_CANCELLED, "Sending was stopped.") : ST_OK;
}

/* ---- the run ------------------------------------------------------------ */

static enum st
open_outbox(struct worker *w, struct err *e)
{
	char *dir;
	enum st st;

	if (w->outbox)
		return ST_OK;
	dir = path_account(w->account->name);
	st = store_open(dir, STORE_READER, &w->outbox, e);
	g_free(dir);
	return st;
}

/* What a sent letter leaves to be done: its copy, and the mark on what it
 * answers.  False: nothing. */
static bool
follow_up(struct worker *w)
{
	if (!w->send_moved)
		return false;
	w->decided = true;
	if (w->refused || w->away || clock_left(w->next_try) > 0)
		return false;
	w->stale = w->hurry = true;
	return true;
}

void
outgoing_end(struct worker *w)
{
	struct task *t;

	while ((t = tasks_find(w, "send")))
		tasks_end(w, t, w->send_st, w->send_why.text);
}

enum st
outgoing_run(struct worker *w, struct err *e)
{
	const struct sending_events events = { w, on_changed, on_told,
					       between };
	bool insist = w->send_asked;
	struct err why = { "" };
	enum st st = open_outbox(w, e);

	if (st != ST_OK)
		return st;
	w->send_asked = w->send_moved = false;
	st = sending_settle(w->outbox, &events, &why);
	atomic_store(&w->sending, true);
	if (st == ST_OK)
		st = sending_run(w->outbox, w->mailer, insist, &events, &why);
	atomic_store(&w->sending, false);
	w->send_st = st;
	w->send_why = why;
	if (st == ST_LOCAL)	/* opened anew, it is put in order */
		g_clear_pointer(&w->outbox, store_close);
	plan(w, st == ST_OK ? 0 : clock_ms() + PAUSE_MS);
	if (!follow_up(w))
		outgoing_end(w);
	if (st != ST_CANCELLED)
		return ST_OK;
	*e = why;
	return st;
}
