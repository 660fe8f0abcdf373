/*
 * rematch.c - a folder under a new UIDVALIDITY
 *
 * The headers of the new numbering are read, and each message that is here
 * already keeps its bytes under its new number.  Until all of that is known
 * nothing here changes.
 */
#include "sync/private.h"

struct rematching {
	struct sync *s;
	struct uidset listed;
};

static enum st
hear_message(void *ctx, const struct listing *m, struct err *e)
{
	uidset_add(&((struct rematching *)ctx)->listed, m->uid);
	return ST_OK;
}

static enum st
hear_vanished(void *ctx, const struct uidset *uids, struct err *e)
{
	return ST_OK;
}

static enum st
add(void *ctx, const struct fetched *f, const struct envelope *env,
    struct err *e)
{
	struct rematching *r = ctx;
	bool matched;

	return rematch_add(r->s->store, f->uid, env->message_id, f->size,
			   f->internaldate, &f->flags, f->modseq, &matched,
			   e);
}

/* The folder was deleted and another of its name was made: what is here goes
 * to removed/. */
static enum st
begin_anew(struct sync *s, struct job *job, struct err *e)
{
	enum st st = pull_doubt(s, job->folder, e);

	if (st == ST_OK)
		st = rematch_begin(s->store, job->folder->id,
				   job->entered.uidvalidity, e);
	if (st == ST_OK)
		st = rematch_finish(s->store, e);
	if (st == ST_OK)
		sync_changed(s, job->folder->id);
	rematch_abort(s->store);
	return st;
}

enum st
rematch_folder(struct sync *s, struct job *job, struct err *e)
{
	struct rematching r = { s, UIDSET_EMPTY };
	struct listing_sink sink = { &r, hear_message, hear_vanished };
	bool full = false;
	enum st st;

	if (job->entered.exists == 0)
		return begin_anew(s, job, e);
	st = driver_changes(s->driver, NULL, &sink, &full, e);
	if (st == ST_OK && (!full || (int64_t)uidset_count(&r.listed) <
				     job->entered.exists))
		st = err_set(e, ST_PROTOCOL, "The server's list under the new "
			     "numbers is not whole; nothing is changed here.");
	if (st == ST_OK)
		st = rematch_begin(s->store, job->folder->id,
				   job->entered.uidvalidity, e);
	if (st == ST_OK)
		st = headers_fetch(s, &r.listed, add, &r, e);
	if (st == ST_OK)
		st = rematch_finish(s->store, e);
	if (st == ST_OK)
		sync_changed(s, job->folder->id);
	rematch_abort(s->store);
	uidset_clear(&r.listed);
	return st;
}
