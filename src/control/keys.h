/*
 * keys.h - what a key does, by where it is pressed
 *
 * A key has a name: the character itself ("j", "?", "ä"), "C-n" with
 * Control, "Esc-v" with Escape or Alt before it, or a word ("Enter",
 * "PgDn", "F1").  C-j is Enter where it is not bound.  A binding is for one
 * key or a sequence of keys ("gi", "g i").  There is one map for each place
 * that can have the keys: folders, index, pager, help, parts, queue, editor.
 * Defaults are those of commands.def.
 */
#ifndef VERSO_CONTROL_KEYS_H
#define VERSO_CONTROL_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "base/err.h"

struct keys;

/* The maps' names, NULL-terminated; map i is for bit 1 << i of enum where. */
extern const char *const keys_maps[];

/* The lasting name of a map, NULL: there is none; and the nearest name. */
const char *
keys_map_find(const char *name);
const char *
keys_map_near(const char *name);

/* The canonical name of one key ("Return" gives "Enter", "^N" and "C-N" give
 * "C-n", "PageDown" gives "PgDn"); NULL when it is none.  The caller frees. */
char *
keys_name(const char *key);

/*
 * Split "gi", "g i", "Esc-v" or "C-x C-s" into canonical names.  A word
 * that is no key's name is read letter by letter.  NULL when empty or
 * longer than eight keys.  For g_strfreev().
 */
char **
keys_split(const char *keys);

/* May this stand in [keys MAP]?  ST_CONFIG and the reason if not. */
enum st
keys_check(const char *map, const char *keys, struct err *e);

/* The maps with the defaults of commands.def. */
struct keys *
keys_new(void);
void
keys_free(struct keys *k);		/* takes NULL */

/* Bind keys in the maps whose bits are set in where; line "" takes the
 * binding away.  keys must have passed keys_check(). */
void
keys_bind(struct keys *k, uint32_t where, const char *keys, const char *line);

/*
 * The command line for a sequence of canonical names separated by blanks
 * ("g i"), NULL when there is none.  *more is true when a longer binding
 * begins with the sequence.  Borrowed.
 */
const char *
keys_find(const struct keys *k, uint32_t where, const char *sequence,
	  bool *more);

/* The keys bound first to a command line in a map, "g i" for a sequence;
 * NULL when none.  Borrowed until the next keys_bind(). */
const char *
keys_of(const struct keys *k, uint32_t where, const char *line);

/* All of them, joined by blanks as help shows them.  The caller frees. */
char *
keys_all_of(const struct keys *k, uint32_t where, const char *line);

#endif
