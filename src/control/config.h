/*
 * config.h - the configuration file, read whole or refused
 *
 * The public format is that of verso.5: INI with [account NAME], [ui] and
 * [keys MAP].  An unknown section, key or value is ST_CONFIG with one
 * sentence that names file and line and suggests the nearest known word.
 */
#ifndef VERSO_CONTROL_CONFIG_H
#define VERSO_CONTROL_CONFIG_H

#include <stdbool.h>

#include <glib.h>

#include "base/err.h"
#include "control/options.h"
#include "model/account.h"

/* One line of [keys MAP]. */
struct binding {
	char *map;		/* "index", …, as keys.h has them */
	char *keys;		/* as written: "d", "gi", "C-n" */
	char *line;		/* command line; "" takes the key away */
};

struct config {
	char *file;		/* where it was looked for */
	bool missing;		/* there is no such file: nothing is set up */
	GPtrArray *accounts;	/* struct account *, in the file's order */
	struct ui_options ui;
	GPtrArray *bindings;	/* struct binding *, in the file's order */
};

/*
 * Read the file (NULL: path_config()).  A file that does not exist gives an
 * empty configuration with missing set, and ST_OK; one that cannot be read
 * is ST_LOCAL.
 */
enum st
config_load(const char *file, struct config **out, struct err *e);

/* The same from text; file is its name in sentences. */
enum st
config_parse(const char *text, size_t len, const char *file,
	     struct config **out, struct err *e);

/* No account, everything else by default. */
struct config *
config_new(const char *file);
void
config_free(struct config *c);		/* takes NULL */

/* The account of that name; NULL gives the first.  ST_USAGE and a sentence
 * with the nearest name when there is none, ST_CONFIG when there is no
 * account at all (how to set one up). */
enum st
config_account(const struct config *c, const char *name,
	       const struct account **out, struct err *e);

#endif
