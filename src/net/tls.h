/*
 * tls.h - TLS over a connected socket, verified or not at all
 *
 * TLS 1.2 or newer; the chain against the system's trust store or
 * tls-ca-file; the host's name against the certificate's SAN alone; or the
 * public key against tls-pin, whoever signed it.  Sessions are resumed
 * within the process.
 */
#ifndef VERSO_NET_TLS_H
#define VERSO_NET_TLS_H

#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"
#include "model/account.h"

struct tls;

/*
 * Handshake on fd (non-blocking; stays the caller's), within timeout_ms,
 * interruptible by wake.  ST_AUTH when the peer cannot be trusted: the
 * sentence gives the reason in plain words, the fingerprint, and the tls-pin
 * line that would trust this server.
 */
enum st
tls_open(const struct account *account, const char *host, int fd, int wake,
	 int timeout_ms, struct tls **out, struct err *e);
void
tls_close(struct tls *t);	/* takes NULL; says goodbye when it can */

/*
 * As read() and write() on a non-blocking socket: -1 with errno EAGAIN and
 * *events set to what to poll for; 0 is the peer's end; any other failure -1
 * with errno EIO.
 */
ssize_t
tls_read(struct tls *t, void *buf, size_t len, short *events);
ssize_t
tls_write(struct tls *t, const void *buf, size_t len, short *events);

/* Decrypted octets wait inside. */
int
tls_pending(struct tls *t);

struct driver_facts;

/* .tls, .expires and .pinned of what was agreed on. */
void
tls_facts(struct tls *t, struct driver_facts *out);

/* SHA-256 of the peer's public key (SubjectPublicKeyInfo), 64 hexadecimal
 * digits.  The caller frees. */
char *
tls_pin(struct tls *t);

#endif
