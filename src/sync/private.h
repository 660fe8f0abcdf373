/*
 * private.h - what the files of this room know of one another
 */
#ifndef VERSO_SYNC_PRIVATE_H
#define VERSO_SYNC_PRIVATE_H

#include "store/verify.h"
#include "sync/sync.h"

struct sync {
	const struct account *account;
	struct store *store;
	struct driver *driver;
	struct sync_events events;
	char *entered;		/* name of the entered folder, NULL: none */
	enum st worst;		/* of what was skipped in this run */
	int reopened;		/* sessions that broke in this run */
	GArray *due;		/* folders with decisions to be sent (push.h),
				 * NULL: none */
	bool decided;		/* something was to be sent in this run */
	bool whole;		/* the run is about every folder */
	GHashTable *looked;	/* folders (int64_t) whose messages are known
				 * here as they were after all that was sent */
};

/* One folder under way. */
struct job {
	struct folder *folder;		/* as the store had it; owned */
	struct entered entered;
	struct uidset fresh;		/* there, without a row here */
	struct uidset waiting;		/* with a row, without a body */
	int64_t came, went;		/* for level() */
	int64_t unread;			/* of those that came */
	int64_t total, octets;		/* progress: wanted at first, octets */
	bool listed;			/* the listing was taken over */
};

/* A folder or a message was skipped: tell, remember for the end. */
void
sync_skip(struct sync *s, const char *folder, enum st st, const char *why);

/* May the work go on with another folder after this failure of one? */
bool
sync_is_small(enum st st);

/* events.changed, .between */
void
sync_changed(struct sync *s, int64_t folder);
enum st
sync_between(struct sync *s, struct err *e);

/* Enter the folder of a job unless it is entered already; its UIDVALIDITY
 * must be the one the job began with. */
enum st
sync_reenter(struct sync *s, struct job *job, struct err *e);

/* The folder is level, or was brought so; any failure of the run ends that for
 * all, since something may have been sent that was not answered. */
void
sync_looked(struct sync *s, int64_t folder);

/* folders.c: the list of folders taken over.  *jobs: struct job *, INBOX
 * first; those that need no look are left out. */
enum st
folders_level(struct sync *s, const char *const *names, bool hurry,
	      GPtrArray **jobs, struct err *e);

/* Does the configuration want this folder in step? */
bool
folders_wanted(const struct account *account, const struct folder *f);

/* What the list said of a folder leaves nothing to ask for. */
bool
folders_is_level(const struct sync *s, const struct folder *f,
		 const struct folder_info *info, bool hurry);

/* pull.c: look at a folder: UIDVALIDITY, flags, removals; what is to be
 * fetched stays in the job. */
enum st
pull_look(struct sync *s, struct job *job, struct err *e);
/* Fetch what the job still wants and close it. */
enum st
pull_finish(struct sync *s, struct job *job, struct err *e);
struct job *
job_new(struct folder *f);
void
job_free(struct job *job);

/* doubt.c: the server says that nothing is left of the folder, and nothing
 * proves it.  hold: ST_PROTOCOL until it has said so for an hour; no
 * transaction may be open.  forget: it says something else now, or is
 * believed, and the hour begins anew the next time. */
enum st
doubt_hold(struct sync *s, const struct job *job, struct err *e);
enum st
doubt_forget(struct sync *s, const struct job *job, struct err *e);

/* rematch.c: the folder has a new UIDVALIDITY; what is here keeps its bytes
 * where it is there too. */
enum st
rematch_folder(struct sync *s, struct job *job, struct err *e);
/* The same, and no message at all: what is here goes to removed/ when the
 * server proves that the folder is another one, else ST_PROTOCOL. */
enum st
rematch_empty(struct sync *s, struct job *job, struct err *e);

/* tags.c: what the server says where entered.keywords_allowed is false leaves
 * the tags that are here.  note: so that decisions can tell; keep: those of
 * the message uid. */
enum st
tags_note(struct sync *s, const struct job *job, struct err *e);
void
tags_join(struct flags *theirs, const struct flags *mine);
enum st
tags_keep(struct sync *s, const struct folder *f, uint32_t uid,
	  struct flags *theirs, struct err *e);

/* body.c: envelopes of the newest, then bodies. */
enum st
body_newest(struct sync *s, struct job *job, struct err *e);
enum st
body_fetch(struct sync *s, struct job *job, struct err *e);
/* One message, now. */
enum st
body_fetch_one(struct sync *s, struct job *job, uint32_t uid, struct err *e);

/* headers.c: header blocks of a set, one by one, to visit(). */
typedef enum st header_visit(void *ctx, const struct fetched *f,
			     const struct envelope *env, struct err *e);
enum st
headers_fetch(struct sync *s, const struct uidset *uids, header_visit *visit,
	      void *ctx, struct err *e);

/* The same with nothing but the Message-ID, size and flags. */
enum st
ids_fetch(struct sync *s, const struct uidset *uids, header_visit *visit,
	  void *ctx, struct err *e);

/*
 * octets.c: whole messages of the entered folder, for their octets alone.
 * visit() gets the digest that the index would have, and how many there were;
 * missing() (NULL: nobody asks) which the server does not give.  raw, when not
 * NULL, is over the octets as they come.
 */
typedef enum st octets_visit(void *ctx, const struct fetched *f,
			     const uint8_t digest[DIGEST_LEN], int64_t octets,
			     struct err *e);
struct octets_sink {
	void *ctx;
	octets_visit *visit;
	void (*missing)(void *ctx, uint32_t uid, const char *why);
	void *missing_ctx;
	GChecksum *raw;
};
enum st
octets_fetch(struct sync *s, const struct uidset *uids,
	     const struct octets_sink *sink, struct err *e);

/*
 * sizes.c: some servers (Exchange) tell of sizes that are estimates.  note:
 * what was claimed of a message, and what came.  estimated: such a server,
 * whose sizes tell no message from another.
 */
enum st
sizes_note(struct sync *s, int64_t claimed, int64_t octets, struct err *e);
bool
sizes_estimated(struct sync *s);

/*
 * suspect.c: the session was cut over the message that key names.  True: for
 * the third time in a row, so that it should be left out for a while.
 */
bool
suspect_note(struct sync *s, const char *key);
/* Is it to be left out now? */
bool
suspect_is(struct sync *s, const char *key);

/*
 * again.c: messages here that a flow-through server has under a name that it
 * did not list (listed; twice: by which it means more than one).  begin and
 * data see the octets of a message; find ends it: it is here, and has that
 * name from now on.
 */
struct again;

/* *out is to be freed whatever comes back. */
enum st
again_new(struct sync *s, GHashTable *listed, GHashTable *twice,
	  struct again **out, struct err *e);
void
again_free(struct again *a);	/* takes NULL */
void
again_begin(struct again *a);
void
again_data(struct again *a, const char *bytes, size_t len);
enum st
again_find(struct again *a, const char *name, int64_t said, bool *found,
	   struct err *e);

/*
 * flow_inbox.c.  inbox: the one folder of a flow-through server, made when it
 * is missing; the caller frees.  owed: the row whose text was damaged and is
 * to come again, by the id that the server has for it; the caller clears it.
 */
enum st
flow_inbox(struct sync *s, struct folder **inbox, struct err *e);
struct message;
enum st
flow_owed(struct sync *s, const char *uidl, struct message *m, struct err *e);

/* flow.c: a flow-through server. */
enum st
flow_run(struct sync *s, struct err *e);

#endif
