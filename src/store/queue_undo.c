/*
 * queue_undo.c - taking a decision back, wherever it has got to
 */
#include <string.h>

#include "store/put.h"
#include "store/queue_private.h"
#include "store/store_parser.h"

/* Rows that one message may have had, one after another. */
#define MOVES_MOST 1000

/* ---- messages out of removed/ ------------------------------------------ */

static enum st
digest_of_change(struct store *s, int64_t seq, guint8 digest[DIGEST_LEN],
		 struct err *e)
{
	sqlite3_stmt *q = db_query(s->db, "SELECT digest FROM change WHERE "
				   "seq = ?", "i", seq);
	bool found = false;
	enum st st;

	if (db_row(s->db, q) && sqlite3_column_bytes(q, 0) == DIGEST_LEN) {
		memcpy(digest, sqlite3_column_blob(q, 0), DIGEST_LEN);
		found = true;
	}
	st = db_done(s->db, q, e);
	if (st == ST_OK && !found)
		st = err_set(e, ST_GONE, "The message was deleted before its "
			     "text had been fetched; it cannot come back.");
	return st;
}

/* Of a message that has no place in an mbox. */
static enum st
find_bytes(struct store *s, int64_t folder, const guint8 *digest,
	   GBytes **bytes, struct mbox_block *block, struct err *e)
{
	enum st st = put_find(s, digest, bytes, block, e);

	return st == ST_GONE ?
		removed_find(s, folder, digest, bytes, block, e) : st;
}

/* The change that put the message of a placeholder here, perhaps under another
 * row, from which it was moved or copied on; 0: none did. */
static enum st
find_append(struct store *s, int64_t id, int64_t *seq, struct err *e)
{
	enum st st = ST_OK;

	*seq = 0;
	for (int i = 0; i < 16 && st == ST_OK && id && *seq == 0; i++) {
		st = db_int(s->db, seq, 0, e, "SELECT seq FROM change WHERE "
			    "placeholder = ? AND kind = " G_STRINGIFY(4)
			    " ORDER BY seq DESC LIMIT 1", "i", id);
		if (st == ST_OK && *seq == 0)
			st = db_int(s->db, &id, 0, e, "SELECT message FROM "
				    "change WHERE placeholder = ? ORDER BY "
				    "seq DESC LIMIT 1", "i", id);
	}
	return st;
}

enum st
queue_restored(struct store *s, int64_t id, GBytes **bytes,
	       struct mbox_block *block, struct err *e)
{
	guint8 digest[DIGEST_LEN];
	struct change *c = NULL;
	int64_t seq;
	enum st st = find_append(s, id, &seq, e);

	if (st == ST_OK && seq == 0)
		st = err_set(e, ST_GONE, "The message is not here any more.");
	if (st == ST_OK)
		st = queue_read(s, seq, &c, e);
	if (st == ST_OK)
		st = digest_of_change(s, seq, digest, e);
	if (st == ST_OK)
		st = find_bytes(s, c->dest, digest, bytes, block, e);
	change_free(c);
	return st;
}

int64_t
queue_bytes_of(struct store *s, int64_t id)
{
	for (int i = 0; i < 16; i++) {
		struct qrow r = { 0 };
		enum st st = qrow_read(s, id, &r, NULL);
		bool own = st == ST_OK && (r.has_body || !IS_PLACEHOLDER(&r));

		qrow_clear(&r);
		if (own)
			return id;
		if (st != ST_OK ||
		    db_int(s->db, &id, 0, NULL, "SELECT message FROM change "
			   "WHERE placeholder = ? ORDER BY seq DESC LIMIT 1",
			   "i", id) != ST_OK || id == 0)
			return 0;
	}
	return 0;
}

/* A row for a message of which only the bytes are left.  It is put like one
 * that a server listed, and then made a placeholder. */
enum st
queue_put_row(struct store *s, int64_t folder, GBytes *bytes,
	      const struct mbox_block *b, const struct flags *flags,
	      int64_t *id, struct err *e)
{
	struct staged item = { .kind = STAGED_ENVELOPE, .folder = folder,
			       .fresh = true, .uid = UINT32_MAX,
			       .arrival = b->arrival, .size = b->wire,
			       .flags = *flags };
	gsize len;
	const char *text = g_bytes_get_data(bytes, &len);
	enum st st = qrow_new_id(s, id, e);

	item.id = *id;
	store_parse(text, len, &item.env);
	if (st == ST_OK)
		st = index_put(s, &item, e);
	if (st == ST_OK)
		st = db_run(s->db, e, "DELETE FROM waiting WHERE folder = ? "
			    "AND uid = ?", "iu", folder, UINT32_MAX);
	tx_delta(s, folder)->waiting--;
	if (st == ST_OK)
		st = db_run(s->db, e, "UPDATE message SET uid = id WHERE "
			    "id = ?", "i", *id);
	envelope_clear(&item.env);
	return st;
}

