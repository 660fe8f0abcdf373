/*
 * mailer.c - the mailer that fits an account
 */
#include "net/mailer.h"

#include "net/memory.h"

bool
mailer_configured(const struct account *account)
{
	return account->send.proto != PROTO_NONE || account->send_command;
}

static struct mailer *
choose_memory(const struct account *account, struct err *e)
{
	struct memory_server *s = memory_server_find(account->send.host);

	if (s)
		return mailer_memory_new(s, account->user);
	err_set(e, ST_CONFIG, "Account %s: there is no server in memory "
		"called “%s”.", account->name, account->send.host);
	return NULL;
}

struct mailer *
mailer_new(const struct account *account, const struct driver_host *host,
	   struct err *e)
{
	if (account->send_command)
		return mailer_command_new(account);
	if (account->send.proto == PROTO_SMTP)
		return mailer_smtp_new(account, host);
	if (account->send.proto == PROTO_MEMORY)
		return choose_memory(account, e);
	err_set(e, ST_CONFIG, "Account %s has nothing to send with: add "
		"“send = smtps://HOST” to it.", account->name);
	return NULL;
}

/* ---- SMTP --------------------------------------------------------------- */

struct smtp_mailer {
	struct mailer mailer;
	struct smtp *smtp;
};

static struct smtp *
smtp_of(struct mailer *m)
{
	return ((struct smtp_mailer *)m)->smtp;
}

static enum st
over_smtp_open(struct mailer *m, struct err *e)
{
	return smtp_open(smtp_of(m), e);
}

static void
over_smtp_close(struct mailer *m)
{
	smtp_close(smtp_of(m));
}

static enum st
over_smtp_send(struct mailer *m, struct smtp_letter *letter,
	       enum smtp_fate *fate, char **said, struct err *e)
{
	/* A server may end the session with a word about one letter. */
	enum st st = smtp_is_open(smtp_of(m)) ? ST_OK
					      : smtp_open(smtp_of(m), e);

	*fate = SMTP_LATER;
	*said = NULL;
	return st == ST_OK ? smtp_send(smtp_of(m), letter, fate, said, e)
			   : st;
}

static void
over_smtp_interrupt(struct mailer *m)
{
	smtp_interrupt(smtp_of(m));
}

static void
over_smtp_free(struct mailer *m)
{
	smtp_free(smtp_of(m));
	g_free(m);
}

static const struct mailer_ops smtp_ops = {
	.name = "smtp",
	.open = over_smtp_open,
	.close = over_smtp_close,
	.send = over_smtp_send,
	.interrupt = over_smtp_interrupt,
	.free = over_smtp_free,
};

struct mailer *
mailer_smtp_new(const struct account *account, const struct driver_host *host)
{
	struct smtp_mailer *m = g_new0(struct smtp_mailer, 1);

	m->mailer.ops = &smtp_ops;
	m->smtp = smtp_new(account, host);
	return &m->mailer;
}

/* ---- thin calls --------------------------------------------------------- */

enum st
mailer_open(struct mailer *m, struct err *e)
{
	return m->ops->open(m, e);
}

void
mailer_close(struct mailer *m)
{
	m->ops->close(m);
}

enum st
mailer_send(struct mailer *m, struct smtp_letter *letter,
	    enum smtp_fate *fate, char **said, struct err *e)
{
	return m->ops->send(m, letter, fate, said, e);
}

void
mailer_interrupt(struct mailer *m)
{
	if (m)
		m->ops->interrupt(m);
}

void
mailer_free(struct mailer *m)
{
	if (m)
		m->ops->free(m);
}
