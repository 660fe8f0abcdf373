/*
 * control_pager.c - messages: lines, waiting for bodies, parts, links, saving
 */
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <glib/gstdio.h>

#include "control/save.h"
#include "control_fakes.h"

static const char body[] =
	"X-Odd: 1\nSubject: hi\n"
	"> q1\n> q2\nanswer one\n> q3\nanswer two, Wörter\n"
	"0123456789012345678901234567890123456789012345\n"
	"attach a.pdf\nattach a.pdf\nattach ../evil\n"
	"x\nx\nx\nx\nx\nx\nlast words";

static int64_t inbox;

static struct app *
with_messages(void)
{
	struct app *app;

	fake_reset();
	inbox = fake_folder("work", "INBOX");
	fake_message(inbox, 1, "one", "short");
	fake_message(inbox, 2, "two", NULL);
	fake_message(inbox, 3, "three", body);
	app = fake_app("");
	app_start(app);
	fake_asked();
	return app;
}

static void
run(struct app *app, const char *line)
{
	struct err e = { "" };

	cr_assert_eq(app_run(app, line, &e), ST_OK, "%s: %s", line, e.text);
}

static const struct line *
line_at(const struct app *app, size_t i)
{
	return app->pager.lines->pdata[i];
}

Test(pager, open_scroll_back)
{
	struct app *app = with_messages();

	press(app, "Enter");
	cr_assert_eq(app->focus, WHERE_PAGER);
	cr_assert_str_eq(app->pager.subject, "three");
	cr_assert_str_eq(line_at(app, 0)->text, "Subject: hi");
	cr_assert_eq(app->pager.lines->len, 18, "the long line is two");
	press(app, "Down Down");
	cr_assert_eq(app->pager.top, 2);
	press(app, "Space");
	cr_assert_eq(app->pager.top, 8, "no further than the end");
	press(app, "Up -");
	cr_assert_eq(app->pager.top, 0);
	press(app, "End");
	cr_assert_eq(app->pager.top, 8);
	press(app, "i");
	cr_assert_eq(app->focus, WHERE_INDEX);
	cr_assert_eq(app->pager.id, 0);
	cr_assert_null(app->pager.lines);
	app_free(app);
}

Test(pager, next_message_and_the_ends)
{
	struct app *app = with_messages();

	press(app, "Enter k");
	cr_assert(strstr(app->notice, "first message"));
	run(app, "next 2");
	cr_assert_eq(app->pager.id, 1);
	cr_assert_eq(app->index.cursor, 2);
	press(app, "j");
	cr_assert(strstr(app->notice, "last message"));
	cr_assert_str_eq(line_at(app, 0)->text, "short");
	app_free(app);
}

Test(pager, forms)
{
	struct app *app = with_messages();

	press(app, "Enter h");
	cr_assert_str_eq(line_at(app, 0)->text, "X-Odd: 1");
	press(app, "h T");
	cr_assert_str_eq(line_at(app, 1)->text, "[2 lines quoted]");
	cr_assert_eq(line_at(app, 1)->kind, LINE_NOTICE);
	cr_assert_eq(app->pager.lines->len, 17);
	press(app, "T S");
	cr_assert_str_eq(line_at(app, app->pager.top)->text, "answer one");
	press(app, "S");
	cr_assert_str_eq(line_at(app, app->pager.top)->text,
			 "answer two, Wörter");
	press(app, "S");
	cr_assert(strstr(app->notice, "Nothing more"));
	press(app, "Esc-r");
	cr_assert_str_eq(line_at(app, 0)->text, "X-Odd: 1");
	app_free(app);
}

Test(pager, resize_wraps_anew_and_stays_near)
{
	struct app *app = with_messages();
	struct app_geometry g = app->geometry;

	press(app, "Enter");
	run(app, "line-down");
	g.pager_columns = 5;
	app_resize(app, &g);
	cr_assert_gt(app->pager.lines->len, 30);
	cr_assert_geq(app->pager.top, 1);
	g.pager_columns = 200;
	app_resize(app, &g);
	cr_assert_eq(app->pager.lines->len, 17);
	run(app, "set wrap 10");
	cr_assert_gt(app->pager.lines->len, 20);
	app_free(app);
}

/* Raw: gated, cut at the screen, and bounded. */
Test(pager, raw)
{
	struct app *app = with_messages();
	GString *huge = g_string_new("\033[2J\n");
	size_t n;

	while (huge->len < 3 << 20)
		g_string_append(huge, "日本語日本語日本語日本語日本語日本語\n");
	fake_message(inbox, 9, "huge", huge->str);
	app_pump(app);
	run(app, "folder INBOX");
	cr_assert_eq(app->index.cursor_id, 9);
	run(app, "open");
	run(app, "raw");
	n = app->pager.lines->len;
	cr_assert_str_eq(line_at(app, 0)->text, "␛[2J");
	cr_assert_eq(g_utf8_strlen(line_at(app, 1)->text, -1), 18);
	cr_assert(strstr(line_at(app, n - 1)->text, "more octets"));
	cr_assert_lt(n, 40000);
	g_string_free(huge, TRUE);
	app_free(app);
}

