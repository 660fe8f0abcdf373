/*
 * queue_send.c - what is to be transmitted, and what became of its messages
 */
#include <string.h>

#include "store/queue_private.h"

enum st
queue_folders(struct store *s, GArray **ids, bool *folders, struct err *e)
{
	GArray *all = g_array_new(FALSE, FALSE, sizeof(int64_t));
	/* First where messages are to arrive: then their bytes are still
	 * where they come from. */
	sqlite3_stmt *q = db_query(s->db, "SELECT abs(m.folder) f, 0, 0 o FROM "
		"message m JOIN change c ON c.placeholder = m.id WHERE m.uid "
		"> 4294967295 AND (c.state IN (1, 3) OR c.copied) UNION "
		"SELECT c.folder, 0, 1 FROM message m JOIN change c ON "
		"c.placeholder = m.id WHERE m.uid > 4294967295 AND c.state = 3 "
		"UNION SELECT c.folder, c.kind >= 4, 1 FROM change c WHERE "
		QUEUE_DUE " AND NOT " QUEUE_MARK " ORDER BY o, f", "");
	enum st st;

	*folders = false;
	while (db_row(s->db, q)) {
		int64_t id = sqlite3_column_int64(q, 0);

		if (sqlite3_column_int(q, 1))
			*folders = true;
		else
			g_array_append_val(all, id);
	}
	st = db_done(s->db, q, e);
	if (st == ST_OK)
		*ids = all;
	else
		g_array_unref(all);
	return st;
}

/* The message's number now; false: it has none yet, or is gone. */
static bool
refresh_uid(struct store *s, struct change *c)
{
	struct qrow r = { 0 };
	bool has = qrow_read(s, c->message, &r, NULL) == ST_OK &&
		   !IS_PLACEHOLDER(&r);

	if (has)
		c->uid = (uint32_t)r.uid;
	qrow_clear(&r);
	return has;
}

enum st
queue_due(struct store *s, int64_t folder, GPtrArray **out, struct err *e)
{
	GPtrArray *all = NULL;
	sqlite3_stmt *q = folder ?
		db_query(s->db, queue_sql(
			"WHERE " QUEUE_DUE " AND c.folder = ? AND c.kind < 4 "
			"AND c.orphan = 0 AND NOT " QUEUE_MARK " ORDER BY "
			"c.seq"), "i", folder) :
		db_query(s->db, queue_sql(
			"WHERE " QUEUE_DUE " AND c.kind >= 4 ORDER BY c.seq"),
			 "");
	enum st st = queue_collect(s, q, &all, e);

	for (guint i = 0; st == ST_OK && folder && i < all->len;)
		if (refresh_uid(s, all->pdata[i]))
			i++;
		else
			g_ptr_array_remove_index(all, i);
	if (st == ST_OK)
		*out = all;
	return st;
}

static enum st
set_states(struct store *s, const GArray *seqs, enum change_state state,
	   struct err *e)
{
	bool own;
	enum st st = tx_enter(s, &own, e);

	for (guint i = 0; i < seqs->len && st == ST_OK; i++)
		st = db_run(s->db, e, "UPDATE change SET state = ?2 WHERE "
			    "seq = ?1 AND state < 2", "id",
			    g_array_index(seqs, int64_t, i), (int)state);
	return tx_leave(s, own, st, e);
}

enum st
queue_sending(struct store *s, const GArray *seqs, struct err *e)
{
	return set_states(s, seqs, CHANGE_SENDING, e);
}

enum st
queue_waiting(struct store *s, const GArray *seqs, struct err *e)
{
	return set_states(s, seqs, CHANGE_WAITING, e);
}

/* ---- placeholders without a number ------------------------------------- */

void
unplaced_free(struct unplaced *u)
{
	g_free(u->message_id);
	g_free(u);
}

static void
free_unplaced(gpointer u)
{
	unplaced_free(u);
}

static void
take_digest(struct unplaced *u, sqlite3_stmt *q, int column)
{
	u->has_digest = sqlite3_column_bytes(q, column) == DIGEST_LEN;
	if (u->has_digest)
		memcpy(u->digest, sqlite3_column_blob(q, column), DIGEST_LEN);
}

