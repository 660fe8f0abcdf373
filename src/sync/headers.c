/*
 * headers.c - header blocks of many messages, one after another
 */
#include <glib.h>

#include "mime/message.h"
#include "sync/private.h"

/* As much of a header block as is looked at. */
#define HEADER_MOST (256 * 1024)

struct header_reader {
	GString *text;
	header_visit *visit;
	void *ctx;
};

static enum st
header_begin(void *ctx, const struct fetched *f, int64_t octets,
	     struct err *e)
{
	struct header_reader *r = ctx;

	g_string_truncate(r->text, 0);
	return ST_OK;
}

static enum st
header_data(void *ctx, const char *bytes, size_t len, struct err *e)
{
	struct header_reader *r = ctx;

	len = MIN(len, HEADER_MOST - r->text->len);
	g_string_append_len(r->text, bytes, (gssize)len);
	return ST_OK;
}

static enum st
header_end(void *ctx, const struct fetched *f, struct err *e)
{
	struct header_reader *r = ctx;
	struct envelope env = { 0 };
	enum st st;

	mime_envelope(r->text->str, r->text->len, &env);
	st = r->visit(r->ctx, f, &env, e);
	envelope_clear(&env);
	return st;
}

static void
header_abort(void *ctx)
{
}

/* What is missing here is asked for as a whole message later, and told
 * then. */
static enum st
header_missing(void *ctx, uint32_t uid, const char *why, struct err *e)
{
	return ST_OK;
}

static enum st
header_flags(void *ctx, const struct listing *m, struct err *e)
{
	return ST_OK;
}

static enum st
header_vanished(void *ctx, const struct uidset *uids, struct err *e)
{
	return ST_OK;
}

static enum st
fetch(struct sync *s, const struct uidset *uids, enum fetch_what what,
      header_visit *visit, void *ctx, struct err *e)
{
	struct header_reader r = { g_string_new(NULL), visit, ctx };
	struct fetch_sink sink = {
		&r, header_begin, header_data, header_end, header_abort,
		header_missing, header_flags, header_vanished,
	};
	enum st st = driver_fetch(s->driver, uids, what, &sink, e);

	g_string_free(r.text, TRUE);
	return st;
}

enum st
headers_fetch(struct sync *s, const struct uidset *uids, header_visit *visit,
	      void *ctx, struct err *e)
{
	return fetch(s, uids, FETCH_HEADERS, visit, ctx, e);
}

enum st
ids_fetch(struct sync *s, const struct uidset *uids, header_visit *visit,
	  void *ctx, struct err *e)
{
	return fetch(s, uids, FETCH_ID, visit, ctx, e);
}
