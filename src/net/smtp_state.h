/*
 * smtp_state.h - what a session with a submission server is made of
 *
 * Shared by the smtp*.c files; nobody else includes it.
 *   smtp.c        opening and closing, commands and replies
 *   smtp_login.c  the ways to log in
 *   smtp_send.c   a letter: its envelope, its text, what became of it
 *   smtp_parse.c  the words themselves
 */
#ifndef VERSO_NET_SMTP_STATE_H
#define VERSO_NET_SMTP_STATE_H

#include "net/smtp.h"
#include "net/smtp_parse.h"
#include "net/stream.h"

/* A line of a reply may be this long (RFC 5321 4.5.3.1.5 says 512). */
#define SMTP_LINE_MAX 4096

struct smtp {
	const struct account *account;
	const struct driver_host *host;
	struct stream *stream;
	bool open;
	bool refused;		/* the last secret was */
	bool dirty;		/* a letter was begun and not sent: RSET */
	const char *login;	/* how it logged in, NULL: not at all */
	struct smtp_hello hello;
	struct smtp_reply reply;	/* the last one */
};

/* ---- smtp.c: for all files ---- */

/* Unless st is ST_OK the connection is of no more use; st comes back. */
enum st
smtp_broken(struct smtp *s, enum st st);

/* The next reply into s->reply.  What is no reply, and 421 (the server
 * leaves: ST_RETRY), ends the session. */
enum st
smtp_answer(struct smtp *s, struct err *e);

/* Send what was put into the buffer, and wait for the first reply to it. */
enum st
smtp_ask(struct smtp *s, struct err *e);

/* "The server refused to WHAT: WORDS", from s->reply. */
enum st
smtp_refusal(struct smtp *s, enum st st, const char *what, struct err *e);

/* The reply's words for a person; the caller frees. */
char *
smtp_said(const struct smtp_reply *reply);

/* ---- smtp_login.c ---- */

enum st
smtp_login(struct smtp *s, struct err *e);

#endif
