/*
 * index.c - the rows of one message: put in, brought up to date, taken out
 *
 * Counts of folders go into the transaction's deltas, threads into their own
 * table, and whatever makes the block in the mbox stale into touch.
 */
#include <string.h>

#include "store/addresses_private.h"
#include "store/private.h"
#include "store/queue_private.h"

/* The longest text of an envelope that is kept; of References the end. */
#define TEXT_MAX 2000
#define REFERENCES_MAX 4000

/* What is known of a UID before it is put. */
struct known_row {
	int64_t id, date, size, modseq, mid, thread;
	uint32_t flags;
	char *keywords;
	bool has_body;
	bool hidden;		/* counts and threads do not have it */
};

int64_t
index_pad(int64_t block)
{
	return block > MBOX_ROOM ? block - MBOX_ROOM : 0;
}

enum st
index_touch(struct store *s, int64_t id, const char *line,
	    const struct gap *gap, struct err *e)
{
	return db_run(s->db, e, "INSERT INTO touch VALUES(?1, 1, ?2, ?3, ?4) "
		      "ON CONFLICT DO UPDATE SET gen = gen + 1, "
		      "line = coalesce(?2, line), stands = max(stands, ?3), "
		      "padded = iif(?3, ?4, padded)", "isii", id, line,
		      gap ? gap->end : INT64_C(0),
		      gap ? gap->padded : INT64_C(0));
}

static enum st
find(struct store *s, const struct staged *item, struct known_row *row,
     struct err *e)
{
	sqlite3_stmt *q = db_query(s->db, "SELECT m.id, m.date, m.size, "
				   "m.modseq, m.mid, m.thread, m.flags, "
				   "m.keywords, b.id IS NOT NULL, "
				   "m.folder < 0 FROM message m LEFT JOIN "
				   "body b ON b.id = m.id WHERE m.folder IN "
				   "(?1, -?1) AND m.uid = ?2", "iu",
				   item->folder, item->uid);

	memset(row, 0, sizeof(*row));
	if (db_row(s->db, q)) {
		row->id = sqlite3_column_int64(q, 0);
		row->date = sqlite3_column_int64(q, 1);
		row->size = sqlite3_column_int64(q, 2);
		row->modseq = sqlite3_column_int64(q, 3);
		row->mid = sqlite3_column_int64(q, 4);
		row->thread = sqlite3_column_int64(q, 5);
		row->flags = (uint32_t)sqlite3_column_int64(q, 6);
		row->keywords = db_text(q, 7);
		row->has_body = sqlite3_column_int(q, 8) != 0;
		row->hidden = sqlite3_column_int(q, 9) != 0;
	}
	return db_done(s->db, q, e);
}

static void
count_flags(struct delta *d, uint32_t flags, int sign)
{
	d->unread += flags & FLAG_SEEN ? 0 : sign;
	d->flagged += flags & FLAG_FLAGGED ? sign : 0;
}

/* At most max octets of a text, cut between characters. */
static const char *
cut_text(const char *s, size_t max, char **owned)
{
	const char *end;

	*owned = NULL;
	if (!s || strlen(s) <= max)
		return s;
	if (!g_utf8_validate(s, -1, NULL)) {
		end = s + max;
	} else {
		end = g_utf8_find_prev_char(s, s + max + 1);
		if (!end)
			end = s;
	}
	return *owned = g_strndup(s, (size_t)(end - s));
}

/* The last ids that fit, and the first. */
static char *
cut_references(const char *refs)
{
	const char *first_end = refs + strcspn(refs, " ");
	const char *tail = refs + strlen(refs) - REFERENCES_MAX;

	tail += strcspn(tail, " ");
	if (first_end - refs > TEXT_MAX)
		return g_strdup(tail);
	return g_strdup_printf("%.*s%s", (int)(first_end - refs), refs, tail);
}

/* An envelope within bounds; owned by the caller. */
static void
bound(struct envelope *to, const struct envelope *from)
{
	const char *const in[] = { from->subject, from->from, from->to,
		from->cc, from->message_id, from->in_reply_to,
		from->list_id };
	char **const out[] = { &to->subject, &to->from, &to->to, &to->cc,
		&to->message_id, &to->in_reply_to, &to->list_id };

	memset(to, 0, sizeof(*to));
	to->date = from->date;
	to->date_zone = from->date_zone;
	for (size_t i = 0; i < G_N_ELEMENTS(in); i++) {
		const char *s = cut_text(in[i], TEXT_MAX, out[i]);

		if (!*out[i])
			*out[i] = g_strdup(s);
	}
	if (from->references)
		to->references = strlen(from->references) > REFERENCES_MAX ?
			cut_references(from->references) :
			g_strdup(from->references);
}

