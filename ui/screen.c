/*
 * screen.c - which view is drawn when
 */
#include "ui/screen.h"

#include <string.h>

#include "base/clock.h"
#include "control/compose.h"
#include "control/edit.h"
#include "control/notice.h"
#include "control/overlay.h"
#include "ui/bars.h"
#include "ui/columns.h"
#include "ui/layout.h"
#include "ui/prompt.h"
#include "ui/style.h"
#include "ui/view.h"

#define DAY 86400
#define QUESTION_ROWS 5

struct screen {
	struct app *app;
	struct term *term;
	struct style style;
	char *theme;			/* the one loaded, NULL: none yet */
	struct layout layout;
	struct view_index *index;
	struct prompt *prompt;
	const struct ask *asked;	/* what the prompt is for, NULL: none */
	char **offered;			/* by the last Tab, NULL: nothing */
	char *completed;		/* what that was about; NULL: none */
	enum where where, focus;	/* at the last paint */
	int row, column;		/* the editor's cursor */
	int64_t day;			/* dates are drawn relative to it */
	bool painted;
};

/* A theme is read when its name has changed. */
static void
load_theme(struct screen *s)
{
	const char *name = s->app->config->ui.theme;
	struct err e;

	if (s->theme && strcmp(s->theme, name) == 0)
		return;
	g_free(s->theme);
	s->theme = g_strdup(name);
	if (style_load(name, s->term->ops->colours(s->term), &s->style, &e) !=
	    ST_OK)
		notice_fail(s->app, "%s", e.text);
}

/* Where things are follows from the size and from what has the keys. */
static void
arrange(struct screen *s)
{
	struct app_geometry geometry;
	int rows, columns;

	s->term->ops->size(s->term, &rows, &columns);
	layout_make(&s->layout, s->app, rows, columns);
	layout_geometry(&s->layout, rows, columns, &geometry);
	if (memcmp(&geometry, &s->app->geometry, sizeof(geometry)) != 0)
		app_resize(s->app, &geometry);
}

struct screen *
screen_new(struct app *app, struct term *term)
{
	struct screen *s = g_new0(struct screen, 1);

	s->app = app;
	s->term = term;
	s->index = view_index_new();
	s->prompt = prompt_new();
	load_theme(s);
	arrange(s);
	return s;
}

void
screen_free(struct screen *s)
{
	if (!s)
		return;
	view_index_free(s->index);
	prompt_free(s->prompt);
	g_strfreev(s->offered);
	g_free(s->completed);
	g_free(s->theme);
	g_free(s);
}

/* ---- events ------------------------------------------------------------ */

static void
follow_questions(struct screen *s)
{
	const struct ask *ask = app_question(s->app);

	if (s->asked == ask)
		return;
	s->asked = ask;
	s->app->dirty |= DIRTY_HINTS | DIRTY_PROMPT;
	if (!ask)
		return;
	prompt_begin(s->prompt, ask->prompt, ask->initial, ask->prompt,
		     ask->kind == ASK_SECRET, ask->kind == ASK_YESNO);
}

/* A secret is asked for in the middle, where it cannot be overlooked. */
static bool
asks_in_the_middle(const struct screen *s)
{
	return s->asked && s->asked->kind == ASK_SECRET &&
	       s->layout.overlay.rows >= QUESTION_ROWS;
}

static void
answer(struct screen *s, const char *text)
{
	if (asks_in_the_middle(s))
		s->app->dirty |= DIRTY_ALL;
	/* The next question may lie where this one did. */
	s->asked = NULL;
	s->app->dirty |= DIRTY_HINTS;
	app_answer(s->app, text);
	/* Forgets what was typed, a secret above all. */
	prompt_begin(s->prompt, "", "", NULL, false, false);
	follow_questions(s);
}

static void
complete(struct screen *s)
{
	char *left = prompt_left(s->prompt);
	char **candidates = app_complete(s->app, left);

	prompt_offer(s->prompt, candidates);
	if (candidates && g_strv_length(candidates) > 1)
		s->offered = candidates;
	else
		g_strfreev(candidates);
	g_free(s->completed);
	s->completed = left;
}

/* More was found than was there when Tab was pressed; not when something else
 * was typed meanwhile. */
static void
complete_again(struct screen *s)
{
	char *left;

	if (!s->app->found_more)
		return;
	s->app->found_more = false;
	if (!s->asked || !s->completed)
		return;
	left = prompt_left(s->prompt);
	if (strcmp(left, s->completed) == 0) {
		g_clear_pointer(&s->offered, g_strfreev);
		complete(s);
		s->app->dirty |= DIRTY_PROMPT | DIRTY_HINTS;
	}
	g_free(left);
}

