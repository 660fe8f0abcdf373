/*
 * loop.h - the reader on a real terminal, from the first paint to the end
 */
#ifndef VERSO_UI_LOOP_H
#define VERSO_UI_LOOP_H

#include "control/app.h"

/*
 * Run the reader over an app that app_new() has made: paint, only then
 * app_start(), then keys, workers and time until the person leaves.  The
 * terminal is as it was found afterwards, also after SIGHUP, SIGTERM and
 * fatal signals.  With VERSO_SCRIPT=FILE in the environment the script is
 * run instead (script.h), and no terminal is needed.  Returns the exit
 * status; the caller frees app.
 */
int
ui_run(struct app *app);

/*
 * Wait for what the app waits for (its workers, its time) and for fd (-1:
 * none), at most wait_ms (-1: as long as it takes), and let the app have what
 * came.  True: fd is readable.
 */
bool
loop_wait(struct app *app, int fd, int wait_ms);

#endif