/* Its text came only after the decision. */
static enum st
digest_of_bytes(struct store *s, struct unplaced *u, struct err *e)
{
	sqlite3_stmt *q;

	if (u->has_digest)
		return ST_OK;
	q = db_query(s->db, "SELECT digest FROM body WHERE id = ?", "i",
		     queue_bytes_of(s, u->id));
	if (db_row(s->db, q))
		take_digest(u, q, 0);
	return db_done(s->db, q, e);
}

enum st
queue_unplaced(struct store *s, int64_t folder, GPtrArray **out,
	       struct err *e)
{
	GPtrArray *all = g_ptr_array_new_with_free_func(free_unplaced);
	sqlite3_stmt *q = db_query(s->db, "SELECT m.id, m.message_id, m.size, "
		"c.state <> 1 OR c.copied, c.seq, c.digest, c.kind FROM "
		"message m JOIN change c ON c.placeholder = m.id WHERE "
		"m.folder IN (?1, -?1) AND m.uid > 4294967295 AND (c.state IN "
		"(1, 3) OR c.copied) ORDER BY c.seq", "i", folder);
	enum st st;

	while (db_row(s->db, q)) {
		struct unplaced *u = g_new0(struct unplaced, 1);

		u->id = sqlite3_column_int64(q, 0);
		u->message_id = db_text(q, 1);
		u->size = sqlite3_column_int64(q, 2);
		u->sent = sqlite3_column_int(q, 3) != 0;
		u->seq = sqlite3_column_int64(q, 4);
		take_digest(u, q, 5);
		u->append = sqlite3_column_int(q, 6) == CHANGE_APPEND;
		g_ptr_array_add(all, u);
	}
	st = db_done(s->db, q, e);
	for (guint i = 0; st == ST_OK && i < all->len; i++)
		st = digest_of_bytes(s, all->pdata[i], e);
	if (st == ST_OK)
		*out = all;
	else
		g_ptr_array_unref(all);
	return st;
}

/* ---- messages that the server removed meanwhile ------------------------ */

enum st
queue_orphan(struct store *s, int64_t message, struct err *e)
{
	return db_run(s->db, e, "UPDATE change SET orphan = 1 WHERE message = "
		      "? AND state < 2", "i", message);
}

enum st
queue_orphans(struct store *s, GPtrArray **out, struct err *e)
{
	return queue_collect(s, db_query(s->db, queue_sql(
		"WHERE " QUEUE_DUE " AND c.orphan = 1 ORDER BY c.seq"), ""),
		out, e);
}

/*
 * Is a row what the change number ?4, of size ?3, is about?  A Message-ID alone
 * is what anybody may write; but where the server estimates, the size it told
 * before the text was here is not the one of the octets.
 */
#define IS_SAME "(size = ?3 OR EXISTS(SELECT 1 FROM fact WHERE name = '" \
	STORE_ESTIMATES "')) AND NOT EXISTS(SELECT 1 FROM body b JOIN " \
	"change k ON k.seq = ?4 WHERE b.id = message.id AND b.digest <> " \
	"k.digest) "

/* The same message under another row that came after the decision. */
static enum st
find_again(struct store *s, const struct change *c, int64_t *id,
	   struct err *e)
{
	*id = 0;
	if (!c->message_id)
		return ST_OK;
	return db_int(s->db, id, 0, e, "SELECT id FROM message WHERE mid = ?1 "
		      "AND message_id = ?2 AND " IS_SAME "AND folder > 0 AND "
		      "id >= (SELECT mark FROM change WHERE seq = ?4) AND id "
		      "< " G_STRINGIFY(PLACEHOLDER_FIRST) " ORDER BY id DESC "
		      "LIMIT 1", "isii",
		      thread_hash(c->message_id, strlen(c->message_id)),
		      c->message_id, c->size, c->seq);
}

/* The change that made a placeholder. */
static enum st
maker_of(struct store *s, int64_t placeholder, struct change **out,
	 struct err *e)
{
	int64_t seq = 0;
	enum st st = db_int(s->db, &seq, 0, e, "SELECT seq FROM change WHERE "
			    "placeholder = ? ORDER BY seq DESC LIMIT 1", "i",
			    placeholder);

	return st == ST_OK ? queue_read(s, seq, out, e) : st;
}

