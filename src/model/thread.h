/*
 * thread.h - which message belongs under which (the JWZ algorithm, pure)
 *
 * Works on plain arrays: no store, no screen.  Linear in the number of
 * messages and references; no recursion, whatever the depth.
 */
#ifndef VERSO_MODEL_THREAD_H
#define VERSO_MODEL_THREAD_H

#include <stddef.h>
#include <stdint.h>

/* In: one per message; the strings are borrowed for the call. */
struct thread_message {
	const char *message_id;		/* NULL: none */
	const char *references;		/* ids, blank-separated, oldest first */
	const char *in_reply_to;	/* the same; for empty references */
	int64_t date;
};

/* Out: one per message, in display order (root first, children by date). */
struct thread_row {
	size_t message;		/* index into the array given */
	size_t parent;		/* its parent message's index, SIZE_MAX: root */
	int depth;		/* 0 for a root, at most THREAD_MAX_DEPTH */
	int last_child;		/* 1: no later sibling follows */
};

#define THREAD_MAX_DEPTH 64

/* rows: room for n.  Loops in References, duplicate ids and missing parents
 * are all survived; a missing parent shows its children as siblings of one
 * another under the oldest of them. */
void
thread_build(const struct thread_message *messages, size_t n,
	     struct thread_row *rows);

#endif