static void
prompt_event(struct screen *s, const char *key)
{
	enum prompt_result result = prompt_key(s->prompt, key);

	s->app->dirty |= DIRTY_PROMPT;
	/* What was offered stays in sight while Tab goes through it. */
	if (s->offered && (result != PROMPT_MORE || strcmp(key, "Tab") != 0)) {
		g_clear_pointer(&s->offered, g_strfreev);
		s->app->dirty |= DIRTY_HINTS;
	}
	switch (result) {
	case PROMPT_MORE:
		break;
	case PROMPT_DONE:
		answer(s, prompt_text(s->prompt));
		break;
	case PROMPT_CANCELLED:
		answer(s, NULL);
		break;
	case PROMPT_COMPLETE:
		complete(s);
		s->app->dirty |= DIRTY_HINTS;
		break;
	}
}

void
screen_event(struct screen *s, const struct term_event *event)
{
	follow_questions(s);
	switch (event->kind) {
	case TERM_NONE:
		return;
	case TERM_RESIZE:
		s->term->ops->resized(s->term);
		s->app->dirty |= DIRTY_ALL;
		break;
	case TERM_GONE:
		s->app->quit = true;
		break;
	case TERM_TEXT:
		/* Only a line and the editor take what is pasted: elsewhere
		 * each letter would be a command. */
		if (s->asked)
			prompt_insert(s->prompt, event->text);
		else
			edit_paste(s->app, event->text);
		s->app->dirty |= DIRTY_PROMPT;
		break;
	case TERM_KEY:
		if (s->asked)
			prompt_event(s, event->key);
		else
			app_key(s->app, event->key);
		break;
	}
	follow_questions(s);
	arrange(s);
}

/* ---- painting ---------------------------------------------------------- */

static struct canvas
canvas_of(const struct screen *s, const struct rect *r)
{
	return (struct canvas){
		.term = s->term, .style = &s->style,
		.row = r->row, .column = r->column,
		.rows = r->rows, .columns = r->columns,
		.ascii = s->app->config->ui.ascii ||
			 !s->term->ops->unicode(s->term),
	};
}

static void
draw_rule(struct screen *s)
{
	struct rect r = { s->layout.folders.row, s->layout.rule,
			  s->layout.folders.rows, 2 };
	struct canvas c = canvas_of(s, &r);

	for (int i = 0; s->layout.rule >= 0 && i < r.rows; i++)
		canvas_field(&c, i, 0, 2, LOOK_RULE,
			     canvas_glyph(&c, GLYPH_VERTICAL));
}

static void
draw_line(const struct canvas *c, int row)
{
	for (int i = 0; i < c->columns; i++)
		canvas_put(c, row, i, 1, LOOK_RULE,
			   canvas_glyph(c, GLYPH_LINE));
}

static void
draw_split(struct screen *s)
{
	struct canvas c = canvas_of(s, &s->layout.split);

	if (c.rows > 0)
		draw_line(&c, 0);
}

static enum view_change
change_of(uint32_t dirty)
{
	if ((dirty & DIRTY_ALL) == DIRTY_ALL)
		return VIEW_ALL;
	return dirty & DIRTY_INDEX ? VIEW_ROWS : VIEW_CURSOR;
}

/* Over all the rest: to write needs room. */
static void
draw_editor(struct screen *s)
{
	struct canvas c = canvas_of(s, &s->layout.overlay);

	view_editor_draw(&c, s->app, &s->row, &s->column);
}

static void
draw_main(struct screen *s, uint32_t dirty)
{
	struct canvas c;

	if (s->app->focus == WHERE_EDITOR) {
		if (dirty & DIRTY_PAGER)
			draw_editor(s);
		return;
	}
	if (s->app->focus == WHERE_COMPOSE) {
		c = canvas_of(s, &s->layout.overlay);
		if (dirty & DIRTY_OVERLAY)
			view_compose_draw(&c, s->app);
		return;
	}

	if (dirty & DIRTY_FOLDERS && s->layout.folders.columns > 0) {
		c = canvas_of(s, &s->layout.folders);
		view_folders_draw(&c, s->app);
		draw_rule(s);
	}
	if (dirty & (DIRTY_INDEX | DIRTY_CURSOR) &&
	    s->layout.index.columns > 0) {
		c = canvas_of(s, &s->layout.index);
		view_index_draw(s->index, &c, s->app, change_of(dirty));
	}
	if (dirty & DIRTY_PAGER && s->layout.pager.rows > 0) {
		c = canvas_of(s, &s->layout.pager);
		view_pager_draw(&c, s->app);
		draw_split(s);
	}
}

