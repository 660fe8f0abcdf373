/*
 * connect.c - looking a name up and racing its addresses
 *
 * getaddrinfo() cannot be interrupted and may hang for minutes, so it runs
 * in a thread that owns what it works on; the thread hands over a finished
 * result through a pipe, or, when nobody waits any more, frees it.
 */
#include "net/connect.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <glib.h>

#include "base/clock.h"

#define STEP_MS 250		/* RFC 8305 5: connection attempt delay */
#define ADDRESSES_MAX 16

struct lookup {
	char *host;
	char port[8];
	int pipe[2];
	int rc;
	struct addrinfo *result;
	atomic_int owners;	/* the thread and the caller */
};

static void
lookup_unref(struct lookup *l)
{
	if (atomic_fetch_sub(&l->owners, 1) > 1)
		return;
	if (l->result)
		freeaddrinfo(l->result);
	close(l->pipe[0]);
	close(l->pipe[1]);
	g_free(l->host);
	g_free(l);
}

static gpointer
lookup_thread(gpointer data)
{
	struct lookup *l = data;
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
				  .ai_flags = AI_ADDRCONFIG };
	/*
	 * RFC 6761 6.3: "localhost" is this machine whatever a name server
	 * or a missing /etc/hosts says; passwords may go there in clear.
	 */
	const char *node = g_ascii_strcasecmp(l->host, "localhost") ? l->host
								    : NULL;

	l->rc = getaddrinfo(node, l->port, &hints, &l->result);
	if (l->rc == EAI_NONAME || l->rc == EAI_ADDRFAMILY) {
		/* Loopback names on a machine without any network. */
		hints.ai_flags = 0;
		l->rc = getaddrinfo(node, l->port, &hints, &l->result);
	}
	while (write(l->pipe[1], "", 1) < 0 && errno == EINTR)
		;
	lookup_unref(l);
	return NULL;
}

/* poll() until fd or wake is ready; 1 fd, 0 time is up, -1 wake. */
static int
wait_ready(struct pollfd *p, nfds_t n, int wake, int64_t deadline)
{
	p[n] = (struct pollfd){ .fd = wake, .events = POLLIN };
	for (;;) {
		int rc = poll(p, n + 1, clock_left(deadline));

		if (rc < 0 && errno == EINTR)
			continue;
		if (rc > 0 && p[n].revents)
			return -1;
		return rc > 0;
	}
}

static enum st
look_up(const char *host, int port, int wake, int64_t deadline,
	struct lookup **out, struct err *e)
{
	struct lookup *l = g_new0(struct lookup, 1);
	struct pollfd p[2];
	GThread *thread;
	int rc;

	if (pipe2(l->pipe, O_CLOEXEC) != 0) {
		g_free(l);
		return err_errno(e, "No pipe could be made for a look-up");
	}
	l->host = g_strdup(host);
	g_snprintf(l->port, sizeof(l->port), "%d", port);
	atomic_init(&l->owners, 2);
	thread = g_thread_try_new("lookup", lookup_thread, l, NULL);
	if (!thread) {
		lookup_unref(l);
		lookup_unref(l);
		return err_set(e, ST_LOCAL, "No thread could be started to "
			       "look up %s.", host);
	}
	g_thread_unref(thread);
	p[0] = (struct pollfd){ .fd = l->pipe[0], .events = POLLIN };
	rc = wait_ready(p, 1, wake, deadline);
	if (rc > 0 && l->rc == 0) {
		*out = l;
		return ST_OK;
	}
	if (rc < 0)
		err_set(e, ST_CANCELLED, "The connection was interrupted.");
	else if (rc == 0)
		err_set(e, ST_RETRY, "Looking up the name %s takes too long; "
			"is this machine on line?", host);
	else
		err_set(e, ST_RETRY, "The name %s cannot be looked up: %s.",
			host, gai_strerror(l->rc));
	lookup_unref(l);
	return rc < 0 ? ST_CANCELLED : ST_RETRY;
}

/* Order addresses with families in turn (RFC 8305 4). */
static int
interleave(struct addrinfo *all, struct addrinfo **out)
{
	struct addrinfo *a = all, *b = all;
	int family = all->ai_family, n = 0;

	while ((a || b) && n < ADDRESSES_MAX) {
		while (a && a->ai_family != family)
			a = a->ai_next;
		if (a && n < ADDRESSES_MAX)
			out[n++] = a, a = a->ai_next;
		while (b && b->ai_family == family)
			b = b->ai_next;
		if (b && n < ADDRESSES_MAX)
			out[n++] = b, b = b->ai_next;
	}
	return n;
}

