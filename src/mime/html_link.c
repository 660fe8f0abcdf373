/*
 * html_link.c - links by number, images by their words
 */
#include <string.h>

#include "base/text.h"
#include "mime/html_private.h"

/* Smaller images only count readers. */
#define PIXEL_MAX 3

/* "https://me@www.example.org:80/x" is from "example.org". */
static char *
host_of(const char *url)
{
	const char *p = strstr(url, "://"), *at;
	size_t n;

	if (!p && !g_str_has_prefix(url, "www."))
		return g_strdup(url);
	p = p ? p + 3 : url;
	n = strcspn(p, "/?#\\");
	at = memrchr(p, '@', n);
	if (at) {
		n -= (size_t)(at + 1 - p);
		p = at + 1;
	}
	if (n > 4 && g_ascii_strncasecmp(p, "www.", 4) == 0) {
		p += 4;
		n -= 4;
	}
	return g_ascii_strdown(p, (gssize)MIN(n, strcspn(p, ":")));
}

/* ---- what the words of a link promise ----------------------------------- */

/* "example.org" alone names a site, "report.pdf" does not. */
static bool
names_site(const char *host)
{
	static const char *const tops[] = { "com", "org", "net", "edu", "gov",
					    "info" };
	const char *dot = strrchr(host, '.');
	size_t n = strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789.-");

	if (!dot || dot == host || host[n])
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(tops); i++)
		if (strcmp(dot + 1, tops[i]) == 0)
			return true;
	return false;
}

/* The site that a word names, NULL when it names none.  The caller frees. */
static char *
promised_host(const char *word)
{
	char *host, *bare;

	if (strstr(word, "://") || g_str_has_prefix(word, "www."))
		return host_of(word);
	bare = g_strconcat("://", word, NULL);
	host = strchr(word, '@') ? NULL : host_of(bare);
	g_free(bare);
	if (host && names_site(host))
		return host;
	g_free(host);
	return NULL;
}

/* A part of the same site is that site. */
static bool
same_site(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);

	if (n < m)
		return same_site(b, a);
	return strcmp(a + n - m, b) == 0 && (n == m || a[n - m - 1] == '.');
}

/* The site that the words of a link name, when it is not where it goes; the
 * first word that names one counts. */
static bool
misleads(const char *text, const char *to)
{
	char **words = g_strsplit_set(text, " \t\n<>()[]\",;", 64);
	char *promised = NULL;
	bool other;

	for (int i = 0; words[i] && !promised; i++)
		promised = promised_host(words[i]);
	other = promised && *promised && !same_site(promised, to);
	g_free(promised);
	g_strfreev(words);
	return other;
}

/* A link that says one site and goes to another says so. */
static void
warn(struct html *h, const char *url, const char *text)
{
	char *to, *words;

	if (!strstr(url, "://") && !g_str_has_prefix(url, "www."))
		return;
	to = host_of(url);
	if (misleads(text, to)) {
		words = g_strdup_printf("(goes to %s)", to);
		h->blank = true;
		html_word(h, words);
		g_free(words);
	}
	g_free(to);
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
	char *url, *text = NULL;

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
	if (h->url && h->text->len > from)
		text = g_strdup(h->text->str + from);
	html_mark_link(h);
	if (text)
		warn(h, url, text);
	g_free(text);
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
	    html_number(node, "height", 100) <= PIXEL_MAX ||
	    html_tiny(node)) {
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
