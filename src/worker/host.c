/*
 * host.c - what the session and the synchronisation need of the outside
 *
 * Secrets come from the configured command, or from the person at the other
 * end of the line; events become lines.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "worker/private.h"
#include "worker/secret.h"

#define COMMAND_MS (120 * 1000)
#define PROGRESS_MS 100

void
host_state(struct worker *w, const char *word, const char *sentence)
{
	post_line(w->post, "state", word, sentence, NULL);
}

/* ---- secrets ---- */

static bool
stopped(void *ctx)
{
	struct worker *w = ctx;

	return atomic_load(&w->quit) || atomic_load(&w->stop);
}

/* Is this line the answer?  *st tells how it went. */
static bool
is_answer(struct side *side, char **words, const char *ask, char **secret,
	  enum st *st, struct err *e)
{
	const struct worker *w = side->worker;
	guint n = g_strv_length(words);

	if (n >= 3 && strcmp(words[0], "answer") == 0 &&
	    strcmp(words[1], ask) == 0) {
		driver_wipe(side->secret);
		side->secret = g_strdup(words[2]);
		*secret = g_strdup(words[2]);
		*st = ST_OK;
		return true;
	}
	if (n >= 2 && strcmp(words[0], "deny") == 0 &&
	    strcmp(words[1], ask) == 0) {
		*st = secret_missing(w->account, w->config_file, e);
		return true;
	}
	return false;
}

/* Other lines wait until the question is answered. */
static enum st
wait_answer(struct side *side, const char *ask, char **secret, struct err *e)
{
	struct worker *w = side->worker;
	GPtrArray *later = g_ptr_array_new();
	enum st st = ST_OK;
	bool done = false;

	while (!done) {
		char **words = NULL;

		if (stopped(w)) {
			st = err_set(e, ST_CANCELLED, "Nobody gave a "
				     "password.");
			break;
		}
		st = post_read(w->post, 50, &words, e);
		worker_heed(w);
		if (st != ST_OK)
			break;
		if (!words)
			continue;
		done = is_answer(side, words, ask, secret, &st, e);
		if (done)
			post_wipe(words);
		else
			g_ptr_array_add(later, words);
	}
	for (guint i = 0; i < later->len; i++)
		post_later(w->post, later->pdata[i]);
	g_ptr_array_unref(later);
	return st;
}

/* What was typed for one direction does for the other where the name is the
 * same. */
static const char *
typed(const struct side *side)
{
	const struct worker *w = side->worker;
	const struct side *other = side->sends ? &w->receives : &w->sends;

	if (side->secret)
		return side->secret;
	return g_strcmp0(w->account->user, w->account->send_user) == 0 ?
		other->secret : NULL;
}

static enum st
ask_person(struct side *side, bool again, char **secret, struct err *e)
{
	struct worker *w = side->worker;
	const struct account *a = w->account;
	const char *user = side->sends ? a->send_user : a->user;
	char ask[16], *sentence;
	enum st st;

	if (typed(side) && !again) {
		*secret = g_strdup(typed(side));
		return ST_OK;
	}
	g_snprintf(ask, sizeof(ask), "%d", ++w->asked);
	sentence = g_strdup_printf("%sPassword of %s at %s:",
				   again ? "It was refused. " : "",
				   user ? user : a->name,
				   side->sends ? a->send.host
					       : a->receive.host);
	st = post_line(w->post, "ask", ask, "password", sentence, NULL);
	g_free(sentence);
	return st == ST_OK ? wait_answer(side, ask, secret, e) : st;
}

static const char *
command_of(const struct side *side)
{
	const struct account *a = side->worker->account;

	if (a->auth == AUTH_OAUTH2)
		return side->sends ? a->send_token_command : a->token_command;
	return side->sends ? a->send_password_command : a->password_command;
}

