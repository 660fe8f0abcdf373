/*
 * address.h - one mail address (RFC 5322 3.4), decoded
 */
#ifndef VERSO_MODEL_ADDRESS_H
#define VERSO_MODEL_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

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

/* An address as it stands in such a field, borrowed from it. */
struct address_span {
	const char *name;	/* perhaps in quotes; len 0: none */
	size_t name_len;
	const char *mailbox;	/* has an @, and neither blanks nor control
				 * characters */
	size_t mailbox_len;
};

/* The next address of a field, and *list behind it; groups are flattened, and
 * what is no address is passed over.  False: there is none. */
bool
address_next(const char **list, struct address_span *out);
/* Its name without quotes.  The caller frees. */
char *
address_span_name(const struct address_span *a);

#endif
