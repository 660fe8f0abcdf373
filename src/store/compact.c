/*
 * compact.c - a new file with the live messages, put in the old one's place
 *
 * The new file is written and made durable first; then the rows point into
 * it and the swap is promised in one transaction; then it is renamed.  A
 * reader that comes in between finds digests that do not fit, and looks
 * again a moment later (messages.c).
 */
#include "store/compact.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/path.h"
#include "store/settle.h"

#define BUF_SIZE (256 * 1024)

struct moved {
	int64_t id, off, pos;
};

struct compaction {
	struct store *s;
	struct mfile *from;
	struct mfile to;
	char *buf;
	size_t used;		/* octets of buf, from to.tail on */
	GArray *moved;		/* struct moved, in file order */
	int64_t pad;
	GString *text;
};

static enum st
flush(struct compaction *c, struct err *e)
{
	enum st st = file_write(&c->to, c->buf, c->used, c->to.tail, e);

	c->to.tail += (int64_t)c->used;
	c->used = 0;
	return st;
}

static enum st
put(struct compaction *c, const char *bytes, size_t len, struct err *e)
{
	enum st st = ST_OK;

	if (c->used + len > BUF_SIZE)
		st = flush(c, e);
	memcpy(c->buf + c->used, bytes, len);
	c->used += len;
	return st;
}

static enum st
put_stored(struct compaction *c, int64_t at, int64_t len, struct err *e)
{
	enum st st = ST_OK;

	while (len > 0 && st == ST_OK) {
		size_t n = (size_t)MIN(len, (int64_t)(BUF_SIZE - c->used));

		if (n == 0) {
			st = flush(c, e);
			continue;
		}
		st = file_read(c->from->fd, c->from->path, c->buf + c->used,
			       n, at, e);
		c->used += n;
		at += (int64_t)n;
		len -= (int64_t)n;
	}
	return st;
}

/* Read the block at an offset of the old file, however long its padding. */
static enum st
read_block(struct compaction *c, int64_t at, struct mbox_parser *p,
	   struct err *e)
{
	enum mbox_parse state = MBOX_MORE;
	char text[4096];

	while (state == MBOX_MORE) {
		size_t n = (size_t)MIN((int64_t)sizeof(text),
				       c->from->committed - at), used;
		enum st st;

		if (n == 0)
			break;
		st = file_read(c->from->fd, c->from->path, text, n, at, e);
		if (st != ST_OK)
			return st;
		state = mbox_parse(p, text, n, &used);
		at += (int64_t)n;
	}
	if (state == MBOX_DONE)
		return ST_OK;
	return err_set(e, ST_CORRUPT, "The mail file %s has no message of "
		       "verso's before octet %" G_GINT64_FORMAT ".",
		       c->from->path, at);
}

static enum st
move_one(struct compaction *c, int64_t off, int64_t *next, struct err *e)
{
	struct mbox_parser p;
	struct doomed row = { 0 };
	struct moved moved = { .off = c->to.tail + (int64_t)c->used };
	enum st st;

	mbox_parser_init(&p);
	st = read_block(c, off, &p, e);
	if (st == ST_OK)
		st = index_find_body(c->s, c->from->folder, p.block.uid,
				     &moved.id, &row, e);
	if (st == ST_OK && (!moved.id || row.place.off != off))
		st = err_set(e, ST_CORRUPT, "The mail file %s and its index "
			     "do not agree about octet %" G_GINT64_FORMAT ".",
			     c->from->path, off);
	if (st == ST_OK) {
		g_string_truncate(c->text, 0);
		mbox_block_format(c->text, NULL, &p.block, 0);
		st = put(c, c->text->str, c->text->len, e);
		moved.pos = moved.off + (int64_t)c->text->len;
		c->pad += index_pad((int64_t)c->text->len);
		g_array_append_val(c->moved, moved);
	}
	if (st == ST_OK)
		st = put_stored(c, row.place.pos, row.place.len, e);
	*next = row.place.pos + row.place.len;
	mbox_parser_clear(&p);
	return st;
}

