/*
 * find_address.h - addresses that complete what is typed
 *
 * They come from the address book, from mail that was sent and received, and
 * from the person's query-command.  The command runs in the background: what it
 * finds is there at the next call.
 */
#ifndef VERSO_CONTROL_FIND_ADDRESS_H
#define VERSO_CONTROL_FIND_ADDRESS_H

#include "control/app.h"

/* Candidates for the last address of a list that is being typed, as whole
 * lists, the likeliest first; for g_strfreev(). */
char **
find_address(struct app *app, const char *text);

/* The descriptor of the query-command, -1 when it does not run; and
 * clock_ms() when it is given up, 0: never. */
int
find_address_fd(const struct app *app);
int64_t
find_address_wake(const struct app *app);
/* Something can be read, or time is up. */
void
find_address_tick(struct app *app);
void
find_address_free(struct app *app);

#endif
