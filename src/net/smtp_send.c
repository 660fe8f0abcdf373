/*
 * smtp_send.c - one letter: its envelope, its text, and what became of it
 *
 * Until the line with the dot has gone out nobody has the letter; from then
 * on, until its answer has come, nobody knows.
 */
#include "net/smtp_state.h"

#include <inttypes.h>
#include <string.h>

/* Commands that go out together, so that neither side's buffers run full
 * while the other writes. */
#define WINDOW 100
#define CHUNK 32768
/* RFC 3461 4.4. */
#define ENVID_MAX 100
/* RFC 5321 4.5.3.2.6: ten minutes for the answer to the dot, where others
 * have one. */
#define DOT_PATIENCE 10
/* Who wants to end waits so long for that answer: in most cases it is on its
 * way, and without it nobody knows who has the letter. */
#define LAST_MS 5000

/* The envelope as numbered commands. */
enum { CMD_RSET, CMD_MAIL, CMD_RCPT };

struct sending {
	struct smtp *s;
	struct smtp_letter *l;
	bool utf8;
	size_t data;		/* the number of DATA */
	int mail;		/* what MAIL and DATA were answered */
	int go;
	size_t accepted;	/* recipients */
	bool later;		/* one of the others may be asked again */
	enum smtp_fate fate;
	char **said;
};

static void
keep_said(struct sending *g)
{
	g_free(*g->said);
	*g->said = smtp_said(&g->s->reply);
}

/* The server's word is the last one on this letter. */
static enum st
refuse(struct sending *g, const char *what, struct err *e)
{
	g->fate = g->s->reply.code / 100 == 4 ? SMTP_LATER : SMTP_REFUSED;
	keep_said(g);
	return smtp_refusal(g->s, ST_REFUSED, what, e);
}

static enum st
nonsense(struct sending *g, struct err *e)
{
	return smtp_broken(g->s, err_set(e, ST_PROTOCOL, "The server %s gave "
					 "an answer that makes no sense "
					 "here: %s",
					 g->s->account->send.host,
					 g->s->reply.text->str));
}

/* ---- before anything is sent ---- */

static enum st
check_address(struct sending *g, const char *address, struct err *e)
{
	if (smtp_address_ok(address)) {
		g->utf8 |= smtp_address_utf8(address);
		return ST_OK;
	}
	return err_set(e, ST_REFUSED, "“%s” is no address that mail can be "
		       "sent to or from.", address ? address : "");
}

static enum st
check_addresses(struct sending *g, struct err *e)
{
	enum st st = ST_OK;

	if (g->l->from && *g->l->from)
		st = check_address(g, g->l->from, e);
	for (size_t i = 0; st == ST_OK && i < g->l->rcpts; i++)
		st = check_address(g, g->l->rcpt[i].address, e);
	if (g->l->rcpts == 0)
		st = err_set(e, ST_REFUSED, "The letter has no recipients.");
	return st;
}

/* Does the server take such letters at all? */
static enum st
check_letter(struct sending *g, struct err *e)
{
	const struct smtp_limits *limits = &g->s->hello.limits;
	const char *host = g->s->account->send.host;
	enum st st;

	g->fate = SMTP_REFUSED;
	g->utf8 = g->l->utf8;
	st = check_addresses(g, e);
	if (st != ST_OK)
		return st;
	if (g->utf8 && !limits->utf8)
		return err_set(e, ST_REFUSED, "The server %s takes no letter "
			       "with UTF-8 in its addresses or headers.",
			       host);
	if (limits->size > 0 && g->l->size > limits->size)
		return err_set(e, ST_REFUSED, "The letter has %" PRIi64
			       " octets, and the server %s takes at most %"
			       PRIi64 ".", g->l->size, host, limits->size);
	if (g->l->eight_bit && !limits->eight_bit) {
		g->fate = SMTP_SEVEN_BIT;
		return err_set(e, ST_REFUSED, "The server %s takes no letter "
			       "with octets above 127.", host);
	}
	g->fate = SMTP_LATER;
	return ST_OK;
}

/* ---- the envelope ---- */

static void
put_mail(struct sending *g)
{
	const struct smtp_hello *hello = &g->s->hello;
	const struct smtp_letter *l = g->l;
	GString *line = g_string_new("MAIL FROM:<");

	g_string_append_printf(line, "%s>", l->from ? l->from : "");
	if (hello->size && l->size > 0)
		g_string_append_printf(line, " SIZE=%" PRIi64, l->size);
	if ((l->eight_bit || g->utf8) && hello->limits.eight_bit)
		g_string_append(line, " BODY=8BITMIME");
	if (g->utf8)
		g_string_append(line, " SMTPUTF8");
	if (l->receipt && hello->limits.dsn) {
		GString *id = g_string_new(NULL);

		smtp_append_xtext(id, l->envid ? l->envid : "");
		g_string_append(line, " RET=HDRS");
		if (id->len > 0 && id->len <= ENVID_MAX)
			g_string_append_printf(line, " ENVID=%s", id->str);
		g_string_free(id, TRUE);
	}
	g_string_append(line, "\r\n");
	stream_put(g->s->stream, line->str, line->len);
	g_string_free(line, TRUE);
}

