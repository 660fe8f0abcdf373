/*
 * imap_login.c - greeting, capabilities, log-in, ENABLE
 */
#include "net/imap_state.h"

#include <string.h>

#include "net/sasl.h"

static enum st
greeting(struct imap *im, struct err *e)
{
	enum st st;

	im->preauth = false;
	st = imap_read(im, e);
	if (st == ST_OK && !g_str_has_prefix(im->answer->str, "* "))
		return imap_broken(im, err_set(
			e, ST_PROTOCOL, "The server %s does not greet as IMAP "
			"servers do.", im->account->receive.host));
	if (st == ST_OK && im->preauth &&
	    im->account->receive.transport != TRANSPORT_TLS)
		return imap_broken(im, err_set(
			e, ST_PROTOCOL, "The server %s says it is logged in "
			"already, over a connection that does not prove it.",
			im->account->receive.host));
	return st;
}

static enum st
ask_capabilities(struct imap *im, struct err *e)
{
	if (im->caps_known)
		return ST_OK;
	imap_capabilities_parse(im, "");
	im->caps_known = false;
	return imap_ask(im, e, "say what it can do", "CAPABILITY");
}

/* ---- SASL -------------------------------------------------------------- */

/* Challenges and answers until the tagged reply. */
static enum st
converse(struct imap *im, struct sasl *sasl, unsigned tag, char *initial,
	 struct imap_reply *reply, struct err *e)
{
	enum st st = ST_OK;

	for (;;) {
		char *answer = NULL;

		im->wants.continued = false;
		while (st == ST_OK && !im->wants.continued &&
		       im->replies->len == 0)
			st = imap_read(im, e);
		if (st != ST_OK)
			return st;
		if (!im->wants.continued)
			return imap_await(im, tag, reply, e);
		if (initial) {
			answer = g_strdup(strcmp(initial, "=") == 0
					  ? "" : initial);
			initial = NULL;
		} else {
			st = sasl_step(sasl, im->challenge,
				       strlen(im->challenge), &answer,
				       e);
		}
		if (st != ST_OK)
			return imap_broken(im, st);
		stream_put(im->stream, answer, strlen(answer));
		stream_put(im->stream, "\r\n", 2);
		driver_wipe(answer);
		st = imap_flush(im, e);
	}
}

static enum st
authenticate(struct imap *im, uint32_t mech, const char *secret,
	     struct imap_reply *reply, struct err *e)
{
	const struct account *a = im->account;
	struct sasl *sasl = sasl_new(mech, a->user, secret, a->receive.host,
				     a->receive.port);
	char *initial = sasl_initial(sasl);
	bool inline_ = initial && im->ext & IMAP_SASL_IR;
	unsigned tag = imap_put(im, "AUTHENTICATE %s%s%s",
				sasl_mech_name(mech), inline_ ? " " : "",
				inline_ ? initial : "");
	enum st st = imap_flush(im, e);

	im->wants = (struct imap_wants){ 0 };
	if (st == ST_OK)
		st = converse(im, sasl, tag, inline_ ? NULL : initial, reply,
			      e);
	if (st == ST_OK && reply->kind == IMAP_OK && !sasl_proven(sasl))
		st = imap_broken(im, err_set(
			e, ST_AUTH, "The server %s accepted the log-in "
			"without proving that it knows the password: it may "
			"be another.", a->receive.host));
	g_clear_pointer(&im->challenge, g_free);
	driver_wipe(initial);
	sasl_free(sasl);
	return st;
}

/* The LOGIN command, for servers with no mechanism that we speak.  It carries
 * ASCII alone (RFC 6855 5): no server says in which charset it would compare
 * anything else. */
static enum st
login_command(struct imap *im, const char *secret, struct imap_reply *reply,
	      struct err *e)
{
	bool ascii = g_str_is_ascii(im->account->user) &&
		     g_str_is_ascii(secret);
	char *user = imap_string(im, im->account->user);
	char *word = imap_string(im, secret);
	enum st st = ST_OK;

