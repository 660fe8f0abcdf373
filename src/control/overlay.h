/*
 * overlay.h - lists laid over the rest: help, the parts of a message, the
 * queue
 */
#ifndef VERSO_CONTROL_OVERLAY_H
#define VERSO_CONTROL_OVERLAY_H

#include "control/app.h"

/* The commands that apply where the keys are, with their keys. */
void
overlay_help(struct app *app);
/* The parts of the message in the pager. */
void
overlay_parts(struct app *app);
/* A list of decisions. */
void
overlay_lay(struct app *app, enum where where, enum overlay_list list,
	    const char *title);
/* Read again what is listed. */
void
overlay_refresh(struct app *app);
void
overlay_close(struct app *app);
/* Rows (struct overlay_row) for the list that app->overlay names. */
void
overlay_queue_rows(struct app *app, GPtrArray *rows);

/* Narrow the list to the rows that have every word of the filter in them. */
void
overlay_filter(struct app *app, const char *filter);

void
overlay_move(struct app *app, size_t row);
void
overlay_keep_in_view(struct app *app);
size_t
overlay_rows(const struct app *app);	/* on the screen, at least 1 */
/* NULL: the list is empty. */
const struct overlay_row *
overlay_current(const struct app *app);

#endif
