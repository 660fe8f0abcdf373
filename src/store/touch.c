/*
 * touch.c - one block rewritten; nothing else of the file is touched
 */
#include "store/touch.h"

#include <string.h>
#include <unistd.h>

#define COPY_SIZE (64 * 1024)
#define PAD_SIZE (64 * MBOX_PAD_LINE)

/* What is needed to write a message's block. */
struct target {
	int64_t folder;
	char *line;		/* NULL: stands in the file */
	int64_t stands;		/* from where on the file has its own lines */
	int64_t padded;		/* up to here it has another's; 0: none */
	struct place place;
	struct mbox_block block;
	struct mfile *file;
};

static void
target_clear(struct target *t)
{
	g_free(t->line);
	mbox_block_clear(&t->block);
}

static void
read_target(sqlite3_stmt *q, struct target *t)
{
	struct mbox_block *b = &t->block;

	t->folder = sqlite3_column_int64(q, 0);
	t->line = db_text(q, 1);
	t->place.off = sqlite3_column_int64(q, 2);
	t->place.pos = sqlite3_column_int64(q, 3);
	t->place.len = sqlite3_column_int64(q, 4);
	b->lf = sqlite3_column_int64(q, 5);
	if (sqlite3_column_bytes(q, 6) == DIGEST_LEN)
		memcpy(b->digest, sqlite3_column_blob(q, 6), DIGEST_LEN);
	b->uidvalidity = sqlite3_column_int64(q, 7);
	b->uid = (uint32_t)sqlite3_column_int64(q, 8);
	b->wire = sqlite3_column_int64(q, 9);
	b->arrival = sqlite3_column_int64(q, 10);
	b->uidl = db_text(q, 11);
	b->flags = (uint32_t)sqlite3_column_int64(q, 12);
	b->keywords = db_text(q, 13);
	t->stands = MAX(sqlite3_column_int64(q, 14), t->place.off);
	t->padded = sqlite3_column_int64(q, 15);
}

/* ST_OK with t->file NULL: the message or its body is gone. */
static enum st
find_target(struct store *s, int64_t id, struct target *t, struct err *e)
{
	sqlite3_stmt *q = db_query(s->db, "SELECT f.id, t.line, b.off, b.pos, "
		"b.len, b.lf, b.digest, f.uidvalidity, m.uid, m.size, "
		"m.arrival, m.uidl, m.flags, m.keywords, t.stands, "
		"t.padded FROM touch t JOIN message m ON m.id = t.id JOIN "
		"body b ON b.id = t.id JOIN folder f ON f.id = abs(m.folder) "
		"WHERE t.id = ?", "i", id);
	enum st st;

	memset(t, 0, sizeof(*t));
	if (db_row(s->db, q))
		read_target(q, t);
	st = db_done(s->db, q, e);
	return st == ST_OK && t->folder ? file_get(s, t->folder, &t->file, e)
					: st;
}

char *
touch_line(struct mfile *f, int64_t off, int64_t arrival)
{
	char text[MBOX_LINE_MAX];
	ssize_t n = pread(f->fd, text, sizeof(text), off);
	const char *nl = n > 5 ? memchr(text, '\n', (size_t)n) : NULL;
	GString *line;

	if (nl && memcmp(text, "From ", 5) == 0)
		return g_strndup(text, (size_t)(nl + 1 - text));
	line = g_string_new(NULL);
	mbox_from_line(line, NULL, arrival);
	return g_string_free(line, FALSE);
}

/* room octets of the block: all of it, or its first lines. */
static bool
format(struct target *t, GString *text, size_t room, bool whole)
{
	if (!t->line)
		t->line = touch_line(t->file, t->place.off, t->block.arrival);
	return whole ? mbox_block_format(text, t->line, &t->block, room)
		     : mbox_block_begin(text, t->line, &t->block, room);
}

/*
 * Much padding is not written again.  Behind the room that any head can take
 * its lines end at multiples of MBOX_PAD_LINE in the file, whichever message
 * they stand before.  So what has them already can stay: those of the block
 * where it stands, and those of the message before it that is gone.
 *
 *	off              begin       padded        end         pos
 *	| head and lines | those of  | lines of    | those it  | message
 *	|                | the other | this one    | had       |
 *
 * What is written follows from the row of touch alone: after a power cut it
 * is the same again, whatever of it stood.
 */

