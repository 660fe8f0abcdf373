/*
 * worker.c - the process that has an account's connections
 *
 * One loop: take what the reader asks for, have the lock, have a session, do
 * the work, wait.  Whatever fails ends what was asked for and is tried again
 * later; nothing here ends the process but the reader.
 */
#include "worker/worker.h"

#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/path.h"
#include "mime/message.h"
#include "sync/policy.h"
#include "worker/private.h"

#define LOCK_RETRY_MS 1000
#define POLL_MS (5 * 60 * 1000)
#define SETTLE_MS 1500
#define PAUSE_MS 4000
#define QUIT_SECONDS 10

/* ---- the line's thread ---- */

static void
interrupted(void *ctx, bool quit)
{
	struct worker *w = ctx;

	if (quit) {
		atomic_store(&w->quit, true);
		/* Nobody is left who would end a worker that hangs. */
		alarm(QUIT_SECONDS);
	} else if (!atomic_load(&w->busy)) {
		return;
	} else {
		atomic_store(&w->stop, true);
	}
	/* Who is not at work would keep it for the next time. */
	if (quit || !atomic_load(&w->sending))
		driver_interrupt(w->driver);
	if (quit || atomic_load(&w->sending))
		mailer_interrupt(w->mailer);
}

/* ---- store and session ---- */

static enum st
open_store(struct worker *w, struct err *e)
{
	char *dir;
	enum st st;

	if (w->store)
		return ST_OK;
	dir = path_account(w->account->name);
	st = store_open(dir, w->mode == LINK_LOOK ? STORE_READER
						  : STORE_WORKER,
			&w->store, e);
	g_free(dir);
	if (st == ST_OK) {
		struct sync_events events;

		host_events(w, &events);
		w->sync = sync_new(w->account, w->store, w->driver, &events);
		post_line(w->post, "folders", NULL);
	}
	return st;
}

static void
go_offline(struct worker *w, bool polite)
{
	if (w->online)
		driver_close(w->driver, polite, NULL);
	w->online = false;
	g_clear_pointer(&w->lookout, lookout_free);
	if (w->sync)
		sync_session_lost(w->sync);
}

static enum st
go_online(struct worker *w, struct err *e)
{
	enum st st;

	if (w->online)
		return ST_OK;
	host_state(w, "connecting", "");
	st = driver_open(w->driver, e);
	if (st != ST_OK)
		return st;
	w->online = true;
	/* What kept this from being had may have kept letters back. */
	w->send_asked |= w->attempts > 0;
	w->keeps = !(driver_capabilities(w->driver) & CAP_DELIVERS);
	w->attempts = 0;
	w->next_try = 0;
	w->refused = false;
	host_state(w, "online", "");
	return ST_OK;
}

/* The session is lost or was never made: everything asked for ends so, and
 * after a while it is tried again. */
static void
fail(struct worker *w, enum st st, const struct err *e)
{
	bool stop = atomic_exchange(&w->stop, false);

	go_offline(w, false);
	if (st == ST_CANCELLED && !stop && !atomic_load(&w->quit))
		return;		/* an interrupt that came too late */
	if (!stop)
		w->attempts++;
	w->next_try = clock_ms() + (stop ? PAUSE_MS :
		      policy_retry_ms(w->attempts, g_random_double()));
	w->refused = st == ST_AUTH;
	w->calm |= stop;
	w->stale = !w->calm;
	if (st == ST_AUTH) {
		driver_wipe(w->receives.secret);
		w->receives.secret = NULL;
	}
	if (st == ST_LOCAL) {	/* opened anew, it is put in order again */
		sync_free(w->sync);
		w->sync = NULL;
		store_close(w->store);
		w->store = NULL;
	}
	host_state(w, "offline", stop ? "" : e->text);
	outgoing_end(w);
	tasks_end_all(w, st, e->text);
}

/* ---- work ---- */

/* All sync requests that one run can serve are served by it: those without
 * folders together, else one at a time. */
static enum st
run_sync(struct worker *w, struct task *t, struct err *e)
{
	const char *const *folders = t && t->words[3] ?
		(const char *const *)t->words + 3 : NULL;
	enum st st;

	host_state(w, "syncing", "");
	st = sync_run(w->sync, folders, !t && w->hurry, e);
	if (st != ST_OK && st != ST_REFUSED)
		return st;
	if (!folders) {
		w->stale = w->hurry = false;
		w->next_poll = clock_ms() + POLL_MS;
	}
	if (!w->keeps)
		w->online = false;	/* the run has closed it */
	outgoing_end(w);
	/* Send/Receive is both. */
	if (t && st == ST_OK && w->send_st != ST_OK)
		tasks_end(w, t, w->send_st, w->send_why.text);
	else if (t)
		tasks_end(w, t, st, e->text);
	return ST_OK;
}

/* All folders are to be gone through, unasked. */
static bool
is_due(const struct worker *w)
{
	return w->stale && w->mode != LINK_LOOK;
}

static bool
has_work(const struct worker *w)
{
	return is_due(w) || !g_queue_is_empty(w->tasks);
}

