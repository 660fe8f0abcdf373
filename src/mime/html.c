/*
 * html.c - HTML as readable text
 *
 * gumbo builds the tree as a browser would; this file walks it and writes
 * paragraphs.  No style sheet is read: hidden things are those that say so
 * in their own style attribute, as preheaders do.  Nothing is fetched.
 */
#include "mime/html.h"

#include <gumbo.h>
#include <string.h>

#include "base/text.h"

/* Nesting beyond this is not walked: gumbo frees its tree recursively, and
 * no letter needs it. */
#define DEPTH_MAX 1000
#define LINKS_MAX 1000

/* ---- the paragraph being written ---- */

void
html_flush(struct html *h)
{
	const char *text = h->line->str;

	if (!h->pre)
		while (h->line->len && text[h->line->len - 1] == ' ')
			g_string_truncate(h->line, h->line->len - 1);
	if (h->line->len > 0) {
		struct para *p = para_new(h->out, LINE_TEXT, h->quote, text);

		p->pre = h->pre > 0;
		if (h->indent > 0)
			p->indent = g_strnfill((gsize)h->indent, ' ');
		h->blank = false;
	}
	g_string_truncate(h->line, 0);
}

/* One empty line between blocks, never two. */
void
html_gap(struct html *h)
{
	html_flush(h);
	if (!h->blank && h->out->len > h->first)
		para_new(h->out, LINE_TEXT, h->quote, "");
	h->blank = true;
}

/* The blanks a list or a definition stands behind. */
static void
begin_line(struct html *h)
{
	if (h->line->len == 0 && h->indent > 0)
		for (int i = 0; i < h->indent; i++)
			g_string_append_c(h->line, ' ');
}

/* Text with white space folded as HTML wants it. */
void
html_text(struct html *h, const char *text)
{
	if (h->pre) {
		for (; *text; text++) {
			if (*text == '\n') {
				if (h->line->len == 0)
					g_string_append_c(h->line, ' ');
				html_flush(h);
			} else if (*text != '\r') {
				g_string_append_c(h->line, *text == '\t'
						  ? ' ' : *text);
			}
		}
		return;
	}
	for (; *text; text++) {
		bool blank = strchr(" \t\r\n\f", *text) != NULL;

		if (!blank) {
			begin_line(h);
			g_string_append_c(h->line, *text);
		} else if (h->line->len > 0 &&
			   h->line->str[h->line->len - 1] != ' ') {
			g_string_append_c(h->line, ' ');
		}
	}
}

/* ---- what an element says ---- */

static const char *
attribute(const GumboNode *node, const char *name)
{
	GumboAttribute *a = gumbo_get_attribute(&node->v.element.attributes,
						name);

	return a ? a->value : NULL;
}

/* style="display:none", and what newsletters write instead. */
static bool
is_hidden(const GumboNode *node)
{
	const char *style = attribute(node, "style");
	GString *flat;
	bool hidden;

	if (attribute(node, "hidden"))
		return true;
	if (!style)
		return false;
	flat = g_string_new(NULL);
	for (; *style; style++)
		if (!g_ascii_isspace(*style))
			g_string_append_c(flat, g_ascii_tolower(*style));
	hidden = strstr(flat->str, "display:none") ||
		 strstr(flat->str, "visibility:hidden") ||
		 strstr(flat->str, "mso-hide:all") ||
		 strstr(flat->str, "max-height:0px;") ||
		 g_str_has_suffix(flat->str, "max-height:0");
	g_string_free(flat, TRUE);
	return hidden;
}

enum kind { INLINE, BLOCK, GAP, SKIP };

