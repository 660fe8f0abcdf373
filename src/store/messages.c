/*
 * messages.c - finding a message and giving back its bytes
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "store/private.h"
#include "store/queue_private.h"

/* While the worker puts a compacted mbox in place, index and file may be a
 * moment apart. */
#define TRIES 5
#define TRY_US 20000

#define COLUMNS "SELECT m.id, m.folder, m.uid, m.uidl, m.flags, m.keywords, " \
	"m.modseq, m.arrival, m.size, m.uid > 4294967295 OR " \
	"EXISTS(SELECT 1 FROM body b WHERE b.id = m.id), m.thread, m.date, " \
	"m.zone, m.subject, m.sender, m.rcpt, m.cc, m.message_id, " \
	"m.in_reply_to, m.refs, m.list_id FROM message m "

void
message_clear(struct message *m)
{
	g_free(m->uidl);
	flags_clear(&m->flags);
	envelope_clear(&m->env);
	memset(m, 0, sizeof(*m));
}

static void
read_message(sqlite3_stmt *q, struct message *m)
{
	m->id = sqlite3_column_int64(q, 0);
	m->folder = sqlite3_column_int64(q, 1);
	m->uid = sqlite3_column_int64(q, 2) <= UINT32_MAX ?
		(uint32_t)sqlite3_column_int64(q, 2) : 0;
	m->uidl = db_text(q, 3);
	m->flags.bits = (uint32_t)sqlite3_column_int64(q, 4);
	m->flags.keywords = db_text(q, 5);
	m->modseq = sqlite3_column_int64(q, 6);
	m->arrival = sqlite3_column_int64(q, 7);
	m->size = sqlite3_column_int64(q, 8);
	m->has_body = sqlite3_column_int(q, 9) != 0;
	m->thread = sqlite3_column_int64(q, 10);
	if (sqlite3_column_type(q, 12) != SQLITE_NULL) {
		m->env.date = sqlite3_column_int64(q, 11);
		m->env.date_zone = sqlite3_column_int(q, 12);
	}
	m->env.subject = db_text(q, 13);
	m->env.from = db_text(q, 14);
	m->env.to = db_text(q, 15);
	m->env.cc = db_text(q, 16);
	m->env.message_id = db_text(q, 17);
	m->env.in_reply_to = db_text(q, 18);
	m->env.references = db_text(q, 19);
	m->env.list_id = db_text(q, 20);
}

/* The newest message in the folder with the id that ends at s + len. */
static int64_t
by_id_text(struct store *s, int64_t folder, const char *id, size_t len)
{
	char *text = g_strndup(id, len);
	int64_t row;

	db_int(s->db, &row, 0, NULL, "SELECT id FROM message WHERE mid = ?1 "
	       "AND message_id = ?2 AND folder = ?3 LIMIT 1", "isi",
	       thread_hash(id, len), text, folder);
	g_free(text);
	return row;
}

/* The nearest message it speaks of that is here; and the thread's first. */
static void
find_kin(struct store *s, struct message *m)
{
	const char *refs = m->env.references && *m->env.references ?
		m->env.references : m->env.in_reply_to;
	size_t end = refs ? strlen(refs) : 0;

	while (end > 0 && m->parent == 0) {
		size_t begin = end;

		while (begin > 0 && refs[begin - 1] != ' ')
			begin--;
		if (end > begin)
			m->parent = by_id_text(s, m->folder, refs + begin,
					       end - begin);
		end = begin > 0 ? begin - 1 : 0;
	}
	if (m->parent == m->id)
		m->parent = 0;
	db_int(s->db, &m->thread, m->id, NULL, "SELECT root FROM thread "
	       "WHERE id = ?", "i", m->thread);
}

static enum st
one_message(struct store *s, sqlite3_stmt *q, struct message *out,
	    const char *what, struct err *e)
{
	struct message m = { 0 };
	enum st st;

	if (db_row(s->db, q))
		read_message(q, &m);
	st = db_done(s->db, q, e);
	if (st == ST_OK && m.id == 0)
		st = err_set(e, ST_GONE, "There is no message %s here (any "
			     "more).", what);
	if (st != ST_OK) {
		message_clear(&m);
		return st;
	}
	find_kin(s, &m);
	*out = m;
	return ST_OK;
}

enum st
message_by_id(struct store *s, int64_t id, struct message *out, struct err *e)
{
	char what[40];
	enum st st = tx_see(s, e);

	g_snprintf(what, sizeof(what), "with number %" G_GINT64_FORMAT, id);
	return st == ST_OK ? one_message(s, db_query(s->db, COLUMNS
				"WHERE m.id = ?", "i", id), out, what, e) : st;
}

enum st
message_by_uid(struct store *s, int64_t folder, uint32_t uid,
	       struct message *out, struct err *e)
{
	char what[40];
	enum st st = tx_see(s, e);

	g_snprintf(what, sizeof(what), "with UID %u", uid);
	return st == ST_OK ? one_message(s, db_query(s->db, COLUMNS "WHERE "
				"m.folder = ? AND m.uid = ?", "iu", folder,
				uid), out, what, e) : st;
}

enum st
message_by_message_id(struct store *s, int64_t folder, const char *message_id,
		      struct message *out, struct err *e)
{
	int64_t hash = thread_hash(message_id, strlen(message_id));
	char *what = g_strdup_printf("<%s>", message_id);
	enum st st = tx_see(s, e);

