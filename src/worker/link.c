/*
 * link.c - the reader's end of the line: the worker as a child process
 *
 * Never blocks.  A worker that dies is started again after a back-off, and
 * asked again what it had not ended; a request that killed two workers ends
 * with "retry".
 */
#include "worker/link.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/words.h"

#define LINE_MOST (64 * 1024)
/* In one go; a worker that has more to say does not keep the person. */
#define GULPS_MOST 16
#define WORKER_FD 3
#define BACK_OFF_FIRST 1000
#define BACK_OFF_MOST 60000
/* A worker that lived so long died of something new. */
#define HEALTHY_MS 60000
#define SENDS_MOST 2

struct request {
	uint32_t id;
	char *line;
	bool own;		/* nobody waits for its end */
	int sends;
};

struct link {
	char *account;
	enum link_mode mode;
	int fd;			/* -1: down */
	pid_t pid;
	GString *in, *out;
	GPtrArray *requests;	/* struct request, oldest first */
	char *watch;		/* the line of the last one */
	uint32_t next_id;
	int deaths;		/* in a row */
	int64_t started, restart;	/* clock_ms() */
};

static const char *program;

void
link_set_program(const char *path)
{
	program = path;
}

static void
request_free(gpointer p)
{
	struct request *r = p;

	g_free(r->line);
	g_free(r);
}

static void
wipe_buffer(GString *s)
{
	explicit_bzero(s->str, s->allocated_len);
	g_string_truncate(s, 0);
}

/* ---- the process ---- */

static enum st
spawn(struct link *l, int child_end, struct err *e)
{
	static const char *const modes[] = {
		[LINK_WAIT] = "--wait", [LINK_LOOK] = "--look",
	};
	const char *argv[] = { program ? program : "/proc/self/exe", "worker",
			       l->account, modes[l->mode], NULL };
	GSpawnFlags flags = G_SPAWN_DO_NOT_REAP_CHILD |
			    G_SPAWN_STDOUT_TO_DEV_NULL;
	int source = child_end, target = WORKER_FD;
	GError *error = NULL;
	enum st st = ST_OK;

	/* A word of some library must not fall onto the screen. */
	if (isatty(STDERR_FILENO))
		flags |= G_SPAWN_STDERR_TO_DEV_NULL;
	if (!g_spawn_async_with_pipes_and_fds(NULL, argv, NULL, flags, NULL,
					      NULL, -1, -1, -1, &source,
					      &target, 1, &l->pid, NULL, NULL,
					      NULL, &error)) {
		st = err_set(e, ST_LOCAL, "No worker can be started: %s.",
			     error->message);
		g_error_free(error);
	}
	return st;
}

static void
put_line(struct link *l, const char *line)
{
	g_string_append(l->out, line);
	g_string_append_c(l->out, '\n');
}

/* What the last worker did not end, for this one. */
static void
ask_again(struct link *l)
{
	if (l->watch)
		put_line(l, l->watch);
	for (guint i = 0; i < l->requests->len; i++) {
		struct request *r = l->requests->pdata[i];

		r->sends++;
		put_line(l, r->line);
	}
}

static enum st
start(struct link *l, struct err *e)
{
	int sv[2];
	enum st st;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) != 0)
		return err_errno(e, "No worker can be started");
	fcntl(sv[0], F_SETFL, O_NONBLOCK);
	st = spawn(l, sv[1], e);
	close(sv[1]);
	if (st != ST_OK) {
		close(sv[0]);
		return st;
	}
	l->fd = sv[0];
	l->started = clock_ms();
	l->restart = 0;
	g_string_truncate(l->in, 0);
	wipe_buffer(l->out);
	ask_again(l);
	return ST_OK;
}

struct link *
link_start(const char *account, enum link_mode mode, struct err *e)
{
	struct link *l = g_new0(struct link, 1);

	l->account = g_strdup(account);
	l->mode = mode;
	l->fd = -1;
	l->in = g_string_new(NULL);
	l->out = g_string_new(NULL);
	l->requests = g_ptr_array_new_with_free_func(request_free);
	l->next_id = 1;
	if (start(l, e) == ST_OK)
		return l;
	link_stop(l, 0);
	return NULL;
}

