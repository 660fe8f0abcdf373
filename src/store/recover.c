/*
 * recover.c - after a crash, after a deleted index
 *
 * Files are brought to the last commit: promises of it are kept (settle.c),
 * what lies behind the committed end is cut.  A file that is shorter than
 * the index says has lost mail: its index is rebuilt, and the next sync
 * fetches what is missing.
 */
#include "store/recover.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/path.h"
#include "store/settle.h"
#include "store/verify.h"

#define DEPTH_MAX 64

enum st
recover_set_aside(struct store *s, struct err *e)
{
	static const char *const tails[] = { "", "-wal", "-shm" };
	enum st st = ST_OK;

	for (size_t i = 0; i < G_N_ELEMENTS(tails) && st == ST_OK; i++) {
		char *from = g_strdup_printf("%s/index.db%s", s->dir,
					     tails[i]);
		char *to = g_strdup_printf("%s/index.damaged%s", s->dir,
					   tails[i]);

		if (rename(from, to) != 0 && errno != ENOENT)
			st = err_errno(e, "The damaged index %s cannot be "
				       "renamed", from);
		g_free(from);
		g_free(to);
	}
	log_line("store", "the index of %s was damaged", s->dir);
	return st;
}

enum st
recover_is_whole(struct store *s, bool *made, struct err *e)
{
	int64_t whole;
	enum st st = db_int(s->db, &whole, 0, e, "SELECT value FROM fact "
			    "WHERE name = 'index.whole'", "");

	*made = whole == 0;
	return st;
}

/* ---- a new index over old mail ----------------------------------------- */

/* The name that a path below mail/ was made from, as far as it tells. */
static char *
name_of_path(const char *path)
{
	char *name = g_uri_unescape_string(path, NULL);

	if (name && g_utf8_validate(name, -1, NULL))
		return name;
	g_free(name);
	return g_strdup(path);
}

static enum st
adopt(struct store *s, const char *path, struct err *e)
{
	char *name = name_of_path(path);
	int64_t id = 0;
	enum st st = db_run(s->db, e, "INSERT OR IGNORE INTO folder(name, "
			    "path, delimiter, role) VALUES(?, ?, ?, ?)",
			    "ssdd", name, path, (int)'/',
			    (int)folder_role_guess(name, '/'));

	if (st == ST_OK)
		st = db_int(s->db, &id, 0, e, "SELECT id FROM folder WHERE "
			    "path = ?", "s", path);
	if (st == ST_OK && id)
		st = rebuild_folder(s, id, e);
	g_free(name);
	return st;
}

/* Every mbox below mail/AT; the depth is bounded since links may loop. */
static enum st
adopt_all(struct store *s, const char *at, int depth, struct err *e)
{
	char *dir_name = g_build_filename(s->dir, "mail", at, NULL);
	GDir *dir = g_dir_open(dir_name, 0, NULL);
	enum st st = ST_OK;
	const char *name;

	while (dir && st == ST_OK && (name = g_dir_read_name(dir))) {
		char *file = g_build_filename(dir_name, name, NULL);
		char *path = *at ? g_build_filename(at, name, NULL)
				 : g_strdup(name);
		size_t n = strlen(path);

		if (depth < DEPTH_MAX && g_file_test(file,
						     G_FILE_TEST_IS_DIR)) {
			st = adopt_all(s, path, depth + 1, e);
		} else if (n > 5 && strcmp(path + n - 5, ".mbox") == 0) {
			path[n - 5] = '\0';
			st = adopt(s, path, e);
		}
		g_free(path);
		g_free(file);
	}
	if (dir)
		g_dir_close(dir);
	g_free(dir_name);
	return st;
}

static enum st
fill_new(struct store *s, struct err *e)
{
	enum st st = adopt_all(s, "", 0, e);

	return st == ST_OK ? store_fact_set(s, "index.whole", "1", e) : st;
}

/* ---- files against the last commit ------------------------------------- */

static void
clear_tmp(struct store *s)
{
	char *dir_name = g_build_filename(s->dir, "tmp", NULL);
	GDir *dir = g_dir_open(dir_name, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		char *file = g_build_filename(dir_name, name, NULL);

		unlink(file);
		g_free(file);
	}
	if (dir)
		g_dir_close(dir);
	g_free(dir_name);
}

static enum st
check_file(struct store *s, int64_t folder, const char *path, int64_t size,
	   struct err *e)
{
	char *file = file_path(s, path);
	struct stat sb = { 0 };
	enum st st = ST_OK;

	if (stat(file, &sb) != 0 && errno != ENOENT) {
		st = err_errno(e, "The mail file %s cannot be read", file);
	} else if (sb.st_size > size) {
		if (truncate(file, size) != 0)
			st = err_errno(e, "The mail file %s cannot be cut",
				       file);
	} else if (sb.st_size < size) {
		log_line("store", "%s is shorter than its index says", file);
		st = rebuild_folder(s, folder, e);
	}
	g_free(file);
	return st;
}

struct checked {
	int64_t folder, size;
	char *path;
};

static enum st
check_files(struct store *s, struct err *e)
{
	GArray *all = g_array_new(FALSE, FALSE, sizeof(struct checked));
	sqlite3_stmt *q = db_query(s->db, "SELECT id, size, path FROM folder",
				   "");
	enum st st;

	while (db_row(s->db, q)) {
		struct checked c = { sqlite3_column_int64(q, 0),
				     sqlite3_column_int64(q, 1),
				     db_text(q, 2) };

		g_array_append_val(all, c);
	}
	st = db_done(s->db, q, e);
	for (guint i = 0; i < all->len; i++) {
		struct checked *c = &g_array_index(all, struct checked, i);

		if (st == ST_OK)
			st = check_file(s, c->folder, c->path, c->size, e);
		g_free(c->path);
	}
	g_array_unref(all);
	return st;
}

enum st
recover_run(struct store *s, bool made, struct err *e)
{
	enum st st = settle_intents(s, e);

	if (st == ST_OK)
		clear_tmp(s);
	if (st == ST_OK && made)
		st = fill_new(s, e);
	else if (st == ST_OK)
		st = check_files(s, e);
	return st == ST_OK ? settle_run(s, e) : st;
}
