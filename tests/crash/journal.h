/*
 * journal.h - what a server in memory was told by a process that died
 *
 * A child has a copy of the server; what it changes there dies with it.  The
 * journal lies in memory that both processes share, so that the parent can
 * tell its own copy the same, in the same order.
 */
#ifndef VERSO_TESTS_CRASH_JOURNAL_H
#define VERSO_TESTS_CRASH_JOURNAL_H

#include "net/driver.h"

struct journal;

struct journal *
journal_new(void);
void
journal_free(struct journal *j);
void
journal_clear(struct journal *j);

/* In the child: write down what succeeds over this session from now on. */
void
journal_keep(struct journal *j, struct driver *d);

/* In the parent: say it all over a session of its own, and clear it.  Returns
 * how many calls changed something. */
int
journal_replay(struct journal *j, struct driver *d);

#endif
