/*
 * notice.c - setting and dropping the notice, and what was said before
 */
#include "control/notice.h"

#include <stdarg.h>
#include <string.h>

#include "base/clock.h"
#include "control/app.h"

#define SHOWN_MS 5000
#define KEPT_MAX 200

static void
said_free(gpointer said)
{
	g_free(((struct said *)said)->text);
	g_free(said);
}

/* What is said again and again (a server that is away) is kept once. */
static void
keep(struct app *app, const char *text, bool bad)
{
	struct said *said;

	if (!app->said)
		app->said = g_ptr_array_new_with_free_func(said_free);
	if (app->said->len) {
		said = app->said->pdata[app->said->len - 1];
		if (strcmp(said->text, text) == 0) {
			said->at = clock_now();
			return;
		}
	}
	if (app->said->len >= KEPT_MAX)
		g_ptr_array_remove_index(app->said, 0);
	said = g_new0(struct said, 1);
	said->at = clock_now();
	said->text = g_strdup(text);
	said->bad = bad;
	g_ptr_array_add(app->said, said);
}

static void
set(struct app *app, char *text, bool bad)
{
	g_free(app->notice);
	app->notice = text;
	app->notice_bad = bad;
	app->notice_until = bad || !*text ? 0 : clock_ms() + SHOWN_MS;
	app->dirty |= DIRTY_STATUS;
}

void
notice_tell(struct app *app, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = g_strdup_vprintf(fmt, ap);
	va_end(ap);
	if (*text)
		keep(app, text, false);
	if (app->notice_bad)
		g_free(text);
	else
		set(app, text, false);
}

void
notice_fail(struct app *app, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = g_strdup_vprintf(fmt, ap);
	va_end(ap);
	keep(app, text, true);
	set(app, text, true);
}

void
notice_keep(struct app *app, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = g_strdup_vprintf(fmt, ap);
	va_end(ap);
	keep(app, text, false);
	g_free(text);
}

void
notice_key(struct app *app)
{
	if (*app->notice)
		set(app, g_strdup(""), false);
}

void
notice_tick(struct app *app)
{
	if (app->notice_until && clock_ms() >= app->notice_until)
		set(app, g_strdup(""), false);
}
