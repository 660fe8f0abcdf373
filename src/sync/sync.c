/*
 * sync.c - one run: folders, then each folder, the others going on when one
 * fails
 */
#include "sync/sync.h"

#include <string.h>

#include "base/clock.h"
#include "store/history.h"
#include "store/outbox.h"
#include "store/queue.h"
#include "sync/private.h"
#include "sync/push.h"

/* A server that breaks its word in one folder gets so many new sessions for
 * the others. */
#define REOPEN_MOST 12

#define DAY (24 * 3600)

/* How long what was done can be undone, and is told of. */
#define REMEMBER_DAYS 90

/* How long a letter that was sent is listed. */
#define SENT_DAYS 14

/* How often the queue is gone through again in one run. */
#define ROUNDS 4

/* Folders that want no more than this are finished at the first look. */
#define SMALL_FOLDER 500

struct sync *
sync_new(const struct account *account, struct store *store,
	 struct driver *driver, const struct sync_events *events)
{
	struct sync *s = g_new0(struct sync, 1);

	s->account = account;
	s->store = store;
	s->driver = driver;
	if (events)
		s->events = *events;
	s->looked = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free,
					  NULL);
	return s;
}

void
sync_free(struct sync *s)
{
	if (!s)
		return;
	g_clear_pointer(&s->due, g_array_unref);
	g_hash_table_destroy(s->looked);
	g_free(s->entered);
	g_free(s);
}

void
sync_session_lost(struct sync *s)
{
	g_clear_pointer(&s->entered, g_free);
}

void
sync_skip(struct sync *s, const char *folder, enum st st, const char *why)
{
	s->worst = st_worse(s->worst, st == ST_PROTOCOL ? st : ST_RETRY);
	if (s->events.failed)
		s->events.failed(s->events.ctx, folder, st, why);
}

bool
sync_is_small(enum st st)
{
	return st == ST_GONE || st == ST_REFUSED || st == ST_PROTOCOL ||
	       st == ST_CORRUPT;
}

void
sync_looked(struct sync *s, int64_t folder)
{
	g_hash_table_add(s->looked, g_memdup2(&folder, sizeof(folder)));
}

void
sync_changed(struct sync *s, int64_t folder)
{
	if (s->events.changed)
		s->events.changed(s->events.ctx, folder);
}

enum st
sync_between(struct sync *s, struct err *e)
{
	return s->events.between ? s->events.between(s->events.ctx, e)
				 : ST_OK;
}

enum st
sync_reenter(struct sync *s, struct job *job, struct err *e)
{
	struct entered entered;
	enum st st;

	if (g_strcmp0(s->entered, job->folder->name) == 0)
		return ST_OK;
	sync_session_lost(s);
	st = driver_enter(s->driver, job->folder->name, NULL, NULL, &entered,
			  e);
	if (st != ST_OK)
		return st;
	s->entered = g_strdup(job->folder->name);
	if (entered.uidvalidity != job->entered.uidvalidity)
		return err_set(e, ST_REFUSED, "The server renumbered the "
			       "folder meanwhile.");
	return ST_OK;
}

/* The session broke over one folder: another one for the rest. */
static enum st
reopen(struct sync *s, struct err *e)
{
	sync_session_lost(s);
	if (++s->reopened > REOPEN_MOST)
		return err_set(e, ST_PROTOCOL, "The server broke its word too "
			       "often.");
	driver_close(s->driver, false, NULL);
	return driver_open(s->driver, e);
}

/* What one folder's end means for the run. */
static enum st
settle(struct sync *s, const struct job *job, enum st st, struct err *e)
{
	if (st == ST_OK || !sync_is_small(st))
		return st;
	g_hash_table_remove_all(s->looked);
	sync_skip(s, job->folder->name, st, e->text);
	return st == ST_PROTOCOL ? reopen(s, e) : ST_OK;
}

static enum st
look_at(struct sync *s, struct job *job, bool only, struct err *e)
{
	uint64_t wants;
	enum st st = pull_look(s, job, e);

	if (st == ST_OK && s->due)
		st = push_place(s, job, e);
	if (st == ST_OK)
		sync_looked(s, job->folder->id);
	if (st == ST_OK && s->due)
		st = push_folder(s, job, e);
	if (st != ST_OK)
		return st;
	wants = uidset_count(&job->fresh) + uidset_count(&job->waiting);
	if (!only && wants > SMALL_FOLDER)
		return body_newest(s, job, e);
	job->listed = false;	/* it is finished now */
	if (only && wants > SMALL_FOLDER)
		st = body_newest(s, job, e);
	return st == ST_OK ? pull_finish(s, job, e) : st;
}

