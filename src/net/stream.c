/*
 * stream.c - buffers, deadlines and interruption over a socket or TLS
 */
#include "net/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <glib.h>
#include <openssl/crypto.h>

#include "base/clock.h"
#include "net/connect.h"
#include "net/driver.h"
#include "net/starttls.h"
#include "net/tls.h"

#define BUFFER_SIZE (256 * 1024)
#define FLOOR_WINDOW_MS 60000

struct stream {
	const struct account *account;
	const char *host;	/* of the endpoint; borrowed while open */
	int fd;			/* -1: not connected */
	struct tls *tls;	/* NULL: plaintext */
	int wake[2];		/* stream_interrupt() writes to [1] */
	atomic_bool interrupted;
	char *in;		/* BUFFER_SIZE; unread: in[start … end) */
	size_t start, end;
	size_t scanned;		/* no LF in in[start … start+scanned) */
	GString *out;
	int64_t window_ms;	/* when the floor's window began */
	uint64_t window_octets;
	int patience_ms;	/* 0: the account's timeout */
	uint64_t round_trips, received, sent;
	struct driver_facts facts;
	int64_t step_ms;	/* when facts.step began */
};

struct stream *
stream_new(const struct account *account)
{
	struct stream *s = g_new0(struct stream, 1);

	s->account = account;
	s->fd = -1;
	s->in = g_malloc(BUFFER_SIZE);
	s->out = g_string_new(NULL);
	atomic_init(&s->interrupted, false);
	if (pipe2(s->wake, O_CLOEXEC | O_NONBLOCK) != 0)
		s->wake[0] = s->wake[1] = -1;	/* stream_open() says so */
	return s;
}

void
stream_free(struct stream *s)
{
	if (!s)
		return;
	stream_close(s);
	if (s->wake[0] >= 0) {
		close(s->wake[0]);
		close(s->wake[1]);
	}
	g_string_free(s->out, TRUE);
	g_free(s->in);
	g_free(s);
}

void
stream_close(struct stream *s)
{
	tls_close(s->tls);
	s->tls = NULL;
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
	s->start = s->end = s->scanned = 0;
	OPENSSL_cleanse(s->out->str, s->out->allocated_len);
	g_string_truncate(s->out, 0);
}

bool
stream_secure(const struct stream *s)
{
	return s->tls != NULL;
}

/* ---- interruption ------------------------------------------------------ */

void
stream_interrupt(struct stream *s)
{
	atomic_store(&s->interrupted, true);
	if (write(s->wake[1], "", 1) < 0)
		return;		/* full: it is readable already */
}

static enum st
take_interrupt(struct stream *s, struct err *e)
{
	char bytes[16];

	if (!atomic_exchange(&s->interrupted, false))
		return ST_OK;
	while (read(s->wake[0], bytes, sizeof(bytes)) > 0)
		;
	return err_set(e, ST_CANCELLED, "The connection was interrupted.");
}

/* ---- connecting -------------------------------------------------------- */

static int
timeout_ms(const struct stream *s)
{
	int ms = MAX(s->account->timeout, 1) * 1000;

	return s->patience_ms ? MIN(s->patience_ms, ms) : ms;
}

void
stream_patience(struct stream *s, int ms)
{
	s->patience_ms = ms;
}

/* ---- the way there ------------------------------------------------------ */

static void
step_done(struct stream *s, enum driver_step next)
{
	int64_t now = clock_ms();

	s->facts.ms[s->facts.step] = (int)(now - s->step_ms);
	s->facts.step = next;
	s->step_ms = now;
}

void
stream_welcome(struct stream *s)
{
	if (s->facts.step == STEP_LOGIN)
		step_done(s, STEP_DONE);
}

void
stream_facts(const struct stream *s, struct driver_facts *out)
{
	*out = s->facts;
}

