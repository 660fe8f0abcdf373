/*
 * remove.h - messages leave an mbox
 */
#ifndef VERSO_STORE_REMOVE_H
#define VERSO_STORE_REMOVE_H

#include "store/private.h"

/* In a transaction: the body alone of a row goes, which then waits for
 * another. */
enum st
remove_body(struct store *s, const struct doomed *row, struct err *e);

/* In a transaction: every row of a folder into removed/, and the folder's
 * own; its file is not touched. */
enum st
remove_folder_rows(struct store *s, int64_t folder, struct err *e);

/* Give each gap to the message behind it.  At the commit (last true), when
 * nothing more is appended, also cut those at the end of a file. */
enum st
remove_close_gaps(struct store *s, bool last, struct err *e);

/* ---- removed/ (removed.c) ---------------------------------------------- */

struct removed *
removed_new(void);
void
removed_free(struct removed *r);	/* takes NULL */

/* What the names of the files begin with into which messages of a folder go,
 * by its path below mail/; the caller frees. */
char *
removed_name(const char *path);

/* Copy a message into removed/, to the file of its folder and of today. */
enum st
removed_add(struct store *s, struct mfile *f, const struct doomed *row,
	    struct err *e);
/* The same for a stretch of an mbox that no row points to. */
enum st
removed_add_raw(struct store *s, struct mfile *f, int64_t off, int64_t end,
		struct err *e);
enum st
removed_sync(struct store *s, struct err *e);
void
removed_committed(struct store *s);
void
removed_rollback(struct store *s);

#endif
