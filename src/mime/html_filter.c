/*
 * html_filter.c - HTML made small and harmless before it is parsed
 *
 * HTML's parsing algorithm is quadratic in places: in the depth of nesting,
 * in the attributes of one tag, in open formatting elements.  All of these
 * are bounded here, in one pass; what goes is what a terminal does not show.
 */
#include "mime/html_filter.h"

#include <stdbool.h>
#include <string.h>

#define NAME_LEN 12
#define FORMATTING_MAX 32
#define ATTRIBUTES_MAX 12

struct filter {
	const char *p, *end;
	GString *out;
	const char *next_quote[2];	/* found before; see quote_end() */
	char open[HTML_NESTING_MAX][NAME_LEN + 1];
	int depth, over, formatting;
};

static bool
in(const char *const *list, const char *name)
{
	for (; *list; list++)
		if (strcmp(*list, name) == 0)
			return true;
	return false;
}

/* Shown nowhere: from the tag to its end. */
static const char *const skipped[] = {
	"script", "style", "title", "xml", "svg", "math", "template",
	"object", "applet", "audio", "video", "canvas", "iframe", "select",
	"noembed", "textarea", NULL
};
/* The tag goes, what is in it stays. */
static const char *const dropped[] = {
	"meta", "link", "base", "input", "col", "colgroup", "frame",
	"frameset", "noframes", "noscript", "param", "embed", "source",
	"option", "optgroup", "wbr", "keygen", "command", "bgsound", "area",
	"basefont", "image", "isindex", "plaintext", "xmp", "listing",
	"nobr", "rt", "rp", "ruby", "main", "font", "span", "html", NULL
};
static const char *const empty[] = { "br", "hr", "img", NULL };
/* Elements that end by themselves, and so cannot nest in one another. */
static const char *const loose[] = {
	"p", "li", "td", "th", "tr", "tbody", "thead", "tfoot", "dt", "dd",
	"head", "body", NULL
};
static const char *const formatting[] = {
	"a", "b", "big", "code", "em", "i", "s", "small", "strike", "strong",
	"tt", "u", NULL
};
static const char *const kept_attributes[] = {
	"href", "src", "alt", "title", "style", "hidden", "align", "width",
	"height", "colspan", "rowspan", "start", "type", "value", "border",
	"role", NULL
};

/* A name in lower case; 0 when it is longer than any that is known. */
static size_t
read_name(struct filter *f, char *name)
{
	size_t n = 0;
	const char *p = f->p;

	while (p < f->end && (g_ascii_isalnum(*p) || strchr(":-_", *p))) {
		if (n < NAME_LEN)
			name[n] = g_ascii_tolower(*p);
		n++;
		p++;
	}
	f->p = p;
	name[MIN(n, NAME_LEN)] = '\0';
	return n <= NAME_LEN ? n : 0;
}

/* The next such quote from p.  Remembered, so that many tags with an open
 * quote do not each look through the whole text. */
static const char *
quote_end(struct filter *f, const char *p, char quote)
{
	const char **next = &f->next_quote[quote == '"'];

	if (!*next || *next < p) {
		*next = memchr(p, quote, (size_t)(f->end - p));
		if (!*next)
			*next = f->end;
	}
	return *next;
}

static void
skip_blanks(struct filter *f)
{
	while (f->p < f->end && (g_ascii_isspace(*f->p) || *f->p == '/'))
		f->p++;
}

/* A value of an attribute; where it stands and how long it is. */
static const char *
read_value(struct filter *f, size_t *len)
{
	const char *from;

	while (f->p < f->end && g_ascii_isspace(*f->p))
		f->p++;
	if (f->p < f->end && (*f->p == '"' || *f->p == '\'')) {
		from = f->p + 1;
		f->p = quote_end(f, from, *f->p);
		*len = (size_t)(f->p - from);
		if (f->p < f->end)
			f->p++;
		return from;
	}
	from = f->p;
	while (f->p < f->end && !g_ascii_isspace(*f->p) && *f->p != '>')
		f->p++;
	*len = (size_t)(f->p - from);
	return from;
}

static void
emit_attribute(struct filter *f, const char *name, const char *value,
	       size_t len)
{
	if (len > HTML_VALUE_MAX)
		len = HTML_VALUE_MAX;
	if (len > 5 && g_ascii_strncasecmp(value, "data:", 5) == 0)
		len = 5;
	g_string_append_printf(f->out, " %s=\"", name);
	for (size_t i = 0; i < len; i++)
		if (value[i] == '"')
			g_string_append(f->out, "&quot;");
		else
			g_string_append_c(f->out, value[i]);
	g_string_append_c(f->out, '"');
}

