/*
 * sheet.h - rendered lines as they are made: gated, wrapped, with prefixes
 */
#ifndef VERSO_MIME_SHEET_H
#define VERSO_MIME_SHEET_H

#include "mime/message.h"

/* More lines than this are not rendered; the last one says so. */
#define LINES_MAX 200000

struct sheet {
	GPtrArray *lines;	/* struct line * */
	int width;		/* 0: do not wrap */
	GPtrArray *links;	/* char *, in order of their numbers */
	GHashTable *known;	/* of links: char * to number; borrows */
};

void
sheet_init(struct sheet *s, int width);
/* A sheet for a part of the page; its links are those of the whole. */
void
sheet_init_within(struct sheet *s, struct sheet *whole, int width);
/* What a sheet holds but its lines; the links only with the whole. */
void
sheet_fini(struct sheet *s);

/* One line as it stands: gated, never wrapped. */
void
sheet_add(struct sheet *s, enum line_kind kind, int quote, const char *text);

/*
 * A paragraph of one logical line, wrapped: first stands before its first
 * line, next before the others.  Breaks at blanks and between wide
 * characters; a longer word is broken where the line ends.
 */
void
sheet_wrap(struct sheet *s, enum line_kind kind, int quote, const char *first,
	   const char *next, const char *text);

/* An empty line, unless the last one is empty or there is none. */
void
sheet_gap(struct sheet *s, int quote);

/* Take empty lines off the end. */
void
sheet_trim(struct sheet *s);

/* The number (from 1) under which a link is listed, 0 when the list is full.
 * A URL that is there already keeps its number. */
size_t
sheet_link(struct sheet *s, const char *url);

void
line_free(gpointer line);

#endif
