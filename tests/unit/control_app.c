/*
 * control_app.c - commands, help, completion, workers' words, questions
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "base/clock.h"
#include "control/command.h"
#include "control/complete.h"
#include "control/notice.h"
#include "control/overlay.h"
#include "control_fakes.h"

static struct app *
started(void)
{
	struct app *app;
	int64_t inbox;

	fake_reset();
	inbox = fake_folder("work", "INBOX");
	fake_folder("work", "Lists/kernel");
	fake_folder("work", "Lists/my own");
	fake_folder("home", "INBOX");
	fake_message(inbox, 1, "one", "body");
	app = fake_app("[keys index]\nX = folder Lists/kernel\n");
	app_start(app);
	fake_asked();
	return app;
}

static void
say(struct app *app, const char *line)
{
	fake_say("work", line);
	app_pump(app);
}

/* ---- commands ----------------------------------------------------------- */

Test(command, every_line_of_the_table_is_sound)
{
	for (const struct command *c = command_table; c->name; c++) {
		int min, max;

		cr_assert_eq(command_find(c->name), c, "%s twice", c->name);
		cr_assert(c->where &&
			  !(c->where & ~(uint32_t)(WHERE_LISTS |
						   WHERE_EDITOR)));
		cr_assert(g_str_has_suffix(c->help, "."), "%s", c->name);
		command_limits(c, &min, &max);
		cr_assert(max < 0 || min <= max);
		cr_assert(*c->keys || min > 0, "%s cannot be reached", c->name);
	}
}

Test(command, limits)
{
	static const struct {
		const char *args;
		int min, max;
	} rows[] = {
		{ "", 0, 0 },	      { "[COUNT]", 0, 1 },
		{ "NUMBER", 1, 1 },   { "[FOLDER...]", 0, -1 },
		{ "A B", 2, 2 },      { "A [B]", 1, 2 },
		{ "A B C...", 3, -1 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct command c = { .args = rows[i].args };
		int min, max;

		command_limits(&c, &min, &max);
		cr_assert_eq(min, rows[i].min, "%s", rows[i].args);
		cr_assert_eq(max, rows[i].max, "%s", rows[i].args);
	}
}

Test(command, wrong_lines)
{
	static const char *const rows[][2] = {
		{ "", "missing" },
		{ "  ", "missing" },
		{ "nxt", "“next”" },
		{ "frobnicate", "“help” lists them" },
		{ "quit now", "written “quit”" },
		{ "jump", "written “jump NUMBER”" },
		{ "folder a b", "written “folder [FOLDER]”" },
		{ "folder \"a", "quote" },
	};
	struct app *app = started();

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct err e = { "" };

		cr_assert_eq(app_run(app, rows[i][0], &e), ST_USAGE);
		cr_assert(strstr(e.text, rows[i][1]), "%s: %s", rows[i][0],
			  e.text);
		cr_assert_str_eq(app->notice, e.text);
		cr_assert(app->notice_bad);
		cr_assert_eq(command_check(rows[i][0], NULL), ST_CONFIG);
	}
	cr_assert_eq(command_check("sync a b c", NULL), ST_OK);
	app_free(app);
}

/* Whatever has the keys, no command of the table crashes or hangs when run
 * from a script, wherever it is meant for.  Some of them save files. */
Test(command, all_of_them_everywhere)
{
	static const char *const places[] = { "", "folders", "open", "help",
					      "parts" };
	char *dir = g_dir_make_tmp("verso-control-XXXXXX", NULL);
	char *remove[] = { (char *)"rm", (char *)"-rf", dir, NULL };

	cr_assert_eq(chdir(dir), 0);
	g_setenv("XDG_RUNTIME_DIR", dir, TRUE);

	for (size_t i = 0; i < G_N_ELEMENTS(places); i++)
		for (const struct command *c = command_table; c->name; c++) {
			struct app *app = started();

			if (*places[i])
				app_run(app, places[i], NULL);
			app_run(app, c->name, NULL);
			app_answer(app, "1");
			app_key(app, "j");
			app_pump(app);
			app_free(app);
		}
	g_spawn_sync("/", remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
		     NULL, NULL, NULL);
	g_free(dir);
}

