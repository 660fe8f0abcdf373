/*
 * outbox.c - verso outbox: what waits to be sent
 */
#include <errno.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/commands.h"
#include "control/outgoing.h"
#include "store/outbox.h"

struct listing {
	struct cli c;
	bool all;
	/* Message-IDs, NULL: not given. */
	const char *retry, *arrived, *back;
};

static void
print(const struct account *a, bool several, const struct outbox_letter *l)
{
	char *when = cli_date(l->at, 0);
	const char *fields[] = {
		l->message_id, outbox_state_name(l->state),
		several ? a->name : NULL, when, l->to, l->subject, l->why,
	};

	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		if (i == 2 && !several)
			continue;
		if (i > 0)
			putchar('\t');
		cli_put(stdout, fields[i] ? fields[i] : "", false);
	}
	putchar('\n');
	g_free(when);
}

static enum st
print_account(struct listing *o, const struct account *a, bool several,
	      struct err *e)
{
	GPtrArray *all = NULL;
	enum st st = cli_switch(&o->c, a, e);

	if (st == ST_OK)
		st = o->all ? outbox_all(o->c.store, &all, e)
			    : outbox_unsent(o->c.store, &all, e);
	for (guint i = 0; st == ST_OK && i < all->len; i++)
		print(a, several, all->pdata[i]);
	if (all)
		g_ptr_array_unref(all);
	return st;
}

static enum st
print_all(struct listing *o, const char *account, struct err *e)
{
	const GPtrArray *accounts = o->c.config->accounts;
	const struct account *one = NULL;
	enum st st = config_account(o->c.config, account, &one, e);

	if (st != ST_OK || account || accounts->len == 1)
		return st == ST_OK ? print_account(o, one, false, e) : st;
	for (guint i = 0; i < accounts->len && st == ST_OK; i++)
		st = print_account(o, accounts->pdata[i], true, e);
	return st;
}

/* ---- one of them --------------------------------------------------------- */

static enum st
find(struct listing *o, const char *message_id, int64_t *id, struct err *e)
{
	g_autofree char *bare = cli_bare_id(message_id);
	GPtrArray *all = NULL;
	enum st st = outbox_unsent(o->c.store, &all, e);

	*id = 0;
	for (guint i = 0; st == ST_OK && i < all->len; i++) {
		const struct outbox_letter *l = all->pdata[i];

		if (g_strcmp0(l->message_id, bare) == 0)
			*id = l->id;
	}
	if (all)
		g_ptr_array_unref(all);
	if (st == ST_OK && !*id)
		st = err_set(e, ST_USAGE, "There is no letter <%s> in the "
			     "outbox.", bare);
	return st;
}

static enum st
retry(struct listing *o, struct err *e)
{
	int64_t id;
	enum st st = find(o, o->retry, &id, e);

	if (st == ST_OK)
		st = outbox_retry(o->c.store, id, e);
	if (st == ST_OK)
		cli_print(stdout, "It goes out at the next Send/Receive.");
	return st;
}

static enum st
arrived(struct listing *o, struct err *e)
{
	int64_t id;
	enum st st = find(o, o->arrived, &id, e);

	if (st == ST_OK)
		st = outbox_arrived(o->c.store, id, true, e);
	if (st == ST_OK)
		cli_print(stdout, "It is taken for sent.");
	return st;
}

/* All of it printed, and as durable as what it goes to can make it. */
static enum st
write_out(const struct outbox_letter *l, GBytes *bytes, struct err *e)
{
	char *bcc = outgoing_hidden(l, bytes);

	cli_put(stdout, bcc, true);
	cli_put_raw(bytes);
	g_free(bcc);
	if (fflush(stdout) != 0 || ferror(stdout))
		return err_errno(e, "The letter cannot be written");
	if (fsync(STDOUT_FILENO) != 0 && errno != EINVAL && errno != EROFS)
		return err_errno(e, "The letter cannot be made durable");
	return ST_OK;
}

/* Its octets to standard output first: nothing is lost by this. */
static enum st
take_back(struct listing *o, struct err *e)
{
	struct outbox_letter *l = NULL;
	GBytes *bytes = NULL;
	int64_t id;
	enum st st = find(o, o->back, &id, e);

	if (st == ST_OK)
		st = outbox_get(o->c.store, id, &l, e);
	if (st == ST_OK)
		st = outbox_bytes(o->c.store, id, &bytes, e);
	if (st == ST_OK)
		st = write_out(l, bytes, e);
	if (st == ST_OK)
		st = outbox_take_back(o->c.store, id, e);
	if (bytes)
		g_bytes_unref(bytes);
	outbox_letter_free(l);
	return st;
}

int
cli_outbox(int argc, char **argv)
{
	g_autofree char *account = NULL, *again = NULL, *back = NULL;
	g_autofree char *there = NULL;
	struct listing o = { .all = false };
	const struct cli_bind binds[] = {
		{ "account", &account },
		{ "all", &o.all },
		{ "retry", &again },
		{ "arrived", &there },
		{ "take-back", &back },
		{ NULL, NULL }
	};
	struct err e = { "" };
	enum st st = cli_options("outbox", binds, &argc, argv, &e);

	o.retry = again;
	o.arrived = there;
	o.back = back;
	if (st == ST_OK && !again && !there && !back) {
		st = cli_configure(&o.c, &e);
		if (st == ST_OK)
			st = print_all(&o, account, &e);
	} else if (st == ST_OK) {
		st = cli_open(&o.c, account, &e);
		if (st == ST_OK)
			st = again ? retry(&o, &e)
			   : there ? arrived(&o, &e) : take_back(&o, &e);
	}
	cli_close(&o.c);
	return cli_end(st, &e);
}
