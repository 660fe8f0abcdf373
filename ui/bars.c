/*
 * bars.c - title, status and hints
 */
#include "ui/bars.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "control/edit.h"
#include "control/letters.h"
#include "ui/scroll.h"

#define COUNTER_FITS 72		/* columns of the screen */

void
bars_count(char *buf, size_t size, int64_t n)
{
	char digits[24];
	size_t len, at = 0;

	snprintf(digits, sizeof(digits), "%lld", (long long)MAX(n, 0));
	len = strlen(digits);
	for (size_t i = 0; i < len && at + 2 < size; i++) {
		if (i && (len - i) % 3 == 0)
			buf[at++] = ',';
		buf[at++] = digits[i];
	}
	buf[at] = '\0';
}

/* ---- title ------------------------------------------------------------- */

static void
append_number(GString *out, const char *dot, int64_t n, const char *word)
{
	char buf[32];

	bars_count(buf, sizeof(buf), n);
	g_string_append_printf(out, " %s %s %s", dot, buf, word);
}

/* What stands beside the folder's name. */
static char *
describe(const struct canvas *c, const struct app *app)
{
	const struct app_index *x = &app->index;
	const struct app_account *a = app->accounts->pdata[x->account];
	const char *dot = canvas_glyph(c, GLYPH_DOT);
	GString *out = g_string_new(NULL);

	if (app->accounts->len > 1)
		g_string_append_printf(out, " %s %s", dot,
				       a->account->name);
	if (x->folder->unread > 0)
		append_number(out, dot, x->folder->unread, "unread");
	if (x->folder->flagged > 0)
		append_number(out, dot, x->folder->flagged, "flagged");
	g_string_append_printf(out, " %s by %s %s", dot,
			       sort_name(x->order.sort),
			       canvas_glyph(c, x->order.reverse ? GLYPH_DOWN
								: GLYPH_UP));
	if (x->order.threaded)
		g_string_append_printf(out, " %s threads", dot);
	return g_string_free(out, FALSE);
}

/* The rows in view, "33–48 of 12,480": not the cursor's, which would have to
 * be sent with each step of it.  In the pager, how far down one is. */
static char *
counter(const struct app *app)
{
	const struct app_index *x = &app->index;
	const struct app_pager *p = &app->pager;
	size_t rows = (size_t)MAX(app->geometry.index_rows, 1);
	char from[32], to[32], count[32], buf[16];

	if (!x->folder || !x->count)
		return g_strdup("");
	bars_count(count, sizeof(count), (int64_t)x->count);
	if (app->focus == WHERE_PAGER && p->lines)
		return g_strdup(scroll_word(p->top,
					    (size_t)app->geometry.pager_rows,
					    p->lines->len, buf, sizeof(buf)));
	bars_count(from, sizeof(from), (int64_t)x->top + 1);
	bars_count(to, sizeof(to), (int64_t)MIN(x->top + rows, x->count));
	return g_strdup_printf("%s-%s of %s", from, to, count);
}

/* "Answer · work · 2 of 3 open · not saved yet" */
static char *
describe_letter(const struct canvas *c, const struct app *app)
{
	const struct app_compose *compose = &app->compose;
	const struct app_account *a =
		app->accounts->pdata[compose->now->account];
	const char *dot = canvas_glyph(c, GLYPH_DOT);
	GString *out = g_string_new(NULL);
	guint at = 0;

	g_string_append_printf(out, " %s %s", dot, a->account->name);
	g_ptr_array_find(compose->open, compose->now, &at);
	if (compose->open->len > 1)
		g_string_append_printf(out, " %s %u of %u open", dot, at + 1,
				       compose->open->len);
	g_string_append_printf(out, " %s %s", dot,
			       compose->now->save_at ? "not saved yet"
						     : "saved");
	return g_string_free(out, FALSE);
}

static void
letter_title(const struct canvas *c, const struct app *app)
{
	static const char *const kinds[LETTER_KINDS] = {
		"New letter", "Answer", "Forwarded message",
	};
	char *more = describe_letter(c, app);
	int used;

	canvas_clear(c, 0, 0);
	used = canvas_put(c, 0, 1, c->columns - 2, LOOK_TITLE,
			  kinds[app->compose.now->letter->kind]) + 1;
	canvas_put(c, 0, used, c->columns - 1 - used, LOOK_TITLE_DIM, more);
	g_free(more);
}

static void
folder_title(const struct canvas *c, struct app *app)
{
	const char *name = app->index.folder ? app->index.folder->name
					     : "verso";
	char *right = c->columns >= COUNTER_FITS ? counter(app) : g_strdup("");
	int room = c->columns - text_width(right) - 1;
	char *more = NULL;
	int used;

	canvas_clear(c, 0, 0);
	used = canvas_put(c, 0, 1, room - 2, LOOK_TITLE, name) + 1;
	if (app->index.folder)
		more = describe(c, app);
	if (more)
		canvas_put(c, 0, used, room - 1 - used, LOOK_TITLE_DIM, more);
	canvas_put(c, 0, room, c->columns - room, LOOK_TEXT, right);
	g_free(more);
	g_free(right);
}

