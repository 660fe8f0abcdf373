/*
 * queue.c - the rows of changes and actions: written, read, listed
 */
#include <string.h>

#include "base/clock.h"
#include "store/queue_private.h"

#define DAY (24 * 3600)

static const char columns[] =
	"SELECT c.seq, c.action, c.kind, c.state, c.message, c.folder, "
	"c.uidvalidity, c.uid, c.message_id, c.size, c.seen_bits, c.add_bits, "
	"c.add_words, c.remove_bits, c.remove_words, c.dest, c.placeholder, "
	"c.copied, c.force, c.name, c.why, c.at, c.was FROM change c ";

const char *
queue_sql(const char *tail)
{
	char *text = g_strconcat(columns, tail, NULL);
	const char *kept = g_intern_string(text);

	g_free(text);
	return kept;
}

#define PARKED "WHERE c.state = 2 ORDER BY c.seq"
#define BY_STATE "WHERE " QUEUE_OPEN " AND NOT " QUEUE_MARK \
	" ORDER BY c.seq"

void
change_free(struct change *c)
{
	if (!c)
		return;
	g_free(c->message_id);
	flags_clear(&c->add);
	flags_clear(&c->remove);
	g_free(c->name);
	g_free(c->was);
	g_free(c->why);
	g_free(c);
}

static void
free_change(gpointer c)
{
	change_free(c);
}

void
action_free(struct action *a)
{
	if (!a)
		return;
	g_free(a->what);
	g_free(a);
}

static void
free_action(gpointer a)
{
	action_free(a);
}

static struct change *
read_change(sqlite3_stmt *q)
{
	struct change *c = g_new0(struct change, 1);

	c->seq = sqlite3_column_int64(q, 0);
	c->action = sqlite3_column_int64(q, 1);
	c->kind = (enum change_kind)sqlite3_column_int(q, 2);
	c->state = (enum change_state)sqlite3_column_int(q, 3);
	c->message = sqlite3_column_int64(q, 4);
	c->folder = sqlite3_column_int64(q, 5);
	c->uidvalidity = sqlite3_column_int64(q, 6);
	c->uid = (uint32_t)sqlite3_column_int64(q, 7);
	c->message_id = db_text(q, 8);
	c->size = sqlite3_column_int64(q, 9);
	c->seen_bits = (uint32_t)sqlite3_column_int64(q, 10);
	c->add.bits = (uint32_t)sqlite3_column_int64(q, 11);
	c->add.keywords = db_text(q, 12);
	c->remove.bits = (uint32_t)sqlite3_column_int64(q, 13);
	c->remove.keywords = db_text(q, 14);
	c->dest = sqlite3_column_int64(q, 15);
	c->placeholder = sqlite3_column_int64(q, 16);
	c->copied = sqlite3_column_int(q, 17) != 0;
	c->force = sqlite3_column_int(q, 18) != 0;
	c->name = db_text(q, 19);
	c->why = db_text(q, 20);
	c->at = sqlite3_column_int64(q, 21);
	c->was = db_text(q, 22);
	return c;
}

enum st
queue_collect(struct store *s, sqlite3_stmt *q, GPtrArray **out,
	      struct err *e)
{
	GPtrArray *all = g_ptr_array_new_with_free_func(free_change);
	enum st st;

	while (db_row(s->db, q))
		g_ptr_array_add(all, read_change(q));
	st = db_done(s->db, q, e);
	if (st == ST_OK)
		*out = all;
	else
		g_ptr_array_unref(all);
	return st;
}

enum st
queue_read(struct store *s, int64_t seq, struct change **out, struct err *e)
{
	GPtrArray *one = NULL;
	enum st st = queue_collect(s, db_query(s->db, queue_sql(
		"WHERE c.seq = ?"), "i", seq), &one, e);

	if (st != ST_OK)
		return st;
	if (one->len)
		*out = g_ptr_array_steal_index(one, 0);
	else
		st = err_set(e, ST_GONE, "There is no such change in the "
			     "queue (any more).");
	g_ptr_array_unref(one);
	return st;
}

enum st
queue_action(struct store *s, const char *what, struct err *e)
{
	enum st st = tx_write(s, e);

	if (st == ST_OK)
		st = db_run(s->db, e, "INSERT INTO action(at, what) "
			    "VALUES(?, ?)", "is", clock_now(), what);
	if (st == ST_OK)
		st = db_int(s->db, &s->action, 0, e,
			    "SELECT last_insert_rowid()", "");
	return st;
}

enum st
queue_retell(struct store *s, const char *what, struct err *e)
{
	g_return_val_if_fail(s->tx && s->action, ST_LOCAL);
	return db_run(s->db, e, "UPDATE action SET what = ? WHERE id = ?",
		      "si", what, s->action);
}

