/*
 * cli_world.h - a home with a configuration and mail, and the program in it
 */
#ifndef VERSO_TESTS_CLI_WORLD_H
#define VERSO_TESTS_CLI_WORLD_H

#include "store/store.h"

/* A fresh home with two accounts: work has INBOX (five messages, the third
 * without its body) and Lists/kernel (none), home has nothing yet. */
void
world_new(void);
void
world_free(void);

/* A file below the home; borrowed until the next call. */
const char *
world_path(const char *name);

/* The store of work, to change it; close it before running. */
struct store *
world_open(void);
/* A message into a folder; "\n" ends lines. */
void
world_add(struct store *s, int64_t folder, uint32_t uid, const char *text,
	  uint32_t flags);

/* Run "verso …" (a command line) in the home.  Returns the exit status;
 * output and errors are valid until the next run. */
int
run(const char *line);
extern char *out, *errors;

#endif