static enum kind
kind_of(GumboTag tag)
{
	switch (tag) {
	case GUMBO_TAG_HEAD: case GUMBO_TAG_STYLE: case GUMBO_TAG_SCRIPT:
	case GUMBO_TAG_TITLE: case GUMBO_TAG_NOSCRIPT:
	case GUMBO_TAG_TEMPLATE: case GUMBO_TAG_OBJECT:
	case GUMBO_TAG_IFRAME: case GUMBO_TAG_SVG: case GUMBO_TAG_MATH:
	case GUMBO_TAG_SELECT: case GUMBO_TAG_TEXTAREA:
		return SKIP;
	case GUMBO_TAG_P: case GUMBO_TAG_H1: case GUMBO_TAG_H2:
	case GUMBO_TAG_H3: case GUMBO_TAG_H4: case GUMBO_TAG_H5:
	case GUMBO_TAG_H6: case GUMBO_TAG_UL: case GUMBO_TAG_OL:
	case GUMBO_TAG_DL: case GUMBO_TAG_PRE: case GUMBO_TAG_BLOCKQUOTE:
	case GUMBO_TAG_FIGURE:
		return GAP;
	case GUMBO_TAG_DIV: case GUMBO_TAG_SECTION: case GUMBO_TAG_ARTICLE:
	case GUMBO_TAG_HEADER: case GUMBO_TAG_FOOTER: case GUMBO_TAG_MAIN:
	case GUMBO_TAG_NAV: case GUMBO_TAG_ASIDE: case GUMBO_TAG_ADDRESS:
	case GUMBO_TAG_CENTER: case GUMBO_TAG_FORM: case GUMBO_TAG_LI:
	case GUMBO_TAG_DT: case GUMBO_TAG_DD: case GUMBO_TAG_TR:
	case GUMBO_TAG_TABLE: case GUMBO_TAG_CAPTION: case GUMBO_TAG_HR:
	case GUMBO_TAG_FIELDSET: case GUMBO_TAG_FIGCAPTION:
		return BLOCK;
	default:
		return INLINE;
	}
}

/* ---- elements that need more than their children ---- */

void
html_children(struct html *h, const GumboNode *node)
{
	const GumboVector *v = node->type == GUMBO_NODE_DOCUMENT
		? &node->v.document.children : &node->v.element.children;

	if (++h->depth < DEPTH_MAX)
		for (unsigned i = 0; i < v->length; i++)
			html_node(h, v->data[i]);
	h->depth--;
}

static void
link_(struct html *h, const GumboNode *node)
{
	const char *href = attribute(node, "href");
	size_t before = h->line->len;
	guint paras = h->out->len;
	bool useful;

	html_children(h, node);
	useful = href && (g_ascii_strncasecmp(href, "http:", 5) == 0 ||
			  g_ascii_strncasecmp(href, "https:", 6) == 0 ||
			  g_ascii_strncasecmp(href, "mailto:", 7) == 0);
	/* A link without words is a picture that could not be shown. */
	if (!useful || (h->line->len <= before && h->out->len == paras) ||
	    h->links->len > LINKS_MAX)
		return;
	if (h->line->len > before && g_str_has_suffix(href,
						      h->line->str + before))
		return;		/* its words are the address already */
	g_ptr_array_insert(h->links, (gint)h->links->len - 1, g_strdup(href));
	g_string_append_printf(h->line, "[%u]", h->links->len - 1);
}

static void
image(struct html *h, const GumboNode *node)
{
	const char *alt = attribute(node, "alt");

	if (alt && *alt) {
		html_text(h, "[");
		html_text(h, alt);
		html_text(h, "]");
	}
}

static void
list(struct html *h, const GumboNode *node, bool ordered)
{
	const GumboVector *v = &node->v.element.children;
	int number = 1;

	for (unsigned i = 0; i < v->length; i++) {
		const GumboNode *child = v->data[i];
		char *mark;

		if (child->type != GUMBO_NODE_ELEMENT ||
		    child->v.element.tag != GUMBO_TAG_LI) {
			html_node(h, child);
			continue;
		}
		html_flush(h);
		mark = ordered ? g_strdup_printf("%2d. ", number++)
			       : g_strdup("  • ");
		begin_line(h);
		g_string_append(h->line, mark);
		h->indent += 4;
		html_children(h, child);
		html_flush(h);
		h->indent -= 4;
		g_free(mark);
	}
}

static void
heading(struct html *h, const GumboNode *node, char mark)
{
	guint first = h->out->len;

	html_children(h, node);
	html_flush(h);
	if (mark && h->out->len == first + 1) {
		const struct para *p = h->out->pdata[first];
		int width = MIN(text_width(p->text), 60);
		char *rule = g_strnfill((gsize)MAX(width, 1), mark);

		para_new(h->out, LINE_TEXT, h->quote, rule);
		g_free(rule);
	}
}

static void
quote(struct html *h, const GumboNode *node)
{
	h->quote++;
	h->blank = true;
	html_children(h, node);
	html_flush(h);
	h->quote--;
}

static void
preformatted(struct html *h, const GumboNode *node)
{
	h->pre++;
	html_children(h, node);
	html_flush(h);
	h->pre--;
}

