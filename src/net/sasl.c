/*
 * sasl.c - the mechanisms, by OpenSSL's primitives
 *
 * Usernames and passwords go to SCRAM as they are: SASLprep is the identity
 * for ASCII, and servers that store other passwords store what was typed.
 */
#include "net/sasl.h"

#include <string.h>

#include <glib.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "net/driver.h"

#define DIGEST 32
#define ITERATIONS_MIN 4096	/* RFC 7677 4 */
#define ITERATIONS_MAX 10000000	/* more would only keep us busy */
#define CHALLENGE_MAX 8192

struct sasl {
	uint32_t mech;
	char *user, *secret, *host;
	int port;
	int step;
	char *nonce, *first_bare;
	unsigned char server_signature[DIGEST];
	bool proven;
};

static const struct {
	uint32_t mech;
	const char *name;
} mechs[] = {			/* the strongest first */
	{ SASL_SCRAM_SHA_256, "SCRAM-SHA-256" },
	{ SASL_PLAIN, "PLAIN" },
	{ SASL_LOGIN, "LOGIN" },
	{ SASL_OAUTHBEARER, "OAUTHBEARER" },
	{ SASL_XOAUTH2, "XOAUTH2" },
};

#define TOKENS (SASL_OAUTHBEARER | SASL_XOAUTH2)

uint32_t
sasl_mech_parse(const char *name, size_t len)
{
	for (size_t i = 0; i < G_N_ELEMENTS(mechs); i++)
		if (strlen(mechs[i].name) == len &&
		    g_ascii_strncasecmp(mechs[i].name, name, len) == 0)
			return mechs[i].mech;
	return 0;
}

const char *
sasl_mech_name(uint32_t mech)
{
	for (size_t i = 0; i < G_N_ELEMENTS(mechs); i++)
		if (mechs[i].mech == mech)
			return mechs[i].name;
	return "";
}

uint32_t
sasl_choose(uint32_t offered, enum auth_kind kind)
{
	offered &= kind == AUTH_OAUTH2 ? TOKENS : ~(uint32_t)TOKENS;
	for (size_t i = 0; i < G_N_ELEMENTS(mechs); i++)
		if (offered & mechs[i].mech)
			return mechs[i].mech;
	return 0;
}

/* ---- life -------------------------------------------------------------- */

struct sasl *
sasl_new(uint32_t mech, const char *user, const char *secret,
	 const char *host, int port)
{
	struct sasl *s = g_new0(struct sasl, 1);
	unsigned char random[18];

	s->mech = mech;
	s->user = g_strdup(user);
	s->secret = g_strdup(secret);
	s->host = g_strdup(host);
	s->port = port;
	if (RAND_bytes(random, sizeof(random)) == 1)
		s->nonce = g_base64_encode(random, sizeof(random));
	return s;
}

void
sasl_free(struct sasl *s)
{
	if (!s)
		return;
	driver_wipe(s->secret);
	g_free(s->user);
	g_free(s->host);
	g_free(s->nonce);
	g_free(s->first_bare);
	OPENSSL_cleanse(s, sizeof(*s));
	g_free(s);
}

void
sasl_set_nonce(struct sasl *s, const char *nonce)
{
	g_free(s->nonce);
	s->nonce = g_strdup(nonce);
}

bool
sasl_proven(const struct sasl *s)
{
	return s->mech != SASL_SCRAM_SHA_256 || s->proven;
}

/* base64 of text, which is wiped. */
static char *
encode(GString *text)
{
	char *out = text->len ? g_base64_encode((const guchar *)text->str,
						text->len)
			      : g_strdup("=");

	OPENSSL_cleanse(text->str, text->allocated_len);
	g_string_free(text, TRUE);
	return out;
}

/* ---- initial responses ------------------------------------------------- */

static GString *
plain_initial(const struct sasl *s)
{
	GString *text = g_string_new(NULL);

	g_string_append_c(text, '\0');
	g_string_append(text, s->user);
	g_string_append_c(text, '\0');
	g_string_append(text, s->secret);
	return text;
}

