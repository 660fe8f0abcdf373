/*
 * words.c - words of a header, decoded
 */
#include "mime/words.h"

#include <signal.h>
#include <string.h>

#include "base/text.h"
#include "mime/charset.h"
#include "mime/field.h"
#include "model/address.h"

/* No header has more that anybody reads. */
#define VALUE_MAX (8 << 20)
#define ADDRESSES_MAX 200000

void
mime_start(void)
{
	static gsize started;
	static const char *charsets[] = { "utf-8", "windows-1252", NULL };
	struct sigaction pipe;

	if (!g_once_init_enter(&started))
		return;
	/* GPGME, behind GMime, would have the program ignore a broken pipe. */
	sigaction(SIGPIPE, NULL, &pipe);
	g_mime_init();
	sigaction(SIGPIPE, &pipe, NULL);
	g_mime_parser_options_set_fallback_charsets(
		g_mime_parser_options_get_default(), charsets);
	g_once_init_leave(&started, 1);
}

/* One "=?charset?b?text?=" at p: its end, NULL when there is none. */
static const char *
base64_word(const char *p, size_t *charset_len, const char **text,
	    size_t *text_len)
{
	const char *charset = p + 2, *q, *end;

	if (p[0] != '=' || p[1] != '?' || !(q = strchr(charset, '?')) ||
	    (q[1] | 32) != 'b' || q[2] != '?')
		return NULL;
	*charset_len = (size_t)(q - charset);
	*text = q + 3;
	*text_len = strspn(*text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			   "abcdefghijklmnopqrstuvwxyz0123456789+/=");
	end = *text + *text_len;
	return end[0] == '?' && end[1] == '=' ? end + 2 : NULL;
}

static void
add_base64(GByteArray *octets, const char *text, size_t len)
{
	char *copy = g_strndup(text, len);
	gsize n;
	guchar *raw = g_base64_decode(copy, &n);

	g_byte_array_append(octets, raw, (guint)n);
	g_free(raw);
	g_free(copy);
}

/*
 * The run of base64 words that begins at p as one word in out; the end of
 * the run, NULL when there is none.
 */
static const char *
join_run(const char *p, GString *out)
{
	const char *charset = p + 2, *text, *end, *next;
	size_t charset_len, len, other;
	GByteArray *octets;
	char *joined;

	end = base64_word(p, &charset_len, &text, &len);
	if (!end)
		return NULL;
	octets = g_byte_array_new();
	add_base64(octets, text, len);
	for (next = end + strspn(end, " \t");
	     next > end && (next = base64_word(next, &other, &text, &len));
	     next = end + strspn(end, " \t")) {
		const char *name = text - 3 - other;

		if (other != charset_len ||
		    g_ascii_strncasecmp(name, charset, other) != 0)
			break;
		add_base64(octets, text, len);
		end = next;
	}
	joined = g_base64_encode(octets->data, octets->len);
	g_string_append_printf(out, "=?%.*s?b?%s?=", (int)charset_len,
			       charset, joined);
	g_free(joined);
	g_byte_array_unref(octets);
	return end;
}

/*
 * Neighbouring base64 words made one: GMime decodes them as one stream,
 * which ends at the padding of the first, and a character may be split
 * between two.
 */
static char *
join_base64(char *line)
{
	GString *out = g_string_new(NULL);

	for (const char *p = line; *p;) {
		const char *end = join_run(p, out);

		if (end)
			p = end;
		else
			g_string_append_c(out, *p++);
	}
	g_free(line);
	return g_string_free(out, FALSE);
}

/* Unfolded, and UTF-8 where it was raw 8-bit. */
static char *
unfold(const char *value, size_t len, const char *charset)
{
	char *line = field_unfold(value, MIN(len, VALUE_MAX)), *utf8;

	if (strstr(line, "=?"))
		line = join_base64(line);
	if (!strchr(line, '\033') && g_utf8_validate(line, -1, NULL))
		return line;
	utf8 = charset_to_utf8(line, strlen(line), charset, NULL);
	g_free(line);
	return utf8;
}

char *
words_decode(const char *value, size_t len, const char *charset)
{
	char *line = unfold(value, len, charset), *text, *valid;

	if (!strstr(line, "=?"))
		return line;
	mime_start();
	text = g_mime_utils_header_decode_text(NULL, line);
	g_free(line);
	valid = text_to_utf8(text, strlen(text));
	g_free(text);
	return valid;
}

/* ---- addresses ---------------------------------------------------------- */

/* Some programs put their own quotes into the name: 'Ann Lee'. */
static void
strip_quotes(char *name)
{
	size_t len = strlen(name);

	if (len > 2 && *name == '\'' && name[len - 1] == '\'') {
		memmove(name, name + 1, len - 2);
		name[len - 2] = '\0';
	}
}

static void
add_mailbox(GPtrArray *all, InternetAddress *ia)
{
	const char *addr = internet_address_mailbox_get_addr(
		INTERNET_ADDRESS_MAILBOX(ia));
	const char *name = internet_address_get_name(ia);
	char *n = text_to_utf8(name ? name : "", name ? strlen(name) : 0);
	char *a = text_to_utf8(addr ? addr : "", addr ? strlen(addr) : 0);

	strip_quotes(g_strstrip(n));
	if (*n || *a)
		g_ptr_array_add(all, address_new(n, g_strstrip(a)));
	g_free(n);
	g_free(a);
}

static void
add_list(GPtrArray *all, InternetAddressList *list, int depth)
{
	int n = list ? internet_address_list_length(list) : 0;

	for (int i = 0; i < n && all->len < ADDRESSES_MAX; i++) {
		InternetAddress *ia = internet_address_list_get_address(list,
									i);

		if (INTERNET_ADDRESS_IS_MAILBOX(ia))
			add_mailbox(all, ia);
		else if (INTERNET_ADDRESS_IS_GROUP(ia) && depth < 8)
			add_list(all, internet_address_group_get_members(
					 INTERNET_ADDRESS_GROUP(ia)),
				 depth + 1);
	}
}

/* The grammar knows no control characters; one would hide the whole line. */
static void
drop_controls(char *line)
{
	char *o = line;

	for (const char *p = line; *p; p++)
		if (*p == '\t' || !g_ascii_iscntrl(*p))
			*o++ = *p;
	*o = '\0';
}

GPtrArray *
words_addresses(const char *value, size_t len, const char *charset)
{
	GPtrArray *all = g_ptr_array_new_with_free_func(
		(GDestroyNotify)address_free);
	char *line = unfold(value, len, charset);
	InternetAddressList *list;

	drop_controls(line);
	mime_start();
	list = internet_address_list_parse(NULL, line);
	add_list(all, list, 0);
	if (list)
		g_object_unref(list);
	g_free(line);
	return all;
}

void
words_append_address(GString *out, const char *name, const char *mailbox)
{
	if (!*name) {
		g_string_append(out, mailbox);
		return;
	}
	if (strpbrk(name, "\",;<>()@:\\")) {
		g_string_append_c(out, '"');
		for (; *name; name++) {
			if (*name == '"' || *name == '\\')
				g_string_append_c(out, '\\');
			g_string_append_c(out, *name);
		}
		g_string_append_c(out, '"');
	} else {
		g_string_append(out, name);
	}
	if (*mailbox)
		g_string_append_printf(out, " <%s>", mailbox);
}
