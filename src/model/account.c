/*
 * account.c - accounts and the URLs of their servers
 */
#include "model/account.h"

#include <arpa/inet.h>
#include <string.h>

#include <glib.h>

#include "base/near.h"

#define DEFAULT_TIMEOUT 60

static const struct scheme {
	const char *name;
	enum protocol proto;
	enum transport transport;
	int port;
} schemes[] = {
	{ "imaps", PROTO_IMAP, TRANSPORT_TLS, 993 },
	{ "pop3s", PROTO_POP, TRANSPORT_TLS, 995 },
	{ "smtps", PROTO_SMTP, TRANSPORT_TLS, 465 },
	{ "imap+starttls", PROTO_IMAP, TRANSPORT_STARTTLS, 143 },
	{ "pop3+starttls", PROTO_POP, TRANSPORT_STARTTLS, 110 },
	{ "smtp+starttls", PROTO_SMTP, TRANSPORT_STARTTLS, 587 },
	{ "imap+plaintext", PROTO_IMAP, TRANSPORT_PLAIN, 143 },
	{ "pop3+plaintext", PROTO_POP, TRANSPORT_PLAIN, 110 },
	{ "smtp+plaintext", PROTO_SMTP, TRANSPORT_PLAIN, 587 },
};

struct account *
account_new(const char *name)
{
	struct account *a = g_new0(struct account, 1);

	a->name = g_strdup(name);
	a->auth = AUTH_PASSWORD;
	a->keep = KEEP_NO;
	a->timeout = DEFAULT_TIMEOUT;
	a->save_sent = true;
	return a;
}

void
account_free(struct account *a)
{
	if (!a)
		return;
	g_free(a->name);
	g_free(a->address);
	endpoint_clear(&a->receive);
	endpoint_clear(&a->send);
	g_free(a->user);
	g_free(a->password_command);
	g_free(a->token_command);
	g_free(a->send_user);
	g_free(a->send_password_command);
	g_free(a->send_token_command);
	g_strfreev(a->folders);
	g_free(a->archive);
	g_free(a->drafts);
	g_free(a->sent);
	g_free(a->trash);
	g_free(a->junk);
	g_free(a->send_command);
	g_strfreev(a->aliases);
	g_free(a->reply_to);
	g_free(a->signature);
	g_free(a->tls_ca_file);
	g_free(a->tls_pin);
	g_free(a);
}

void
endpoint_clear(struct endpoint *ep)
{
	g_free(ep->host);
	memset(ep, 0, sizeof(*ep));
}

