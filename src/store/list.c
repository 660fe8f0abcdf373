/*
 * list.c - positions over a folder in some order
 */
#include "store/list.h"

#include <string.h>

#include "store/list_private.h"

/* Up to so many unread messages are looked at one by one. */
#define FEW_UNREAD 800

void
list_row_clear(struct list_row *row)
{
	g_free(row->keywords);
	g_free(row->from);
	g_free(row->to);
	g_free(row->subject);
	memset(row, 0, sizeof(*row));
}

static enum st
read_count(struct list *l, struct err *e)
{
	int64_t total;
	enum st st = db_int(l->s->db, &total, -1, e, "SELECT total FROM "
			    "folder WHERE id = ?", "i", l->folder);

	if (st == ST_OK && total < 0)
		return err_set(e, ST_GONE, "The folder is not here any more.");
	if (st == ST_OK)
		l->count = (size_t)total;
	return st;
}

enum st
list_open(struct store *s, int64_t folder, const struct list_order *order,
	  struct list **out, struct err *e)
{
	struct list *l;
	enum st st = tx_see(s, e);

	if (st != ST_OK)
		return st;
	l = g_new0(struct list, 1);
	l->s = s;
	l->folder = folder;
	l->order = *order;
	l->items = g_array_new(FALSE, FALSE, sizeof(struct item));
	list_sql(l);
	st = read_count(l, e);
	if (st != ST_OK) {
		list_close(l);
		return st;
	}
	*out = l;
	return ST_OK;
}

void
list_close(struct list *l)
{
	if (!l)
		return;
	g_array_unref(l->items);
	g_free(l);
}

size_t
list_count(const struct list *l)
{
	return l->count;
}

static enum st
read_row(struct list *l, const struct item *item, struct list_row *row,
	 struct err *e)
{
	sqlite3_stmt *q = db_query(l->s->db, "SELECT uid, flags, keywords, "
				   "date, arrival, size, sender, rcpt, "
				   "subject, uid > 4294967295 OR EXISTS(SELECT "
				   "1 FROM body b WHERE b.id = m.id) FROM "
				   "message m WHERE id = ?",
				   "i", item->id);

	memset(row, 0, sizeof(*row));
	row->id = item->id;
	row->depth = item->depth;
	row->last_child = item->last_child;
	row->tree = item->tree;
	row->replies = item->replies;
	if (db_row(l->s->db, q)) {
		row->uid = sqlite3_column_int64(q, 0) <= UINT32_MAX ?
			(uint32_t)sqlite3_column_int64(q, 0) : 0;
		row->flags = (uint32_t)sqlite3_column_int64(q, 1);
		row->keywords = db_text(q, 2);
		row->date = sqlite3_column_int64(q, 3);
		row->arrival = sqlite3_column_int64(q, 4);
		row->size = sqlite3_column_int64(q, 5);
		row->from = db_text(q, 6);
		row->to = db_text(q, 7);
		row->subject = db_text(q, 8);
		row->has_body = sqlite3_column_int(q, 9) != 0;
	}
	return db_done(l->s->db, q, e);
}

enum st
list_rows(struct list *l, size_t from, struct list_row *rows, size_t *n,
	  struct err *e)
{
	size_t want = *n;
	bool begun = db_see_begin(l->s->db);
	enum st st = list_load(l, from, want, e);

	*n = 0;
	while (st == ST_OK && *n < want) {
		const struct item *item = list_item(l, from + *n);

		if (!item)
			break;
		st = read_row(l, item, &rows[*n], e);
		if (st == ST_OK)
			++*n;
	}
	db_see_end(l->s->db, begun);
	return st;
}

int
list_depth(struct list *l, size_t pos)
{
	const struct item *item;

	if (list_load(l, pos, 1, NULL) != ST_OK)
		return 0;
	item = list_item(l, pos);
	return item ? item->depth : 0;
}

int64_t
list_id_at(struct list *l, size_t pos)
{
	const struct item *item;

	if (list_load(l, pos, 1, NULL) != ST_OK)
		return 0;
	item = list_item(l, pos);
	return item ? item->id : 0;
}

