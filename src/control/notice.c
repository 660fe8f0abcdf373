/*
 * notice.c - setting and dropping the notice
 */
#include "control/notice.h"

#include <stdarg.h>

#include "base/clock.h"
#include "control/app.h"

#define SHOWN_MS 5000

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

	va_start(ap, fmt);
	set(app, g_strdup_vprintf(fmt, ap), false);
	va_end(ap);
}

void
notice_fail(struct app *app, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set(app, g_strdup_vprintf(fmt, ap), true);
	va_end(ap);
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
