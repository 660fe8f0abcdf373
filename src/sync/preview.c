/*
 * preview.c - what the next Send/Receive would do
 *
 * Asks what a run asks, up to where it would begin to change something.
 */
#include "sync/preview.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "store/queue.h"
#include "sync/plan.h"
#include "sync/policy.h"
#include "sync/private.h"

struct previewer {
	struct sync *s;
	const struct preview_events *events;
	struct preview *all;
	GPtrArray *queue;		/* struct change */
	/* Of the folder under way. */
	struct preview now;
	struct uidset listed, vanished, fetch;
};

static void
tell(struct previewer *p, const char *name)
{
	const struct preview *n = &p->now;

	p->all->fetch += n->fetch;
	p->all->octets += n->octets;
	p->all->gone += n->gone;
	p->all->send += n->send;
	p->all->remove += n->remove;
	if (p->events->folder &&
	    (n->fetch || n->gone || n->send || n->remove))
		p->events->folder(p->events->ctx, name, n);
}

/* The decisions about a folder (0: about folders themselves). */
static void
count_queue(struct previewer *p, int64_t folder)
{
	for (guint i = 0; i < p->queue->len; i++) {
		const struct change *c = p->queue->pdata[i];
		bool about_folder = c->message == 0 && c->dest == 0;

		if (c->state == CHANGE_PARKED ||
		    (about_folder ? folder != 0 : c->folder != folder))
			continue;
		p->now.send++;
		p->now.remove += c->kind == CHANGE_EXPUNGE;
	}
}

/* ---- sizes -------------------------------------------------------------- */

static enum st
add_size(void *ctx, const struct fetched *f, const struct envelope *env,
	 struct err *e)
{
	((struct previewer *)ctx)->now.octets += MAX(f->size, 0);
	return ST_OK;
}

/* ---- a folder ----------------------------------------------------------- */

static enum st
hear_sized(void *ctx, const struct listing *m, struct err *e)
{
	struct previewer *p = ctx;

	p->now.fetch++;
	p->now.octets += MAX(m->size, 0);
	return ST_OK;
}

static enum st
hear_message(void *ctx, const struct listing *m, struct err *e)
{
	uidset_add(&((struct previewer *)ctx)->listed, m->uid);
	return ST_OK;
}

static enum st
hear_vanished(void *ctx, const struct uidset *uids, struct err *e)
{
	uidset_add_set(&((struct previewer *)ctx)->vanished, uids);
	return ST_OK;
}

/* Nothing of it is here. */
static enum st
look_all(struct previewer *p, struct err *e)
{
	struct listing_sink sink = { p, hear_sized, hear_vanished };
	bool full;

	return driver_changes(p->s->driver, NULL, &sink, &full, e);
}

/* What listing said, against what is here. */
static bool
held(struct previewer *p, const struct folder *f, const struct entered *in,
     const struct uidset *here, bool full)
{
	struct plan plan = { UIDSET_EMPTY, UIDSET_EMPTY };
	struct plan_input input = {
		.full = full, .listed = &p->listed, .vanished = &p->vanished,
		.exists = in->exists, .uidnext = in->uidnext, .here = here,
		.total = f->there, .top = f->uidnext,
	};
	enum plan_verdict verdict = plan_messages(&input, &plan);

	if (verdict != PLAN_LIST) {
		uidset_add_set(&p->fetch, &plan.fresh);
		p->now.gone += verdict == PLAN_GOOD ?
			(int64_t)uidset_count(&plan.gone) : 0;
	}
	plan_clear(&plan);
	return verdict != PLAN_LIST;
}

static enum st
look_difference(struct previewer *p, const struct folder *f,
		const struct entered *in, struct err *e)
{
	struct listing_sink sink = { p, hear_message, hear_vanished };
	struct uidset here = UIDSET_EMPTY;
	struct known known = { in->uidvalidity, f->modseq, &here };
	bool full = false;
	enum st st = folder_uids(p->s->store, f->id, &here, e);

	if (st == ST_OK)
		st = folder_uids_waiting(p->s->store, f->id, &p->fetch, e);
	if (st == ST_OK)
		st = driver_changes(p->s->driver, &known, &sink, &full, e);
	if (st == ST_OK && !held(p, f, in, &here, full)) {
		known.modseq = 0;
		uidset_clear(&p->listed);
		uidset_clear(&p->vanished);
		st = driver_changes(p->s->driver, &known, &sink, &full, e);
		if (st == ST_OK)
			held(p, f, in, &here, full);
	}
	uidset_clear(&here);
	p->now.fetch += (int64_t)uidset_count(&p->fetch);
	if (st == ST_OK && p->fetch.n)
		st = ids_fetch(p->s, &p->fetch, add_size, p, e);
	return st;
}

static enum st
look_into(struct previewer *p, const char *name, const struct folder *f,
	  struct err *e)
{
	struct sync *s = p->s;
	struct entered in = { 0 };
	enum st st;

