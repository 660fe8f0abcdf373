/*
 * settle.c - files are made what the last commit says they are
 */
#include "store/settle.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "store/compact.h"
#include "store/touch.h"

struct done {
	int64_t id, gen;
};

struct settle {
	GArray *touched;	/* struct done: written, not struck out */
	int64_t intent;		/* highest one done, not struck out; 0: none */
	bool struck;		/* by the transaction that runs */
};

struct settle *
settle_new(void)
{
	struct settle *t = g_new0(struct settle, 1);

	t->touched = g_array_new(FALSE, FALSE, sizeof(struct done));
	return t;
}

void
settle_free(struct settle *t)
{
	if (!t)
		return;
	g_array_unref(t->touched);
	g_free(t);
}

enum st
settle_intend(struct store *s, const char *kind, const char *a, const char *b,
	      struct err *e)
{
	return db_run(s->db, e, "INSERT INTO intent(kind, a, b) "
		      "VALUES(?, ?, ?)", "sss", kind, a, b);
}

/* ---- files renamed and unlinked ---------------------------------------- */

static enum st
sync_parent(const char *file, struct err *e)
{
	char *dir = g_path_get_dirname(file);
	enum st st = path_sync_dir(dir, e);

	g_free(dir);
	return st;
}

static enum st
do_rename(const char *from, const char *to, struct err *e)
{
	enum st st = file_parents(to, e);

	if (st != ST_OK)
		return st;
	if (rename(from, to) != 0 && errno != ENOENT)
		return err_errno(e, "The mail file %s cannot be renamed to %s",
				 from, to);
	st = sync_parent(to, e);
	return st == ST_OK ? sync_parent(from, e) : st;
}

static enum st
do_unlink(const char *file, struct err *e)
{
	char *dir;

	if (unlink(file) != 0 && errno != ENOENT)
		return err_errno(e, "The mail file %s cannot be removed",
				 file);
	dir = g_path_get_dirname(file);
	if (g_file_test(dir, G_FILE_TEST_IS_DIR)) {
		enum st st = path_sync_dir(dir, e);

		g_free(dir);
		return st;
	}
	g_free(dir);
	return ST_OK;
}

/* Whoever has the file open under its old name has it no longer. */
static void
forget_path(struct store *s, const char *file)
{
	GHashTableIter it;
	gpointer data;

	g_hash_table_iter_init(&it, s->files);
	while (g_hash_table_iter_next(&it, NULL, &data))
		if (strcmp(((struct mfile *)data)->path, file) == 0)
			g_hash_table_iter_remove(&it);
}

static enum st
do_intent(struct store *s, const char *kind, const char *a, const char *b,
	  struct err *e)
{
	bool swap = strcmp(kind, "swap") == 0;
	char *from = swap ? g_build_filename(s->dir, "tmp", a, NULL)
			  : file_path(s, a);
	char *to = b ? file_path(s, b) : NULL;
	enum st st;

	if (to)
		st = do_rename(from, to, e);
	else
		st = do_unlink(from, e);
	forget_path(s, from);
	if (to)
		forget_path(s, to);
	g_free(from);
	g_free(to);
	return st;
}

enum st
settle_intents(struct store *s, struct err *e)
{
	sqlite3_stmt *q = db_query(s->db, "SELECT seq, kind, a, b FROM intent "
				   "WHERE seq > ? ORDER BY seq", "i",
				   s->settle->intent);
	enum st st = ST_OK;

	while (st == ST_OK && db_row(s->db, q)) {
		st = do_intent(s, (const char *)sqlite3_column_text(q, 1),
			       (const char *)sqlite3_column_text(q, 2),
			       (const char *)sqlite3_column_text(q, 3), e);
		if (st == ST_OK)
			s->settle->intent = sqlite3_column_int64(q, 0);
	}
	if (st != ST_OK) {
		db_done(s->db, q, NULL);
		return st;
	}
	return db_done(s->db, q, e);
}

/* ---- blocks written anew ----------------------------------------------- */

static enum st
do_touches(struct store *s, struct err *e)
{
	GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct done));
	enum st st = ST_OK;
	sqlite3_stmt *q = db_query(s->db, "SELECT id, gen FROM touch", "");

	while (db_row(s->db, q)) {
		struct done d = { sqlite3_column_int64(q, 0),
				  sqlite3_column_int64(q, 1) };

		g_array_append_val(rows, d);
	}
	st = db_done(s->db, q, e);
	for (guint i = 0; i < rows->len && st == ST_OK; i++) {
		struct done *d = &g_array_index(rows, struct done, i);
		bool fits;

		/* What does not fit was touched by a reader: it stays for
		 * the next transaction, which makes room. */
		st = touch_write(s, d->id, &fits, e);
		if (st == ST_OK && fits)
			g_array_append_val(s->settle->touched, *d);
	}
	g_array_unref(rows);
	return st;
}

static void
forget_struck(struct settle *t)
{
	if (!t->struck)
		return;
	g_array_set_size(t->touched, 0);
	t->intent = 0;
	t->struck = false;
}

enum st
settle_run(struct store *s, struct err *e)
{
	struct err why;
	enum st st;

	forget_struck(s->settle);
	if (s->lock < 0)
		return ST_OK;
	st = settle_intents(s, &why);
	if (st == ST_OK)
		st = do_touches(s, &why);
	if (st == ST_OK)
		st = files_sync(s, &why);
	if (st == ST_OK) {
		compact_where_due(s);
		return ST_OK;
	}
	/* Index and files differ until the promises are kept, which the
	 * next open does. */
	if (e)
		*e = why;
	tx_break(s, &why);
	return st;
}

enum st
settle_make_room(struct store *s, struct err *e)
{
	GArray *ids;
	sqlite3_stmt *q;
	enum st st;

	if (s->lock < 0)
		return ST_OK;
	ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	q = db_query(s->db, "SELECT id FROM touch", "");
	while (db_row(s->db, q)) {
		int64_t id = sqlite3_column_int64(q, 0);

		g_array_append_val(ids, id);
	}
	st = db_done(s->db, q, e);
	for (guint i = 0; i < ids->len && st == ST_OK; i++)
		st = touch_make_room(s, g_array_index(ids, int64_t, i), e);
	g_array_unref(ids);
	return st;
}

enum st
settle_strike(struct store *s, struct err *e)
{
	struct settle *t = s->settle;
	enum st st = ST_OK;

	for (guint i = 0; i < t->touched->len && st == ST_OK; i++) {
		struct done *d = &g_array_index(t->touched, struct done, i);

		st = db_run(s->db, e, "DELETE FROM touch WHERE id = ? AND "
			    "gen = ?", "ii", d->id, d->gen);
	}
	if (st == ST_OK && t->intent)
		st = db_run(s->db, e, "DELETE FROM intent WHERE seq <= ?",
			    "i", t->intent);
	t->struck = t->touched->len || t->intent;
	return st;
}

void
settle_rollback(struct store *s)
{
	s->settle->struck = false;
}

void
settle_finish(struct store *s)
{
	struct settle *t = s->settle;

	if (!t->touched->len && !t->intent)
		return;
	if (store_begin(s, NULL) != ST_OK)
		return;
	if (tx_write(s, NULL) == ST_OK)
		store_commit(s, NULL);
	else
		store_rollback(s);
}
