/*
 * prove_flow.c - what a flow-through server still has, is here
 *
 * What it does not have any more only the mbox knows, and its digests.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sync/prove_private.h"

/* A message there that is here under a row. */
struct kept {
	uint32_t uid;		/* its number in this session */
	int64_t id;
};

struct flow_proof {
	struct prover *p;
	GArray *kept;		/* struct kept, ascending */
	struct uidset fetch;	/* octets must be looked at */
	struct uidset unnamed;	/* without a unique id of their own */
	enum st st;
};

static void
compare_size(struct flow_proof *f, uint32_t uid, int64_t id, int64_t size,
	     struct err *e)
{
	struct kept k = { uid, id };
	struct copy c;

	f->st = copy_by_id(f->p->s->store, id, &c, e);
	if (f->st != ST_OK)
		return;
	if (!c.has_body)
		prove_complain(f->p, true, "The text of message %u is not "
			       "here.", c.uid);
	else if (f->p->deep || (size >= 0 && size != c.size))
		uidset_add(&f->fetch, uid);
	g_array_append_val(f->kept, k);
}

static enum st
hear(void *ctx, const struct listing *m, struct err *e)
{
	struct flow_proof *f = ctx;
	struct uidl known;

	f->p->found.messages++;
	f->p->found.octets += MAX(m->size, 0);
	if (!m->uidl) {
		uidset_add(&f->unnamed, m->uid);
		return ST_OK;
	}
	f->st = uidl_find(f->p->s->store, m->uidl, &known, e);
	if (f->st == ST_GONE) {
		prove_complain(f->p, true, "Message %u of the server is not "
			       "here.", m->uid);
		return f->st = ST_OK;
	}
	if (f->st != ST_OK)
		return f->st;
	if (known.id > 0)
		compare_size(f, m->uid, known.id, m->size, e);
	else	/* removed here, and perhaps not there yet */
		f->p->found.waits += known.seen <= 0;
	uidl_clear(&known);
	return f->st;
}

static enum st
pass_vanished(void *ctx, const struct uidset *uids, struct err *e)
{
	return ST_OK;
}

static int
by_uid(const void *a, const void *b)
{
	const struct kept *x = a, *y = b;

	return x->uid < y->uid ? -1 : x->uid > y->uid;
}

static enum st
compare_octets(void *ctx, const struct fetched *m,
	       const uint8_t digest[DIGEST_LEN], int64_t octets, struct err *e)
{
	struct flow_proof *f = ctx;
	struct kept key = { m->uid, 0 };
	const struct kept *k = bsearch(&key, f->kept->data, f->kept->len,
				       sizeof(key), by_uid);
	struct copy c;
	enum st st;

	if (!k)
		return ST_OK;
	st = copy_by_id(f->p->s->store, k->id, &c, e);
	if (st == ST_OK && memcmp(c.digest, digest, DIGEST_LEN) != 0)
		prove_complain(f->p, false, "Message %u is another one on the "
			       "server: %" PRId64 " octets there, %" PRId64
			       " here, and their digests differ.", c.uid,
			       octets, c.size);
	return st;
}

/* Those without a unique id are known by their octets. */
static enum st
find_unnamed(void *ctx, const struct fetched *m,
	     const uint8_t digest[DIGEST_LEN], int64_t octets, struct err *e)
{
	struct flow_proof *f = ctx;
	char *key = g_strconcat("sha256:", g_checksum_get_string(f->p->raw),
				NULL);
	struct uidl known = { 0 };
	enum st st = uidl_find(f->p->s->store, key, &known, e);

	g_free(key);
	if (st == ST_OK)
		uidl_clear(&known);
	if (st != ST_GONE)
		return st;
	prove_complain(f->p, true, "Message %u of the server, of %" PRId64
		       " octets, is not here.", m->uid, octets);
	return ST_OK;
}

static enum st
hold(struct flow_proof *f, struct err *e)
{
	struct listing_sink sink = { f, hear, pass_vanished };
	struct driver *d = f->p->s->driver;
	struct entered in;
	bool full = false;
	enum st st = driver_enter(d, "INBOX", NULL, &sink, &in, e);

	if (st == ST_OK && !in.complete)
		st = driver_changes(d, NULL, &sink, &full, e);
	if (st == ST_OK && f->fetch.n)
		st = prove_fetch(f->p, &f->fetch, compare_octets, f, e);
	if (st != ST_OK || f->unnamed.n == 0)
		return st;
	f->p->raw = g_checksum_new(G_CHECKSUM_SHA256);
	st = prove_fetch(f->p, &f->unnamed, find_unnamed, f, e);
	g_clear_pointer(&f->p->raw, g_checksum_free);
	return st;
}

/* The folders that are only here: their mboxes. */
static enum st
prove_others(struct prover *p, struct err *e)
{
	GPtrArray *all = NULL;
	enum st st = folders_all(p->s->store, &all, e);

	for (guint i = 0; st == ST_OK && i < all->len; i++) {
		const struct folder *f = all->pdata[i];

		if (strcmp(f->name, "INBOX") == 0)
			continue;
		prove_begin(p, f->name);
		st = prove_local(p, f, e);
		p->found.messages = f->total;
		p->found.octets = -1;
		if (st == ST_OK)
			prove_tell(p);
	}
	if (all)
		g_ptr_array_unref(all);
	return st;
}

enum st
prove_flow(struct prover *p, struct err *e)
{
	struct flow_proof f = { .p = p };
	struct folder *inbox = NULL;
	enum st st = folder_by_name(p->s->store, "INBOX", &inbox, e);

	prove_begin(p, "INBOX");
	if (st == ST_OK)
		st = prove_local(p, inbox, e);
	folder_free(inbox);
	f.kept = g_array_new(FALSE, FALSE, sizeof(struct kept));
	if (st == ST_OK || st == ST_GONE)
		st = hold(&f, e);
	g_array_unref(f.kept);
	uidset_clear(&f.fetch);
	uidset_clear(&f.unnamed);
	if (st != ST_OK)
		return st;
	prove_tell(p);
	return prove_others(p, e);
}
