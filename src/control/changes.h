/*
 * changes.h - decisions about messages, from keys to the queue
 *
 * What a decision means is said in decide.h; here it is made about what is in
 * view, and what is in view follows.
 */
#ifndef VERSO_CONTROL_CHANGES_H
#define VERSO_CONTROL_CHANGES_H

#include "control/app.h"

/* Messages of one account.  A command that has to ask first keeps those it
 * was given for: the cursor may be on another one when the answer comes. */
struct targets {
	int account;
	GArray *ids;			/* int64_t: row ids; NULL: none */
};

/* What a command is about: the tagged messages after the tag prefix, else the
 * message in the pager or under the cursor, or with thread all of its thread.
 * ST_GONE with a sentence when there is none. */
enum st
changes_targets(struct app *app, bool thread, struct targets *out,
		struct err *e);
void
targets_clear(struct targets *t);	/* ids may be NULL */

/* Each tells what it did, and how it is undone, on the status line. */
enum st
changes_flags(struct app *app, const struct targets *t, bool add,
	      const struct flags *flags, const char *done, struct err *e);
enum st
changes_move(struct app *app, const struct targets *t, int64_t folder,
	     struct err *e);
enum st
changes_copy(struct app *app, const struct targets *t, int64_t folder,
	     struct err *e);
enum st
changes_archive(struct app *app, const struct targets *t, struct err *e);
enum st
changes_delete(struct app *app, const struct targets *t, struct err *e);
/* With delete-mark: a D, and what becomes of it.  Marking twice says so;
 * what others have marked is deleted at once. */
enum st
changes_mark(struct app *app, const struct targets *t, struct err *e);
/* True: some of them were marked, and are no more. */
bool
changes_unmark(struct app *app, const struct targets *t);
/* Delete what is marked in a folder, 0: in the account.  Nothing is said
 * where nothing is. */
enum st
changes_marked(struct app *app, int account, int64_t folder, struct err *e);
/* The last decision in any account, or (action not 0) that one of the account
 * of the index. */
enum st
changes_undo(struct app *app, int64_t action, struct err *e);

/* decide_folder_name() for an account; the caller frees. */
char *
changes_folder_name(struct app *app, int account, const char *name);
enum st
changes_make_folder(struct app *app, int account, const char *name,
		    int64_t *id, struct err *e);

/* A message that was opened has been read: no decision to be undone. */
void
changes_opened(struct app *app, int account, int64_t id);

/* A decision was not written: a store whose disk failed takes no other until it
 * is opened again, which is done here, as there may be room by then. */
void
changes_failed(struct app *app, int account, enum st st);

/* The store was changed here: read what is shown again, tell the worker. */
void
changes_settle(struct app *app, int account);

/* Enter in a list of the queue: undo the action, or open the message
 * (cmd_queue.c). */
enum st
queue_open_row(struct app *app, struct err *e);

/* Is the account's mail only here (POP)? */
bool
changes_local(const struct app *app, int account);

#endif
