/*
 * tls.c - whom a stream trusts, and whom not
 */
#include <criterion/criterion.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <glib.h>
#include <glib/gstdio.h>
#include <openssl/ssl.h>

#include "base/clock.h"
#include "net/driver.h"
#include "net/stream.h"
#include "support/cert.h"

/* A TLS server that greets one connection after another. */
struct server {
	char *dir;
	int listener, port, stop[2];
	int max_version;		/* 0: any */
	unsigned resumed, connections;
	GThread *thread;
};

static void
greet(struct server *s, SSL_CTX *ctx, int fd)
{
	SSL *ssl = SSL_new(ctx);
	char buf[64];

	SSL_set_fd(ssl, fd);
	if (SSL_accept(ssl) == 1) {
		s->connections++;
		s->resumed += (unsigned)SSL_session_reused(ssl);
		SSL_write(ssl, "* OK hello\r\n", 12);
		while (SSL_read(ssl, buf, sizeof(buf)) > 0)
			;
	}
	SSL_free(ssl);
	close(fd);
}

static gpointer
serve(gpointer data)
{
	struct server *s = data;
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	char *cert = g_build_filename(s->dir, "cert.pem", NULL);
	char *key = g_build_filename(s->dir, "key.pem", NULL);
	struct pollfd p[2] = { { .fd = s->listener, .events = POLLIN },
			       { .fd = s->stop[0], .events = POLLIN } };

	SSL_CTX_use_certificate_file(ctx, cert, SSL_FILETYPE_PEM);
	SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM);
	if (s->max_version) {
		SSL_CTX_set_min_proto_version(ctx, TLS1_VERSION);
		SSL_CTX_set_max_proto_version(ctx, s->max_version);
		SSL_CTX_set_security_level(ctx, 0);
	}
	while (poll(p, 2, 120000) > 0 && !p[1].revents) {
		int fd = accept(s->listener, NULL, NULL);
		struct timeval t = { .tv_sec = 10 };

		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t));
		greet(s, ctx, fd);
	}
	SSL_CTX_free(ctx);
	g_free(cert);
	g_free(key);
	return NULL;
}

static struct server *
server_new(const struct cert_options *options, int max_version)
{
	struct server *s = g_new0(struct server, 1);
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof(a);

	/* As the program does: OpenSSL writes without MSG_NOSIGNAL. */
	signal(SIGPIPE, SIG_IGN);
	s->dir = g_dir_make_tmp("verso-tls-XXXXXX", NULL);
	s->max_version = max_version;
	cert_make(s->dir, options);
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	cr_assert_eq(bind(s->listener, (struct sockaddr *)&a, len), 0);
	cr_assert_eq(listen(s->listener, 5), 0);
	getsockname(s->listener, (struct sockaddr *)&a, &len);
	s->port = ntohs(a.sin_port);
	cr_assert_eq(pipe(s->stop), 0);
	s->thread = g_thread_new("tls", serve, s);
	return s;
}

static void
server_free(struct server *s)
{
	static const char *const files[] = { "ca.pem", "ca-key.pem",
					     "cert.pem", "key.pem" };

	cr_assert_eq(write(s->stop[1], "x", 1), 1);
	g_thread_join(s->thread);
	close(s->listener);
	close(s->stop[0]);
	close(s->stop[1]);
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
		char *file = g_build_filename(s->dir, files[i], NULL);

		g_unlink(file);
		g_free(file);
	}
	g_rmdir(s->dir);
	g_free(s->dir);
	g_free(s);
}

/* Connect by this name; the pin may be NULL.  The greeting must come when
 * the connection does. */
static enum st
visit(struct server *s, const char *host, const char *pin, struct err *e)
{
	struct account *a = account_new("work");
	char *url = g_strdup_printf("imaps://%s:%d", host, s->port);
	struct stream *stream;
	const char *line;
	size_t len;
	enum st st;

	cr_assert_eq(endpoint_parse(&a->receive, url, e), ST_OK);
	a->tls_ca_file = g_build_filename(s->dir, "ca.pem", NULL);
	a->tls_pin = g_strdup(pin);
	a->timeout = 120;
	stream = stream_new(a);
	st = stream_open(stream, &a->receive, e);
	if (st == ST_OK) {
		cr_assert(stream_secure(stream));
		cr_assert_eq(stream_line(stream, 100, &line, &len, e), ST_OK);
		cr_assert_arr_eq(line, "* OK hello", 10);
	}
	stream_free(stream);
	account_free(a);
	g_free(url);
	return st;
}

static enum st
trusts(const struct cert_options *options, const char *host, struct err *e)
{
	struct server *s = server_new(options, 0);
	enum st st = visit(s, host, NULL, e);

	cr_log_info("%s: %s", st_name(st), e->text);
	server_free(s);
	return st;
}