static bool
too_long(const char *s, size_t max)
{
	return s && strnlen(s, max + 1) > max;
}

static bool
is_bounded(const struct envelope *env)
{
	return !too_long(env->subject, TEXT_MAX) &&
	       !too_long(env->from, TEXT_MAX) && !too_long(env->to, TEXT_MAX) &&
	       !too_long(env->cc, TEXT_MAX) &&
	       !too_long(env->message_id, TEXT_MAX) &&
	       !too_long(env->in_reply_to, TEXT_MAX) &&
	       !too_long(env->list_id, TEXT_MAX) &&
	       !too_long(env->references, REFERENCES_MAX);
}

static int64_t
date_of(const struct staged *item)
{
	return item->env.date ? item->env.date : item->arrival;
}

static int64_t
mid_of(const struct envelope *env)
{
	return env->message_id && *env->message_id ?
		thread_hash(env->message_id, strlen(env->message_id)) : 0;
}

/* The wide row, new or in place of the old one. */
static enum st
write_row(struct store *s, const struct staged *item, int64_t id,
	  int64_t thread, const char *sql, struct err *e)
{
	const struct envelope *env = &item->env;
	char fkey[KEY_MAX], skey[KEY_MAX];
	int64_t date = date_of(item), mid = mid_of(env);
	sqlite3_stmt *q;

	q = db_query(s->db, sql, "iiuuiiiibbssssnin", id, item->folder,
		     item->uid, item->flags.bits, thread, date, item->size,
		     item->arrival, fkey, key_from(fkey, env, date), skey,
		     key_subject(skey, env, date), env->subject, env->from,
		     env->to, item->flags.keywords, item->modseq);
	if (q && mid)
		sqlite3_bind_int64(q, 15, mid);
	if (q && env->date)
		sqlite3_bind_int(q, 17, env->date_zone);
	if (q) {
		const char *const rest[] = { env->cc, env->message_id,
			env->in_reply_to, env->references, env->list_id,
			item->uidl };

		for (int i = 0; i < (int)G_N_ELEMENTS(rest); i++)
			sqlite3_bind_text(q, 18 + i, rest[i], -1,
					  SQLITE_STATIC);
	}
	db_row(s->db, q);
	return db_done(s->db, q, e);
}

static enum st
write_body(struct store *s, const struct staged *item, int64_t id,
	   struct err *e)
{
	const struct place *p = &item->place;
	struct delta *d = tx_delta(s, item->folder);
	struct gap unknown = { p->off, p->pos, 0 };
	enum st st;

	d->pad += index_pad(p->pos - p->off);
	st = db_run(s->db, e, "INSERT INTO body VALUES(?, ?, ?, ?, ?, ?)",
		    "iiiiib", id, p->off, p->pos, p->len, p->lf, p->digest,
		    sizeof(p->digest));
	/* Much padding that another program may have moved. */
	if (st == ST_OK && p->pos - p->off > MBOX_ROOM_MAX)
		st = index_touch(s, id, NULL, &unknown, e);
	return st;
}

static enum st
set_waiting(struct store *s, const struct staged *item, bool on,
	    struct err *e)
{
	tx_delta(s, item->folder)->waiting += on ? 1 : -1;
	if (on)
		return db_run(s->db, e, "INSERT OR IGNORE INTO waiting "
			      "VALUES(?, ?)", "iu", item->folder, item->uid);
	return db_run(s->db, e, "DELETE FROM waiting WHERE folder = ? AND "
		      "uid = ?", "iu", item->folder, item->uid);
}

static enum st
write_uidl(struct store *s, const struct staged *item, int64_t id,
	   struct err *e)
{
	/* seen: when it was first taken, which a keep-for-days policy
	 * counts from, stays. */
	return db_run(s->db, e, "INSERT INTO uidl(uidl, id, seen, said) "
		      "VALUES(?, ?, ?, ?) ON CONFLICT DO UPDATE SET id = "
		      "excluded.id", "siii", item->uidl, id, item->seen,
		      item->said);
}

