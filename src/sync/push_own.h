/*
 * push_own.h - what the files that send the changes of a folder share
 */
#ifndef VERSO_SYNC_PUSH_OWN_H
#define VERSO_SYNC_PUSH_OWN_H

#include "store/queue.h"
#include "sync/private.h"

/* The changes of one folder under way. */
struct push {
	struct sync *s;
	struct job *job;
	GPtrArray *due;		/* struct change */
	uint32_t caps;
};

/* Changes (struct change) that cannot be done, and why. */
enum st
push_park(struct push *p, const GPtrArray *changes, const char *why,
	  struct err *e);

/* Take what may not go ahead out of p->due, and park it. */
enum st
push_check(struct push *p, struct err *e);

#endif
