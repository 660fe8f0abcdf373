/*
 * push.c - the changes of one folder: in sets, checked, each at most once
 */
#include "sync/push.h"

#include <string.h>

#include "sync/push_own.h"

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

enum st
push_park(struct push *p, const GPtrArray *changes, const char *why,
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
		return push_park(p, changes, why.text, e);
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
		/* No word has a space, and no list two. */
		char *key = g_strdup_printf("%x %x  %s  %s", n->add.bits,
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

	/* They stay here: tags.c. */
	if (!p->job->entered.keywords_allowed) {
		g_clear_pointer(&b->add.keywords, g_free);
		g_clear_pointer(&b->remove.keywords, g_free);
	}
	st = mark_sending(p, b->changes, e);
	if (st != ST_OK)
		return st;
	if (!is_empty(&b->add))
		st = driver_store(d, &b->uids, true, &b->add, e);
	if (st == ST_OK && !is_empty(&b->remove))
		st = driver_store(d, &b->uids, false, &b->remove, e);
	return conclude(p, b->changes, NULL, NULL, false, st, e);
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

/* The server knows nothing of what is marked here (queue.h). */
static enum st
add_marked(struct push *p, struct uidset *uids, struct err *e)
{
	GArray *ids = NULL;
	struct message m = { 0 };
	enum st st = queue_marked(p->s->store, p->job->folder->id, &ids, e);

	for (guint i = 0; st == ST_OK && i < ids->len; i++) {
		if (message_by_id(p->s->store, g_array_index(ids, int64_t, i),
				  &m, NULL) == ST_OK)
			uidset_add(uids, m.uid);
		message_clear(&m);
	}
	if (ids)
		g_array_unref(ids);
	return st;
}

/*
 * Without UIDPLUS what is marked as deleted by others stands in the way of
 * removing the source: better not to begin than to leave two of it.
 */
static enum st
others_marked(struct push *p, const struct batch *b, bool *others,
	      struct err *e)
{
	struct uidset ours = UIDSET_EMPTY;
	struct marks m = { &ours, false };
	enum st st = ST_OK;

	uidset_add_set(&ours, &b->uids);
	if (!(p->caps & CAP_UIDPLUS))
		st = add_marked(p, &ours, e);
	if (st == ST_OK && !(p->caps & CAP_UIDPLUS))
		st = folder_walk_flags(p->s->store, p->job->folder->id, 1,
				       UINT32_MAX, look_for_mark, &m, e);
	*others = m.others;
	uidset_clear(&ours);
	return st;
}

/* Done, and of a move without MOVE its removal goes on. */
static enum st
transferred(struct push *p, const GPtrArray *changes, const GArray *from,
	    const GArray *to, struct err *e)
{
	const struct change *first = changes->pdata[0];
	bool half = first->kind == CHANGE_MOVE && !moves_in_one(p);
	enum st st = conclude(p, changes, from, to, half, ST_OK, e);

	for (guint i = 0; half && st == ST_OK && i < changes->len; i++)
		((struct change *)changes->pdata[i])->copied = true;
	return st;
}

/* It was refused, but not before some were done: what was done must not be
 * done again when the person takes it up. */
static enum st
refused(struct push *p, const struct batch *b, const GArray *from,
	const GArray *to, enum st st, struct err *e)
{
	GPtrArray *done = g_ptr_array_new(), *rest = g_ptr_array_new();
	struct uidset uids = UIDSET_EMPTY;
	struct err why = *e;

	for (guint i = 0; i < from->len; i++)
		uidset_add(&uids, g_array_index(from, uint32_t, i));
	for (guint i = 0; i < b->changes->len; i++) {
		struct change *c = b->changes->pdata[i];

		g_ptr_array_add(uidset_has(&uids, c->uid) ? done : rest, c);
	}
	uidset_clear(&uids);
	if (rest->len)
		st = conclude(p, rest, NULL, NULL, false, st, &why);
	else
		st = ST_OK;
	if (st == ST_OK && done->len)
		st = transferred(p, done, from, to, e);
	else if (st != ST_OK)
		*e = why;
	g_ptr_array_unref(done);
	g_ptr_array_unref(rest);
	return st;
}

/* Numbers of another numbering than ours mean nothing here. */
static void
forget_numbers(GArray *to)
{
	for (guint i = 0; i < to->len; i++)
		g_array_index(to, uint32_t, i) = 0;
}

static enum st
push_transfer(struct push *p, struct batch *b, struct err *e)
{
	const struct change *first = b->changes->pdata[0];
	bool move = first->kind == CHANGE_MOVE && moves_in_one(p);
	GArray *from = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	GArray *to = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	struct folder *dest = NULL;
	int64_t validity = 0;
	bool blocked = false;
	enum st st = folder_by_id(p->s->store, b->dest, &dest, e);

	if (st == ST_OK && first->kind == CHANGE_MOVE && !move)
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
	if (dest && dest->uidvalidity != validity)
		forget_numbers(to);
	if (st == ST_OK)
		st = transferred(p, b->changes, from, to, e);
	else if (st == ST_REFUSED || st == ST_GONE)
		st = refused(p, b, from, to, st, e);
	if (st == ST_OK)
		sync_changed(p->s, b->dest);
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

/*
 * Where folders are labels, EXPUNGE takes the label off and keeps the message
 * (Gmail): what is to be deleted has to go to Trash, from any folder but Trash
 * and Junk.  *trash NULL: it can be expunged.
 */
static enum st
find_trash(struct push *p, struct folder **trash, struct err *e)
{
	const struct folder *from = p->job->folder;
	const char *named = p->s->account->trash;
	GPtrArray *all = NULL;
	enum st st = ST_OK;

	*trash = NULL;
	if (!(p->caps & CAP_LABELS) || from->role == ROLE_TRASH ||
	    from->role == ROLE_JUNK || g_strcmp0(from->name, named) == 0)
		return ST_OK;
	st = folders_all(p->s->store, &all, e);
	for (guint i = 0; st == ST_OK && !*trash && i < all->len; i++) {
		const struct folder *f = all->pdata[i];

		if (f->role == ROLE_TRASH)
			st = folder_by_id(p->s->store, f->id, trash, e);
	}
	if (all)
		g_ptr_array_unref(all);
	if (st == ST_OK && !*trash)
		st = err_set(e, ST_REFUSED, "The server would only take the "
			     "label off, and there is no Trash.");
	return st;
}

static enum st
remove_set(struct push *p, const struct uidset *uids, bool half,
	   struct err *e)
{
	struct folder *trash = NULL;
	enum st st = half ? ST_OK : find_trash(p, &trash, e);

	if (st == ST_OK && trash)
		st = driver_move(p->s->driver, uids, trash->name, NULL, NULL,
				 NULL, e);
	else if (st == ST_OK)
		st = driver_expunge(p->s->driver, uids, e);
	folder_free(trash);
	return st;
}

/* half: the second halves of moves, else what is deleted for ever. */
static enum st
push_removals(struct push *p, bool half, struct err *e)
{
	struct uidset uids = UIDSET_EMPTY;
	GPtrArray *changes = g_ptr_array_new();
	enum st st = ST_OK;

	for (guint i = 0; i < p->due->len; i++) {
		struct change *c = p->due->pdata[i];

		if (!is_removal(c) || half != (c->kind == CHANGE_MOVE))
			continue;
		uidset_add(&uids, c->uid);
		g_ptr_array_add(changes, c);
	}
	if (changes->len) {
		st = mark_sending(p, changes, e);
		if (st == ST_OK) {
			st = remove_set(p, &uids, half, e);
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
		st = push_check(p, e);
	if (st == ST_OK) {
		sort_transfers(p, transfers);
		st = each_batch(p, transfers, push_transfer, e);
	}
	if (st == ST_OK)
		st = push_removals(p, true, e);
	if (st == ST_OK)
		st = push_removals(p, false, e);
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
