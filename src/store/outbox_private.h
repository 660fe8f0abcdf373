/*
 * outbox_private.h - what the files of the outbox know of one another
 */
#ifndef VERSO_STORE_OUTBOX_PRIVATE_H
#define VERSO_STORE_OUTBOX_PRIVATE_H

#include "store/outbox.h"
#include "store/private.h"

/* ---- outbox_file.c: ACCOUNT/outbox/NUMBER.eml -------------------------- */

/* The caller frees. */
char *
outbox_file(const struct store *s, int64_t id);
/* A number that neither a row nor a file has. */
enum st
outbox_new_id(struct store *s, int64_t *id, struct err *e);
/* All of fd, durable under that number; its digest. */
enum st
outbox_file_write(struct store *s, int64_t id, int fd,
		  guint8 digest[DIGEST_LEN], struct err *e);
/* What cannot be unlinked now is by outbox_recover(). */
void
outbox_file_unlink(struct store *s, int64_t id);

/* ---- outbox.c ------------------------------------------------------------ */

#define IN(state) (1U << OUTBOX_##state)

/* In a transaction.  ST_REFUSED when the letter is in none of the states
 * (a bit for each). */
enum st
outbox_change(struct store *s, int64_t id, unsigned from,
	      enum outbox_state to, const char *why, struct err *e);
/* In a transaction: recipients, with what was said of them. */
enum st
outbox_put_rcpts(struct store *s, int64_t id, const GPtrArray *rcpt,
		 struct err *e);

/* A file without a row gets one, and is held. */
enum st
outbox_found(struct store *s, int64_t id, const guint8 *digest,
	     const struct outbox_letter *l, struct err *e);

#endif
