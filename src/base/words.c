/*
 * words.c - splitting and joining command lines
 */
#include "base/words.h"

#include <stdbool.h>
#include <string.h>

#include <glib.h>

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The escape at *p (behind the backslash); moves *p on.  False: unknown. */
static bool
take_escape(const char **p, GString *word)
{
	int hi, lo;

	switch (*(*p)++) {
	case '"': g_string_append_c(word, '"'); return true;
	case '\\': g_string_append_c(word, '\\'); return true;
	case 'n': g_string_append_c(word, '\n'); return true;
	case 't': g_string_append_c(word, '\t'); return true;
	case 'x':
		hi = g_ascii_xdigit_value((*p)[0]);
		lo = hi < 0 ? -1 : g_ascii_xdigit_value((*p)[1]);
		if (lo < 0 || hi * 16 + lo == 0)
			return false;
		g_string_append_c(word, (char)(hi * 16 + lo));
		*p += 2;
		return true;
	default:
		return false;
	}
}

/* The quoted part at *p (behind the opening quote).  False: left open. */
static bool
take_quoted(const char **p, char quote, GString *word)
{
	while (**p && **p != quote) {
		if (quote == '"' && **p == '\\') {
			(*p)++;
			if (!take_escape(p, word))
				return false;
		} else {
			g_string_append_c(word, *(*p)++);
		}
	}
	if (!**p)
		return false;
	(*p)++;
	return true;
}

/* One word at *p, which is no blank.  NULL: bad quoting. */
static char *
take_word(const char **p)
{
	GString *word = g_string_new(NULL);

	while (**p && !is_blank(**p)) {
		char c = *(*p)++;

		if (c != '"' && c != '\'') {
			g_string_append_c(word, c);
		} else if (!take_quoted(p, c, word)) {
			g_string_free(word, TRUE);
			return NULL;
		}
	}
	return g_string_free(word, FALSE);
}

char **
words_split(const char *line, int *n)
{
	GPtrArray *words = g_ptr_array_new_with_free_func(g_free);

	for (;;) {
		char *word;

		while (is_blank(*line))
			line++;
		if (!*line)
			break;
		word = take_word(&line);
		if (!word) {
			g_ptr_array_free(words, TRUE);
			return NULL;
		}
		g_ptr_array_add(words, word);
	}
	if (n)
		*n = (int)words->len;
	g_ptr_array_add(words, NULL);
	return (char **)g_ptr_array_free(words, FALSE);
}

static bool
needs_quotes(const char *word)
{
	if (!*word)
		return true;
	for (; *word; word++)
		if (is_blank(*word) || *word == '"' || *word == '\'' ||
		    *word == '\\' || (unsigned char)*word < 0x20)
			return true;
	return false;
}

char *
words_quote(const char *word)
{
	GString *s;

	if (!needs_quotes(word))
		return g_strdup(word);
	s = g_string_new("\"");
	for (; *word; word++) {
		if (*word == '"' || *word == '\\')
			g_string_append_printf(s, "\\%c", *word);
		else if (*word == '\n')
			g_string_append(s, "\\n");
		else if (*word == '\t')
			g_string_append(s, "\\t");
		else if ((unsigned char)*word < 0x20)
			g_string_append_printf(s, "\\x%02x",
					       (unsigned char)*word);
		else
			g_string_append_c(s, *word);
	}
	g_string_append_c(s, '"');
	return g_string_free(s, FALSE);
}

char *
words_join(char *const *words)
{
	GString *s = g_string_new(NULL);

	for (int i = 0; words[i]; i++) {
		char *q = words_quote(words[i]);

		if (i)
			g_string_append_c(s, ' ');
		g_string_append(s, q);
		g_free(q);
	}
	return g_string_free(s, FALSE);
}
