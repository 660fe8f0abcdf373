/*
 * screen.h - the app on a terminal: events in, cells out
 *
 * The same for a person (loop.c) and for a script (script.c).
 */
#ifndef VERSO_UI_SCREEN_H
#define VERSO_UI_SCREEN_H

#include "control/app.h"
#include "ui/term.h"

struct screen;

/* app and term are borrowed.  A theme that cannot be read becomes the app's
 * notice. */
struct screen *
screen_new(struct app *app, struct term *term);
void
screen_free(struct screen *s);		/* takes NULL */

/* One event of the terminal. */
void
screen_event(struct screen *s, const struct term_event *event);

/* Draw what has become dirty.  Nothing is sent when nothing has. */
void
screen_paint(struct screen *s);

#endif
