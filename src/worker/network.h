/*
 * network.h - what the kernel tells of links, addresses and routes
 */
#ifndef VERSO_WORKER_NETWORK_H
#define VERSO_WORKER_NETWORK_H

#include <stdbool.h>
#include <stddef.h>

/* A socket on which the kernel tells of them (rtnetlink(7)), -1: it does
 * not. */
int
network_socket(void);

struct network;

struct network *
network_new(void);
void
network_free(struct network *n);	/* takes NULL */

/*
 * One datagram of that socket, aligned as from malloc().  True when it is
 * news for who has a connection: a link went up or down, an address came or
 * went, a route changed.  What is only told again is no news (a wireless
 * card tells of every scan, a router lengthens the life of an address), and
 * what happens on the loopback is none either.
 */
bool
network_heard(struct network *n, const void *bytes, size_t len);

#endif
