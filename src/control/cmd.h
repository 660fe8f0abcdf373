/*
 * cmd.h - the functions behind commands.def
 */
#ifndef VERSO_CONTROL_CMD_H
#define VERSO_CONTROL_CMD_H

#include "base/err.h"

struct app;

#define COMMAND(name, function, args, where, keys, hint, help)               \
	enum st function(struct app *app, int n, char **words, struct err *e);
#include "control/commands.def"
#undef COMMAND

#endif