/* One thing after another until nothing is left. */
static enum st
work(struct worker *w, struct err *e)
{
	enum st st = ST_OK;

	while (st == ST_OK && has_work(w)) {
		if (atomic_load(&w->stop))
			return err_set(e, ST_CANCELLED, "It was stopped.");
		st = go_online(w, e);
		if (st == ST_OK)
			st = tasks_fetch(w, e);
		if (st == ST_OK && (tasks_find(w, "sync") || is_due(w)))
			st = run_sync(w, tasks_find(w, "sync"), e);
		if (st == ST_OK)
			st = look_all(w, e);
		if (st == ST_OK)
			st = tasks_take(w, 0, e);
	}
	return st;
}

/* An interrupt that came before there was anything to interrupt is among the
 * lines by now. */
static enum st
begin_work(struct worker *w, struct err *e)
{
	enum st st;

	atomic_store(&w->busy, true);
	st = tasks_take(w, 0, e);
	return st == ST_OK ? work(w, e) : st;
}

/* ---- waiting ---- */

/* What came while nobody waited, or while it was waited for. */
static enum st
catch_up(struct worker *w, const char *folder, struct err *e)
{
	const char *const one[] = { folder, NULL };
	enum st st;

	host_state(w, "syncing", "");
	st = sync_run(w->sync, one, false, e);
	return st == ST_REFUSED ? ST_OK : st;
}

/* Enter the folder to wait in, level unless that was interrupted.  ST_GONE,
 * ST_REFUSED: that cannot be waited for. */
static enum st
enter(struct worker *w, const char *folder, struct err *e)
{
	bool level = true;
	enum st st = sync_watch(w->sync, folder, &level, e);

	if (st != ST_OK || level || w->calm)
		return st;
	st = catch_up(w, folder, e);
	return st == ST_OK ? sync_watch(w->sync, folder, &level, e) : st;
}

static bool
is_inbox(const char *folder)
{
	return strcmp(folder, "INBOX") == 0;
}

/* INBOX is waited in as well, by a session of its own.  The server in memory
 * is not for two threads. */
static void
look_out(struct worker *w, const char *folder)
{
	if (w->lookout || is_inbox(folder) ||
	    w->account->receive.proto == PROTO_MEMORY ||
	    !(driver_capabilities(w->driver) & CAP_IDLE))
		return;
	w->lookout = lookout_new(w->account, w->receives.secret);
	post_also(w->post, lookout_fd(w->lookout));
}

/* Until something is to be done again. */
static int
rest_ms(const struct worker *w)
{
	int poll = clock_left(w->next_poll), letter = outgoing_left(w);

	return letter < 0 ? poll : MIN(poll, letter);
}

/* Another folder came into view. */
static bool
looks_away(const struct worker *w, const char *folder)
{
	return w->watch && strcmp(w->watch, folder) != 0;
}

static enum st
watch_in(struct worker *w, const char *folder, struct err *e)
{
	uint32_t woke = 0;
	enum st st;

	atomic_store(&w->busy, true);
	st = enter(w, folder, e);
	if (st == ST_GONE || st == ST_REFUSED) {
		atomic_store(&w->busy, false);
		host_state(w, "idle", "");
		return tasks_take(w, rest_ms(w), e);
	}
	/* Work may have come while the folder was brought level. */
	if (st != ST_OK || has_work(w) || looks_away(w, folder))
		return st;
	look_out(w, folder);
	host_state(w, "idle", "");
	atomic_store(&w->busy, false);
	st = driver_wait(w->driver, post_fd(w->post), rest_ms(w), &woke, e);
	atomic_store(&w->busy, true);
	if (st == ST_OK && woke & WAKE_CHANGED) {
		w->calm = false;
		st = catch_up(w, folder, e);
	}
	return st;
}

/* The name is kept: another may come into view meanwhile. */
static enum st
watch(struct worker *w, struct err *e)
{
	char *folder = g_strdup(w->watch ? w->watch : "INBOX");
	enum st st = ST_OK;

	if (lookout_take(w->lookout) && !is_inbox(folder)) {
		atomic_store(&w->busy, true);
		st = catch_up(w, "INBOX", e);
	}
	if (st == ST_OK)
		st = watch_in(w, folder, e);
	g_free(folder);
	return st;
}

/* There is no server to be had for now, but perhaps one for letters. */
static enum st
wait_to_try(struct worker *w, struct err *e)
{
	int left = w->refused ? -1 : clock_left(w->next_try);
	int letter = outgoing_left(w);

	if (letter >= 0 && (left < 0 || letter < left))
		left = letter;
	return tasks_take(w, left, e);
}

/* An interrupt ended the session, not the wish to have one. */
static enum st
come_back(struct worker *w, struct err *e)
{
	enum st st;

	if (clock_left(w->next_try) > 0)
		return wait_to_try(w, e);
	atomic_store(&w->busy, true);
	st = go_online(w, e);
	if (st == ST_OK && !w->keeps)
		go_offline(w, true);
	return st;
}

