/*
 * push_local.c - decisions that no server has to hear of: they are done here
 */
#include <string.h>

#include "store/queue.h"
#include "sync/push.h"

/* ---- folders as a whole ------------------------------------------------ */

/* And those below it. */
static enum st
rename_here(struct sync *s, const struct change *c, struct err *e)
{
	GPtrArray *all = NULL;
	struct folder *f = NULL;
	char *above = NULL;
	enum st st = folder_by_id(s->store, c->folder, &f, e);

	if (st == ST_OK)
		st = folders_all(s->store, &all, e);
	if (st == ST_OK)
		st = folder_rename(s->store, f->id, c->name, e);
	if (st == ST_OK && f->delimiter)
		above = g_strdup_printf("%s%c", f->name, f->delimiter);
	for (guint i = 0; st == ST_OK && above && i < all->len; i++) {
		const struct folder *o = all->pdata[i];
		char *name;

		if (!g_str_has_prefix(o->name, above))
			continue;
		name = g_strconcat(c->name, o->name + strlen(f->name), NULL);
		st = folder_rename(s->store, o->id, name, e);
		g_free(name);
	}
	g_free(above);
	if (all)
		g_ptr_array_unref(all);
	folder_free(f);
	return st;
}

static enum st
do_one_here(struct sync *s, const struct change *c, struct err *e)
{
	enum st st = ST_OK;

	if (c->kind == CHANGE_RENAME)
		st = rename_here(s, c, e);
	else if (c->kind == CHANGE_DELETE)
		st = folder_remove(s->store, c->folder, e);
	return st == ST_OK ? queue_done(s->store, c, QUEUE_NEXT_UID, e) : st;
}

/* Leave those out of due whose time has not come. */
static enum st
hold_back(struct sync *s, GPtrArray *due, struct err *e)
{
	GPtrArray *queue = NULL;
	enum st st = queue_list(s->store, false, &queue, e);

	for (guint i = due->len; st == ST_OK && i-- > 0;) {
		bool parked;

		if (!push_must_wait(queue, due->pdata[i], &parked))
			continue;
		if (parked)
			st = queue_park(s->store, due->pdata[i],
					PUSH_NEEDS_YOU, e);
		g_ptr_array_remove_index(due, i);
	}
	if (queue)
		g_ptr_array_unref(queue);
	return st;
}

/* ---- all of it ---------------------------------------------------------- */

/* All of them, or none, and *bad is the one that cannot be done. */
static enum st
do_all_here(struct sync *s, GPtrArray *due, struct change **bad,
	    struct err *e)
{
	enum st st = store_begin(s->store, e);

	for (guint i = 0; st == ST_OK && i < due->len; i++) {
		*bad = due->pdata[i];
		st = do_one_here(s, *bad, e);
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

	if (st == ST_OK && folder == 0 && due->len)
		st = hold_back(s, due, e);
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
