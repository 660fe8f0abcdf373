/*
 * html_style.c - what attributes say of an element
 */
#include <string.h>

#include "mime/html_private.h"

const char *
html_attribute(const GumboNode *node, const char *name)
{
	GumboAttribute *a = gumbo_get_attribute(&node->v.element.attributes,
						name);

	return a ? a->value : NULL;
}

int
html_number(const GumboNode *node, const char *name, int otherwise)
{
	const char *v = html_attribute(node, name);

	if (!v || !(g_ascii_isdigit(*v) || *v == '-'))
		return otherwise;
	return (int)CLAMP(g_ascii_strtoll(v, NULL, 10), -100000, 100000);
}

bool
html_is(const GumboNode *node, GumboTag tag)
{
	return node->type == GUMBO_NODE_ELEMENT && node->v.element.tag == tag;
}

/* The declaration in a style from which blanks are taken out, its value
 * not going on with a digit or a dot ("opacity:0" is not "opacity:0.9"). */
static bool
declares(const char *style, const char *what)
{
	size_t n = strlen(what);
	const char *p = style;

	while ((p = strstr(p, what))) {
		char before = p == style ? ';' : p[-1];

		p += n;
		if (before == ';' && !g_ascii_isdigit(*p) && *p != '.')
			return true;
	}
	return false;
}

/* A style without blanks, in lower case.  The caller frees. */
static char *
tighten(const char *style)
{
	char *tight = g_ascii_strdown(style, -1), *o = tight;

	for (const char *p = tight; *p; p++)
		if (!g_ascii_isspace(*p))
			*o++ = *p;
	*o = '\0';
	return tight;
}

static bool
hides(const char *style)
{
	char *tight = tighten(style);
	bool hidden = declares(tight, "display:none") ||
		      declares(tight, "visibility:hidden") ||
		      declares(tight, "mso-hide:all") ||
		      declares(tight, "opacity:0") ||
		      declares(tight, "max-height:0");

	g_free(tight);
	return hidden;
}

bool
html_tiny(const GumboNode *node)
{
	const char *style = html_attribute(node, "style");
	char *tight = tighten(style ? style : "");
	bool tiny = declares(tight, "width:1px") ||
		    declares(tight, "height:1px") ||
		    declares(tight, "width:0") || declares(tight, "height:0");

	g_free(tight);
	return tiny;
}

bool
html_hidden(const GumboNode *node)
{
	const char *style = html_attribute(node, "style");

	return (style && hides(style)) || html_attribute(node, "hidden");
}