/* First a look at every folder, with the newest of it; then the rest, so
 * that a large folder does not keep the others waiting. */
static enum st
run_jobs(struct sync *s, GPtrArray *jobs, struct err *e)
{
	enum st st = ST_OK;

	for (guint i = 0; i < jobs->len && st == ST_OK; i++) {
		struct job *job = jobs->pdata[i];

		st = look_at(s, job, jobs->len == 1, e);
		if (st != ST_OK)
			job->listed = false;
		st = settle(s, job, st, e);
		if (st == ST_OK)
			st = sync_between(s, e);
	}
	for (guint i = 0; i < jobs->len && st == ST_OK; i++) {
		struct job *job = jobs->pdata[i];

		if (job->listed)
			st = settle(s, job, pull_finish(s, job, e), e);
	}
	return st;
}

static bool
delivers(const struct sync *s)
{
	return driver_capabilities(s->driver) & CAP_DELIVERS;
}

static enum st
read_due(struct sync *s, struct err *e)
{
	enum st st;

	g_clear_pointer(&s->due, g_array_unref);
	st = push_folders_due(s, &s->due, e);
	s->decided = s->decided || s->due;
	return st;
}

/* Mail flows into INBOX alone: what else was asked for is not done. */
static void
skip_others(struct sync *s, const char *const *folders)
{
	for (; folders && *folders; folders++)
		if (strcmp(*folders, "INBOX") != 0)
			sync_skip(s, *folders, ST_GONE, "The server has no "
				  "folder of that name.");
}

/* Some folders (int64_t) once more. */
static enum st
run_again(struct sync *s, const GArray *ids, struct err *e)
{
	GPtrArray *jobs = g_ptr_array_new_with_free_func((GDestroyNotify)
							 job_free);
	enum st st = ST_OK;

	for (guint i = 0; st == ST_OK && i < ids->len; i++) {
		struct folder *f = NULL;

		st = folder_by_id(s->store, g_array_index(ids, int64_t, i),
				  &f, e);
		if (st == ST_OK && !f->local)
			g_ptr_array_add(jobs, job_new(f));
		else
			folder_free(f);
		if (st == ST_GONE)
			st = ST_OK;
	}
	if (st == ST_OK)
		st = run_jobs(s, jobs, e);
	g_ptr_array_unref(jobs);
	return st;
}

/* Does it lack texts that were not set aside? */
static enum st
lacks_text(struct sync *s, const struct folder *f, bool *lacks,
	   struct err *e)
{
	struct uidset waiting = UIDSET_EMPTY, aside = UIDSET_EMPTY;
	enum st st = ST_OK;

	if (f->waiting > 0)
		st = folder_uids_waiting(s->store, f->id, &waiting, e);
	if (st == ST_OK && waiting.n)
		st = folder_quarantined(s->store, f->id, &aside, e);
	uidset_remove_set(&waiting, &aside);
	*lacks = waiting.n > 0;
	uidset_clear(&waiting);
	uidset_clear(&aside);
	return st;
}

/* A message that was moved before its text was fetched has it still to come
 * where it went, which may have been looked at before that.  Folders that this
 * run is not about are left to the one that is. */
static enum st
run_texts(struct sync *s, struct err *e)
{
	GPtrArray *all = NULL;
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	enum st st = s->decided ? folders_all(s->store, &all, e) : ST_OK;

	for (guint i = 0; st == ST_OK && all && i < all->len; i++) {
		const struct folder *f = all->pdata[i];
		bool lacks = false;

		if (g_hash_table_contains(s->looked, &f->id))
			st = lacks_text(s, f, &lacks, e);
		if (lacks)
			g_array_append_val(ids, f->id);
	}
	if (st == ST_OK && ids->len)
		st = run_again(s, ids, e);
	g_array_unref(ids);
	if (all)
		g_ptr_array_unref(all);
	return st;
}

/* What was decided here, as far as it needs more than the folder it is
 * about.  Bounded, since two that move the same message about could keep
 * each other busy for ever. */
static enum st
run_rest(struct sync *s, struct err *e)
{
	enum st st = ST_OK;
	bool again = false;

	for (int i = 0; i < ROUNDS && st == ST_OK; i++) {
		st = push_rest(s, &again, e);
		if (st == ST_OK)
			st = read_due(s, e);
		if (st != ST_OK || !s->due)
			break;
		st = run_again(s, s->due, e);
	}
	return st;
}

