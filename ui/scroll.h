/*
 * scroll.h - where in something long one is, in a word
 */
#ifndef VERSO_UI_SCROLL_H
#define VERSO_UI_SCROLL_H

#include <stddef.h>

/* "all", "top", "37%", "end": rows of count are shown from top on.  Borrowed
 * or in buf. */
const char *
scroll_word(size_t top, size_t rows, size_t count, char *buf, size_t size);

#endif
