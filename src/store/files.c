/*
 * files.c - the mbox files a process writes: what is committed of them, what
 * lies behind that, and when they are durable
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "store/private.h"

#define OPEN_FILES_MAX 32
/* Rows read to either side of a UID. */
#define NEAR_ROWS 400

char *
file_path(const struct store *s, const char *path)
{
	char *name = g_strconcat(path, ".mbox", NULL);
	char *file = g_build_filename(s->dir, "mail", name, NULL);

	g_free(name);
	return file;
}

enum st
file_parents(const char *path, struct err *e)
{
	char *dir = g_path_get_dirname(path);
	enum st st = path_mkdir(dir, e);

	g_free(dir);
	return st;
}

/* A new file's name becomes durable with its first bytes: sync_file(). */
static enum st
open_file(struct mfile *f, struct err *e)
{
	enum st st;

	f->fd = open(f->path, O_RDWR | O_CLOEXEC);
	if (f->fd >= 0)
		return ST_OK;
	if (errno != ENOENT)
		return err_errno(e, "The mail file %s cannot be opened",
				 f->path);
	st = file_parents(f->path, e);
	if (st != ST_OK)
		return st;
	f->fd = open(f->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (f->fd < 0)
		return err_errno(e, "The mail file %s cannot be made",
				 f->path);
	return ST_OK;
}

/* An account may have thousands of folders: close what is at rest. */
static void
trim(struct store *s)
{
	GHashTableIter it;
	gpointer data;

	if (g_hash_table_size(s->files) < OPEN_FILES_MAX)
		return;
	g_hash_table_iter_init(&it, s->files);
	while (g_hash_table_iter_next(&it, NULL, &data)) {
		struct mfile *f = data;

		if (!f->dirty && f->tail == f->committed && !f->gaps->len &&
		    !ingest_uses(s, f))
			g_hash_table_iter_remove(&it);
	}
}

static struct mfile *
file_new(struct store *s, int64_t folder, const char *path)
{
	struct mfile *f = g_new0(struct mfile, 1);

	f->folder = folder;
	f->fd = -1;
	f->gaps = g_array_new(FALSE, FALSE, sizeof(struct gap));
	f->near = g_hash_table_new(NULL, NULL);
	f->path = file_path(s, path);
	return f;
}

enum st
file_uidvalidity(struct store *s, struct mfile *f, int64_t *uidvalidity,
		 struct err *e)
{
	enum st st = ST_OK;

	if (f->uidvalidity < 0)
		st = db_int(s->db, &f->uidvalidity, 0, e, "SELECT uidvalidity "
			    "FROM folder WHERE id = ?", "i", f->folder);
	*uidvalidity = f->uidvalidity;
	return st;
}

static void
forget_rows(struct mfile *f)
{
	g_hash_table_remove_all(f->near);
	f->near_first = f->near_last = 0;
	f->uidvalidity = -1;
}

void
file_forget_rows(struct store *s, int64_t folder)
{
	struct mfile *f = g_hash_table_lookup(s->files, &folder);

	if (f)
		forget_rows(f);
}

void
files_forget_rows(struct store *s)
{
	GHashTableIter it;
	gpointer f;

	g_hash_table_iter_init(&it, s->files);
	while (g_hash_table_iter_next(&it, NULL, &f))
		forget_rows(f);
}

static enum st
read_near(struct store *s, struct mfile *f, uint32_t uid, struct err *e)
{
	sqlite3_stmt *q;

	f->near_first = uid > NEAR_ROWS ? uid - NEAR_ROWS : 1;
	f->near_last = uid < UINT32_MAX - NEAR_ROWS ? uid + NEAR_ROWS : uid;
	g_hash_table_remove_all(f->near);
	q = db_query(s->db, "SELECT m.uid, m.id, b.id IS NOT NULL FROM "
		     "message m LEFT JOIN body b ON b.id = m.id WHERE "
		     "m.folder IN (?1, -?1) AND m.uid BETWEEN ?2 AND ?3", "iuu",
		     f->folder, f->near_first, f->near_last);
	while (db_row(s->db, q))
		g_hash_table_insert(f->near, GSIZE_TO_POINTER(
			sqlite3_column_int64(q, 0)), GSIZE_TO_POINTER(
			sqlite3_column_int64(q, 1) << 1 |
			sqlite3_column_int64(q, 2)));
	return db_done(s->db, q, e);
}

enum st
file_find_row(struct store *s, struct mfile *f, uint32_t uid, int64_t *id,
	      bool *has_body, struct err *e)
{
	enum st st = ST_OK;
	gsize row;

	if (uid < f->near_first || uid > f->near_last)
		st = read_near(s, f, uid, e);
	row = GPOINTER_TO_SIZE(g_hash_table_lookup(f->near,
						   GSIZE_TO_POINTER(uid)));
	*id = (int64_t)(row >> 1);
	*has_body = row & 1;
	return st;
}

enum st
file_get(struct store *s, int64_t folder, struct mfile **out, struct err *e)
{
	struct mfile *f = g_hash_table_lookup(s->files, &folder);
	sqlite3_stmt *q;
	char *path = NULL;
	int64_t size = 0, uidvalidity = 0;
	enum st st;

	if (f) {
		*out = f;
		return f->fd >= 0 ? ST_OK : open_file(f, e);
	}
	q = db_query(s->db, "SELECT path, size, uidvalidity FROM folder WHERE "
		     "id = ?", "i", folder);
	if (db_row(s->db, q)) {
		path = db_text(q, 0);
		size = sqlite3_column_int64(q, 1);
		uidvalidity = sqlite3_column_int64(q, 2);
	}
	st = db_done(s->db, q, e);
	if (st != ST_OK)
		return st;
	if (!path)
		return err_set(e, ST_GONE, "The folder is not here any more.");
	trim(s);
	f = file_new(s, folder, path);
	f->committed = f->tail = size;
	f->uidvalidity = uidvalidity;
	g_free(path);
	g_hash_table_insert(s->files, &f->folder, f);
	*out = f;
	return open_file(f, e);
}

void
file_forget(struct store *s, int64_t folder)
{
	g_hash_table_remove(s->files, &folder);
}

enum st
file_write(struct mfile *f, const char *bytes, size_t len, int64_t at,
	   struct err *e)
{
	f->dirty = true;
	while (len > 0) {
		ssize_t n = pwrite(f->fd, bytes, len, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_errno(e, "The mail file %s cannot be "
					 "written", f->path);
		bytes += n;
		len -= (size_t)n;
		at += n;
	}
	return ST_OK;
}

enum st
file_read(int fd, const char *path, char *bytes, size_t len, int64_t at,
	  struct err *e)
{
	while (len > 0) {
		ssize_t n = pread(fd, bytes, len, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(e, "The mail file %s cannot be read",
					 path);
		if (n == 0)
			return err_set(e, ST_CORRUPT, "The mail file %s is "
				       "shorter than its index says.", path);
		bytes += n;
		len -= (size_t)n;
		at += n;
	}
	return ST_OK;
}

/* Cut what an aborted message left behind the tail; never below what is
 * committed. */
static enum st
cut(struct mfile *f, struct err *e)
{
	int64_t size = MAX(f->tail, f->committed);
	struct stat sb;

	if (fstat(f->fd, &sb) != 0 ||
	    (sb.st_size > size && ftruncate(f->fd, size) != 0))
		return err_errno(e, "The mail file %s cannot be cut",
				 f->path);
	return ST_OK;
}

/* The first bytes of a file: its name must last too. */
static enum st
sync_name(const struct mfile *f, struct err *e)
{
	char *dir = g_path_get_dirname(f->path);
	enum st st = path_sync_dir(dir, e);

	g_free(dir);
	return st;
}

/* Another program has removed the file, or put another one in its place: what
 * was written has no name any more, and would be gone with this process. */
static enum st
lost(struct store *s, const struct mfile *f, struct err *e)
{
	struct err why;

	err_set(&why, ST_LOCAL, "The mail file %s was removed or replaced by "
		"another program; it is looked at anew.", f->path);
	if (e)
		*e = why;
	return tx_break(s, &why);
}

static enum st
sync_file(struct store *s, struct mfile *f, struct err *e)
{
	struct stat sb;

	if (fstat(f->fd, &sb) == 0 && sb.st_nlink == 0)
		return lost(s, f, e);
	if (fdatasync(f->fd) != 0) {
		struct err why;

		/* Which pages were lost is unknowable: the file is read
		 * anew, and held against the index, at the next open. */
		err_errno(&why, "The mail file %s cannot be made durable",
			  f->path);
		if (e)
			*e = why;
		return tx_break(s, &why);
	}
	f->dirty = false;
	return f->committed == 0 ? sync_name(f, e) : ST_OK;
}

enum st
files_sync(struct store *s, struct err *e)
{
	enum st st = ST_OK;
	GHashTableIter it;
	gpointer data;

	g_hash_table_iter_init(&it, s->files);
	while (st == ST_OK && g_hash_table_iter_next(&it, NULL, &data)) {
		struct mfile *f = data;

		if (f->fd < 0 || !f->dirty)
			continue;
		st = cut(f, e);
		if (st == ST_OK)
			st = sync_file(s, f, e);
	}
	return st;
}

enum st
files_committed(struct store *s, struct err *e)
{
	enum st st = ST_OK;
	GHashTableIter it;
	gpointer data;

	g_hash_table_iter_init(&it, s->files);
	while (g_hash_table_iter_next(&it, NULL, &data)) {
		struct mfile *f = data;
		bool shrank = f->tail < f->committed;

		f->committed = f->tail;
		g_array_set_size(f->gaps, 0);
		forget_rows(f);
		if (!shrank || st != ST_OK)
			continue;
		st = cut(f, e);
		f->dirty = true;
	}
	return st;
}

void
files_rollback(struct store *s)
{
	GHashTableIter it;
	gpointer data;

	g_hash_table_iter_init(&it, s->files);
	while (g_hash_table_iter_next(&it, NULL, &data)) {
		struct mfile *f = data;

		f->tail = f->committed;
		g_array_set_size(f->gaps, 0);
		forget_rows(f);
		/* What cannot be cut now is cut at the next open. */
		if (f->fd >= 0 && f->dirty)
			cut(f, NULL);
	}
}
