/*
 * control_index.c - folders and lists: opening, moving, mail under the cursor
 */
#include <string.h>

#include <criterion/criterion.h>

#include "control/command.h"
#include "control/worker_events.h"
#include "control_fakes.h"

static int64_t inbox;

/* Newest first: message n is row 0, message 1 the last. */
static struct app *
with_messages(int n)
{
	fake_reset();
	inbox = fake_folder("work", "INBOX");
	fake_folder("work", "Lists/kernel");
	fake_folder("home", "INBOX");
	for (int i = 1; i <= n; i++)
		fake_message(inbox, i, "s", "body");
	return fake_app("");
}

static void
changed(struct app *app)
{
	char *words[] = { (char *)"changed", (char *)"1", NULL };

	worker_event(app, 0, words, 2);
	worker_settle(app);
}

static void
run(struct app *app, const char *line)
{
	struct err e = { "" };

	cr_assert_eq(app_run(app, line, &e), ST_OK, "%s: %s", line, e.text);
}

static void
check(const struct app *app, size_t cursor, size_t top)
{
	cr_assert_eq(app->index.cursor, cursor, "cursor %zu",
		     app->index.cursor);
	cr_assert_eq(app->index.top, top, "top %zu", app->index.top);
}

Test(index, opens_at_the_newest)
{
	struct app *app = with_messages(25);

	check(app, 0, 0);
	cr_assert_eq(app->index.cursor_id, 25);
	cr_assert_str_eq(app->index.folder->name, "INBOX");
	run(app, "reverse");
	check(app, 0 + 24, 15);	/* the same message */
	cr_assert_eq(app->index.cursor_id, 25);
	run(app, "folder Lists/kernel");
	cr_assert_eq(app->index.cursor_id, 0);
	run(app, "folder INBOX");
	check(app, 24, 15);
	app_free(app);
}

Test(index, moving)
{
	static const struct {
		const char *line;
		size_t cursor, top;
	} steps[] = {
		{ "next", 1, 0 },	 { "next 8", 9, 0 },
		{ "next", 10, 10 },	 { "page-down", 20, 15 },
		{ "page-down", 24, 15 }, { "next", 24, 15 },
		{ "half-up", 19, 10 },	 { "page-up", 9, 0 },
		{ "page-up", 0, 0 },	 { "previous", 0, 0 },
		{ "last", 24, 15 },	 { "first", 0, 0 },
		{ "jump 13", 12, 3 },	 { "half-down", 17, 8 },
		{ "previous 99", 0, 0 },
	};
	struct app *app = with_messages(25);

	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		app->dirty = 0;
		run(app, steps[i].line);
		check(app, steps[i].cursor, steps[i].top);
		cr_assert_eq(app->index.cursor_id,
			     25 - (int64_t)steps[i].cursor);
		cr_assert_eq(app->dirty & ~(uint32_t)DIRTY_STATUS,
			     DIRTY_CURSOR, "nothing but the cursor");
	}
	cr_assert_eq(app_run(app, "jump 26", NULL), ST_USAGE);
	cr_assert_eq(app_run(app, "jump 0", NULL), ST_USAGE);
	cr_assert_eq(app_run(app, "jump x", NULL), ST_USAGE);
	cr_assert_eq(app_run(app, "next -1", NULL), ST_USAGE);
	app_free(app);
}

Test(index, nothing_in_it)
{
	static const char *const lines[] = {
		"next", "previous", "page-down", "page-up", "half-down",
		"half-up", "first", "last", "next-unread", "previous-unread",
		"next-thread", "previous-thread", "reverse", "threads",
		"sort size",
	};
	struct app *app = with_messages(0);

	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++)
		run(app, lines[i]);
	check(app, 0, 0);
	cr_assert_eq(app_run(app, "open", NULL), ST_GONE);
	cr_assert_eq(app_run(app, "parent", NULL), ST_GONE);
	cr_assert_eq(app_run(app, "parts", NULL), ST_GONE);
	app_free(app);
}

/* ---- mail that comes and goes ------------------------------------------- */

