/*
 * layout.c - dividing the screen
 */
#include "ui/layout.h"

#include <string.h>

#define PANE_WIDE_ENOUGH 100	/* the pane comes by itself from here on */
#define PANE_COLUMNS 24		/* with its line; a multiple of a tab stop */
#define HINTS_TALL_ENOUGH 12
#define TWO_HINTS_TALL_ENOUGH 32
#define HINTS_FIT_ONE 110

static int
hint_rows(const struct app *app, int rows, int columns)
{
	if (!app->config->ui.hints || rows < HINTS_TALL_ENOUGH)
		return 0;
	/* pico has two, and who writes needs all of them. */
	if (app->focus == WHERE_EDITOR)
		return 2;
	return rows >= TWO_HINTS_TALL_ENOUGH && columns < HINTS_FIT_ONE ? 2 : 1;
}

/* Folders in a pane of their own; on a narrow screen they take the whole
 * of it while they have the keys. */
static void
place_folders(struct layout *l, const struct app *app, struct rect *main)
{
	bool alone = app->focus == WHERE_FOLDERS &&
		     main->columns < PANE_WIDE_ENOUGH;

	l->rule = -1;
	if (alone) {
		l->folders = *main;
		main->columns = 0;
		return;
	}
	if (!app->folders_wanted || main->columns < PANE_WIDE_ENOUGH)
		return;
	l->folders = *main;
	l->folders.columns = PANE_COLUMNS - 2;
	l->rule = PANE_COLUMNS - 2;
	main->column += PANE_COLUMNS;
	main->columns -= PANE_COLUMNS;
}

/* Index, line, message: four ninths are for the index. */
static void
place_below(struct layout *l, const struct rect *main)
{
	l->index = l->split = l->pager = *main;
	l->index.rows = main->rows * 4 / 9;
	l->split.row = main->row + l->index.rows;
	l->split.rows = 1;
	l->pager.row = l->split.row + 1;
	l->pager.rows = main->rows - l->index.rows - 1;
}

void
layout_make(struct layout *l, const struct app *app, int rows, int columns)
{
	int hints = hint_rows(app, rows, columns);
	struct rect main = { 1, 0, rows - 2 - hints, columns };

	memset(l, 0, sizeof(*l));
	l->title = (struct rect){ 0, 0, 1, columns };
	l->status = (struct rect){ rows - 1 - hints, 0, 1, columns };
	l->hints = (struct rect){ rows - hints, 0, hints, columns };
	if (main.rows < 1)
		main.rows = 0;
	l->overlay = main;
	place_folders(l, app, &main);
	if (rows >= LAYOUT_TALL && main.columns > 0 && app->preview_wanted)
		place_below(l, &main);
	else if (app->focus == WHERE_PAGER)
		l->pager = main;
	else
		l->index = main;
}

void
layout_geometry(const struct layout *l, int rows, int columns,
		struct app_geometry *out)
{
	/* The one that is hidden would have the place of the other. */
	const struct rect *index = l->index.rows ? &l->index : &l->pager;
	const struct rect *pager = l->pager.rows ? &l->pager : &l->index;

	memset(out, 0, sizeof(*out));
	out->rows = rows;
	out->columns = columns;
	out->index_rows = index->rows;
	out->pager_rows = pager->rows;
	out->pager_columns = pager->columns ? pager->columns : columns;
	out->folder_rows = l->overlay.rows;
	out->overlay_rows = l->overlay.rows - 1;	/* under its title */
	out->overlay_columns = l->overlay.columns;
	out->pane_fits = columns >= PANE_WIDE_ENOUGH;
	out->split = l->split.rows > 0;
}
