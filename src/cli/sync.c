/*
 * sync.c - verso sync: Send/Receive without a terminal
 *
 * One worker for each account does the work, as for the reader; here its
 * events become a progress bar, or one plain line for each folder.
 */
#include "cli/commands.h"

#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/work.h"

#define BAR 24

struct syncing {
	struct work work;
	bool bar, drawn;
	GHashTable *totals;	/* of what would be done: account name ->
				 * struct would */
};

/* What Send/Receive would do. */
struct would {
	int64_t fetch, octets, gone, send, remove;
};

static int64_t
number(const char *word)
{
	return g_ascii_strtoll(word, NULL, 10);
}

/* ---- what was done ------------------------------------------------------ */

static void
clear_bar(void *ctx)
{
	struct syncing *s = ctx;

	if (s->drawn)
		fputs("\r\033[K", stderr);
	s->drawn = false;
}

static void
draw_bar(struct syncing *s, char **words)
{
	int64_t done = number(words[2]), total = MAX(number(words[3]), 1);
	int filled = (int)(done * BAR / total);
	char bar[BAR + 1];

	if (!s->bar)
		return;
	filled = CLAMP(filled, 0, BAR);
	memset(bar, '.', BAR);
	memset(bar, '#', (size_t)filled);
	bar[BAR] = '\0';
	fprintf(stderr, "\r\033[K[%s] %lld of %lld, %.1f MB", bar,
		(long long)done, (long long)total,
		(double)number(words[4]) / 1e6);
	fflush(stderr);
	s->drawn = true;
}

static void
print_level(struct syncing *s, const struct account *a, char **words)
{
	GString *text = g_string_new(NULL);

	/* With a bar, only what is worth a word. */
	if (!s->bar || number(words[2]) || number(words[3])) {
		g_string_printf(text, "%s new, %s removed, %s in all",
				words[2], words[3], words[4]);
		work_say(&s->work, a, words[1], text->str);
	}
	g_string_free(text, TRUE);
}

static void
on_event(void *ctx, const struct account *a, char **words, int n)
{
	struct syncing *s = ctx;

	if (strcmp(words[0], "progress") == 0 && n >= 5)
		draw_bar(s, words);
	else if (strcmp(words[0], "level") == 0 && n >= 5)
		print_level(s, a, words);
	else if (strcmp(words[0], "failed") == 0 && n >= 4)
		work_say(&s->work, a, words[1], words[3]);
}

/* ---- what would be done ------------------------------------------------- */

static void
print_would(const char *account, const char *folder, const struct would *w)
{
	g_autofree char *size = g_format_size((guint64)w->octets);

	cli_print(stdout, "%s%s%s: send %lld, fetch %lld (%s), remove %lld "
		  "here, %lld there", account, *folder ? "/" : "", folder,
		  (long long)w->send, (long long)w->fetch, size,
		  (long long)w->gone, (long long)w->remove);
}

static void
on_would(void *ctx, const struct account *a, char **words, int n)
{
	struct syncing *s = ctx;
	struct would now, *all = g_hash_table_lookup(s->totals, a->name);

	if (strcmp(words[0], "would") != 0 || n < 7)
		return;
	now = (struct would) { number(words[2]), number(words[3]),
			       number(words[4]), number(words[5]),
			       number(words[6]) };
	if (!all) {
		all = g_new0(struct would, 1);
		g_hash_table_insert(s->totals, g_strdup(a->name), all);
	}
	all->fetch += now.fetch;
	all->octets += now.octets;
	all->gone += now.gone;
	all->send += now.send;
	all->remove += now.remove;
	if (*words[1])
		print_would(a->name, words[1], &now);
}

/* A line for each account that was looked at. */
static void
print_totals(struct syncing *s, const char *account)
{
	static const struct would nothing;
	const GPtrArray *all = s->work.cli->config->accounts;

	for (guint i = 0; i < all->len; i++) {
		const struct account *a = all->pdata[i];
		const struct would *w = g_hash_table_lookup(s->totals,
							    a->name);

		if (account ? strcmp(a->name, account) != 0
			    : !s->work.several && i > 0)
			continue;
		print_would(a->name, "", w ? w : &nothing);
	}
}

/* ---- the command -------------------------------------------------------- */

static enum st
sync_or_look(struct syncing *s, const char *account, bool dry,
	     struct err *e)
{
	bool some = s->work.words[0] != NULL;
	enum st st;

	if (dry && (s->work.watch || s->work.mode == LINK_WAIT))
		return err_set(e, ST_USAGE, "--dry-run goes neither with "
			       "--watch nor with --wait.");
	if (!dry)
		return work_run(&s->work, account, some, e);
	s->work.verb = "preview";
	s->work.mode = LINK_LOOK;
	s->work.event = on_would;
	st = work_run(&s->work, account, some, e);
	if (st == ST_OK && s->work.worst == ST_OK)
		print_totals(s, account);
	return st;
}

int
cli_sync(int argc, char **argv)
{
	struct cli c = { 0 };
	g_autofree char *account = NULL;
	bool dry = false, wait = false;
	struct syncing s = { .work = { .cli = &c, .verb = "sync",
				       .event = on_event,
				       .clear = clear_bar } };
	const struct cli_bind binds[] = {
		{ "account", &account },
		{ "watch", &s.work.watch },
		{ "wait", &wait },
		{ "dry-run", &dry },
		{ NULL, NULL }
	};
	struct err e = { "" };
	enum st st = cli_options("sync", binds, &argc, argv, &e);

	s.bar = isatty(STDERR_FILENO);
	s.totals = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					 g_free);
	s.work.ctx = &s;
	s.work.mode = wait ? LINK_WAIT : LINK_WORK;
	s.work.words = argv + 1;
	if (st == ST_OK)
		st = cli_configure(&c, &e);
	if (st == ST_OK)
		st = sync_or_look(&s, account, dry, &e);
	g_hash_table_destroy(s.totals);
	cli_close(&c);
	return work_end(&s.work, st, &e);
}
