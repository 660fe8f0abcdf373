/*
 * ui_screen.c - events in, cells out: the screen as a whole
 */
#include "ui_screen.h"

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "control/notice.h"
#include "control_fakes.h"

struct bench
bench_new(int rows, int columns, const char *config)
{
	struct bench b;

	setenv("VERSO_NOW", "1700150000", 1);
	setenv("TZ", "UTC", 1);
	b.app = fake_app(config);
	b.term = term_grid_new(rows, columns);
	b.screen = screen_new(b.app, b.term);
	screen_paint(b.screen);
	return b;
}

void
bench_free(struct bench *b)
{
	screen_free(b->screen);
	term_free(b->term);
	app_free(b->app);
}

static void
take(struct bench *b)
{
	struct term_event event;

	do {
		b->term->ops->event(b->term, &event);
		screen_event(b->screen, &event);
	} while (event.kind != TERM_NONE);
	screen_paint(b->screen);
}

void
bench_press(struct bench *b, const char *keys)
{
	char **list = g_strsplit(keys, " ", -1);

	for (int i = 0; list[i]; i++)
		term_grid_press(b->term, list[i]);
	g_strfreev(list);
	take(b);
}

void
bench_resize(struct bench *b, int rows, int columns)
{
	term_grid_resize(b->term, rows, columns);
	take(b);
}

const char *
bench_screen(const struct bench *b)
{
	static char *dump;

	g_free(dump);
	dump = term_grid_dump(b->term);
	return dump;
}

const char *
bench_row(const struct bench *b, int row)
{
	static char *text;
	char **lines = g_strsplit(bench_screen(b), "\n", -1);

	g_free(text);
	text = g_strdup(lines[row]);
	g_strfreev(lines);
	return text;
}

bool
bench_shows(const struct bench *b, const char *words)
{
	return strstr(bench_screen(b), words) != NULL;
}

static void
some_mail(int count)
{
	int64_t folder;

	fake_reset();
	folder = fake_folder("work", "INBOX");
	fake_folder("work", "Lists");
	fake_folder("work", "Lists/kernel");
	fake_folder("home", "INBOX");
	for (int i = 1; i <= count; i++) {
		char *subject = g_strdup_printf("Message %d", i);

		fake_message(folder, i, subject, "The body\n> quoted\n");
		g_free(subject);
	}
}

Test(screen, the_index_is_drawn_and_the_cursor_is_on_it)
{
	struct bench b;

	some_mail(3);
	b = bench_new(24, 80, "");
	cr_assert(bench_shows(&b, " INBOX · work · 3 unread"), "%s",
		  bench_screen(&b));
	cr_assert(g_str_has_prefix(bench_row(&b, 1), "▸●"), "%s",
		  bench_row(&b, 1));
	cr_assert(bench_shows(&b, "Message 2"));
	cr_assert(bench_shows(&b, "\ncursor 1 3\n"));
	bench_press(&b, "j");
	cr_assert(bench_shows(&b, "\ncursor 2 3\n"));
	cr_assert(g_str_has_prefix(bench_row(&b, 1), " ●"), "%s",
		  bench_row(&b, 1));
	bench_free(&b);
}

Test(screen, moving_the_cursor_touches_few_cells)
{
	struct bench b;
	char *before;

	some_mail(30);
	b = bench_new(24, 80, "");
	term_grid_written(b.term);
	bench_press(&b, "j j");
	before = g_strdup(bench_screen(&b));
	cr_assert_lt(term_grid_written(b.term), 400);
	bench_press(&b, "C-l");
	cr_assert_str_eq(bench_screen(&b), before, "%s", before);
	bench_press(&b, "z");
	cr_assert(bench_shows(&b, "Message 1\n"), "%s", bench_screen(&b));
	g_free(before);
	bench_free(&b);
}

Test(screen, wide_screens_have_the_folders)
{
	struct bench b;

	some_mail(2);
	b = bench_new(40, 120, "");
	cr_assert(bench_shows(&b, "  INBOX             2"), "%s",
		  bench_screen(&b));
	cr_assert(bench_shows(&b, "\n  Lists "));
	cr_assert(bench_shows(&b, "\n    kernel "));
	cr_assert(bench_shows(&b, "│ ▸●"));
	bench_press(&b, "B");
	cr_assert(!bench_shows(&b, "kernel"));
	cr_assert(g_str_has_prefix(bench_row(&b, 1), "▸●"));
	bench_free(&b);
}

