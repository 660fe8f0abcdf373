/*
 * outbox.c - the rows of letters on their way out
 */
#include "store/outbox.h"

#include <string.h>

#include "base/clock.h"
#include "store/addresses_private.h"
#include "store/outbox_private.h"
#include "store/put.h"

#define DAY (24 * 3600)

static const char columns[] =
	"SELECT id, state, sender, message_id, subject, shown, size, bits, "
	"at, not_before, next_try, tries, why, sent, about, about_id, "
	"mark_bits, mark_words FROM outbox ";

enum { BIT_EIGHT = 1, BIT_UTF8 = 2, BIT_RECEIPT = 4, BIT_KNOWN = 8 };

const char *
outbox_state_name(enum outbox_state state)
{
	static const char *const names[] = {
		[OUTBOX_QUEUED] = "queued", [OUTBOX_SENDING] = "sending",
		[OUTBOX_SENT] = "sent", [OUTBOX_REFUSED] = "refused",
		[OUTBOX_UNSURE] = "unsure", [OUTBOX_HELD] = "held",
	};

	return state < OUTBOX_STATES ? names[state] : "held";
}

/* ---- a letter ----------------------------------------------------------- */

static void
rcpt_free(gpointer data)
{
	struct outbox_rcpt *r = data;

	g_free(r->address);
	g_free(r->said);
	g_free(r);
}

struct outbox_letter *
outbox_letter_new(void)
{
	struct outbox_letter *l = g_new0(struct outbox_letter, 1);

	l->rcpt = g_ptr_array_new_with_free_func(rcpt_free);
	return l;
}

void
outbox_letter_free(struct outbox_letter *l)
{
	if (!l)
		return;
	g_free(l->from);
	g_ptr_array_unref(l->rcpt);
	g_free(l->message_id);
	g_free(l->subject);
	g_free(l->to);
	g_free(l->why);
	g_free(l->about_id);
	flags_clear(&l->mark);
	g_free(l);
}

static void
letter_free(gpointer l)
{
	outbox_letter_free(l);
}

void
outbox_letter_add_rcpt(struct outbox_letter *l, const char *address)
{
	struct outbox_rcpt *r = g_new0(struct outbox_rcpt, 1);

	r->address = g_strdup(address);
	g_ptr_array_add(l->rcpt, r);
}

static enum st
read_rcpts(struct store *s, struct outbox_letter *l, struct err *e)
{
	sqlite3_stmt *q = db_query(s->db, "SELECT address, code, said FROM "
				   "outbox_rcpt WHERE letter = ? ORDER BY n",
				   "i", l->id);

	while (db_row(s->db, q)) {
		struct outbox_rcpt *r = g_new0(struct outbox_rcpt, 1);

		r->address = db_text(q, 0);
		r->code = sqlite3_column_int(q, 1);
		r->said = db_text(q, 2);
		g_ptr_array_add(l->rcpt, r);
	}
	return db_done(s->db, q, e);
}

static struct outbox_letter *
read_letter(sqlite3_stmt *q)
{
	struct outbox_letter *l = outbox_letter_new();
	int bits = sqlite3_column_int(q, 7);

	l->id = sqlite3_column_int64(q, 0);
	l->state = (enum outbox_state)sqlite3_column_int(q, 1);
	l->from = db_text(q, 2);
	l->message_id = db_text(q, 3);
	l->subject = db_text(q, 4);
	l->to = db_text(q, 5);
	l->size = sqlite3_column_int64(q, 6);
	l->eight_bit = bits & BIT_EIGHT;
	l->utf8 = bits & BIT_UTF8;
	l->receipt = bits & BIT_RECEIPT;
	l->id_known = bits & BIT_KNOWN;
	l->at = sqlite3_column_int64(q, 8);
	l->not_before = sqlite3_column_int64(q, 9);
	l->next_try = sqlite3_column_int64(q, 10);
	l->tries = sqlite3_column_int(q, 11);
	l->why = db_text(q, 12);
	l->sent = sqlite3_column_int64(q, 13);
	l->about = sqlite3_column_int64(q, 14);
	l->about_id = db_text(q, 15);
	l->mark.bits = (uint32_t)sqlite3_column_int(q, 16);
	l->mark.keywords = db_text(q, 17);
	return l;
}

