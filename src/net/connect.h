/*
 * connect.h - from a host's name to a connected socket (RFC 8305)
 */
#ifndef VERSO_NET_CONNECT_H
#define VERSO_NET_CONNECT_H

#include "base/err.h"

/*
 * Look host up and try its addresses, families in turn, a new one every
 * 250 ms while the earlier ones are still trying, until one connects or
 * timeout_ms are over.  wake is a descriptor whose readability interrupts
 * everything, the look-up included (ST_CANCELLED).  *fd is a non-blocking,
 * close-on-exec socket.  ST_RETRY: nobody there; the sentence says why.
 */
enum st
connect_host(const char *host, int port, int timeout_ms, int wake, int *fd,
	     struct err *e);

#endif
