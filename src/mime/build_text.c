/*
 * build_text.c - the text of a letter as it is sent
 */
#include "mime/build_private.h"

#include <string.h>

#include "base/text.h"

#define COLUMNS 72
#define COLUMNS_MOST 78	/* of a line that is broken already (RFC 3676 4.2) */
#define LINE_MOST 990	/* octets of a line, below the 998 of RFC 5322 */

/* ---- format=flowed (RFC 3676) --------------------------------------- */

/* The marks of quoting before a line, "> >" and ">>" alike: how deep, and
 * where its words begin. */
static int
quote_of(const char **line)
{
	int depth = 0;
	const char *p = *line;

	while (*p == '>') {
		depth++;
		p++;
		if (*p == ' ' && p[1] == '>')
			p++;
	}
	if (depth && *p == ' ')
		p++;
	*line = p;
	return depth;
}

static void
put_prefix(GString *out, int depth, const char *words)
{
	for (int i = 0; i < depth; i++)
		g_string_append_c(out, '>');
	/* Stuffed: what would be read as a quote, or as an mbox's From. */
	if ((depth && *words) || *words == ' ' || *words == '>' ||
	    g_str_has_prefix(words, "From "))
		g_string_append_c(out, ' ');
}

/* The first stretch of a paragraph: its octets, with the blanks it ends in;
 * all of it when no more than fits is left. */
static size_t
stretch(const char *words, int columns)
{
	size_t next = 0, len = text_fit(words, columns, NULL);

	if (!words[len] && len <= LINE_MOST)
		return len;
	len = text_break(words, columns, &next);
	/* Broken inside a word: that goes on to its blank, since a line that
	 * ends without one is a line of its own. */
	if (next == len && words[next])
		next = strcspn(words, " ");
	next += strspn(words + next, " ");
	/* This would begin a signature. */
	if (next == 3 && g_str_has_prefix(words, "-- ") && words[next]) {
		next += strcspn(words + next, " ");
		next += strspn(words + next, " ");
	}
	return next;
}

static void
flow_line(GString *out, const char *line)
{
	int depth = quote_of(&line), marks = depth ? depth + 1 : 0;
	/* Behind the marks and their blank, and before the blank at the
	 * end. */
	int columns = MAX(COLUMNS - 1 - marks, 20);
	char *words = g_strdup(line);
	const char *p = words;

	if (strcmp(words, "-- ") != 0)
		g_strchomp(words);
	/* What somebody broke a little later is no paragraph: it would be a
	 * long line and a word, over and over. */
	if (text_width(words) + marks <= COLUMNS_MOST)
		columns = COLUMNS_MOST - marks;
	do {
		size_t n = stretch(p, columns);

		put_prefix(out, depth, p);
		g_string_append_len(out, p, (gssize)n);
		p += n;
		g_string_append_c(out, '\n');
	} while (*p);
	g_free(words);
}

char *
build_flow(const char *text, bool flowed)
{
	GString *out = g_string_new(NULL);
	char *copy = g_strdup(text), *line, *rest;

	for (line = copy; *line; line = rest) {
		char end;

		/* However somebody's editor ends lines. */
		rest = line + strcspn(line, "\r\n");
		end = *rest;
		if (end)
			*rest++ = '\0';
		if (end == '\r' && *rest == '\n')
			rest++;
		if (flowed)
			flow_line(out, line);
		else
			g_string_append_printf(out, "%s\n", line);
	}
	g_free(copy);
	return g_string_free(out, FALSE);
}

/* One line of flowed text after the others; *open: the paragraph that goes on
 * is quoted so deep, -1: none does. */
static void
unflow_line(GString *out, const char *line, int *open)
{
	int depth = (int)strspn(line, ">");
	const char *words = line + depth;
	bool signature, first;

	words += *words == ' ';
	signature = strcmp(words, "-- ") == 0;
	first = *open != depth || signature;
	if (first && *open >= 0)
		g_string_append_c(out, '\n');
	for (int i = 0; i < depth && first; i++)
		g_string_append_c(out, '>');
	if (depth && first && *words)
		g_string_append_c(out, ' ');
	g_string_append(out, words);
	if (!signature && g_str_has_suffix(words, " ")) {
		*open = depth;
		return;
	}
	g_string_append_c(out, '\n');
	*open = -1;
}

