/*
 * dovecot.h - a real mail server of the test's own
 *
 * A private Dovecot on free ports of loopback, with its configuration,
 * certificates and mail in a folder that goes when it stops.  It needs no
 * rights: it runs as the user who runs the tests, or as "nobody" where that
 * is root, since Dovecot refuses to serve mail as root.
 *
 * Whatever goes wrong in here fails the test (support_fail()).
 */
#ifndef VERSO_TESTS_DOVECOT_H
#define VERSO_TESTS_DOVECOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cert.h"

struct dovecot_options {
	/* Capabilities that IMAP does not announce, by blanks ("QRESYNC
	 * CONDSTORE"); "*": IMAP4rev1 alone.  (Dovecot would still take the
	 * commands.)  Without SASL-IR the log-in takes one round trip more. */
	const char *without;
	bool sdbox;		/* instead of maildir */
	bool compress;		/* offer COMPRESS=DEFLATE */
	bool no_plaintext;	/* log-in only after STARTTLS or over TLS */
	const char *pop3_uidl;	/* pop3_uidl_format; NULL: Dovecot's own */
	const struct cert_options *cert;	/* NULL: a good one */
	const char *extra;	/* more lines of dovecot.conf, NULL none */
};

struct dovecot;

/*
 * Start one and wait until it answers.  Users are "ann", "bob" and "eve",
 * password "secret" (PLAIN, LOGIN, SCRAM-SHA-256); each has INBOX, and Sent,
 * Drafts, Trash, Archive and Junk with their roles; the separator is "/".
 * options NULL: all as it comes.
 */
struct dovecot *
dovecot_start(const struct dovecot_options *options);
/* Kill it, remove its folder.  Takes NULL. */
void
dovecot_stop(struct dovecot *d);

/* Ports on 127.0.0.1 (also "localhost"): the plain ones offer STARTTLS. */
int
dovecot_imap(const struct dovecot *d);
int
dovecot_imaps(const struct dovecot *d);
int
dovecot_pop3(const struct dovecot *d);
int
dovecot_pop3s(const struct dovecot *d);

/* Its folder: ca.pem, cert.pem, log.  Borrowed. */
const char *
dovecot_dir(const struct dovecot *d);
/* The authority's certificate, for tls-ca-file.  Borrowed. */
const char *
dovecot_ca(const struct dovecot *d);

/*
 * Put a message into a folder (made when missing) behind the server's back,
 * as a delivery would.  flags are letters of maildir: D draft, F flagged, R
 * answered, S seen, T deleted, or "" for new mail.  when: internal date,
 * 0 for now.  Cheap: one file, no process (sdbox: one doveadm).
 */
void
dovecot_add(struct dovecot *d, const char *user, const char *folder,
	    const char *bytes, size_t len, const char *flags, int64_t when);
/* The same for a text made here: subject and Message-ID <ID@test.example>
 * from n, and a body of about size octets. */
void
dovecot_add_numbered(struct dovecot *d, const char *user, const char *folder,
		     unsigned int n, size_t size);

/*
 * doveadm with these arguments (NULL-terminated): what another client of the
 * same mailbox would do ("flags", "add", "-u", "ann", …, "expunge", "mailbox",
 * "create").  Returns its standard output, which the caller frees; fails the
 * test when doveadm fails.
 */
char *
dovecot_admin(struct dovecot *d, ...) __attribute__((sentinel));

/* All its processes stand still, and go on: the cable is pulled. */
void
dovecot_pause(struct dovecot *d);
void
dovecot_resume(struct dovecot *d);

/* Kill the processes that hold connections; new ones are served.  Returns
 * how many there were. */
int
dovecot_drop_connections(struct dovecot *d);

/* How many times text stands in the server's log. */
int
dovecot_logged(struct dovecot *d, const char *text);

#endif