static enum st
open_socket(struct stream *s, const struct endpoint *ep, struct err *e)
{
	struct connect_facts facts = { .looked_up_ms = 0 };
	enum st st;

	s->facts = (struct driver_facts){ .step = STEP_NAME };
	s->step_ms = clock_ms();
	st = connect_host(ep->host, ep->port, timeout_ms(s), s->wake[0],
			  &s->fd, &facts, e);
	if (facts.looked_up_ms == 0)
		return st;
	s->facts.ms[STEP_NAME] = (int)(facts.looked_up_ms - s->step_ms);
	s->step_ms = facts.looked_up_ms;
	s->facts.step = STEP_CONNECT;
	if (st == ST_OK)
		step_done(s, STEP_TLS);
	g_strlcpy(s->facts.address, facts.address, sizeof(s->facts.address));
	return st;
}

static enum st
open_tls(struct stream *s, struct err *e)
{
	enum st st = tls_open(s->account, s->host, s->fd, s->wake[0],
			      timeout_ms(s), &s->tls, e);

	if (st == ST_OK)
		tls_facts(s->tls, &s->facts);
	return st == ST_CANCELLED ? take_interrupt(s, e) : st;
}

/* STARTTLS, then a greeting as if the server had begun encrypted. */
static enum st
open_starttls(struct stream *s, const struct endpoint *ep, struct err *e)
{
	const char *greeting = starttls_greeting(ep->proto);
	enum st st = starttls_negotiate(s->fd, s->wake[0], ep->proto, s->host,
					timeout_ms(s), e);

	if (st == ST_CANCELLED)
		take_interrupt(s, NULL);
	if (st == ST_OK)
		st = open_tls(s, e);
	if (st == ST_OK) {
		s->end = strlen(greeting);
		memcpy(s->in, greeting, s->end);
	}
	return st;
}

enum st
stream_open(struct stream *s, const struct endpoint *ep, struct err *e)
{
	enum st st;

	stream_close(s);
	if (s->wake[0] < 0)
		return err_set(e, ST_LOCAL, "No pipe could be made: too many "
			       "files are open.");
	if (ep->transport == TRANSPORT_PLAIN && !host_is_loopback(ep->host))
		return err_set(e, ST_CONFIG, "A connection to %s without TLS "
			       "is refused: only loopback addresses may have "
			       "one.", ep->host);
	s->host = ep->host;
	st = take_interrupt(s, e);
	if (st == ST_OK)
		st = open_socket(s, ep, e);
	if (st == ST_CANCELLED)
		take_interrupt(s, NULL);
	if (st == ST_OK && ep->transport == TRANSPORT_TLS)
		st = open_tls(s, e);
	if (st == ST_OK && ep->transport == TRANSPORT_STARTTLS)
		st = open_starttls(s, ep, e);
	s->window_ms = clock_ms();
	s->window_octets = 0;
	if (st == ST_OK)
		step_done(s, STEP_LOGIN);
	else
		stream_close(s);
	return st;
}

/* ---- waiting ----------------------------------------------------------- */

static enum st
lost(struct stream *s, struct err *e)
{
	return err_set(e, ST_RETRY, "The connection to %s was lost.",
		       s->host ? s->host : "the server");
}

/* Wait for events on the socket, at most ms; ST_OK also when time is up
 * (*ready false). */
static enum st
wait_socket(struct stream *s, short events, int ms, bool *ready,
	    struct err *e)
{
	struct pollfd p[2] = { { .fd = s->fd, .events = events },
			       { .fd = s->wake[0], .events = POLLIN } };
	int n;

	do {
		n = poll(p, 2, ms);
	} while (n < 0 && errno == EINTR && !s->interrupted);
	if (s->interrupted)
		return take_interrupt(s, e);
	*ready = n > 0 && p[0].revents;
	return ST_OK;
}

static enum st
check_floor(struct stream *s, struct err *e)
{
	int64_t now = clock_ms();

	if (now - s->window_ms < FLOOR_WINDOW_MS)
		return ST_OK;
	if (s->window_octets < STREAM_FLOOR)
		return err_set(e, ST_RETRY, "The server %s answers too slowly "
			       "to be of use.", s->host);
	s->window_ms = now;
	s->window_octets = 0;
	return ST_OK;
}

