/*
 * verify.c - an mbox held against its index, octet by octet
 */
#include "store/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/private.h"
#include "store/scan.h"

struct verify {
	struct store *s;
	int64_t folder, uidvalidity, size, pad;
	int64_t found_pad, bodies;
	char *file;
	void (*problem)(void *ctx, const char *sentence);
	void *ctx;
	struct verify_result *result;
};

static void G_GNUC_PRINTF(2, 3)
complain(struct verify *v, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = g_strdup_vprintf(fmt, ap);
	va_end(ap);
	v->result->problems++;
	if (v->problem)
		v->problem(v->ctx, text);
	g_free(text);
}

static void
compare_place(struct verify *v, const struct scanned *m,
	      const struct doomed *row)
{
	const struct place *p = &row->place;
	unsigned uid = m->block->uid;

	if (p->off != m->off || p->pos != m->pos ||
	    p->len != m->end - m->pos)
		complain(v, "Message %u stands at octets %" PRId64 " to %"
			 PRId64 " of %s, the index says %" PRId64 " to %"
			 PRId64 ".", uid, m->off, m->end, v->file, p->off,
			 p->pos + p->len);
	if (!m->intact)
		complain(v, "Message %u at octet %" PRId64 " of %s is "
			 "damaged: its digest does not hold.", uid, m->off,
			 v->file);
	else if (p->lf != m->block->lf ||
		 memcmp(p->digest, m->block->digest, DIGEST_LEN) != 0)
		complain(v, "Message %u of %s is not the one that the index "
			 "knows.", uid, v->file);
}

static enum st
compare_block(struct verify *v, const struct scanned *m, int64_t id,
	      struct err *e)
{
	const struct mbox_block *b = m->block;
	sqlite3_stmt *q = db_query(v->s->db, "SELECT flags, keywords, size, "
				   "uidl, EXISTS(SELECT 1 FROM touch t WHERE "
				   "t.id = message.id) FROM message WHERE "
				   "id = ?", "i", id);

	/* A touched block is known to be stale. */
	if (db_row(v->s->db, q) && !sqlite3_column_int(q, 4)) {
		if (sqlite3_column_int64(q, 0) != b->flags ||
		    g_strcmp0((const char *)sqlite3_column_text(q, 1),
			      b->keywords) != 0)
			complain(v, "The flags of message %u differ between "
				 "%s and the index.", b->uid, v->file);
		if (sqlite3_column_int64(q, 2) != b->wire)
			complain(v, "Message %u of %s has %" PRId64 " octets "
				 "on the wire, the index says %" PRId64 ".",
				 b->uid, v->file, b->wire,
				 (int64_t)sqlite3_column_int64(q, 2));
		if (b->uidvalidity != v->uidvalidity)
			complain(v, "Message %u of %s belongs to UIDVALIDITY "
				 "%" PRId64 ", the folder has %" PRId64 ".",
				 b->uid, v->file, b->uidvalidity,
				 v->uidvalidity);
	}
	return db_done(v->s->db, q, e);
}

static enum st
compare(struct verify *v, const struct scanned *m, struct err *e)
{
	struct doomed row = { 0 };
	int64_t id = 0;
	enum st st = ST_OK;

	v->result->messages++;
	v->found_pad += index_pad(m->pos - m->off);
	if (!m->ours) {
		complain(v, "At octet %" PRId64 " of %s stands a message "
			 "that verso did not write.", m->off, v->file);
		return ST_OK;
	}
	st = index_find_body(v->s, v->folder, m->block->uid, &id, &row, e);
	if (st != ST_OK)
		return st;
	if (!id || !row.has_body) {
		complain(v, "Message %u at octet %" PRId64 " of %s is not in "
			 "the index.", m->block->uid, m->off, v->file);
		return ST_OK;
	}
	v->bodies++;
	compare_place(v, m, &row);
	return compare_block(v, m, id, e);
}

static enum st
count_check(struct verify *v, const char *what, const char *sql,
	    struct err *e)
{
	int64_t differ;
	enum st st = db_int(v->s->db, &differ, 0, e, sql, "i", v->folder);

	if (st == ST_OK && differ)
		complain(v, "The number of %s in the index of %s is wrong.",
			 what, v->file);
	return st;
}

