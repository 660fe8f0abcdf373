/*
 * control_edit.c - opening a text, the keys in it, and what comes of it
 */
#include "control/edit.h"

#include <string.h>

#include <criterion/criterion.h>
#include <glib/gstdio.h>

#include "control/command.h"
#include "control_fakes.h"

struct heard {
	GString *ends;		/* "save: text; " … */
	struct app *reopen;	/* open another text when it ends */
};

static const char *const names[] = { "save", "finish", "cancel", "quit" };

static void
done(struct app *app, enum edit_end end, const char *text, size_t len,
     void *ctx)
{
	struct heard *h = ctx;

	g_string_append_printf(h->ends, "%s: %s; ", names[end],
			       text ? text : "-");
	cr_assert_eq(len, text ? strlen(text) : 0);
	cr_assert((end == EDIT_SAVE) == (app->edit != NULL));
	if (h->reopen) {
		h->reopen = NULL;
		cr_assert_eq(app_edit(app, "Again", "", done, ctx, NULL),
			     ST_OK);
	}
}

static struct app *
begin(struct heard *h, const char *text)
{
	struct err e = { "" };
	struct app *app;

	fake_reset();
	fake_message(fake_folder("work", "INBOX"), 1, "s", "body");
	app = fake_app("");
	*h = (struct heard) { .ends = g_string_new(NULL) };
	cr_assert_eq(app_edit(app, "A letter", text, done, h, &e), ST_OK, "%s",
		     e.text);
	cr_assert_eq(app_where(app), WHERE_EDITOR);
	return app;
}

static void
ended(struct app *app, struct heard *h, const char *ends)
{
	cr_assert_str_eq(h->ends->str, ends);
	cr_assert_null(app->edit);
	cr_assert_eq(app_where(app), WHERE_INDEX);
	app_free(app);
	cr_assert_str_eq(h->ends->str, ends);
	g_string_free(h->ends, TRUE);
}

static void
is_text(struct app *app, const char *what)
{
	char *text = editor_text(app->edit->editor, NULL);

	cr_assert_str_eq(text, what);
	g_free(text);
}

Test(edit, keys_type_and_finish)
{
	struct heard h;
	struct app *app = begin(&h, "");

	press(app, "q Space ä ? Tab 7 Enter :");
	is_text(app, "q ä?\t7\n:");
	cr_assert(!app->quit);
	press(app, "Backspace C-o");
	cr_assert_str_eq(h.ends->str, "save: q ä?\t7\n; ");
	cr_assert(!editor_modified(app->edit->editor));
	press(app, "d C-x");
	ended(app, &h, "save: q ä?\t7\n; finish: q ä?\t7\nd; ");
}

Test(edit, cancelling_asks_when_something_was_changed)
{
	struct heard h;
	struct app *app = begin(&h, "old");

	press(app, "C-c");
	ended(app, &h, "cancel: -; ");
	app = begin(&h, "old");
	press(app, "x C-c");
	app_answer(app, NULL);
	is_text(app, "xold");
	press(app, "C-c");
	app_answer(app, "n");
	ended(app, &h, "cancel: -; ");
	app = begin(&h, "old");
	press(app, "x C-c");
	app_answer(app, "y");
	ended(app, &h, "finish: xold; ");
}

Test(edit, the_text_outlives_the_reader)
{
	struct heard h;
	struct app *app = begin(&h, "kept");

	press(app, "C-c");
	app_free(app);
	app = begin(&h, "kept");
	press(app, "! C-c");
	app_free(app);
	cr_assert_str_eq(h.ends->str, "quit: !kept; ");
}

Test(edit, there_is_one_and_then_another)
{
	struct err e = { "" };
	struct heard h;
	struct app *app = begin(&h, "one");
	char *long_text = g_strnfill(EDITOR_LIMIT + 1, 'x');

	cr_assert_eq(app_edit(app, "B", "", done, NULL, &e), ST_USAGE);
	cr_assert(strstr(e.text, "A letter"), "%s", e.text);
	h.reopen = app;
	press(app, "C-x t w o C-x");
	cr_assert_eq(app_edit(app, "B", long_text, done, NULL, &e), ST_LOCAL);
	g_free(long_text);
	ended(app, &h, "finish: one; finish: two; ");
}

Test(edit, mail_can_be_read_meanwhile)
{
	struct heard h;
	struct app *app = begin(&h, "");

	press(app, "a Esc-m");
	cr_assert_eq(app_where(app), WHERE_INDEX);
	press(app, "Enter Esc-m b");
	is_text(app, "ab");
	press(app, "Esc-m");
	cr_assert_eq(app_where(app), WHERE_PAGER);
	cr_assert_eq(app_run(app, "edit-cut", NULL), ST_USAGE);
	edit_paste(app, "nowhere");
	press(app, "q Esc-m C-x");
	ended(app, &h, "finish: ab; ");
}

