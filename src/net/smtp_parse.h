/*
 * smtp_parse.h - the words of SMTP, without a socket
 *
 * Pure and bounded: lines are given with their length and without their line
 * end; the text of a letter may come in any crumbs.
 */
#ifndef VERSO_NET_SMTP_PARSE_H
#define VERSO_NET_SMTP_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "net/smtp.h"

/* Lines of one reply, and octets of its text that are kept. */
#define SMTP_LINES_MAX 200
#define SMTP_TEXT_MAX 2000

/* ---- replies ---- */

enum smtp_line { SMTP_LINE_BAD, SMTP_LINE_MORE, SMTP_LINE_LAST };

struct smtp_reply {
	int code;		/* 200 to 599 */
	unsigned lines;
	/* "550 5.1.1 No such user", its lines joined by blanks; the enhanced
	 * code that all of them repeat stands there once. */
	GString *text;
	size_t status;		/* octets of "5.1.1 ", 0: none */
};

void
smtp_reply_init(struct smtp_reply *r);
void
smtp_reply_clear(struct smtp_reply *r);		/* takes a zeroed one */

/*
 * One line more, after the reply has been begun anew where the last one was
 * whole.  SMTP_LINE_BAD: no line of a reply, another code than before, or
 * more than SMTP_LINES_MAX.  *words, when not NULL, gets what stands behind
 * the code, borrowed from the line.
 */
enum smtp_line
smtp_reply_line(struct smtp_reply *r, const char *line, size_t len,
		const char **words, size_t *words_len);

/* ---- EHLO ---- */

struct smtp_hello {
	struct smtp_limits limits;
	bool size;		/* takes SIZE= */
	bool auth;		/* log-in is offered … */
	uint32_t mechs;		/* … by these (enum sasl_mech bits) */
};

/* What stands behind the code in a line of the answer, but not the first;
 * what is not known is passed over. */
void
smtp_hello_line(struct smtp_hello *h, const char *words, size_t len);

/* ---- the envelope ---- */

/* An address that can stand between < and >: no control character, blank,
 * angle bracket or broken UTF-8, not empty, at most 400 octets. */
bool
smtp_address_ok(const char *address);
/* Needs SMTPUTF8. */
bool
smtp_address_utf8(const char *address);

/* Append text as xtext (RFC 3461 4). */
void
smtp_append_xtext(GString *out, const char *text);

/* ---- the text ---- */

/* Makes wire form of a text that comes in crumbs; all zero at the start. */
struct smtp_dots {
	bool inside;		/* of a line */
	bool cr;		/* the last octet was CR */
	bool nul;		/* there was a NUL: not to be sent */
};

/* Append len octets in wire form; false (and d->nul) at a NUL. */
bool
smtp_dots_add(struct smtp_dots *d, GString *out, const char *text,
	      size_t len);
/* Append the end of the last line where it has none. */
void
smtp_dots_end(struct smtp_dots *d, GString *out);

#endif
