/*
 * account.h - one account as the configuration has it
 */
#ifndef VERSO_MODEL_ACCOUNT_H
#define VERSO_MODEL_ACCOUNT_H

#include <stdbool.h>

#include "base/err.h"

enum protocol { PROTO_NONE, PROTO_IMAP, PROTO_POP, PROTO_SMTP, PROTO_MEMORY };
enum transport { TRANSPORT_TLS, TRANSPORT_STARTTLS, TRANSPORT_PLAIN };
enum auth_kind { AUTH_PASSWORD, AUTH_OAUTH2 };

/* scheme://host[:port] */
struct endpoint {
	enum protocol proto;	/* PROTO_NONE: not configured */
	enum transport transport;
	char *host;
	int port;
};

enum keep { KEEP_NO, KEEP_FOREVER, KEEP_DAYS };

struct account {
	char *name;
	char *address;		/* "Ann Lee <ann@example.org>" */
	struct endpoint receive, send;
	char *user;
	enum auth_kind auth;
	char *password_command, *token_command;	/* NULL: ask */
	char *send_user, *send_password_command, *send_token_command;
	enum keep keep;
	int keep_days;
	char **folders;		/* LIST patterns, NULL: every folder */
	char *archive, *drafts, *sent, *trash, *junk;	/* NULL: SPECIAL-USE */
	char *send_command;	/* argv line, instead of send; NULL none */
	char **aliases;		/* patterns of addresses that are the person's
				 * own too; NULL: none */
	char *reply_to;		/* NULL: From */
	char *signature;	/* a file; NULL: none */
	bool save_sent;		/* a copy of what is sent goes to Sent */
	char *tls_ca_file, *tls_pin;
	int timeout;		/* seconds without progress */
};

struct account *
account_new(const char *name);		/* with the defaults of verso.5 */
void
account_free(struct account *a);	/* takes NULL */

/*
 * Read "imaps://host:port".  Refuses (ST_CONFIG, one sentence) an unknown
 * scheme with the nearest known one, a missing host, a bad port, and
 * …+plaintext for a host that is not loopback ("localhost", 127.0.0.0/8,
 * ::1).  "memory:NAME" is the in-memory server (demo and tests).
 */
enum st
endpoint_parse(struct endpoint *ep, const char *url, struct err *e);
void
endpoint_clear(struct endpoint *ep);
bool
host_is_loopback(const char *host);

#endif