Test(command, terminal)
{
	struct app *app = started();

	g_setenv("SHELL", "/bin/sh", TRUE);
	app_run(app, "shell echo \"a b\"", NULL);
	cr_assert_str_eq(app->shell, "/bin/sh -c \"echo a b\"");
	press(app, "!");
	app_answer(app, "");
	cr_assert_str_eq(app->shell, "/bin/sh");
	app->dirty = 0;
	press(app, "C-z");
	cr_assert(app->suspend);
	cr_assert(app->dirty & DIRTY_RESTORE);
	app->dirty = 0;
	press(app, "C-l");
	cr_assert_eq(app->dirty & DIRTY_ALL, DIRTY_ALL);
	press(app, ":");
	cr_assert_eq(app->ask->complete, COMPLETE_COMMAND);
	app_answer(app, "quit");
	cr_assert(app->quit);
	app_free(app);
}

/* ---- help --------------------------------------------------------------- */

static bool
help_has(const struct app *app, const char *command)
{
	for (guint i = 0; i < app->overlay.rows->len; i++) {
		const struct overlay_row *row = app->overlay.rows->pdata[i];

		if (g_str_has_prefix(row->right, command))
			return true;
	}
	return false;
}

Test(help, lists_what_applies_here)
{
	struct app *app = started();

	press(app, "?");
	cr_assert_eq(app->overlay.where, WHERE_HELP);
	cr_assert(help_has(app, "sort"));
	cr_assert(help_has(app, "folder Lists/kernel"), "one's own keys");
	cr_assert(!help_has(app, "headers"));
	press(app, "q Enter ?");
	cr_assert(help_has(app, "headers"));
	cr_assert(!help_has(app, "tag"));
	app_free(app);
}

Test(help, typing_narrows_and_enter_runs)
{
	struct app *app = started();
	guint all;

	press(app, "?");
	all = app->overlay.rows->len;
	press(app, "l i s t Space o f");
	cr_assert_str_eq(app->overlay.filter, "list of");
	cr_assert_lt(app->overlay.rows->len, all);
	cr_assert(help_has(app, "folders"));
	press(app, "Backspace Backspace Backspace Backspace Backspace "
		   "Backspace Backspace");
	cr_assert_eq(app->overlay.rows->len, all);
	press(app, "Backspace r e v e r Enter");
	cr_assert_eq(app->overlay.where, 0);
	cr_assert(!app->index.order.reverse, "“reverse” was run");
	press(app, "? z z z z Enter Down");
	cr_assert_eq(app->overlay.rows->len, 0);
	press(app, "q");
	cr_assert_str_eq(app->overlay.filter, "zzzzq");
	press(app, "Esc");
	cr_assert_eq(app->overlay.where, 0);
	app_free(app);
}

/* Lines that the rows from the first one shown to the last take. */
static int
lines_shown(const struct app *app)
{
	return overlay_lines(app, app->overlay.top,
			     app->overlay.top + overlay_rows(app), 100);
}

Test(help, moving_in_it)
{
	struct app *app = started();
	size_t first;

	press(app, "? End");
	cr_assert_eq(app->overlay.cursor, app->overlay.rows->len - 1);
	cr_assert_leq(lines_shown(app), 10);
	cr_assert_geq(lines_shown(app), 9);
	cr_assert_eq(app->overlay.top + overlay_rows(app),
		     app->overlay.rows->len);
	press(app, "Home");
	first = overlay_rows(app);
	cr_assert_lt(first, 10, "some of these rows take two lines");
	press(app, "PgDn Down");
	cr_assert_eq(app->overlay.cursor, first + 1);
	cr_assert_eq(app->overlay.top, first, "no row is passed over");
	press(app, "Up PgUp");
	cr_assert_eq(app->overlay.cursor, 0);
	app_free(app);
}

