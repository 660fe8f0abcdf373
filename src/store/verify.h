/*
 * verify.h - proof that mbox and index agree
 */
#ifndef VERSO_STORE_VERIFY_H
#define VERSO_STORE_VERIFY_H

#include "store/digest.h"
#include "store/store.h"

/* ---- mbox against index ------------------------------------------------ */

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

/*
 * The same of what waits outside of any mbox: letters of the outbox, and
 * messages of our own on their way into a folder.  Each has its octets, and
 * they are the ones that were taken.  messages and bytes say how many.
 */
enum st
verify_waiting(struct store *s,
	       void (*problem)(void *ctx, const char *sentence), void *ctx,
	       struct verify_result *result, struct err *e);

/* Write the index of a folder anew from its mbox; messages whose bytes are
 * damaged lose their body (and are fetched again by the next sync). */
enum st
rebuild_folder(struct store *s, int64_t folder, struct err *e);

/* ---- the index against a server ---------------------------------------- */

/* A message as it is here.  What is borrowed lives for the visit. */
struct copy {
	int64_t id;
	uint32_t uid;
	struct flags flags;		/* borrowed; with what is not sent */
	int64_t size;			/* octets in wire form */
	bool has_body;
	uint8_t digest[DIGEST_LEN];	/* with has_body */
	bool waits;			/* a decision about it is to be sent:
					 * no mark, and not parked */
	bool marked;			/* FLAG_DELETED is a mark of ours */
};

/*
 * Every message of a folder that the server had, ascending by UID: those that
 * wait to leave it are among them, those that wait to come are not.
 * visit() must not call the store.
 */
enum st
copies_walk(struct store *s, int64_t folder,
	    void (*visit)(void *ctx, const struct copy *c), void *ctx,
	    struct err *e);
/* The one with that row id; flags are left out.  ST_GONE: there is none. */
enum st
copy_by_id(struct store *s, int64_t id, struct copy *out, struct err *e);

/* The digest that the index has of a message, from its octets in wire form,
 * in pieces of any size. */
struct wire_digest;

struct wire_digest *
wire_digest_new(void);
void
wire_digest_free(struct wire_digest *w);	/* takes NULL */
void
wire_digest_start(struct wire_digest *w);
void
wire_digest_add(struct wire_digest *w, const char *bytes, size_t len);
void
wire_digest_finish(struct wire_digest *w, uint8_t out[DIGEST_LEN]);

#endif
