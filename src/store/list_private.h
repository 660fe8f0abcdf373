/*
 * list_private.h - the window that a list holds, and how it is filled
 *
 * An order is walked along an index in units: messages in a flat list,
 * threads in a threaded one.  A walk starts at either end or at a unit that
 * is known (the anchor) and skips what lies before the wanted positions, so
 * its cost is the distance, in index steps, from the nearest known place.
 */
#ifndef VERSO_STORE_LIST_PRIVATE_H
#define VERSO_STORE_LIST_PRIVATE_H

#include "store/list.h"
#include "store/private.h"

/* One position. */
struct item {
	int64_t id, unit;	/* message; the unit that it belongs to */
	int depth, replies;
	bool last_child;
	uint64_t tree;
};

struct list {
	struct store *s;
	int64_t folder;
	struct list_order order;
	size_t count;
	size_t from;		/* position of the first item */
	GArray *items;		/* struct item: the window, whole units */
	/* Statements: [anchored][forward], in the list's direction. */
	const char *walk[2][2];
	const char *anchor;	/* sort columns of a unit */
	const char *before;	/* messages of the units before an anchor */
	const char *unread[2][2][2];	/* [many][anchored][forward] */
	int keys;		/* sort columns of a unit */
};

/* list_sql.c: the statements of an order. */
void
list_sql(struct list *l);

/* list_thread.c: append the messages of a thread in display order. */
enum st
list_expand(struct list *l, int64_t thread, GArray *items, struct err *e);

/* list_window.c: make the window hold positions from … from+n-1. */
enum st
list_load(struct list *l, size_t from, size_t n, struct err *e);
/* The item at a position inside the window, else NULL. */
const struct item *
list_item(const struct list *l, size_t pos);
/* A statement with the list's folder and, when unit is not 0, the sort
 * columns of that unit bound; NULL when the unit is gone. */
sqlite3_stmt *
list_bound(struct list *l, const char *sql, int64_t unit);
/* The position at which a unit begins, SIZE_MAX when it is gone. */
size_t
list_unit_position(struct list *l, int64_t unit);

/* Make the window that unit alone, which begins at pos. */
enum st
list_place(struct list *l, int64_t unit, size_t pos, struct err *e);

#endif
