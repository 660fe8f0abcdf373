/*
 * rematch.c - a folder under a new UIDVALIDITY, without a second download
 *
 * The new numbering is told message by message; each that is here already
 * (the same Message-ID, size and date of arrival; without the size where the
 * server estimates them) keeps its row and its bytes.  Nothing is changed
 * before rematch_finish().
 */
#include <string.h>

#include "store/private.h"
#include "store/remove.h"

struct match {
	int64_t id, modseq;
	uint32_t uid;
	struct flags flags;
};

struct rematch {
	int64_t folder, uidvalidity;
	GArray *matches;	/* struct match */
	GHashTable *taken;	/* row ids, as int64_t keys */
	struct uidset told;	/* numbers that were told of */
	bool estimates;		/* STORE_ESTIMATES */
	GHashTable *guessed;	/* Message-ID and date of those that were
				 * matched without their size -> 1 + the place
				 * in matches */
};

static void
clear_match(gpointer match)
{
	flags_clear(&((struct match *)match)->flags);
}

enum st
rematch_begin(struct store *s, int64_t folder, int64_t uidvalidity,
	      struct err *e)
{
	struct rematch *r;
	char *fact;
	enum st st = tx_owner(s, e);

	if (st == ST_OK)
		st = tx_see(s, e);
	rematch_abort(s);
	if (st != ST_OK)
		return st;
	r = s->rematch = g_new0(struct rematch, 1);
	r->folder = folder;
	r->uidvalidity = uidvalidity;
	r->matches = g_array_new(FALSE, FALSE, sizeof(struct match));
	g_array_set_clear_func(r->matches, clear_match);
	r->taken = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free,
					 NULL);
	r->guessed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					   NULL);
	fact = store_fact_get(s, STORE_ESTIMATES);
	r->estimates = fact != NULL;
	g_free(fact);
	return ST_OK;
}

void
rematch_abort(struct store *s)
{
	struct rematch *r = s->rematch;

	if (!r)
		return;
	g_array_unref(r->matches);
	g_hash_table_destroy(r->taken);
	g_hash_table_destroy(r->guessed);
	uidset_clear(&r->told);
	g_free(r);
	s->rematch = NULL;
}

/* A row that was not taken yet, and whether there are more; size and date
 * count where they are said. */
static enum st
find_same(struct store *s, const char *message_id, int64_t size,
	  int64_t internaldate, int64_t *id, bool *more, struct err *e)
{
	struct rematch *r = s->rematch;
	sqlite3_stmt *q = db_query(s->db, "SELECT id FROM message WHERE "
				   "mid = ?1 AND message_id = ?2 AND "
				   "folder IN (?3, -?3) AND uid <= 4294967295 "
				   "AND (?4 < 0 OR size = ?4) AND "
				   "(?5 = 0 OR arrival = ?5) ORDER BY uid",
				   "isiii", thread_hash(message_id,
							strlen(message_id)),
				   message_id, r->folder, size, internaldate);

	*id = 0;
	*more = false;
	while (!*more && db_row(s->db, q)) {
		int64_t row = sqlite3_column_int64(q, 0);

		if (g_hash_table_contains(r->taken, &row))
			continue;
		*more = *id != 0;
		if (*id == 0)
			*id = row;
	}
	return db_done(s->db, q, e);
}

/* It was a guess, and there is another one like it: neither is known. */
static void
unmatch(struct rematch *r, guint which)
{
	struct match *m = &g_array_index(r->matches, struct match, which);

	g_hash_table_remove(r->taken, &m->id);
	m->id = 0;
}

/* Where sizes are estimates, the date must do: but only where there is no
 * other of that Message-ID and date, here or there. */
static enum st
guess(struct store *s, const char *message_id, int64_t internaldate,
      int64_t *id, struct err *e)
{
	struct rematch *r = s->rematch;
	char *key = g_strdup_printf("%" G_GINT64_FORMAT " %s", internaldate,
				    message_id);
	gpointer before;
	bool more;
	enum st st = ST_OK;

	*id = 0;
	if (g_hash_table_lookup_extended(r->guessed, key, NULL, &before)) {
		if (before)
			unmatch(r, GPOINTER_TO_UINT(before) - 1);
		before = NULL;
	} else {
		st = find_same(s, message_id, -1, internaldate, id, &more, e);
		if (more)
			*id = 0;
		before = *id ? GUINT_TO_POINTER(r->matches->len + 1) : NULL;
	}
	g_hash_table_replace(r->guessed, key, before);
	return st;
}

