/*
 * flow.c - plain text into paragraphs: format=flowed (RFC 3676) and quotes
 */
#include "mime/private.h"

#include <string.h>

struct para *
para_new(GPtrArray *out, enum line_kind kind, int quote, const char *text)
{
	struct para *p = g_new0(struct para, 1);

	p->kind = kind;
	p->quote = quote;
	p->text = g_strdup(text);
	g_ptr_array_add(out, p);
	return p;
}

void
para_free(gpointer data)
{
	struct para *p = data;

	g_free(p->text);
	g_free(p->indent);
	g_free(p);
}

/* Quote marks at the front: "> >> " counts three.  *rest is what is behind
 * them.  Blanks between marks are allowed only in text that is not flowed. */
static int
count_quotes(const char *line, bool flowed, const char **rest)
{
	const char *p = line;
	int n = 0;

	for (;;) {
		const char *q = p;

		if (!flowed && n > 0 && *q == ' ')
			q++;
		if (*q != '>')
			break;
		p = q + 1;
		n++;
	}
	if (n > 0 && *p == ' ' && !flowed)
		p++;
	*rest = p;
	return MIN(n, 50);
}

struct flow {
	GPtrArray *out;
	bool flowed, delsp, signature;
	GString *open;		/* a paragraph that goes on, NULL none */
	int quote;
};

static void
close_paragraph(struct flow *f)
{
	if (!f->open)
		return;
	para_new(f->out, LINE_TEXT, f->quote, f->open->str);
	g_string_free(f->open, TRUE);
	f->open = NULL;
}

/* One line of flowed text, quote marks taken off. */
static void
flowed_line(struct flow *f, int quote, const char *text)
{
	size_t len;
	bool soft;

	if (*text == ' ')
		text++;			/* space-stuffed */
	if (f->open && f->quote != quote)
		close_paragraph(f);
	len = strlen(text);
	soft = len > 0 && text[len - 1] == ' ' && strcmp(text, "-- ") != 0;
	if (soft && f->delsp)
		len--;
	if (strcmp(text, "-- ") == 0)
		close_paragraph(f);
	if (!f->open)
		f->open = g_string_new(NULL);
	f->quote = quote;
	g_string_append_len(f->open, text, (gssize)len);
	if (!soft)
		close_paragraph(f);
}

static void
one_line(struct flow *f, const char *line)
{
	const char *rest;
	int quote = count_quotes(line, f->flowed, &rest);

	if (!quote && strcmp(line, "-- ") == 0)
		f->signature = true;
	if (f->signature) {
		close_paragraph(f);
		para_new(f->out, LINE_SIGNATURE, 0, line);
	} else if (f->flowed) {
		flowed_line(f, quote, rest);
	} else {
		para_new(f->out, LINE_TEXT, quote, rest);
	}
}

/* "begin 644 photo.jpg": a file inside the text (uuencode). */
static void
notice_uuencode(struct flow *f, const char *line)
{
	if (g_str_has_prefix(line, "begin ") && strlen(line) > 10 &&
	    strspn(line + 6, "01234567") == 3 && line[9] == ' ') {
		char *words = g_strdup_printf("A uuencoded file follows in "
					      "the text: %s", line + 10);

		para_new(f->out, LINE_NOTICE, 0, words);
		g_free(words);
	} else if (g_str_has_prefix(line, "=ybegin ")) {
		const char *name = strstr(line, "name=");

		char *words = g_strdup_printf("A yEnc file follows in the "
					      "text: %s", name ? name + 5
							       : "?");

		para_new(f->out, LINE_NOTICE, 0, words);
		g_free(words);
	}
}

/* TABs to blanks, so that widths are known. */
static char *
expand_tabs(const char *line, size_t len)
{
	GString *s = g_string_sized_new(len + 8);

	for (size_t i = 0; i < len; i++) {
		if (line[i] != '\t') {
			g_string_append_c(s, line[i]);
			continue;
		}
		do {
			g_string_append_c(s, ' ');
		} while (s->len % 8);
	}
	return g_string_free(s, FALSE);
}

void
flow_plain(GPtrArray *out, const char *text, bool flowed, bool delsp)
{
	struct flow f = { .out = out, .flowed = flowed, .delsp = delsp };

	while (*text) {
		size_t len = strcspn(text, "\r\n");
		char *line = expand_tabs(text, len);

		notice_uuencode(&f, line);
		one_line(&f, line);
		g_free(line);
		text += len;
		if (text[0] == '\r' && text[1] == '\n')
			text++;
		if (*text)
			text++;
	}
	close_paragraph(&f);
}
