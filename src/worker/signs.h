/*
 * signs.h - signs that a connection may be dead: a sleep, another network
 *
 * A connection that lost its network says nothing, and the clock that
 * deadlines are taken from stands still while the machine sleeps.  A thread
 * looks out for both, and rings.
 */
#ifndef VERSO_WORKER_SIGNS_H
#define VERSO_WORKER_SIGNS_H

struct signs;

enum sign { SIGN_SLEPT = 1, SIGN_NETWORK = 2 };

/*
 * Begin to look out.  What comes within settle_ms of the first sign is told
 * together with it, when they are over: a new network is a dozen of messages.
 * Where the kernel tells nothing, that sign is not given.
 */
struct signs *
signs_new(int settle_ms);
void
signs_free(struct signs *s);		/* takes NULL */

/* Readable while there is something to take. */
int
signs_fd(const struct signs *s);

/* Enum sign bits since the last call, 0: none. */
unsigned
signs_take(struct signs *s);

/* For tests: every signs_new() from now on reads this datagram socket, which
 * stays the caller's, instead of the kernel's; -1: the kernel's again.  An
 * empty datagram makes it look at the clock (base/clock.h). */
void
signs_network_from(int fd);

#endif
