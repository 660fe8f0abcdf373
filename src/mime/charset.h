/*
 * charset.h - text in whatever character set into UTF-8
 *
 * Labels lie: a name is looked up as people meant it, and bytes that do not
 * fit their label are read as what they look like.
 */
#ifndef VERSO_MIME_CHARSET_H
#define VERSO_MIME_CHARSET_H

#include <stdbool.h>
#include <stddef.h>

enum charset_trouble {
	CHARSET_FINE,
	CHARSET_UNKNOWN,	/* the label says nothing: guessed */
	CHARSET_DAMAGED,	/* some bytes did not fit and are U+FFFD */
};

/* Never fails; the result is valid UTF-8 without NUL.  trouble may be NULL.
 * The caller frees. */
char *
charset_to_utf8(const char *s, size_t len, const char *label,
		enum charset_trouble *trouble);

/* The name to give to iconv for a label, NULL when it says nothing about
 * the bytes ("", "binary", "x-unknown").  The caller frees. */
char *
charset_name(const char *label);

#endif
