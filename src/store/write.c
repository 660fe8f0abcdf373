/*
 * write.c - envelopes and flags, as the server says them
 */
#include "store/private.h"

enum st
store_set_flags(struct store *s, int64_t folder, uint32_t uid,
		const struct flags *flags, int64_t modseq, struct err *e)
{
	struct staged *item;
	bool own = !s->tx;
	enum st st = own ? store_begin(s, e) : ST_OK;

	if (st != ST_OK)
		return st;
	item = g_new0(struct staged, 1);
	item->kind = STAGED_FLAGS;
	item->folder = folder;
	item->uid = uid;
	item->modseq = modseq;
	flags_copy(&item->flags, flags);
	return tx_leave(s, own, stage_add(s, item, e), e);
}

static enum st
find_row(struct store *s, struct staged *item, struct err *e)
{
	struct mfile *f;
	bool has_body;
	enum st st = file_get(s, item->folder, &f, e);

	return st == ST_OK ? file_find_row(s, f, item->uid, &item->id,
					   &has_body, e) : st;
}

enum st
store_add_envelope(struct store *s, int64_t folder, uint32_t uid,
		   const struct flags *flags, int64_t internaldate,
		   int64_t size, int64_t modseq, const struct envelope *env,
		   struct err *e)
{
	const struct staged *before;
	struct staged *item;
	bool own = !s->tx;
	enum st st = own ? store_begin(s, e) : ST_OK;

	if (st != ST_OK)
		return st;
	item = g_new0(struct staged, 1);
	item->kind = STAGED_ENVELOPE;
	item->folder = folder;
	item->uid = uid;
	item->arrival = internaldate ? internaldate : env->date;
	item->size = MAX(size, 0);
	item->modseq = modseq;
	flags_copy(&item->flags, flags);
	envelope_copy(&item->env, env);
	before = stage_find(s, folder, uid);
	if (before)
		item->id = before->id;
	else
		st = find_row(s, item, e);
	item->fresh = item->id == 0;
	if (st == ST_OK && item->fresh)
		st = tx_next_id(s, &item->id, e);
	if (st == ST_OK)
		st = stage_add(s, item, e);
	else
		staged_free(item);
	return tx_leave(s, own, st, e);
}
