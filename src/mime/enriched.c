/*
 * enriched.c - the marks of text/enriched and text/richtext taken off
 */
#include "mime/enriched.h"

#include <string.h>

#include <glib.h>

#define MARK_MAX 60	/* octets of a mark; longer ones are text */

struct enriched {
	GString *out;
	bool rich;
	int nofill;		/* line breaks count as they are */
	int hidden;		/* what stands here is no text */
};

/* What a mark of text/richtext stands for. */
static const struct {
	const char *mark, *text;
} signs[] = {
	{ "lt", "<" }, { "nl", "\n" }, { "np", "\n\n" },
	{ "paragraph", "\n" }, { "/paragraph", "\n" },
};

/* <nofill>, <param> and their like, and what ends them. */
static void
count(int *level, const char *mark, const char *name)
{
	if (strcmp(mark, name) == 0)
		++*level;
	else if (*mark == '/' && strcmp(mark + 1, name) == 0 && *level > 0)
		--*level;
}

static void
apply_mark(struct enriched *e, const char *mark)
{
	count(&e->hidden, mark, e->rich ? "comment" : "param");
	if (!e->rich)
		count(&e->nofill, mark, "nofill");
	for (size_t i = 0; e->rich && i < G_N_ELEMENTS(signs); i++)
		if (strcmp(mark, signs[i].mark) == 0 && !e->hidden)
			g_string_append(e->out, signs[i].text);
}

/* The octets of the mark at p, 0 when it is none. */
static size_t
read_mark(struct enriched *e, const char *p)
{
	char mark[MARK_MAX];
	size_t n = strcspn(p + 1, "<> \n");

	if (p[1 + n] != '>' || n == 0 || n >= sizeof(mark))
		return 0;
	for (size_t i = 0; i < n; i++)
		mark[i] = g_ascii_tolower(p[1 + i]);
	mark[n] = '\0';
	apply_mark(e, mark);
	return n + 2;
}

/* One line break is a blank, each more is one. */
static size_t
read_breaks(struct enriched *e, const char *p)
{
	size_t n = strspn(p, "\n");

	if (e->hidden)
		return n;
	if (e->rich || (n == 1 && !e->nofill))
		g_string_append_c(e->out, ' ');
	else
		for (size_t i = e->nofill ? 0 : 1; i < n; i++)
			g_string_append_c(e->out, '\n');
	return n;
}

char *
enriched_text(const char *text, bool rich)
{
	struct enriched e = { .out = g_string_new(NULL), .rich = rich };

	while (*text) {
		size_t n = 0;

		if (*text == '\n')
			n = read_breaks(&e, text);
		else if (*text == '<' && text[1] == '<' && !rich)
			text++;
		else if (*text == '<')
			n = read_mark(&e, text);
		if (!n && !e.hidden)
			g_string_append_c(e.out, *text);
		text += n ? n : 1;
	}
	return g_string_free(e.out, FALSE);
}
