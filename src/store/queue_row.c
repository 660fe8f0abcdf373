/*
 * queue_row.c - what a decision does to the rows of the index, at once
 *
 * Rows only: the mbox files follow when the server has done its part, by the
 * process that may move mail in them (queue_done.c).
 */
#include <string.h>

#include "store/queue_private.h"

void
qrow_clear(struct qrow *r)
{
	g_free(r->keywords);
	g_free(r->message_id);
	memset(r, 0, sizeof(*r));
}

enum st
qrow_read(struct store *s, int64_t id, struct qrow *r, struct err *e)
{
	sqlite3_stmt *q = db_query(s->db, "SELECT m.folder, m.uid, m.date, "
				   "m.thread, m.mid, m.size, m.arrival, "
				   "m.flags, m.keywords, m.message_id, "
				   "b.digest FROM message m LEFT JOIN body b "
				   "ON b.id = m.id WHERE m.id = ?", "i", id);
	enum st st;

	memset(r, 0, sizeof(*r));
	if (db_row(s->db, q)) {
		r->id = id;
		r->folder = sqlite3_column_int64(q, 0);
		r->uid = sqlite3_column_int64(q, 1);
		r->date = sqlite3_column_int64(q, 2);
		r->thread = sqlite3_column_int64(q, 3);
		r->mid = sqlite3_column_int64(q, 4);
		r->size = sqlite3_column_int64(q, 5);
		r->arrival = sqlite3_column_int64(q, 6);
		r->flags = (uint32_t)sqlite3_column_int64(q, 7);
		r->keywords = db_text(q, 8);
		r->message_id = db_text(q, 9);
		r->has_body = sqlite3_column_bytes(q, 10) == DIGEST_LEN;
		if (r->has_body)
			memcpy(r->digest, sqlite3_column_blob(q, 10),
			       DIGEST_LEN);
	}
	st = db_done(s->db, q, e);
	if (st == ST_OK && r->id == 0)
		st = err_set(e, ST_GONE, "The message is not here any more.");
	return st;
}

/* Counts of a visible row, with sign 1 when it comes, -1 when it goes. */
static void
count(struct store *s, int64_t folder, uint32_t flags, bool waits, int sign)
{
	struct delta *d = tx_delta(s, folder);

	d->total += sign;
	d->unread += flags & FLAG_SEEN ? 0 : sign;
	d->flagged += flags & FLAG_FLAGGED ? sign : 0;
	d->waiting += waits ? sign : 0;
}

static bool
waits(const struct qrow *r)
{
	return !r->has_body && !IS_PLACEHOLDER(r);
}

/* Out of threads, counts and the list of missing bodies. */
static enum st
leave(struct store *s, const struct qrow *r, struct err *e)
{
	struct doomed row = { .id = r->id, .folder = r->folder,
			      .date = r->date, .thread = r->thread,
			      .mid = r->mid, .uid = (uint32_t)MIN(r->uid,
								  UINT32_MAX) };
	enum st st = thread_leave(s, &row, e);

	count(s, r->folder, r->flags, waits(r), -1);
	if (st == ST_OK && waits(r))
		st = db_run(s->db, e, "DELETE FROM waiting WHERE folder = ? "
			    "AND uid = ?", "ii", r->folder, r->uid);
	return st;
}

enum st
qrow_hide(struct store *s, const struct qrow *r, struct err *e)
{
	enum st st = leave(s, r, e);

	return st == ST_OK ? db_run(s->db, e, "UPDATE message SET folder = "
				    "-folder, thread = 0 WHERE id = ?", "i",
				    r->id) : st;
}

/* What threads are made by. */
static enum st
read_references(struct store *s, int64_t id, struct envelope *env,
		struct err *e)
{
	sqlite3_stmt *q = db_query(s->db, "SELECT message_id, in_reply_to, "
				   "refs FROM message WHERE id = ?", "i", id);

	memset(env, 0, sizeof(*env));
	if (db_row(s->db, q)) {
		env->message_id = db_text(q, 0);
		env->in_reply_to = db_text(q, 1);
		env->references = db_text(q, 2);
	}
	return db_done(s->db, q, e);
}

/* Into the threads of a folder, like the message whose references they
 * are. */
static enum st
join(struct store *s, int64_t like, int64_t folder, int64_t id, int64_t uid,
     int64_t date, int64_t *thread, struct err *e)
{
	struct envelope env;
	enum st st = read_references(s, like, &env, e);

	if (st == ST_OK)
		st = thread_join(s, folder, id, (uint32_t)MIN(uid, UINT32_MAX),
				 date, &env, thread, e);
	envelope_clear(&env);
	return st;
}

enum st
qrow_show(struct store *s, int64_t id, int64_t folder, int64_t uid,
	  struct err *e)
{
	struct qrow r;
	int64_t thread = 0;
	enum st st = qrow_read(s, id, &r, e);