static enum st
run_folders(struct sync *s, const char *const *folders, bool hurry,
	    struct err *e)
{
	GPtrArray *jobs = NULL;
	bool did = false;
	enum st st = push_folder_changes(s, &did, e);

	if (st == ST_OK)
		st = read_due(s, e);
	if (st == ST_OK)
		st = folders_level(s, folders, hurry, &jobs, e);
	if (st == ST_OK)
		st = run_jobs(s, jobs, e);
	if (st == ST_OK)
		st = run_rest(s, e);
	if (st == ST_OK)
		st = run_texts(s, e);
	if (st == ST_OK)
		st = push_folder_changes(s, &did, e);
	if (jobs)
		g_ptr_array_unref(jobs);
	return st;
}

/* Once a day. */
static void
forget_old(struct sync *s)
{
	char today[24], *last = store_fact_get(s->store, "forgot");

	g_snprintf(today, sizeof(today), "%" G_GINT64_FORMAT,
		   clock_now() / DAY);
	/* What cannot be forgotten today is no harm. */
	if (g_strcmp0(last, today) != 0 &&
	    queue_expire(s->store, REMEMBER_DAYS, NULL) == ST_OK &&
	    history_expire(s->store, REMEMBER_DAYS, NULL) == ST_OK &&
	    outbox_expire(s->store, SENT_DAYS, NULL) == ST_OK &&
	    store_expire_removed(s->store, NULL) == ST_OK)
		store_fact_set(s->store, "forgot", today, NULL);
	g_free(last);
}

enum st
sync_run(struct sync *s, const char *const *folders, bool hurry,
	 struct err *e)
{
	struct err local;
	enum st st;

	if (!e)
		e = &local;
	s->worst = ST_OK;
	s->reopened = 0;
	s->whole = !folders;
	s->decided = false;
	g_hash_table_remove_all(s->looked);
	st = sync_decisions(s, e);
	if (st == ST_OK && delivers(s))
		skip_others(s, folders);
	if (st == ST_OK)
		st = delivers(s) ? flow_run(s, e)
				 : run_folders(s, folders, hurry, e);
	if (st != ST_OK) {
		sync_session_lost(s);
		return st;
	}
	forget_old(s);
	queue_put_sweep(s->store, NULL);
	if (s->worst != ST_OK)
		return err_set(e, ST_REFUSED, "Not everything could be brought "
			       "level; what failed was named.");
	return ST_OK;
}

enum st
sync_decisions(struct sync *s, struct err *e)
{
	return s->account->receive.proto == PROTO_POP || delivers(s) ?
		push_local(s, e) : ST_OK;
}

enum st
sync_fetch(struct sync *s, int64_t message, struct err *e)
{
	struct message m = { 0 };
	struct job *job;
	struct folder *f = NULL;
	int64_t source = queue_bytes_of(s->store, message);
	enum st st = message_by_id(s->store, source ? source : message, &m,
				   e);

	if (st != ST_OK)
		return st;
	if (m.has_body)
		goto out;
	if (!(driver_capabilities(s->driver) & CAP_UIDS)) {
		st = err_set(e, ST_GONE, "The server does not have this "
			     "message any more.");
		goto out;
	}
	st = folder_by_id(s->store, ABS(m.folder), &f, e);
	if (st != ST_OK)
		goto out;
	job = job_new(f);
	job->entered.uidvalidity = f->uidvalidity;
	st = sync_reenter(s, job, e);
	if (st == ST_OK)
		st = body_fetch_one(s, job, m.uid, e);
	if (st != ST_OK && !sync_is_small(st))
		sync_session_lost(s);
	job_free(job);
out:
	message_clear(&m);
	return st;
}

enum st
sync_watch(struct sync *s, const char *folder, bool *level, struct err *e)
{
	struct entered in = { 0 };
	struct folder *f = NULL;
	enum st st;

	sync_session_lost(s);
	st = driver_enter(s->driver, folder, NULL, NULL, &in, e);
	if (st != ST_OK)
		return st;
	s->entered = g_strdup(folder);
	st = folder_by_name(s->store, folder, &f, e);
	if (st != ST_OK)
		return st;
	*level = f->synced && in.uidvalidity == f->uidvalidity &&
		 in.exists == f->there && in.modseq == f->modseq;
	folder_free(f);
	return ST_OK;
}