Test(index, new_mail_appears_when_the_top_is_in_view)
{
	struct app *app = with_messages(25);

	run(app, "next 2");
	fake_message(inbox, 26, "new", NULL);
	fake_message(inbox, 27, "new", NULL);
	app->dirty = 0;
	changed(app);
	check(app, 4, 0);
	cr_assert_eq(app->index.cursor_id, 23, "the cursor kept its message");
	cr_assert_eq(app->index.count, 27);
	cr_assert(app->dirty & DIRTY_INDEX && app->dirty & DIRTY_FOLDERS);
	app_free(app);
}

Test(index, new_mail_does_not_move_what_is_read)
{
	struct app *app = with_messages(40);

	run(app, "jump 20");
	check(app, 19, 10);
	fake_message(inbox, 41, "new", NULL);
	changed(app);
	check(app, 20, 11);
	cr_assert_eq(app->index.cursor_id, 21);
	app_free(app);
}

Test(index, oldest_first_the_end_stays_in_view)
{
	struct app *app = with_messages(25);

	run(app, "reverse");
	run(app, "last");
	run(app, "previous 3");
	check(app, 21, 15);
	fake_message(inbox, 26, "new", NULL);
	changed(app);
	check(app, 21, 16);
	app_free(app);
}

Test(index, the_message_under_the_cursor_goes)
{
	struct app *app = with_messages(5);

	run(app, "jump 3");
	fake_remove(3);
	changed(app);
	check(app, 2, 0);
	cr_assert_eq(app->index.cursor_id, 2, "the next one has its row");
	run(app, "last");
	fake_remove(1);
	changed(app);
	cr_assert_eq(app->index.cursor_id, 2);
	fake_remove(2);
	fake_remove(4);
	fake_remove(5);
	changed(app);
	cr_assert_eq(app->index.cursor_id, 0);
	check(app, 0, 0);
	app_free(app);
}

Test(index, changes_elsewhere_do_not_touch_it)
{
	struct app *app = with_messages(5);
	char *words[] = { (char *)"changed", (char *)"2", NULL };

	app->dirty = 0;
	worker_event(app, 0, words, 2);
	worker_settle(app);
	cr_assert_eq(app->dirty, 0);
	fake_folder("work", "New");
	worker_event(app, 0, words, 2);
	worker_settle(app);
	cr_assert_eq(app->dirty, DIRTY_FOLDERS);
	app_free(app);
}

Test(index, resize_keeps_the_cursor_in_view)
{
	struct app *app = with_messages(40);
	struct app_geometry g = app->geometry;

	run(app, "jump 20");
	g.index_rows = 3;
	app_resize(app, &g);
	check(app, 19, 17);
	g.index_rows = 100;
	app_resize(app, &g);
	check(app, 19, 0);
	g.index_rows = 0;
	app_resize(app, &g);
	check(app, 19, 19);
	app_free(app);
}

/* ---- unread, threads ---------------------------------------------------- */

Test(index, unread)
{
	struct app *app = with_messages(6);

	for (int i = 1; i <= 6; i++)
		if (i != 2 && i != 5)
			fake_seen(i);
	run(app, "next-unread");
	cr_assert_eq(app->index.cursor_id, 5);
	run(app, "next-unread");
	cr_assert_eq(app->index.cursor_id, 2);
	run(app, "next-unread");
	cr_assert_eq(app->index.cursor_id, 5, "round the end");
	run(app, "previous-unread");
	cr_assert_eq(app->index.cursor_id, 2);
	fake_seen(5);
	run(app, "next-unread");
	cr_assert_eq(app->index.cursor_id, 2);
	cr_assert(strstr(app->notice, "unread"), "%s", app->notice);
	app_free(app);
}

Test(index, threads)
{
	struct app *app = with_messages(200);

	run(app, "reverse");
	run(app, "first");
	for (int i = 2; i <= 100; i++)
		fake_parent(i, 1);
	for (int i = 102; i <= 200; i++)
		fake_parent(i, 101);
	run(app, "next-thread");
	cr_assert_eq(app->index.cursor_id, 101);
	run(app, "next-thread");
	cr_assert_eq(app->index.cursor_id, 101);
	cr_assert(strstr(app->notice, "last thread"));
	run(app, "last");
	run(app, "previous-thread");
	cr_assert_eq(app->index.cursor_id, 101);
	run(app, "previous-thread");
	cr_assert_eq(app->index.cursor_id, 1);
	run(app, "previous-thread");
	cr_assert(strstr(app->notice, "first thread"));
	run(app, "jump 50");
	run(app, "parent");
	cr_assert_eq(app->index.cursor_id, 1);
	run(app, "parent");
	cr_assert(strstr(app->notice, "not in this folder"));
	app_free(app);
}