/* Inside the window. */
static size_t
position_in_window(const struct list *l, int64_t id)
{
	for (guint i = 0; i < l->items->len; i++)
		if (g_array_index(l->items, struct item, i).id == id)
			return l->from + i;
	return SIZE_MAX;
}

/* The unit that a message belongs to, 0 when it is in another folder. */
static int64_t
unit_of(struct list *l, int64_t id)
{
	int64_t unit;

	db_int(l->s->db, &unit, 0, NULL, l->order.threaded ?
	       "SELECT thread FROM message WHERE id = ? AND folder = ?" :
	       "SELECT id FROM message WHERE id = ? AND folder = ?", "ii", id,
	       l->folder);
	return unit;
}

size_t
list_position(struct list *l, int64_t id)
{
	size_t pos = position_in_window(l, id);
	int64_t unit;

	if (pos != SIZE_MAX)
		return pos;
	unit = unit_of(l, id);
	pos = unit ? list_unit_position(l, unit) : SIZE_MAX;
	if (pos == SIZE_MAX || !l->order.threaded)
		return pos;
	if (list_place(l, unit, pos, NULL) != ST_OK)
		return SIZE_MAX;
	return position_in_window(l, id);
}

/* ---- the next unread message ------------------------------------------- */

static bool
is_unread(struct list *l, int64_t id)
{
	int64_t flags;

	db_int(l->s->db, &flags, FLAG_SEEN, NULL, "SELECT flags FROM message "
	       "WHERE id = ?", "i", id);
	return !(flags & FLAG_SEEN);
}

/* Among the positions of the unit that pos is in, beyond pos. */
static size_t
unread_in_unit(struct list *l, size_t pos, int dir)
{
	const struct item *item = list_item(l, pos);
	int64_t unit = item ? item->unit : 0;

	for (;;) {
		pos += (size_t)dir;
		item = list_item(l, pos);
		if (!item || item->unit != unit)
			return SIZE_MAX;
		if (is_unread(l, item->id))
			return pos;
	}
}

/* The first unit beyond anchor (0: from the end) with an unread message. */
static int64_t
unread_unit(struct list *l, int64_t anchor, int dir)
{
	int64_t unread, unit = 0;
	sqlite3_stmt *q;

	db_int(l->s->db, &unread, 0, NULL, "SELECT unread FROM folder WHERE "
	       "id = ?", "i", l->folder);
	if (unread == 0)
		return 0;
	q = list_bound(l, l->unread[unread > FEW_UNREAD][anchor != 0][dir > 0],
		       anchor);
	if (!q)
		return 0;
	if (db_row(l->s->db, q))
		unit = sqlite3_column_int64(q, 0);
	db_done(l->s->db, q, NULL);
	return unit;
}

/* The first (dir 1) or last (dir -1) unread position of a unit. */
static size_t
unread_of_unit(struct list *l, int64_t unit, int dir)
{
	size_t pos = list_unit_position(l, unit);
	size_t found = SIZE_MAX;

	if (pos == SIZE_MAX || (!list_item(l, pos) &&
				list_place(l, unit, pos, NULL) != ST_OK))
		return SIZE_MAX;
	for (;; pos++) {
		const struct item *item = list_item(l, pos);

		if (!item || item->unit != unit)
			return found;
		if (!is_unread(l, item->id))
			continue;
		found = pos;
		if (dir > 0)
			return found;
	}
}

size_t
list_find_unread(struct list *l, size_t pos, int dir)
{
	const struct item *item;
	size_t found = SIZE_MAX;
	int64_t anchor = 0, unit;

	dir = dir < 0 ? -1 : 1;
	if (pos < l->count && list_load(l, pos, 1, NULL) == ST_OK) {
		item = list_item(l, pos);
		anchor = item ? item->unit : 0;
		found = unread_in_unit(l, pos, dir);
	}
	if (found != SIZE_MAX)
		return found;
	unit = unread_unit(l, anchor, dir);
	if (!unit && anchor)	/* round the end */
		unit = unread_unit(l, 0, dir);
	found = unit ? unread_of_unit(l, unit, dir) : SIZE_MAX;
	return found == pos ? SIZE_MAX : found;
}

enum st
list_refresh(struct list *l, struct err *e)
{
	g_array_set_size(l->items, 0);
	l->from = 0;
	return read_count(l, e);
}
