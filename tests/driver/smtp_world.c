/*
 * smtp_world.c - a session with a submission server, and letters to send
 */
#include "driver/smtp_world.h"

#include <string.h>

static enum st
secret(void *ctx, bool again, char **password, struct err *e)
{
	struct smtp_world *w = ctx;

	(void)e;
	w->asked++;
	w->again = again;
	*password = g_strdup("secret");
	return ST_OK;
}

static void
notice(void *ctx, const char *text)
{
	(void)ctx, (void)text;
}

static enum st
read_text(void *ctx, char *buf, size_t max, size_t *len, struct err *e)
{
	struct smtp_world *w = ctx;

	if (w->read_st != ST_OK)
		return err_set(e, w->read_st, "It cannot be read.");
	*len = MIN(w->piece ? MIN(w->piece, max) : max, w->len - w->at);
	memcpy(buf, w->text + w->at, *len);
	w->at += *len;
	return ST_OK;
}

static enum st
commit(void *ctx, struct err *e)
{
	struct smtp_world *w = ctx;

	w->commits++;
	if (w->at_commit)
		w->at_commit(w);
	if (w->commit_st != ST_OK)
		return err_set(e, w->commit_st, "It cannot be written.");
	return ST_OK;
}

struct smtp_world *
smtp_world_new(const struct smtp_rule *rules, const char *offers)
{
	struct smtp_world *w = g_new0(struct smtp_world, 1);

	w->fake.rules = rules;
	w->fake.offers = offers;
	w->fake.cut = w->fake.deaf = w->fake.enough = -1;
	w->account = account_new("test");
	w->account->user = g_strdup("nobody");
	w->account->send_user = g_strdup("ann");
	w->account->timeout = 120;
	w->host = (struct driver_host){ w, secret, notice };
	for (size_t i = 0; i < SMTP_RCPTS; i++)
		w->rcpt[i].address = "bob@test.example";
	w->letter = (struct smtp_letter){
		.from = "ann@test.example", .rcpt = w->rcpt, .rcpts = 1,
		.ctx = w, .read = read_text, .commit = commit
	};
	return w;
}

static void
forget_words(struct smtp_world *w)
{
	g_clear_pointer(&w->said, g_free);
	for (size_t i = 0; i < SMTP_RCPTS; i++)
		g_clear_pointer(&w->rcpt[i].said, g_free);
}

void
smtp_world_free(struct smtp_world *w)
{
	forget_words(w);
	if (w->s)
		smtp_close(w->s);
	smtp_free(w->s);
	smtp_fake_clear(&w->fake);
	account_free(w->account);
	g_free(w);
}

void
smtp_world_set_url(struct smtp_world *w, const char *url)
{
	endpoint_clear(&w->account->send);
	cr_assert_eq(endpoint_parse(&w->account->send, url, &w->e), ST_OK,
		     "%s", w->e.text);
}

enum st
smtp_world_open(struct smtp_world *w)
{
	if (w->account->send.proto == PROTO_NONE) {
		char *url;

		smtp_fake_start(&w->fake);
		url = g_strdup_printf("smtp+plaintext://127.0.0.1:%d",
				      w->fake.port);
		smtp_world_set_url(w, url);
		g_free(url);
	}
	if (!w->s)
		w->s = smtp_new(w->account, &w->host);
	return smtp_open(w->s, &w->e);
}

enum st
smtp_world_send_octets(struct smtp_world *w, const char *text, size_t len)
{
	uint64_t before, in, out;
	enum st st;

	forget_words(w);
	w->text = text;
	w->len = len;
	w->at = 0;
	w->fate = (enum smtp_fate)99;
	smtp_traffic(w->s, &before, &in, &out);
	st = smtp_send(w->s, &w->letter, &w->fate, &w->said, &w->e);
	smtp_traffic(w->s, &w->trips, &in, &out);
	w->trips -= before;
	return st;
}

enum st
smtp_world_send(struct smtp_world *w, const char *text)
{
	return smtp_world_send_octets(w, text, strlen(text));
}

const char *
smtp_world_commands(struct smtp_world *w)
{
	smtp_fake_stop(&w->fake);
	return w->fake.commands->str;
}

unsigned
smtp_world_was_sent(struct smtp_world *w, const char *words)
{
	unsigned n = 0;

	for (const char *p = smtp_world_commands(w); (p = strstr(p, words));
	     p++)
		n++;
	return n;
}

const char *
smtp_world_letter(struct smtp_world *w, guint n)
{
	smtp_fake_stop(&w->fake);
	return n < w->fake.letters->len ? w->fake.letters->pdata[n] : "";
}
