/*
 * tagged.c - a set of row ids
 */
#include "control/tagged.h"

size_t
tagged_count(const struct app *app)
{
	return app->tagged ? g_hash_table_size(app->tagged) : 0;
}

void
tagged_toggle(struct app *app, int64_t id)
{
	if (!app->tagged)
		app->tagged = g_hash_table_new_full(g_int64_hash,
						    g_int64_equal, g_free,
						    NULL);
	if (!g_hash_table_remove(app->tagged, &id))
		g_hash_table_add(app->tagged, g_memdup2(&id, sizeof(id)));
	app->dirty |= DIRTY_INDEX | DIRTY_STATUS | DIRTY_HINTS;
}

void
tagged_clear(struct app *app)
{
	app->tag_prefix = false;
	if (tagged_count(app) == 0)
		return;
	g_hash_table_remove_all(app->tagged);
	app->dirty |= DIRTY_INDEX | DIRTY_STATUS | DIRTY_HINTS;
}

static gint
compare(gconstpointer a, gconstpointer b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

void
tagged_ids(struct app *app, GArray *ids)
{
	GHashTableIter it;
	gpointer id;

	if (!app->tagged)
		return;
	g_hash_table_iter_init(&it, app->tagged);
	while (g_hash_table_iter_next(&it, &id, NULL))
		g_array_append_vals(ids, id, 1);
	g_array_sort(ids, compare);
}

void
tagged_prune(struct app *app)
{
	struct app_index *x = &app->index;
	struct app_account *a;
	GHashTableIter it;
	gpointer id;

	if (tagged_count(app) == 0)
		return;
	if (x->account < 0 || !x->folder) {
		tagged_clear(app);
		return;
	}
	a = app->accounts->pdata[x->account];
	g_hash_table_iter_init(&it, app->tagged);
	while (g_hash_table_iter_next(&it, &id, NULL)) {
		struct message m = { 0 };
		bool here = message_by_id(a->store, *(int64_t *)id, &m,
					  NULL) == ST_OK &&
			    m.folder == x->folder->id;

		message_clear(&m);
		if (!here)
			g_hash_table_iter_remove(&it);
	}
}
