/*
 * book.h - the address book: a plain file, one entry a line
 *
 * $XDG_DATA_HOME/verso/addresses has lines like "Ann Lee <ann@example.org>",
 * and "team = ann@example.org, Bob <bob@example.org>": "team" typed as a
 * recipient then stands for both.  # begins a comment.  The person edits it
 * with any editor; verso only adds lines at the end.
 */
#ifndef VERSO_CONTROL_BOOK_H
#define VERSO_CONTROL_BOOK_H

#include <glib.h>

#include "base/err.h"
#include "model/letter.h"

struct book_entry {
	char *alias;		/* "" none */
	char *list;		/* addresses as they are written */
};

/* Its file.  The caller frees. */
char *
book_file(void);

/* Elements struct book_entry *, in the file's order; empty when there is none.
 * The caller unrefs. */
GPtrArray *
book_load(void);

/* Add a line for an address, at the end.  ST_GONE: it is there already;
 * ST_LOCAL: the book cannot be read or written; what stands in it is kept. */
enum st
book_add(const struct address *a, struct err *e);

/* addressing_read() with aliases put in. */
enum st
book_read(const char *text, GPtrArray **list, struct err *e);

/* Put them into the recipients of a letter that an editor or a template wrote;
 * a field that has something else in it stays as it is. */
void
book_fill(struct letter *l);

#endif
