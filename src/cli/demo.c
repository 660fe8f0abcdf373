/*
 * demo.c - verso demo: the reader on two throw-away accounts
 *
 * Everything is below one temporary folder, the configuration included, and
 * goes with it.
 */
#include "cli/commands.h"

#include <ftw.h>
#include <stdio.h>
#include <string.h>

#include "base/path.h"
#include "cli/cli.h"

static const char config[] =
	"[account imap]\n"
	"address = You <you@demo.example>\n"
	"receive = memory:imap\n"
	"send = memory:imap\n"
	"\n"
	"[account pop]\n"
	"address = You <you@home.example>\n"
	"receive = memory:pop\n"
	"send = memory:pop\n";

static int
remove_one(const char *path, const struct stat *s, int kind, struct FTW *f)
{
	return remove(path);
}

/* The environment that this process and its workers see from now on. */
static void
move_in(const char *dir, const char *file)
{
	static const char *const names[] = {
		"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME",
		"XDG_CACHE_HOME", "XDG_RUNTIME_DIR",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		g_setenv(names[i], dir, TRUE);
	g_setenv("VERSO_CONFIG", file, TRUE);
}

int
cli_demo(int argc, char **argv)
{
	static const struct cli_bind binds[] = { { NULL, NULL } };
	char *dir = NULL, *file = NULL;
	struct cli c = { 0 };
	struct err e;
	enum st st = cli_options("demo", binds, &argc, argv, &e);
	int status = 0;

	if (st == ST_OK) {
		dir = g_dir_make_tmp("verso-demo-XXXXXX", NULL);
		if (!dir)
			st = err_errno(&e, "No temporary folder can be made");
	}
	if (st == ST_OK) {
		file = g_build_filename(dir, "config", NULL);
		st = path_write_file(file, config, strlen(config), &e);
	}
	if (st == ST_OK) {
		move_in(dir, file);
		st = cli_configure(&c, &e);
	}
	if (st == ST_OK)	/* the reader takes the configuration over */
		status = cli_reader(c.config, NULL, NULL, NULL);
	else
		status = cli_fail(st, &e);
	if (dir)
		nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	g_free(file);
	g_free(dir);
	return status;
}
