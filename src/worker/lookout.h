/*
 * lookout.h - a thread that waits for new mail in INBOX
 *
 * The worker's own session waits in the folder in view; while that is another
 * one, INBOX would be heard of only when it is polled.  The lookout has a
 * session of its own there, reads nothing through it and changes nothing: it
 * only says that something came.
 */
#ifndef VERSO_WORKER_LOOKOUT_H
#define VERSO_WORKER_LOOKOUT_H

#include <stdbool.h>

#include "model/account.h"

struct lookout;

/*
 * Begin to wait.  account must outlive it; secret: what the person typed, or
 * NULL where a command gives it; copied.  A connection that cannot be made or
 * is lost is made again after a while, without a word: the worker's own
 * session tells of that.
 */
struct lookout *
lookout_new(const struct account *account, const char *secret);
/* Ends the session too, within moments. */
void
lookout_free(struct lookout *l);		/* takes NULL */

/* Readable when something came; -1 for NULL. */
int
lookout_fd(const struct lookout *l);
/* Has something come since the last call?  Takes NULL. */
bool
lookout_take(struct lookout *l);

#endif
