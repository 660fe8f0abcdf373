/*
 * parts.h - the list of a message's parts, and what is done with them
 */
#ifndef VERSO_CONTROL_PARTS_H
#define VERSO_CONTROL_PARTS_H

#include "control/app.h"

/* Open the part under the cursor with the person's program. */
enum st
parts_open_current(struct app *app, struct err *e);

#endif
