/*
 * tls.c - handshake, verification and records, by OpenSSL
 */
#include "net/tls.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

#include <glib.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/clock.h"
#include "net/driver.h"

struct tls {
	SSL_CTX *ctx;
	SSL *ssl;
	char *key;		/* of the session kept for resumption */
	bool pinned;		/* its key counts, not who signed it */
};

/* "host:port of the account" to SSL_SESSION *, for this process. */
static GHashTable *sessions;

static void
session_free(gpointer session)
{
	SSL_SESSION_free(session);
}

static int
session_new(SSL *ssl, SSL_SESSION *session)
{
	struct tls *t = SSL_get_app_data(ssl);

	if (!sessions)
		sessions = g_hash_table_new_full(g_str_hash, g_str_equal,
						 g_free, session_free);
	g_hash_table_replace(sessions, g_strdup(t->key), session);
	return 1;		/* the reference is kept */
}

static char *
hex(const unsigned char *bytes, size_t n)
{
	GString *s = g_string_new(NULL);

	for (size_t i = 0; i < n; i++)
		g_string_append_printf(s, "%02x", bytes[i]);
	return g_string_free(s, FALSE);
}

static char *
pin_of(X509 *cert)
{
	unsigned char *der = NULL, digest[32];
	unsigned n = sizeof(digest);
	int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert), &der);

	if (len < 0)
		return NULL;
	EVP_Digest(der, (size_t)len, digest, &n, EVP_sha256(), NULL);
	OPENSSL_free(der);
	return hex(digest, n);
}

char *
tls_pin(struct tls *t)
{
	X509 *cert = SSL_get1_peer_certificate(t->ssl);
	char *pin = cert ? pin_of(cert) : NULL;

	X509_free(cert);
	return pin;
}

static int64_t
seconds(const ASN1_TIME *when)
{
	struct tm tm;

	return ASN1_TIME_to_tm(when, &tm) == 1 ? (int64_t)timegm(&tm) : 0;
}

void
tls_facts(struct tls *t, struct driver_facts *out)
{
	X509 *cert = SSL_get0_peer_certificate(t->ssl);

	g_strlcpy(out->tls, SSL_get_version(t->ssl), sizeof(out->tls));
	out->expires = cert ? seconds(X509_get0_notAfter(cert)) : 0;
	out->pinned = t->pinned;
}

/* Two spellings of the same pin: hexadecimal digits with or without colons
 * and "sha256:". */
static bool
pin_equal(const char *configured, const char *pin)
{
	if (g_ascii_strncasecmp(configured, "sha256:", 7) == 0)
		configured += 7;
	for (; *configured; configured++) {
		if (*configured == ':' || *configured == ' ')
			continue;
		if (g_ascii_tolower(*configured) != *pin)
			return false;
		pin++;
	}
	return !*pin;
}

/* ---- context ---------------------------------------------------------- */

static enum st
load_trust(SSL_CTX *ctx, const struct account *a, struct err *e)
{
	if (!a->tls_ca_file) {
		SSL_CTX_set_default_verify_paths(ctx);
		return ST_OK;
	}
	if (SSL_CTX_load_verify_locations(ctx, a->tls_ca_file, NULL) == 1)
		return ST_OK;
	return err_set(e, ST_CONFIG, "The tls-ca-file %s of account %s cannot "
		       "be read as PEM certificates.", a->tls_ca_file,
		       a->name);
}

/* The chain is judged after the handshake, where all facts are at hand. */
static int
judge_later(int ok, X509_STORE_CTX *store)
{
	return 1;
}

static enum st
context_new(const struct account *a, SSL_CTX **out, struct err *e)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	enum st st;

	if (!ctx)
		return err_set(e, ST_LOCAL, "OpenSSL cannot make a context.");
	SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
	SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION |
				 SSL_OP_NO_COMPRESSION);
	SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE |
			      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, judge_later);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_CLIENT |
					    SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_sess_set_new_cb(ctx, session_new);
	st = load_trust(ctx, a, e);
	if (st != ST_OK) {
		SSL_CTX_free(ctx);
		return st;
	}
	*out = ctx;
	return ST_OK;
}

static bool
is_address(const char *host)
{
	return g_hostname_is_ip_address(host);
}

