/*
 * private.h - what the worker's files know of one another
 */
#ifndef VERSO_WORKER_PRIVATE_H
#define VERSO_WORKER_PRIVATE_H

#include <stdatomic.h>

#include "net/mailer.h"
#include "store/store.h"
#include "sync/sync.h"
#include "worker/link.h"
#include "worker/lookout.h"
#include "worker/signs.h"

/* One request that has not ended: "request ID VERB …". */
struct task {
	char **words;
};

/* Whom a session asks for the secret: one for each direction. */
struct side {
	struct driver_host host;	/* its ctx is this */
	struct worker *worker;
	bool sends;
	char *secret;			/* that the person typed, NULL */
};

struct worker {
	const struct account *account;
	const char *config_file;
	enum link_mode mode;
	struct post *post;
	struct signs *signs;
	struct store *store;		/* NULL: the lock is not held */
	struct driver *driver;
	struct sync *sync;
	struct side receives, sends;
	struct lookout *lookout;	/* in INBOX, NULL: none is needed */
	GQueue *tasks;			/* struct task *, oldest first */
	char *watch;			/* the folder in view */
	int asked;			/* questions so far */

	atomic_bool quit, stop;		/* set by the line's thread */
	atomic_bool busy;		/* something can be interrupted … */
	atomic_bool sending;		/* … which is the mailer */

	bool online, engaged;		/* engaged: something was asked for */
	bool keeps;			/* the server has sessions to wait in */
	bool calm;			/* interrupted: wait, but do no more */
	bool away;			/* told to stay offline */
	bool stale;			/* a full look is due */
	bool hurry;			/* and may be a quick one */
	bool decided;			/* something that needs no server */
	bool refused;			/* ST_AUTH: not again unasked */

	/* Letters (outgoing.c). */
	struct mailer *mailer;		/* NULL: it cannot send */
	struct store *outbox;		/* another handle, NULL: not open */
	bool send_asked;		/* now, whatever was put off */
	bool send_moved;		/* the state of a letter changed */
	int64_t send_at;		/* clock_ms(), INT64_MAX: nothing */
	enum st send_st;		/* how it went */
	struct err send_why;

	int attempts;			/* to connect, in a row */
	int64_t next_try, next_poll;	/* clock_ms() */
	int64_t told;			/* when progress was last told */
};

/* ---- worker.c ---- */

/* A sleep or another network: what is waited for is not waited for any
 * longer.  Called by who was woken by post_read(). */
void
worker_heed(struct worker *w);

/* ---- tasks.c: requests and their ends ---- */

/* Take the lines that have come, waiting at most wait_ms for the first; small
 * things are done at once.  ST_CANCELLED: quit. */
enum st
tasks_take(struct worker *w, int wait_ms, struct err *e);
/* The oldest request with this verb, NULL: none. */
struct task *
tasks_find(const struct worker *w, const char *verb);
/* End a request and free it. */
void
tasks_end(struct worker *w, struct task *t, enum st st, const char *sentence);
/* End all of them alike. */
void
tasks_end_all(struct worker *w, enum st st, const char *sentence);
/* Fetch what cannot wait, over the open session. */
enum st
tasks_fetch(struct worker *w, struct err *e);

/* ---- look.c: what is asked about both copies ---- */

/* Answer all requests of that kind, over the open session. */
enum st
look_all(struct worker *w, struct err *e);
/* Is this verb one of them?  changes: it needs the lock. */
bool
look_knows(const char *verb, bool *changes);

/* ---- outgoing.c: letters ---- */

void
outgoing_init(struct worker *w);
void
outgoing_free(struct worker *w);
/* Is there a letter to be sent now? */
bool
outgoing_due(const struct worker *w);
/* Milliseconds until there is, -1: there is none. */
int
outgoing_left(const struct worker *w);
/* Send what is due; ends the requests "send", but for those whose copies are
 * to go to the server first.  ST_CANCELLED, ST_LOCAL; all else is told, and
 * tried again later. */
enum st
outgoing_run(struct worker *w, struct err *e);
/* End the requests "send" as their letters ended. */
void
outgoing_end(struct worker *w);

/* ---- host.c: secrets and events ---- */

void
host_init(struct worker *w);
void
host_events(struct worker *w, struct sync_events *events);
void
host_state(struct worker *w, const char *word, const char *sentence);

#endif
