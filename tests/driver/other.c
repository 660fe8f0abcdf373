/*
 * other.c - the contract over real servers that are not Dovecot
 *
 * What happens behind the session's back is done by another IMAP session.
 */
#include "driver/contract.h"

#include "support/other.h"

struct server {
	struct other *other;
	struct account *account;
	struct driver_host host;
};

struct kind {
	struct contract_fixture fixture;	/* first */
	enum other_kind kind;
};

static enum st
secret(void *ctx, bool again, char **password, struct err *e)
{
	(void)ctx, (void)again, (void)e;
	*password = g_strdup("secret");
	return ST_OK;
}

static void
notice(void *ctx, const char *text)
{
	(void)ctx, (void)text;
}

static void *
start(const struct contract_fixture *fixture, const char **why)
{
	const struct kind *kind = (const struct kind *)fixture;
	struct other *other = other_start(kind->kind, why);
	struct server *s;
	struct err e;
	char *url;

	if (!other)
		return NULL;
	s = g_new0(struct server, 1);
	s->other = other;
	s->host = (struct driver_host){ NULL, secret, notice };
	s->account = account_new("test");
	url = g_strdup_printf("imap+plaintext://localhost:%d",
			      other_port(other));
	cr_assert_eq(endpoint_parse(&s->account->receive, url, &e), ST_OK,
		     "%s", e.text);
	g_free(url);
	s->account->user = g_strdup("ann");
	s->account->timeout = 120;
	return s;
}

static void
stop(void *server)
{
	struct server *s = server;

	other_stop(s->other);
	account_free(s->account);
	g_free(s);
}

static struct driver *
session(void *server)
{
	struct server *s = server;

	return imap_driver_new(s->account, &s->host);
}

static struct driver *
behind(void *server)
{
	struct driver *d = session(server);
	struct err e;

	cr_assert_eq(driver_open(d, &e), ST_OK, "%s", e.text);
	return d;
}

static void
add(void *server, const char *folder, const char *bytes, size_t len)
{
	struct driver *d = behind(server);
	struct flags none = { 0, NULL };
	uint32_t uid;
	struct err e;

	cr_assert_eq(driver_append(d, folder, &none, 1600000000, bytes, len,
				   &uid, NULL, &e), ST_OK, "%s", e.text);
	driver_close(d, true, NULL);
	driver_free(d);
}

static void
folder(void *server, const char *name)
{
	struct driver *d = behind(server);
	struct err e;

	cr_assert_eq(driver_folder(d, FOLDER_CREATE, name, NULL, &e), ST_OK,
		     "%s", e.text);
	driver_close(d, true, NULL);
	driver_free(d);
}

#define FIXTURE(Name, Caps, Lacks, ...)					\
	.fixture = {							\
		.name = Name, .caps = Caps,				\
		.lacks = CAP_DELIVERS | (Lacks), .pipelines = true,	\
		.start = start, .stop = stop, .driver = session,	\
		.add = add, .folder = folder, __VA_ARGS__		\
	}

#define COURIER (CAP_FOLDERS | CAP_UIDS | CAP_FLAGS | CAP_KEYWORDS |	\
		 CAP_UIDPLUS | CAP_IDLE | CAP_APPEND | CAP_PEEK)
#define BEYOND_COURIER (CAP_CONDSTORE | CAP_QRESYNC | CAP_MOVE |	\
			CAP_LIST_STATUS | CAP_SPECIAL_USE)

static const struct kind courier = {
	FIXTURE("Courier", COURIER, BEYOND_COURIER, .prefix = "INBOX.",
		.closes_lines = true),
	.kind = OTHER_COURIER
};
static const struct kind cyrus = {
	FIXTURE("Cyrus", COURIER | BEYOND_COURIER, 0, .prefix = NULL),
	.kind = OTHER_CYRUS
};

const struct contract_fixture *const contract_fixtures[] = {
	&courier.fixture, &cyrus.fixture, NULL
};
