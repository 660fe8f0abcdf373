/*
 * build_private.h - what the files that build messages know of one another
 */
#ifndef VERSO_MIME_BUILD_PRIVATE_H
#define VERSO_MIME_BUILD_PRIVATE_H

#include <gmime/gmime.h>

#include "mime/build.h"

/* ---- build.c -------------------------------------------------------- */

/* The message into an empty file, with LF ends.  ST_LOCAL. */
enum st
build_write(GMimeMessage *m, int fd, struct err *e);

/* ---- build_text.c --------------------------------------------------- */

/* Text as it is sent: LF ends, the last line ended.  flowed: paragraphs are
 * broken into lines of 72 columns that end in a blank (RFC 3676).  The caller
 * frees. */
char *
build_flow(const char *text, bool flowed);

/* The text of a letter as a part: text/plain, or with its HTML form in
 * multipart/alternative.  Never NULL. */
GMimeObject *
build_text(const struct letter *l);

/* Text that was sent flowed, its paragraphs whole again.  The caller frees. */
char *
build_unflow(const char *text);

/* Quoted paragraphs alone, for whoever edits lines: broken as they are sent,
 * with a blank at the end of a line that goes on when flowed; and whole again.
 * The caller frees. */
char *
build_flow_quotes(const char *text, bool flowed);
char *
build_unflow_quotes(const char *text);

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

/* ---- build_header.c ------------------------------------------------- */

/* Add a field whose value is text: one line of it, encoded where it must be
 * and folded. */
void
build_put(GMimeObject *o, const char *name, const char *text);
/* Add a field of addresses (struct address *). */
void
build_put_list(GMimeObject *o, const char *name, const GPtrArray *addresses);
/* The same as what stands behind the colon: its lines without the last line
 * end.  The caller frees. */
char *
build_value(const char *name, const char *text);
char *
build_list(const char *name, const GPtrArray *addresses);

/* ---- build_address.c ------------------------------------------------ */

/* Look at addresses (struct address *): strict: one that cannot be sent to is
 * ST_USAGE.  rcpt: b gets them.  b->utf8 is set when one has octets above
 * 127. */
enum st
build_check_addresses(const GPtrArray *addresses, bool strict, bool rcpt,
		      struct built *b, struct err *e);
/* One bare address as it goes over the wire: its domain by IDNA.  The caller
 * frees. */
char *
build_bare(const char *mailbox);

/* Size and octets above 127 of what was written to fd.  ST_USAGE for what no
 * server takes: a NUL and, unless it is others' text, a line of more than 998
 * octets. */
enum st
build_measure(int fd, bool others, struct built *b, struct err *e);

#endif
