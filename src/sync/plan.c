/*
 * plan.c - what is there, what is here, and what follows from it
 */
#include "sync/plan.h"

#include <string.h>

#include <glib.h>

/* Rows read in vain that cost as much as one look-up. */
#define RUN_GAP 16

void
plan_clear(struct plan *p)
{
	uidset_clear(&p->fresh);
	uidset_clear(&p->gone);
}

static enum plan_verdict
plan_full(const struct plan_input *in, struct plan *out)
{
	uidset_add_set(&out->fresh, in->listed);
	uidset_remove_set(&out->fresh, in->here);
	uidset_add_set(&out->gone, in->here);
	uidset_remove_set(&out->gone, in->listed);
	if ((int64_t)uidset_count(in->listed) < in->exists)
		return PLAN_LIST;
	/* An emptied folder still knows which numbers it gave away. */
	if (in->exists == 0 && in->total > 0 && in->uidnext < in->top)
		return PLAN_DOUBT;
	return PLAN_GOOD;
}

static enum plan_verdict
plan_difference(const struct plan_input *in, struct plan *out)
{
	int64_t left;

	if (in->here) {
		struct uidset stays = UIDSET_EMPTY;

		uidset_add_set(&out->fresh, in->listed);
		uidset_remove_set(&out->fresh, in->here);
		uidset_add_set(&stays, in->here);
		uidset_remove_set(&stays, in->vanished);
		uidset_add_set(&out->gone, in->here);
		uidset_remove_set(&out->gone, &stays);
		uidset_clear(&stays);
	} else {
		uidset_add_set(&out->fresh, in->here_new);
		uidset_add_set(&out->gone, in->here_gone);
	}
	/* What came and went within the difference is neither. */
	uidset_remove_set(&out->fresh, in->vanished);
	left = in->total - (int64_t)uidset_count(&out->gone) +
	       (int64_t)uidset_count(&out->fresh);
	return left == in->exists ? PLAN_GOOD : PLAN_LIST;
}

enum plan_verdict
plan_messages(const struct plan_input *in, struct plan *out)
{
	enum plan_verdict verdict;

	memset(out, 0, sizeof(*out));
	verdict = in->full ? plan_full(in, out) : plan_difference(in, out);
	if (verdict != PLAN_GOOD)
		uidset_clear(&out->gone);
	return verdict;
}

/* ---- flags ---- */

enum st
plan_merge(const struct plan_flags *theirs, size_t n_theirs,
	   const struct plan_flags *mine, size_t n_mine, plan_visit *visit,
	   void *ctx, struct err *e)
{
	size_t j = 0;
	enum st st = ST_OK;

	for (size_t i = 0; i < n_theirs && st == ST_OK; i++) {
		const struct plan_flags *t = &theirs[i], *m = NULL;

		while (j < n_mine && mine[j].uid < t->uid)
			j++;
		if (j < n_mine && mine[j].uid == t->uid)
			m = &mine[j];
		if (m && (!t->has_flags || flags_equal(&t->flags, &m->flags)))
			continue;
		st = visit(ctx, t, m, e);
	}
	return st;
}

size_t
plan_run(const struct plan_flags *theirs, size_t n)
{
	size_t i = 1;

	while (i < n && theirs[i].uid - theirs[i - 1].uid <= RUN_GAP)
		i++;
	return MIN(i, n);
}

/* ---- folders ---- */

static const struct plan_folder *
find(const struct plan_folder *f, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(f[i].name, name) == 0)
			return &f[i];
	return NULL;
}

static GArray *
without(const struct plan_folder *a, size_t n_a, const struct plan_folder *b,
	size_t n_b)
{
	GArray *out = g_array_new(FALSE, FALSE, sizeof(size_t));
	GHashTable *names = g_hash_table_new(g_str_hash, g_str_equal);

	for (size_t i = 0; i < n_b; i++)
		g_hash_table_add(names, (gpointer)b[i].name);
	for (size_t i = 0; i < n_a; i++)
		if (!g_hash_table_contains(names, a[i].name))
			g_array_append_val(out, i);
	g_hash_table_destroy(names);
	return out;
}

enum st
plan_folders(const struct plan_folder *there, size_t n_there,
	     const struct plan_folder *here, size_t n_here,
	     struct plan_folders *out, struct err *e)
{
	out->created = without(there, n_there, here, n_here);
	out->missing = without(here, n_here, there, n_there);
	if (n_here > 0 && n_there == 0)
		return err_set(e, ST_PROTOCOL, "The server lists no folder at "
			       "all; the %zu here stay.", n_here);
	if (find(here, n_here, "INBOX") && !find(there, n_there, "INBOX"))
		return err_set(e, ST_PROTOCOL, "The server's list of folders "
			       "has no INBOX; no folder is removed here.");
	return ST_OK;
}

bool
plan_may_be_renamed(const struct plan_folder *missing,
		    const struct plan_folder *created)
{
	if (!missing->selectable || !created->selectable)
		return false;
	/* Where the server has not said it, entering the folder will. */
	return created->uidvalidity <= 0 ||
	       created->uidvalidity == missing->uidvalidity;
}
