/*
 * pop_parse.h - the words of POP3 (RFC 1939, 2449, 3206), without a socket
 *
 * Pure and bounded: lines are given with their length and without their line
 * end, and nothing is kept that was not asked for.  Bytes may come in any
 * crumbs.
 */
#ifndef VERSO_NET_POP_PARSE_H
#define VERSO_NET_POP_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* ---- answers of one line ---- */

enum pop_kind { POP_BAD, POP_OK, POP_ERR, POP_CONTINUE };

/* RFC 2449 8 and RFC 3206: what an -ERR means. */
enum pop_code {
	POP_CODE_NONE, POP_CODE_IN_USE, POP_CODE_LOGIN_DELAY,
	POP_CODE_SYS_TEMP, POP_CODE_SYS_PERM, POP_CODE_AUTH
};

struct pop_reply {
	enum pop_kind kind;
	enum pop_code code;
	const char *text;	/* borrowed from the line, behind the code */
	size_t len;
};

/* "+OK text", "-ERR [CODE] text", "+ base64", in any case; POP_BAD for
 * anything else. */
struct pop_reply
pop_reply_parse(const char *line, size_t len);

/* What an -ERR asks the caller to do; otherwise is for one without a code
 * that says so. */
enum st
pop_reply_status(const struct pop_reply *reply, enum st otherwise);

/* ---- CAPA ---- */

struct pop_capa {
	bool known;		/* there was a CAPA at all */
	bool top, uidl, pipelining, stls, user;
	uint32_t mechs;		/* enum sasl_mech bits */
};

/* One line of the answer; unknown capabilities are passed over. */
void
pop_capa_line(struct pop_capa *capa, const char *line, size_t len);

/* ---- LIST, UIDL, STAT ---- */

/*
 * "12 rest": the number (1 to 2^32-1) and what is behind the blanks, without
 * those at its end.  False: no number.
 */
bool
pop_scan_line(const char *line, size_t len, uint32_t *number,
	      const char **rest, size_t *rest_len);

/* A number of octets or messages, the first word of text; -1: none, or more
 * than 2^53. */
int64_t
pop_size(const char *text, size_t len);

/* A unique-id that can be trusted to name a message: 1 to 255 octets, all
 * of them graphic ASCII (RFC 1939 says 70). */
bool
pop_uidl_ok(const char *text, size_t len);

/* ---- the text of RETR and TOP ---- */

/*
 * Takes the dots off a text that comes in crumbs.  How lines end is learnt
 * from the first of them: where that is CRLF, a bare LF is a byte like any
 * other, so that a message cannot end itself with LF dot CRLF and have the
 * rest taken for the server's words.  It does end there when all octets that
 * LIST announced have come.
 */
struct pop_dots {
	int64_t claimed;	/* LIST's size, -1: not known */
	int64_t octets;		/* given out so far */
	bool ended;		/* the dot came; further bytes are not ours */
	enum {
		DOTS_LINE, DOTS_DOT, DOTS_CR, DOTS_TEXT
	} state;
	enum { DOTS_UNKNOWN, DOTS_CRLF, DOTS_LF } style;
	bool weak;		/* the dot in hand came after a bare LF */
	bool after_cr;		/* the last octet of the text was CR */
};

void
pop_dots_init(struct pop_dots *d, int64_t claimed);

/*
 * The next run of the text in the *len bytes at *in, both moved on behind
 * what was used.  The run is inside in or static.  Returns its length; 0
 * when the input is used up or d->ended.
 */
size_t
pop_dots_next(struct pop_dots *d, const char **in, size_t *len,
	      const char **run);

#endif
