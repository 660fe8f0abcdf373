/*
 * list_window.c - the stretch of a list that is held in memory
 */
#include <string.h>

#include "store/list_private.h"

/* Positions read beyond those that were asked for, so that scrolling by a
 * line does not read for every line. */
#define MARGIN 150

/* A unit met on a walk. */
struct unit {
	int64_t id;
	size_t count;
};

const struct item *
list_item(const struct list *l, size_t pos)
{
	if (pos < l->from || pos - l->from >= l->items->len)
		return NULL;
	return &g_array_index(l->items, struct item, pos - l->from);
}

sqlite3_stmt *
list_bound(struct list *l, const char *sql, int64_t unit)
{
	sqlite3_stmt *a, *q = db_query(l->s->db, sql, "i", l->folder);
	bool there = true;

	if (unit == 0 || !q)
		return q;
	a = db_query(l->s->db, l->anchor, "ii", l->folder, unit);
	there = db_row(l->s->db, a);
	for (int i = 0; there && i < l->keys; i++)
		sqlite3_bind_value(q, 2 + i, sqlite3_column_value(a, i));
	db_done(l->s->db, a, NULL);
	return there ? q : NULL;
}

/* Where a walk begins. */
struct start {
	bool forward;
	int64_t anchor;		/* unit before the first one met; 0: an end */
	size_t pos;		/* position at which the first one met begins
				 * (backward: ends) */
};

static size_t
distance(const struct start *st, size_t from, size_t end)
{
	if (st->forward)
		return from >= st->pos ? from - st->pos : SIZE_MAX;
	return st->pos >= end ? st->pos - end : SIZE_MAX;
}

static void
consider(struct start *best, const struct start *other, size_t from,
	 size_t end)
{
	if (distance(other, from, end) < distance(best, from, end))
		*best = *other;
}

/* The known place that is nearest to the wanted stretch. */
static struct start
nearest(const struct list *l, size_t from, size_t end)
{
	struct start best = { .forward = true };
	struct start other = { .forward = false, .pos = l->count };
	const struct item *items = (struct item *)l->items->data;
	size_t n = l->items->len;

	consider(&best, &other, from, end);
	if (n == 0)
		return best;
	other.pos = l->from;
	other.anchor = items[0].unit;
	consider(&best, &other, from, end);
	other.forward = true;
	other.pos = l->from + n;
	other.anchor = items[n - 1].unit;
	consider(&best, &other, from, end);
	return best;
}

/* Walk and keep the units that overlap the stretch; *first: where the first
 * of them begins. */
static enum st
collect(struct list *l, const struct start *start, size_t from, size_t end,
	GArray *units, size_t *first, struct err *e)
{
	const char *sql = l->walk[start->anchor != 0][start->forward];
	sqlite3_stmt *q = list_bound(l, sql, start->anchor);
	size_t pos = start->pos;
	bool done = false;

	if (!q && start->anchor)	/* it went meanwhile */
		return ST_GONE;
	*first = pos;
	while (!done && db_row(l->s->db, q)) {
		struct unit u = { sqlite3_column_int64(q, 0),
				  (size_t)sqlite3_column_int64(q, 1) };

		if (start->forward) {
			if (pos + u.count > from)
				g_array_append_val(units, u);
			else
				*first = pos + u.count;
			pos += u.count;
			done = pos >= end;
		} else {
			pos = pos > u.count ? pos - u.count : 0;
			if (pos < end)
				g_array_append_val(units, u);
			*first = pos;
			done = pos <= from;
		}
	}
	return db_done(l->s->db, q, e);
}

static enum st
fill(struct list *l, GArray *units, bool forward, struct err *e)
{
	enum st st = ST_OK;

	g_array_set_size(l->items, 0);
	for (guint i = 0; i < units->len && st == ST_OK; i++) {
		guint at = forward ? i : units->len - 1 - i;
		int64_t id = g_array_index(units, struct unit, at).id;
		struct item one = { .id = id, .unit = id };

		if (l->order.threaded)
			st = list_expand(l, id, l->items, e);
		else
			g_array_append_val(l->items, one);
	}
	return st;
}

enum st
list_load(struct list *l, size_t from, size_t n, struct err *e)
{
	GArray *units;
	struct start start;
	size_t end, first;
	enum st st;

	if (from >= l->count || n == 0)
		return ST_OK;
	n = MIN(n, l->count - from);
	if (list_item(l, from) && list_item(l, from + n - 1))
		return ST_OK;
	end = MIN(from + n + MARGIN, l->count);
	from = from > MARGIN ? from - MARGIN : 0;
	units = g_array_new(FALSE, FALSE, sizeof(struct unit));
	start = nearest(l, from, end);
	st = collect(l, &start, from, end, units, &first, e);
	if (st == ST_GONE) {
		g_array_set_size(l->items, 0);
		start = nearest(l, from, end);
		st = collect(l, &start, from, end, units, &first, e);
	}
	if (st == ST_OK)
		st = fill(l, units, start.forward, e);
	l->from = first;
	g_array_unref(units);
	return st;
}

size_t
list_unit_position(struct list *l, int64_t unit)
{
	sqlite3_stmt *q = list_bound(l, l->before, unit);
	size_t pos = SIZE_MAX;

	if (!q)
		return SIZE_MAX;
	if (db_row(l->s->db, q))
		pos = (size_t)sqlite3_column_int64(q, 0);
	return db_done(l->s->db, q, NULL) == ST_OK ? pos : SIZE_MAX;
}
