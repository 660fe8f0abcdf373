/*
 * verify.h - proof that mbox and index agree
 */
#ifndef VERSO_STORE_VERIFY_H
#define VERSO_STORE_VERIFY_H

#include "store/store.h"

struct verify_result {
	int64_t messages;	/* looked at */
	int64_t bytes;		/* of mbox read */
	int64_t waiting;	/* rows whose body is not here yet */
	int64_t problems;
};

/*
 * Read the folder's whole mbox once and hold it against the index: every
 * message stands where its row says, with the digest of its row, its block
 * agrees with uid and flags, and nothing lies between.  Every problem is one
 * sentence to problem().  ST_OK: they agree; ST_CORRUPT: they do not.
 */
enum st
verify_folder(struct store *s, int64_t folder,
	      void (*problem)(void *ctx, const char *sentence), void *ctx,
	      struct verify_result *result, struct err *e);

/* Write the index of a folder anew from its mbox; messages whose bytes are
 * damaged lose their body (and are fetched again by the next sync). */
enum st
rebuild_folder(struct store *s, int64_t folder, struct err *e);

#endif