/* Where a line ends, at or behind an offset; the end of the block when none
 * is left for what would follow. */
static int64_t
line_end(const struct target *t, int64_t at)
{
	int64_t end = (at + MBOX_PAD_LINE - 1) / MBOX_PAD_LINE * MBOX_PAD_LINE;

	return end > t->place.pos - MBOX_PAD_MIN ? t->place.pos : end;
}

static enum st
write_pad(const struct target *t, int64_t at, int64_t end, struct err *e)
{
	GString *text = g_string_new(NULL);
	enum st st = ST_OK;

	while (at < end && st == ST_OK) {
		int64_t n = end - at;

		if (n > PAD_SIZE + MBOX_PAD_LINE)
			n = PAD_SIZE;
		g_string_truncate(text, 0);
		mbox_pad(text, (size_t)n, at + n == t->place.pos);
		st = file_write(t->file, text->str, text->len, at, e);
		at += n;
	}
	g_string_free(text, TRUE);
	return st;
}

static enum st
write_block(struct target *t, bool *fits, struct err *e)
{
	GString *text = g_string_new(NULL);
	int64_t off = t->place.off, pos = t->place.pos;
	int64_t begin = line_end(t, off + MBOX_ROOM_MAX);
	int64_t end = line_end(t, t->stands + MBOX_ROOM_MAX);
	int64_t padded = (t->padded - MBOX_PAD_MIN) / MBOX_PAD_LINE *
			 MBOX_PAD_LINE;
	enum st st = ST_OK;

	*fits = format(t, text, (size_t)(begin - off), begin == pos);
	if (*fits)
		st = file_write(t->file, text->str, text->len, off, e);
	if (*fits && st == ST_OK)
		st = write_pad(t, MAX(begin, padded), end, e);
	g_string_free(text, TRUE);
	return st;
}

enum st
touch_write(struct store *s, int64_t id, bool *fits, struct err *e)
{
	struct target t;
	enum st st = find_target(s, id, &t, e);

	*fits = true;
	if (st == ST_OK && t.file)
		st = write_block(&t, fits, e);
	target_clear(&t);
	return st;
}

static enum st
copy(struct mfile *f, int64_t from, int64_t to, int64_t len, struct err *e)
{
	char *buf = g_malloc(COPY_SIZE);
	enum st st = ST_OK;

	while (len > 0 && st == ST_OK) {
		size_t n = (size_t)MIN(len, COPY_SIZE);

		st = file_read(f->fd, f->path, buf, n, from, e);
		if (st == ST_OK)
			st = file_write(f, buf, n, to, e);
		from += (int64_t)n;
		to += (int64_t)n;
		len -= (int64_t)n;
	}
	g_free(buf);
	return st;
}

static enum st
move_to_end(struct store *s, int64_t id, struct target *t, struct err *e)
{
	struct gap gap = { t->place.off, t->place.pos + t->place.len, 0 };
	GString *text = g_string_new(NULL);
	struct mfile *f = t->file;
	int64_t pos;
	enum st st;

	format(t, text, 0, true);
	pos = f->tail + (int64_t)text->len;
	st = file_write(f, text->str, text->len, f->tail, e);
	if (st == ST_OK)
		st = copy(f, t->place.pos, pos, t->place.len, e);
	if (st == ST_OK)
		st = db_run(s->db, e, "UPDATE body SET off = ?, pos = ? WHERE "
			    "id = ?", "iii", f->tail, pos, id);
	if (st == ST_OK) {
		g_array_append_val(f->gaps, gap);
		tx_delta(s, t->folder)->pad += index_pad(pos - f->tail) -
			index_pad(t->place.pos - t->place.off);
		f->tail = pos + t->place.len;
		st = db_run(s->db, e, "DELETE FROM touch WHERE id = ?", "i",
			    id);
	}
	g_string_free(text, TRUE);
	return st;
}

enum st
touch_make_room(struct store *s, int64_t id, struct err *e)
{
	GString *text = g_string_new(NULL);
	struct target t;
	enum st st = find_target(s, id, &t, e);

	if (st == ST_OK && t.file &&
	    !format(&t, text, (size_t)MIN(t.place.pos - t.place.off,
					  MBOX_ROOM_MAX), true))
		st = move_to_end(s, id, &t, e);
	target_clear(&t);
	g_string_free(text, TRUE);
	return st;
}