/* The letters of a query that begins with columns. */
static enum st
collect(struct store *s, sqlite3_stmt *q, GPtrArray **out, struct err *e)
{
	GPtrArray *all = g_ptr_array_new_with_free_func(letter_free);
	enum st st;

	while (db_row(s->db, q))
		g_ptr_array_add(all, read_letter(q));
	st = db_done(s->db, q, e);
	for (guint i = 0; i < all->len && st == ST_OK; i++)
		st = read_rcpts(s, all->pdata[i], e);
	if (st == ST_OK)
		*out = all;
	else
		g_ptr_array_unref(all);
	return st;
}

static const char *
sql(const char *tail)
{
	char *text = g_strconcat(columns, tail, NULL);
	const char *kept = g_intern_string(text);

	g_free(text);
	return kept;
}

enum st
outbox_unsent(struct store *s, GPtrArray **out, struct err *e)
{
	return collect(s, db_query(s->db, sql("WHERE state <> 2 ORDER BY id"),
				   ""), out, e);
}

enum st
outbox_all(struct store *s, GPtrArray **out, struct err *e)
{
	return collect(s, db_query(s->db, sql("ORDER BY id"), ""), out, e);
}

enum st
outbox_get(struct store *s, int64_t id, struct outbox_letter **out,
	   struct err *e)
{
	GPtrArray *one = NULL;
	enum st st = collect(s, db_query(s->db, sql("WHERE id = ?"), "i", id),
			     &one, e);

	if (st == ST_OK && one->len == 0)
		st = err_set(e, ST_GONE, "There is no such letter in the "
			     "outbox any more.");
	else if (st == ST_OK)
		*out = g_ptr_array_steal_index(one, 0);
	if (one)
		g_ptr_array_unref(one);
	return st;
}

enum st
outbox_counts(struct store *s, int64_t *waiting, int64_t *need, struct err *e)
{
	sqlite3_stmt *q = db_query(s->db, "SELECT count(*) FILTER (WHERE "
		"state IN (0, 1)), count(*) FILTER (WHERE state IN (3, 4, 5)) "
		"FROM outbox WHERE state <> 2", "");

	*waiting = *need = 0;
	if (db_row(s->db, q)) {
		*waiting = sqlite3_column_int64(q, 0);
		*need = sqlite3_column_int64(q, 1);
	}
	return db_done(s->db, q, e);
}

enum st
outbox_next(struct store *s, int64_t *when, struct err *e)
{
	int64_t now = clock_now();

	/* What is further off than any wait is of a clock put back since. */
	return db_int(s->db, when, INT64_MAX, e, "SELECT max(iif(at > ?1, 0, "
		      "not_before), iif(next_try > ?2, 0, next_try)) t FROM "
		      "outbox WHERE state = 0 ORDER BY t LIMIT 1", "ii", now,
		      now + OUTBOX_WAIT_MOST);
}

/* ---- adding ------------------------------------------------------------- */

enum st
outbox_put_rcpts(struct store *s, int64_t id, const GPtrArray *rcpt,
		 struct err *e)
{
	enum st st = ST_OK;

	for (guint i = 0; i < rcpt->len && st == ST_OK; i++) {
		const struct outbox_rcpt *r = rcpt->pdata[i];

		st = db_run(s->db, e, "INSERT OR REPLACE INTO outbox_rcpt "
			    "VALUES(?, ?, ?, ?, ?)", "iisds", id, (int64_t)i,
			    r->address, r->code, r->said);
	}
	return st;
}

static enum st
insert(struct store *s, int64_t id, enum outbox_state state,
       const struct outbox_letter *l, const guint8 *digest, struct err *e)
{
	int bits = (l->eight_bit ? BIT_EIGHT : 0) |
		   (l->utf8 ? BIT_UTF8 : 0) |
		   (l->receipt ? BIT_RECEIPT : 0) |
		   (l->id_known ? BIT_KNOWN : 0);
	enum st st = db_run(s->db, e, "INSERT INTO outbox(id, state, sender, "
		"message_id, subject, shown, size, bits, at, not_before, "
		"next_try, tries, sent, about, about_id, mark_bits, "
		"mark_words, digest) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, "
		"0, ?, ?, ?, ?, ?, ?)", "idssssidiiiisdsb", id, (int)state,
		l->from, l->message_id, l->subject, l->to, l->size, bits,
		clock_now(), l->not_before, l->sent, l->about, l->about_id,
		(int)l->mark.bits, l->mark.keywords, digest,
		(size_t)DIGEST_LEN);

	return st == ST_OK ? outbox_put_rcpts(s, id, l->rcpt, e) : st;
}

