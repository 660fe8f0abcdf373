/*
 * mbox.h - mboxrd quoting, the From_ line and verso's own header block
 *
 * Pure: bytes in, bytes out, no file.  Everything may be fed in pieces of
 * any size.  A message stands in an mbox like this:
 *
 *	From ann@example.org Tue Nov 14 22:13:20 2023
 *	X-Verso-Id: 1700000000 42 1234 1270 SHA256 UIDL
 *	Status: RO
 *	X-Status: AF
 *	X-Keywords: $Forwarded work
 *	X-Verso-Pad: ------.
 *	(the message with LF line ends, mboxrd-quoted)
 *	(an empty line)
 *
 * The From_ line has the envelope sender (or "verso") and the arrival in
 * UTC.  X-Verso-Id is: UIDVALIDITY, UID, octets of the message with LF line
 * ends, octets of it on the wire, SHA-256 of the message with LF line ends
 * in hexadecimal, and for POP the UIDL, percent-encoded.  The octets with LF
 * ends say exactly where the message stops: what follows up to the next
 * From_ line is a line end that the message itself had not, and the empty
 * line.  The octets on the wire tell a message that came with bare LF from
 * one with CRLF.  Bare CR stay.  The lines always stand in this order; the
 * last X-Verso-Pad line, and only the last, ends in a dot.  Thus the block
 * is known by its place, whatever headers the sender wrote below it.  In
 * removed/ a line X-Verso-Removed (seconds since 1970) stands before the
 * padding.
 */
#ifndef VERSO_STORE_MBOX_H
#define VERSO_STORE_MBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

/* Octets that a From_ line and block take, unless they need more: room for
 * a few flags and keywords to come. */
#define MBOX_ROOM 288
/* No From_ line and block with the most and longest keywords takes more. */
#define MBOX_ROOM_MAX 16384
/* The shortest piece of padding. */
#define MBOX_PAD_MIN 15
/* A whole line of it. */
#define MBOX_PAD_LINE 960
#define MBOX_LINE_MAX 256

/* ---- quoting ----------------------------------------------------------- */

/* Wire form (CRLF, or bare LF) to what stands in the file.  Start with
 * MBOX_QUOTER_INIT. */
struct mbox_quoter {
	bool start;		/* at the start of a line, or past its '>' */
	bool cr;		/* a CR was held back */
	bool newline;		/* the last octet given out was LF */
	uint8_t match;		/* octets of "From " held back */
};
#define MBOX_QUOTER_INIT { .start = true }

/* Octets out can take for len octets in. */
#define MBOX_QUOTE_ROOM(len) ((len) + 8)

/*
 * Quote from *in, *len octets, into out; returns how many octets out got and
 * moves *in and *len on.  Stops early, with *added true, right after the one
 * octet ('>') that quoting adds; call again for the rest.  What was given out
 * without the added octets is the message with LF ends, in order.
 */
size_t
mbox_quote(struct mbox_quoter *q, const char **in, size_t *len, char *out,
	   bool *added);
/* The message is over: what was held back (at most 5 octets). */
size_t
mbox_quote_end(struct mbox_quoter *q, char *out);
/* And what closes it in the file (at most 2 octets). */
size_t
mbox_quote_close(const struct mbox_quoter *q, char *out);

/* The way back.  Start with MBOX_UNQUOTER_INIT at a message's first octet. */
struct mbox_unquoter {
	bool start;
	bool held;		/* a '>' held back */
	uint8_t match;
	bool from;		/* a From_ line begins: see below */
};
#define MBOX_UNQUOTER_INIT { .start = true }

/*
 * Unquote into out (room for MBOX_QUOTE_ROOM(len), or the very octets that
 * are read, when the whole message is fed at once).  Stops, with u->from
 * true, when a line begins with an unquoted "From ": *in is then right
 * behind that word, and nothing of it was given out.
 */
size_t
mbox_unquote(struct mbox_unquoter *u, const char **in, size_t *len, char *out);

/* ---- the block --------------------------------------------------------- */

struct mbox_block {
	char sender[128];	/* "" stands for none */
	int64_t arrival;
	int64_t uidvalidity;
	uint32_t uid;
	int64_t lf, wire;
	uint8_t digest[32];
	char *uidl;		/* owned, NULL: none */
	uint32_t flags;		/* enum flag bits */
	char *keywords;		/* owned, NULL: none */
	int64_t removed;	/* in removed/: since when; 0 elsewhere */
};

void
mbox_block_clear(struct mbox_block *b);

/* A From_ line with its line end.  A sender with anything but printable
 * ASCII, or too long a one, is written as "verso". */
void
mbox_from_line(GString *out, const char *sender, int64_t arrival);

/*
 * Append line (a From_ line, or NULL: made from sender and arrival) and
 * block so that they take exactly room octets; room 0: MBOX_ROOM, or more
 * where that is too little.  False, and nothing appended, when they do not
 * fit.
 */
bool
mbox_block_format(GString *out, const char *line, const struct mbox_block *b,
		  size_t room);
/* The same for the first room octets (not 0) of a longer block, whose last
 * line does not end it. */
bool
mbox_block_begin(GString *out, const char *line, const struct mbox_block *b,
		 size_t room);
/* Append octets (at least MBOX_PAD_MIN) of padding, whole lines and then
 * what is left over, which has up to MBOX_PAD_MIN more; last: with the dot
 * that ends the block. */
void
mbox_pad(GString *out, size_t octets, bool last);

enum mbox_parse { MBOX_MORE, MBOX_DONE, MBOX_FOREIGN };

struct mbox_parser {
	struct mbox_block block;
	GString *line;
	int state;
	size_t from;		/* octets of the From_ line */
	size_t eaten;		/* octets of whole lines that were ours */
};

void
mbox_parser_init(struct mbox_parser *p);
void
mbox_parser_clear(struct mbox_parser *p);

/*
 * Feed a From_ line and what follows it.  MBOX_DONE: p->block is whole and
 * p->eaten octets of all that was fed are From_ line and block; *used tells
 * how many of these len octets.  MBOX_FOREIGN: no block of ours stands here;
 * p->eaten is the From_ line alone, or 0 when even that is none.
 */
enum mbox_parse
mbox_parse(struct mbox_parser *p, const char *bytes, size_t len,
	   size_t *used);

#endif
