/*
 * build_private.h - what the files that build messages know of one another
 */
#ifndef VERSO_MIME_BUILD_PRIVATE_H
#define VERSO_MIME_BUILD_PRIVATE_H

#include <gmime/gmime.h>

#include "mime/build.h"

/* ---- build_text.c --------------------------------------------------- */

/* Text as it is sent: LF ends, the last line ended.  flowed: paragraphs are
 * broken into lines of 72 columns that end in a blank (RFC 3676).  The caller
 * frees. */
char *
build_flow(const char *text, bool flowed);

/* The text of a letter as a part: text/plain, or with its HTML form in
 * multipart/alternative.  Never NULL. */
GMimeObject *
build_text(const struct letter *l, bool seven_bit);

/* ---- build_markdown.c ----------------------------------------------- */

/* Markdown as an HTML document; what is HTML in it is left out.  The caller
 * frees. */
char *
build_html(const char *text);

/* ---- build_part.c --------------------------------------------------- */

/* An attachment; it is read when the message is written.  NULL and *e when
 * its file cannot be opened. */
GMimeObject *
build_attachment(const struct attachment *a, struct err *e);

/* ---- build_address.c ------------------------------------------------ */

/* Addresses (struct address *) as a header's value; strict: one that cannot
 * be sent to is ST_USAGE, and b gets those of rcpt.  b->utf8 is set when one
 * has octets above 127.  *value NULL: there are none.  The caller frees. */
enum st
build_addresses(const GPtrArray *addresses, bool strict, bool rcpt,
		struct built *b, char **value, struct err *e);
/* One bare address as it goes over the wire: its domain by IDNA.  The caller
 * frees. */
char *
build_bare(const char *mailbox);

/* Size, octets above 127, lines that are too long: what was written to fd.
 * ST_USAGE for a message that no server takes. */
enum st
build_measure(int fd, struct built *b, struct err *e);

#endif
