/*
 * delay_wire.c - a long, bad wire on loopback: the process that carries
 *
 * Each direction of a connection is a queue of pieces with the time at which
 * they are due on the other side.  One poll loop serves all.
 */
#include "delay_wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <glib.h>

/* Octets that may be under way in one direction before the sender waits. */
#define WINDOW (4 << 20)
#define READ_SIZE 65536

struct piece {
	gint64 due;		/* microseconds, monotonic */
	size_t len, done;
	bool end;		/* the sender closed */
	char bytes[];
};

struct way {
	GQueue pieces;
	size_t held;
	bool read_end;		/* nothing more comes from the sender */
};

struct wire {
	int fd[2];		/* by whom it sends: client, server */
	struct way way[2];
	gint64 opens;		/* when the server's side is opened; 0: is */
	gint64 last_down;	/* when the client was last given something */
	gint64 spoke;		/* when it last spoke */
	bool waits;		/* no answer to that can have come yet */
	bool heard;		/* given something since it spoke */
	bool dead, silent;
};

struct carrier {
	const struct delay_options *options;
	struct delay_shared *shared;
	GPtrArray *wires;
	gint64 half;		/* of a round trip, in microseconds */
	char **hidden;		/* words, or NULL */
	int listener, port;
};

static void
wire_free(void *data)
{
	struct wire *w = data;

	for (int i = 0; i < 2; i++) {
		if (w->fd[i] >= 0)
			close(w->fd[i]);
		g_queue_clear_full(&w->way[i].pieces, g_free);
	}
	g_free(w);
}

static void
prepare(int fd)
{
	int one = 1;

	fcntl(fd, F_SETFL, O_NONBLOCK);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
}

static void
reset(int fd)
{
	struct linger now = { .l_onoff = 1 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
}

static void
welcome(struct carrier *c, gint64 now)
{
	int fd = accept(c->listener, NULL, NULL);
	struct wire *w;

	if (fd < 0)
		return;
	prepare(fd);
	w = g_new0(struct wire, 1);
	w->fd[DELAY_UP] = fd;
	w->fd[DELAY_DOWN] = -1;
	w->opens = now + c->half;
	w->last_down = w->spoke = now;
	w->waits = true;
	g_ptr_array_add(c->wires, w);
	c->shared->connections++;
}

static void
open_server(struct carrier *c, struct wire *w)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	a.sin_port = htons((uint16_t)c->port);
	w->opens = 0;
	w->fd[DELAY_DOWN] = fd;
	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof(a)) != 0)
		w->dead = true;
	else
		prepare(fd);
}

/* Could a word of the protocol begin here? */
static bool
begins_word(const char *bytes, size_t i)
{
	return i == 0 || strchr(" \n([", bytes[i - 1]);
}

/* Where the word stands its first letter becomes an X. */
static void
hide(const char *word, char *bytes, size_t len)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= len; i++)
		if (begins_word(bytes, i) &&
		    g_ascii_strncasecmp(bytes + i, word, n) == 0)
			bytes[i] = 'X';
}

static void
hide_all(char *const *words, char *bytes, size_t len)
{
	for (; words && *words; words++)
		hide(*words, bytes, len);
}

/* The client spoke: is it the answer to something? */
static void
count_turn(struct carrier *c, struct wire *w, gint64 now)
{
	if (w->heard)
		c->shared->turns++;
	w->heard = false;
	w->waits = true;
	w->spoke = now;
}

/* A silenced client: what it says goes nowhere, until it hangs up. */
static void
ignore(struct wire *w)
{
	char buf[4096];
	ssize_t n = recv(w->fd[DELAY_UP], buf, sizeof(buf), 0);

	w->dead = n == 0 || (n < 0 && errno != EAGAIN);
}

static void
take(struct carrier *c, struct wire *w, int from, gint64 now)
{
	struct piece *p = g_malloc(sizeof(*p) + READ_SIZE);
	ssize_t n = recv(w->fd[from], p->bytes, READ_SIZE, 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		g_free(p);
		return;
	}
	p->due = now + c->half;
	p->end = n <= 0;
	p->done = 0;
	p->len = n > 0 ? (size_t)n : 0;
	p = g_realloc(p, sizeof(*p) + p->len);
	hide_all(c->hidden, p->bytes, p->len);
	if (from == DELAY_UP && n > 0)
		count_turn(c, w, now);
	w->way[from].read_end = p->end;
	w->way[from].held += p->len;
	g_queue_push_tail(&w->way[from].pieces, p);
}

/* Octets that may pass before the cut; SIZE_MAX: no cut is armed. */
static size_t
until_cut(struct carrier *c, int from)
{
	int64_t left = c->shared->cut_after[from];

	return left < 0 ? SIZE_MAX : (size_t)left;
}

static void
cut(struct carrier *c, struct wire *w, int from)
{
	int how = c->shared->cut_how;

	c->shared->cut_after[from] = -1;
	w->silent = how == DELAY_SILENCE;
	w->dead = !w->silent;
	for (int i = 0; i < 2 && how == DELAY_RST; i++)
		reset(w->fd[i]);
	c->shared->cuts++;
}

/* What the client hears, and how long it had to wait for it. */
static void
count_wait(struct carrier *c, struct wire *w, gint64 now)
{
	gint64 most = c->half * 2 * 8 / 10;

	if (w->waits && most > 0 && now - w->last_down >= most)
		c->shared->waits++;
	if (now - w->spoke >= most)
		w->waits = false;
	w->last_down = now;
	w->heard = true;
}

