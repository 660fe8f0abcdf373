/*
 * policy.h - how long to wait, how much at once
 *
 * Pure numbers: no clock, no store, no session.
 */
#ifndef VERSO_SYNC_POLICY_H
#define VERSO_SYNC_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "model/account.h"

/* Envelopes that come before anything else, so that a person can read. */
#define POLICY_NEWEST 300

/* Milliseconds to wait before the n-th attempt to connect again (n from 1):
 * a second, doubled each time, five minutes at most, a fifth of it by chance
 * (random in 0 … 1) so that many do not come back at once. */
int
policy_retry_ms(int n, double random);

/* What a commit is worth: so many octets, messages or milliseconds since the
 * last one. */
bool
policy_commit_due(int64_t octets, int64_t messages, int64_t ms);

/*
 * How many messages to ask for in one call.  The session is free for other
 * work only between calls, so that a call should take about a second; and
 * each call costs a round trip, so that it should not take much less.
 * fetched, octets and ms are of the last call (0: there was none).
 */
int64_t
policy_chunk(int64_t fetched, int64_t octets, int64_t ms);

/* At this speed the bodies take so long that the envelopes of all messages
 * should come first. */
bool
policy_envelopes_first(int64_t left, int64_t fetched, int64_t ms);

/*
 * Some flow-through servers call a message by its number, and any may give the
 * id of one that is gone to another (RFC 1939 7).  Is the one of that id now
 * to be looked at, before it is passed over, or deleted (goes)?  said, size:
 * as it was listed when it was taken, and is now; -1: not told.
 */
bool
policy_doubts(const char *uidl, int64_t said, int64_t size, bool goes);

/* May a message go from a flow-through server that was taken at seen (not
 * above 0: it was deleted here)?  Both in seconds since 1970. */
bool
policy_may_go(const struct account *account, int64_t seen, int64_t now);

#endif
