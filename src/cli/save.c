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
	const struct cli_bind binds[] = {
		{ "account", &account },
		{ "folder", &folder },
		{ "number", &n },
		{ "message-id", &id },
		{ "directory", &dir },
		{ NULL, NULL }
	};
	struct cli c = { NULL, NULL, NULL };
	struct err e;
	enum st st = cli_options("save", binds, &argc, argv, &e);

	if (st == ST_OK)
		st = cli_open(&c, account, &e);
	if (st == ST_OK)
		st = save(&c, folder ? folder : "INBOX", n, id,
			  dir ? dir : ".", &e);
	cli_close(&c);
	return cli_end(st, &e);
}
