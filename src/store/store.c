/*
 * store.c - opening and closing, facts, the generation
 */
#include "store/store.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "store/addresses_private.h"
#include "store/lock.h"
#include "store/outbox.h"
#include "store/private.h"
#include "store/recover.h"
#include "store/remove.h"
#include "store/schema.h"
#include "store/settle.h"

static void
file_free(gpointer data)
{
	struct mfile *f = data;

	if (f->fd >= 0)
		close(f->fd);
	g_array_unref(f->gaps);
	g_hash_table_destroy(f->near);
	g_free(f->path);
	g_free(f);
}

static struct store *
store_new(const char *dir, enum store_mode mode)
{
	struct store *s = g_new0(struct store, 1);

	s->dir = g_strdup(dir);
	s->mode = mode;
	s->lock = -1;
	s->files = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL,
					 file_free);
	s->deltas = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL,
					  g_free);
	s->left = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL,
					g_free);
	s->learned = learned_new();
	s->stage = stage_new();
	s->settle = settle_new();
	s->removed = removed_new();
	return s;
}

void
store_close(struct store *s)
{
	if (!s)
		return;
	store_rollback(s);
	rematch_abort(s);
	if (s->lock >= 0 && s->db && !s->broken)
		settle_finish(s);
	ingest_free(s->in);
	stage_free(s->stage);
	learned_free(s->learned);
	settle_free(s->settle);
	removed_free(s->removed);
	digest_free(s->digest);
	digest_free(s->check);
	g_hash_table_destroy(s->left);
	g_hash_table_destroy(s->files);
	g_hash_table_destroy(s->deltas);
	db_close(s->db);
	lock_drop(s->lock);
	g_free(s->broken);
	g_free(s->dir);
	g_free(s);
}

static enum st
make_dirs(struct store *s, struct err *e)
{
	static const char *const names[] = { "mail", "removed", "tmp" };
	enum st st = path_mkdir(s->dir, e);

	for (size_t i = 0; i < G_N_ELEMENTS(names) && st == ST_OK; i++) {
		char *dir = g_build_filename(s->dir, names[i], NULL);

		st = path_mkdir(dir, e);
		g_free(dir);
	}
	return st;
}

static bool
index_exists(const struct store *s)
{
	char *file = g_build_filename(s->dir, "index.db", NULL);
	bool there = g_file_test(file, G_FILE_TEST_EXISTS);

	g_free(file);
	return there;
}

static enum st
open_index(struct store *s, bool *made, struct err *e)
{
	char *file = g_build_filename(s->dir, "index.db", NULL);
	enum st st = db_open(file, s->mode == STORE_WORKER, &s->db, e);

	if (st == ST_OK)
		st = schema_apply(s->db, made, e);
	g_free(file);
	return st;
}

/* The lock is held: whatever a crash or a deletion left is put in order. */
static enum st
open_owned(struct store *s, struct err *e)
{
	bool made = false;
	enum st st = open_index(s, &made, e);

	if (st == ST_CORRUPT) {
		db_close(s->db);
		s->db = NULL;
		st = recover_set_aside(s, e);
		if (st == ST_OK)
			st = open_index(s, &made, e);
	}
	if (st == ST_OK && !made)
		st = recover_is_whole(s, &made, e);
	if (st == ST_OK)
		st = recover_run(s, made, e);
	if (st == ST_OK)
		st = outbox_recover(s, e);
	return st == ST_OK ? addresses_fill(s, e) : st;
}

static enum st
open_locked(struct store *s, int wait_ms, struct err *e)
{
	enum st st = lock_take(s->dir, wait_ms, &s->lock, e);

	return st == ST_OK ? open_owned(s, e) : st;
}

static enum st
open_reader(struct store *s, struct err *e)
{
	enum st st;

	if (index_exists(s)) {
		st = open_index(s, NULL, e);
		if (st != ST_CORRUPT)
			return st;
		db_close(s->db);
		s->db = NULL;
	}
	st = open_locked(s, 0, e);
	if (st == ST_OK)
		settle_finish(s);
	lock_drop(s->lock);
	s->lock = -1;
	return st;
}

static enum st
open_mode(const char *dir, enum store_mode mode, int wait_ms,
	  struct store **out, struct err *e)
{
	struct store *s = store_new(dir, mode);
	enum st st = make_dirs(s, e);

	s->digest = digest_new();
	s->check = digest_new();
	if (st == ST_OK && !(s->digest && s->check))
		st = err_set(e, ST_LOCAL, "This machine's libcrypto has no "
			     "SHA-256.");
	if (st == ST_OK)
		st = mode == STORE_WORKER ? open_locked(s, wait_ms, e)
					  : open_reader(s, e);
	if (st != ST_OK) {
		store_close(s);
		return st;
	}
	*out = s;
	return ST_OK;
}

enum st
store_open(const char *dir, enum store_mode mode, struct store **out,
	   struct err *e)
{
	return open_mode(dir, mode, 0, out, e);
}

enum st
store_open_waiting(const char *dir, int wait_ms, struct store **out,
		   struct err *e)
{
	return open_mode(dir, STORE_WORKER, wait_ms, out, e);
}

const char *
store_dir(const struct store *s)
{
	return s->dir;
}

int64_t
store_generation(struct store *s)
{
	return db_version(s->db) + s->commits;
}

enum st
store_fact_set(struct store *s, const char *name, const char *value,
	       struct err *e)
{
	bool own;
	enum st st = tx_enter(s, &own, e);

	if (st == ST_OK)
		st = db_run(s->db, e, "INSERT OR REPLACE INTO fact "
			    "VALUES(?, ?)", "ss", name, value);
	return tx_leave(s, own, st, e);
}

char *
store_fact_get(struct store *s, const char *name)
{
	sqlite3_stmt *q = db_query(s->db, "SELECT value FROM fact "
				   "WHERE name = ?", "s", name);
	char *value = db_row(s->db, q) ? db_text(q, 0) : NULL;

	db_done(s->db, q, NULL);
	return value;
}
