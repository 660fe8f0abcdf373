/*
 * cmd_app.c - the program itself: help, options, workers, the terminal
 */
#include "control/cmd.h"

#include <string.h>

#include "base/words.h"
#include "control/app.h"
#include "control/ask.h"
#include "control/changes.h"
#include "control/command.h"
#include "control/compose.h"
#include "control/index.h"
#include "control/notice.h"
#include "control/overlay.h"
#include "control/pager.h"

enum st
cmd_help(struct app *app, int n, char **words, struct err *e)
{
	overlay_close(app);
	overlay_help(app);
	return ST_OK;
}

static void
quit_answered(struct app *app, const char *text, void *ctx)
{
	if (text && strcmp(text, "y") == 0 && !compose_hurry(app))
		app->quit = true;
}

enum st
cmd_quit(struct app *app, int n, char **words, struct err *e)
{
	if (compose_in_editor(app)) {
		ask_post(app, ASK_YESNO, COMPLETE_NONE, "A letter is still in "
			 "your editor, perhaps not saved. Leave? ", NULL,
			 quit_answered, NULL, NULL);
		return ST_OK;
	}
	/* The second time they are left where they are. */
	if (!compose_hurry(app))
		app->quit = true;
	return ST_OK;
}

static void
line_answered(struct app *app, const char *text, void *ctx)
{
	if (text && *text)
		app_run(app, text, NULL);
}

enum st
cmd_command(struct app *app, int n, char **words, struct err *e)
{
	ask_post(app, ASK_LINE, COMPLETE_COMMAND, ":", NULL, line_answered,
		 NULL, NULL);
	return ST_OK;
}

/* ---- send and receive -------------------------------------------------- */

/* NULL: the account has no worker, and *e says so. */
static struct app_account *
with_worker(struct app *app, int account, struct err *e)
{
	struct app_account *a = app->accounts->pdata[MAX(account, 0)];

	app_start_again(app, MAX(account, 0));
	if (a->link)
		return a;
	if (a->closed)
		err_set(e, ST_GONE, "%s: %s", a->account->name, a->closed);
	else
		err_set(e, ST_GONE, "Nothing sends or receives for %s.",
			a->account->name);
	return NULL;
}

/* Send/Receive is when marks (delete-mark) become decisions; in the folder of
 * that name, NULL: in the one that is open. */
static enum st
delete_marked(struct app *app, const char *name, struct err *e)
{
	int account = MAX(app->index.account, 0);
	const struct app_account *a = app->accounts->pdata[account];
	struct folder *f = NULL;
	int64_t folder = app->index.folder ? app->index.folder->id : 0;
	bool known = !name || (a->store && folder_by_name(a->store, name, &f,
							  NULL) == ST_OK);

	if (f)
		folder = f->id;
	folder_free(f);
	return known && folder ? changes_marked(app, account, folder, e)
			       : ST_OK;
}

static void
begin_sync(struct app_account *a, uint32_t request)
{
	a->sync_request = request;
	a->came = a->went = 0;
}

enum st
cmd_sync(struct app *app, int n, char **words, struct err *e)
{
	enum st st = n == 1 ? delete_marked(app, NULL, e) : ST_OK;
	struct app_account *a;

	for (int i = 1; i < n && st == ST_OK; i++)
		st = delete_marked(app, words[i], e);
	a = st == ST_OK ? with_worker(app, app->index.account, e) : NULL;
	if (!a)
		return st == ST_OK ? ST_GONE : st;
	if (n == 1)
		begin_sync(a, link_request(a->link, "sync",
					   app->index.folder ?
					   app->index.folder->name : NULL,
					   NULL));
	for (int i = 1; i < n; i++)
		begin_sync(a, link_request(a->link, "sync", words[i], NULL));
	return ST_OK;
}

enum st
cmd_sync_all(struct app *app, int n, char **words, struct err *e)
{
	bool any = false;

	for (guint i = 0; i < app->accounts->len; i++) {
		struct app_account *a = app->accounts->pdata[i];
		enum st st;

		app_start_again(app, (int)i);
		st = changes_marked(app, (int)i, 0, e);
		if (st != ST_OK)
			return st;
		if (!a->link)
			continue;
		begin_sync(a, link_request(a->link, "sync", NULL));
		any = true;
	}
	return any ? ST_OK
		   : err_set(e, ST_GONE, "No account sends or receives.");
}

