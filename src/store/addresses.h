/*
 * addresses.h - whom the person writes to, and who writes
 *
 * The index keeps a table of the addresses that its messages speak of: those
 * in From of what came, in To and Cc of what came and of what was sent.  It is
 * filled when a message comes for the first time, whichever way, and when a
 * letter is queued, in the same commit; Junk, Trash and Drafts teach nothing.
 * A new index learns it all again from its messages.  The counts say how much
 * an address matters, no more: a message that another program moves counts
 * twice.
 */
#ifndef VERSO_STORE_ADDRESSES_H
#define VERSO_STORE_ADDRESSES_H

#include "store/store.h"

/* An address for completion.  Strings are owned. */
struct known_address {
	char *name;		/* decoded, not gated; "" when none is known */
	char *mailbox;		/* local@domain as it was written */
	int64_t sent;		/* letters to it */
	int64_t received;	/* messages from it */
	int64_t last;		/* the newest of them, seconds since 1970 */
	bool own;		/* letters were sent from it */
	bool robot;		/* nobody reads what is sent there, as far as
				 * its name tells */
	int64_t points;		/* what the order is by, the best first;
				 * compares with those of other accounts */
};

void
known_address_free(struct known_address *a);	/* takes NULL */

/*
 * Those that what is typed may mean (struct known_address), the best first, at
 * most max.  Each word of it, as far as it is typed, begins a word of the
 * name or of the address, whatever the case and the accents; behind an @, one
 * of the domain.  Nothing typed means all of them.  The person's own
 * addresses and those of robots come last.
 */
enum st
addresses_find(struct store *s, const char *typed, size_t max,
	       GPtrArray **out, struct err *e);

#endif
