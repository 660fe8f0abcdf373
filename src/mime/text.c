/*
 * text.c - the text of a part, whatever its charset says
 *
 * The declared charset is tried first, by its name as mail has it; then
 * UTF-8 where the bytes are valid; then windows-1252, which never fails.
 */
#include "mime/private.h"

#include <string.h>

#include "base/text.h"

static const struct {
	const char *name, *real;
} aliases[] = {
	{ "uft-8", "utf-8" }, { "utf8", "utf-8" },
	{ "unicode-1-1-utf-7", "utf-7" }, { "ks_c_5601-1987", "cp949" },
	{ "ks_c_5601", "cp949" }, { "euc-kr", "cp949" },
	{ "gb2312", "gb18030" }, { "gbk", "gb18030" },
	{ "x-gbk", "gb18030" }, { "big5", "big5-hkscs" },
	{ "shift_jis", "cp932" }, { "x-sjis", "cp932" },
	{ "iso-8859-1", "windows-1252" }, { "latin1", "windows-1252" },
	{ "us-ascii", "windows-1252" }, { "ascii", "windows-1252" },
	{ "ansi_x3.4-1968", "windows-1252" },
	{ "iso-8859-8-i", "iso-8859-8" }, { "iso-8859-9", "windows-1254" },
	{ "x-mac-roman", "macintosh" },
	/* Names that say nothing. */
	{ "x-unknown", "" }, { "unknown-8bit", "" }, { "binary", "" },
	{ "default", "" }, { "utf-8", "" }, { "unknown", "" },
};

static const char *
real_charset(const char *charset)
{
	for (size_t i = 0; i < G_N_ELEMENTS(aliases); i++)
		if (g_ascii_strcasecmp(charset, aliases[i].name) == 0)
			return aliases[i].real;
	return charset;
}

static char *
convert(const char *bytes, size_t len, const char *charset)
{
	return g_convert_with_fallback(bytes, (gssize)len, "UTF-8", charset,
				       "\357\277\275", NULL, NULL, NULL);
}

/* Like the above, but what cannot be read is replaced octet by octet. */
static char *
convert_some(const char *bytes, size_t len, const char *charset)
{
	GIConv iconv = g_iconv_open("UTF-8", charset);
	size_t room = len * 4 + 16;
	char *out = g_malloc(room + 1), *to = out, *from = (char *)bytes;

	while (len > 0 && room > 8) {
		if (g_iconv(iconv, &from, &len, &to, &room) != (gsize)-1)
			break;
		memcpy(to, "\357\277\275", 3);
		to += 3, room -= 3;
		from++, len--;
	}
	*to = '\0';
	g_iconv_close(iconv);
	return out;
}

static bool
is_known(const char *charset)
{
	GIConv iconv = g_iconv_open("UTF-8", charset);

	if (iconv == (GIConv)-1)
		return false;
	g_iconv_close(iconv);
	return true;
}

/* The charset an HTML part declares in itself; "" none. */
static char *
meta_charset(const char *bytes, size_t len)
{
	char *head = g_ascii_strdown(bytes, (gssize)MIN(len, 4096));
	char *at = strstr(head, "charset=");
	char *name = g_strdup("");

	if (at) {
		at += strlen("charset=");
		at += strspn(at, "\"' ");
		g_free(name);
		name = g_strndup(at, strspn(at, "abcdefghijklmnopqrstuvwxyz"
					    "0123456789-_"));
	}
	g_free(head);
	return name;
}

static char *
to_utf8(const char *bytes, size_t len, const char *declared,
	bool *charset_unknown)
{
	const char *real = real_charset(declared);
	char *text;

	*charset_unknown = *real && !is_known(real);
	if (*real == '\0' || *charset_unknown)
		return text_to_utf8(bytes, len);
	/* Bytes that are valid UTF-8 and not ASCII are UTF-8, whatever a
	 * single-byte label says. */
	if (strncmp(real, "windows-125", 11) == 0 &&
	    g_utf8_validate(bytes, (gssize)len, NULL))
		return g_strndup(bytes, len);
	text = convert(bytes, len, real);
	return text ? text : convert_some(bytes, len, real);
}

/* NULs would end the text early. */
static void
replace_nul(GByteArray *array)
{
	for (guint i = 0; i < array->len; i++)
		if (array->data[i] == 0)
			array->data[i] = ' ';
}

static bool
is_utf16(const char *charset)
{
	return g_ascii_strncasecmp(charset, "utf-16", 6) == 0 ||
	       g_ascii_strncasecmp(charset, "utf-32", 6) == 0 ||
	       g_ascii_strncasecmp(charset, "ucs-", 4) == 0;
}

char *
text_of_part(GMimePart *part, bool *charset_unknown)
{
	GMimeDataWrapper *w = g_mime_part_get_content(part);
	GMimeStream *stream = g_mime_stream_mem_new();
	GByteArray *array;
	const char *declared = g_mime_object_get_content_type_parameter(
		GMIME_OBJECT(part), "charset");
	char *charset, *text, *clean;

	if (w)
		g_mime_data_wrapper_write_to_stream(w, stream);
	array = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
	if (array->len == 0) {
		g_object_unref(stream);
		*charset_unknown = false;
		return g_strdup("");
	}
	if (array->len > MIME_TEXT_MAX)
		g_byte_array_set_size(array, MIME_TEXT_MAX);
	charset = declared ? g_strstrip(g_strdup(declared))
			   : meta_charset((char *)array->data, array->len);
	if (!is_utf16(charset))
		replace_nul(array);
	text = to_utf8((char *)array->data, array->len, charset,
		       charset_unknown);
	clean = g_utf8_make_valid(text, -1);
	g_free(text);
	g_free(charset);
	g_object_unref(stream);
	return clean;
}
