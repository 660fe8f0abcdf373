/*
 * editor_find.c - looking for words
 *
 * Words are found within a line, and not across the seam of a very long one.
 */
#include <string.h>

#include "base/text.h"
#include "control/editor_private.h"

struct needle {
	char *folded;
	bool ascii;
};

/* Where it is in p, -1: nowhere. */
static gssize
find_in(const char *p, const struct needle *needle)
{
	char *lower, *found;
	gssize at;
	size_t n;

	if (!g_str_is_ascii(p))
		return text_find(p, needle->folded, &n);
	if (!needle->ascii)
		return -1;
	lower = g_ascii_strdown(p, -1);
	found = strstr(lower, needle->folded);
	at = found ? found - lower : -1;
	g_free(lower);
	return at;
}

/* The first one that begins in [at, to). */
static bool
find_from(struct editor *ed, const struct needle *needle, size_t at, size_t to,
	  size_t *found)
{
	size_t len = editor_length(ed), end;
	gssize n;

	while (at < to) {
		end = editor_stretch_end(ed, at);
		n = find_in(editor_peek(ed, at, end - at), needle);
		if (n >= 0) {
			*found = at + (size_t)n;
			return *found < to;
		}
		at = end + (end < len && editor_byte(ed, end) == '\n');
	}
	return false;
}

bool
editor_find(struct editor *ed, const char *text, bool *wrapped)
{
	struct needle needle;
	size_t len = editor_length(ed), from, at;
	bool found;

	editor_settle(ed);
	if (text && *text) {
		g_free(ed->sought);
		ed->sought = g_strdup(text);
	}
	if (!*ed->sought)
		return false;
	needle.folded = text_fold(ed->sought);
	needle.ascii = g_str_is_ascii(needle.folded);
	from = editor_behind(ed, ed->cursor);
	found = find_from(ed, &needle, from, len, &at);
	*wrapped = !found;
	if (!found)
		found = find_from(ed, &needle, 0, from, &at);
	if (found)
		ed->cursor = at;
	g_free(needle.folded);
	return found;
}

const char *
editor_sought(const struct editor *ed)
{
	return ed->sought;
}
