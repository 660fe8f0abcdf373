/*
 * scan.c - one pass over an mbox
 */
#include "store/scan.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "store/digest.h"

#define BUF_SIZE (128 * 1024)
#define HEADER_MAX (256 * 1024)

struct scan {
	int fd;
	const char *path;
	int64_t size;
	int64_t at;		/* file offset of the next octet */
	char *buf, *out;
	const char *next;	/* in buf */
	size_t left;
	struct mbox_parser parser;
	struct digest *digest;
	GString *header;
	bool header_done;
	int64_t text;		/* octets of the message, unquoted */
	bool closing;		/* what lies behind its end is line ends */
};

struct scan *
scan_new(int fd, const char *path, int64_t size)
{
	struct scan *sc = g_new0(struct scan, 1);

	sc->fd = fd;
	sc->path = path;
	sc->size = size;
	sc->buf = g_malloc(BUF_SIZE);
	sc->out = g_malloc(MBOX_QUOTE_ROOM(BUF_SIZE));
	sc->digest = digest_new();
	sc->header = g_string_new(NULL);
	mbox_parser_init(&sc->parser);
	return sc;
}

void
scan_free(struct scan *sc)
{
	if (!sc)
		return;
	mbox_parser_clear(&sc->parser);
	digest_free(sc->digest);
	g_string_free(sc->header, TRUE);
	g_free(sc->buf);
	g_free(sc->out);
	g_free(sc);
}

/* Octets at sc->next, some unless the file is at its end. */
static enum st
fill(struct scan *sc, struct err *e)
{
	ssize_t n = 0;

	if (sc->left > 0 || sc->at >= sc->size)
		return ST_OK;
	do
		n = pread(sc->fd, sc->buf, (size_t)MIN(BUF_SIZE, sc->size -
						       sc->at), sc->at);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_errno(e, "The mail file %s cannot be read",
				 sc->path);
	if (n == 0)		/* it became shorter meanwhile */
		sc->size = sc->at;
	sc->next = sc->buf;
	sc->left = (size_t)n;
	return ST_OK;
}

static void
advance(struct scan *sc, size_t n)
{
	sc->next += n;
	sc->left -= n;
	sc->at += (int64_t)n;
}

static void
seek(struct scan *sc, int64_t to)
{
	int64_t back = sc->at - to;

	if (back >= 0 && back <= sc->next - sc->buf) {
		sc->next -= back;
		sc->left += (size_t)back;
	} else {
		sc->left = 0;
	}
	sc->at = to;
}

static enum st
read_block(struct scan *sc, struct scanned *m, struct err *e)
{
	enum mbox_parse state = MBOX_MORE;
	enum st st;
	size_t used;

	mbox_parser_clear(&sc->parser);
	mbox_parser_init(&sc->parser);
	while (state == MBOX_MORE) {
		st = fill(sc, e);
		if (st != ST_OK)
			return st;
		if (sc->left == 0)
			break;
		state = mbox_parse(&sc->parser, sc->next, sc->left, &used);
		advance(sc, used);
	}
	m->ours = state == MBOX_DONE;
	m->block = &sc->parser.block;
	m->pos = m->off + (int64_t)(m->ours ? sc->parser.eaten
					    : sc->parser.from);
	seek(sc, m->pos);
	return ST_OK;
}

static void
take_header(struct scan *sc, const char *text, size_t n)
{
	GString *h = sc->header;
	size_t from = h->len > 0 ? h->len - 1 : 0;
	const char *end;

	if (sc->header_done)
		return;
	g_string_append_len(h, text, (gssize)MIN(n, HEADER_MAX - h->len));
	end = h->len && h->str[0] == '\n' ? h->str - 1 :
		memmem(h->str + from, h->len - from, "\n\n", 2);
	if (end)
		g_string_truncate(h, (gsize)(end + 2 - h->str));
	sc->header_done = end || h->len == HEADER_MAX;
}

static void
take_text(struct scan *sc, const struct scanned *m, size_t n)
{
	int64_t lf = m->ours ? m->block->lf : 0;
	int64_t mine = CLAMP(lf - sc->text, 0, (int64_t)n);

	if (m->ours)
		digest_add(sc->digest, sc->out, (size_t)mine);
	for (size_t i = (size_t)mine; i < n && sc->closing; i++)
		sc->closing = sc->out[i] == '\n';
	sc->text += (int64_t)n;
	take_header(sc, sc->out, n);
}

/* The message itself, up to the next From_ line. */
static enum st
read_text(struct scan *sc, struct scanned *m, struct err *e)
{
	struct mbox_unquoter u = MBOX_UNQUOTER_INIT;
	enum st st = ST_OK;

	/* A line that should be a From_ line and is none is no end either. */
	u.start = m->pos > m->off;
	while (st == ST_OK && !u.from) {
		const char *in;
		size_t len, n;

		st = fill(sc, e);
		if (st != ST_OK || sc->left == 0)
			break;
		in = sc->next;
		len = sc->left;
		n = mbox_unquote(&u, &in, &len, sc->out);
		advance(sc, (size_t)(in - sc->next));
		take_text(sc, m, n);
	}
	if (u.from)
		seek(sc, sc->at - 5);
	return st;
}

enum st
scan_next(struct scan *sc, struct scanned *m, bool *more, struct err *e)
{
	guint8 digest[DIGEST_LEN];
	int64_t rest;
	enum st st;

	memset(m, 0, sizeof(*m));
	m->off = sc->at;
	*more = sc->at < sc->size;
	if (!*more)
		return ST_OK;
	digest_start(sc->digest);
	g_string_truncate(sc->header, 0);
	sc->header_done = false;
	sc->text = 0;
	sc->closing = true;
	st = read_block(sc, m, e);
	if (st == ST_OK)
		st = read_text(sc, m, e);
	m->end = sc->at;
	m->header = sc->header->str;
	m->header_len = sc->header->len;
	digest_finish(sc->digest, digest);
	rest = sc->text - m->block->lf;
	m->intact = m->ours && sc->closing && rest >= 1 && rest <= 2 &&
		memcmp(digest, m->block->digest, DIGEST_LEN) == 0;
	return st;
}
