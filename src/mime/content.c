/*
 * content.c - the octets of a part
 *
 * Decoded in pieces, so that the size of an attachment is never a question
 * of memory.
 */
#include <errno.h>
#include <string.h>

#include "base/path.h"
#include "mime/charset.h"
#include "mime/view.h"

/* A page names its character set within so many octets (HTML 4.2.5.4). */
#define PAGE_HEAD 4096

#define PIECE 32768

/* Takes decoded octets; false: enough. */
typedef bool piece_fn(void *ctx, const char *data, size_t len);

/* The data of uuencode stand behind the "begin" line. */
static const char *
uu_begin(const char *p, const char *end)
{
	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));

		nl = nl ? nl + 1 : end;
		if (end - p > 6 && memcmp(p, "begin ", 6) == 0)
			return nl;
		p = nl;
	}
	return end;
}

/* quoted-printable and base64 end where the part ends. */
static void
decode(struct message_view *m, const struct node *n, piece_fn *fn, void *ctx)
{
	const char *p = m->data + n->body.from, *end = m->data + n->body.to;
	char out[PIECE + 1024];
	GMimeEncoding state;

	if (n->encoding < GMIME_CONTENT_ENCODING_BASE64) {
		fn(ctx, p, (size_t)(end - p));
		return;
	}
	g_mime_encoding_init_decode(&state, n->encoding);
	if (n->encoding == GMIME_CONTENT_ENCODING_UUENCODE) {
		p = uu_begin(p, end);
		state.state |= GMIME_UUDECODE_STATE_BEGIN;
	}
	while (p < end) {
		size_t len = MIN((size_t)(end - p), PIECE);
		size_t got = p + len == end
			? g_mime_encoding_flush(&state, p, len, out)
			: g_mime_encoding_step(&state, p, len, out);

		if (got && !fn(ctx, out, got))
			return;
		p += len;
	}
}

static bool
count_piece(void *ctx, const char *data, size_t len)
{
	*(int64_t *)ctx += (int64_t)len;
	return true;
}

int64_t
node_size(struct message_view *m, const struct node *n)
{
	int64_t size = 0;

	decode(m, n, count_piece, &size);
	return size;
}

struct gather {
	GByteArray *out;
	size_t most;
	bool cut;
};

static bool
gather_piece(void *ctx, const char *data, size_t len)
{
	struct gather *g = ctx;
	size_t room = g->most - g->out->len;

	if (len > room)
		g->cut = true;
	g_byte_array_append(g->out, (const guint8 *)data,
			    (guint)MIN(len, room));
	return !g->cut;
}

GBytes *
node_bytes(struct message_view *m, const struct node *n, size_t most, bool *cut)
{
	struct gather g = { NULL, most, false };

	if (n->encoding < GMIME_CONTENT_ENCODING_BASE64) {
		size_t len = n->body.to - n->body.from;

		*cut = len > most;
		return g_bytes_new_from_bytes(m->bytes, n->body.from,
					      MIN(len, most));
	}
	g.out = g_byte_array_new();
	decode(m, n, gather_piece, &g);
	*cut = g.cut;
	return g_byte_array_free_to_bytes(g.out);
}

/* CRLF and CR become LF, in place. */
static void
unify_lines(char *s)
{
	char *o = strchr(s, '\r'), *p = o;

	if (!o)
		return;
	for (; *p; p++) {
		if (*p != '\r')
			*o++ = *p;
		else if (p[1] != '\n')
			*o++ = '\n';
	}
	*o = '\0';
}

/* The character set a page names in its own head; "" when it does not. */
static char *
page_charset(const char *data, size_t len)
{
	char *head = g_ascii_strdown(data, (gssize)MIN(len, PAGE_HEAD));
	const char *at = strstr(head, "charset=");
	char *name;

	if (at)
		at += strlen("charset=");
	if (at)
		at += strspn(at, "\"' ");
	name = g_strndup(at ? at : "", at ? strspn(at, "abcdefghijklmnopqrst"
						   "uvwxyz0123456789-_:.")
					 : 0);
	g_free(head);
	return name;
}

/* What the part declares, or, for HTML that does not, the page. */
static char *
declared_charset(const struct node *n, const char *data, size_t len)
{
	if (!*n->charset && data && strcmp(n->type, "text/html") == 0)
		return page_charset(data, len);
	return g_strdup(n->charset);
}

/* A text without the files that stand in it. */
static GBytes *
text_bytes(struct message_view *m, const struct node *n, size_t most, bool *cut)
{
	GByteArray *out;
	size_t from = n->body.from;

	if (!n->first)
		return node_bytes(m, n, most, cut);
	out = g_byte_array_new();
	for (const struct node *c = n->first;; c = c->next) {
		size_t to = c ? c->body.from : n->body.to;
		size_t len = MIN(to - from, most - out->len);

		g_byte_array_append(out, (const guint8 *)m->data + from,
				    (guint)len);
		*cut = len < to - from;
		if (*cut || !c)
			return g_byte_array_free_to_bytes(out);
		from = c->body.to;
	}
}

char *
node_text(struct message_view *m, const struct node *n, size_t most, bool *cut,
	  int *trouble)
{
	GBytes *bytes = text_bytes(m, n, most, cut);
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);
	enum charset_trouble t;
	char *charset = declared_charset(n, data, len);
	char *text = charset_to_utf8(data ? data : "", len, charset, &t);

	g_free(charset);
	g_bytes_unref(bytes);
	unify_lines(text);
	*trouble = t;
	return text;
}

enum st
mime_part_bytes(struct message_view *m, size_t i, GBytes **out, struct err *e)
{
	bool cut;

	if (i >= m->leaves->len)
		return err_set(e, ST_GONE, "The message has no part %zu.",
			       i + 1);
	*out = node_bytes(m, m->leaves->pdata[i], G_MAXINT32, &cut);
	if (!cut)
		return ST_OK;
	g_bytes_unref(*out);
	return err_set(e, ST_LOCAL, "Part %zu is too large for the memory; "
		       "save it to a file.", i + 1);
}

struct save {
	int fd, why;
};

static bool
save_piece(void *ctx, const char *data, size_t len)
{
	struct save *s = ctx;

	if (path_write_all(s->fd, data, len))
		return true;
	s->why = errno;
	return false;
}

enum st
mime_part_save(struct message_view *m, size_t i, int fd, struct err *e)
{
	struct save s = { fd, 0 };

	if (i >= m->leaves->len)
		return err_set(e, ST_GONE, "The message has no part %zu.",
			       i + 1);
	decode(m, m->leaves->pdata[i], save_piece, &s);
	errno = s.why;
	return s.why ? err_errno(e, "Part %zu was not written", i + 1) : ST_OK;
}