enum st
rematch_add(struct store *s, uint32_t uid, const char *message_id,
	    int64_t size, int64_t internaldate, const struct flags *flags,
	    int64_t modseq, bool *matched, struct err *e)
{
	struct rematch *r = s->rematch;
	struct match m = { .modseq = modseq, .uid = uid };
	bool more;
	enum st st;

	*matched = false;
	g_return_val_if_fail(r, ST_LOCAL);
	if (uidset_has(&r->told, uid))
		return ST_OK;
	uidset_add(&r->told, uid);
	/* Without an id nothing but the bytes could tell; and an id alone
	 * is what anybody may write. */
	if (!message_id || !*message_id || (size < 0 && internaldate == 0))
		return ST_OK;
	st = find_same(s, message_id, size, internaldate, &m.id, &more, e);
	if (st == ST_OK && m.id == 0 && r->estimates && internaldate)
		st = guess(s, message_id, internaldate, &m.id, e);
	if (st != ST_OK || m.id == 0)
		return st;
	flags_copy(&m.flags, flags);
	g_array_append_val(r->matches, m);
	g_hash_table_add(r->taken, g_memdup2(&m.id, sizeof(m.id)));
	*matched = true;
	return ST_OK;
}

static enum st
old_uids(struct store *s, struct uidset *rest, struct err *e)
{
	struct rematch *r = s->rematch;
	sqlite3_stmt *q = db_query(s->db, "SELECT id, uid FROM message WHERE "
				   "folder IN (?1, -?1) AND uid <= 4294967295 "
				   "ORDER BY uid", "i", r->folder);

	while (db_row(s->db, q)) {
		int64_t id = sqlite3_column_int64(q, 0);

		if (!g_hash_table_contains(r->taken, &id))
			uidset_add(rest, (uint32_t)sqlite3_column_int64(q, 1));
	}
	return db_done(s->db, q, e);
}

static enum st
remove_rest(struct store *s, struct err *e)
{
	struct uidset rest = UIDSET_EMPTY;
	enum st st = old_uids(s, &rest, e);

	if (st == ST_OK)
		st = store_remove(s, s->rematch->folder, &rest, true, NULL, e);
	/* Before the numbers change, by which neighbours are found. */
	if (st == ST_OK)
		st = remove_close_gaps(s, false, e);
	uidset_clear(&rest);
	return st;
}

static enum st
renumber(struct store *s, struct err *e)
{
	struct rematch *r = s->rematch;
	enum st st = ST_OK;

	/* Through negative numbers, so that no two are ever the same. */
	for (guint i = 0; i < r->matches->len && st == ST_OK; i++) {
		struct match *m = &g_array_index(r->matches, struct match, i);

		if (m->id == 0)
			continue;
		st = db_run(s->db, e, "UPDATE message SET uid = ?2, modseq = "
			    "?3 WHERE id = ?1", "iii", m->id,
			    -(int64_t)m->uid, m->modseq);
		if (st == ST_OK)
			st = index_touch(s, m->id, NULL, NULL, e);
	}
	if (st == ST_OK)
		st = db_run(s->db, e, "UPDATE message SET uid = -uid WHERE "
			    "folder IN (?1, -?1) AND uid < 0", "i",
			    r->folder);
	if (st == ST_OK)
		st = db_run(s->db, e, "DELETE FROM waiting WHERE folder = ?",
			    "i", r->folder);
	if (st == ST_OK)
		st = db_run(s->db, e, "INSERT INTO waiting SELECT folder, uid "
			    "FROM message m WHERE folder = ? AND uid <= "
			    "4294967295 AND NOT EXISTS(SELECT 1 FROM body b "
			    "WHERE b.id = m.id)",
			    "i", r->folder);
	if (st == ST_OK)
		st = db_run(s->db, e, "UPDATE thread SET newest_uid = (SELECT "
			    "max(uid) FROM message m WHERE (m.id = thread.id "
			    "AND m.thread = thread.id) OR (m.thread = "
			    "thread.id AND m.thread <> m.id)) WHERE "
			    "folder = ?", "i", r->folder);
	return st;
}

static enum st
apply_flags(struct store *s, struct err *e)
{
	struct rematch *r = s->rematch;
	enum st st = ST_OK;

	for (guint i = 0; i < r->matches->len && st == ST_OK; i++) {
		struct match *m = &g_array_index(r->matches, struct match, i);

		if (m->id == 0)
			continue;
		st = store_set_flags(s, r->folder, m->uid, &m->flags,
				     m->modseq, e);
	}
	return st;
}

enum st
rematch_finish(struct store *s, struct err *e)
{
	bool own;
	enum st st;

	g_return_val_if_fail(s->rematch, ST_LOCAL);
	st = tx_enter(s, &own, e);
	if (st == ST_OK)
		st = remove_rest(s, e);
	if (st == ST_OK)
		st = renumber(s, e);
	if (st == ST_OK)
		st = apply_flags(s, e);
	if (st == ST_OK)
		st = db_run(s->db, e, "UPDATE folder SET uidvalidity = ?2, "
			    "uidnext = 0, modseq = 0 WHERE id = ?1", "ii",
			    s->rematch->folder, s->rematch->uidvalidity);
	if (st == ST_OK)
		st = db_run(s->db, e, "DELETE FROM quarantine WHERE "
			    "folder = ?", "i", s->rematch->folder);
	file_forget_rows(s, s->rematch->folder);
	st = tx_leave(s, own, st, e);
	rematch_abort(s);
	return st;
}
