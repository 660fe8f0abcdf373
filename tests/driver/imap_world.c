/*
 * imap_world.c - a scripted IMAP server and a session with it
 */
#include "driver/imap_world.h"

#include <string.h>

static enum st
secret(void *ctx, bool again, char **password, struct err *e)
{
	struct imap_world *w = ctx;

	(void)again, (void)e;
	w->asked++;
	*password = g_strdup("ses\"ame");
	return ST_OK;
}

static void
notice(void *ctx, const char *text)
{
	struct imap_world *w = ctx;

	g_string_append_printf(w->notices, "%s\n", text);
}

struct imap_world *
imap_world_new(const struct pop_rule *rules)
{
	struct imap_world *w = g_new0(struct imap_world, 1);

	w->fake.rules = rules;
	w->fake.cut = -1;
	w->fake.tagged = true;
	w->fake.greeting = "* OK hello\r\n";
	w->notices = g_string_new(NULL);
	w->account = account_new("test");
	w->account->user = g_strdup("ann");
	w->account->timeout = 120;
	w->host = (struct driver_host){ w, secret, notice };
	return w;
}

enum st
imap_world_open(struct imap_world *w)
{
	char *url;

	if (!w->fake.thread)
		pop_fake_start(&w->fake);
	url = g_strdup_printf("%s://127.0.0.1:%d",
			      w->scheme ? w->scheme : "imap+plaintext",
			      w->fake.port);
	endpoint_clear(&w->account->receive);
	cr_assert_eq(endpoint_parse(&w->account->receive, url, &w->e), ST_OK,
		     "%s", w->e.text);
	g_free(url);
	if (!w->d)
		w->d = imap_driver_new(w->account, &w->host);
	return driver_open(w->d, &w->e);
}

void
imap_world_free(struct imap_world *w)
{
	if (w->d)
		driver_close(w->d, false, NULL);
	driver_free(w->d);
	pop_fake_clear(&w->fake);
	account_free(w->account);
	g_string_free(w->notices, TRUE);
	g_free(w);
}

bool
imap_world_was_sent(struct imap_world *w, const char *command)
{
	pop_fake_stop(&w->fake);
	return strstr(w->fake.commands->str, command) != NULL;
}