#define ARRIVED(same) "SELECT id FROM message WHERE mid = ?1 AND message_id " \
	"= ?2 AND " same "folder IN (?5, -?5) AND id >= (SELECT mark FROM " \
	"change WHERE seq = ?4) AND id < " G_STRINGIFY(PLACEHOLDER_FIRST) \
	" AND NOT EXISTS(SELECT 1 FROM change o WHERE o.placeholder = " \
	"message.id) ORDER BY id LIMIT 1"

/* It came with others of its folder, before it was known to be this one.  What
 * was appended may have other octets there. */
static enum st
find_arrived(struct store *s, const struct change *c, int64_t folder,
	     int64_t *id, struct err *e)
{
	*id = 0;
	if (!c->message_id)
		return ST_OK;
	return db_int(s->db, id, 0, e, c->kind == CHANGE_APPEND ?
		      ARRIVED("") : ARRIVED(IS_SAME "AND "), "isiii",
		      thread_hash(c->message_id, strlen(c->message_id)),
		      c->message_id, c->size, c->seq, folder);
}

enum st
queue_lost(struct store *s, int64_t placeholder, struct err *e)
{
	struct change *c = NULL;
	struct qrow r = { 0 }, there = { 0 };
	int64_t id = 0;
	bool own;
	enum st st = tx_enter(s, &own, e);

	if (st == ST_OK)
		st = maker_of(s, placeholder, &c, e);
	if (st == ST_OK)
		st = qrow_read(s, placeholder, &r, e);
	if (st == ST_OK)
		st = find_arrived(s, c, ABS(r.folder), &id, e);
	if (st == ST_OK && id)
		st = qrow_read(s, id, &there, e);
	if (st == ST_OK && id)
		st = queue_place(s, placeholder, (uint32_t)there.uid, e);
	else if (st == ST_OK)
		st = queue_drop(s, c, "The message was removed elsewhere "
				"meanwhile.", e);
	qrow_clear(&r);
	qrow_clear(&there);
	change_free(c);
	return tx_leave(s, own, st, e);
}

/* The decision is about that row now. */
static enum st
rebind(struct store *s, const struct change *c, int64_t id, struct err *e)
{
	struct qrow r = { 0 };
	enum st st = qrow_read(s, id, &r, e);

	if (st == ST_OK && c->kind == CHANGE_FLAGS)
		st = qrow_base(s, &r, c->seq, e);
	if (st == ST_OK && c->kind == CHANGE_FLAGS)
		st = qrow_flags(s, &r, &c->add, &c->remove, e);
	else if (st == ST_OK && c->kind == CHANGE_MOVE)
		st = qrow_hide(s, &r, e);
	if (st == ST_OK)
		st = db_run(s->db, e, "UPDATE change SET message = ?2, folder "
			    "= ?3, uid = ?4, uidvalidity = (SELECT "
			    "uidvalidity FROM folder WHERE id = ?3), orphan = "
			    "0, state = 0 WHERE seq = ?1", "iiii", c->seq, id,
			    r.folder, r.uid);
	qrow_clear(&r);
	return st;
}

enum st
queue_follow(struct store *s, const struct change *c, bool *found,
	     struct err *e)
{
	struct qrow r = { 0 };
	int64_t id = 0;
	bool own;
	enum st st = tx_enter(s, &own, e);

	*found = false;
	/* Deleting does not follow: who moved it meanwhile wanted it.  And of
	 * what was copied only the removal was left. */
	if (st == ST_OK && c->kind != CHANGE_EXPUNGE && !c->copied)
		st = find_again(s, c, &id, e);
	if (st == ST_OK && id)
		st = qrow_read(s, id, &r, e);
	*found = st == ST_OK && id;
	if (st == ST_OK && c->copied) {
		st = queue_done(s, c, 0, e);
	} else if (*found && c->kind != CHANGE_FLAGS && r.folder == c->dest) {
		/* It is where it should go: our own command, or theirs. */
		st = queue_state(s, c->seq, CHANGE_DONE, NULL, e);
		if (st == ST_OK)
			st = queue_place(s, c->placeholder, (uint32_t)r.uid,
					 e);
	} else if (*found) {
		st = rebind(s, c, id, e);
	} else if (st == ST_OK) {
		st = queue_drop(s, c, "The message was removed elsewhere "
				"meanwhile.", e);
	}
	qrow_clear(&r);
	return tx_leave(s, own, st, e);
}

