/*
 * push.h - what was decided here, to the server
 *
 * The queue (store/queue.h) says what; here is decided in which order, in
 * which sets, and what an answer means.  A change is marked as being sent
 * before its command goes out, and done, parked or put back when the answer
 * is there; what was cut off in between is looked at again before it is
 * repeated.
 */
#ifndef VERSO_SYNC_PUSH_H
#define VERSO_SYNC_PUSH_H

#include "store/queue.h"
#include "sync/private.h"

/*
 * The folders that must be looked at because of the queue: those with changes
 * and those where a placeholder waits for its number (int64_t), in that
 * order; NULL when there are none.  The caller unrefs.
 */
enum st
push_folders_due(struct sync *s, GArray **due, struct err *e);
bool
push_is_due(const GArray *due, int64_t folder);		/* takes NULL */

/* Folders to be created, renamed, deleted, subscribed; a deletion only when
 * what was decided about its messages is sent.  *did: something
 * was. */
enum st
push_folder_changes(struct sync *s, bool *did, struct err *e);

/* What was decided about the messages of a folder has to be done before it is
 * deleted, or they would go with it; what of that needs the person (*parked)
 * keeps the folder.  queue: struct change, all of them. */
bool
push_must_wait(const GPtrArray *queue, const struct change *c, bool *parked);
/* Why it stays then. */
#define PUSH_NEEDS_YOU "Something about its messages needs you first."

/* The changes of an entered folder, which pull_look() has just brought
 * level. */
enum st
push_folder(struct sync *s, struct job *job, struct err *e);

/* Of the job's fresh messages those that placeholders wait for: they need no
 * fetching. */
enum st
push_place(struct sync *s, struct job *job, struct err *e);

/* After every folder was looked at: messages for folders, what was cut off,
 * what was removed or moved elsewhere.  *again: a folder must be looked at
 * once more. */
enum st
push_rest(struct sync *s, bool *again, struct err *e);

/* A flow-through server, or none: what needs no server is done here. */
enum st
push_local(struct sync *s, struct err *e);

#endif
