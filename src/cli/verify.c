/*
 * verify.c - verso verify: mbox against index
 */
#include "store/verify.h"

#include "base/path.h"
#include "cli/cli.h"
#include "cli/commands.h"

static void
problem(void *ctx, const char *sentence)
{
	const struct folder *f = ctx;

	cli_print(stdout, "%s: %s", f->name, sentence);
}

/* One folder; with repair what does not agree is written anew and looked at
 * again. */
static enum st
check_folder(struct store *s, struct folder *f, bool repair, struct err *e)
{
	struct verify_result r = { 0 };
	enum st st = verify_folder(s, f->id, problem, f, &r, e);

	if (st == ST_CORRUPT && repair) {
		st = rebuild_folder(s, f->id, e);
		if (st == ST_OK)
			st = verify_folder(s, f->id, problem, f, &r, e);
	}
	if (st == ST_OK)
		cli_print(stdout, "%s: %lld messages, %lld bytes, %lld not "
			  "fetched yet: mail and index agree", f->name,
			  (long long)r.messages, (long long)r.bytes,
			  (long long)r.waiting);
	else if (st == ST_CORRUPT)
		err_prefix(e, "%s: ", f->name);
	return st;
}

static bool
wanted(const struct folder *f, char **names)
{
	return !names[0] || g_strv_contains((const char *const *)names,
					    f->name);
}

/* Every folder that is wanted, whatever is wrong with one of them. */
static enum st
check_folders(struct cli *c, char **names, bool repair, struct err *e)
{
	GPtrArray *all = NULL;
	struct folder *f = NULL;
	enum st worst = ST_OK;

	for (int i = 0; names[i] && worst == ST_OK; i++) {
		worst = cli_folder(c, names[i], &f, e);
		g_clear_pointer(&f, folder_free);
	}
	if (worst == ST_OK)
		worst = folders_all(c->store, &all, e);
	for (guint i = 0; all && i < all->len; i++) {
		struct err why;
		enum st st = ST_OK;

		if (wanted(all->pdata[i], names))
			st = check_folder(c->store, all->pdata[i], repair,
					  &why);
		if (st_worse(worst, st) != worst)
			*e = why;
		worst = st_worse(worst, st);
	}
	if (all)
		g_ptr_array_unref(all);
	return worst;
}

/* Writing needs the lock that the worker holds. */
static enum st
reopen_to_write(struct cli *c, struct err *e)
{
	char *dir = path_account(c->account->name);
	enum st st;

	store_close(c->store);
	c->store = NULL;
	st = store_open(dir, STORE_WORKER, &c->store, e);
	g_free(dir);
	return st;
}

static enum st
check_account(struct cli *c, const struct account *a, char **names,
	      bool repair, struct err *e)
{
	enum st st = cli_switch(c, a, e);

	if (st == ST_OK && repair)
		st = reopen_to_write(c, e);
	return st == ST_OK ? check_folders(c, names, repair, e) : st;
}

int
cli_verify(int argc, char **argv)
{
	g_autofree char *account = NULL;
	bool repair = false;
	const struct cli_bind binds[] = {
		{ "account", &account },
		{ "repair", &repair },
		{ NULL, NULL }
	};
	struct cli c = { NULL, NULL, NULL };
	const struct account *a = NULL;
	struct err e;
	enum st st = cli_options("verify", binds, &argc, argv, &e);

	if (st == ST_OK)
		st = cli_configure(&c, &e);
	if (st == ST_OK)
		st = config_account(c.config, account, &a, &e);
	/* Folders belong to one account; without any, all accounts. */
	if (st == ST_OK && (account || argc > 1))
		st = check_account(&c, a, argv + 1, repair, &e);
	else if (st == ST_OK)
		for (guint i = 0; i < c.config->accounts->len; i++) {
			struct err why;
			enum st one = check_account(
				&c, c.config->accounts->pdata[i], argv + 1,
				repair, &why);

			if (st_worse(st, one) != st)
				e = why;
			st = st_worse(st, one);
		}
	cli_close(&c);
	return cli_end(st, &e);
}
