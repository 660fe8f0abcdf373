/*
 * mailer_memory.c - sending in the demo
 *
 * What one writes to oneself arrives; whom else one writes to is nobody.
 */
#include "net/mailer.h"

#include "base/clock.h"
#include "net/memory.h"

struct memory_mailer {
	struct mailer mailer;
	struct memory_server *server;
	char *address;
};

static enum st
memory_open(struct mailer *m, struct err *e)
{
	(void)m;
	(void)e;
	return ST_OK;
}

static void
memory_done(struct mailer *m)
{
	(void)m;
}

/* Wire form, whatever the ends were. */
static enum st
read_all(struct smtp_letter *letter, GString *out, struct err *e)
{
	char buf[4096], last = 0;
	size_t len;
	enum st st;

	while ((st = letter->read(letter->ctx, buf, sizeof(buf), &len, e)) ==
	       ST_OK && len > 0)
		for (size_t i = 0; i < len; i++) {
			if (buf[i] == '\n' && last != '\r')
				g_string_append_c(out, '\r');
			last = buf[i];
			g_string_append_c(out, last);
		}
	return st;
}

static enum st
memory_send(struct mailer *m, struct smtp_letter *letter,
	    enum smtp_fate *fate, char **said, struct err *e)
{
	struct memory_mailer *mm = (struct memory_mailer *)m;
	struct flags none = { 0, NULL };
	GString *bytes = g_string_new(NULL);
	enum st st = read_all(letter, bytes, e);

	*fate = SMTP_LATER;
	*said = NULL;
	if (st == ST_OK)
		st = letter->commit(letter->ctx, e);
	for (size_t i = 0; i < letter->rcpts && st == ST_OK; i++) {
		letter->rcpt[i].code = 250;
		if (g_ascii_strcasecmp(letter->rcpt[i].address,
				       mm->address) == 0)
			memory_message_add(mm->server, "INBOX", bytes->str,
					   bytes->len, &none, clock_now());
	}
	if (st == ST_OK)
		*fate = SMTP_SENT;
	g_string_free(bytes, TRUE);
	return st;
}

static void
memory_free(struct mailer *m)
{
	g_free(((struct memory_mailer *)m)->address);
	g_free(m);
}

static const struct mailer_ops memory_ops = {
	.name = "memory",
	.open = memory_open,
	.close = memory_done,
	.send = memory_send,
	.interrupt = memory_done,
	.free = memory_free,
};

struct mailer *
mailer_memory_new(struct memory_server *server, const char *address)
{
	struct memory_mailer *mm = g_new0(struct memory_mailer, 1);

	mm->mailer.ops = &memory_ops;
	mm->server = server;
	mm->address = g_strdup(address);
	return &mm->mailer;
}
