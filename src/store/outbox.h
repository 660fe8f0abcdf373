/*
 * outbox.h - letters on their way out
 *
 * A letter is durable here before any connection is opened: its octets in
 * ACCOUNT/outbox/NUMBER.eml (LF ends; written, fsynced, renamed, the folder
 * fsynced), then its row, then the commit.  It leaves when it was sent, with
 * its copy in Sent in the same commit, or when the person takes it back.
 * Nothing is ever dropped by itself.
 *
 * A file without a row, after the index was lost, becomes a letter that is
 * held (outbox_recover()).  Files that no row speaks of any more go there,
 * too.
 *
 * All of this works with any handle.  Calls outside a transaction make one of
 * their own; files that a transaction did away with are unlinked after its
 * commit, by the next call of outbox_recover() if not sooner.
 */
#ifndef VERSO_STORE_OUTBOX_H
#define VERSO_STORE_OUTBOX_H

#include "store/store.h"

enum outbox_state {
	OUTBOX_QUEUED,		/* goes out when its time has come */
	OUTBOX_SENDING,		/* its end is about to go out, or went */
	OUTBOX_SENT,		/* kept for the list alone */
	OUTBOX_REFUSED,		/* nobody wants it: why says so */
	OUTBOX_UNSURE,		/* cut off at its end: the person decides */
	OUTBOX_HELD,		/* the person wants it to wait; or it was found
				 * without a word on where it is to go */
	OUTBOX_STATES
};

/* No letter waits longer for its next try, in seconds. */
#define OUTBOX_WAIT_MOST (4 * 3600)

struct outbox_rcpt {
	char *address;		/* as in RCPT TO */
	int code;		/* the server's last word: 250, 4xx, 5xx; 0
				 * none */
	char *said;		/* with its reasons, gated; NULL: none */
};

/* Strings and rcpt are owned. */
struct outbox_letter {
	int64_t id;
	enum outbox_state state;
	char *from;		/* MAIL FROM */
	GPtrArray *rcpt;	/* struct outbox_rcpt * */
	char *message_id;	/* NULL: none */
	bool id_known;		/* others have that already (it is a bounce,
				 * or goes to those who are served later): a
				 * message that has it says nothing of this */
	char *subject, *to;	/* decoded, for lists; NULL: none */
	int64_t size;		/* octets in wire form */
	bool eight_bit, utf8, receipt;	/* as smtp_letter has them */
	int64_t at;		/* when it was queued; seconds since 1970 */
	int64_t not_before;	/* the person may take it back until then */
	int64_t next_try;
	int tries;
	char *why;		/* one sentence or the server's words; NULL */
	int64_t sent;		/* folder for the copy, 0: none is kept */
	int64_t about;		/* row it answers or forwards, 0: none */
	char *about_id;		/* the Message-ID of that, NULL: none */
	struct flags mark;	/* what that gets when this was sent */
};

struct outbox_letter *
outbox_letter_new(void);
void
outbox_letter_free(struct outbox_letter *l);	/* takes NULL */
void
outbox_letter_add_rcpt(struct outbox_letter *l, const char *address);

/* The word for a state in lists ("queued", "unsure", …). */
const char *
outbox_state_name(enum outbox_state state);

/*
 * Take all of fd, from its beginning, as a new letter; what has the rest of it
 * (id, state, at, tries and why are ignored).  Its state is then
 * OUTBOX_QUEUED, or OUTBOX_HELD where nobody is to get it.  *id: its number,
 * set when this succeeds.
 */
enum st
outbox_add(struct store *s, int fd, const struct outbox_letter *what,
	   int64_t *id, struct err *e);

/* Those that were not sent (struct outbox_letter *), oldest first; and with
 * those that were, which may be many: all of a fortnight. */
enum st
outbox_unsent(struct store *s, GPtrArray **out, struct err *e);
enum st
outbox_all(struct store *s, GPtrArray **out, struct err *e);
/* ST_GONE: there is none of that number. */
enum st
outbox_get(struct store *s, int64_t id, struct outbox_letter **out,
	   struct err *e);
/* How many wait to be sent, and how many of all want the person. */
enum st
outbox_counts(struct store *s, int64_t *waiting, int64_t *need,
	      struct err *e);
/* When the next one wants to go, seconds since 1970; INT64_MAX: none does. */
enum st
outbox_next(struct store *s, int64_t *when, struct err *e);
/* Its octets; the caller closes *fd, or unrefs *bytes, which are mapped. */
enum st
outbox_open(struct store *s, int64_t id, int *fd, struct err *e);
enum st
outbox_bytes(struct store *s, int64_t id, GBytes **bytes, struct err *e);

/* ---- by who sends (sync/sending.c) ------------------------------------- */

/* rcpt: its recipients (struct outbox_rcpt *) with what was said of them so
 * far; NULL: nothing was.  What is here by now with its Message-ID, and no
 * draft, makes id_known. */
enum st
outbox_sending(struct store *s, int64_t id, const GPtrArray *rcpt,
	       struct err *e);
/* l is the letter with what was said of its recipients. */
enum st
outbox_later(struct store *s, const struct outbox_letter *l,
	     int64_t next_try, const char *why, struct err *e);
enum st
outbox_refused(struct store *s, const struct outbox_letter *l,
	       const char *why, struct err *e);
enum st
outbox_unsure(struct store *s, int64_t id, const char *why, struct err *e);
/*
 * The server has it.  In one commit: the state, the copy in l->sent (a
 * decision, see queue.h), the mark on the message it answers, found by its row
 * or else by its Message-ID; and where the server wants to be asked again
 * about some of the recipients (4xx), a letter to them, for next_try.
 */
enum st
outbox_sent(struct store *s, const struct outbox_letter *l,
	    int64_t next_try, struct err *e);
/* One that was in doubt has arrived; the same but for the copy, where there
 * is one already. */
enum st
outbox_arrived(struct store *s, int64_t id, bool copy, struct err *e);

/* ---- by the person ------------------------------------------------------ */

/* Send it now, or again; ST_REFUSED: it is being sent, or was. */
enum st
outbox_retry(struct store *s, int64_t id, struct err *e);
enum st
outbox_hold(struct store *s, int64_t id, struct err *e);
/* Out of the outbox: what it was is the caller's to keep first.  ST_REFUSED:
 * it is being sent, or was. */
enum st
outbox_take_back(struct store *s, int64_t id, struct err *e);

/* ---- upkeep -------------------------------------------------------------- */

/* After the start: files without rows and rows without files.  Costs one look
 * into the folder. */
enum st
outbox_recover(struct store *s, struct err *e);
/* Those that were sent so many days ago are forgotten. */
enum st
outbox_expire(struct store *s, int days, struct err *e);

#endif
