/*
 * store.h - the local copy of one account: mbox files and their index
 *
 * On disk (shared contract, doc/verso.5): ACCOUNT/mail/FOLDER.mbox in mboxrd,
 * ACCOUNT/index.db (SQLite, WAL), ACCOUNT/removed/, ACCOUNT/lock.  The mbox
 * has the bytes, the index points at them: bytes, fsync, row, commit, always
 * in that order.
 *
 * Two processes open a store: the worker (STORE_WORKER, holds the lock, does
 * all bulk writes) and the reader or a command (STORE_READER).  Both see
 * each other's commits.  Handles are opaque and belong to one thread.
 * Nothing here talks to the user or to the network.
 */
#ifndef VERSO_STORE_STORE_H
#define VERSO_STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "model/envelope.h"
#include "model/flags.h"
#include "model/folder.h"
#include "model/uidset.h"

struct store;

enum store_mode { STORE_READER, STORE_WORKER };

/*
 * Open (and make, if it is not there) the store in the folder dir.
 * STORE_WORKER takes the lock (flock on dir/lock) without waiting: ST_RETRY
 * and a sentence that names the holder's process when it is taken; it then
 * finishes what a crash left undone (recover.c): bytes behind the last
 * committed offset are cut, a removal that was begun is repeated, and an
 * index that is missing or unreadable is rebuilt from the mbox files alone.
 * STORE_READER waits for none of that: where the index is missing it is
 * rebuilt only when no worker holds the lock.
 */
enum st
store_open(const char *dir, enum store_mode mode, struct store **out,
	   struct err *e);
void
store_close(struct store *s);		/* takes NULL */

/* Wait up to wait_ms for the lock instead (verso sync --wait). */
enum st
store_open_waiting(const char *dir, int wait_ms, struct store **out,
		   struct err *e);

const char *
store_dir(const struct store *s);	/* borrowed */

/*
 * How envelopes are read from a header block with LF ends when the index is
 * rebuilt (mime_envelope()); the store sees no MIME of its own.  To be set
 * once, at start, by every program that opens stores; without it a rebuilt
 * index has flags, sizes and dates of arrival, but no subjects and senders.
 */
typedef void store_parser(const char *header, size_t len,
			  struct envelope *env);
void
store_set_parser(store_parser *parse);

/* A number that grows with every commit of any process; equal numbers mean
 * nothing changed.  One PRAGMA, no I/O worth naming. */
int64_t
store_generation(struct store *s);

/* Small facts by name ("sync.last", "uidl.style"); get: NULL when absent,
 * the caller frees. */
enum st
store_fact_set(struct store *s, const char *name, const char *value,
	       struct err *e);
char *
store_fact_get(struct store *s, const char *name);

/* A fact: the sizes that the server tells are estimates, and no reason to hold
 * two messages for different ones where the Message-ID says otherwise. */
#define STORE_ESTIMATES "sizes.estimated"

/* ---- folders (folders.c) --------------------------------------------- */

struct folder {
	int64_t id;		/* row id, never reused */
	char *name;		/* UTF-8, as the server has it */
	char delimiter;
	uint32_t attr;		/* enum folder_attr */
	enum folder_role role;
	int64_t uidvalidity;	/* 0: never synchronised */
	int64_t uidnext, modseq;
	int64_t total, unread, flagged;	/* live messages here */
	int64_t waiting;	/* of these, how many have no body here yet */
	int64_t there;		/* how many the server had when it was last
				 * synchronised: total, with those that wait
				 * to leave, without those that wait to come */
	int64_t synced;	/* when the last complete sync ended, 0: never */
	bool local;		/* exists here only */
};

void
folder_free(struct folder *f);		/* takes NULL; frees the strings too */

/* All folders in display order: INBOX, roles, the rest by name.  The caller
 * frees the array (elements: struct folder *). */
enum st
folders_all(struct store *s, GPtrArray **out, struct err *e);
/* One folder; ST_GONE when it is not there. */
enum st
folder_by_name(struct store *s, const char *name, struct folder **out,
	       struct err *e);
enum st
folder_by_id(struct store *s, int64_t id, struct folder **out, struct err *e);

/* Make a folder from what a server listed, or bring name, delimiter, attr
 * and role of the known one up to date.  *id gets its row id. */
enum st
folder_upsert(struct store *s, const struct folder_info *info, int64_t *id,
	      struct err *e);
/* The folder is gone there: its messages go to removed/, then the folder
 * goes, mbox and all. */
enum st
folder_remove(struct store *s, int64_t id, struct err *e);
/* The same folder under a new name: the mbox is renamed, nothing else. */
enum st
folder_rename(struct store *s, int64_t id, const char *name, struct err *e);
/* What a complete sync of the folder ended with.  Negative: leave as is. */
enum st
folder_synced(struct store *s, int64_t id, int64_t uidnext, int64_t modseq,
	      int64_t when, struct err *e);
