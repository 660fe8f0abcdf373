/*
 * scroll.c - positions as words
 */
#include "ui/scroll.h"

#include <stdint.h>
#include <stdio.h>

const char *
scroll_word(size_t top, size_t rows, size_t count, char *buf, size_t size)
{
	if (count <= rows)
		return "all";
	if (top == 0)
		return "top";
	if (top + rows >= count)
		return "end";
	snprintf(buf, size, "%d%%",
		 (int)((uint64_t)top * 100 / (count - rows)));
	return buf;
}
