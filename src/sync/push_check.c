/*
 * push_check.c - is it still the message that was meant?
 *
 * Before anything that could hit another message: Message-ID and size are
 * those it had when it was decided, or its octets are, and nobody has given it
 * a flag that says it is wanted.
 */
#include <string.h>

#include "sync/push_own.h"

/* What may not hit another message. */
static bool
is_destructive(const struct change *c)
{
	return c->kind == CHANGE_MOVE || c->kind == CHANGE_EXPUNGE;
}

struct check {
	struct push *p;
	GHashTable *ids;	/* uid -> struct identity */
};

struct identity {
	char *message_id;	/* NULL: it has none */
	int64_t size;
	/* Of the whole message, where that was needed. */
	bool read;
	int64_t octets;
	uint8_t digest[DIGEST_LEN];
};

static void
identity_free(gpointer data)
{
	struct identity *i = data;

	g_free(i->message_id);
	g_free(i);
}

static struct identity *
identity_of(const struct check *check, uint32_t uid)
{
	return g_hash_table_lookup(check->ids, GUINT_TO_POINTER(uid));
}

static enum st
note_identity(void *ctx, const struct fetched *f, const struct envelope *env,
	      struct err *e)
{
	struct check *check = ctx;
	struct identity *i = g_new0(struct identity, 1);

	(void)e;
	if (env->message_id && *env->message_id)
		i->message_id = g_strdup(env->message_id);
	i->size = f->size;
	g_hash_table_replace(check->ids, GUINT_TO_POINTER(f->uid), i);
	return ST_OK;
}

static bool
same_id(const struct change *c, const struct identity *i)
{
	return g_strcmp0(c->message_id && *c->message_id ? c->message_id
							 : NULL,
			 i->message_id) == 0;
}

static bool
has_text_here(struct push *p, const struct change *c, struct copy *here)
{
	return copy_by_id(p->s->store, c->message, here, NULL) == ST_OK &&
	       here->has_body;
}

/* Servers miscount, so that another size alone proves nothing; where that is
 * known, or there is nothing here to be held against it, it is not even a
 * reason to look at a message that has the right Message-ID. */
static bool
must_be_read(struct push *p, const struct change *c, const struct identity *i)
{
	struct copy here;

	if (i->size < 0 || c->size == 0 || i->size == c->size)
		return false;
	return !i->message_id || (!sizes_estimated(p->s) &&
				  has_text_here(p, c, &here));
}

static enum st
note_octets(void *ctx, const struct fetched *f,
	    const uint8_t digest[DIGEST_LEN], int64_t octets, struct err *e)
{
	struct check *check = ctx;
	struct identity *i = identity_of(check, f->uid);

	if (!i)
		return ST_OK;
	i->read = true;
	i->octets = octets;
	memcpy(i->digest, digest, DIGEST_LEN);
	return sizes_note(check->p->s, i->size, octets, e);
}

/* Where the claimed size is not the one that was seen: the octets decide. */
static enum st
read_doubtful(struct check *check, struct err *e)
{
	struct octets_sink sink = { .ctx = check, .visit = note_octets };
	struct uidset uids = UIDSET_EMPTY;
	enum st st = ST_OK;

	for (guint n = 0; n < check->p->due->len; n++) {
		const struct change *c = check->p->due->pdata[n];
		const struct identity *i = identity_of(check, c->uid);

		if (is_destructive(c) && i && same_id(c, i) &&
		    must_be_read(check->p, c, i))
			uidset_add(&uids, c->uid);
	}
	if (uids.n)
		st = octets_fetch(check->p->s, &uids, &sink, e);
	uidset_clear(&uids);
	return st;
}

/* Under the same number of the same numbering, after what was said above. */
static bool
is_same(struct push *p, const struct change *c, const struct identity *i)
{
	struct copy here;

	if (!same_id(c, i))
		return false;
	if (!i->read)
		return i->message_id || !must_be_read(p, c, i);
	if (has_text_here(p, c, &here))
		return memcmp(here.digest, i->digest, DIGEST_LEN) == 0;
	/* Its text never came here: a claim was all there was. */
	return i->octets == c->size;
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
	const struct identity *i = identity_of(check, c->uid);

	if (!i)
		return "";	/* gone: the next look says so */
	if (!is_same(p, c, i))
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
	struct check check = { p, g_hash_table_new_full(NULL, NULL, NULL,
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
			st = read_doubtful(&check, e);
		if (st == ST_OK)
			st = sift(p, &check, e);
	}
	uidset_clear(&uids);
	g_hash_table_destroy(check.ids);
	return st;
}
