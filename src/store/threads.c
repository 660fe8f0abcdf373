/*
 * threads.c - which thread a message belongs to, kept as mail arrives
 *
 * Messages arrive in any order (the newest first, at a first sync).  What
 * ties them is a set of ids: a message joins the thread of any message that
 * it speaks of, of any that speaks of it, and of any that speaks of the same
 * absent one.  Where it stands inside the thread is worked out when the
 * thread is shown (list_thread.c).  Threads that turn out to be one are
 * merged, the smaller into the larger, so that no arrival costs the size of
 * its thread.
 */
#include <string.h>

#include "store/private.h"

/* Of a References header the first and the last ids count. */
#define REFS_MAX 24

int64_t
thread_hash(const char *id, size_t len)
{
	uint64_t h = UINT64_C(14695981039346656037);	/* FNV-1a */

	for (size_t i = 0; i < len; i++)
		h = (h ^ (guint8)id[i]) * UINT64_C(1099511628211);
	h ^= h >> 32;
	return h ? (int64_t)h : 1;
}

/* Hashes of the ids a message speaks of; returns how many. */
static size_t
referenced(const struct envelope *env, int64_t own, int64_t *hashes)
{
	const char *s = env->references && *env->references ?
		env->references : env->in_reply_to;
	size_t n = 0;

	while (s && *s) {
		size_t len;

		s += strspn(s, " \t\r\n");
		len = strcspn(s, " \t\r\n");
		if (len == 0)
			break;
		if (n == REFS_MAX) {	/* drop the second, keep the first */
			memmove(hashes + 1, hashes + 2,
				(REFS_MAX - 2) * sizeof(*hashes));
			n--;
		}
		hashes[n] = thread_hash(s, len);
		if (hashes[n] != own)
			n++;
		s += len;
	}
	return n;
}

/* The thread that a hash leads to, 0: none. */
static enum st
thread_of(struct store *s, int64_t folder, int64_t hash, int64_t *thread,
	  bool *present, struct err *e)
{
	enum st st = db_int(s->db, thread, 0, e, "SELECT thread FROM message "
			    "WHERE mid = ? AND folder = ? LIMIT 1", "ii", hash,
			    folder);

	*present = *thread != 0;
	if (st == ST_OK && !*present)
		st = db_int(s->db, thread, 0, e, "SELECT thread FROM ref "
			    "WHERE folder = ? AND mid = ?", "ii", folder,
			    hash);
	return st;
}

static enum st
relabel_refs(struct store *s, int64_t folder, int64_t from, int64_t to,
	     struct err *e)
{
	/* The absent ids of a thread are those its messages speak of. */
	sqlite3_stmt *q = db_query(s->db, "SELECT refs, in_reply_to FROM "
				   "message WHERE (id = ?1 AND thread = ?1) OR "
				   "(thread = ?1 AND thread <> id)", "i",
				   from);
	int64_t hashes[REFS_MAX];
	enum st st = ST_OK;

	while (st == ST_OK && db_row(s->db, q)) {
		struct envelope env = {
			.references = (char *)sqlite3_column_text(q, 0),
			.in_reply_to = (char *)sqlite3_column_text(q, 1),
		};
		size_t n = referenced(&env, 0, hashes);

		for (size_t i = 0; i < n && st == ST_OK; i++)
			st = db_run(s->db, e, "UPDATE ref SET thread = ?3 "
				    "WHERE folder = ?1 AND mid = ?2", "iii",
				    folder, hashes[i], to);
	}
	if (st != ST_OK) {
		db_done(s->db, q, NULL);
		return st;
	}
	return db_done(s->db, q, e);
}

struct totals {
	int64_t count, newest, newest_uid, root, root_date;
};

