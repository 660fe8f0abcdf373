/*
 * save.c - verso save
 */
#include "control/save.h"

#include "cli/cli.h"
#include "cli/commands.h"

static enum st
save(struct cli *c, const char *folder, int n, const char *message_id,
     const char *dir, struct err *e)
{
	struct folder *f = NULL;
	struct message m = { 0 };
	struct message_view *view = NULL;
	GBytes *bytes = NULL;
	size_t count = 0;
	enum st st = cli_folder(c, folder, &f, e);

	if (st == ST_OK)
		st = cli_message(c, f, n, message_id, &m, e);
	if (st == ST_OK)
		st = message_bytes(c->store, m.id, &bytes, e);
	if (st == ST_OK) {
		view = mime_open(bytes);
		st = save_all(view, dir, &count, e);
	}
	if (st == ST_OK)
		cli_print(stdout, "%zu file%s saved in %s", count,
			  count == 1 ? "" : "s", dir);
	mime_close(view);
	if (bytes)
		g_bytes_unref(bytes);
	message_clear(&m);
	folder_free(f);
	return st;
}

int
cli_save(int argc, char **argv)
{
	g_autofree char *account = NULL, *folder = NULL, *id = NULL;
	g_autofree char *dir = NULL;
	int n = 0;
	const GOptionEntry entries[] = {
		{ "account", 'a', 0, G_OPTION_ARG_FILENAME, &account, NULL,
		  NULL },
		{ "folder", 'm', 0, G_OPTION_ARG_FILENAME, &folder, NULL,
		  NULL },
		{ "number", 'n', 0, G_OPTION_ARG_INT, &n, NULL, NULL },
		{ "message-id", 0, 0, G_OPTION_ARG_FILENAME, &id, NULL, NULL },
		{ "directory", 'd', 0, G_OPTION_ARG_FILENAME, &dir, NULL,
		  NULL },
		{ NULL, 0, 0, 0, NULL, NULL, NULL }
	};
	struct cli c = { NULL, NULL, NULL };
	struct err e;
	enum st st = cli_options(entries, &argc, &argv, 0, &e);

	if (st == ST_OK)
		st = cli_open(&c, account, &e);
	if (st == ST_OK)
		st = save(&c, folder ? folder : "INBOX", n, id,
			  dir ? dir : ".", &e);
	cli_close(&c);
	return cli_end(st, &e);
}
