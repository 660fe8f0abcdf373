/*
 * pull.c - one folder: what is there into what is here
 *
 * UIDVALIDITY first; then flags and removals, in one transaction that is
 * dropped when the server turns out to have lied; then what is missing here.
 * The modseq is written down last, when every message there has a row.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "store/history.h"
#include "sync/plan.h"
#include "sync/policy.h"
#include "sync/private.h"

/* Listed messages that are held against the index at once. */
#define CHUNK 4096

/* More flag changes of one folder at once are nobody's history. */
#define TOLD_MOST 10000

/* For the log of a message. */
struct told {
	uint32_t uid;
	char *words;
};

struct look {
	struct sync *s;
	struct job *job;
	bool have;			/* here is loaded */
	bool tags_here;			/* the server keeps none: tags.c */
	struct uidset here;
	struct uidset listed, vanished, fresh;
	GArray *theirs, *mine;		/* struct plan_flags */
	GArray *told;			/* struct told */
	bool changed;
};

struct job *
job_new(struct folder *f)
{
	struct job *job = g_new0(struct job, 1);

	job->folder = f;
	return job;
}

void
job_free(struct job *job)
{
	if (!job)
		return;
	uidset_clear(&job->fresh);
	uidset_clear(&job->waiting);
	folder_free(job->folder);
	g_free(job);
}

static void
clear_flags(gpointer p)
{
	flags_clear(&((struct plan_flags *)p)->flags);
}

static void
clear_told(gpointer p)
{
	g_free(((struct told *)p)->words);
}

static void
look_init(struct look *l, struct sync *s, struct job *job)
{
	memset(l, 0, sizeof(*l));
	l->s = s;
	l->job = job;
	l->theirs = g_array_new(FALSE, FALSE, sizeof(struct plan_flags));
	l->mine = g_array_new(FALSE, FALSE, sizeof(struct plan_flags));
	g_array_set_clear_func(l->theirs, clear_flags);
	g_array_set_clear_func(l->mine, clear_flags);
	l->told = g_array_new(FALSE, FALSE, sizeof(struct told));
	g_array_set_clear_func(l->told, clear_told);
}

/* Forget what was heard, not what is here. */
static void
look_forget(struct look *l)
{
	uidset_clear(&l->listed);
	uidset_clear(&l->vanished);
	uidset_clear(&l->fresh);
	g_array_set_size(l->theirs, 0);
	g_array_set_size(l->told, 0);
	l->changed = false;
}

static void
look_clear(struct look *l)
{
	look_forget(l);
	uidset_clear(&l->here);
	g_array_unref(l->theirs);
	g_array_unref(l->mine);
	g_array_unref(l->told);
}

static enum st
load_here(struct look *l, struct err *e)
{
	enum st st = ST_OK;

	if (!l->have && l->job->folder->there > 0)
		st = folder_uids(l->s->store, l->job->folder->id, &l->here, e);
	l->have = st == ST_OK;
	return st;
}

/* ---- flags against the index ---- */

static void
note_mine(void *ctx, uint32_t uid, const struct flags *flags)
{
	struct look *l = ctx;
	struct plan_flags m = { .uid = uid, .has_flags = true };

	flags_copy(&m.flags, flags);
	g_array_append_val(l->mine, m);
}

static enum st
take_over(void *ctx, const struct plan_flags *theirs,
	  const struct plan_flags *mine, struct err *e)
{
	struct look *l = ctx;
	struct told told = { theirs->uid, NULL };
	struct flags now = { 0, NULL };
	enum st st;

	if (!mine) {
		uidset_add(&l->fresh, theirs->uid);
		return ST_OK;
	}
	flags_copy(&now, &theirs->flags);
	if (l->tags_here)
		tags_join(&now, &mine->flags);
	l->changed = l->changed || !flags_equal(&now, &mine->flags);
	told.words = history_words(&mine->flags, &now);
	if (told.words && l->told->len < TOLD_MOST)
		g_array_append_val(l->told, told);
	else
		g_free(told.words);
	st = store_set_flags(l->s->store, l->job->folder->id, theirs->uid,
			     &now, theirs->modseq, e);
	flags_clear(&now);
	return st;
}

