/*
 * schema.h - the tables of the index, and which version of them this is
 */
#ifndef VERSO_STORE_SCHEMA_H
#define VERSO_STORE_SCHEMA_H

#include "store/db.h"

/* Make the tables in an empty index.  ST_LOCAL with a sentence when the
 * index was made by a newer verso; nothing is touched then.  *made (may be
 * NULL) tells whether the index was empty. */
enum st
schema_apply(struct db *d, bool *made, struct err *e);

#endif
