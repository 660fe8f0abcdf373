/*
 * settle.h - what a commit has promised to do to files
 *
 * Two kinds of promise stand in the index: rows of touch (this message's
 * From_ line and block are to be written anew where the row says), and rows
 * of intent (rename or unlink this file).  Doing one twice does no harm, so
 * they are done after the commit, done again at open when a crash came
 * between, and struck out by the next transaction before it does anything
 * else.  Only the holder of the account's lock does them; a reader's leave
 * their rows for it.
 */
#ifndef VERSO_STORE_SETTLE_H
#define VERSO_STORE_SETTLE_H

#include "store/private.h"

struct settle *
settle_new(void);
void
settle_free(struct settle *t);		/* takes NULL */

/* Promise a file operation: "rename" a to b, "swap" tmp/a for the mbox b,
 * or "unlink" a; paths below mail/, without .mbox. */
enum st
settle_intend(struct store *s, const char *kind, const char *a, const char *b,
	      struct err *e);

/* Before COMMIT: a touched message whose block has outgrown its room moves
 * to the end of the file. */
enum st
settle_make_room(struct store *s, struct err *e);
/* After COMMIT, and at open: the intents alone; then everything. */
enum st
settle_intents(struct store *s, struct err *e);
enum st
settle_run(struct store *s, struct err *e);

/* In a transaction: strike out what was done.  Undone by rollback. */
enum st
settle_strike(struct store *s, struct err *e);
void
settle_rollback(struct store *s);
/* Strike it out now, in a transaction of its own. */
void
settle_finish(struct store *s);

#endif
