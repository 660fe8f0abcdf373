/*
 * starttls.c - STARTTLS for IMAP (RFC 9051 6.2.1), POP (RFC 2595 4) and SMTP
 * (RFC 3207)
 */
#include "net/starttls.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#include <glib.h>

#include "base/clock.h"

#define LINE_MAX_OCTETS 4096
#define LINES_MAX 64

struct talk {
	int fd, wake;
	int64_t deadline;
	const char *host;
	char line[LINE_MAX_OCTETS + 1];
};

static enum st
wait_for(struct talk *t, short events, struct err *e)
{
	struct pollfd p[2] = { { .fd = t->fd, .events = events },
			       { .fd = t->wake, .events = POLLIN } };
	int n = poll(p, 2, clock_left(t->deadline));

	if (n > 0 && p[1].revents)
		return err_set(e, ST_CANCELLED,
			       "The connection was interrupted.");
	if (n == 0)
		return err_set(e, ST_RETRY, "The server %s is silent.",
			       t->host);
	return ST_OK;
}

static enum st
lost(struct talk *t, struct err *e)
{
	return err_set(e, ST_RETRY, "The connection to %s was lost before "
		       "TLS began.", t->host);
}

/* One line into t->line, without its end. */
static enum st
read_line(struct talk *t, struct err *e)
{
	for (size_t n = 0; n < LINE_MAX_OCTETS;) {
		ssize_t got = recv(t->fd, t->line + n, 1, 0);

		if (got == 0 || (got < 0 && errno != EAGAIN &&
				 errno != EINTR))
			return lost(t, e);
		if (got < 0) {
			enum st st = wait_for(t, POLLIN, e);

			if (st != ST_OK)
				return st;
			continue;
		}
		if (t->line[n] == '\n') {
			if (n > 0 && t->line[n - 1] == '\r')
				n--;
			t->line[n] = '\0';
			return ST_OK;
		}
		n++;
	}
	return err_set(e, ST_PROTOCOL, "The server %s sent an endless line "
		       "before TLS began.", t->host);
}

static enum st
say(struct talk *t, const char *words, struct err *e)
{
	size_t at = 0, len = strlen(words);

	while (at < len) {
		ssize_t n = send(t->fd, words + at, len - at, MSG_NOSIGNAL);
		enum st st;

		if (n > 0) {
			at += (size_t)n;
			continue;
		}
		if (n == 0 || (errno != EAGAIN && errno != EINTR))
			return lost(t, e);
		st = wait_for(t, POLLOUT, e);
		if (st != ST_OK)
			return st;
	}
	return ST_OK;
}

static bool
begins(const struct talk *t, const char *words)
{
	return g_ascii_strncasecmp(t->line, words, strlen(words)) == 0;
}

/* Read lines until last() says it has seen the end of the answer. */
static enum st
read_until(struct talk *t, bool (*last)(const struct talk *t), struct err *e)
{
	for (int i = 0; i < LINES_MAX; i++) {
		enum st st = read_line(t, e);

		if (st != ST_OK || last(t))
			return st;
	}
	return err_set(e, ST_PROTOCOL, "The server %s talks without end "
		       "before TLS began.", t->host);
}

static bool
any_line(const struct talk *t)
{
	return true;
}

static bool
tagged(const struct talk *t)
{
	return begins(t, "v0 ");
}

static bool
final_code(const struct talk *t)
{
	return strlen(t->line) < 4 || t->line[3] != '-';
}

static const struct dialect {
	const char *greeting;	/* how a good one begins */
	const char *hello;	/* SMTP speaks first */
	const char *ask, *yes;
	bool (*last)(const struct talk *t);
	const char *made_up;
} dialects[] = {
	[PROTO_IMAP] = { "* OK", NULL, "v0 STARTTLS\r\n", "v0 OK", tagged,
			 "* OK ready\r\n" },
	[PROTO_POP] = { "+OK", NULL, "STLS\r\n", "+OK", any_line,
			"+OK ready\r\n" },
	[PROTO_SMTP] = { "220", "EHLO [127.0.0.1]\r\n", "STARTTLS\r\n", "220",
			 final_code, "220 ready\r\n" },
};

static enum st
greeted(struct talk *t, const struct dialect *d, struct err *e)
{
	enum st st = read_until(t, d->hello ? final_code : any_line, e);

	if (st != ST_OK)
		return st;
	if (begins(t, "* PREAUTH"))
		return err_set(e, ST_PROTOCOL, "The server %s says it is "
			       "logged in already, before TLS began: that is "
			       "how the encryption is taken away, so verso "
			       "stops here.", t->host);
	if (!begins(t, d->greeting))
		return err_set(e, ST_RETRY, "The server %s does not want to "
			       "talk now.", t->host);
	if (!d->hello)
		return ST_OK;
	st = say(t, d->hello, e);
	return st == ST_OK ? read_until(t, final_code, e) : st;
}

enum st
starttls_negotiate(int fd, int wake, enum protocol proto, const char *host,
		   int timeout_ms, struct err *e)
{
	const struct dialect *d = &dialects[proto];
	struct talk t = { .fd = fd, .wake = wake, .host = host,
			  .deadline = clock_ms() + timeout_ms };
	char extra;
	enum st st = greeted(&t, d, e);

	if (st == ST_OK)
		st = say(&t, d->ask, e);
	if (st == ST_OK)
		st = read_until(&t, d->last, e);
	if (st != ST_OK)
		return st;
	if (!begins(&t, d->yes))
		return err_set(e, ST_PROTOCOL, "The server %s refuses "
			       "STARTTLS, which this account requires; "
			       "nothing was sent in clear.", host);
	/* TLS begins with us: whatever is there already was put there. */
	if (recv(fd, &extra, 1, MSG_PEEK) > 0)
		return err_set(e, ST_PROTOCOL, "The server %s sent more than "
			       "its consent to STARTTLS: somebody may be "
			       "putting words into the connection.", host);
	return ST_OK;
}

const char *
starttls_greeting(enum protocol proto)
{
	return dialects[proto].made_up;
}
