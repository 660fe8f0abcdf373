/*
 * editor_private.h - what the files of the editor share, and nobody else
 *
 * editor_text.c has the bytes and the seams, editor_rows.c wraps, and all
 * changes go through editor_change() in editor_undo.c.
 */
#ifndef VERSO_CONTROL_EDITOR_PRIVATE_H
#define VERSO_CONTROL_EDITOR_PRIVATE_H

#include "control/editor.h"

/* A change: at a position, old became new. */
struct step {
	enum step_kind {
		STEP_BLOCK,	/* stands alone */
		STEP_TYPED, STEP_ERASED, STEP_DELETED	/* may grow */
	} kind;
	size_t at;
	GString *old, *new;
	size_t before, after;		/* the cursor */
};

/* A stretch without line end, [start, end), as rows. */
struct wrap {
	size_t start, end;
	GArray *rows;			/* size_t: where they begin */
	char *prefix;			/* of the line's quote, "" none */
	int quote;			/* its depth */
	int indent;			/* columns of prefix in rows that go
					 * on; 0 when there is no room */
	bool goes_on;			/* the first row does */
	uint64_t generation;		/* of what it was made; 0: nothing */
	int columns;
};

/* One row of it. */
struct row {
	size_t start, end;		/* with blanks at its end */
	int indent;			/* columns before its text */
	bool last;			/* ends the line */
};

struct editor {
	char *bytes;
	size_t size, gap, gap_end;	/* [gap, gap_end) is free */
	GArray *seams;			/* size_t, ascending */
	size_t cursor, top;		/* top: in the first row shown */
	size_t mark;
	bool marked, cutting;
	int goal;			/* column of up and down, -1: none */
	GPtrArray *steps;		/* struct step * */
	guint done;			/* so many are not undone */
	int64_t saved;			/* done when it was saved, -1: gone */
	bool open;			/* the last step may grow */
	bool full;			/* it was too much, and was not made */
	uint64_t generation;
	GString *cut, *scratch;
	char *sought;
	int columns, rows;
	struct wrap wrap;
	struct editor_view view;
};

/* ---- editor_text.c ------------------------------------------------------ */

char
editor_byte(const struct editor *ed, size_t at);
/* Append n bytes from at. */
void
editor_copy(const struct editor *ed, size_t at, size_t n, GString *out);
/* The same into the scratch buffer, borrowed until the next call. */
const char *
editor_peek(struct editor *ed, size_t at, size_t n);
/* Put len bytes in the place of n; seams, top and mark follow. */
void
editor_replace(struct editor *ed, size_t at, size_t n, const char *text,
	       size_t len);
/* The line of a position: [start, end), without LF. */
size_t
editor_line_start(const struct editor *ed, size_t at);
size_t
editor_line_end(const struct editor *ed, size_t at);
/* The same up to a seam, if that is nearer. */
size_t
editor_stretch_start(const struct editor *ed, size_t at);
size_t
editor_stretch_end(const struct editor *ed, size_t at);
/* Text as it may be inserted. */
void
editor_clean(GString *out, const char *text, size_t len);

/* ---- editor_undo.c ------------------------------------------------------ */

/* Replace and remember.  False: there is no room. */
bool
editor_change(struct editor *ed, enum step_kind kind, size_t at, size_t n,
	      const char *text, size_t len);
/* Where the cursor goes after that; changed: also when it is done again. */
void
editor_put_cursor(struct editor *ed, size_t at, bool changed);
/* What comes next is a step, a cut and an upward way of its own. */
void
editor_settle(struct editor *ed);
void
editor_step_free(struct step *s);

/* ---- editor_move.c ------------------------------------------------------ */

/* The nearest boundary of clusters below (above), and not below (not above)
 * at. */
size_t
editor_before(struct editor *ed, size_t at);
size_t
editor_behind(struct editor *ed, size_t at);
size_t
editor_snap(struct editor *ed, size_t at);

/* ---- editor_rows.c ------------------------------------------------------ */

/* Bytes and columns of the cluster at p that begins in a column. */
size_t
editor_cluster(const char *p, int column, int *width);
void
editor_row_of(struct editor *ed, size_t at, struct row *r);
/* False: there is none. */
bool
editor_row_next(struct editor *ed, struct row *r);
bool
editor_row_back(struct editor *ed, struct row *r);
int
editor_column(struct editor *ed, const struct row *r, size_t at);
size_t
editor_at_column(struct editor *ed, const struct row *r, int column);

/* ---- editor_quote.c ----------------------------------------------------- */

/* Bytes of the "> " at the beginning of a line, and its depth. */
size_t
editor_quote(const char *line, int *depth);
/* The same of the line that begins at start. */
size_t
editor_quote_at(struct editor *ed, size_t start, int *depth);

#endif
