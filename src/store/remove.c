/*
 * remove.c - messages out of an mbox at the cost of their own size
 *
 * The stretch that removed messages leave is given to the message behind
 * it: that one's From_ line and block move to the start of the stretch and
 * padding fills the rest, down to its own headers, which stay where they
 * are.  In the transaction only rows change (its body row begins where the
 * gap began, and it is touched); the file follows after the commit.
 */
#include "store/remove.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/queue_private.h"
#include "store/touch.h"

/* Rows looked at before some of them are deleted. */
#define BATCH 1000
/* Removals that come back to pages of the index: each touches a dozen. */
#define MANY 100

/* The padding stands unless the block is still to be written. */
static enum st
find_padded(struct store *s, const struct doomed *row, int64_t *padded,
	    struct err *e)
{
	int64_t touched;
	enum st st = db_int(s->db, &touched, 0, e, "SELECT 1 FROM touch WHERE "
			    "id = ?", "i", row->id);

	*padded = touched ? 0 : row->place.pos;
	return st;
}

static enum st
aside(struct store *s, const struct doomed *row, bool keep_aside,
      struct err *e)
{
	struct gap gap = { row->place.off, row->place.pos + row->place.len,
			   0 };
	struct mfile *f;
	enum st st = file_get(s, row->folder, &f, e);

	if (st == ST_OK && row->place.pos - row->place.off > 2 * MBOX_ROOM_MAX)
		st = find_padded(s, row, &gap.padded, e);
	if (st == ST_OK && keep_aside)
		st = removed_add(s, f, row, e);
	if (st == ST_OK)
		g_array_append_val(f->gaps, gap);
	return st;
}

static enum st
remove_row(struct store *s, const struct doomed *row, bool keep_aside,
	   struct err *e)
{
	enum st st = ST_OK;

	if (row->has_body)
		st = aside(s, row, keep_aside, e);
	if (st == ST_OK && row->has_uidl)
		st = db_run(s->db, e, "UPDATE uidl SET id = 0, digest = ?2 "
			    "WHERE uidl = (SELECT uidl FROM message WHERE id "
			    "= ?1) AND id = ?1", "ib", row->id,
			    row->has_body ? row->place.digest : NULL,
			    (size_t)DIGEST_LEN);
	return st == ST_OK ? index_delete(s, row, e) : st;
}

enum st
remove_body(struct store *s, const struct doomed *row, struct err *e)
{
	struct delta *d = tx_delta(s, row->folder);
	enum st st = tx_write(s, e);

	if (st == ST_OK)
		st = aside(s, row, false, e);
	if (st == ST_OK)
		st = db_run(s->db, e, "DELETE FROM body WHERE id = ?", "i",
			    row->id);
	if (st == ST_OK && !row->hidden)
		st = db_run(s->db, e, "INSERT OR IGNORE INTO waiting "
			    "VALUES(?, ?)", "iu", row->folder, row->uid);
	file_forget_rows(s, row->folder);
	d->waiting += row->hidden ? 0 : 1;
	d->pad -= index_pad(row->place.pos - row->place.off);
	return st;
}

/* The next rows of a range of UIDs. */
static enum st
next_batch(struct store *s, int64_t folder, uint32_t first, uint32_t last,
	   GArray *rows, struct err *e)
{
	sqlite3_stmt *q = db_query(s->db, "SELECT m.id, m.date, m.thread, "
		"m.mid, m.flags, b.off, b.pos, b.len, b.lf, b.digest, m.uid, "
		"m.uidl IS NOT NULL, m.folder < 0 FROM message m LEFT JOIN "
		"body b ON b.id = m.id WHERE m.folder IN (?1, -?1) AND m.uid "
		"BETWEEN ?2 AND ?3 LIMIT " G_STRINGIFY(BATCH), "iuu", folder,
		first, last);

	g_array_set_size(rows, 0);
	while (db_row(s->db, q)) {
		struct doomed row = { .folder = folder };

		index_read_doomed(q, &row);
		row.uid = (uint32_t)sqlite3_column_int64(q, 10);
		row.has_uidl = sqlite3_column_int(q, 11) != 0;
		row.hidden = sqlite3_column_int(q, 12) != 0;
		g_array_append_val(rows, row);
	}
	return db_done(s->db, q, e);
}

static enum st
remove_range(struct store *s, int64_t folder, uint32_t first, uint32_t last,
	     bool keep_aside, int64_t *count, struct err *e)
{
	GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct doomed));
	enum st st;

	do {
		st = next_batch(s, folder, first, last, rows, e);
		for (guint i = 0; i < rows->len && st == ST_OK; i++)
			st = remove_row(s, &g_array_index(rows, struct doomed,
							  i), keep_aside, e);
		if (st == ST_OK)
			*count += rows->len;
	} while (st == ST_OK && rows->len == BATCH);
	file_forget_rows(s, folder);
	g_array_unref(rows);
	return st;
}

enum st
store_remove(struct store *s, int64_t folder, const struct uidset *uids,
	     bool keep_aside, int64_t *count, struct err *e)
{
	int64_t none, *n = count ? count : &none;
	bool own;
	enum st st;

	*n = 0;
	st = tx_owner(s, e);
	if (st != ST_OK || uids->n == 0)
		return st;
	st = tx_enter(s, &own, e);
	if (uidset_count(uids) > MANY)
		db_widen(s->db);
	if (st == ST_OK)
		st = ingest_flush(s, e);
	for (size_t i = 0; i < uids->n && st == ST_OK; i++)
		st = remove_range(s, folder, uids->range[i].first,
				  uids->range[i].last, keep_aside, n, e);
	return tx_leave(s, own, st, e);
}