/* ---- rows made anew, folders gone -------------------------------------- */

static enum st
row_ids(struct store *s, sqlite3_stmt *q, GArray **out, struct err *e)
{
	*out = g_array_new(FALSE, FALSE, sizeof(int64_t));
	while (db_row(s->db, q)) {
		int64_t id = sqlite3_column_int64(q, 0);

		g_array_append_val(*out, id);
	}
	return db_done(s->db, q, e);
}

static enum st
placeholders_in(struct store *s, int64_t folder, GArray **out,
		struct err *e)
{
	return row_ids(s, db_query(s->db, "SELECT id FROM message WHERE "
				   "folder IN (?1, -?1) AND uid > 4294967295",
				   "i", folder), out, e);
}

/* A placeholder in a folder that goes.  What was copied there has not arrived
 * and is gone with the folder. */
static enum st
placeholder_gone(struct store *s, int64_t id, struct err *e)
{
	struct change *c = NULL;
	struct qrow r = { 0 };
	enum st st = ST_OK;

	if (maker_of(s, id, &c, NULL) == ST_OK && c->state < CHANGE_PARKED)
		st = queue_park(s, c, "The folder it should go to is gone "
				"from the server.", e);
	if (st == ST_OK && qrow_read(s, id, &r, NULL) == ST_OK)
		st = qrow_forget(s, &r, e);
	qrow_clear(&r);
	change_free(c);
	return st;
}

enum st
queue_folder_gone(struct store *s, int64_t folder, struct err *e)
{
	GArray *ids;
	enum st st = placeholders_in(s, folder, &ids, e);

	for (guint i = 0; i < ids->len && st == ST_OK; i++)
		st = placeholder_gone(s, g_array_index(ids, int64_t, i), e);
	g_array_unref(ids);
	return st;
}

/* Their threads and counts went with those of the folder. */
static enum st
show_placeholders(struct store *s, int64_t folder, struct err *e)
{
	GArray *ids;
	enum st st = placeholders_in(s, folder, &ids, e);

	for (guint i = 0; i < ids->len && st == ST_OK; i++) {
		int64_t id = g_array_index(ids, int64_t, i);
		struct qrow r = { 0 };

		st = qrow_read(s, id, &r, e);
		if (st == ST_OK && r.folder > 0)
			st = qrow_show(s, id, folder, id, e);
		qrow_clear(&r);
	}
	g_array_unref(ids);
	return st;
}

static enum st
bind_again(struct store *s, struct change *c, struct err *e)
{
	struct qrow r = { 0 };
	int64_t id = 0;
	enum st st = db_int(s->db, &id, 0, e, "SELECT m.id FROM message m "
			    "JOIN folder f ON f.id = ?1 WHERE m.folder IN "
			    "(?1, -?1) AND m.uid = ?2 AND f.uidvalidity = ?3",
			    "iui", c->folder, c->uid, c->uidvalidity);

	if (st != ST_OK)
		return st;
	if (id == 0)
		return queue_orphan(s, c->message, e);
	st = db_run(s->db, e, "UPDATE change SET message = ?2 WHERE seq = ?1",
		    "ii", c->seq, id);
	if (st == ST_OK)
		st = qrow_read(s, id, &r, e);
	if (st == ST_OK && c->kind == CHANGE_FLAGS)
		st = qrow_flags(s, &r, &c->add, &c->remove, e);
	else if (st == ST_OK && c->kind != CHANGE_COPY && r.folder > 0)
		st = qrow_hide(s, &r, e);
	qrow_clear(&r);
	return st;
}

enum st
queue_rebuilt(struct store *s, int64_t folder, struct err *e)
{
	GPtrArray *all = NULL;
	enum st st = show_placeholders(s, folder, e);

	if (st == ST_OK)
		st = queue_collect(s, db_query(s->db, queue_sql(
			"WHERE " QUEUE_DUE " AND c.folder = ? AND c.kind < 4 "
			"AND c.uid > 0 ORDER BY c.seq"), "i", folder), &all,
			e);
	for (guint i = 0; st == ST_OK && i < all->len; i++)
		st = bind_again(s, all->pdata[i], e);
	if (all)
		g_ptr_array_unref(all);
	return st;
}
