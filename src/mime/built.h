/*
 * built.h - what the sending of a message needs to know of it
 */
#ifndef VERSO_MIME_BUILT_H
#define VERSO_MIME_BUILT_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

struct built {
	char *from;		/* MAIL FROM: a bare address (RFC 5321) */
	GPtrArray *rcpt;	/* char *, bare addresses, each once */
	char *message_id;	/* without brackets */
	char *subject, *to;	/* decoded, for lists; NULL: none */
	int64_t size;		/* octets in wire form */
	bool eight_bit;		/* octets above 127 in the text */
	bool utf8;		/* and in the header (RFC 6532) */
};

void
built_init(struct built *b);
void
built_clear(struct built *b);

/* Add one, unless it is there: domains are the same in any case. */
void
built_add_rcpt(struct built *b, const char *address);

/*
 * Can this bare address be sent to?  It has a part on each side of its last
 * @, no blank, control character, angle or comma outside quotes, and at most
 * 254 octets (RFC 5321 4.5.3.1).
 */
bool
built_is_address(const char *address);

/* A Message-ID without brackets: random, and the domain of that address. */
char *
built_message_id(const char *address);

/* "Mon, 23 Nov 2026 15:04:05 +0100"; the caller frees. */
char *
built_date(int64_t when, int zone_minutes);

#endif
