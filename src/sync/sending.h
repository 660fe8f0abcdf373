/*
 * sending.h - what stands in the outbox, on its way
 *
 * Joins a mailer (net) and the outbox (store).  A letter is written down as
 * being sent right before its last octet goes out; what is cut off from then
 * on is in doubt and is never sent again by itself.
 */
#ifndef VERSO_SYNC_SENDING_H
#define VERSO_SYNC_SENDING_H

#include "net/mailer.h"
#include "store/outbox.h"

/* What is told while it runs; all of it is durable when it is told.  Any slot
 * may be NULL. */
struct sending_events {
	void *ctx;
	/* The state of a letter, or of one of its recipients, changed. */
	void (*changed)(void *ctx, int64_t letter);
	/* What became of one, for the person; bad: it is not what was
	 * wanted. */
	void (*told)(void *ctx, bool bad, const char *sentence);
	/* Between two letters.  Other than ST_OK: stop, and return it. */
	enum st (*between)(void *ctx, struct err *e);
};

/*
 * Letters that were being sent when a process ended, and those in doubt: one
 * that is found among the mail that came since has arrived.  To be called
 * with the account's lock held, before anything is sent and after mail was
 * received; costs nothing when there are none.
 */
enum st
sending_settle(struct store *store, const struct sending_events *events,
	       struct err *e);

/*
 * Send what is due over one session, which is opened when there is anything
 * and closed in any case.  insist: also what was put off because it could not
 * be sent lately.  ST_REFUSED: not everything could be sent; each letter was
 * told of.  RETRY, AUTH, PROTOCOL, CONFIG: nothing can be sent now; it was
 * put off; or a session broke over a letter, and what had not been tried by
 * then is as due as it was.
 */
enum st
sending_run(struct store *store, struct mailer *mailer, bool insist,
	    const struct sending_events *events, struct err *e);

#endif
