/*
 * private.h - what the files of this room know of one another
 *
 * How a transaction runs.  Nothing is locked while messages stream in: bytes
 * go behind the committed end of an mbox, rows wait in memory (stage.c).
 * The first thing that must touch the index takes its write lock
 * (tx_write()); usually that is the commit, so that the other process waits
 * milliseconds, never for the network.  store_commit() then does, in order:
 *
 *   rows of the stage; gaps of removed messages given to their neighbours
 *   (rows alone); fsync of the mboxes and of removed/; counts; COMMIT
 *
 * and after it what COMMIT has promised (settle.c): blocks written anew,
 * files cut, renamed, unlinked.  The promises stand in the tables touch and
 * intent, are repeated at open, and are struck out by the next transaction
 * before it does anything else.
 */
#ifndef VERSO_STORE_PRIVATE_H
#define VERSO_STORE_PRIVATE_H

#include "store/db.h"
#include "store/digest.h"
#include "store/mbox.h"
#include "store/store.h"

/* A stretch of an mbox whose messages are gone. */
struct gap {
	int64_t off, end;
	int64_t padded;		/* up to here it is a block with much padding,
				 * as touch.c writes it; 0: it may be not */
};

/* An mbox this process writes. */
struct mfile {
	int64_t folder;
	char *path;
	int fd;
	int64_t committed;	/* octets the index vouches for */
	int64_t tail;		/* where the next message goes */
	bool dirty;		/* written since the last fsync */
	GArray *gaps;		/* struct gap, of this transaction */
	int64_t uidvalidity;	/* -1: not read yet */
	GHashTable *near;	/* uid -> row id << 1 | has a body: rows near */
	uint32_t near_first, near_last;	/* what was asked for last */
};

/* Where a body stands: a row of the table body. */
struct place {
	int64_t off, pos, len, lf;
	guint8 digest[DIGEST_LEN];
};

/* What a transaction adds to a folder's row. */
struct delta {
	int64_t folder;
	int64_t total, unread, flagged, waiting, pad;
	int64_t uidnext;	/* 0: as it is */
};

struct ingesting;
struct learned;
struct stage;
struct settle;
struct rematch;

struct store {
	char *dir;
	enum store_mode mode;
	struct db *db;
	int lock;		/* -1: not held */
	char *broken;		/* after a failed fsync: why nothing goes */
	bool tx;		/* between begin and commit */
	bool sql;		/* the index's write lock is held */
	int64_t commits;	/* of this handle */
	int64_t action;		/* what changes of this transaction belong to */
	int64_t next_id;	/* for the next message, 0: not loaded */
	bool next_id_moved;
	GHashTable *files;	/* folder -> struct mfile */
	GHashTable *deltas;	/* folder -> struct delta */
	struct digest *digest;	/* of the message that comes in */
	struct digest *check;	/* of messages read */
	struct ingesting *in;
	struct learned *learned;	/* addresses (addresses.c) */
	struct stage *stage;
	struct settle *settle;
	struct rematch *rematch;
	struct removed *removed;
	GHashTable *left;	/* threads to be settled: id -> folder */
};

/* Placeholders (queue.h) have row ids of their own from here on: a process
 * that writes mail takes ids before it has the write lock, so that nobody else
 * may take from the same.  In lists by arrival they are last. */
#define PLACEHOLDER_FIRST 1099511627776

/* ---- tx.c -------------------------------------------------------------- */

/* Take the index's write lock and write what is staged. */
enum st
tx_write(struct store *s, struct err *e);
/* For a call that may stand alone: begins a transaction unless one is
 * open (*own tells), and takes the write lock. */
enum st
tx_enter(struct store *s, bool *own, struct err *e);
/* Commits or rolls back what tx_enter() began. */
enum st
tx_leave(struct store *s, bool own, enum st st, struct err *e);
/* Before reading: rows staged in this transaction become visible. */
enum st
tx_see(struct store *s, struct err *e);
struct delta *
tx_delta(struct store *s, int64_t folder);
/* ST_REFUSED unless this handle has the account's lock. */
enum st
tx_owner(const struct store *s, struct err *e);
/* From now on nothing is written through this handle. */
enum st
tx_break(struct store *s, const struct err *e);
/* A row id that was never used. */
enum st
tx_next_id(struct store *s, int64_t *id, struct err *e);

/* ---- files.c ----------------------------------------------------------- */

/* dir/mail/PATH.mbox; the caller frees. */
char *
file_path(const struct store *s, const char *path);
/* The file of a folder, opened (and made). */
enum st
file_get(struct store *s, int64_t folder, struct mfile **out, struct err *e);
/* Forget it: the folder is renamed, removed or compacted. */
void
file_forget(struct store *s, int64_t folder);
enum st
file_write(struct mfile *f, const char *bytes, size_t len, int64_t at,
	   struct err *e);
/* Exactly len octets, else ST_CORRUPT. */
enum st
file_read(int fd, const char *path, char *bytes, size_t len, int64_t at,
	  struct err *e);
