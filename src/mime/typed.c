/*
 * typed.c - addresses as people write them
 *
 * The grammar passes over what it cannot read; a person means somebody by it.
 */
#include "mime/typed.h"

#include <string.h>

#include "mime/words.h"
#include "model/address.h"

/* Enough to know it by, and a line can take it. */
#define WORDS_MOST 254

/* Where the comma is that ends a piece, or the end.  None counts in quotes,
 * comments, brackets, nor in a group but for its end. */
static const char *
piece_end(const char *p)
{
	bool quoted = false, bracketed = false, group = false;
	int depth = 0;

	for (; *p; p++) {
		if (*p == '\\' && (quoted || depth) && p[1])
			p++;
		else if (*p == '"' && !depth)
			quoted = !quoted;
		else if (quoted)
			continue;
		else if (*p == '(' || (*p == ')' && depth))
			depth += *p == '(' ? 1 : -1;
		else if (depth)
			continue;
		else if (strchr("<>[]", *p))
			bracketed = *p == '<' || *p == '[';
		else if (!bracketed && *p == ':')
			group = true;
		else if (!bracketed && (*p == ';' || (*p == ',' && !group)))
			break;
	}
	return p;
}

/* Words that read as they are when they come by again. */
static char *
plain(char *piece)
{
	for (char *p = piece; *p; p++)
		if (strchr("\"()<>[]:;,\\", *p) || g_ascii_iscntrl(*p))
			*p = ' ';
	g_strstrip(piece);
	if (strchr(piece, ' '))
		g_strdelimit(piece, "@", ' ');
	if (strlen(piece) > WORDS_MOST)
		*g_utf8_find_prev_char(piece, piece + WORDS_MOST + 1) = '\0';
	return piece;
}

static void
add_piece(GPtrArray *all, const char *text, size_t len)
{
	GPtrArray *found = words_addresses(text, len, NULL);
	bool group = len > 0 && memchr(text, ':', len);

	if (found->len == 0 && !group) {
		char *words = plain(g_strndup(text, len));

		if (*words)
			g_ptr_array_add(all, address_new("", words));
		g_free(words);
	}
	g_ptr_array_extend_and_steal(all, found);
}

GPtrArray *
typed_addresses(const char *text)
{
	GPtrArray *all = words_addresses("", 0, NULL);

	while (*text) {
		const char *end = piece_end(text);

		/* The end of a group is part of it. */
		add_piece(all, text, (size_t)(end - text) + (*end == ';'));
		text = end + (*end != '\0');
	}
	return all;
}