Test(index, sort)
{
	struct app *app = with_messages(5);

	run(app, "sort subject");
	cr_assert_eq(app->index.order.sort, SORT_SUBJECT);
	run(app, "threads");
	cr_assert(app->index.order.threaded);
	cr_assert_eq(app_run(app, "sort colour", NULL), ST_USAGE);
	press(app, "o");
	cr_assert_not_null(app->ask);
	app_answer(app, "size");
	cr_assert_eq(app->index.order.sort, SORT_SIZE);
	cr_assert_null(app->ask);
	run(app, "set sort from");
	cr_assert_eq(app->index.order.sort, SORT_FROM);
	cr_assert_eq(app_run(app, "set sort x", NULL), ST_USAGE);
	cr_assert_eq(app_run(app, "set srt from", NULL), ST_USAGE);
	cr_assert(strstr(app->notice, "“sort”"), "%s", app->notice);
	app_free(app);
}

/* ---- folders ------------------------------------------------------------ */

Test(folders, rows_and_opening)
{
	struct app *app = with_messages(3);
	const struct folder_row *row;
	GPtrArray *rows;

	app_start(app);
	rows = app_folder_rows(app);
	cr_assert_eq(rows->len, 5);
	row = rows->pdata[0];
	cr_assert_null(row->folder);
	row = rows->pdata[4];
	cr_assert_eq(row->account, 1);
	cr_assert_str_eq(row->folder->name, "INBOX");
	cr_assert_eq(app->folder_cursor, 1, "on the open one");
	press(app, "y Down");
	cr_assert_eq(app->focus, WHERE_FOLDERS);
	press(app, "Enter");
	cr_assert_eq(app->focus, WHERE_INDEX);
	cr_assert_str_eq(app->index.folder->name, "Lists/kernel");
	press(app, "y End Enter");
	cr_assert_eq(app->index.account, 1);
	press(app, "y Home Enter");
	cr_assert_eq(app->index.account, 0, "an account's line is its INBOX");
	press(app, "y q");
	cr_assert(app->quit);
	app_free(app);
}

Test(folders, by_name)
{
	struct app *app = with_messages(3);
	struct err e;

	app_start(app);
	run(app, "folder home:INBOX");
	cr_assert_eq(app->index.account, 1);
	run(app, "folder work:");
	cr_assert_eq(app->index.account, 0);
	cr_assert_eq(app_run(app, "folder List/kernel", &e), ST_GONE);
	cr_assert(strstr(e.text, "did you mean “Lists/kernel”"), "%s", e.text);
	cr_assert_str_eq(app->index.folder->name, "INBOX", "it stays");
	cr_assert_eq(app_run(app, "folder nowhere", &e), ST_GONE);
	cr_assert(strstr(e.text, "“nowhere” in work"), "%s", e.text);
	press(app, "c");
	app_answer(app, "Lists/kernel");
	cr_assert_str_eq(app->index.folder->name, "Lists/kernel");
	press(app, "c");
	app_answer(app, NULL);
	press(app, "c");
	app_answer(app, "zzz");
	cr_assert(app->notice_bad);
	app_free(app);
}

Test(folders, pane)
{
	struct app *app = with_messages(3);
	struct app_geometry g = app->geometry;

	cr_assert(app->folders_wanted);
	press(app, "B");
	cr_assert(app->folders_wanted);
	cr_assert(app->notice_bad);	/* there is no room for it */
	g.pane_fits = true;
	app_resize(app, &g);
	press(app, "B");
	cr_assert(!app->folders_wanted);
	run(app, "set folders yes");
	cr_assert(app->folders_wanted);
	app_free(app);
}

/* ---- life --------------------------------------------------------------- */

static enum st
start_with(const char *account, const char *folder, struct app **app,
	   struct err *e)
{
	static const char text[] = "[account work]\naddress = a@x\n"
				   "receive = imaps://h\n";
	struct config *c;

