/*
 * html_link.c - links by number, images by their words
 */
#include <string.h>

#include "base/text.h"
#include "mime/html_private.h"

/* Smaller images only count readers. */
#define PIXEL_MAX 3

/* "https://www.example.org/x" is from "example.org". */
static char *
host_of(const char *url)
{
	const char *p = strstr(url, "://");

	if (!p)
		return g_strdup(url);
	p += 3;
	if (g_str_has_prefix(p, "www."))
		p += 4;
	return g_strndup(p, strcspn(p, "/?#"));
}

/* A link that leads somewhere outside this page. */
static bool
leads_out(const char *url)
{
	static const char *const schemes[] = { "http:", "https:", "mailto:",
					       "ftp:", "tel:", "news:" };

	for (size_t i = 0; i < G_N_ELEMENTS(schemes); i++)
		if (g_ascii_strncasecmp(url, schemes[i],
					strlen(schemes[i])) == 0)
			return true;
	return g_str_has_prefix(url, "www.");
}

/* White space does not belong into a URL; folded mail puts it there. */
static char *
tidy_url(const char *url)
{
	GString *out = g_string_new(NULL);

	for (; *url; url++)
		if ((unsigned char)*url > ' ')
			g_string_append_c(out, *url);
	return g_string_free(out, FALSE);
}

void
html_mark_link(struct html *h)
{
	size_t number;
	char mark[32];

	if (!h->url || !h->url_text)
		return;
	number = sheet_link(h->sheet, h->url);
	h->url = NULL;
	if (!number)
		return;
	g_snprintf(mark, sizeof(mark), "[%zu]", number);
	h->blank = true;
	html_word(h, mark);
}

/* An address that is its own text needs no number beside it. */
static bool
says_itself(const struct html *h, const char *url, gsize from)
{
	return g_str_has_prefix(url, "mailto:") && h->text->len > from &&
	       strstr(h->text->str + from, url + 7);
}

void
html_anchor(struct html *h, const GumboNode *node)
{
	const char *href = html_attribute(node, "href"), *outer = h->url;
	bool outer_text = h->url_text;
	gsize from = h->text->len;
	char *url;

	url = tidy_url(href ? href : "");
	if (!leads_out(url)) {
		g_free(url);
		html_children(h, node);
		return;
	}
	h->url = url;
	h->url_text = false;
	html_children(h, node);
	if (h->url && h->url_text && says_itself(h, url, from))
		h->url = NULL;
	html_mark_link(h);
	h->url = outer;
	h->url_text = outer_text || h->url_text;
	g_free(url);
}

void
html_image(struct html *h, const GumboNode *node)
{
	const char *alt = html_attribute(node, "alt");
	char *words = g_strstrip(g_strdup(alt ? alt : ""));

	if (html_number(node, "width", 100) <= PIXEL_MAX ||
	    html_number(node, "height", 100) <= PIXEL_MAX) {
		g_free(words);
		return;
	}
	if (*words) {
		html_word(h, "[");
		html_word(h, words);
		html_word(h, "]");
	} else if (h->url && !h->url_text) {
		char *host = host_of(h->url);

		html_word(h, host);
		g_free(host);
	}
	g_free(words);
}

void
html_list_links(struct sheet *s, size_t from)
{
	if (s->links->len == from)
		return;
	sheet_gap(s, 0);
	for (size_t i = from; i < s->links->len; i++) {
		char *line = g_strdup_printf("[%zu] %s", i + 1,
					     (char *)s->links->pdata[i]);
		int used;
		size_t n = s->width ? text_fit(line, s->width, &used)
				    : strlen(line);

		/* The list names them; opening one takes the whole. */
		if (line[n]) {
			char *cut;

			line[text_fit(line, s->width - 1, &used)] = '\0';
			cut = g_strconcat(line, "…", NULL);
			g_free(line);
			line = cut;
		}
		sheet_add(s, LINE_TEXT, 0, line);
		g_free(line);
	}
}
