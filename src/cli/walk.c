/*
 * walk.c - messages of a folder that words stand in
 */
#include <string.h>

#include "base/text.h"
#include "cli/cli.h"

#define CHUNK 1000

/* The caller frees. */
static GPtrArray *
fold(char *const *words)
{
	GPtrArray *folded = g_ptr_array_new_with_free_func(g_free);

	for (; *words; words++)
		g_ptr_array_add(folded, text_fold(*words));
	return folded;
}

static bool
matches(const GPtrArray *words, const struct envelope *env)
{
	char *all = g_strjoin("\n", env->from ? env->from : "",
			      env->to ? env->to : "",
			      env->subject ? env->subject : "", NULL);
	char *folded = words->len ? text_fold(all) : NULL;
	bool good = true;

	for (guint i = 0; i < words->len && good; i++)
		good = strstr(folded, words->pdata[i]) != NULL;
	g_free(folded);
	g_free(all);
	return good;
}

bool
cli_matches(const struct envelope *env, char *const *words)
{
	GPtrArray *folded = fold(words);
	bool good = matches(folded, env);

	g_ptr_array_free(folded, TRUE);
	return good;
}

static enum st
visit_one(struct cli *c, int64_t id, int64_t n, const GPtrArray *words,
	  cli_visit *visit, void *ctx, struct err *e)
{
	struct message m = { 0 };
	enum st st = message_by_id(c->store, id, &m, e);

	if (st == ST_GONE)	/* it went while we were walking */
		return ST_OK;
	if (st == ST_OK && matches(words, &m.env))
		st = visit(ctx, n, &m, e);
	message_clear(&m);
	return st;
}

enum st
cli_walk(struct cli *c, const struct folder *f, char *const *words,
	 cli_visit *visit, void *ctx, struct err *e)
{
	GPtrArray *folded = fold(words);
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	int64_t n = 0, from = 0;
	enum st st;

	do {
		g_array_set_size(ids, 0);
		st = message_ids(c->store, f->id, &from, CHUNK, ids, e);
		for (guint i = 0; st == ST_OK && i < ids->len; i++)
			st = visit_one(c, g_array_index(ids, int64_t, i),
				       ++n, folded, visit, ctx, e);
	} while (st == ST_OK && ids->len == CHUNK);
	g_array_free(ids, TRUE);
	g_ptr_array_free(folded, TRUE);
	return st;
}
