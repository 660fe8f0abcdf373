/*
 * queue.h - what was decided here, on its way to the server
 *
 * A decision (an action) is a handful of changes.  Each is written in the
 * transaction that changes what the person sees, is transmitted later, and
 * is kept after that so that it can be taken back.
 *
 * What a change does here at once, while it waits:
 *   flags    the row has them; what the server says of the message meanwhile
 *            is merged flag by flag: the difference is applied on top
 *   move     the row leaves its folder's list (it is hidden: its bytes stay
 *            where they are until the server has moved them), and a
 *            placeholder stands in the other folder, with the bytes of the
 *            first
 *   copy     a placeholder alone
 *   expunge  the row is hidden
 *   append   a placeholder, with bytes from removed/
 * A placeholder has no UID (0); it gets one, and bytes of its own, when the
 * server has told where the message is.  It can be flagged, moved and deleted
 * like any other message.
 *
 * \Deleted is a mark: it is for what the person has not decided yet.  A change
 * that adds it is kept here, and never sent, until the message is moved or
 * expunged, which takes it off, or the mark is taken back.
 *
 * A parked change is not in effect: what the person sees is what the server
 * has, and the reason stands beside it until it is retried or cancelled.
 *
 * Deciding works with any handle, moving bytes (queue_done() and what follows
 * it) only with a STORE_WORKER.  Calls outside a transaction make one of
 * their own.
 */
#ifndef VERSO_STORE_QUEUE_H
#define VERSO_STORE_QUEUE_H

#include "store/store.h"

enum change_kind {
	CHANGE_FLAGS, CHANGE_MOVE, CHANGE_COPY, CHANGE_EXPUNGE, CHANGE_APPEND,
	CHANGE_CREATE, CHANGE_RENAME, CHANGE_DELETE,	/* of a folder */
	CHANGE_SUBSCRIBE, CHANGE_UNSUBSCRIBE,
	CHANGE_KINDS
};

enum change_state {
	CHANGE_WAITING,
	CHANGE_SENDING,		/* begun: the server may or may not have it */
	CHANGE_PARKED,		/* refused, or in doubt: the person decides */
	CHANGE_DONE,
	CHANGE_DROPPED		/* taken back before it was sent, or moot */
};

struct change {
	int64_t seq;		/* ascending in the order of decision */
	int64_t action;		/* 0: not to be undone (read by opening) */
	enum change_kind kind;
	enum change_state state;
	int64_t message;	/* row id of what is changed; 0: a folder */
	int64_t folder;		/* where it was when it was decided */
	/* The message as the person saw it; uid 0: not on the server yet.
	 * Of a folder: its UIDNEXT then. */
	int64_t uidvalidity;
	uint32_t uid;
	char *message_id;	/* NULL: it has none */
	int64_t size;
	uint32_t seen_bits;	/* its flags then */
	struct flags add, remove;	/* CHANGE_FLAGS, CHANGE_APPEND: add */
	int64_t dest;		/* folder: move, copy, append */
	int64_t placeholder;	/* row id there */
	bool copied;		/* a move without MOVE: only the removal of the
				 * source is left */
	bool force;		/* retried by the person: no conflict counts */
	char *name;		/* folders: the (new) name */
	char *was;		/* folders: the name when it was decided */
	char *why;		/* parked: a sentence */
	int64_t at;		/* when it was decided, seconds since 1970 */
};

void
change_free(struct change *c);		/* takes NULL */

/* ---- deciding ---------------------------------------------------------- */

/*
 * The changes that follow, in this transaction, are one action of the person,
 * told by what ("Deleted 3 messages").  Without it they cannot be undone.
 * store_begin() first.
 */
enum st
queue_action(struct store *s, const char *what, struct err *e);
/* Tell it otherwise before the commit, when more is known. */
enum st
queue_retell(struct store *s, const char *what, struct err *e);

