/*
 * list.h - a folder in some order, opened at the cost of a screenful
 *
 * A list is positions 0 … count-1 over the live messages of a folder.  It
 * holds a window of row ids around what was asked for and reads more when
 * asked elsewhere; nothing is proportional to the folder except, at most,
 * stepping through an index when jumping far.
 */
#ifndef VERSO_STORE_LIST_H
#define VERSO_STORE_LIST_H

#include "store/store.h"

enum sort {
	SORT_ARRIVAL, SORT_DATE, SORT_FROM, SORT_SUBJECT, SORT_SIZE, SORT_MAX
};

/* "arrival", "date", … */
const char *
sort_name(enum sort sort);
bool
sort_parse(const char *word, enum sort *sort);

struct list_order {
	enum sort sort;
	bool reverse;		/* newest, largest, Z first */
	bool threaded;		/* threads by their newest message (or the sort
				 * key of the root), replies below their
				 * parent */
};

/* One row to draw.  Strings owned by the row: list_row_clear(). */
struct list_row {
	int64_t id;
	uint32_t uid;
	uint32_t flags;		/* enum flag bits */
	char *keywords;
	int64_t date, arrival, size;
	char *from, *to, *subject;
	bool has_body;
	int depth;		/* threaded: 0 for a root */
	bool last_child;	/* threaded: no later sibling */
	uint64_t tree;	/* threaded: bit d set: a line runs on at depth d */
	int replies;		/* threaded: messages below a root */
};

void
list_row_clear(struct list_row *row);

struct list;

enum st
list_open(struct store *s, int64_t folder, const struct list_order *order,
	  struct list **out, struct err *e);
void
list_close(struct list *l);		/* takes NULL */

size_t
list_count(const struct list *l);

/* Fill rows[0 … *n-1] with positions from … from+*n-1; *n is cut at the
 * end. */
enum st
list_rows(struct list *l, size_t from, struct list_row *rows, size_t *n,
	  struct err *e);

/* The row id at a position, 0 beyond the end. */
int64_t
list_id_at(struct list *l, size_t pos);

/* How deep in its thread the row at a position stands: 0 for a root, and in
 * a list that is not threaded. */
int
list_depth(struct list *l, size_t pos);

/* The position of a row id, SIZE_MAX when it is not in the list. */
size_t
list_position(struct list *l, int64_t id);

/* The position of the next (dir 1) or previous (dir -1) unread message from
 * pos, pos not included, wrapping round; SIZE_MAX: none. */
size_t
list_find_unread(struct list *l, size_t pos, int dir);

/* The store changed: count and window are read again when next asked for. */
enum st
list_refresh(struct list *l, struct err *e);

#endif