/* A line over the whole width, or in a band over the middle of the rest. */
static void
draw_prompt(struct screen *s)
{
	struct canvas c = canvas_of(s, &s->layout.status);
	int row = 0, column;
	char *shown;

	if (asks_in_the_middle(s)) {
		struct rect band = s->layout.overlay;

		band.row += (band.rows - QUESTION_ROWS) / 2;
		band.rows = QUESTION_ROWS;
		c = canvas_of(s, &band);
		canvas_clear_below(&c, 0);
		draw_line(&c, 0);
		draw_line(&c, QUESTION_ROWS - 1);
		row = QUESTION_ROWS / 2;
	}
	shown = prompt_shown(s->prompt, c.columns - 1, &column);
	canvas_field(&c, row, 0, c.columns, LOOK_PROMPT, shown);
	s->term->ops->cursor(s->term, c.row + row, column);
	g_free(shown);
}

/* The terminal's cursor is on the current row, for who reads by ear; in the
 * index behind the handle that was drawn last: it is there already. */
static void
place_cursor(struct screen *s)
{
	const struct app *app = s->app;
	const struct layout *l = &s->layout;
	int row = l->pager.row, column = l->pager.column;

	if (app->overlay.where) {
		row = l->overlay.row + 1 +
		      overlay_lines(app, app->overlay.top,
				    app->overlay.cursor, l->overlay.rows);
		column = l->overlay.column;
	} else if (app->focus == WHERE_EDITOR) {
		row = l->overlay.row + s->row;
		column = l->overlay.column + s->column;
	} else if (app->focus == WHERE_COMPOSE) {
		struct compose_plan p;

		compose_plan(app, &p);
		row = l->overlay.row;
		if (p.attached_rows)
			row += p.attached + 1 + (int)app->compose.cursor -
			       p.attached_from;
		column = l->overlay.column;
	} else if (app->focus == WHERE_FOLDERS) {
		row = l->folders.row +
		      (int)(app->folder_cursor - app->folder_top);
		column = l->folders.column;
	} else if (app->focus == WHERE_INDEX) {
		row = l->index.row + (int)(app->index.cursor - app->index.top);
		column = l->index.column +
			 MIN(COLUMNS_HANDLE, MAX(l->index.columns - 1, 0));
	}
	s->term->ops->cursor(s->term, row, column);
}

static void
draw_bars(struct screen *s, uint32_t dirty)
{
	struct canvas c = canvas_of(s, &s->layout.title);

	bars_title(&c, s->app);
	if (dirty & DIRTY_HINTS || (s->asked && *s->app->notice)) {
		c = canvas_of(s, &s->layout.hints);
		if (s->asked)
			bars_answers(&c, s->app, s->asked, s->offered);
		else
			bars_hints(&c, s->app);
	}
	if (s->asked && !asks_in_the_middle(s))
		return;
	c = canvas_of(s, &s->layout.status);
	bars_status(&c, s->app);
}

/* What has changed without anybody saying so. */
static uint32_t
unsaid(struct screen *s)
{
	uint32_t dirty = 0;
	int64_t day = clock_now() / DAY;

	if (app_where(s->app) != s->where)
		dirty |= DIRTY_HINTS | DIRTY_FOLDERS;
	if (s->app->focus != s->focus || !s->painted)
		dirty |= DIRTY_ALL;
	if (day != s->day)
		dirty |= DIRTY_INDEX;
	/* An empty list tells what the worker does. */
	if (s->app->dirty & DIRTY_STATUS && s->app->index.count == 0)
		dirty |= DIRTY_INDEX;
	s->where = app_where(s->app);
	s->focus = s->app->focus;
	s->day = day;
	s->painted = true;
	return dirty;
}

void
screen_paint(struct screen *s)
{
	uint32_t dirty;

	follow_questions(s);
	complete_again(s);
	arrange(s);
	dirty = s->app->dirty | unsaid(s);
	if (!dirty)
		return;
	if (dirty & DIRTY_RESTORE) {
		load_theme(s);
		dirty |= DIRTY_ALL;
	}
	s->app->dirty = 0;
	if (!s->app->overlay.where) {
		draw_main(s, dirty);
	} else if (dirty & DIRTY_OVERLAY) {
		struct canvas c = canvas_of(s, &s->layout.overlay);

		view_overlay_draw(&c, s->app);
	}
	draw_bars(s, dirty);
	if (s->asked)
		draw_prompt(s);
	else
		place_cursor(s);
	s->term->ops->flush(s->term, dirty & DIRTY_RESTORE);
}
