/*
 * cli.h - the command line: one table, one file for each subcommand
 *
 * A subcommand is a thin use of the rooms below.  It prints results to
 * standard output, one sentence per failure to standard error, and returns
 * the exit status that follows from an enum st.  Nothing from mail or server
 * is printed but through cli_print() and its kin.
 */
#ifndef VERSO_CLI_CLI_H
#define VERSO_CLI_CLI_H

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>

#include <glib.h>

#include "base/err.h"
#include "control/config.h"
#include "model/letter.h"
#include "store/store.h"

/* ---- the table (cli.c) -------------------------------------------------- */

/* What commands.def says of one. */
struct cli_command {
	const char *name;
	int words;		/* at most so many; -1: any number */
	const char *args;	/* what may follow the options */
	const char *help, *more;
	int (*run)(int argc, char **argv);	/* argv[0] is the name; NULL:
						 * the reader */
};

enum cli_type { CLI_FLAG, CLI_TEXT, CLI_TEXTS, CLI_NUMBER };

struct cli_option {
	const char *command;
	char letter;		/* 0: none */
	const char *name;
	enum cli_type type;
	const char *value, *help;
};

/* Ended by an entry without a name; in the order of help. */
extern const struct cli_command cli_table[];
extern const struct cli_option cli_option_table[];

const struct cli_command *
cli_find(const char *name);

/* argv[0] is the subcommand's name; an unknown one is a usage error. */
int
cli_run(int argc, char **argv);

/* The reader, which this room does not see: set by main.c.  Takes the
 * configuration over, and a letter to begin with (NULL: none). */
extern int (*cli_reader)(struct config *config, const char *account,
			 const char *folder, struct letter *letter);

/* ---- options (options.c) ------------------------------------------------ */

/* Where the value of an option goes, by its type in the table: to a bool, a
 * char * (the caller frees), or an int (0: not given); those of TEXTS, which
 * may be given again and again, are added to a GPtrArray that frees them. */
struct cli_bind {
	const char *name;	/* the long one; NULL ends the list */
	void *value;
};

/*
 * Read the options of a command off argv, whose [0] is not looked at; the
 * words that are left stand in argv[1 ...], ended by NULL.  "--" ends the
 * options.  ST_USAGE names what is wrong, and the nearest name.
 */
enum st
cli_options(const char *command, const struct cli_bind *binds, int *argc,
	    char **argv, struct err *e);

/* Is --help or -h among them, before any "--"? */
bool
cli_wants_help(int argc, char **argv);

/* ---- what they share (common.c) ----------------------------------------- */

/* The sentence to standard error; the exit status of st. */
int
cli_fail(enum st st, const struct err *e);

/* The exit status of a command that printed: ST_LOCAL when standard output
 * did not take it all. */
int
cli_end(enum st st, const struct err *e);

/* Text to a stream through the gate; lines: TAB and LF stay. */
void
cli_put(FILE *to, const char *text, bool lines);
/* A message to standard output as it is; a terminal gets it through the
 * gate. */
void
cli_put_raw(GBytes *bytes);
/* One formatted line through the gate, with its LF. */
void
cli_print(FILE *to, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

/* Seconds since 1970 as RFC 3339 with a zone (minutes east).  The caller
 * frees. */
char *
cli_date(int64_t when, int zone_minutes);

/*
 * Ask for a password on the terminal, whatever the standard streams are,
 * without echo.  NULL: there is no terminal, nothing was typed, or *stop
 * became set.  To be wiped with driver_wipe().
 */
char *
cli_password(const char *sentence, const volatile sig_atomic_t *stop);

/* What is to be said of one command, to standard output (help.c). */
void
cli_help_on(const struct cli_command *command);

/* A configuration, an account of it and its store, opened for reading. */
struct cli {
	struct config *config;
	const struct account *account;
	struct store *store;
};

/* account NULL: the first.  cli_close() takes a half-made one. */
enum st
cli_open(struct cli *c, const char *account, struct err *e);
/* The same with the configuration alone. */
enum st
cli_configure(struct cli *c, struct err *e);
/* Another account of the same configuration. */
enum st
cli_switch(struct cli *c, const struct account *account, struct err *e);
void
cli_close(struct cli *c);

/* A folder by name, with the nearest name in the sentence when it is not
 * there (ST_USAGE). */
enum st
cli_folder(struct cli *c, const char *name, struct folder **out,
	   struct err *e);

/* A Message-ID without its angles, whether it came with them or not; NULL for
 * NULL.  The caller frees. */
char *
cli_bare_id(const char *message_id);

/* The message that -n N (from 1, by UID) or --message-id ID means. */
enum st
cli_message(struct cli *c, const struct folder *folder, int n,
	    const char *message_id, struct message *out, struct err *e);

/* Does each of the words (NULL-terminated) stand in from, to or subject? */
bool
cli_matches(const struct envelope *env, char *const *words);

/*
 * Every message of a folder in from, to or subject of which each of the words
 * stands (NULL-terminated; none: all), in UID order.  n: its number in "verso
 * list".  visit() may take what m has, and must then empty it.
 */
typedef enum st cli_visit(void *ctx, int64_t n, struct message *m,
			  struct err *e);
enum st
cli_walk(struct cli *c, const struct folder *f, char *const *words,
	 cli_visit *visit, void *ctx, struct err *e);

#endif
