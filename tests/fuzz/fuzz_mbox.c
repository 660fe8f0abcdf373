/*
 * fuzz_mbox.c - quoting, unquoting and the block on any input
 *
 * The first octet says in which crumbs the text comes.  Whatever it is, it
 * comes back, and no line of what is stored begins with "From ".
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "store/mbox.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Stored form of wire text; the form with LF ends goes to lf. */
static GString *
quote(const char *text, size_t len, size_t step, GString *lf)
{
	struct mbox_quoter q = MBOX_QUOTER_INIT;
	GString *out = g_string_new(NULL);
	char *buf = g_malloc(MBOX_QUOTE_ROOM(step));
	size_t n;

	while (len > 0) {
		size_t piece = MIN(step, len), left = piece;
		const char *p = text;

		while (left > 0) {
			bool added;

			n = mbox_quote(&q, &p, &left, buf, &added);
			g_string_append_len(out, buf, (gssize)n);
			g_string_append_len(lf, buf, (gssize)(n - added));
		}
		text += piece;
		len -= piece;
	}
	n = mbox_quote_end(&q, buf);
	g_string_append_len(out, buf, (gssize)n);
	g_string_append_len(lf, buf, (gssize)n);
	n = mbox_quote_close(&q, buf);
	g_string_append_len(out, buf, (gssize)n);
	g_free(buf);
	return out;
}

static GString *
unquote(const GString *stored, size_t step)
{
	struct mbox_unquoter u = MBOX_UNQUOTER_INIT;
	GString *out = g_string_new(NULL);
	char *buf = g_malloc(MBOX_QUOTE_ROOM(step));
	const char *text = stored->str;
	size_t len = stored->len;

	while (len > 0) {
		size_t piece = MIN(step, len), left = piece;
		const char *p = text;
		size_t n = mbox_unquote(&u, &p, &left, buf);

		if (u.from || left > 0)
			abort();
		g_string_append_len(out, buf, (gssize)n);
		text += piece;
		len -= piece;
	}
	g_free(buf);
	return out;
}

/* CRLF as LF, and nothing else changed. */
static void
check_lf(const GString *lf, const char *text, size_t len)
{
	size_t at = 0;

	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\r' && i + 1 < len && text[i + 1] == '\n')
			continue;
		if (at >= lf->len || lf->str[at++] != text[i])
			abort();
	}
	if (at != lf->len)
		abort();
}

static void
round_trip(const char *text, size_t len, size_t step)
{
	GString *lf = g_string_new(NULL), *back;
	GString *stored = quote(text, len, step, lf);

	check_lf(lf, text, len);
	if (g_str_has_prefix(stored->str, "From ") ||
	    memmem(stored->str, stored->len, "\nFrom ", 6))
		abort();
	back = unquote(stored, step);
	if (back->len <= lf->len || back->len > lf->len + 2 ||
	    memcmp(back->str, lf->str, lf->len) != 0)
		abort();
	g_string_free(back, TRUE);
	g_string_free(stored, TRUE);
	g_string_free(lf, TRUE);
}

/* A block that was understood is understood again when it is written. */
static void
parse(const char *text, size_t len, size_t step)
{
	enum mbox_parse state = MBOX_MORE;
	struct mbox_parser p, again;
	GString *out;
	size_t used;

	mbox_parser_init(&p);
	while (len > 0 && state == MBOX_MORE) {
		size_t piece = MIN(step, len);

		state = mbox_parse(&p, text, piece, &used);
		if (used > piece)
			abort();
		text += piece;
		len -= piece;
	}
	if (state == MBOX_DONE) {
		out = g_string_new(NULL);
		mbox_parser_init(&again);
		if (!mbox_block_format(out, NULL, &p.block, 0) ||
		    mbox_parse(&again, out->str, out->len, &used) !=
		    MBOX_DONE || used != out->len ||
		    again.block.uid != p.block.uid ||
		    again.block.lf != p.block.lf ||
		    again.block.wire != p.block.wire)
			abort();
		mbox_parser_clear(&again);
		g_string_free(out, TRUE);
	}
	mbox_parser_clear(&p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data + 1;
	size_t step;

	if (size < 2)
		return 0;
	step = data[0] % 9 ? data[0] % 9 : size;
	round_trip(text, size - 1, step);
	parse(text, size - 1, step);
	return 0;
}
