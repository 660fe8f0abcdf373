/*
 * compact.h - an mbox without its padding
 */
#ifndef VERSO_STORE_COMPACT_H
#define VERSO_STORE_COMPACT_H

#include "store/private.h"

/* Rewrite each mbox of which more than a fifth is padding, among those this
 * process has open.  What fails is left as it is: the padding does no harm. */
void
compact_where_due(struct store *s);

#endif
