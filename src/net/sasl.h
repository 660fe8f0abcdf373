/*
 * sasl.h - logging in: PLAIN, SCRAM-SHA-256, XOAUTH2, OAUTHBEARER
 *
 * Pure: text in, text out, no connection.  A session sends the initial
 * response with the mechanism's name, then answers challenges until the
 * server is content.  RFC 4616, 5802, 7677, 7628.
 */
#ifndef VERSO_NET_SASL_H
#define VERSO_NET_SASL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "model/account.h"

enum sasl_mech {
	SASL_PLAIN = 1 << 0,
	SASL_LOGIN = 1 << 1,
	SASL_SCRAM_SHA_256 = 1 << 2,
	SASL_XOAUTH2 = 1 << 3,
	SASL_OAUTHBEARER = 1 << 4,
};

/* The bit for a name as servers list it, 0 when verso does not speak it. */
uint32_t
sasl_mech_parse(const char *name, size_t len);
const char *
sasl_mech_name(uint32_t mech);

/* The best of the offered ones for this account's kind of secret, 0: none.
 * The strongest first; LOGIN last. */
uint32_t
sasl_choose(uint32_t offered, enum auth_kind kind);

struct sasl;

/* user and secret are copied; the copies are wiped by sasl_free(). */
struct sasl *
sasl_new(uint32_t mech, const char *user, const char *secret,
	 const char *host, int port);
void
sasl_free(struct sasl *s);		/* takes NULL */

/* For the tests: a fixed SCRAM nonce. */
void
sasl_set_nonce(struct sasl *s, const char *nonce);

/* The initial response in base64 ("=" for an empty one), NULL when the
 * mechanism begins with the server (LOGIN).  Wipe it with driver_wipe(). */
char *
sasl_initial(struct sasl *s);

/*
 * Answer a challenge (base64, len octets).  *reply (base64, "" for empty) is
 * to be wiped with driver_wipe().  ST_AUTH: the server does not know the
 * secret itself (SCRAM) or refused the token; ST_PROTOCOL: no challenge of
 * this mechanism.
 */
enum st
sasl_step(struct sasl *s, const char *challenge, size_t len, char **reply,
	  struct err *e);

/* False: the server said yes without proving that it knows the secret
 * (SCRAM); the log-in must then not be believed. */
bool
sasl_proven(const struct sasl *s);

#endif
