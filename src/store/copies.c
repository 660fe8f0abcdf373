/*
 * copies.c - what is here of each message, to be held against a server
 */
#include "store/verify.h"

#include <string.h>

#include "store/private.h"
#include "store/queue_private.h"

#define SLICE 4096

/* ---- rows --------------------------------------------------------------- */

#define OPEN(which) "EXISTS(SELECT 1 FROM change c WHERE " \
	"c.message = m.id AND " which ")"
#define COLUMNS "m.id, m.uid, m.flags, m.keywords, m.size, b.digest, " \
	OPEN(QUEUE_DUE " AND NOT " QUEUE_MARK) ", " OPEN(QUEUE_MARK)

static void
read_copy(sqlite3_stmt *q, struct copy *c)
{
	const void *digest = sqlite3_column_blob(q, 5);

	memset(c, 0, sizeof(*c));
	c->id = sqlite3_column_int64(q, 0);
	c->uid = (uint32_t)sqlite3_column_int64(q, 1);
	c->flags.bits = (uint32_t)sqlite3_column_int64(q, 2);
	if (sqlite3_column_type(q, 3) != SQLITE_NULL)
		c->flags.keywords = (char *)sqlite3_column_text(q, 3);
	c->size = sqlite3_column_int64(q, 4);
	c->has_body = digest && sqlite3_column_bytes(q, 5) == DIGEST_LEN;
	if (c->has_body)
		memcpy(c->digest, digest, DIGEST_LEN);
	c->waits = sqlite3_column_int(q, 6);
	c->marked = sqlite3_column_int(q, 7);
}

enum st
copies_walk(struct store *s, int64_t folder,
	    void (*visit)(void *ctx, const struct copy *c), void *ctx,
	    struct err *e)
{
	enum st st = tx_see(s, e);
	struct copy c;
	sqlite3_stmt *q;

	if (st != ST_OK)
		return st;
	q = db_query(s->db, "SELECT " COLUMNS " FROM message m LEFT JOIN "
		     "body b ON b.id = m.id WHERE m.folder IN (?1, -?1) AND "
		     "m.uid <= 4294967295 ORDER BY m.uid", "i", folder);
	while (db_row(s->db, q)) {
		read_copy(q, &c);
		visit(ctx, &c);
	}
	return db_done(s->db, q, e);
}

enum st
copy_by_id(struct store *s, int64_t id, struct copy *out, struct err *e)
{
	enum st st = tx_see(s, e);
	bool found = false;
	sqlite3_stmt *q;

	if (st != ST_OK)
		return st;
	q = db_query(s->db, "SELECT " COLUMNS " FROM message m LEFT JOIN "
		     "body b ON b.id = m.id WHERE m.id = ?", "i", id);
	if (db_row(s->db, q)) {
		read_copy(q, out);
		out->flags.keywords = NULL;
		found = true;
	}
	st = db_done(s->db, q, e);
	if (st == ST_OK && !found)
		st = err_set(e, ST_GONE, "The message is not here any more.");
	return st;
}

/* ---- octets ------------------------------------------------------------- */

struct wire_digest {
	struct digest *digest;
	struct mbox_quoter quoter;
};

struct wire_digest *
wire_digest_new(void)
{
	struct wire_digest *w = g_new0(struct wire_digest, 1);

	w->digest = digest_new();
	return w;
}

void
wire_digest_free(struct wire_digest *w)
{
	if (!w)
		return;
	digest_free(w->digest);
	g_free(w);
}

void
wire_digest_start(struct wire_digest *w)
{
	w->quoter = (struct mbox_quoter)MBOX_QUOTER_INIT;
	digest_start(w->digest);
}

/* The way of the mbox, so that line ends come out as they do there. */
void
wire_digest_add(struct wire_digest *w, const char *bytes, size_t len)
{
	char out[MBOX_QUOTE_ROOM(SLICE)];

	while (len > 0) {
		size_t now = MIN(len, SLICE);

		len -= now;
		while (now > 0) {
			bool added;
			size_t n = mbox_quote(&w->quoter, &bytes, &now, out,
					      &added);

			digest_add(w->digest, out, n - added);
		}
	}
}

void
wire_digest_finish(struct wire_digest *w, uint8_t out[DIGEST_LEN])
{
	char rest[MBOX_QUOTE_ROOM(0)];

	digest_add(w->digest, rest, mbox_quote_end(&w->quoter, rest));
	digest_finish(w->digest, out);
}