enum st
outbox_add(struct store *s, int fd, const struct outbox_letter *what,
	   int64_t *id, struct err *e)
{
	enum outbox_state state = what->rcpt->len > 0 ? OUTBOX_QUEUED
						      : OUTBOX_HELD;
	guint8 digest[DIGEST_LEN];
	bool own;
	enum st st = tx_enter(s, &own, e);

	*id = 0;
	/* A number that no file has either, whatever became of its row. */
	if (st == ST_OK)
		st = outbox_new_id(s, id, e);
	if (st == ST_OK)
		st = outbox_file_write(s, *id, fd, digest, e);
	if (st == ST_OK)
		st = insert(s, *id, state, what, digest, e);
	for (guint i = 0; st == ST_OK && i < what->rcpt->len; i++) {
		const struct outbox_rcpt *r = what->rcpt->pdata[i];

		addresses_note_rcpt(s, r->address, what->to);
	}
	st = tx_leave(s, own, st, e);
	if (st != ST_OK && *id)
		outbox_file_unlink(s, *id);
	return st;
}

enum st
outbox_found(struct store *s, int64_t id, const guint8 *digest,
	     const struct outbox_letter *l, struct err *e)
{
	enum st st = insert(s, id, OUTBOX_HELD, l, digest, e);

	return st == ST_OK ? db_run(s->db, e, "UPDATE outbox SET why = "
		"'It was found without a word on where it is to go.' WHERE "
		"id = ?", "i", id) : st;
}

/* ---- states ------------------------------------------------------------- */

enum st
outbox_change(struct store *s, int64_t id, unsigned from,
	      enum outbox_state to, const char *why, struct err *e)
{
	enum st st = db_run(s->db, e, "UPDATE outbox SET state = ?2, why = ?3 "
			    "WHERE id = ?1 AND (1 << state) & ?4", "idsd", id,
			    (int)to, why, (int)from);

	if (st == ST_OK && db_changes(s->db) == 0)
		st = err_set(e, ST_REFUSED, "The letter is not in the outbox "
			     "any more, or is being sent.");
	return st;
}

#define HERE (IN(QUEUED) | IN(REFUSED) | IN(UNSURE) | IN(HELD))

/* Is a message here that has its Message-ID, and is no draft of it? */
static enum st
see_id(struct store *s, int64_t id, struct err *e)
{
	struct outbox_letter *l = NULL;
	const char *mid;
	enum st st = outbox_get(s, id, &l, e);

	mid = st == ST_OK ? l->message_id : NULL;
	if (mid)
		st = db_run(s->db, e, "UPDATE outbox SET bits = bits | ? "
			    "WHERE id = ? AND EXISTS(SELECT 1 FROM message m "
			    "JOIN folder f ON f.id = abs(m.folder) WHERE "
			    "m.mid = ? AND m.message_id = ? AND f.role <> ? "
			    "AND NOT m.flags & ?)", "diisdd", BIT_KNOWN, id,
			    thread_hash(mid, strlen(mid)), mid,
			    (int)ROLE_DRAFTS, (int)FLAG_DRAFT);
	outbox_letter_free(l);
	return st;
}

enum st
outbox_sending(struct store *s, int64_t id, const GPtrArray *rcpt,
	       struct err *e)
{
	bool own;
	enum st st = tx_enter(s, &own, e);

	if (st == ST_OK)
		st = outbox_change(s, id, IN(QUEUED), OUTBOX_SENDING, NULL, e);
	if (st == ST_OK)
		st = see_id(s, id, e);
	if (st == ST_OK && rcpt)
		st = outbox_put_rcpts(s, id, rcpt, e);
	return tx_leave(s, own, st, e);
}

/* What was tried, and what was said. */
static enum st
not_sent(struct store *s, const struct outbox_letter *l,
	 enum outbox_state to, int64_t next_try, const char *why,
	 struct err *e)
{
	bool own;
	enum st st = tx_enter(s, &own, e);

