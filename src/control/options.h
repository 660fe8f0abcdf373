/*
 * options.h - the table of configuration keys, and how a value is read
 */
#ifndef VERSO_CONTROL_OPTIONS_H
#define VERSO_CONTROL_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "store/list.h"

/* [ui] as the configuration has it; strings are never NULL. */
struct ui_options {
	char *theme;
	enum sort sort;
	bool reverse, threads;
	bool delete_mark;	/* deleting waits for Send/Receive */
	bool folders;		/* the folder pane */
	bool preview;		/* a message below the index, not over it */
	bool hints;
	bool ascii;
	int wrap;		/* columns; 0: as wide as the screen */
	bool html;		/* prefer HTML of alternatives */
	char *open;		/* argv line that opens a file or a link */
	char *save_folder;	/* "": the working folder */
	char *editor;		/* argv line; "built-in"; "": by environment */
	bool flowed, markdown;
	char *attribution;
	bool forward_attached;
	int send_delay;		/* seconds */
	char *query_command;	/* argv line, "" none */
};

enum option_type {
	OPT_TEXT, OPT_ADDRESS, OPT_RECEIVE, OPT_SEND, OPT_COMMAND, OPT_AUTH,
	OPT_KEEP, OPT_PATTERNS, OPT_FILE, OPT_PIN, OPT_SECONDS, OPT_THEME,
	OPT_SORT, OPT_BOOL, OPT_NUMBER
};

struct option {
	const char *section;	/* "account" or "ui" */
	const char *name;
	enum option_type type;
	size_t offset;		/* in struct account or struct ui_options */
	const char *standard;	/* the default as one would write it */
	const char *values;	/* what may stand there */
	const char *help;
};

/* The whole table, ended by an entry without a name. */
extern const struct option option_table[];

/* NULL: there is none of that name. */
const struct option *
option_find(const char *section, const char *name);

/* The nearest name in the section, NULL: nothing is near. */
const char *
option_near(const char *section, const char *name);

/*
 * Read value into the struct at base.  ST_CONFIG and the reason when it
 * cannot stand there; the struct then has what it had.
 */
enum st
option_set(const struct option *o, void *base, const char *value,
	   struct err *e);

/* Give every option of the section its default. */
void
options_reset(const char *section, void *base);

/* The values of an option that can be listed ("yes", "no"): a
 * NULL-terminated vector for g_strfreev(), empty when they cannot. */
char **
option_choices(const struct option *o);

void
ui_options_clear(struct ui_options *ui);

#endif
