/*
 * html_filter.h - HTML made small and harmless before it is parsed
 */
#ifndef VERSO_MIME_HTML_FILTER_H
#define VERSO_MIME_HTML_FILTER_H

#include <glib.h>

/*
 * HTML with the tags and attributes that matter for reading, and nothing
 * else: no comments, scripts or styles; elements nest at most
 * HTML_NESTING_MAX deep; an attribute has at most HTML_VALUE_MAX octets.
 * Linear in len.  The caller frees.
 */
#define HTML_NESTING_MAX 200
#define HTML_VALUE_MAX 8192

GString *
html_filter(const char *html, size_t len);

#endif
