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

/*
 * The same for an editor, as a job of its own: C-z stops it alone.  *pid 0: it
 * begins, as argv says; else it is one that stood still, and goes on.  *pid is
 * 0 when it has ended, and failed (not NULL) says whether by a signal or with
 * a status that is not 0.
 */
enum st
child_edit(struct term *t, char **argv, int *pid, bool *failed,
	   struct err *e);

/* C-z: give the terminal back, stop, and go on when the shell says so. */
void
child_suspend(struct term *t);

#endif
