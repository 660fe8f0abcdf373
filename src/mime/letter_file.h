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

/* An editor's lines are short: for one, quoted paragraphs are broken into
 * lines, and where text is flowed these end in a blank, as they do on the
 * wire, so that they can be joined again.  The caller frees. */
char *
letter_write(const struct letter *l, bool for_editor);

/* Of a flowed letter that an editor had: a quoted paragraph is one line
 * again. */
void
letter_join_quotes(struct letter *l);

/* What only verso has a use for, as one line: in a file that is kept, or in a
 * draft that others see and could have made (kept is false), where nothing is
 * written or read that holds here alone or that a message has a field for.
 * The caller frees. */
char *
letter_state(const struct letter *l, bool kept);
void
letter_take_state(struct letter *l, const char *line, bool kept);

/*
 * Read either form, whatever a person made of it.  A file without an empty
 * line has no text.  ST_USAGE names the line that is no field; a letter may
 * be 64 MiB.
 */
enum st
letter_read(const char *text, size_t len, struct letter **out,
	    struct err *e);

#endif
