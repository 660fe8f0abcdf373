/*
 * pop_login.c - the ways to log in
 *
 * SASL (RFC 5034) with the strongest mechanism that both sides know, else
 * USER and PASS.  No APOP: it asks the server to keep the password itself.
 */
#include "net/pop_state.h"

#include <string.h>

#include "net/sasl.h"

/* An AUTH command with its initial response (RFC 5034 4). */
#define AUTH_LINE_MAX 255
/* No mechanism asks more often. */
#define CHALLENGES_MAX 8

/* Servers without response codes tell in words that another session has the
 * maildrop (RFC 1939 7, PASS): no secret is wrong then. */
static bool
is_locked(const struct pop_reply *reply)
{
	char *text = g_ascii_strdown(reply->text, (gssize)reply->len);
	bool locked = strstr(text, "lock") && strstr(text, "mail");

	g_free(text);
	return locked;
}

/* What the server says at the end of a log-in. */
static enum st
verdict(struct pop *p, const struct pop_reply *reply, struct err *e)
{
	enum st st = ST_OK;

	if (reply->kind == POP_ERR)
		st = pop_refusal(reply, is_locked(reply) ? ST_RETRY : ST_AUTH,
				 "log in", e);
	p->refused = st == ST_AUTH;
	return st;
}

/* ---- SASL ---- */

/* The mechanism's name, and its first words where they may come along. */
static void
put_auth(struct pop *p, uint32_t mech, char **initial)
{
	const char *name = sasl_mech_name(mech);

	if (!*initial ||
	    strlen(name) + strlen(*initial) + strlen("AUTH  \r\n") >
	    AUTH_LINE_MAX) {
		stream_printf(p->stream, "AUTH %s\r\n", name);
		return;
	}
	stream_printf(p->stream, "AUTH %s %s\r\n", name, *initial);
	driver_wipe(*initial);
	*initial = NULL;
}

/* Answer one challenge: with the initial response if it is still to come. */
static enum st
answer_challenge(struct pop *p, struct sasl *sasl,
		 const struct pop_reply *challenge, char **initial,
		 struct err *e)
{
	char *words = *initial;
	enum st st = ST_OK;

	*initial = NULL;
	if (words && strcmp(words, "=") == 0)
		*words = '\0';	/* on a line of its own nothing is nothing */
	if (!words)
		st = sasl_step(sasl, challenge->text, challenge->len, &words,
			       e);
	if (st == ST_OK)
		stream_printf(p->stream, "%s\r\n", words);
	driver_wipe(words);
	p->refused |= st == ST_AUTH;
	return st;
}

/* Challenges and answers, until the server is content or not. */
static enum st
converse(struct pop *p, struct sasl *sasl, char **initial, struct err *e)
{
	struct pop_reply reply;
	enum st st = ST_OK;

	for (unsigned n = 0; st == ST_OK && n < CHALLENGES_MAX; n++) {
		stream_round_trip(p->stream);
		st = stream_flush(p->stream, e);
		if (st == ST_OK)
			st = pop_reply(p, &reply, e);
		if (st != ST_OK)
			return st;
		if (reply.kind == POP_OK || reply.kind == POP_ERR)
			return verdict(p, &reply, e);
		if (reply.kind == POP_BAD)
			break;
		st = answer_challenge(p, sasl, &reply, initial, e);
	}
	if (st != ST_OK)
		return st;
	return err_set(e, ST_PROTOCOL, "The server %s does not keep to "
		       "AUTH.", p->account->receive.host);
}

static enum st
login_sasl(struct pop *p, uint32_t mech, const char *secret, struct err *e)
{
	const struct endpoint *ep = &p->account->receive;
	struct sasl *sasl = sasl_new(mech, p->account->user, secret, ep->host,
				     ep->port);
	char *initial = sasl_initial(sasl);
	enum st st;

	put_auth(p, mech, &initial);
	st = converse(p, sasl, &initial, e);
	if (st == ST_OK && !sasl_proven(sasl))
		st = err_set(e, ST_AUTH, "The server %s did not prove that it "
			     "knows the password.", ep->host);
	driver_wipe(initial);
	sasl_free(sasl);
	return st;
}

/* ---- USER and PASS ---- */

static enum st
login_user(struct pop *p, const char *secret, struct err *e)
{
	struct pop_reply reply;
	enum st st;

	stream_printf(p->stream, "USER %s\r\n", p->account->user);
	st = pop_ask(p, &reply, e);
	if (st == ST_OK)
		st = verdict(p, &reply, e);
	if (st != ST_OK)
		return st;
	stream_printf(p->stream, "PASS %s\r\n", secret);
	st = pop_ask(p, &reply, e);
	return st == ST_OK ? verdict(p, &reply, e) : st;
}

/* ---- choosing ---- */

/* Neither may become a command. */
static enum st
check_words(struct pop *p, const char *secret, struct err *e)
{
	const char *user = p->account->user;

	if (!user || !*user)
		return err_set(e, ST_CONFIG, "The account %s has no user "
			       "name.", p->account->name);
	if (strpbrk(user, "\r\n") || strpbrk(secret, "\r\n"))
		return err_set(e, ST_CONFIG, "The user name or the password "
			       "of the account %s has a line break.",
			       p->account->name);
	return ST_OK;
}

enum st
pop_login(struct pop *p, struct err *e)
{
	char *secret = NULL;
	uint32_t mech;
	enum st st = pop_session_capa(p->session, &p->capa, e);

	if (st != ST_OK)
		return st;
	mech = sasl_choose(p->capa.mechs, p->account->auth);
	if (mech == 0 && p->account->auth == AUTH_OAUTH2)
		return err_set(e, ST_AUTH, "The server %s offers no log-in by "
			       "OAuth2.", p->account->receive.host);
	p->login = mech ? sasl_mech_name(mech) : "USER";
	st = p->host->secret(p->host->ctx, p->refused, &secret, e);
	if (st == ST_OK)
		st = check_words(p, secret, e);
	if (st == ST_OK && mech)
		st = login_sasl(p, mech, secret, e);
	else if (st == ST_OK)
		st = login_user(p, secret, e);
	driver_wipe(secret);
	return st;
}