enum st
cmd_preview(struct app *app, int n, char **words, struct err *e)
{
	struct app_account *a = with_worker(app, app->index.account, e);

	if (!a)
		return ST_GONE;
	a->would = (struct preview_sum) { 0 };
	a->preview_request = link_request(a->link, "preview", NULL);
	notice_tell(app, "%s: asking what Send/Receive would do …",
		    a->account->name);
	return ST_OK;
}

enum st
cmd_interrupt(struct app *app, int n, char **words, struct err *e)
{
	for (guint i = 0; i < app->accounts->len; i++) {
		struct app_account *a = app->accounts->pdata[i];

		if (a->link)
			link_request(a->link, "interrupt", NULL);
	}
	return ST_OK;
}

/* ---- options and keys -------------------------------------------------- */

/* Let what is on the screen follow the options. */
static enum st
apply_options(struct app *app, struct err *e)
{
	const struct ui_options *ui = &app->config->ui;
	struct list_order order = { .sort = ui->sort, .reverse = ui->reverse,
				    .threaded = ui->threads };
	const struct list_order *now = &app->index.order;
	enum st st = ST_OK;

	app->folders_wanted = ui->folders;
	app->preview_wanted = ui->preview;
	if (order.sort != now->sort || order.reverse != now->reverse ||
	    order.threaded != now->threaded)
		st = index_set_order(app, &order, e);
	pager_render(app);
	app->dirty |= DIRTY_ALL | DIRTY_RESTORE;
	return st;
}

enum st
cmd_set(struct app *app, int n, char **words, struct err *e)
{
	const struct option *o = option_find("ui", words[1]);
	const char *near = option_near("ui", words[1]);
	struct err why;

	if (!o && near)
		return err_set(e, ST_USAGE, "There is no option “%s”; did you "
			       "mean “%s”?", words[1], near);
	if (!o)
		return err_set(e, ST_USAGE, "There is no option “%s”.",
			       words[1]);
	if (option_set(o, &app->config->ui, words[2], &why) != ST_OK)
		return err_set(e, ST_USAGE, "%s", why.text);
	return apply_options(app, e);
}

enum st
cmd_bind(struct app *app, int n, char **words, struct err *e)
{
	struct err why;
	char *line = n == 4 ? g_strdup(words[3]) : words_join(words + 3);
	enum st st = keys_check(words[1], words[2], &why);

	if (strcmp(line, "none") == 0)
		*line = '\0';
	if (st == ST_OK && *line)
		st = command_check(line, &why);
	for (int i = 0; st == ST_OK && keys_maps[i]; i++)
		if (strcmp(keys_maps[i], words[1]) == 0)
			keys_bind(app->keys, 1U << i, words[2], line);
	g_free(line);
	app->dirty |= DIRTY_HINTS;
	return st == ST_OK ? ST_OK : err_set(e, ST_USAGE, "%s", why.text);
}

/* ---- the terminal ------------------------------------------------------ */

/* What the person typed is for their own shell, as one argument. */
static void
run_shell(struct app *app, const char *text)
{
	const char *shell = g_getenv("SHELL");
	char *argv[] = { (char *)(shell && *shell ? shell : "/bin/sh"),
			 *text ? (char *)"-c" : NULL, (char *)text, NULL };

	g_free(app->shell);
	app->shell = words_join(argv);
	app->dirty |= DIRTY_RESTORE;
}

static void
shell_answered(struct app *app, const char *text, void *ctx)
{
	if (text)
		run_shell(app, text);
}

enum st
cmd_shell(struct app *app, int n, char **words, struct err *e)
{
	char *text;

	if (n == 1) {
		ask_post(app, ASK_LINE, COMPLETE_FILE, "Shell command: ",
			 NULL, shell_answered, NULL, NULL);
		return ST_OK;
	}
	text = g_strjoinv(" ", words + 1);
	run_shell(app, text);
	g_free(text);
	return ST_OK;
}

enum st
cmd_suspend(struct app *app, int n, char **words, struct err *e)
{
	app->suspend = true;
	app->dirty |= DIRTY_RESTORE;
	return ST_OK;
}

enum st
cmd_redraw(struct app *app, int n, char **words, struct err *e)
{
	app->dirty |= DIRTY_ALL | DIRTY_RESTORE;
	return ST_OK;
}
