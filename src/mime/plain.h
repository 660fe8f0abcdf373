/*
 * plain.h - plain text as paragraphs with quote levels
 */
#ifndef VERSO_MIME_PLAIN_H
#define VERSO_MIME_PLAIN_H

#include "mime/sheet.h"

/* Lines as they are; long ones are wrapped and keep their quote marks. */
void
plain_render(struct sheet *s, const char *text);

/* format=flowed (RFC 3676): lines that end in a blank go on in the next. */
void
flowed_render(struct sheet *s, const char *text, bool delsp);

/* The URLs in a line go into the sheet's list of links. */
void
plain_find_links(struct sheet *s, const char *line);

#endif