static int
by_uid(const void *a, const void *b)
{
	const struct plan_flags *x = a, *y = b;

	return x->uid < y->uid ? -1 : x->uid > y->uid;
}

/* What was listed since the last time. */
static enum st
digest(struct look *l, struct err *e)
{
	struct plan_flags *theirs = (struct plan_flags *)l->theirs->data;
	size_t n = l->theirs->len;
	enum st st = ST_OK;

	if (n > 1)
		qsort(theirs, n, sizeof(*theirs), by_uid);
	while (n > 0 && st == ST_OK) {
		size_t run = plan_run(theirs, n);

		g_array_set_size(l->mine, 0);
		st = folder_walk_flags(l->s->store, l->job->folder->id,
				       theirs[0].uid, theirs[run - 1].uid,
				       note_mine, l, e);
		if (st == ST_OK)
			st = plan_merge(theirs, run,
					(struct plan_flags *)l->mine->data,
					l->mine->len, take_over, l, e);
		theirs += run;
		n -= run;
	}
	g_array_set_size(l->theirs, 0);
	return st;
}

static enum st
hear_message(void *ctx, const struct listing *m, struct err *e)
{
	struct look *l = ctx;
	struct plan_flags t = { .uid = m->uid, .has_flags = m->has_flags,
				.modseq = m->modseq };

	uidset_add(&l->listed, m->uid);
	if (l->have && !uidset_has(&l->here, m->uid)) {
		uidset_add(&l->fresh, m->uid);
		return ST_OK;
	}
	if (l->have && !m->has_flags)
		return ST_OK;
	flags_copy(&t.flags, &m->flags);
	g_array_append_val(l->theirs, t);
	return l->theirs->len >= CHUNK ? digest(l, e) : ST_OK;
}

static enum st
hear_vanished(void *ctx, const struct uidset *uids, struct err *e)
{
	uidset_add_set(&((struct look *)ctx)->vanished, uids);
	return ST_OK;
}

/* ---- asking ---- */

/* Of the vanished UIDs those that are here; ranges may be vast. */
static enum st
here_gone(struct look *l, struct uidset *out, struct err *e)
{
	enum st st = ST_OK;

	for (size_t i = 0; i < l->vanished.n && st == ST_OK; i++)
		st = folder_uids_between(l->s->store, l->job->folder->id,
					 l->vanished.range[i].first,
					 l->vanished.range[i].last, out, e);
	return st;
}

static enum plan_verdict
decide(struct look *l, bool full, const struct uidset *gone,
       struct plan *plan)
{
	const struct folder *f = l->job->folder;
	struct plan_input in = {
		.full = full, .listed = &l->listed, .vanished = &l->vanished,
		.exists = l->job->entered.exists,
		.uidnext = l->job->entered.uidnext,
		.here = l->have ? &l->here : NULL,
		.here_gone = gone, .here_new = &l->fresh,
		.total = f->there, .top = f->uidnext,
	};

	if (l->have && l->here.n)
		in.top = MAX(in.top,
			     (int64_t)l->here.range[l->here.n - 1].last + 1);
	return plan_messages(&in, plan);
}

/* List the folder whole; *full as driver_changes() says. */
static enum st
ask_all(struct look *l, int64_t modseq, bool *full, struct err *e)
{
	struct job *job = l->job;
	struct listing_sink sink = { l, hear_message, hear_vanished };
	struct known known = { .uidvalidity = job->entered.uidvalidity,
			       .modseq = modseq };
	enum st st;

	look_forget(l);
	store_rollback(l->s->store);
	st = load_here(l, e);
	known.uids = &l->here;
	if (st == ST_OK)
		st = store_begin(l->s->store, e);
	if (st == ST_OK)
		st = driver_changes(l->s->driver, &known, &sink, full, e);
	return st == ST_OK ? digest(l, e) : st;
}

/* ---- taking over ---- */

static enum st
remove_gone(struct look *l, struct plan *plan, struct err *e)
{
	int64_t n = 0;
	enum st st;

	if (plan->gone.n == 0)
		return ST_OK;
	st = history_left(l->s->store, l->job->folder->id, &plan->gone, e);
	if (st == ST_OK)
		st = store_remove(l->s->store, l->job->folder->id, &plan->gone,
				  true, &n, e);
	l->job->went += n;
	l->changed = l->changed || n > 0;
	return st;
}

