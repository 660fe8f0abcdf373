/*
 * list_window.c - the stretch of a list that is held in memory
 */
#include <string.h>

#include "store/list_private.h"

/* Positions read beyond those that were asked for, so that scrolling by a
 * line does not read for every line. */
#define MARGIN 150
/* A window is grown to a place so far away, rather than made anew there. */
#define NEAR 1000
/* A window that has grown larger is cut to what is about the place. */
#define WINDOW_MAX 2000
/* Units stepped over to find a known place near another. */
#define STEPS 2000

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

/* Walk until the positions from … end-1 are passed and keep the units that
 * overlap them; *first: where the first of them begins. */
static enum st
collect(struct list *l, const struct start *start, size_t from, size_t end,
	GArray *units, size_t *first, struct err *e)
{
	const char *sql = l->walk[start->anchor != 0][start->forward];
	sqlite3_stmt *q = list_bound(l, sql, start->anchor);
	size_t pos = start->pos;
	bool done = start->forward ? pos >= end : pos <= from;

	*first = pos;
	if (!q && start->anchor)	/* it went meanwhile */
		return ST_GONE;
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

/* The messages of units, which were met in the given direction. */
static enum st
expand(struct list *l, const GArray *units, bool forward, GArray *items,
       struct err *e)
{
	enum st st = ST_OK;

	for (guint i = 0; i < units->len && st == ST_OK; i++) {
		guint at = forward ? i : units->len - 1 - i;
		int64_t id = g_array_index(units, struct unit, at).id;
		struct item one = { .id = id, .unit = id };

		if (l->order.threaded)
			st = list_expand(l, id, items, e);
		else
			g_array_append_val(items, one);
	}
	return st;
}

static void
consider(struct start *best, size_t *least, const struct start *other,
	 size_t distance)
{
	if (distance < *least) {
		*best = *other;
		*least = distance;
	}
}

/* The known place that is nearest to a stretch which the window is not near:
 * either end, or either end of the window. */
static struct start
nearest(const struct list *l, size_t from, size_t end)
{
	struct start best = { .forward = true };
	size_t least = from, n = l->items->len;
	struct start other = { .forward = false, .pos = l->count };
	const struct item *items = (struct item *)l->items->data;

	consider(&best, &least, &other, l->count - end);
	if (n > 0 && end <= l->from) {
		other.pos = l->from;
		other.anchor = items[0].unit;
		consider(&best, &least, &other, l->from - end);
	} else if (n > 0 && from >= l->from + n) {
		other.forward = true;
		other.pos = l->from + n;
		other.anchor = items[n - 1].unit;
		consider(&best, &least, &other, from - l->from - n);
	}
	return best;
}

static enum st
jump(struct list *l, size_t from, size_t end, struct err *e)
{
	GArray *units = g_array_new(FALSE, FALSE, sizeof(struct unit));
	struct start start = nearest(l, from, end);
	size_t first;
	enum st st = collect(l, &start, from, end, units, &first, e);

	g_array_set_size(l->items, 0);
	l->from = 0;
	if (st == ST_OK)
		st = expand(l, units, start.forward, l->items, e);
	if (st == ST_OK)
		l->from = first;
	g_array_unref(units);
	return st;
}

/* Add what lies between the window and a position before or behind it. */
static enum st
grow(struct list *l, size_t to, bool forward, struct err *e)
{
	GArray *units = g_array_new(FALSE, FALSE, sizeof(struct unit));
	GArray *items = g_array_new(FALSE, FALSE, sizeof(struct item));
	const struct item *old = (struct item *)l->items->data;
	guint n = l->items->len;
	struct start start = {
		.forward = forward,
		.anchor = old[forward ? n - 1 : 0].unit,
		.pos = forward ? l->from + n : l->from,
	};
	size_t first = l->from;
	enum st st = forward ?
		collect(l, &start, start.pos, to, units, &first, e) :
		collect(l, &start, to, start.pos, units, &first, e);

	if (st == ST_OK)
		st = expand(l, units, forward, items, e);
	if (st == ST_OK && forward)
		g_array_append_vals(l->items, items->data, items->len);
	else if (st == ST_OK)
		g_array_prepend_vals(l->items, items->data, items->len);
	if (st == ST_OK && !forward)
		l->from = first;
	g_array_unref(items);
	g_array_unref(units);
	return st;
}

/* Let go of whole units far from the stretch. */
static void
trim(struct list *l, size_t from, size_t end)
{
	const struct item *items = (struct item *)l->items->data;
	size_t n = l->items->len, cut;

	if (n <= WINDOW_MAX)
		return;
	if (end + MARGIN < l->from + n) {
		cut = end + MARGIN - l->from;
		while (cut < n && items[cut].unit == items[cut - 1].unit)
			cut++;
		g_array_set_size(l->items, (guint)cut);
	}
	if (from > l->from + MARGIN) {
		cut = from - MARGIN - l->from;
		while (cut > 0 && items[cut].unit == items[cut - 1].unit)
			cut--;
		if (cut > 0)
			g_array_remove_range(l->items, 0, (guint)cut);
		l->from += cut;
	}
}

static bool
is_near(const struct list *l, size_t from, size_t end)
{
	size_t n = l->items->len;

	return n > 0 && end + NEAR >= l->from && from <= l->from + n + NEAR;
}

enum st
list_load(struct list *l, size_t from, size_t n, struct err *e)
{
	size_t end;
	enum st st = ST_OK;

	if (from >= l->count || n == 0)
		return ST_OK;
	n = MIN(n, l->count - from);
	if (list_item(l, from) && list_item(l, from + n - 1))
		return ST_OK;
	end = MIN(from + n + MARGIN, l->count);
	from = from > MARGIN ? from - MARGIN : 0;
	if (is_near(l, from, end)) {
		if (from < l->from)
			st = grow(l, from, false, e);
		if (st == ST_OK && end > l->from + l->items->len)
			st = grow(l, end, true, e);
		if (st == ST_OK)
			trim(l, from, end);
		if (st != ST_GONE)
			return st;
	}
	st = jump(l, from, end, e);
	return st == ST_GONE ? jump(l, from, end, e) : st;
}

/* ---- the position of a unit -------------------------------------------- */

/* Step from a unit towards one end; true when a known place was met within
 * STEPS units: *known is its position, *between the messages in between. */
static bool
step(struct list *l, int64_t unit, bool forward, size_t *known,
     size_t *between)
{
	const struct item *items = (struct item *)l->items->data;
	size_t n = l->items->len;
	int64_t mark = n ? items[forward ? 0 : n - 1].unit : 0;
	sqlite3_stmt *q = list_bound(l, l->walk[1][forward], unit);
	bool met = false, end = true;

	*between = 0;
	for (int i = 0; q && db_row(l->s->db, q); i++) {
		int64_t id = sqlite3_column_int64(q, 0);

		met = mark && id == mark;
		end = false;
		if (met || i == STEPS)
			break;
		end = true;
		*between += (size_t)sqlite3_column_int64(q, 1);
	}
	if (!q || db_done(l->s->db, q, NULL) != ST_OK)
		return false;
	*known = forward ? l->count : 0;
	if (met)
		*known = forward ? l->from : l->from + n;
	return met || end;
}

static size_t
unit_size(struct list *l, int64_t unit)
{
	int64_t n = 1;

	if (l->order.threaded)
		db_int(l->s->db, &n, 1, NULL, "SELECT count FROM thread WHERE "
		       "id = ?", "i", unit);
	return (size_t)n;
}

size_t
list_unit_position(struct list *l, int64_t unit)
{
	sqlite3_stmt *q = list_bound(l, l->before, unit);
	size_t pos = SIZE_MAX, known, between, own;

	if (!q)
		return SIZE_MAX;
	if (step(l, unit, false, &known, &between))
		return known + between;
	own = unit_size(l, unit);
	if (step(l, unit, true, &known, &between) && known >= between + own)
		return known - between - own;
	q = list_bound(l, l->before, unit);
	if (db_row(l->s->db, q))
		pos = (size_t)sqlite3_column_int64(q, 0);
	return db_done(l->s->db, q, NULL) == ST_OK ? pos : SIZE_MAX;
}

enum st
list_place(struct list *l, int64_t unit, size_t pos, struct err *e)
{
	struct item one = { .id = unit, .unit = unit };
	enum st st = ST_OK;

	g_array_set_size(l->items, 0);
	if (l->order.threaded)
		st = list_expand(l, unit, l->items, e);
	else
		g_array_append_val(l->items, one);
	l->from = pos;
	return st;
}
