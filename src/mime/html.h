/*
 * html.h - what html.c and html_table.c share; nobody else includes it
 */
#ifndef VERSO_MIME_HTML_H
#define VERSO_MIME_HTML_H

#include <gumbo.h>

#include "mime/private.h"

struct html {
	GPtrArray *out;		/* struct para * */
	guint first;		/* how many stood there before */
	GPtrArray *links;	/* char *, NULL at the end */
	GString *line;		/* the paragraph being written */
	int quote, indent, pre, depth;
	bool blank;		/* an empty line was written last */
};

void
html_node(struct html *h, const GumboNode *node);
void
html_children(struct html *h, const GumboNode *node);
void
html_text(struct html *h, const char *text);
/* End the paragraph, if one was begun. */
void
html_flush(struct html *h);
/* The same, and an empty line. */
void
html_gap(struct html *h);
/* A table: in columns when it holds data, else its cells one below the
 * other. */
void
html_table(struct html *h, const GumboNode *table);

#endif