/* RFC 7628 3.1; the commas and equal signs of the name are quoted as in
 * SCRAM. */
static void
append_saslname(GString *text, const char *name)
{
	for (; *name; name++) {
		if (*name == ',')
			g_string_append(text, "=2C");
		else if (*name == '=')
			g_string_append(text, "=3D");
		else
			g_string_append_c(text, *name);
	}
}

static GString *
bearer_initial(const struct sasl *s)
{
	GString *text = g_string_new("n,a=");

	append_saslname(text, s->user);
	g_string_append_printf(text, ",\001host=%s\001port=%d\001"
			       "auth=Bearer %s\001\001", s->host, s->port,
			       s->secret);
	return text;
}

static GString *
xoauth2_initial(const struct sasl *s)
{
	GString *text = g_string_new(NULL);

	g_string_printf(text, "user=%s\001auth=Bearer %s\001\001", s->user,
			s->secret);
	return text;
}

static GString *
scram_initial(struct sasl *s)
{
	GString *bare = g_string_new("n=");
	GString *text = g_string_new("n,,");

	append_saslname(bare, s->user);
	g_string_append_printf(bare, ",r=%s", s->nonce);
	g_string_append(text, bare->str);
	g_free(s->first_bare);
	s->first_bare = g_string_free(bare, FALSE);
	return text;
}

char *
sasl_initial(struct sasl *s)
{
	switch (s->mech) {
	case SASL_PLAIN: return encode(plain_initial(s));
	case SASL_OAUTHBEARER: return encode(bearer_initial(s));
	case SASL_XOAUTH2: return encode(xoauth2_initial(s));
	case SASL_SCRAM_SHA_256: return encode(scram_initial(s));
	default: return NULL;
	}
}

/* ---- SCRAM (RFC 5802 3) ------------------------------------------------ */

static void
hmac(const unsigned char *key, const char *text, unsigned char *out)
{
	unsigned n = DIGEST;

	HMAC(EVP_sha256(), key, DIGEST, (const unsigned char *)text,
	     strlen(text), out, &n);
}

struct scram_first {
	char *nonce;
	guchar *salt;
	gsize salt_len;
	int iterations;
};

static bool
parse_first(const char *text, struct scram_first *f)
{
	char **part = g_strsplit(text, ",", 8);
	guint n = g_strv_length(part);
	bool good = n >= 3 && g_str_has_prefix(part[0], "r=") &&
		    g_str_has_prefix(part[1], "s=") &&
		    g_str_has_prefix(part[2], "i=");

	if (good) {
		f->nonce = g_strdup(part[0] + 2);
		f->salt = g_base64_decode(part[1] + 2, &f->salt_len);
		f->iterations = (int)CLAMP(g_ascii_strtoll(part[2] + 2, NULL,
							   10),
					   0, G_MAXINT);
	}
	g_strfreev(part);
	return good;
}

/* The client's final message for a sound first one of the server's. */
static GString *
scram_prove(struct sasl *s, const char *server_first,
	    const struct scram_first *f)
{
	unsigned char salted[DIGEST], key[DIGEST], stored[DIGEST];
	unsigned char signature[DIGEST];
	unsigned n = DIGEST;
	GString *text = g_string_new(NULL);
	char *auth, *proof;

	g_string_printf(text, "c=biws,r=%s", f->nonce);
	auth = g_strdup_printf("%s,%s,%s", s->first_bare, server_first,
			       text->str);
	PKCS5_PBKDF2_HMAC(s->secret, (int)strlen(s->secret), f->salt,
			  (int)f->salt_len, f->iterations, EVP_sha256(),
			  DIGEST, salted);
	hmac(salted, "Client Key", key);
	EVP_Digest(key, DIGEST, stored, &n, EVP_sha256(), NULL);
	hmac(stored, auth, signature);
	for (int i = 0; i < DIGEST; i++)
		key[i] ^= signature[i];
	proof = g_base64_encode(key, DIGEST);
	g_string_append_printf(text, ",p=%s", proof);
	hmac(salted, "Server Key", key);
	hmac(key, auth, s->server_signature);
	OPENSSL_cleanse(salted, sizeof(salted));
	OPENSSL_cleanse(key, sizeof(key));
	g_free(proof);
	g_free(auth);
	return text;
}

