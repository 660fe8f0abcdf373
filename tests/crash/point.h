/*
 * point.h - something is done, and dies at each call that changes a file
 *
 * A child decides something, acts on it, and dies at the n-th such call, for
 * n = 1, 2, 3 … until it comes to its end; or that call fails (disk full, an
 * I/O error, half of a write), and it says so.  What it had told the server is
 * told to the parent's copy of it.  Then the store opens, acting again
 * succeeds, both copies are equal byte for byte, nothing waits, and what was
 * acknowledged has happened, once.
 */
#ifndef VERSO_TESTS_CRASH_POINT_H
#define VERSO_TESTS_CRASH_POINT_H

#include "store/queue.h"
#include "sync/world.h"

struct scenario {
	uint32_t caps;
	const char *mode;	/* crashpoint.h */
	int least;		/* points that must have been seen */
	bool nested;		/* kill some recoveries, too */
	/* Before; its changes reach the server. */
	void (*before)(struct world *w);
	/* In the child: no assertions. */
	enum st (*decide)(struct world *w);
	/* Afterwards; acknowledged: it must have happened. */
	void (*check)(struct world *w, bool acknowledged);
	/* What follows, in the child and afterwards; NULL: world_sync(). */
	enum st (*act)(struct world *w);
	/* What a person decides about what is left of it; may be NULL. */
	void (*settle)(struct world *w);
};

void
point_run(const struct scenario *s);

/* The row of message n in a folder, 0: it is not there. */
int64_t
point_row(struct world *w, const char *folder, unsigned n);
int64_t
point_folder(struct world *w, const char *name);
/* A transaction with an action, and its end. */
enum st
point_begin(struct world *w);
enum st
point_end(struct world *w, enum st st);

#endif
