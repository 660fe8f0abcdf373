/*
 * addresses_private.h - what the rest of the store tells the table of
 * addresses
 */
#ifndef VERSO_STORE_ADDRESSES_PRIVATE_H
#define VERSO_STORE_ADDRESSES_PRIVATE_H

#include "store/addresses.h"
#include "store/private.h"

/* What this transaction has learned, kept in memory until its commit. */
struct learned *
learned_new(void);
void
learned_free(struct learned *l);		/* takes NULL */

/* A message is put that was not here before; the write lock is held. */
enum st
addresses_note(struct store *s, int64_t folder, const struct envelope *env,
	       int64_t date, struct err *e);
/* A letter goes to this one; to is its header field, where names stand. */
void
addresses_note_rcpt(struct store *s, const char *mailbox, const char *to);
/* What comes now was here before: it is not counted again (rebuild.c). */
void
addresses_pause(struct store *s, bool pause);
/* Before the commit: into the table. */
enum st
addresses_settle(struct store *s, struct err *e);
/* The transaction is over, or rolled back. */
void
addresses_forget(struct store *s);

/* From the messages of an index that was made before there was a table.  Ends
 * at once when that has been done. */
enum st
addresses_fill(struct store *s, struct err *e);

/* ---- addresses_find.c -------------------------------------------------- */

/* The words an address is found by: " ann lee ann @example .org".  The caller
 * frees. */
char *
addresses_words(const char *name, const char *mailbox);

#endif
