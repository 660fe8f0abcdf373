/*
 * editor.h - the text of a letter while it is written
 *
 * UTF-8 text and the commands that change it; no keys, no screen.  A line ends
 * in LF and is a paragraph: it is wrapped on the screen and never in the text,
 * so that it can be sent as format=flowed (RFC 3676).  A row is a line of the
 * screen.  A quoted line has its "> " once; each of its rows shows it.
 *
 * The cost of a command depends on what it changes and on what is shown, not
 * on the length of the text: the bytes are in a gap buffer, and lines longer
 * than 8 KiB have seams at which a row ends.
 *
 * Positions are bytes from the beginning of the text, always between two
 * grapheme clusters.  The only failure is a lack of room: a command that would
 * make the text longer than EDITOR_LIMIT changes nothing.
 */
#ifndef VERSO_CONTROL_EDITOR_H
#define VERSO_CONTROL_EDITOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#define EDITOR_LIMIT (16u << 20)	/* bytes of text */

struct editor;

/*
 * Begin with len bytes of text, copied, the cursor at their beginning.  What
 * is no UTF-8 becomes U+FFFD, CR and CRLF become LF, and other control
 * characters but TAB are left out.  NULL: there is more than EDITOR_LIMIT.
 */
struct editor *
editor_new(const char *text, size_t len);
void
editor_free(struct editor *ed);		/* takes NULL */

/* A copy of the text; *len (NULL: not wanted) without the NUL at its end.
 * The caller frees. */
char *
editor_text(const struct editor *ed, size_t *len);

/* ---- state -------------------------------------------------------------- */

size_t
editor_length(const struct editor *ed);
size_t
editor_cursor(const struct editor *ed);
/* A number that each change of the text increases, undo too: compare it to
 * see whether there is something to save. */
uint64_t
editor_generation(const struct editor *ed);
/* Has the text changed since the last editor_saved() (or editor_new())?  Not
 * when all changes were undone. */
bool
editor_modified(const struct editor *ed);
void
editor_saved(struct editor *ed);

/* ---- changing the text -------------------------------------------------- */

/* All of these return false when they changed nothing.  What is typed is
 * undone word by word. */

/* Did the last one change nothing because there was no room? */
bool
editor_is_full(const struct editor *ed);

/* What a key types, mostly one cluster. */
bool
editor_type(struct editor *ed, const char *text);
/* A block: pasted, or out of a file.  One step of undo.  Cleaned as in
 * editor_new(). */
bool
editor_insert(struct editor *ed, const char *text, size_t len);
/*
 * End the line.  In a quoted line the rest becomes a quoted line, too, and
 * blanks stay with what is before it.  At the beginning of a quoted line, right
 * behind its "> ", it makes an empty line above to answer in.  So Enter, Enter
 * answers in the middle of a quote.
 */
bool
editor_newline(struct editor *ed);
/* Delete the cluster before the cursor, or behind it.  When that joins two
 * lines of the same quote, the "> " of the second one goes, too. */
bool
editor_backspace(struct editor *ed);
bool
editor_delete(struct editor *ed);

/* Set a mark, or remove it.  Any change of the text removes it. */
void
editor_mark(struct editor *ed);
/* Cut the text between mark and cursor, or without a mark the line.  Cuts that
 * follow one another are put back together. */
bool
editor_cut(struct editor *ed);
bool
editor_uncut(struct editor *ed);

/*
 * Join the lines of the paragraph at the cursor, or of the next one, into one
 * line; a quote keeps its "> ".  Paragraphs end at empty lines, where the
 * depth of the quote changes, where a line is indented or begins an item of
 * a list ("- ", "1. "), and at "-- ".  The cursor goes behind it.
 */
bool
editor_justify(struct editor *ed);

/* One step back, and forward again; all steps are kept. */
bool
editor_undo(struct editor *ed);
bool
editor_redo(struct editor *ed);

/* ---- moving ------------------------------------------------------------- */

/* HOME and END are the row's; WORD_LEFT goes to the beginning of a word,
 * WORD_RIGHT to the beginning of the next.  Up and down remember the column
 * they began in. */
enum editor_move {
	EDITOR_LEFT, EDITOR_RIGHT, EDITOR_UP, EDITOR_DOWN,
	EDITOR_WORD_LEFT, EDITOR_WORD_RIGHT, EDITOR_HOME, EDITOR_END,
	EDITOR_PAGE_UP, EDITOR_PAGE_DOWN, EDITOR_TOP, EDITOR_BOTTOM
};

void
editor_move(struct editor *ed, enum editor_move where);
/* To the beginning of a line, from 1; beyond the last: to that. */
void
editor_goto(struct editor *ed, size_t line);

/*
 * Go to the next place behind the cursor where text stands, in capitals or
 * not; NULL or "": the text of the last search.  *wrapped: it was found above
 * the cursor.  False: it is nowhere, or there was no last search.
 */
bool
editor_find(struct editor *ed, const char *text, bool *wrapped);
/* What was looked for last, "" nothing.  Borrowed until the next call. */
const char *
editor_sought(const struct editor *ed);

/* ---- showing ------------------------------------------------------------ */

struct editor_row {
	char *text;		/* gated, TABs as blanks; fits the columns */
	int quote;		/* depth of the quote, 0: none */
	bool signature;		/* "-- " and what is below it */
	int mark_from, mark_to;	/* cells between mark and cursor; equal: none */
};

struct editor_view {
	GPtrArray *rows;	/* struct editor_row *; fewer than fit at the
				 * end of the text */
	int cursor_row, cursor_column;	/* cells, from 0; always within */
};

/* How much is shown; both at least 1.  At first 80 and 24. */
void
editor_resize(struct editor *ed, int columns, int rows);

/* What to show now.  When the cursor has left the rows that were shown, it is
 * put in the middle.  Owned by the editor and valid until the next call. */
const struct editor_view *
editor_view(struct editor *ed);

#endif
