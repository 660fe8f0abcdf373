/*
 * said.h - what the kernel would say of the network
 */
#ifndef VERSO_TESTS_WORKER_SAID_H
#define VERSO_TESTS_WORKER_SAID_H

#include <stddef.h>

/* Each fills buf (256 octets, aligned) and returns how many are used. */
size_t
said_link(void *buf, unsigned type, int index, unsigned flags);
/* An IPv4 address, as a number. */
size_t
said_address(void *buf, unsigned type, unsigned index, unsigned flags,
	     unsigned address);
/* A route of this table to everywhere, over a link (0: not said). */
size_t
said_route(void *buf, unsigned type, unsigned table, unsigned out);

#endif