char *
build_unflow(const char *text)
{
	GString *out = g_string_new(NULL);
	int open = -1;

	while (*text) {
		size_t len = strcspn(text, "\n");
		char *line = g_strndup(text, len);

		unflow_line(out, line, &open);
		g_free(line);
		text += len + (text[len] == '\n');
	}
	return g_string_free(out, FALSE);
}

/* ---- quotes in an editor -------------------------------------------- */

static bool
is_quoted(const char *line)
{
	return *line == '>';
}

/* The blanks that say that a line goes on. */
static void
drop_blanks(GString *s, size_t at)
{
	size_t to = at;

	for (size_t i = at; i < s->len; i++)
		if (s->str[i] != ' ' || s->str[i + 1] != '\n')
			s->str[to++] = s->str[i];
	g_string_truncate(s, to);
}

char *
build_flow_quotes(const char *text, bool flowed)
{
	GString *out = g_string_new(NULL);
	char **lines = g_strsplit(text, "\n", -1);

	for (char **l = lines; *l; l++) {
		size_t at = out->len;

		if (is_quoted(*l))
			flow_line(out, *l);
		else
			g_string_append_printf(out, "%s%s", *l,
					       l[1] ? "\n" : "");
		if (is_quoted(*l) && !flowed)
			drop_blanks(out, at);
	}
	g_strfreev(lines);
	return g_string_free(out, FALSE);
}

char *
build_unflow_quotes(const char *text)
{
	GString *out = g_string_new(NULL);
	int open = -1;

	while (*text) {
		size_t len = strcspn(text, "\n"), all = len + (text[len] != 0);
		char *line = g_strndup(text, len);
		bool quoted = is_quoted(line);

		/* An empty line ends what goes on: the end of that was cut. */
		if (open >= 0 && (!quoted || !line[strspn(line, "> ")])) {
			g_string_append_c(out, '\n');
			open = -1;
		}
		if (quoted)
			unflow_line(out, line, &open);
		else
			g_string_append_len(out, text, (gssize)all);
		g_free(line);
		text += all;
	}
	return g_string_free(out, FALSE);
}

/* ---- parts ---------------------------------------------------------- */

static bool
is_ascii(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text > 127)
			return false;
	return true;
}

static bool
has_long_line(const char *text)
{
	size_t len;

	for (; *text; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		if (len > LINE_MOST)
			return true;
	}
	return false;
}

static GMimeContentEncoding
encoding_for(const char *text)
{
	if (has_long_line(text))
		return GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE;
	return is_ascii(text) ? GMIME_CONTENT_ENCODING_7BIT
			      : GMIME_CONTENT_ENCODING_8BIT;
}

static GMimeObject *
text_part(const char *subtype, const char *text, bool flowed)
{
	GMimePart *part = g_mime_part_new_with_type("text", subtype);
	GMimeObject *o = GMIME_OBJECT(part);
	GMimeStream *mem = g_mime_stream_mem_new_with_buffer(text,
							     strlen(text));
	GMimeDataWrapper *content = g_mime_data_wrapper_new_with_stream(
		mem, GMIME_CONTENT_ENCODING_DEFAULT);

	g_mime_object_set_content_type_parameter(o, "charset",
		is_ascii(text) ? "us-ascii" : "utf-8");
	if (flowed)
		g_mime_object_set_content_type_parameter(o, "format",
							 "flowed");
	g_mime_part_set_content_encoding(part, encoding_for(text));
	g_mime_part_set_content(part, content);
	g_object_unref(content);
	g_object_unref(mem);
	return o;
}

GMimeObject *
build_text(const struct letter *l)
{
	char *text = build_flow(l->text, l->flowed), *html;
	GMimeObject *plain = text_part("plain", text, l->flowed);
	GMimeObject *rich;
	GMimeMultipart *both;

	g_free(text);
	if (!l->markdown)
		return plain;
	html = build_html(l->text);
	rich = text_part("html", html, false);
	both = g_mime_multipart_new_with_subtype("alternative");
	g_mime_multipart_add(both, plain);
	g_mime_multipart_add(both, rich);
	g_object_unref(plain);
	g_object_unref(rich);
	g_free(html);
	return GMIME_OBJECT(both);
}
