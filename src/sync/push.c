/*
 * push.c - the changes of one folder: in sets, checked, each at most once
 */
#include "sync/push.h"

#include <string.h>

#include "store/queue.h"

struct push {
	struct sync *s;
	struct job *job;
	GPtrArray *due;		/* struct change */
	uint32_t caps;
};

/* ---- sets of changes --------------------------------------------------- */

/* Changes that one command can do together. */
struct batch {
	GPtrArray *changes;	/* struct change, borrowed */
	struct uidset uids;
	struct flags add, remove;
	int64_t dest;
};

static void
batch_free(gpointer data)
{
	struct batch *b = data;

	g_ptr_array_unref(b->changes);
	uidset_clear(&b->uids);
	flags_clear(&b->add);
	flags_clear(&b->remove);
	g_free(b);
}

static struct batch *
batch_of(GHashTable *batches, const char *key)
{
	struct batch *b = g_hash_table_lookup(batches, key);

	if (!b) {
		b = g_new0(struct batch, 1);
		b->changes = g_ptr_array_new();
		g_hash_table_insert(batches, g_strdup(key), b);
	}
	return b;
}

static GHashTable *
batches_new(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
				     batch_free);
}

static GArray *
seqs_of(const GPtrArray *changes)
{
	GArray *seqs = g_array_new(FALSE, FALSE, sizeof(int64_t));

	for (guint i = 0; i < changes->len; i++)
		g_array_append_val(seqs, ((struct change *)
					  changes->pdata[i])->seq);
	return seqs;
}

static enum st
mark_sending(struct push *p, const GPtrArray *changes, struct err *e)
{
	GArray *seqs = seqs_of(changes);
	enum st st = queue_sending(p->s->store, seqs, e);

	g_array_unref(seqs);
	return st;
}

/* The number that a message got, by the pairs of COPYUID; 0: not told. */
static uint32_t
number_of(const GArray *from, const GArray *to, uint32_t uid)
{
	for (guint i = 0; i < from->len && i < to->len; i++)
		if (g_array_index(from, uint32_t, i) == uid)
			return g_array_index(to, uint32_t, i);
	return 0;
}

static enum st
park_all(struct push *p, const GPtrArray *changes, const char *why,
	 struct err *e)
{
	struct store *store = p->s->store;
	enum st st = store_begin(store, e);

	for (guint i = 0; i < changes->len && st == ST_OK; i++)
		st = queue_park(store, changes->pdata[i], why, e);
	if (st == ST_OK)
		st = store_commit(store, e);
	else
		store_rollback(store);
	if (st == ST_OK)
		sync_skip(p->s, p->job->folder->name, ST_REFUSED, why);
	return st;
}

/* What a command's status means for the changes it carried: done (with the
 * numbers, when there are any), refused, or not known. */
static enum st
conclude(struct push *p, const GPtrArray *changes, const GArray *from,
	 const GArray *to, bool half, enum st st, struct err *e)
{
	struct store *store = p->s->store;
	struct err why = *e;

	if (st == ST_REFUSED || st == ST_GONE)
		return park_all(p, changes, why.text, e);
	if (st != ST_OK)
		return st;
	st = store_begin(store, e);
	for (guint i = 0; i < changes->len && st == ST_OK; i++) {
		const struct change *c = changes->pdata[i];
		uint32_t uid = from ? number_of(from, to, c->uid) : 0;

		st = half ? queue_copied(store, c, uid, e)
			  : queue_done(store, c, uid, e);
	}
	if (st == ST_OK)
		return store_commit(store, e);
	store_rollback(store);
	return st;
}

/* ---- flags ------------------------------------------------------------- */

/* The net difference for one message. */
struct net {
	struct flags add, remove;
	GPtrArray *changes;
};

static void
net_free(gpointer data)
{
	struct net *n = data;

	flags_clear(&n->add);
	flags_clear(&n->remove);
	g_ptr_array_unref(n->changes);
	g_free(n);
}

static void
move_words(const char *words, struct flags *to, struct flags *from)
{
	char **list = g_strsplit(words ? words : "", " ", -1);

	for (char **w = list; *w; w++) {
		if (!**w)
			continue;
		flags_add_word(to, *w);
		flags_remove_word(from, *w);
	}
	g_strfreev(list);
}

static void
net_add(struct net *n, struct change *c)
{
	n->add.bits = (n->add.bits | c->add.bits) & ~c->remove.bits;
	n->remove.bits = (n->remove.bits | c->remove.bits) & ~c->add.bits;
	move_words(c->add.keywords, &n->add, &n->remove);
	move_words(c->remove.keywords, &n->remove, &n->add);
	g_ptr_array_add(n->changes, c);
}

