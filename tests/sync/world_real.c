/*
 * world_real.c - a real server of a world, and another client of it
 */
#include "sync/world_real.h"

#include "support/delay.h"
#include "support/dovecot.h"
#include "support/other.h"

struct real {
	struct dovecot *dovecot;	/* NULL: other */
	struct other *other;
	struct delay *wire;		/* that hides words, NULL none */
	struct account *account;	/* of the other client */
	struct driver *behind;
	struct driver_host host;
	const char *prefix;
	struct err e;
};

#define DOES(r, call) \
	do { \
		enum st st_ = (call); \
		cr_assert_eq(st_, ST_OK, "%s: %s: %s", #call, st_name(st_), \
			     (r)->e.text); \
	} while (0)

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

static struct driver *
session(struct real *r, struct account *a, int port)
{
	char *url = g_strdup_printf("imap+plaintext://localhost:%d", port);

	DOES(r, endpoint_parse(&a->receive, url, &r->e));
	g_free(url);
	g_free(a->user);
	a->user = g_strdup("ann");
	a->timeout = 120;
	return imap_driver_new(a, &r->host);
}

static int
port_of(const struct real *r)
{
	return r->dovecot ? dovecot_imap(r->dovecot) : other_port(r->other);
}

struct real *
real_new(const struct world_kind *kind, const char **why)
{
	struct delay_options options = { .hide = kind->hide };
	struct real *r = g_new0(struct real, 1);

	if (kind->make == WORLD_DOVECOT)
		r->dovecot = dovecot_start(NULL);
	else
		r->other = other_start(kind->make == WORLD_COURIER ?
				       OTHER_COURIER : OTHER_CYRUS, why);
	if (!r->dovecot && !r->other) {
		g_free(r);
		return NULL;
	}
	r->prefix = kind->make == WORLD_COURIER ? "INBOX." : "";
	r->host = (struct driver_host){ NULL, secret, notice };
	if (kind->hide)
		r->wire = delay_start(port_of(r), &options);
	r->account = account_new("behind");
	r->behind = session(r, r->account, port_of(r));
	DOES(r, driver_open(r->behind, &r->e));
	return r;
}

void
real_free(struct real *r)
{
	if (!r)
		return;
	driver_close(r->behind, true, NULL);
	driver_free(r->behind);
	account_free(r->account);
	delay_stop(r->wire);
	dovecot_stop(r->dovecot);
	other_stop(r->other);
	g_free(r);
}

struct driver *
real_session(struct real *r, struct account *account)
{
	return session(r, account, r->wire ? delay_port(r->wire) : port_of(r));
}

const char *
real_prefix(const struct real *r)
{
	return r->prefix;
}

/* ---- the other client ---- */

static struct entered
enter(struct real *r, const char *folder)
{
	struct entered in = { 0 };

	DOES(r, driver_enter(r->behind, folder, NULL, NULL, &in, &r->e));
	return in;
}

static struct uidset
only(uint32_t uid)
{
	struct uidset s = UIDSET_EMPTY;

	uidset_add(&s, uid);
	return s;
}

uint32_t
real_add(struct real *r, const char *folder, const char *bytes, size_t len,
	 const struct flags *flags, int64_t when)
{
	uint32_t uid;

	DOES(r, driver_append(r->behind, folder, flags, when, bytes, len,
			      &uid, NULL, &r->e));
	return uid;
}

void
real_flags(struct real *r, const char *folder, uint32_t uid,
	   const struct flags *flags)
{
	struct flags others = { FLAG_ALL & ~flags->bits, NULL };
	struct uidset one = only(uid);

	enter(r, folder);
	DOES(r, driver_store(r->behind, &one, true, flags, &r->e));
	DOES(r, driver_store(r->behind, &one, false, &others, &r->e));
	uidset_clear(&one);
}

struct look {
	uint32_t uid;
	struct flags *out;
};

static enum st
note(void *ctx, const struct listing *m, struct err *e)
{
	struct look *l = ctx;

	if (m->uid == l->uid)
		flags_copy(l->out, &m->flags);
	return ST_OK;
}

static enum st
gone(void *ctx, const struct uidset *uids, struct err *e)
{
	return ST_OK;
}

void
real_flags_of(struct real *r, const char *folder, uint32_t uid,
	      struct flags *out)
{
	struct look l = { uid, out };
	struct listing_sink sink = { &l, note, gone };
	bool full;

	enter(r, folder);
	DOES(r, driver_changes(r->behind, NULL, &sink, &full, &r->e));
}

size_t
real_count(struct real *r, const char *folder)
{
	return (size_t)enter(r, folder).exists;
}

void
real_remove(struct real *r, const char *folder, uint32_t uid)
{
	struct uidset one = only(uid);

	enter(r, folder);
	DOES(r, driver_expunge(r->behind, &one, &r->e));
	uidset_clear(&one);
}

void
real_move(struct real *r, const char *folder, uint32_t uid, const char *to)
{
	struct uidset one = only(uid);

	enter(r, folder);
	DOES(r, driver_copy(r->behind, &one, to, NULL, NULL, NULL, &r->e));
	DOES(r, driver_expunge(r->behind, &one, &r->e));
	uidset_clear(&one);
}

void
real_folder_add(struct real *r, const char *name)
{
	struct entered in;

	if (driver_enter(r->behind, name, NULL, NULL, &in, &r->e) == ST_OK)
		return;
	DOES(r, driver_folder(r->behind, FOLDER_CREATE, name, NULL, &r->e));
}

void
real_folder_rename(struct real *r, const char *from, const char *to)
{
	DOES(r, driver_folder(r->behind, FOLDER_RENAME, from, to, &r->e));
}

bool
real_renumber(struct real *r, const char *folder)
{
	if (!r->dovecot)
		return false;
	g_free(dovecot_admin(r->dovecot, "mailbox", "update", "-u", "ann",
			     "--uid-validity", "4711", folder, NULL));
	return true;
}