Test(screen, narrow_screens_show_folders_alone)
{
	struct bench b;

	some_mail(2);
	b = bench_new(24, 80, "");
	bench_press(&b, "y");
	cr_assert(bench_shows(&b, "\n    kernel"), "%s", bench_screen(&b));
	cr_assert(!bench_shows(&b, "Message"));
	bench_press(&b, "Esc");
	cr_assert(bench_shows(&b, "Message"));
	cr_assert(!bench_shows(&b, "kernel"));
	bench_free(&b);
}

Test(screen, a_message_is_opened_and_left)
{
	struct bench b;

	some_mail(2);
	b = bench_new(24, 80, "");
	bench_press(&b, "Enter");
	cr_assert(bench_shows(&b, "The body"), "%s", bench_screen(&b));
	cr_assert(!bench_shows(&b, "Message 1"));
	bench_press(&b, "q");
	cr_assert(bench_shows(&b, "Message 1"));
	cr_assert(!bench_shows(&b, "The body"));
	bench_free(&b);
}

Test(screen, a_tall_screen_keeps_the_message_below)
{
	struct bench b;

	some_mail(3);
	b = bench_new(40, 120, "");
	cr_assert(bench_shows(&b, "Enter opens the message here"));
	bench_press(&b, "Enter");
	cr_assert(bench_shows(&b, "The body"), "%s", bench_screen(&b));
	cr_assert(bench_shows(&b, "Message 1"));
	bench_press(&b, "q j");
	cr_assert(bench_shows(&b, "The body"), "%s", bench_screen(&b));
	cr_assert(bench_shows(&b, "│ › "), "%s", bench_screen(&b));
	app_run(b.app, "set preview no", NULL);
	screen_paint(b.screen);
	cr_assert(!bench_shows(&b, "The body"), "%s", bench_screen(&b));
	bench_press(&b, "Enter");
	cr_assert(!bench_shows(&b, "Message 1"), "%s", bench_screen(&b));
	bench_free(&b);
}

Test(screen, help_narrows_and_goes)
{
	struct bench b;

	some_mail(1);
	b = bench_new(24, 80, "");
	bench_press(&b, "?");
	cr_assert(bench_shows(&b, "Keys and commands"));
	cr_assert(bench_shows(&b, "next-unread"), "%s", bench_screen(&b));
	bench_press(&b, "s o r t");
	cr_assert(bench_shows(&b, "sort_"), "%s", bench_screen(&b));
	cr_assert(!bench_shows(&b, "next-unread"));
	bench_press(&b, "x x x");
	cr_assert(bench_shows(&b, "Nothing has these words"));
	bench_press(&b, "Esc");
	cr_assert(bench_shows(&b, "Message 1"), "%s", bench_screen(&b));
	bench_free(&b);
}

/* While one types, a password that a server wants is not asked for: the keys
 * are for what one sees.  Then it is asked for where one looks. */
Test(screen, a_password_waits_for_idle_hands)
{
	struct bench b;

	some_mail(30);
	b = bench_new(24, 80, "");
	app_start(b.app);
	bench_press(&b, "j");
	fake_say("work", "ask q1 password \"Password for work:\"");
	app_pump(b.app);
	bench_press(&b, "j");
	cr_assert_eq(b.app->index.cursor, 2);
	cr_assert(!bench_shows(&b, "Password for work"));
	cr_assert_gt(app_timeout(b.app), 0);
	bench_press(&b, ": s o r t");
	cr_assert(bench_shows(&b, ":sort"), "%s", bench_screen(&b));
	b.app->key_at -= 60000;
	bench_press(&b, "Esc");
	cr_assert(!bench_shows(&b, "Password for work"));
	b.app->key_at -= 60000;
	cr_assert_eq(app_timeout(b.app), 0);
	screen_paint(b.screen);
	cr_assert_str_eq(bench_row(&b, 11), "Password for work:");
	bench_press(&b, "j d *");
	cr_assert_str_eq(bench_row(&b, 11), "Password for work: ***");
	cr_assert_eq(b.app->index.cursor, 2);
	fake_asked();
	bench_press(&b, "Enter");
	cr_assert_str_eq(fake_asked(), "work: q1 jd*; ");
	cr_assert(strstr(bench_row(&b, 11), "Message "), "%s",
		  bench_screen(&b));
	bench_free(&b);
}

