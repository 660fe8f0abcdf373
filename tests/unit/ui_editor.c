/*
 * ui_editor.c - a text that is being written, on the screen
 */
#include <string.h>

#include <criterion/criterion.h>

#include "control/edit.h"
#include "control_fakes.h"
#include "ui_screen.h"

static void
done(struct app *app, enum edit_end end, const char *text, size_t len,
     void *ctx)
{
}

static struct bench
writing(int rows, int columns, const char *text)
{
	struct bench b;

	fake_reset();
	fake_message(fake_folder("work", "INBOX"), 1, "Tea", "body");
	b = bench_new(rows, columns, "");
	cr_assert_eq(app_edit(b.app, "Re: \033Tea", text, done, NULL, NULL),
		     ST_OK);
	screen_paint(b.screen);
	return b;
}

static struct term_attr
look_at(const struct bench *b, int row, int column)
{
	struct term_attr a;

	term_grid_cell(b->term, row, column, &a);
	return a;
}

Test(ui_editor, what_is_written_is_seen)
{
	struct bench b = writing(24, 80, "> a quote\n");

	cr_assert_str_eq(bench_row(&b, 0), " Re: ␛Tea");
	cr_assert(bench_shows(&b, "^G help  ^X finish  ^C cancel"), "%s",
		  bench_screen(&b));
	bench_press(&b, "Down H i");
	cr_assert_str_eq(bench_row(&b, 0), " Re: ␛Tea · modified");
	cr_assert_str_eq(bench_row(&b, 1), "> a quote");
	cr_assert_str_eq(bench_row(&b, 2), "Hi");
	cr_assert(bench_shows(&b, "\ncursor 2 2\n"));
	bench_press(&b, "C-o");
	cr_assert_str_eq(bench_row(&b, 0), " Re: ␛Tea");
	bench_press(&b, "C-x");
	cr_assert(bench_shows(&b, "Tea"), "%s", bench_screen(&b));
	cr_assert(!bench_shows(&b, "a quote"));
	bench_free(&b);
}

Test(ui_editor, quotes_and_what_is_marked_look_so)
{
	struct bench b = writing(24, 80, "> one\n>> two\nmine\n");

	cr_assert_neq(look_at(&b, 1, 2).fg, look_at(&b, 2, 2).fg);
	cr_assert_neq(look_at(&b, 1, 2).fg, look_at(&b, 3, 2).fg);
	bench_press(&b, "Right Right C-^ Right Right");
	cr_assert_neq(look_at(&b, 1, 3).bg, look_at(&b, 1, 1).bg);
	cr_assert_eq(look_at(&b, 1, 4).bg, look_at(&b, 1, 1).bg);
	bench_press(&b, "C-k");
	cr_assert_str_eq(bench_row(&b, 1), "> e");
	cr_assert_eq(look_at(&b, 1, 2).bg, look_at(&b, 2, 2).bg);
	bench_free(&b);
}

Test(ui_editor, what_is_pasted_comes_whole)
{
	struct bench b = writing(24, 80, "");

	term_grid_paste(b.term, "one\ntwo q");
	bench_press(&b, "!");
	cr_assert_str_eq(bench_row(&b, 1), "one");
	cr_assert_str_eq(bench_row(&b, 2), "two q!");
	bench_press(&b, "Esc-u Esc-u");
	cr_assert_str_eq(bench_row(&b, 1), "");
	bench_free(&b);
}

Test(ui_editor, questions_and_help_come_and_go)
{
	struct bench b = writing(24, 80, "some words");

	bench_press(&b, "C-w");
	cr_assert(bench_shows(&b, "Where is:"), "%s", bench_screen(&b));
	bench_press(&b, "w o r C-j");
	cr_assert(bench_shows(&b, "\ncursor 1 5\n"), "%s", bench_screen(&b));
	bench_press(&b, "C-g");
	cr_assert(bench_shows(&b, "edit-justify"), "%s", bench_screen(&b));
	bench_press(&b, "Esc");
	cr_assert_str_eq(bench_row(&b, 1), "some words");
	bench_press(&b, "C-c");
	cr_assert_null(b.app->edit);
	bench_free(&b);
}

Test(ui_editor, it_fits_every_size)
{
	struct bench b = writing(24, 80, "> a long quote that is wrapped\n"
					 "and \xe6\x97\xa5\xe6\x9c\xac\n"
					 "\t-- \n-- \nme");

	for (int rows = 1; rows < 40; rows += 3)
		for (int columns = 1; columns < 120; columns += 7) {
			bench_resize(&b, rows, columns);
			bench_press(&b, "Esc-> x PgUp Right PgDn Down C-^");
		}
	bench_resize(&b, 12, 20);
	bench_press(&b, "Esc-<");
	cr_assert_str_eq(bench_row(&b, 1), "> a long quote that");
	cr_assert_str_eq(bench_row(&b, 2), "> is wrapped");
	bench_free(&b);
}
