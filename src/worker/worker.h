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
#include "worker/link.h"

/*
 * Serve the line on fd until the reader says quit or is gone.  config_file is
 * named where a line is missing in it.
 */
enum st
worker_run(const struct account *account, const char *config_file, int fd,
	   enum link_mode mode, struct err *e);

/* The mode that link_start() asks for by a word of the command line (NULL:
 * none was given).  False: there is no such word. */
bool
worker_mode(const char *word, enum link_mode *mode);

/* What every worker process does first: no core file and no debugger, for the
 * secrets; 512 MiB of memory at most; no new privileges unless the account
 * has a command for its password; no death by SIGPIPE, no signal from the
 * reader's terminal. */
void
worker_confine(const struct account *account);

#endif
