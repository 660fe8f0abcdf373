/*
 * uu.h - files that stand uuencoded in a plain text
 */
#ifndef VERSO_MIME_UU_H
#define VERSO_MIME_UU_H

#include "mime/view.h"

/* The next block in [p, end), from its "begin" line to behind its "end" line;
 * name is what it calls itself, not ended by NUL.  False: there is none. */
struct uu_block {
	const char *from, *to, *name;
	size_t name_len;
};

bool
uu_next(const char *p, const char *end, struct uu_block *b);

#endif
