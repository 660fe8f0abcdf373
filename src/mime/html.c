/*
 * html.c - HTML as text to read
 *
 * gumbo makes a tree, one walk over it makes paragraphs, the sheet wraps
 * them.  What gumbo allocates lies in an arena with a limit, so that neither
 * a hostile tree nor taking it down can cost more than that.
 */
#include "mime/html.h"

#include <setjmp.h>
#include <string.h>

#include "base/text.h"
#include "mime/html_filter.h"
#include "mime/html_private.h"

#define ARENA_MAX (96 << 20)
#define BLOCK (256 << 10)
#define INDENT_MAX 24

/* ---- the arena ---------------------------------------------------------- */

struct arena {
	GSList *blocks;
	char *free;
	size_t left, total;
	jmp_buf full;
};

static void *
arena_alloc(void *userdata, size_t size)
{
	struct arena *a = userdata;
	void *p;

	size = (size + 15) & ~(size_t)15;
	if (size > a->left) {
		size_t block = MAX(size, BLOCK);

		a->total += block;
		if (a->total > ARENA_MAX)
			longjmp(a->full, 1);
		a->free = g_malloc(block);
		a->left = block;
		a->blocks = g_slist_prepend(a->blocks, a->free);
	}
	p = a->free;
	a->free += size;
	a->left -= size;
	return p;
}

static void
arena_free(void *userdata, void *p)
{
}

/* ---- paragraphs --------------------------------------------------------- */

char *
html_prefix(const struct html *h)
{
	GString *out = g_string_new(NULL);

	for (int i = 0; i < h->quote; i++)
		g_string_append_c(out, '>');
	if (h->quote)
		g_string_append_c(out, ' ');
	for (int i = 0; i < MIN(h->indent, INDENT_MAX); i++)
		g_string_append_c(out, ' ');
	return g_string_free(out, FALSE);
}

/* The bullet stands to the left of the indent. */
static char *
first_prefix(struct html *h, const char *prefix)
{
	size_t n = strlen(prefix);
	size_t columns = (size_t)text_width(h->bullet);
	char *first;

	if (!*h->bullet)
		return g_strdup(prefix);
	n -= MIN(MIN(columns, (size_t)h->indent), n);
	first = g_strdup_printf("%.*s%s", (int)n, prefix, h->bullet);
	*h->bullet = '\0';
	return first;
}

static void
emit(struct html *h, const char *text)
{
	char *next = html_prefix(h), *first = first_prefix(h, next);

	sheet_wrap(h->sheet, h->kind, h->quote, first, next, text);
	g_free(first);
	g_free(next);
}

void
html_flush(struct html *h)
{
	char *text, *line, *rest;

	if (!h->pre)
		while (h->text->len &&
		       strchr(" \n", h->text->str[h->text->len - 1]))
			g_string_truncate(h->text, h->text->len - 1);
	h->blank = false;
	if (!h->text->len)
		return;
	html_mark_link(h);
	h->blank = false;
	if (h->gap && h->begun)
		sheet_gap(h->sheet, h->quote);
	h->gap = false;
	h->begun = true;
	text = g_strdup(h->text->str);
	g_string_truncate(h->text, 0);
	for (line = text; line; line = rest) {
		rest = strchr(line, '\n');
		if (rest)
			*rest++ = '\0';
		if (!h->pre)
			g_strchomp(line);
		emit(h, line);
	}
	g_free(text);
}

void
html_block(struct html *h, bool gap)
{
	html_flush(h);
	h->gap |= gap;
}

void
html_word(struct html *h, const char *text)
{
	if (h->blank && h->text->len &&
	    h->text->str[h->text->len - 1] != '\n')
		g_string_append_c(h->text, ' ');
	h->blank = false;
	h->url_text = true;
	g_string_append(h->text, text);
}

/* Characters without a width that letters pad their preview with. */
static bool
is_padding(gunichar c)
{
	return c == 0xad || c == 0x34f || c == 0x200b || c == 0xfeff ||
	       c == 0x2060 || c == 0x61c;
}

static bool
is_white(gunichar c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' ||
	       c == 0xa0 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f;
}

/* White space collapses; a joiner counts only inside a word. */
static void
inline_text(struct html *h, const char *s)
{
	for (; *s; s = g_utf8_next_char(s)) {
		gunichar c = g_utf8_get_char(s);
		bool begins = h->blank || !h->text->len;

		if (is_white(c)) {
			h->blank = true;
		} else if (!is_padding(c) &&
			   !((c == 0x200c || c == 0x200d) && begins)) {
			char buf[8];

			buf[g_unichar_to_utf8(c, buf)] = '\0';
			html_word(h, buf);
		}
	}
}

static void
pre_text(struct html *h, const char *s)
{
	for (; *s; s++)
		if (*s != '\r')
			g_string_append_c(h->text, *s);
	h->url_text = true;
}

