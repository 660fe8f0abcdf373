/*
 * identity.h - as whom a person writes
 *
 * An account has an address, and aliases that are patterns: mail to one of
 * these is answered from it.
 */
#ifndef VERSO_CONTROL_IDENTITY_H
#define VERSO_CONTROL_IDENTITY_H

#include <stdbool.h>

#include "mime/message.h"
#include "model/account.h"
#include "model/address.h"

/* The account's own address.  address_free(). */
struct address *
identity_main(const struct account *a);

/* Is this address one of the person's? */
bool
identity_is(const struct account *a, const char *mailbox);

/*
 * The person's addresses (struct address *) as far as they are known: the
 * main one, aliases that are no patterns, and of a message (NULL: none) the
 * addresses in it that match.  An alias without a name of its own has the main
 * one's.  The caller unrefs.
 */
GPtrArray *
identity_all(const struct account *a, struct message_view *m);

/* The signature with the line "-- " before it and LF ends; "" when there is
 * none.  ST_LOCAL when the file cannot be read.  The caller frees *text. */
enum st
identity_signature(const struct account *a, char **text, struct err *e);

#endif
