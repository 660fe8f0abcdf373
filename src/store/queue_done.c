/*
 * queue_done.c - what the server has done is done to the mailboxes here
 *
 * Only the process that has the account's lock comes here.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "store/queue_private.h"
#include "store/remove.h"
#include "store/store_parser.h"
#include "store/touch.h"

#define COPY_SIZE (64 * 1024)

/* ---- bytes from one mbox into another ---------------------------------- */

struct transplant {
	struct mfile from;		/* for reading alone */
	struct place place;
	struct mbox_block block;
	struct mfile *to;
};

static enum st
open_source(struct store *s, int64_t source, struct transplant *t,
	    struct err *e)
{
	sqlite3_stmt *q = db_query(s->db, "SELECT f.path, b.off, b.pos, b.len, "
				   "b.lf, b.digest FROM message m JOIN body b "
				   "ON b.id = m.id JOIN folder f ON f.id = "
				   "abs(m.folder) WHERE m.id = ?", "i",
				   source);
	enum st st;

	t->from.fd = -1;
	if (db_row(s->db, q)) {
		t->from.path = file_path(s, (const char *)
					 sqlite3_column_text(q, 0));
		t->place.off = sqlite3_column_int64(q, 1);
		t->place.pos = sqlite3_column_int64(q, 2);
		t->place.len = sqlite3_column_int64(q, 3);
		t->place.lf = sqlite3_column_int64(q, 4);
		memcpy(t->place.digest, sqlite3_column_blob(q, 5), DIGEST_LEN);
	}
	st = db_done(s->db, q, e);
	if (st != ST_OK || !t->from.path)
		return st;
	t->from.fd = open(t->from.path, O_RDONLY | O_CLOEXEC);
	return t->from.fd >= 0 ? ST_OK :
		err_errno(e, "The mail file %s cannot be opened",
			  t->from.path);
}

static void
transplant_clear(struct transplant *t)
{
	if (t->from.fd >= 0)
		close(t->from.fd);
	g_free(t->from.path);
	mbox_block_clear(&t->block);
}

/* The block of the row under its new number. */
static enum st
fill_block(struct store *s, int64_t id, int64_t dest, uint32_t uid,
	   struct transplant *t, struct err *e)
{
	struct mbox_block *b = &t->block;
	sqlite3_stmt *q = db_query(s->db, "SELECT f.uidvalidity, m.size, "
				   "m.arrival, m.flags, m.keywords, m.uidl "
				   "FROM message m, folder f WHERE m.id = ? "
				   "AND f.id = ?", "ii", id, dest);

	b->uid = uid;
	b->lf = t->place.lf;
	memcpy(b->digest, t->place.digest, DIGEST_LEN);
	if (db_row(s->db, q)) {
		b->uidvalidity = sqlite3_column_int64(q, 0);
		b->wire = sqlite3_column_int64(q, 1);
		b->arrival = sqlite3_column_int64(q, 2);
		b->flags = (uint32_t)sqlite3_column_int64(q, 3);
		b->keywords = db_text(q, 4);
		b->uidl = db_text(q, 5);
	}
	return db_done(s->db, q, e);
}

static enum st
copy_bytes(struct transplant *t, int64_t to, struct err *e)
{
	char *buf = g_malloc(COPY_SIZE);
	int64_t at = t->place.pos, left = t->place.len;
	enum st st = ST_OK;

	while (left > 0 && st == ST_OK) {
		size_t n = (size_t)MIN(left, COPY_SIZE);

		st = file_read(t->from.fd, t->from.path, buf, n, at, e);
		if (st == ST_OK)
			st = file_write(t->to, buf, n, to, e);
		at += (int64_t)n;
		to += (int64_t)n;
		left -= (int64_t)n;
	}
	g_free(buf);
	return st;
}