static void
prepare(struct tls *t, const char *host)
{
	X509_VERIFY_PARAM *param = SSL_get0_param(t->ssl);
	SSL_SESSION *old = sessions ? g_hash_table_lookup(sessions, t->key)
				    : NULL;

	/* A name counts only when the SAN has it, never as common name. */
	X509_VERIFY_PARAM_set_hostflags(
		param, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT |
		       X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	if (is_address(host)) {
		X509_VERIFY_PARAM_set1_ip_asc(param, host);
	} else {
		X509_VERIFY_PARAM_set1_host(param, host, 0);
		SSL_set_tlsext_host_name(t->ssl, host);
	}
	if (old)
		SSL_set_session(t->ssl, old);
}

/* ---- verification -------------------------------------------------------- */

static const char *
reason(long verdict)
{
	switch (verdict) {
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return "it has expired";
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return "it is not valid yet (is this machine's clock right?)";
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
		return "it is signed by itself and not by anybody this machine "
		       "trusts";
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
		return "nobody this machine trusts has signed it";
	case X509_V_ERR_HOSTNAME_MISMATCH:
	case X509_V_ERR_IP_ADDRESS_MISMATCH:
		return "it was issued for another name";
	case X509_V_ERR_CERT_REVOKED:
		return "it has been revoked";
	default:
		return X509_verify_cert_error_string(verdict);
	}
}

static enum st
verify(struct tls *t, const struct account *a, const char *host,
       struct err *e)
{
	X509 *cert = SSL_get1_peer_certificate(t->ssl);
	long verdict = SSL_get_verify_result(t->ssl);
	unsigned char digest[32];
	unsigned n = sizeof(digest);
	char *pin, *print;
	enum st st = ST_OK;

	if (!cert)
		return err_set(e, ST_AUTH, "The server %s shows no "
			       "certificate.", host);
	pin = pin_of(cert);
	X509_digest(cert, EVP_sha256(), digest, &n);
	print = hex(digest, n);
	X509_free(cert);
	if (a->tls_pin) {
		if (!pin || !pin_equal(a->tls_pin, pin))
			st = err_set(e, ST_AUTH, "The server %s has another "
				     "key than the tls-pin of account %s. If "
				     "it was changed on purpose: tls-pin = %s",
				     host, a->name, pin ? pin : "?");
	} else if (verdict != X509_V_OK) {
		st = err_set(e, ST_AUTH, "The certificate of %s is not "
			     "trusted: %s. Its SHA-256 fingerprint is %s. If "
			     "you know it to be right, this line in [account "
			     "%s] trusts it: tls-pin = %s", host,
			     reason(verdict), print, a->name, pin ? pin : "?");
	}
	g_free(pin);
	g_free(print);
	return st;
}

/* ---- handshake --------------------------------------------------------- */

static enum st
handshake_failed(const char *host, int rc, struct err *e)
{
	unsigned long code = ERR_peek_last_error();
	const char *why = code ? ERR_reason_error_string(code) : NULL;

	ERR_clear_error();
	if (rc == SSL_ERROR_SYSCALL || !why)
		return err_set(e, ST_RETRY, "The server %s closed the "
			       "connection during the TLS handshake.", host);
	return err_set(e, ST_AUTH, "No TLS connection with %s could be made: "
		       "%s (TLS 1.2 or newer is needed).", host, why);
}

static enum st
handshake(struct tls *t, const char *host, int fd, int wake,
	  int64_t deadline, struct err *e)
{
	for (;;) {
		struct pollfd p[2] = { { .fd = fd },
				       { .fd = wake, .events = POLLIN } };
		int rc, n;

		ERR_clear_error();
		rc = SSL_connect(t->ssl);
		if (rc == 1)
			return ST_OK;
		rc = SSL_get_error(t->ssl, rc);
		if (rc != SSL_ERROR_WANT_READ && rc != SSL_ERROR_WANT_WRITE)
			return handshake_failed(host, rc, e);
		p[0].events = rc == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
		n = poll(p, 2, clock_left(deadline));
		if (n > 0 && p[1].revents)
			return err_set(e, ST_CANCELLED,
				       "The connection was interrupted.");
		if (n == 0)
			return err_set(e, ST_RETRY, "The server %s is silent "
				       "in the TLS handshake.", host);
	}
}

enum st
tls_open(const struct account *account, const char *host, int fd, int wake,
	 int timeout_ms, struct tls **out, struct err *e)
{
	struct tls *t = g_new0(struct tls, 1);
	enum st st = context_new(account, &t->ctx, e);

	if (st == ST_OK) {
		t->key = g_strdup_printf("%s %s", account->name, host);
		t->pinned = account->tls_pin != NULL;
		t->ssl = SSL_new(t->ctx);
		SSL_set_app_data(t->ssl, t);
		SSL_set_fd(t->ssl, fd);
		prepare(t, host);
		st = handshake(t, host, fd, wake, clock_ms() + timeout_ms, e);
	}
	if (st == ST_OK)
		st = verify(t, account, host, e);
	if (st != ST_OK) {
		if (sessions && t->key)
			g_hash_table_remove(sessions, t->key);
		tls_close(t);
		return st;
	}
	*out = t;
	return ST_OK;
}

void
tls_close(struct tls *t)
{
	if (!t)
		return;
	if (t->ssl) {
		ERR_clear_error();
		if (SSL_is_init_finished(t->ssl))
			SSL_shutdown(t->ssl);
		SSL_free(t->ssl);
	}
	SSL_CTX_free(t->ctx);
	g_free(t->key);
	g_free(t);
}

/* ---- records ----------------------------------------------------------- */

static ssize_t
not_yet(struct tls *t, int rc, short *events)
{
	switch (SSL_get_error(t->ssl, rc)) {
	case SSL_ERROR_WANT_READ:
		*events = POLLIN;
		errno = EAGAIN;
		return -1;
	case SSL_ERROR_WANT_WRITE:
		*events = POLLOUT;
		errno = EAGAIN;
		return -1;
	case SSL_ERROR_ZERO_RETURN:
		return 0;
	default:
		ERR_clear_error();
		errno = EIO;
		return -1;
	}
}

ssize_t
tls_read(struct tls *t, void *buf, size_t len, short *events)
{
	size_t have = 0;
	int rc = 0;

	/* A record is 16 KiB at most: fill the buffer, so that what is above
	 * has few and large pieces to look at. */
	ERR_clear_error();
	while (have < len) {
		rc = SSL_read(t->ssl, (char *)buf + have,
			      (int)MIN(len - have, 1 << 30));
		if (rc <= 0)
			break;
		have += (size_t)rc;
	}
	return have > 0 ? (ssize_t)have : not_yet(t, rc, events);
}

ssize_t
tls_write(struct tls *t, const void *buf, size_t len, short *events)
{
	int rc;

	ERR_clear_error();
	rc = SSL_write(t->ssl, buf, (int)MIN(len, 1 << 30));
	return rc > 0 ? rc : not_yet(t, rc, events);
}

int
tls_pending(struct tls *t)
{
	return SSL_has_pending(t->ssl);
}
