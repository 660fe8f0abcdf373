/*
 * push_place.c - which of the messages that came are those we sent there?
 *
 * A server without UIDPLUS, or a connection that broke off, does not tell the
 * number that a copied message got.  It is known again by what it is.
 */
#include <string.h>

#include "store/queue.h"
#include "sync/push.h"

/* Fresh messages beyond those that are waited for in which they are looked
 * for: others may have come at the same time. */
#define PLACE_MORE 200

struct placing {
	struct sync *s;
	struct job *job;
	GPtrArray *wanted;	/* struct unplaced */
	struct uidset perhaps;	/* their octets are to be looked at */
	GHashTable *seen;	/* of wanted: appended, and a message with its
				 * Message-ID is there */
	struct uidset placed;
};

static enum st
place_one(struct placing *p, const struct unplaced *u, uint32_t uid,
	  struct err *e)
{
	struct store *store = p->s->store;
	GPtrArray *all = NULL;
	enum st st;

	if (u->sent)
		return queue_place(store, u->id, uid, e);
	/* It was cut off, and has happened. */
	st = queue_list(store, false, &all, e);
	for (guint i = 0; st == ST_OK && i < all->len; i++) {
		const struct change *c = all->pdata[i];

		if (c->seq != u->seq)
			continue;
		st = c->kind == CHANGE_MOVE &&
				     !(driver_capabilities(p->s->driver) &
				       CAP_MOVE) ?
			queue_copied(store, c, uid, e) :
			queue_done(store, c, uid, e);
	}
	if (all)
		g_ptr_array_unref(all);
	return st;
}

/* It is here now; its bytes may not be. */
static void
note_placed(struct placing *p, uint32_t uid)
{
	struct message m = { 0 };

	uidset_add(&p->placed, uid);
	if (message_by_uid(p->s->store, p->job->folder->id, uid, &m, NULL) ==
	    ST_OK && !m.has_body)
		uidset_add(&p->job->waiting, uid);
	message_clear(&m);
}

static enum st
take(struct placing *p, guint which, const struct fetched *f, struct err *e)
{
	enum st st = place_one(p, p->wanted->pdata[which], f->uid, e);

	/* The row had the flags of its source, which may have got others
	 * since. */
	if (st == ST_OK && f->has_flags)
		st = store_set_flags(p->s->store, p->job->folder->id, f->uid,
				     &f->flags, f->modseq, e);
	if (st == ST_OK)
		note_placed(p, f->uid);
	g_hash_table_remove(p->seen, p->wanted->pdata[which]);
	g_ptr_array_remove_index(p->wanted, which);
	return st;
}

enum likeness { LIKE_NOT, LIKE_PERHAPS, LIKE_SURELY };

/* Perhaps: the octets are to be looked at.  Servers miscount, so that another
 * size does not speak against a Message-ID; and without one nothing but the
 * octets speaks for it, where they came here. */
static enum likeness
is_like(struct placing *p, const struct unplaced *u, const struct fetched *f,
	const char *id)
{
	bool size = f->size < 0 || u->size == 0 || f->size == u->size;
	bool named = id && *id;

	if (g_strcmp0(u->message_id ?: "", id ?: "") != 0)
		return LIKE_NOT;
	if (!u->has_digest)
		return size || (named && sizes_estimated(p->s)) ?
			LIKE_SURELY : LIKE_NOT;
	if (named)
		return size ? LIKE_SURELY : LIKE_PERHAPS;
	return size || sizes_estimated(p->s) ? LIKE_PERHAPS : LIKE_NOT;
}

static enum st
hold_against(void *ctx, const struct fetched *f, const struct envelope *env,
	     struct err *e)
{
	struct placing *p = ctx;

