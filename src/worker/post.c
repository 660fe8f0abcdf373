/*
 * post.c - the worker's end of the line
 *
 * A thread of its own reads requests and hands over finished lines, and
 * writes what the worker has to say: a reader that does not read for a while
 * (it is stopped, say) keeps nobody from the connection and the store.
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
/* A word of ours, so that a line stays shorter: servers name folders. */
#define WORD_MOST 2048
/* From so much on progress is not told, and then nothing is: a reader that
 * leaves this lying will never read. */
#define LAG_MOST (64 * 1024)
#define OUT_MOST (4 * 1024 * 1024)
/* For the last lines. */
#define END_MS 1000

struct post {
	int fd, event;
	int wakes;		/* epoll: event, and post_also() */
	int poke;		/* eventfd: there is something to write */
	void (*interrupted)(void *ctx, bool quit);
	void *ctx;
	GThread *thread;
	GAsyncQueue *lines;	/* char ** each */
	atomic_bool gone, ending;
	char *in;		/* LINE_MOST octets, the thread's alone */
	size_t used;
	GMutex lock;		/* for out */
	GString *out;
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
poke(struct post *p)
{
	uint64_t one = 1;

	if (write(p->poke, &one, sizeof(one)) < 0)
		errno = 0;	/* it is readable anyhow */
}

static bool
asks(char **words, const char *verb)
{
	return g_strv_length(words) >= 3 && strcmp(words[0], "request") == 0 &&
	       strcmp(words[2], verb) == 0;
}

/* The line first, then the interruption: a worker that was not busy yet, and
 * is not interrupted therefore, finds the line when it looks once more. */
static void
hand_over(struct post *p, char **words)
{
	bool quit = asks(words, "quit"), stop = asks(words, "interrupt");

	g_async_queue_push(p->lines, words);
	ring(p);
	if (quit || stop)
		p->interrupted(p->ctx, quit);
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

/* False at the end of the line, or of our patience with it. */
static bool
read_in(struct post *p)
{
	ssize_t n = recv(p->fd, p->in + p->used, LINE_MOST - p->used,
			 MSG_DONTWAIT);
	size_t done;

	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	p->used += (size_t)n;
	done = split(p, p->in, p->used);
	memmove(p->in, p->in + done, p->used - done);
	explicit_bzero(p->in + p->used - done, done);
	p->used -= done;
	return n > 0 && p->used < LINE_MOST;
}

/* What it takes without waiting.  False: it takes nothing any more. */
static bool
write_out(struct post *p, bool *left)
{
	ssize_t n = 0;
	bool full;

	g_mutex_lock(&p->lock);
	if (p->out->len > 0)
		n = send(p->fd, p->out->str, p->out->len,
			 MSG_NOSIGNAL | MSG_DONTWAIT);
	full = n < 0 && (errno == EINTR || errno == EAGAIN);
	if (n > 0)
		g_string_erase(p->out, 0, n);
	*left = p->out->len > 0;
	g_mutex_unlock(&p->lock);
	return n >= 0 || full;
}

static bool
is_over(struct post *p, bool left, int64_t *deadline)
{
	if (!atomic_load(&p->ending))
		return atomic_load(&p->gone);
	if (!*deadline)
		*deadline = clock_ms() + END_MS;
	return !left || clock_left(*deadline) == 0;
}

static gpointer
serve_line(gpointer ctx)
{
	struct post *p = ctx;
	struct pollfd q[2] = { { .fd = p->fd }, { .fd = p->poke } };
	int64_t deadline = 0;
	uint64_t count;
	bool left = false;

	q[1].events = POLLIN;
	while (write_out(p, &left) && !is_over(p, left, &deadline)) {
		q[0].events = (short)(POLLIN | (left ? POLLOUT : 0));
		poll(q, 2, deadline ? clock_left(deadline) : -1);
		if (q[1].revents && read(p->poke, &count, sizeof(count)) < 0)
			errno = 0;
		if (q[0].revents & ~POLLOUT && !read_in(p))
			break;
	}
	explicit_bzero(p->in, LINE_MOST);
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
	p->poke = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	post_also(p, p->event);
	p->in = g_malloc(LINE_MOST);
	p->out = g_string_new(NULL);
	g_mutex_init(&p->lock);
	p->lines = g_async_queue_new_full(wipe_words);
	p->thread = g_thread_new("line", serve_line, p);
	return p;
}

void
post_free(struct post *p)
{
	if (!p)
		return;
	atomic_store(&p->ending, true);
	poke(p);
	g_thread_join(p->thread);
	g_mutex_clear(&p->lock);
	g_string_free(p->out, TRUE);
	g_free(p->in);
	close(p->poke);
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

/* Say a line, or leave it out when so much is waiting already. */
static enum st
queue(struct post *p, const char *line, bool droppable)
{
	enum st st = ST_OK;

	g_mutex_lock(&p->lock);
	if (p->out->len > OUT_MOST)
		atomic_store(&p->gone, true);
	else if (!droppable || p->out->len < LAG_MOST)
		g_string_append_printf(p->out, "%s\n", line);
	if (atomic_load(&p->gone))
		st = ST_CANCELLED;
	g_mutex_unlock(&p->lock);
	poke(p);
	return st;
}

/* Not in the middle of a character. */
static char *
shorten(const char *word)
{
	size_t len = strnlen(word, WORD_MOST + 1);

	if (len > WORD_MOST)
		for (len = WORD_MOST; len > 0 && (word[len] & 0xc0) == 0x80;)
			len--;
	return g_strndup(word, len);
}

enum st
post_line(struct post *p, const char *word, ...)
{
	GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
	bool droppable = strcmp(word, "progress") == 0;
	char *line;
	va_list ap;
	enum st st;

	va_start(ap, word);
	for (; word; word = va_arg(ap, const char *))
		g_ptr_array_add(words, shorten(word));
	va_end(ap);
	g_ptr_array_add(words, NULL);
	line = words_join((char *const *)words->pdata);
	st = queue(p, line, droppable);
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
