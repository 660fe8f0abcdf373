/*
 * child.h - another program has the terminal for a while
 */
#ifndef VERSO_UI_CHILD_H
#define VERSO_UI_CHILD_H

#include <stdbool.h>

#include "base/err.h"
#include "ui/term.h"

/*
 * Lend the terminal to a command, wait for its end and take the terminal
 * back.  argv: its words.  pause: wait for Enter before that, so that its
 * output can be read.  ST_LOCAL when it could not be started; that it failed
 * is its own affair.
 */
enum st
child_run(struct term *t, char **argv, bool pause, struct err *e);

/* C-z: give the terminal back, stop, and go on when the shell says so. */
void
child_suspend(struct term *t);

#endif
