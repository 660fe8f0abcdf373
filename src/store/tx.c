/*
 * tx.c - the transaction: what commits together and in which order
 */
#include "store/addresses_private.h"
#include "store/private.h"
#include "store/remove.h"
#include "store/settle.h"

enum st
tx_break(struct store *s, const struct err *e)
{
	if (!s->broken)
		s->broken = g_strdup(e ? e->text : "");
	return ST_LOCAL;
}

static enum st
broken(const struct store *s, struct err *e)
{
	return err_set(e, ST_LOCAL, "Nothing more is written to %s until it "
		       "is opened again, since the disk failed: %s", s->dir,
		       s->broken);
}

enum st
tx_owner(const struct store *s, struct err *e)
{
	if (s->lock >= 0)
		return ST_OK;
	return err_set(e, ST_REFUSED, "Only the process that has the lock of "
		       "%s may move mail in it.", s->dir);
}

enum st
store_begin(struct store *s, struct err *e)
{
	if (s->broken)
		return broken(s, e);
	g_return_val_if_fail(!s->tx, ST_LOCAL);
	s->tx = true;
	return ST_OK;
}

enum st
tx_write(struct store *s, struct err *e)
{
	enum st st = ST_OK;

	if (s->broken)
		return broken(s, e);
	if (!s->sql) {
		st = db_exec(s->db, "BEGIN IMMEDIATE", e);
		if (st != ST_OK)
			return st;
		s->sql = true;
		st = settle_strike(s, e);
	}
	return st == ST_OK ? stage_flush(s, e) : st;
}

enum st
tx_see(struct store *s, struct err *e)
{
	return stage_empty(s) ? ST_OK : tx_write(s, e);
}

enum st
tx_enter(struct store *s, bool *own, struct err *e)
{
	enum st st = ST_OK;

	*own = !s->tx;
	if (*own)
		st = store_begin(s, e);
	return st == ST_OK ? tx_write(s, e) : st;
}

enum st
tx_leave(struct store *s, bool own, enum st st, struct err *e)
{
	if (!own)
		return st;
	if (st == ST_OK)
		return store_commit(s, e);
	store_rollback(s);
	return st;
}

struct delta *
tx_delta(struct store *s, int64_t folder)
{
	struct delta *d = g_hash_table_lookup(s->deltas, &folder);

	if (!d) {
		d = g_new0(struct delta, 1);
		d->folder = folder;
		g_hash_table_insert(s->deltas, &d->folder, d);
	}
	return d;
}

enum st
tx_next_id(struct store *s, int64_t *id, struct err *e)
{
	int64_t top = 0, kept = 0;
	enum st st = ST_OK;

	if (s->next_id == 0) {
		st = db_int(s->db, &top, 0, e, "SELECT max(id) FROM message "
			    "WHERE id < " G_STRINGIFY(PLACEHOLDER_FIRST), "");
		if (st == ST_OK)
			st = db_int(s->db, &kept, 0, e, "SELECT value FROM "
				    "fact WHERE name = 'message.next'", "");
		s->next_id = MAX(top + 1, kept);
	}
	*id = s->next_id++;
	s->next_id_moved = true;
	return st;
}

static enum st
write_deltas(struct store *s, struct err *e)
{
	enum st st = ST_OK;
	GHashTableIter it;
	gpointer data;

	g_hash_table_iter_init(&it, s->deltas);
	while (st == ST_OK && g_hash_table_iter_next(&it, NULL, &data)) {
		struct delta *d = data;

		st = db_run(s->db, e, "UPDATE folder SET total = total + ?2, "
			    "unread = unread + ?3, flagged = flagged + ?4, "
			    "waiting = waiting + ?5, pad = pad + ?6, "
			    "uidnext = max(uidnext, ?7) WHERE id = ?1",
			    "iiiiiii", d->folder, d->total, d->unread,
			    d->flagged, d->waiting, d->pad, d->uidnext);
	}
	g_hash_table_iter_init(&it, s->files);
	while (st == ST_OK && g_hash_table_iter_next(&it, NULL, &data)) {
		struct mfile *f = data;

		if (f->tail != f->committed)
			st = db_run(s->db, e, "UPDATE folder SET size = ? "
				    "WHERE id = ?", "ii", f->tail, f->folder);
	}
	if (st == ST_OK && s->next_id_moved)
		st = db_run(s->db, e, "INSERT OR REPLACE INTO fact "
			    "VALUES('message.next', ?)", "i", s->next_id);
	return st;
}

/* Megabytes that have come are made durable before the index is locked, so
 * that a decision of the person never waits for them. */
static enum st
early_sync(struct store *s, struct err *e)
{
	enum st st = ingest_flush(s, e);

	return st == ST_OK ? files_sync(s, e) : st;
}

/* Up to and with COMMIT. */
static enum st
commit(struct store *s, struct err *e)
{
	struct err why;
	enum st st = s->sql ? ST_OK : early_sync(s, e);

	if (st == ST_OK)
		st = tx_write(s, e);
	if (st == ST_OK)
		st = thread_settle(s, e);
	if (st == ST_OK)
		st = ingest_flush(s, e);
	if (st == ST_OK)
		st = settle_make_room(s, e);
	if (st == ST_OK)
		st = remove_close_gaps(s, true, e);
	if (st == ST_OK)
		st = removed_sync(s, e);
	if (st == ST_OK)
		st = files_sync(s, e);
	if (st == ST_OK)
		st = write_deltas(s, e);
	if (st == ST_OK)
		st = addresses_settle(s, e);
	if (st != ST_OK)
		return st;
	st = db_exec(s->db, "COMMIT", &why);
	if (st != ST_OK && e)
		*e = why;
	/* Was it the fsync?  Then nobody knows what the log has. */
	return st == ST_LOCAL ? tx_break(s, &why) : st;
}

enum st
store_commit(struct store *s, struct err *e)
{
	enum st st;

	g_return_val_if_fail(s->tx, ST_LOCAL);
	if (!s->sql && stage_empty(s)) {
		store_rollback(s);	/* nothing was to be written */
		return ST_OK;
	}
	st = commit(s, e);
	if (st != ST_OK) {
		store_rollback(s);
		return st;
	}
	s->tx = s->sql = false;
	s->action = 0;
	s->commits++;
	db_narrow(s->db);
	g_hash_table_remove_all(s->deltas);
	addresses_forget(s);
	s->next_id_moved = false;
	removed_committed(s);
	st = files_committed(s, e);
	return st == ST_OK ? settle_run(s, e) : st;
}

void
store_rollback(struct store *s)
{
	if (!s->tx)
		return;
	ingest_abort(s);
	if (s->in)
		ingest_drop(s);
	if (s->sql)
		db_exec(s->db, "ROLLBACK", NULL);
	db_narrow(s->db);
	stage_drop(s);
	thread_forget(s);
	removed_rollback(s);
	files_rollback(s);
	settle_rollback(s);
	g_hash_table_remove_all(s->deltas);
	addresses_forget(s);
	s->next_id = 0;
	s->next_id_moved = false;
	s->action = 0;
	s->tx = s->sql = false;
}
