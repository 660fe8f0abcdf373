/*
 * dovecot.c - the two copies with a real server at the other end
 */
#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "mime/message.h"
#include "net/driver.h"
#include "store/verify.h"
#include "support/dovecot.h"
#include "support/support.h"
#include "sync/prove.h"
#include "sync/sync.h"

struct real {
	struct dovecot *server;
	struct account *account;
	struct driver_host host;
	struct driver *driver;
	struct store *store;
	char *dir;
	struct err e;
	int64_t fresh, gone;
	int failed;
	uint64_t round_trips, received;
};

static enum st
secret(void *ctx, bool again, char **password, struct err *e)
{
	*password = g_strdup("secret");
	return ST_OK;
}

static void
notice(void *ctx, const char *text)
{
}

static struct real *
real_new(const char *scheme, const char *without)
{
	struct dovecot_options options = { .without = without };
	struct real *r = g_new0(struct real, 1);
	bool pop = g_str_has_prefix(scheme, "pop3");
	char *url;
	int port;

	store_set_parser(mime_envelope);
	r->server = dovecot_start(&options);
	r->dir = support_tmp_new();
	r->account = account_new("test");
	port = !strchr(scheme, '+') ?
		(pop ? dovecot_pop3s : dovecot_imaps)(r->server) :
		(pop ? dovecot_pop3 : dovecot_imap)(r->server);
	url = g_strdup_printf("%s://localhost:%d", scheme, port);
	cr_assert_eq(endpoint_parse(&r->account->receive, url, &r->e), ST_OK);
	g_free(url);
	r->account->user = g_strdup("ann");
	r->account->tls_ca_file = g_strdup(dovecot_ca(r->server));
	r->account->timeout = 120;
	r->host = (struct driver_host) { NULL, secret, notice };
	r->driver = driver_new(r->account, &r->host, &r->e);
	cr_assert_not_null(r->driver, "%s", r->e.text);
	cr_assert_eq(store_open(r->dir, STORE_WORKER, &r->store, &r->e),
		     ST_OK, "%s", r->e.text);
	return r;
}

static void
real_free(struct real *r)
{
	driver_free(r->driver);
	store_close(r->store);
	dovecot_stop(r->server);
	account_free(r->account);
	support_tmp_free(r->dir);
	g_free(r);
}

static void
on_level(void *ctx, const char *folder, int64_t fresh, int64_t gone,
	 int64_t total)
{
	struct real *r = ctx;

	r->fresh += fresh;
	r->gone += gone;
}

static void
on_failed(void *ctx, const char *folder, enum st st, const char *sentence)
{
	fprintf(stderr, "%s: %s\n", folder, sentence);
	((struct real *)ctx)->failed++;
}

static enum st
sync_once(struct real *r)
{
	struct sync_events events = { .ctx = r, .level = on_level,
				      .failed = on_failed };
	struct sync *s;
	uint64_t sent;
	enum st st;

	r->fresh = r->gone = r->failed = 0;
	st = driver_open(r->driver, &r->e);
	if (st != ST_OK)
		return st;
	s = sync_new(r->account, r->store, r->driver, &events);
	st = sync_run(s, NULL, false, &r->e);
	driver_traffic(r->driver, &r->round_trips, &r->received, &sent);
	sync_free(s);
	driver_close(r->driver, st == ST_OK, NULL);
	return st;
}

#define SYNCS(r) \
	do { \
		enum st st_ = sync_once(r); \
		cr_assert_eq(st_, ST_OK, "%s: %s", st_name(st_), \
			     (r)->e.text); \
	} while (0)

static void
on_difference(void *ctx, const char *folder, const char *sentence)
{
	fprintf(stderr, "%s: %s\n", folder, sentence);
}

/* What the program says of the two copies. */
static enum st
prove(struct real *r, bool deep)
{
	struct prove_events events = { NULL, on_difference, NULL };
	struct sync *s;
	enum st st = driver_open(r->driver, &r->e);

	cr_assert_eq(st, ST_OK, "%s", r->e.text);
	s = sync_new(r->account, r->store, r->driver, NULL);
	st = sync_prove(s, NULL, deep, &events, &r->e);
	sync_free(s);
	driver_close(r->driver, true, NULL);
	return st;
}

static char *
text_of(unsigned n)
{
	return g_strdup_printf("Subject: number %u\r\nMessage-ID: "
			       "<%u@test.example>\r\n\r\nFrom %u\r\n.dot\r\n"
			       "..dots\r\nGr\xfc\xdf" "e\r\n", n, n, n);
}

static void
add(struct real *r, const char *folder, unsigned n, const char *flags)
{
	char *text = text_of(n);

	dovecot_add(r->server, "ann", folder, text, strlen(text), flags,
		    1700000000 + n);
	g_free(text);
}

static void
problem(void *ctx, const char *sentence)
{
	fprintf(stderr, "%s\n", sentence);
}

static struct folder *
folder_of(struct real *r, const char *name)
{
	struct folder *f = NULL;

	cr_assert_eq(folder_by_name(r->store, name, &f, &r->e), ST_OK, "%s",
		     r->e.text);
	return f;
}

/* The folder is whole and has so many. */
static void
check_count(struct real *r, const char *name, int64_t n)
{
	struct folder *f = folder_of(r, name);
	struct verify_result v;

	cr_assert_eq(f->total, n, "%s has %d", name, (int)f->total);
	cr_assert_eq(f->waiting, 0);
	cr_assert_eq(verify_folder(r->store, f->id, problem, NULL, &v, &r->e),
		     ST_OK, "%s", r->e.text);
	folder_free(f);
}