Test(screen, one_password_after_another)
{
	struct bench b;

	some_mail(2);
	b = bench_new(24, 80, "");
	app_start(b.app);
	fake_say("work", "ask q1 password \"Password for work:\"");
	fake_say("home", "ask q2 password \"Password for home:\"");
	app_pump(b.app);
	screen_paint(b.screen);
	bench_press(&b, "x Enter");
	cr_assert(bench_shows(&b, "Password for home:"), "%s",
		  bench_screen(&b));
	bench_resize(&b, 4, 30);
	cr_assert(bench_shows(&b, "Password for home:"), "%s",
		  bench_screen(&b));
	bench_press(&b, "Esc");
	cr_assert(!bench_shows(&b, "Password"));
	bench_free(&b);
}

Test(screen, nothing_in_a_list_is_cut)
{
	struct bench b;

	some_mail(1);
	b = bench_new(24, 80, "");
	bench_press(&b, "? w o r d Space c o m m a n d");
	cr_assert_str_eq(bench_row(&b, 2),
			 "▸? F1             help                   Show the "
			 "keys; type a word to find a");
	cr_assert_str_eq(bench_row(&b, 3),
			 "                                         command, "
			 "Enter runs it.");
	bench_press(&b, "Esc");
	bench_resize(&b, 10, 30);
	bench_press(&b, "? w o r d Space c o m m a n d");
	cr_assert_str_eq(bench_row(&b, 2), "▸? F1         help");
	cr_assert_str_eq(bench_row(&b, 3), "   Show the keys; type a word");
	cr_assert_str_eq(bench_row(&b, 4), "   to find a command, Enter");
	cr_assert_str_eq(bench_row(&b, 5), "   runs it.");
	bench_free(&b);
}

Test(screen, why_a_list_is_empty_can_be_read_whole)
{
	struct bench b;

	fake_reset();
	fake_broken("work");
	b = bench_new(24, 40, "");
	screen_paint(b.screen);
	cr_assert(strstr(bench_row(&b, 2), "No folder is open yet · "), "%s",
		  bench_screen(&b));
	cr_assert(bench_shows(&b, "on fire"), "%s", bench_screen(&b));
	cr_assert(strstr(bench_row(&b, 4), "asks the servers"), "%s",
		  bench_screen(&b));
	bench_free(&b);
}

Test(screen, what_can_be_undone_is_on_one_line)
{
	struct bench b;

	some_mail(2);
	b = bench_new(24, 80, "");
	fake_folder("work", "Archive");
	app_run(b.app, "move Archive", NULL);
	bench_press(&b, "U");
	cr_assert(strstr(bench_row(&b, 2), "Moved 1 message to Archive"),
		  "%s", bench_screen(&b));
	bench_free(&b);
}

/* The cursor is on the line where its row begins. */
Test(screen, a_list_of_high_rows_can_be_walked)
{
	struct bench b;
	int row;

	some_mail(1);
	b = bench_new(12, 80, "");
	bench_press(&b, "?");
	for (guint i = 1; i < b.app->overlay.rows->len; i++) {
		bench_press(&b, "Down");
		cr_assert_eq(sscanf(g_strrstr(bench_screen(&b), "\ncursor "),
				    "\ncursor %d", &row), 1);
		cr_assert(g_str_has_prefix(bench_row(&b, row), "▸"), "%u: %s",
			  i, bench_screen(&b));
	}
	bench_press(&b, "Home PgDn PgDn PgUp PgUp");
	cr_assert_eq(b.app->overlay.cursor, 0);
	bench_free(&b);
}

Test(screen, a_command_is_typed)
{
	struct bench b;

	some_mail(2);
	b = bench_new(24, 80, "");
	bench_press(&b, ":");
	cr_assert(g_str_has_prefix(bench_row(&b, 22), ":"));
	cr_assert(bench_shows(&b, "\ncursor 22 1\n"));
	bench_press(&b, "t h r e a Tab");
	cr_assert(g_str_has_prefix(bench_row(&b, 22), ":threads"), "%s",
		  bench_row(&b, 22));
	bench_press(&b, "Enter");
	cr_assert(b.app->index.order.threaded);
	cr_assert(bench_shows(&b, "· threads"));
	bench_press(&b, ": n o p e Enter");
	cr_assert(bench_shows(&b, "nope"), "%s", bench_row(&b, 22));
	bench_press(&b, "Esc : Esc");
	cr_assert_str_eq(bench_row(&b, 22), "");
	bench_free(&b);
}

