/*
 * sync.c - verso sync: Send/Receive without a terminal
 *
 * One worker for each account does the work, as for the reader; here its
 * events become a progress bar, or one plain line for each folder.
 */
#include "cli/commands.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/cli.h"
#include "net/driver.h"
#include "worker/link.h"

#define BAR 24
#define STOP_MS 3000

struct syncing {
	struct cli *cli;
	bool watch, wait;
	bool bar, drawn, several;
	GPtrArray *accounts;	/* struct syncing_account */
	enum st worst;
};

struct syncing_account {
	struct syncing *all;
	const struct account *account;
	struct link *link;
	uint32_t request;	/* 0: it has ended */
	int64_t wake;		/* clock_ms() of the next pump, -1: never */
	bool told_lock;
};

static volatile sig_atomic_t signalled;

static void
on_signal(int n)
{
	signalled = n;
}

/* ---- what is printed ---- */

static void
clear_bar(struct syncing *s)
{
	if (s->drawn)
		fputs("\r\033[K", stderr);
	s->drawn = false;
}

static void
say(struct syncing_account *a, const char *what, const char *sentence)
{
	clear_bar(a->all);
	if (a->all->several)
		cli_print(stderr, "%s: %s%s%s", a->account->name, what,
			  *what ? ": " : "", sentence);
	else
		cli_print(stderr, "%s%s%s", what, *what ? ": " : "",
			  sentence);
}

static int64_t
number(const char *word)
{
	return g_ascii_strtoll(word, NULL, 10);
}

static void
draw_bar(struct syncing_account *a, char **words)
{
	int64_t done = number(words[2]), total = MAX(number(words[3]), 1);
	int filled = (int)(done * BAR / total);
	char bar[BAR + 1];

	if (!a->all->bar)
		return;
	filled = CLAMP(filled, 0, BAR);
	memset(bar, '.', BAR);
	memset(bar, '#', (size_t)filled);
	bar[BAR] = '\0';
	fprintf(stderr, "\r\033[K[%s] %lld of %lld, %.1f MB", bar,
		(long long)done, (long long)total,
		(double)number(words[4]) / 1e6);
	fflush(stderr);
	a->all->drawn = true;
}

static void
print_level(struct syncing_account *a, char **words)
{
	GString *text = g_string_new(NULL);

	/* With a bar, only what is worth a word. */
	if (!a->all->bar || number(words[2]) || number(words[3])) {
		g_string_printf(text, "%s new, %s removed, %s in all",
				words[2], words[3], words[4]);
		say(a, words[1], text->str);
	}
	g_string_free(text, TRUE);
}

/* On the terminal, without echo; nobody there denies. */
static void
answer(struct syncing_account *a, const char *ask, const char *sentence)
{
	char *secret;

	clear_bar(a->all);
	secret = cli_password(sentence, &signalled);
	link_answer(a->link, ask, secret);
	driver_wipe(secret);
}

/* ---- events ---- */

static void
on_end(struct syncing_account *a, char **words)
{
	enum st st = st_parse(words[2]);

	if (number(words[1]) != a->request)
		return;
	a->request = 0;
	a->all->worst = st_worse(a->all->worst, st);
	if (st != ST_OK)
		say(a, "", words[3]);
}

static void
on_state(struct syncing_account *a, char **words)
{
	if (strcmp(words[1], "crashed") == 0) {
		say(a, "", words[2]);
	} else if (strcmp(words[1], "offline") == 0 && *words[2] &&
		   a->all->wait && !a->told_lock) {
		a->told_lock = true;
		say(a, "Waiting", words[2]);
	} else if (strcmp(words[1], "offline") == 0 && *words[2] &&
		   a->all->watch && !a->request) {
		say(a, "Offline", words[2]);
	}
}

static void
on_line(void *ctx, char **words, int n)
{
	struct syncing_account *a = ctx;

	if (strcmp(words[0], "end") == 0 && n >= 4)
		on_end(a, words);
	else if (strcmp(words[0], "state") == 0 && n >= 3)
		on_state(a, words);
	else if (strcmp(words[0], "progress") == 0 && n >= 5)
		draw_bar(a, words);
	else if (strcmp(words[0], "level") == 0 && n >= 5)
		print_level(a, words);
	else if (strcmp(words[0], "failed") == 0 && n >= 4)
		say(a, words[1], words[3]);
	else if (strcmp(words[0], "notice") == 0 && n >= 2)
		say(a, "", words[1]);
	else if (strcmp(words[0], "ask") == 0 && n >= 4)
		answer(a, words[1], words[3]);
}

