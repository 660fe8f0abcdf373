/*
 * world_real.h - a real server of a world, and another client of it
 *
 * Names are those of the server.  What goes wrong in here fails the test.
 */
#ifndef VERSO_TESTS_SYNC_WORLD_REAL_H
#define VERSO_TESTS_SYNC_WORLD_REAL_H

#include "sync/world.h"

/* NULL with *why: it is not there. */
struct real *
real_new(const struct world_kind *kind, const char **why);
void
real_free(struct real *r);		/* takes NULL */

/* A session for account, which gets what it needs for that. */
struct driver *
real_session(struct real *r, struct account *account);

/* "INBOX." where folders want that before them, "". */
const char *
real_prefix(const struct real *r);

uint32_t
real_add(struct real *r, const char *folder, const char *bytes, size_t len,
	 const struct flags *flags, int64_t when);
/* These flags and no others. */
void
real_flags(struct real *r, const char *folder, uint32_t uid,
	   const struct flags *flags);
void
real_flags_of(struct real *r, const char *folder, uint32_t uid,
	      struct flags *out);
size_t
real_count(struct real *r, const char *folder);
void
real_remove(struct real *r, const char *folder, uint32_t uid);
void
real_move(struct real *r, const char *folder, uint32_t uid, const char *to);
/* Passed over where there is one. */
void
real_folder_add(struct real *r, const char *name);
void
real_folder_rename(struct real *r, const char *from, const char *to);
bool
real_renumber(struct real *r, const char *folder);

#endif