/* Messages with the same difference go together. */
static void
sort_flags(struct push *p, GHashTable *batches)
{
	GHashTable *nets = g_hash_table_new_full(NULL, NULL, NULL, net_free);
	GHashTableIter it;
	gpointer uid, data;

	for (guint i = 0; i < p->due->len; i++) {
		struct change *c = p->due->pdata[i];
		struct net *n = g_hash_table_lookup(nets,
						    GUINT_TO_POINTER(c->uid));

		if (c->kind != CHANGE_FLAGS)
			continue;
		if (!n) {
			n = g_new0(struct net, 1);
			n->changes = g_ptr_array_new();
			g_hash_table_insert(nets, GUINT_TO_POINTER(c->uid), n);
		}
		net_add(n, c);
	}
	g_hash_table_iter_init(&it, nets);
	while (g_hash_table_iter_next(&it, &uid, &data)) {
		struct net *n = data;
		char *key = g_strdup_printf("%x %x|%s|%s", n->add.bits,
					    n->remove.bits,
					    n->add.keywords ?: "",
					    n->remove.keywords ?: "");
		struct batch *b = batch_of(batches, key);

		uidset_add(&b->uids, GPOINTER_TO_UINT(uid));
		g_ptr_array_extend(b->changes, n->changes, NULL, NULL);
		flags_clear(&b->add);
		flags_clear(&b->remove);
		flags_copy(&b->add, &n->add);
		flags_copy(&b->remove, &n->remove);
		g_free(key);
	}
	g_hash_table_destroy(nets);
}

static bool
is_empty(const struct flags *f)
{
	return !f->bits && (!f->keywords || !*f->keywords);
}

static enum st
push_flags(struct push *p, struct batch *b, struct err *e)
{
	struct driver *d = p->s->driver;
	enum st st;

	if ((b->add.keywords || b->remove.keywords) &&
	    !p->job->entered.keywords_allowed)
		return park_all(p, b->changes, "The server keeps no tags of "
				"one's own in this folder.", e);
	st = mark_sending(p, b->changes, e);
	if (st != ST_OK)
		return st;
	if (!is_empty(&b->add))
		st = driver_store(d, &b->uids, true, &b->add, e);
	if (st == ST_OK && !is_empty(&b->remove))
		st = driver_store(d, &b->uids, false, &b->remove, e);
	return conclude(p, b->changes, NULL, NULL, false, st, e);
}

/* ---- is it still the message that was meant? --------------------------- */

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
			st = park_all(p, one, why, e);
			g_ptr_array_unref(one);
		}
		g_ptr_array_remove_index(p->due, i);
	}
	return st;
}

static enum st
check_destructive(struct push *p, struct err *e)
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

/* ---- moves, copies, removals ------------------------------------------- */

static bool
moves_in_one(const struct push *p)
{
	return p->caps & CAP_MOVE;
}

/* To be copied (or moved) to where its batch goes. */
static bool
is_transfer(const struct change *c)
{
	return c->kind == CHANGE_COPY ||
	       (c->kind == CHANGE_MOVE && !c->copied);
}

static bool
is_removal(const struct change *c)
{
	return c->kind == CHANGE_EXPUNGE ||
	       (c->kind == CHANGE_MOVE && c->copied);
}

/* Was it cut off at a point where it may have happened without a trace in
 * this folder?  push_rest() finds out. */
static bool
is_doubtful(const struct push *p, const struct change *c)
{
	return c->state == CHANGE_SENDING && is_transfer(c) &&
	       !(c->kind == CHANGE_MOVE && moves_in_one(p));
}

struct marks {
	const struct uidset *ours;
	bool others;
};

static void
look_for_mark(void *ctx, uint32_t uid, const struct flags *flags)
{
	struct marks *m = ctx;

	if (flags->bits & FLAG_DELETED && !uidset_has(m->ours, uid))
		m->others = true;
}

/*
 * Without UIDPLUS what is marked as deleted by others stands in the way of
 * removing the source: better not to begin than to leave two of it.
 */
static enum st
others_marked(struct push *p, const struct batch *b, bool *others,
	      struct err *e)
{
	struct marks m = { &b->uids, false };
	enum st st = ST_OK;

	if (!(p->caps & CAP_UIDPLUS))
		st = folder_walk_flags(p->s->store, p->job->folder->id, 1,
				       UINT32_MAX, look_for_mark, &m, e);
	*others = m.others;
	return st;
}