/* A new UIDVALIDITY without any message of the old one (first sync). */
enum st
folder_set_uidvalidity(struct store *s, int64_t id, int64_t uidvalidity,
		       struct err *e);

/* The UIDs here: all live ones, or those whose body is still missing. */
enum st
folder_uids(struct store *s, int64_t id, struct uidset *all, struct err *e);
enum st
folder_uids_waiting(struct store *s, int64_t id, struct uidset *waiting,
		    struct err *e);
/* Of the UIDs first to last those that are here; costs what it finds. */
enum st
folder_uids_between(struct store *s, int64_t id, uint32_t first,
		    uint32_t last, struct uidset *out, struct err *e);
/* The flags that the server told of the same, ascending: without differences
 * that wait to be sent (queue.h).  As last committed: what this transaction
 * set is not seen, and nothing is locked.  visit() must not call the store. */
enum st
folder_walk_flags(struct store *s, int64_t id, uint32_t first, uint32_t last,
		  void (*visit)(void *ctx, uint32_t uid,
				const struct flags *flags),
		  void *ctx, struct err *e);

/* UIDs that could not be fetched and are not asked for again this week, with
 * the reason; reported, never forgotten. */
enum st
folder_quarantine(struct store *s, int64_t id, uint32_t uid, const char *why,
		  struct err *e);
enum st
folder_quarantined(struct store *s, int64_t id, struct uidset *uids,
		   struct err *e);

/* ---- messages (messages.c) -------------------------------------------- */

/* A message of the index; strings owned, freed with message_clear(). */
struct message {
	int64_t id;	/* row id: what a view, a reply, a tag is bound to */
	int64_t folder;		/* negative: hidden in that folder, since it
				 * waits to leave it (queue.h) */
	uint32_t uid;		/* POP: a local number in order of arrival; 0:
				 * it waits to come to this folder */
	char *uidl;		/* POP; NULL otherwise */
	struct flags flags;
	int64_t modseq;
	int64_t arrival;	/* internal date, seconds since 1970 */
	int64_t size;		/* octets in wire form */
	bool has_body;		/* the mbox has its bytes */
	int64_t parent;		/* row id of the message it answers, 0: none */
	int64_t thread;		/* row id of the thread's oldest message */
	struct envelope env;
};

void
message_clear(struct message *m);

enum st
message_by_id(struct store *s, int64_t id, struct message *out, struct err *e);
enum st
message_by_uid(struct store *s, int64_t folder, uint32_t uid,
	       struct message *out, struct err *e);
/* The newest with that Message-ID in the folder (0: any folder). */
enum st
message_by_message_id(struct store *s, int64_t folder, const char *message_id,
		      struct message *out, struct err *e);
/* Row ids of up to max live messages, in UID order, those that wait to come
 * last.  *from is 0 at first, and then where the next call goes on. */
enum st
message_ids(struct store *s, int64_t folder, int64_t *from, size_t max,
	    GArray *ids, struct err *e);

/* The bytes as the server has them but with LF line ends (mboxrd undone, no
 * verso block).  ST_GONE: the body is not here yet.  ST_CORRUPT: the digest
 * or the place does not hold.  The caller frees *bytes. */
enum st
message_bytes(struct store *s, int64_t id, GBytes **bytes, struct err *e);

/* ---- what the worker writes (ingest.c, flags.c, compact.c) ------------ */

/*
 * All writes happen between begin and commit; calls outside open a
 * transaction of their own.  commit makes it durable (WAL + fsync) before
 * it returns; when it fails it has rolled back.  rollback cuts the mbox
 * files back too; without a transaction it does nothing.
 *
 * Between begin and commit store_add_envelope(), store_set_flags() and
 * ingest_*() lock nothing, so that another process can write while messages
 * come from the network: their rows wait in memory until the commit, or
 * until another call of this handle reads or writes the index.  A commit
 * for every 16 to 32 MB (or every second or two) is cheap.
 *
 * What moves mail in a file (ingest, remove, rematch, rebuild, removing and
 * renaming folders) is ST_REFUSED for a STORE_READER; flags and facts are
 * not, and a worker brings them into the mbox.
 *
 * ST_LOCAL from a write: roll back.  After a failed fsync every later write
 * is ST_LOCAL until the store is opened again.
 */
enum st
store_begin(struct store *s, struct err *e);
enum st
store_commit(struct store *s, struct err *e);
void
store_rollback(struct store *s);

/* An envelope without a body: the row can be shown at once.  Replaces what
 * is known of the UID. */
enum st
store_add_envelope(struct store *s, int64_t folder, uint32_t uid,
		   const struct flags *flags, int64_t internaldate,
		   int64_t size, int64_t modseq, const struct envelope *env,
		   struct err *e);

