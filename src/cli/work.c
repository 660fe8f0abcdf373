/*
 * work.c - workers at work for a command
 */
#include "cli/work.h"

#include <poll.h>
#include <signal.h>
#include <string.h>

#include "base/clock.h"
#include "net/driver.h"

#define STOP_MS 3000

/* An account at work. */
struct working {
	struct work *all;
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

/* ---- what is said ------------------------------------------------------- */

static void
clear(struct work *w)
{
	if (w->clear)
		w->clear(w->ctx);
}

void
work_say(struct work *w, const struct account *a, const char *what,
	 const char *sentence)
{
	clear(w);
	if (w->several)
		cli_print(stderr, "%s: %s%s%s", a->name, what,
			  *what ? ": " : "", sentence);
	else
		cli_print(stderr, "%s%s%s", what, *what ? ": " : "",
			  sentence);
}

/* On the terminal, without echo; nobody there denies. */
static void
answer(struct working *a, const char *ask, const char *sentence)
{
	char *secret;

	clear(a->all);
	secret = cli_password(sentence, &signalled);
	link_answer(a->link, ask, secret);
	driver_wipe(secret);
}

static void
on_end(struct working *a, char **words)
{
	enum st st = st_parse(words[2]);

	if ((uint32_t)g_ascii_strtoull(words[1], NULL, 10) != a->request)
		return;
	a->request = 0;
	a->all->worst = st_worse(a->all->worst, st);
	if (st != ST_OK && !a->all->quiet)
		work_say(a->all, a->account, "", words[3]);
}

static void
on_state(struct working *a, char **words)
{
	struct work *w = a->all;
	bool offline = strcmp(words[1], "offline") == 0 && *words[2];

	if (strcmp(words[1], "crashed") == 0) {
		work_say(w, a->account, "", words[2]);
	} else if (offline && w->mode == LINK_WAIT && !a->told_lock) {
		a->told_lock = true;
		work_say(w, a->account, "Waiting", words[2]);
	} else if (offline && w->watch && !a->request) {
		work_say(w, a->account, "Offline", words[2]);
	}
}

static void
on_line(void *ctx, char **words, int n)
{
	struct working *a = ctx;

	if (strcmp(words[0], "end") == 0 && n >= 4)
		on_end(a, words);
	else if (strcmp(words[0], "state") == 0 && n >= 3)
		on_state(a, words);
	else if (strcmp(words[0], "notice") == 0 && n >= 2 && a->all->quiet)
		;		/* the outcome is told by who asked */
	else if (strcmp(words[0], "notice") == 0 && n >= 2)
		work_say(a->all, a->account, "", words[1]);
	else if (strcmp(words[0], "ask") == 0 && n >= 4)
		answer(a, words[1], words[3]);
	else
		a->all->event(a->all->ctx, a->account, words, n);
}

/* ---- the loop ----------------------------------------------------------- */

static void
working_free(gpointer p)
{
	struct working *a = p;

	link_stop(a->link, STOP_MS);
	g_free(a);
}

static enum st
start(struct work *w, const struct account *account, struct err *e)
{
	struct working *a = g_new0(struct working, 1);

	a->all = w;
	a->account = account;
	a->link = link_start(account->name, w->mode, e);
	if (!a->link) {
		g_free(a);
		return ST_LOCAL;
	}
	a->request = link_request_words(a->link, w->verb, w->words);
	g_ptr_array_add(w->accounts, a);
	return ST_OK;
}

static bool
is_done(const struct work *w)
{
	for (guint i = 0; i < w->accounts->len; i++)
		if (((struct working *)w->accounts->pdata[i])->request)
			return false;
	/* Watching outlives a network that is away. */
	return !w->watch || (w->worst != ST_OK && w->worst != ST_RETRY &&
			     w->worst != ST_REFUSED);
}

static void
wait_and_pump(struct work *w)
{
	struct pollfd *p = g_new0(struct pollfd, w->accounts->len);
	int left = -1;

	for (guint i = 0; i < w->accounts->len; i++) {
		struct working *a = w->accounts->pdata[i];
		int mine = a->wake < 0 ? -1 : clock_left(a->wake);

		p[i].fd = link_fd(a->link);
		p[i].events = POLLIN;
		if (mine >= 0 && (left < 0 || mine < left))
			left = mine;
	}
	if (!signalled)
		poll(p, w->accounts->len, left);
	for (guint i = 0; i < w->accounts->len; i++) {
		struct working *a = w->accounts->pdata[i];
		int ms = link_pump(a->link, on_line, a);

		a->wake = ms < 0 ? -1 : clock_ms() + ms;
	}
	g_free(p);
}

/* A second signal, or a worker that does not end, is not waited for. */
static enum st
stop_all(struct work *w, struct err *e)
{
	int64_t deadline = clock_ms() + 2000;

	signalled = 0;
	for (guint i = 0; i < w->accounts->len; i++) {
		struct working *a = w->accounts->pdata[i];

		link_request(a->link, "interrupt", NULL);
		a->wake = clock_ms() + 20;
	}
	w->watch = false;
	while (!is_done(w) && !signalled && clock_left(deadline) > 0)
		wait_and_pump(w);
	clear(w);
	return err_set(e, ST_CANCELLED, "Stopped; what had come is kept.");
}

static enum st
start_all(struct work *w, const char *name, bool first, struct err *e)
{
	const GPtrArray *accounts = w->cli->config->accounts;
	const struct account *one;
	enum st st = config_account(w->cli->config, name, &one, e);

	if (st != ST_OK || name || first || accounts->len == 1)
		return st == ST_OK ? start(w, one, e) : st;
	w->several = true;
	for (guint i = 0; i < accounts->len && st == ST_OK; i++)
		st = start(w, accounts->pdata[i], e);
	return st;
}

enum st
work_run(struct work *w, const char *account, bool first, struct err *e)
{
	struct sigaction action = { .sa_handler = on_signal };
	enum st st;

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	w->accounts = g_ptr_array_new_with_free_func(working_free);
	st = start_all(w, account, first, e);
	while (st == ST_OK && !is_done(w) && !signalled)
		wait_and_pump(w);
	clear(w);
	if (st == ST_OK && signalled)
		st = stop_all(w, e);
	g_ptr_array_unref(w->accounts);
	w->accounts = NULL;
	return st;
}

int
work_end(const struct work *w, enum st st, const struct err *e)
{
	int code = cli_end(st, e);

	return code ? code : st_exit_code(w->worst);
}
