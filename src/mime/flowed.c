/*
 * flowed.c - format=flowed and DelSp (RFC 3676)
 */
#include <string.h>

#include "mime/plain.h"

struct flow {
	struct sheet *sheet;
	GString *paragraph;
	int quote;		/* of the paragraph */
	bool open;		/* the paragraph goes on */
	enum line_kind kind;
};

static void
end_paragraph(struct flow *f)
{
	GString *prefix;

	if (!f->open)
		return;
	prefix = g_string_new(NULL);
	for (int i = 0; i < f->quote; i++)
		g_string_append_c(prefix, '>');
	if (f->quote && f->paragraph->len)
		g_string_append_c(prefix, ' ');
	sheet_wrap(f->sheet, f->kind, f->quote, prefix->str, prefix->str,
		   f->paragraph->str);
	plain_find_links(f->sheet, f->paragraph->str);
	g_string_free(prefix, TRUE);
	g_string_truncate(f->paragraph, 0);
	f->open = false;
}

static void
flowed_line(struct flow *f, char *line, bool delsp)
{
	int quote = (int)strspn(line, ">");
	size_t len;
	bool flows, signature;

	line += quote;
	if (*line == ' ')	/* stuffed */
		line++;
	len = strlen(line);
	signature = strcmp(line, "-- ") == 0;
	flows = len && line[len - 1] == ' ' && !signature;
	if (f->open && (quote != f->quote || signature))
		end_paragraph(f);
	if (signature && !quote)
		f->kind = LINE_SIGNATURE;
	if (flows && delsp)
		line[len - 1] = '\0';
	f->quote = quote;
	f->open = true;
	g_string_append(f->paragraph, line);
	if (!flows)
		end_paragraph(f);
}

void
flowed_render(struct sheet *s, const char *text, bool delsp)
{
	struct flow f = { .sheet = s, .kind = LINE_TEXT };
	char *copy = g_strdup(text), *line, *rest;

	f.paragraph = g_string_new(NULL);
	for (line = copy; *line; line = rest) {
		rest = strchr(line, '\n');
		if (rest)
			*rest++ = '\0';
		else
			rest = line + strlen(line);
		flowed_line(&f, line, delsp);
		if (s->lines->len >= LINES_MAX)
			break;
	}
	end_paragraph(&f);
	g_string_free(f.paragraph, TRUE);
	g_free(copy);
}
