/*
 * lock.h - one worker per account
 *
 * A flock() on ACCOUNT/lock: it goes with the process, however that ends, so
 * there is never a stale one.  The file's text names the holder for humans.
 */
#ifndef VERSO_STORE_LOCK_H
#define VERSO_STORE_LOCK_H

#include "base/err.h"

/* Take the lock of the store in dir, waiting at most wait_ms for it.
 * ST_RETRY with the holder's name when it is taken.  *fd holds it. */
enum st
lock_take(const char *dir, int wait_ms, int *fd, struct err *e);
void
lock_drop(int fd);		/* takes -1 */

#endif
