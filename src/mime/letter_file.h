/*
 * letter_file.h - a letter as a text file: for editors, and to keep it
 *
 * Fields as in a message but not encoded, an empty line, the text:
 *
 *	From: Ann Lee <ann@example.org>
 *	To: Bob <bob@example.org>
 *	Subject: Tulips
 *	Attach: /home/ann/tulips.png
 *
 *	Look!
 *
 * The form that is kept has every thing verso knows of the letter; the form
 * for editors leaves out what is not for people.
 */
#ifndef VERSO_MIME_LETTER_FILE_H
#define VERSO_MIME_LETTER_FILE_H

#include "base/err.h"
#include "model/letter.h"

/* The caller frees. */
char *
letter_write(const struct letter *l, bool for_editor);

/*
 * Read either form, whatever a person made of it.  A file without an empty
 * line has no text.  ST_USAGE names the line that is no field; a letter may
 * be 64 MiB.
 */
enum st
letter_read(const char *text, size_t len, struct letter **out,
	    struct err *e);

#endif
