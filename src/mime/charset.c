/*
 * charset.c - text in whatever character set into UTF-8
 */
#include "mime/charset.h"

#include <errno.h>
#include <string.h>

#include <glib.h>

#include "base/text.h"

#define REPLACEMENT "\357\277\275"

/* Labels that are no charset, or mean more than they say.  Windows' sets
 * contain the standard ones and fill the holes that senders fill too. */
static const struct {
	const char *label, *name;
} aliases[] = {
	{ "us-ascii", "windows-1252" }, { "ascii", "windows-1252" },
	{ "ansi_x3.4-1968", "windows-1252" }, { "646", "windows-1252" },
	{ "iso-8859-1", "windows-1252" }, { "iso8859-1", "windows-1252" },
	{ "iso_8859-1", "windows-1252" }, { "latin1", "windows-1252" },
	{ "latin-1", "windows-1252" }, { "iso-ir-100", "windows-1252" },
	{ "8859-1", "windows-1252" }, { "iso-8859", "windows-1252" },
	{ "iso-8859-9", "windows-1254" }, { "iso-8859-8-i", "iso-8859-8" },
	{ "iso-8859-8-e", "iso-8859-8" }, { "iso-8859-6-i", "iso-8859-6" },
	{ "utf8", "utf-8" }, { "uft-8", "utf-8" }, { "uft8", "utf-8" },
	{ "utf-8n", "utf-8" }, { "unicode-1-1-utf-8", "utf-8" },
	{ "utf-8-sig", "utf-8" }, { "utf8mb4", "utf-8" },
	{ "unicode-1-1-utf-7", "utf-7" }, { "x-unicode-2-0-utf-7", "utf-7" },
	{ "unicode-2-0-utf-7", "utf-7" }, { "unicode", "utf-16" },
	{ "gb2312", "gb18030" }, { "gbk", "gb18030" }, { "x-gbk", "gb18030" },
	{ "gb_2312-80", "gb18030" }, { "euc-cn", "gb18030" },
	{ "chinesebig5", "big5-hkscs" }, { "big5", "big5-hkscs" },
	{ "x-x-big5", "big5-hkscs" }, { "cn-big5", "big5-hkscs" },
	{ "ks_c_5601-1987", "cp949" }, { "ks_c_5601", "cp949" },
	{ "ksc5601", "cp949" }, { "ks_c_5601-1989", "cp949" },
	{ "euc-kr", "cp949" }, { "5601", "cp949" }, { "korean", "cp949" },
	{ "shift_jis", "cp932" }, { "shift-jis", "cp932" },
	{ "x-sjis", "cp932" }, { "sjis", "cp932" }, { "ms_kanji", "cp932" },
	{ "iso-2022-jp", "iso-2022-jp-3" },
	{ "csiso2022jp", "iso-2022-jp-3" }, { "jis", "iso-2022-jp-3" },
	{ "x-euc-jp", "euc-jp" }, { "tis-620", "cp874" },
	{ "windows-874", "cp874" }, { "x-mac-roman", "macintosh" },
	{ "macroman", "macintosh" }, { "x-mac-cyrillic", "mac-cyrillic" },
	{ "koi8r", "koi8-r" }, { "koi", "koi8-r" },
};

static const char *const nothing[] = {
	"", "binary", "8bit", "7bit", "unknown-8bit", "x-unknown", "unknown",
	"default", "default_charset", "x-user-defined", "none", "iso-10646",
	"_charset", "auto", "utf",
};

/* Lower case, without the quotes and blanks around it. */
static void
tidy(char *out, size_t size, const char *label)
{
	size_t n = 0;

	for (; *label && n < size - 1; label++)
		if (!strchr(" \t\"'<>;", *label))
			out[n++] = g_ascii_tolower(*label);
	out[n] = '\0';
}

/* "cp1252", "windows1252", "win-1252", "x-cp1252", "ansi-1252" */
static char *
windows_name(const char *label)
{
	const char *digits = label + strcspn(label, "0123456789");

	if ((g_str_has_prefix(label, "win") || strstr(label, "cp") == label ||
	     g_str_has_prefix(label, "x-cp") ||
	     g_str_has_prefix(label, "ansi")) &&
	    g_str_has_prefix(digits, "125") && strlen(digits) == 4)
		return g_strdup_printf("windows-%s", digits);
	return NULL;
}

char *
charset_name(const char *label)
{
	char name[64], *windows;

	tidy(name, sizeof(name), label ? label : "");
	for (size_t i = 0; i < G_N_ELEMENTS(nothing); i++)
		if (strcmp(name, nothing[i]) == 0)
			return NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(aliases); i++)
		if (strcmp(name, aliases[i].label) == 0)
			return g_strdup(aliases[i].name);
	windows = windows_name(name);
	return windows ? windows : g_strdup(name);
}

/* NUL would end the text before its end. */
static void
append_clean(GString *out, const char *s, size_t len)
{
	const char *end = s + len, *nul;

	while ((nul = memchr(s, '\0', (size_t)(end - s)))) {
		g_string_append_len(out, s, nul - s);
		g_string_append_c(out, '\001');
		s = nul + 1;
	}
	g_string_append_len(out, s, end - s);
}