/* The first row id that a message gets which comes after now. */
static enum st
next_row(struct store *s, int64_t *mark, struct err *e)
{
	return db_int(s->db, mark, 1, e, "SELECT coalesce(max(id), 0) + 1 "
		      "FROM message WHERE id < "
		      G_STRINGIFY(PLACEHOLDER_FIRST), "");
}

enum st
queue_write(struct store *s, struct change *c, const guint8 *digest,
	    int64_t arrival, struct err *e)
{
	int64_t mark = 0;
	enum st st = next_row(s, &mark, e);

	c->at = clock_now();
	c->action = s->action;
	if (st == ST_OK)
		st = db_run(s->db, e, "INSERT INTO change(action, kind, "
			    "state, message, folder, uidvalidity, uid, "
			    "message_id, size, seen_bits, add_bits, "
			    "add_words, remove_bits, remove_words, dest, "
			    "placeholder, mark, digest, arrival, name, at, "
			    "was) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
			    "?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			    "iddiiiusiuususiiibisis",
			    c->action, (int)c->kind, (int)c->state,
			    c->message, c->folder, c->uidvalidity, c->uid,
			    c->message_id, c->size, c->seen_bits, c->add.bits,
			    c->add.keywords, c->remove.bits,
			    c->remove.keywords, c->dest, c->placeholder, mark,
			    digest, digest ? (size_t)DIGEST_LEN : (size_t)0,
			    arrival, c->name, c->at, c->was);
	return st == ST_OK ? db_int(s->db, &c->seq, 0, e,
				    "SELECT last_insert_rowid()", "") : st;
}

enum st
queue_state(struct store *s, int64_t seq, enum change_state state,
	    const char *why, struct err *e)
{
	return db_run(s->db, e, "UPDATE change SET state = ?2, why = ?3, "
		      "orphan = 0 WHERE seq = ?1", "ids", seq, (int)state,
		      why);
}

enum st
queue_drop_flags(struct store *s, int64_t message, const char *why,
		 struct err *e)
{
	return db_run(s->db, e, "UPDATE change SET state = 4, why = ?2 WHERE "
		      "message = ?1 AND kind = 0 AND state < 3", "is", message,
		      why);
}

/* ---- looking ----------------------------------------------------------- */

enum st
queue_counts(struct store *s, struct queue_counts *out, struct err *e)
{
	sqlite3_stmt *q = db_query(s->db, "SELECT state = 2, action > 0, "
				   "count(*), " QUEUE_MARK " AS held FROM "
				   "change c WHERE state < 3 GROUP BY state = "
				   "2, action > 0, held", "");

	memset(out, 0, sizeof(*out));
	while (db_row(s->db, q)) {
		int64_t n = sqlite3_column_int64(q, 2);

		if (sqlite3_column_int(q, 3)) {
			out->marked += n;
			continue;
		}
		if (sqlite3_column_int(q, 0)) {
			out->parked += n;
			continue;
		}
		out->waiting += n;
		out->decided += sqlite3_column_int(q, 1) ? n : 0;
	}
	return db_done(s->db, q, e);
}

enum st
queue_list(struct store *s, bool parked_only, GPtrArray **out, struct err *e)
{
	return queue_collect(s, db_query(s->db, parked_only ?
				      queue_sql(PARKED) : queue_sql(BY_STATE),
				      ""), out, e);
}

bool
change_is_mark(const struct change *c)
{
	return c->kind == CHANGE_FLAGS && c->add.bits & FLAG_DELETED &&
	       c->state < CHANGE_DONE;
}

enum st
queue_marked(struct store *s, int64_t folder, GArray **ids, struct err *e)
{
	GArray *all = g_array_new(FALSE, FALSE, sizeof(int64_t));
	sqlite3_stmt *q = db_query(s->db, "SELECT m.id FROM change c JOIN "
				   "message m ON m.id = c.message WHERE "
				   QUEUE_MARK " AND m.folder > 0 AND ?1 IN "
				   "(0, m.folder) GROUP BY m.id ORDER BY "
				   "c.seq", "i", folder);
	enum st st;

	while (db_row(s->db, q)) {
		int64_t id = sqlite3_column_int64(q, 0);

		g_array_append_val(all, id);
	}
	st = db_done(s->db, q, e);
	if (st == ST_OK)
		*ids = all;
	else
		g_array_unref(all);
	return st;
}

