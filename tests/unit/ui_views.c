/*
 * ui_views.c - what each view says, and how it looks
 */
#include "ui/view.h"

#include <string.h>

#include <criterion/criterion.h>

#include "control_fakes.h"
#include "ui/bars.h"
#include "ui/scroll.h"
#include "ui_screen.h"

Test(views, an_empty_list_has_a_reason_and_a_key)
{
	struct bench b;

	fake_reset();
	fake_folder("work", "INBOX");
	b = bench_new(24, 100, "");
	cr_assert(bench_shows(&b, "No messages in INBOX yet · $ asks again"),
		  "%s", bench_screen(&b));
	app_start(b.app);
	fake_say("work", "state connecting \"\"");
	app_pump(b.app);
	screen_paint(b.screen);
	cr_assert(bench_shows(&b, "INBOX yet · connecting… · $ asks again"),
		  "%s", bench_screen(&b));
	bench_free(&b);
}

Test(views, no_folder_is_a_reason_too)
{
	struct bench b;

	fake_reset();
	b = bench_new(24, 120, "");
	cr_assert(bench_shows(&b, "No folder is open yet · y lists the folders "
				  "· G asks the servers"), "%s",
		  bench_screen(&b));
	bench_free(&b);
}

Test(views, a_body_on_its_way_is_said)
{
	struct bench b;
	int64_t folder;

	fake_reset();
	folder = fake_folder("work", "INBOX");
	fake_message(folder, 1, "Far away", NULL);
	b = bench_new(24, 80, "");
	app_start(b.app);
	bench_press(&b, "Enter");
	cr_assert(bench_shows(&b, "Far away"), "%s", bench_screen(&b));
	cr_assert(bench_shows(&b, "This message is on its way"));
	bench_free(&b);
}

static struct canvas
canvas(struct term *t, const struct style *style)
{
	struct canvas c = { .term = t, .style = style };

	t->ops->size(t, &c.rows, &c.columns);
	return c;
}

static struct line
line(enum line_kind kind, int quote, const char *text)
{
	return (struct line){ .text = (char *)text, .kind = kind,
			      .quote = quote };
}

static int32_t
colour_at(const struct term *t, int row, int column)
{
	struct term_attr a;

	term_grid_cell(t, row, column, &a);
	return a.fg;
}

Test(views, lines_of_a_message_have_their_looks)
{
	struct line lines[] = {
		line(LINE_HEADER, 0, "Subject: Tea: now"),
		line(LINE_TEXT, 0, "Hello"),
		line(LINE_TEXT, 1, "> once"),
		line(LINE_TEXT, 2, "> > twice"),
		line(LINE_SIGNATURE, 0, "-- "),
		line(LINE_PART, 0, "[2] photo.jpg"),
		line(LINE_NOTICE, 0, "[1] https://example.org/"),
	};
	static const enum look looks[] = {
		LOOK_HEADER_NAME, LOOK_TEXT, LOOK_QUOTE1, LOOK_QUOTE2,
		LOOK_SIGNATURE, LOOK_PART, LOOK_LINK,
	};
	struct app app = { .focus = WHERE_PAGER, .pager.id = 1 };
	struct term *t = term_grid_new(8, 40);
	struct style style;
	struct canvas c = canvas(t, &style);

	for (int i = 0; i < STYLE_LOOKS; i++)
		style.attr[i] = (struct term_attr){ i, -1, 0 };
	app.pager.lines = g_ptr_array_new();
	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++)
		g_ptr_array_add(app.pager.lines, &lines[i]);
	app.pager.search = (char *)"TEA";
	view_pager_draw(&c, &app);
	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++)
		cr_assert_eq(colour_at(t, (int)i, 0), (int32_t)looks[i],
			     "line %zu", i);
	cr_assert_eq(colour_at(t, 0, 9), (int32_t)LOOK_MATCH);
	cr_assert_eq(colour_at(t, 0, 14), (int32_t)LOOK_SUBJECT);
	cr_assert_eq(colour_at(t, 7, 0), -1, "nothing below");
	g_ptr_array_free(app.pager.lines, TRUE);
	term_free(t);
}

Test(views, what_is_searched_is_marked_in_any_case)
{
	struct line text = line(LINE_TEXT, 0, "Ein ÜBERZUG: überall");
	struct app app = { .focus = WHERE_PAGER, .pager.id = 1 };
	struct term *t = term_grid_new(8, 40);
	struct style style;
	struct canvas c = canvas(t, &style);

	for (int i = 0; i < STYLE_LOOKS; i++)
		style.attr[i] = (struct term_attr){ i, -1, 0 };
	app.pager.lines = g_ptr_array_new();
	g_ptr_array_add(app.pager.lines, &text);
	app.pager.search = (char *)"Über";
	view_pager_draw(&c, &app);
	cr_assert_eq(colour_at(t, 0, 3), (int32_t)LOOK_TEXT);
	cr_assert_eq(colour_at(t, 0, 4), (int32_t)LOOK_MATCH);
	cr_assert_eq(colour_at(t, 0, 7), (int32_t)LOOK_MATCH);
	cr_assert_eq(colour_at(t, 0, 8), (int32_t)LOOK_TEXT);
	cr_assert_eq(colour_at(t, 0, 13), (int32_t)LOOK_MATCH);
	g_ptr_array_free(app.pager.lines, TRUE);
	term_free(t);
}

Test(views, numbers_have_commas)
{
	static const struct {
		int64_t n;
		const char *text;
	} rows[] = {
		{ 0, "0" }, { 999, "999" }, { 1000, "1,000" },
		{ 1234567, "1,234,567" }, { -5, "0" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		char buf[32];

		bars_count(buf, sizeof(buf), rows[i].n);
		cr_assert_str_eq(buf, rows[i].text);
	}
}

Test(views, positions_have_words)
{
	static const struct {
		size_t top, rows, count;
		const char *word;
	} rows[] = {
		{ 0, 10, 0, "all" }, { 0, 10, 10, "all" }, { 0, 10, 11, "top" },
		{ 1, 10, 11, "end" }, { 5, 10, 20, "50%" },
		{ 999999, 10, 1000010, "99%" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		char buf[16];

		cr_assert_str_eq(scroll_word(rows[i].top, rows[i].rows,
					     rows[i].count, buf, sizeof(buf)),
				 rows[i].word, "row %zu", i);
	}
}

/* "Archive" stands with the folders of a standing use, "Archive/2023" does
 * not: indented it would seem to be below the folder above it. */
Test(views, a_folder_is_indented_below_its_own_parent_alone)
{
	static const char *const names[] = {
		"INBOX", "Archive", "Archive/2024", "Archive/2024/May", "Trash",
		"Archive/2023", "Lists", "Lists/a", "Lists/b",
	};
	struct bench b;

	fake_reset();
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		fake_folder("work", names[i]);
	b = bench_new(24, 80, "");
	bench_press(&b, "y");
	cr_assert(bench_shows(&b, "\n    2024\n"), "%s", bench_screen(&b));
	cr_assert(bench_shows(&b, "\n      May\n"), "%s", bench_screen(&b));
	cr_assert(bench_shows(&b, "\n  Archive/2023\n"), "%s",
		  bench_screen(&b));
	cr_assert(bench_shows(&b, "\n    b\n"), "%s", bench_screen(&b));
	bench_free(&b);
}
