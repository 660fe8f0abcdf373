/*
 * rematch.c - a folder under a new UIDVALIDITY
 *
 * The headers of the new numbering are read, and each message that is here
 * already keeps its bytes under its new number.  Until all of that is known
 * nothing here changes.
 */
#include <string.h>

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
hear_nothing(void *ctx, const struct uidset *uids, struct err *e)
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

enum st
rematch_folder(struct sync *s, struct job *job, struct err *e)
{
	struct rematching r = { s, UIDSET_EMPTY };
	struct listing_sink sink = { &r, hear_message, hear_nothing };
	bool full = false;
	enum st st;

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

/* A folder that was deleted and made again: it has given no number away yet.
 * INBOX cannot be deleted, so there it is the mark of a server that has lost
 * its store. */
static bool
is_new_folder(const struct job *job, const struct entered *in)
{
	return in->exists == 0 && in->uidnext == 1 && in->uidvalidity > 0 &&
	       in->uidvalidity == job->entered.uidvalidity &&
	       strcmp(job->folder->name, "INBOX") != 0;
}

/* What the server says is heard twice, since one slip would empty a folder. */
static enum st
look_again(struct sync *s, struct job *job, bool *agreed, struct err *e)
{
	struct entered in = { 0 };
	enum st st;

	*agreed = false;
	if (!is_new_folder(job, &job->entered))
		return ST_OK;
	sync_session_lost(s);
	st = driver_enter(s->driver, job->folder->name, NULL, NULL, &in, e);
	if (st != ST_OK)
		return st;
	s->entered = g_strdup(job->folder->name);
	*agreed = is_new_folder(job, &in);
	return ST_OK;
}

enum st
rematch_empty(struct sync *s, struct job *job, struct err *e)
{
	bool agreed;
	enum st st = look_again(s, job, &agreed, e);

	if (st == ST_OK && !agreed)
		st = doubt_hold(s, job, e);
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
