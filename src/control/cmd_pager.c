/*
 * cmd_pager.c - what the pager shows of a message, and finding words in it
 */
#include "control/cmd.h"

#include <string.h>

#include "base/text.h"
#include "base/words.h"
#include "control/app.h"
#include "control/ask.h"
#include "control/notice.h"
#include "control/pager.h"

static enum st
toggle(struct app *app, bool *what)
{
	*what = !*what;
	pager_render(app);
	return ST_OK;
}

enum st
cmd_headers(struct app *app, int n, char **words, struct err *e)
{
	return toggle(app, &app->pager.all_headers);
}

enum st
cmd_raw(struct app *app, int n, char **words, struct err *e)
{
	return toggle(app, &app->pager.raw);
}

enum st
cmd_quoted(struct app *app, int n, char **words, struct err *e)
{
	return toggle(app, &app->pager.hide_quoted);
}

static int
quote_at(const struct app_pager *p, guint i)
{
	return ((const struct line *)p->lines->pdata[i])->quote;
}

enum st
cmd_skip_quoted(struct app *app, int n, char **words, struct err *e)
{
	struct app_pager *p = &app->pager;
	guint i = (guint)p->top, count = p->lines ? p->lines->len : 0;

	while (i < count && quote_at(p, i) == 0)
		i++;
	while (i < count && quote_at(p, i) > 0)
		i++;
	if (i < count)
		pager_scroll(app, i);
	else
		notice_tell(app, "Nothing more is quoted.");
	return ST_OK;
}

/* ---- searching --------------------------------------------------------- */

static bool
line_has(const struct app_pager *p, guint i, const char *folded)
{
	const struct line *line = p->lines->pdata[i];
	char *text = text_fold(line->text);
	bool has = strstr(text, folded) != NULL;

	g_free(text);
	return has;
}

/* The next line with the words, from the top line on, round the end. */
static enum st
find(struct app *app, int direction, struct err *e)
{
	struct app_pager *p = &app->pager;
	guint count = p->lines ? p->lines->len : 0, i = (guint)p->top;
	char *folded;

	if (!p->search)
		return err_set(e, ST_USAGE, "Nothing has been searched yet.");
	folded = text_fold(p->search);
	for (guint step = 0; step < count; step++) {
		i = (i + (direction > 0 ? 1 : count - 1)) % count;
		if (line_has(p, i, folded))
			break;
	}
	if (count == 0 || !line_has(p, i, folded))
		notice_tell(app, "“%s” is not in this message.", p->search);
	else
		pager_scroll(app, i);
	g_free(folded);
	return ST_OK;
}

static enum st
search_for(struct app *app, const char *text, struct err *e)
{
	g_free(app->pager.search);
	app->pager.search = g_strdup(text);
	return find(app, 1, e);
}

static void
search_answered(struct app *app, const char *text, void *ctx)
{
	if (text && *text)
		search_for(app, text, NULL);
}

enum st
cmd_search(struct app *app, int n, char **words, struct err *e)
{
	if (n > 1)
		return search_for(app, words[1], e);
	ask_post(app, ASK_LINE, COMPLETE_NONE, "Search: ", app->pager.search,
		 search_answered, NULL, NULL);
	return ST_OK;
}

enum st
cmd_search_next(struct app *app, int n, char **words, struct err *e)
{
	return find(app, 1, e);
}

enum st
cmd_search_previous(struct app *app, int n, char **words, struct err *e)
{
	return find(app, -1, e);
}

/* ---- links ------------------------------------------------------------- */

static bool
may_open(const char *link)
{
	static const char *const schemes[] = { "http:", "https:", "ftp:",
					       "mailto:" };

	for (size_t i = 0; i < G_N_ELEMENTS(schemes); i++)
		if (g_ascii_strncasecmp(link, schemes[i],
					strlen(schemes[i])) == 0)
			return true;
	return false;
}

static enum st
open_link(struct app *app, const char *number, struct err *e)
{
	const char *const *links = app->pager.view ? mime_links(app->pager.view)
						   : NULL;
	size_t count = 0;
	guint64 i = g_ascii_strtoull(number, NULL, 10);
	char *quoted;

	while (links && links[count])
		count++;
	if (count == 0)
		return err_set(e, ST_GONE, "This message has no links.");
	if (i < 1 || i > count)
		return err_set(e, ST_USAGE,
			       "There is no link %s: they go from 1 to %zu.",
			       number, count);
	if (!may_open(links[i - 1]))
		return err_set(e, ST_USAGE,
			       "“%s” is not opened: only http, https, ftp and "
			       "mailto are.", links[i - 1]);
	quoted = words_quote(links[i - 1]);
	g_free(app->shell);
	app->shell = g_strjoin(" ", app->config->ui.open, quoted, NULL);
	app->dirty |= DIRTY_RESTORE;
	g_free(quoted);
	return ST_OK;
}

static void
link_answered(struct app *app, const char *text, void *ctx)
{
	struct err e;

	if (text && *text && open_link(app, text, &e) != ST_OK)
		notice_fail(app, "%s", e.text);
}

enum st
cmd_link(struct app *app, int n, char **words, struct err *e)
{
	if (n > 1)
		return open_link(app, words[1], e);
	ask_post(app, ASK_LINE, COMPLETE_NONE, "Open link number: ", NULL,
		 link_answered, NULL, NULL);
	return ST_OK;
}
