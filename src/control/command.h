/*
 * command.h - the command table, and running a line of it
 *
 * commands.def has one line for each command; dispatch, default keys, help,
 * hints, completion and the manual are made of it.
 */
#ifndef VERSO_CONTROL_COMMAND_H
#define VERSO_CONTROL_COMMAND_H

#include <stdint.h>

#include "base/err.h"

struct app;

struct command {
	const char *name;
	/* words[0] is the name; n counts it, too. */
	enum st (*run)(struct app *app, int n, char **words, struct err *e);
	const char *args;	/* "[FOLDER]", "KEY", "WORD..." */
	uint32_t where;		/* enum where bits */
	const char *keys;	/* default keys; "pager:h" for one map alone */
	const char *hint;	/* a word for the hint line, "" none */
	const char *help;	/* one sentence */
};

/* The whole table, ended by an entry without a name. */
extern const struct command command_table[];

const struct command *
command_find(const char *name);

/* How many words may follow the name; *max -1: any number. */
void
command_limits(const struct command *c, int *min, int *max);

/* Is this a line that can be run?  ST_CONFIG and the reason if not. */
enum st
command_check(const char *line, struct err *e);

/* Run one line.  An unknown command, one that is for another place than the
 * one that has the keys, or a wrong number of words is ST_USAGE. */
enum st
command_run(struct app *app, const char *line, struct err *e);

#endif
