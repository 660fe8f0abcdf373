/*
 * view_compose.c - a letter that is being written
 */
#include "ui/view.h"

#include <string.h>

#include "base/text.h"
#include "control/compose.h"
#include "ui/scroll.h"

#define NAME_COLUMNS 10

/* "1.2 MB"; -1: the file is gone. */
static char *
size_text(int64_t size)
{
	return size < 0 ? g_strdup("not there any more")
			: g_format_size((guint64)size);
}

/* ---- fields ------------------------------------------------------------- */

static void
draw_fields(const struct canvas *c, const struct letter *l)
{
	enum compose_field shown[FIELDS];
	int n = compose_fields(l, shown);

	for (int i = 0; i < n && i < c->rows; i++) {
		char *text = compose_field_text(l, shown[i]);

		canvas_field(c, i, 0, NAME_COLUMNS, LOOK_HEADER_NAME, "");
		canvas_put(c, i, 1, NAME_COLUMNS - 1, LOOK_HEADER_NAME,
			   compose_field_name(shown[i]));
		canvas_field(c, i, NAME_COLUMNS, c->columns - NAME_COLUMNS,
			     shown[i] == FIELD_SUBJECT ? LOOK_SUBJECT
						       : LOOK_HEADER, text);
		g_free(text);
	}
}

static void
draw_doubts(const struct canvas *c, const struct app_compose *compose,
	    const struct compose_plan *p)
{
	for (int i = 0; i < p->doubt_rows; i++) {
		char *text = g_strconcat("! ", compose->doubts->pdata[i],
					 NULL);

		canvas_clear(c, p->doubts + i, 0);
		canvas_put(c, p->doubts + i, 1, c->columns - 2,
			   LOOK_NOTICE_BAD, text);
		g_free(text);
	}
}

/* ---- lines across ------------------------------------------------------- */

/* A line with words in it, and others at its end. */
static void
draw_rule(const struct canvas *c, int row, const char *words,
	  const char *right)
{
	int end = c->columns - text_width(right) - 2, at;

	if (row >= c->rows)
		return;
	for (int i = 0; i < c->columns; i++)
		canvas_put(c, row, i, 1, LOOK_RULE,
			   canvas_glyph(c, GLYPH_LINE));
	at = canvas_put(c, row, 1, 1, LOOK_TEXT, " ") + 1;
	at += canvas_put(c, row, at, MAX(end - at - 2, 0), LOOK_PART, words);
	canvas_put(c, row, at, 1, LOOK_TEXT, " ");
	if (*right && end > at + 1) {
		canvas_field(c, row, end - 1, text_width(right) + 2,
			     LOOK_TEXT, "");
		canvas_put(c, row, end, c->columns - end, LOOK_HEADER_NAME,
			   right);
	}
}

/* ---- attachments -------------------------------------------------------- */

static void
draw_attachment(const struct canvas *c, int row,
		const struct attachment *a, int64_t size, bool cursor)
{
	char *about = size_text(size);
	char *more = g_strdup_printf("%s%s%s%s", a->type ? a->type : "",
				     a->type ? ", " : "", about,
				     a->is_inline ? ", inline" : "");
	int half = MAX((c->columns - 4) / 2, 0);

	canvas_clear(c, row, 0);
	canvas_put(c, row, 1, 1, cursor ? LOOK_MARK : LOOK_TEXT,
		   cursor ? canvas_glyph(c, GLYPH_MARK) : " ");
	canvas_put(c, row, 3, half - 1, LOOK_TEXT, a->name);
	canvas_put(c, row, 3 + half, c->columns - 4 - half,
		   size < 0 ? LOOK_NOTICE_BAD : LOOK_OVERLAY_DIM, more);
	g_free(more);
	g_free(about);
}

static void
draw_attachments(const struct canvas *c, const struct app_compose *compose,
		 const struct compose_plan *p)
{
	const GPtrArray *list = compose->now->letter->attachments;
	char *size = size_text(compose->size);
	char *words = g_strdup_printf("%u attachment%s", list->len,
				      list->len == 1 ? "" : "s");
	char *right = g_strdup_printf("about %s", size);

	if (p->attached_rows)
		draw_rule(c, p->attached, words, right);
	for (int i = 0; i < p->attached_rows; i++) {
		guint at = (guint)(p->attached_from + i);

		draw_attachment(c, p->attached + 1 + i, list->pdata[at],
				g_array_index(compose->sizes, int64_t, at),
				at == compose->cursor);
	}
	g_free(right);
	g_free(words);
	g_free(size);
}

/* ---- the text ----------------------------------------------------------- */

static enum look
line_look(const char *line, bool *signature)
{
	static const enum look looks[] = { LOOK_QUOTE1, LOOK_QUOTE2,
					   LOOK_QUOTE3 };
	int level = 0;

	*signature |= strcmp(line, "-- ") == 0 || strcmp(line, "--") == 0;
	if (*signature)
		return LOOK_SIGNATURE;
	for (; *line == '>' || (*line == ' ' && line[1] == '>'); line++)
		level += *line == '>';
	return level ? looks[(level - 1) % 3] : LOOK_TEXT;
}

/* "flowed · UTF-8" */
static char *
form_text(const struct canvas *c, const struct app_compose *compose)
{
	const struct letter *l = compose->now->letter;
	const char *dot = canvas_glyph(c, GLYPH_DOT);

	return g_strdup_printf("%s%s %s %s", l->markdown ? "Markdown, " : "",
			       l->flowed ? "flowed" : "lines as they are", dot,
			       compose->ascii ? "ASCII" : "UTF-8");
}

static void
draw_text(const struct canvas *c, const struct app_compose *compose,
	  const struct compose_plan *p)
{
	char buf[16], *form = form_text(c, compose);
	bool signature = false;
	size_t count = compose->lines->len;

	draw_rule(c, p->text - 1, form,
		  count > (size_t)p->text_rows
			  ? scroll_word(compose->top, (size_t)p->text_rows,
					count, buf, sizeof(buf)) : "");
	for (size_t i = 0; i < compose->top && i < count; i++)
		line_look(compose->lines->pdata[i], &signature);
	for (int i = 0; i < p->text_rows; i++) {
		size_t at = compose->top + (size_t)i;
		const char *line = at < count ? compose->lines->pdata[at] : "";

		canvas_clear(c, p->text + i, 0);
		canvas_put(c, p->text + i, 1, c->columns - 1,
			   line_look(line, &signature), line);
	}
	g_free(form);
}

void
view_compose_draw(const struct canvas *c, const struct app *app)
{
	const struct app_compose *compose = &app->compose;
	struct compose_plan p;

	if (!compose->now || !compose->lines) {
		canvas_clear_below(c, 0);
		return;
	}
	compose_plan(app, &p);
	draw_fields(c, compose->now->letter);
	draw_doubts(c, compose, &p);
	draw_attachments(c, compose, &p);
	draw_text(c, compose, &p);
}