	if (st == ST_OK)
		st = join(s, id, folder, id, uid, r.date, &thread, e);
	if (st == ST_OK)
		st = db_run(s->db, e, "UPDATE message SET folder = ?2, uid = "
			    "?3, thread = ?4 WHERE id = ?1", "iiii", id,
			    folder, uid, thread);
	r.uid = uid;
	if (st == ST_OK) {
		count(s, folder, r.flags, waits(&r), 1);
		if (waits(&r))
			st = db_run(s->db, e, "INSERT OR IGNORE INTO waiting "
				    "VALUES(?, ?)", "ii", folder, uid);
	}
	file_forget_rows(s, folder);
	qrow_clear(&r);
	return st;
}

enum st
qrow_new_id(struct store *s, int64_t *id, struct err *e)
{
	enum st st = db_int(s->db, id, PLACEHOLDER_FIRST, e, "SELECT value "
			    "FROM fact WHERE name = 'placeholder.next'", "");

	return st == ST_OK ? db_run(s->db, e, "INSERT OR REPLACE INTO fact "
				    "VALUES('placeholder.next', ?)", "i",
				    *id + 1) : st;
}

enum st
qrow_placeholder(struct store *s, const struct qrow *source, int64_t dest,
		 int64_t *id, struct err *e)
{
	int64_t thread = 0;
	enum st st = qrow_new_id(s, id, e);

	if (st == ST_OK)
		st = join(s, source->id, dest, *id, *id,
			  source->date, &thread, e);
	if (st == ST_OK)
		st = db_run(s->db, e, "INSERT INTO message SELECT ?1, ?2, ?3, "
			    "flags, ?4, date, size, arrival, fkey, skey, "
			    "subject, sender, rcpt, keywords, mid, 0, zone, "
			    "cc, message_id, in_reply_to, refs, list_id, NULL "
			    "FROM message WHERE id = ?5", "iiiii", *id, dest,
			    *id, thread, source->id);
	if (st == ST_OK)
		count(s, dest, source->flags, false, 1);
	return st;
}

enum st
qrow_forget(struct store *s, const struct qrow *r, struct err *e)
{
	enum st st = r->folder > 0 ? leave(s, r, e) : ST_OK;

	if (st == ST_OK)
		st = queue_orphan(s, r->id, e);
	return st == ST_OK ? db_run(s->db, e, "DELETE FROM message WHERE "
				    "id = ?", "i", r->id) : st;
}

enum st
qrow_set_flags(struct store *s, const struct qrow *r,
	       const struct flags *flags, struct err *e)
{
	enum st st;

	if (r->folder > 0) {
		struct delta *d = tx_delta(s, r->folder);

		d->unread += (r->flags & FLAG_SEEN ? 1 : 0) -
			     (flags->bits & FLAG_SEEN ? 1 : 0);
		d->flagged += (flags->bits & FLAG_FLAGGED ? 1 : 0) -
			      (r->flags & FLAG_FLAGGED ? 1 : 0);
	}
	st = db_run(s->db, e, "UPDATE message SET flags = ?2, keywords = ?3 "
		    "WHERE id = ?1", "ius", r->id, flags->bits,
		    flags->keywords);
	return st == ST_OK && r->has_body
		? index_touch(s, r->id, NULL, NULL, e) : st;
}

enum st
qrow_without_mark(struct store *s, struct qrow *r, struct err *e)
{
	int64_t marked = 0;
	enum st st = db_int(s->db, &marked, 0, e, "SELECT EXISTS(SELECT 1 "
			    "FROM change c WHERE c.message = ?1 AND "
			    QUEUE_MARK ")", "i", r->id);

	if (marked)
		r->flags &= ~(uint32_t)FLAG_DELETED;
	return st;
}

/* Each word of a list of keywords. */
static void
each_word(const char *words, void (*change)(struct flags *f, const char *w),
	  struct flags *f)
{
	char **list = g_strsplit(words ? words : "", " ", -1);

	for (char **w = list; *w; w++)
		if (**w)
			change(f, *w);
	g_strfreev(list);
}

static void
apply(struct flags *f, uint32_t add, const char *add_words, uint32_t remove,
      const char *remove_words)
{
	f->bits = (f->bits | add) & ~remove;
	each_word(add_words, flags_add_word, f);
	each_word(remove_words, flags_remove_word, f);
}

enum st
qrow_flags(struct store *s, const struct qrow *r, const struct flags *add,
	   const struct flags *remove, struct err *e)
{
	struct flags f = { r->flags, g_strdup(r->keywords) };
	enum st st;

	apply(&f, add->bits, add->keywords, remove->bits, remove->keywords);
	st = qrow_set_flags(s, r, &f, e);
	flags_clear(&f);
	return st;
}

/* ---- differences that wait, and what is under them --------------------- */

