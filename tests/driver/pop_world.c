/*
 * pop_world.c - a scripted POP server and a session with it
 */
#include "driver/pop_world.h"

#include <string.h>

static enum st
secret(void *ctx, bool again, char **password, struct err *e)
{
	struct world *w = ctx;

	(void)e;
	w->asked++;
	w->again = again;
	*password = g_strdup("sesame");
	return ST_OK;
}

static void
notice(void *ctx, const char *text)
{
	(void)ctx, (void)text;
}

struct world *
world_new(const struct pop_rule *rules)
{
	struct world *w = g_new0(struct world, 1);

	w->fake.rules = rules;
	w->fake.cut = -1;
	w->account = account_new("test");
	w->account->user = g_strdup("ann");
	w->account->timeout = 120;
	w->host = (struct driver_host){ w, secret, notice };
	return w;
}

enum st
world_open(struct world *w)
{
	char *url;

	pop_fake_start(&w->fake);
	url = g_strdup_printf("pop3+plaintext://127.0.0.1:%d", w->fake.port);
	endpoint_clear(&w->account->receive);
	cr_assert_eq(endpoint_parse(&w->account->receive, url, &w->e), ST_OK,
		     "%s", w->e.text);
	g_free(url);
	w->d = pop_driver_new(w->account, &w->host);
	return driver_open(w->d, &w->e);
}

enum st
world_list(struct world *w, struct copy *copy)
{
	enum st st = world_open(w);

	return st == ST_OK ? copy_level(copy, w->d, "INBOX", &w->e) : st;
}

void
world_free(struct world *w)
{
	if (w->d)
		driver_close(w->d, false, NULL);
	driver_free(w->d);
	pop_fake_clear(&w->fake);
	account_free(w->account);
	g_free(w);
}

bool
world_was_sent(struct world *w, const char *command)
{
	pop_fake_stop(&w->fake);
	return strstr(w->fake.commands->str, command) != NULL;
}