static enum st
put_new(struct store *s, const struct staged *item, struct err *e)
{
	struct delta *d = tx_delta(s, item->folder);
	int64_t id = item->id, thread = 0;
	enum st st = ST_OK;

	if (id == 0)
		st = tx_next_id(s, &id, e);
	if (st == ST_OK)
		st = thread_join(s, item->folder, id, item->uid,
				 date_of(item), &item->env, &thread, e);
	if (st == ST_OK)
		st = write_row(s, item, id, thread, "INSERT INTO message "
			       "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
			       "?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", e);
	d->total++;
	count_flags(d, item->flags.bits, 1);
	if (st == ST_OK && item->kind == STAGED_BODY)
		st = write_body(s, item, id, e);
	else if (st == ST_OK)
		st = set_waiting(s, item, true, e);
	if (st == ST_OK && item->uidl)
		st = write_uidl(s, item, id, e);
	return st == ST_OK ? addresses_note(s, item->folder, &item->env,
					    date_of(item), e) : st;
}

static enum st
put_flags(struct store *s, const struct staged *item,
	  const struct known_row *row, bool touch, struct err *e)
{
	struct delta *d = tx_delta(s, item->folder);
	bool same = row->flags == item->flags.bits &&
		    g_strcmp0(row->keywords, item->flags.keywords) == 0;
	enum st st;

	if (same && (item->modseq == 0 || item->modseq == row->modseq))
		return ST_OK;
	if (!row->hidden) {
		count_flags(d, row->flags, -1);
		count_flags(d, item->flags.bits, 1);
	}
	st = db_run(s->db, e, "UPDATE message SET flags = ?2, keywords = ?3, "
		    "modseq = iif(?4 = 0, modseq, ?4) WHERE id = ?1", "iusi",
		    row->id, item->flags.bits, item->flags.keywords,
		    item->modseq);
	if (st == ST_OK && touch && !same && row->has_body)
		st = index_touch(s, row->id, NULL, NULL, e);
	return st;
}

