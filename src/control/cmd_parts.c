/*
 * cmd_parts.c - parts of a message: listed, opened, saved
 */
#include "control/parts.h"

#include <string.h>

#include "base/path.h"
#include "base/words.h"
#include "control/ask.h"
#include "control/cmd.h"
#include "control/notice.h"
#include "control/overlay.h"
#include "control/pager.h"
#include "control/save.h"

enum st
cmd_parts(struct app *app, int n, char **words, struct err *e)
{
	if (app->focus == WHERE_INDEX && app->index.cursor_id)
		pager_open(app, app->index.account, app->index.cursor_id);
	if (!app->pager.view)
		return err_set(e, ST_GONE, "The message is not here yet.");
	overlay_parts(app);
	return ST_OK;
}

/* The number of the part under the cursor; false: there is none. */
static bool
current_part(const struct app *app, size_t *part)
{
	const struct overlay_row *row = overlay_current(app);

	if (!row || !app->pager.view)
		return false;
	*part = (size_t)g_ascii_strtoull(row->left, NULL, 10) - 1;
	return *part < mime_part_count(app->pager.view);
}

/* A folder for files that are opened once, emptied at the end. */
static enum st
temporary_folder(struct app *app, struct err *e)
{
	char *base;
	enum st st;

	if (app->temporary)
		return ST_OK;
	base = path_runtime();
	if (!base)
		base = path_cache();
	st = path_mkdir(base, e);
	if (st == ST_OK) {
		app->temporary = g_build_filename(base, "open-XXXXXX", NULL);
		if (!g_mkdtemp_full(app->temporary, 0700)) {
			st = err_errno(e, "A folder in %s cannot be made",
				       base);
			g_clear_pointer(&app->temporary, g_free);
		}
	}
	g_free(base);
	return st;
}

enum st
parts_open_current(struct app *app, struct err *e)
{
	char *file = NULL, *quoted;
	size_t part;
	enum st st;

	if (!current_part(app, &part))
		return err_set(e, ST_GONE, "There is no part here.");
	st = temporary_folder(app, e);
	if (st == ST_OK)
		st = save_into(app->pager.view, part, app->temporary, &file,
			       e);
	if (st != ST_OK)
		return st;
	quoted = words_quote(file);
	g_free(app->shell);
	app->shell = g_strjoin(" ", app->config->ui.open, quoted, NULL);
	app->dirty |= DIRTY_RESTORE;
	g_free(quoted);
	g_free(file);
	return ST_OK;
}

/* ---- saving ------------------------------------------------------------ */

/* "~/x" is the home folder's; nothing is the configured folder.  The caller
 * frees. */
static char *
destination(const struct app *app, const char *text)
{
	const char *standard = app->config->ui.save_folder;

	if (g_str_has_prefix(text, "~/"))
		return g_build_filename(g_get_home_dir(), text + 2, NULL);
	if (*text)
		return g_strdup(text);
	return g_strdup(*standard ? standard : ".");
}

static enum st
save_one(struct app *app, const char *text, struct err *e)
{
	char *place = destination(app, text), *file = NULL;
	size_t part;
	enum st st;

	if (!current_part(app, &part))
		st = err_set(e, ST_GONE, "There is no part here.");
	else if (g_file_test(place, G_FILE_TEST_IS_DIR))
		st = save_into(app->pager.view, part, place, &file, e);
	else
		st = save_as(app->pager.view, part, place, e);
	if (st == ST_OK)
		notice_tell(app, "Saved as %s.", file ? file : place);
	g_free(place);
	g_free(file);
	return st;
}

static enum st
save_every(struct app *app, const char *text, struct err *e)
{
	char *place = destination(app, text);
	size_t count = 0;
	enum st st;

	if (!app->pager.view)
		st = err_set(e, ST_GONE, "The message is not here yet.");
	else
		st = save_all(app->pager.view, place, &count, e);
	if (st == ST_OK)
		notice_tell(app, "Saved %zu file%s in %s.", count,
			    count == 1 ? "" : "s", place);
	g_free(place);
	return st;
}

static void
save_answered(struct app *app, const char *text, void *ctx)
{
	struct err e;

	if (text && save_one(app, text, &e) != ST_OK)
		notice_fail(app, "%s", e.text);
}

static void
save_all_answered(struct app *app, const char *text, void *ctx)
{
	struct err e;

	if (text && save_every(app, text, &e) != ST_OK)
		notice_fail(app, "%s", e.text);
}

enum st
cmd_save(struct app *app, int n, char **words, struct err *e)
{
	if (n > 1)
		return save_one(app, words[1], e);
	ask_post(app, ASK_LINE, COMPLETE_FILE, "Save as file or in folder: ",
		 app->config->ui.save_folder, save_answered, NULL, NULL);
	return ST_OK;
}

enum st
cmd_save_all(struct app *app, int n, char **words, struct err *e)
{
	if (n > 1)
		return save_every(app, words[1], e);
	ask_post(app, ASK_LINE, COMPLETE_FILE, "Save all in folder: ",
		 app->config->ui.save_folder, save_all_answered, NULL, NULL);
	return ST_OK;
}