static void
put_command(struct sending *g, size_t n)
{
	struct stream *stream = g->s->stream;
	const char *notify = g->l->receipt && g->s->hello.limits.dsn
				     ? " NOTIFY=SUCCESS,FAILURE,DELAY" : "";

	if (n == CMD_RSET)
		stream_printf(stream, "RSET\r\n");
	else if (n == CMD_MAIL)
		put_mail(g);
	else if (n < g->data)
		stream_printf(stream, "RCPT TO:<%s>%s\r\n",
			      g->l->rcpt[n - CMD_RCPT].address, notify);
	else
		stream_printf(stream, "DATA\r\n");
}

static void
take_rcpt(struct sending *g, struct smtp_rcpt *rcpt)
{
	int code = g->s->reply.code;

	rcpt->code = code;
	rcpt->said = smtp_said(&g->s->reply);
	g->accepted += code / 100 == 2;
	g->later |= code / 100 == 4;
}

/* What the n-th command was answered. */
static enum st
take_reply(struct sending *g, size_t n, struct err *e)
{
	int code = g->s->reply.code;

	if (n == CMD_RSET && code / 100 != 2)
		return nonsense(g, e);
	if (n < g->data ? code / 100 == 3 : code / 100 < 4 && code != 354)
		return nonsense(g, e);
	if (n == CMD_MAIL) {
		g->mail = code;
		if (code / 100 != 2)
			keep_said(g);
	} else if (n >= CMD_RCPT && n < g->data && g->mail / 100 == 2) {
		take_rcpt(g, &g->l->rcpt[n - CMD_RCPT]);
	} else if (n == g->data) {
		g->go = code;
	}
	return ST_OK;
}

/* Nothing more need be asked before the n-th command. */
static bool
is_settled(const struct sending *g, size_t n)
{
	return n > g->data || (g->mail > 0 && g->mail / 100 != 2) ||
	       (n == g->data && g->accepted == 0);
}

static enum st
exchange(struct sending *g, struct err *e)
{
	struct smtp *s = g->s;
	size_t n = s->dirty ? CMD_RSET : CMD_MAIL;

	while (!is_settled(g, n)) {
		size_t end = n + (s->hello.limits.pipelining ? WINDOW : 1);

		end = MIN(end, g->data + 1);
		for (size_t i = n; i < end; i++)
			put_command(g, i);
		for (size_t i = n; i < end; i++) {
			enum st st = i == n ? smtp_ask(s, e)
					    : smtp_answer(s, e);

			if (st == ST_OK)
				st = take_reply(g, i, e);
			if (st != ST_OK)
				return st;
		}
		n = end;
	}
	return ST_OK;
}

/* The server waits for a text that nobody is to have (RFC 2920 3.1): the dot
 * alone. */
static enum st
send_nothing(struct sending *g, struct err *e)
{
	stream_printf(g->s->stream, ".\r\n");
	return smtp_ask(g->s, e);
}

/* Of a refused MAIL; s->reply may be another's by now. */
static enum st
refuse_mail(struct sending *g, struct err *e)
{
	enum st st = g->mail == 530 ? ST_AUTH : ST_REFUSED;

	g->fate = g->mail / 100 == 4 || st == ST_AUTH ? SMTP_LATER
						      : SMTP_REFUSED;
	err_set(e, st, "The server %s refused to take the letter: %s",
		g->s->account->send.host, *g->said);
	return st == ST_AUTH ? smtp_broken(g->s, st) : st;
}

static enum st
refuse_rcpts(struct sending *g, struct err *e)
{
	const struct smtp_rcpt *last = &g->l->rcpt[g->l->rcpts - 1];

	g->fate = g->later ? SMTP_LATER : SMTP_REFUSED;
	g_free(*g->said);
	*g->said = g_strdup(last->said);
	return err_set(e, ST_REFUSED, "The server %s refused %s: %s",
		       g->s->account->send.host,
		       g->l->rcpts == 1 ? "the recipient"
					: "all recipients, the last one",
		       last->said);
}

/* ST_OK: the server waits for the text. */
static enum st
send_envelope(struct sending *g, struct err *e)
{
	enum st st = exchange(g, e);

	if (st != ST_OK)
		return st;
	g->s->dirty = true;
	if (g->go == 354 && g->accepted == 0)
		st = send_nothing(g, e);
	if (st != ST_OK)
		return st;
	if (g->mail / 100 != 2)
		return refuse_mail(g, e);
	if (g->accepted == 0)
		return refuse_rcpts(g, e);
	return g->go == 354 ? ST_OK : refuse(g, "take the letter", e);
}

/* ---- the text ---- */

/* A server that speaks in the middle of the text has had enough of it. */
static enum st
heed(struct sending *g, struct err *e)
{
	struct smtp *s = g->s;
	enum st st = stream_take(s->stream, e);
	size_t len;

	stream_peek(s->stream, &len);
	if (len == 0)
		return smtp_broken(s, st);
	st = smtp_answer(s, e);
	if (st == ST_OK && s->reply.code / 100 < 4)
		return nonsense(g, e);
	if (st == ST_OK)
		st = smtp_broken(s, refuse(g, "take the letter", e));
	return st;
}