/*
 * One message into the folder's mbox, streamed: begin, bytes …, end; or
 * abort.  Bytes are wire form (CRLF, or bare LF from odd servers) in any
 * pieces; they are quoted, digested and written without the whole message
 * ever being in memory.  The row appears (or gets its body) at the next
 * store_commit(), which fsyncs the mbox first.  An unfinished or aborted
 * message leaves nothing.  Between begin and end no other ingest is open.
 */
struct ingest {
	int64_t folder;
	uint32_t uid;		/* 0: the next local number (POP) */
	const char *uidl;	/* POP; borrowed until ingest_end() */
	int64_t said;		/* POP: its size as listed, -1: not told */
	int64_t modseq;
	int64_t internaldate;	/* 0: the Date header, else now */
	struct flags flags;	/* borrowed until ingest_end() */
};

/* After ingest_end(): what was written. */
struct ingested {
	int64_t id;
	uint32_t uid;
	int64_t octets;		/* wire form */
	guint8 digest[32];	/* SHA-256 over the message with LF ends */
};

enum st
ingest_begin(struct store *s, int64_t folder, struct err *e);
enum st
ingest_bytes(struct store *s, const char *bytes, size_t len, struct err *e);
/* The header block with LF ends: up to and with the empty line, or all that
 * has come while that has not (a message may be header alone, so ask right
 * before ingest_end()).  Never NULL; borrowed until the next ingest call; at
 * most 256 KiB of it is kept. */
const char *
ingest_header(struct store *s, size_t *len);
/* env: parsed by the caller from ingest_header() (sync joins mime and
 * store). */
enum st
ingest_end(struct store *s, const struct ingest *what,
	   const struct envelope *env, struct ingested *out, struct err *e);
void
ingest_abort(struct store *s);

/* The server's flags for a UID (absolute, as the server said).  A UID that
 * is not here is passed over.  Rewrites verso's block in place. */
enum st
store_set_flags(struct store *s, int64_t folder, uint32_t uid,
		const struct flags *flags, int64_t modseq, struct err *e);

/* These messages are gone: out of the mbox (padding, compaction when it
 * pays), out of the index, into removed/ for 7 days unless keep_aside is
 * false.  Unknown UIDs are passed over.  *count gets how many. */
enum st
store_remove(struct store *s, int64_t folder, const struct uidset *uids,
	     bool keep_aside, int64_t *count, struct err *e);

/* Drop what lies in removed/ for more than 7 days. */
enum st
store_expire_removed(struct store *s, struct err *e);

/*
 * UIDVALIDITY changed: renumber begins a second generation of the folder.
 * rematch_add() tells of one message of the new numbering; when a message of
 * the old one is the same (Message-ID, size and internal date; with
 * STORE_ESTIMATES and no other like it, without the size) it takes the new UID
 * and keeps its bytes: *matched true, unless a later one is too like it.  What
 * is told of one number again is not heard.
 * rematch_finish() makes it durable: the folder has the new UIDVALIDITY, old
 * messages that were not matched are removed (into removed/).
 */
enum st
rematch_begin(struct store *s, int64_t folder, int64_t uidvalidity,
	      struct err *e);
enum st
rematch_add(struct store *s, uint32_t uid, const char *message_id,
	    int64_t size, int64_t internaldate, const struct flags *flags,
	    int64_t modseq, bool *matched, struct err *e);
enum st
rematch_finish(struct store *s, struct err *e);
void
rematch_abort(struct store *s);

/* ---- POP: what the server still has (uidl.c) --------------------------- */

struct uidl {
	char *uidl;	/* the server's, or "sha256:…" when it has none */
	int64_t id;		/* row id of the message, 0: removed here */
	int64_t seen;		/* when it was first taken; not above 0: it
				 * was deleted here, and may go there */
	int64_t said;		/* its size as it was listed, -1: unknown */
	bool has_digest;	/* of its octets, as struct ingested has it */
	guint8 digest[32];
};

/* Is this UIDL already here (or was here)?  ST_GONE: new, or its mbox has lost
 * it. */
enum st
uidl_find(struct store *s, const char *uidl, struct uidl *out, struct err *e);
void
uidl_clear(struct uidl *u);
/* The server lists it with another size now. */
enum st
uidl_said(struct store *s, const char *uidl, int64_t size, struct err *e);
/* Every message that came by POP, with the id it had last; digest as struct
 * ingested has it.  visit() must not call the store. */
enum st
uidl_walk(struct store *s,
	  void (*visit)(void *ctx, const char *uidl, int64_t id,
			const guint8 *digest), void *ctx, struct err *e);
/* The server calls that message so now, and lists it with that size. */
enum st
uidl_rename(struct store *s, int64_t id, const char *uidl, int64_t said,
	    struct err *e);
/* The server gave it to another message. */
enum st
uidl_forget(struct store *s, const char *uidl, struct err *e);
/* The server does not list it any more. */
enum st
uidl_forget_others(struct store *s, GHashTable *listed, struct err *e);

#endif
