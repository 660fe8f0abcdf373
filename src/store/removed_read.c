/*
 * removed_read.c - a message out of removed/ again, by its digest
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/queue_private.h"
#include "store/scan.h"

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

enum st
removed_find(struct store *s, const guint8 digest[DIGEST_LEN],
	     GBytes **bytes, struct mbox_block *block, struct err *e)
{
	char *name = g_build_filename(s->dir, "removed", NULL);
	GDir *dir = g_dir_open(name, 0, NULL);
	const char *entry;
	enum st st = ST_GONE;

	memset(block, 0, sizeof(*block));
	while (dir && st == ST_GONE && (entry = g_dir_read_name(dir))) {
		char *file = g_build_filename(name, entry, NULL);

		st = look_in(file, digest, bytes, block, e);
		g_free(file);
	}
	if (dir)
		g_dir_close(dir);
	g_free(name);
	if (st == ST_GONE)
		err_set(e, ST_GONE, "The message does not lie in removed/ any "
			"more: what is removed is kept for seven days.");
	return st;
}