/* The numbers that are kept beside the rows. */
static enum st
check_counts(struct verify *v, struct err *e)
{
	static const struct {
		const char *what, *sql;
	} checks[] = {
		{ "messages", "SELECT total <> (SELECT count(*) FROM message "
		  "m WHERE m.folder = folder.id) FROM folder WHERE id = ?" },
		{ "unread messages", "SELECT unread <> (SELECT count(*) FROM "
		  "message m WHERE m.folder = folder.id AND flags & 1 = 0) "
		  "FROM folder WHERE id = ?" },
		{ "flagged messages", "SELECT flagged <> (SELECT count(*) "
		  "FROM message m WHERE m.folder = folder.id AND flags & 4) "
		  "FROM folder WHERE id = ?" },
		{ "messages without text", "SELECT waiting <> (SELECT "
		  "count(*) FROM waiting w WHERE w.folder = folder.id) FROM "
		  "folder WHERE id = ?" },
		{ "messages without text", "SELECT waiting <> (SELECT "
		  "count(*) FROM message m WHERE m.folder = folder.id AND "
		  "m.uid <= 4294967295 AND NOT EXISTS(SELECT 1 FROM body b "
		  "WHERE b.id = m.id)) FROM folder WHERE id = ?" },
		{ "threaded messages", "SELECT total <> (SELECT "
		  "coalesce(sum(count), 0) FROM thread t WHERE t.folder = "
		  "folder.id) FROM folder WHERE id = ?" },
		{ "messages of a thread", "SELECT EXISTS(SELECT 1 FROM thread "
		  "t WHERE t.folder = ?1 AND t.count <> (SELECT count(*) FROM "
		  "message m WHERE (m.id = t.id AND m.thread = t.id) OR "
		  "(m.thread = t.id AND m.thread <> m.id)))" },
	};
	enum st st = ST_OK;

	for (size_t i = 0; i < G_N_ELEMENTS(checks) && st == ST_OK; i++)
		st = count_check(v, checks[i].what, checks[i].sql, e);
	return st;
}

/* Rows whose bytes the pass did not meet. */
static enum st
check_missing(struct verify *v, struct err *e)
{
	int64_t rows;
	enum st st = db_int(v->s->db, &rows, 0, e, "SELECT count(*) FROM "
			    "message m JOIN body b ON b.id = m.id WHERE "
			    "m.folder IN (?1, -?1)", "i", v->folder);

	if (st == ST_OK && rows > v->bodies)
		complain(v, "%" PRId64 " messages of the index are not in "
			 "%s.", rows - v->bodies, v->file);
	if (st == ST_OK && v->found_pad != v->pad)
		complain(v, "The padding of %s is %" PRId64 " octets, the "
			 "index says %" PRId64 ".", v->file, v->found_pad,
			 v->pad);
	return st;
}

static enum st
read_folder(struct verify *v, struct err *e)
{
	sqlite3_stmt *q = db_query(v->s->db, "SELECT path, uidvalidity, size, "
				   "pad, waiting FROM folder WHERE id = ?",
				   "i", v->folder);
	enum st st;

	if (db_row(v->s->db, q)) {
		v->file = file_path(v->s, (const char *)
				    sqlite3_column_text(q, 0));
		v->uidvalidity = sqlite3_column_int64(q, 1);
		v->size = sqlite3_column_int64(q, 2);
		v->pad = sqlite3_column_int64(q, 3);
		v->result->waiting = sqlite3_column_int64(q, 4);
	}
	st = db_done(v->s->db, q, e);
	if (st == ST_OK && !v->file)
		st = err_set(e, ST_GONE, "The folder is not here any more.");
	return st;
}

static enum st
read_file(struct verify *v, struct err *e)
{
	int fd = open(v->file, O_RDONLY | O_CLOEXEC);
	struct scan *sc;
	struct scanned m;
	struct stat sb;
	bool more = true;
	enum st st = ST_OK;

	if (fd < 0 && errno == ENOENT) {
		if (v->size)
			complain(v, "The mail file %s is missing.", v->file);
		return ST_OK;
	}
	if (fd < 0 || fstat(fd, &sb) != 0)
		return err_errno(e, "The mail file %s cannot be read",
				 v->file);
	if (sb.st_size != v->size)
		complain(v, "The mail file %s has %" PRId64 " octets, the "
			 "index says %" PRId64 ".", v->file,
			 (int64_t)sb.st_size, v->size);
	v->result->bytes = sb.st_size;
	sc = scan_new(fd, v->file, sb.st_size);
	while (st == ST_OK && more) {
		st = scan_next(sc, &m, &more, e);
		if (st == ST_OK && more)
			st = compare(v, &m, e);
	}
	scan_free(sc);
	close(fd);
	return st;
}

enum st
verify_folder(struct store *s, int64_t folder,
	      void (*problem)(void *ctx, const char *sentence), void *ctx,
	      struct verify_result *result, struct err *e)
{
	struct verify v = { .s = s, .folder = folder, .problem = problem,
			    .ctx = ctx, .result = result };
	enum st st = tx_see(s, e);

	memset(result, 0, sizeof(*result));
	if (st == ST_OK)
		st = ingest_flush(s, e);
	if (st == ST_OK)
		st = read_folder(&v, e);
	if (st == ST_OK)
		st = read_file(&v, e);
	if (st == ST_OK)
		st = check_missing(&v, e);
	if (st == ST_OK)
		st = check_counts(&v, e);
	if (st == ST_OK && result->problems)
		st = err_set(e, ST_CORRUPT, "%s and its index differ in %"
			     PRId64 " places.", v.file, result->problems);
	g_free(v.file);
	return st;
}
