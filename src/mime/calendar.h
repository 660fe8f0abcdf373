/*
 * calendar.h - what an invitation says (RFC 5545)
 */
#ifndef VERSO_MIME_CALENDAR_H
#define VERSO_MIME_CALENDAR_H

#include "mime/sheet.h"

/* The events of a text/calendar part: what, when, where, from whom. */
void
calendar_render(struct sheet *s, const char *text);

#endif