/* What has a row and no body, and was not set aside. */
static enum st
find_waiting(struct sync *s, struct job *job, struct err *e)
{
	struct uidset aside = UIDSET_EMPTY;
	struct folder *f = NULL;
	enum st st = folder_by_id(s->store, job->folder->id, &f, e);

	if (st == ST_OK && f->waiting > 0)
		st = folder_uids_waiting(s->store, f->id, &job->waiting, e);
	if (st == ST_OK && f->waiting > 0)
		st = folder_quarantined(s->store, f->id, &aside, e);
	if (st == ST_OK && aside.n) {
		uint64_t n = uidset_count(&job->waiting);
		struct err one;

		uidset_remove_set(&job->waiting, &aside);
		n -= uidset_count(&job->waiting);
		err_set(&one, ST_GONE, "%d of its messages could not be "
			"fetched and are tried again later.", (int)n);
		if (n)
			sync_skip(s, f->name, ST_GONE, one.text);
	}
	uidset_clear(&aside);
	folder_free(f);
	return st;
}

/* Nothing is to be heard any more that could take long: the index may be
 * locked. */
static enum st
write_history(struct look *l, struct err *e)
{
	enum st st = ST_OK;

	for (guint i = 0; i < l->told->len && st == ST_OK; i++) {
		const struct told *t = &g_array_index(l->told, struct told, i);

		st = history_flags(l->s->store, l->job->folder->id, t->uid,
				   t->words, e);
	}
	return st;
}

static enum st
apply(struct look *l, struct plan *plan, struct err *e)
{
	struct sync *s = l->s;
	struct job *job = l->job;
	enum st st = write_history(l, e);

	if (st == ST_OK)
		st = remove_gone(l, plan, e);

	if (st == ST_OK)
		st = store_commit(s->store, e);
	if (st != ST_OK)
		return st;
	if (l->changed)
		sync_changed(s, job->folder->id);
	uidset_add_set(&job->fresh, &plan->fresh);
	st = find_waiting(s, job, e);
	job->total = (int64_t)(uidset_count(&job->fresh) +
			       uidset_count(&job->waiting));
	job->listed = st == ST_OK;
	return st;
}

/* The difference that entering brought, if it is whole. */
static enum st
try_difference(struct look *l, struct plan *plan, bool *good, struct err *e)
{
	struct uidset gone = UIDSET_EMPTY;
	enum st st;

	*good = false;
	if (!l->job->entered.complete)
		return ST_OK;
	st = digest(l, e);
	if (st == ST_OK)
		st = here_gone(l, &gone, e);
	if (st == ST_OK)
		*good = decide(l, false, &gone, plan) == PLAN_GOOD;
	uidset_clear(&gone);
	return st;
}

/* What a listing brought; with plan when *good. */
static enum st
try_listing(struct look *l, int64_t modseq, struct plan *plan, bool *good,
	    struct err *e)
{
	struct uidset gone = UIDSET_EMPTY;
	bool full = false;
	enum plan_verdict verdict;
	enum st st = ask_all(l, modseq, &full, e);

	if (st == ST_OK && !full)
		st = here_gone(l, &gone, e);
	if (st == ST_OK) {
		verdict = decide(l, full, &gone, plan);
		*good = verdict == PLAN_GOOD;
		if (verdict == PLAN_DOUBT) {
			store_rollback(l->s->store);
			st = doubt_hold(l->s, l->job, e);
			if (st == ST_OK)
				st = store_begin(l->s->store, e);
			uidset_add_set(&plan->gone, &l->here);
			*good = true;
		}
	}
	uidset_clear(&gone);
	return st;
}

