/*
 * uidl.c - what a POP server still has of what was taken from it
 */
#include <string.h>

#include "store/private.h"

void
uidl_clear(struct uidl *u)
{
	g_free(u->uidl);
	memset(u, 0, sizeof(*u));
}

enum st
uidl_find(struct store *s, const char *uidl, struct uidl *out, struct err *e)
{
	enum st st = tx_see(s, e);
	sqlite3_stmt *q;

	memset(out, 0, sizeof(*out));
	if (st != ST_OK)
		return st;
	q = db_query(s->db, "SELECT u.id, u.seen, u.said, coalesce(b.digest, "
		     "u.digest) FROM uidl u LEFT JOIN body b ON b.id = u.id "
		     "WHERE u.uidl = ? AND (u.id = 0 OR EXISTS(SELECT 1 FROM "
		     "message m WHERE m.id = u.id))", "s", uidl);
	if (db_row(s->db, q)) {
		out->uidl = g_strdup(uidl);
		out->id = sqlite3_column_int64(q, 0);
		out->seen = sqlite3_column_int64(q, 1);
		out->said = sqlite3_column_int64(q, 2);
		out->has_digest = sqlite3_column_bytes(q, 3) == DIGEST_LEN;
	}
	if (out->has_digest)
		memcpy(out->digest, sqlite3_column_blob(q, 3), DIGEST_LEN);
	st = db_done(s->db, q, e);
	if (st == ST_OK && !out->uidl)
		return err_set(e, ST_GONE, "The server's message %s is new.",
			       uidl);
	if (st != ST_OK)
		uidl_clear(out);
	return st;
}

enum st
uidl_said(struct store *s, const char *uidl, int64_t size, struct err *e)
{
	bool own;
	enum st st = tx_enter(s, &own, e);

	if (st == ST_OK)
		st = db_run(s->db, e, "UPDATE uidl SET said = ? WHERE uidl = "
			    "?", "is", size, uidl);
	return tx_leave(s, own, st, e);
}

enum st
uidl_forget(struct store *s, const char *uidl, struct err *e)
{
	bool own;
	enum st st = tx_enter(s, &own, e);

	if (st == ST_OK)
		st = db_run(s->db, e, "DELETE FROM uidl WHERE uidl = ?", "s",
			    uidl);
	return tx_leave(s, own, st, e);
}

enum st
uidl_walk(struct store *s,
	  void (*visit)(void *ctx, const char *uidl, int64_t id,
			const guint8 *digest), void *ctx, struct err *e)
{
	enum st st = tx_see(s, e);
	sqlite3_stmt *q;

	if (st != ST_OK)
		return st;
	q = db_query(s->db, "SELECT m.uidl, m.id, b.digest FROM message m "
		     "JOIN body b ON b.id = m.id WHERE m.uidl IS NOT NULL",
		     "");
	while (db_row(s->db, q))
		if (sqlite3_column_bytes(q, 2) == DIGEST_LEN)
			visit(ctx, (const char *)sqlite3_column_text(q, 0),
			      sqlite3_column_int64(q, 1),
			      sqlite3_column_blob(q, 2));
	return db_done(s->db, q, e);
}

enum st
uidl_rename(struct store *s, int64_t id, const char *uidl, int64_t said,
	    struct err *e)
{
	/* When it was taken is known, or else when it arrived; and what lies
	 * in Trash may go. */
	static const char *const sql[] = {
		"INSERT OR REPLACE INTO uidl(uidl, id, seen, said) SELECT ?2, "
		"?1, coalesce((SELECT seen FROM uidl WHERE id = ?1), iif(("
		"SELECT role FROM folder WHERE id = abs(m.folder)) = "
		G_STRINGIFY(5) ", -1, 1) * max(1, m.arrival)), ?3 FROM "
		"message m WHERE m.id = ?1",
		"DELETE FROM uidl WHERE id = ?1 AND uidl <> ?2 AND ?3 = ?3",
		"UPDATE message SET uidl = ?2 WHERE id = ?1 AND ?3 = ?3",
	};
	bool own;
	enum st st = tx_enter(s, &own, e);

	for (size_t i = 0; i < G_N_ELEMENTS(sql) && st == ST_OK; i++)
		st = db_run(s->db, e, sql[i], "isi", id, uidl, said);
	if (st == ST_OK)
		st = index_touch(s, id, NULL, NULL, e);
	return tx_leave(s, own, st, e);
}

static GPtrArray *
unlisted(struct store *s, GHashTable *listed, enum st *st, struct err *e)
{
	GPtrArray *gone = g_ptr_array_new_with_free_func(g_free);
	sqlite3_stmt *q = db_query(s->db, "SELECT uidl FROM uidl", "");

	while (db_row(s->db, q)) {
		const char *uidl = (const char *)sqlite3_column_text(q, 0);

		if (!g_hash_table_contains(listed, uidl))
			g_ptr_array_add(gone, g_strdup(uidl));
	}
	*st = db_done(s->db, q, e);
	return gone;
}

enum st
uidl_forget_others(struct store *s, GHashTable *listed, struct err *e)
{
	GPtrArray *gone;
	bool own;
	enum st st = tx_see(s, e);

	if (st != ST_OK)
		return st;
	gone = unlisted(s, listed, &st, e);
	if (st == ST_OK && gone->len) {
		st = tx_enter(s, &own, e);
		for (guint i = 0; i < gone->len && st == ST_OK; i++)
			st = db_run(s->db, e, "DELETE FROM uidl WHERE "
				    "uidl = ?", "s", gone->pdata[i]);
		st = tx_leave(s, own, st, e);
	}
	g_ptr_array_unref(gone);
	return st;
}
