/*
 * body.c - messages from the session into the store
 *
 * A message streams from the sink into the mbox and is never whole in
 * memory.  Commits happen from within the sink, so that one call to the
 * driver can bring thousands and a cut loses little.  A message leaves the
 * job's sets only when a commit has made it durable.
 */
#include <string.h>

#include "base/clock.h"
#include "mime/message.h"
#include "sync/policy.h"
#include "sync/private.h"

/* Messages that one broken folder may set aside in one run. */
#define POISON_MOST 8

/* One call to the driver. */
struct fetcher {
	struct sync *s;
	struct job *job;
	bool failed_here;	/* the store failed, not the session */
	bool open;		/* an ingest is open */
	uint32_t begun;		/* UID of the open message, 0: none is */
	int64_t octets;		/* of the open message */

	/* Since the last commit. */
	struct uidset ready;	/* written, not yet durable */
	int64_t count, bytes, since;
	int64_t unread;
	/* Since the start. */
	struct uidset missing;	/* UIDs that gave nothing */
	char *why;		/* of the last of them */
	int64_t fetched, fetched_bytes;
};

/* Durable now: out of the job's sets, and told. */
static void
mark_done(struct fetcher *f)
{
	struct job *job = f->job;

	uidset_remove_set(&job->fresh, &f->ready);
	uidset_remove_set(&job->waiting, &f->ready);
	uidset_clear(&f->ready);
	job->came += f->count;
	job->unread += f->unread;
	job->octets += f->bytes;
	f->fetched += f->count;
	f->fetched_bytes += f->bytes;
	if (f->count == 0)
		return;
	sync_changed(f->s, job->folder->id);
	if (f->s->events.progress)
		f->s->events.progress(f->s->events.ctx, job->folder->id,
				      job->total - (int64_t)
				      (uidset_count(&job->fresh) +
				       uidset_count(&job->waiting)),
				      job->total, job->octets);
	f->count = f->bytes = f->unread = 0;
}

static enum st
commit(struct fetcher *f, struct err *e)
{
	enum st st = store_commit(f->s->store, e);

	f->failed_here = st != ST_OK;
	if (st == ST_OK)
		mark_done(f);
	f->since = clock_ms();
	return st;
}

static enum st
local(struct fetcher *f, enum st st)
{
	if (st != ST_OK)
		f->failed_here = true;
	return st;
}

static enum st
begin(void *ctx, const struct fetched *m, int64_t octets, struct err *e)
{
	struct fetcher *f = ctx;
	enum st st = ingest_begin(f->s->store, f->job->folder->id, e);

	f->octets = 0;
	f->open = st == ST_OK;
	f->begun = m->uid;
	return local(f, st);
}

static enum st
data(void *ctx, const char *bytes, size_t len, struct err *e)
{
	struct fetcher *f = ctx;

	f->octets += (int64_t)len;
	return local(f, ingest_bytes(f->s->store, bytes, len, e));
}

static void
give_up(void *ctx)
{
	struct fetcher *f = ctx;

	if (f->open)
		ingest_abort(f->s->store);
	f->open = false;
}

static enum st
note_missing(struct fetcher *f, uint32_t uid, const char *why)
{
	uidset_add(&f->missing, uid);
	g_free(f->why);
	f->why = g_strdup(why);
	return ST_OK;
}

static enum st
end(void *ctx, const struct fetched *m, struct err *e)
{
	struct fetcher *f = ctx;
	struct ingest what = {
		.folder = f->job->folder->id, .uid = m->uid,
		.modseq = m->modseq, .internaldate = m->internaldate,
		.flags = m->flags,
	};
	struct envelope env = { 0 };
	const char *header;
	size_t len;
	enum st st;

	f->begun = 0;
	if (f->octets == 0) {	/* no message is empty */
		give_up(f);
		return note_missing(f, m->uid, "the server gave no octet of "
				    "it");
	}
	header = ingest_header(f->s->store, &len);
	mime_envelope(header, len, &env);
	st = ingest_end(f->s->store, &what, &env, NULL, e);
	envelope_clear(&env);
	f->open = false;
	if (st == ST_OK)
		st = sizes_note(f->s, m->size, f->octets, e);
	if (st != ST_OK)
		return local(f, st);
	uidset_add(&f->ready, m->uid);
	f->count++;
	f->bytes += f->octets;
	f->unread += !(m->flags.bits & FLAG_SEEN) &&
		     uidset_has(&f->job->fresh, m->uid);
	if (!policy_commit_due(f->bytes, f->count, clock_ms() - f->since))
		return ST_OK;
	st = commit(f, e);
	return st == ST_OK ? local(f, store_begin(f->s->store, e)) : st;
}

