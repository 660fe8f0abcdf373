/*
 * addressing.h - addresses as a person types and reads them
 */
#ifndef VERSO_CONTROL_ADDRESSING_H
#define VERSO_CONTROL_ADDRESSING_H

#include <stdbool.h>

#include <glib.h>

#include "base/err.h"
#include "model/address.h"

/* "Ann Lee <ann@example.org>, bob@example.org" into an array of struct
 * address *, replacing what *list had.  ST_USAGE names the first one that is
 * no address, and leaves *list alone. */
enum st
addressing_read(const char *text, GPtrArray **list, struct err *e);

/* The same back, names quoted where they need it.  The caller frees. */
char *
addressing_text(const GPtrArray *list);
char *
addressing_one(const struct address *a);

/* Where the last address of a list that is being typed begins. */
const char *
addressing_last(const char *text);

/* Does an address match a pattern in which * stands for anything?  Without
 * regard to case. */
bool
addressing_matches(const char *mailbox, const char *pattern);

#endif