/* ---- elements ----------------------------------------------------------- */

static void
heading(struct html *h, const GumboNode *node, char line)
{
	guint from;
	int width = 0;

	html_block(h, true);
	from = h->sheet->lines->len;
	html_children(h, node);
	html_flush(h);
	for (guint i = from; i < h->sheet->lines->len && line; i++) {
		const struct line *l = h->sheet->lines->pdata[i];

		width = MAX(width, text_width(l->text));
	}
	if (width && h->indent == 0 && h->quote == 0) {
		char *rule = g_strnfill((gsize)width, line);

		sheet_add(h->sheet, LINE_RULE, 0, rule);
		g_free(rule);
	}
	h->gap = true;
}

static void
rule(struct html *h)
{
	char *prefix, *line;
	GString *dashes = g_string_new(NULL);
	int width = h->sheet->width ? MIN(h->sheet->width, 72) : 72;

	html_block(h, false);
	prefix = html_prefix(h);
	for (int i = text_width(prefix); i < width; i++)
		g_string_append(dashes, "─");
	line = g_strconcat(prefix, dashes->str, NULL);
	if (h->begun)
		sheet_add(h->sheet, LINE_RULE, h->quote, line);
	g_free(line);
	g_free(prefix);
	g_string_free(dashes, TRUE);
}

static void
quote(struct html *h, const GumboNode *node)
{
	int indent = h->indent;

	html_block(h, true);
	if (h->gap && h->begun)
		sheet_gap(h->sheet, h->quote);
	h->gap = false;
	h->quote++;
	h->indent = 0;
	html_children(h, node);
	html_flush(h);
	h->quote--;
	h->indent = indent;
	h->gap = true;
}

/* Items of a list; number: of the next item, 0 for bullets. */
static void
list(struct html *h, const GumboNode *node, int number)
{
	static const char *const bullets[] = { "• ", "◦ ", "– " };
	const GumboVector *kids = &node->v.element.children;
	int step = number ? 4 : 2;

	html_block(h, h->lists == 0);
	h->lists++;
	h->indent += step;
	for (unsigned int i = 0; i < kids->length; i++) {
		const GumboNode *item = kids->data[i];

		if (html_is(item, GUMBO_TAG_LI) && !html_hidden(item)) {
			html_flush(h);
			if (number)
				g_snprintf(h->bullet, sizeof(h->bullet),
					   "%2d. ", number++);
			else
				g_strlcpy(h->bullet,
					  bullets[MIN(h->lists - 1, 2)],
					  sizeof(h->bullet));
			html_children(h, item);
			html_flush(h);
			*h->bullet = '\0';
		} else {
			html_walk(h, item);
		}
	}
	html_flush(h);
	h->indent -= step;
	h->lists--;
	h->gap |= h->lists == 0;
}

static void
indented(struct html *h, const GumboNode *node)
{
	html_flush(h);
	h->indent += 4;
	html_children(h, node);
	html_flush(h);
	h->indent -= 4;
}

static void
preformatted(struct html *h, const GumboNode *node)
{
	html_block(h, true);
	h->pre++;
	html_children(h, node);
	while (h->text->len && h->text->str[h->text->len - 1] == '\n')
		g_string_truncate(h->text, h->text->len - 1);
	html_flush(h);
	h->pre--;
	h->gap = true;
}

static void
quoted_words(struct html *h, const GumboNode *node)
{
	html_word(h, "“");
	html_children(h, node);
	html_word(h, "”");
}

static void
line_break(struct html *h)
{
	if (h->pre || h->text->len)
		g_string_append_c(h->text, '\n');
	else
		h->gap = true;
	h->blank = false;
}

static bool
special_element(struct html *h, const GumboNode *node)
{
	switch (node->v.element.tag) {
	case GUMBO_TAG_HEAD:
		return true;
	case GUMBO_TAG_BR:
		line_break(h);
		return true;
	case GUMBO_TAG_HR:
		rule(h);
		return true;
	case GUMBO_TAG_IMG:
		html_image(h, node);
		return true;
	case GUMBO_TAG_A:
		html_anchor(h, node);
		return true;
	case GUMBO_TAG_Q:
		quoted_words(h, node);
		return true;
	case GUMBO_TAG_H1:
		heading(h, node, '=');
		return true;
	case GUMBO_TAG_H2:
		heading(h, node, '-');
		return true;
	case GUMBO_TAG_UL:
	case GUMBO_TAG_MENU:
	case GUMBO_TAG_DIR:
		list(h, node, 0);
		return true;
	case GUMBO_TAG_OL:
		list(h, node, MAX(html_number(node, "start", 1), 1));
		return true;
	case GUMBO_TAG_DD:
		indented(h, node);
		return true;
	case GUMBO_TAG_PRE:
		preformatted(h, node);
		return true;
	case GUMBO_TAG_BLOCKQUOTE:
		quote(h, node);
		return true;
	case GUMBO_TAG_TABLE:
		html_table(h, node);
		return true;
	default:
		return false;
	}
}

