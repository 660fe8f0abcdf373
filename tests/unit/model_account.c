/*
 * model_account.c - accounts and server URLs
 */
#include "model/account.h"

#include <string.h>

#include <criterion/criterion.h>
#include <glib.h>

static const struct {
	const char *url;
	enum protocol proto;
	enum transport transport;
	const char *host;
	int port;
} good[] = {
	{ "imaps://imap.example.org", PROTO_IMAP, TRANSPORT_TLS,
	  "imap.example.org", 993 },
	{ "pop3s://pop.example.org/", PROTO_POP, TRANSPORT_TLS,
	  "pop.example.org", 995 },
	{ "smtps://s", PROTO_SMTP, TRANSPORT_TLS, "s", 465 },
	{ "imap+starttls://h", PROTO_IMAP, TRANSPORT_STARTTLS, "h", 143 },
	{ "pop3+starttls://h", PROTO_POP, TRANSPORT_STARTTLS, "h", 110 },
	{ "smtp+starttls://h", PROTO_SMTP, TRANSPORT_STARTTLS, "h", 587 },
	{ "IMAPS://h:1993", PROTO_IMAP, TRANSPORT_TLS, "h", 1993 },
	{ "imaps://h:65535/", PROTO_IMAP, TRANSPORT_TLS, "h", 65535 },
	{ "imaps://[2001:db8::1]", PROTO_IMAP, TRANSPORT_TLS, "2001:db8::1",
	  993 },
	{ "imaps://[2001:db8::1]:99", PROTO_IMAP, TRANSPORT_TLS,
	  "2001:db8::1", 99 },
	{ "imap+plaintext://localhost:1143", PROTO_IMAP, TRANSPORT_PLAIN,
	  "localhost", 1143 },
	{ "pop3+plaintext://127.1.2.3", PROTO_POP, TRANSPORT_PLAIN,
	  "127.1.2.3", 110 },
	{ "smtp+plaintext://[::1]:25", PROTO_SMTP, TRANSPORT_PLAIN, "::1",
	  25 },
	{ "imaps://bücher.example", PROTO_IMAP, TRANSPORT_TLS,
	  "bücher.example", 993 },
	{ "memory:work", PROTO_MEMORY, TRANSPORT_PLAIN, "work", 0 },
};

Test(endpoint, parse)
{
	struct endpoint ep = { .proto = PROTO_NONE };

	for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
		struct err e = { "" };

		cr_assert_eq(endpoint_parse(&ep, good[i].url, &e), ST_OK,
			     "%s: %s", good[i].url, e.text);
		cr_assert_eq(ep.proto, good[i].proto);
		cr_assert_eq(ep.transport, good[i].transport);
		cr_assert_str_eq(ep.host, good[i].host);
		cr_assert_eq(ep.port, good[i].port);
		cr_assert_str_empty(e.text);
	}
	endpoint_clear(&ep);
	cr_assert_null(ep.host);
	cr_assert_eq(ep.proto, PROTO_NONE);
}

Test(endpoint, refuse)
{
	static const char *const rows[][2] = {	/* and a word of the reason */
		{ "imap.example.org", "imaps://" },
		{ "", "imaps://" },
		{ "memory:", "imaps://" },
		{ "imap://h", "imaps" },
		{ "iamps://h", "did you mean “imaps”" },
		{ "imap+startls://h", "did you mean “imap+starttls”" },
		{ "https://example.org", "no known scheme" },
		{ "imaps://", "host" },
		{ "imaps://:993", "host" },
		{ "imaps:///", "host" },
		{ "imaps://-oProxy", "host" },
		{ "imaps://a b", "host" },
		{ "imaps://a\nb", "host" },
		{ "imaps://a/path", "host" },
		{ "imaps://[::1", "host" },
		{ "imaps://[::1]x", "host" },
		{ "imaps://[]", "host" },
		{ "imaps://ann@h", "user = " },
		{ "imaps://h:", "port" },
		{ "imaps://h:0", "port" },
		{ "imaps://h:65536", "port" },
		{ "imaps://h:99999999999999999999", "port" },
		{ "imaps://h:-1", "port" },
		{ "imaps://h:1x", "port" },
		{ "imaps://h:1/x", "port" },
		{ "imap+plaintext://example.org", "in clear" },
		{ "pop3+plaintext://128.0.0.1", "in clear" },
		{ "imap+plaintext://localhost.example.org", "in clear" },
		{ "imap+plaintext://127.0.0.1.example.org", "in clear" },
		{ "imap+plaintext://[::2]", "in clear" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct endpoint ep = { .port = 7 };
		struct err e = { "" };

		cr_assert_eq(endpoint_parse(&ep, rows[i][0], &e), ST_CONFIG,
			     "%s", rows[i][0]);
		cr_assert(strstr(e.text, rows[i][1]), "%s: %s", rows[i][0],
			  e.text);
		cr_assert_eq(ep.port, 7, "it was touched");
		cr_assert_null(ep.host);
	}
}

Test(endpoint, every_prefix_is_safe)
{
	for (size_t i = 0; i < G_N_ELEMENTS(good); i++)
		for (size_t len = 0; len <= strlen(good[i].url); len++) {
			struct endpoint ep = { .proto = PROTO_NONE };
			char *url = g_strndup(good[i].url, len);

			endpoint_parse(&ep, url, NULL);
			endpoint_clear(&ep);
			g_free(url);
		}
}

Test(account, loopback)
{
	cr_assert(host_is_loopback("LocalHost"));
	cr_assert(host_is_loopback("127.255.0.1"));
	cr_assert(host_is_loopback("0:0:0:0:0:0:0:1"));
	cr_assert(!host_is_loopback("127"));
	cr_assert(!host_is_loopback("::ffff:10.0.0.1"));
	cr_assert(!host_is_loopback(""));
}

Test(account, defaults)
{
	struct account *a = account_new("work");

	cr_assert_str_eq(a->name, "work");
	cr_assert_eq(a->auth, AUTH_PASSWORD);
	cr_assert_eq(a->keep, KEEP_NO);
	cr_assert_eq(a->timeout, 60);
	cr_assert_eq(a->receive.proto, PROTO_NONE);
	cr_assert_null(a->folders);
	account_free(a);
	account_free(NULL);
}