static enum st
write_copy(struct store *s, int64_t id, struct transplant *t, struct err *e)
{
	char *line = touch_line(&t->from, t->place.off, t->block.arrival);
	GString *text = g_string_new(NULL);
	int64_t off = t->to->tail, pos;
	enum st st;

	mbox_block_format(text, line, &t->block, 0);
	pos = off + (int64_t)text->len;
	st = file_write(t->to, text->str, text->len, off, e);
	if (st == ST_OK)
		st = copy_bytes(t, pos, e);
	if (st == ST_OK)
		st = db_run(s->db, e, "INSERT OR REPLACE INTO body VALUES(?, "
			    "?, ?, ?, ?, ?)", "iiiiib", id, off, pos,
			    t->place.len, t->place.lf, t->place.digest,
			    sizeof(t->place.digest));
	if (st == ST_OK) {
		tx_delta(s, t->to->folder)->pad += index_pad(pos - off);
		t->to->tail = pos + t->place.len;
	}
	g_string_free(text, TRUE);
	g_free(line);
	return st;
}

/* Its size was the server's word when it was decided about. */
static enum st
take_size(struct store *s, int64_t source, int64_t id, struct err *e)
{
	return db_run(s->db, e, "UPDATE message SET size = n FROM (SELECT size "
		      "AS n FROM message WHERE id = ?2) WHERE id = ?1 AND "
		      "size <> n", "ii", id, source);
}

/* The bytes of source, if it has some, become those of id in dest too. */
static enum st
transplant(struct store *s, int64_t source, int64_t id, int64_t dest,
	   uint32_t uid, struct err *e)
{
	struct transplant t = { 0 };
	enum st st = ingest_flush(s, e);

	if (st == ST_OK)
		st = open_source(s, source, &t, e);
	if (st == ST_OK && t.from.path) {
		st = take_size(s, source, id, e);
		if (st == ST_OK)
			st = fill_block(s, id, dest, uid, &t, e);
		if (st == ST_OK)
			st = file_get(s, dest, &t.to, e);
		if (st == ST_OK)
			st = write_copy(s, id, &t, e);
	}
	transplant_clear(&t);
	return st;
}

/* ---- a placeholder becomes a message ----------------------------------- */

/* What was decided about one row is said of another that is the same
 * message, and the first goes. */
static enum st
replace_row(struct store *s, const struct qrow *old, int64_t id,
	    struct err *e)
{
	struct qrow now = { 0 };
	enum st st = qrow_read(s, id, &now, e);

	if (st == ST_OK)
		st = db_run(s->db, e, "UPDATE change SET message = ?2, uid = "
			    "?3, base_bits = NULL WHERE message = ?1 AND "
			    "state < 3", "iii", old->id, id, now.uid);
	if (st == ST_OK)
		st = db_run(s->db, e, "UPDATE change SET placeholder = ?2 "
			    "WHERE placeholder = ?1", "ii", old->id, id);
	if (st == ST_OK)
		st = qrow_take_flags(s, &now, &now, e);
	/* It waits to go on already. */
	if (st == ST_OK && old->folder < 0 && now.folder > 0) {
		qrow_clear(&now);
		st = qrow_read(s, id, &now, e);
		if (st == ST_OK)
			st = qrow_hide(s, &now, e);
	}
	if (st == ST_OK)
		st = qrow_forget(s, old, e);
	qrow_clear(&now);
	return st;
}

static enum st
number(struct store *s, const struct qrow *r, int64_t dest, uint32_t uid,
       struct err *e)
{
	bool hidden = r->folder < 0;
	enum st st = hidden ? ST_OK : qrow_hide(s, r, e);

	if (st == ST_OK && hidden)
		st = db_run(s->db, e, "UPDATE message SET uid = ?2 WHERE "
			    "id = ?1", "iu", r->id, uid);
	else if (st == ST_OK)
		st = qrow_show(s, r->id, dest, uid, e);
	if (st == ST_OK)
		st = db_run(s->db, e, "UPDATE change SET uid = ?2 WHERE "
			    "message = ?1 AND state < 3", "iu", r->id, uid);
	file_forget_rows(s, dest);
	return st;
}

