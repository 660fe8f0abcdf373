/*
 * model.h - two clients of a real server, and what is known of its messages
 */
#ifndef VERSO_TESTS_SYNC_MODEL_H
#define VERSO_TESTS_SYNC_MODEL_H

#include <criterion/criterion.h>

#include "net/driver.h"
#include "store/queue.h"
#include "store/store.h"

/* What is known of a message, by its number. */
enum fate { FATE_MAY_GO = 1, FATE_MAY_DOUBLE = 2 };

struct model {
	struct dovecot *server;
	struct delay *wire;		/* between verso and the server */
	struct driver_host host;
	struct account *account, *behind_account;
	struct driver *driver, *behind;	/* verso's; the other client's */
	struct store *store;
	char *dir;
	GRand *rand;
	unsigned next;			/* number of the next message */
	GHashTable *fate;		/* number -> enum fate bits */
	GHashTable *wish;		/* flag of a number -> must it be so? */
	GString *failed;		/* what the last run passed over */
	struct err e;
	int syncs, cuts, kills;
};

#define DOES(m, call) \
	do { \
		enum st st_ = (call); \
		cr_assert_eq(st_, ST_OK, "%s: %s: %s", #call, st_name(st_), \
			     (m)->e.text); \
	} while (0)

/* A number from 0 below n. */
int
dice(struct model *m, int n);
/* On standard error, when VERSO_TELL asks for it. */
void
tell(const char *fmt, ...) G_GNUC_PRINTF(1, 2);
/* From now on it is no loss when message n is gone, or no wonder when there
 * are two of it (enum fate bits). */
void
fated(struct model *m, unsigned n, unsigned fate);

/* model_there.c: one thing that the other client does. */
void
change(struct model *m);
/* One of those that are there from the beginning, and stay. */
bool
has_role(const char *name);
/* Everything in a folder there may go. */
void
all_may_go(struct model *m, const char *folder);

/* model_here.c: one thing that is decided here; something undone, retried or
 * cancelled. */
void
decide(struct model *m);
void
think_again(struct model *m);
/* What was decided here of these flags of message n need not be so any
 * more. */
void
unwish(struct model *m, unsigned n, uint32_t bits);
/* What was decided here about flags, and nobody did otherwise since, is so. */
void
check_wishes(struct model *m);
/* Where a message was copied and its source could not be removed, it is in
 * both places, and the change is parked. */
void
note_copied(struct model *m);
/* Each message here, by its number; of one folder or of all (0). */
void
each_here(struct model *m, int64_t folder,
	  void (*visit)(struct model *m, unsigned n, void *ctx), void *ctx);

#endif
