/*
 * notice.h - the last word to the person, on the status line
 */
#ifndef VERSO_CONTROL_NOTICE_H
#define VERSO_CONTROL_NOTICE_H

#include <glib.h>

struct app;

/* Something to know; it goes after a few seconds. */
void
notice_tell(struct app *app, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

/* Something failed; it stays until the next key. */
void
notice_fail(struct app *app, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

/* A key was pressed, or time has passed: drop what need not stay. */
void
notice_key(struct app *app);
void
notice_tick(struct app *app);

#endif
