/*
 * work.h - workers at work for a command: one for each account
 *
 * Starts them, asks one thing of each, hands over what they tell, and ends
 * when all have ended, or at a signal.  Passwords are asked for on the
 * terminal.
 */
#ifndef VERSO_CLI_WORK_H
#define VERSO_CLI_WORK_H

#include "cli/cli.h"
#include "worker/link.h"

struct outside;

struct work {
	/* By the caller. */
	struct cli *cli;		/* configured */
	enum link_mode mode;
	const char *verb;
	char *const *words;		/* behind the verb, NULL-terminated */
	bool watch;			/* stay when all have ended, and pass on
					 * what other commands decide */
	bool quiet;			/* how a request ended is not printed */
	/* An event that work_run() has no use for; borrowed for the call. */
	void (*event)(void *ctx, const struct account *a, char **words, int n);
	/* A line will be printed: take away what stands there.  May be
	 * NULL. */
	void (*clear)(void *ctx);
	void *ctx;

	/* By work_run(). */
	bool several;			/* accounts are worth naming */
	enum st worst;			/* how requests ended */
	GPtrArray *accounts;
	struct outside *outside;	/* while it watches */
};

/*
 * account: this one; NULL: all of the configuration, or only the first when
 * first says so.  The sentence of an end that is no success is printed; what
 * is returned has its own in e.
 */
enum st
work_run(struct work *w, const char *account, bool first, struct err *e);

/* What the command ends with: the sentence of st, if it is none of those that
 * were printed; the exit status of the worst. */
int
work_end(const struct work *w, enum st st, const struct err *e);

/* A sentence to standard error, with the account's name where there are
 * several; what: "" or what stands before it. */
void
work_say(struct work *w, const struct account *a, const char *what,
	 const char *sentence);

#endif