static ssize_t
raw_read(struct stream *s, void *buf, size_t len, short *events)
{
	ssize_t n;

	*events = POLLIN;
	if (s->tls)
		return tls_read(s->tls, buf, len, events);
	do {
		n = recv(s->fd, buf, len, 0);
	} while (n < 0 && errno == EINTR);
	return n;
}

static void
make_room(struct stream *s)
{
	if (s->start > 0 && (s->start == s->end || s->end == BUFFER_SIZE)) {
		memmove(s->in, s->in + s->start, s->end - s->start);
		s->end -= s->start;
		s->start = 0;
	}
}

/* So many octets more are in the buffer. */
static void
count(struct stream *s, size_t n)
{
	s->end += n;
	s->received += n;
	s->window_octets += n;
}

/* At least one more octet into the buffer. */
static enum st
fill(struct stream *s, struct err *e)
{
	int64_t deadline = clock_ms() + timeout_ms(s);

	/* A server that never lets us wait must not keep us from stopping. */
	if (s->fd < 0 || s->interrupted)
		return s->fd < 0 ? lost(s, e) : take_interrupt(s, e);
	make_room(s);
	for (;;) {
		bool ready;
		short events;
		enum st st;
		ssize_t n = raw_read(s, s->in + s->end, BUFFER_SIZE - s->end,
				     &events);

		if (n > 0) {
			count(s, (size_t)n);
			return check_floor(s, e);
		}
		if (n == 0 || errno != EAGAIN)
			return lost(s, e);
		st = wait_socket(s, events, clock_left(deadline), &ready, e);
		if (st != ST_OK)
			return st;
		if (!ready)
			return err_set(e, ST_RETRY, "The server %s has been "
				       "silent for %d seconds.", s->host,
				       timeout_ms(s) / 1000);
	}
}

/* ---- reading ----------------------------------------------------------- */

enum st
stream_bytes(struct stream *s, const char **bytes, size_t *len,
	     struct err *e)
{
	enum st st = ST_OK;

	if (s->start == s->end)
		st = fill(s, e);
	*bytes = s->in + s->start;
	*len = s->end - s->start;
	return st;
}

void
stream_used(struct stream *s, size_t len)
{
	s->start += MIN(len, s->end - s->start);
	s->scanned = 0;
	if (s->start == s->end)
		s->start = s->end = 0;
}

enum st
stream_line(struct stream *s, size_t max, const char **line, size_t *len,
	    struct err *e)
{
	max = MIN(max, BUFFER_SIZE - 2);
	for (;;) {
		char *from = s->in + s->start;
		size_t have = s->end - s->start;
		char *lf = memchr(from + s->scanned, '\n', have - s->scanned);
		enum st st;

		if (lf && (size_t)(lf - from) <= max + 1) {
			*line = from;
			*len = (size_t)(lf - from);
			s->start += *len + 1;
			s->scanned = 0;
			if (*len > 0 && from[*len - 1] == '\r')
				--*len;
			return ST_OK;
		}
		if (lf || have > max)
			return err_set(e, ST_PROTOCOL, "The server %s sent a "
				       "line of more than %zu octets.",
				       s->host, max);
		s->scanned = have;
		st = fill(s, e);
		if (st != ST_OK)
			return st;
	}
}

const char *
stream_peek(const struct stream *s, size_t *len)
{
	*len = s->end - s->start;
	return s->in + s->start;
}

enum st
stream_take(struct stream *s, struct err *e)
{
	short events;
	ssize_t n;

	if (s->fd < 0)
		return lost(s, e);
	make_room(s);
	if (s->end == BUFFER_SIZE)
		return ST_OK;
	n = raw_read(s, s->in + s->end, BUFFER_SIZE - s->end, &events);
	if (n == 0 || (n < 0 && errno != EAGAIN))
		return lost(s, e);
	count(s, (size_t)MAX(n, 0));
	return ST_OK;
}

