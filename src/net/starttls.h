/*
 * starttls.h - from clear to encrypted, before any parser is awake
 *
 * What a server says in clear anybody on the way can have said.  So it is
 * read here, a byte at a time from the bare socket, looked at for nothing
 * but consent, and forgotten.
 */
#ifndef VERSO_NET_STARTTLS_H
#define VERSO_NET_STARTTLS_H

#include "base/err.h"
#include "model/account.h"

/*
 * Ask for TLS on a connected, non-blocking socket; afterwards the handshake
 * may begin.  ST_PROTOCOL: the server refuses, greets as already logged in
 * (PREAUTH), or has sent something behind its consent (an attack).
 */
enum st
starttls_negotiate(int fd, int wake, enum protocol proto, const char *host,
		   int timeout_ms, struct err *e);

/* A greeting line, CRLF included, in the words of the protocol. */
const char *
starttls_greeting(enum protocol proto);

#endif
