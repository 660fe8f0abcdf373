/*
 * canvas.h - drawing text into a rectangle of the terminal
 *
 * All that is drawn goes through canvas_put(), and so through the gate, and
 * never leaves the rectangle: whatever a message or server says, each row
 * has what belongs there, in the columns where it belongs.
 */
#ifndef VERSO_UI_CANVAS_H
#define VERSO_UI_CANVAS_H

#include "ui/style.h"
#include "ui/term.h"

struct canvas {
	struct term *term;
	const struct style *style;
	int row, column;	/* of the rectangle's corner in the terminal */
	int rows, columns;
	bool ascii;		/* glyphs from ASCII alone */
};

/* Marks and lines, each with a likeness in ASCII; one column wide. */
enum glyph {
	GLYPH_MARK, GLYPH_OPEN, GLYPH_TAGGED, GLYPH_UNREAD, GLYPH_FLAGGED,
	GLYPH_ANSWERED, GLYPH_DRAFT, GLYPH_DELETED, GLYPH_TEE, GLYPH_CORNER,
	GLYPH_LINE, GLYPH_VERTICAL, GLYPH_DOT, GLYPH_DOWN, GLYPH_UP,
	GLYPH_ELLIPSIS, GLYPHS
};

const char *
canvas_glyph(const struct canvas *c, enum glyph glyph);

/*
 * Draw text at a row and column of the canvas, in at most width columns,
 * with an ellipsis where it is cut.  Returns the columns it took; what is
 * left of width stays as it was.
 */
int
canvas_put(const struct canvas *c, int row, int column, int width,
	   enum look look, const char *text);

/* Draw text from a row on in as many lines as it takes, broken between words.
 * Returns the lines. */
int
canvas_wrap(const struct canvas *c, int row, int column, int width,
	    enum look look, const char *text);

/* As canvas_put(), and blanks over the rest of width. */
void
canvas_field(const struct canvas *c, int row, int column, int width,
	     enum look look, const char *text);

/* The same, against the right end of width. */
void
canvas_right(const struct canvas *c, int row, int column, int width,
	     enum look look, const char *text);

/* Blanks from a column to the end of the row; the whole row; all rows from
 * one on. */
void
canvas_clear(const struct canvas *c, int row, int column);
void
canvas_clear_below(const struct canvas *c, int row);

#endif