	if (st == ST_OK)
		st = outbox_change(s, l->id, IN(QUEUED) | IN(SENDING), to,
				   why, e);
	if (st == ST_OK)
		st = db_run(s->db, e, "UPDATE outbox SET tries = tries + 1, "
			    "next_try = ? WHERE id = ?", "ii", next_try,
			    l->id);
	if (st == ST_OK)
		st = outbox_put_rcpts(s, l->id, l->rcpt, e);
	return tx_leave(s, own, st, e);
}

enum st
outbox_later(struct store *s, const struct outbox_letter *l,
	     int64_t next_try, const char *why, struct err *e)
{
	return not_sent(s, l, OUTBOX_QUEUED, next_try, why, e);
}

enum st
outbox_refused(struct store *s, const struct outbox_letter *l,
	       const char *why, struct err *e)
{
	return not_sent(s, l, OUTBOX_REFUSED, 0, why, e);
}

enum st
outbox_unsure(struct store *s, int64_t id, const char *why, struct err *e)
{
	bool own;
	enum st st = tx_enter(s, &own, e);

	if (st == ST_OK)
		st = outbox_change(s, id, IN(QUEUED) | IN(SENDING),
				   OUTBOX_UNSURE, why, e);
	return tx_leave(s, own, st, e);
}

/* ---- by the person ------------------------------------------------------- */

enum st
outbox_retry(struct store *s, int64_t id, struct err *e)
{
	int64_t rcpts = 0;
	bool own;
	enum st st = tx_enter(s, &own, e);

	if (st == ST_OK)
		st = db_int(s->db, &rcpts, 0, e, "SELECT count(*) FROM "
			    "outbox_rcpt WHERE letter = ?", "i", id);
	if (st == ST_OK && rcpts == 0)
		st = err_set(e, ST_REFUSED, "Nobody is known whom the letter "
			     "is to go to: take it back, and send it from "
			     "there.");
	if (st == ST_OK)
		st = outbox_change(s, id, HERE, OUTBOX_QUEUED, NULL, e);
	if (st == ST_OK)
		st = db_run(s->db, e, "UPDATE outbox SET not_before = 0, "
			    "next_try = 0 WHERE id = ?", "i", id);
	return tx_leave(s, own, st, e);
}

enum st
outbox_hold(struct store *s, int64_t id, struct err *e)
{
	bool own;
	enum st st = tx_enter(s, &own, e);

	if (st == ST_OK)
		st = outbox_change(s, id, IN(QUEUED) | IN(REFUSED), OUTBOX_HELD,
				   "You had it wait.", e);
	return tx_leave(s, own, st, e);
}

static enum st
forget(struct store *s, int64_t id, struct err *e)
{
	enum st st = db_run(s->db, e, "DELETE FROM outbox_rcpt WHERE letter = "
			    "?", "i", id);

	return st == ST_OK ? db_run(s->db, e, "DELETE FROM outbox WHERE id = "
				    "?", "i", id) : st;
}

enum st
outbox_take_back(struct store *s, int64_t id, struct err *e)
{
	bool own;
	enum st st = tx_enter(s, &own, e);

	if (st == ST_OK)
		st = outbox_change(s, id, HERE, OUTBOX_HELD, NULL, e);
	if (st == ST_OK)
		st = forget(s, id, e);
	st = tx_leave(s, own, st, e);
	if (st == ST_OK && own)
		outbox_file_unlink(s, id);
	return st;
}

/* ---- upkeep -------------------------------------------------------------- */

enum st
outbox_expire(struct store *s, int days, struct err *e)
{
	int64_t before = clock_now() - (int64_t)days * DAY;
	bool own;
	enum st st = tx_enter(s, &own, e);

	if (st == ST_OK)
		st = db_run(s->db, e, "DELETE FROM outbox_rcpt WHERE letter "
			    "IN (SELECT id FROM outbox WHERE state = 2 AND "
			    "next_try < ?)", "i", before);
	if (st == ST_OK)
		st = db_run(s->db, e, "DELETE FROM outbox WHERE state = 2 AND "
			    "next_try < ?", "i", before);
	return tx_leave(s, own, st, e);
}
