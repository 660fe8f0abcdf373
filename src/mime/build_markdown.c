/*
 * build_markdown.c - Markdown as HTML, by cmark (CommonMark)
 */
#include <cmark.h>
#include <string.h>

#include "mime/build_private.h"

char *
build_html(const char *text)
{
	/* Without CMARK_OPT_UNSAFE raw HTML and dangerous links are left
	 * out; a line break in a letter is one to its reader. */
	char *body = cmark_markdown_to_html(text, strlen(text),
					    CMARK_OPT_VALIDATE_UTF8 |
					    CMARK_OPT_HARDBREAKS);
	char *html = g_strdup_printf("<!DOCTYPE html>\n<html><head><meta "
		"charset=\"utf-8\"></head><body>\n%s</body></html>\n", body);

	cmark_get_default_mem_allocator()->free(body);
	return html;
}
