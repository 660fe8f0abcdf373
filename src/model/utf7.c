/*
 * utf7.c - modified UTF-7 (RFC 3501 5.1.3), the alphabet of folder names
 *
 * Reading is strict: a name that would not be written back byte for byte as
 * it came is refused, because the server would not know it again.
 */
#include "model/folder.h"

#include <string.h>

static const char base64[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/* UTF-16 units into UTF-8, one at a time. */
struct units {
	GString *out;
	gunichar high;		/* first half of a surrogate pair, 0: none */
};

static bool
units_add(struct units *u, gunichar unit)
{
	if (unit >= 0xdc00 && unit < 0xe000) {
		if (!u->high)
			return false;
		unit = 0x10000 + ((u->high - 0xd800) << 10) + (unit - 0xdc00);
		u->high = 0;
	} else if (u->high || unit == 0) {
		return false;
	} else if (unit >= 0xd800 && unit < 0xdc00) {
		u->high = unit;
		return true;
	}
	g_string_append_unichar(u->out, unit);
	return true;
}

/* What stands between '&' and '-'. */
static bool
decode_shifted(GString *out, const char *s, size_t len)
{
	struct units u = { out, 0 };
	uint32_t bits = 0;
	int held = 0;

	for (size_t i = 0; i < len; i++) {
		const char *at = s[i] ? strchr(base64, s[i]) : NULL;

		if (!at)
			return false;
		bits = bits << 6 | (uint32_t)(at - base64);
		held += 6;
		if (held >= 16) {
			held -= 16;
			if (!units_add(&u, bits >> held & 0xffff))
				return false;
			bits &= (1U << held) - 1;
		}
	}
	return held < 6 && bits == 0 && !u.high;
}

static bool
decode(GString *out, const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end) {
		const char *close;

		if (*text < 0x20 || *text > 0x7e)
			return false;
		if (*text != '&') {
			g_string_append_c(out, *text++);
			continue;
		}
		close = memchr(text, '-', (size_t)(end - text));
		if (!close)
			return false;
		if (close == text + 1)
			g_string_append_c(out, '&');
		else if (!decode_shifted(out, text + 1,
					 (size_t)(close - text - 1)))
			return false;
		text = close + 1;
	}
	return true;
}

char *
folder_from_utf7(const char *text, size_t len)
{
	GString *out = g_string_new(NULL);
	bool good = decode(out, text, len);

	if (good) {
		char *back = folder_to_utf7(out->str);

		good = strlen(back) == len && memcmp(back, text, len) == 0;
		g_free(back);
	}
	return g_string_free(out, !good);
}

static void
encode_shifted(GString *out, const char *s, const char *end)
{
	uint32_t bits = 0;
	int held = 0;
	glong units = 0;
	gunichar2 *utf16 = g_utf8_to_utf16(s, end - s, NULL, &units, NULL);

	g_string_append_c(out, '&');
	for (glong i = 0; i < units; i++) {
		bits = bits << 16 | utf16[i];
		for (held += 16; held >= 6; held -= 6)
			g_string_append_c(out,
					  base64[bits >> (held - 6) & 0x3f]);
		bits &= (1U << held) - 1;
	}
	if (held)
		g_string_append_c(out, base64[bits << (6 - held) & 0x3f]);
	g_string_append_c(out, '-');
	g_free(utf16);
}

char *
folder_to_utf7(const char *utf8)
{
	char *valid = g_utf8_make_valid(utf8, -1);
	GString *out = g_string_new(NULL);
	const char *p = valid;

	while (*p) {
		const char *run = p;

		while (*p && (*p < 0x20 || *p > 0x7e))
			p++;
		if (p > run) {
			encode_shifted(out, run, p);
		} else {
			g_string_append_c(out, *p);
			if (*p++ == '&')
				g_string_append_c(out, '-');
		}
	}
	g_free(valid);
	return g_string_free(out, FALSE);
}
