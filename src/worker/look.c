/*
 * look.c - what is asked about both copies: preview, verify, repair
 */
#include <string.h>

#include "sync/preview.h"
#include "sync/prove.h"
#include "worker/private.h"

/* "word FOLDER NUMBER …" */
static void
say_numbers(struct worker *w, const char *word, const char *folder,
	    const int64_t n[5])
{
	char words[5][24];

	for (int i = 0; i < 5; i++)
		g_snprintf(words[i], sizeof(words[i]), "%" G_GINT64_FORMAT,
			   n[i]);
	post_line(w->post, word, folder, words[0], words[1], words[2],
		  words[3], words[4], NULL);
}

/* The folders from a word of the request on; NULL: all. */
static const char *const *
named(const struct task *t, int from)
{
	return t->words[from] ? (const char *const *)t->words + from : NULL;
}

/* ---- preview ------------------------------------------------------------ */

static void
on_would(void *ctx, const char *folder, const struct preview *p)
{
	const int64_t n[5] = { p->fetch, p->octets, p->gone, p->send,
			       p->remove };

	say_numbers(ctx, "would", folder, n);
}

static enum st
preview(struct worker *w, const struct task *t, struct err *e)
{
	const struct preview_events events = { w, on_would };
	struct preview all;

	return sync_preview(w->sync, named(t, 3), &events, &all, e);
}

/* ---- verify, repair ----------------------------------------------------- */

static void
on_problem(void *ctx, const char *folder, const char *sentence)
{
	post_line(((struct worker *)ctx)->post, "problem", folder, sentence,
		  NULL);
}

static void
on_proved(void *ctx, const char *folder, const struct proof *p)
{
	const int64_t n[5] = { p->messages, p->octets, p->behind, p->wrong,
			       p->waits };

	say_numbers(ctx, "proved", folder, n);
}

/* HOW; ST_USAGE without. */
static enum st
how(const struct task *t, bool *deep, struct err *e)
{
	const char *word = t->words[3];

	*deep = g_strcmp0(word, "deep") == 0;
	return *deep || g_strcmp0(word, "plain") == 0 ? ST_OK :
		err_set(e, ST_USAGE, "It must be said how.");
}

static enum st
verify(struct worker *w, const struct task *t, struct err *e)
{
	const struct prove_events events = { w, on_problem, on_proved };
	bool deep;
	enum st st = how(t, &deep, e);

	return st == ST_OK ? sync_prove(w->sync, named(t, 4), deep, &events, e)
			   : st;
}

static enum st
repair(struct worker *w, const struct task *t, struct err *e)
{
	bool deep;
	enum st st = how(t, &deep, e);

	return st == ST_OK ? sync_repair(w->sync, named(t, 4), deep, e) : st;
}

/* ---- requests ----------------------------------------------------------- */

static const struct {
	const char *verb;
	bool changes;
	enum st (*run)(struct worker *w, const struct task *t, struct err *e);
} verbs[] = {
	{ "preview", false, preview },
	{ "verify", false, verify },
	{ "repair", true, repair },
};

bool
look_knows(const char *verb, bool *changes)
{
	for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++)
		if (strcmp(verbs[i].verb, verb) == 0) {
			*changes = verbs[i].changes;
			return true;
		}
	return false;
}

/* What it found is the request's end, and not the session's. */
static bool
is_finding(enum st st)
{
	return st == ST_OK || st == ST_REFUSED || st == ST_CORRUPT ||
	       st == ST_USAGE || st == ST_GONE;
}

enum st
look_all(struct worker *w, struct err *e)
{
	enum st st = ST_OK;

	for (size_t i = 0; i < G_N_ELEMENTS(verbs) && st == ST_OK; i++) {
		struct task *t = tasks_find(w, verbs[i].verb);

		if (!t)
			continue;
		/* A run before it may have closed the session (POP). */
		if (!w->online)
			return ST_OK;
		host_state(w, "syncing", "");
		st = verbs[i].run(w, t, e);
		if (!is_finding(st))
			return st;
		tasks_end(w, t, st, e->text);
		st = ST_OK;
	}
	return st;
}
