/*
 * push_check.c - is it still the message that was meant?
 *
 * Before anything that could hit another message: Message-ID and size are
 * those it had when it was decided, and nobody has given it a flag that says
 * it is wanted.
 */
#include "sync/push_own.h"

/* What may not hit another message. */
static bool
is_destructive(const struct change *c)
{
	return c->kind == CHANGE_MOVE || c->kind == CHANGE_EXPUNGE;
}

struct check {
	GHashTable *ids;	/* uid -> struct identity */
};

struct identity {
	char *message_id;
	int64_t size;
};

static void
identity_free(gpointer data)
{
	struct identity *i = data;

	g_free(i->message_id);
	g_free(i);
}

static enum st
note_identity(void *ctx, const struct fetched *f, const struct envelope *env,
	      struct err *e)
{
	struct check *check = ctx;
	struct identity *i = g_new0(struct identity, 1);

	(void)e;
	i->message_id = g_strdup(env->message_id);
	i->size = f->size;
	g_hash_table_replace(check->ids, GUINT_TO_POINTER(f->uid), i);
	return ST_OK;
}

static bool
is_same(const struct change *c, const struct identity *i)
{
	return g_strcmp0(c->message_id && *c->message_id ? c->message_id
							  : NULL,
			 i->message_id && *i->message_id ? i->message_id
							 : NULL) == 0 &&
	       (i->size < 0 || c->size == 0 || i->size == c->size);
}

/* Flagged or answered there since it was decided to delete it here. */
static bool
is_in_conflict(struct push *p, const struct change *c)
{
	struct folder *dest = NULL;
	struct message m = { 0 };
	bool removal = c->kind == CHANGE_EXPUNGE, conflict = false;

	if (c->force || c->copied)
		return false;
	if (c->kind == CHANGE_MOVE &&
	    folder_by_id(p->s->store, c->dest, &dest, NULL) == ST_OK)
		removal = dest->role == ROLE_TRASH ||
			  g_strcmp0(dest->name, p->s->account->trash) == 0;
	folder_free(dest);
	if (removal && message_by_id(p->s->store, c->message, &m, NULL) ==
			       ST_OK)
		conflict = m.flags.bits & ~c->seen_bits &
			   (FLAG_ANSWERED | FLAG_FLAGGED);
	message_clear(&m);
	return conflict;
}

/* NULL: it may go ahead. */
static const char *
objection(struct push *p, const struct check *check, const struct change *c)
{
	const struct identity *i =
		g_hash_table_lookup(check->ids, GUINT_TO_POINTER(c->uid));

	if (!i)
		return "";	/* gone: the next look says so */
	if (!is_same(c, i))
		return "The server has another message under this number now; "
		       "nothing was done to it.";
	if (is_in_conflict(p, c))
		return "The message was answered or flagged elsewhere after "
		       "it was deleted here.";
	return NULL;
}

/* Take what may not go ahead out of p->due. */
static enum st
sift(struct push *p, const struct check *check, struct err *e)
{
	enum st st = ST_OK;

	for (guint i = 0; st == ST_OK && i < p->due->len;) {
		struct change *c = p->due->pdata[i];
		const char *why = is_destructive(c) ? objection(p, check, c)
						    : NULL;

		if (!why) {
			i++;
			continue;
		}
		if (*why) {
			GPtrArray *one = g_ptr_array_new();

			g_ptr_array_add(one, c);
			st = push_park(p, one, why, e);
			g_ptr_array_unref(one);
		}
		g_ptr_array_remove_index(p->due, i);
	}
	return st;
}

enum st
push_check(struct push *p, struct err *e)
{
	struct check check = { g_hash_table_new_full(NULL, NULL, NULL,
						     identity_free) };
	struct uidset uids = UIDSET_EMPTY;
	enum st st = ST_OK;

	for (guint i = 0; i < p->due->len; i++) {
		struct change *c = p->due->pdata[i];

		if (is_destructive(c))
			uidset_add(&uids, c->uid);
	}
	if (uids.n) {
		st = ids_fetch(p->s, &uids, note_identity, &check, e);
		if (st == ST_OK)
			st = sift(p, &check, e);
	}
	uidset_clear(&uids);
	g_hash_table_destroy(check.ids);
	return st;
}
