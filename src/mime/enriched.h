/*
 * enriched.h - text/enriched (RFC 1896) and text/richtext (RFC 1341)
 */
#ifndef VERSO_MIME_ENRICHED_H
#define VERSO_MIME_ENRICHED_H

#include <stdbool.h>

/* The words without their marks, one line a paragraph.  rich: the older of
 * the two.  The caller frees. */
char *
enriched_text(const char *text, bool rich);

#endif
