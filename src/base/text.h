/*
 * text.h - the gate: the only way words from outside reach a terminal
 *
 * Whatever comes from mail, from a server, from a file name or from an
 * error text is passed through here before it is printed or drawn.  The
 * gate replaces, it never deletes, so that what is hidden stays visible.
 */
#ifndef VERSO_BASE_TEXT_H
#define VERSO_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

/*
 * Append the len bytes at s to out, made safe: invalid UTF-8 becomes U+FFFD;
 * C0 and DEL become their control pictures (U+2400…); C1, bidi overrides and
 * isolates (U+202A–202E, U+2066–2069), line and paragraph separators,
 * noncharacters, private use and unassigned code points become U+FFFD.  TAB
 * and LF are kept only when keep_lines is true; else they become a blank.
 */
void
text_gate(GString *out, const char *s, size_t len, bool keep_lines);

/* The same for one line held in a NUL-terminated string; the caller frees.
 * NULL gives "". */
char *
text_gate_line(const char *s);

/* True when the code point may be drawn as it is. */
bool
text_printable(uint32_t ucs4);

/*
 * Make valid UTF-8 of bytes of unknown origin (raw 8-bit header): valid
 * UTF-8 is kept, anything else is read as windows-1252.  The caller frees.
 */
char *
text_to_utf8(const char *s, size_t len);

/* With LF where CRLF ends a line.  The caller frees. */
char *
text_lf(const char *s);

/* Columns that UTF-8 text takes in a terminal (0, 1 or 2 per grapheme
 * cluster); control characters count as 0. */
int
text_width(const char *utf8);

/*
 * The longest prefix of utf8, in whole grapheme clusters, that fits into
 * columns.  Returns its length in bytes and, when used is not NULL, its
 * width in columns.
 */
size_t
text_fit(const char *utf8, int columns, int *used);

/*
 * The first line of utf8 broken at blanks to fit into columns; a word that is
 * longer is broken inside.  Returns its length in bytes without the blanks at
 * the break; *next gets where the next line begins, the length of utf8 when
 * there is none.
 */
size_t
text_break(const char *utf8, int columns, size_t *next);

/* A copy of at most so many columns, with "…" where it is cut. */
char *
text_shorten(const char *utf8, int columns);

/* Bytes of the grapheme cluster at utf8 (0 at the end of the string) and its
 * width in columns. */
size_t
text_cluster(const char *utf8, int *width);

/* Case-folded and normalised (NFKC) copy, for comparing and sorting. */
char *
text_fold(const char *utf8);

/* The same, with letters as a keyboard without accents has them ("søren" for
 * "Sørén"): for finding by what somebody types.  The caller frees. */
char *
text_plain(const char *utf8);

/*
 * The first place in utf8 that reads like folded (text_fold()): its offset in
 * bytes, and in *len its length there, which differs where folding changes
 * it ("Straße" is found by "strasse").  -1: it is not there.
 */
gssize
text_find(const char *utf8, const char *folded, size_t *len);

#endif