/* ---- writing ----------------------------------------------------------- */

void
stream_put(struct stream *s, const char *bytes, size_t len)
{
	g_string_append_len(s->out, bytes, (gssize)len);
}

void
stream_printf(struct stream *s, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	g_string_append_vprintf(s->out, format, ap);
	va_end(ap);
}

static ssize_t
raw_write(struct stream *s, const void *buf, size_t len, short *events)
{
	ssize_t n;

	*events = POLLOUT;
	if (s->tls)
		return tls_write(s->tls, buf, len, events);
	do {
		n = send(s->fd, buf, len, MSG_NOSIGNAL);
	} while (n < 0 && errno == EINTR);
	return n;
}

static enum st
write_out(struct stream *s, const char *bytes, size_t len, struct err *e)
{
	int64_t deadline = clock_ms() + timeout_ms(s);
	size_t at = 0;

	while (at < len) {
		bool ready;
		short events;
		enum st st;
		ssize_t n = raw_write(s, bytes + at, len - at, &events);

		if (n > 0) {
			at += (size_t)n;
			s->sent += (uint64_t)n;
			deadline = clock_ms() + timeout_ms(s);
			continue;
		}
		if (n == 0 || errno != EAGAIN)
			return lost(s, e);
		st = wait_socket(s, events, clock_left(deadline), &ready, e);
		if (st != ST_OK)
			return st;
		if (!ready)
			return err_set(e, ST_RETRY, "The server %s has not "
				       "taken anything for %d seconds.",
				       s->host, timeout_ms(s) / 1000);
	}
	return ST_OK;
}

enum st
stream_flush(struct stream *s, struct err *e)
{
	return stream_flush_with(s, NULL, 0, e);
}

enum st
stream_flush_with(struct stream *s, const char *bytes, size_t len,
		  struct err *e)
{
	enum st st = s->fd < 0 ? lost(s, e) : take_interrupt(s, e);

	if (st == ST_OK)
		st = write_out(s, s->out->str, s->out->len, e);
	if (st == ST_OK && bytes)
		st = write_out(s, bytes, len, e);
	if (st == ST_OK && bytes)
		st = write_out(s, "\r\n", 2, e);
	OPENSSL_cleanse(s->out->str, s->out->len);
	g_string_truncate(s->out, 0);
	s->window_ms = clock_ms();
	s->window_octets = 0;
	return st;
}

/* ---- sleeping ---------------------------------------------------------- */

enum st
stream_sleep(struct stream *s, size_t seen, int fd, int ms, uint32_t *woke,
	     struct err *e)
{
	struct pollfd p[3] = {
		{ .fd = s->fd, .events = POLLIN },
		{ .fd = s->wake[0], .events = POLLIN },
		{ .fd = fd, .events = POLLIN },
	};
	int n;

	*woke = 0;
	if (s->fd < 0)
		return lost(s, e);
	if (s->end - s->start > seen || (s->tls && tls_pending(s->tls))) {
		*woke = WAKE_CHANGED;
		return ST_OK;
	}
	do {
		n = poll(p, 3, ms);
	} while (n < 0 && errno == EINTR && !s->interrupted);
	if (s->interrupted)
		return take_interrupt(s, e);
	if (p[0].revents)
		*woke |= WAKE_CHANGED;
	if (p[2].revents)
		*woke |= WAKE_FD;
	if (!*woke)
		*woke = WAKE_TIMEOUT;
	s->window_ms = clock_ms();
	s->window_octets = STREAM_FLOOR;
	return ST_OK;
}

/* ---- counting ---------------------------------------------------------- */

void
stream_round_trip(struct stream *s)
{
	s->round_trips++;
}

void
stream_traffic(const struct stream *s, uint64_t *round_trips,
	       uint64_t *received, uint64_t *sent)
{
	*round_trips = s->round_trips;
	*received = s->received;
	*sent = s->sent;
}