enum st
queue_of_message(struct store *s, int64_t id, GPtrArray **out, struct err *e)
{
	return queue_collect(s, db_query(s->db, queue_sql(
		"WHERE c.message = ?1 OR c.placeholder = ?1 OR c.message_id = "
		"(SELECT message_id FROM message WHERE id = ?1) ORDER BY "
		"c.seq"), "i", id), out, e);
}

enum st
queue_actions(struct store *s, size_t max, GPtrArray **out, struct err *e)
{
	GPtrArray *all = g_ptr_array_new_with_free_func(free_action);
	sqlite3_stmt *q = db_query(s->db, "SELECT a.id, a.at, a.what, (SELECT "
		"count(*) FROM change c WHERE c.action = a.id), (SELECT "
		"count(*) FROM change c WHERE c.action = a.id AND c.state < "
		"2) FROM action a WHERE a.undone = 0 ORDER BY a.id DESC "
		"LIMIT ?", "i", (int64_t)MIN(max, INT64_MAX));
	enum st st;

	while (db_row(s->db, q)) {
		struct action *a = g_new0(struct action, 1);

		a->id = sqlite3_column_int64(q, 0);
		a->at = sqlite3_column_int64(q, 1);
		a->what = db_text(q, 2);
		a->changes = sqlite3_column_int64(q, 3);
		a->waiting = sqlite3_column_int64(q, 4);
		g_ptr_array_add(all, a);
	}
	st = db_done(s->db, q, e);
	if (st == ST_OK)
		*out = all;
	else
		g_ptr_array_unref(all);
	return st;
}

static char *
folder_name(struct store *s, int64_t id)
{
	struct folder *f = NULL;
	char *name = folder_by_id(s, id, &f, NULL) == ST_OK ?
		g_strdup(f->name) : g_strdup("a folder that is gone");

	folder_free(f);
	return name;
}

/* "mark as read, flag": the words for a difference of flags. */
static char *
flags_text(const struct change *c)
{
	static const struct {
		uint32_t bit;
		const char *on, *off;
	} words[] = {
		{ FLAG_SEEN, "mark as read", "mark as unread" },
		{ FLAG_FLAGGED, "flag", "unflag" },
		{ FLAG_ANSWERED, "mark as answered",
		  "mark as not answered" },
		{ FLAG_DELETED, "mark as deleted", "mark as not deleted" },
		{ FLAG_DRAFT, "mark as draft", "mark as no draft" },
	};
	GString *text = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		if (c->add.bits & words[i].bit)
			g_string_append_printf(text, ", %s", words[i].on);
		if (c->remove.bits & words[i].bit)
			g_string_append_printf(text, ", %s", words[i].off);
	}
	if (c->add.keywords)
		g_string_append_printf(text, ", tag %s", c->add.keywords);
	if (c->remove.keywords)
		g_string_append_printf(text, ", untag %s",
				       c->remove.keywords);
	g_string_erase(text, 0, text->len ? 2 : 0);
	return g_string_free(text, FALSE);
}

char *
change_text(struct store *s, const struct change *c)
{
	static const char *const verbs[CHANGE_KINDS] = {
		[CHANGE_MOVE] = "move to %s", [CHANGE_COPY] = "copy to %s",
		[CHANGE_EXPUNGE] = "delete for ever",
		[CHANGE_APPEND] = "put into %s",
		[CHANGE_CREATE] = "create the folder %s",
		[CHANGE_RENAME] = "rename the folder to %s",
		[CHANGE_DELETE] = "delete the folder %s",
		[CHANGE_SUBSCRIBE] = "subscribe to %s",
		[CHANGE_UNSUBSCRIBE] = "unsubscribe from %s",
	};
	char *name, **parts, *text;

	if (c->kind == CHANGE_FLAGS)
		return flags_text(c);
	name = c->name && c->kind >= CHANGE_CREATE ? g_strdup(c->name) :
		folder_name(s, c->dest ? c->dest : c->folder);
	parts = g_strsplit(verbs[c->kind], "%s", 2);
	text = g_strconcat(parts[0], parts[1] ? name : NULL, parts[1], NULL);
	g_strfreev(parts);
	g_free(name);
	return text;
}

enum st
queue_expire(struct store *s, int days, struct err *e)
{
	int64_t before = clock_now() - (int64_t)days * DAY;
	bool own;
	enum st st = tx_enter(s, &own, e);

	if (st == ST_OK)
		st = db_run(s->db, e, "DELETE FROM change WHERE state >= 3 "
			    "AND at < ?", "i", before);
	if (st == ST_OK)
		st = db_run(s->db, e, "DELETE FROM action WHERE at < ? AND "
			    "NOT EXISTS(SELECT 1 FROM change c WHERE "
			    "c.action = action.id)", "i", before);
	return tx_leave(s, own, st, e);
}