	for (guint i = 0; i < p->wanted->len; i++) {
		struct unplaced *u = p->wanted->pdata[i];
		enum likeness like = is_like(p, u, f, env->message_id);

		if (like == LIKE_SURELY) {
			uidset_remove(&p->perhaps, f->uid);
			return take(p, i, f, e);
		}
		if (like == LIKE_PERHAPS)
			uidset_add(&p->perhaps, f->uid);
		if (like == LIKE_PERHAPS && u->append &&
		    u->message_id && *u->message_id)
			g_hash_table_add(p->seen, u);
	}
	return ST_OK;
}

static enum st
hold_octets(void *ctx, const struct fetched *f,
	    const uint8_t digest[DIGEST_LEN], int64_t octets, struct err *e)
{
	struct placing *p = ctx;
	enum st st = sizes_note(p->s, f->size, octets, e);

	for (guint i = 0; st == ST_OK && i < p->wanted->len; i++) {
		const struct unplaced *u = p->wanted->pdata[i];

		if (u->has_digest &&
		    memcmp(u->digest, digest, DIGEST_LEN) == 0)
			return take(p, i, f, e);
	}
	return st;
}

/* Which of these messages are waited for? */
static enum st
look_among(struct placing *p, const struct uidset *uids, struct err *e)
{
	struct octets_sink octets = { .ctx = p, .visit = hold_octets };
	enum st st = ids_fetch(p->s, uids, hold_against, p, e);

	if (st == ST_OK && p->perhaps.n && p->wanted->len)
		st = octets_fetch(p->s, &p->perhaps, &octets, e);
	return st;
}

/* Some servers (Exchange) keep other octets than they were given: what was
 * appended is there then, and is fetched as what it became. */
static enum st
believe_appended(struct placing *p, struct err *e)
{
	enum st st = ST_OK;

	for (guint i = 0; st == ST_OK && i < p->wanted->len; i++) {
		const struct unplaced *u = p->wanted->pdata[i];

		if (!u->sent && g_hash_table_contains(p->seen, u))
			st = place_one(p, u, 0, e);
	}
	return st;
}

/* One of them may not have been sent at all. */
static bool
has_doubtful(const GPtrArray *wanted)
{
	for (guint i = 0; i < wanted->len; i++)
		if (!((const struct unplaced *)wanted->pdata[i])->sent)
			return true;
	return false;
}

/* All that came was looked at, and it is not among it: it came earlier, or
 * was removed there already.  What became another there has no row yet. */
static enum st
give_up_waiting(struct placing *p, struct err *e)
{
	enum st st = ST_OK;

	for (guint i = 0; i < p->wanted->len && st == ST_OK; i++) {
		const struct unplaced *u = p->wanted->pdata[i];

		if (u->sent && !g_hash_table_contains(p->seen, u))
			st = queue_lost(p->s->store, u->id, e);
	}
	return st;
}

enum st
push_place(struct sync *s, struct job *job, struct err *e)
{
	struct placing p = { .s = s, .job = job,
			     .seen = g_hash_table_new(NULL, NULL) };
	struct uidset rest = UIDSET_EMPTY, newest = UIDSET_EMPTY;
	bool all = uidset_count(&job->fresh) <= PLACE_MORE;
	enum st st = queue_unplaced(s->store, job->folder->id, &p.wanted, e);

	if (st == ST_OK && p.wanted->len && job->fresh.n) {
		uidset_add_set(&rest, &job->fresh);
		/* What is not found is sent again: be sure. */
		uidset_take(&rest, &newest, has_doubtful(p.wanted) ?
			    UINT64_MAX : p.wanted->len + PLACE_MORE, true);
		st = look_among(&p, &newest, e);
		if (st == ST_OK)
			st = believe_appended(&p, e);
		uidset_remove_set(&job->fresh, &p.placed);
		if (p.placed.n)
			sync_changed(s, job->folder->id);
	}
	if (st == ST_OK && all)
		st = give_up_waiting(&p, e);
	uidset_clear(&rest);
	uidset_clear(&newest);
	uidset_clear(&p.perhaps);
	g_hash_table_destroy(p.seen);
	uidset_clear(&p.placed);
	if (p.wanted)
		g_ptr_array_unref(p.wanted);
	return st;
}
