/*
 * push_local.c - decisions that no server has to hear of: they are done here
 */
#include "store/queue.h"
#include "sync/push.h"

/* All of them, or none, and *bad is the one that cannot be done. */
static enum st
do_all_here(struct sync *s, GPtrArray *due, struct change **bad,
	    struct err *e)
{
	enum st st = store_begin(s->store, e);

	for (guint i = 0; st == ST_OK && i < due->len; i++) {
		*bad = due->pdata[i];
		st = queue_done(s->store, *bad, QUEUE_NEXT_UID, e);
	}
	if (st != ST_OK) {
		store_rollback(s->store);
		return st;
	}
	*bad = NULL;
	return store_commit(s->store, e);
}

/* What cannot be done (its text is gone from removed/) needs the person, and
 * keeps nothing else away. */
static enum st
do_here(struct sync *s, GPtrArray *due, bool *did, struct err *e)
{
	struct change *bad = NULL;
	struct err why = { "" };
	enum st st = do_all_here(s, due, &bad, &why);

	*did = true;
	if (bad && (st == ST_GONE || st == ST_REFUSED || st == ST_CORRUPT)) {
		sync_skip(s, "", ST_REFUSED, why.text);
		return queue_park(s->store, bad, why.text, e);
	}
	if (st != ST_OK && e)
		*e = why;
	return st;
}

static enum st
do_folder_here(struct sync *s, int64_t folder, bool *did, struct err *e)
{
	GPtrArray *due = NULL;
	enum st st = queue_due(s->store, folder, &due, e);

	if (st == ST_OK && due->len)
		st = do_here(s, due, did, e);
	if (due)
		g_ptr_array_unref(due);
	return st;
}

static enum st
do_folders_here(struct sync *s, bool *did, struct err *e)
{
	GPtrArray *folders = NULL;
	enum st st = folders_all(s->store, &folders, e);

	for (guint i = 0; st == ST_OK && i < folders->len; i++) {
		const struct folder *f = folders->pdata[i];

		st = do_folder_here(s, f->id, did, e);
	}
	if (folders)
		g_ptr_array_unref(folders);
	return st == ST_OK ? do_folder_here(s, 0, did, e) : st;
}

enum st
push_local(struct sync *s, struct err *e)
{
	struct queue_counts n;
	bool did = true;
	enum st st = queue_counts(s->store, &n, e);

	if (st != ST_OK || n.waiting == 0)
		return st;
	/* A message may be moved on before it has arrived. */
	while (st == ST_OK && did) {
		did = false;
		st = do_folders_here(s, &did, e);
	}
	if (st == ST_OK && s->events.folders)
		s->events.folders(s->events.ctx);
	return st;
}
