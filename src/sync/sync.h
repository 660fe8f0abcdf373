/*
 * sync.h - bringing the two copies of an account level
 *
 * Joins a driver (net), a store and the reading of headers (mime).  A struct
 * sync belongs to one thread, like the driver and the store it works with,
 * and owns neither.  Every call may be made again after it failed: what was
 * durable stays, and the next one converges.
 *
 * What a status means here: ST_RETRY, ST_AUTH, ST_CANCELLED, ST_PROTOCOL and
 * ST_LOCAL as in net/driver.h (the session is closed); ST_REFUSED: the
 * session stands, but something was skipped and was reported by failed().
 */
#ifndef VERSO_SYNC_SYNC_H
#define VERSO_SYNC_SYNC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "model/account.h"
#include "net/driver.h"
#include "store/store.h"

/* What a synchronisation tells while it runs; all of it is durable when it
 * is told.  Strings are borrowed for the call.  Any slot may be NULL. */
struct sync_events {
	void *ctx;
	void (*folders)(void *ctx);		/* the set of them changed */
	void (*changed)(void *ctx, int64_t folder);
	/* New messages, none of them read elsewhere already. */
	void (*arrived)(void *ctx, int64_t folder, int64_t count);
	void (*progress)(void *ctx, int64_t folder, int64_t done,
			 int64_t total, int64_t octets);
	/* The folder is level: so many came, went, are there now. */
	void (*level)(void *ctx, const char *folder, int64_t fresh,
		      int64_t gone, int64_t total);
	/* One folder or message failed; the others go on. */
	void (*failed)(void *ctx, const char *folder, enum st st,
		       const char *sentence);
	/*
	 * Between two calls to the server, when sync_fetch() may be called
	 * for what cannot wait.  Other than ST_OK: stop, and return it.
	 */
	enum st (*between)(void *ctx, struct err *e);
};

struct sync;

/* All must outlive it. */
struct sync *
sync_new(const struct account *account, struct store *store,
	 struct driver *driver, const struct sync_events *events);
void
sync_free(struct sync *s);		/* takes NULL; closes nothing */

/*
 * Bring folders (NULL-terminated names; NULL: all) level over the open
 * session.  hurry: folders that look unchanged by what the list of folders
 * said are passed over even when flags could have changed unnoticed.  For a
 * flow-through server this takes what is there and closes the session, which
 * is what makes it delete.
 */
enum st
sync_run(struct sync *s, const char *const *folders, bool hurry,
	 struct err *e);

/*
 * What was decided here and needs no server: all of it for a flow-through
 * account (its local folders are only here, and its flags; what is to be
 * deleted on the server is written down).  Needs no session; does nothing for
 * an account of the other kind.
 */
enum st
sync_decisions(struct sync *s, struct err *e);

/* Fetch the body of one message (row id), before anything else.  ST_GONE:
 * the server does not have it any more, or gives nothing. */
enum st
sync_fetch(struct sync *s, int64_t message, struct err *e);

/*
 * Enter a folder to wait in (driver_wait()).  *level tells whether it looks
 * there as it did when it was last brought level; where it does not, run
 * sync_run() for it first.
 */
enum st
sync_watch(struct sync *s, const char *folder, bool *level, struct err *e);

/* The session was closed or opened by somebody else: nothing is entered. */
void
sync_session_lost(struct sync *s);

#endif
