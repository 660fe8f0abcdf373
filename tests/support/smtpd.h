/*
 * smtpd.h - a real submission server of the test's own
 *
 * An Exim on free ports of loopback that puts every letter into a file.  It
 * offers PIPELINING, 8BITMIME, SMTPUTF8, DSN, SIZE (1 MiB), and, once there
 * is TLS, AUTH PLAIN and LOGIN: all users have the password "secret", and
 * nobody may send without.  "nobody@…" is refused as a recipient, "later@…"
 * for now, and after the dot a letter with a header field X-Refuse.  Over one
 * with the subject "slow" it thinks for two seconds then.
 *
 * Like the servers of other.h it need not be there; a test skips then.
 */
#ifndef VERSO_TESTS_SMTPD_H
#define VERSO_TESTS_SMTPD_H

#include <glib.h>

struct smtpd;

/* Start one and wait until it answers.  NULL: *why says what is missing. */
struct smtpd *
smtpd_start(const char **why);
/* Kill it, remove its folder.  Takes NULL. */
void
smtpd_stop(struct smtpd *d);

/* Ports on 127.0.0.1 (also "localhost"): with STARTTLS, with TLS from the
 * first octet. */
int
smtpd_port(const struct smtpd *d);
int
smtpd_tls_port(const struct smtpd *d);
/* The authority's certificate, for tls-ca-file.  Borrowed. */
const char *
smtpd_ca(const struct smtpd *d);

/*
 * The letters that were delivered, one for each recipient, as char * with LF
 * line ends, in no order: "Return-path: <…>", "Envelope-to: …", what Exim adds,
 * and the letter.  Waits (a minute at most) until there are so many.  The
 * caller frees the array with its elements.
 */
GPtrArray *
smtpd_letters(struct smtpd *d, guint at_least);
/* Of them the one to this address with this in it, waited for (NULL when it
 * does not come in a minute); the caller frees. */
char *
smtpd_letter(struct smtpd *d, const char *to, const char *words);

#endif
