/*
 * delay.h - a long, bad wire on loopback
 *
 * A process that stands between client and server: it holds every octet back
 * for half the round-trip time in each direction, counts what passes and how
 * often the client waited, and cuts the wire where it is told to.  It knows
 * nothing of what it carries, so TLS passes too.
 *
 * What it does not hold back is the handshake of TCP itself; the time of the
 * first greeting is a whole round trip after the connection instead.
 */
#ifndef VERSO_TESTS_DELAY_H
#define VERSO_TESTS_DELAY_H

#include <stdint.h>

struct delay_options {
	int rtt_ms;		/* 0: count and cut only */
	int piece;		/* octets per write to the client, 0: as come */
	/* Words, divided by "|", that neither side shall know: the first
	 * letter of each becomes an X.  Only without TLS.  NULL: none.
	 * ("UIDL" makes a POP server without UIDL; "UIDPLUS|COPYUID|UID
	 * EXPUNGE" an IMAP server that truly has none of these, whatever
	 * its configuration would still let it understand.) */
	const char *hide;
};

struct delay_counts {
	int64_t connections;
	int64_t up, down;	/* octets from and to the client */
	/* Times the client spoke after it had been answered: round trips
	 * of a client that waits for each answer. */
	int64_t turns;
	/* Times the client, having spoken, heard nothing for most of a round
	 * trip: the round trips it waited for.  Only with rtt_ms. */
	int64_t waits;
	int64_t cuts;		/* wires cut so far */
};

enum delay_cut {
	DELAY_FIN,		/* close as if all had been said */
	DELAY_RST,		/* reset */
	DELAY_SILENCE		/* nothing comes any more, nothing is closed */
};

enum delay_direction {
	DELAY_UP,		/* client to server */
	DELAY_DOWN		/* server to client */
};

struct delay;

/* Carry connections to 127.0.0.1:port from a port of its own.  options NULL:
 * no delay. */
struct delay *
delay_start(int port, const struct delay_options *options);
void
delay_stop(struct delay *d);	/* takes NULL */

/* Where the client connects to. */
int
delay_port(const struct delay *d);

/* What passed since the start or the last delay_reset(). */
void
delay_counts(const struct delay *d, struct delay_counts *out);
void
delay_reset(struct delay *d);

/*
 * Cut once, after octets more have passed in this direction (over all
 * connections from now on); that connection is then dead in both directions
 * and later ones work.  Negative octets: never.
 */
void
delay_cut(struct delay *d, enum delay_direction direction, int64_t octets,
	  enum delay_cut how);

#endif
