/*
 * smtp.h - handing letters to a submission server (RFC 5321, 6409)
 *
 * One struct smtp is one account's session with its server to send by.  All
 * calls block, end in time (stream.h), and are made from one thread;
 * smtp_interrupt() alone may be called from a signal handler.
 *
 * Costs are counted in round trips: where PIPELINING is offered, MAIL, RCPT…
 * and DATA go out together, so that a letter takes two, however many go over
 * one session; else two and one for each recipient, and the text's own.
 *
 * What a status means here (base/err.h):
 *   ST_RETRY      the connection is gone or was never made: again later
 *   ST_AUTH       TLS not verified or log-in refused: do not try again unasked
 *   ST_REFUSED    this letter alone; the session goes on unless smtp_is_open()
 *                 says otherwise
 *   ST_CANCELLED  smtp_interrupt() was called
 *   ST_PROTOCOL   the server broke its word
 *   ST_LOCAL      the letter could not be read (or what read() returned)
 * After all but ST_OK and ST_REFUSED the session is over, and smtp_open() may
 * begin another.
 */
#ifndef VERSO_NET_SMTP_H
#define VERSO_NET_SMTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/account.h"
#include "net/driver.h"

/* What the server said it does. */
struct smtp_limits {
	int64_t size;		/* octets of a letter at most; 0: not said */
	bool pipelining;
	bool eight_bit;		/* octets above 127 in a text (8BITMIME) */
	bool utf8;		/* and in addresses and headers (SMTPUTF8) */
	bool dsn;		/* tells of a delivery when asked to */
};

struct smtp;

/* Nothing is connected yet; account and host must outlive it.  secret() of
 * host gives what belongs to account->send_user. */
struct smtp *
smtp_new(const struct account *account, const struct driver_host *host);
void
smtp_free(struct smtp *s);		/* takes NULL; drops the connection */

/*
 * Connect to account->send, with TLS as it says, and say EHLO [127.0.0.1],
 * which tells nothing of this machine.  Where AUTH is offered: log in; where
 * it is not, the server may do without (a mail server of this machine), and
 * says so at the first letter when it does not (ST_AUTH).  A password leaves
 * only over TLS or to a loopback address.
 */
enum st
smtp_open(struct smtp *s, struct err *e);
/* QUIT, when a session stands. */
void
smtp_close(struct smtp *s);
bool
smtp_is_open(const struct smtp *s);

/* Of the session that stands, or that stood last. */
const struct smtp_limits *
smtp_limits(const struct smtp *s);

/* What became of a letter. */
enum smtp_fate {
	SMTP_LATER,	/* nobody has it: try again */
	SMTP_SENT,	/* the server has taken it on, for at least one */
	SMTP_REFUSED,	/* nobody has it, and trying again changes nothing */
	SMTP_SEVEN_BIT,	/* nothing was sent: it has octets above 127, which
			 * this server does not take.  Encode it anew and send
			 * that; or, where that cannot be (it is signed), send
			 * it with eight_bit false: most servers take it. */
	SMTP_UNSURE	/* the connection broke between the end of the letter
			 * and the word that it was taken: it may have been.
			 * Never to be sent again unasked. */
};

struct smtp_rcpt {
	const char *address;	/* "ann@example.org" */
	int code;		/* out: 250 taken, 4xx later, 5xx refused; 0
				 * not asked */
	char *said;		/* out: the server's words as *said of
				 * smtp_send(), NULL none; the caller frees */
};

struct smtp_letter {
	const char *from;	/* "" or NULL: no address to bounce to */
	struct smtp_rcpt *rcpt;
	size_t rcpts;
	int64_t size;		/* octets with CRLF line ends, as near as is
				 * known; 0: not at all */
	bool eight_bit;		/* octets above 127 in the text */
	bool utf8;		/* UTF-8 in its headers (in an address of the
				 * envelope it is seen) */
	bool receipt;		/* have its delivery told, where limits.dsn */
	const char *envid;	/* comes back in what is told then; NULL none */
	void *ctx;
	/* The next octets, with LF or CRLF line ends; *len 0: the end. */
	enum st (*read)(void *ctx, char *buf, size_t max, size_t *len,
			struct err *e);
	/* The line with the dot goes out when this returns: what must be on
	 * the disk by then is written here.  Not ST_OK: the connection is
	 * dropped instead, and nobody has the letter. */
	enum st (*commit)(void *ctx, struct err *e);
};

/*
 * Send one letter.  *fate is always set.  ST_OK: SMTP_SENT.  ST_REFUSED: the
 * server's word about this letter (SMTP_LATER, _REFUSED or _SEVEN_BIT), *e
 * has the sentence, and the next letter may follow.  All else: the session is
 * over, and the fate is SMTP_LATER or SMTP_UNSURE.
 *
 * When some recipients are refused, the letter goes to the others; when all
 * are, it is SMTP_LATER as long as one of them may be asked again.  An
 * address that could become a command (with a control character, a blank, <
 * or >, or none at all) refuses the letter before anything is sent; so does
 * one that is longer than the server said it takes, or needs SMTPUTF8 where
 * that is not offered.
 *
 * The text is sent so that it ends where it ends and nowhere else: dots are
 * doubled, bare CR and bare LF become CRLF, the last line gets an end if it
 * has none; a NUL refuses the letter, and costs the connection.
 *
 * *said: the server's last words about it, "550 5.7.1 Not so", made safe for
 * a terminal (text_gate()); NULL when there are none.  The caller frees.
 */
enum st
smtp_send(struct smtp *s, struct smtp_letter *letter, enum smtp_fate *fate,
	  char **said, struct err *e);

/* The running wait, or the next, returns ST_CANCELLED, once; that for the
 * answer to a letter some seconds later, in case it comes. */
void
smtp_interrupt(struct smtp *s);

/* How the last smtp_open() went, and what it all cost since smtp_new(). */
void
smtp_facts(const struct smtp *s, struct driver_facts *out);
void
smtp_traffic(const struct smtp *s, uint64_t *round_trips, uint64_t *received,
	     uint64_t *sent);

#endif