struct race {
	struct addrinfo *address[ADDRESSES_MAX];
	struct pollfd p[ADDRESSES_MAX + 1];
	int n, started, running;
	int error;		/* errno of the last failure */
};

/* Begin the next attempt that does not fail at once. */
static void
race_step(struct race *r)
{
	while (r->started < r->n) {
		struct addrinfo *a = r->address[r->started];
		int fd = socket(a->ai_family, a->ai_socktype | SOCK_NONBLOCK |
				SOCK_CLOEXEC, a->ai_protocol);

		r->p[r->started++] = (struct pollfd){ .fd = fd,
						      .events = POLLOUT };
		if (fd < 0) {
			r->error = errno;
			continue;
		}
		if (connect(fd, a->ai_addr, a->ai_addrlen) == 0 ||
		    errno == EINPROGRESS) {
			r->running++;
			return;
		}
		r->error = errno;
		close(fd);
		r->p[r->started - 1].fd = -1;
	}
}

/* The first attempt that has connected, or -1. */
static int
race_winner(struct race *r)
{
	for (int i = 0; i < r->started; i++) {
		int error = 0;
		socklen_t len = sizeof(error);

		if (r->p[i].fd < 0 || !r->p[i].revents)
			continue;
		getsockopt(r->p[i].fd, SOL_SOCKET, SO_ERROR, &error, &len);
		if (error == 0)
			return i;
		r->error = error;
		close(r->p[i].fd);
		r->p[i].fd = -1;
		r->running--;
		race_step(r);
	}
	return -1;
}

static int
race_finish(struct race *r, int winner)
{
	int fd = winner < 0 ? -1 : r->p[winner].fd;

	for (int i = 0; i < r->started; i++)
		if (i != winner && r->p[i].fd >= 0)
			close(r->p[i].fd);
	return fd;
}

static enum st
race_run(struct race *r, int wake, int64_t deadline, int *fd)
{
	race_step(r);
	while (r->running > 0) {
		int64_t step = MIN(deadline, clock_ms() + STEP_MS);
		int rc = wait_ready(r->p, (nfds_t)r->started, wake,
				    r->started < r->n ? step : deadline);
		int winner;

		if (rc < 0) {
			race_finish(r, -1);
			return ST_CANCELLED;
		}
		winner = rc > 0 ? race_winner(r) : -1;
		if (winner >= 0) {
			*fd = race_finish(r, winner);
			return ST_OK;
		}
		if (clock_left(deadline) == 0) {
			r->error = ETIMEDOUT;
			break;
		}
		if (rc == 0)
			race_step(r);
	}
	race_finish(r, -1);
	return ST_RETRY;
}

static void
note_address(int fd, struct connect_facts *facts)
{
	struct sockaddr_storage peer;
	socklen_t len = sizeof(peer);

	if (getpeername(fd, (struct sockaddr *)&peer, &len) == 0)
		getnameinfo((struct sockaddr *)&peer, len, facts->address,
			    sizeof(facts->address), NULL, 0, NI_NUMERICHOST);
}

enum st
connect_host(const char *host, int port, int timeout_ms, int wake, int *fd,
	     struct connect_facts *facts, struct err *e)
{
	int64_t deadline = clock_ms() + timeout_ms;
	struct race r = { .error = 0 };
	struct lookup *l = NULL;
	enum st st;
	int one = 1;

	st = look_up(host, port, wake, deadline, &l, e);
	*facts = (struct connect_facts){ .looked_up_ms = 0 };
	if (st != ST_OK)
		return st;
	facts->looked_up_ms = clock_ms();
	r.n = interleave(l->result, r.address);
	st = race_run(&r, wake, deadline, fd);
	lookup_unref(l);
	if (st == ST_CANCELLED)
		return err_set(e, st, "The connection was interrupted.");
	if (st != ST_OK)
		return err_set(e, st, "There is no connection to %s, port %d: "
			       "%s.", host, port, g_strerror(r.error));
	note_address(*fd, facts);
	setsockopt(*fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	setsockopt(*fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one));
	return ST_OK;
}
