/*
 * ui_canvas.c - nothing leaves its place on the screen
 */
#include "ui/canvas.h"

#include <string.h>

#include <criterion/criterion.h>
#include <glib.h>

static struct style style;

static struct canvas
canvas(struct term *t, int columns)
{
	return (struct canvas){ .term = t, .style = &style, .row = 1,
				.column = 2, .rows = 2, .columns = columns };
}

static void
is_screen(struct term *t, const char *expected)
{
	char *dump = term_grid_dump(t);

	cr_assert_str_eq(dump, expected, "%s", dump);
	g_free(dump);
}

Test(canvas, text_keeps_to_its_rectangle)
{
	struct term *t = term_grid_new(3, 12);
	struct canvas c = canvas(t, 8);

	cr_assert_eq(canvas_put(&c, 0, 0, 20, LOOK_TEXT, "12345678"), 8);
	cr_assert_eq(canvas_put(&c, 1, 0, 20, LOOK_TEXT, "123456789"), 8);
	cr_assert_eq(canvas_put(&c, 2, 0, 20, LOOK_TEXT, "below"), 0);
	cr_assert_eq(canvas_put(&c, -1, 0, 20, LOOK_TEXT, "above"), 0);
	cr_assert_eq(canvas_put(&c, 0, 8, 20, LOOK_TEXT, "beside"), 0);
	is_screen(t, "\n  12345678\n  1234567…\ncursor 0 0\n");
	term_free(t);
}

Test(canvas, wide_text_is_cut_between_clusters)
{
	struct term *t = term_grid_new(4, 12);
	struct canvas c = canvas(t, 6);

	cr_assert_eq(canvas_put(&c, 0, 0, 6, LOOK_TEXT, "日本語"), 6);
	cr_assert_eq(canvas_put(&c, 1, 0, 6, LOOK_TEXT, "日本語文"), 5);
	is_screen(t, "\n  日本語\n  日本…\n\ncursor 0 0\n");
	canvas_put(&c, 0, 1, 1, LOOK_TEXT, "x");	/* breaks the first */
	is_screen(t, "\n   x本語\n  日本…\n\ncursor 0 0\n");
	term_free(t);
}

Test(canvas, combining_marks_take_no_room)
{
	struct term *t = term_grid_new(3, 12);
	struct canvas c = canvas(t, 6);

	cr_assert_eq(canvas_put(&c, 0, 0, 6, LOOK_TEXT, "e\u0301te\u0301"), 3);
	cr_assert_str_eq(term_grid_cell(t, 1, 2, NULL), "e\u0301");
	term_free(t);
}

Test(canvas, gate_is_in_the_way)
{
	struct term *t = term_grid_new(3, 20);
	struct canvas c = canvas(t, 18);

	canvas_put(&c, 0, 0, 18, LOOK_TEXT, "a\033[2Jb\u202ec\x9b");
	is_screen(t, "\n  a␛[2Jb\uFFFDc\uFFFD\n\ncursor 0 0\n");
	term_free(t);
}

Test(canvas, ascii_terminals_get_ascii)
{
	struct term *t = term_grid_new(3, 20);
	struct canvas c = canvas(t, 8);

	term_grid_abilities(t, 0, false);
	c.ascii = true;
	canvas_put(&c, 0, 0, 8, LOOK_TEXT, "Grüße 日 und");
	is_screen(t, "\n  Gr??e ?~\n\ncursor 0 0\n");
	term_free(t);
}

Test(canvas, fields_fill_up)
{
	struct term *t = term_grid_new(3, 12);
	struct canvas c = canvas(t, 10);

	canvas_put(&c, 0, 0, 10, LOOK_TEXT, "..........");
	canvas_field(&c, 0, 2, 4, LOOK_TEXT, "ab");
	is_screen(t, "\n  ..ab  ....\n\ncursor 0 0\n");
	canvas_right(&c, 0, 2, 4, LOOK_TEXT, "ä");
	is_screen(t, "\n  ..   ä....\n\ncursor 0 0\n");
	canvas_clear(&c, 0, 3);
	canvas_put(&c, 1, 0, 3, LOOK_TEXT, "xyz");
	is_screen(t, "\n  ..\n  xyz\ncursor 0 0\n");
	canvas_clear_below(&c, 0);
	is_screen(t, "\n\n\ncursor 0 0\n");
	term_free(t);
}

Test(canvas, looks_come_from_the_theme)
{
	struct term *t = term_grid_new(3, 12);
	struct canvas c = canvas(t, 10);
	struct term_attr a;

	style.attr[LOOK_UNREAD] = (struct term_attr){ 3, -1, TERM_BOLD };
	canvas_put(&c, 0, 0, 3, LOOK_UNREAD, "abc");
	term_grid_cell(t, 1, 4, &a);
	cr_assert_eq(a.fg, 3);
	cr_assert_eq(a.bits, (uint32_t)TERM_BOLD);
	term_free(t);
}