/* Those of a row that wait, but for one (0: all), on top of flags. */
static enum st
merge(struct store *s, int64_t message, int64_t but, struct flags *flags,
      bool *any, struct err *e)
{
	sqlite3_stmt *q = db_query(s->db, "SELECT add_bits, add_words, "
				   "remove_bits, remove_words FROM change "
				   "WHERE message = ?1 AND kind = 0 AND "
				   "state < 2 AND seq <> ?2 ORDER BY seq",
				   "ii", message, but);

	while (db_row(s->db, q)) {
		apply(flags, (uint32_t)sqlite3_column_int64(q, 0),
		      (const char *)sqlite3_column_text(q, 1),
		      (uint32_t)sqlite3_column_int64(q, 2),
		      (const char *)sqlite3_column_text(q, 3));
		*any = true;
	}
	return db_done(s->db, q, e);
}

/* From a query of base_bits and base_words; *known false: it has none. */
static enum st
read_base(struct store *s, sqlite3_stmt *q, struct flags *out, bool *known,
	  struct err *e)
{
	*known = false;
	while (db_row(s->db, q)) {
		flags_clear(out);
		out->bits = (uint32_t)sqlite3_column_int64(q, 0);
		out->keywords = db_text(q, 1);
		*known = true;
	}
	return db_done(s->db, q, e);
}

static enum st
base_of_row(struct store *s, const struct qrow *r, int64_t but,
	    struct flags *out, struct err *e)
{
	bool known;
	enum st st = read_base(s, db_query(s->db, "SELECT base_bits, "
		"base_words FROM change WHERE message = ?1 AND kind = 0 AND "
		"state < 2 AND seq <> ?2 AND base_bits IS NOT NULL LIMIT 1",
		"ii", r->id, but), out, &known, e);

	if (st == ST_OK && !known) {
		out->bits = r->flags;
		out->keywords = g_strdup(r->keywords);
	}
	return st;
}

static enum st
base_of_change(struct store *s, const struct change *c, struct flags *out,
	       bool *known, struct err *e)
{
	return read_base(s, db_query(s->db, "SELECT base_bits, base_words "
		"FROM change WHERE seq = ? AND base_bits IS NOT NULL", "i",
		c->seq), out, known, e);
}

static enum st
set_base(struct store *s, int64_t message, const struct flags *f,
	 struct err *e)
{
	return db_run(s->db, e, "UPDATE change SET base_bits = ?2, base_words "
		      "= ?3 WHERE message = ?1 AND kind = 0 AND state < 2",
		      "ius", message, f->bits, f->keywords);
}

enum st
qrow_base(struct store *s, const struct qrow *r, int64_t seq, struct err *e)
{
	struct flags f = { 0, NULL };
	enum st st = base_of_row(s, r, seq, &f, e);

	if (st == ST_OK)
		st = db_run(s->db, e, "UPDATE change SET base_bits = ?2, "
			    "base_words = ?3 WHERE seq = ?1", "ius", seq,
			    f.bits, f.keywords);
	flags_clear(&f);
	return st;
}

enum st
queue_base_done(struct store *s, const struct change *c, struct err *e)
{
	struct flags f = { 0, NULL };
	bool known = false;
	enum st st = base_of_change(s, c, &f, &known, e);

	apply(&f, c->add.bits, c->add.keywords, c->remove.bits,
	      c->remove.keywords);
	if (st == ST_OK && known)
		st = set_base(s, c->message, &f, e);
	flags_clear(&f);
	return st;
}

enum st
qrow_without(struct store *s, const struct qrow *r, const struct change *c,
	     struct err *e)
{
	struct flags f = { 0, NULL };
	bool known = false, any;
	enum st st = base_of_change(s, c, &f, &known, e);

	if (st == ST_OK && !known)
		st = qrow_flags(s, r, &c->remove, &c->add, e);
	else if (st == ST_OK)
		st = merge(s, r->id, c->seq, &f, &any, e);
	if (st == ST_OK && known)
		st = qrow_set_flags(s, r, &f, e);
	flags_clear(&f);
	return st;
}

enum st
qrow_take_flags(struct store *s, const struct qrow *r,
		const struct qrow *from, struct err *e)
{
	struct flags f = { from->flags, NULL };
	enum st st = ST_OK;

	if (r->id == from->id)
		st = base_of_row(s, r, 0, &f, e);
	else
		f.keywords = g_strdup(from->keywords);
	if (st == ST_OK)
		st = queue_merge(s, r->id, &f, e);
	if (st == ST_OK)
		st = qrow_set_flags(s, r, &f, e);
	flags_clear(&f);
	return st;
}

enum st
queue_merge(struct store *s, int64_t message, struct flags *flags,
	    struct err *e)
{
	struct flags base = { 0, NULL };
	bool any = false;
	enum st st;

	flags_copy(&base, flags);
	st = merge(s, message, 0, flags, &any, e);
	if (st == ST_OK && any)
		st = set_base(s, message, &base, e);
	flags_clear(&base);
	return st;
}
