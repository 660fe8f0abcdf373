/*
 * html_private.h - the state of one rendering of HTML
 */
#ifndef VERSO_MIME_HTML_PRIVATE_H
#define VERSO_MIME_HTML_PRIVATE_H

#include <gumbo.h>

#include "mime/sheet.h"

#define WALK_MAX 1500		/* depth of recursion */

struct html {
	struct sheet *sheet;
	GString *text;		/* of the paragraph that grows */
	int quote;		/* blockquotes around it */
	int indent;		/* columns */
	char bullet[24];	/* before the next paragraph; "" none */
	int pre;		/* white space counts */
	int lists;		/* lists around it */
	int depth;
	bool gap;		/* an empty line before the next paragraph */
	bool blank;		/* a blank before the next word */
	bool begun;		/* something stands on the sheet already */
	enum line_kind kind;
	const char *url;	/* of the link we are in, its number pending */
	bool url_text;		/* it has words */
};

/* html.c */
void
html_walk(struct html *h, const GumboNode *node);
void
html_children(struct html *h, const GumboNode *node);
void
html_flush(struct html *h);
void
html_block(struct html *h, bool gap);	/* end a paragraph */
void
html_word(struct html *h, const char *text);	/* inline, as it is */
char *
html_prefix(const struct html *h);	/* quotes and indent; caller frees */

/* html_style.c */
const char *
html_attribute(const GumboNode *node, const char *name);	/* or NULL */
int
html_number(const GumboNode *node, const char *name, int otherwise);
bool
html_hidden(const GumboNode *node);
bool
html_tiny(const GumboNode *node);	/* its style makes it a point */
bool
html_is(const GumboNode *node, GumboTag tag);

/* html_link.c */
void
html_anchor(struct html *h, const GumboNode *node);
void
html_image(struct html *h, const GumboNode *node);
void
html_mark_link(struct html *h);	/* write the pending number, if any */
void
html_list_links(struct sheet *s, size_t from);

/* html_table.c */
void
html_table(struct html *h, const GumboNode *table);

#endif
