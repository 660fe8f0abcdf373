/*
 * post.c - the worker's end of the line
 *
 * A thread of its own reads requests and hands over finished lines; it
 * shares nothing else with the worker.
 */
#include "worker/link.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/words.h"

/* A longer line is nobody we know. */
#define LINE_MOST (64 * 1024)

struct post {
	int fd, event;
	int wakes;		/* epoll: event, and post_also() */
	void (*interrupted)(void *ctx, bool quit);
	void *ctx;
	GThread *thread;
	GAsyncQueue *lines;	/* char ** each */
	atomic_bool gone;
};

void
post_wipe(char **words)
{
	for (char **w = words; w && *w; w++)
		explicit_bzero(*w, strlen(*w));
	g_strfreev(words);
}

static void
wipe_words(gpointer words)
{
	post_wipe(words);
}

static void
ring(struct post *p)
{
	uint64_t one = 1;

	if (write(p->event, &one, sizeof(one)) < 0)
		errno = 0;	/* it is readable anyhow */
}

static void
hand_over(struct post *p, char **words)
{
	if (g_strv_length(words) >= 3 && strcmp(words[0], "request") == 0) {
		if (strcmp(words[2], "quit") == 0)
			p->interrupted(p->ctx, true);
		else if (strcmp(words[2], "interrupt") == 0)
			p->interrupted(p->ctx, false);
	}
	g_async_queue_push(p->lines, words);
	ring(p);
}

/* The whole lines in buf; returns the octets they took. */
static size_t
split(struct post *p, char *buf, size_t len)
{
	size_t done = 0;
	char *nl;

	while ((nl = memchr(buf + done, '\n', len - done))) {
		char **words;
		int n = 0;

		*nl = '\0';
		words = words_split(buf + done, &n);
		if (words && n > 0)
			hand_over(p, words);
		else
			g_strfreev(words);
		done = (size_t)(nl + 1 - buf);
	}
	return done;
}

static gpointer
listen_to(gpointer ctx)
{
	struct post *p = ctx;
	char *buf = g_malloc(LINE_MOST);
	size_t used = 0;

	while (used < LINE_MOST) {
		ssize_t n = read(p->fd, buf + used, LINE_MOST - used);
		size_t done;

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		used += (size_t)n;
		done = split(p, buf, used);
		memmove(buf, buf + done, used - done);
		explicit_bzero(buf + used - done, done);
		used -= done;
	}
	explicit_bzero(buf, LINE_MOST);
	g_free(buf);
	atomic_store(&p->gone, true);
	p->interrupted(p->ctx, true);
	ring(p);
	return NULL;
}

void
post_later(struct post *p, char **words)
{
	g_async_queue_push(p->lines, words);
	ring(p);
}

void
post_also(struct post *p, int fd)
{
	struct epoll_event in = { .events = EPOLLIN };

	if (fd >= 0 && epoll_ctl(p->wakes, EPOLL_CTL_ADD, fd, &in) != 0)
		errno = 0;	/* it is heard when something else wakes */
}

struct post *
post_new(int fd, void (*interrupted)(void *ctx, bool quit), void *ctx)
{
	struct post *p = g_new0(struct post, 1);

	p->fd = fd;
	p->interrupted = interrupted;
	p->ctx = ctx;
	p->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE);
	p->wakes = epoll_create1(EPOLL_CLOEXEC);
	post_also(p, p->event);
	p->lines = g_async_queue_new_full(wipe_words);
	p->thread = g_thread_new("line", listen_to, p);
	return p;
}

void
post_free(struct post *p)
{
	if (!p)
		return;
	shutdown(p->fd, SHUT_RD);
	g_thread_join(p->thread);
	g_async_queue_unref(p->lines);
	close(p->wakes);
	close(p->event);
	g_free(p);
}

int
post_fd(const struct post *p)
{
	return p->wakes;
}

static enum st
send_all(struct post *p, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = send(p->fd, text, len, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return ST_CANCELLED;
		text += n;
		len -= (size_t)n;
	}
	return ST_OK;
}

enum st
post_line(struct post *p, const char *word, ...)
{
	GPtrArray *words = g_ptr_array_new();
	char *line, *text;
	va_list ap;
	enum st st;

	va_start(ap, word);
	for (; word; word = va_arg(ap, const char *))
		g_ptr_array_add(words, (gpointer)word);
	va_end(ap);
	g_ptr_array_add(words, NULL);
	line = words_join((char *const *)words->pdata);
	text = g_strconcat(line, "\n", NULL);
	st = send_all(p, text, strlen(text));
	g_free(text);
	g_free(line);
	g_ptr_array_free(words, TRUE);
	return st;
}

enum st
post_read(struct post *p, int timeout_ms, char ***words, struct err *e)
{
	int64_t deadline = clock_ms() + timeout_ms;
	struct pollfd fd = { .fd = p->wakes, .events = POLLIN };
	uint64_t one;

	*words = NULL;
	for (;;) {
		int left = timeout_ms < 0 ? -1 : clock_left(deadline);
		int n = poll(&fd, 1, left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return ST_OK;
		break;
	}
	*words = g_async_queue_try_pop(p->lines);
	if (*words) {
		if (read(p->event, &one, sizeof(one)) < 0)
			errno = 0;
		return ST_OK;
	}
	if (atomic_load(&p->gone))
		return err_set(e, ST_CANCELLED, "The reader is gone.");
	return ST_OK;
}
