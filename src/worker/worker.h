/*
 * worker.h - the process that has an account's connections
 *
 * Owns the lock, the session and the bulk writes of one account, and does
 * what the reader asks for over the line (link.h).  Nothing is connected to
 * before the first request.
 */
#ifndef VERSO_WORKER_WORKER_H
#define VERSO_WORKER_WORKER_H

#include <stdbool.h>

#include "base/err.h"
#include "model/account.h"

/*
 * Serve the line on fd until the reader says quit or is gone.  wait_lock: a
 * lock that is taken is waited for; else requests meanwhile end "retry".
 * config_file is named where a line is missing in it.
 */
enum st
worker_run(const struct account *account, const char *config_file, int fd,
	   bool wait_lock, struct err *e);

/* What every worker process does first: no core file and no debugger, for the
 * secrets; 512 MiB of memory at most; no new privileges unless the account
 * has a command for its password; no death by SIGPIPE, no signal from the
 * reader's terminal. */
void
worker_confine(const struct account *account);

#endif
