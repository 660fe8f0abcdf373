/*
 * preview.h - what the next Send/Receive would do
 *
 * Nothing is changed, neither here nor there, and no lock is held.
 */
#ifndef VERSO_SYNC_PREVIEW_H
#define VERSO_SYNC_PREVIEW_H

#include "sync/sync.h"

/* Of a folder; and of all of them together. */
struct preview {
	int64_t fetch;		/* messages that would come */
	int64_t octets;		/* of these, as the server counts them */
	int64_t gone;		/* messages here that were removed there */
	int64_t send;		/* decisions that would be sent */
	int64_t remove;		/* messages that the server would let go, of
				 * these decisions or by the keep rule (POP) */
};

/* Strings are borrowed for the call; only folders with something to do are
 * told. */
struct preview_events {
	void *ctx;
	void (*folder)(void *ctx, const char *folder, const struct preview *p);
};

/* Over the open session, as sync_run() would be called. */
enum st
sync_preview(struct sync *s, const char *const *folders,
	     const struct preview_events *events, struct preview *all,
	     struct err *e);

#endif
