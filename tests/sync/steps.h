/*
 * steps.h - what scenarios of changes are made of: decisions here, looks there
 *
 * Message number n is the one of world_add(); folders are named without what
 * a server wants before them.
 */
#ifndef VERSO_TESTS_SYNC_STEPS_H
#define VERSO_TESTS_SYNC_STEPS_H

#include "store/queue.h"
#include "sync/world.h"

/* A server with Archive, Trash and six messages in INBOX, brought level.
 * NULL: there is no such server here, which is told. */
struct world *
begin(const struct world_kind *kind);
/* Both sides are the same; gone. */
void
finish(struct world *w);

/* One action: call is what writes it, with e for its error. */
#define DECIDE(w, call) \
	do { \
		struct err *e = &(w)->e; \
		cr_assert_eq(store_begin((w)->store, e), ST_OK); \
		cr_assert_eq(queue_action((w)->store, #call, e), ST_OK); \
		cr_assert_eq(call, ST_OK, "%s", e->text); \
		cr_assert_eq(store_commit((w)->store, e), ST_OK); \
	} while (0)

void
flag(struct world *w, unsigned n, bool add, uint32_t bits, const char *words);
void
move(struct world *w, const char *from, unsigned n, const char *to);
void
copy(struct world *w, const char *from, unsigned n, const char *to);
void
expunge(struct world *w, const char *from, unsigned n);
void
undo(struct world *w);

struct queue_counts
counts(struct world *w);
/* The row of message number n in a folder, 0: none. */
int64_t
row(struct world *w, const char *folder, unsigned n);
int64_t
folder_id(struct world *w, const char *name);
/* How many messages the server has. */
size_t
there(struct world *w, const char *folder);
uint32_t
flags_there(struct world *w, const char *folder, uint32_t uid);

#endif