Test(pager, search)
{
	struct app *app = with_messages();

	press(app, "Enter");
	cr_assert_eq(app_run(app, "search-next", NULL), ST_USAGE);
	run(app, "search \"ANSWER\"");
	cr_assert_eq(app->pager.top, 3);
	press(app, "n");
	cr_assert_eq(app->pager.top, 5);
	press(app, "n");
	cr_assert_eq(app->pager.top, 3, "round the end");
	press(app, "N");
	cr_assert_eq(app->pager.top, 5);
	run(app, "search WÖRTER");
	cr_assert_eq(app->pager.top, 5);
	run(app, "search nothing-of-it");
	cr_assert(strstr(app->notice, "not in this message"));
	press(app, "/");
	cr_assert_str_eq(app->ask->initial, "nothing-of-it");
	app_answer(app, "q1");
	cr_assert_eq(app->pager.top, 1);
	app_free(app);
}

/* ---- bodies that are not here ------------------------------------------- */

Test(pager, waits_for_the_body)
{
	struct app *app = with_messages();

	run(app, "jump 2");
	run(app, "open");
	cr_assert(app->pager.waiting);
	cr_assert_null(app->pager.view);
	cr_assert_str_eq(app->pager.subject, "two");
	cr_assert_str_eq(fake_asked(), "work: fetch 2; ");
	fake_say("work", "changed 1");
	app_pump(app);
	cr_assert(app->pager.waiting, "nothing came yet");
	cr_assert_str_empty(fake_asked(), "asked once");
	fake_body(2, "here now");
	fake_say("work", "changed 1");
	app_pump(app);
	cr_assert(!app->pager.waiting);
	cr_assert_str_eq(line_at(app, 0)->text, "here now");
	app_free(app);
}

static void
fetch_ends(const char *end, const char *body_then, const char *failed)
{
	struct app *app = with_messages();
	char *line;

	run(app, "jump 2");
	run(app, "open");
	line = g_strdup_printf("end %u %s", app->pager.request, end);
	if (body_then)
		fake_body(2, body_then);
	fake_say("work", line);
	app_pump(app);
	cr_assert(!app->pager.waiting);
	if (failed)
		cr_assert(app->pager.failed &&
				  strstr(app->pager.failed, failed),
			  "%s", app->pager.failed);
	else
		cr_assert_not_null(app->pager.view);
	g_free(line);
	app_free(app);
}

Test(pager, the_request_ends)
{
	fetch_ends("ok \"\"", "body", NULL);
	fetch_ends("ok \"\"", NULL, "could not be fetched");
	fetch_ends("retry \"The server is away.\"", NULL, "server is away");
	fetch_ends("gone \"\"", NULL, "could not be fetched");
}

Test(pager, other_ends_do_not_concern_it)
{
	struct app *app = with_messages();

	run(app, "jump 2");
	run(app, "open");
	fake_say("work", "end 9999 retry \"Another.\"");
	fake_say("home", "end 3 retry \"Elsewhere.\"");
	app_pump(app);
	cr_assert(app->pager.waiting);
	cr_assert_null(app->pager.failed);
	app_free(app);
}

Test(pager, damage_is_told)
{
	struct app *app = with_messages();

	fake_body(3, "damaged");
	run(app, "open");
	cr_assert(strstr(app->pager.failed, "mbox is damaged"));
	cr_assert(!app->pager.waiting);
	fake_remove(2);
	run(app, "next");
	cr_assert(strstr(app->pager.failed, "is gone"));
	app_free(app);
}

/* ---- parts and links ---------------------------------------------------- */

static const struct overlay_row *
overlay_at(const struct app *app, size_t i)
{
	return app->overlay.rows->pdata[i];
}

Test(parts, list)
{
	struct app *app = with_messages();

	press(app, "v");
	cr_assert_eq(app->overlay.where, WHERE_PARTS);
	cr_assert_eq(app->focus, WHERE_PAGER);
	cr_assert_eq(app->overlay.rows->len, 4);
	cr_assert_str_eq(overlay_at(app, 0)->right, "text/plain");
	cr_assert_str_eq(overlay_at(app, 1)->right, "a.pdf");
	cr_assert_str_eq(overlay_at(app, 1)->help,
			 "application/pdf, attachment, 1 kB");
	press(app, "j j j j k");
	cr_assert_eq(app->overlay.cursor, 2);
	press(app, "q");
	cr_assert_eq(app->overlay.where, 0);
	cr_assert_eq(app->focus, WHERE_PAGER);
	app_free(app);
}

