/*
 * flow.c - POP: what is there comes here, and then may go there
 *
 * A message is deleted on the server only after a commit has made it
 * durable here.  What is known is known by the server's unique id, which is
 * in the same commit as the message; where the server has none, or gives one
 * to two messages, by a digest of the message itself.
 */
#include <string.h>

#include "base/clock.h"
#include "mime/message.h"
#include "sync/policy.h"
#include "sync/private.h"

/* What a message of the server is called, and its size as listed. */
struct name {
	int64_t size;
	char uidl[];
};

struct drop {
	struct sync *s;
	struct folder *inbox;
	struct job job;			/* for commits and progress */
	GHashTable *listed;		/* key -> "" of all that is there */
	GHashTable *names;		/* number -> struct name */
	GHashTable *twice;		/* UIDLs that more than one has */
	struct uidset fetch;		/* numbers to be taken */
	struct uidset unnamed;		/* without a UIDL of their own */
	struct uidset doubt;		/* perhaps not what their UIDL was */
	struct uidset owed;		/* known, but the text was damaged */
	struct uidset drop;		/* durable here: may go there */

	struct again *again;		/* NULL: nothing is kept there */

	/* The message under way and the commit. */
	GChecksum *sum;
	bool unread;			/* one without a UIDL gave nothing */
	bool open, failed_here;
	uint32_t begun;			/* number of the open message */
	struct message row;		/* of one that is owed; id 0: new */
	int64_t octets, since, count, bytes;
	struct uidset ready;		/* written, not durable yet */
};

static gpointer
number(uint32_t n)
{
	return GUINT_TO_POINTER(n);
}

/* ---- what is there ---- */

static enum st
hear(void *ctx, const struct listing *m, struct err *e)
{
	struct drop *d = ctx;
	struct name *name;

	if (!m->uidl) {
		uidset_add(&d->unnamed, m->uid);
		return ST_OK;
	}
	if (!g_hash_table_add(d->listed, g_strdup(m->uidl)))
		g_hash_table_add(d->twice, g_strdup(m->uidl));
	name = g_malloc(sizeof(*name) + strlen(m->uidl) + 1);
	name->size = m->size;
	memcpy(name->uidl, m->uidl, strlen(m->uidl) + 1);
	g_hash_table_insert(d->names, number(m->uid), name);
	return ST_OK;
}

static enum st
hear_vanished(void *ctx, const struct uidset *uids, struct err *e)
{
	return ST_OK;
}

static bool
may_go(const struct drop *d, int64_t seen)
{
	return policy_may_go(d->s->account, seen, clock_now());
}

static void
leave(struct drop *d, uint32_t uid)
{
	struct err one;

	err_set(&one, ST_GONE, "Message %u is left on the server until "
		"tomorrow: the connection broke each time it was asked for.",
		uid);
	sync_skip(d->s, "INBOX", ST_GONE, one.text);
}

/* Each named message is new, or known and perhaps to go. */
static enum st
sort_out(struct drop *d, struct err *e)
{
	GHashTableIter it;
	gpointer n, value;

	g_hash_table_iter_init(&it, d->names);
	while (g_hash_table_iter_next(&it, &n, &value)) {
		const struct name *name = value;
		const char *uidl = name->uidl;
		uint32_t uid = GPOINTER_TO_UINT(n);
		struct uidl known;
		bool goes;
		enum st st;

		if (g_hash_table_contains(d->twice, uidl)) {
			uidset_add(&d->unnamed, uid);
			continue;
		}
		if (suspect_is(d->s, uidl)) {
			leave(d, uid);
			continue;
		}
		st = uidl_find(d->s->store, uidl, &known, e);
		if (st == ST_GONE) {
			uidset_add(&d->fetch, uid);
			continue;
		}
		if (st != ST_OK)
			return st;
		if (known.id > 0 && !known.has_digest) {
			uidset_add(&d->owed, uid);
			uidset_add(&d->fetch, uid);
			uidl_clear(&known);
			continue;
		}
		goes = may_go(d, known.seen);
		if (policy_doubts(uidl, known.said, name->size, goes))
			uidset_add(&d->doubt, uid);
		else if (goes)
			uidset_add(&d->drop, uid);
		uidl_clear(&known);
	}
	return ST_OK;
}

static enum st
local(struct drop *d, enum st st)
{
	if (st != ST_OK)
		d->failed_here = true;
	return st;
}

/* NULL: it has no UIDL. */
static const struct name *
name_of(const struct drop *d, uint32_t uid)
{
	return g_hash_table_lookup(d->names, number(uid));
}

