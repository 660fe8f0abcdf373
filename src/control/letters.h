/*
 * letters.h - letters that are being written, as folders on disk
 *
 * ACCOUNT/letters/ID/letter has the letter (mime/letter_file.h).  Beside it
 * lie files of its own, such as what a forwarded message had attached, and
 * .letter while an editor has it.  Who has a letter open holds a lock on the
 * folder, so that two readers never have the same one.
 */
#ifndef VERSO_CONTROL_LETTERS_H
#define VERSO_CONTROL_LETTERS_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "base/err.h"
#include "model/letter.h"

struct open_letter {
	int account;
	char *dir;
	int lock;		/* descriptor of dir, locked */
	struct letter *letter;
	bool touched;		/* the person has put something into it */
	bool bounced;		/* it stands for a message that was sent on as
				 * it is, and has nothing in it */
	int64_t save_at;	/* clock_ms() when it is saved; 0: it is */
	int editor;		/* process of an editor that has it and stands
				 * still, 0: none */
	guint lent;		/* attachments it had when it got that */
	char *unread;		/* what the editor wrote is not in letter, and
				 * why; NULL: it is */
};

/* A new folder for a letter of the store in store_dir.  l is taken over when
 * it succeeds; NULL: an empty one.  It is not saved yet. */
enum st
letters_make(const char *store_dir, struct letter *l,
	     struct open_letter **out, struct err *e);

/* The letters that nobody has open, oldest first (struct open_letter *); those
 * that cannot be read are left alone.  What an editor had written when verso
 * ended is in them. */
GPtrArray *
letters_find(const char *store_dir);

/* Durable when it returns. */
enum st
letters_save(struct open_letter *o, struct err *e);

/* The file for an editor; and what it has become.  ST_USAGE when that cannot
 * be read as a letter: the file then stays, o->unread says why, and *changed
 * is true. */
enum st
letters_lend(struct open_letter *o, char **file, struct err *e);
enum st
letters_take(struct open_letter *o, bool *changed, struct err *e);
/* What could not be read becomes the text, its fields and all. */
enum st
letters_take_all(struct open_letter *o, struct err *e);

/* The folder goes, with all in it; o is freed. */
void
letters_drop(struct open_letter *o);
/* It stays on disk. */
void
letters_close(struct open_letter *o);	/* takes NULL */

#endif