static enum st
missing(void *ctx, uint32_t uid, const char *why, struct err *e)
{
	return note_missing(ctx, uid, why);
}

static enum st
other_flags(void *ctx, const struct listing *m, struct err *e)
{
	struct fetcher *f = ctx;
	struct flags now = { 0, NULL };
	enum st st = ST_OK;

	if (!m->has_flags)
		return ST_OK;
	flags_copy(&now, &m->flags);
	if (!f->job->entered.keywords_allowed)
		st = tags_keep(f->s, f->job->folder, m->uid, &now, e);
	if (st == ST_OK)
		st = store_set_flags(f->s->store, f->job->folder->id, m->uid,
				     &now, m->modseq, e);
	flags_clear(&now);
	return local(f, st);
}

/* Gone meanwhile: the next look removes them; now they need no fetching. */
static enum st
vanished(void *ctx, const struct uidset *uids, struct err *e)
{
	struct fetcher *f = ctx;

	uidset_remove_set(&f->job->fresh, uids);
	return ST_OK;
}

/* Set aside what gave nothing: with a row, so that it is never forgotten. */
static enum st
set_aside(struct fetcher *f, const struct uidset *uids, const char *why,
	  struct err *e)
{
	struct store *store = f->s->store;
	struct job *job = f->job;
	struct envelope env = { 0 };
	struct flags none = { 0, NULL };
	uint64_t it = 0;
	uint32_t uid;
	enum st st = uids->n ? store_begin(store, e) : ST_OK;

	while (st == ST_OK && uidset_next(uids, &it, &uid)) {
		if (uidset_has(&job->fresh, uid))
			st = store_add_envelope(store, job->folder->id, uid,
						&none, 0, 0, 0, &env, e);
		if (st == ST_OK)
			st = folder_quarantine(store, job->folder->id, uid,
					       why, e);
	}
	if (uids->n == 0)
		return ST_OK;
	if (st == ST_OK)
		st = store_commit(store, e);
	if (st != ST_OK) {
		store_rollback(store);
		return st;
	}
	for (it = 0; uidset_next(uids, &it, &uid);) {
		struct err one;

		err_set(&one, ST_GONE, "Message %u could not be fetched: %s. "
			"It is tried again in a week, or when it is opened.",
			uid, why);
		sync_skip(f->s, job->folder->name, ST_GONE, one.text);
	}
	uidset_remove_set(&job->fresh, uids);
	uidset_remove_set(&job->waiting, uids);
	sync_changed(f->s, job->folder->id);
	return ST_OK;
}

/* One call; what it brought whole is kept however it ended. */
static enum st
fetch_set(struct fetcher *f, const struct uidset *uids, struct err *e)
{
	struct fetch_sink sink = { f, begin, data, end, give_up, missing,
				   other_flags, vanished };
	struct err local_error;
	enum st st, kept = ST_OK;

	f->since = clock_ms();
	f->fetched = f->fetched_bytes = 0;
	st = store_begin(f->s->store, e);
	if (st != ST_OK)
		return st;
	st = driver_fetch(f->s->driver, uids, FETCH_WHOLE, &sink, e);
	give_up(f);
	if (f->failed_here)
		store_rollback(f->s->store);
	else
		kept = commit(f, st == ST_OK ? e : &local_error);
	if (kept != ST_OK && st != ST_OK && e)
		*e = local_error;
	return kept != ST_OK ? kept : st;
}

static void
fetcher_clear(struct fetcher *f)
{
	uidset_clear(&f->ready);
	uidset_clear(&f->missing);
	g_free(f->why);
}

/* Those of part that the server passed over without a word. */
static void
passed_over(const struct fetcher *f, const struct uidset *part,
	    struct uidset *out)
{
	struct uidset wanted = UIDSET_EMPTY;

