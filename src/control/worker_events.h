/*
 * worker_events.h - what the workers say, and what it changes
 */
#ifndef VERSO_CONTROL_WORKER_EVENTS_H
#define VERSO_CONTROL_WORKER_EVENTS_H

#include "control/app.h"

/* One line from the worker of an account (link.h has the words). */
void
worker_event(struct app *app, int account, char **words, int n);

/* Read again what the events since the last call have made stale. */
void
worker_settle(struct app *app);

#endif