static void
element(struct html *h, const GumboNode *node)
{
	switch (node->v.element.tag) {
	case GUMBO_TAG_BR:
		if (h->line->len == 0)
			html_gap(h);
		html_flush(h);
		return;
	case GUMBO_TAG_HR:
		html_flush(h);
		para_new(h->out, LINE_RULE, h->quote, "────────────────────");
		return;
	case GUMBO_TAG_A: link_(h, node); return;
	case GUMBO_TAG_IMG: image(h, node); return;
	case GUMBO_TAG_UL: list(h, node, false); return;
	case GUMBO_TAG_OL: list(h, node, true); return;
	case GUMBO_TAG_TABLE: html_table(h, node); return;
	case GUMBO_TAG_BLOCKQUOTE: quote(h, node); return;
	case GUMBO_TAG_PRE: preformatted(h, node); return;
	case GUMBO_TAG_H1: heading(h, node, '='); return;
	case GUMBO_TAG_H2: heading(h, node, '-'); return;
	case GUMBO_TAG_DD:
		h->indent += 4;
		html_children(h, node);
		html_flush(h);
		h->indent -= 4;
		return;
	default:
		html_children(h, node);
	}
}

void
html_node(struct html *h, const GumboNode *node)
{
	enum kind kind;

	if (node->type == GUMBO_NODE_TEXT || node->type == GUMBO_NODE_CDATA ||
	    node->type == GUMBO_NODE_WHITESPACE) {
		html_text(h, node->v.text.text);
		return;
	}
	if (node->type != GUMBO_NODE_ELEMENT)
		return;
	kind = kind_of(node->v.element.tag);
	if (kind == SKIP || is_hidden(node))
		return;
	if (kind == GAP && h->indent == 0)
		html_gap(h);
	else if (kind != INLINE && h->line->len > (size_t)h->indent)
		html_flush(h);
	element(h, node);
	if (kind == GAP && h->indent == 0)
		html_gap(h);
	else if (kind != INLINE)
		html_flush(h);
}

/* ---- the whole ---- */

/* How deep the tags of a page nest, roughly: what closes itself is not
 * counted. */
static int
nesting(const char *html, size_t len)
{
	static const char *const flat[] = { "br", "img", "hr", "input",
		"meta", "link", "p", "li", "td", "tr", "th", "option", "dt",
		"dd" };
	const char *p = html, *end = html + len;
	int depth = 0, deepest = 0;

	while ((p = memchr(p, '<', (size_t)(end - p))) && ++p < end) {
		size_t n = 0, i;

		if (*p == '/') {
			depth -= depth > 0;
			continue;
		}
		while (p + n < end && g_ascii_isalnum(p[n]))
			n++;
		for (i = 0; n && i < G_N_ELEMENTS(flat); i++)
			if (strlen(flat[i]) == n &&
			    g_ascii_strncasecmp(p, flat[i], n) == 0)
				break;
		if (n && i == G_N_ELEMENTS(flat))
			deepest = MAX(deepest, ++depth);
	}
	return deepest;
}

/* Tags taken off, nothing else: for pages that are an attack. */
static void
strip_tags(GPtrArray *out, const char *html, size_t len)
{
	GString *s = g_string_new(NULL);
	bool inside = false;

	for (size_t i = 0; i < len; i++) {
		if (html[i] == '<')
			inside = true;
		else if (html[i] == '>')
			inside = false;
		else if (!inside)
			g_string_append_c(s, html[i]);
	}
	flow_plain(out, s->str, false, false);
	g_string_free(s, TRUE);
}

/* Empty paragraphs at the end say nothing. */
static void
trim(struct html *h)
{
	while (h->out->len > h->first) {
		const struct para *p = h->out->pdata[h->out->len - 1];

		if (*p->text)
			break;
		g_ptr_array_set_size(h->out, (gint)h->out->len - 1);
	}
}

void
html_paras(GPtrArray *out, const char *html, size_t len, GPtrArray *links)
{
	struct html h = { .out = out, .links = links, .first = out->len,
			  .line = g_string_new(NULL), .blank = true };
	GumboOutput *page;

	if (nesting(html, len) > DEPTH_MAX) {
		strip_tags(out, html, len);
	} else {
		page = gumbo_parse_with_options(&kGumboDefaultOptions, html,
						len);
		html_children(&h, page->document);
		html_flush(&h);
		trim(&h);
		gumbo_destroy_output(&kGumboDefaultOptions, page);
	}
	g_string_free(h.line, TRUE);
}
