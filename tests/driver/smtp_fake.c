/*
 * smtp_fake.c - a submission server that says what a test wants it to say
 */
#include "driver/smtp_fake.h"

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
	struct smtp_fake *fake;
	int fd;
	int64_t left;		/* octets until the cut, -1: none */
	int64_t heard;
	bool text;		/* a letter is coming */
	bool fed_up;		/* "enough" was said */
	GString *in;
};

/* Sleep until fd is ready for events; false: the test is over. */
static bool
ready(struct smtp_fake *fake, int fd, short events)
{
	struct pollfd p[2] = {
		{ .fd = fake->stop[0], .events = POLLIN },
		{ .fd = fd, .events = events },
	};

	return poll(p, 2, 120000) > 0 && !p[0].revents;
}

/* Send octets in crumbs, as far as the cut allows.  False: close. */
static bool
say(struct talk *t, const char *text)
{
	size_t len = strlen(text);

	while (len > 0) {
		size_t n = t->fake->crumb ? MIN(t->fake->crumb, len) : len;
		ssize_t sent;

		if (t->left >= 0 && n > (size_t)t->left)
			n = (size_t)t->left;
		if (n == 0 || !ready(t->fake, t->fd, POLLOUT))
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

/* "A\nB" becomes "250-fake", "250-A", "250 B". */
static bool
say_hello(struct talk *t)
{
	GString *out = g_string_new(NULL);
	char **line = g_strsplit(t->fake->offers ? t->fake->offers : "", "\n",
				 -1);
	guint n = g_strv_length(line);
	bool said;

	g_string_append_printf(out, "250%cfake\r\n", n ? '-' : ' ');
	for (guint i = 0; i < n; i++)
		g_string_append_printf(out, "250%c%s\r\n",
				       i + 1 < n ? '-' : ' ', line[i]);
	said = say(t, out->str);
	g_string_free(out, TRUE);
	g_strfreev(line);
	return said;
}

static bool
answer_well(struct talk *t, const char *line)
{
	static const struct smtp_rule good[] = {
		{ "HELO", "250 fake\r\n" },
		{ "MAIL FROM:<", "250 2.1.0 go on\r\n" },
		{ "RCPT TO:<", "250 2.1.5 fine\r\n" },
		{ "DATA", "354 now\r\n" },
		{ ".", "250 2.0.0 taken\r\n" },
		{ "RSET", "250 2.0.0 forgotten\r\n" },
		{ "QUIT", "221 2.0.0 bye\r\n" },
		{ "", "500 5.5.1 what?\r\n" },
	};
	const struct smtp_rule *r = good;

	if (g_str_has_prefix(line, "EHLO "))
		return say_hello(t);
	while (!g_str_has_prefix(line, r->command))
		r++;
	t->text = r == &good[3];
	return say(t, r->text);
}

static bool
answer(struct talk *t, const char *line)
{
	const struct smtp_rule *r = t->fake->rules;

	g_string_append_printf(t->fake->commands, "%s\n", line);
	while (r && r->command && !g_str_has_prefix(line, r->command))
		r++;
	if (!r || !r->command)
		return answer_well(t, line) && strcmp(line, "QUIT") != 0;
	t->text = g_str_has_prefix(line, "DATA") && r->text &&
		  g_str_has_prefix(r->text, "354");
	return r->text && say(t, r->text);
}

/* The letter up to its end, when that is there.  False: close. */
static bool
take_letter(struct talk *t)
{
	char *end = g_str_has_prefix(t->in->str, ".\r\n")
			    ? t->in->str
			    : g_strstr_len(t->in->str, (gssize)t->in->len,
					   "\r\n.\r\n");
	size_t len;

	if (t->fake->enough >= 0 && !t->fed_up &&
	    t->in->len >= (size_t)t->fake->enough) {
		t->fed_up = true;
		say(t, t->fake->enough_words);
		return false;
	}
	if (!end)
		return true;
	len = (size_t)(end - t->in->str);
	if (len > 0 || *end != '.')
		len += 2;
	g_ptr_array_add(t->fake->letters, g_strndup(t->in->str, len));
	g_string_erase(t->in, 0, (gssize)len + 3);
	t->text = false;
	return answer(t, ".");
}

/* All that is whole in the buffer. */
static bool
answer_all(struct talk *t)
{
	for (;;) {
		char *lf, *line;
		bool go_on;

		if (t->text) {
			if (!take_letter(t))
				return false;
			if (t->text)
				return true;
		}
		lf = memchr(t->in->str, '\n', t->in->len);
		if (!lf)
			return true;
		line = g_strndup(t->in->str, (gsize)(lf - t->in->str));
		g_string_erase(t->in, 0, (gssize)(lf - t->in->str) + 1);
		go_on = answer(t, g_strchomp(line));
		g_free(line);
		if (!go_on)
			return false;
	}
}

static void
listen_to(struct talk *t)
{
	bool go_on = say(t, t->fake->greeting ? t->fake->greeting
					      : "220 ready\r\n");

	while (go_on && ready(t->fake, t->fd, POLLIN)) {
		char buf[4096];
		size_t max = sizeof(buf);
		ssize_t n;

		if (t->fake->deaf >= 0)
			max = MIN(max, (size_t)(t->fake->deaf - t->heard));
		n = max ? recv(t->fd, buf, max, 0) : 0;
		if (n <= 0)
			break;
		t->heard += n;
		g_string_append_len(t->in, buf, n);
		go_on = answer_all(t);
	}
}

static void
converse(struct smtp_fake *fake, int fd)
{
	struct talk t = { .fake = fake, .fd = fd, .left = fake->cut,
			  .in = g_string_new(NULL) };
	int now = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &now, sizeof(now));
	fake->connections++;
	fake->fd = fd;
	listen_to(&t);
	g_string_free(t.in, TRUE);
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
	struct smtp_fake *fake = data;

	while (ready(fake, fake->listener, POLLIN)) {
		int fd = accept(fake->listener, NULL, NULL);

		if (fd >= 0)
			converse(fake, fd);
	}
	return NULL;
}

void
smtp_fake_start(struct smtp_fake *fake)
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
	fake->letters = g_ptr_array_new_with_free_func(g_free);
	fake->thread = g_thread_new("smtp", serve, fake);
}

void
smtp_fake_stop(struct smtp_fake *fake)
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
smtp_fake_clear(struct smtp_fake *fake)
{
	smtp_fake_stop(fake);
	if (fake->commands)
		g_string_free(fake->commands, TRUE);
	if (fake->letters)
		g_ptr_array_unref(fake->letters);
}
