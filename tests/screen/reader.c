/*
 * reader.c - the reader alone, over the mail of rooms.c
 *
 * What the tests of the real terminal run: everything from ncurses down to
 * the store, without a worker.
 */
#include <stdio.h>

#include "base/text.h"
#include "control/app.h"
#include "ui/loop.h"

int
main(void)
{
	struct config *config;
	struct app *app;
	struct err e = { "" };
	int status;

	if (config_load(NULL, &config, &e) != ST_OK ||
	    app_new(config, NULL, NULL, &app, &e) != ST_OK) {
		char *line = text_gate_line(e.text);

		fprintf(stderr, "%s\n", line);
		g_free(line);
		return 1;
	}
	status = ui_run(app);
	app_free(app);
	return status;
}
