/*
 * signs.c - a thread that looks out for a sleep or another network
 *
 * It shares with the worker a descriptor and a set of bits.
 */
#include "worker/signs.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <glib.h>

#include "base/clock.h"
#include "worker/network.h"

/* A shorter sleep costs no connection. */
#define SLEEP_LEAST_MS 2000
/* Without a timer that tells of it, how often a sleep is looked for. */
#define LOOK_MS 60000
#define DATAGRAM_MOST (32 * 1024)
/* In one look; who tells more is answered soon again. */
#define DATAGRAMS_MOST 1000
#define FAR_AWAY (INT64_C(100) * 365 * 86400)

struct signs {
	int settle_ms;
	int event, stop;	/* eventfd */
	int timer;		/* -1: none */
	int net;		/* -1: none */
	bool own_net;
	struct network *network;
	char *datagram;		/* DATAGRAM_MOST octets */
	int64_t slept;		/* clock_slept_ms() when it was looked at */
	atomic_uint told;
	GThread *thread;
};

static int net_from = -1;

void
signs_network_from(int fd)
{
	net_from = fd;
}

/* Linux ends such a timer when the wall clock jumps, and it does so at the
 * end of a sleep; so nobody has to look every few seconds. */
static void
set_timer(struct signs *s)
{
	struct itimerspec far = { .it_value.tv_sec = time(NULL) + FAR_AWAY };
	uint64_t ticks;

	if (s->timer < 0)
		return;
	if (read(s->timer, &ticks, sizeof(ticks)) < 0)
		errno = 0;	/* ECANCELED is what it is there for */
	if (timerfd_settime(s->timer,
			    TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &far,
			    NULL) == 0)
		return;
	close(s->timer);
	s->timer = -1;
}

static bool
slept(struct signs *s)
{
	int64_t before = s->slept;

	s->slept = clock_slept_ms();
	return s->slept - before >= SLEEP_LEAST_MS;
}

static void
drop_network(struct signs *s)
{
	if (s->own_net && s->net >= 0)
		close(s->net);
	s->net = -1;
}

/* All that was said up to now. */
static bool
network_news(struct signs *s)
{
	bool news = false;

	for (int i = 0; s->net >= 0 && i < DATAGRAMS_MOST; i++) {
		ssize_t n = recv(s->net, s->datagram, DATAGRAM_MOST,
				 MSG_DONTWAIT);

		if (n >= 0)
			news |= network_heard(s->network, s->datagram,
					      (size_t)n);
		else if (errno == EAGAIN)
			break;
		else if (errno == ENOBUFS)	/* more than it could keep */
			news = true;
		else if (errno != EINTR)
			drop_network(s);
	}
	return news;
}

static unsigned
look(struct signs *s)
{
	set_timer(s);
	return (slept(s) ? SIGN_SLEPT : 0) |
	       (network_news(s) ? SIGN_NETWORK : 0);
}

static gpointer
look_out(gpointer ctx)
{
	struct signs *s = ctx;
	uint64_t one = 1;

	for (;;) {
		struct pollfd p[3] = { { .fd = s->stop, .events = POLLIN },
				       { .fd = s->timer, .events = POLLIN },
				       { .fd = s->net, .events = POLLIN } };
		unsigned bits;

		poll(p, 3, s->timer < 0 ? LOOK_MS : -1);
		if (p[0].revents)
			break;
		bits = look(s);
		if (!bits)
			continue;
		if (poll(p, 1, s->settle_ms) > 0)
			break;
		atomic_fetch_or(&s->told, bits | look(s));
		if (write(s->event, &one, sizeof(one)) < 0)
			errno = 0;	/* it is readable anyhow */
	}
	return NULL;
}

struct signs *
signs_new(int settle_ms)
{
	struct signs *s = g_new0(struct signs, 1);

	s->settle_ms = settle_ms;
	s->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	s->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	s->timer = timerfd_create(CLOCK_REALTIME,
				  TFD_CLOEXEC | TFD_NONBLOCK);
	s->own_net = net_from < 0;
	s->net = s->own_net ? network_socket() : net_from;
	s->network = network_new();
	s->datagram = g_malloc(DATAGRAM_MOST);
	s->slept = clock_slept_ms();
	set_timer(s);
	s->thread = g_thread_new("signs", look_out, s);
	return s;
}

void
signs_free(struct signs *s)
{
	uint64_t one = 1;

	if (!s)
		return;
	if (write(s->stop, &one, sizeof(one)) < 0)
		errno = 0;	/* a counter of 1 has room */
	g_thread_join(s->thread);
	close(s->event);
	close(s->stop);
	if (s->timer >= 0)
		close(s->timer);
	drop_network(s);
	network_free(s->network);
	g_free(s->datagram);
	g_free(s);
}

int
signs_fd(const struct signs *s)
{
	return s->event;
}

unsigned
signs_take(struct signs *s)
{
	uint64_t count;

	if (read(s->event, &count, sizeof(count)) < 0)
		return 0;
	return atomic_exchange(&s->told, 0);
}
