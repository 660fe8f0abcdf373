/*
 * connect.h - from a host's name to a connected socket (RFC 8305)
 */
#ifndef VERSO_NET_CONNECT_H
#define VERSO_NET_CONNECT_H

#include <stdint.h>

#include "base/err.h"

/* How far it came. */
struct connect_facts {
	int64_t looked_up_ms;	/* clock_ms() when the name was; 0: never */
	char address[64];	/* the one that connected, "" none */
};

/*
 * Look host up and try its addresses, families in turn, a new one every
 * 250 ms while the earlier ones are still trying, until one connects or
 * timeout_ms are over.  wake is a descriptor whose readability interrupts
 * everything, the look-up included (ST_CANCELLED).  *fd is a non-blocking,
 * close-on-exec socket.  ST_RETRY: nobody there; the sentence says why.
 * *facts is filled also where it fails.
 */
enum st
connect_host(const char *host, int port, int timeout_ms, int wake, int *fd,
	     struct connect_facts *facts, struct err *e);

#endif
