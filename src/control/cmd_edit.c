/*
 * cmd_edit.c - the commands of the editor
 */
#include "control/cmd.h"

#include <string.h>

#include "control/app.h"
#include "control/ask.h"
#include "control/compose.h"
#include "control/edit.h"
#include "control/notice.h"

static struct editor *
editor_of(struct app *app)
{
	app->dirty |= DIRTY_PAGER;
	return app->edit->editor;
}

/* ---- moving ------------------------------------------------------------- */

static enum st
moved(struct app *app, enum editor_move where)
{
	editor_move(editor_of(app), where);
	return ST_OK;
}

enum st
cmd_edit_left(struct app *app, int n, char **words, struct err *e)
{
	return moved(app, EDITOR_LEFT);
}

enum st
cmd_edit_right(struct app *app, int n, char **words, struct err *e)
{
	return moved(app, EDITOR_RIGHT);
}

enum st
cmd_edit_up(struct app *app, int n, char **words, struct err *e)
{
	return moved(app, EDITOR_UP);
}

enum st
cmd_edit_down(struct app *app, int n, char **words, struct err *e)
{
	return moved(app, EDITOR_DOWN);
}

enum st
cmd_edit_word_left(struct app *app, int n, char **words, struct err *e)
{
	return moved(app, EDITOR_WORD_LEFT);
}

enum st
cmd_edit_word_right(struct app *app, int n, char **words, struct err *e)
{
	return moved(app, EDITOR_WORD_RIGHT);
}

enum st
cmd_edit_home(struct app *app, int n, char **words, struct err *e)
{
	return moved(app, EDITOR_HOME);
}

enum st
cmd_edit_end(struct app *app, int n, char **words, struct err *e)
{
	return moved(app, EDITOR_END);
}

enum st
cmd_edit_top(struct app *app, int n, char **words, struct err *e)
{
	return moved(app, EDITOR_TOP);
}

enum st
cmd_edit_bottom(struct app *app, int n, char **words, struct err *e)
{
	return moved(app, EDITOR_BOTTOM);
}

enum st
cmd_edit_page_up(struct app *app, int n, char **words, struct err *e)
{
	return moved(app, EDITOR_PAGE_UP);
}

enum st
cmd_edit_page_down(struct app *app, int n, char **words, struct err *e)
{
	return moved(app, EDITOR_PAGE_DOWN);
}

static void
goto_answered(struct app *app, const char *text, void *ctx)
{
	char *line;

	if (!text || !*text)
		return;
	line = g_strconcat("edit-goto ", text, NULL);
	app_run(app, line, NULL);
	g_free(line);
}

enum st
cmd_edit_goto(struct app *app, int n, char **words, struct err *e)
{
	char *end;
	gint64 line;

	if (n == 1) {
		ask_post(app, ASK_LINE, COMPLETE_NONE, "Go to line: ", NULL,
			 goto_answered, NULL, NULL);
		return ST_OK;
	}
	line = g_ascii_strtoll(words[1], &end, 10);
	if (*end || line < 1)
		return err_set(e, ST_USAGE, "“%s” is no number of a line.",
			       words[1]);
	editor_goto(editor_of(app), (size_t)line);
	return ST_OK;
}

/* ---- looking for words -------------------------------------------------- */

static enum st
look_for(struct app *app, const char *text, struct err *e)
{
	struct editor *ed = editor_of(app);
	bool wrapped;

	if (!*text && !*editor_sought(ed))
		return err_set(e, ST_USAGE, "Nothing was looked for yet.");
	if (!editor_find(ed, text, &wrapped))
		return err_set(e, ST_GONE, "“%s” is not in the text.",
			       editor_sought(ed));
	if (wrapped)
		notice_tell(app, "Found above, from the top again.");
	return ST_OK;
}

static void
find_answered(struct app *app, const char *text, void *ctx)
{
	struct err e;

	if (text && app->edit && look_for(app, text, &e) != ST_OK)
		notice_fail(app, "%s", e.text);
}

enum st
cmd_edit_find(struct app *app, int n, char **words, struct err *e)
{
	const char *last = editor_sought(app->edit->editor);
	char *prompt;

	if (n > 1)
		return look_for(app, words[1], e);
	prompt = *last ? g_strdup_printf("Where is [%s]: ", last)
		       : g_strdup("Where is: ");
	ask_post(app, ASK_LINE, COMPLETE_NONE, prompt, NULL, find_answered,
		 NULL, NULL);
	g_free(prompt);
	return ST_OK;
}

enum st
cmd_edit_find_next(struct app *app, int n, char **words, struct err *e)
{
	return look_for(app, "", e);
}