/* Another envelope under a known UID: threads and keys follow it. */
static enum st
put_envelope(struct store *s, const struct staged *item,
	     const struct known_row *row, struct err *e)
{
	struct doomed old = { .id = row->id, .folder = item->folder,
		.date = row->date, .thread = row->thread, .mid = row->mid,
		.uid = item->uid };
	int64_t thread = row->thread;
	enum st st = thread_leave(s, &old, e);

	if (st == ST_OK)
		st = thread_join(s, item->folder, row->id, item->uid,
				 date_of(item), &item->env, &thread, e);
	if (st == ST_OK)
		st = write_row(s, item, row->id, thread, "INSERT OR REPLACE "
			       "INTO message VALUES(?, ?, ?, ?, ?, ?, ?, ?, "
			       "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			       e);
	return st;
}

/* Does the row say what the header of its message does?  Where the text had
 * been damaged it was made from what was left. */
static enum st
looks_other(struct store *s, const struct staged *item,
	    const struct known_row *row, bool *other, struct err *e)
{
	const struct envelope *env = &item->env;
	int64_t same = 1;
	enum st st = ST_OK;

	*other = row->mid != mid_of(env) || row->date != date_of(item);
	if (!*other && item->kind == STAGED_BODY && !row->has_body)
		st = db_int(s->db, &same, 0, e, "SELECT count(*) FROM message "
			    "WHERE id = ? AND subject IS ? AND sender IS ? "
			    "AND rcpt IS ? AND cc IS ? AND in_reply_to IS ? "
			    "AND refs IS ? AND list_id IS ?", "isssssss",
			    row->id, env->subject, env->from, env->to,
			    env->cc, env->in_reply_to, env->references,
			    env->list_id);
	*other = *other || !same;
	return st;
}

static enum st
put_known(struct store *s, const struct staged *item,
	  const struct known_row *row, struct err *e)
{
	bool body = item->kind == STAGED_BODY, other = false;
	enum st st = put_flags(s, item, row, !body, e);

	if (st == ST_OK && !row->hidden)
		st = looks_other(s, item, row, &other, e);
	if (st == ST_OK && other)
		st = put_envelope(s, item, row, e);
	else if (st == ST_OK && row->size != item->size)
		st = db_run(s->db, e, "UPDATE message SET size = ? WHERE "
			    "id = ?", "ii", item->size, row->id);
	if (st == ST_OK && body && !row->has_body && !row->hidden)
		st = set_waiting(s, item, false, e);
	if (st == ST_OK && body)
		st = write_body(s, item, row->id, e);
	if (st == ST_OK && item->uidl)
		st = write_uidl(s, item, row->id, e);
	return st;
}

enum st
index_put(struct store *s, const struct staged *item, struct err *e)
{
	struct staged within = *item;
	struct envelope bounded = { 0 };
	struct known_row row = { 0 };
	struct flags merged = { 0 };
	enum st st = item->fresh ? ST_OK : find(s, item, &row, e);

	if (item->kind != STAGED_FLAGS && !is_bounded(&item->env)) {
		bound(&bounded, &item->env);
		within.env = bounded;
	}
	flags_copy(&merged, &item->flags);
	if (st == ST_OK && row.id)
		st = queue_merge(s, row.id, &merged, e);
	within.flags = merged;
	if (st == ST_OK && item->kind == STAGED_FLAGS) {
		st = row.id ? put_flags(s, &within, &row, true, e) : ST_OK;
	} else if (st == ST_OK && row.id) {
		/* What the mbox has is better than what a server claims. */
		if (item->kind == STAGED_ENVELOPE && row.has_body)
			within.size = row.size;
		st = put_known(s, &within, &row, e);
	} else if (st == ST_OK) {
		st = put_new(s, &within, e);
	}
	envelope_clear(&bounded);
	flags_clear(&merged);
	g_free(row.keywords);
	return st;
}

enum st
index_delete(struct store *s, const struct doomed *row, struct err *e)
{
	struct delta *d = tx_delta(s, row->folder);
	enum st st = queue_orphan(s, row->id, e);

	if (st == ST_OK && !row->hidden) {
		st = thread_leave(s, row, e);
		d->total--;
		count_flags(d, row->flags, -1);
	}
	if (st == ST_OK)
		st = db_run(s->db, e, "DELETE FROM message WHERE id = ?", "i",
			    row->id);
	if (st != ST_OK)
		return st;
	if (!row->has_body) {
		d->waiting -= row->hidden ? 0 : 1;
		return db_run(s->db, e, "DELETE FROM waiting WHERE folder = ? "
			      "AND uid = ?", "iu", row->folder, row->uid);
	}
	d->pad -= index_pad(row->place.pos - row->place.off);
	return db_run(s->db, e, "DELETE FROM body WHERE id = ?", "i",
		      row->id);
}

enum st
index_find_body(struct store *s, int64_t folder, uint32_t uid, int64_t *id,
		struct doomed *row, struct err *e)
{
	sqlite3_stmt *q = db_query(s->db, "SELECT m.id, m.date, m.thread, "
				   "m.mid, m.flags, b.off, b.pos, b.len, b.lf, "
				   "b.digest, m.folder < 0 FROM message m LEFT "
				   "JOIN body b ON b.id = m.id WHERE m.folder "
				   "IN (?1, -?1) AND m.uid = ?2", "iu", folder,
				   uid);

	*id = 0;
	if (db_row(s->db, q)) {
		index_read_doomed(q, row);
		row->folder = folder;
		row->uid = uid;
		row->hidden = sqlite3_column_int(q, 10) != 0;
		*id = row->id;
	}
	return db_done(s->db, q, e);
}

void
index_read_doomed(sqlite3_stmt *q, struct doomed *row)
{
	row->id = sqlite3_column_int64(q, 0);
	row->date = sqlite3_column_int64(q, 1);
	row->thread = sqlite3_column_int64(q, 2);
	row->mid = sqlite3_column_int64(q, 3);
	row->flags = (uint32_t)sqlite3_column_int64(q, 4);
	row->has_body = sqlite3_column_type(q, 5) != SQLITE_NULL;
	row->place.off = sqlite3_column_int64(q, 5);
	row->place.pos = sqlite3_column_int64(q, 6);
	row->place.len = sqlite3_column_int64(q, 7);
	row->place.lf = sqlite3_column_int64(q, 8);
	if (sqlite3_column_bytes(q, 9) == DIGEST_LEN)
		memcpy(row->place.digest, sqlite3_column_blob(q, 9),
		       DIGEST_LEN);
}

enum st
index_next_uid(struct store *s, int64_t folder, uint32_t *uid, struct err *e)
{
	struct delta *d = tx_delta(s, folder);
	enum st st = ST_OK;

	if (d->uidnext == 0)
		st = db_int(s->db, &d->uidnext, 1, e, "SELECT max(1, uidnext, "
			    "(SELECT coalesce(max(uid), 0) + 1 FROM message "
			    "WHERE folder = ?1 AND uid <= 4294967295), "
			    "(SELECT coalesce(max(uid), 0) + 1 FROM message "
			    "WHERE folder = -?1 AND uid <= 4294967295)) FROM "
			    "folder WHERE id = ?1",
			    "i", folder);
	if (st == ST_OK && d->uidnext > UINT32_MAX)
		st = err_set(e, ST_LOCAL, "The folder has no number left for "
			     "another message.");
	*uid = (uint32_t)d->uidnext++;
	return st;
}