/* Row ids that are not here (any more) are passed over; *n says how many were
 * changed.  queue_flags() takes only what makes a difference. */
enum st
queue_flags(struct store *s, const int64_t *ids, size_t *n, bool add,
	    const struct flags *flags, struct err *e);
/* Messages that are in dest already are passed over. */
enum st
queue_move(struct store *s, const int64_t *ids, size_t *n, int64_t dest,
	   struct err *e);
enum st
queue_copy(struct store *s, const int64_t *ids, size_t *n, int64_t dest,
	   struct err *e);
enum st
queue_expunge(struct store *s, const int64_t *ids, size_t *n,
	      struct err *e);

/* Take the mark (\Deleted) off; *n says how many had one. */
enum st
queue_unmark(struct store *s, const int64_t *ids, size_t *n, struct err *e);
/* Row ids of the messages of a folder (0: of all) with a mark of ours. */
enum st
queue_marked(struct store *s, int64_t folder, GArray **ids, struct err *e);

/*
 * A message of our own (a draft, a copy of what was sent) into a folder: all
 * of fd, from its beginning, with LF ends.  Its octets are durable when this
 * returns; its row, *row, is there at once, a placeholder until the server
 * has told its number.
 */
enum st
queue_put(struct store *s, int64_t folder, int fd, const struct flags *flags,
	  int64_t date, int64_t *row, struct err *e);

/* Unlink the octets of those that have their place by now. */
enum st
queue_put_sweep(struct store *s, struct err *e);

/* Folders.  A new one is here at once (with local: for ever only here);
 * renaming and deleting take effect when the server has done it. */
enum st
queue_create(struct store *s, const char *name, char delimiter,
	     enum folder_role role, bool local, int64_t *id, struct err *e);
enum st
queue_rename(struct store *s, int64_t folder, const char *name,
	     struct err *e);
enum st
queue_delete(struct store *s, int64_t folder, struct err *e);
enum st
queue_subscribe(struct store *s, int64_t folder, bool on, struct err *e);

/* ---- taking back ------------------------------------------------------- */

struct action {
	int64_t id, at;
	char *what;
	int64_t changes, waiting;	/* of these, not sent yet */
	bool undone;
};

void
action_free(struct action *a);		/* takes NULL */

/* The newest actions that can be undone (struct action), newest first. */
enum st
queue_actions(struct store *s, size_t max, GPtrArray **out, struct err *e);

/*
 * Undo an action (0: the last that was not undone).  What the server does not
 * have yet is dropped, for the rest the inverse is queued; an expunged
 * message comes back from removed/ (ST_GONE after seven days).  *what: what
 * was undone, the caller frees.  ST_GONE: there is nothing to undo.
 * ST_REFUSED: a later action must be undone first.
 */
enum st
queue_undo(struct store *s, int64_t action, char **what, struct err *e);

/* ---- looking ----------------------------------------------------------- */

struct queue_counts {
	int64_t waiting;	/* to be sent, or being sent */
	int64_t decided;	/* of these, what the person decided, not what
				 * reading alone has brought about */
	int64_t parked;
	int64_t marked;		/* in none of the others */
};

/* Costs nothing worth naming. */
enum st
queue_counts(struct store *s, struct queue_counts *out, struct err *e);

/* Waiting, sending and parked changes (struct change), in order of decision,
 * marks left out; parked alone with parked_only. */
enum st
queue_list(struct store *s, bool parked_only, GPtrArray **out,
	   struct err *e);
/* The row whose bytes a message shows: itself, or for a placeholder its
 * source; 0: nobody here has them. */
int64_t
queue_bytes_of(struct store *s, int64_t id);
/* Every change of a message (struct change), oldest first, whatever became of
 * it, found by its Message-ID or row: its log. */
enum st
queue_of_message(struct store *s, int64_t id, GPtrArray **out,
		 struct err *e);