/* ---- changing ----------------------------------------------------------- */

/* A key that could not change anything is silent, unless it is for want of
 * room. */
static enum st
changed(struct app *app, bool done, struct err *e)
{
	app->dirty |= DIRTY_PAGER;
	return !done && editor_is_full(app->edit->editor) ? edit_too_long(e)
							  : ST_OK;
}

enum st
cmd_edit_newline(struct app *app, int n, char **words, struct err *e)
{
	return changed(app, editor_newline(app->edit->editor), e);
}

enum st
cmd_edit_backspace(struct app *app, int n, char **words, struct err *e)
{
	editor_backspace(editor_of(app));
	return ST_OK;
}

enum st
cmd_edit_delete(struct app *app, int n, char **words, struct err *e)
{
	editor_delete(editor_of(app));
	return ST_OK;
}

enum st
cmd_edit_mark(struct app *app, int n, char **words, struct err *e)
{
	editor_mark(editor_of(app));
	return ST_OK;
}

enum st
cmd_edit_cut(struct app *app, int n, char **words, struct err *e)
{
	editor_cut(editor_of(app));
	return ST_OK;
}

enum st
cmd_edit_uncut(struct app *app, int n, char **words, struct err *e)
{
	return changed(app, editor_uncut(app->edit->editor), e);
}

enum st
cmd_edit_justify(struct app *app, int n, char **words, struct err *e)
{
	editor_justify(editor_of(app));
	return ST_OK;
}

enum st
cmd_edit_undo(struct app *app, int n, char **words, struct err *e)
{
	if (!editor_undo(editor_of(app)))
		notice_tell(app, "There is nothing to take back.");
	return ST_OK;
}

enum st
cmd_edit_redo(struct app *app, int n, char **words, struct err *e)
{
	if (!editor_redo(editor_of(app)))
		notice_tell(app, "There is nothing to do again.");
	return ST_OK;
}

enum st
cmd_edit_insert(struct app *app, int n, char **words, struct err *e)
{
	char *text = g_strjoinv(" ", words + 1);
	bool done = editor_insert(app->edit->editor, text, strlen(text));

	g_free(text);
	return changed(app, done, e);
}

/* ---- files -------------------------------------------------------------- */

static enum st
read_file(struct app *app, const char *name, struct err *e)
{
	char *path = g_str_has_prefix(name, "~/")
		? g_build_filename(g_get_home_dir(), name + 2, NULL)
		: g_strdup(name), *text = NULL;
	enum st st = edit_read(path, &text, e);

	if (st == ST_OK)
		st = changed(app, editor_insert(app->edit->editor, text,
						strlen(text)), e);
	g_free(text);
	g_free(path);
	return st;
}

static void
file_answered(struct app *app, const char *text, void *ctx)
{
	struct err e;

	if (text && *text && app->edit && read_file(app, text, &e) != ST_OK)
		notice_fail(app, "%s", e.text);
}

enum st
cmd_edit_read(struct app *app, int n, char **words, struct err *e)
{
	if (n > 1)
		return read_file(app, words[1], e);
	ask_post(app, ASK_LINE, COMPLETE_FILE, "Insert the file: ", NULL,
		 file_answered, NULL, NULL);
	return ST_OK;
}

/* ---- the end ------------------------------------------------------------ */

enum st
cmd_editor(struct app *app, int n, char **words, struct err *e)
{
	struct open_letter *o = compose_in_editor(app);

	if (!app->edit && !o)
		return err_set(e, ST_GONE, "Nothing is being written.");
	if (app->edit)
		edit_show(app, app->focus != WHERE_EDITOR);
	else
		compose_show(app, o);
	return ST_OK;
}

enum st
cmd_edit_save(struct app *app, int n, char **words, struct err *e)
{
	edit_end(app, EDIT_SAVE);
	return ST_OK;
}

enum st
cmd_edit_finish(struct app *app, int n, char **words, struct err *e)
{
	edit_end(app, EDIT_FINISH);
	return ST_OK;
}

static void
keep_answered(struct app *app, const char *text, void *ctx)
{
	if (text)
		edit_end(app, *text == 'y' ? EDIT_FINISH : EDIT_CANCEL);
}

enum st
cmd_edit_cancel(struct app *app, int n, char **words, struct err *e)
{
	if (!editor_modified(app->edit->editor))
		edit_end(app, EDIT_CANCEL);
	else
		ask_post(app, ASK_YESNO, COMPLETE_NONE,
			 "Keep what was changed? [y/n] ", NULL, keep_answered,
			 NULL, NULL);
	return ST_OK;
}