	uidset_add_set(&wanted, &f->job->fresh);
	uidset_add_set(&wanted, &f->job->waiting);
	uidset_add_set(out, part);
	for (size_t i = 0; i < part->n; i++) {
		struct uidset hole = UIDSET_EMPTY;

		uidset_add_range(&hole, part->range[i].first,
				 part->range[i].last);
		uidset_remove_set(&hole, &wanted);
		uidset_remove_set(out, &hole);
		uidset_clear(&hole);
	}
	uidset_remove_set(out, &f->missing);
	uidset_clear(&wanted);
}

/*
 * The server neither gave these nor said why: gone since they were listed,
 * or a server that leaves messages out.  A fresh one without a row is left
 * to the next look, for which the modseq must not move on.
 */
static void
leave_out(struct fetcher *f, const struct uidset *part)
{
	struct uidset out = UIDSET_EMPTY;

	uint64_t fresh = uidset_count(&f->job->fresh);

	passed_over(f, part, &out);
	uidset_remove_set(&f->job->fresh, &out);
	uidset_remove_set(&f->job->waiting, &out);
	f->job->total -= (int64_t)uidset_count(&out);
	if (uidset_count(&f->job->fresh) != fresh)
		f->job->entered.modseq = -1;
	uidset_clear(&out);
}

static enum st
fetch_part(struct fetcher *f, struct uidset *part, struct err *e)
{
	enum st st = sync_reenter(f->s, f->job, e);

	if (st == ST_OK)
		st = fetch_set(f, part, e);
	if (st != ST_OK)
		return st;
	st = set_aside(f, &f->missing, f->why, e);
	if (st == ST_OK)
		leave_out(f, part);
	uidset_clear(&f->missing);
	return st;
}

/* ---- a session that breaks over a message ---- */

static enum st
open_again(struct sync *s, struct err *e)
{
	sync_session_lost(s);
	driver_close(s->driver, false, NULL);
	return driver_open(s->driver, e);
}

/*
 * The server broke its word somewhere in part: ask for less and less, until
 * the one message is alone that does it, and set that aside.
 */
static enum st
narrow(struct fetcher *f, struct uidset *part, int64_t *chunk, int *poisoned,
       struct err *e)
{
	struct err why = *e;
	enum st st;

	if (uidset_count(part) > 1) {
		*chunk = MAX((int64_t)uidset_count(part) / 8, 1);
		return open_again(f->s, e);
	}
	if (++*poisoned > POISON_MOST)
		return ST_PROTOCOL;
	st = open_again(f->s, e);
	return st == ST_OK ? set_aside(f, part, why.text, e) : st;
}

/* What was under way when the session was cut; else what came next, since
 * servers answer in the order of UIDs.  0: nothing can be said. */
static uint32_t
cut_over(const struct fetcher *f, const struct uidset *part)
{
	uint64_t it = 0;
	uint32_t uid;

	if (f->begun)
		return f->begun;
	while (uidset_next(part, &it, &uid))
		if (uidset_has(&f->job->fresh, uid) ||
		    uidset_has(&f->job->waiting, uid))
			return uid;
	return 0;
}

/* The session was cut over a message: the third time it is set aside, and
 * the others go on in a new session. */
static enum st
suspect(struct fetcher *f, const struct uidset *part, struct err *e)
{
	struct uidset one = UIDSET_EMPTY;
	uint32_t uid = cut_over(f, part);
	char *key = g_strdup_printf("%" G_GINT64_FORMAT ".%u",
				    f->job->folder->id, uid);
	struct err why = *e;
	enum st st = ST_RETRY;

	if (uid && suspect_note(f->s, key)) {
		uidset_add(&one, uid);
		st = open_again(f->s, e);
		if (st == ST_OK)
			st = set_aside(f, &one, "the connection broke each "
				       "time it was asked for", e);
		uidset_clear(&one);
	} else {
		*e = why;
	}
	f->begun = 0;
	g_free(key);
	return st;
}

/* The newest of all that the job wants. */
static void
take_newest(const struct job *job, int64_t count, struct uidset *part)
{
	struct uidset all = UIDSET_EMPTY;

	uidset_add_set(&all, &job->fresh);
	uidset_add_set(&all, &job->waiting);
	uidset_take(&all, part, (uint64_t)count, true);
	uidset_clear(&all);
}

/* ---- envelopes ---- */

