/*
 * view_pager.c - one message
 */
#include "ui/view.h"

#include <string.h>

#include "base/text.h"

enum look
view_quote_look(int depth)
{
	static const enum look looks[] = { LOOK_QUOTE1, LOOK_QUOTE2,
					   LOOK_QUOTE3 };

	return depth ? looks[(depth - 1) % 3] : LOOK_TEXT;
}

/* "[3] https://…" in the list at the end. */
static bool
is_link(const char *text)
{
	const char *p = text;

	if (*p++ != '[')
		return false;
	while (g_ascii_isdigit(*p))
		p++;
	return p > text + 1 && g_str_has_prefix(p, "] ") &&
	       strstr(p, ":") && !strchr(p + 2, ' ');
}

static enum look
line_look(const struct line *line)
{
	switch (line->kind) {
	case LINE_HEADER:
		return LOOK_HEADER;
	case LINE_SIGNATURE:
		return LOOK_SIGNATURE;
	case LINE_PART:
		return LOOK_PART;
	case LINE_NOTICE:
		return is_link(line->text) ? LOOK_LINK : LOOK_REMARK;
	case LINE_RULE:
		return LOOK_RULE;
	case LINE_TEXT:
		break;
	}
	return view_quote_look(MAX(line->quote, 0));
}

/* "Subject: Tea" with the name of the header set apart. */
static void
draw_header(const struct canvas *c, int at, const char *text)
{
	const char *colon = strchr(text, ':');
	enum look look = g_str_has_prefix(text, "Subject:") ? LOOK_SUBJECT
							    : LOOK_HEADER;
	int used = 0;
	char *name;

	if (colon && *text != ' ') {
		name = g_strndup(text, (size_t)(colon + 1 - text));
		used = canvas_put(c, at, 0, c->columns, LOOK_HEADER_NAME, name);
		text = colon + 1;
		g_free(name);
	}
	used += canvas_put(c, at, used, c->columns - used, look, text);
	canvas_clear(c, at, used);
}

/* What was searched for stands out, wherever it is. */
static void
draw_matches(const struct canvas *c, int at, const char *text,
	     const char *word)
{
	char *folded = text_fold(word);
	const char *p = text;
	gssize found;
	size_t n;

	while ((found = text_find(p, folded, &n)) >= 0) {
		char *before = g_strndup(text, (size_t)(p + found - text));
		char *match = g_strndup(p + found, n);
		int column = text_width(before);

		canvas_put(c, at, column, c->columns - column, LOOK_MATCH,
			   match);
		g_free(match);
		g_free(before);
		p += (size_t)found + n;
	}
	g_free(folded);
}

static void
draw_line(const struct canvas *c, const struct app *app, int at,
	  const struct line *line)
{
	if (line->kind == LINE_HEADER)
		draw_header(c, at, line->text);
	else
		canvas_field(c, at, 0, c->columns, line_look(line),
			     line->text);
	if (app->pager.search)
		draw_matches(c, at, line->text, app->pager.search);
}

/* The body is not here: say so, and what can be done. */
static void
draw_waiting(const struct canvas *c, const struct app *app)
{
	const struct app_pager *p = &app->pager;

	canvas_clear_below(c, 0);
	canvas_put(c, 0, 0, c->columns, LOOK_SUBJECT, p->subject);
	if (p->failed)
		canvas_wrap(c, 2, 0, c->columns, LOOK_NOTICE_BAD, p->failed);
	else
		canvas_wrap(c, 2, 0, c->columns, LOOK_EMPTY,
			    "This message is on its way · it appears here as "
			    "soon as it has come · q goes back meanwhile");
}

void
view_pager_draw(const struct canvas *c, const struct app *app)
{
	const struct app_pager *p = &app->pager;
	int at = 0;

	if (!p->id) {
		canvas_clear_below(c, 0);
		canvas_put(c, 1, 0, c->columns, LOOK_EMPTY,
			   "Enter opens the message here.");
		return;
	}
	if (!p->lines) {
		draw_waiting(c, app);
		return;
	}
	for (size_t i = p->top; i < p->lines->len && at < c->rows; i++, at++)
		draw_line(c, app, at, p->lines->pdata[i]);
	canvas_clear_below(c, at);
}
