/*
 * app_pager.c - opening a message and cutting it into lines
 */
#include "control/pager.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "control/changes.h"

#define DEFAULT_COLUMNS 80
/* Of a message shown raw, at most this much. */
#define RAW_MAX_BYTES (1 << 20)

size_t
pager_rows(const struct app *app)
{
	return (size_t)MAX(app->geometry.pager_rows, 1);
}

void
pager_scroll(struct app *app, size_t top)
{
	struct app_pager *p = &app->pager;
	size_t rows = pager_rows(app);
	size_t count = p->lines ? p->lines->len : 0;

	p->top = MIN(top, count > rows ? count - rows : 0);
	app->dirty |= DIRTY_PAGER;
}

void
pager_close(struct app *app)
{
	struct app_pager *p = &app->pager;

	if (p->lines)
		g_ptr_array_unref(p->lines);
	mime_close(p->view);
	if (p->bytes)
		g_bytes_unref(p->bytes);
	g_free(p->subject);
	g_free(p->failed);
	p->lines = NULL;
	p->view = NULL;
	p->bytes = NULL;
	p->subject = p->failed = NULL;
	p->id = 0;
	p->uid = 0;
	p->top = 0;
	p->request = 0;
	p->waiting = p->all_headers = p->raw = p->hide_quoted = false;
	app->dirty |= DIRTY_PAGER;
}

/* ---- lines -------------------------------------------------------------- */

static void
line_free(struct line *line)
{
	g_free(line->text);
	g_free(line);
}

static void
add_line(GPtrArray *lines, enum line_kind kind, char *text)
{
	struct line *line = g_new0(struct line, 1);

	line->kind = kind;
	line->text = text;
	g_ptr_array_add(lines, line);
}

/* One line of the raw message in pieces of the screen's width. */
static void
add_raw_line(GPtrArray *lines, const char *s, size_t len, int width)
{
	GString *safe = g_string_new(NULL);
	const char *p;

	text_gate(safe, s, len, false);
	p = safe->str;
	do {
		size_t n = text_fit(p, width, NULL);

		if (n == 0 && *p)	/* wider than the screen */
			n = strlen(p);
		add_line(lines, LINE_TEXT, g_strndup(p, n));
		p += n;
	} while (*p);
	g_string_free(safe, TRUE);
}

static GPtrArray *
raw_lines(GBytes *bytes, int width)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(
		(GDestroyNotify)line_free);
	gsize size;
	const char *s = g_bytes_get_data(bytes, &size);
	const char *end = s + MIN(size, RAW_MAX_BYTES);

	while (s < end) {
		const char *eol = memchr(s, '\n', (size_t)(end - s));

		add_raw_line(lines, s, (size_t)((eol ? eol : end) - s), width);
		s = eol ? eol + 1 : end;
	}
	if (size > RAW_MAX_BYTES)
		add_line(lines, LINE_NOTICE,
			 g_strdup_printf("[%zu more octets]",
					 size - RAW_MAX_BYTES));
	return lines;
}

/* Put "[12 lines quoted]" in the place of each run of quoted lines. */
static GPtrArray *
without_quotes(GPtrArray *all)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(
		(GDestroyNotify)line_free);
	guint run = 0;

	for (guint i = 0; i <= all->len; i++) {
		const struct line *line = i < all->len ? all->pdata[i] : NULL;

		if (line && line->quote > 0) {
			run++;
			continue;
		}
		if (run)
			add_line(lines, LINE_NOTICE,
				 g_strdup_printf("[%u lines quoted]", run));
		run = 0;
		if (line)
			add_line(lines, line->kind, g_strdup(line->text));
	}
	g_ptr_array_unref(all);
	return lines;
}

static int
text_width_wanted(const struct app *app)
{
	int columns = app->geometry.pager_columns;
	int wrap = app->config->ui.wrap;

	if (columns <= 0)
		columns = DEFAULT_COLUMNS;
	return wrap > 0 ? MIN(columns, wrap) : columns;
}

void
pager_render(struct app *app)
{
	struct app_pager *p = &app->pager;
	struct render_options options = {
		.width = text_width_wanted(app),
		.all_headers = p->all_headers,
		.prefer_html = app->config->ui.html,
	};
	size_t old = p->lines ? p->lines->len : 0;
	GPtrArray *lines;

	if (!p->view)
		return;
	if (p->raw)
		lines = raw_lines(p->bytes, app->geometry.pager_columns > 0
						   ? app->geometry.pager_columns
						   : DEFAULT_COLUMNS);
	else
		lines = mime_render(p->view, &options);
	if (p->hide_quoted && !p->raw)
		lines = without_quotes(lines);
	if (p->lines)
		g_ptr_array_unref(p->lines);
	p->lines = lines;
	pager_scroll(app, old ? p->top * lines->len / old : 0);
}

/* ---- bodies ------------------------------------------------------------- */

static void
ask_worker(struct app *app, struct app_account *a)
{
	struct app_pager *p = &app->pager;
	char id[24];

	if (p->waiting)
		return;
	if (!a->link) {
		pager_fail(app, "The message is not here yet, and nothing "
				"fetches it now.");
		return;
	}
	p->waiting = true;
	g_snprintf(id, sizeof(id), "%lld", (long long)p->id);
	p->request = link_request(a->link, "fetch", id, NULL);
}

/* Read the body, or arrange for it to come. */
static void
load(struct app *app)
{
	struct app_pager *p = &app->pager;
	struct app_account *a = app->accounts->pdata[p->account];
	struct err e = { "" };
	GBytes *bytes = NULL;
	enum st st = message_bytes(a->store, p->id, &bytes, &e);

	if (st == ST_OK) {
		p->bytes = bytes;
		p->view = mime_open(bytes);
		p->waiting = false;
		pager_render(app);
		changes_opened(app, p->account, p->id);
	} else if (st == ST_GONE) {
		ask_worker(app, a);
	} else {
		pager_fail(app, e.text);
	}
	app->dirty |= DIRTY_PAGER | DIRTY_STATUS;
}

void
pager_open(struct app *app, int account, int64_t id)
{
	struct app_account *a = app->accounts->pdata[account];
	struct app_pager *p = &app->pager;
	struct message m = { 0 };
	struct err e = { "" };

	pager_close(app);
	p->account = account;
	p->id = id;
	if (message_by_id(a->store, id, &m, &e) == ST_OK) {
		p->uid = m.uid;
		p->folder = m.folder;
		p->subject = g_strdup(m.env.subject ? m.env.subject : "");
		load(app);
	} else {
		p->subject = g_strdup("");
		pager_fail(app, e.text);
	}
	message_clear(&m);
	app->focus = WHERE_PAGER;
	app->dirty |= DIRTY_ALL & ~DIRTY_OVERLAY;
}

void
pager_retry(struct app *app)
{
	struct app_pager *p = &app->pager;

	if (p->id && !p->view && p->waiting)
		load(app);
}

void
pager_fail(struct app *app, const char *sentence)
{
	struct app_pager *p = &app->pager;

	p->waiting = false;
	p->request = 0;
	g_free(p->failed);
	p->failed = g_strdup(sentence);
	app->dirty |= DIRTY_PAGER;
}
