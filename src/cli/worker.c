/*
 * worker.c - verso worker ACCOUNT: started by the reader and by verso sync
 *
 * Speaks the lines of worker/link.h on descriptor 3; nothing for a person.
 */
#include "cli/commands.h"

#include <sys/socket.h>
#include <sys/stat.h>

#include "cli/cli.h"
#include "worker/demo.h"
#include "worker/worker.h"

#define WORKER_FD 3

/* A person who types the command has no line there. */
static bool
has_line(void)
{
	struct stat s;

	return fstat(WORKER_FD, &s) == 0 && S_ISSOCK(s.st_mode);
}

int
cli_worker(int argc, char **argv)
{
	struct memory_server *demo = NULL;
	struct cli c = { 0 };
	struct err e;
	enum link_mode mode = LINK_WORK;
	enum st st = ST_OK;

	if (argc < 2 || argc > 3 || !worker_mode(argv[2], &mode) ||
	    !has_line())
		st = err_set(&e, ST_USAGE, "The worker is started by the "
			     "reader and by “verso sync”, not by hand.");
	if (st == ST_OK)
		st = cli_configure(&c, &e);
	if (st == ST_OK)
		st = config_account(c.config, argv[1], &c.account, &e);
	if (st == ST_OK && c.account->receive.proto == PROTO_MEMORY)
		demo = demo_server_new(c.account);
	if (st == ST_OK) {
		g_set_prgname("verso worker");	/* for the lock */
		worker_confine(c.account);
		st = worker_run(c.account, c.config->file, WORKER_FD,
				mode, &e);
	}
	memory_server_free(demo);
	cli_close(&c);
	return cli_fail(st, &e);
}