/* With CRLF for LF, and never copied: it may be large. */
static enum st
ingest_wire(struct store *s, const char *text, size_t len, struct err *e)
{
	enum st st = ST_OK;

	while (st == ST_OK && len > 0) {
		const char *lf = memchr(text, '\n', len);
		size_t n = lf ? (size_t)(lf - text) : len;

		st = ingest_bytes(s, text, n, e);
		if (st == ST_OK && lf)
			st = ingest_bytes(s, "\r\n", 2, e);
		n += lf != NULL;
		text += n;
		len -= n;
	}
	return st;
}

/* A message of our own, or a restored one, enters its mbox as if it had come
 * from the server; its row stays the one that a view or a letter is bound
 * to. */
static enum st
ingest_restored(struct store *s, const struct qrow *r, int64_t dest,
		uint32_t uid, struct err *e)
{
	struct mbox_block block = { 0 };
	struct ingest what = { .folder = dest, .uid = uid,
			       .internaldate = r->arrival,
			       .flags = { r->flags, r->keywords } };
	struct envelope env = { 0 };
	GBytes *bytes = NULL;
	const char *text;
	gsize len = 0;
	enum st st = queue_restored(s, r->id, &bytes, &block, e);

	if (st != ST_OK)
		return st;
	text = g_bytes_get_data(bytes, &len);
	store_parse(text, len, &env);
	st = number(s, r, dest, uid, e);
	if (st == ST_OK)
		st = ingest_begin(s, dest, e);
	if (st == ST_OK)
		st = block.wire > block.lf ? ingest_wire(s, text, len, e)
					   : ingest_bytes(s, text, len, e);
	if (st == ST_OK)
		st = ingest_end(s, &what, &env, NULL, e);
	if (st == ST_OK)
		st = tx_write(s, e);
	envelope_clear(&env);
	mbox_block_clear(&block);
	g_bytes_unref(bytes);
	return st;
}

/* What the server said of the source meanwhile holds for the message in
 * dest, too. */
static enum st
catch_up(struct store *s, const struct change *c, struct qrow *r,
	 struct err *e)
{
	struct qrow source = { 0 };
	int64_t id = r->id;
	enum st st = c->message == r->id ? ST_GONE :
		qrow_read(s, c->message, &source, NULL);

	if (st == ST_GONE)
		return ST_OK;
	if (st == ST_OK)
		st = qrow_without_mark(s, &source, e);
	if (st == ST_OK)
		st = qrow_take_flags(s, r, &source, e);
	qrow_clear(&source);
	qrow_clear(r);
	return st == ST_OK ? qrow_read(s, id, r, e) : st;
}

/* POP: what was moved is the same message of the server still. */
static enum st
move_uidl(struct store *s, const struct change *c, struct err *e)
{
	static const char *const sql[] = {
		"UPDATE message SET uidl = (SELECT uidl FROM message WHERE "
		"id = ?1) WHERE id = ?2",
		"UPDATE uidl SET id = ?2 WHERE uidl = (SELECT uidl FROM "
		"message WHERE id = ?1) AND id = ?1",
		"UPDATE message SET uidl = NULL WHERE id = ?1",
	};
	enum st st = ST_OK;

	for (size_t i = 0; i < G_N_ELEMENTS(sql) && st == ST_OK &&
	     c->message != c->placeholder; i++)
		st = db_run(s->db, e, sql[i], "ii", c->message,
			    c->placeholder);
	return st;
}

static enum st
settle_placeholder(struct store *s, const struct change *c, uint32_t uid,
		   struct err *e)
{
	struct qrow r = { 0 };
	int64_t there = 0;
	enum st st = qrow_read(s, c->placeholder, &r, NULL);

	if (st == ST_GONE || (st == ST_OK && !IS_PLACEHOLDER(&r))) {
		qrow_clear(&r);
		return ST_OK;
	}
	if (st == ST_OK)
		st = catch_up(s, c, &r, e);
	if (st == ST_OK && uid == QUEUE_NEXT_UID)
		st = index_next_uid(s, c->dest, &uid, e);
	if (st == ST_OK)
		st = db_int(s->db, &there, 0, e, "SELECT id FROM message "
			    "WHERE folder IN (?1, -?1) AND uid = ?2", "iu",
			    c->dest, uid);
	if (st == ST_OK && !there && c->kind == CHANGE_MOVE)
		st = move_uidl(s, c, e);
	if (st == ST_OK && there)
		st = replace_row(s, &r, there, e);
	else if (st == ST_OK && c->kind == CHANGE_APPEND)
		st = ingest_restored(s, &r, c->dest, uid, e);
	else if (st == ST_OK)
		st = transplant(s, queue_bytes_of(s, c->placeholder), r.id,
				c->dest, uid, e);
	if (st == ST_OK && !there && c->kind != CHANGE_APPEND)
		st = number(s, &r, c->dest, uid, e);
	qrow_clear(&r);
	return st;
}

