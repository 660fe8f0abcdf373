/*
 * cmd_template.c - letters that begin as a file says
 *
 * A template is a letter file (mime/letter_file.h) in the folder templates
 * beside the configuration.
 */
#include <string.h>

#include "base/path.h"
#include "control/ask.h"
#include "control/book.h"
#include "control/cmd.h"
#include "control/compose.h"
#include "control/notice.h"
#include "mime/letter_file.h"

/* The caller frees. */
static char *
template_dir(void)
{
	char *config = path_config(), *dir = g_path_get_dirname(config);
	char *templates = g_build_filename(dir, "templates", NULL);

	g_free(dir);
	g_free(config);
	return templates;
}

/* A name with a slash in it is a file of one's own. */
static char *
template_file(const char *name)
{
	char *dir, *file;

	if (strchr(name, '/'))
		return g_canonicalize_filename(name, NULL);
	dir = template_dir();
	file = g_build_filename(dir, name, NULL);
	g_free(dir);
	return file;
}

/* Whose mail is in view. */
static int
account_here(const struct app *app)
{
	return MAX(app->index.account, 0);
}

static enum st
begin(struct app *app, const char *name, struct err *e)
{
	char *file = template_file(name), *text = NULL;
	GError *error = NULL;
	struct letter *l = NULL;
	gsize len = 0;
	enum st st = ST_OK;

	if (!g_file_get_contents(file, &text, &len, &error))
		st = err_set(e, ST_USAGE, "There is no template “%s”: %s.",
			     name, error->message);
	if (st == ST_OK)
		st = letter_read(text, len, &l, e);
	if (st == ST_OK) {
		book_fill(l);
		compose_dress(app, account_here(app), l);
		st = compose_open(app, account_here(app), l, true, e);
	}
	g_clear_error(&error);
	g_free(text);
	g_free(file);
	return st;
}

static void
ask(struct app *app, const char *initial);

static void
answered(struct app *app, const char *text, void *ctx)
{
	struct err e;

	if (!text || !*text || begin(app, text, &e) == ST_OK)
		return;
	notice_fail(app, "%s", e.text);
	if (app->focus != WHERE_COMPOSE)	/* not begun, so asked again */
		ask(app, text);
}

static void
ask(struct app *app, const char *initial)
{
	ask_post(app, ASK_LINE, COMPLETE_FILE, "Template: ", initial, answered,
		 NULL, NULL);
}

enum st
cmd_template(struct app *app, int n, char **words, struct err *e)
{
	char *dir, *all;

	if (n > 1)
		return begin(app, words[1], e);
	dir = template_dir();
	all = g_strconcat(dir, "/", NULL);
	ask(app, all);
	g_free(all);
	g_free(dir);
	return ST_OK;
}
