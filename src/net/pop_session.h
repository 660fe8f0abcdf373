/*
 * pop_session.h - libetpan's POP3 session over a stream of our own
 *
 * libetpan's mailpop3 makes the session: it reads the greeting, asks CAPA and
 * says QUIT.  It sees the connection through a mailstream
 * that gives it one bounded line after another, so that it never holds an
 * octet more than the answer it waits for; what it cannot be trusted with
 * (LIST, UIDL, RETR, secrets) is written and read beside it, on the stream.
 */
#ifndef VERSO_NET_POP_SESSION_H
#define VERSO_NET_POP_SESSION_H

#include "net/pop_parse.h"
#include "net/stream.h"

struct pop_session;

/* A session on a connection that was just opened.  stream must outlive it. */
struct pop_session *
pop_session_new(struct stream *stream);
/* Says nothing more to the server.  Takes NULL. */
void
pop_session_free(struct pop_session *s);

/*
 * The calls of the session.  *reply is the answer's status line, borrowed
 * until the next call; -ERR is ST_OK here.  Failures are those of the
 * stream, and ST_PROTOCOL for what is no answer of POP3.
 */
enum st
pop_session_greeting(struct pop_session *s, struct pop_reply *reply,
		     struct err *e);
/* capa->known is false where the server has no CAPA. */
enum st
pop_session_capa(struct pop_session *s, struct pop_capa *capa,
		 struct err *e);
enum st
pop_session_quit(struct pop_session *s, struct pop_reply *reply,
		 struct err *e);

#endif