/* The new file, whole and durable. */
static enum st
write_file(struct compaction *c, struct err *e)
{
	int64_t off = 0;
	enum st st = ST_OK;

	c->to.fd = open(c->to.path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC,
			0600);
	if (c->to.fd < 0)
		return err_errno(e, "The file %s cannot be made", c->to.path);
	while (st == ST_OK && off < c->from->committed)
		st = move_one(c, off, &off, e);
	if (st == ST_OK)
		st = flush(c, e);
	if (st == ST_OK && fdatasync(c->to.fd) != 0)
		st = err_errno(e, "The file %s cannot be made durable",
			       c->to.path);
	return st;
}

/* The rows point into it. */
static enum st
move_rows(struct compaction *c, const char *name, const char *path,
	  struct err *e)
{
	struct store *s = c->s;
	enum st st = ST_OK;

	for (guint i = 0; i < c->moved->len && st == ST_OK; i++) {
		struct moved *m = &g_array_index(c->moved, struct moved, i);

		st = db_run(s->db, e, "UPDATE body SET off = ?, pos = ? WHERE "
			    "id = ?", "iii", m->off, m->pos, m->id);
	}
	if (st == ST_OK)
		st = db_run(s->db, e, "UPDATE folder SET size = ?, pad = ? "
			    "WHERE id = ?", "iii", c->to.tail, c->pad,
			    c->from->folder);
	if (st == ST_OK)	/* offsets in the old file */
		st = db_run(s->db, e, "UPDATE touch SET stands = 0, padded = "
			    "0 WHERE id IN (SELECT id FROM message WHERE "
			    "folder IN (?1, -?1))", "i", c->from->folder);
	if (st == ST_OK)
		st = settle_intend(s, "swap", name, path, e);
	return st;
}

static enum st
swap(struct compaction *c, const char *name, const char *path, struct err *e)
{
	char *dir = g_build_filename(c->s->dir, "tmp", NULL);
	bool own;
	enum st st = path_sync_dir(dir, e);

	g_free(dir);
	if (st != ST_OK)
		return st;
	st = tx_enter(c->s, &own, e);
	if (st == ST_OK)
		st = move_rows(c, name, path, e);
	return tx_leave(c->s, own, st, e);
}

static enum st
compact(struct store *s, struct mfile *f, const char *path, struct err *e)
{
	struct compaction c = { .s = s, .from = f };
	char *name = g_strdup_printf("%" G_GINT64_FORMAT ".mbox", f->folder);
	enum st st;

	c.to.path = g_build_filename(s->dir, "tmp", name, NULL);
	c.to.fd = -1;
	c.buf = g_malloc(BUF_SIZE);
	c.moved = g_array_new(FALSE, FALSE, sizeof(struct moved));
	c.text = g_string_new(NULL);
	st = write_file(&c, e);
	if (c.to.fd >= 0)
		close(c.to.fd);
	if (st == ST_OK)
		st = swap(&c, name, path, e);
	else
		unlink(c.to.path);
	g_string_free(c.text, TRUE);
	g_array_unref(c.moved);
	g_free(c.buf);
	g_free(c.to.path);
	g_free(name);
	return st;
}

/* Is more than a fifth of the file padding?  *path: the caller frees. */
static bool
is_due(struct store *s, const struct mfile *f, char **path)
{
	bool due;
	sqlite3_stmt *q = db_query(s->db, "SELECT path FROM folder WHERE "
				   "id = ? AND pad * 5 > size", "i",
				   f->folder);

	due = db_row(s->db, q);
	*path = due ? db_text(q, 0) : NULL;
	db_done(s->db, q, NULL);
	return due;
}

void
compact_where_due(struct store *s)
{
	GArray *folders = g_array_new(FALSE, FALSE, sizeof(int64_t));
	GHashTableIter it;
	gpointer key;
	struct err e;

	/* A compaction forgets its file: walk over numbers, not files. */
	g_hash_table_iter_init(&it, s->files);
	while (g_hash_table_iter_next(&it, &key, NULL))
		g_array_append_vals(folders, key, 1);
	for (guint i = 0; i < folders->len && !s->broken; i++) {
		int64_t folder = g_array_index(folders, int64_t, i);
		struct mfile *f = g_hash_table_lookup(s->files, &folder);
		char *path = NULL;

		if (f && f->fd >= 0 && is_due(s, f, &path) &&
		    compact(s, f, path, &e) != ST_OK)
			log_line("store", "%s is not compacted: %s", path,
				 e.text);
		g_free(path);
	}
	g_array_unref(folders);
}
