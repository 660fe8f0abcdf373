/*
 * letters_world.h - a home, a submission server and Dovecot for the program
 */
#ifndef VERSO_TESTS_LETTERS_WORLD_H
#define VERSO_TESTS_LETTERS_WORLD_H

#include <criterion/criterion.h>

#include <stdbool.h>

#include <glib.h>

#include "support/dovecot.h"
#include "support/pty.h"
#include "support/smtpd.h"

/* The account "a" of Ann, in whose INBOX Bob's question lies. */
extern char *letters_home;
extern struct dovecot *letters_mail;
extern struct smtpd *letters_post;

/* Without a submission server the test skips. */
void
letters_begin(void);
void
letters_end(void);

/* "verso …", with that on its standard input, in a group of its own; *out:
 * its standard output, NULL: not wanted. */
GPid
spawn(const char *line, const char *input, int *out);
/* The exit status; what it printed stands in said. */
int
verso_with(const char *line, const char *input);
int
verso(const char *line);
extern char said[20000];

#define RUNS(line, status) \
	do { \
		int code_ = verso(line); \
		cr_assert_eq(code_, status, "%s: %d: %s", line, code_, said); \
	} while (0)

/* The program in a terminal. */
struct pty *
verso_at_terminal(const char *const *argv);

/* Does the server have one in the folder for which that holds? */
bool
server_has(const char *folder, const char *key);

#endif