static enum st
send_wire(struct sending *g, GString *wire, struct err *e)
{
	enum st st;

	stream_put(g->s->stream, wire->str, wire->len);
	g_string_truncate(wire, 0);
	st = stream_flush(g->s->stream, e);
	/* Why it went away may be there to read. */
	if (st == ST_OK || st == ST_RETRY) {
		enum st heard = heed(g, e);

		st = heard == ST_OK ? st : heard;
	}
	return smtp_broken(g->s, st);
}

/* All of it but the dot. */
static enum st
send_lines(struct sending *g, char *buf, GString *wire, struct err *e)
{
	struct smtp_dots dots = { .inside = false };
	size_t len = 1;
	enum st st = ST_OK;

	while (st == ST_OK && len > 0) {
		st = g->l->read(g->l->ctx, buf, CHUNK, &len, e);
		if (st != ST_OK)
			return smtp_broken(g->s, st);
		if (!smtp_dots_add(&dots, wire, buf, len)) {
			g->fate = SMTP_REFUSED;
			st = err_set(e, ST_REFUSED, "The letter has a NUL in "
				     "it, which mail cannot carry.");
			return smtp_broken(g->s, st);
		}
		if (len == 0)
			smtp_dots_end(&dots, wire);
		st = send_wire(g, wire, e);
	}
	return st;
}

/* The answer to the dot may take its time. */
static enum st
await_verdict(struct smtp *s, struct err *e)
{
	int ms = MAX(s->account->timeout, 1) * DOT_PATIENCE * 1000;
	uint32_t woke = 0;
	enum st st;

	stream_round_trip(s->stream);
	st = stream_sleep(s->stream, 0, -1, ms, &woke, e);
	if (st == ST_CANCELLED &&
	    stream_sleep(s->stream, 0, -1, LAST_MS, &woke, NULL) == ST_OK &&
	    woke != WAKE_TIMEOUT)
		return smtp_answer(s, e);
	if (st == ST_OK && woke == WAKE_TIMEOUT)
		st = err_set(e, ST_RETRY, "The server %s has been silent for "
			     "%d seconds.", s->account->send.host, ms / 1000);
	return st == ST_OK ? smtp_answer(s, e) : smtp_broken(s, st);
}

/* Whether any octet of the dot may have left is told by what was counted. */
static enum st
send_dot(struct sending *g, struct err *e)
{
	struct smtp *s = g->s;
	uint64_t trips, in, before, after;
	enum st st;

	stream_traffic(s->stream, &trips, &in, &before);
	stream_printf(s->stream, ".\r\n");
	st = stream_flush(s->stream, e);
	stream_traffic(s->stream, &trips, &in, &after);
	if (st != ST_OK && after == before)
		return smtp_broken(s, st);
	smtp_reply_init(&s->reply);
	st = st == ST_OK ? await_verdict(s, e) : smtp_broken(s, st);
	if (st == ST_OK && s->reply.code / 100 == 3)
		st = nonsense(g, e);
	if (st != ST_OK && s->reply.code != 421) {
		g->fate = SMTP_UNSURE;
		if (e)
			err_prefix(e, "The letter may have been sent, or "
				   "not: ");
		return st;
	}
	keep_said(g);
	if (st != ST_OK)
		return st;
	if (s->reply.code / 100 != 2)
		return refuse(g, "take the letter", e);
	g->fate = SMTP_SENT;
	s->dirty = false;
	return ST_OK;
}

static enum st
send_text(struct sending *g, struct err *e)
{
	char *buf = g_malloc(CHUNK);
	GString *wire = g_string_sized_new(CHUNK + CHUNK / 16);
	enum st st = send_lines(g, buf, wire, e);

	g_string_free(wire, TRUE);
	g_free(buf);
	if (st == ST_OK)
		st = smtp_broken(g->s, g->l->commit(g->l->ctx, e));
	return st == ST_OK ? send_dot(g, e) : st;
}

/* ---- the whole ---- */

enum st
smtp_send(struct smtp *s, struct smtp_letter *letter, enum smtp_fate *fate,
	  char **said, struct err *e)
{
	struct sending g = { .s = s, .l = letter, .said = said,
			     .data = CMD_RCPT + letter->rcpts };
	enum st st;

	*fate = SMTP_LATER;
	*said = NULL;
	for (size_t i = 0; i < letter->rcpts; i++) {
		letter->rcpt[i].code = 0;
		letter->rcpt[i].said = NULL;
	}
	if (!s->open)
		return err_set(e, ST_RETRY, "There is no connection.");
	st = check_letter(&g, e);
	if (st == ST_OK)
		st = send_envelope(&g, e);
	if (st == ST_OK)
		st = send_text(&g, e);
	if (st == ST_RETRY && s->reply.code == 421 && !*said)
		keep_said(&g);
	*fate = g.fate;
	return st;
}
