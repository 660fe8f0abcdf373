/*
 * verify_waiting.c - the octets of what waits to leave, or for its place
 *
 * They lie in files of their own (outbox/, put/), and are nowhere else: a
 * letter that lost them is lost, and is told of.
 */
#include "store/verify.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "store/outbox_private.h"
#include "store/put.h"

struct waiting {
	struct store *s;
	void (*problem)(void *ctx, const char *sentence);
	void *ctx;
	struct verify_result *result;
};

static void G_GNUC_PRINTF(2, 3)
complain(struct waiting *w, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = g_strdup_vprintf(fmt, ap);
	va_end(ap);
	w->result->problems++;
	if (w->problem)
		w->problem(w->ctx, text);
	g_free(text);
}

static void
check_letter(struct waiting *w, int64_t id, const guint8 *digest)
{
	char *file = outbox_file(w->s, id);
	struct put_file put;
	struct err e;

	w->result->messages++;
	if (put_measure(file, &put, &e) != ST_OK)
		complain(w, "%s", e.text);
	else if (memcmp(put.digest, digest, DIGEST_LEN) != 0)
		complain(w, "The letter in %s is not the one that was "
			 "taken.", file);
	else
		w->result->bytes += put.lf;
	g_free(file);
}

static enum st
check_letters(struct waiting *w, struct err *e)
{
	sqlite3_stmt *q = db_query(w->s->db, "SELECT id, digest FROM outbox "
				   "WHERE state <> 2", "");

	while (db_row(w->s->db, q))
		if (sqlite3_column_bytes(q, 1) == DIGEST_LEN)
			check_letter(w, sqlite3_column_int64(q, 0),
				     sqlite3_column_blob(q, 1));
	return db_done(w->s->db, q, e);
}

/* A message that is on its way into a folder. */
struct on_way {
	int64_t id;
	char *subject;
	guint8 digest[DIGEST_LEN];
};

static void
check_put(struct waiting *w, const struct on_way *m)
{
	guint8 digest[DIGEST_LEN];
	GBytes *bytes = NULL;
	struct err e = { "" };

	w->result->messages++;
	if (message_bytes(w->s, m->id, &bytes, &e) != ST_OK) {
		complain(w, "“%s”, on its way into a folder: %s", m->subject,
			 e.text);
		return;
	}
	digest_start(w->s->check);
	digest_add(w->s->check, g_bytes_get_data(bytes, NULL),
		   g_bytes_get_size(bytes));
	digest_finish(w->s->check, digest);
	if (memcmp(digest, m->digest, DIGEST_LEN) != 0)
		complain(w, "“%s”, on its way into a folder, is not the one "
			 "that was put there.", m->subject);
	w->result->bytes += (int64_t)g_bytes_get_size(bytes);
	g_bytes_unref(bytes);
}

static enum st
check_puts(struct waiting *w, struct err *e)
{
	sqlite3_stmt *q = db_query(w->s->db, "SELECT m.id, m.subject, c.digest "
				   "FROM change c JOIN message m ON m.id = "
				   "c.placeholder WHERE c.kind = 4 AND "
				   "c.state < 2 AND m.uid > 4294967295 AND "
				   "length(c.digest) = "
				   G_STRINGIFY(DIGEST_LEN), "");
	GArray *all = g_array_new(FALSE, FALSE, sizeof(struct on_way));
	enum st st;

	/* Reading one asks the index itself. */
	while (db_row(w->s->db, q)) {
		struct on_way *m;

		g_array_set_size(all, all->len + 1);
		m = &g_array_index(all, struct on_way, all->len - 1);
		m->id = sqlite3_column_int64(q, 0);
		m->subject = db_text(q, 1);
		if (!m->subject)
			m->subject = g_strdup("");
		memcpy(m->digest, sqlite3_column_blob(q, 2), DIGEST_LEN);
	}
	st = db_done(w->s->db, q, e);
	for (guint i = 0; i < all->len; i++) {
		struct on_way *m = &g_array_index(all, struct on_way, i);

		if (st == ST_OK)
			check_put(w, m);
		g_free(m->subject);
	}
	g_array_unref(all);
	return st;
}

enum st
verify_waiting(struct store *s,
	       void (*problem)(void *ctx, const char *sentence), void *ctx,
	       struct verify_result *result, struct err *e)
{
	struct waiting w = { s, problem, ctx, result };
	enum st st = tx_see(s, e);

	memset(result, 0, sizeof(*result));
	if (st == ST_OK)
		st = check_letters(&w, e);
	if (st == ST_OK)
		st = check_puts(&w, e);
	if (st == ST_OK && result->problems)
		st = err_set(e, ST_CORRUPT, "What waits to be sent is damaged "
			     "in %" PRId64 " places.", result->problems);
	return st;
}
