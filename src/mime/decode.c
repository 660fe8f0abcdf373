/*
 * decode.c - header words into UTF-8
 */
#include "mime/private.h"

#include <string.h>

#include "base/text.h"

static GMimeParserOptions *options;

void
mime_init(void)
{
	static const char *const charsets[] = { "utf-8", "windows-1252",
						"iso-8859-1", NULL };

	if (options)
		return;
	g_mime_init();
	options = g_mime_parser_options_new();
	g_mime_parser_options_set_fallback_charsets(
		options, (const char **)charsets);
	g_mime_parser_options_set_allow_addresses_without_domain(options,
								 TRUE);
}

GMimeParserOptions *
mime_options(void)
{
	mime_init();
	return options;
}

/* Line breaks and what surrounds them become one blank. */
static char *
unfold(const char *raw)
{
	GString *s = g_string_new(NULL);

	while (*raw) {
		size_t n = strcspn(raw, "\r\n");

		g_string_append_len(s, raw, (gssize)n);
		raw += n;
		if (!*raw)
			break;
		raw += strspn(raw, "\r\n");
		while (s->len > 0 && g_ascii_isspace(s->str[s->len - 1]))
			g_string_truncate(s, s->len - 1);
		raw += strspn(raw, " \t");
		if (*raw && s->len > 0)
			g_string_append_c(s, ' ');
	}
	return g_strstrip(g_string_free(s, FALSE));
}

static bool
is_plain(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s >= 0x80 || (s[0] == '=' && s[1] == '?'))
			return false;
	return true;
}

char *
decode_text(const char *raw)
{
	char *flat = unfold(raw), *text, *clean;

	if (is_plain(flat))
		return flat;
	text = g_mime_utils_header_decode_text(mime_options(), flat);
	g_free(flat);
	clean = text_to_utf8(text, strlen(text));
	g_free(text);
	return clean;
}

InternetAddressList *
decode_addresses(const char *raw)
{
	char *flat = unfold(raw);
	InternetAddressList *list = internet_address_list_parse(
		mime_options(), flat);

	g_free(flat);
	return list ? list : internet_address_list_new();
}

static bool
is_id(const char *p, size_t len)
{
	return len > 0 && len < 1000 && memchr(p, '<', len) == NULL;
}

char *
decode_ids(const char *raw)
{
	GString *ids = g_string_new(NULL);

	for (;;) {
		const char *open = strchr(raw, '<');
		const char *close = open ? strchr(open, '>') : NULL;
		size_t len;

		if (!close)
			break;
		len = (size_t)(close - open - 1);
		if (is_id(open + 1, len)) {
			if (ids->len)
				g_string_append_c(ids, ' ');
			for (const char *p = open + 1; p < close; p++)
				if (!g_ascii_isspace(*p))
					g_string_append_c(ids, *p);
		}
		raw = close + 1;
	}
	if (ids->len == 0) {
		g_string_free(ids, TRUE);
		return NULL;
	}
	return g_string_free(ids, FALSE);
}
