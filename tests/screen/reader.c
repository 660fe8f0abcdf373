/*
 * reader.c - the reader alone, over the mail of rooms.c
 *
 * What the tests of the real terminal run: everything from ncurses down to
 * the store, without a worker.  VERSO_WRITE=TEXT begins with a letter.
 */
#include <stdio.h>

#include "base/text.h"
#include "control/app.h"
#include "control/edit.h"
#include "ui/loop.h"

static void
written(struct app *app, enum edit_end end, const char *text, size_t len,
	void *ctx)
{
}

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
	if (g_getenv("VERSO_WRITE"))
		app_edit(app, "A letter", g_getenv("VERSO_WRITE"), written,
			 NULL, &e);
	status = ui_run(app);
	app_free(app);
	return status;
}
