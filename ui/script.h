/*
 * script.h - the reader without a terminal, driven by lines
 *
 * "VERSO_SCRIPT=FILE verso" runs one.  One line each, '#' begins a comment:
 *
 *	key j Enter C-n		keys by their names, as the person presses them
 *	type some words		each character as a key
 *	paste some words	all at once; \n is a line end
 *	run sort subject	a command line
 *	resize 80 24		columns and rows
 *	dump [FILE]		the screen as text, to FILE or standard output
 *	wait 10 some words	until they are on the screen, at most 10 seconds
 *	idle 10			until no worker has anything to do
 *	start			begin with the workers (what a person gets at
 *				once, a script only when it wants them)
 */
#ifndef VERSO_UI_SCRIPT_H
#define VERSO_UI_SCRIPT_H

#include <stdio.h>

#include "control/app.h"

/*
 * Run the script in file ("-": standard input).  A line that is not
 * understood is ST_USAGE, a wait that was in vain ST_RETRY; the sentence
 * names the line.
 */
enum st
ui_script(struct app *app, const char *file, FILE *out, struct err *e);

#endif
