/*
 * verify.c - verso verify: mbox against index, and both against the server
 */
#include "store/verify.h"

#include <string.h>

#include "base/path.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/work.h"

/* ---- here --------------------------------------------------------------- */

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

static void
waiting_problem(void *ctx, const char *sentence)
{
	cli_print(stdout, "%s", sentence);
}

/* What lies outside of the folders; nothing is said where there is
 * nothing. */
static enum st
check_waiting(struct cli *c, struct err *e)
{
	struct verify_result r = { 0 };
	enum st st = verify_waiting(c->store, waiting_problem, NULL, &r, e);

	if (st == ST_OK && r.messages)
		cli_print(stdout, "Waiting to be sent or kept: %lld letters, "
			  "%lld bytes, all there", (long long)r.messages,
			  (long long)r.bytes);
	return st;
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
	if (st == ST_OK)
		st = check_folders(c, names, repair, e);
	if (!*names && (st == ST_OK || st == ST_CORRUPT)) {
		struct err why;
		enum st waits = check_waiting(c, &why);

		if (st_worse(st, waits) != st)
			*e = why;
		st = st_worse(st, waits);
	}
	return st;
}

static enum st
check_all(struct cli *c, const char *account, char **names, bool repair,
	  struct err *e)
{
	const struct account *a = NULL;
	enum st st = config_account(c->config, account, &a, e);

	/* Folders belong to one account; without any, all accounts. */
	if (st != ST_OK || account || *names)
		return st == ST_OK ? check_account(c, a, names, repair, e)
				   : st;
	for (guint i = 0; i < c->config->accounts->len; i++) {
		struct err why;
		enum st one = check_account(c, c->config->accounts->pdata[i],
					    names, repair, &why);

		if (st_worse(st, one) != st)
			*e = why;
		st = st_worse(st, one);
	}
	return st;
}

/* ---- there -------------------------------------------------------------- */

static int64_t
number(const char *word)
{
	return g_ascii_strtoll(word, NULL, 10);
}

/* "proved FOLDER MESSAGES BYTES BEHIND WRONG WAITS" */
static void
print_proved(const char *account, char **words, bool deep)
{
	long long messages = number(words[2]), waits = number(words[6]);
	long long differ = number(words[4]) + number(words[5]);
	const char *s = messages == 1 ? "" : "s";

	if (differ)
		cli_print(stdout, "%s/%s: %lld message%s on the server, %lld "
			  "difference%s", account, words[1], messages, s,
			  differ, differ == 1 ? "" : "s");
	else if (waits)
		cli_print(stdout, "%s/%s: %lld message%s on the server, %lld "
			  "of them with decisions that are not sent; the rest "
			  "is the same here and there", account, words[1],
			  messages, s, waits);
	else if (number(words[3]) < 0)
		cli_print(stdout, "%s/%s: %lld message%s, here alone: mail "
			  "and index agree", account, words[1], messages, s);
	else
		cli_print(stdout, "%s/%s: %lld message%s on the server, %s "
			  "bytes: mail, index and server agree%s", account,
			  words[1], messages, s, words[3],
			  deep ? " in every byte" : "");
}

struct proving {
	struct work work;
	bool deep;
};

static void
on_event(void *ctx, const struct account *a, char **words, int n)
{
	struct proving *p = ctx;

	if (strcmp(words[0], "problem") == 0 && n >= 3)
		cli_print(stdout, "%s/%s: %s", a->name, words[1], words[2]);
	else if (strcmp(words[0], "proved") == 0 && n >= 7)
		print_proved(a->name, words, p->deep);
	else if (strcmp(words[0], "failed") == 0 && n >= 4)
		work_say(&p->work, a, words[1], words[3]);
}

static enum st
ask(struct proving *p, const char *verb, enum link_mode mode,
    const char *account, struct err *e)
{
	p->work.verb = verb;
	p->work.mode = mode;
	p->work.worst = ST_OK;
	return work_run(&p->work, account, p->work.words[1] != NULL, e);
}

/* What is asked for is there to be looked at. */
static enum st
check_names(struct cli *c, const char *account, char **names, struct err *e)
{
	struct folder *f = NULL;
	const struct account *a = NULL;
	enum st st = config_account(c->config, account, &a, e);

	if (st == ST_OK && *names)
		st = cli_switch(c, a, e);
	for (; *names && st == ST_OK; names++) {
		st = cli_folder(c, *names, &f, e);
		g_clear_pointer(&f, folder_free);
	}
	return st;
}

static int
prove(struct cli *c, const char *account, char **names, bool deep,
      bool repair)
{
	GPtrArray *words = g_ptr_array_new();
	struct proving p = { .work = { .cli = c, .event = on_event },
			     .deep = deep };
	struct err e = { "" };
	enum st st = check_names(c, account, names, &e);

	g_ptr_array_add(words, deep ? "deep" : "plain");
	for (char **name = names; *name; name++)
		g_ptr_array_add(words, *name);
	g_ptr_array_add(words, NULL);
	p.work.ctx = &p;
	p.work.words = (char *const *)words->pdata;
	if (st == ST_OK)
		st = ask(&p, "verify", LINK_LOOK, account, &e);
	if (st == ST_OK && repair && (p.work.worst == ST_CORRUPT ||
				      p.work.worst == ST_REFUSED)) {
		st = ask(&p, "repair", LINK_WORK, account, &e);
		if (st == ST_OK && p.work.worst == ST_OK)
			st = ask(&p, "verify", LINK_LOOK, account, &e);
	}
	g_ptr_array_unref(words);
	return work_end(&p.work, st, &e);
}

/* ---- the command -------------------------------------------------------- */

int
cli_verify(int argc, char **argv)
{
	g_autofree char *account = NULL;
	bool repair = false, server = false, deep = false;
	const struct cli_bind binds[] = {
		{ "account", &account },
		{ "server", &server },
		{ "deep", &deep },
		{ "repair", &repair },
		{ NULL, NULL }
	};
	struct cli c = { NULL, NULL, NULL };
	struct err e;
	int code = 0;
	enum st st = cli_options("verify", binds, &argc, argv, &e);

	if (st == ST_OK)
		st = cli_configure(&c, &e);
	if (st == ST_OK && (server || deep))
		code = prove(&c, account, argv + 1, deep, repair);
	else if (st == ST_OK)
		st = check_all(&c, account, argv + 1, repair, &e);
	cli_close(&c);
	return code ? code : cli_end(st, &e);
}
