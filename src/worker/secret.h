/*
 * secret.h - passwords and tokens from a command
 */
#ifndef VERSO_WORKER_SECRET_H
#define VERSO_WORKER_SECRET_H

#include <stdbool.h>

#include "base/err.h"
#include "model/account.h"

/*
 * Run a command (words as in words.h; no shell) and take the first line it
 * prints.  It has timeout_ms; stop() is asked every 50 ms and ends it
 * (ST_CANCELLED).  ST_AUTH: it failed or printed nothing, with what it said
 * on standard error.  *secret is to be wiped with driver_wipe().
 */
enum st
secret_command(const char *command, int timeout_ms,
	       bool (*stop)(void *ctx), void *ctx, char **secret,
	       struct err *e);

/* Nobody is there to be asked: the sentence (ST_AUTH) names the line to add
 * to this file. */
enum st
secret_missing(const struct account *account, const char *config_file,
	       struct err *e);

#endif