bool
host_is_loopback(const char *host)
{
	struct in_addr v4;
	struct in6_addr v6;

	if (g_ascii_strcasecmp(host, "localhost") == 0)
		return true;
	if (inet_pton(AF_INET, host, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == 127;
	return inet_pton(AF_INET6, host, &v6) == 1 &&
	       IN6_IS_ADDR_LOOPBACK(&v6);
}

static const struct scheme *
scheme_find(const char *name, size_t len)
{
	for (size_t i = 0; i < G_N_ELEMENTS(schemes); i++)
		if (strlen(schemes[i].name) == len &&
		    g_ascii_strncasecmp(schemes[i].name, name, len) == 0)
			return &schemes[i];
	return NULL;
}

static enum st
unknown_scheme(const char *name, size_t len, struct err *e)
{
	const char *names[G_N_ELEMENTS(schemes) + 1] = { NULL };
	char *word = g_strndup(name, len);
	const char *near;

	for (size_t i = 0; i < G_N_ELEMENTS(schemes); i++)
		names[i] = schemes[i].name;
	near = near_name(word, names);
	if (near)
		err_set(e, ST_CONFIG,
			"“%s” is no known scheme; did you mean “%s”?", word,
			near);
	else
		err_set(e, ST_CONFIG,
			"“%s” is no known scheme; known are imaps, pop3s, "
			"smtps, and imap, pop3 and smtp with +starttls.",
			word);
	g_free(word);
	return ST_CONFIG;
}

/* "host", "host:port", "[::1]", "[::1]:port", one slash behind it.  *port is
 * left alone when none is given. */
static bool
split_host(const char *s, char **host, const char **port)
{
	const char *end = s + strlen(s);

	if (end > s && end[-1] == '/')
		end--;
	*port = NULL;
	if (*s == '[') {
		const char *close = memchr(s, ']', (size_t)(end - s));

		if (!close || (close + 1 < end && close[1] != ':'))
			return false;
		if (close + 1 < end)
			*port = close + 2;
		*host = g_strndup(s + 1, (size_t)(close - s - 1));
	} else {
		const char *colon = memchr(s, ':', (size_t)(end - s));

		if (colon)
			*port = colon + 1;
		*host = g_strndup(s, (size_t)((colon ? colon : end) - s));
	}
	return true;
}

static bool
is_host(const char *host)
{
	struct in6_addr v6;

	if (inet_pton(AF_INET6, host, &v6) == 1)
		return true;
	if (!*host || strlen(host) > 253 || *host == '-' || *host == '.')
		return false;
	for (; *host; host++)	/* bytes over 0x7f: an international name */
		if (!g_ascii_isalnum(*host) && !strchr("-._", *host) &&
		    !(*host & 0x80))
			return false;
	return true;
}

/* Digits, then nothing or the URL's closing slash. */
static bool
parse_port(const char *s, int *port)
{
	int value = 0;

	if (!g_ascii_isdigit(*s))
		return false;
	for (; g_ascii_isdigit(*s); s++) {
		value = value * 10 + (*s - '0');
		if (value > 65535)
			return false;
	}
	*port = value;
	return value > 0 && (!*s || strcmp(s, "/") == 0);
}

static enum st
parse_authority(struct endpoint *ep, const char *url, const char *authority,
		struct err *e)
{
	const char *port;

	if (strchr(authority, '@'))
		return err_set(e, ST_CONFIG,
			       "“%s” has a user in it: write the host here and "
			       "“user = …” on a line of its own.", url);
	if (!split_host(authority, &ep->host, &port) || !is_host(ep->host))
		return err_set(e, ST_CONFIG,
			       "“%s” has no valid host name behind “://”.",
			       url);
	if (port && !parse_port(port, &ep->port))
		return err_set(e, ST_CONFIG,
			       "“%s” has no valid port: 1 to 65535 can follow "
			       "the colon.", url);
	if (ep->transport == TRANSPORT_PLAIN && !host_is_loopback(ep->host))
		return err_set(e, ST_CONFIG,
			       "“%s” would send the password in clear: "
			       "+plaintext is for this machine only "
			       "(localhost, 127.0.0.1, ::1).", url);
	return ST_OK;
}

enum st
endpoint_parse(struct endpoint *ep, const char *url, struct err *e)
{
	struct endpoint new = { .proto = PROTO_NONE };
	const char *sep = strstr(url, "://");
	const struct scheme *scheme;
	enum st st;

	if (g_str_has_prefix(url, "memory:") && url[7]) {
		endpoint_clear(ep);
		ep->proto = PROTO_MEMORY;
		ep->transport = TRANSPORT_PLAIN;
		ep->host = g_strdup(url + 7);
		return ST_OK;
	}
	if (!sep)
		return err_set(e, ST_CONFIG,
			       "“%s” is no server: write it as "
			       "imaps://imap.example.org.", url);
	scheme = scheme_find(url, (size_t)(sep - url));
	if (!scheme)
		return unknown_scheme(url, (size_t)(sep - url), e);
	new.proto = scheme->proto;
	new.transport = scheme->transport;
	new.port = scheme->port;
	st = parse_authority(&new, url, sep + 3, e);
	if (st != ST_OK) {
		endpoint_clear(&new);
		return st;
	}
	endpoint_clear(ep);
	*ep = new;
	return ST_OK;
}