/* The row and its bytes leave the folder they were in. */
static enum st
remove_source(struct store *s, const struct change *c, bool keep_aside,
	      struct err *e)
{
	struct uidset one = UIDSET_EMPTY;
	struct qrow r = { 0 };
	enum st st = qrow_read(s, c->message, &r, NULL);

	if (st == ST_GONE)
		return ST_OK;
	if (st == ST_OK && IS_PLACEHOLDER(&r)) {
		st = qrow_forget(s, &r, e);
	} else if (st == ST_OK) {
		uidset_add(&one, (uint32_t)r.uid);
		st = store_remove(s, ABS(r.folder), &one, keep_aside, NULL, e);
		uidset_clear(&one);
	}
	qrow_clear(&r);
	return st;
}

/* ---- outcomes ---------------------------------------------------------- */

/* A move, of which both halves are known here. */
static enum st
finish_move(struct store *s, const struct change *c, struct err *e)
{
	struct qrow r = { 0 };
	enum st st = qrow_read(s, c->placeholder, &r, NULL);
	/* The bytes are in dest, or come from there. */
	bool safe = st == ST_OK && r.has_body;

	qrow_clear(&r);
	if (st == ST_LOCAL || st == ST_CORRUPT)
		return err_set(e, st, "The index cannot be read.");
	return remove_source(s, c, !safe, e);
}

static bool
is_placed(struct store *s, const struct change *c)
{
	struct qrow r = { 0 };
	enum st st = qrow_read(s, c->placeholder, &r, NULL);
	bool placed = st == ST_GONE || (st == ST_OK && !IS_PLACEHOLDER(&r));

	qrow_clear(&r);
	return placed;
}

/* POP: deleted here, it goes from the server too, whatever is kept there;
 * but not when it was taken out of Trash before that. */
static enum st
let_go(struct store *s, const struct change *c, struct err *e)
{
	return db_run(s->db, e, "UPDATE uidl SET seen = iif(?2 = 0 OR ?2 IN "
		      "(SELECT id FROM folder WHERE role = " G_STRINGIFY(5)
		      "), -max(1, abs(seen)), abs(seen)) WHERE uidl = (SELECT "
		      "uidl FROM message WHERE id = ?1) AND id = ?1", "ii",
		      c->message, c->dest);
}

static enum st
done(struct store *s, const struct change *c, uint32_t uid, struct err *e)
{
	enum st st = queue_state(s, c->seq, CHANGE_DONE, NULL, e);

	if (st != ST_OK)
		return st;
	if (c->kind == CHANGE_MOVE || c->kind == CHANGE_EXPUNGE)
		st = let_go(s, c, e);
	if (st != ST_OK)
		return st;
	switch (c->kind) {
	case CHANGE_MOVE:
		if (uid)
			st = settle_placeholder(s, c, uid, e);
		/* Without a number its bytes are needed still. */
		return st == ST_OK && (uid || is_placed(s, c)) ?
			finish_move(s, c, e) : st;
	case CHANGE_COPY:
	case CHANGE_APPEND:
		return uid ? settle_placeholder(s, c, uid, e) : ST_OK;
	case CHANGE_EXPUNGE:
		return remove_source(s, c, true, e);
	case CHANGE_FLAGS:
		return queue_base_done(s, c, e);
	default:
		return ST_OK;
	}
}

enum st
queue_done(struct store *s, const struct change *c, uint32_t uid,
	   struct err *e)
{
	bool own;
	enum st st = tx_owner(s, e);

