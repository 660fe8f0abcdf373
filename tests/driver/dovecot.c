/*
 * dovecot.c - the contract over a real Dovecot
 */
#include "driver/contract.h"

#include "support/delay.h"
#include "support/dovecot.h"

/* A server and what its sessions were made from. */
struct server {
	struct dovecot *dovecot;
	struct delay *wire;	/* that hides words; NULL none */
	struct driver_host host;
	GPtrArray *accounts;
	const struct kind *kind;
};

/* What a fixture is beyond the contract's part. */
struct kind {
	struct contract_fixture fixture;	/* first */
	const char *scheme;
	const char *hide;	/* words that nobody may know, NULL none */
	int (*port)(const struct dovecot *d);
	struct driver *(*make)(const struct account *a,
			       const struct driver_host *host);
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
	struct delay_options options = { .hide = kind->hide };
	struct server *s = g_new0(struct server, 1);

	s->kind = kind;
	s->dovecot = dovecot_start(NULL);
	if (kind->hide)
		s->wire = delay_start(kind->port(s->dovecot), &options);
	s->host = (struct driver_host){ NULL, secret, notice };
	s->accounts = g_ptr_array_new_with_free_func(
		(GDestroyNotify)account_free);
	return s;
}

static void
stop(void *server)
{
	struct server *s = server;

	delay_stop(s->wire);
	dovecot_stop(s->dovecot);
	g_ptr_array_unref(s->accounts);
	g_free(s);
}

static struct driver *
session(void *server)
{
	struct server *s = server;
	struct account *a = account_new("test");
	char *url = g_strdup_printf("%s://localhost:%d", s->kind->scheme,
				    s->wire ? delay_port(s->wire)
					    : s->kind->port(s->dovecot));
	struct err e;

	cr_assert_eq(endpoint_parse(&a->receive, url, &e), ST_OK, "%s",
		     e.text);
	g_free(url);
	a->user = g_strdup("ann");
	a->tls_ca_file = g_strdup(dovecot_ca(s->dovecot));
	a->timeout = 120;
	g_ptr_array_add(s->accounts, a);
	return s->kind->make(a, &s->host);
}

static void
add(void *server, const char *folder, const char *bytes, size_t len)
{
	struct server *s = server;

	dovecot_add(s->dovecot, "ann", folder, bytes, len, "", 1600000000);
}

static void
folder(void *server, const char *name)
{
	struct server *s = server;

	g_free(dovecot_admin(s->dovecot, "mailbox", "create", "-u", "ann",
			     name, NULL));
}

static void
renumber(void *server, const char *name)
{
	struct server *s = server;

	g_free(dovecot_admin(s->dovecot, "mailbox", "update", "-u", "ann",
			     "--uid-validity", "4711", name, NULL));
}

#define IMAP_ALL (CAP_FOLDERS | CAP_UIDS | CAP_FLAGS | CAP_KEYWORDS | \
		  CAP_CONDSTORE | CAP_QRESYNC | CAP_UIDPLUS | CAP_MOVE | \
		  CAP_IDLE | CAP_LIST_STATUS | CAP_APPEND | CAP_PEEK | \
		  CAP_SPECIAL_USE)

#define FIXTURE(Name, Caps, Lacks)					\
	.fixture = {							\
		.name = Name, .caps = Caps, .lacks = Lacks,		\
		.pipelines = true, .start = start, .stop = stop,	\
		.driver = session, .add = add, .folder = folder,	\
		.renumber = renumber					\
	}

#define POP(Name)							\
	FIXTURE(Name, CAP_DELIVERS | CAP_PEEK,				\
		IMAP_ALL & ~(uint32_t)CAP_PEEK),			\
	.make = pop_driver_new

static const struct kind pop = {
	POP("Dovecot's POP"), .scheme = "pop3s", .port = dovecot_pop3s
};
static const struct kind pop_starttls = {
	POP("Dovecot's POP behind STARTTLS"), .scheme = "pop3+starttls",
	.port = dovecot_pop3
};

#define IMAP(Name, Lacks)						\
	FIXTURE(Name, IMAP_ALL & ~(uint32_t)(Lacks),			\
		CAP_DELIVERS | (Lacks)),				\
	.make = imap_driver_new

static const struct kind imap = {
	IMAP("Dovecot's IMAP", 0), .scheme = "imaps", .port = dovecot_imaps
};
static const struct kind imap_starttls = {
	IMAP("Dovecot's IMAP behind STARTTLS", 0),
	.scheme = "imap+starttls", .port = dovecot_imap
};

/*
 * What a configuration does not announce Dovecot would still do; so a wire
 * makes it a server that knows nothing of these words.
 */
#define HIDE_CONDSTORE "QRESYNC|CONDSTORE|HIGHESTMODSEQ|MODSEQ|CHANGEDSINCE"
#define HIDE_UIDPLUS "UIDPLUS|COPYUID|APPENDUID|UID EXPUNGE"

#define LESS(Name, Lacks, Hide)						\
	IMAP("Dovecot's IMAP without " Name, Lacks),			\
	.scheme = "imap+plaintext", .port = dovecot_imap, .hide = Hide

static const struct kind imap_condstore = {
	LESS("QRESYNC", CAP_QRESYNC, "QRESYNC")
};
static const struct kind imap_no_condstore = {
	LESS("CONDSTORE", CAP_QRESYNC | CAP_CONDSTORE, HIDE_CONDSTORE)
};
static const struct kind imap_no_uidplus = {
	LESS("UIDPLUS", CAP_UIDPLUS, HIDE_UIDPLUS)
};
static const struct kind imap_no_move = {
	LESS("MOVE", CAP_MOVE, "MOVE")
};
static const struct kind imap_plain = {
	LESS("extensions",
	     CAP_QRESYNC | CAP_CONDSTORE | CAP_UIDPLUS | CAP_MOVE | CAP_IDLE |
	     CAP_LIST_STATUS | CAP_SPECIAL_USE,
	     HIDE_CONDSTORE "|" HIDE_UIDPLUS "|MOVE|IDLE|LIST-STATUS|"
	     "SPECIAL-USE|LIST-EXTENDED|ESEARCH|ENABLE|SASL-IR|LITERAL+|"
	     "LITERAL-|NAMESPACE|ID")
};

const struct contract_fixture *const contract_fixtures[] = {
	&imap.fixture, &imap_condstore.fixture, &imap_no_condstore.fixture,
	&imap_no_uidplus.fixture, &imap_no_move.fixture, &imap_plain.fixture,
	&pop.fixture, NULL
};

/* Behind STARTTLS only opening is different. */
static void
run_starttls(const struct kind *kind)
{
	struct contract contract = { .fixture = &kind->fixture };
	struct contract *c = &contract;
	struct caught *caught;
	struct copy *copy;

	c->server = start(c->fixture, NULL);
	contract_deliver(c, "INBOX", 1);
	c->d = session(c->server);
	for (int i = 0; i < 2; i++) {
		OK(driver_open(c->d, &c->e));
		HOLDS((driver_capabilities(c->d) & c->fixture->caps) ==
		      c->fixture->caps);
		copy = copy_of(c, c->d, "INBOX");
		caught = contract_fetch(c, c->d, &copy->uids, FETCH_WHOLE);
		HOLDS(caught->messages->len == 1);
		caught_free(caught);
		copy_free(copy);
		OK(driver_close(c->d, true, &c->e));
	}
	driver_free(c->d);
	stop(c->server);
}

Test(dovecot, imap_behind_starttls)
{
	run_starttls(&imap_starttls);
}

Test(dovecot, pop_behind_starttls)
{
	run_starttls(&pop_starttls);
}