/* Message n is there, octet by octet, with these flags. */
static void
check_message(struct real *r, const char *name, unsigned n, uint32_t flags)
{
	struct folder *f = folder_of(r, name);
	char *id = g_strdup_printf("%u@test.example", n), *wire = text_of(n);
	char **parts = g_strsplit(wire, "\r\n", -1);
	char *want = g_strjoinv("\n", parts);
	struct message m = { 0 };
	GBytes *bytes = NULL;

	cr_assert_eq(message_by_message_id(r->store, f->id, id, &m, &r->e),
		     ST_OK, "%s", r->e.text);
	cr_assert_eq(message_bytes(r->store, m.id, &bytes, &r->e), ST_OK);
	cr_assert_eq(g_bytes_get_size(bytes), strlen(want));
	cr_assert_eq(memcmp(g_bytes_get_data(bytes, NULL), want,
			    strlen(want)), 0);
	cr_assert_eq(m.flags.bits, flags, "%u: %x", n, m.flags.bits);
	g_bytes_unref(bytes);
	message_clear(&m);
	g_strfreev(parts);
	g_free(want);
	g_free(wire);
	g_free(id);
	folder_free(f);
}

static void
all_changes(const char *scheme, const char *without)
{
	struct real *r = real_new(scheme, without);

	for (unsigned n = 1; n <= 30; n++)
		add(r, "INBOX", n, n % 2 ? "" : "S");
	add(r, "Lists/kernel", 100, "FS");
	SYNCS(r);
	cr_assert_eq(r->fresh, 31);
	check_count(r, "INBOX", 30);
	check_message(r, "INBOX", 7, 0);
	check_message(r, "INBOX", 8, FLAG_SEEN);
	check_message(r, "Lists/kernel", 100, FLAG_FLAGGED | FLAG_SEEN);

	SYNCS(r);
	cr_assert_eq(r->fresh, 0);
	cr_assert_eq(prove(r, false), ST_OK, "%s", r->e.text);

	add(r, "INBOX", 31, "");
	g_free(dovecot_admin(r->server, "flags", "add", "-u", "ann",
			     "\\Flagged", "mailbox", "INBOX", "uid", "3",
			     NULL));
	g_free(dovecot_admin(r->server, "expunge", "-u", "ann", "mailbox",
			     "INBOX", "uid", "5:9", NULL));
	g_free(dovecot_admin(r->server, "mailbox", "rename", "-u", "ann",
			     "Lists/kernel", "Kernel", NULL));
	cr_assert_eq(prove(r, false), ST_REFUSED);
	SYNCS(r);
	cr_assert_eq(r->fresh, 1);
	cr_assert_eq(r->gone, 5);
	check_count(r, "INBOX", 26);
	check_message(r, "INBOX", 3, FLAG_FLAGGED);
	check_message(r, "INBOX", 31, 0);
	check_count(r, "Kernel", 1);

	g_free(dovecot_admin(r->server, "mailbox", "delete", "-u", "ann",
			     "Kernel", NULL));
	g_free(dovecot_admin(r->server, "mailbox", "update", "-u", "ann",
			     "--uid-validity", "4711", "INBOX", NULL));
	SYNCS(r);
	cr_assert_eq(r->fresh, 0, "%d fetched again", (int)r->fresh);
	check_count(r, "INBOX", 26);
	check_message(r, "INBOX", 31, 0);
	cr_assert_eq(prove(r, true), ST_OK, "%s", r->e.text);
	real_free(r);
}

Test(dovecot, imap_over_tls, .timeout = 600)
{
	all_changes("imaps", NULL);
}

Test(dovecot, imap_with_starttls_and_no_qresync, .timeout = 600)
{
	all_changes("imap+starttls", "QRESYNC");
}

Test(dovecot, imap_without_any_extension, .timeout = 600)
{
	all_changes("imaps", "*");
}

Test(dovecot, nothing_changed_costs_one_round_trip, .timeout = 600)
{
	struct real *r = real_new("imaps", NULL);
	uint64_t before, login, received, sent;

	for (unsigned n = 1; n <= 200; n++)
		add(r, "INBOX", n, "");
	SYNCS(r);
	SYNCS(r);
	driver_traffic(r->driver, &before, &received, &sent);
	cr_assert_eq(driver_open(r->driver, &r->e), ST_OK);
	driver_traffic(r->driver, &login, &received, &sent);
	driver_close(r->driver, false, NULL);
	SYNCS(r);
	/* What it cost beyond the log-in that it made itself. */
	cr_assert_leq(r->round_trips - login - (login - before), 1,
		      "%d, log-in %d", (int)(r->round_trips - login),
		      (int)(login - before));
	real_free(r);
}

static void
pop_keeps(const char *scheme, enum keep keep)
{
	struct real *r = real_new(scheme, NULL);

	r->account->keep = keep;
	for (unsigned n = 1; n <= 20; n++)
		add(r, "INBOX", n, "");
	SYNCS(r);
	cr_assert_eq(r->fresh, 20);
	check_count(r, "INBOX", 20);
	check_message(r, "INBOX", 13, 0);
	add(r, "INBOX", 21, "");
	cr_assert_eq(prove(r, false), ST_REFUSED);
	SYNCS(r);
	cr_assert_eq(r->fresh, 1);
	check_count(r, "INBOX", 21);
	SYNCS(r);
	cr_assert_eq(r->fresh, 0);
	check_count(r, "INBOX", 21);
	cr_assert_eq(prove(r, true), ST_OK, "%s", r->e.text);
	real_free(r);
}

Test(dovecot, pop_over_tls_takes, .timeout = 600)
{
	pop_keeps("pop3s", KEEP_NO);
}

Test(dovecot, pop_with_starttls_keeps, .timeout = 600)
{
	pop_keeps("pop3+starttls", KEEP_FOREVER);
}