static enum st
push_transfer(struct push *p, struct batch *b, struct err *e)
{
	const struct change *first = b->changes->pdata[0];
	bool move = first->kind == CHANGE_MOVE && moves_in_one(p);
	bool half = first->kind == CHANGE_MOVE && !move;
	GArray *from = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	GArray *to = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	struct folder *dest = NULL;
	int64_t validity = 0;
	bool blocked = false, done;
	enum st st = folder_by_id(p->s->store, b->dest, &dest, e);

	if (st == ST_OK && half)
		st = others_marked(p, b, &blocked, e);
	if (st == ST_OK && blocked)
		st = err_set(e, ST_REFUSED, "The server cannot remove just "
			     "these messages from the folder (it has no "
			     "UIDPLUS), and others are marked as deleted "
			     "there.");
	if (st == ST_OK)
		st = mark_sending(p, b->changes, e);
	if (st == ST_OK && move)
		st = driver_move(p->s->driver, &b->uids, dest->name, from, to,
				 &validity, e);
	else if (st == ST_OK)
		st = driver_copy(p->s->driver, &b->uids, dest->name, from, to,
				 &validity, e);
	/* Numbers of another numbering than ours mean nothing here. */
	if (st == ST_OK && dest->uidvalidity != validity)
		g_array_set_size(from, 0);
	done = st == ST_OK;
	st = conclude(p, b->changes, from, to, half, st, e);
	if (st == ST_OK)
		sync_changed(p->s, b->dest);
	if (half && st == ST_OK && done)
		for (guint i = 0; i < b->changes->len; i++)
			((struct change *)b->changes->pdata[i])->copied = true;
	folder_free(dest);
	g_array_unref(from);
	g_array_unref(to);
	return st;
}

static void
sort_transfers(struct push *p, GHashTable *batches)
{
	for (guint i = 0; i < p->due->len; i++) {
		struct change *c = p->due->pdata[i];
		char *key;
		struct batch *b;

		if (!is_transfer(c) || is_doubtful(p, c))
			continue;
		key = g_strdup_printf("%d %" G_GINT64_FORMAT, c->kind,
				      c->dest);
		b = batch_of(batches, key);
		/* The same message twice to one place: next time. */
		if (!uidset_has(&b->uids, c->uid)) {
			b->dest = c->dest;
			uidset_add(&b->uids, c->uid);
			g_ptr_array_add(b->changes, c);
		}
		g_free(key);
	}
}

static enum st
push_removals(struct push *p, struct err *e)
{
	struct uidset uids = UIDSET_EMPTY;
	GPtrArray *changes = g_ptr_array_new();
	enum st st = ST_OK;

	for (guint i = 0; i < p->due->len; i++) {
		struct change *c = p->due->pdata[i];

		if (!is_removal(c))
			continue;
		uidset_add(&uids, c->uid);
		g_ptr_array_add(changes, c);
	}
	if (changes->len) {
		st = mark_sending(p, changes, e);
		if (st == ST_OK) {
			st = driver_expunge(p->s->driver, &uids, e);
			st = conclude(p, changes, NULL, NULL, false, st, e);
		}
	}
	g_ptr_array_unref(changes);
	uidset_clear(&uids);
	return st;
}

static enum st
each_batch(struct push *p, GHashTable *batches,
	   enum st (*push)(struct push *p, struct batch *b, struct err *e),
	   struct err *e)
{
	GHashTableIter it;
	gpointer b;
	enum st st = ST_OK;

	g_hash_table_iter_init(&it, batches);
	while (st == ST_OK && g_hash_table_iter_next(&it, NULL, &b))
		st = push(p, b, e);
	return st;
}

static enum st
push_all(struct push *p, struct err *e)
{
	GHashTable *flags = batches_new(), *transfers = batches_new();
	enum st st;

	sort_flags(p, flags);
	st = each_batch(p, flags, push_flags, e);
	if (st == ST_OK)
		st = check_destructive(p, e);
	if (st == ST_OK) {
		sort_transfers(p, transfers);
		st = each_batch(p, transfers, push_transfer, e);
	}
	if (st == ST_OK)
		st = push_removals(p, e);
	g_hash_table_destroy(flags);
	g_hash_table_destroy(transfers);
	return st;
}

enum st
push_folder(struct sync *s, struct job *job, struct err *e)
{
	struct push p = { .s = s, .job = job,
			  .caps = driver_capabilities(s->driver) };
	struct err local = { "" };
	enum st st = queue_due(s->store, job->folder->id, &p.due, e);

	if (st != ST_OK)
		return st;
	if (p.due->len) {
		st = push_all(&p, e ? e : &local);
		sync_changed(s, job->folder->id);
	}
	g_ptr_array_unref(p.due);
	return st;
}
