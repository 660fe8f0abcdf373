/*
 * control_outside.c - commits of others
 */
#include <criterion/criterion.h>

#include <glib.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/path.h"
#include "control/outside.h"
#include "control_fakes.h"

static char *one, *two;

static void
begin(void)
{
	one = g_dir_make_tmp("verso-outside-XXXXXX", NULL);
	two = g_dir_make_tmp("verso-outside-XXXXXX", NULL);
}

static void
drop(char *dir)
{
	static const char *const names[] = { "index.db", "index.db-wal" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		char *file = g_build_filename(dir, names[i], NULL);

		g_unlink(file);
		g_free(file);
	}
	g_rmdir(dir);
	g_free(dir);
}

static void
end(void)
{
	drop(one);
	drop(two);
}

TestSuite(outside, .init = begin, .fini = end);

static void
put(const char *dir, const char *name)
{
	char *file = g_build_filename(dir, name, NULL);
	FILE *f = fopen(file, "a");

	fputs("x", f);
	fclose(f);
	g_free(file);
}

static void
note(void *ctx, int account)
{
	((int *)ctx)[account]++;
}

Test(outside, each_commit_is_heard_of_once)
{
	struct outside *o = outside_new();
	int heard[2] = { 0 };

	cr_assert_not_null(o);
	cr_assert(outside_add(o, 0, one));
	cr_assert(outside_add(o, 1, two));
	outside_take(o, note, heard);
	cr_assert_eq(heard[0] + heard[1], 0);
	put(two, "index.db-wal");
	put(two, "index.db-wal");
	put(one, "index.db");		/* a checkpoint changes nothing */
	outside_take(o, note, heard);
	cr_assert_eq(heard[0], 0);
	cr_assert_eq(heard[1], 1);
	outside_take(o, note, heard);
	cr_assert_eq(heard[1], 1);
	outside_free(o);
}

/* More than the system remembers: then every store is looked at. */
Test(outside, too_much_is_heard_of_as_everything)
{
	struct outside *o = outside_new();
	int heard[2] = { 0 };
	char *file = g_build_filename(two, "index.db-wal", NULL);
	char *other = g_build_filename(two, "index.db", NULL);
	FILE *f = fopen(file, "a"), *g = fopen(other, "a");

	cr_assert(outside_add(o, 0, one));
	cr_assert(outside_add(o, 1, two));
	/* Equal events in a row are one. */
	for (int i = 0; i < 40000; i++) {
		fputs("x", f);
		fflush(f);
		fputs("x", g);
		fflush(g);
	}
	outside_take(o, note, heard);
	cr_assert_eq(heard[0], 1);
	cr_assert_eq(heard[1], 1);
	fclose(f);
	fclose(g);
	g_free(file);
	g_free(other);
	outside_free(o);
}

/* Who came for one decision has committed it when the log is closed. */
Test(outside, the_end_of_a_writer_is_heard_of)
{
	struct outside *o = outside_new();
	int heard[1] = { 0 };
	char *file = g_build_filename(one, "index.db-wal", NULL);
	FILE *f = fopen(file, "a");

	cr_assert(outside_add(o, 0, one));
	fputs("x", f);
	fflush(f);
	outside_take(o, note, heard);
	cr_assert_eq(heard[0], 1);
	fclose(f);
	outside_take(o, note, heard);
	cr_assert_eq(heard[0], 2);
	g_free(file);
	outside_free(o);
}

Test(outside, what_cannot_be_heard_is_said)
{
	struct outside *o = outside_new();

	cr_assert_not(outside_add(o, 0, "/nonexistent/verso"));
	outside_take(o, note, NULL);
	outside_take(NULL, note, NULL);
	cr_assert_eq(outside_fd(NULL), -1);
	outside_free(o);
}

/* ---- what the reader makes of it ---------------------------------------- */

#define LONG_MS 60000

static int64_t inbox;
static char *work, *verso;

/* A reader whose worker says nothing, over a folder that can be heard. */
static struct app *
reader(void)
{
	struct app *app;

	g_setenv("XDG_DATA_HOME", one, TRUE);
	work = path_account("work");
	verso = g_path_get_dirname(work);
	cr_assert_eq(path_mkdir(work, NULL), ST_OK);
	fake_reset();
	inbox = fake_folder("work", "INBOX");
	fake_message(inbox, 1, "s", "body");
	app = fake_app("");
	cr_assert(((struct app_account *)app->accounts->pdata[0])->heard);
	app_pump(app);
	return app;
}

static void
reader_end(struct app *app)
{
	app_free(app);
	drop(work);
	g_rmdir(verso);
	g_free(verso);
}

/* As the loop does, until so many messages are seen or the time is up. */
static void
wait_for(struct app *app, size_t count)
{
	int64_t until = clock_ms() + LONG_MS;
	struct pollfd fds[3];
	int fd[3];

	while (app->index.count != count && clock_left(until)) {
		int ms = app_timeout(app);

		cr_assert_eq(app_fds(app, fd, 3), 3);
		for (int i = 0; i < 3; i++)
			fds[i] = (struct pollfd){ fd[i], POLLIN, 0 };
		poll(fds, 3, ms < 0 ? clock_left(until) : ms);
		app_pump(app);
	}
	cr_assert_eq(app->index.count, count);
}

/* The looks to come take no time. */
static void
hurry(struct app *app)
{
	struct app_account *a = app->accounts->pdata[0];

	for (int i = 0; i < 10; i++) {
		a->look_at = clock_ms();
		app_pump(app);
	}
}

Test(outside, a_reader_shows_it_and_sleeps_again)
{
	struct app *app = reader();

	cr_assert_eq(app_timeout(app), -1, "%d", app_timeout(app));
	put(work, "index.db-wal");
	fake_message(inbox, 2, "x", NULL);
	wait_for(app, 2);
	hurry(app);
	cr_assert_eq(app_timeout(app), -1, "%d", app_timeout(app));
	reader_end(app);
}

/* The commit before this one was seen, and nothing tells of this one. */
Test(outside, a_commit_that_is_late_is_seen)
{
	struct app *app = reader();

	put(work, "index.db-wal");
	fake_message(inbox, 2, "x", NULL);
	wait_for(app, 2);
	fake_message(inbox, 3, "y", NULL);
	wait_for(app, 3);
	reader_end(app);
}

/* One who writes all the time does not keep the reader from looking. */
Test(outside, a_pause_is_not_waited_for)
{
	struct app *app = reader();
	int64_t until = clock_ms() + LONG_MS;

	fake_message(inbox, 2, "x", NULL);
	while (app->index.count != 2 && clock_left(until)) {
		put(work, "index.db-wal");
		app_pump(app);
		g_usleep(1000);
	}
	cr_assert_eq(app->index.count, 2);
	reader_end(app);
}