/* ---- which of them are others now ---- */

static enum st
compare(void *ctx, const struct fetched *m, const uint8_t digest[DIGEST_LEN],
	int64_t octets, struct err *e)
{
	struct drop *d = ctx;
	const struct name *name = name_of(d, m->uid);
	struct uidl known;
	enum st st = uidl_find(d->s->store, name->uidl, &known, e);
	bool same;

	uidset_remove(&d->doubt, m->uid);
	if (st != ST_OK)
		return local(d, st);
	same = known.has_digest &&
	       memcmp(known.digest, digest, DIGEST_LEN) == 0;
	if (!same) {
		uidset_add(&d->fetch, m->uid);
		st = uidl_forget(d->s->store, name->uidl, e);
	} else {
		if (may_go(d, known.seen))
			uidset_add(&d->drop, m->uid);
		if (known.said != name->size)
			st = uidl_said(d->s->store, name->uidl, name->size, e);
	}
	uidl_clear(&known);
	return local(d, st);
}

static void
not_compared(void *ctx, uint32_t uid, const char *why)
{
	struct drop *d = ctx;
	struct err one;

	uidset_remove(&d->doubt, uid);
	err_set(&one, ST_GONE, "Message %u could not be looked at again: %s; "
		"it stays on the server.", uid, why);
	sync_skip(d->s, "INBOX", ST_GONE, one.text);
}

static enum st
look_again(struct drop *d, struct err *e)
{
	struct octets_sink sink = { .ctx = d, .visit = compare,
				    .missing = not_compared,
				    .missing_ctx = d };
	struct uidset all = UIDSET_EMPTY;
	uint64_t it = 0;
	uint32_t uid;
	enum st st;

	if (d->doubt.n == 0)
		return ST_OK;
	uidset_add_set(&all, &d->doubt);
	st = octets_fetch(d->s, &all, &sink, e);
	uidset_clear(&all);
	if (st == ST_RETRY && !d->failed_here &&
	    uidset_next(&d->doubt, &it, &uid))
		suspect_note(d->s, name_of(d, uid)->uidl);
	return st;
}

/* ---- messages in ---- */

/* The key of a message: its UIDL, or its digest.  The caller frees. */
static char *
key_of(struct drop *d, uint32_t uid)
{
	if (!uidset_has(&d->unnamed, uid))
		return g_strdup(name_of(d, uid)->uidl);
	return g_strconcat("sha256:", g_checksum_get_string(d->sum), NULL);
}

static enum st
commit(struct drop *d, struct err *e)
{
	struct sync *s = d->s;
	enum st st = store_commit(s->store, e);

	if (st != ST_OK)
		return local(d, st);
	d->since = clock_ms();
	uidset_remove_set(&d->fetch, &d->ready);
	if (d->s->account->keep == KEEP_NO)
		uidset_add_set(&d->drop, &d->ready);
	uidset_clear(&d->ready);
	if (d->count == 0)
		return ST_OK;
	d->job.came += d->count;
	d->job.octets += d->bytes;
	d->count = d->bytes = 0;
	sync_changed(s, d->inbox->id);
	if (s->events.progress)
		s->events.progress(s->events.ctx, d->inbox->id,
				   d->job.total -
				   (int64_t)uidset_count(&d->fetch),
				   d->job.total, d->job.octets);
	return ST_OK;
}

static enum st
begin(void *ctx, const struct fetched *m, int64_t octets, struct err *e)
{
	struct drop *d = ctx;
	enum st st = ST_OK;

	message_clear(&d->row);
	if (uidset_has(&d->owed, m->uid))
		st = flow_owed(d->s, name_of(d, m->uid)->uidl, &d->row, e);
	if (st == ST_OK)
		st = ingest_begin(d->s->store, d->row.id ?
				  ABS(d->row.folder) : d->inbox->id, e);
	d->octets = 0;
	d->open = st == ST_OK;
	d->begun = m->uid;
	g_checksum_reset(d->sum);
	if (d->again)
		again_begin(d->again);
	return local(d, st);
}

static enum st
data(void *ctx, const char *bytes, size_t len, struct err *e)
{
	struct drop *d = ctx;

	d->octets += (int64_t)len;
	if (d->unnamed.n)
		g_checksum_update(d->sum, (const guchar *)bytes,
				  (gssize)len);
	if (d->again)
		again_data(d->again, bytes, len);
	return local(d, ingest_bytes(d->s->store, bytes, len, e));
}

static void
give_up(void *ctx)
{
	struct drop *d = ctx;

	if (d->open)
		ingest_abort(d->s->store);
	d->open = false;
}