/* A parked restoration has no row any more: another one. */
static enum st
restore_again(struct store *s, struct change *c, struct err *e)
{
	struct mbox_block block = { 0 };
	guint8 digest[DIGEST_LEN];
	GBytes *bytes = NULL;
	struct folder *f = NULL;
	enum st st = folder_by_id(s, c->dest, &f, NULL);

	folder_free(f);
	if (st != ST_OK)
		return err_set(e, ST_REFUSED, "The folder it should go to is "
			       "not there any more.");
	st = digest_of_change(s, c->seq, digest, e);

	if (st == ST_OK)
		st = find_bytes(s, c->dest, digest, &bytes, &block, e);
	if (st == ST_OK)
		st = queue_put_row(s, c->dest, bytes, &block, &c->add,
				   &c->placeholder, e);
	if (st == ST_OK)
		st = db_run(s->db, e, "UPDATE change SET message = ?2 WHERE "
			    "seq = ?1", "ii", c->seq, c->placeholder);
	if (bytes)
		g_bytes_unref(bytes);
	mbox_block_clear(&block);
	return st;
}

static enum st
restore(struct store *s, const struct change *done, struct err *e)
{
	struct change *c = g_new0(struct change, 1);
	struct mbox_block block = { 0 };
	guint8 digest[DIGEST_LEN];
	GBytes *bytes = NULL;
	enum st st = digest_of_change(s, done->seq, digest, e);

	if (st == ST_OK)
		st = find_bytes(s, done->folder, digest, &bytes, &block, e);
	c->kind = CHANGE_APPEND;
	c->dest = c->folder = done->folder;
	c->message_id = g_strdup(done->message_id);
	c->size = block.wire;
	c->add.bits = block.flags & ~(uint32_t)FLAG_DELETED;
	c->add.keywords = g_strdup(block.keywords);
	if (st == ST_OK)
		st = queue_put_row(s, c->dest, bytes, &block, &c->add,
				   &c->placeholder, e);
	c->message = c->placeholder;
	if (st == ST_OK)
		st = queue_write(s, c, digest, block.arrival, e);
	if (bytes)
		g_bytes_unref(bytes);
	mbox_block_clear(&block);
	change_free(c);
	return st;
}

/* ---- the inverse of what was sent -------------------------------------- */

/* The row that a message has got since in place of id: by a move, or when it
 * was put back; 0: none. */
static enum st
next_row(struct store *s, int64_t id, int64_t *next, struct err *e)
{
	enum st st = db_int(s->db, next, 0, e, "SELECT placeholder FROM "
			    "change WHERE message = ?1 AND placeholder NOT IN "
			    "(0, ?1) AND kind = 1 AND state IN (0, 1, 3) "
			    "ORDER BY seq DESC LIMIT 1", "i", id);

	if (st == ST_OK && *next == 0)
		st = db_int(s->db, next, 0, e, "SELECT b.placeholder FROM "
			    "change a JOIN change b ON b.kind = 4 AND "
			    "b.digest = a.digest AND b.seq > a.seq AND "
			    "b.state IN (0, 1, 3) WHERE a.message = ?1 AND "
			    "a.kind = 3 AND a.state = 3 ORDER BY b.seq DESC "
			    "LIMIT 1", "i", id);
	return st;
}

/* Decisions were taken back, or made, after the one about row *id: where its
 * message is seen now.  As it was when that is nowhere. */
static enum st
find_now(struct store *s, int64_t *id, struct err *e)
{
	int64_t at = *id;
	enum st st = ST_OK;

	for (int i = 0; st == ST_OK && at && i < MOVES_MOST; i++) {
		struct qrow r = { 0 };
		enum st here = qrow_read(s, at, &r, NULL);
		bool seen = here == ST_OK && r.folder > 0;

		qrow_clear(&r);
		if (seen)
			*id = at;
		if (seen)
			break;
		st = next_row(s, at, &at, e);
	}
	return st;
}

static enum st
invert_message(struct store *s, int64_t id, struct change *c, struct err *e)
{
	bool did = false;
	enum st st = find_now(s, &id, e);

	if (st == ST_OK)
		st = queue_decide(s, id, c, &did, e);
	if (st == ST_OK && !did && c->kind != CHANGE_FLAGS)
		st = err_set(e, ST_GONE, "The message is not where it was put "
			     "any more.");
	change_free(c);
	return st;
}

static enum st
folder_inverse(struct store *s, const struct change *c, struct err *e)
{
	switch (c->kind) {
	case CHANGE_CREATE:
		return queue_delete(s, c->folder, e);
	case CHANGE_SUBSCRIBE:
	case CHANGE_UNSUBSCRIBE:
		return queue_subscribe(s, c->folder,
				       c->kind == CHANGE_UNSUBSCRIBE, e);
	case CHANGE_RENAME:
		return queue_rename(s, c->folder, c->was, e);
	default:
		return err_set(e, ST_REFUSED, "A deleted folder cannot be "
			       "brought back; its messages lie in removed/ "
			       "for seven days.");
	}
}