static enum st
compare(struct look *l, struct err *e)
{
	struct job *job = l->job;
	int64_t modseq = job->entered.same_uids ? job->folder->modseq : 0;
	struct plan plan = { UIDSET_EMPTY, UIDSET_EMPTY };
	bool good = false;
	enum st st = try_difference(l, &plan, &good, e);

	if (st == ST_OK && !good && !job->entered.complete)
		st = try_listing(l, modseq, &plan, &good, e);
	/* A difference that does not add up: everything, once. */
	if (st == ST_OK && !good) {
		plan_clear(&plan);
		st = try_listing(l, 0, &plan, &good, e);
	}
	if (st == ST_OK && !good)
		st = err_set(e, ST_PROTOCOL, "The server's list of messages "
			     "does not agree with their number (%"
			     G_GINT64_FORMAT "); nothing was removed.",
			     job->entered.exists);
	if (st == ST_OK)
		st = doubt_forget(l->s, l->job, e);
	if (st == ST_OK)
		st = apply(l, &plan, e);
	plan_clear(&plan);
	return st;
}

/* The folder's numbers are others than ours, or we have none. */
static enum st
new_numbers(struct look *l, struct err *e)
{
	struct sync *s = l->s;
	struct job *job = l->job;
	struct folder *f = NULL;
	enum st st;

	look_forget(l);
	store_rollback(s->store);
	if (job->folder->there > 0 && job->entered.exists == 0)
		st = rematch_empty(s, job, e);
	else if (job->folder->there > 0)
		st = rematch_folder(s, job, e);
	else
		st = folder_set_uidvalidity(s->store, job->folder->id,
					    job->entered.uidvalidity, e);
	if (st == ST_OK)
		st = folder_by_id(s->store, job->folder->id, &f, e);
	if (st != ST_OK)
		return st;
	job->went += job->folder->there - f->there;
	folder_free(job->folder);
	job->folder = f;
	l->have = false;
	uidset_clear(&l->here);
	job->entered.complete = false;
	return store_begin(s->store, e);
}

static enum st
enter(struct look *l, struct err *e)
{
	struct sync *s = l->s;
	struct job *job = l->job;
	struct folder *f = job->folder;
	struct listing_sink sink = { l, hear_message, hear_vanished };
	struct known known = { f->uidvalidity, f->modseq, NULL };
	uint32_t caps = driver_capabilities(s->driver);
	enum st st = ST_OK;

	if (!(caps & CAP_QRESYNC) || f->modseq <= 0 || f->uidvalidity <= 0) {
		st = load_here(l, e);
		known.uids = &l->here;
	}
	if (st == ST_OK)
		st = store_begin(s->store, e);
	sync_session_lost(s);
	if (st == ST_OK)
		st = driver_enter(s->driver, f->name,
				  f->uidvalidity ? &known : NULL, &sink,
				  &job->entered, e);
	if (st == ST_OK) {
		s->entered = g_strdup(f->name);
		l->tags_here = !job->entered.keywords_allowed;
		st = tags_note(s, job, e);
	}
	return st;
}

enum st
pull_look(struct sync *s, struct job *job, struct err *e)
{
	struct look l;
	enum st st;

	look_init(&l, s, job);
	st = enter(&l, e);
	if (st == ST_OK && (job->folder->uidvalidity == 0 ||
			    job->entered.uidvalidity !=
			    job->folder->uidvalidity))
		st = new_numbers(&l, e);
	if (st == ST_OK)
		st = compare(&l, e);
	store_rollback(s->store);
	look_clear(&l);
	return st;
}

enum st
pull_finish(struct sync *s, struct job *job, struct err *e)
{
	const struct entered *in = &job->entered;
	struct folder *f = NULL;
	enum st st = body_fetch(s, job, e);

	/* What is written down already costs no fsync again. */
	if (st == ST_OK && (job->came || job->went || !job->folder->synced ||
			    in->modseq != job->folder->modseq ||
			    in->uidnext != job->folder->uidnext))
		st = folder_synced(s->store, job->folder->id,
				   in->uidnext ? in->uidnext : -1, in->modseq,
				   clock_now(), e);
	if (st == ST_OK)
		st = folder_by_id(s->store, job->folder->id, &f, e);
	if (st != ST_OK)
		return st;
	sync_changed(s, f->id);
	if (job->unread > 0 && s->events.arrived)
		s->events.arrived(s->events.ctx, f->id, job->unread);
	if (s->events.level)
		s->events.level(s->events.ctx, f->name, job->came, job->went,
				f->total);
	folder_free(f);
	return ST_OK;
}
