/*
 * work.c - workers at work for a command
 */
#include "cli/work.h"

#include <poll.h>
#include <signal.h>
#include <string.h>

#include "base/clock.h"
#include "base/path.h"
#include "control/outside.h"
#include "net/driver.h"
#include "store/outbox.h"
#include "store/queue.h"

#define STOP_MS 3000
/* A commit can be seen some time after it was heard of. */
#define LOOK_FIRST_MS 50
#define LOOK_MOST_MS 2000

/* An account at work. */
struct working {
	struct work *all;
	const struct account *account;
	struct link *link;
	uint32_t request;	/* 0: it has ended */
	int64_t wake;		/* clock_ms() of the next pump, -1: never */
	bool told_lock;
	/* Where it is watched what others write. */
	struct store *store;	/* NULL: it is not */
	int64_t look_at;	/* clock_ms() */
	int look_ms;		/* until the look after that; 0: none is due */
	int64_t decisions;	/* that waited at the last one */
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

/* ---- what others write -------------------------------------------------- */

/* "verso send" and "verso op" leave it to who has the account. */
static void
look(struct working *a)
{
	struct queue_counts counts = { 0 };
	int64_t when = INT64_MAX;

	if (outbox_next(a->store, &when, NULL) == ST_OK &&
	    when <= clock_now())
		link_request(a->link, "send", NULL);
	if (queue_counts(a->store, &counts, NULL) != ST_OK)
		return;
	if (counts.waiting > a->decisions)
		link_request(a->link, "sync", NULL);
	a->decisions = counts.waiting;
}

/* A few looks, each after four times as long as the one before. */
static void
look_again(struct working *a)
{
	if (!a->store || !a->look_ms || clock_left(a->look_at) > 0)
		return;
	a->look_ms = a->look_ms < LOOK_MOST_MS ? 4 * a->look_ms : 0;
	a->look_at = clock_ms() + a->look_ms;
	look(a);
}

static void
on_write(void *ctx, int account)
{
	struct working *a = ((struct work *)ctx)->accounts->pdata[account];

	if (!a->look_ms)
		a->look_at = clock_ms() + LOOK_FIRST_MS;
	a->look_ms = LOOK_FIRST_MS;
}

/* When the worker has been there: who opens a store that is new has its lock
 * for a moment.  What was written by then is looked for at once. */
static void
watch(struct working *a)
{
	struct work *w = a->all;
	char *dir = path_account(a->account->name);
	guint at = 0;

	if (store_open(dir, STORE_READER, &a->store, NULL) == ST_OK &&
	    g_ptr_array_find(w->accounts, a, &at) && w->outside)
		outside_add(w->outside, (int)at, dir);
	on_write(w, (int)at);
	g_free(dir);
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
	if (a->all->watch && !a->store)
		watch(a);
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
	store_close(a->store);
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
	struct pollfd *p = g_new0(struct pollfd, w->accounts->len + 1);
	int left = -1;

	for (guint i = 0; i < w->accounts->len; i++) {
		struct working *a = w->accounts->pdata[i];
		int mine = a->wake < 0 ? -1 : clock_left(a->wake);

		p[i].fd = link_fd(a->link);
		p[i].events = POLLIN;
		if (a->look_ms && (mine < 0 || mine > clock_left(a->look_at)))
			mine = clock_left(a->look_at);
		if (mine >= 0 && (left < 0 || mine < left))
			left = mine;
	}
	p[w->accounts->len].fd = outside_fd(w->outside);
	p[w->accounts->len].events = POLLIN;
	if (!signalled)
		poll(p, w->accounts->len + 1, left);
	outside_take(w->outside, on_write, w);
	for (guint i = 0; i < w->accounts->len; i++) {
		struct working *a = w->accounts->pdata[i];
		int ms = link_pump(a->link, on_line, a);

		a->wake = ms < 0 ? -1 : clock_ms() + ms;
		look_again(a);
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
	w->outside = w->watch ? outside_new() : NULL;
	st = start_all(w, account, first, e);
	while (st == ST_OK && !is_done(w) && !signalled)
		wait_and_pump(w);
	clear(w);
	if (st == ST_OK && signalled)
		st = stop_all(w, e);
	g_ptr_array_unref(w->accounts);
	w->accounts = NULL;
	g_clear_pointer(&w->outside, outside_free);
	return st;
}

int
work_end(const struct work *w, enum st st, const struct err *e)
{
	int code = cli_end(st, e);

	return code ? code : st_exit_code(w->worst);
}
