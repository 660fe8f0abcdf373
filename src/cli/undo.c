/*
 * undo.c - verso undo: the last decision is taken back
 */
#include "cli/cli.h"
#include "cli/commands.h"
#include "control/decide.h"
#include "store/queue.h"

/* When the account's last decision was made; -1: there is none. */
static enum st
last_decided(struct cli *c, int64_t *at, struct err *e)
{
	GPtrArray *one = NULL;
	enum st st = queue_actions(c->store, 1, &one, e);

	*at = -1;
	if (one && one->len > 0)
		*at = ((const struct action *)one->pdata[0])->at;
	if (one)
		g_ptr_array_unref(one);
	return st;
}

/* The account with the newest one, NULL: there is none. */
static enum st
find_account(struct cli *c, const struct account **newest, struct err *e)
{
	const GPtrArray *all = c->config->accounts;
	int64_t best = -1;
	enum st st = ST_OK;

	*newest = NULL;
	for (guint i = 0; i < all->len && st == ST_OK; i++) {
		int64_t at = -1;

		st = cli_switch(c, all->pdata[i], e);
		if (st == ST_OK)
			st = last_decided(c, &at, e);
		if (st == ST_OK && at > best) {
			best = at;
			*newest = all->pdata[i];
		}
	}
	return st;
}

/* The number of the last change that waits, 0: none does. */
static int64_t
last_change(struct cli *c)
{
	GPtrArray *queue = NULL;
	int64_t seq = 0;

	if (queue_list(c->store, false, &queue, NULL) != ST_OK)
		return 0;
	if (queue->len > 0)
		seq = ((const struct change *)
		       queue->pdata[queue->len - 1])->seq;
	g_ptr_array_unref(queue);
	return seq;
}

static void
tell(struct cli *c, const char *what, int64_t before)
{
	const struct decider d = { c->account, c->store, NULL };
	bool hears = !decide_is_local(&d) && last_change(c) > before;

	cli_print(stdout, "%s: undone: %s%s.", c->account->name, what,
		  hears ? "; the server hears of that at the next "
			  "Send/Receive" : "");
}

static enum st
undo(struct cli *c, const char *name, struct err *e)
{
	const struct account *a = NULL;
	char *what = NULL;
	int64_t before = 0;
	enum st st = name ? config_account(c->config, name, &a, e)
			  : find_account(c, &a, e);

	if (st == ST_OK && !a)
		return err_set(e, ST_USAGE, "There is nothing to undo.");
	if (st == ST_OK)
		st = cli_switch(c, a, e);
	if (st == ST_OK) {
		before = last_change(c);
		st = queue_undo(c->store, 0, &what, e);
	}
	if (st == ST_GONE)	/* not now, and not later either */
		return ST_USAGE;
	if (st != ST_OK)
		return st;
	tell(c, what, before);
	g_free(what);
	return ST_OK;
}

int
cli_undo(int argc, char **argv)
{
	g_autofree char *account = NULL;
	const struct cli_bind binds[] = {
		{ "account", &account },
		{ NULL, NULL }
	};
	struct cli c = { NULL, NULL, NULL };
	struct err e;
	enum st st = cli_options("undo", binds, &argc, argv, &e);

	if (st == ST_OK)
		st = cli_configure(&c, &e);
	if (st == ST_OK)
		st = undo(&c, account, &e);
	cli_close(&c);
	return cli_end(st, &e);
}