static enum st
missing(void *ctx, uint32_t uid, const char *why, struct err *e)
{
	struct drop *d = ctx;
	struct err one;

	err_set(&one, ST_GONE, "Message %u could not be taken: %s; it stays "
		"on the server.", uid, why);
	sync_skip(d->s, "INBOX", ST_GONE, one.text);
	d->unread = d->unread || uidset_has(&d->unnamed, uid);
	uidset_remove(&d->fetch, uid);
	return ST_OK;
}

/* Is it here since an earlier time?  ST_GONE: no. */
static enum st
find_known(struct drop *d, uint32_t uid, const char *key, struct uidl *known,
	   struct err *e)
{
	struct store *store = d->s->store;
	const struct name *name = name_of(d, uid);
	bool found = false;
	enum st st = uidset_has(&d->unnamed, uid) ?
		uidl_find(store, key, known, e) : ST_GONE;

	if (st != ST_GONE || !d->again || d->row.id)
		return st;
	st = again_find(d->again, key, name ? name->size : -1, &found, e);
	if (st != ST_OK)
		return st;
	return found ? uidl_find(store, key, known, e) : ST_GONE;
}

/* Put it in under its key, unless that is here already. */
static enum st
keep(struct drop *d, const struct fetched *m, const char *key, struct err *e)
{
	const struct name *name = name_of(d, m->uid);
	const struct message *row = &d->row;	/* of an owed one */
	struct ingest what = { .folder = row->id ? ABS(row->folder)
						 : d->inbox->id,
			       .uid = row->uid, .flags = row->flags,
			       .uidl = key,
			       .said = name ? name->size : -1,
			       .internaldate = row->id ? row->arrival
						       : m->internaldate };
	struct envelope env = { 0 };
	const char *header;
	struct uidl known;
	size_t len;
	enum st st = find_known(d, m->uid, key, &known, e);

	if (st == ST_OK) {	/* here since an earlier time */
		if (may_go(d, known.seen))
			uidset_add(&d->drop, m->uid);
		uidl_clear(&known);
		give_up(d);
		return ST_OK;
	}
	if (st != ST_GONE)
		return st;
	header = ingest_header(d->s->store, &len);
	mime_envelope(header, len, &env);
	st = ingest_end(d->s->store, &what, &env, NULL, e);
	d->open = false;
	d->count++;
	d->bytes += d->octets;
	envelope_clear(&env);
	return st;
}

static enum st
end(void *ctx, const struct fetched *m, struct err *e)
{
	struct drop *d = ctx;
	char *key;
	enum st st;

	d->begun = 0;
	if (d->octets == 0) {
		give_up(d);
		return missing(d, m->uid, "the server gave no octet of it",
			       e);
	}
	key = key_of(d, m->uid);
	g_hash_table_add(d->listed, g_strdup(key));
	st = keep(d, m, key, e);
	g_free(key);
	if (st != ST_OK) {
		give_up(d);
		return local(d, st);
	}
	uidset_add(&d->ready, m->uid);
	if (!policy_commit_due(d->bytes, d->count, clock_ms() - d->since))
		return ST_OK;
	st = commit(d, e);
	return st == ST_OK ? local(d, store_begin(d->s->store, e)) : st;
}

static enum st
no_flags(void *ctx, const struct listing *m, struct err *e)
{
	return ST_OK;
}

/* The session was cut over a message: remember over which. */
static void
suspect(struct drop *d, const struct uidset *part)
{
	const struct name *name;
	uint32_t uid = d->begun;
	uint64_t it = 0;

	while (!uid && uidset_next(part, &it, &uid))
		if (uidset_has(&d->ready, uid) || !uidset_has(&d->fetch, uid))
			uid = 0;
	name = uid ? name_of(d, uid) : NULL;
	if (name)
		suspect_note(d->s, name->uidl);
	d->begun = 0;
}

static enum st
take(struct drop *d, const struct uidset *part, struct err *e)
{
	struct fetch_sink sink = { d, begin, data, end, give_up, missing,
				   no_flags, hear_vanished };
	struct store *store = d->s->store;
	struct err kept_error;
	enum st st = store_begin(store, e), kept = ST_OK;

	if (st != ST_OK)
		return st;
	d->since = clock_ms();
	st = driver_fetch(d->s->driver, part, FETCH_WHOLE, &sink, e);
	give_up(d);
	if (st == ST_RETRY && !d->failed_here)
		suspect(d, part);
	if (d->failed_here)
		store_rollback(store);
	else
		kept = commit(d, &kept_error);
	if (kept != ST_OK && e)
		*e = kept_error;
	return kept != ST_OK ? kept : st;
}

