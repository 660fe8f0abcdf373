/*
 * text.c - the gate, and the widths of what passed it
 *
 * Widths, grapheme clusters and folding are libunistring's; this file only
 * decides what may pass.
 */
#include "base/text.h"

#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <unigbrk.h>
#include <uninorm.h>
#include <unistr.h>
#include <uniwidth.h>

#define REPLACEMENT 0xfffd

/* A cluster longer than this is an attack, and is drawn in pieces. */
#define CLUSTER_MAX_BYTES 128

static bool
is_bidi_control(ucs4_t c)
{
	return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
	       c == 0x200e || c == 0x200f || c == 0x061c;
}

bool
text_printable(uint32_t c)
{
	if (c < 0x20 || (c >= 0x7f && c < 0xa0))
		return false;
	if (c < 0x7f)
		return true;
	if (is_bidi_control(c) || c == 0x2028 || c == 0x2029 || c == 0xfeff)
		return false;
	if ((c >= 0xe0000 && c <= 0xe0fff) && !(c >= 0xe0100 && c <= 0xe01ef))
		return c >= 0xe0020 && c <= 0xe007f;	/* flag tags */
	return !uc_is_general_category_withtable(
		c, UC_CATEGORY_MASK_Cc | UC_CATEGORY_MASK_Cs |
		   UC_CATEGORY_MASK_Co | UC_CATEGORY_MASK_Cn);
}

static ucs4_t
replace(ucs4_t c, bool keep_lines)
{
	if (c == '\t' || c == '\n')
		return keep_lines ? c : ' ';
	if (c < 0x20)
		return 0x2400 + c;
	if (c == 0x7f)
		return 0x2421;
	return text_printable(c) ? c : REPLACEMENT;
}

void
text_gate(GString *out, const char *s, size_t len, bool keep_lines)
{
	const uint8_t *p = (const uint8_t *)s;

	while (len > 0) {
		uint8_t buf[6];
		ucs4_t c;
		int n;

		if (*p >= 0x20 && *p < 0x7f) {	/* nearly everything */
			g_string_append_c(out, (char)*p);
			p++, len--;
			continue;
		}
		n = u8_mbtoucr(&c, p, len);
		if (n < 0) {
			c = REPLACEMENT;
			n = 1;
		} else {
			c = replace(c, keep_lines);
		}
		p += n, len -= (size_t)n;
		n = u8_uctomb(buf, c, sizeof(buf));
		g_string_append_len(out, (const char *)buf, n);
	}
}

char *
text_gate_line(const char *s)
{
	GString *out = g_string_new(NULL);

	if (s)
		text_gate(out, s, strlen(s), false);
	return g_string_free(out, FALSE);
}

char *
text_to_utf8(const char *s, size_t len)
{
	char *conv;

	if (u8_check((const uint8_t *)s, len) == NULL)
		return g_strndup(s, len);
	conv = g_convert_with_fallback(s, (gssize)len, "UTF-8", "WINDOWS-1252",
				       "\357\277\275", NULL, NULL, NULL);
	if (conv)
		return conv;
	/* Even windows-1252 has holes: the gate replaces what is left. */
	return g_utf8_make_valid(s, (gssize)len);
}

static bool
is_emoji_presentation(ucs4_t c)
{
	return c == 0xfe0f || (c >= 0x1f3fb && c <= 0x1f3ff);
}

size_t
text_cluster(const char *utf8, int *width)
{
	const uint8_t *p = (const uint8_t *)utf8, *end, *q;
	ucs4_t c;
	int w = 0, n;

	if (!*utf8) {
		*width = 0;
		return 0;
	}
	if ((uint8_t)utf8[0] < 0x80 && (uint8_t)utf8[1] < 0x80) {
		*width = *p >= 0x20 && *p < 0x7f;	/* plain ASCII */
		return 1;
	}
	end = u8_grapheme_next(p, p + strnlen(utf8, CLUSTER_MAX_BYTES));
	if (!end)
		end = p + 1;
	for (q = p; q < end; q += n) {
		n = u8_mbtoucr(&c, q, (size_t)(end - q));
		if (n < 1) {
			n = 1;
			continue;
		}
		if (is_emoji_presentation(c) && q > p) {
			w = 2;
		} else {
			int cw = uc_width(c, "UTF-8");

			w = MAX(w, MIN(cw, 2));
		}
	}
	*width = w;
	return (size_t)(end - p);
}

int
text_width(const char *utf8)
{
	int sum = 0, w;
	size_t n;

	for (; (n = text_cluster(utf8, &w)) > 0; utf8 += n)
		sum += w;
	return sum;
}

size_t
text_fit(const char *utf8, int columns, int *used)
{
	size_t at = 0, n;
	int sum = 0, w;

	while ((n = text_cluster(utf8 + at, &w)) > 0 && sum + w <= columns) {
		sum += w;
		at += n;
	}
	if (used)
		*used = sum;
	return at;
}

char *
text_fold(const char *utf8)
{
	size_t len = 0;
	uint8_t *folded;
	char *copy;

	folded = u8_casefold((const uint8_t *)utf8, strlen(utf8), NULL,
			     UNINORM_NFKC, NULL, &len);
	if (!folded)
		return g_utf8_make_valid(utf8, -1);
	copy = g_strndup((const char *)folded, len);
	free(folded);
	return copy;
}
