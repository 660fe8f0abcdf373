/*
 * notice.h - the last word to the person, on the status line
 *
 * What was said is kept, so that it can be read when it was too long for the
 * line or went too soon.
 */
#ifndef VERSO_CONTROL_NOTICE_H
#define VERSO_CONTROL_NOTICE_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

struct app;

/* One of app->said. */
struct said {
	int64_t at;		/* seconds since 1970 */
	char *text;
	bool bad;		/* it told of a failure */
};

/* Show something for a few seconds.  While a failure is shown it is only
 * kept. */
void
notice_tell(struct app *app, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

/* Something failed; it stays until the next key. */
void
notice_fail(struct app *app, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

/* Only keep it: the status line shows it already. */
void
notice_keep(struct app *app, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

/* A key was pressed, or time has passed: drop what need not stay. */
void
notice_key(struct app *app);
void
notice_tick(struct app *app);

#endif
