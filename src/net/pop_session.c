/*
 * pop_session.c - libetpan's POP3 session over a stream of our own
 */
#include "net/pop_session.h"

#include <stdlib.h>
#include <string.h>

#include <glib.h>
#include <libetpan/libetpan.h>

/* A line of an answer, and the lines of one answer, at most. */
#define LINE_MAX_OCTETS 4096
#define LINES_MAX 1000
#define BUFFER_OCTETS 4096

struct pop_session {
	struct stream *stream;
	mailpop3 *etpan;
	GString *line;		/* what libetpan has still to read … */
	size_t at;		/* … from here on */
	GString *status;	/* the first line of the running answer */
	unsigned lines;
	bool over;		/* nothing goes in or out any more */
	enum st st;		/* why */
	struct err err;
};

/* ---- the stream as libetpan sees it ---- */

static ssize_t
failed(struct pop_session *s, enum st st)
{
	s->over = true;
	s->st = st;
	return -1;		/* 0 would make libetpan ask for ever */
}

/* The next line into s->line. */
static enum st
next_line(struct pop_session *s)
{
	const char *line;
	size_t len;
	enum st st;

	if (s->lines++ >= LINES_MAX)
		return err_set(&s->err, ST_PROTOCOL, "An answer of the server "
			       "is longer than %d lines.", LINES_MAX);
	st = stream_line(s->stream, LINE_MAX_OCTETS, &line, &len, &s->err);
	if (st != ST_OK)
		return st;
	g_string_truncate(s->line, 0);
	g_string_append_len(s->line, line, (gssize)len);
	if (s->lines == 1)
		g_string_assign(s->status, s->line->str);
	g_string_append(s->line, "\r\n");
	s->at = 0;
	return ST_OK;
}

static ssize_t
low_read(mailstream_low *low, void *buf, size_t count)
{
	struct pop_session *s = low->data;
	enum st st;
	size_t n;

	if (s->over)
		return -1;
	if (s->at == s->line->len && (st = next_line(s)) != ST_OK)
		return failed(s, st);
	n = MIN(count, s->line->len - s->at);
	memcpy(buf, s->line->str + s->at, n);
	s->at += n;
	return (ssize_t)n;
}

static ssize_t
low_write(mailstream_low *low, const void *buf, size_t count)
{
	struct pop_session *s = low->data;
	enum st st;

	if (s->over)
		return -1;
	s->lines = 0;
	g_string_truncate(s->status, 0);
	stream_put(s->stream, buf, count);
	stream_round_trip(s->stream);
	st = stream_flush(s->stream, &s->err);
	return st == ST_OK ? (ssize_t)count : failed(s, st);
}

static int
low_close(mailstream_low *low)
{
	struct pop_session *s = low->data;

	s->over = true;		/* the stream itself is its owner's */
	return 0;
}

static void
low_free(mailstream_low *low)
{
	free(low);
}

static int
low_get_fd(mailstream_low *low)
{
	(void)low;
	return -1;		/* nobody but the stream waits on it */
}

static mailstream_low_driver low_driver = {
	.mailstream_read = low_read,
	.mailstream_write = low_write,
	.mailstream_close = low_close,
	.mailstream_get_fd = low_get_fd,
	.mailstream_free = low_free,
};

/* ---- the session ---- */

struct pop_session *
pop_session_new(struct stream *stream)
{
	struct pop_session *s = g_new0(struct pop_session, 1);

	s->stream = stream;
	s->line = g_string_new(NULL);
	s->status = g_string_new(NULL);
	s->etpan = mailpop3_new(0, NULL);
	return s;
}

void
pop_session_free(struct pop_session *s)
{
	if (!s)
		return;
	s->over = true;		/* or libetpan would say QUIT */
	mailpop3_free(s->etpan);
	g_string_free(s->line, TRUE);
	g_string_free(s->status, TRUE);
	g_free(s);
}

/* What came of a call that libetpan says went well or not. */
static enum st
outcome(struct pop_session *s, bool well, struct pop_reply *reply,
	struct err *e)
{
	if (s->st != ST_OK) {
		if (e)
			*e = s->err;
		return s->st;
	}
	*reply = pop_reply_parse(s->status->str, s->status->len);
	if (reply->kind == (well ? POP_OK : POP_ERR))
		return ST_OK;
	return err_set(e, ST_PROTOCOL, "The server does not speak POP3: an "
		       "answer begins neither with +OK nor with -ERR.");
}

enum st
pop_session_greeting(struct pop_session *s, struct pop_reply *reply,
		     struct err *e)
{
	mailstream_low *low = mailstream_low_new(s, &low_driver);
	mailstream *ms = low ? mailstream_new(low, BUFFER_OCTETS) : NULL;

	if (!ms) {
		free(low);
		return err_set(e, ST_LOCAL, "There is no memory left.");
	}
	return outcome(s, mailpop3_connect(s->etpan, ms) ==
				  MAILPOP3_NO_ERROR, reply, e);
}

/* One capability, put together again as the line it was. */
static void
take_capa(struct pop_capa *capa, const struct mailpop3_capa *c)
{
	GString *line = g_string_new(c->cap_name);

	for (clistiter *i = clist_begin(c->cap_param); i; i = clist_next(i))
		g_string_append_printf(line, " %s", (char *)clist_content(i));
	pop_capa_line(capa, line->str, line->len);
	g_string_free(line, TRUE);
}

enum st
pop_session_capa(struct pop_session *s, struct pop_capa *capa, struct err *e)
{
	struct pop_reply reply;
	clist *list = NULL;
	int r = mailpop3_capa(s->etpan, &list);
	enum st st = outcome(s, r == MAILPOP3_NO_ERROR, &reply, e);

	if (r != MAILPOP3_NO_ERROR)
		return st;
	capa->known = true;
	for (clistiter *i = clist_begin(list); i; i = clist_next(i))
		take_capa(capa, clist_content(i));
	mailpop3_capa_resp_free(list);
	return st;
}

enum st
pop_session_quit(struct pop_session *s, struct pop_reply *reply,
		 struct err *e)
{
	bool well;

	/* Not all versions of libetpan tell what QUIT was answered. */
	mailpop3_quit(s->etpan);
	well = pop_reply_parse(s->status->str, s->status->len).kind == POP_OK;
	return outcome(s, well, reply, e);
}