/* 0: inline; 1: a block; 2: a block with an empty line around it. */
static int
block_kind(GumboTag tag)
{
	switch (tag) {
	case GUMBO_TAG_P:
	case GUMBO_TAG_H3:
	case GUMBO_TAG_H4:
	case GUMBO_TAG_H5:
	case GUMBO_TAG_H6:
	case GUMBO_TAG_DL:
	case GUMBO_TAG_FIELDSET:
	case GUMBO_TAG_FIGURE:
		return 2;
	case GUMBO_TAG_BODY:
	case GUMBO_TAG_HTML:
	case GUMBO_TAG_DIV:
	case GUMBO_TAG_CENTER:
	case GUMBO_TAG_ADDRESS:
	case GUMBO_TAG_ARTICLE:
	case GUMBO_TAG_ASIDE:
	case GUMBO_TAG_SECTION:
	case GUMBO_TAG_HEADER:
	case GUMBO_TAG_FOOTER:
	case GUMBO_TAG_NAV:
	case GUMBO_TAG_FORM:
	case GUMBO_TAG_DT:
	case GUMBO_TAG_LI:
	case GUMBO_TAG_TR:
	case GUMBO_TAG_TD:
	case GUMBO_TAG_TH:
	case GUMBO_TAG_CAPTION:
	case GUMBO_TAG_LEGEND:
	case GUMBO_TAG_FIGCAPTION:
	case GUMBO_TAG_DETAILS:
	case GUMBO_TAG_SUMMARY:
		return 1;
	default:
		return 0;
	}
}

void
html_children(struct html *h, const GumboNode *node)
{
	const GumboVector *kids = &node->v.element.children;

	for (unsigned int i = 0; i < kids->length; i++)
		html_walk(h, kids->data[i]);
}

static void
element(struct html *h, const GumboNode *node)
{
	int kind = block_kind(node->v.element.tag);

	if (html_hidden(node) || special_element(h, node))
		return;
	if (kind)
		html_block(h, kind == 2);
	html_children(h, node);
	if (kind)
		html_block(h, kind == 2);
}

void
html_walk(struct html *h, const GumboNode *node)
{
	if (h->depth >= WALK_MAX)
		return;
	h->depth++;
	if (node->type == GUMBO_NODE_ELEMENT)
		element(h, node);
	else if (node->type == GUMBO_NODE_TEXT ||
		 node->type == GUMBO_NODE_WHITESPACE ||
		 node->type == GUMBO_NODE_CDATA)
		(h->pre ? pre_text : inline_text)(h, node->v.text.text);
	h->depth--;
}

/* ---- the whole ---------------------------------------------------------- */

static void
render_tree(struct sheet *s, const GumboOutput *tree)
{
	struct html h = { .sheet = s, .kind = LINE_TEXT };
	size_t links = s->links->len;

	h.text = g_string_new(NULL);
	html_walk(&h, tree->root);
	html_flush(&h);
	g_string_free(h.text, TRUE);
	sheet_trim(s);
	html_list_links(s, links);
}

/* Not parsed: the text between the tags, as it comes. */
static void
render_stripped(struct sheet *s, const GString *html)
{
	const char *p = html->str;

	while (*p) {
		size_t n = strcspn(p, "<");
		char *text = g_strstrip(g_strndup(p, n));

		if (*text)
			sheet_wrap(s, LINE_TEXT, 0, "", "", text);
		g_free(text);
		p += n;
		p += strcspn(p, ">");
		p += *p == '>';
	}
}

void
html_render(struct sheet *s, const char *html)
{
	GString *small = html_filter(html, strlen(html));
	struct arena *a = g_new0(struct arena, 1);
	GumboOptions options = kGumboDefaultOptions;

	options.allocator = arena_alloc;
	options.deallocator = arena_free;
	options.userdata = a;
	options.max_errors = 0;
	if (setjmp(a->full) == 0)
		render_tree(s, gumbo_parse_with_options(&options, small->str,
							small->len));
	else
		render_stripped(s, small);
	g_slist_free_full(a->blocks, g_free);
	g_free(a);
	g_string_free(small, TRUE);
}

/* ---- stubs -------------------------------------------------------------- */

size_t
html_words(const char *html, size_t most)
{
	GString *small = html_filter(html, strlen(html));
	size_t words = 0;
	bool inside = false;

	for (const char *p = small->str; *p && words < most; p++) {
		if (*p == '<') {
			p += strcspn(p, ">");
			inside = false;
			if (!*p)
				break;
		} else if (g_ascii_isspace(*p)) {
			inside = false;
		} else if (!inside) {
			inside = true;
			words++;
		}
	}
	g_string_free(small, TRUE);
	return words;
}
