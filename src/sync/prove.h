/*
 * prove.h - are the two copies the same?
 *
 * Nothing is changed, neither here nor there, and no lock is held: it works
 * with any store handle while another process keeps the copies level.
 */
#ifndef VERSO_SYNC_PROVE_H
#define VERSO_SYNC_PROVE_H

#include "sync/sync.h"

/* What was found of one folder. */
struct proof {
	int64_t messages;	/* on the server */
	int64_t octets;		/* of these, as it counts them; with deep, as
				 * they came; -1: the folder, and what
				 * messages counts, is here alone */
	int64_t behind;		/* differences that Send/Receive mends */
	int64_t wrong;		/* differences that it does not see */
	int64_t waits;		/* messages with decisions that wait to be
				 * sent: their flags were not compared */
};

/* Strings are borrowed for the call. */
struct prove_events {
	void *ctx;
	/* One difference; the first twenty of a folder, and a word on the
	 * rest. */
	void (*problem)(void *ctx, const char *folder, const char *sentence);
	/* A folder is done. */
	void (*folder)(void *ctx, const char *folder, const struct proof *p);
};

/*
 * Over the open session, for folders (NULL-terminated names; NULL: all that
 * the configuration wants): the mbox against the index, and the index against
 * the server: UIDVALIDITY, UIDs, flags, keywords, sizes; with deep the digest
 * of every message, which fetches them all.  For a flow-through server: what
 * it still has is here.
 *
 * ST_OK: they are the same.  ST_REFUSED: the next Send/Receive brings them
 * level.  ST_CORRUPT: it does not.  Else as sync_run().
 */
enum st
sync_prove(struct sync *s, const char *const *folders, bool deep,
	   const struct prove_events *events, struct err *e);

/*
 * Mend what is wrong here from what is there, never the other way round: an
 * index that does not fit its mbox is written anew, messages that differ go
 * to removed/ and are fetched again, flags are taken over.  Decisions that
 * wait are sent as ever.  For a flow-through server only the index is
 * mended.  Needs a STORE_WORKER.  Prove it afterwards.
 */
enum st
sync_repair(struct sync *s, const char *const *folders, bool deep,
	    struct err *e);

#endif
