/*
 * put.h - messages of our own that are on their way into a folder
 *
 * Their octets lie in ACCOUNT/put/DIGEST (SHA-256 in hexadecimal digits, LF
 * ends) until the message has its place in the folder's mbox; a change
 * (queue.h, CHANGE_APPEND) and a placeholder speak of them by their digest.
 */
#ifndef VERSO_STORE_PUT_H
#define VERSO_STORE_PUT_H

#include "store/queue_private.h"

/*
 * Write all of fd, from its beginning, durably to dir/name, and measure it:
 * its digest, and its octets with LF ends (lf) and in wire form (wire).  name
 * NULL: the file is called by its digest.  The folder is made when it is not
 * there.
 */
struct put_file {
	guint8 digest[DIGEST_LEN];
	int64_t lf, wire;
};

enum st
put_write(const char *dir, const char *name, int fd, struct put_file *out,
	  struct err *e);
/* The same of a file that is there. */
enum st
put_measure(const char *file, struct put_file *out, struct err *e);
/* A file of put_write() that never got its name.  All who write do so with the
 * write lock held: whoever has it may unlink what is left. */
bool
put_is_left(const char *name);
void
put_unlink_left(const struct store *s, const char *dir, const char *name);

/* queue_put() of a file of this account: it gets a second name where the file
 * system can do that, and is copied only where not. */
enum st
queue_put_linked(struct store *s, int64_t folder, const char *file,
		 const struct flags *flags, int64_t date, int64_t *row,
		 struct err *e);

/* What lies there with that digest, and the block it would have; ST_GONE:
 * nothing does. */
enum st
put_find(struct store *s, const guint8 digest[DIGEST_LEN], GBytes **bytes,
	 struct mbox_block *block, struct err *e);

#endif
