/*
 * stage.c - rows that wait in memory until the transaction commits
 *
 * While messages come from the network nothing of the index is locked; the
 * rows are kept here and written together.  Past STAGE_BYTES they go to the
 * index early, which costs the other process a wait but no memory.
 */
#include "store/private.h"

#include <string.h>

#define STAGE_BYTES (2 * 1024 * 1024)

struct stage {
	GPtrArray *items;	/* struct staged, in order */
	GHashTable *by_uid;	/* key -> the last struct staged with it */
	size_t bytes;
};

void
staged_free(struct staged *item)
{
	flags_clear(&item->flags);
	envelope_clear(&item->env);
	g_free(item->uidl);
	g_free(item);
}

static void
free_item(gpointer item)
{
	staged_free(item);
}

struct stage *
stage_new(void)
{
	struct stage *st = g_new0(struct stage, 1);

	st->items = g_ptr_array_new_with_free_func(free_item);
	st->by_uid = g_hash_table_new(g_int64_hash, g_int64_equal);
	return st;
}

void
stage_free(struct stage *st)
{
	if (!st)
		return;
	g_hash_table_destroy(st->by_uid);
	g_ptr_array_unref(st->items);
	g_free(st);
}

static int64_t
key_of(int64_t folder, uint32_t uid)
{
	return (int64_t)((uint64_t)folder << 32 | uid);
}

static size_t
length(const char *s)
{
	return s ? strlen(s) + 16 : 0;
}

static size_t
weight(const struct staged *item)
{
	const struct envelope *env = &item->env;

	return sizeof(*item) + length(env->subject) + length(env->from) +
	       length(env->to) + length(env->cc) + length(env->message_id) +
	       length(env->in_reply_to) + length(env->references) +
	       length(env->list_id) + length(item->flags.keywords);
}

enum st
stage_add(struct store *s, struct staged *item, struct err *e)
{
	struct stage *st = s->stage;

	item->key = key_of(item->folder, item->uid);
	g_ptr_array_add(st->items, item);
	if (item->kind != STAGED_FLAGS)
		g_hash_table_replace(st->by_uid, &item->key, item);
	st->bytes += weight(item);
	return st->bytes > STAGE_BYTES ? tx_write(s, e) : ST_OK;
}

const struct staged *
stage_find(const struct store *s, int64_t folder, uint32_t uid)
{
	int64_t key = key_of(folder, uid);

	return g_hash_table_lookup(s->stage->by_uid, &key);
}

bool
stage_empty(const struct store *s)
{
	return s->stage->items->len == 0;
}

void
stage_drop(struct store *s)
{
	g_hash_table_remove_all(s->stage->by_uid);
	g_ptr_array_set_size(s->stage->items, 0);
	s->stage->bytes = 0;
}

enum st
stage_flush(struct store *s, struct err *e)
{
	struct stage *st = s->stage;

	for (guint i = 0; i < st->items->len; i++) {
		enum st status = index_put(s, st->items->pdata[i], e);

		if (status != ST_OK)
			return status;
	}
	if (st->items->len)
		files_forget_rows(s);
	stage_drop(s);
	return ST_OK;
}
