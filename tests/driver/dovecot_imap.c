/*
 * dovecot_imap.c - what IMAP has beyond the contract, with a real Dovecot
 */
#include <string.h>

#include "driver/contract.h"
#include "support/dovecot.h"

struct own {
	struct dovecot *dovecot;
	struct account *account;
	struct driver_host host;
	struct driver *d;
	struct err e;
};

static enum st
secret(void *ctx, bool again, char **password, struct err *e)
{
	(void)ctx, (void)again, (void)e;
	*password = g_strdup("secret");
	return ST_OK;
}

/* ann logged in at a server with these lines of configuration. */
static struct own *
own_new(const char *extra)
{
	struct dovecot_options options = { .extra = extra };
	struct own *o = g_new0(struct own, 1);
	char *url;

	o->dovecot = dovecot_start(&options);
	o->host.secret = secret;
	o->account = account_new("test");
	url = g_strdup_printf("imaps://localhost:%d",
			      dovecot_imaps(o->dovecot));
	cr_assert_eq(endpoint_parse(&o->account->receive, url, &o->e), ST_OK,
		     "%s", o->e.text);
	g_free(url);
	o->account->user = g_strdup("ann");
	o->account->tls_ca_file = g_strdup(dovecot_ca(o->dovecot));
	o->account->timeout = 30;
	o->d = imap_driver_new(o->account, &o->host);
	cr_assert_eq(driver_open(o->d, &o->e), ST_OK, "%s", o->e.text);
	return o;
}

static void
own_free(struct own *o)
{
	driver_close(o->d, true, NULL);
	driver_free(o->d);
	account_free(o->account);
	dovecot_stop(o->dovecot);
	g_free(o);
}

/* ---- NAMESPACE ---- */

#define SPACES								\
	"namespace second {\n  type = private\n  separator = /\n"	\
	"  prefix = second/\n  location = maildir:~/second\n"		\
	"  list = no\n  mailbox Kept {\n    auto = create\n  }\n}\n"	\
	"namespace public {\n  type = public\n  separator = /\n"	\
	"  prefix = Public/\n  location = maildir:~/public\n"		\
	"  subscriptions = no\n  list = yes\n  mailbox Bin {\n"		\
	"    auto = create\n    special_use = \\Trash\n  }\n}\n"

static const struct folder_info *
find(GPtrArray *all, const char *name)
{
	for (guint i = 0; i < all->len; i++) {
		const struct folder_info *f = all->pdata[i];

		if (strcmp(f->name, name) == 0)
			return f;
	}
	return NULL;
}

Test(dovecot, folders_outside_of_the_first_namespace)
{
	struct own *o = own_new(SPACES);
	const struct folder_info *f;
	GPtrArray *all = NULL;

	cr_assert_eq(driver_folders(o->d, true, &all, &o->e), ST_OK, "%s",
		     o->e.text);
	f = find(all, "INBOX");
	cr_assert(f && f->role == ROLE_INBOX);
	f = find(all, "Trash");
	cr_assert(f && f->role == ROLE_TRASH);
	f = find(all, "second/Kept");
	cr_assert(f && f->messages == 0, "LIST \"\" \"*\" does not show it");
	f = find(all, "Public/Bin");
	cr_assert(f && f->role == ROLE_NONE, "it is everybody's");
	g_ptr_array_unref(all);
	own_free(o);
}

/* ---- ID ---- */

Test(dovecot, is_told_who_comes)
{
	struct own *o = own_new("imap_id_log = *\n");
	struct entered in;

	cr_assert_eq(driver_enter(o->d, "INBOX", NULL, NULL, &in, &o->e),
		     ST_OK, "%s", o->e.text);
	cr_assert_eq(dovecot_logged(o->dovecot, "name=verso, version="
				    PACKAGE_VERSION), 1);
	own_free(o);
}