	cr_assert_eq(config_parse(text, strlen(text), "f", &c, e), ST_OK);
	return app_new(c, account, folder, app, e);
}

Test(app, unknown_account_and_folder)
{
	struct app *app = NULL;
	struct err e;

	fake_reset();
	fake_folder("work", "INBOX");
	cr_assert_eq(start_with("wrok", NULL, &app, &e), ST_USAGE);
	cr_assert(strstr(e.text, "“work”"));
	cr_assert_eq(start_with("work", "INBX", &app, &e), ST_USAGE);
	cr_assert(strstr(e.text, "“INBOX”"));
	cr_assert_eq(start_with("work", "INBOX", &app, &e), ST_OK);
	app_free(app);
	app_free(NULL);
}

/* Before the first sync there is nothing; the folder that was asked for is
 * opened when it comes. */
Test(app, a_folder_that_comes_later)
{
	char *words[] = { (char *)"folders", NULL };
	struct app *app = NULL;
	struct err e;

	fake_reset();
	cr_assert_eq(start_with(NULL, "Lists", &app, &e), ST_OK);
	cr_assert_null(app->index.list);
	app_start(app);
	cr_assert_str_eq(fake_asked(), "work: sync; ");
	fake_folder("work", "INBOX");
	worker_event(app, 0, words, 1);
	worker_settle(app);
	cr_assert_null(app->index.list);
	fake_folder("work", "Lists");
	worker_event(app, 0, words, 1);
	worker_settle(app);
	cr_assert_str_eq(app->index.folder->name, "Lists");
	cr_assert_str_eq(fake_asked(), "work: watch Lists; ");
	app_free(app);
}

Test(app, a_broken_store_is_a_notice)
{
	struct app *app = NULL;
	struct err e;

	fake_reset();
	fake_folder("work", "INBOX");
	fake_broken("work");
	cr_assert_eq(start_with(NULL, NULL, &app, &e), ST_OK);
	cr_assert(strstr(app->notice, "on fire"));
	cr_assert(app->notice_bad);
	app_start(app);
	cr_assert_str_empty(fake_asked());
	cr_assert_eq(app_run(app, "folder INBOX", &e), ST_GONE);
	cr_assert_eq(app_run(app, "sync", &e), ST_GONE);
	cr_assert(strstr(e.text, "on fire"), "%s", e.text);
	fake_mended("work");
	cr_assert_eq(app_run(app, "sync-all", &e), ST_OK);
	cr_assert_str_eq(fake_asked(),
			 "work: watch INBOX; work: sync; work: sync; ");
	cr_assert_str_eq(app->index.folder->name, "INBOX");
	app_free(app);
}

Test(app, one_failure_does_not_keep_the_other_accounts_closed)
{
	struct app *app;

	fake_reset();
	fake_folder("home", "INBOX");
	fake_broken("work");
	app = fake_app("");
	cr_assert(app->notice_bad);
	app_start(app);
	cr_assert_str_eq(fake_asked(), "home: sync; ");
	app_free(app);
}

Test(app, the_other_stores_come_after_the_first_paint)
{
	struct app *app = with_messages(1);
	const struct app_account *home = app->accounts->pdata[1];
	int fds[2];

	cr_assert_null(home->store);
	cr_assert_null(home->link);
	cr_assert_eq(app_fds(app, fds, 2), 2);
	cr_assert_eq(fds[0], -1);
	app_start(app);
	cr_assert_not_null(home->store);
	cr_assert_str_eq(fake_asked(),
			 "work: watch INBOX; work: sync; home: sync; ");
	cr_assert_eq(app_fds(app, fds, 1), 1);
	cr_assert_eq(fds[0], 7);
	app_free(app);
}

/* Without a worker the store is looked at now and then. */
Test(app, changes_by_others_are_seen)
{
	struct app *app;

	/* Where nothing can tell of writes. */
	g_setenv("XDG_DATA_HOME", "/dev/null", TRUE);
	app = with_messages(1);
	fake_message(inbox, 2, "x", NULL);
	app_pump(app);
	cr_assert_eq(app->index.count, 2);
	cr_assert_leq(app_timeout(app), 2000);
	cr_assert_geq(app_timeout(app), 0);
	app_free(app);
}