Test(tls, a_good_certificate_is_trusted)
{
	struct err e = { "" };

	cr_assert_eq(trusts(NULL, "localhost", &e), ST_OK, "%s", e.text);
	cr_assert_eq(trusts(NULL, "127.0.0.1", &e), ST_OK, "%s", e.text);
}

Test(tls, bad_certificates_are_not)
{
	static const struct {
		struct cert_options options;
		const char *why;
	} cases[] = {
		{ { .san = "DNS:other.example" }, "another name" },
		/* A common name counts for nothing. */
		{ { .san = "", .cn = "localhost" }, "another name" },
		{ { .san = "DNS:other.example", .cn = "localhost" },
		  "another name" },
		{ { .begins = -7200, .ends = -3600 }, "expired" },
		{ { .begins = 3600, .ends = 7200 }, "not valid yet" },
		{ { .self_signed = true }, "signed by itself" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct err e = { "" };

		cr_assert_eq(trusts(&cases[i].options, "localhost", &e),
			     ST_AUTH, "case %zu: %s", i, e.text);
		cr_assert(strstr(e.text, cases[i].why), "case %zu: %s", i,
			  e.text);
		cr_assert(strstr(e.text, "tls-pin = "), "case %zu: %s", i,
			  e.text);
		cr_assert(strstr(e.text, "fingerprint is "));
	}
}

Test(tls, a_pin_trusts_one_key_and_no_other)
{
	const struct cert_options self = { .self_signed = true };
	struct server *s = server_new(&self, 0);
	struct err e = { "" };
	char *pin = cert_pin(s->dir), *line;

	cr_assert_eq(visit(s, "localhost", NULL, &e), ST_AUTH);
	line = g_strdup_printf("tls-pin = %s", pin);
	cr_assert(strstr(e.text, line), "the line it names is the right one");
	cr_assert_eq(visit(s, "localhost", pin, &e), ST_OK, "%s", e.text);
	pin[0] = pin[0] == '0' ? '1' : '0';
	cr_assert_eq(visit(s, "localhost", pin, &e), ST_AUTH);
	g_free(line);
	g_free(pin);
	server_free(s);
}

Test(tls, old_versions_are_refused)
{
	struct server *s = server_new(NULL, TLS1_1_VERSION);
	struct err e = { "" };

	cr_assert_eq(visit(s, "localhost", NULL, &e), ST_AUTH);
	cr_assert(strstr(e.text, "1.2"), "%s", e.text);
	server_free(s);
	s = server_new(NULL, TLS1_2_VERSION);
	cr_assert_eq(visit(s, "localhost", NULL, &e), ST_OK, "%s", e.text);
	server_free(s);
}

Test(tls, sessions_are_resumed)
{
	struct server *s = server_new(NULL, TLS1_2_VERSION);
	struct err e = { "" };

	for (int i = 0; i < 3; i++)
		cr_assert_eq(visit(s, "localhost", NULL, &e), ST_OK);
	cr_assert_eq(s->connections, 3);
	cr_assert_eq(s->resumed, 2);
	server_free(s);
}

Test(tls, a_server_without_tls_is_no_server)
{
	struct account *a = account_new("work");
	struct sockaddr_in addr = { .sin_family = AF_INET };
	socklen_t len = sizeof(addr);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct stream *stream;
	struct err e = { "" };
	int64_t start = clock_ms();
	char *url;

	/* It takes the connection and never says a word. */
	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	cr_assert_eq(bind(listener, (struct sockaddr *)&addr, len), 0);
	cr_assert_eq(listen(listener, 5), 0);
	getsockname(listener, (struct sockaddr *)&addr, &len);
	url = g_strdup_printf("imaps://127.0.0.1:%d", ntohs(addr.sin_port));
	cr_assert_eq(endpoint_parse(&a->receive, url, &e), ST_OK);
	a->timeout = 1;
	stream = stream_new(a);
	cr_assert_eq(stream_open(stream, &a->receive, &e), ST_RETRY);
	cr_assert_lt(clock_ms() - start, 60000);
	close(listener);
	cr_assert_eq(stream_open(stream, &a->receive, &e), ST_RETRY);
	cr_assert(strstr(e.text, "There is no connection"), "%s", e.text);
	stream_free(stream);
	account_free(a);
	g_free(url);
}

Test(tls, plaintext_is_for_loopback_alone)
{
	struct account *a = account_new("work");
	struct stream *stream = stream_new(a);
	struct endpoint ep = { .proto = PROTO_IMAP, .port = 143,
			       .transport = TRANSPORT_PLAIN,
			       .host = (char *)"imap.example.org" };
	struct err e = { "" };

	cr_assert_eq(stream_open(stream, &ep, &e), ST_CONFIG);
	stream_free(stream);
	account_free(a);
}
