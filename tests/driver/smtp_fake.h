/*
 * smtp_fake.h - a submission server that says what a test wants it to say
 *
 * One thread, one connection after another, on a loopback port.  A command is
 * answered by the first rule it begins with, else as a good server would.
 * What ends a letter here is CRLF dot CRLF and nothing else.
 */
#ifndef VERSO_TESTS_DRIVER_SMTP_FAKE_H
#define VERSO_TESTS_DRIVER_SMTP_FAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

/* "." is the end of a letter.  No text: the connection is closed; "": nothing
 * is said. */
struct smtp_rule {
	const char *command, *text;
};

struct smtp_fake {
	/* Set before smtp_fake_start(). */
	const struct smtp_rule *rules;	/* up to one without command */
	const char *greeting;	/* NULL: "220 ready" */
	const char *offers;	/* EHLO's lines, NULL: "250 fake" alone */
	size_t crumb;		/* octets in one write, 0: all at once */
	int64_t cut;		/* close after saying so many, -1: never */
	int64_t deaf;		/* close after hearing so many, -1: never */
	/* Speak up in the middle of a letter, after so many octets of it. */
	int64_t enough;		/* -1: never */
	const char *enough_words;

	int port;		/* filled by smtp_fake_start() */
	GString *commands;	/* what came, one command a line */
	GPtrArray *letters;	/* char *: each as it came, without the dot */
	unsigned connections;
	int listener, stop[2];
	int fd;			/* of the connection */
	GThread *thread;
};

void
smtp_fake_start(struct smtp_fake *fake);
/* After this commands and letters may be read. */
void
smtp_fake_stop(struct smtp_fake *fake);
void
smtp_fake_clear(struct smtp_fake *fake);

#endif
