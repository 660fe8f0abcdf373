/*
 * html.h - HTML as text to read
 */
#ifndef VERSO_MIME_HTML_H
#define VERSO_MIME_HTML_H

#include "mime/sheet.h"

/* Render HTML (UTF-8) onto the sheet, with the links it has listed at the
 * end.  Bounded in depth, memory and lines. */
void
html_render(struct sheet *s, const char *html);

/* Words that a person would see, up to `most`: to tell a stub from a text. */
size_t
html_words(const char *html, size_t most);

#endif