static enum st
scram_first_step(struct sasl *s, const char *text, char **reply,
		 struct err *e)
{
	struct scram_first f = { 0 };
	enum st st = ST_OK;

	if (!parse_first(text, &f) || f.salt_len == 0)
		st = err_set(e, ST_PROTOCOL, "The server's SCRAM challenge "
			     "makes no sense.");
	else if (!s->nonce || !g_str_has_prefix(f.nonce, s->nonce) ||
		 strlen(f.nonce) == strlen(s->nonce))
		st = err_set(e, ST_AUTH, "The server's SCRAM challenge does "
			     "not belong to this log-in.");
	else if (f.iterations < ITERATIONS_MIN ||
		 f.iterations > ITERATIONS_MAX)
		st = err_set(e, ST_AUTH, "The server asks for %d rounds of "
			     "SCRAM, which is not sound.", f.iterations);
	else
		*reply = encode(scram_prove(s, text, &f));
	g_free(f.nonce);
	g_free(f.salt);
	return st;
}

static enum st
scram_last_step(struct sasl *s, const char *text, char **reply,
		struct err *e)
{
	gsize n = 0;
	guchar *said;

	if (g_str_has_prefix(text, "e="))
		return err_set(e, ST_AUTH, "The server refused the log-in "
			       "of %s: %s.", s->user, text + 2);
	if (!g_str_has_prefix(text, "v="))
		return err_set(e, ST_PROTOCOL, "The server's SCRAM answer "
			       "makes no sense.");
	said = g_base64_decode(text + 2, &n);
	s->proven = n == DIGEST &&
		    CRYPTO_memcmp(said, s->server_signature, DIGEST) == 0;
	g_free(said);
	if (!s->proven)
		return err_set(e, ST_AUTH, "The server does not know the "
			       "password it asks for: it may be another.");
	*reply = g_strdup("");
	return ST_OK;
}

/* ---- steps ------------------------------------------------------------- */

static enum st
step(struct sasl *s, const char *text, char **reply, struct err *e)
{
	s->step++;
	if (s->mech == SASL_SCRAM_SHA_256 && s->step == 1)
		return scram_first_step(s, text, reply, e);
	if (s->mech == SASL_SCRAM_SHA_256 && s->step == 2)
		return scram_last_step(s, text, reply, e);
	if (s->mech == SASL_LOGIN && s->step <= 2) {
		*reply = encode(g_string_new(s->step == 1 ? s->user
							   : s->secret));
		return ST_OK;
	}
	if ((s->mech & TOKENS) && s->step == 1) {
		/* The reason is JSON; an empty answer ends the exchange and
		 * the server then refuses in words (RFC 7628 3.2.3). */
		*reply = g_strdup(s->mech == SASL_XOAUTH2 ? "" : "AQ==");
		return ST_OK;
	}
	return err_set(e, ST_PROTOCOL, "The server asks for more than %s "
		       "has to say.", sasl_mech_name(s->mech));
}

enum st
sasl_step(struct sasl *s, const char *challenge, size_t len, char **reply,
	  struct err *e)
{
	char *base64, *text;
	guchar *raw;
	gsize n = 0;
	enum st st;

	*reply = NULL;
	if (len > CHALLENGE_MAX)
		return err_set(e, ST_PROTOCOL, "The server's challenge is too "
			       "long.");
	base64 = g_strndup(challenge, len);
	raw = g_base64_decode(base64, &n);
	text = g_strndup((const char *)raw, n);
	st = step(s, text, reply, e);
	g_free(text);
	g_free(raw);
	g_free(base64);
	return st;
}
