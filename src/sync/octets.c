/*
 * octets.c - whole messages, for their digests alone
 *
 * Where nothing else tells whether a message there is the one that is here:
 * nothing is kept of it.
 */
#include <glib.h>

#include "sync/private.h"

struct reading {
	const struct octets_sink *sink;
	struct wire_digest *digest;
	int64_t octets;
};

static enum st
read_begin(void *ctx, const struct fetched *f, int64_t octets, struct err *e)
{
	struct reading *r = ctx;

	r->octets = 0;
	if (r->sink->raw)
		g_checksum_reset(r->sink->raw);
	wire_digest_start(r->digest);
	return ST_OK;
}

static enum st
read_data(void *ctx, const char *bytes, size_t len, struct err *e)
{
	struct reading *r = ctx;

	r->octets += (int64_t)len;
	if (r->sink->raw)
		g_checksum_update(r->sink->raw, (const guchar *)bytes,
				  (gssize)len);
	wire_digest_add(r->digest, bytes, len);
	return ST_OK;
}

static enum st
read_end(void *ctx, const struct fetched *f, struct err *e)
{
	struct reading *r = ctx;
	uint8_t digest[DIGEST_LEN];

	wire_digest_finish(r->digest, digest);
	return r->sink->visit(r->sink->ctx, f, digest, r->octets, e);
}

static void
read_abort(void *ctx)
{
}

static enum st
read_missing(void *ctx, uint32_t uid, const char *why, struct err *e)
{
	const struct octets_sink *sink = ((struct reading *)ctx)->sink;

	if (sink->missing)
		sink->missing(sink->missing_ctx, uid, why);
	return ST_OK;
}

static enum st
pass_flags(void *ctx, const struct listing *m, struct err *e)
{
	return ST_OK;
}

static enum st
pass_vanished(void *ctx, const struct uidset *uids, struct err *e)
{
	return ST_OK;
}

enum st
octets_fetch(struct sync *s, const struct uidset *uids,
	     const struct octets_sink *sink, struct err *e)
{
	struct reading r = { sink, wire_digest_new(), 0 };
	struct fetch_sink fetch = { &r, read_begin, read_data, read_end,
				    read_abort, read_missing, pass_flags,
				    pass_vanished };
	enum st st = driver_fetch(s->driver, uids, FETCH_WHOLE, &fetch, e);

	wire_digest_free(r.digest);
	return st;
}