	if (st != ST_OK)
		return st;
	st = tx_enter(s, &own, e);
	if (st == ST_OK)
		st = done(s, c, uid, e);
	return tx_leave(s, own, st, e);
}

enum st
queue_copied(struct store *s, const struct change *c, uint32_t uid,
	     struct err *e)
{
	bool own;
	enum st st = tx_enter(s, &own, e);

	if (st == ST_OK)
		st = db_run(s->db, e, "UPDATE change SET copied = 1, state = "
			    "0 WHERE seq = ?", "i", c->seq);
	if (st == ST_OK && uid)
		st = settle_placeholder(s, c, uid, e);
	return tx_leave(s, own, st, e);
}

enum st
queue_place(struct store *s, int64_t placeholder, uint32_t uid,
	    struct err *e)
{
	struct change *c = NULL;
	int64_t seq = 0;
	bool own;
	enum st st = tx_enter(s, &own, e);

	if (st == ST_OK)
		st = db_int(s->db, &seq, 0, e, "SELECT seq FROM change WHERE "
			    "placeholder = ? ORDER BY seq DESC LIMIT 1", "i",
			    placeholder);
	if (st == ST_OK)
		st = queue_read(s, seq, &c, e);
	if (st == ST_OK)
		st = settle_placeholder(s, c, uid, e);
	if (st == ST_OK && c->kind == CHANGE_MOVE && c->state == CHANGE_DONE)
		st = finish_move(s, c, e);
	change_free(c);
	return tx_leave(s, own, st, e);
}

/* What builds on a change that does not happen does not happen either.  What
 * puts a message back is about its own placeholder, and does not build on
 * itself. */
static enum st
park_dependents(struct store *s, const struct change *c, struct err *e)
{
	GPtrArray *all = NULL;
	enum st st = ST_OK;

	if (c->placeholder)
		st = queue_collect(s, db_query(s->db, queue_sql(
			"WHERE c.message = ?1 AND c.seq <> ?2 AND c.state < 2 "
			"AND c.kind > 0 ORDER BY c.seq DESC"), "ii",
			c->placeholder, c->seq), &all, e);
	for (guint i = 0; all && st == ST_OK && i < all->len; i++)
		st = queue_park(s, all->pdata[i], "What was decided before "
				"it about the same message was not done.", e);
	if (all)
		g_ptr_array_unref(all);
	return st;
}

enum st
queue_park(struct store *s, const struct change *c, const char *why,
	   struct err *e)
{
	bool own;
	enum st st = tx_enter(s, &own, e);

	if (st == ST_OK)
		st = park_dependents(s, c, e);
	if (st == ST_OK)
		st = queue_revert(s, c, e);
	if (st == ST_OK)
		st = queue_state(s, c->seq, CHANGE_PARKED, why, e);
	return tx_leave(s, own, st, e);
}

/* The placeholder of a change that does not happen after all. */
static enum st
drop_placeholder(struct store *s, const struct change *c, const char *why,
		 struct err *e)
{
	struct qrow r = { 0 };
	enum st st = qrow_read(s, c->placeholder, &r, NULL);
	bool waits = st == ST_OK && IS_PLACEHOLDER(&r);

	if (st == ST_GONE)
		st = ST_OK;
	if (waits)
		st = queue_drop_flags(s, r.id, why, e);
	if (st == ST_OK && waits)
		st = qrow_forget(s, &r, e);
	qrow_clear(&r);
	return st;
}

enum st
queue_drop(struct store *s, const struct change *c, const char *why,
	   struct err *e)
{
	bool own;
	enum st st = tx_enter(s, &own, e);

	if (st == ST_OK)
		st = park_dependents(s, c, e);
	if (st == ST_OK && c->placeholder)
		st = drop_placeholder(s, c, why, e);
	/* What the server said it had moved is nowhere: if it is where it was
	 * after all, it must not stay hidden. */
	if (st == ST_OK && c->kind == CHANGE_MOVE && c->state == CHANGE_DONE)
		st = remove_source(s, c, true, e);
	if (st == ST_OK)
		st = queue_state(s, c->seq, CHANGE_DROPPED, why, e);
	return tx_leave(s, own, st, e);
}
