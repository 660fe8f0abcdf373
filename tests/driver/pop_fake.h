/*
 * pop_fake.h - a POP or IMAP server that says what a test wants it to say
 *
 * One thread, one connection after another, on a loopback port.  Every line
 * from the client is answered by the first rule whose command it begins
 * with, so that it does not matter whether commands come one by one.
 */
#ifndef VERSO_TESTS_DRIVER_POP_FAKE_H
#define VERSO_TESTS_DRIVER_POP_FAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

/* What is sent for a command: len octets, or all of text when len is 0.  No
 * text: the connection is closed. */
struct pop_rule {
	const char *command, *text;
	size_t len;
};

struct pop_fake {
	/* Set before pop_fake_start(). */
	const struct pop_rule *rules;	/* up to one without command */
	const char *greeting;	/* NULL: "+OK ready" */
	size_t crumb;		/* octets in one write, 0: all at once */
	int64_t cut;		/* close after so many octets, -1: never */
	bool silent;		/* do not close then, only fall silent */
	/* IMAP: a command's first word is its tag, which takes the place of
	 * "$$" in what is answered. */
	bool tagged;

	int port;		/* filled by pop_fake_start() */
	GString *commands;	/* what came, one command a line */
	int listener, stop[2];
	GThread *thread;
};

/* The rules every server here begins with: log-in by USER and PASS. */
#define POP_FAKE_LOGIN { "USER", "+OK\r\n", 0 }, { "PASS", "+OK\r\n", 0 }
#define POP_FAKE_QUIT { "QUIT", "+OK bye\r\n", 0 }

void
pop_fake_start(struct pop_fake *fake);
/* After this commands may be read. */
void
pop_fake_stop(struct pop_fake *fake);
void
pop_fake_clear(struct pop_fake *fake);

#endif
