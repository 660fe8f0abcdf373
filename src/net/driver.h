/*
 * driver.h - a session with one server, as a table of functions
 *
 * One struct driver is one account's session: IMAP, POP, the in-memory
 * server, or a wrapper (trace) around any of them.  All calls block, take
 * deadlines from the account's timeout, and are made from one thread.
 * driver_interrupt() alone may be called from a signal handler or another
 * thread.
 *
 * Costs are counted in round trips: every call takes sets, and a driver
 * pipelines inside a call what the protocol allows.
 *
 * What a status means here (base/err.h):
 *   ST_RETRY      the connection is gone or was never made: close, again later
 *   ST_AUTH       TLS not verified or log-in refused: do not try again unasked
 *   ST_GONE       this folder does not exist
 *   ST_REFUSED    the server said NO to this call; the session goes on
 *   ST_CANCELLED  driver_interrupt() was called: close the session
 *   ST_PROTOCOL   the server broke its word: the session is closed
 *   ST_LOCAL      a sink failed on the local side; the session is closed
 * After RETRY, AUTH, CANCELLED, PROTOCOL and LOCAL only driver_close() and
 * driver_open() are allowed.  A sink's own failure comes back unchanged.
 */
#ifndef VERSO_NET_DRIVER_H
#define VERSO_NET_DRIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/account.h"
#include "model/flags.h"
#include "model/folder.h"
#include "model/uidset.h"

/* What the session offers; asked instead of testing for a protocol. */
enum cap {
	CAP_FOLDERS = 1 << 0,	 /* has folders other than INBOX */
	CAP_UIDS = 1 << 1,	 /* UIDs are lasting; else see listing.uidl */
	CAP_FLAGS = 1 << 2,	 /* keeps flags */
	CAP_KEYWORDS = 1 << 3,
	CAP_CONDSTORE = 1 << 4,
	CAP_QRESYNC = 1 << 5,
	CAP_UIDPLUS = 1 << 6,
	CAP_MOVE = 1 << 7,
	CAP_IDLE = 1 << 8,
	CAP_LIST_STATUS = 1 << 9,
	CAP_APPEND = 1 << 10,
	CAP_PEEK = 1 << 11,	 /* headers alone can be fetched cheaply */
	CAP_DELIVERS = 1 << 12,	 /* flow-through: what is taken is deleted
				  * there when the session ends well (POP) */
	CAP_SPECIAL_USE = 1 << 13,
	CAP_PIPELINING = 1 << 14,	/* said so (POP); IMAP always does */
	CAP_UIDL = 1 << 15,	/* said so: knows its messages again (POP) */
	/* Folders are labels, and one message has several (Gmail): expunging
	 * takes a label off and leaves the message, moving to Trash takes it
	 * out of them all, and one that comes where it is already keeps its
	 * UID there. */
	CAP_LABELS = 1 << 16,
};

/* A capability that makes a difference, for a person: what the server calls
 * it, and what is missed without it ("new mail is looked for …"). */
struct driver_offer {
	uint32_t cap;
	const char *name;	/* NULL ends the list */
	const char *without;
};

/* How far driver_open() came; the last is where all went well. */
enum driver_step {
	STEP_NAME,	/* the host's name is looked up */
	STEP_CONNECT,
	STEP_TLS,
	STEP_LOGIN,	/* greeting, capabilities, log-in */
	STEP_DONE
};

/* What the last driver_open() saw on its way: the step that failed, or
 * STEP_DONE, and of the steps before that what they found.  No secrets. */
struct driver_facts {
	enum driver_step step;
	int ms[STEP_DONE];	/* what each step took */
	char address[64];	/* the one reached; "" none */
	char tls[16];		/* "TLSv1.3"; "" none */
	int64_t expires;	/* the certificate's end; 0: not known */
	bool pinned;		/* trusted by tls-pin alone */
	const char *login;	/* "SCRAM-SHA-256"; NULL: none was needed */
	/* What the names of one's own folders begin with ("INBOX.", from
	 * Courier), once folders() was called; "" nothing. */
	char prefix[64];
};