	if (st == ST_OK)
		st = one_message(s, db_query(s->db, COLUMNS "WHERE m.mid = ?1 "
					     "AND m.message_id = ?2 AND "
					     "(m.folder = ?3 OR (?3 = 0 AND "
					     "m.folder > 0)) ORDER BY m.date "
					     "DESC, m.id DESC LIMIT 1", "isi",
					     hash, message_id, folder),
				 out, what, e);
	g_free(what);
	return st;
}

enum st
message_ids(struct store *s, int64_t folder, int64_t *from, size_t max,
	    GArray *ids, struct err *e)
{
	enum st st = tx_see(s, e);
	sqlite3_stmt *q;

	if (st != ST_OK)
		return st;
	q = db_query(s->db, "SELECT id, uid FROM message WHERE folder = ? AND "
		     "uid >= ? ORDER BY uid LIMIT ?", "iii", folder, *from,
		     (int64_t)MIN(max, INT64_MAX));
	while (db_row(s->db, q)) {
		int64_t id = sqlite3_column_int64(q, 0);

		g_array_append_val(ids, id);
		*from = sqlite3_column_int64(q, 1) + 1;
	}
	return db_done(s->db, q, e);
}

/* ---- bytes --------------------------------------------------------------- */

/* Where the bytes of a row are. */
static enum st
find_place(struct store *s, int64_t id, char **path, struct place *p,
	   struct err *e)
{
	bool row = false, body = false;
	sqlite3_stmt *q = db_query(s->db, "SELECT f.path, b.pos, b.len, b.lf, "
				   "b.digest FROM message m JOIN folder f ON "
				   "f.id = abs(m.folder) LEFT JOIN body b ON "
				   "b.id = m.id WHERE m.id = ?", "i", id);
	enum st st;

	*path = NULL;
	if (db_row(s->db, q)) {
		row = true;
		*path = db_text(q, 0);
		p->pos = sqlite3_column_int64(q, 1);
		p->len = sqlite3_column_int64(q, 2);
		p->lf = sqlite3_column_int64(q, 3);
		body = sqlite3_column_bytes(q, 4) == DIGEST_LEN;
		if (body)
			memcpy(p->digest, sqlite3_column_blob(q, 4),
			       DIGEST_LEN);
	}
	st = db_done(s->db, q, e);
	if (st == ST_OK && !row)
		st = err_set(e, ST_GONE, "The message is not here any more.");
	else if (st == ST_OK && !body)
		st = err_set(e, ST_GONE, "The message's text has not been "
			     "fetched yet.");
	return st;
}

/* Undo the quoting of a stored message where it lies, and hold it against
 * its digest.  Takes stored. */
static enum st
undo(struct store *s, char *stored, const struct place *p, GBytes **out,
     const char *file, struct err *e)
{
	struct mbox_unquoter u = MBOX_UNQUOTER_INIT;
	const char *in = stored;
	size_t len = (size_t)p->len;
	int64_t n = (int64_t)mbox_unquote(&u, &in, &len, stored);
	guint8 digest[DIGEST_LEN];

	if (n >= p->lf) {
		digest_start(s->check);
		digest_add(s->check, stored, (size_t)p->lf);
		digest_finish(s->check, digest);
	}
	if (n < p->lf || memcmp(digest, p->digest, DIGEST_LEN) != 0) {
		g_free(stored);
		return err_set(e, ST_CORRUPT, "The message at octet %"
			       G_GINT64_FORMAT " of %s is damaged; “verso "
			       "verify --repair” fetches it again.", p->pos,
			       file);
	}
	*out = g_bytes_new_take(stored, (gsize)p->lf);
	return ST_OK;
}

static enum st
read_bytes(struct store *s, const char *file, const struct place *p,
	   GBytes **out, struct err *e)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	char *stored;
	enum st st;

	if (fd < 0 && errno == ENOENT)
		return err_set(e, ST_CORRUPT, "The mail file %s is missing.",
			       file);
	if (fd < 0)
		return err_errno(e, "The mail file %s cannot be opened", file);
	stored = g_try_malloc((size_t)p->len + 1);
	if (stored)
		st = file_read(fd, file, stored, (size_t)p->len, p->pos, e);
	else
		st = err_set(e, ST_LOCAL, "There is no memory left for a "
			     "message of %" G_GINT64_FORMAT " octets.",
			     p->len);
	close(fd);
	if (st == ST_OK)
		return undo(s, stored, p, out, file, e);
	g_free(stored);
	return st;
}

/* Those of a placeholder that nobody else has. */
static enum st
restored_bytes(struct store *s, int64_t id, GBytes **bytes, struct err *e)
{
	struct mbox_block block = { 0 };
	enum st st = queue_restored(s, id, bytes, &block, e);

	mbox_block_clear(&block);
	return st;
}

enum st
message_bytes(struct store *s, int64_t id, GBytes **bytes, struct err *e)
{
	int64_t asked = id;
	enum st st = tx_see(s, e);

	if (st == ST_OK)
		st = ingest_flush(s, e);
	id = queue_bytes_of(s, id);
	if (st == ST_OK && id == 0)
		return restored_bytes(s, asked, bytes, e);
	for (int i = 0; st == ST_OK && i < TRIES; i++) {
		struct place p;
		char *path, *file = NULL;

		st = find_place(s, id, &path, &p, e);
		if (st == ST_OK) {
			file = file_path(s, path);
			st = read_bytes(s, file, &p, bytes, e);
		}
		g_free(file);
		g_free(path);
		if (st != ST_CORRUPT || s->lock >= 0)
			break;
		g_usleep(TRY_US);
		if (i + 1 < TRIES)
			st = ST_OK;
	}
	return st;
}
