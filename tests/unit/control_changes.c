/*
 * control_changes.c - keys that change mail: what is decided, what is seen
 */
#include <string.h>

#include <criterion/criterion.h>

#include "control/decide.h"
#include "control/index.h"
#include "control/tagged.h"
#include "control_fakes.h"
#include "control_fakes_queue.h"

static int64_t inbox, archive, trash;

static struct app *
with_mail(void)
{
	struct app *app;

	fake_reset();
	inbox = fake_folder("work", "INBOX");
	archive = fake_folder("work", "Archive");
	trash = fake_folder("work", "Trash");
	fake_folder("home", "INBOX");
	for (int64_t id = 1; id <= 4; id++)
		fake_message(inbox, id, "subject", "body");
	app = fake_app("");
	app_start(app);
	return app;
}

/* Keys on a fresh app, what the queue got, what the status line says. */
static void
check(const char *keys, const char *queue, const char *notice)
{
	struct app *app = with_mail();

	press(app, keys);
	cr_assert_str_eq(fake_queue(), queue, "%s: %s", keys, fake_queue());
	cr_assert(strstr(app->notice, notice), "%s: %s", keys, app->notice);
	app_free(app);
}

Test(changes, table)
{
	/* The newest, number 4, is under the cursor. */
	static const struct {
		const char *keys, *queue, *notice;
	} rows[] = {
		{ "d", "move 4 3;", "Moved 1 message to Trash · u undoes" },
		{ "A", "move 4 2;", "Archived 1 message to Archive" },
		{ "F", "set 4 4;", "Flagged 1 message" },
		{ "F F", "set 4 4;clear 4 4;", "Unflagged 1 message" },
		{ "N", "set 4 1;", "Marked as read 1 message" },
		{ "t t ; d", "move 3 3;move 4 3;", "Moved 2 messages to" },
		{ "t t Esc-u d", "move 2 3;", "Moved 1 message" },
		{ "d u", "move 4 3;", "Undone: Moved 1 message to Trash" },
		/* Those that have it already are not counted. */
		{ "j j F k k t t t ; F", "set 2 4;clear 2 4;",
		  "Unflagged 1 message" },
		{ "u", "", "There is nothing to undo." },
		{ ";", "", "No message is tagged" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		check(rows[i].keys, rows[i].queue, rows[i].notice);
}

Test(changes, a_deleted_row_leaves_and_the_next_has_the_cursor)
{
	struct app *app = with_mail();

	press(app, "d");
	cr_assert_eq(app->index.count, 3);
	cr_assert_eq(app->index.cursor_id, 3);
	press(app, "u");
	cr_assert_eq(app->index.count, 4);
	cr_assert_eq(app->index.cursor_id, 3);
	app_free(app);
}

Test(changes, in_the_pager_the_next_message_follows)
{
	struct app *app = with_mail();

	press(app, "Enter d");
	cr_assert_eq(app->focus, WHERE_PAGER);
	cr_assert_eq(app->pager.id, 3);
	press(app, "d d d");
	cr_assert_eq(app->focus, WHERE_INDEX);
	cr_assert_eq(app->pager.id, 0);
	cr_assert_eq(app->index.count, 0);
	press(app, "d");
	cr_assert(app->notice_bad);
	app_free(app);
}

Test(changes, opening_reads_and_is_not_undone)
{
	struct app *app = with_mail();

	press(app, "Enter");
	cr_assert_str_eq(fake_queue(), "set 4 1;");
	press(app, "q u");
	cr_assert(strstr(app->notice, "nothing to undo"));
	app_free(app);
}

Test(changes, what_is_in_trash_goes_for_ever)
{
	struct app *app = with_mail();

	press(app, "d");
	cr_assert_eq(app_run(app, "folder Trash", NULL), ST_OK);
	press(app, "d");
	cr_assert_str_eq(fake_queue(), "move 4 3;expunge 4 -1;");
	cr_assert(strstr(app->notice, "for ever"));
	app_free(app);
}

/* ---- decisions without a screen ----------------------------------------- */

static struct decider
decider_of(struct app *app, const struct account *account)
{
	const struct app_account *a = app->accounts->pdata[0];

	return (struct decider) { account ? account : a->account, a->store,
				  a->folders };
}

static GArray *
ids_from(int64_t first, int64_t last)
{
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(int64_t));

	for (; first <= last; first++)
		g_array_append_val(ids, first);
	return ids;
}

Test(changes, each_fate_of_what_is_deleted_is_told)
{
	struct app *app = with_mail();
	struct decider d = decider_of(app, NULL);
	GArray *ids = ids_from(1, 3);
	struct decided out;

	fake_mail(2)->folder = trash;
	cr_assert_eq(decide_delete(&d, ids, &out, NULL), ST_OK);
	cr_assert_str_eq(out.what, "Moved 2 messages to Trash, deleted 1 for "
				   "ever");
	cr_assert_eq(out.changed, 3);
	cr_assert_str_eq(fake_queue(), "move 1 3;move 3 3;expunge 2 -1;");
	g_free(out.what);
	g_array_unref(ids);
	app_free(app);
}

/* Trash is named in the configuration, and is not there: a typo, or somebody
 * removed it.  That is no reason to delete for ever. */
Test(changes, a_trash_that_is_wanted_is_made)
{
	struct app *app = with_mail();
	const struct app_account *a = app->accounts->pdata[0];
	struct account account = *a->account;
	struct decider d = decider_of(app, &account);
	GArray *ids = ids_from(1, 1);
	struct decided out;

	account.trash = (char *)"Bin";
	cr_assert_eq(decide_delete(&d, ids, &out, NULL), ST_OK);
	cr_assert_str_eq(out.what, "Moved 1 message to Bin");
	cr_assert_str_eq(fake_queue(), "create 5 0;move 1 5;");
	g_free(out.what);
	g_array_unref(ids);
	app_free(app);
}

Test(changes, nothing_changed_is_nothing_told)
{
	struct app *app = with_mail();
	struct decider d = decider_of(app, NULL);
	GArray *ids = ids_from(77, 78);
	struct decided out;

	cr_assert_eq(decide_archive(&d, ids, &out, NULL), ST_OK);
	cr_assert_null(out.what);
	cr_assert_eq(out.changed, 0);
	press(app, "u");
	cr_assert(strstr(app->notice, "nothing to undo"));
	g_array_unref(ids);
	app_free(app);
}

/* ---- and with one ------------------------------------------------------- */

Test(changes, to_a_folder_by_name)
{
	struct app *app = with_mail();

	cr_assert_eq(app_run(app, "move Archive", NULL), ST_OK);
	cr_assert_eq(app_run(app, "copy Archive", NULL), ST_OK);
	cr_assert_str_eq(fake_queue(), "move 4 2;copy 3 2;");
	press(app, "s");
	cr_assert_not_null(app->ask);
	app_answer(app, "New place");
	cr_assert_eq(app->ask->kind, ASK_YESNO);
	app_answer(app, "n");
	cr_assert_str_eq(fake_queue(), "move 4 2;copy 3 2;");
	press(app, "s");
	app_answer(app, "New place");
	app_answer(app, "y");
	cr_assert(strstr(fake_queue(), "create 5 0;move 3 5;"), "%s",
		  fake_queue());
	app_free(app);
}

Test(changes, a_message_stays_in_its_account)
{
	struct app *app = with_mail();

	cr_assert_eq(app_run(app, "move home:INBOX", NULL), ST_REFUSED);
	cr_assert(strstr(app->notice, "another account"), "%s", app->notice);
	cr_assert_null(app->ask, "no such folder is to be made");
	cr_assert_eq(app_run(app, "move work:Archive", NULL), ST_OK);
	cr_assert_str_eq(fake_queue(), "move 4 2;");
	app_free(app);
}

Test(changes, what_is_not_in_sight_is_left_alone)
{
	struct app *app = with_mail();

	press(app, "y");
	cr_assert_eq(app_run(app, "delete", NULL), ST_USAGE);
	cr_assert_str_eq(app->notice, "“delete” does nothing in the folder "
			 "list; it is for the message list.");
	cr_assert_str_eq(fake_queue(), "");
	press(app, "y");
	cr_assert_eq(app_run(app, "folder-delete", NULL), ST_USAGE);
	cr_assert_null(app->ask);
	cr_assert_eq(app_run(app, "delete", NULL), ST_OK);
	app_free(app);
}

Test(changes, there_is_room_on_the_disk_again)
{
	struct app *app = with_mail();

	fake_full(true);
	press(app, "F");
	cr_assert_str_eq(app->notice, "The disk is full.");
	press(app, "j F");
	cr_assert_str_eq(app->notice, "The disk is full.");
	fake_full(false);
	press(app, "F");
	cr_assert(strstr(app->notice, "Flagged 1 message"), "%s",
		  app->notice);
	cr_assert_eq(app->index.cursor_id, 3);
	press(app, "d");
	cr_assert_eq(app->index.count, 3);
	app_free(app);
}

Test(changes, flags_and_keywords_by_name)
{
	struct app *app = with_mail();

	cr_assert_eq(app_run(app, "set-flag answered", NULL), ST_OK);
	cr_assert_eq(app_run(app, "clear-flag answered", NULL), ST_OK);
	cr_assert_eq(app_run(app, "set-flag shiny", NULL), ST_USAGE);
	cr_assert_eq(app_run(app, "keyword work", NULL), ST_OK);
	cr_assert(flags_has_keyword(&fake_mail(4)->flags, "work"));
	cr_assert_eq(app_run(app, "keyword work", NULL), ST_OK);
	cr_assert(!flags_has_keyword(&fake_mail(4)->flags, "work"));
	cr_assert_eq(app_run(app, "keyword (", NULL), ST_USAGE);
	app_free(app);
}

Test(changes, a_tag_that_the_server_does_not_keep_says_so)
{
	struct app *app = with_mail();

	cr_assert_eq(app_run(app, "keyword work", NULL), ST_OK);
	cr_assert_not(strstr(app->notice, "here alone"));
	fake_tags_here(inbox);
	cr_assert_eq(app_run(app, "keyword home", NULL), ST_OK);
	cr_assert(strstr(app->notice, "here alone"), "%s", app->notice);
	cr_assert_eq(app_run(app, "set-flag answered", NULL), ST_OK);
	cr_assert_not(strstr(app->notice, "here alone"));
	fake_tags_here(0);
	app_free(app);
}

Test(changes, nothing_is_put_into_a_view)
{
	struct app *app;

	fake_reset();
	inbox = fake_folder("work", "INBOX");
	fake_folder("work", "Starred");
	fake_message(inbox, 1, "subject", "body");
	app = fake_app("");
	app_start(app);
	cr_assert_eq(app_run(app, "move Starred", NULL), ST_REFUSED);
	cr_assert_eq(app_run(app, "copy Starred", NULL), ST_REFUSED);
	cr_assert_str_eq(fake_queue(), "");
	app_free(app);
}

Test(changes, tags_are_counted_and_go_with_the_folder)
{
	struct app *app = with_mail();
	char *status;

	press(app, "t t");
	cr_assert_eq(tagged_count(app), 2);
	status = app_status(app);
	cr_assert(strstr(status, "2 tagged"), "%s", status);
	g_free(status);
	cr_assert_eq(app_run(app, "folder Archive", NULL), ST_OK);
	cr_assert_eq(tagged_count(app), 0);
	app_free(app);
}

Test(changes, the_queue_is_a_list_to_act_on)
{
	struct app *app = with_mail();
	const struct overlay_row *row;

	press(app, "Q");
	cr_assert_eq(app_where(app), WHERE_QUEUE);
	row = app->overlay.rows->pdata[0];
	cr_assert_str_eq(row->left, "needs you");
	cr_assert_str_eq(row->help, "subject · The mailbox is full.");
	press(app, "r j x");
	cr_assert(strstr(fake_queue(), "retry 41 0;cancel 40 0;"), "%s",
		  fake_queue());
	press(app, "Enter");
	cr_assert_eq(app->focus, WHERE_PAGER);
	cr_assert_eq(app->pager.id, 1);
	app_free(app);
}

Test(changes, the_undo_list_undoes_what_is_chosen)
{
	struct app *app = with_mail();

	press(app, "d U");
	cr_assert_eq(app->overlay.rows->len, 1);
	press(app, "Enter");
	cr_assert_eq(app->overlay.rows->len, 0);
	press(app, "Esc");
	cr_assert_eq(app->index.count, 4);
	app_free(app);
}

Test(changes, the_log_begins_with_the_arrival)
{
	struct app *app = with_mail();

	press(app, "Esc-l");
	cr_assert_str_eq(((struct overlay_row *)
			  app->overlay.rows->pdata[0])->right, "arrived");
	cr_assert_eq(app->overlay.rows->len, 5);
	cr_assert_str_eq(((struct overlay_row *)
			  app->overlay.rows->pdata[2])->help,
			 "needs you · The mailbox is full.");
	/* What came first stands first, whoever did it. */
	cr_assert_str_eq(((struct overlay_row *)
			  app->overlay.rows->pdata[3])->right, "read");
	cr_assert_str_eq(((struct overlay_row *)
			  app->overlay.rows->pdata[4])->right,
			 "moved from Old to INBOX");
	cr_assert_str_eq(((struct overlay_row *)
			  app->overlay.rows->pdata[4])->help, "elsewhere");
	app_free(app);
}

Test(changes, folders_are_named_as_the_server_wants_it)
{
	struct app *app = with_mail();
	struct folder *f = NULL;
	struct store *store = ((struct app_account *)
			       app->accounts->pdata[0])->store;

	fake_prefix("INBOX.");
	cr_assert_eq(app_run(app, "folder-create Projects", NULL), ST_OK);
	cr_assert_eq(app_run(app, "folder-create INBOX.Other", NULL), ST_OK);
	cr_assert_eq(folder_by_name(store, "INBOX.Projects", &f, NULL), ST_OK);
	folder_free(f);
	cr_assert_eq(folder_by_name(store, "INBOX.Other", &f, NULL), ST_OK);
	folder_free(f);
	press(app, "y j j");
	cr_assert_eq(app_run(app, "folder-rename Old", NULL), ST_OK);
	cr_assert(strstr(app->notice, "becomes INBOX.Old at the next"), "%s",
		  app->notice);
	fake_prefix(NULL);
	app_free(app);
}

Test(changes, folders_are_made_renamed_and_deleted)
{
	struct app *app = with_mail();

	press(app, "y j j");
	cr_assert_eq(app_run(app, "folder-create Projects", NULL), ST_OK);
	cr_assert_eq(app_run(app, "folder-rename Old", NULL), ST_OK);
	press(app, "d");
	cr_assert_eq(app->ask->kind, ASK_YESNO);
	app_answer(app, "y");
	cr_assert(strstr(app->notice, "stays listed, and is deleted at the "
				      "next"), "%s", app->notice);
	cr_assert_eq(app_run(app, "subscribe", NULL), ST_OK);
	cr_assert(strstr(fake_queue(), "create 5 0;"), "%s", fake_queue());
	cr_assert(strstr(fake_queue(), "rename "), "%s", fake_queue());
	cr_assert(strstr(fake_queue(), "delete "), "%s", fake_queue());
	cr_assert(strstr(fake_queue(), "subscribe "), "%s", fake_queue());
	app_free(app);
}

/* The row of the pane's cursor: account and folder. */
static void
check_pane(struct app *app, const char *words)
{
	const struct folder_row *row =
		app_folder_rows(app)->pdata[app->folder_cursor];
	const struct app_account *a = app->accounts->pdata[row->account];
	char *now = g_strdup_printf("%s %s", a->account->name,
				    row->folder ? row->folder->name : "-");

	cr_assert_str_eq(now, words);
	g_free(now);
}

Test(changes, the_cursor_of_the_pane_stays_on_its_folder)
{
	struct app *app = with_mail();
	int64_t notes = fake_folder("home", "Notes");
	char *queue = g_strdup_printf("delete %d 0;", (int)notes);

	fake_say("home", "folders");
	app_pump(app);
	press(app, "y * d");
	cr_assert_not_null(app->ask);
	fake_folder("work", "New");
	fake_say("work", "folders");
	app_pump(app);
	check_pane(app, "home Notes");
	press(app, "=");
	app_answer(app, "y");
	cr_assert_str_eq(fake_queue(), queue);
	g_free(queue);
	app_free(app);
}

Test(changes, inbox_keeps_its_name_before_another_is_asked_for)
{
	struct app *app = with_mail();

	press(app, "y r");
	cr_assert_null(app->ask);
	cr_assert_str_eq(app->notice, "INBOX keeps its name.");
	app_free(app);
}

Test(changes, a_folder_is_made_where_the_cursor_is)
{
	struct app *app = with_mail();
	const struct app_account *home = app->accounts->pdata[1];

	press(app, "y *");
	cr_assert_eq(app_run(app, "folder-create", NULL), ST_OK);
	press(app, "=");
	app_answer(app, "Projects");
	cr_assert_eq(home->folders->len, 2);
	app_free(app);
}

Test(changes, the_tag_prefix_is_about_the_next_key_alone)
{
	static const char *const keys[] = {
		"t t ; j d", "t t ; Esc d", "t t ; ; d", "t t ; X d",
		"t t ; 9 Esc d", "t t ; 9 d", "t t ; Tab d", "t t ; ? Esc d",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		struct app *app = with_mail();

		press(app, keys[i]);
		cr_assert(strstr(app->notice, "Moved 1 message to Trash"),
			  "%s: %s", keys[i], app->notice);
		app_free(app);
	}
}

/* While the question stood there, mail went from under the cursor. */
Test(changes, an_answer_is_about_the_message_that_was_asked_for)
{
	static const struct {
		const char *keys, *text, *queue;
	} rows[] = {
		{ "s", "Trash", "move 4 3;" },
		{ "C", "Trash", "copy 4 3;" },
		{ "w", "flagged", "set 4 4;" },
		{ "t t ; s", "Trash", "move 3 3;move 4 3;" },
		{ "t t ; w", "flagged", "set 3 4;set 4 4;" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct app *app = with_mail();

		press(app, rows[i].keys);
		cr_assert_not_null(app->ask);
		index_move(app, 0);
		app_answer(app, rows[i].text);
		cr_assert_str_eq(fake_queue(), rows[i].queue, "%s: %s",
				 rows[i].keys, fake_queue());
		app_free(app);
	}
}

Test(changes, a_question_left_leaves_no_tag_prefix)
{
	struct app *app = with_mail();

	press(app, "t t ; w");
	app_answer(app, NULL);
	press(app, "d");
	cr_assert(strstr(app->notice, "Moved 1 message to Trash"), "%s",
		  app->notice);
	app_free(app);
}
