/*
 * addressing.c - lists of addresses, read and written
 */
#include "control/addressing.h"

#include <string.h>

#include "mime/typed.h"
#include "model/letter.h"

/* What a name may have without quotes: RFC 5322 atoms, and beyond ASCII, but
 * not what would be a comment or an alias in the address book. */
static bool
plain(const char *name)
{
	for (; *name; name++)
		if (!g_ascii_isalnum(*name) && !(*name & 0x80) &&
		    !strchr(" !$%&'*+-/?^_`{|}~", *name))
			return false;
	return true;
}

char *
addressing_one(const struct address *a)
{
	GString *out;

	if (!*a->name)
		return g_strdup(a->mailbox);
	if (plain(a->name))
		return g_strdup_printf("%s <%s>", a->name, a->mailbox);
	out = g_string_new("\"");
	for (const char *p = a->name; *p; p++) {
		if (*p == '"' || *p == '\\')
			g_string_append_c(out, '\\');
		g_string_append_c(out, *p);
	}
	g_string_append_printf(out, "\" <%s>", a->mailbox);
	return g_string_free(out, FALSE);
}

char *
addressing_text(const GPtrArray *list)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < list->len; i++) {
		char *one = addressing_one(list->pdata[i]);

		g_string_append_printf(out, "%s%s", i ? ", " : "", one);
		g_free(one);
	}
	return g_string_free(out, FALSE);
}

/* After the last comma that stands neither in quotes nor in brackets. */
const char *
addressing_last(const char *text)
{
	const char *last = text;
	bool quoted = false, bracketed = false;

	for (const char *p = text; *p; p++) {
		if (*p == '\\' && quoted && p[1])
			p++;
		else if (*p == '"')
			quoted = !quoted;
		else if (!quoted && (*p == '<' || *p == '>'))
			bracketed = *p == '<';
		else if (!quoted && !bracketed && (*p == ',' || *p == ';'))
			last = p + 1;
	}
	while (*last == ' ')
		last++;
	return last;
}

/* Something, an @, and something behind it, without what would end it. */
static bool
can_be_sent_to(const char *mailbox)
{
	const char *at = strrchr(mailbox, '@');

	if (!at || at == mailbox || !at[1])
		return false;
	return !strpbrk(mailbox, " \t\r\n<>,;") || *mailbox == '"';
}

static enum st
check(const char *text, const GPtrArray *list, struct err *e)
{
	for (guint i = 0; i < list->len; i++) {
		const struct address *a = list->pdata[i];

		if (!can_be_sent_to(a->mailbox))
			return err_set(e, ST_USAGE, "“%s” is no address: it is "
				       "written user@host, or Name "
				       "<user@host>.", *a->mailbox
				       ? a->mailbox : a->name);
	}
	if (list->len == 0 && *text)
		return err_set(e, ST_USAGE, "“%s” is no address: it is written "
			       "user@host, or Name <user@host>.", text);
	return ST_OK;
}

enum st
addressing_read(const char *text, GPtrArray **list, struct err *e)
{
	char *one_line = g_strstrip(g_strdelimit(g_strdup(text), "\r\n\t",
						 ' '));
	GPtrArray *found = typed_addresses(one_line);
	enum st st = check(one_line, found, e);

	if (st == ST_OK) {
		if (*list)
			g_ptr_array_unref(*list);
		*list = g_ptr_array_ref(found);
	}
	g_ptr_array_unref(found);
	g_free(one_line);
	return st;
}

/* ---- patterns ----------------------------------------------------------- */

bool
addressing_matches(const char *mailbox, const char *pattern)
{
	char *folded = g_utf8_strdown(mailbox, -1);
	char *folded_pattern = g_utf8_strdown(pattern, -1);
	bool matches = g_pattern_match_simple(folded_pattern, folded);

	g_free(folded);
	g_free(folded_pattern);
	return matches;
}