/*
 * Answers to what the session must ask.  secret(): the password (or, for
 * OAuth2, the access token) into *secret, to be wiped with
 * driver_wipe() after use; called right before it is needed, only over a
 * connection that may carry it.  again is true when the last one was refused.
 */
struct driver_host {
	void *ctx;
	enum st (*secret)(void *ctx, bool again, char **secret, struct err *e);
	/* A line for the person that is no failure ([ALERT], say). */
	void (*notice)(void *ctx, const char *text);
};

/* What is already here of a folder; all zero or empty: nothing. */
struct known {
	int64_t uidvalidity;
	int64_t modseq;			/* highest that is fully applied */
	/* What the local copy has, whole; or NULL, with modseq, where reading
	 * them all would cost more than the difference: then nothing is held
	 * against them here, and the caller counts what came of a difference
	 * against EXISTS itself. */
	const struct uidset *uids;
};

/*
 * What entering a folder found.  Deltas arrive through the sink while the
 * call runs; after ST_OK:
 */
struct entered {
	int64_t uidvalidity;	/* 0: the server has none */
	int64_t uidnext;	/* 0: not said */
	int64_t exists;		/* messages there, at the end of the call */
	int64_t modseq;		/* highest; 0: none */
	bool keywords_allowed;	/* \* in PERMANENTFLAGS */
	bool same_uids;		/* uidvalidity equals known's, so that known
				 * was used and what came is a difference */
	bool complete;		/* the deltas are the whole difference: no
				 * driver_changes() call is needed */
};

/* One message of a listing. */
struct listing {
	uint32_t uid;	/* POP: its number, valid in this session only */
	const char *uidl;	/* POP: unique id, NULL when there is none or
				 * two messages claim it */
	struct flags flags;	/* borrowed for the call */
	bool has_flags;
	int64_t modseq;		/* 0: not said */
	int64_t size;		/* octets the server claims; -1: not said */
};

/* Where a folder's listing goes.  Return other than ST_OK to stop. */
struct listing_sink {
	void *ctx;
	enum st (*message)(void *ctx, const struct listing *m, struct err *e);
	/* These UIDs are gone (VANISHED, EXPUNGE).  May name UIDs that were
	 * never here. */
	enum st (*vanished)(void *ctx, const struct uidset *uids,
			    struct err *e);
};

enum fetch_what {
	FETCH_ID,	/* the Message-ID header field alone, size, flags: is
			 * this the message that was meant? */
	FETCH_HEADERS,	/* header block alone (PEEK), flags, size, date */
	FETCH_WHOLE,	/* the message, flags, size, date */
};

/* What stands before a message's bytes. */
struct fetched {
	uint32_t uid;
	struct flags flags;	/* borrowed */
	bool has_flags;
	int64_t internaldate;	/* seconds since 1970, 0: not said */
	int64_t size;		/* RFC822.SIZE as claimed, -1: not said */
	int64_t modseq;
};

/*
 * Where messages go, one after another: begin, data …, end; or begin,
 * data …, abort when it broke off (nothing of it may then be kept).  A begin
 * that returned ST_OK is followed by one end or one abort, never by neither;
 * after a data that failed comes abort, after an end that failed nothing.
 * f may be incomplete at begin (items come in any order); at end it is whole
 * and is what counts.  octets is the exact number of bytes of the message,
 * or -1 when the protocol tells it only by ending (POP).
 * Bytes are those of the wire, with CRLF line ends, unstuffed.
 * missing(): the server has no such message or gave NIL for it; it goes on.
 */
struct fetch_sink {
	void *ctx;
	enum st (*begin)(void *ctx, const struct fetched *f, int64_t octets,
			 struct err *e);
	enum st (*data)(void *ctx, const char *bytes, size_t len,
			struct err *e);
	enum st (*end)(void *ctx, const struct fetched *f, struct err *e);
	void (*abort)(void *ctx);
	enum st (*missing)(void *ctx, uint32_t uid, const char *why,
			   struct err *e);
	/* Flags that came along for another message. */
	enum st (*flags)(void *ctx, const struct listing *m, struct err *e);
	enum st (*vanished)(void *ctx, const struct uidset *uids,
			    struct err *e);
};

