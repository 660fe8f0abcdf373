/*
 * words.h - words of a header, decoded
 *
 * The only place that asks GMime for RFC 2047 and for the grammar of
 * addresses.
 */
#ifndef VERSO_MIME_WORDS_H
#define VERSO_MIME_WORDS_H

#include <stddef.h>

#include <gmime/gmime.h>

/* Make GMime ready; once, at the first need.  Every function of this room
 * that calls GMime has called it. */
void
mime_start(void);

/* Unfold and decode a header's value.  charset: how raw 8-bit is to be read
 * when it is no UTF-8; "" or NULL: windows-1252.  The caller frees. */
char *
words_decode(const char *value, size_t len, const char *charset);

/* The addresses of a value: elements struct address *, groups flattened.
 * The caller unrefs. */
GPtrArray *
words_addresses(const char *value, size_t len, const char *charset);

/* One address as it is written for people, quotes where they are needed. */
void
words_append_address(GString *out, const char *name, const char *mailbox);

#endif
