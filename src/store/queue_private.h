/*
 * queue_private.h - what the files of the queue know of one another, and what
 * the rest of the store calls when rows of messages change
 */
#ifndef VERSO_STORE_QUEUE_PRIVATE_H
#define VERSO_STORE_QUEUE_PRIVATE_H

#include "store/private.h"
#include "store/queue.h"

/* A placeholder's uid in the index is its row id: no server has one so
 * high. */
#define IS_PLACEHOLDER(r) ((r)->uid > UINT32_MAX)

/* In SQL, of a change c: it waits or is being sent; or it is parked.  As a
 * list, which an index serves also where rows are wanted in their order. */
#define QUEUE_DUE "c.state IN (0, 1)"
#define QUEUE_OPEN "c.state IN (0, 1, 2)"
/* A change that adds FLAG_DELETED. */
#define QUEUE_MARK "(c.kind = 0 AND c.add_bits & 8 AND " QUEUE_OPEN ")"
G_STATIC_ASSERT(CHANGE_PARKED == 2);
G_STATIC_ASSERT(CHANGE_FLAGS == 0 && FLAG_DELETED == 8);

/* ---- called by the rest of the store ----------------------------------- */

/* What the server says of a row's flags, with the differences on top that it
 * does not have yet; what it said is what they are taken back to. */
enum st
queue_merge(struct store *s, int64_t message, struct flags *flags,
	    struct err *e);
/* The row goes, since the server removed the message. */
enum st
queue_orphan(struct store *s, int64_t message, struct err *e);
/* The folder goes with its rows: placeholders in it too. */
enum st
queue_folder_gone(struct store *s, int64_t folder, struct err *e);
/* The rows of the folder were made anew from its mbox: bind changes to them
 * and hide again what is to be hidden. */
enum st
queue_rebuilt(struct store *s, int64_t folder, struct err *e);

/* A placeholder for a message of which only the bytes are left: bytes, of
 * which the header is enough, and what b says of arrival and size. */
enum st
queue_put_row(struct store *s, int64_t folder, GBytes *bytes,
	      const struct mbox_block *b, const struct flags *flags,
	      int64_t *id, struct err *e);

/* Those of a placeholder that was restored from removed/; ST_GONE: it is no
 * such one. */
enum st
queue_restored(struct store *s, int64_t id, GBytes **bytes,
	       struct mbox_block *block, struct err *e);

/* ---- queue_row.c: what a decision does to the rows --------------------- */

/* A row of message as the queue looks at it. */
struct qrow {
	int64_t id, folder, uid, date, thread, mid, size, arrival;
	uint32_t flags;
	char *keywords, *message_id;
	bool has_body;
	guint8 digest[DIGEST_LEN];	/* of the body, when there is one */
};

void
qrow_clear(struct qrow *r);
/* ST_GONE without a sentence when there is no such row. */
enum st
qrow_read(struct store *s, int64_t id, struct qrow *r, struct err *e);

/* Out of its folder's list, counts and threads; and back. */
enum st
qrow_hide(struct store *s, const struct qrow *r, struct err *e);
enum st
qrow_show(struct store *s, int64_t id, int64_t folder, int64_t uid,
	  struct err *e);
/* A row in dest that looks like source's. */
enum st
qrow_placeholder(struct store *s, const struct qrow *source, int64_t dest,
		 int64_t *id, struct err *e);
/* A row that never had bytes of its own; what was decided about it is left to
 * queue_follow(). */
enum st
qrow_forget(struct store *s, const struct qrow *r, struct err *e);
/* What is under a change of flags is what is under the others that wait for
 * the row, without any the row's flags as they are before it. */
enum st
qrow_base(struct store *s, const struct qrow *r, int64_t seq, struct err *e);
/* The server has a change of flags: it is under those that wait still. */
enum st
queue_base_done(struct store *s, const struct change *c, struct err *e);
/* The row's flags without a change that is in effect. */
enum st
qrow_without(struct store *s, const struct qrow *r, const struct change *c,
	     struct err *e);
/* Flags as a person sees them; the block follows. */
enum st
qrow_flags(struct store *s, const struct qrow *r, const struct flags *add,
	   const struct flags *remove, struct err *e);
/* The flags of a row in place of what they were. */
enum st
qrow_set_flags(struct store *s, const struct qrow *r,
	       const struct flags *flags, struct err *e);
/* Of a row that is copied: a mark is said of it alone. */
enum st
qrow_without_mark(struct store *s, struct qrow *r, struct err *e);
/* The flags of another row (or its own), with what waits for this one on
 * top: with its own, also what was bound to it without a base (NULL). */
enum st
qrow_take_flags(struct store *s, const struct qrow *r,
		const struct qrow *from, struct err *e);
/* A new row id for a placeholder. */
enum st
qrow_new_id(struct store *s, int64_t *id, struct err *e);

/* ---- queue.c ----------------------------------------------------------- */

/* A change as it stands in its row. */
enum st
queue_read(struct store *s, int64_t seq, struct change **out, struct err *e);
/* Write a new one; c->seq gets its number, c->at and the mark are filled
 * in. */
enum st
queue_write(struct store *s, struct change *c, const guint8 *digest,
	    int64_t arrival, struct err *e);
enum st
queue_state(struct store *s, int64_t seq, enum change_state state,
	    const char *why, struct err *e);
/* The row is not to be: neither are the flags it was to have. */
enum st
queue_drop_flags(struct store *s, int64_t message, const char *why,
		 struct err *e);
/* A query for changes (c), from its WHERE on, and what such a query finds. */
const char *
queue_sql(const char *tail);
enum st
queue_collect(struct store *s, sqlite3_stmt *q, GPtrArray **out,
	      struct err *e);

/* ---- queue_decide.c ---------------------------------------------------- */

/* A decision about one message, in a transaction with the write lock; c has
 * kind and, as the kind wants it, add, remove, dest.  *did false: it makes no
 * difference, or the message is not here. */
enum st
queue_decide(struct store *s, int64_t id, struct change *c, bool *did,
	     struct err *e);
/* What a change does on the rows, done (the placeholder goes into c) and taken
 * back; taking back is ST_REFUSED where another change builds on it. */
enum st
queue_apply(struct store *s, struct change *c, struct err *e);
enum st
queue_revert(struct store *s, const struct change *c, struct err *e);

/* ---- removed_read.c ---------------------------------------------------- */

/* The message in removed/ with that digest, LF ends, and its block
 * (mbox_block_clear()); it is looked for among what left that folder first,
 * and the newest first.  ST_GONE: it is not there (any more). */
enum st
removed_find(struct store *s, int64_t folder,
	     const guint8 digest[DIGEST_LEN], GBytes **bytes,
	     struct mbox_block *block, struct err *e);

#endif
