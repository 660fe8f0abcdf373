/*
 * edit.c - opening and ending the editor, and what is typed into it
 */
#include "control/edit.h"

#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "control/notice.h"

enum st
edit_too_long(struct err *e)
{
	return err_set(e, ST_LOCAL, "The text would become too long: no more "
		       "than %u MiB can be edited.", EDITOR_LIMIT >> 20);
}

enum st
app_edit(struct app *app, const char *title, const char *text,
	 edit_handler *done, void *ctx, struct err *e)
{
	struct editor *editor;

	if (app->edit)
		return err_set(e, ST_USAGE, "“%s” is still being written.",
			       app->edit->title);
	editor = editor_new(text, strlen(text));
	if (!editor)
		return edit_too_long(e);
	app->edit = g_new0(struct app_edit, 1);
	app->edit->editor = editor;
	app->edit->title = g_strdup(title);
	app->edit->done = done;
	app->edit->ctx = ctx;
	edit_resize(app);
	edit_show(app, true);
	return ST_OK;
}

void
edit_end(struct app *app, enum edit_end end)
{
	struct app_edit *edit = app->edit;
	char *text = NULL;
	size_t len = 0;

	if (!edit)
		return;
	if (end != EDIT_CANCEL)
		text = editor_text(edit->editor, &len);
	if (end == EDIT_SAVE) {
		editor_saved(edit->editor);
		app->dirty |= DIRTY_STATUS;
	} else {
		edit_show(app, false);
		app->edit = NULL;
		editor_free(edit->editor);
	}
	edit->done(app, end, text, len, edit->ctx);
	if (end != EDIT_SAVE) {
		g_free(edit->title);
		g_free(edit);
	}
	g_free(text);
}

void
edit_show(struct app *app, bool show)
{
	if (!app->edit || show == (app->focus == WHERE_EDITOR))
		return;
	if (show)
		app->edit->back = app->focus;
	app->focus = show ? WHERE_EDITOR : app->edit->back;
	if (app->focus == WHERE_PAGER && !app->pager.id)
		app->focus = WHERE_INDEX;	/* it went meanwhile */
	app->dirty |= DIRTY_ALL;
}

/* Say why nothing happened. */
static void
typed(struct app *app, bool done)
{
	struct err e;

	if (!done && editor_is_full(app->edit->editor)) {
		edit_too_long(&e);
		notice_fail(app, "%s", e.text);
	}
	app->dirty |= DIRTY_PAGER;
}

/* Not from a device or a pipe: they may have no end. */
enum st
edit_read(const char *path, char **text, struct err *e)
{
	GError *error = NULL;
	struct stat found;
	char *bytes;
	size_t len;

	if (stat(path, &found) < 0)
		return err_errno(e, "The file %s cannot be read", path);
	if (!S_ISREG(found.st_mode))
		return err_set(e, ST_LOCAL, "%s is no file.", path);
	if (found.st_size > EDITOR_LIMIT)
		return edit_too_long(e);
	if (!g_file_get_contents(path, &bytes, &len, &error)) {
		err_set(e, ST_LOCAL, "%s.", error->message);
		g_error_free(error);
		return ST_LOCAL;
	}
	*text = text_to_utf8(bytes, len);
	g_free(bytes);
	return ST_OK;
}

bool
edit_key(struct app *app, const char *key)
{
	const char *text = strcmp(key, "Space") == 0 ? " "
			   : strcmp(key, "Tab") == 0 ? "\t" : key;

	if (!*text || *g_utf8_next_char(text))
		return false;
	typed(app, editor_type(app->edit->editor, text));
	return true;
}

void
edit_paste(struct app *app, const char *text)
{
	if (app->edit && app_where(app) == WHERE_EDITOR)
		typed(app, editor_insert(app->edit->editor, text,
					 strlen(text)));
}

void
edit_resize(struct app *app)
{
	if (app->edit)
		editor_resize(app->edit->editor,
			      app->geometry.overlay_columns,
			      app->geometry.overlay_rows + 1);
}