/* What is written, and whether it was changed. */
static void
editor_title(const struct canvas *c, const struct app *app)
{
	const char *dot = canvas_glyph(c, GLYPH_DOT);
	bool modified = editor_modified(app->edit->editor);
	char *more = modified ? g_strdup_printf(" %s modified", dot)
			      : g_strdup("");
	int room = c->columns - 2, used;

	canvas_clear(c, 0, 0);
	used = canvas_put(c, 0, 1, room - text_width(more), LOOK_TITLE,
			  app->edit->title);
	canvas_put(c, 0, 1 + used, room - used, LOOK_TITLE_DIM, more);
	g_free(more);
}

void
bars_title(const struct canvas *c, struct app *app)
{
	if (app->focus == WHERE_EDITOR)
		editor_title(c, app);
	else if (app->focus == WHERE_COMPOSE)
		letter_title(c, app);
	else
		folder_title(c, app);
}

/* ---- status ------------------------------------------------------------ */

/* What does not fit is cut between words, and where it can be read is said. */
static void
put_whole_words(const struct canvas *c, int room, enum look look,
		const char *text, const char *key)
{
	char *tail = key ? g_strdup_printf(" %s %s: all",
					   canvas_glyph(c, GLYPH_ELLIPSIS), key)
			 : g_strdup_printf(" %s", canvas_glyph(c,
							GLYPH_ELLIPSIS));
	int width = text_width(tail), used;
	size_t next, n;
	char *safe = text_gate_line(text), *part;

	if (text_width(safe) <= room || room < 2 * width) {
		canvas_put(c, 0, 1, room, look, safe);
	} else {
		n = text_break(safe, room - width, &next);
		part = g_strndup(safe, n);
		used = canvas_put(c, 0, 1, room - width, look, part);
		canvas_put(c, 0, 1 + used, width, LOOK_HINT_WORD, tail);
		g_free(part);
	}
	g_free(safe);
	g_free(tail);
}

void
bars_status(const struct canvas *c, struct app *app)
{
	const char *key = keys_of(app->keys, app_where(app), "notices");
	char *busy = app_status(app);
	int pending = text_width(app->pending_keys);
	int room = c->columns - 2 - (pending ? pending + 1 : 0);

	canvas_clear(c, 0, 0);
	if (*app->notice)
		put_whole_words(c, room, app->notice_bad ? LOOK_NOTICE_BAD
							 : LOOK_NOTICE,
				app->notice, key);
	else
		put_whole_words(c, room, LOOK_STATUS, busy, key);
	canvas_put(c, 0, c->columns - 1 - pending, pending, LOOK_HINT_KEY,
		   app->pending_keys);
	g_free(busy);
}

/* ---- hints ------------------------------------------------------------- */

/* In the editor as pico writes them, "^X" for "C-x". */
static void
name_keys(const struct app *app, struct hint *h, char *buf, size_t size)
{
	if (app_where(app) != WHERE_EDITOR || !g_str_has_prefix(h->key, "C-"))
		return;
	g_snprintf(buf, (gulong)size, "^%c", g_ascii_toupper(h->key[2]));
	h->key = buf;
}

static int
hint_width(const struct hint *h)
{
	return text_width(h->key) + 1 + text_width(h->word) + 2;
}

/* Key and word at *row, *column, on the next row if there is no room. */
static void
put_hint(const struct canvas *c, int *row, int *column, const struct hint *h)
{
	if (hint_width(h) >= c->columns)
		return;
	if (*column + hint_width(h) > c->columns + 1) {
		++*row;
		*column = 1;
	}
	*column += canvas_put(c, *row, *column, c->columns, LOOK_HINT_KEY,
			      h->key);
	if (*h->key)
		++*column;
	*column += canvas_put(c, *row, *column, c->columns, LOOK_HINT_WORD,
			      h->word) + 2;
}

void
bars_hints(const struct canvas *c, struct app *app)
{
	GPtrArray *hints = app_hints(app);
	int row = 0, column = 1;
	char name[8];

	canvas_clear_below(c, 0);
	for (guint i = 0; i < hints->len && row < c->rows; i++) {
		struct hint h = *(const struct hint *)hints->pdata[i];

		name_keys(app, &h, name, sizeof(name));
		put_hint(c, &row, &column, &h);
	}
}

void
bars_answers(const struct canvas *c, const struct app *app,
	     const struct ask *ask, char **offered)
{
	static const struct hint line[] = {
		{ "Enter", "ok" }, { "Esc", "cancel" }, { "Tab", "complete" },
		{ "Up", "history" },
	};
	static const struct hint yesno[] = {
		{ "y", "yes" }, { "n", "no" }, { "Esc", "cancel" },
	};
	static const struct hint secret[] = {
		{ "Enter", "ok" }, { "Esc", "not now" },
	};
	const struct hint *hints = ask->kind == ASK_YESNO ? yesno
		: ask->kind == ASK_SECRET ? secret : line;
	int n = ask->kind == ASK_YESNO ? 3
		: ask->complete == COMPLETE_NONE ? 2 : 4;
	int row = 0, column = 1;

	canvas_clear_below(c, 0);
	if (!offered && *app->notice && app->notice_bad) {
		put_whole_words(c, c->columns - 2, LOOK_NOTICE_BAD,
				app->notice, NULL);
		row++;
	}
	for (int i = 0; offered && offered[i] && row < c->rows; i++) {
		struct hint h = { "", offered[i] };

		put_hint(c, &row, &column, &h);
	}
	for (int i = 0; !offered && i < n && row < c->rows; i++)
		put_hint(c, &row, &column, &hints[i]);
}
