/*
 * plain.c - plain text, line by line
 */
#include "mime/plain.h"

#include <string.h>

#define QUOTE_MAX 40	/* levels that are counted */
#define INDENT_MAX 24	/* blanks that a wrapped line repeats */

/* "> > text", ">>text": the level, and how many octets the marks take. */
static int
quote_level(const char *line, size_t *octets)
{
	const char *p = line;
	int level = 0;

	for (; level < QUOTE_MAX; level++) {
		const char *q = p;

		if (level && *q == ' ')
			q++;
		if (*q != '>')
			break;
		p = q + 1;
	}
	if (level && *p == ' ')
		p++;
	*octets = (size_t)(p - line);
	return level;
}

/* A URL ends at a blank or a bracket; marks of the sentence are not in it. */
static size_t
url_length(const char *url)
{
	size_t n = strcspn(url, " \t<>\"'`|\\^{}[]");

	while (n && strchr(".,;:!?)*_", url[n - 1])) {
		if (url[n - 1] == ')' && memchr(url, '(', n))
			break;
		n--;
	}
	return n;
}

void
plain_find_links(struct sheet *s, const char *line)
{
	const char *p = line, *sep;

	while ((sep = strstr(p, "://"))) {
		const char *from = sep;
		size_t n;

		while (from > p && g_ascii_isalpha(from[-1]))
			from--;
		n = url_length(from);
		p = sep + 3;
		if ((g_str_has_prefix(from, "http") ||
		     g_str_has_prefix(from, "ftp:")) &&
		    from + n > p) {
			char *url = g_strndup(from, n);

			sheet_link(s, url);
			g_free(url);
			p = from + n;
		}
	}
}

/* What stands before the lines that a long line is wrapped to. */
static char *
continuation(const char *line, size_t marks, int level)
{
	size_t blanks = strspn(line + marks, " ");

	if (!level)
		return g_strnfill(MIN(blanks, INDENT_MAX), ' ');
	if (line[marks - 1] == ' ')
		return g_strndup(line, marks);
	return g_strdup_printf("%.*s ", (int)marks, line);
}

static void
plain_line(struct sheet *s, const char *line, enum line_kind kind)
{
	size_t marks;
	int level = quote_level(line, &marks);
	char *next = continuation(line, marks, level);

	sheet_wrap(s, kind, level, "", next, line);
	plain_find_links(s, line);
	g_free(next);
}

void
plain_render(struct sheet *s, const char *text)
{
	enum line_kind kind = LINE_TEXT;
	char *copy = g_strdup(text), *line, *rest;

	for (line = copy; *line; line = rest) {
		rest = strchr(line, '\n');
		if (rest)
			*rest++ = '\0';
		else
			rest = line + strlen(line);
		if (strcmp(line, "-- ") == 0)
			kind = LINE_SIGNATURE;
		plain_line(s, line, kind);
		if (s->lines->len >= LINES_MAX)
			break;
	}
	g_free(copy);
}
