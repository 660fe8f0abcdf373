/*
 * test_delay.c - the bad wire counts right and cuts where it is told
 */
#include "support/delay.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <glib.h>

#include "support/support.h"

/* A server that greets with "hello" and says back what it hears. */
struct echo {
	pid_t pid;
	int port;
};

static void
echo_serve(int listener)
{
	char buf[4096];

	for (;;) {
		int fd = accept(listener, NULL, NULL);
		ssize_t n = send(fd, "hello", 5, MSG_NOSIGNAL);

		while (n > 0 && (n = recv(fd, buf, sizeof(buf), 0)) > 0)
			n = send(fd, buf, (size_t)n, MSG_NOSIGNAL);
		close(fd);
	}
}

static struct echo
echo_start(void)
{
	struct echo e;
	int listener = support_listen(&e.port);

	e.pid = fork();
	if (e.pid == 0)
		echo_serve(listener);
	close(listener);
	return e;
}

static void
echo_stop(struct echo *e)
{
	kill(e->pid, SIGKILL);
	waitpid(e->pid, NULL, 0);
}

static int
dial(int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	a.sin_port = htons((uint16_t)port);
	cr_assert_eq(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

/* Read n octets; fewer when the peer closed, reset or ms have gone. */
static size_t
hear(int fd, char *buf, size_t n, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	size_t have = 0;
	ssize_t got;

	while (have < n && poll(&p, 1, ms) == 1 &&
	       (got = recv(fd, buf + have, n - have, 0)) > 0)
		have += (size_t)got;
	return have;
}

static void
ask(int fd, const char *text)
{
	char buf[64];
	size_t n = strlen(text);

	cr_assert_eq(send(fd, text, n, MSG_NOSIGNAL), (ssize_t)n);
	cr_assert_eq(hear(fd, buf, n, 60000), n);
	cr_assert_eq(memcmp(buf, text, n), 0);
}

TestSuite(delay, .timeout = 600);

Test(delay, counts_octets_turns_and_waits)
{
	struct echo e = echo_start();
	struct delay_options o = { .rtt_ms = 60 };
	struct delay *d = delay_start(e.port, &o);
	gint64 began = g_get_monotonic_time();
	int fd = dial(delay_port(d));
	struct delay_counts c;
	char buf[8];

	cr_assert_eq(hear(fd, buf, 5, 60000), 5);
	for (int i = 0; i < 3; i++)
		ask(fd, "four");
	cr_assert_geq(g_get_monotonic_time() - began, 4 * 60000);
	delay_counts(d, &c);
	cr_assert_eq(c.connections, 1);
	cr_assert_eq(c.up, 12);
	cr_assert_eq(c.down, 17);
	cr_assert_eq(c.turns, 3);
	cr_assert_eq(c.waits, 4);
	/* Three at once are waited for once. */
	delay_reset(d);
	ask(fd, "twelve bytes");
	delay_counts(d, &c);
	cr_assert_eq(c.waits, 1);
	close(fd);
	delay_stop(d);
	echo_stop(&e);
}

Test(delay, carries_much_without_loss)
{
	struct echo e = echo_start();
	struct delay *d = delay_start(e.port, NULL);
	int fd = dial(delay_port(d));
	GRand *r = g_rand_new_with_seed(1);
	char out[8192], in[8192];

	cr_assert_eq(hear(fd, in, 5, 60000), 5);
	for (int i = 0; i < 200; i++) {
		for (size_t k = 0; k < sizeof(out); k++)
			out[k] = (char)g_rand_int(r);
		cr_assert_eq(send(fd, out, sizeof(out), MSG_NOSIGNAL),
			     (ssize_t)sizeof(out));
		cr_assert_eq(hear(fd, in, sizeof(in), 60000), sizeof(in));
		cr_assert_eq(memcmp(in, out, sizeof(in)), 0);
	}
	g_rand_free(r);
	close(fd);
	delay_stop(d);
	echo_stop(&e);
}

static void
check_cut(enum delay_direction direction, enum delay_cut how, size_t heard,
	  int after)
{
	struct echo e = echo_start();
	struct delay *d = delay_start(e.port, NULL);
	struct pollfd p = { .events = POLLIN };
	bool silence = how == DELAY_SILENCE;
	struct delay_counts c;
	char buf[32];

	delay_cut(d, direction, 7, how);
	p.fd = dial(delay_port(d));
	cr_assert_eq(hear(p.fd, buf, 5, 60000), 5);
	send(p.fd, "0123456789", 10, MSG_NOSIGNAL);
	cr_assert_eq(hear(p.fd, buf, silence ? heard : 10, 60000), heard);
	cr_assert_eq(poll(&p, 1, silence ? 100 : 60000), silence ? 0 : 1);
	if (!silence && after == 0)
		cr_assert_eq(recv(p.fd, buf, 1, 0), 0);
	close(p.fd);
	delay_counts(d, &c);
	cr_assert_eq(c.cuts, 1);
	/* The next one is whole. */
	p.fd = dial(delay_port(d));
	cr_assert_eq(hear(p.fd, buf, 5, 60000), 5);
	ask(p.fd, "0123456789");
	close(p.fd);
	delay_stop(d);
	echo_stop(&e);
}

Test(delay, cuts_at_an_octet)
{
	check_cut(DELAY_DOWN, DELAY_FIN, 2, 0);
	check_cut(DELAY_DOWN, DELAY_SILENCE, 2, 0);
	check_cut(DELAY_UP, DELAY_FIN, 0, ECONNRESET);
}

Test(delay, resets)
{
	struct echo e = echo_start();
	struct delay *d = delay_start(e.port, NULL);
	char buf[8];
	int fd;

	delay_cut(d, DELAY_UP, 3, DELAY_RST);
	fd = dial(delay_port(d));
	cr_assert_eq(hear(fd, buf, 5, 60000), 5);
	cr_assert_eq(send(fd, "abc", 3, MSG_NOSIGNAL), 3);
	cr_assert_eq(recv(fd, buf, 1, 0), -1);
	cr_assert_eq(errno, ECONNRESET);
	close(fd);
	delay_stop(d);
	echo_stop(&e);
}

Test(delay, hides_words)
{
	static const char said[] = "UIDL (MOVE [COPYUID REMOVE move\r\n";
	static const char heard[] = "XIDL (XOVE [COPYUID REMOVE Xove\r\n";
	struct echo e = echo_start();
	struct delay_options o = { .hide = "UIDL|MOVE" };
	struct delay *d = delay_start(e.port, &o);
	int fd = dial(delay_port(d));
	ssize_t n = sizeof(said) - 1;
	char buf[64];

	cr_assert_eq(hear(fd, buf, 5, 60000), 5);
	cr_assert_eq(send(fd, said, n, MSG_NOSIGNAL), n);
	cr_assert_eq(hear(fd, buf, n, 60000), n);
	cr_assert_eq(memcmp(buf, heard, n), 0, "%.*s", (int)n, buf);
	close(fd);
	delay_stop(d);
	echo_stop(&e);
}

Test(delay, gives_in_crumbs)
{
	struct echo e = echo_start();
	struct delay_options o = { .piece = 1 };
	struct delay *d = delay_start(e.port, &o);
	int fd = dial(delay_port(d));
	char buf[16];

	cr_assert_eq(hear(fd, buf, 5, 60000), 5);
	ask(fd, "0123456789");
	close(fd);
	delay_stop(d);
	echo_stop(&e);
}
