/*
 * pager.h - one message on the screen
 */
#ifndef VERSO_CONTROL_PAGER_H
#define VERSO_CONTROL_PAGER_H

#include "control/app.h"

/* Show a message.  When its body is not here yet the worker is asked for
 * it, and the pager waits. */
void
pager_open(struct app *app, int account, int64_t id);
void
pager_close(struct app *app);

/* The store has changed: the body may be here now. */
void
pager_retry(struct app *app);
/* The worker's request ended with a failure. */
void
pager_fail(struct app *app, const char *sentence);

/* Lines anew for the width, the headers, the form that is wanted; what was
 * at the top stays near it. */
void
pager_render(struct app *app);

/* Put a line at the top, as far as there are lines. */
void
pager_scroll(struct app *app, size_t top);
size_t
pager_rows(const struct app *app);	/* on the screen, at least 1 */

#endif