/* Make the parent folders of a path; new ones are made durable. */
enum st
file_parents(const char *path, struct err *e);
/* The row under a UID and whether it has a body; *id 0: there is none.  For
 * many UIDs near one another, since each question to the index outside a
 * transaction costs four system calls. */
enum st
file_find_row(struct store *s, struct mfile *f, uint32_t uid, int64_t *id,
	      bool *has_body, struct err *e);
enum st
file_uidvalidity(struct store *s, struct mfile *f, int64_t *uidvalidity,
		 struct err *e);
/* Rows or UIDVALIDITY of a folder changed otherwise than by the stage. */
void
file_forget_rows(struct store *s, int64_t folder);
/* Rows of any folder did. */
void
files_forget_rows(struct store *s);
/* Every dirty file: cut behind the tail, fsync. */
enum st
files_sync(struct store *s, struct err *e);
/* The sizes of this transaction hold now; files that shrank are cut. */
enum st
files_committed(struct store *s, struct err *e);
/* They do not: cut back to what was committed. */
void
files_rollback(struct store *s);

/* ---- stage.c: rows that wait for the commit ------------------------------ */

enum staged_kind { STAGED_ENVELOPE, STAGED_BODY, STAGED_FLAGS };

struct staged {
	int64_t key;		/* folder and uid in one, for the hash */
	enum staged_kind kind;
	int64_t folder, id;
	bool fresh;		/* no row has this UID */
	uint32_t uid;
	struct flags flags;
	int64_t modseq, arrival, size;
	char *uidl;
	int64_t seen, said;	/* of the UIDL */
	struct envelope env;
	struct place place;
};

struct stage *
stage_new(void);
void
stage_free(struct stage *st);		/* takes NULL */
/* Owns the item from now on. */
enum st
stage_add(struct store *s, struct staged *item, struct err *e);
void
staged_free(struct staged *item);
/* The last envelope or body staged for this UID, NULL: none. */
const struct staged *
stage_find(const struct store *s, int64_t folder, uint32_t uid);
bool
stage_empty(const struct store *s);
/* The write lock is held: every item into the index. */
enum st
stage_flush(struct store *s, struct err *e);
void
stage_drop(struct store *s);

/* ---- index.c: one message's rows ---------------------------------------- */

enum st
index_put(struct store *s, const struct staged *item, struct err *e);
/* A row that goes, or whose body does. */
struct doomed {
	int64_t id, folder, date, thread, mid;
	uint32_t uid, flags;
	bool has_body, has_uidl;
	bool hidden;		/* no list, count or thread has it */
	struct place place;
};
/* The row under a UID and where its body stands; *id 0: there is none. */
enum st
index_find_body(struct store *s, int64_t folder, uint32_t uid, int64_t *id,
		struct doomed *row, struct err *e);
/* Columns id, date, thread, mid, flags, off, pos, len, lf, digest. */
void
index_read_doomed(sqlite3_stmt *q, struct doomed *row);
/* The next local number of a folder (POP). */
enum st
index_next_uid(struct store *s, int64_t folder, uint32_t *uid, struct err *e);
enum st
index_delete(struct store *s, const struct doomed *row, struct err *e);
/* This message's block is to be written anew after the commit.  gap: the one
 * it is given, which ends where the block stands in the file; else NULL. */
enum st
index_touch(struct store *s, int64_t id, const char *line,
	    const struct gap *gap, struct err *e);
/* Padding that a block of this length counts as. */
int64_t
index_pad(int64_t block);

/* ---- threads.c ----------------------------------------------------------- */

/* The 64-bit hash under which a Message-ID is found, never 0. */
int64_t
thread_hash(const char *id, size_t len);
/* Find or make the thread of a message that is about to be put in. */
enum st
thread_join(struct store *s, int64_t folder, int64_t id, uint32_t uid,
	    int64_t date, const struct envelope *env, int64_t *thread,
	    struct err *e);
/* A message is about to leave its thread. */
enum st
thread_leave(struct store *s, const struct doomed *row, struct err *e);
/* After a batch of leaving: what the threads are sorted by. */
enum st
thread_settle(struct store *s, struct err *e);
/* The transaction is rolled back. */
void
thread_forget(struct store *s);

/* ---- ingest.c ------------------------------------------------------------ */

/* Whole messages of the write buffer go to their file. */
enum st
ingest_flush(struct store *s, struct err *e);
/* Forget what is in it. */
void
ingest_drop(struct store *s);
bool
ingest_uses(const struct store *s, const struct mfile *f);
void
ingest_free(struct ingesting *in);		/* takes NULL */

/* ---- keys.c -------------------------------------------------------------- */

#define KEY_MAX 40
/* A sort key of at most KEY_MAX octets: folded words, then the date. */
size_t
key_make(char *key, const char *folded, int64_t date);
size_t
key_from(char *key, const struct envelope *env, int64_t date);
size_t
key_subject(char *key, const struct envelope *env, int64_t date);

#endif