/* Convert all of it; a byte that does not fit becomes U+FFFD and is counted. */
static char *
convert(GIConv cd, const char *s, size_t len, size_t *bad)
{
	GString *out = g_string_sized_new(len + 16);
	char buf[4096], *in = (char *)s;
	gsize left = len;

	while (left > 0) {
		char *o = buf;
		gsize room = sizeof(buf);
		gsize n = g_iconv(cd, &in, &left, &o, &room);
		int why = errno;

		append_clean(out, buf, (size_t)(o - buf));
		if (n != (gsize)-1 || why == E2BIG)
			continue;
		g_string_append(out, REPLACEMENT);
		++*bad;
		in++, left--;
		if (why != EILSEQ)
			break;
	}
	return g_string_free(out, FALSE);
}

static bool
has_8bit(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] & 0x80)
			return true;
	return false;
}

/* What bytes look like whose label says nothing. */
static const char *
guess(const char *s, size_t len)
{
	if (len >= 2 && (memcmp(s, "\377\376", 2) == 0 ||
			 memcmp(s, "\376\377", 2) == 0))
		return "utf-16";
	if (!has_8bit(s, len) &&
	    (g_strstr_len(s, (gssize)len, "\033$B") ||
	     g_strstr_len(s, (gssize)len, "\033$@")))
		return "iso-2022-jp-3";
	return NULL;
}

/* Valid UTF-8 with a character in it that is not ASCII: other sets come
 * out like that by accident only in a very short text. */
static bool
looks_like_utf8(const char *s, size_t len)
{
	return g_utf8_validate(s, (gssize)len, NULL) && has_8bit(s, len);
}

static char *
decode(const char *s, size_t len, const char *name, size_t *bad);

/* Text labelled UTF-8 that is not: when nothing in it is UTF-8, it is an
 * older set; else single bytes are damaged. */
static char *
repair_utf8(const char *s, size_t len, size_t *bad)
{
	size_t good = 0;
	const char *p = s, *end = s + len;
	GString *out;

	for (; p < end; p++) {
		gunichar c = *p & 0x80 ? g_utf8_get_char_validated(p, end - p)
				       : 0;

		good += c && c < (gunichar)-2;
	}
	if (!good)
		return decode(s, len, "windows-1252", bad);
	out = g_string_sized_new(len);
	for (p = s; p < end;) {
		const char *stop;

		g_utf8_validate(p, end - p, &stop);
		append_clean(out, p, (size_t)(stop - p));
		if (stop < end && *stop) {
			g_string_append(out, REPLACEMENT);
			++*bad;
		} else if (stop < end) {
			g_string_append_c(out, '\001');
		}
		p = stop < end ? stop + 1 : end;
	}
	return g_string_free(out, FALSE);
}

static char *
as_utf8(const char *s, size_t len, size_t *bad)
{
	if (len >= 3 && memcmp(s, "\357\273\277", 3) == 0)
		s += 3, len -= 3;
	if (g_utf8_validate(s, (gssize)len, NULL))
		return g_strndup(s, len);
	return repair_utf8(s, len, bad);
}

/* True for the sets in which an ASCII byte is that character, always. */
static bool
extends_ascii(const char *name)
{
	static const char *const begin[] = {
		"windows-", "iso-8859-", "utf-8", "koi8-", "gb18030", "big5",
		"cp9", "euc-", "mac",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(begin); i++)
		if (g_str_has_prefix(name, begin[i]))
			return true;
	return false;
}

static char *
clean_copy(const char *s, size_t len)
{
	GString *out = g_string_sized_new(len);

	append_clean(out, s, len);
	return g_string_free(out, FALSE);
}

/* The bytes in the set that is called name; NULL when nobody knows it. */
static char *
decode(const char *s, size_t len, const char *name, size_t *bad)
{
	GIConv cd;
	char *text;

	if (strcmp(name, "utf-8") == 0)
		return as_utf8(s, len, bad);
	if (strcmp(name, "windows-1252") == 0 && looks_like_utf8(s, len))
		return g_strndup(s, len);
	cd = g_iconv_open("UTF-8", name);
	if (cd == (GIConv)-1)
		return NULL;
	text = convert(cd, s, len, bad);
	g_iconv_close(cd);
	return text;
}

char *
charset_to_utf8(const char *s, size_t len, const char *label,
		enum charset_trouble *trouble)
{
	char *name = charset_name(label), *text = NULL;
	enum charset_trouble none, *t = trouble ? trouble : &none;
	size_t bad = 0;

	*t = CHARSET_FINE;
	if (name && extends_ascii(name) && !has_8bit(s, len))
		text = clean_copy(s, len);
	else if (name)
		text = decode(s, len, name, &bad);
	if (!text) {
		const char *look = guess(s, len);

		if (label && *label && has_8bit(s, len))
			*t = CHARSET_UNKNOWN;
		text = look ? decode(s, len, look, &bad) : NULL;
	}
	if (!text)
		text = looks_like_utf8(s, len)
			       ? g_strndup(s, len)
			       : decode(s, len, "windows-1252", &bad);
	if (!text)
		text = text_to_utf8(s, len);
	if (bad && *t == CHARSET_FINE)
		*t = CHARSET_DAMAGED;
	g_free(name);
	return text;
}