/* Opened twice: the folder for such files is made once. */
Test(parts, are_opened_in_a_folder_of_their_own)
{
	char *dir = g_dir_make_tmp("verso-control-XXXXXX", NULL);
	char *folder;
	struct app *app;

	g_setenv("XDG_RUNTIME_DIR", dir, TRUE);
	app = started();
	press(app, "Enter v Enter");
	cr_assert_not_null(app->shell, "%s", app->notice);
	folder = g_strdup(app->temporary);
	press(app, "Enter");
	cr_assert_str_eq(app->temporary, folder);
	app_free(app);
	cr_assert(!g_file_test(folder, G_FILE_TEST_EXISTS));
	g_free(folder);
	folder = g_build_filename(dir, "verso", NULL);
	rmdir(folder);
	cr_assert_eq(rmdir(dir), 0);
	g_free(folder);
	g_free(dir);
}

Test(hints, say_the_keys_that_hold)
{
	struct app *app = started();
	const struct hint *hint = app_hints(app)->pdata[0];

	cr_assert_str_eq(hint->key, "Enter");
	cr_assert_str_eq(hint->word, "open");
	app_run(app, "bind index Enter none", NULL);
	hint = app_hints(app)->pdata[0];
	cr_assert_str_eq(hint->key, "Right");
	app_run(app, "open", NULL);
	hint = app_hints(app)->pdata[0];
	cr_assert_str_eq(hint->word, "back");
	app_free(app);
}

/* ---- completion --------------------------------------------------------- */

Test(complete, table)
{
	static const struct {
		enum complete_kind kind;
		const char *text, *lines;	/* joined by '|' */
	} rows[] = {
		{ COMPLETE_COMMAND, "sor", "sort" },
		{ COMPLETE_COMMAND, "syn", "sync|sync-all" },
		{ COMPLETE_COMMAND, "zzz", "" },
		{ COMPLETE_COMMAND, "folder l",
		  "folder Lists/kernel|folder \"Lists/my own\"" },
		{ COMPLETE_COMMAND, "folder \"lists/m",
		  "folder \"Lists/my own\"" },
		{ COMPLETE_COMMAND, "folder home:", "folder home:INBOX" },
		{ COMPLETE_COMMAND, "sync INBOX lists/k",
		  "sync INBOX Lists/kernel" },
		{ COMPLETE_COMMAND, "sort ",
		  "sort arrival|sort date|sort from|sort size|sort subject" },
		{ COMPLETE_COMMAND, "sort date x", "" },
		{ COMPLETE_COMMAND, "set the", "set theme" },
		{ COMPLETE_COMMAND, "set theme d",
		  "set theme day|set theme dusk" },
		{ COMPLETE_COMMAND, "set nonsense ", "" },
		{ COMPLETE_COMMAND, "bind p", "bind pager|bind parts" },
		{ COMPLETE_COMMAND, "bind pager x quo", "bind pager x quoted" },
		{ COMPLETE_COMMAND, "nonsense ", "" },
		{ COMPLETE_FOLDER, "lists/M", "Lists/my own" },
		{ COMPLETE_FOLDER, "", "INBOX|Lists/kernel|Lists/my own|"
				       "home:INBOX" },
		{ COMPLETE_TARGET, "", "INBOX|Lists/kernel|Lists/my own" },
		{ COMPLETE_COMMAND, "move home", "" },
		{ COMPLETE_COMMAND, "copy lists/k", "copy Lists/kernel" },
		{ COMPLETE_FLAG, "", "answered|flagged|read" },
		{ COMPLETE_COMMAND, "clear-flag a", "clear-flag answered" },
		{ COMPLETE_SORT, "s", "size|subject" },
		{ COMPLETE_NONE, "s", "" },
	};
	struct app *app = started();

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		char **lines = complete_line(app, rows[i].kind, rows[i].text);
		char *joined = g_strjoinv("|", lines);

		cr_assert_str_eq(joined, rows[i].lines, "%s: %s",
				 rows[i].text, joined);
		g_free(joined);
		g_strfreev(lines);
	}
	app_free(app);
}