static enum st
stay_away(struct worker *w, struct err *e)
{
	if (w->online) {
		go_offline(w, true);
		host_state(w, "offline", "");
	}
	return tasks_take(w, -1, e);
}

/* Nothing to do: wait for the reader, the server, or the time. */
static enum st
rest(struct worker *w, struct err *e)
{
	if (w->away || w->mode == LINK_LOOK)
		return stay_away(w, e);
	if (w->online && w->keeps)
		return watch(w, e);
	if (w->refused)
		return wait_to_try(w, e);
	if (w->keeps)
		return come_back(w, e);
	if (w->online)		/* else nobody else gets at the maildrop */
		go_offline(w, true);
	if (w->next_try == 0)
		host_state(w, "idle", "");
	return tasks_take(w, rest_ms(w), e);
}

/* An idle session shows whether it lives when driver_wait() ends. */
void
worker_heed(struct worker *w)
{
	unsigned told = signs_take(w->signs);

	if (!told)
		return;
	w->attempts = 0;
	w->next_try = 0;
	w->send_asked |= w->engaged;
	if (told & SIGN_SLEPT && w->engaged && !w->stale && !w->away) {
		w->stale = w->hurry = true;
		w->calm = false;
		w->next_poll = clock_ms() + POLL_MS;
	}
}

/* The times that have come. */
static void
look_at_clock(struct worker *w)
{
	if (w->engaged && !w->refused && !w->away &&
	    clock_left(w->next_poll) == 0 && !w->stale) {
		w->stale = w->hurry = true;
		w->calm = false;
		w->next_poll = clock_ms() + POLL_MS;
	}
}

static void
wait_for_lock(struct worker *w, enum st st, const struct err *why)
{
	struct err e;

	host_state(w, "offline", why->text);
	if (w->mode != LINK_WAIT || st != ST_RETRY)
		tasks_end_all(w, st, why->text);
	w->stale = w->engaged && !w->away;
	tasks_take(w, LOCK_RETRY_MS, &e);
	if (atomic_exchange(&w->stop, false))
		tasks_end_all(w, ST_CANCELLED, "It was stopped.");
}

/* What was decided and needs no server happens at once. */
static enum st
do_decisions(struct worker *w, struct err *e)
{
	if (!w->decided)
		return ST_OK;
	w->decided = false;
	return sync_decisions(w->sync, e);
}

static void
turn(struct worker *w)
{
	struct err e = { "" };
	enum st st = tasks_take(w, 0, &e);

	if (st != ST_OK)
		return;
	look_at_clock(w);
	if (!w->engaged) {
		tasks_take(w, -1, &e);
		return;
	}
	st = open_store(w, &e);
	if (st != ST_OK) {
		wait_for_lock(w, st, &e);
		return;
	}
	st = do_decisions(w, &e);
	if (st != ST_OK) {
		fail(w, st, &e);
		return;
	}
	if (outgoing_due(w)) {
		atomic_store(&w->busy, true);
		st = outgoing_run(w, &e);
		atomic_store(&w->busy, false);
		if (st != ST_OK)
			fail(w, st, &e);
		return;
	}
	if (w->stale && g_queue_is_empty(w->tasks) &&
	    (w->refused || clock_left(w->next_try) > 0)) {
		wait_to_try(w, &e);
		return;
	}
	st = has_work(w) ? begin_work(w, &e) : rest(w, &e);
	atomic_store(&w->busy, false);
	if (st != ST_OK)
		fail(w, st, &e);
	else
		atomic_store(&w->stop, false);
}

bool
worker_mode(const char *word, enum link_mode *mode)
{
	*mode = g_strcmp0(word, "--wait") == 0 ? LINK_WAIT
	      : g_strcmp0(word, "--look") == 0 ? LINK_LOOK : LINK_WORK;
	return !word || *mode != LINK_WORK;
}

enum st
worker_run(const struct account *account, const char *config_file, int fd,
	   enum link_mode mode, struct err *e)
{
	struct worker w = { .account = account, .config_file = config_file,
			    .mode = mode, .keeps = true,
			    .tasks = g_queue_new() };

	store_set_parser(mime_envelope);
	log_on();	/* before there are threads */
	host_init(&w);
	w.next_poll = clock_ms() + POLL_MS;
	w.driver = driver_new(account, &w.receives.host, e);
	if (!w.driver) {
		g_queue_free(w.tasks);
		return ST_CONFIG;
	}
	outgoing_init(&w);
	w.post = post_new(fd, interrupted, &w);
	w.signs = signs_new(SETTLE_MS);
	post_also(w.post, signs_fd(w.signs));
	while (!atomic_load(&w.quit))
		turn(&w);
	tasks_end_all(&w, ST_CANCELLED, "The worker was asked to end.");
	go_offline(&w, true);
	post_free(w.post);
	signs_free(w.signs);
	sync_free(w.sync);
	store_close(w.store);
	driver_free(w.driver);
	outgoing_free(&w);
	driver_wipe(w.receives.secret);
	driver_wipe(w.sends.secret);
	g_free(w.watch);
	g_queue_free(w.tasks);
	return ST_OK;
}
