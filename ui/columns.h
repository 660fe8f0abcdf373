/*
 * columns.h - the columns of the message index
 *
 * A row is: mark, two flags, date, size, sender, subject with the lines of
 * the thread.  Widths follow from the width of the index alone, so that they
 * stay where they are when one pages; sender and subject begin at tab stops
 * where there is room, which lets a terminal be moved there with one byte.
 */
#ifndef VERSO_UI_COLUMNS_H
#define VERSO_UI_COLUMNS_H

#include <glib.h>

#include "store/list.h"
#include "ui/canvas.h"

/* Mark and flags: what shows where the cursor is, and no more, so that moving
 * it is cheap over a slow line. */
#define COLUMNS_HANDLE 3

/* Where each column begins and how wide it is; width 0: not shown.  The mark
 * is column 0, the flags are 1 and 2. */
struct columns {
	int date, date_width;
	int size, size_width;
	int from, from_width;
	int subject, subject_width;
};

void
columns_plan(struct columns *p, int width);

/* What is not in the row itself. */
struct columns_context {
	int64_t now;
	bool outgoing;		/* show to whom, not from whom */
	bool threaded;
	const char *above;	/* subject of the row above, NULL: none */
	int64_t open;		/* row id of the message being read, 0: none */
	GHashTable *tagged;	/* row ids as int64_t; NULL: none */
};

/* Draw one row; the one with the cursor has its handle (mark
 * and flags) marked. */
void
columns_draw(const struct canvas *c, const struct columns *p, int at,
	     const struct list_row *row, const struct columns_context *x,
	     bool cursor);

/*
 * A number for everything that columns_draw() looks at, but for the columns:
 * rows with the same one look the same.  Never 0.
 */
uint64_t
columns_digest(const struct list_row *row, const struct columns_context *x,
	       bool cursor);

/* Only the handle: all that differs when the cursor comes or goes. */
void
columns_draw_handle(const struct canvas *c, int at, const struct list_row *row,
		    const struct columns_context *x, bool cursor);

/* "14:03" today, "Mon" within a week, "12 May" within a year, "May '23"
 * before; "" for 0.  Local time; at most 7 columns. */
void
columns_date(char *buf, size_t size, int64_t date, int64_t now);

/* "812", "1.2k", "640k", "12M": at most 4 columns. */
void
columns_size(char *buf, size_t size, int64_t octets);

/* The lines before a subject at this depth.  The caller frees. */
char *
columns_tree(const struct canvas *c, const struct list_row *row, int max);

#endif