static enum st
give_secret(void *ctx, bool again, char **secret, struct err *e)
{
	struct side *side = ctx;
	struct worker *w = side->worker;
	const struct account *a = w->account;
	const char *command = command_of(side);

	if (!command && a->auth == AUTH_OAUTH2)
		return secret_missing(a, w->config_file, e);
	if (!command)
		return ask_person(side, again, secret, e);
	/* A token may have run out; a password that is wrong stays wrong. */
	if (again && a->auth != AUTH_OAUTH2)
		return err_set(e, ST_AUTH, "The server refused the password of "
			       "%s.", a->name);
	return secret_command(command, COMMAND_MS, stopped, w, secret, e);
}

static void
give_notice(void *ctx, const char *text)
{
	struct side *side = ctx;

	post_line(side->worker->post, "notice", text, NULL);
}

static void
side_init(struct side *side, struct worker *w, bool sends)
{
	side->worker = w;
	side->sends = sends;
	side->host = (struct driver_host) { side, give_secret, give_notice };
}

void
host_init(struct worker *w)
{
	side_init(&w->receives, w, false);
	side_init(&w->sends, w, true);
}

/* ---- events ---- */

static void
on_folders(void *ctx)
{
	post_line(((struct worker *)ctx)->post, "folders", NULL);
}

static void
on_changed(void *ctx, int64_t folder)
{
	char id[24];

	g_snprintf(id, sizeof(id), "%" G_GINT64_FORMAT, folder);
	post_line(((struct worker *)ctx)->post, "changed", id, NULL);
}

static void
on_arrived(void *ctx, int64_t folder, int64_t count)
{
	char id[24], n[24];

	g_snprintf(id, sizeof(id), "%" G_GINT64_FORMAT, folder);
	g_snprintf(n, sizeof(n), "%" G_GINT64_FORMAT, count);
	post_line(((struct worker *)ctx)->post, "arrived", id, n, NULL);
}

static void
on_progress(void *ctx, int64_t folder, int64_t done, int64_t total,
	    int64_t octets)
{
	struct worker *w = ctx;
	char words[4][24];
	const int64_t numbers[4] = { folder, done, total, octets };

	if (done < total && clock_ms() - w->told < PROGRESS_MS)
		return;
	w->told = clock_ms();
	for (int i = 0; i < 4; i++)
		g_snprintf(words[i], sizeof(words[i]), "%" G_GINT64_FORMAT,
			   numbers[i]);
	post_line(w->post, "progress", words[0], words[1], words[2], words[3],
		  NULL);
}

static void
on_level(void *ctx, const char *folder, int64_t fresh, int64_t gone,
	 int64_t total)
{
	char words[3][24];
	const int64_t numbers[3] = { fresh, gone, total };

	for (int i = 0; i < 3; i++)
		g_snprintf(words[i], sizeof(words[i]), "%" G_GINT64_FORMAT,
			   numbers[i]);
	post_line(((struct worker *)ctx)->post, "level", folder, words[0],
		  words[1], words[2], NULL);
}

static void
on_failed(void *ctx, const char *folder, enum st st, const char *sentence)
{
	post_line(((struct worker *)ctx)->post, "failed", folder, st_name(st),
		  sentence, NULL);
}

/* Between batches: what came over the line, and what cannot wait. */
static enum st
between(void *ctx, struct err *e)
{
	struct worker *w = ctx;
	enum st st = tasks_take(w, 0, e);

	if (st == ST_OK && atomic_load(&w->stop))
		st = err_set(e, ST_CANCELLED, "It was stopped.");
	if (st == ST_OK && outgoing_due(w))
		st = outgoing_run(w, e);
	return st == ST_OK ? tasks_fetch(w, e) : st;
}

void
host_events(struct worker *w, struct sync_events *events)
{
	*events = (struct sync_events) {
		.ctx = w, .folders = on_folders, .changed = on_changed,
		.arrived = on_arrived, .progress = on_progress,
		.level = on_level, .failed = on_failed, .between = between,
	};
}
