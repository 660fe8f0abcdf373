/*
 * editor.h - the text of a letter while it is written
 *
 * A text of UTF-8 and the commands that change it; no keys, no screen.  What
 * ends in LF is a line, and a line is a paragraph: it is wrapped for showing
 * and never in the text, so that format=flowed (RFC 3676) is what comes out
 * when it is sent.  A row is a line of the screen.  Rows that go on a quoted
 * line show its "> " again, which the text has once.
 *
 * What a command costs follows from what it changes and from what is shown,
 * not from the length of the text: bytes in a buffer with a gap where the
 * work is, and lines longer than 8 KiB have seams at which a row ends.
 *
 * Positions are bytes from the beginning of the text, always between two
 * grapheme clusters.  Nothing here fails but for want of room: a text never
 * grows beyond EDITOR_LIMIT, and what would make it do so changes nothing.
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
/* Another number after each change of the text, undoing counts: who saves
 * while the person types compares it. */
uint64_t
editor_generation(const struct editor *ed);
/* Is the text another than at the last editor_saved() (editor_new())?
 * Undoing all changes since makes it the same. */
bool
editor_modified(const struct editor *ed);
void
editor_saved(struct editor *ed);

/* ---- changing the text -------------------------------------------------- */

/* All of these return false when nothing could be changed.  Those that are
 * typed one after another are undone by words. */

/* Did the last one change nothing for want of room? */
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
 * End the line.  Within a quoted line the rest is quoted, too, and blanks
 * stay with what is before; at the
 * beginning of one (right behind its "> ") it makes an empty line above it,
 * in which to answer: so Enter, Enter answers in the middle.
 */
bool
editor_newline(struct editor *ed);
/* Take away the cluster before, behind the cursor.  Where that joins two
 * lines of the same quote the second one's "> " goes, too. */
bool
editor_backspace(struct editor *ed);
bool
editor_delete(struct editor *ed);

/* Set a mark, or take it away.  Any change of the text takes it away. */
void
editor_mark(struct editor *ed);
/* Cut what is between mark and cursor, or else the line; cuts that follow one
 * another are put back together. */
bool
editor_cut(struct editor *ed);
bool
editor_uncut(struct editor *ed);

/*
 * Make one line of the lines of the paragraph at the cursor, or of the next
 * one; a quote keeps its "> ".  Paragraphs end at empty lines, where the
 * depth of the quote changes, where a line is indented or begins an item of
 * a list ("- ", "1. "), and at "-- ".  The cursor goes behind it.
 */
bool
editor_justify(struct editor *ed);

/* Back, and forth again, by one step; without end while the editor lives. */
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
 * Go to the next place behind the cursor that reads like text, capitals or
 * not; NULL or "": what was looked for last.  Begins again at the top, which
 * *wrapped tells.  False: it is nowhere, or there is nothing to look for.
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

/* What is to be shown now.  When the cursor has left the rows shown before,
 * it comes to stand in the middle.  Owned by the editor and valid until the
 * next call. */
const struct editor_view *
editor_view(struct editor *ed);

#endif