static enum st
add_envelope(void *ctx, const struct fetched *m, const struct envelope *env,
	     struct err *e)
{
	struct fetcher *f = ctx;
	enum st st = store_add_envelope(f->s->store, f->job->folder->id,
					m->uid, &m->flags, m->internaldate,
					m->size, m->modseq, env, e);

	uidset_add(&f->ready, m->uid);
	f->unread += !(m->flags.bits & FLAG_SEEN);
	return local(f, st);
}

/* Envelopes for the newest count of what has no row. */
static enum st
fetch_envelopes(struct sync *s, struct job *job, int64_t count,
		struct err *e)
{
	struct fetcher f = { .s = s, .job = job };
	struct uidset part = UIDSET_EMPTY, rest = UIDSET_EMPTY;
	enum st st, kept;

	uidset_add_set(&rest, &job->fresh);
	uidset_take(&rest, &part, (uint64_t)count, true);
	st = sync_reenter(s, job, e);
	if (st == ST_OK)
		st = store_begin(s->store, e);
	if (st != ST_OK)
		goto out;
	st = headers_fetch(s, &part, add_envelope, &f, e);
	kept = f.failed_here ? st : store_commit(s->store, e);
	if (f.failed_here)
		store_rollback(s->store);
	if (kept == ST_OK) {
		uidset_remove_set(&job->fresh, &f.ready);
		uidset_add_set(&job->waiting, &f.ready);
		job->unread += f.unread;
		sync_changed(s, job->folder->id);
	}
	st = kept != ST_OK ? kept : st;
out:
	fetcher_clear(&f);
	uidset_clear(&part);
	uidset_clear(&rest);
	return st;
}

enum st
body_newest(struct sync *s, struct job *job, struct err *e)
{
	return job->fresh.n ? fetch_envelopes(s, job, POLICY_NEWEST, e)
			    : ST_OK;
}

/* ---- the whole job ---- */

static enum st
fetch_chunk(struct fetcher *f, int64_t *chunk, int *poisoned, struct err *e)
{
	struct uidset part = UIDSET_EMPTY;
	int64_t start = clock_ms(), ms;
	enum st st;

	take_newest(f->job, *chunk, &part);
	st = fetch_part(f, &part, e);
	ms = clock_ms() - start;
	if (st == ST_PROTOCOL && !f->failed_here) {
		/* What came before the break is no suspect. */
		struct uidset suspects = UIDSET_EMPTY;

		take_newest(f->job, *chunk, &suspects);
		uidset_clear(&f->missing);
		st = narrow(f, uidset_count(&suspects) < uidset_count(&part) ?
			    &suspects : &part, chunk, poisoned, e);
		uidset_clear(&suspects);
	} else if (st == ST_RETRY && !f->failed_here) {
		st = suspect(f, &part, e);
	} else if (st == ST_OK) {
		*chunk = policy_chunk(f->fetched, f->fetched_bytes, ms);
		if (f->job->fresh.n &&
		    policy_envelopes_first((int64_t)
					   uidset_count(&f->job->fresh),
					   f->fetched, ms))
			st = fetch_envelopes(f->s, f->job, INT64_MAX, e);
	}
	uidset_clear(&part);
	return st;
}

enum st
body_fetch(struct sync *s, struct job *job, struct err *e)
{
	struct fetcher f = { .s = s, .job = job };
	int64_t chunk = policy_chunk(0, 0, 0);
	int poisoned = 0;
	enum st st = ST_OK;

	while (st == ST_OK && (job->fresh.n || job->waiting.n)) {
		st = fetch_chunk(&f, &chunk, &poisoned, e);
		if (st == ST_OK)
			st = sync_between(s, e);
	}
	fetcher_clear(&f);
	return st;
}

enum st
body_fetch_one(struct sync *s, struct job *job, uint32_t uid, struct err *e)
{
	struct fetcher f = { .s = s, .job = job };
	struct uidset one = UIDSET_EMPTY;
	enum st st;

	uidset_add(&one, uid);
	uidset_add(&job->waiting, uid);
	job->total = 1;
	st = fetch_set(&f, &one, e);
	if (st == ST_OK && uidset_has(&job->waiting, uid))
		st = err_set(e, ST_GONE, "The server gives nothing for this "
			     "message%s%s.", f.why ? ": " : "",
			     f.why ? f.why : "");
	uidset_clear(&one);
	fetcher_clear(&f);
	return st;
}
