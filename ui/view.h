/*
 * view.h - the parts of the screen, each a read-only function of the app
 *
 * A view draws the whole of its canvas and puts the terminal's cursor
 * nowhere: the screen does that.  What a view keeps is only what it has
 * drawn, so as not to ask for it twice.
 */
#ifndef VERSO_UI_VIEW_H
#define VERSO_UI_VIEW_H

#include "control/app.h"
#include "ui/canvas.h"

/* ---- the message index (view_index.c) ---------------------------------- */

struct view_index;

struct view_index *
view_index_new(void);
void
view_index_free(struct view_index *v);	/* takes NULL */

/* What may be other than what was drawn last. */
enum view_change {
	VIEW_ALL,	/* also what stands on the terminal there */
	VIEW_ROWS,	/* the messages, or their order */
	VIEW_CURSOR	/* the cursor, or the first row */
};

void
view_index_draw(struct view_index *v, const struct canvas *c, struct app *app,
		enum view_change change);

/* Why there is nothing to see, and what to press.  The caller frees. */
char *
view_index_empty(const struct app *app);

/* ---- the others -------------------------------------------------------- */

void
view_folders_draw(const struct canvas *c, struct app *app);

void
view_pager_draw(const struct canvas *c, const struct app *app);

/* The look of a quote of that depth, 0: plain text. */
enum look
view_quote_look(int depth);

/* The text that is being written (app->edit is there), and where its cursor
 * belongs on the canvas. */
void
view_editor_draw(const struct canvas *c, const struct app *app, int *row,
		 int *column);

/* A letter that is being written, over the main part. */
void
view_compose_draw(const struct canvas *c, const struct app *app);

/* Help and parts; row 0 is its title. */
void
view_overlay_draw(const struct canvas *c, const struct app *app);

#endif