/* What may be done to a folder as a whole. */
enum folder_op {
	FOLDER_CREATE, FOLDER_RENAME, FOLDER_DELETE, FOLDER_SUBSCRIBE,
	FOLDER_UNSUBSCRIBE
};

/* What driver_wait() woke up for. */
enum wake { WAKE_CHANGED = 1, WAKE_TIMEOUT = 2, WAKE_FD = 4 };

struct driver;

struct driver_ops {
	const char *name;	/* "imap", "pop", "memory", "trace" */

	/* Connect, verify, log in, learn the capabilities.  May be called
	 * again after driver_close(). */
	enum st (*open)(struct driver *d, struct err *e);

	/* Log out politely when polite (POP: QUIT commits the deletions; its
	 * status tells whether the server did), then drop the connection. */
	enum st (*close)(struct driver *d, bool polite, struct err *e);

	/* enum cap bits of the open session. */
	uint32_t (*capabilities)(struct driver *d);

	/* What is worth a word of them, in the protocol's own names. */
	const struct driver_offer *(*offers)(struct driver *d);

	/* How the last open() went, also after it failed or was closed. */
	void (*facts)(struct driver *d, struct driver_facts *out);

	/* Every folder matching the account's patterns, as struct folder_info
	 * (the caller frees the array with its elements).  With status: also
	 * messages, unseen, uidnext, uidvalidity and modseq where this costs
	 * no further round trip, or, without LIST-STATUS, pipelined. */
	enum st (*folders)(struct driver *d, bool status, GPtrArray **folders,
			   struct err *e);

	/* Select a folder.  known may be NULL; so may sink, when no
	 * difference is wanted. */
	enum st (*enter)(struct driver *d, const char *folder,
			 const struct known *known,
			 const struct listing_sink *sink,
			 struct entered *out, struct err *e);

	/*
	 * The difference between known and the entered folder, in the
	 * cheapest way the server has.  *full true: every message there was
	 * listed, with flags (or at least its UID: then flags are unknown and
	 * unchanged when known.modseq is up to date); a UID of known that was
	 * not listed is gone.  known NULL: that, with sizes.  *full false:
	 * only differences were given.  Counts that do not agree with EXISTS:
	 * ST_PROTOCOL, and nothing may be concluded from what was listed.
	 */
	enum st (*changes)(struct driver *d, const struct known *known,
			   const struct listing_sink *sink, bool *full,
			   struct err *e);

	/* Fetch a set, in the server's order, splitting and pipelining as
	 * needed.  UIDs that do not exist are passed over. */
	enum st (*fetch)(struct driver *d, const struct uidset *uids,
			 enum fetch_what what, const struct fetch_sink *sink,
			 struct err *e);

	/*
	 * Changes, all by UID in the entered folder.  store: add or remove
	 * flags (a difference).  move needs CAP_MOVE (else ST_REFUSED, and
	 * nothing is done).  move and copy: *from and *to, when not NULL,
	 * receive the COPYUID pairs (same length, in order; empty without
	 * UIDPLUS).  A large set can be refused in part (ST_REFUSED, ST_GONE):
	 * *from then names what was done all the same, with 0 in *to where the
	 * number was not told.  append: one message of size octets in wire
	 * form; *uid 0 when not said.  *validity, when not NULL, gets the
	 * UIDVALIDITY that these numbers belong to, 0 when there are none.
	 * expunge: exactly these (ST_REFUSED when the server cannot do exactly
	 * that: without UIDPLUS, when others are marked as deleted); POP: DELE.
	 */
	enum st (*store)(struct driver *d, const struct uidset *uids,
			 bool add, const struct flags *flags, struct err *e);
	enum st (*move)(struct driver *d, const struct uidset *uids,
			const char *folder, GArray *from, GArray *to,
			int64_t *validity, struct err *e);
	enum st (*copy)(struct driver *d, const struct uidset *uids,
			const char *folder, GArray *from, GArray *to,
			int64_t *validity, struct err *e);
	enum st (*append)(struct driver *d, const char *folder,
			  const struct flags *flags, int64_t internaldate,
			  const char *bytes, size_t len, uint32_t *uid,
			  int64_t *validity, struct err *e);
	enum st (*expunge)(struct driver *d, const struct uidset *uids,
			   struct err *e);