Test(edit, what_is_pasted_is_one_step)
{
	struct heard h;
	struct app *app = begin(&h, "");

	edit_paste(app, "one two\nthree");
	press(app, "Esc-u");
	is_text(app, "");
	press(app, "Esc-e C-x");
	ended(app, &h, "finish: one two\nthree; ");
}

Test(edit, the_keys_of_pico)
{
	struct heard h;
	struct app *app = begin(&h, "one\ntwo\n\nthree");

	press(app, "C-j");
	is_text(app, "one two\n\nthree");
	press(app, "C-_");
	press(app, "C-k C-k C-v C-u");
	is_text(app, "\none\ntwo\nthree");
	press(app, "Esc-u Esc-< C-d C-e Space C-^ C-a C-k C-n C-u");
	is_text(app, "three ");
	press(app, "C-a C-f C-d C-b C-d Esc-> ! Esc-b Esc-f C-p C-y");
	is_text(app, "ree !");
	app_run(app, "edit-insert 'Kind regards'", NULL);
	is_text(app, "ree !Kind regards");
	press(app, "C-x");
	ended(app, &h, "finish: ree !Kind regards; ");
}

Test(edit, words_and_lines_are_found)
{
	struct heard h;
	struct app *app = begin(&h, "one\ntwo\nthree");

	press(app, "Esc-w");
	cr_assert(strstr(app->notice, "Nothing was looked for"), "%s",
		  app->notice);
	press(app, "C-w");
	app_answer(app, "TH");
	press(app, "1 Esc-w");
	cr_assert(strstr(app->notice, "from the top"), "%s", app->notice);
	press(app, "Esc-g");
	app_answer(app, "2");
	press(app, "2");
	is_text(app, "one\n2two\n1three");
	press(app, "C-w");
	cr_assert_str_eq(app_question(app)->prompt, "Where is [TH]: ");
	app_answer(app, "nope");
	cr_assert(strstr(app->notice, "“nope” is not in the text"), "%s",
		  app->notice);
	cr_assert_eq(app_run(app, "edit-goto x", NULL), ST_USAGE);
	cr_assert_eq(app_run(app, "edit-goto 0", NULL), ST_USAGE);
	press(app, "C-x");
	ended(app, &h, "finish: one\n2two\n1three; ");
}

Test(edit, files_are_read)
{
	char *dir = g_dir_make_tmp("verso-edit-XXXXXX", NULL);
	char *file = g_build_filename(dir, "text", NULL);
	struct heard h;
	struct app *app = begin(&h, "[]");

	g_file_set_contents(file, "caf\xe9\r\n", 6, NULL);
	press(app, "Right C-r");
	app_answer(app, file);
	is_text(app, "[caf\xc3\xa9\n]");
	press(app, "C-r");
	app_answer(app, dir);
	cr_assert(strstr(app->notice, "is no file"), "%s", app->notice);
	g_unlink(file);
	press(app, "C-r");
	app_answer(app, file);
	cr_assert(strstr(app->notice, "cannot be read"), "%s", app->notice);
	press(app, "Esc-u C-x");
	ended(app, &h, "finish: []; ");
	g_rmdir(dir);
	g_free(file);
	g_free(dir);
}

Test(edit, a_text_has_a_limit)
{
	char *text = g_strnfill(EDITOR_LIMIT, '\n');
	struct heard h;
	struct app *app = begin(&h, text);

	press(app, "x");
	cr_assert(strstr(app->notice, "too long"), "%s", app->notice);
	press(app, "C-k Enter");
	cr_assert_str_empty(app->notice);
	press(app, "C-b Enter");
	cr_assert(strstr(app->notice, "too long"), "%s", app->notice);
	cr_assert_eq(editor_length(app->edit->editor), EDITOR_LIMIT);
	for (int i = 0; i < 9; i++)
		press(app, "C-k");
	edit_paste(app, "ten bytes!");
	cr_assert(strstr(app->notice, "too long"), "%s", app->notice);
	press(app, "C-u");
	cr_assert_eq(editor_length(app->edit->editor), EDITOR_LIMIT);
	cr_assert_str_empty(app->notice);
	press(app, "C-u");
	cr_assert(strstr(app->notice, "too long"), "%s", app->notice);
	app_free(app);
	g_string_free(h.ends, TRUE);
	g_free(text);
}