/*
 * Send up to n octets; everything is counted before the peer can see it, so
 * that whoever has the answer has the counts.
 */
static ssize_t
pass(struct carrier *c, struct wire *w, int from, const char *bytes, size_t n)
{
	bool armed = c->shared->cut_after[from] >= 0;
	ssize_t sent;
	int64_t over;

	c->shared->passed[from] += (int64_t)n;
	sent = send(w->fd[!from], bytes, n, MSG_NOSIGNAL);
	over = (int64_t)n - MAX(sent, 0);
	c->shared->passed[from] -= over;
	if (armed && sent > 0)
		c->shared->cut_after[from] -= sent;
	w->way[from].held -= (size_t)MAX(sent, 0);
	return sent;
}

/* Hand on what is due of one direction. */
static void
give(struct carrier *c, struct wire *w, int from, gint64 now)
{
	struct way *way = &w->way[from];
	struct piece *p;

	while (!w->dead && !w->silent && w->fd[!from] >= 0 &&
	       (p = g_queue_peek_head(&way->pieces)) && p->due <= now) {
		size_t n = MIN(p->len - p->done, until_cut(c, from));
		ssize_t sent = 0;

		if (from == DELAY_DOWN && c->options->piece > 0)
			n = MIN(n, (size_t)c->options->piece);
		if (n > 0 && from == DELAY_DOWN)
			count_wait(c, w, now);
		if (n > 0)
			sent = pass(c, w, from, p->bytes + p->done, n);
		if (sent < 0) {
			w->dead = errno != EAGAIN;
			return;
		}
		p->done += (size_t)sent;
		if (until_cut(c, from) == 0) {
			cut(c, w, from);
			return;
		}
		if (p->done < p->len)
			continue;
		if (p->end)
			shutdown(w->fd[!from], SHUT_WR);
		g_free(g_queue_pop_head(&way->pieces));
	}
}

/* Nothing is left to carry in either direction. */
static bool
finished(const struct wire *w)
{
	if (w->silent)
		return false;
	for (int i = 0; i < 2; i++)
		if (!w->way[i].read_end || w->way[i].held > 0 ||
		    w->way[i].pieces.length > 0)
			return false;
	return true;
}

static void
earlier(gint64 *when, gint64 t)
{
	if (*when == 0 || t < *when)
		*when = t;
}

/* Fill the two entries of a wire; *when: the earliest time anything is due. */
static void
want(const struct wire *w, struct pollfd *p, gint64 *when, gint64 now)
{
	for (int i = 0; i < 2; i++) {
		const struct piece *out = g_queue_peek_head(
			(GQueue *)&w->way[!i].pieces);

		p[i] = (struct pollfd){ .fd = w->fd[i] };
		if (w->silent) {
			p[i].fd = i == DELAY_UP ? w->fd[i] : -1;
			p[i].events = POLLIN;
			continue;
		}
		if (!w->way[i].read_end && w->way[i].held < WINDOW)
			p[i].events |= POLLIN;
		if (out && out->due <= now)
			p[i].events |= POLLOUT;
		else if (out)
			earlier(when, out->due);
		if (p[i].events == 0)
			p[i].fd = -1;
	}
	if (w->opens != 0)
		earlier(when, w->opens);
}

static void
serve(struct carrier *c, struct wire *w, const struct pollfd *p, gint64 now)
{
	if (w->opens != 0 && w->opens <= now)
		open_server(c, w);
	if (w->silent && p[DELAY_UP].revents)
		ignore(w);
	for (int i = 0; i < 2 && !w->dead && !w->silent; i++)
		if (p[i].revents & (POLLIN | POLLHUP | POLLERR))
			take(c, w, i, now);
	for (int i = 0; i < 2 && !w->dead; i++)
		give(c, w, i, now);
}

static void
turn(struct carrier *c, GArray *fds)
{
	gint64 now = g_get_monotonic_time(), when = 0;
	guint n = c->wires->len;
	struct timespec wait = { 0 };
	struct pollfd *p;
	bool timed;

	g_array_set_size(fds, 2 * n + 1);
	p = (struct pollfd *)(void *)fds->data;
	p[2 * n] = (struct pollfd){ .fd = c->listener, .events = POLLIN };
	for (guint i = 0; i < n; i++)
		want(c->wires->pdata[i], p + 2 * i, &when, now);
	timed = when != 0;
	when = MAX(when - now, 0);
	wait.tv_sec = when / G_USEC_PER_SEC;
	wait.tv_nsec = when % G_USEC_PER_SEC * 1000;
	ppoll(p, 2 * n + 1, timed ? &wait : NULL, NULL);
	now = g_get_monotonic_time();
	for (guint i = 0; i < n; i++)
		serve(c, c->wires->pdata[i], p + 2 * i, now);
	if (p[2 * n].revents)
		welcome(c, now);
	for (guint i = n; i-- > 0;) {
		struct wire *w = c->wires->pdata[i];

		if (w->dead || finished(w))
			g_ptr_array_remove_index(c->wires, i);
	}
}

void
delay_carry(int listener, int port, const struct delay_options *options,
	    struct delay_shared *shared)
{
	struct carrier c = {
		.options = options, .shared = shared, .port = port,
		.wires = g_ptr_array_new_with_free_func(wire_free),
		.half = options->rtt_ms * 500, .listener = listener,
	};
	GArray *fds = g_array_new(FALSE, TRUE, sizeof(struct pollfd));

	if (options->hide)
		c.hidden = g_strsplit(options->hide, "|", -1);
	signal(SIGPIPE, SIG_IGN);
	for (;;)
		turn(&c, fds);
}