	/* A folder as a whole; to: its new name, for FOLDER_RENAME.  What is
	 * to be renamed or deleted is left first when it is the entered one.
	 * ST_GONE: there is none of that name. */
	enum st (*folder)(struct driver *d, enum folder_op op,
			  const char *name, const char *to, struct err *e);

	/*
	 * Wait until the entered folder changes (IDLE, renewed in time; NOOP
	 * polling without it), fd becomes readable (-1: none) or timeout_ms
	 * passes.  *woke gets enum wake bits.  A server that does not answer
	 * within ten seconds then is lost: who was woken by fd knows that the
	 * session lives.
	 */
	enum st (*wait)(struct driver *d, int fd, int timeout_ms,
			uint32_t *woke, struct err *e);

	/* Make the running or the next blocking call return ST_CANCELLED.
	 * Safe in a signal handler. */
	void (*interrupt)(struct driver *d);

	void (*free)(struct driver *d);

	/* Round trips waited for and octets since open, for the benchmarks
	 * and the status line. */
	void (*traffic)(struct driver *d, uint64_t *round_trips,
			uint64_t *received, uint64_t *sent);
};

struct driver {
	const struct driver_ops *ops;
};

/*
 * Make a driver for an account's receive side.  account and host must
 * outlive it.  An account without one has a server that has nothing.  NULL
 * with *e filled when none can be made.
 * Wrapped in trace when VERSO_TRACE is set.
 */
struct driver *
driver_new(const struct account *account, const struct driver_host *host,
	   struct err *e);

/* The pieces driver_new() chooses from. */
struct driver *
imap_driver_new(const struct account *account, const struct driver_host *host);
struct driver *
pop_driver_new(const struct account *account, const struct driver_host *host);
struct driver *
trace_driver_new(struct driver *inner);	/* owns inner */

/* Overwrite and free a secret; takes NULL. */
void
driver_wipe(char *secret);

/* Thin calls, so that nobody spells d->ops->x(d, …). */
enum st
driver_open(struct driver *d, struct err *e);
enum st
driver_close(struct driver *d, bool polite, struct err *e);
uint32_t
driver_capabilities(struct driver *d);
const struct driver_offer *
driver_offers(struct driver *d);
void
driver_facts(struct driver *d, struct driver_facts *out);
enum st
driver_folders(struct driver *d, bool status, GPtrArray **folders,
	       struct err *e);
enum st
driver_enter(struct driver *d, const char *folder, const struct known *known,
	     const struct listing_sink *sink, struct entered *out,
	     struct err *e);
enum st
driver_changes(struct driver *d, const struct known *known,
	       const struct listing_sink *sink, bool *full, struct err *e);
enum st
driver_fetch(struct driver *d, const struct uidset *uids,
	     enum fetch_what what, const struct fetch_sink *sink,
	     struct err *e);
enum st
driver_store(struct driver *d, const struct uidset *uids, bool add,
	     const struct flags *flags, struct err *e);
enum st
driver_move(struct driver *d, const struct uidset *uids, const char *folder,
	    GArray *from, GArray *to, int64_t *validity, struct err *e);
enum st
driver_copy(struct driver *d, const struct uidset *uids, const char *folder,
	    GArray *from, GArray *to, int64_t *validity, struct err *e);
enum st
driver_append(struct driver *d, const char *folder, const struct flags *flags,
	      int64_t internaldate, const char *bytes, size_t len,
	      uint32_t *uid, int64_t *validity, struct err *e);
enum st
driver_expunge(struct driver *d, const struct uidset *uids, struct err *e);
enum st
driver_folder(struct driver *d, enum folder_op op, const char *name,
	      const char *to, struct err *e);
enum st
driver_wait(struct driver *d, int fd, int timeout_ms, uint32_t *woke,
	    struct err *e);
void
driver_interrupt(struct driver *d);
void
driver_traffic(struct driver *d, uint64_t *round_trips, uint64_t *received,
	       uint64_t *sent);
void
driver_free(struct driver *d);		/* takes NULL */

#endif