/* Its end of the line is closed, so it is dying or must. */
static int
reap(struct link *l)
{
	int status = 0;

	close(l->fd);
	l->fd = -1;
	for (int i = 0; i < 20; i++) {
		if (waitpid(l->pid, &status, WNOHANG) != 0)
			goto out;
		g_usleep(500);
	}
	kill(l->pid, SIGKILL);
	while (waitpid(l->pid, &status, 0) < 0 && errno == EINTR)
		;
out:
	l->pid = 0;
	return status;
}

int
link_fd(const struct link *l)
{
	return l->fd;
}

bool
link_up(const struct link *l)
{
	return l->fd >= 0;
}

pid_t
link_pid(const struct link *l)
{
	return l->pid;
}

/* ---- out ---- */

static void
flush(struct link *l)
{
	while (l->fd >= 0 && l->out->len) {
		ssize_t n = send(l->fd, l->out->str, l->out->len,
				 MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)	/* full, or dead: reading will tell */
			return;
		explicit_bzero(l->out->str, (size_t)n);
		g_string_erase(l->out, 0, n);
	}
	if (l->out->len == 0)
		wipe_buffer(l->out);
}

uint32_t
link_request_words(struct link *l, const char *verb, char *const *words)
{
	struct request *r = g_new0(struct request, 1);
	GPtrArray *all = g_ptr_array_new();
	char id[16];

	r->id = l->next_id++;
	g_snprintf(id, sizeof(id), "%u", r->id);
	g_ptr_array_add(all, (gpointer)"request");
	g_ptr_array_add(all, id);
	g_ptr_array_add(all, (gpointer)verb);
	for (; words && *words; words++)
		g_ptr_array_add(all, *words);
	g_ptr_array_add(all, NULL);
	r->line = words_join((char *const *)all->pdata);
	g_ptr_array_free(all, TRUE);
	if (strcmp(verb, "watch") == 0) {
		g_free(l->watch);
		l->watch = g_strdup(r->line);
		r->own = true;
	}
	if (l->fd >= 0) {
		put_line(l, r->line);
		r->sends = 1;
	}
	g_ptr_array_add(l->requests, r);
	flush(l);
	return r->id;
}

uint32_t
link_request(struct link *l, const char *verb, ...)
{
	GPtrArray *words = g_ptr_array_new();
	const char *word;
	uint32_t id;
	va_list ap;

	va_start(ap, verb);
	while ((word = va_arg(ap, const char *)))
		g_ptr_array_add(words, (gpointer)word);
	va_end(ap);
	g_ptr_array_add(words, NULL);
	id = link_request_words(l, verb, (char *const *)words->pdata);
	g_ptr_array_free(words, TRUE);
	return id;
}

void
link_answer(struct link *l, const char *ask, const char *text)
{
	char *word = words_quote(text ? text : "");

	g_string_append_printf(l->out, text ? "answer %s " : "deny %s", ask);
	if (text)
		g_string_append(l->out, word);
	g_string_append_c(l->out, '\n');
	explicit_bzero(word, strlen(word));
	g_free(word);
	flush(l);
}

/* ---- in ---- */

static struct request *
find_request(struct link *l, const char *id)
{
	uint32_t n = (uint32_t)strtoul(id, NULL, 10);

	for (guint i = 0; i < l->requests->len; i++) {
		struct request *r = l->requests->pdata[i];

		if (r->id == n)
			return r;
	}
	return NULL;
}

/* One line; an end that nobody waits for stays here. */
static void
take_line(struct link *l, char *line, link_handler *handler, void *ctx)
{
	int n = 0;
	char **words = words_split(line, &n);

	if (words && n >= 4 && strcmp(words[0], "end") == 0) {
		struct request *r = find_request(l, words[1]);
		bool told = r && !r->own;

		if (r)
			g_ptr_array_remove(l->requests, r);
		if (told)
			handler(ctx, words, n);
	} else if (words && n > 0) {
		handler(ctx, words, n);
	}
	g_strfreev(words);
}

static void
take_lines(struct link *l, link_handler *handler, void *ctx)
{
	char *nl;

	while ((nl = memchr(l->in->str, '\n', l->in->len))) {
		char *line = g_strndup(l->in->str,
				       (gsize)(nl - l->in->str));

		g_string_erase(l->in, 0, nl + 1 - l->in->str);
		take_line(l, line, handler, ctx);
		g_free(line);
	}
}

