/*
 * pop_fake.c - a POP or IMAP server that says what a test wants it to say
 */
#include "driver/pop_fake.h"

#include <criterion/criterion.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A connection. */
struct talk {
	struct pop_fake *fake;
	int fd;
	int64_t left;		/* octets until the cut, -1: none */
};

/* Sleep until fd is ready for events; false: the test is over. */
static bool
ready(struct pop_fake *fake, int fd, short events)
{
	struct pollfd p[2] = {
		{ .fd = fake->stop[0], .events = POLLIN },
		{ .fd = fd, .events = events },
	};

	return poll(p, 2, 120000) > 0 && !p[0].revents;
}

/* Send octets in crumbs, as far as the cut allows.  False: close. */
static bool
say(struct talk *t, const char *text, size_t len)
{
	while (len > 0) {
		size_t n = t->fake->crumb ? MIN(t->fake->crumb, len) : len;
		ssize_t sent;

		if (t->left >= 0 && n > (size_t)t->left)
			n = (size_t)t->left;
		if (n == 0) {
			while (t->fake->silent && ready(t->fake, -1, 0))
				;
			return false;
		}
		if (!ready(t->fake, t->fd, POLLOUT))
			return false;
		sent = send(t->fd, text, n, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent <= 0)
			return false;
		text += sent;
		len -= (size_t)sent;
		if (t->left >= 0)
			t->left -= sent;
	}
	return true;
}

/* Say text with tag (NULL: there are none) for "$$". */
static bool
say_tagged(struct talk *t, const char *text, const char *tag)
{
	char **part = g_strsplit(text, "$$", -1);
	char *whole = g_strjoinv(tag ? tag : "$$", part);
	bool said = say(t, whole, strlen(whole));

	g_strfreev(part);
	g_free(whole);
	return said;
}

static bool
answer(struct talk *t, const char *line)
{
	const struct pop_rule *r = t->fake->rules;
	const char *blank = strchr(line, ' '), *command = line;
	char *tag = NULL;
	bool go_on;

	g_string_append_printf(t->fake->commands, "%s\n", line);
	if (t->fake->tagged && blank && g_ascii_toupper(*line) == 'V') {
		tag = g_strndup(line, (gsize)(blank - line));
		command = blank + 1;
	}
	while (r->command && !g_str_has_prefix(command, r->command))
		r++;
	if (!r->command)
		go_on = say_tagged(t, tag ? "$$ BAD what?\r\n"
					  : "-ERR what?\r\n", tag);
	else if (!r->text)
		go_on = false;
	else if (r->len)
		go_on = say(t, r->text, r->len);
	else
		go_on = say_tagged(t, r->text, tag);
	g_free(tag);
	return go_on && strcmp(line, "QUIT") != 0;
}

/* Answer every whole line in the buffer. */
static bool
answer_lines(struct talk *t, GString *in)
{
	char *lf;

	while ((lf = memchr(in->str, '\n', in->len))) {
		size_t n = (size_t)(lf - in->str);
		char *line = g_strndup(in->str, n);
		bool go_on = answer(t, g_strchomp(line));

		g_free(line);
		g_string_erase(in, 0, (gssize)n + 1);
		if (!go_on)
			return false;
	}
	return true;
}

static void
converse(struct pop_fake *fake, int fd)
{
	const char *hello = fake->greeting ? fake->greeting
					   : "+OK ready\r\n";
	struct talk t = { fake, fd, fake->cut };
	GString *in = g_string_new(NULL);
	int now = 1;
	bool go_on;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &now, sizeof(now));
	go_on = say(&t, hello, strlen(hello));

	while (go_on && ready(fake, fd, POLLIN)) {
		char buf[4096];
		ssize_t n = recv(fd, buf, sizeof(buf), 0);

		if (n <= 0)
			break;
		g_string_append_len(in, buf, n);
		go_on = answer_lines(&t, in);
	}
	g_string_free(in, TRUE);
	/* Closing with octets unread would be a reset, and could eat what
	 * was sent. */
	shutdown(fd, SHUT_WR);
	while (ready(fake, fd, POLLIN)) {
		char buf[4096];

		if (recv(fd, buf, sizeof(buf), 0) <= 0)
			break;
	}
	close(fd);
}

static gpointer
serve(gpointer data)
{
	struct pop_fake *fake = data;

	while (ready(fake, fake->listener, POLLIN)) {
		int fd = accept(fake->listener, NULL, NULL);

		if (fd >= 0)
			converse(fake, fd);
	}
	return NULL;
}

void
pop_fake_start(struct pop_fake *fake)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof(a);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	fake->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	cr_assert_eq(bind(fake->listener, (struct sockaddr *)&a, len), 0);
	cr_assert_eq(listen(fake->listener, 5), 0);
	cr_assert_eq(getsockname(fake->listener, (struct sockaddr *)&a, &len),
		     0);
	fake->port = ntohs(a.sin_port);
	cr_assert_eq(pipe(fake->stop), 0);
	fake->commands = g_string_new(NULL);
	fake->thread = g_thread_new("pop", serve, fake);
}

void
pop_fake_stop(struct pop_fake *fake)
{
	if (!fake->thread)
		return;
	cr_assert_eq(write(fake->stop[1], "x", 1), 1);
	g_thread_join(fake->thread);
	fake->thread = NULL;
	close(fake->stop[0]);
	close(fake->stop[1]);
	close(fake->listener);
}

void
pop_fake_clear(struct pop_fake *fake)
{
	pop_fake_stop(fake);
	g_string_free(fake->commands, TRUE);
}