	if (user && word && ascii) {
		unsigned tag = imap_put(im, "LOGIN %s %s", user, word);

		st = imap_flush(im, e);
		if (st == ST_OK)
			st = imap_await(im, tag, reply, e);
	} else {
		st = imap_broken(im, err_set(
			e, ST_AUTH, "The user name or password of account %s "
			"has %s in it, which the only log-in that the server "
			"%s offers cannot carry.", im->account->name,
			ascii ? "a line break" : "letters beyond ASCII",
			im->account->receive.host));
	}
	driver_wipe(user);
	driver_wipe(word);
	return st;
}

/* ---- logging in -------------------------------------------------------- */

static enum st
no_way(struct imap *im, struct err *e)
{
	return imap_broken(im, err_set(
		e, ST_AUTH, "The server %s offers no way to log in that verso "
		"takes (%s).", im->account->receive.host,
		im->account->auth == AUTH_OAUTH2
			? "XOAUTH2 or OAUTHBEARER"
			: "SCRAM-SHA-256, PLAIN or LOGIN"));
}

static bool
may_come_back(const struct imap_reply *r)
{
	return g_str_has_prefix(r->code, "UNAVAILABLE") ||
	       g_str_has_prefix(r->code, "INUSE") ||
	       g_str_has_prefix(r->code, "LIMIT");
}

static enum st
login_refused(struct imap *im, const struct imap_reply *r, struct err *e)
{
	enum st st = may_come_back(r) ? ST_RETRY : ST_AUTH;

	im->refused = st == ST_AUTH;
	return imap_broken(im, err_set(
		e, st, "The server %s refused the log-in of %s: %s",
		im->account->receive.host, im->account->user,
		*r->text ? r->text : "it does not say why."));
}

static enum st
try_login(struct imap *im, const char *secret, struct imap_reply *reply,
	  struct err *e)
{
	uint32_t mech = sasl_choose(im->mechs, im->account->auth);

	im->caps_known = false;
	im->login = mech ? sasl_mech_name(mech) : "LOGIN";
	if (mech)
		return authenticate(im, mech, secret, reply, e);
	if (im->account->auth == AUTH_OAUTH2 || im->ext & IMAP_LOGINDISABLED)
		return no_way(im, e);
	return login_command(im, secret, reply, e);
}

static enum st
log_in(struct imap *im, struct err *e)
{
	struct imap_reply reply = { 0 };
	char *secret = NULL;
	enum st st = im->host->secret(im->host->ctx, im->refused, &secret, e);

	if (st != ST_OK)
		return imap_broken(im, st);
	st = try_login(im, secret, &reply, e);
	driver_wipe(secret);
	if (st == ST_OK && reply.kind != IMAP_OK)
		st = login_refused(im, &reply, e);
	if (st == ST_OK)
		im->refused = false;
	imap_reply_clear(&reply);
	return st;
}

/* Who we are, for those who look after the server (RFC 2971) and for the few
 * that let nobody in without, and what we speak.  It goes out with the next
 * command, and its end is not waited for: what counts is "* ENABLED". */
static void
introduce(struct imap *im)
{
	if (im->ext & IMAP_ID)
		imap_pass_over(im, imap_put(im, "ID (\"name\" \"verso\" "
					    "\"version\" \"%s\")",
					    PACKAGE_VERSION));
	if (im->caps & CAP_QRESYNC)
		imap_pass_over(im, imap_put(im, "ENABLE QRESYNC"));
}

enum st
imap_login(struct imap *im, struct err *e)
{
	enum st st;

	im->caps_known = im->qresync_on = false;
	stream_round_trip(im->stream);
	st = greeting(im, e);
	if (st == ST_OK)
		st = ask_capabilities(im, e);
	if (st == ST_OK && !im->preauth)
		st = log_in(im, e);
	if (st == ST_OK)
		st = ask_capabilities(im, e);
	if (st == ST_OK)
		introduce(im);
	return st;
}
