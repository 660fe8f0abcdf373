/*
 * fuzz_pop.c - POP's lines and dots on any input
 *
 * The first octet says in which crumbs the text comes; crumbs must make no
 * difference.
 */
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "net/pop_parse.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
lines(const char *text, size_t len)
{
	struct pop_capa capa = { 0 };

	while (len > 0) {
		const char *lf = memchr(text, '\n', len), *rest;
		size_t n = lf ? (size_t)(lf - text) : len, rest_len;
		struct pop_reply r = pop_reply_parse(text, n);
		uint32_t number;

		pop_reply_status(&r, ST_REFUSED);
		pop_capa_line(&capa, text, n);
		if (pop_scan_line(text, n, &number, &rest, &rest_len)) {
			if (number == 0 || pop_size(rest, rest_len) < -1)
				abort();
			pop_uidl_ok(rest, rest_len);
		}
		text += lf ? n + 1 : n;
		len -= lf ? n + 1 : n;
	}
}

static GString *
undot(const char *text, size_t len, size_t step, int64_t claimed)
{
	GString *out = g_string_new(NULL);
	struct pop_dots d;

	pop_dots_init(&d, claimed);
	while (len > 0 && !d.ended) {
		size_t piece = MIN(step, len), left = piece, n;
		const char *p = text, *run;

		while ((n = pop_dots_next(&d, &p, &left, &run)) > 0)
			g_string_append_len(out, run, (gssize)n);
		if (left > 0 && !d.ended)
			abort();
		text += piece;
		len -= piece;
	}
	g_string_append_c(out, d.ended ? '.' : '-');
	return out;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data + 1;
	GString *whole, *crumbs;
	int64_t claimed;

	if (size < 2)
		return 0;
	claimed = data[0] & 1 ? (int64_t)size / 2 : -1;
	lines(text, size - 1);
	whole = undot(text, size - 1, size, claimed);
	crumbs = undot(text, size - 1, (size_t)data[0] / 2 % 7 + 1, claimed);
	if (!g_string_equal(whole, crumbs))
		abort();
	g_string_free(whole, TRUE);
	g_string_free(crumbs, TRUE);
	return 0;
}