/* Attributes up to the ">"; they are written when the tag is. */
static void
attributes(struct filter *f, bool emit)
{
	char name[NAME_LEN + 1];
	int count = 0;

	for (skip_blanks(f); f->p < f->end && *f->p != '>'; skip_blanks(f)) {
		const char *value = "", *from = f->p;
		size_t n = read_name(f, name), len = 0;

		if (f->p == from) {
			f->p++;
			continue;
		}
		while (f->p < f->end && g_ascii_isspace(*f->p))
			f->p++;
		if (f->p < f->end && *f->p == '=') {
			f->p++;
			value = read_value(f, &len);
		}
		if (emit && n && in(kept_attributes, name) &&
		    count++ < ATTRIBUTES_MAX)
			emit_attribute(f, name, value, len);
	}
	if (f->p < f->end)
		f->p++;
}

/* Past "</name…>"; what stands before it is not shown. */
static void
skip_element(struct filter *f, const char *name)
{
	size_t n = strlen(name);
	const char *p = f->p;

	while ((p = memmem(p, (size_t)(f->end - p), "</", 2))) {
		p += 2;
		if ((size_t)(f->end - p) >= n &&
		    g_ascii_strncasecmp(p, name, n) == 0) {
			f->p = p + n;
			attributes(f, false);
			return;
		}
	}
	f->p = f->end;
}

/* True when one more element may be open. */
static bool
push(struct filter *f, const char *name)
{
	bool format = in(formatting, name);

	if (f->depth == HTML_NESTING_MAX ||
	    (format && f->formatting == FORMATTING_MAX)) {
		f->over++;
		return false;
	}
	f->formatting += format;
	g_strlcpy(f->open[f->depth++], name, sizeof(f->open[0]));
	return true;
}

static void
start_tag(struct filter *f)
{
	char name[NAME_LEN + 1];
	size_t n = read_name(f, name);
	bool known = n && !strchr(name, ':') && !in(dropped, name);
	bool styled = n && (strcmp(name, "span") == 0 ||
			    strcmp(name, "font") == 0);

	if (n && in(skipped, name)) {
		attributes(f, false);
		skip_element(f, name);
		return;
	}
	known |= styled;
	if (known && !in(empty, name) && !in(loose, name))
		known = push(f, name);
	if (known)
		g_string_append_printf(f->out, "<%s", name);
	attributes(f, known);
	if (known)
		g_string_append_c(f->out, '>');
}

static void
end_tag(struct filter *f)
{
	char name[NAME_LEN + 1];
	size_t n = read_name(f, name);
	int at = f->depth;

	attributes(f, false);
	if (!n)
		return;
	if (strcmp(name, "br") == 0)
		g_string_append(f->out, "<br>");
	if (in(loose, name) && strcmp(name, "body") != 0) {
		g_string_append_printf(f->out, "</%s>", name);
		return;
	}
	while (at > 0 && strcmp(f->open[at - 1], name) != 0)
		at--;
	if (!at)
		return;
	if (f->over) {
		f->over--;
		return;
	}
	for (int i = at - 1; i < f->depth; i++)
		f->formatting -= in(formatting, f->open[i]);
	f->depth = at - 1;
	g_string_append_printf(f->out, "</%s>", name);
}

/* "<!-- … -->", "<!DOCTYPE …>", "<?xml …>", "<![if …]>" */
static void
declaration(struct filter *f)
{
	size_t left = (size_t)(f->end - f->p);
	const char *stop;

	if (left >= 4 && memcmp(f->p, "<!--", 4) == 0) {
		stop = memmem(f->p + 2, left - 2, "-->", 3);
		f->p = stop ? stop + 3 : f->end;
		return;
	}
	stop = memchr(f->p, '>', left);
	f->p = stop ? stop + 1 : f->end;
}

static void
markup(struct filter *f)
{
	char c = f->end - f->p > 1 ? f->p[1] : '\0';

	if (c == '!' || c == '?') {
		declaration(f);
	} else if (c == '/' && f->end - f->p > 2 && g_ascii_isalpha(f->p[2])) {
		f->p += 2;
		end_tag(f);
	} else if (g_ascii_isalpha(c)) {
		f->p++;
		start_tag(f);
	} else {
		g_string_append(f->out, "&lt;");
		f->p++;
	}
}

GString *
html_filter(const char *html, size_t len)
{
	struct filter *f = g_new0(struct filter, 1);
	GString *out = g_string_sized_new(len / 2 + 64);

	f->p = html;
	f->end = html + len;
	f->out = out;
	while (f->p < f->end) {
		const char *lt = memchr(f->p, '<', (size_t)(f->end - f->p));

		if (!lt)
			lt = f->end;
		g_string_append_len(out, f->p, lt - f->p);
		f->p = lt;
		if (lt < f->end)
			markup(f);
	}
	g_free(f);
	return out;
}
