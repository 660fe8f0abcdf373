/*
 * layout.h - where everything is on a screen of a given size
 *
 * From 20 columns by 5 rows up; below that nothing is promised but that
 * nothing breaks.  A rectangle without rows or columns is not shown.
 */
#ifndef VERSO_UI_LAYOUT_H
#define VERSO_UI_LAYOUT_H

#include "control/app.h"

/* A tall screen has the message below the index, so that neither hides the
 * other: opening and leaving a message draws only half of the screen. */
#define LAYOUT_TALL 36

struct rect {
	int row, column, rows, columns;
};

struct layout {
	struct rect title;	/* one row at the top */
	struct rect folders;	/* the pane at the left */
	int rule;		/* column of the line beside it, -1: none */
	struct rect index;
	struct rect split;	/* the line between index and pager */
	struct rect pager;	/* in the index's place, or below it */
	struct rect overlay;	/* over the main part, when there is one */
	struct rect status;	/* one row, also the prompt's */
	struct rect hints;	/* 0 to 2 rows at the bottom */
};

void
layout_make(struct layout *l, const struct app *app, int rows, int columns);

/* The same in the controller's terms. */
void
layout_geometry(const struct layout *l, int rows, int columns,
		struct app_geometry *out);

#endif
