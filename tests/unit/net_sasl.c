/*
 * net_sasl.c - the mechanisms against the RFCs' own examples
 */
#include <criterion/criterion.h>
#include <string.h>

#include <glib.h>

#include "net/driver.h"
#include "net/sasl.h"

static char *
b64(const char *text)
{
	return g_base64_encode((const guchar *)text, strlen(text));
}

static void
expect(char *got, const char *text)
{
	char *want = b64(text);

	cr_assert_str_eq(got, want);
	driver_wipe(got);
	g_free(want);
}

static enum st
feed(struct sasl *s, const char *challenge, char **reply, struct err *e)
{
	char *text = b64(challenge);
	enum st st = sasl_step(s, text, strlen(text), reply, e);

	g_free(text);
	return st;
}

/* RFC 7677 section 3. */
#define NONCE "rOprNGfwEbeRWgbNEkqO"
#define FIRST "r=" NONCE "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0," \
	"s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
#define PROOF "c=biws,r=" NONCE "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0," \
	"p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
#define LAST "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="

static struct sasl *
scram(void)
{
	struct sasl *s = sasl_new(SASL_SCRAM_SHA_256, "user", "pencil",
				  "imap.example.org", 993);

	sasl_set_nonce(s, NONCE);
	expect(sasl_initial(s), "n,,n=user,r=" NONCE);
	return s;
}

Test(sasl, scram_follows_the_rfc)
{
	struct sasl *s = scram();
	char *reply;

	cr_assert_eq(feed(s, FIRST, &reply, NULL), ST_OK);
	expect(reply, PROOF);
	cr_assert_not(sasl_proven(s), "not before the server has proven it");
	cr_assert_eq(feed(s, LAST, &reply, NULL), ST_OK);
	cr_assert_str_eq(reply, "");
	driver_wipe(reply);
	cr_assert(sasl_proven(s));
	sasl_free(s);
}

Test(sasl, scram_refuses_a_server_without_the_secret)
{
	struct sasl *s = scram();
	struct err e = { "" };
	char *reply;

	cr_assert_eq(feed(s, FIRST, &reply, &e), ST_OK);
	driver_wipe(reply);
	cr_assert_eq(feed(s, "v=AAAA", &reply, &e), ST_AUTH);
	cr_assert_not(sasl_proven(s));
	cr_assert(strstr(e.text, "does not know the password"));
	sasl_free(s);
}

Test(sasl, scram_refuses_bad_challenges)
{
	static const struct {
		const char *challenge;
		enum st st;
	} cases[] = {
		{ "", ST_PROTOCOL },
		{ "r=" NONCE "x,s=,i=4096", ST_PROTOCOL },
		{ "r=" NONCE ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", ST_AUTH },
		{ "r=else,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", ST_AUTH },
		{ "r=" NONCE "x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1", ST_AUTH },
		{ "r=" NONCE "x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=999999999999",
		  ST_AUTH },
		{ "m=ext,r=" NONCE "x,s=W22Z,i=4096", ST_PROTOCOL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct sasl *s = scram();
		char *reply;

		cr_assert_eq(feed(s, cases[i].challenge, &reply, NULL),
			     cases[i].st, "case %zu", i);
		cr_assert_null(reply);
		sasl_free(s);
	}
}

Test(sasl, plain_and_login)
{
	struct sasl *s = sasl_new(SASL_PLAIN, "ann", "se=cret", "h", 1);
	char *initial = sasl_initial(s), *reply;
	gsize n;
	guchar *raw = g_base64_decode(initial, &n);

	cr_assert_eq(n, 12);
	cr_assert_arr_eq(raw, "\0ann\0se=cret", 12);
	g_free(raw);
	driver_wipe(initial);
	sasl_free(s);

	s = sasl_new(SASL_LOGIN, "ann", "secret", "h", 1);
	cr_assert_null(sasl_initial(s));
	cr_assert_eq(feed(s, "Username:", &reply, NULL), ST_OK);
	expect(reply, "ann");
	cr_assert_eq(feed(s, "Password:", &reply, NULL), ST_OK);
	expect(reply, "secret");
	cr_assert_eq(feed(s, "More?", &reply, NULL), ST_PROTOCOL);
	sasl_free(s);
}

Test(sasl, tokens)
{
	struct sasl *s = sasl_new(SASL_OAUTHBEARER, "a,b@example.org", "tok",
				  "imap.example.org", 993);
	char *reply;

	expect(sasl_initial(s), "n,a=a=2Cb@example.org,\001"
	       "host=imap.example.org\001port=993\001"
	       "auth=Bearer tok\001\001");
	cr_assert_eq(feed(s, "{\"status\":\"invalid\"}", &reply, NULL),
		     ST_OK);
	cr_assert_str_eq(reply, "AQ==");
	driver_wipe(reply);
	sasl_free(s);

	s = sasl_new(SASL_XOAUTH2, "ann", "tok", "h", 1);
	expect(sasl_initial(s), "user=ann\001auth=Bearer tok\001\001");
	sasl_free(s);
}

Test(sasl, the_strongest_that_fits_is_chosen)
{
	cr_assert_eq(sasl_choose(SASL_PLAIN | SASL_SCRAM_SHA_256 | SASL_LOGIN,
				 AUTH_PASSWORD), SASL_SCRAM_SHA_256);
	cr_assert_eq(sasl_choose(SASL_LOGIN | SASL_XOAUTH2, AUTH_PASSWORD),
		     SASL_LOGIN);
	cr_assert_eq(sasl_choose(SASL_PLAIN | SASL_XOAUTH2, AUTH_OAUTH2),
		     SASL_XOAUTH2);
	cr_assert_eq(sasl_choose(SASL_PLAIN, AUTH_OAUTH2), 0);
	cr_assert_eq(sasl_mech_parse("scram-sha-256", 13),
		     SASL_SCRAM_SHA_256);
	cr_assert_eq(sasl_mech_parse("CRAM-MD5", 8), 0);
}
