/*
 * other.h - real servers of other make than Dovecot
 *
 * A private Courier, Cyrus or Exim on a free port of loopback, all of whose
 * files are in a folder that goes when it stops.  Like Dovecot (dovecot.h) it
 * runs as the user who runs the tests, or as "nobody" where that is root.
 *
 * Nobody needs them installed: they are looked for in the folder
 * $VERSO_TEST_SERVERS, else "servers" in the current folder, into which
 * ./bootstrap check unpacks their packages, and then where Debian has them.
 * So this is the one helper that may not be able to work; a test skips then.
 */
#ifndef VERSO_TESTS_OTHER_H
#define VERSO_TESTS_OTHER_H

enum other_kind {
	/* Its log-in is ours, since Courier's asks a daemon at a place that
	 * only root can fill; what follows is Courier's own.  All folders are
	 * below "INBOX."; neither MOVE, CONDSTORE nor SPECIAL-USE. */
	OTHER_COURIER,
	/* With all that Cyrus has; its passwords are asked of us. */
	OTHER_CYRUS,
	/* To send by: smtpd.h. */
	OTHER_EXIM,
};

struct other;

/*
 * Start one and wait until it answers.  Every user of small letters and
 * digits has the password "secret" and an INBOX; Cyrus makes Sent, Drafts,
 * Trash, Archive and Junk as well.  NULL: *why says what is missing.
 */
struct other *
other_start(enum other_kind kind, const char **why);
/* Kill it, remove its folder.  Takes NULL. */
void
other_stop(struct other *o);

/* Without TLS from the first octet, on 127.0.0.1. */
int
other_port(const struct other *o);

#endif
