/*
 * type.h - what a file to be attached is
 */
#ifndef VERSO_MIME_TYPE_H
#define VERSO_MIME_TYPE_H

#include <stdbool.h>
#include <stddef.h>

/* "image/png": two tokens of RFC 6838 section 4.2, and nothing that could be
 * a parameter or a field of its own. */
bool
type_is_valid(const char *type);

/* The media type of a file by its name and its first octets, in small
 * letters, valid; application/octet-stream for what nobody knows.  The
 * caller frees. */
char *
type_guess(const char *name, const void *head, size_t len);

#endif