Test(complete, files)
{
	struct app *app = started();
	char *dir = g_dir_make_tmp("verso-XXXXXX", NULL);
	char *file = g_build_filename(dir, "a file", NULL);
	char *sub = g_build_filename(dir, "afolder", NULL);
	char *text = g_strconcat("save ", dir, "/a", NULL), **lines;

	g_file_set_contents(file, "", -1, NULL);
	cr_assert_eq(g_mkdir_with_parents(sub, 0700), 0);
	lines = complete_line(app, COMPLETE_COMMAND, text);
	cr_assert_eq(g_strv_length(lines), 2);
	cr_assert(g_str_has_suffix(lines[0], "a file\""), "%s", lines[0]);
	cr_assert(g_str_has_suffix(lines[1], "/afolder/"), "%s", lines[1]);
	g_strfreev(lines);
	app_run(app, "shell", NULL);
	lines = app_complete(app, file);
	cr_assert_str_eq(lines[0], file);
	g_strfreev(lines);
	cr_assert_eq(remove(file), 0);
	cr_assert_eq(remove(sub), 0);
	cr_assert_eq(remove(dir), 0);
	g_free(text);
	g_free(sub);
	g_free(file);
	g_free(dir);
	app_free(app);
}

/* ---- workers ------------------------------------------------------------ */

static void
check_status(struct app *app, const char *want)
{
	char *status = app_status(app);

	cr_assert_str_eq(status, want);
	g_free(status);
}

Test(worker, status)
{
	struct app *app = started();

	check_status(app, "");
	say(app, "state connecting \"\"");
	check_status(app, "work: connecting");
	say(app, "state syncing \"\"");
	check_status(app, "work: Send/Receive");
	say(app, "progress 1 300 12480 4096");
	check_status(app, "work: INBOX 300 of 12,480 · you can read");
	fake_say("home", "state offline \"No route to host.\"");
	app_pump(app);
	check_status(app, "work: INBOX 300 of 12,480 · home: offline: "
			  "No route to host. · you can read");
	say(app, "state idle \"\"");
	fake_say("home", "state online \"\"");
	app_pump(app);
	check_status(app, "");
	say(app, "state crashed \"It crashed and is started again.\"");
	cr_assert(strstr(app->notice, "crashed"));
	check_status(app, "work: restarting");
	app_free(app);
}

Test(worker, notices)
{
	static const struct {
		const char *line, *notice;
		bool bad;
	} rows[] = {
		{ "arrived 1 2", "2 new messages in INBOX.", false },
		{ "arrived 1 1", "1 new message in INBOX.", false },
		{ "notice \"Server says hi.\"", "Server says hi.", false },
		{ "failed Lists/x refused \"No such folder.\"",
		  "Lists/x: No such folder.", true },
		{ "end 77 retry \"The server is away.\"",
		  "work: The server is away.", true },
		{ "end 77 cancelled \"\"", "Stopped.", false },
		{ "end 77 ok \"\"", "", false },
		{ "arrived 1 0", "", false },
		{ "arrived 1", "", false },
		{ "nonsense 1 2 3", "", false },
		{ "changed", "", false },
		{ "progress 1 2", "", false },
		{ "state", "", false },
	};
	struct app *app = started();

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		notice_key(app);
		say(app, rows[i].line);
		cr_assert_str_eq(app->notice, rows[i].notice, "%s: %s",
				 rows[i].line, app->notice);
		cr_assert_eq(app->notice_bad, rows[i].bad);
	}
	app_free(app);
}