static enum st
invert(struct store *s, const struct change *done, struct err *e)
{
	struct change *c;

	if (done->kind == CHANGE_EXPUNGE && done->state == CHANGE_SENDING)
		return err_set(e, ST_REFUSED, "The server is being told to "
			       "delete it right now: undo it when that is "
			       "through.");
	if (done->kind == CHANGE_EXPUNGE)
		return restore(s, done, e);
	if (done->kind >= CHANGE_CREATE)
		return folder_inverse(s, done, e);
	c = g_new0(struct change, 1);
	c->kind = done->kind;
	if (c->kind == CHANGE_FLAGS) {
		flags_copy(&c->add, &done->remove);
		flags_copy(&c->remove, &done->add);
		return invert_message(s, done->message, c, e);
	}
	c->kind = done->kind == CHANGE_MOVE ? CHANGE_MOVE : CHANGE_EXPUNGE;
	c->dest = done->kind == CHANGE_MOVE ? done->folder : 0;
	return invert_message(s, done->placeholder, c, e);
}

/* Half of a move has reached the server: the copy there goes again. */
static enum st
remove_copy(struct store *s, const struct change *done, struct err *e)
{
	struct change *c = g_new0(struct change, 1);
	struct qrow r = { 0 };
	enum st st = qrow_read(s, done->placeholder, &r, NULL);
	bool moved_on = st == ST_OK && r.folder < 0, did;

	qrow_clear(&r);
	c->kind = CHANGE_EXPUNGE;
	if (moved_on)
		st = err_set(e, ST_REFUSED, "A later change of the same "
			     "message must be undone first.");
	else if (st == ST_OK)
		st = queue_decide(s, done->placeholder, c, &did, e);
	else if (st == ST_GONE)
		st = ST_OK;
	change_free(c);
	return st;
}

/* It was not sent, or not wholly, or refused. */
static enum st
drop_change(struct store *s, const struct change *c, struct err *e)
{
	enum st st = ST_OK;

	if (c->state == CHANGE_WAITING)
		st = queue_revert(s, c, e);
	if (st == ST_OK && c->copied)
		st = remove_copy(s, c, e);
	return st == ST_OK ? queue_state(s, c->seq, CHANGE_DROPPED, NULL, e)
			   : st;
}

/* The copy is all there is of the message. */
static bool
has_only_copy(struct store *s, const struct change *c)
{
	struct qrow r = { 0 };
	bool gone = qrow_read(s, c->message, &r, NULL) == ST_GONE;

	qrow_clear(&r);
	return c->copied && gone;
}

static enum st
undo_change(struct store *s, const struct change *c, struct err *e)
{
	enum st st;

	switch (c->state) {
	case CHANGE_WAITING:
	case CHANGE_PARKED:
		if (!has_only_copy(s, c))
			return drop_change(s, c, e);
		st = queue_state(s, c->seq, CHANGE_DONE, NULL, e);
		return st == ST_OK ? invert(s, c, e) : st;
	case CHANGE_DROPPED:
		return ST_OK;
	default:
		return invert(s, c, e);
	}
}

static enum st
read_action(struct store *s, int64_t *action, char **what, struct err *e)
{
	sqlite3_stmt *q = db_query(s->db, "SELECT id, what FROM action WHERE "
				   "undone = 0 AND (?1 = 0 OR id = ?1) ORDER "
				   "BY id DESC LIMIT 1", "i", *action);
	enum st st;

	*what = NULL;
	if (db_row(s->db, q)) {
		*action = sqlite3_column_int64(q, 0);
		*what = db_text(q, 1);
	}
	st = db_done(s->db, q, e);
	return st == ST_OK && !*what ? err_set(e, ST_GONE, "There is nothing "
					       "to undo.") : st;
}

/* Its changes, the last first. */
static enum st
undo_all(struct store *s, int64_t action, struct err *e)
{
	GPtrArray *all = NULL;
	enum st st = queue_collect(s, db_query(s->db, queue_sql(
		"WHERE c.action = ? ORDER BY c.seq DESC"), "i", action), &all,
		e);

	for (guint i = 0; st == ST_OK && i < all->len; i++)
		st = undo_change(s, all->pdata[i], e);
	if (all)
		g_ptr_array_unref(all);
	return st;
}