enum st
remove_folder_rows(struct store *s, int64_t folder, struct err *e)
{
	int64_t count = 0;
	enum st st = remove_range(s, folder, 1, UINT32_MAX, true, &count, e);

	if (st == ST_OK)
		st = queue_folder_gone(s, folder, e);
	if (st == ST_OK)
		st = db_run(s->db, e, "DELETE FROM quarantine WHERE "
			    "folder = ?", "i", folder);
	if (st == ST_OK)
		st = db_run(s->db, e, "DELETE FROM ref WHERE folder = ?", "i",
			    folder);
	if (st == ST_OK)
		st = db_run(s->db, e, "DELETE FROM folder WHERE id = ?", "i",
			    folder);
	return st;
}

/* ---- gaps -------------------------------------------------------------- */

static int
by_offset(gconstpointer a, gconstpointer b)
{
	const struct gap *x = a, *y = b;

	return (x->off > y->off) - (x->off < y->off);
}

/* Sorted, neighbours made one. */
static void
merge_gaps(GArray *gaps)
{
	struct gap *g = (struct gap *)gaps->data;
	guint n = 0;

	g_array_sort(gaps, by_offset);
	for (guint i = 1; i < gaps->len; i++)
		if (g[i].off == g[n].end)
			g[n].end = g[i].end;
		else
			g[++n] = g[i];
	g_array_set_size(gaps, n + 1);
}

/* The row of the message whose From_ line stands at off, by the UID that
 * its block names. */
static enum st
row_by_block(struct store *s, struct mfile *f, int64_t off, int64_t *id,
	     struct err *e)
{
	struct mbox_parser p;
	char text[2 * MBOX_ROOM];
	ssize_t n = pread(f->fd, text, sizeof(text), off);
	size_t used;
	enum st st = ST_OK;

	*id = 0;
	mbox_parser_init(&p);
	if (n > 0)	/* the second line, with the UID, is among these */
		mbox_parse(&p, text, (size_t)n, &used);
	if (p.block.uid)
		st = db_int(s->db, id, 0, e, "SELECT m.id FROM message m JOIN "
			    "body b ON b.id = m.id WHERE m.folder IN (?1, "
			    "-?1) AND m.uid = ?2 AND b.off = ?3", "iui",
			    f->folder, p.block.uid, off);
	mbox_parser_clear(&p);
	return st;
}

/* The same from the index alone, at the cost of the folder. */
static enum st
row_by_index(struct store *s, struct mfile *f, int64_t off, int64_t *id,
	     struct err *e)
{
	enum st st = db_int(s->db, id, 0, e, "SELECT m.id FROM message m JOIN "
			    "body b ON b.id = m.id WHERE m.folder IN (?1, "
			    "-?1) AND b.off = ?2", "ii", f->folder, off);

	if (st == ST_OK && *id == 0)
		st = err_set(e, ST_CORRUPT, "The mail file %s and its index "
			     "do not agree about octet %" G_GINT64_FORMAT ".",
			     f->path, off);
	return st;
}

static enum st
give_gap(struct store *s, struct mfile *f, const struct gap *gap,
	 struct err *e)
{
	int64_t id, pos = 0;
	char *line;
	enum st st = row_by_block(s, f, gap->end, &id, e);

	if (st == ST_OK && id == 0)
		st = row_by_index(s, f, gap->end, &id, e);
	if (st == ST_OK)
		st = db_int(s->db, &pos, 0, e, "SELECT pos FROM body WHERE "
			    "id = ?", "i", id);
	if (st != ST_OK)
		return st;
	tx_delta(s, f->folder)->pad += index_pad(pos - gap->off) -
		index_pad(pos - gap->end);
	line = touch_line(f, gap->end, 0);
	st = db_run(s->db, e, "UPDATE body SET off = ? WHERE id = ?", "ii",
		    gap->off, id);
	if (st == ST_OK)
		st = index_touch(s, id, line, gap, e);
	g_free(line);
	return st;
}

static enum st
close_gaps(struct store *s, struct mfile *f, bool last, struct err *e)
{
	enum st st = ST_OK;
	guint left = 0;

	merge_gaps(f->gaps);
	for (guint i = 0; i < f->gaps->len && st == ST_OK; i++) {
		struct gap *gap = &g_array_index(f->gaps, struct gap, i);

		if (gap->end != f->tail)
			st = give_gap(s, f, gap, e);
		else if (last)
			f->tail = gap->off;
		else
			g_array_index(f->gaps, struct gap, left++) = *gap;
	}
	g_array_set_size(f->gaps, left);
	return st;
}

enum st
remove_close_gaps(struct store *s, bool last, struct err *e)
{
	enum st st = ST_OK;
	GList *files = g_hash_table_get_values(s->files);

	for (GList *l = files; l && st == ST_OK; l = l->next) {
		struct mfile *f = l->data;

		if (f->gaps->len)
			st = close_gaps(s, f, last, e);
	}
	g_list_free(files);
	return st;
}