/* A parked change is in effect again and waits; one that waits already is
 * left as it is.  ST_GONE: there is no such change to be retried. */
enum st
queue_retry(struct store *s, int64_t seq, struct err *e);
/* A waiting or parked change is dropped and what it did here is taken back.
 * An action of which nothing is left needs no undoing any more.
 * ST_REFUSED: it is being sent, or another one builds on it. */
enum st
queue_cancel(struct store *s, int64_t seq, struct err *e);

/* A mark that is still there. */
bool
change_is_mark(const struct change *c);
/* "Move to Archive", for a list: what a change does.  The caller frees. */
char *
change_text(struct store *s, const struct change *c);

/* ---- transmitting (the worker) ----------------------------------------- */

/* Folders with messages that wait to be changed, or to arrive (int64_t), each
 * perhaps twice, in the order in which they should be looked at; and whether
 * changes to folders, or messages for them, wait. */
enum st
queue_folders(struct store *s, GArray **ids, bool *folders, struct err *e);

/* Waiting and sending changes of messages of a folder whose message is on the
 * server; or (folder 0) the changes to folders and the appends.  What a
 * message is called now (uid) stands in the change. */
enum st
queue_due(struct store *s, int64_t folder, GPtrArray **out, struct err *e);

/* Before the command goes out; durable when it returns. */
enum st
queue_sending(struct store *s, const GArray *seqs, struct err *e);
/* It did not go out after all. */
enum st
queue_waiting(struct store *s, const GArray *seqs, struct err *e);

/* Nobody but us numbers the messages of dest (local folders, POP). */
#define QUEUE_NEXT_UID UINT32_MAX

/*
 * The server has done it.  uid: the message's number in dest (move, copy,
 * append), 0 when it was not told: then its placeholder waits for
 * queue_place(); or QUEUE_NEXT_UID.  The mailboxes here follow: bytes are
 * copied to dest, and the source of a move and an expunged message leave
 * their mbox.
 */
enum st
queue_done(struct store *s, const struct change *c, uint32_t uid,
	   struct err *e);
/* The first half of a move without MOVE. */
enum st
queue_copied(struct store *s, const struct change *c, uint32_t uid,
	     struct err *e);
/* Refused, or in doubt; why is one sentence. */
enum st
queue_park(struct store *s, const struct change *c, const char *why,
	   struct err *e);
/* There is nothing left to do: the message is gone from the server. */
enum st
queue_drop(struct store *s, const struct change *c, const char *why,
	   struct err *e);

/* A placeholder whose change is done, without a UID. */
struct unplaced {
	int64_t id;		/* its row */
	char *message_id;
	int64_t size;
	bool append;		/* its octets were given to the server, which
				 * may have made others of them */
	bool has_digest;	/* of its octets: they are here, or were */
	uint8_t digest[32];
	bool sent;		/* false: it is only being sent: it may not be
				 * there */
	int64_t seq;		/* its change */
};

void
unplaced_free(struct unplaced *u);

enum st
queue_unplaced(struct store *s, int64_t folder, GPtrArray **out,
	       struct err *e);
/* It is the message uid of its folder. */
enum st
queue_place(struct store *s, int64_t placeholder, uint32_t uid,
	    struct err *e);

/* It is not among what came to its folder since: the same message that is
 * there under another row takes its place, or it goes. */
enum st
queue_lost(struct store *s, int64_t placeholder, struct err *e);

/*
 * Changes whose message the server removed meanwhile (struct change): found
 * elsewhere by queue_follow(), which looks for the same message among those
 * that came after the decision, or dropped.  The second half of a move without
 * MOVE is done with that.
 */
enum st
queue_orphans(struct store *s, GPtrArray **out, struct err *e);
enum st
queue_follow(struct store *s, const struct change *c, bool *found,
	     struct err *e);

/* Actions that ended more than days ago are forgotten. */
enum st
queue_expire(struct store *s, int days, struct err *e);

#endif