static enum st
undo(struct store *s, int64_t action, const char *what, struct err *e)
{
	char *text = g_strdup_printf("Undone: %s", what);
	enum st st = queue_action(s, text, e);

	/* What undoes is not undone in turn. */
	if (st == ST_OK)
		st = db_run(s->db, e, "UPDATE action SET undone = 1 WHERE id "
			    "IN (?, ?)", "ii", action, s->action);
	g_free(text);
	return st == ST_OK ? undo_all(s, action, e) : st;
}

enum st
queue_undo(struct store *s, int64_t action, char **what, struct err *e)
{
	bool own;
	enum st st = tx_enter(s, &own, e);

	*what = NULL;
	if (st == ST_OK)
		st = read_action(s, &action, what, e);
	if (st == ST_OK)
		st = undo(s, action, *what, e);
	st = tx_leave(s, own, st, e);
	if (st != ST_OK)
		g_clear_pointer(what, g_free);
	return st;
}

/* Nothing of the action is left to be undone, when it is so. */
static enum st
close_action(struct store *s, int64_t action, struct err *e)
{
	return db_run(s->db, e, "UPDATE action SET undone = 1 WHERE id = ?1 "
		      "AND NOT EXISTS(SELECT 1 FROM change c WHERE c.action "
		      "= ?1 AND c.state < 4)", "i", action);
}

enum st
queue_cancel(struct store *s, int64_t seq, struct err *e)
{
	struct change *c = NULL;
	bool own;
	enum st st = tx_enter(s, &own, e);

	if (st == ST_OK)
		st = queue_read(s, seq, &c, e);
	if (st == ST_OK && c->state == CHANGE_SENDING)
		st = err_set(e, ST_REFUSED, "It is being sent right now.");
	else if (st == ST_OK && c->state >= CHANGE_DONE)
		st = err_set(e, ST_GONE, "It waits no longer.");
	if (st == ST_OK)
		st = undo_change(s, c, e);
	if (st == ST_OK && c->action)
		st = close_action(s, c->action, e);
	change_free(c);
	return tx_leave(s, own, st, e);
}

static enum st
unmark(struct store *s, int64_t id, bool *had, struct err *e)
{
	GPtrArray *all = NULL;
	enum st st = queue_collect(s, db_query(s->db, queue_sql(
		"WHERE c.message = ? AND " QUEUE_MARK), "i", id), &all, e);

	*had = false;
	for (guint i = 0; st == ST_OK && i < all->len; i++) {
		st = queue_cancel(s, ((struct change *)all->pdata[i])->seq, e);
		*had = true;
	}
	if (all)
		g_ptr_array_unref(all);
	return st;
}

enum st
queue_unmark(struct store *s, const int64_t *ids, size_t *n, struct err *e)
{
	size_t done = 0;
	bool own, had = false;
	enum st st = tx_enter(s, &own, e);

	for (size_t i = 0; i < *n && st == ST_OK; i++) {
		st = unmark(s, ids[i], &had, e);
		done += had ? 1 : 0;
	}
	*n = done;
	return tx_leave(s, own, st, e);
}

/* It is in effect again, on top of what is there now. */
static enum st
take_up(struct store *s, struct change *c, struct err *e)
{
	struct qrow r = { 0 };
	enum st st = qrow_read(s, c->message, &r, NULL);

	if (st == ST_OK && c->kind == CHANGE_FLAGS)
		st = qrow_base(s, &r, c->seq, e);
	qrow_clear(&r);
	return st == ST_OK || st == ST_GONE ? queue_apply(s, c, e) : st;
}

/* A folder is deleted with what is here of it by now, and no more. */
static enum st
delete_anyway(struct store *s, const struct change *c, struct err *e)
{
	return db_run(s->db, e, "UPDATE change SET (uid, uidvalidity) = "
		      "(SELECT uidnext, uidvalidity FROM folder f WHERE f.id "
		      "= change.folder) WHERE seq = ?1 AND folder IN (SELECT "
		      "id FROM folder)", "i", c->seq);
}

enum st
queue_retry(struct store *s, int64_t seq, struct err *e)
{
	struct change *c = NULL;
	bool own;
	enum st st = tx_enter(s, &own, e);

	if (st == ST_OK)
		st = queue_read(s, seq, &c, e);
	if (st == ST_OK && c->state >= CHANGE_DONE)
		st = err_set(e, ST_GONE, "It waits no longer.");
	if (st == ST_OK && c->state == CHANGE_PARKED) {
		if (c->kind == CHANGE_APPEND)
			st = restore_again(s, c, e);
		else if (c->message)
			st = take_up(s, c, e);
		else if (c->kind == CHANGE_DELETE)
			st = delete_anyway(s, c, e);
		if (st == ST_OK)
			st = db_run(s->db, e, "UPDATE change SET state = 0, "
				    "why = NULL, force = 1, placeholder = ?2 "
				    "WHERE seq = ?1", "ii", seq,
				    c->placeholder);
	}
	change_free(c);
	return tx_leave(s, own, st, e);
}
