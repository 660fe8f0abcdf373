/*
 * control_marks.c - delete-mark: D first, the decision at Send/Receive
 */
#include <string.h>

#include <criterion/criterion.h>

#include "control_fakes.h"
#include "control_fakes_queue.h"

static int64_t inbox, lists;

static struct app *
with_mail(void)
{
	struct app *app;

	fake_reset();
	inbox = fake_folder("work", "INBOX");
	lists = fake_folder("work", "Lists");
	fake_folder("work", "Trash");
	fake_folder("home", "INBOX");
	for (int64_t id = 1; id <= 4; id++)
		fake_message(inbox, id, "subject", "body");
	fake_message(lists, 5, "subject", "body");
	app = fake_app("[ui]\ndelete-mark = yes\n");
	app_start(app);
	fake_asked();
	return app;
}

static bool
has_mark(int64_t id)
{
	return fake_mail(id)->flags.bits & FLAG_DELETED;
}

Test(marks, a_deleted_row_stays_and_the_next_has_the_cursor)
{
	struct app *app = with_mail();

	press(app, "d d");
	cr_assert_eq(app->index.count, 4);
	cr_assert_eq(app->index.cursor_id, 2);
	cr_assert_str_eq(fake_queue(), "set 4 8;set 3 8;");
	cr_assert_str_eq(app->notice, "Marked 1 message as deleted · u undoes "
				      "· $ deletes what is marked here");
	press(app, "Enter d");
	cr_assert_eq(app->pager.id, 1, "in the pager, too");
	cr_assert(has_mark(2));
	app_free(app);
}

Test(marks, send_receive_decides)
{
	struct app *app = with_mail();

	press(app, "d d $");
	cr_assert_str_eq(fake_queue(), "set 4 8;set 3 8;move 3 3;move 4 3;");
	cr_assert_str_eq(fake_asked(), "work: sync INBOX; ");
	cr_assert_eq(app->index.count, 2);
	cr_assert(strstr(app->notice, "Moved 2 messages to Trash"), "%s",
		  app->notice);
	app_free(app);
}

Test(marks, of_this_folder_or_of_all)
{
	struct app *app = with_mail();

	press(app, "d");
	cr_assert_eq(app_run(app, "folder Lists", NULL), ST_OK);
	press(app, "d $");
	cr_assert(has_mark(4));
	cr_assert_eq(fake_mail(5)->folder, 3);
	press(app, "u");	/* the deletion, not the mark */
	cr_assert_eq(fake_mail(5)->folder, lists);
	cr_assert_eq(app_run(app, "sync INBOX", NULL), ST_OK);
	cr_assert_eq(fake_mail(4)->folder, 3);
	press(app, "d G");
	cr_assert_eq(fake_mail(5)->folder, 3);
	app_free(app);
}

Test(marks, undo_is_about_the_marked_row_under_the_cursor)
{
	struct app *app = with_mail();

	press(app, "d d k k u");
	cr_assert(!has_mark(4));
	cr_assert(has_mark(3));
	cr_assert_str_eq(app->notice, "Took the mark off 1 message.");
	press(app, "* u");
	cr_assert(!has_mark(3), "the last decision");
	app_free(app);
}

Test(marks, tagged_messages_are_marked_and_unmarked)
{
	struct app *app = with_mail();

	press(app, "t t ; d");
	cr_assert(has_mark(4) && has_mark(3));
	cr_assert_eq(app->index.cursor_id, 2, "it stays");
	press(app, "; u");
	cr_assert(!has_mark(4) && !has_mark(3));
	app_free(app);
}

Test(marks, marking_again_says_so)
{
	struct app *app = with_mail();

	press(app, "d k d");
	cr_assert(strstr(app->notice, "marked already"), "%s", app->notice);
	cr_assert_str_eq(fake_queue(), "set 4 8;");
	app_free(app);
}

Test(marks, what_others_have_marked_is_deleted_at_once)
{
	struct app *app = with_mail();

	fake_mail(4)->flags.bits = FLAG_DELETED;
	fake_mail(4)->parent = FAKE_MARKED_BY_OTHERS;
	press(app, "$");
	cr_assert_eq(fake_mail(4)->folder, inbox);
	press(app, "d");
	cr_assert_str_eq(fake_queue(), "move 4 3;");
	app_free(app);
}

Test(marks, stay_when_the_reader_is_left)
{
	struct app *app = with_mail();
	char *line;

	press(app, "d d");
	line = app_status(app);
	cr_assert(strstr(line, "2 marked as deleted"), "%s", line);
	g_free(line);
	press(app, "q");
	cr_assert(app->quit);
	line = app_farewell(app);
	cr_assert(strstr(line, "2 messages stay marked as deleted."), "%s",
		  line);
	g_free(line);
	cr_assert(has_mark(4) && has_mark(3));
	app_free(app);
}
