/*
 * tasks.c - requests and their ends
 *
 * Every request ends exactly once: here.
 */
#include <string.h>

#include "base/clock.h"
#include "worker/private.h"

static const char *
verb_of(const struct task *t)
{
	return t->words[2];
}

struct task *
tasks_find(const struct worker *w, const char *verb)
{
	for (GList *l = w->tasks->head; l; l = l->next) {
		struct task *t = l->data;

		if (strcmp(verb_of(t), verb) == 0)
			return t;
	}
	return NULL;
}

static void
say_end(struct worker *w, char **words, enum st st, const char *sentence)
{
	post_line(w->post, "end", words[1], st_name(st),
		  st == ST_OK ? "" : sentence, NULL);
}

void
tasks_end(struct worker *w, struct task *t, enum st st, const char *sentence)
{
	g_queue_remove(w->tasks, t);
	say_end(w, t->words, st, sentence);
	g_strfreev(t->words);
	g_free(t);
}

void
tasks_end_all(struct worker *w, enum st st, const char *sentence)
{
	while (!g_queue_is_empty(w->tasks))
		tasks_end(w, g_queue_peek_head(w->tasks), st, sentence);
}

/* What needs a session, and this worker may do. */
static bool
is_work(const struct worker *w, const char *verb)
{
	bool changes = true;

	return (look_knows(verb, &changes) || strcmp(verb, "sync") == 0 ||
		strcmp(verb, "send") == 0 || strcmp(verb, "fetch") == 0) &&
	       (w->mode != LINK_LOOK || !changes);
}

/* Words of a request; they are taken over. */
static void
take_request(struct worker *w, char **words)
{
	const char *verb = words[2];
	struct err e = { "" };
	struct task *t;

	if (strcmp(verb, "watch") == 0 && words[3]) {
		g_free(w->watch);
		w->watch = g_strdup(words[3]);
		say_end(w, words, ST_OK, "");
	} else if (strcmp(verb, "interrupt") == 0) {
		w->away = words[3] && strcmp(words[3], "offline") == 0;
		w->stale &= !w->away;
		/* What has not begun yet is meant as well. */
		if (!g_queue_is_empty(w->tasks))
			atomic_store(&w->stop, true);
		say_end(w, words, ST_OK, "");
	} else if (strcmp(verb, "quit") == 0) {
		atomic_store(&w->quit, true);
		say_end(w, words, ST_OK, "");
	} else if (strcmp(verb, "decisions") == 0) {
		w->decided = true;
		say_end(w, words, ST_OK, "");
	} else if (strcmp(verb, "send") == 0 && !w->mailer) {
		mailer_new(w->account, NULL, &e);
		say_end(w, words, ST_CONFIG, e.text);
	} else if (is_work(w, verb)) {
		t = g_new0(struct task, 1);
		t->words = words;
		g_queue_push_tail(w->tasks, t);
		w->engaged = true;
		w->away = false;
		w->calm &= strcmp(verb, "sync") != 0;
		w->send_asked |= strcmp(verb, "sync") == 0 ||
				 strcmp(verb, "send") == 0;
		return;
	} else {
		say_end(w, words, ST_USAGE, "The worker does not know this "
			"request.");
	}
	g_strfreev(words);
}

enum st
tasks_take(struct worker *w, int wait_ms, struct err *e)
{
	char **words;
	enum st st;

	for (;;) {
		st = post_read(w->post, wait_ms, &words, e);
		worker_heed(w);
		if (st != ST_OK)
			atomic_store(&w->quit, true);
		if (st != ST_OK || !words)
			break;
		wait_ms = 0;
		if (g_strv_length(words) >= 3 &&
		    strcmp(words[0], "request") == 0)
			take_request(w, words);
		else	/* an answer that nobody waits for any more */
			post_wipe(words);
	}
	if (atomic_load(&w->quit))
		return err_set(e, ST_CANCELLED, "The worker was asked to "
			       "end.");
	return st;
}

static enum st
fetch_all(struct worker *w, struct task *t, struct err *e)
{
	enum st st = ST_OK, worst = ST_OK;
	struct err one;

	for (char **id = t->words + 3; *id && st == ST_OK; id++) {
		st = sync_fetch(w->sync, g_ascii_strtoll(*id, NULL, 10),
				&one);
		if (st == ST_OK)
			continue;
		worst = st_worse(worst, st);
		if (e)
			*e = one;
		if (st == ST_GONE || st == ST_REFUSED || st == ST_CORRUPT)
			st = ST_OK;
	}
	return worst;
}

enum st
tasks_fetch(struct worker *w, struct err *e)
{
	struct task *t;
	enum st st = ST_OK;
	struct err why;

	while (st == ST_OK && (t = tasks_find(w, "fetch"))) {
		st = fetch_all(w, t, &why);
		tasks_end(w, t, st, why.text);
		if (st == ST_GONE || st == ST_REFUSED || st == ST_CORRUPT)
			st = ST_OK;
	}
	if (st != ST_OK && e)
		*e = why;
	return st;
}
