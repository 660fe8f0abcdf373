/*
 * mailto.c - the links that open a letter
 */
#include "mime/mailto.h"

#include <string.h>

#include "base/text.h"
#include "mime/typed.h"

#define URL_MOST (64 * 1024)

/* %41 and its kin; a NUL and what is no UTF-8 are replaced.  The caller
 * frees. */
static char *
decode(const char *s, size_t len)
{
	GString *out = g_string_new(NULL);
	char *text;

	for (size_t i = 0; i < len; i++) {
		int high = -1, low = -1;

		if (s[i] == '%' && i + 2 < len) {
			high = g_ascii_xdigit_value(s[i + 1]);
			low = g_ascii_xdigit_value(s[i + 2]);
		}
		if (high >= 0 && low >= 0) {
			char c = (char)(high << 4 | low);

			g_string_append_c(out, c ? c : '?');
			i += 2;
		} else {
			g_string_append_c(out, s[i]);
		}
	}
	text = text_to_utf8(out->str, out->len);
	g_string_free(out, TRUE);
	return text;
}

/* Nothing but the text may have lines. */
static char *
one_line(char *text)
{
	for (char *p = text; *p; p++)
		if (g_ascii_iscntrl(*p))
			*p = ' ';
	return g_strstrip(text);
}

static void
add_addresses(GPtrArray *to, char *value)
{
	GPtrArray *all;

	one_line(value);
	all = typed_addresses(value);
	g_ptr_array_extend_and_steal(to, all);
}

static char *
body_of(const char *value)
{
	char *text = text_lf(value);

	for (char *p = text; *p; p++)
		if (g_ascii_iscntrl(*p) && *p != '\n' && *p != '\t')
			*p = ' ';
	return text;
}

/* Without its angles; NULL: it is none. */
static char *
id_of(const char *value)
{
	size_t len;

	value += *value == '<';
	len = strcspn(value, "<> ");
	return len ? g_strndup(value, len) : NULL;
}

static void
take(struct letter *l, const char *name, size_t len, char *value)
{
	char *key = g_ascii_strdown(name, (gssize)len);

	if (strcmp(key, "to") == 0) {
		add_addresses(l->to, value);
	} else if (strcmp(key, "cc") == 0) {
		add_addresses(l->cc, value);
	} else if (strcmp(key, "bcc") == 0) {
		add_addresses(l->bcc, value);
	} else if (strcmp(key, "subject") == 0) {
		letter_set_subject(l, g_strdup(one_line(value)));
	} else if (strcmp(key, "body") == 0) {
		letter_set_text(l, body_of(value));
	} else if (strcmp(key, "in-reply-to") == 0) {
		g_free(l->in_reply_to);
		l->in_reply_to = id_of(one_line(value));
	}
	g_free(key);
}

static void
take_pair(struct letter *l, const char *pair, size_t len)
{
	size_t name = 0;
	char *value;

	while (name < len && pair[name] != '=')
		name++;
	if (name >= len)
		return;
	value = decode(pair + name + 1, len - name - 1);
	take(l, pair, name, value);
	g_free(value);
}

enum st
mailto_parse(const char *url, struct letter *l, struct err *e)
{
	const char *p = url + strlen("mailto:");
	size_t len;
	char *to;

	if (g_ascii_strncasecmp(url, "mailto:", 7) != 0)
		return err_set(e, ST_USAGE, "“%.60s” is no mailto link.",
			       url);
	if (strlen(url) > URL_MOST)
		return err_set(e, ST_USAGE, "The mailto link is longer than "
			       "64 KiB.");
	len = strcspn(p, "?#");
	to = decode(p, len);
	add_addresses(l->to, to);
	g_free(to);
	p += len;
	while (*p == '?' || *p == '&') {
		len = strcspn(++p, "&#");
		take_pair(l, p, len);
		p += len;
	}
	return ST_OK;
}
