/*
 * history.h - what befell messages at other hands
 *
 * What was decided here stands in the queue (queue.h); this is what other
 * programs did to a message on the server, for its log.  Told of messages
 * with a Message-ID alone, since by that they are known again elsewhere.
 */
#ifndef VERSO_STORE_HISTORY_H
#define VERSO_STORE_HISTORY_H

#include "store/store.h"

struct event {
	int64_t at;		/* when it was seen, seconds since 1970 */
	char *what;		/* "read", "tagged work"; NULL: it left */
	char *left;		/* the folder it left; NULL: it did not */
};

/* How the flags there differ from those here, in words; NULL: they do not.
 * The caller frees. */
char *
history_words(const struct flags *here, const struct flags *there);
/* That befell a message of the folder.  Passed over where a decision about it
 * waits: then it is that by which the two sides differ.  (Words and writing
 * are two, since writing locks the index.) */
enum st
history_flags(struct store *s, int64_t folder, uint32_t uid,
	      const char *words, struct err *e);
/* Messages that are gone from a folder there, before they go here. */
enum st
history_left(struct store *s, int64_t folder, const struct uidset *uids,
	     struct err *e);

/* All of a message (row id), oldest first, as struct event; the caller
 * unrefs. */
enum st
history_of_message(struct store *s, int64_t id, GPtrArray **out,
		   struct err *e);

/* What is older than days is forgotten. */
enum st
history_expire(struct store *s, int days, struct err *e);

#endif