Test(worker, a_sync_that_was_asked_for_is_answered)
{
	struct app *app = started();
	const struct app_account *work = app->accounts->pdata[0];
	char *line;

	press(app, "$");
	cr_assert_str_eq(fake_asked(), "work: sync INBOX; ");
	line = g_strdup_printf("end %u ok \"\"", work->sync_request);
	say(app, line);
	cr_assert_str_eq(app->notice, "work: Send/Receive is complete.");
	press(app, "G");
	cr_assert_str_eq(fake_asked(), "work: sync; home: sync; ");
	say(app, "level INBOX 3 1 9");
	say(app, "level Lists/kernel 2 0 2");
	g_free(line);
	line = g_strdup_printf("end %u ok \"\"", work->sync_request);
	say(app, line);
	cr_assert_str_eq(app->notice,
			 "work: Send/Receive is complete: 5 new, 1 removed.");
	press(app, "C-c");
	cr_assert_str_eq(fake_asked(), "work: interrupt; home: interrupt; ");
	app_run(app, "sync Lists/kernel INBOX", NULL);
	cr_assert_str_eq(fake_asked(),
			 "work: sync Lists/kernel; work: sync INBOX; ");
	g_free(line);
	app_free(app);
}

Test(worker, a_preview_is_one_sentence)
{
	struct app *app = started();
	const struct app_account *work = app->accounts->pdata[0];
	char *line;

	press(app, "Esc-g");
	cr_assert_str_eq(fake_asked(), "work: preview; ");
	line = g_strdup_printf("end %u ok \"\"", work->preview_request);
	say(app, line);
	cr_assert_str_eq(app->notice, "work: Send/Receive would do nothing.");
	g_free(line);
	press(app, "Esc-g");
	line = g_strdup_printf("end %u ok \"\"", work->preview_request);
	say(app, "would INBOX 40 3000000 2 1 3");
	say(app, "would Lists/kernel 1 200000 0 0 0");
	say(app, "would \"\" 0 0 0 1 0");
	say(app, line);
	cr_assert_str_eq(app->notice, "work: Send/Receive would do this: 3 "
			 "deleted on the server, 2 sent, 41 fetched "
			 "(3.2\xc2\xa0MB), 2 removed here.");
	g_free(line);
	app_free(app);
}

Test(worker, questions_wait_their_turn)
{
	struct app *app = started();

	press(app, "c");
	say(app, "ask q1 password \"Password for work:\"");
	fake_say("home", "ask q2 password \"Password for home:\"");
	app_pump(app);
	cr_assert_str_eq(app->ask->prompt, "Folder: ");
	app_answer(app, "Lists/kernel");
	cr_assert_str_eq(app->ask->prompt, "Password for work: ");
	cr_assert_eq(app->ask->kind, ASK_SECRET);
	fake_asked();
	app_answer(app, "geheim");
	cr_assert_str_eq(fake_asked(), "work: q1 geheim; ");
	app_answer(app, NULL);
	cr_assert_str_eq(fake_asked(), "home: q2 (no); ");
	cr_assert_null(app->ask);
	app_answer(app, "nobody asked");
	say(app, "ask q3 password \"Password:\"");
	app_free(app);
	cr_assert_str_eq(fake_asked(), "work: q3 (no); ",
			 "nobody waits for ever");
}

Test(notice, goes_after_a_while)
{
	struct app *app = started();
	int64_t before = clock_ms();

	notice_tell(app, "%s", "hello");
	cr_assert_gt(app->notice_until, before + 1000);
	cr_assert_leq(app_timeout(app), 5000);
	cr_assert_geq(app_timeout(app), 0);
	app->notice_until = clock_ms() + 60000;
	notice_tick(app);
	cr_assert_str_eq(app->notice, "hello");
	app->notice_until = clock_ms() - 1;
	app_pump(app);
	cr_assert_str_empty(app->notice);
	cr_assert_eq(app_timeout(app), -1);
	notice_fail(app, "%s", "bad");
	cr_assert_eq(app_timeout(app), -1, "a failure stays");
	app_free(app);
}
