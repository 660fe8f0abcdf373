/*
 * repair.c - what is wrong here, mended from what is there
 *
 * The only thing that is believed of the local side is what was decided
 * here.  Nothing is thrown away: a message that differs goes to removed/.
 */
#include "sync/prove_private.h"

/* An index that does not fit its mbox is made anew from it; damaged messages
 * lose their text by that, and are fetched. */
static enum st
rebuild(struct sync *s, struct err *e)
{
	GPtrArray *all = NULL;
	enum st st = folders_all(s->store, &all, e);

	for (guint i = 0; st == ST_OK && i < all->len; i++) {
		const struct folder *f = all->pdata[i];
		struct verify_result r;

		st = verify_folder(s->store, f->id, NULL, NULL, &r, e);
		if (st == ST_CORRUPT) {
			st = rebuild_folder(s->store, f->id, e);
			sync_changed(s, f->id);
		}
	}
	if (all)
		g_ptr_array_unref(all);
	return st;
}

/* What differs goes, and is missing then; and nothing of what was known of
 * the folder is believed by the next run. */
static enum st
forget_damaged(struct prover *p, struct err *e)
{
	struct store *store = p->s->store;
	struct folder *f = NULL;
	int64_t n = 0;
	enum st st = folder_by_name(store, p->name, &f, e);

	if (st == ST_GONE)
		return ST_OK;
	if (st == ST_OK)
		st = store_begin(store, e);
	if (st == ST_OK && p->damaged.n)
		st = store_remove(store, f->id, &p->damaged, true, &n, e);
	if (st == ST_OK)
		st = folder_synced(store, f->id, -1, 0, -1, e);
	if (st == ST_OK)
		st = store_commit(store, e);
	else
		store_rollback(store);
	folder_free(f);
	return st;
}

enum st
sync_repair(struct sync *s, const char *const *folders, bool deep,
	    struct err *e)
{
	static const struct prove_events silent;
	struct prover p = { .s = s, .deep = deep, .events = &silent,
			    .after = forget_damaged };
	enum st st = rebuild(s, e);

	/* What a flow-through server has is taken by the next run anyhow,
	 * and what is here stays as it is. */
	if (st == ST_OK &&
	    !(driver_capabilities(s->driver) & CAP_DELIVERS)) {
		st = prove_run(&p, folders, e);
		sync_session_lost(s);
		if (st == ST_OK)
			st = sync_run(s, folders, false, e);
	}
	return st;
}
