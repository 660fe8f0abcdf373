/*
 * smtp_login.c - the ways to log in (RFC 4954)
 *
 * A password leaves here only over TLS or to a loopback address: stream.c
 * connects nowhere else without TLS.
 */
#include "net/smtp_state.h"

#include <string.h>

#include "net/sasl.h"

/* A command with its initial response (RFC 5321 4.5.3.1.4). */
#define AUTH_LINE_MAX 512
/* No mechanism asks more often. */
#define CHALLENGES_MAX 8

/* One exchange. */
struct talk {
	struct smtp *s;
	struct sasl *sasl;
	uint32_t mech;
	char *initial;		/* the first words, while they are unsaid */
	bool together;		/* they went along with the command */
};

static const char *
user_name(const struct smtp *s)
{
	return s->account->send_user ? s->account->send_user
				     : s->account->user;
}

/* The mechanism's name, and its first words where they may come along. */
static void
put_auth(struct talk *t, bool together)
{
	const char *name = sasl_mech_name(t->mech);

	t->together = together && t->initial &&
		      strlen(name) + strlen(t->initial) +
			      strlen("AUTH  \r\n") <= AUTH_LINE_MAX;
	if (t->together)
		stream_printf(t->s->stream, "AUTH %s %s\r\n", name,
			      t->initial);
	else
		stream_printf(t->s->stream, "AUTH %s\r\n", name);
}

/* Answer one challenge.  The first words are said (again) where the server
 * asks for nothing in particular: some do not listen to them before. */
static enum st
answer_challenge(struct talk *t, unsigned n, struct err *e)
{
	const struct smtp_reply *reply = &t->s->reply;
	const char *challenge = reply->text->str + MIN(4, reply->text->len);
	char *words = NULL;
	enum st st = ST_OK;

	if (n == 0 && t->initial && (!t->together || !*challenge)) {
		const char *first = t->initial;

		stream_printf(t->s->stream, "%s\r\n",
			      strcmp(first, "=") == 0 ? "" : first);
		return ST_OK;
	}
	st = sasl_step(t->sasl, challenge, strlen(challenge), &words, e);
	if (st == ST_OK)
		stream_printf(t->s->stream, "%s\r\n", words);
	driver_wipe(words);
	t->s->refused |= st == ST_AUTH;
	return st;
}

/* What the server says at the end of a log-in. */
static enum st
verdict(struct smtp *s, struct err *e)
{
	int code = s->reply.code;
	enum st st = ST_AUTH;

	if (code / 100 == 2)
		return ST_OK;
	if (code / 100 == 4 && code != 432)
		st = ST_RETRY;
	s->refused = st == ST_AUTH;
	return smtp_refusal(s, st, "log in", e);
}

/* Challenges and answers, until the server is content or not. */
static enum st
converse(struct talk *t, struct err *e)
{
	enum st st = smtp_ask(t->s, e);
	unsigned n;

	/* "501 cannot decode": some take the first words only when asked. */
	if (st == ST_OK && t->together && t->s->reply.code == 501) {
		put_auth(t, false);
		st = smtp_ask(t->s, e);
	}
	for (n = 0; st == ST_OK && n < CHALLENGES_MAX; n++) {
		if (t->s->reply.code != 334)
			return verdict(t->s, e);
		st = answer_challenge(t, n, e);
		if (st == ST_OK)
			st = smtp_ask(t->s, e);
	}
	if (st != ST_OK)
		return st;
	return err_set(e, ST_PROTOCOL, "The server %s does not keep to "
		       "AUTH.", t->s->account->send.host);
}

static enum st
log_in(struct smtp *s, uint32_t mech, const char *secret, struct err *e)
{
	const struct endpoint *ep = &s->account->send;
	struct sasl *sasl = sasl_new(mech, user_name(s), secret, ep->host,
				     ep->port);
	struct talk t = { .s = s, .sasl = sasl, .mech = mech,
			  .initial = sasl_initial(sasl) };
	enum st st;

	put_auth(&t, true);
	st = converse(&t, e);
	if (st == ST_OK && !sasl_proven(sasl))
		st = err_set(e, ST_AUTH, "The server %s did not prove that it "
			     "knows the password.", ep->host);
	driver_wipe(t.initial);
	sasl_free(sasl);
	return st;
}

enum st
smtp_login(struct smtp *s, struct err *e)
{
	const struct account *a = s->account;
	uint32_t mech = sasl_choose(s->hello.mechs, a->auth);
	char *secret = NULL;
	enum st st;

	if (!s->hello.auth)
		return ST_OK;
	if (mech == 0)
		return err_set(e, ST_AUTH, "The server %s offers no log-in by "
			       "%s.", a->send.host,
			       a->auth == AUTH_OAUTH2 ? "OAuth2"
						      : "password");
	s->login = sasl_mech_name(mech);
	if (!user_name(s) || !*user_name(s))
		return err_set(e, ST_CONFIG, "The account %s has no user name "
			       "to send by.", a->name);
	st = s->host->secret(s->host->ctx, s->refused, &secret, e);
	if (st == ST_OK)
		st = log_in(s, mech, secret, e);
	driver_wipe(secret);
	return st;
}