/* False when the worker is gone.  *more: it was not heard out. */
static bool
receive(struct link *l, link_handler *handler, void *ctx, bool *more)
{
	char buf[4096];

	for (int i = 0; i < GULPS_MOST; i++) {
		ssize_t n = read(l->fd, buf, sizeof(buf));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return true;
		if (n <= 0)
			return false;
		g_string_append_len(l->in, buf, n);
		take_lines(l, handler, ctx);
		if (l->in->len > LINE_MOST)
			return false;
	}
	*more = true;
	return true;
}

static void
post_crash(struct link *l, int status, link_handler *handler, void *ctx)
{
	char *sentence = WIFSIGNALED(status) ?
		g_strdup_printf("The worker of %s was ended by signal %d; it "
				"is started again.", l->account,
				WTERMSIG(status)) :
		g_strdup_printf("The worker of %s ended with status %d; it is "
				"started again.", l->account,
				WEXITSTATUS(status));
	char *words[] = { "state", "crashed", sentence, NULL };

	handler(ctx, words, 3);
	g_free(sentence);
}

/* Requests that have been asked often enough end. */
static void
end_hopeless(struct link *l, link_handler *handler, void *ctx)
{
	for (guint i = l->requests->len; i-- > 0;) {
		struct request *r = l->requests->pdata[i];
		char id[16];
		char *words[] = { "end", id, (char *)st_name(ST_RETRY),
				  "The worker ended before this was done.",
				  NULL };

		if (r->sends < SENDS_MOST)
			continue;
		g_snprintf(id, sizeof(id), "%u", r->id);
		r = g_ptr_array_steal_index(l->requests, i);
		if (!r->own)
			handler(ctx, words, 4);
		request_free(r);
	}
}

static void
mourn(struct link *l, link_handler *handler, void *ctx)
{
	int64_t now = clock_ms();
	int status = reap(l), ms = BACK_OFF_FIRST;

	if (now - l->started > HEALTHY_MS)
		l->deaths = 0;
	for (int i = 0; i < l->deaths && ms < BACK_OFF_MOST; i++)
		ms *= 2;
	l->deaths++;
	l->restart = now + MIN(ms, BACK_OFF_MOST);
	post_crash(l, status, handler, ctx);
	end_hopeless(l, handler, ctx);
}

static bool
asks_for_work(const struct link *l)
{
	for (guint i = 0; i < l->requests->len; i++)
		if (!((struct request *)l->requests->pdata[i])->own)
			return true;
	return false;
}

/* A worker that comes after another brings everything level by itself. */
static void
start_again(struct link *l)
{
	if (start(l, NULL) != ST_OK) {
		l->restart = clock_ms() + BACK_OFF_MOST;
		return;
	}
	if (!asks_for_work(l)) {
		uint32_t id = link_request(l, "sync", NULL);
		char number[16];

		g_snprintf(number, sizeof(number), "%u", id);
		find_request(l, number)->own = true;
	}
}

int
link_pump(struct link *l, link_handler *handler, void *ctx)
{
	bool more = false;

	if (l->fd < 0 && clock_ms() >= l->restart)
		start_again(l);
	if (l->fd >= 0) {
		flush(l);
		if (!receive(l, handler, ctx, &more))
			mourn(l, handler, ctx);
	}
	if (l->fd < 0)
		return clock_left(l->restart);
	if (more)
		return 0;
	return l->out->len ? 20 : -1;
}

/* ---- the end ---- */

/* True when the worker closed the line in time. */
static bool
wait_gone(struct link *l, int wait_ms)
{
	int64_t deadline = clock_ms() + wait_ms;
	char buf[4096];

	while (clock_left(deadline) > 0) {
		struct pollfd p = { .fd = l->fd, .events = POLLIN };
		ssize_t n;

		if (l->out->len)
			flush(l);
		if (poll(&p, 1, MIN(clock_left(deadline), 50)) <= 0)
			continue;
		n = read(l->fd, buf, sizeof(buf));
		if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
			return true;
	}
	return false;
}

void
link_stop(struct link *l, int wait_ms)
{
	if (!l)
		return;
	if (l->fd >= 0) {
		link_request(l, "quit", NULL);
		if (!wait_gone(l, wait_ms))
			kill(l->pid, SIGKILL);
		reap(l);
	}
	wipe_buffer(l->out);
	g_string_free(l->out, TRUE);
	g_string_free(l->in, TRUE);
	g_ptr_array_unref(l->requests);
	g_free(l->watch);
	g_free(l->account);
	g_free(l);
}
