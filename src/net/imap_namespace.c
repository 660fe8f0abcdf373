/*
 * imap_namespace.c - whose folders are whose (NAMESPACE, RFC 2342)
 *
 * LIST "" "*" is what a person sees of the account.  NAMESPACE tells what it
 * need not show: personal folders under another prefix are always asked for;
 * those of other users and shared ones only when a pattern of the account
 * begins with their prefix, since there may be any number of them.  Where
 * LIST shows folders of others they stay in the list, but none of them is
 * this account's Trash or Sent.
 *
 * An answer that makes no sense is none: LIST goes on as without it.
 */
#include "net/imap_state.h"

#include <string.h>

#define SPACES_MAX 64		/* of each kind */
#define PREFIX_MAX 1000		/* octets */

struct imap_space {
	bool personal;
	char *prefix;		/* as folder names have it */
	char *wire;
	char delimiter;		/* 0: flat */
};

static void
space_free(gpointer data)
{
	struct imap_space *s = data;

	g_free(s->prefix);
	g_free(s->wire);
	g_free(s);
}

GPtrArray *
imap_spaces_new(void)
{
	return g_ptr_array_new_with_free_func(space_free);
}

/* ---- the answer -------------------------------------------------------- */

static bool
is_prefix(const GString *s)
{
	return s->len <= PREFIX_MAX && strlen(s->str) == s->len &&
	       !strpbrk(s->str, "\r\n");
}

/* "" decodes to nothing that a folder could be called. */
static char *
prefix_name(const GString *wire)
{
	char *name = folder_from_utf7(wire->str, wire->len);

	return name ? name : g_strdup(wire->str);
}

/* ("INBOX." "." "X-PARAM" ("x")) */
static bool
take_space(struct imap_text *t, bool personal, GPtrArray *spaces, GString *s)
{
	struct imap_space *space;
	bool nil, streamed, good;

	if (!imap_take_char(t, '('))
		return false;
	imap_take_blank(t);
	if (!imap_take_string(t, s, &nil, &streamed) || !is_prefix(s))
		return false;
	space = g_new0(struct imap_space, 1);
	space->personal = personal;
	space->wire = g_strdup(s->str);
	space->prefix = prefix_name(s);
	g_ptr_array_add(spaces, space);
	imap_take_blank(t);
	good = imap_take_string(t, s, &nil, &streamed) && s->len <= 1;
	space->delimiter = good && !nil ? s->str[0] : 0;
	while (good && (imap_take_blank(t), !imap_take_char(t, ')')))
		good = imap_skip_value(t);
	return good;
}

/* NIL, or one list of one kind. */
static bool
take_kind(struct imap_text *t, bool personal, GPtrArray *spaces, GString *s)
{
	imap_take_blank(t);
	if (imap_take_this(t, "NIL"))
		return true;
	if (!imap_take_char(t, '('))
		return false;
	for (int n = 0; n < SPACES_MAX; n++) {
		imap_take_blank(t);
		if (imap_take_char(t, ')'))
			return true;
		if (!take_space(t, personal, spaces, s))
			return false;
	}
	return false;
}

enum st
imap_namespace_answer(struct imap *im, struct imap_text *t)
{
	GPtrArray *spaces = imap_spaces_new();
	GString *scratch = g_string_new(NULL);

	if (take_kind(t, true, spaces, scratch) &&
	    take_kind(t, false, spaces, scratch) &&
	    take_kind(t, false, spaces, scratch)) {
		g_ptr_array_unref(im->spaces);
		im->spaces = g_ptr_array_ref(spaces);
	}
	g_string_free(scratch, TRUE);
	g_ptr_array_unref(spaces);
	return ST_OK;
}

/* ---- what it is good for ----------------------------------------------- */

/* The name is in the space, or is its root ("Public" of "Public/"). */
static bool
contains(const struct imap_space *s, const char *name)
{
	size_t n = strlen(s->prefix);

	if (g_str_has_prefix(name, s->prefix))
		return true;
	return n > 1 && s->delimiter && s->prefix[n - 1] == s->delimiter &&
	       strlen(name) == n - 1 && strncmp(name, s->prefix, n - 1) == 0;
}

bool
imap_is_foreign(const struct imap *im, const char *name)
{
	const struct imap_space *best = NULL;

	for (guint i = 0; i < im->spaces->len; i++) {
		const struct imap_space *s = im->spaces->pdata[i];

		/* Personal ones come first and win a tie. */
		if (contains(s, name) &&
		    (!best || strlen(s->prefix) > strlen(best->prefix)))
			best = s;
	}
	return best && !best->personal && strcmp(name, "INBOX") != 0;
}

void
imap_prefix(const struct imap *im, char *out, size_t size)
{
	*out = '\0';
	for (guint i = im->spaces->len; i-- > 0;) {
		const struct imap_space *s = im->spaces->pdata[i];

		/* The first personal one counts, and half a prefix is none. */
		if (s->personal && strlen(s->prefix) < size)
			g_strlcpy(out, s->prefix, size);
	}
}

static bool
shown(const struct imap_space *s, GPtrArray *folders)
{
	for (guint i = 0; i < folders->len; i++) {
		const struct folder_info *f = folders->pdata[i];

		if (g_str_has_prefix(f->name, s->prefix))
			return true;
	}
	return false;
}

/* A pattern of the account begins with the prefix. */
static bool
asked_for(const struct imap *im, const struct imap_space *s)
{
	char **pattern = im->account->folders;

	for (; pattern && *pattern; pattern++)
		if (g_str_has_prefix(*pattern, s->prefix))
			return true;
	return false;
}

/* "INBOX." and its like: what is below INBOX is always shown. */
static bool
is_below_inbox(const struct imap_space *s)
{
	return g_ascii_strncasecmp(s->prefix, "INBOX", 5) == 0 &&
	       strlen(s->prefix) <= 6;
}

GPtrArray *
imap_spaces_hidden(const struct imap *im, GPtrArray *folders)
{
	GPtrArray *patterns = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < im->spaces->len; i++) {
		const struct imap_space *s = im->spaces->pdata[i];

		if (*s->prefix && !is_below_inbox(s) &&
		    (s->personal || asked_for(im, s)) && !shown(s, folders))
			g_ptr_array_add(patterns, g_strconcat(s->wire, "*",
							      NULL));
	}
	return patterns;
}
