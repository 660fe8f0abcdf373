/*
 * smtp.c - a session with a submission server: opening, closing, replies
 */
#include "net/smtp_state.h"

#include "base/text.h"

/* Nobody waits longer for a farewell. */
#define FAREWELL_MS 5000
/* Octets of the server's words in a sentence. */
#define WORDS_MAX 300

struct smtp *
smtp_new(const struct account *account, const struct driver_host *host)
{
	struct smtp *s = g_new0(struct smtp, 1);

	s->account = account;
	s->host = host;
	s->stream = stream_new(account);
	smtp_reply_init(&s->reply);
	return s;
}

void
smtp_free(struct smtp *s)
{
	if (!s)
		return;
	stream_free(s->stream);
	smtp_reply_clear(&s->reply);
	g_free(s);
}

bool
smtp_is_open(const struct smtp *s)
{
	return s->open;
}

const struct smtp_limits *
smtp_limits(const struct smtp *s)
{
	return &s->hello.limits;
}

void
smtp_interrupt(struct smtp *s)
{
	stream_interrupt(s->stream);
}

void
smtp_facts(const struct smtp *s, struct driver_facts *out)
{
	stream_facts(s->stream, out);
	out->login = s->login;
}

void
smtp_traffic(const struct smtp *s, uint64_t *round_trips, uint64_t *received,
	     uint64_t *sent)
{
	stream_traffic(s->stream, round_trips, received, sent);
}

/* ---- replies ---- */

enum st
smtp_broken(struct smtp *s, enum st st)
{
	if (st == ST_OK)
		return st;
	s->open = false;
	stream_close(s->stream);
	return st;
}

char *
smtp_said(const struct smtp_reply *reply)
{
	char *text = text_to_utf8(reply->text->str, reply->text->len);
	char *safe = text_gate_line(text);

	g_free(text);
	return safe;
}

enum st
smtp_refusal(struct smtp *s, enum st st, const char *what, struct err *e)
{
	char *text = text_to_utf8(s->reply.text->str,
				  MIN(s->reply.text->len, WORDS_MAX));

	err_set(e, st, "The server %s refused to %s: %s",
		s->account->send.host, what, text);
	g_free(text);
	return st;
}

/* The lines of one reply; each goes to line() as well, when that is given. */
static enum st
read_reply(struct smtp *s,
	   void (*line)(struct smtp_hello *h, const char *words, size_t len),
	   struct err *e)
{
	enum smtp_line kind = SMTP_LINE_MORE;

	smtp_reply_init(&s->reply);
	while (kind == SMTP_LINE_MORE) {
		const char *text, *words;
		size_t len, words_len;
		enum st st = stream_line(s->stream, SMTP_LINE_MAX, &text,
					 &len, e);

		if (st != ST_OK)
			return smtp_broken(s, st);
		kind = smtp_reply_line(&s->reply, text, len, &words,
				       &words_len);
		if (kind != SMTP_LINE_BAD && line && s->reply.lines > 1)
			line(&s->hello, words, words_len);
	}
	if (kind == SMTP_LINE_BAD)
		return smtp_broken(s, err_set(e, ST_PROTOCOL, "The server %s "
					      "does not speak SMTP: what came "
					      "is no reply.",
					      s->account->send.host));
	if (s->reply.code == 421)
		return smtp_broken(s, smtp_refusal(s, ST_RETRY, "go on", e));
	return ST_OK;
}

enum st
smtp_answer(struct smtp *s, struct err *e)
{
	return read_reply(s, NULL, e);
}

static enum st
send_words(struct smtp *s, struct err *e)
{
	stream_round_trip(s->stream);
	return smtp_broken(s, stream_flush(s->stream, e));
}

enum st
smtp_ask(struct smtp *s, struct err *e)
{
	enum st st = send_words(s, e);

	return st == ST_OK ? read_reply(s, NULL, e) : st;
}

/* ---- opening and closing ---- */

/* A server that does not know EHLO takes HELO and offers nothing. */
static enum st
say_hello(struct smtp *s, struct err *e)
{
	enum st st;

	s->hello = (struct smtp_hello){ .auth = false };
	stream_printf(s->stream, "EHLO [127.0.0.1]\r\n");
	st = send_words(s, e);
	if (st == ST_OK)
		st = read_reply(s, smtp_hello_line, e);
	if (st != ST_OK || s->reply.code / 100 == 2)
		return st;
	s->hello = (struct smtp_hello){ .auth = false };
	if (s->reply.code / 100 == 5) {
		stream_printf(s->stream, "HELO [127.0.0.1]\r\n");
		st = smtp_ask(s, e);
	}
	if (st == ST_OK && s->reply.code / 100 != 2)
		st = smtp_refusal(s, ST_RETRY, "begin a session", e);
	return st;
}

static enum st
begin(struct smtp *s, struct err *e)
{
	enum st st;

	stream_round_trip(s->stream);
	st = stream_open(s->stream, &s->account->send, e);
	if (st == ST_OK)
		st = smtp_answer(s, e);
	if (st == ST_OK && s->reply.code != 220)
		st = smtp_refusal(s, ST_RETRY, "begin a session", e);
	if (st == ST_OK)
		st = say_hello(s, e);
	if (st == ST_OK)
		st = smtp_login(s, e);
	return st;
}

enum st
smtp_open(struct smtp *s, struct err *e)
{
	enum st st;

	smtp_broken(s, ST_RETRY);
	s->login = NULL;
	s->dirty = false;
	s->hello = (struct smtp_hello){ .auth = false };
	if (s->account->send.proto != PROTO_SMTP)
		return err_set(e, ST_CONFIG, "The account %s has no server to "
			       "send by.", s->account->name);
	st = smtp_broken(s, begin(s, e));
	if (st != ST_OK)
		return st;
	s->open = true;
	stream_welcome(s->stream);
	return ST_OK;
}

void
smtp_close(struct smtp *s)
{
	if (s->open) {
		stream_patience(s->stream, FAREWELL_MS);
		stream_printf(s->stream, "QUIT\r\n");
		smtp_ask(s, NULL);
		stream_patience(s->stream, 0);
	}
	smtp_broken(s, ST_RETRY);
}
