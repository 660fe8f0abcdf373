/*
 * text.c - the gate, and the widths of what passed it
 *
 * Widths, grapheme clusters and folding are libunistring's; this file only
 * decides what may pass.
 */
#include "base/text.h"

#include <stdlib.h>
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
	return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
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

static char *
to_utf8(const char *s, size_t len)
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

char *
text_to_utf8(const char *s, size_t len)
{
	char *copy, *result;

	if (!memchr(s, '\0', len))
		return to_utf8(s, len);
	/* A NUL must not hide what stands behind it. */
	copy = g_memdup2(s, len);
	for (size_t i = 0; i < len; i++)
		if (!copy[i])
			copy[i] = '\001';
	result = to_utf8(copy, len);
	g_free(copy);
	return result;
}

char *
text_lf(const char *s)
{
	char **lines = g_strsplit(s, "\r\n", -1);
	char *text = g_strjoinv("\n", lines);

	g_strfreev(lines);
	return text;
}

/* Where looking for the end of a cluster stops: never inside a character. */
static const uint8_t *
cluster_limit(const uint8_t *p)
{
	size_t len = strnlen((const char *)p, CLUSTER_MAX_BYTES);

	if (p[len])
		while (len > CLUSTER_MAX_BYTES - 4 && (p[len] & 0xc0) == 0x80)
			len--;
	return p + len;
}

/* u8_grapheme_next() looks at pairs, and so takes emoji that a zero width
 * joiner holds together (UAX 29, GB11) for several clusters. */
static const uint8_t *
cluster_end(const uint8_t *p)
{
	static const uint8_t joiner[] = { 0xe2, 0x80, 0x8d };
	const uint8_t *limit = cluster_limit(p);
	const uint8_t *end = u8_grapheme_next(p, limit);
	ucs4_t c;

	while (end && end < limit && end - p > 3 &&
	       memcmp(end - 3, joiner, 3) == 0) {
		u8_mbtouc(&c, end, (size_t)(limit - end));
		if (!uc_is_property_extended_pictographic(c))
			break;
		end = u8_grapheme_next(end, limit);
	}
	return end ? end : p + 1;
}

/*
 * Terminals add up the characters of a cluster (a flag is two letters of one
 * column each, an Indic vowel sign has its own), but give an emoji sequence
 * no more than the two columns of its first.
 */
static int
cluster_width(const uint8_t *p, const uint8_t *end)
{
	int w = 0, n;
	ucs4_t c;

	for (const uint8_t *q = p; q < end; q += n) {
		n = u8_mbtoucr(&c, q, (size_t)(end - q));
		if (n < 1)
			n = 1;
		else if (c == 0xfe0f && q > p)	/* as emoji, please */
			w = 2;
		else
			w += MAX(uc_width(c, "UTF-8"), 0);
	}
	return MIN(w, 2);
}

size_t
text_cluster(const char *utf8, int *width)
{
	const uint8_t *p = (const uint8_t *)utf8, *end;

	if (!*utf8) {
		*width = 0;
		return 0;
	}
	if (p[0] < 0x80 && p[1] < 0x80) {	/* plain ASCII */
		*width = *p >= 0x20 && *p < 0x7f;
		return 1;
	}
	end = cluster_end(p);
	*width = cluster_width(p, end);
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

size_t
text_break(const char *utf8, int columns, size_t *next)
{
	size_t n = text_fit(utf8, columns, NULL), end = n;
	int w;

	/* One cluster at least, or there would be no end of it. */
	if (n == 0)
		n = end = text_cluster(utf8, &w);
	if (utf8[n] && utf8[n] != ' ') {
		while (end > 0 && utf8[end - 1] != ' ')
			end--;
		n = end = end ? end : n;
	}
	while (end > 0 && utf8[end - 1] == ' ')
		end--;
	while (utf8[n] == ' ')
		n++;
	*next = n;
	return end;
}

char *
text_shorten(const char *utf8, int columns)
{
	size_t n = text_fit(utf8, columns, NULL);
	char *head, *all;

	if (!utf8[n])
		return g_strdup(utf8);
	head = g_strndup(utf8, text_fit(utf8, columns - 1, NULL));
	all = g_strconcat(head, "…", NULL);
	g_free(head);
	return all;
}

char *
text_fold(const char *utf8)
{
	size_t len = 0;
	uint8_t *folded;
	char *copy;

	/* Most of what is sorted; no table is needed for it. */
	if (g_str_is_ascii(utf8))
		return g_ascii_strdown(utf8, -1);
	folded = u8_casefold((const uint8_t *)utf8, strlen(utf8), NULL,
			     UNINORM_NFKC, NULL, &len);
	if (!folded)
		return g_utf8_make_valid(utf8, -1);
	copy = g_strndup((const char *)folded, len);
	free(folded);
	return copy;
}

/* Letters that no decomposition takes apart. */
static const char *
plain_letter(ucs4_t c)
{
	static const struct {
		ucs4_t c;
		char plain[3];
	} letters[] = {
		{ 0xe6, "ae" }, { 0xf0, "d" }, { 0xf8, "o" }, { 0xfe, "th" },
		{ 0x111, "d" }, { 0x127, "h" }, { 0x131, "i" }, { 0x142, "l" },
		{ 0x153, "oe" }, { 0x167, "t" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(letters); i++)
		if (letters[i].c == c)
			return letters[i].plain;
	return NULL;
}

char *
text_plain(const char *utf8)
{
	char *valid;
	uint8_t *folded, *at;
	GString *out;
	ucs4_t c;
	size_t len;
	int n;

	if (g_str_is_ascii(utf8))
		return g_ascii_strdown(utf8, -1);
	valid = g_utf8_make_valid(utf8, -1);
	folded = u8_casefold((const uint8_t *)valid, strlen(valid) + 1, NULL,
			     UNINORM_NFKD, NULL, &len);
	g_free(valid);
	out = g_string_new(NULL);
	for (at = folded; at && (n = u8_strmbtouc(&c, at)) > 0; at += n) {
		const char *plain = plain_letter(c);

		if (plain)
			g_string_append(out, plain);
		else if (!uc_is_general_category_withtable(
				c, UC_CATEGORY_MASK_Mn))
			g_string_append_len(out, (const char *)at, n);
	}
	free(folded);
	return g_string_free(out, FALSE);
}

/* Does a stretch of whole clusters at p fold to the needle?  Its length; 0: it
 * does not. */
static size_t
match_at(const char *p, const char *folded, size_t needle)
{
	size_t at = 0, same = 0, n, k;
	int w;

	while (same < needle && (n = text_cluster(p + at, &w)) > 0) {
		char *one = g_strndup(p + at, n), *f = text_fold(one);

		k = strlen(f);
		/* What is left over of a cluster ("ß" for "s") counts. */
		k = strncmp(f, folded + same, MIN(k, needle - same)) == 0
			? MIN(k, needle - same) : 0;
		g_free(one);
		g_free(f);
		if (k == 0)
			return 0;
		same += k;
		at += n;
	}
	return same == needle ? at : 0;
}

gssize
text_find(const char *utf8, const char *folded, size_t *len)
{
	size_t needle = strlen(folded), n;
	int w;

	for (size_t at = 0; needle && utf8[at]; at += n) {
		*len = match_at(utf8 + at, folded, needle);
		if (*len)
			return (gssize)at;
		n = text_cluster(utf8 + at, &w);
	}
	return -1;
}
