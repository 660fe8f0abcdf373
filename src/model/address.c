/*
 * address.c - names and addresses of a decoded header field
 *
 * What comes in here is decoded for reading, no longer RFC 5322: a name may
 * hold a bare comma.  So the short form is found by looking for the angle
 * bracket, not by a grammar.
 */
#include "model/address.h"

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

/* [from, to) without blanks at its ends. */
static void
trim(const char **from, const char **to)
{
	while (*from < *to && g_ascii_isspace(**from))
		++*from;
	while (*to > *from && g_ascii_isspace((*to)[-1]))
		--*to;
}

static bool
set_mailbox(struct address_span *a, const char *from, const char *to)
{
	trim(&from, &to);
	a->mailbox = from;
	a->mailbox_len = (size_t)(to - from);
	if (!memchr(from, '@', a->mailbox_len))
		return false;
	for (; from < to; from++)
		if ((unsigned char)*from <= ' ' || *from == '\177')
			return false;
	return true;
}

/* "Name <mailbox" or "mailbox" up to end, which is its comma, bracket or
 * colon; *next gets where the rest begins. */
static bool
read_one(const char *at, const char *end, const char **next,
	 struct address_span *a)
{
	const char *close;

	*next = *end ? end + 1 : end;
	a->name = at;
	a->name_len = 0;
	if (*end != '<')
		return *end != ':' && set_mailbox(a, at, end);
	close = end + 1 + strcspn(end + 1, ">,;");
	*next = *close ? close + 1 : close;
	if (!set_mailbox(a, end + 1, close))
		return false;
	trim(&a->name, &end);
	a->name_len = (size_t)(end - a->name);
	return true;
}

bool
address_next(const char **list, struct address_span *out)
{
	const char *at = *list, *end, *next;
	bool found = false;

	while (!found && *(at += strspn(at, " \t,;"))) {
		end = unquoted(at, ",;<:");
		/* "Lee, Ann <ann@x>": the comma stands in a name. */
		if (*end == ',' && !memchr(at, '@', (size_t)(end - at)) &&
		    *unquoted(end + 1, ";<:@") == '<')
			end = unquoted(end + 1, "<");
		found = read_one(at, end, &next, out);
		at = next;
	}
	*list = at;
	return found;
}

char *
address_span_name(const struct address_span *a)
{
	return unquote(a->name, a->name_len);
}