Test(parts, save)
{
	struct app *app = with_messages();
	char *dir = g_dir_make_tmp("verso-XXXXXX", NULL);
	char *line = g_strdup_printf("save %s", dir), *file, *text;
	static const char *const names[] = { "a.pdf", "a-2.pdf", "evil",
					     "mine" };

	press(app, "v j");
	run(app, line);
	run(app, line);
	press(app, "j j");
	run(app, line);
	g_free(line);
	file = g_build_filename(dir, "mine", NULL);
	line = g_strdup_printf("save %s", file);
	run(app, line);
	cr_assert_eq(app_run(app, line, NULL), ST_LOCAL, "never written over");
	cr_assert(strstr(app->notice, "File exists"));
	cr_assert_eq(app_run(app, "save /dev/null/x", NULL), ST_LOCAL);
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_free(file);
		file = g_build_filename(dir, names[i], NULL);
		cr_assert(g_file_get_contents(file, &text, NULL, NULL), "%s",
			  names[i]);
		cr_assert_eq(g_unlink(file), 0);
		g_free(text);
	}
	cr_assert_eq(rmdir(dir), 0);
	g_free(file);
	g_free(line);
	g_free(dir);
	app_free(app);
}

Test(parts, save_all)
{
	struct app *app = with_messages();
	char *dir = g_dir_make_tmp("verso-XXXXXX", NULL);
	char *line = g_strdup_printf("save-all %s/new", dir), *sub;
	static const char *const names[] = { "a.pdf", "a-2.pdf", "evil" };

	press(app, "Enter");
	run(app, line);
	cr_assert(strstr(app->notice, "Saved 3 files"), "%s", app->notice);
	sub = g_build_filename(dir, "new", NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		char *file = g_build_filename(sub, names[i], NULL);

		cr_assert_eq(g_unlink(file), 0, "%s", names[i]);
		g_free(file);
	}
	cr_assert_eq(rmdir(sub), 0);
	cr_assert_eq(rmdir(dir), 0);
	g_free(sub);
	g_free(dir);
	g_free(line);
	app_free(app);
}

Test(parts, open_goes_through_a_file_that_is_removed)
{
	char *dir = g_dir_make_tmp("verso-XXXXXX", NULL), *file;
	struct app *app;

	g_setenv("XDG_RUNTIME_DIR", dir, TRUE);
	app = with_messages();
	run(app, "set open \"viewer --new\"");
	press(app, "v j Enter");
	cr_assert(g_str_has_prefix(app->shell, "viewer --new /"), "%s",
		  app->shell);
	cr_assert(app->dirty & DIRTY_RESTORE);
	file = g_strdup(strchr(app->shell, '/'));
	cr_assert(g_file_test(file, G_FILE_TEST_EXISTS), "%s", file);
	app_free(app);
	cr_assert(!g_file_test(file, G_FILE_TEST_EXISTS));
	g_free(file);
	file = g_build_filename(dir, "verso", NULL);
	cr_assert_eq(rmdir(file), 0, "it left something");
	cr_assert_eq(rmdir(dir), 0);
	g_free(file);
	g_free(dir);
}

Test(parts, attachments)
{
	static const struct {
		const char *type, *name, *disposition;
		bool shown, attachment;
	} rows[] = {
		{ "text/plain", "", "", true, false },
		{ "text/html", "", "", false, false },
		{ "text/plain", "notes.txt", "inline", true, true },
		{ "text/plain", "", "attachment", false, true },
		{ "image/png", "", "inline", false, true },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct part part = {
			.type = (char *)rows[i].type,
			.filename = (char *)rows[i].name,
			.disposition = (char *)rows[i].disposition,
			.shown = rows[i].shown,
		};

		cr_assert_eq(save_is_attachment(&part), rows[i].attachment,
			     "row %zu", i);
	}
}

Test(links, open)
{
	struct app *app = with_messages();

	fake_message(inbox, 9, "links",
		     "see\nhttps://x/?a=1&b='\njavascript:evil\n"
		     "file:///etc/passwd\nmailto:a@x");
	app_pump(app);
	run(app, "folder INBOX");
	run(app, "open");
	run(app, "link 1");
	cr_assert_str_eq(app->shell, "xdg-open \"https://x/?a=1&b='\"");
	cr_assert_eq(app_run(app, "link 2", NULL), ST_USAGE);
	cr_assert_eq(app_run(app, "link 3", NULL), ST_USAGE);
	cr_assert_eq(app_run(app, "link 5", NULL), ST_USAGE);
	cr_assert_eq(app_run(app, "link 0", NULL), ST_USAGE);
	cr_assert_eq(app_run(app, "link x", NULL), ST_USAGE);
	press(app, "C-b");
	app_answer(app, "4");
	cr_assert_str_eq(app->shell, "xdg-open mailto:a@x");
	run(app, "next");
	run(app, "next");
	cr_assert_eq(app_run(app, "link 1", NULL), ST_GONE);
	app_free(app);
}
