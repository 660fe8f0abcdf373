/*
 * removed_read.c - a message out of removed/ again, by its digest
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/queue_private.h"
#include "store/remove.h"
#include "store/scan.h"

#define DAY_TAIL strlen("2023-11-14.mbox")

/* A copy of a block that outlives its parser. */
static void
copy_block(struct mbox_block *to, const struct mbox_block *from)
{
	*to = *from;
	to->uidl = g_strdup(from->uidl);
	to->keywords = g_strdup(from->keywords);
}

static enum st
read_message(int fd, const char *file, const struct scanned *m,
	     GBytes **bytes, struct err *e)
{
	struct mbox_unquoter u = MBOX_UNQUOTER_INIT;
	size_t len = (size_t)(m->end - m->pos);
	char *text = g_try_malloc(len + 1);
	const char *in = text;
	enum st st;

	if (!text)
		return err_set(e, ST_LOCAL, "There is no memory left for a "
			       "message of %zu octets.", len);
	st = file_read(fd, file, text, len, m->pos, e);
	if (st == ST_OK && (int64_t)mbox_unquote(&u, &in, &len, text) <
				   m->block->lf)
		st = err_set(e, ST_CORRUPT, "The message at octet %"
			     G_GINT64_FORMAT " of %s is damaged.", m->off,
			     file);
	if (st == ST_OK)
		*bytes = g_bytes_new_take(text, (gsize)m->block->lf);
	else
		g_free(text);
	return st;
}

/* ST_GONE: not in this file. */
static enum st
look_in(const char *file, const guint8 *digest, GBytes **bytes,
	struct mbox_block *block, struct err *e)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	struct scan *sc;
	struct scanned m;
	struct stat sb;
	bool more = true, found = false;
	enum st st = ST_OK;

	if (fd < 0 && errno == ENOENT)
		return ST_GONE;
	if (fd < 0 || fstat(fd, &sb) != 0)
		return err_errno(e, "The file %s cannot be read", file);
	sc = scan_new(fd, file, sb.st_size);
	while (st == ST_OK && more && !found) {
		st = scan_next(sc, &m, &more, e);
		found = st == ST_OK && more && m.intact &&
			memcmp(m.block->digest, digest, DIGEST_LEN) == 0;
	}
	if (found)
		st = read_message(fd, file, &m, bytes, e);
	if (found && st == ST_OK)
		copy_block(block, m.block);
	scan_free(sc);
	close(fd);
	return st == ST_OK && !found ? ST_GONE : st;
}

/* A file of removed/: NAME.2023-11-14.mbox. */
struct day_file {
	char *name;
	bool near;		/* what left the folder that is asked about */
};

static void
day_file_clear(gpointer file)
{
	g_free(((struct day_file *)file)->name);
}

/* Where the day begins in it. */
static const char *
day_of(const struct day_file *f)
{
	size_t len = strlen(f->name);

	return f->name + (len > DAY_TAIL ? len - DAY_TAIL : 0);
}

static int
by_likelihood(gconstpointer a, gconstpointer b)
{
	const struct day_file *x = a, *y = b;

	if (x->near != y->near)
		return x->near ? -1 : 1;
	return strcmp(day_of(y), day_of(x));
}

/* What files there are, in the order in which they are worth looking at.
 * The caller unrefs. */
static GArray *
day_files(const char *dir_name, const char *near)
{
	GArray *all = g_array_new(FALSE, FALSE, sizeof(struct day_file));
	GDir *dir = g_dir_open(dir_name, 0, NULL);
	size_t len = near ? strlen(near) : 0;
	const char *name;

	g_array_set_clear_func(all, day_file_clear);
	while (dir && (name = g_dir_read_name(dir))) {
		struct day_file f = { g_strdup(name), false };

		f.near = near && strlen(name) == len + DAY_TAIL + 1 &&
			 strncmp(name, near, len) == 0 && name[len] == '.';
		g_array_append_val(all, f);
	}
	if (dir)
		g_dir_close(dir);
	g_array_sort(all, by_likelihood);
	return all;
}

/* The name that files of what left a folder begin with; NULL: it is gone. */
static char *
near_name(struct store *s, int64_t folder)
{
	sqlite3_stmt *q = db_query(s->db, "SELECT path FROM folder WHERE "
				   "id = ?", "i", folder);
	char *name = NULL;

	if (db_row(s->db, q))
		name = removed_name((const char *)sqlite3_column_text(q, 0));
	db_done(s->db, q, NULL);
	return name;
}

enum st
removed_find(struct store *s, int64_t folder,
	     const guint8 digest[DIGEST_LEN], GBytes **bytes,
	     struct mbox_block *block, struct err *e)
{
	char *dir = g_build_filename(s->dir, "removed", NULL);
	char *near = near_name(s, folder);
	GArray *files = day_files(dir, near);
	enum st st = ST_GONE;

	memset(block, 0, sizeof(*block));
	for (guint i = 0; i < files->len && st == ST_GONE; i++) {
		char *file = g_build_filename(dir, g_array_index(
			files, struct day_file, i).name, NULL);

		st = look_in(file, digest, bytes, block, e);
		g_free(file);
	}
	g_array_unref(files);
	g_free(near);
	g_free(dir);
	if (st == ST_GONE)
		err_set(e, ST_GONE, "The message does not lie in removed/ any "
			"more: what is removed is kept for seven days.");
	return st;
}