static enum st
read_totals(struct store *s, int64_t thread, struct totals *t, struct err *e)
{
	sqlite3_stmt *q = db_query(s->db, "SELECT count, newest, newest_uid, "
				   "root, root_date FROM thread WHERE id = ?",
				   "i", thread);

	memset(t, 0, sizeof(*t));
	if (db_row(s->db, q)) {
		t->count = sqlite3_column_int64(q, 0);
		t->newest = sqlite3_column_int64(q, 1);
		t->newest_uid = sqlite3_column_int64(q, 2);
		t->root = sqlite3_column_int64(q, 3);
		t->root_date = sqlite3_column_int64(q, 4);
	}
	return db_done(s->db, q, e);
}

static enum st
write_totals(struct store *s, int64_t folder, int64_t thread,
	     const struct totals *t, struct err *e)
{
	return db_run(s->db, e, "INSERT INTO thread VALUES(?, ?, ?, ?, ?, ?, "
		      "?) ON CONFLICT DO UPDATE SET count = excluded.count, "
		      "newest = excluded.newest, newest_uid = "
		      "excluded.newest_uid, root = excluded.root, root_date = "
		      "excluded.root_date", "iiiiiii", thread, folder,
		      t->count, t->newest, t->newest_uid, t->root,
		      t->root_date);
}

static void
add_totals(struct totals *t, const struct totals *more)
{
	t->newest = t->count ? MAX(t->newest, more->newest) : more->newest;
	t->newest_uid = MAX(t->newest_uid, more->newest_uid);
	if (!t->count || more->root_date < t->root_date ||
	    (more->root_date == t->root_date && more->root < t->root)) {
		t->root = more->root;
		t->root_date = more->root_date;
	}
	t->count += more->count;
}

/* Two threads are one: the smaller goes into the larger, which becomes
 * *into with its totals in t. */
static enum st
merge(struct store *s, int64_t folder, int64_t *into, struct totals *t,
      int64_t other, struct err *e)
{
	struct totals o;
	int64_t from = other;
	enum st st = read_totals(s, other, &o, e);

	if (st == ST_OK && o.count > t->count) {
		from = *into;
		*into = other;
	}
	add_totals(t, &o);
	if (st == ST_OK)
		st = relabel_refs(s, folder, from, *into, e);
	if (st == ST_OK)
		st = db_run(s->db, e, "UPDATE message SET thread = ?2 WHERE "
			    "id = ?1 AND thread = ?1", "ii", from, *into);
	if (st == ST_OK)
		st = db_run(s->db, e, "UPDATE message SET thread = ?2 WHERE "
			    "thread = ?1 AND thread <> id", "ii", from, *into);
	if (st == ST_OK)
		st = db_run(s->db, e, "DELETE FROM thread WHERE id = ?", "i",
			    from);
	return st;
}

/* Look a hash up and take its thread into the one being built. */
static enum st
tie(struct store *s, int64_t folder, int64_t hash, int64_t *thread,
    struct totals *t, bool *present, struct err *e)
{
	int64_t found;
	enum st st = thread_of(s, folder, hash, &found, present, e);

	if (st != ST_OK || found == 0 || found == *thread)
		return st;
	if (*thread)
		return merge(s, folder, thread, t, found, e);
	*thread = found;
	return read_totals(s, found, t, e);
}

static enum st
note_absent(struct store *s, int64_t folder, int64_t hash, int64_t thread,
	    struct err *e)
{
	return db_run(s->db, e, "INSERT OR IGNORE INTO ref VALUES(?, ?, ?)",
		      "iii", folder, hash, thread);
}

enum st
thread_join(struct store *s, int64_t folder, int64_t id, uint32_t uid,
	    int64_t date, const struct envelope *env, int64_t *thread,
	    struct err *e)
{
	int64_t own = env->message_id ? thread_hash(env->message_id,
						    strlen(env->message_id))
				      : 0;
	struct totals t = { 0 }, me = { 1, date, uid, id, date };
	int64_t hashes[REFS_MAX], found = 0;
	bool present[REFS_MAX] = { false };
	size_t n = referenced(env, own, hashes);
	enum st st = ST_OK;

