/*
 * stream.h - one connection to a server: bytes in, bytes out, in time
 *
 * Joins connect.h and tls.h and is what every session reads and writes
 * through; pop_session.c shows it to libetpan as a mailstream, a line at a
 * time.  A stream outlives its connections, so that stream_interrupt() always
 * has somewhere to go.
 *
 * Every wait ends: with bytes, with the account's timeout (no progress), when
 * a minute brought less than STREAM_FLOOR octets while an answer was awaited,
 * or by interruption.  STARTTLS is spoken here, one byte at a time, so that
 * nothing said in clear reaches a protocol parser, and nothing said in clear
 * is believed afterwards.
 *
 * Failures: ST_RETRY (lost, silent, too slow), ST_AUTH (TLS not verified),
 * ST_CANCELLED, ST_PROTOCOL (a line too long, STARTTLS refused or followed
 * by plaintext).
 */
#ifndef VERSO_NET_STREAM_H
#define VERSO_NET_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/account.h"

/* Octets a minute below which an answer is no answer. */
#define STREAM_FLOOR 64

struct driver_facts;
struct stream;

/* Nothing is connected yet.  account must outlive it. */
struct stream *
stream_new(const struct account *account);
void
stream_free(struct stream *s);		/* takes NULL */

/*
 * Connect to ep and bring TLS up as it says.  Afterwards the greeting is the
 * first line to read; behind STARTTLS, where the server does not greet
 * again, it is a made-up one in the words of ep's protocol ("* OK ready").
 * What was connected before is dropped.
 */
enum st
stream_open(struct stream *s, const struct endpoint *ep, struct err *e);
void
stream_close(struct stream *s);

/* True when the connection is encrypted and its peer verified. */
bool
stream_secure(const struct stream *s);

/* Put words into the output buffer; flush sends it and wipes it. */
void
stream_put(struct stream *s, const char *bytes, size_t len);
void
stream_printf(struct stream *s, const char *format, ...) G_GNUC_PRINTF(2, 3);
enum st
stream_flush(struct stream *s, struct err *e);
/* And behind that so many octets and CRLF; they are not copied, since a message
 * may be large.  NULL: nothing more. */
enum st
stream_flush_with(struct stream *s, const char *bytes, size_t len,
		  struct err *e);

/*
 * The next line without its CRLF or LF, at most max octets (ST_PROTOCOL
 * beyond); not NUL-terminated; valid until the next call that reads.
 */
enum st
stream_line(struct stream *s, size_t max, const char **line, size_t *len,
	    struct err *e);

/*
 * At least one octet of what comes next, as much as is there (up to the
 * buffer's 256 KiB), valid until the next call that reads; used() says how
 * many of them are done with.
 */
enum st
stream_bytes(struct stream *s, const char **bytes, size_t *len,
	     struct err *e);
void
stream_used(struct stream *s, size_t len);

/* What stands in the buffer, valid until the next call that reads; nothing is
 * read for it. */
const char *
stream_peek(const struct stream *s, size_t *len);

/* What has come goes into the buffer, as far as there is room; waits for
 * nothing. */
enum st
stream_take(struct stream *s, struct err *e);

/* No wait for an answer lasts longer than ms, until called with 0: for
 * questions whose answer costs the server nothing. */
void
stream_patience(struct stream *s, int ms);

/* Sleep until the server says something (*woke WAKE_CHANGED), fd is readable
 * (WAKE_FD; -1: none), ms have passed (WAKE_TIMEOUT), or interrupt().  So
 * many octets of the buffer were seen already and are no news. */
enum st
stream_sleep(struct stream *s, size_t seen, int fd, int ms, uint32_t *woke,
	     struct err *e);

/* The running wait, or the next, returns ST_CANCELLED, once.  Safe in a
 * signal handler. */
void
stream_interrupt(struct stream *s);

/* What stream_open() saw, all but .login; its step is STEP_LOGIN once there
 * is a connection, and STEP_DONE when the session has said welcome(). */
void
stream_facts(const struct stream *s, struct driver_facts *out);
void
stream_welcome(struct stream *s);

/* Counters since stream_new(); round_trip() is called by a session that
 * begins to wait for an answer with nothing else under way. */
void
stream_round_trip(struct stream *s);
void
stream_traffic(const struct stream *s, uint64_t *round_trips,
	       uint64_t *received, uint64_t *sent);

#endif
