/*
 * address.c - names and addresses of a decoded header field
 *
 * What comes in here is decoded for reading, no longer RFC 5322: a name may
 * hold a bare comma.  So the short form is found by looking for the angle
 * bracket, not by a grammar.
 */
#include "model/address.h"

#include <stdbool.h>
#include <string.h>

#include <glib.h>

struct address *
address_new(const char *name, const char *mailbox)
{
	struct address *a = g_new0(struct address, 1);

	a->name = g_strdup(name ? name : "");
	a->mailbox = g_strdup(mailbox ? mailbox : "");
	return a;
}

void
address_free(struct address *a)
{
	if (!a)
		return;
	g_free(a->name);
	g_free(a->mailbox);
	g_free(a);
}

const char *
address_short(const struct address *a)
{
	return *a->name ? a->name : a->mailbox;
}

/* The first of the bytes in stop at or behind s that stands in no double
 * quotes; the end of the string when there is none. */
static const char *
unquoted(const char *s, const char *stop)
{
	bool quoted = false;

	for (; *s; s++) {
		if (quoted && *s == '\\' && s[1])
			s++;
		else if (*s == '"')
			quoted = !quoted;
		else if (!quoted && strchr(stop, *s))
			break;
	}
	return s;
}

/* Blanks and the quotes round a phrase taken off; "\x" becomes x. */
static char *
unquote(const char *s, size_t len)
{
	GString *out = g_string_new(NULL);

	for (size_t i = 0; i < len; i++) {
		if (s[i] == '"')
			continue;
		if (s[i] == '\\' && i + 1 < len)
			i++;
		g_string_append_c(out, s[i]);
	}
	return g_strstrip(g_string_free(out, FALSE));
}

char *
address_short_of_list(const char *list)
{
	const char *open, *comma, *end;
	char *name;

	if (!list)
		return g_strdup("");
	list += strspn(list, " \t,");
	comma = unquoted(list, ",;");
	open = unquoted(list, "<:");
	/* "ann@x, Bob <bob@y>": the bracket belongs to the second one. */
	if (open > comma && memchr(list, '@', (size_t)(comma - list)))
		open = comma;
	if (open == comma || !*open) {
		end = MIN(open, comma);
		return unquote(list, (size_t)(end - list));
	}
	name = unquote(list, (size_t)(open - list));
	if (*name || *open == ':')
		return name;
	g_free(name);
	end = open + strcspn(open, ">,");
	return unquote(open + 1, (size_t)(end - open - 1));
}
