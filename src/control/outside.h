/*
 * outside.h - stores that somebody else writes to
 *
 * A command ("verso op"), another reader, a worker that this one has not
 * started: what any of them writes is heard of at once, which is a moment
 * before it is committed, and costs nothing while there is none.
 */
#ifndef VERSO_CONTROL_OUTSIDE_H
#define VERSO_CONTROL_OUTSIDE_H

#include <stdbool.h>

struct outside;

/* NULL where the system has no such thing. */
struct outside *
outside_new(void);
void
outside_free(struct outside *o);		/* takes NULL */

/* Listen for writes to the store in that folder; false: that cannot be
 * heard. */
bool
outside_add(struct outside *o, int account, const char *dir);

/* Readable when there was one; -1 for NULL. */
int
outside_fd(const struct outside *o);

/* Every account whose store was written to since the last call, once each;
 * takes NULL. */
void
outside_take(struct outside *o, void (*heard)(void *ctx, int account),
	     void *ctx);

#endif