/* ---- the loop ---- */

static void
syncing_free(gpointer p)
{
	struct syncing_account *a = p;

	link_stop(a->link, STOP_MS);
	g_free(a);
}

static enum st
start(struct syncing *s, const struct account *account, char **folders,
      struct err *e)
{
	struct syncing_account *a = g_new0(struct syncing_account, 1);

	a->all = s;
	a->account = account;
	a->link = s->wait ? link_start_waiting(account->name, e)
			  : link_start(account->name, e);
	if (!a->link) {
		g_free(a);
		return ST_LOCAL;
	}
	a->request = link_request_words(a->link, "sync", folders);
	g_ptr_array_add(s->accounts, a);
	return ST_OK;
}

static bool
is_done(const struct syncing *s)
{
	for (guint i = 0; i < s->accounts->len; i++)
		if (((struct syncing_account *)s->accounts->pdata[i])->request)
			return false;
	/* Watching outlives a network that is away. */
	return !s->watch || (s->worst != ST_OK && s->worst != ST_RETRY &&
			     s->worst != ST_REFUSED);
}

static void
wait_and_pump(struct syncing *s)
{
	struct pollfd *p = g_new0(struct pollfd, s->accounts->len);
	int left = -1;

	for (guint i = 0; i < s->accounts->len; i++) {
		struct syncing_account *a = s->accounts->pdata[i];
		int mine = a->wake < 0 ? -1 : clock_left(a->wake);

		p[i].fd = link_fd(a->link);
		p[i].events = POLLIN;
		if (mine >= 0 && (left < 0 || mine < left))
			left = mine;
	}
	if (!signalled)
		poll(p, s->accounts->len, left);
	for (guint i = 0; i < s->accounts->len; i++) {
		struct syncing_account *a = s->accounts->pdata[i];
		int ms = link_pump(a->link, on_line, a);

		a->wake = ms < 0 ? -1 : clock_ms() + ms;
	}
	g_free(p);
}

/* A second signal, or a worker that does not end, is not waited for. */
static enum st
stop_all(struct syncing *s, struct err *e)
{
	int64_t deadline = clock_ms() + 2000;

	signalled = 0;
	for (guint i = 0; i < s->accounts->len; i++) {
		struct syncing_account *a = s->accounts->pdata[i];

		link_request(a->link, "interrupt", NULL);
		a->wake = clock_ms() + 20;
	}
	s->watch = false;
	while (!is_done(s) && !signalled && clock_left(deadline) > 0)
		wait_and_pump(s);
	clear_bar(s);
	return err_set(e, ST_CANCELLED, "Stopped; what had come is kept.");
}

static enum st
run(struct syncing *s, struct err *e)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	while (!is_done(s) && !signalled)
		wait_and_pump(s);
	clear_bar(s);
	return signalled ? stop_all(s, e) : ST_OK;
}

static enum st
start_all(struct syncing *s, const char *name, char **folders, struct err *e)
{
	const GPtrArray *accounts = s->cli->config->accounts;
	const struct account *one;
	enum st st = config_account(s->cli->config, name, &one, e);

	/* Folders belong to one account. */
	if (st != ST_OK || name || *folders || accounts->len == 1)
		return st == ST_OK ? start(s, one, folders, e) : st;
	s->several = true;
	for (guint i = 0; i < accounts->len && st == ST_OK; i++)
		st = start(s, accounts->pdata[i], folders, e);
	return st;
}

int
cli_sync(int argc, char **argv)
{
	struct cli c = { 0 };
	struct syncing s = { .cli = &c };
	char *account = NULL;
	const struct cli_bind binds[] = {
		{ "account", &account },
		{ "watch", &s.watch },
		{ "wait", &s.wait },
		{ NULL, NULL }
	};
	struct err e = { "" };
	enum st st = cli_options("sync", binds, &argc, argv, &e);

	s.bar = isatty(STDERR_FILENO);
	s.accounts = g_ptr_array_new_with_free_func(syncing_free);
	if (st == ST_OK)
		st = cli_configure(&c, &e);
	if (st == ST_OK)
		st = start_all(&s, account, argv + 1, &e);
	if (st == ST_OK)
		st = run(&s, &e);
	g_ptr_array_unref(s.accounts);
	cli_close(&c);
	g_free(account);
	cli_fail(st, &e);
	return st_exit_code(st_worse(s.worst, st));
}
