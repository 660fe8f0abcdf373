/*
 * folders.c - verso folders
 *
 * A line has five fields between TABs: total, unread, how many messages are
 * not fetched yet ("-" before the first complete sync), account, name.
 */
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/json.h"

static void
print_folder(const struct account *a, const struct folder *f)
{
	char *missing = f->synced || f->local
				? g_strdup_printf("%lld", (long long)f->waiting)
				: g_strdup("-");

	printf("%lld\t%lld\t%s\t", (long long)f->total, (long long)f->unread,
	       missing);
	cli_put(stdout, a->name, false);
	putchar('\t');
	cli_print(stdout, "%s", f->name);
	g_free(missing);
}

static void
add_folder(JsonBuilder *b, const struct account *a, const struct folder *f)
{
	json_builder_begin_object(b);
	json_text(b, "account", a->name);
	json_text(b, "name", f->name);
	json_text(b, "role", folder_role_name(f->role));
	json_number(b, "total", f->total);
	json_number(b, "unread", f->unread);
	json_number(b, "flagged", f->flagged);
	json_number(b, "waiting", f->waiting);
	json_number(b, "uidvalidity", f->uidvalidity);
	json_date(b, "synced", f->synced, 0);
	json_builder_end_object(b);
}

static enum st
one_account(struct cli *c, const struct account *a, JsonBuilder *b,
	    struct err *e)
{
	GPtrArray *all = NULL;
	enum st st = cli_switch(c, a, e);

	if (st == ST_OK)
		st = folders_all(c->store, &all, e);
	for (guint i = 0; st == ST_OK && i < all->len; i++) {
		if (b)
			add_folder(b, a, all->pdata[i]);
		else
			print_folder(a, all->pdata[i]);
	}
	if (all)
		g_ptr_array_unref(all);
	return st;
}

static enum st
all_accounts(struct cli *c, const char *name, JsonBuilder *b, struct err *e)
{
	const struct account *only = NULL;
	enum st st = config_account(c->config, name, &only, e);

	if (st != ST_OK || name)
		return st == ST_OK ? one_account(c, only, b, e) : st;
	for (guint i = 0; i < c->config->accounts->len && st == ST_OK; i++)
		st = one_account(c, c->config->accounts->pdata[i], b, e);
	return st;
}

int
cli_folders(int argc, char **argv)
{
	g_autofree char *account = NULL;
	bool json = false;
	const struct cli_bind binds[] = {
		{ "account", &account },
		{ "json", &json },
		{ NULL, NULL }
	};
	JsonBuilder *b = NULL;
	struct cli c = { NULL, NULL, NULL };
	struct err e;
	enum st st = cli_options("folders", binds, &argc, argv, &e);

	if (st == ST_OK)
		st = cli_configure(&c, &e);
	if (json)
		b = json_builder_begin_array(json_builder_new());
	if (st == ST_OK)
		st = all_accounts(&c, account, b, &e);
	if (b && st == ST_OK)
		json_print(json_builder_end_array(b));
	else
		g_clear_object(&b);
	cli_close(&c);
	return cli_end(st, &e);
}
