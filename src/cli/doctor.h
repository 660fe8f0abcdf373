/*
 * doctor.h - what the parts of verso doctor share
 */
#ifndef VERSO_CLI_DOCTOR_H
#define VERSO_CLI_DOCTOR_H

#include <glib.h>

#include "base/err.h"
#include "model/account.h"

/* One line: "ok", "note" (no harm in it) or "wrong", and a sentence. */
void
doctor_say(const char *word, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

/* "wrong", and the exit status will tell. */
void
doctor_found(enum st st, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

/*
 * Ask the server that an account receives from, a line for each step.  It
 * has the account's timeout, at most 15 seconds, in which the person who
 * types a password is not counted.  False: the person stopped it (Ctrl-C),
 * and nothing more is to be asked.
 */
bool
doctor_server(const struct account *account, const char *config_file);

/* The same for the server it sends by; nothing is sent. */
bool
doctor_submission(const struct account *account, const char *config_file);

#endif
