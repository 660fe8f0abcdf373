/*
 * imap_token.h - the words of an IMAP answer (RFC 9051 9)
 *
 * Pure and bounded: works on one whole answer in memory, never recurses,
 * never writes.  Everything is lenient about what servers really send and
 * strict about where the answer ends.
 */
#ifndef VERSO_NET_IMAP_TOKEN_H
#define VERSO_NET_IMAP_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "model/flags.h"

/* Stands in an assembled answer for a literal that was handed on while it
 * was read (imap_wire.c puts it there). */
#define IMAP_STREAMED '\001'

/* Nesting beyond this is an attack. */
#define IMAP_DEPTH_MAX 100

struct imap_text {
	const char *p, *end;
};

struct imap_slice {
	const char *p;
	size_t len;
};

/* Each take_… moves past what it took and returns true; or moves nowhere and
 * returns false. */
bool
imap_take_char(struct imap_text *t, char c);
bool
imap_take_blank(struct imap_text *t);		/* one blank or more */

/* A run of octets up to a blank, parenthesis, quote or end; "BODY[...]<0>"
 * is one word, brackets and all. */
bool
imap_take_word(struct imap_text *t, struct imap_slice *word);
/* The same, but only when it is this one (ASCII case does not count). */
bool
imap_take_this(struct imap_text *t, const char *word);

/* A decimal number below 2^63; "9.3736e+06" and such are cut at the first
 * odd octet and taken as unknown: -1.  A leading minus gives -1 too. */
bool
imap_take_number(struct imap_text *t, int64_t *number);

/* An atom, quoted string or literal {n} into *s (unescaped, replaced);
 * NIL: *nil true and *s empty; a streamed literal: *streamed true. */
bool
imap_take_string(struct imap_text *t, GString *s, bool *nil, bool *streamed);

/* Whatever comes next, nested or not.  False: broken or too deep. */
bool
imap_skip_value(struct imap_text *t);

/* "(\Seen work)" into flags. */
bool
imap_take_flags(struct imap_text *t, struct flags *flags);

/* "17-Jul-1996 02:44:25 -0700" as seconds since 1970, 0 when it is none. */
int64_t
imap_date(const char *text);
/* And back; buf of at least 32 octets, quotes not included. */
void
imap_date_format(int64_t when, char *buf);

bool
imap_slice_is(const struct imap_slice *s, const char *word);

/*
 * Where a line that is read as part of an answer ends in a literal
 * ("{12}", "{12+}", "~{12}"): its octets; -1: in none; -2: in one whose
 * number is not to be believed.
 */
int64_t
imap_line_literal(const char *line, size_t len);

#endif
