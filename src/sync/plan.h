/*
 * plan.h - what is there, what is here, and what follows from it
 *
 * Pure: sets and arrays in, sets and calls out.  Here alone is decided what
 * is fetched, what is removed, and when a server is not believed.
 */
#ifndef VERSO_SYNC_PLAN_H
#define VERSO_SYNC_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/flags.h"
#include "model/uidset.h"

/* ---- messages ---- */

struct plan_input {
	/* What the server said. */
	bool full;		/* listed is all there is; else a difference */
	const struct uidset *listed, *vanished;
	int64_t exists, uidnext;	/* of this session; uidnext 0: none */

	/* What is here. */
	const struct uidset *here;	/* NULL: not loaded (only with !full) */
	const struct uidset *here_gone;	/* with here NULL: vanished ones that
					 * are here */
	const struct uidset *here_new;	/* with here NULL: listed ones that
					 * are not here */
	int64_t total;			/* how many are here */
	int64_t top;			/* the highest UID ever seen here + 1 */
};

struct plan {
	struct uidset fresh;	/* there, not here: to be fetched */
	struct uidset gone;	/* here, not there: to be removed */
};

enum plan_verdict {
	PLAN_GOOD,	/* do it */
	PLAN_LIST,	/* the difference does not add up to EXISTS: list the
			 * folder whole, and conclude nothing from this */
	PLAN_DOUBT,	/* nothing is left where much was, and nothing says
			 * why: remove nothing (fresh may still be fetched) */
};

enum plan_verdict
plan_messages(const struct plan_input *in, struct plan *out);
void
plan_clear(struct plan *p);

/* ---- flags ---- */

/* A message's flags on one side. */
struct plan_flags {
	uint32_t uid;
	struct flags flags;
	bool has_flags;		/* there: flags were said */
	int64_t modseq;
};

/* What to do about one listed message: mine is NULL when it is not here.
 * Called only for what is new or different. */
typedef enum st plan_visit(void *ctx, const struct plan_flags *theirs,
			   const struct plan_flags *mine, struct err *e);

/* Both ascending by UID; stops at the first that is not ST_OK. */
enum st
plan_merge(const struct plan_flags *theirs, size_t n_theirs,
	   const struct plan_flags *mine, size_t n_mine, plan_visit *visit,
	   void *ctx, struct err *e);

/*
 * theirs, ascending, cut into runs: how many of them, from the first on, are
 * so close together that one walk over the local rows between them is cheaper
 * than a look-up for each.
 */
size_t
plan_run(const struct plan_flags *theirs, size_t n);

/* ---- folders ---- */

struct plan_folder {
	const char *name;
	int64_t uidvalidity;	/* -1 or 0: not known */
	bool selectable;
};

/* Indices (size_t) into there[] and here[]. */
struct plan_folders {
	GArray *created;	/* of there: not here */
	GArray *missing;	/* of here: not there */
};

/*
 * ST_PROTOCOL: the list cannot be believed (empty, or INBOX is missing where
 * one is here): nothing may be removed.  created and missing are filled all
 * the same; the caller unrefs them.
 */
enum st
plan_folders(const struct plan_folder *there, size_t n_there,
	     const struct plan_folder *here, size_t n_here,
	     struct plan_folders *out, struct err *e);

/* May the folder missing here have become the one created there? */
bool
plan_may_be_renamed(const struct plan_folder *missing,
		    const struct plan_folder *created);

#endif
