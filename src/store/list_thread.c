/*
 * list_thread.c - one thread in display order
 *
 * The index knows which messages make a thread; who answers whom is worked
 * out here, when it is shown, from their own References.
 */
#include <string.h>

#include "model/thread.h"
#include "store/list_private.h"

struct members {
	GArray *messages;	/* struct thread_message */
	GArray *ids;		/* int64_t */
	GStringChunk *text;
};

static char *
keep(GStringChunk *text, sqlite3_stmt *q, int column)
{
	const char *s = (const char *)sqlite3_column_text(q, column);

	return s ? g_string_chunk_insert(text, s) : NULL;
}

static enum st
read_members(struct list *l, int64_t thread, struct members *m, struct err *e)
{
	sqlite3_stmt *q = db_query(l->s->db, "SELECT id, date, message_id, "
				   "refs, in_reply_to FROM message WHERE "
				   "(id = ?1 AND thread = ?1) OR "
				   "(thread = ?1 AND thread <> id)", "i",
				   thread);

	while (db_row(l->s->db, q)) {
		int64_t id = sqlite3_column_int64(q, 0);
		struct thread_message t = {
			.date = sqlite3_column_int64(q, 1),
			.message_id = keep(m->text, q, 2),
			.references = keep(m->text, q, 3),
			.in_reply_to = keep(m->text, q, 4),
		};

		g_array_append_val(m->messages, t);
		g_array_append_val(m->ids, id);
	}
	return db_done(l->s->db, q, e);
}

/* Lines of the tree: bit d is set where an ancestor at depth d has a later
 * sibling.  Roots have no lines among them. */
static void
append_rows(int64_t thread, const struct members *m,
	    const struct thread_row *rows, GArray *items)
{
	size_t n = m->ids->len, root = 0;
	guint first = items->len;
	uint64_t lines = 0;

	for (size_t i = 0; i < n; i++) {
		struct item item = {
			.id = g_array_index(m->ids, int64_t, rows[i].message),
			.unit = thread, .depth = rows[i].depth,
			.last_child = rows[i].last_child != 0,
		};
		uint64_t bit = item.depth > 0 && item.depth < 64 ?
			UINT64_C(1) << item.depth : 0;

		if (bit)
			lines &= bit - 1;
		else if (item.depth == 0)
			lines = 0;
		item.tree = lines;
		if (bit && !item.last_child)
			lines |= bit;
		g_array_append_val(items, item);
		if (item.depth == 0)
			root = i;
		else
			g_array_index(items, struct item, first + root)
				.replies++;
	}
}

static enum st
expand_many(struct list *l, int64_t thread, GArray *items, struct err *e)
{
	struct members m = {
		.messages = g_array_new(FALSE, FALSE,
					sizeof(struct thread_message)),
		.ids = g_array_new(FALSE, FALSE, sizeof(int64_t)),
		.text = g_string_chunk_new(4096),
	};
	struct thread_row *rows;
	enum st st = read_members(l, thread, &m, e);

	if (st == ST_OK) {
		rows = g_new(struct thread_row, m.ids->len);
		thread_build((struct thread_message *)m.messages->data,
			     m.ids->len, rows);
		append_rows(thread, &m, rows, items);
		g_free(rows);
	}
	g_string_chunk_free(m.text);
	g_array_unref(m.ids);
	g_array_unref(m.messages);
	return st;
}

enum st
list_expand(struct list *l, int64_t thread, GArray *items, struct err *e)
{
	struct item one = { .unit = thread };
	int64_t count = 0;
	sqlite3_stmt *q = db_query(l->s->db, "SELECT count, root FROM thread "
				   "WHERE id = ?", "i", thread);
	enum st st;

	if (db_row(l->s->db, q)) {
		count = sqlite3_column_int64(q, 0);
		one.id = sqlite3_column_int64(q, 1);
	}
	st = db_done(l->s->db, q, e);
	if (st != ST_OK || count > 1)
		return st == ST_OK ? expand_many(l, thread, items, e) : st;
	if (count == 1)
		g_array_append_val(items, one);
	return ST_OK;
}