	*thread = 0;
	if (own)	/* do others speak of it? */
		st = db_int(s->db, &found, 0, e, "SELECT thread FROM ref "
			    "WHERE folder = ? AND mid = ?", "ii", folder, own);
	if (st == ST_OK && found) {
		*thread = found;
		st = read_totals(s, found, &t, e);
	}
	for (size_t i = 0; i < n && st == ST_OK; i++)
		st = tie(s, folder, hashes[i], thread, &t, &present[i], e);
	if (*thread == 0)
		*thread = id;
	for (size_t i = 0; i < n && st == ST_OK; i++)
		if (!present[i])
			st = note_absent(s, folder, hashes[i], *thread, e);
	if (st == ST_OK && found)
		st = db_run(s->db, e, "DELETE FROM ref WHERE folder = ? AND "
			    "mid = ?", "ii", folder, own);
	add_totals(&t, &me);
	return st == ST_OK ? write_totals(s, folder, *thread, &t, e) : st;
}

/* The thread's last message goes: so do the ids it spoke of. */
static enum st
end_thread(struct store *s, const struct doomed *row, struct err *e)
{
	sqlite3_stmt *q = db_query(s->db, "SELECT refs, in_reply_to FROM "
				   "message WHERE id = ?", "i", row->id);
	int64_t hashes[REFS_MAX];
	size_t n = 0;
	enum st st;

	if (db_row(s->db, q)) {
		struct envelope env = {
			.references = (char *)sqlite3_column_text(q, 0),
			.in_reply_to = (char *)sqlite3_column_text(q, 1),
		};

		n = referenced(&env, 0, hashes);
	}
	st = db_done(s->db, q, e);
	for (size_t i = 0; i < n && st == ST_OK; i++)
		st = db_run(s->db, e, "DELETE FROM ref WHERE folder = ? AND "
			    "mid = ? AND thread = ?", "iii", row->folder,
			    hashes[i], row->thread);
	if (st == ST_OK)
		st = db_run(s->db, e, "DELETE FROM thread WHERE id = ?", "i",
			    row->thread);
	return st;
}

enum st
thread_leave(struct store *s, const struct doomed *row, struct err *e)
{
	struct totals t;
	enum st st = read_totals(s, row->thread, &t, e);

	if (st != ST_OK)
		return st;
	if (t.count <= 1)
		return end_thread(s, row, e);
	t.count--;
	st = write_totals(s, row->folder, row->thread, &t, e);
	/* Later replies to it still find the thread. */
	if (st == ST_OK && row->mid)
		st = note_absent(s, row->folder, row->mid, row->thread, e);
	if (t.root == row->id || t.newest == row->date ||
	    t.newest_uid == row->uid) {
		int64_t *key = g_new(int64_t, 2);

		key[0] = row->thread;
		key[1] = row->folder;
		g_hash_table_insert(s->left, key, key);
	}
	return st;
}

static enum st
recount(struct store *s, int64_t folder, int64_t thread, struct err *e)
{
	struct totals t = { 0 };
	sqlite3_stmt *q = db_query(s->db, "SELECT id, date, uid FROM message "
				   "WHERE (id = ?1 AND thread = ?1) OR "
				   "(thread = ?1 AND thread <> id)", "i",
				   thread);
	enum st st;

	while (db_row(s->db, q)) {
		int64_t date = sqlite3_column_int64(q, 1);
		struct totals me = { 1, date, sqlite3_column_int64(q, 2),
				     sqlite3_column_int64(q, 0), date };

		add_totals(&t, &me);
	}
	st = db_done(s->db, q, e);
	if (st != ST_OK || t.count == 0)
		return st;
	return write_totals(s, folder, thread, &t, e);
}

enum st
thread_settle(struct store *s, struct err *e)
{
	GHashTableIter it;
	enum st st = ST_OK;
	gpointer data;

	g_hash_table_iter_init(&it, s->left);
	while (st == ST_OK && g_hash_table_iter_next(&it, NULL, &data)) {
		const int64_t *key = data;

		st = recount(s, key[1], key[0], e);
	}
	if (st == ST_OK)
		thread_forget(s);
	return st;
}

void
thread_forget(struct store *s)
{
	g_hash_table_remove_all(s->left);
}
