/*
 * decide.h - what a decision about messages means, whoever makes it
 *
 * The reader's keys and "verso op" mean the same: which folder is Trash, when
 * a deletion is for ever, what a decision is called.  No screen in here.
 */
#ifndef VERSO_CONTROL_DECIDE_H
#define VERSO_CONTROL_DECIDE_H

#include "model/account.h"
#include "store/queue.h"

/* About whose mail; all borrowed. */
struct decider {
	const struct account *account;
	struct store *store;
	const GPtrArray *folders;	/* folders_all() */
};

/* What came of it. */
struct decided {
	char *what;		/* "Flagged 3 messages", of those that were
				 * changed; the caller frees */
	size_t changed;		/* messages; 0: it made no difference, and
				 * what is NULL */
};

/* Is the account's mail only here (POP)? */
bool
decide_is_local(const struct decider *d);

/* The folder of a standing use, by the configuration or by what the server
 * says; 0: there is none. */
int64_t
decide_folder(const struct decider *d, enum folder_role role);
/* What a folder that a person calls so is to be called: with what this server
 * wants before each name ("INBOX.").  The caller frees. */
char *
decide_folder_name(const struct decider *d, const char *name);
/* Make a folder; with a role the configuration may have another name. */
enum st
decide_make_folder(const struct decider *d, enum folder_role role,
		   const char *name, int64_t *id, struct err *e);

/* Where a copy of what is sent goes; it is made where there is none.  0:
 * nowhere, the server has one itself or none is wanted. */
enum st
decide_sent(const struct decider *d, int64_t *folder, struct err *e);

/* A letter, all of fd, into Drafts, which is made where there is none; in the
 * transaction that is open. */
enum st
decide_draft(const struct decider *d, int fd, struct err *e);

/*
 * Each is durable, and in effect here, when it returns ST_OK; it is one action
 * to be undone.  ids: row ids (int64_t); done begins the sentence ("Moved").
 * Otherwise nothing was decided, and out->what is NULL.
 */
enum st
decide_flags(const struct decider *d, const GArray *ids, bool add,
	     const struct flags *flags, const char *done, struct decided *out,
	     struct err *e);
enum st
decide_move(const struct decider *d, const GArray *ids, int64_t folder,
	    const char *done, struct decided *out, struct err *e);
enum st
decide_copy(const struct decider *d, const GArray *ids, int64_t folder,
	    struct decided *out, struct err *e);
/* To the folder with that use, or to the one with everything where there is
 * no archive (Gmail); one is made where there is neither. */
enum st
decide_archive(const struct decider *d, const GArray *ids,
	       struct decided *out, struct err *e);
/* To Trash; what is there already, or has none to go to, for ever.  Mail that
 * is only here gets a Trash, and so does an account for which one is
 * configured. */
enum st
decide_delete(const struct decider *d, const GArray *ids,
	      struct decided *out, struct err *e);

/* Only mark them; and delete what is marked in a folder (0: in all). */
enum st
decide_mark(const struct decider *d, const GArray *ids, struct decided *out,
	    struct err *e);
enum st
decide_marked(const struct decider *d, int64_t folder, struct decided *out,
	      struct err *e);

#endif
