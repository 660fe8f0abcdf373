/*
 * overlay.h - lists laid over the rest: help, the parts of a message, the
 * queue
 */
#ifndef VERSO_CONTROL_OVERLAY_H
#define VERSO_CONTROL_OVERLAY_H

#include "control/app.h"

/* Columns that a name of others' (a subject, a file) gets in a list. */
#define OVERLAY_NAME_MAX 160

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
/* How many rows fit on the screen from the first one shown, at least 1. */
size_t
overlay_rows(const struct app *app);
/* The same for the page that ends before the first one shown. */
size_t
overlay_rows_above(const struct app *app);
/* The columns of a row's texts at this width; the lines that a row takes; the
 * lines of the rows from … to-1, where counting stops beyond most. */
void
overlay_plan(const struct app *app, struct overlay_plan *p);
int
overlay_height(const struct overlay_plan *p, const struct overlay_row *row);
int
overlay_lines(const struct app *app, size_t from, size_t to, int most);
/* NULL: the list is empty. */
const struct overlay_row *
overlay_current(const struct app *app);

#endif