/* Oldest first, as the server has them. */
static enum st
take_all(struct drop *d, struct err *e)
{
	enum st st = ST_OK;

	uidset_add_set(&d->fetch, &d->unnamed);
	d->job.total = (int64_t)uidset_count(&d->fetch);
	if (d->fetch.n && d->s->account->keep != KEEP_NO)
		st = again_new(d->s, d->listed, d->twice, &d->again, e);
	while (st == ST_OK && d->fetch.n) {
		struct uidset rest = UIDSET_EMPTY, part = UIDSET_EMPTY;

		uidset_add_set(&rest, &d->fetch);
		uidset_take(&rest, &part, 1000, false);
		st = take(d, &part, e);
		uidset_remove_set(&d->fetch, &part);
		uidset_clear(&rest);
		uidset_clear(&part);
		if (st == ST_OK)
			st = sync_between(d->s, e);
	}
	return st;
}

/* ---- and out ---- */

/* Ids that the server does not list any more.  A drop that is empty all at
 * once is no reason to forget what was in it, and a message whose digest could
 * not be taken is there still. */
static enum st
forget(struct drop *d, bool empty, struct err *e)
{
	if (d->unread || (empty && d->s->account->keep != KEEP_NO))
		return ST_OK;
	return uidl_forget_others(d->s->store, d->listed, e);
}

/* Tell the server to delete what is durable here, and end the session, which
 * is when it does. */
static enum st
let_go(struct drop *d, struct err *e)
{
	enum st st = ST_OK;

	if (d->drop.n)
		st = driver_expunge(d->s->driver, &d->drop, e);
	if (st == ST_REFUSED) {
		sync_skip(d->s, "INBOX", st, e ? e->text : "");
		st = ST_OK;
	}
	sync_session_lost(d->s);
	if (st == ST_OK)
		st = driver_close(d->s->driver, true, e);
	return st;
}

static enum st
run(struct drop *d, struct err *e)
{
	struct sync *s = d->s;
	struct listing_sink sink = { d, hear, hear_vanished };
	struct entered in = { 0 };
	bool full, empty;
	enum st st = flow_inbox(s, &d->inbox, e);

	if (st == ST_OK)
		st = driver_enter(s->driver, "INBOX", NULL, &sink, &in, e);
	if (st == ST_OK && !in.complete)
		st = driver_changes(s->driver, NULL, &sink, &full, e);
	empty = g_hash_table_size(d->names) == 0 && d->unnamed.n == 0;
	if (st == ST_OK)
		st = sort_out(d, e);
	if (st == ST_OK)
		st = look_again(d, e);
	if (st == ST_OK)
		st = take_all(d, e);
	if (st == ST_OK)
		st = forget(d, empty, e);
	if (st == ST_OK && (d->job.came || !d->inbox->synced))
		st = folder_synced(s->store, d->inbox->id, -1, -1,
				   clock_now(), e);
	return st == ST_OK ? let_go(d, e) : st;
}

static void
report(struct drop *d)
{
	const struct sync_events *ev = &d->s->events;
	struct folder *f = NULL;

	if (folder_by_id(d->s->store, d->inbox->id, &f, NULL) != ST_OK)
		return;
	if (d->job.came && ev->arrived)
		ev->arrived(ev->ctx, f->id, d->job.came);
	if (ev->level)
		ev->level(ev->ctx, f->name, d->job.came, 0, f->total);
	folder_free(f);
}

enum st
flow_run(struct sync *s, struct err *e)
{
	struct drop d = {
		.s = s, .sum = g_checksum_new(G_CHECKSUM_SHA256),
		.listed = g_hash_table_new_full(g_str_hash, g_str_equal,
						g_free, NULL),
		.twice = g_hash_table_new_full(g_str_hash, g_str_equal,
					       g_free, NULL),
		.names = g_hash_table_new_full(NULL, NULL, NULL, g_free),
	};
	enum st st = run(&d, e);

	if (st == ST_OK)
		report(&d);
	g_hash_table_destroy(d.listed);
	g_hash_table_destroy(d.twice);
	g_hash_table_destroy(d.names);
	uidset_clear(&d.fetch);
	uidset_clear(&d.unnamed);
	uidset_clear(&d.doubt);
	uidset_clear(&d.owed);
	message_clear(&d.row);
	uidset_clear(&d.drop);
	uidset_clear(&d.ready);
	again_free(d.again);
	g_checksum_free(d.sum);
	folder_free(d.inbox);
	return st;
}
