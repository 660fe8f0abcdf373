/*
 * near.h - the known word that a mistyped one probably meant
 *
 * For "did you mean": configuration keys, commands, URL schemes.
 */
#ifndef VERSO_BASE_NEAR_H
#define VERSO_BASE_NEAR_H

#include <stddef.h>

/* Insertions, deletions, replacements and swaps of neighbours that lead from
 * a to b, in bytes, without regard to ASCII case.  Of words longer than 63
 * bytes the start is compared. */
int
near_distance(const char *a, const char *b);

/*
 * The nearest of names (NULL-terminated), or NULL when none is near enough
 * to be meant: more than a third of the longer word's letters differ, but
 * two always may.  Borrowed from names.
 */
const char *
near_name(const char *word, const char *const *names);

#endif
