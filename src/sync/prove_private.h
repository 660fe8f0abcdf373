/*
 * prove_private.h - what the two ways of proving share
 */
#ifndef VERSO_SYNC_PROVE_PRIVATE_H
#define VERSO_SYNC_PROVE_PRIVATE_H

#include "store/verify.h"
#include "sync/private.h"
#include "sync/prove.h"

struct prover {
	struct sync *s;
	bool deep;
	const struct prove_events *events;
	/* Of the folder under way. */
	const char *name;
	struct proof found;
	GPtrArray *said;	/* sentences, told when the folder is done */
	struct uidset damaged;	/* differ from the server, octet by octet */
	GChecksum *raw;		/* SHA-256 of the octets as they come; NULL:
				 * nobody needs it */
	/* Of all. */
	int64_t behind, wrong, waits;
	/* When a folder is done; NULL: nothing more is done to it. */
	enum st (*after)(struct prover *p, struct err *e);
};

enum st
prove_run(struct prover *p, const char *const *folders, struct err *e);
/* The names that folders stands for, NULL: all; the caller unrefs. */
enum st
prove_names(struct sync *s, const char *const *folders, GPtrArray **names,
	    struct err *e);

/* A difference; mends: Send/Receive sees it. */
void
prove_complain(struct prover *p, bool mends, const char *fmt, ...)
	G_GNUC_PRINTF(3, 4);

/* Begin a folder; tell of it when it is done. */
void
prove_begin(struct prover *p, const char *name);
void
prove_tell(struct prover *p);

/* The folder's mbox against its index. */
enum st
prove_local(struct prover *p, const struct folder *f, struct err *e);

/*
 * Fetch messages whole: visit() gets number, digest and octets of each; one
 * that the server does not give is told as a problem.
 */
enum st
prove_fetch(struct prover *p, const struct uidset *uids, octets_visit *visit,
	    void *ctx, struct err *e);

/* prove_flow.c: what a flow-through server still has. */
enum st
prove_flow(struct prover *p, struct err *e);

#endif
