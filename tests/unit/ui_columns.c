/*
 * ui_columns.c - the rows of the message index
 */
#include "ui/columns.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <criterion/criterion.h>
#include <glib.h>

#include "model/flags.h"

#define NOW INT64_C(1700150000)		/* Thu 16 Nov 2023, 15:53:20 UTC */

static void
utc(void)
{
	setenv("TZ", "UTC", 1);
	tzset();
}

TestSuite(columns, .init = utc);

Test(columns, dates_narrow_with_age)
{
	static const struct {
		int64_t date;
		const char *text;
	} rows[] = {
		{ 0, "" },
		{ NOW, "15:53" },
		{ NOW - 15 * 3600, "00:53" },
		{ NOW - 16 * 3600, "Wed" },
		{ NOW - 6 * 86400, "Fri" },
		{ NOW - 7 * 86400, " 9 Nov" },
		{ NOW - 200 * 86400, "30 Apr" },
		{ NOW - 400 * 86400, "Oct '22" },
		{ NOW + 9 * 86400, "Nov '23" },
		{ INT64_MAX, "" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		char buf[24];

		columns_date(buf, sizeof(buf), rows[i].date, NOW);
		cr_assert_str_eq(buf, rows[i].text, "row %zu: %s", i, buf);
	}
}

Test(columns, sizes_take_four_columns)
{
	static const struct {
		int64_t size;
		const char *text;
	} rows[] = {
		{ -1, "" }, { 0, "0" }, { 999, "999" }, { 1000, "1.0k" },
		{ 9949, "9.9k" }, { 9990, "10k" }, { 999499, "999k" },
		{ 999500, "1.0M" }, { 16777216, "17M" },
		{ INT64_C(4200000000), "4.2G" }, { INT64_MAX, "huge" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		char buf[24];

		columns_size(buf, sizeof(buf), rows[i].size);
		cr_assert_str_eq(buf, rows[i].text, "row %zu: %s", i, buf);
	}
}

Test(columns, plans_fit_every_width)
{
	for (int width = 1; width < 300; width++) {
		struct columns p;

		columns_plan(&p, width);
		cr_assert_geq(p.subject_width, 0);
		cr_assert_leq(p.from + p.from_width, p.subject);
		if (width >= 20)
			cr_assert_geq(p.subject_width, 10, "width %d", width);
		if (width >= 4)
			cr_assert_leq(p.subject + p.subject_width, width);
	}
}

static void
draw(struct list_row *row, const struct columns_context *x, int width,
     const char *expected)
{
	static struct style style;
	struct term *t = term_grid_new(1, width);
	struct canvas c = { .term = t, .style = &style, .rows = 1,
			    .columns = width };
	struct columns p;
	char *dump;

	columns_plan(&p, width);
	columns_draw(&c, &p, 0, row, x, true);
	dump = term_grid_dump(t);
	*strchr(dump, '\n') = '\0';
	cr_assert_str_eq(dump, expected, "%s", dump);
	g_free(dump);
	term_free(t);
}

Test(columns, rows_by_width)
{
	struct columns_context x = { .now = NOW };
	struct list_row row = {
		.flags = FLAG_FLAGGED, .date = NOW, .size = 4321,
		.from = (char *)"Ann Lee <ann@example.org>, Bob <b@x.org>",
		.to = (char *)"Bob <b@x.org>",
		.subject = (char *)"日本語 and more of a long subject",
	};

	draw(&row, &x, 72, "▸●⚑  15:53 4.3k Ann Lee         日本語 and more of a "
			   "long subject");
	draw(&row, &x, 48, "▸●⚑  15:53 Ann Lee      日本語 and more of a lo…");
	draw(&row, &x, 30, "▸●⚑ Ann Lee   日本語 and more…");
	draw(&row, &x, 20, "▸●⚑ 日本語 and more…");
	draw(&row, &x, 5, "▸●⚑ …");
	x.outgoing = true;
	row.flags = FLAG_SEEN | FLAG_ANSWERED;
	draw(&row, &x, 48, "▸↩   15:53 to Bob       日本語 and more of a lo…");
}

Test(columns, missing_words_are_said)
{
	struct columns_context x = { .now = NOW };
	struct list_row row = { .flags = FLAG_SEEN };

	draw(&row, &x, 48, "▸          (nobody)     (no subject)");
	row.subject = (char *)"";
	draw(&row, &x, 48, "▸          (nobody)     (no subject)");
}

Test(columns, threads_have_trees)
{
	struct columns_context x = { .now = NOW, .threaded = true,
				     .above = "Lunch" };
	struct list_row row = { .flags = FLAG_SEEN, .depth = 2,
				.tree = 1 << 1, .subject = (char *)"Tea?" };

	draw(&row, &x, 48, "▸          (nobody)     │ ├─ Tea?");
	row.last_child = true;
	row.tree = 0;
	draw(&row, &x, 48, "▸          (nobody)       └─ Tea?");
	row.subject = (char *)"Re: lunch";
	draw(&row, &x, 48, "▸          (nobody)       └─");
}

Test(columns, deep_threads_leave_room)
{
	struct columns_context x = { .now = NOW, .threaded = true };
	struct list_row row = { .flags = FLAG_SEEN,
				.depth = 64,
				.tree = ~UINT64_C(0),
				.subject = (char *)"deep" };

	draw(&row, &x, 48, "▸          (nobody)     │ │ │ │ │ ├─ deep");
}
