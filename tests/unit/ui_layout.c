/*
 * ui_layout.c - every size of screen has a place for what matters
 */
#include "ui/layout.h"

#include <criterion/criterion.h>

static struct config config = { .ui = { .hints = true } };

static struct layout
make(enum where focus, bool folders, int rows, int columns)
{
	struct app app = { .config = &config, .focus = focus,
			   .folders_wanted = folders,
			   .preview_wanted = true };
	struct layout l;

	layout_make(&l, &app, rows, columns);
	return l;
}

static bool
inside(const struct rect *r, int rows, int columns)
{
	return r->rows <= 0 || r->columns <= 0 ||
	       (r->row >= 0 && r->column >= 0 && r->row + r->rows <= rows &&
		r->column + r->columns <= columns);
}

Test(layout, nothing_leaves_the_screen)
{
	static const enum where focus[] = { WHERE_INDEX, WHERE_PAGER,
					    WHERE_FOLDERS };

	for (int rows = 2; rows < 60; rows++)
		for (int columns = 1; columns < 140; columns++)
			for (int f = 0; f < 3; f++) {
				struct layout l = make(focus[f], true, rows,
						       columns);

				cr_assert(inside(&l.title, rows, columns));
				cr_assert(inside(&l.folders, rows, columns));
				cr_assert(inside(&l.index, rows, columns));
				cr_assert(inside(&l.pager, rows, columns));
				cr_assert(inside(&l.overlay, rows, columns));
				cr_assert(inside(&l.status, rows, columns));
				cr_assert(inside(&l.hints, rows, columns));
			}
}

Test(layout, the_usual_screen)
{
	struct layout l = make(WHERE_INDEX, true, 24, 80);

	cr_assert_eq(l.index.rows, 21);
	cr_assert_eq(l.index.columns, 80);
	cr_assert_eq(l.folders.columns, 0);
	cr_assert_eq(l.pager.rows, 0);
	cr_assert_eq(l.status.row, 22);
	cr_assert_eq(l.hints.rows, 1);
}

Test(layout, the_pane_comes_with_room)
{
	struct layout l = make(WHERE_INDEX, true, 40, 120);

	cr_assert_eq(l.folders.columns, 22);
	cr_assert_eq(l.rule, 22);
	cr_assert_eq(l.index.column, 24);
	cr_assert_eq(l.index.columns, 96);
	l = make(WHERE_INDEX, false, 40, 120);
	cr_assert_eq(l.folders.columns, 0);
	cr_assert_eq(l.index.columns, 120);
}

Test(layout, tall_screens_show_both)
{
	struct layout l = make(WHERE_INDEX, true, 40, 120);
	struct app_geometry g;

	cr_assert_eq(l.index.rows, 16);
	cr_assert_eq(l.split.row, 17);
	cr_assert_eq(l.pager.row, 18);
	cr_assert_eq(l.pager.rows, 20);
	layout_geometry(&l, 40, 120, &g);
	cr_assert(g.split);
	cr_assert(g.pane_fits);
	cr_assert_eq(g.index_rows, 16);
	cr_assert_eq(g.pager_rows, 20);
	l = make(WHERE_PAGER, true, 35, 120);
	cr_assert_eq(l.split.rows, 0);
	cr_assert_eq(l.index.rows, 0);
}

Test(layout, folders_fill_a_narrow_screen)
{
	struct layout l = make(WHERE_FOLDERS, false, 24, 80);
	struct app_geometry g;

	cr_assert_eq(l.folders.columns, 80);
	cr_assert_eq(l.index.columns, 0);
	layout_geometry(&l, 24, 80, &g);
	cr_assert(!g.pane_fits);
	cr_assert_eq(g.index_rows, 21);
	cr_assert_eq(g.pager_columns, 80);
}

Test(layout, tiny_screens_have_rows)
{
	struct layout l = make(WHERE_PAGER, true, 5, 20);

	cr_assert_eq(l.pager.rows, 3);
	cr_assert_eq(l.pager.columns, 20);
	cr_assert_eq(l.hints.rows, 0);
}
