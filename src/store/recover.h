/*
 * recover.h - putting a store in order when its owner opens it
 */
#ifndef VERSO_STORE_RECOVER_H
#define VERSO_STORE_RECOVER_H

#include "store/private.h"

/* Rename an index that cannot be read out of the way. */
enum st
recover_set_aside(struct store *s, struct err *e);
/* *made true: the index was never completed (a rebuild was cut short). */
enum st
recover_is_whole(struct store *s, bool *made, struct err *e);
/* The lock is held.  made: the index is new; it is filled from what lies in
 * mail/.  Then files are made what the last commit says they are. */
enum st
recover_run(struct store *s, bool made, struct err *e);

#endif
