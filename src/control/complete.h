/*
 * complete.h - what could stand where the cursor is
 */
#ifndef VERSO_CONTROL_COMPLETE_H
#define VERSO_CONTROL_COMPLETE_H

#include "control/ask.h"

/*
 * Whole lines that begin with what stands left of the cursor, sorted, at
 * most 100; a NULL-terminated vector for g_strfreev(), empty when there is
 * nothing.  Names match without regard to case.
 */
char **
complete_line(struct app *app, enum complete_kind kind, const char *text);

#endif