Test(screen, what_tab_offers_is_shown)
{
	struct bench b;

	some_mail(2);
	b = bench_new(24, 80, "");
	bench_press(&b, ":");
	cr_assert(bench_shows(&b, "Enter ok  Esc cancel  Tab complete"), "%s",
		  bench_row(&b, 23));
	bench_press(&b, "s o r t Space Tab");
	cr_assert(bench_shows(&b, "sort date  sort from"), "%s",
		  bench_row(&b, 23));
	bench_press(&b, "Tab");
	cr_assert(bench_shows(&b, "sort date  sort from"), "%s",
		  bench_row(&b, 23));
	bench_press(&b, "Backspace");
	cr_assert(!bench_shows(&b, "sort from"), "%s", bench_row(&b, 23));
	bench_press(&b, "Esc");
	cr_assert(bench_shows(&b, "? help"), "%s", bench_row(&b, 23));
	bench_free(&b);
}

Test(screen, pasted_text_is_no_command)
{
	struct term_event paste = { .kind = TERM_TEXT, .text = "q" };
	struct bench b;

	some_mail(2);
	b = bench_new(24, 80, "");
	screen_event(b.screen, &paste);
	cr_assert(!b.app->quit);
	bench_press(&b, ":");
	screen_event(b.screen, &paste);
	screen_paint(b.screen);
	cr_assert_str_eq(bench_row(&b, 22), ":q");
	bench_free(&b);
}

Test(screen, every_size_can_be_drawn)
{
	static const char *const keys[] = { "j", "Enter", "h", "q", "?", "Esc",
					    "y", "j", "Esc", ":", "Esc" };
	struct bench b;

	some_mail(40);
	b = bench_new(24, 80, "");
	for (int rows = 1; rows < 45; rows += 3)
		for (int columns = 1; columns < 140; columns += 7) {
			bench_resize(&b, rows, columns);
			for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
				bench_press(&b, keys[i]);
		}
	bench_resize(&b, 5, 20);
	bench_press(&b, "=");
	cr_assert(bench_shows(&b, "▸●  Message 40"), "%s", bench_screen(&b));
	bench_free(&b);
}

Test(screen, new_mail_comes_without_a_key)
{
	struct bench b;

	some_mail(2);
	b = bench_new(24, 80, "");
	app_start(b.app);
	fake_message(1, 99, "Fresh", "x");
	fake_say("work", "changed 1");
	app_pump(b.app);
	screen_paint(b.screen);
	cr_assert(bench_shows(&b, "Fresh"), "%s", bench_screen(&b));
	bench_free(&b);
}

Test(screen, a_theme_is_changed_and_a_bad_one_is_named)
{
	struct bench b;
	struct term_attr a;

	some_mail(1);
	b = bench_new(24, 80, "");
	app_run(b.app, "set theme contrast", NULL);
	screen_paint(b.screen);
	term_grid_cell(b.term, 1, 0, &a);
	cr_assert_eq(a.bg, 11);
	app_run(b.app, "set theme /nonexistent", NULL);
	screen_paint(b.screen);
	screen_paint(b.screen);
	cr_assert(bench_shows(&b, "There is no theme"), "%s",
		  bench_screen(&b));
	bench_free(&b);
}

Test(screen, a_notice_goes_with_the_next_key)
{
	struct bench b;

	some_mail(2);
	b = bench_new(24, 80, "");
	notice_fail(b.app, "No \033[31mluck.");
	screen_paint(b.screen);
	cr_assert_str_eq(bench_row(&b, 22), " No ␛[31mluck.");
	bench_press(&b, "j");
	cr_assert_str_eq(bench_row(&b, 22), "");
	bench_free(&b);
}

Test(screen, a_long_notice_is_cut_between_words)
{
	struct bench b;

	some_mail(2);
	b = bench_new(24, 40, "");
	notice_fail(b.app, "The server of this account says that it has no "
			   "room for more.");
	screen_paint(b.screen);
	cr_assert_str_eq(bench_row(&b, 22),
			 " The server of this account … M: all");
	bench_press(&b, "M");
	cr_assert(bench_shows(&b, "has no room for more."), "%s",
		  bench_screen(&b));
	bench_free(&b);
}
