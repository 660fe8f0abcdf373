/*
 * term.h - a terminal, as the view layer knows it
 *
 * A grid of cells that text is put into, a cursor, a stream of events.  Two
 * kinds: a real one (term_curses.c, the only file that knows ncurses) and one
 * in memory (term_grid.c) by which screens are tested.  Nothing reaches the
 * person before term_flush().
 *
 * Rows and columns count from 0.  Text given to term_put() has been through
 * the gate and fits into its row (canvas.c sees to both).
 */
#ifndef VERSO_UI_TERM_H
#define VERSO_UI_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum term_bits {
	TERM_BOLD = 1 << 0,
	TERM_DIM = 1 << 1,
	TERM_ITALIC = 1 << 2,
	TERM_UNDERLINE = 1 << 3,
	TERM_REVERSE = 1 << 4
};

/* Colours in the terminal's own numbers (below term_colours()), -1: its
 * default.  Direct colour: 0xRRGGBB. */
struct term_attr {
	int32_t fg, bg;
	uint32_t bits;		/* enum term_bits */
};

enum term_event_kind {
	TERM_NONE,		/* nothing more for now */
	TERM_KEY,		/* key has its canonical name (keys.h) */
	TERM_TEXT,		/* pasted at once: text */
	TERM_RESIZE,
	TERM_GONE		/* the terminal hung up */
};

struct term_event {
	enum term_event_kind kind;
	char key[16];
	/* With TERM_TEXT: UTF-8 with LF ends, anything else may be in it.
	 * Borrowed until the next event. */
	const char *text;
};

struct term;

struct term_ops {
	void (*size)(const struct term *t, int *rows, int *columns);
	/* 0 (none), 8, 16, 256 or 1 << 24. */
	int (*colours)(const struct term *t);
	/* False: draw with ASCII alone. */
	bool (*unicode)(const struct term *t);
	/* len bytes of whole grapheme clusters. */
	void (*put)(struct term *t, int row, int column, const char *text,
		    size_t len, const struct term_attr *attr);
	/* width blanks in the default colours. */
	void (*clear)(struct term *t, int row, int column, int width);
	void (*cursor)(struct term *t, int row, int column);
	/* Draw what has changed; all of it when the screen cannot be
	 * trusted any more. */
	void (*flush)(struct term *t, bool all);
	/* The next event, without waiting. */
	void (*event)(struct term *t, struct term_event *out);
	/* Poll this for reading; -1: there is nothing to poll. */
	int (*fd)(const struct term *t);
	/* The window has another size now. */
	void (*resized)(struct term *t);
	/* Give the terminal to another program, and have it back. */
	void (*lend)(struct term *t);
	void (*take)(struct term *t);
	/* The terminal as it was found. */
	void (*free)(struct term *t);
};

struct term {
	const struct term_ops *ops;
};

/* The terminal on standard input and output.  ST_USAGE when it is none or
 * cannot do what a screen needs. */
enum st
term_curses_new(struct term **out, struct err *e);

/*
 * For a handler of fatal signals: put the terminal back with write() and
 * tcsetattr() alone.  No effect when no real terminal is in use.
 */
void
term_curses_panic(void);

/* ---- a terminal in memory ---------------------------------------------- */

struct term *
term_grid_new(int rows, int columns);

/* What a person would now see: rows, ended by LF, without blanks at their
 * ends, then "cursor ROW COLUMN".  The caller frees. */
char *
term_grid_dump(const struct term *t);

/* One cell: its text ("" for the right half of a wide one), borrowed, and
 * its look. */
const char *
term_grid_cell(const struct term *t, int row, int column,
	       struct term_attr *attr);

/* What term_colours() and term_unicode() say; at first 256 and true. */
void
term_grid_abilities(struct term *t, int colours, bool unicode);

/* Another size; the next event tells of it. */
void
term_grid_resize(struct term *t, int rows, int columns);

/* A key the person presses, by its canonical name. */
void
term_grid_press(struct term *t, const char *key);

/* Text the person pastes. */
void
term_grid_paste(struct term *t, const char *text);

/* Cells written since it was last asked: what a key costs. */
long
term_grid_written(struct term *t);

static inline void
term_free(struct term *t)		/* takes NULL */
{
	if (t)
		t->ops->free(t);
}

#endif
