/*
 * vt_screen.h - what the two halves of the terminal share
 */
#ifndef VERSO_TESTS_VT_SCREEN_H
#define VERSO_TESTS_VT_SCREEN_H

#include <stdint.h>

#include <glib.h>

#include "vt.h"

struct vt {
	struct vt_cell *cells;
	int rows, columns;
	int row, column;
	bool wrap;		/* the last column is written: next wraps */
	int top, bottom;	/* scroll region, bottom not in it */
	unsigned int attr;
	int saved_row, saved_column;
	bool hidden, alternate;
	uint32_t last;		/* what REP repeats */
	unsigned int unknown;
	/* the parser's */
	GString *escape;	/* since ESC, which is in it; or UTF-8 begun */
};

void
vt_move(struct vt *vt, int row, int column);
void
vt_scroll(struct vt *vt, int top, int n);
void
vt_line_feed(struct vt *vt);
void
vt_shift(struct vt *vt, int n);
void
vt_erase_cells(struct vt *vt, int n);
void
vt_erase_line(struct vt *vt, int what);
void
vt_erase_screen(struct vt *vt, int what);
void
vt_put(struct vt *vt, uint32_t ucs4);

#endif
