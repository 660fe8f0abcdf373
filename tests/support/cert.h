/*
 * cert.h - certificates made on the spot
 *
 * A small authority of our own and a server's certificate signed by it, good
 * or wrong in one chosen way, for the tests of TLS.
 */
#ifndef VERSO_TESTS_CERT_H
#define VERSO_TESTS_CERT_H

#include <stdbool.h>

struct cert_options {
	/* What the certificate names.  NULL: DNS:localhost and 127.0.0.1;
	 * "": no subjectAltName at all. */
	const char *san;	/* as in openssl: "DNS:a.example" */
	const char *cn;		/* NULL: "localhost" */
	long begins, ends;	/* seconds from now; both 0: a day each way */
	bool self_signed;	/* not by the authority */
};

/*
 * Write ca.pem, cert.pem (the server's) and key.pem into dir, each as
 * options (NULL: all good) say; P-256, so that it costs a millisecond.  A
 * ca.pem that is there already with its ca-key.pem is used again.
 */
void
cert_make(const char *dir, const struct cert_options *options);

/* SHA-256 over the public key of DIR/cert.pem in hexadecimal digits: what
 * tls-pin takes.  The caller frees. */
char *
cert_pin(const char *dir);

#endif
