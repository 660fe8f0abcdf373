/*
 * address.h - one mail address (RFC 5322 3.4), decoded
 */
#ifndef VERSO_MODEL_ADDRESS_H
#define VERSO_MODEL_ADDRESS_H

#include <glib.h>

struct address {
	char *name;		/* display name, decoded UTF-8, "" when none */
	char *mailbox;		/* local@domain as written, "" for a group */
};

void
address_free(struct address *a);	/* takes NULL */
struct address *
address_new(const char *name, const char *mailbox);

/* What a narrow column shows: the name, else the address.  Borrowed. */
const char *
address_short(const struct address *a);

/* The short form of the first address in an envelope's decoded field
 * ("Ann Lee <ann@x>, Bob <bob@y>" gives "Ann Lee").  The caller frees. */
char *
address_short_of_list(const char *list);

#endif