	sync_session_lost(s);
	st = driver_enter(s->driver, name, NULL, NULL, &in, e);
	if (st == ST_OK)
		s->entered = g_strdup(name);
	uidset_clear(&p->listed);
	uidset_clear(&p->vanished);
	if (st == ST_GONE || st == ST_REFUSED)
		return ST_OK;	/* the run tells of it */
	if (st != ST_OK)
		return st;
	if (!f || f->there == 0 || in.uidvalidity != f->uidvalidity)
		return look_all(p, e);
	return look_difference(p, f, &in, e);
}

static enum st
preview_folder(struct previewer *p, const struct folder_info *info,
	       struct err *e)
{
	struct folder *f = NULL;
	enum st st = folder_by_name(p->s->store, info->name, &f, e);

	memset(&p->now, 0, sizeof(p->now));
	if (st == ST_GONE)
		st = ST_OK;
	if (st == ST_OK && f)
		count_queue(p, f->id);
	if (st == ST_OK && !(info->attr & FOLDER_NOSELECT) &&
	    !(f && folders_is_level(p->s, f, info, false)))
		st = look_into(p, info->name, f, e);
	folder_free(f);
	uidset_clear(&p->listed);
	uidset_clear(&p->vanished);
	uidset_clear(&p->fetch);
	if (st == ST_OK)
		tell(p, info->name);
	return st;
}

static enum st
preview_folders(struct previewer *p, const char *const *names, struct err *e)
{
	GPtrArray *there = NULL;
	enum st st = driver_folders(p->s->driver, true, &there, e);

	for (guint i = 0; st == ST_OK && i < there->len; i++) {
		const struct folder_info *f = there->pdata[i];

		if (names && *names && !g_strv_contains(names, f->name))
			continue;
		st = preview_folder(p, f, e);
		if (st == ST_OK)
			st = sync_between(p->s, e);
	}
	g_clear_pointer(&there, g_ptr_array_unref);
	memset(&p->now, 0, sizeof(p->now));
	count_queue(p, 0);
	if (st == ST_OK)
		tell(p, "");
	return st;
}

/* ---- a flow-through server ---------------------------------------------- */

static bool
is_trash(struct previewer *p, int64_t id)
{
	struct folder *f = NULL;
	bool trash = folder_by_id(p->s->store, id, &f, NULL) == ST_OK &&
		     f->role == ROLE_TRASH;

	folder_free(f);
	return trash;
}

/* A decision that the next run carries out first does away with it. */
static bool
is_deleted(struct previewer *p, int64_t id)
{
	for (guint i = 0; i < p->queue->len; i++) {
		const struct change *c = p->queue->pdata[i];

		if (c->message != id || c->state == CHANGE_PARKED)
			continue;
		if (c->kind == CHANGE_EXPUNGE ||
		    (c->kind == CHANGE_MOVE && is_trash(p, c->dest)))
			return true;
		if (c->kind == CHANGE_MOVE)
			id = c->placeholder;
	}
	return false;
}

static enum st
hear_drop(void *ctx, const struct listing *m, struct err *e)
{
	struct previewer *p = ctx;
	const struct account *a = p->s->account;
	struct uidl known = { 0 };
	enum st st = m->uidl ? uidl_find(p->s->store, m->uidl, &known, e)
			     : ST_GONE;
	bool owed = st == ST_OK && known.id > 0 && !known.has_digest;

	if (st != ST_OK && st != ST_GONE)
		return st;
	if (st == ST_GONE || owed) {
		p->now.fetch++;
		p->now.octets += MAX(m->size, 0);
		p->now.remove += a->keep == KEEP_NO;
		uidl_clear(&known);
		return ST_OK;
	}
	p->now.remove += policy_may_go(a, known.seen, clock_now()) ||
			 (known.id > 0 && is_deleted(p, known.id));
	uidl_clear(&known);
	return ST_OK;
}

static enum st
preview_drop(struct previewer *p, struct err *e)
{
	struct listing_sink sink = { p, hear_drop, hear_vanished };
	struct entered in = { 0 };
	bool full;
	enum st st = driver_enter(p->s->driver, "INBOX", NULL, &sink, &in, e);

	if (st == ST_OK && !in.complete)
		st = driver_changes(p->s->driver, NULL, &sink, &full, e);
	if (st == ST_OK)
		tell(p, "INBOX");
	return st;
}

enum st
sync_preview(struct sync *s, const char *const *folders,
	     const struct preview_events *events, struct preview *all,
	     struct err *e)
{
	struct previewer p = { .s = s, .events = events, .all = all };
	enum st st = queue_list(s->store, false, &p.queue, e);

	memset(all, 0, sizeof(*all));
	if (st == ST_OK)
		st = driver_capabilities(s->driver) & CAP_DELIVERS
			? preview_drop(&p, e)
			: preview_folders(&p, folders, e);
	if (p.queue)
		g_ptr_array_unref(p.queue);
	return st;
}
