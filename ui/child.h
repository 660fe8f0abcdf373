/*
 * child.h - another program has the terminal for a while
 */
#ifndef VERSO_UI_CHILD_H
#define VERSO_UI_CHILD_H

#include <stdbool.h>

#include "base/err.h"
#include "ui/term.h"

/*
 * Lend the terminal to a command line that the person typed (run by their
 * shell; "" is the shell itself), wait for its end and take the terminal
 * back.  pause: wait for Enter before that, so that its output can be read.
 * ST_LOCAL when it could not be started; that it failed is its own affair.
 */
enum st
child_shell(struct term *t, const char *line, bool pause, struct err *e);

/* C-z: give the terminal back, stop, and go on when the shell says so. */
void
child_suspend(struct term *t);

#endif
