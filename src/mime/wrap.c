/*
 * wrap.c - paragraphs into lines, at the places Unicode allows (UAX 14)
 */
#include "mime/private.h"

#include <string.h>
#include <unilbrk.h>

#include "base/text.h"

static void
line_free(gpointer data)
{
	struct line *l = data;

	g_free(l->text);
	g_free(l);
}

/* One finished line: quote marks, indent, text, all through the gate. */
static void
add_line(GPtrArray *lines, const struct para *p, const char *indent,
	 const char *text, size_t len)
{
	struct line *l = g_new0(struct line, 1);
	GString *s = g_string_new(NULL);

	while (len > 0 && text[len - 1] == ' ' && p->kind != LINE_SIGNATURE)
		len--;
	for (int i = 0; i < p->quote; i++)
		g_string_append_c(s, '>');
	if (p->quote && (len > 0 || indent))
		g_string_append_c(s, ' ');
	if (indent)
		g_string_append(s, indent);
	text_gate(s, text, len, false);
	l->text = g_string_free(s, FALSE);
	l->kind = p->kind;
	l->quote = p->quote;
	if (!lines->len)
		g_ptr_array_set_free_func(lines, line_free);
	g_ptr_array_add(lines, l);
}

/* Where the line that begins at text must end: at a break of breaks[], or,
 * when none fits, after as many clusters as fit. */
static size_t
line_end(const char *text, const char *breaks, size_t len, int width)
{
	size_t fits = text_fit(text, width, NULL), at;

	if (fits >= len)
		return len;
	/* Blanks may hang over the edge. */
	at = fits;
	while (at < len && text[at] == ' ')
		at++;
	if (at > fits && at < len)
		return at;
	for (at = fits; at > 0; at--)
		if (breaks[at] == UC_BREAK_POSSIBLE)
			return at;
	if (fits > 0)
		return fits;
	/* Not even one cluster fits: it must go somewhere. */
	text_cluster(text, &width);
	return MAX(text_cluster(text, &width), 1);
}

static void
wrap_one(GPtrArray *lines, const struct para *p, int width)
{
	size_t len = strlen(p->text);
	char *breaks;
	const char *text = p->text;
	bool first = true;

	width -= p->quote ? p->quote + 1 : 0;
	if (p->indent)
		width -= text_width(p->indent);
	width = MAX(width, 8);
	if (len < (size_t)width || text_width(text) <= width) {
		add_line(lines, p, NULL, text, len);
		return;
	}
	breaks = g_malloc(len + 1);
	u8_possible_linebreaks((const uint8_t *)text, len, "UTF-8", breaks);
	if (p->pre)
		memset(breaks, UC_BREAK_PROHIBITED, len);
	while (len > 0) {
		size_t n = line_end(text, breaks + (text - p->text), len,
				    width);

		add_line(lines, p, first ? NULL : p->indent, text, n);
		first = false;
		text += n;
		len -= n;
	}
	g_free(breaks);
}

void
wrap_paras(GPtrArray *lines, const GPtrArray *paras, int width)
{
	for (guint i = 0; i < paras->len; i++) {
		const struct para *p = paras->pdata[i];

		if (width > 0)
			wrap_one(lines, p, width);
		else
			add_line(lines, p, NULL, p->text, strlen(p->text));
	}
}
