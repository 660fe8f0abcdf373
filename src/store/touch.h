/*
 * touch.h - From_ line and block of one message, written anew in place
 */
#ifndef VERSO_STORE_TOUCH_H
#define VERSO_STORE_TOUCH_H

#include "store/private.h"

/* Write the block of a row of touch where its body row says.  A message
 * that is gone is passed over.  *fits false: nothing was written, since it
 * must be given room first. */
enum st
touch_write(struct store *s, int64_t id, bool *fits, struct err *e);

/* In a transaction: when the block does not fit the room before the message,
 * copy the message to the end of the file with room enough; its old place
 * becomes a gap. */
enum st
touch_make_room(struct store *s, int64_t id, struct err *e);

/* The From_ line that stands at an offset, with its line end; a made-up one
 * where none can be read.  The caller frees. */
char *
touch_line(struct mfile *f, int64_t off, int64_t arrival);

#endif
