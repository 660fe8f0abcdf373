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

/* A file without a row gets one, and is held. */
enum st
outbox_found(struct store *s, int64_t id, const guint8 *digest,
	     const struct outbox_letter *l, struct err *e);

#endif
