/*
 * vt.h - a terminal's screen, as far as ncurses writes to one
 *
 * Takes what a program writes for TERM=xterm-256color or tmux-256color and
 * keeps the cells, so that a test reads what a person would see.  Unknown
 * sequences are counted, since each would be a hole in what is seen.
 */
#ifndef VERSO_TESTS_VT_H
#define VERSO_TESTS_VT_H

#include <stdbool.h>
#include <stddef.h>

enum vt_attr {
	VT_BOLD = 1 << 0,
	VT_DIM = 1 << 1,
	VT_UNDERLINE = 1 << 2,
	VT_REVERSE = 1 << 3,
	VT_COLOUR = 1 << 4	/* any foreground or background set */
};

struct vt_cell {
	char text[20];		/* a cluster in UTF-8; "" right of a wide one */
	unsigned int attr;
};

struct vt;

struct vt *
vt_new(int rows, int columns);
void
vt_free(struct vt *vt);		/* takes NULL */

/* Bytes in any pieces. */
void
vt_feed(struct vt *vt, const char *bytes, size_t len);

/* The new screen is empty: programs draw anew. */
void
vt_resize(struct vt *vt, int rows, int columns);

/* Row and column count from 0. */
const struct vt_cell *
vt_cell(const struct vt *vt, int row, int column);
/* A row's text without trailing blanks; the caller frees. */
char *
vt_row(const struct vt *vt, int row);
/* All rows, each with a line end; the caller frees. */
char *
vt_text(const struct vt *vt);
/* The first row that contains text, -1 when there is none. */
int
vt_find(const struct vt *vt, const char *text);

void
vt_cursor(const struct vt *vt, int *row, int *column, bool *visible);
/* The program switched to the alternate screen. */
bool
vt_alternate(const struct vt *vt);
/* Sequences that were not understood. */
unsigned int
vt_unknown(const struct vt *vt);

#endif
