/*
 * send.c - verso send: a message that is ready into the outbox, and out
 *
 * Also what git, cron and scripts take for sendmail: recipients may stand
 * behind the options, and some of those are understood and mean nothing here.
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/path.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/work.h"
#include "control/decide.h"
#include "mime/prepare.h"
#include "net/mailer.h"
#include "store/outbox.h"

#define ELSEWHERE_MS 30000

struct send {
	struct cli c;
	bool headers, as_sendmail;
	const char *sender;
	char *const *words;	/* recipients, or a file */
	int64_t id;		/* in the outbox */
	bool waits;		/* there, and not refused */
};

/* ---- into the outbox ---------------------------------------------------- */

/* The words behind the options are recipients when one of them can be. */
static bool
are_recipients(char *const *words)
{
	return *words && (words[1] || (strchr(*words, '@') &&
				       access(*words, F_OK) != 0));
}

static enum st
open_input(const struct send *s, int *fd, struct err *e)
{
	*fd = STDIN_FILENO;
	if (!*s->words || s->as_sendmail || are_recipients(s->words))
		return ST_OK;
	*fd = open(*s->words, O_RDONLY | O_CLOEXEC);
	return *fd < 0 ? err_errno(e, "%s cannot be read", *s->words) : ST_OK;
}

static int
zone_now(void)
{
	GDateTime *t = g_date_time_new_now_local();
	int minutes = (int)(g_date_time_get_utc_offset(t) / G_TIME_SPAN_MINUTE);

	g_date_time_unref(t);
	return minutes;
}

static enum st
prepare(const struct send *s, int to, struct built *b, struct err *e)
{
	bool named = s->as_sendmail || are_recipients(s->words);
	struct prepare_options o = {
		.address = s->c.account->address ? s->c.account->address
						 : s->c.account->user,
		.sender = s->sender, .from_header = s->headers,
		.local = s->as_sendmail ? g_get_user_name() : NULL,
		.rcpt = named ? s->words : NULL, .now = clock_now(),
		.zone_minutes = zone_now(),
	};
	int from;
	enum st st = open_input(s, &from, e);

	if (st == ST_OK)
		st = message_prepare(from, to, &o, b, e);
	if (st == ST_OK && from != STDIN_FILENO)
		close(from);
	return st;
}

static enum st
add(struct send *s, int fd, const struct built *b, struct err *e)
{
	struct outbox_letter *l = outbox_letter_new();
	GPtrArray *folders = NULL;
	struct decider d = { s->c.account, s->c.store, NULL };
	enum st st = folders_all(s->c.store, &folders, e);

	d.folders = folders;
	if (st == ST_OK)
		st = decide_sent(&d, &l->sent, e);
	l->from = g_strdup(b->from);
	for (guint i = 0; i < b->rcpt->len; i++)
		outbox_letter_add_rcpt(l, b->rcpt->pdata[i]);
	l->message_id = g_strdup(b->message_id);
	l->subject = g_strdup(b->subject);
	l->to = g_strdup(b->to ? b->to : b->rcpt->pdata[0]);
	l->size = b->size;
	l->eight_bit = b->eight_bit;
	l->utf8 = b->utf8;
	if (st == ST_OK)
		st = outbox_add(s->c.store, fd, l, &s->id, e);
	if (folders)
		g_ptr_array_unref(folders);
	outbox_letter_free(l);
	return st;
}

static enum st
queue(struct send *s, struct err *e)
{
	char *dir = path_account(s->c.account->name);
	struct built b;
	int fd = -1;
	enum st st = path_scratch(dir, &fd, e);

	built_init(&b);
	if (st == ST_OK)
		st = prepare(s, fd, &b, e);
	if (st == ST_OK)
		st = add(s, fd, &b, e);
	if (fd >= 0)
		close(fd);
	built_clear(&b);
	g_free(dir);
	return st;
}

/* ---- and out ------------------------------------------------------------- */

static void
ignore(void *ctx, const struct account *a, char **words, int n)
{
	struct send *s = ctx;

	/* A recipient that was refused; the state of the letter says the
	 * rest. */
	if (strcmp(words[0], "failed") == 0 && n >= 4 &&
	    strcmp(words[1], "Outbox") != 0 && !s->as_sendmail)
		cli_print(stderr, "%s: %s", words[1], words[3]);
}

static void
name_refused(const struct outbox_letter *l)
{
	for (guint i = 0; i < l->rcpt->len; i++) {
		const struct outbox_rcpt *r = l->rcpt->pdata[i];

		if (r->code >= 400)
			cli_print(stderr, "Not sent to %s: %s", r->address,
				  r->said ? r->said : "refused");
	}
}

/* Why it waits, where trying again alone does not help. */
static enum st
waits(struct send *s, enum st worst)
{
	s->waits = true;
	return worst == ST_AUTH || worst == ST_PROTOCOL || worst == ST_CONFIG
		       ? worst : ST_RETRY;
}

/* worst: how the work ended. */
static enum st
outcome(struct send *s, const struct outbox_letter *l, enum st worst,
	struct err *e)
{
	const char *why = l->why ? l->why : "it was not tried yet";

	switch (l->state) {
	case OUTBOX_SENT:
		for (guint i = 0; i < l->rcpt->len; i++)
			if (((struct outbox_rcpt *)l->rcpt->pdata[i])->code >=
			    400)
				return err_set(e, ST_REFUSED, "It was sent, "
					       "but not to all.");
		return ST_OK;
	case OUTBOX_REFUSED:
		return err_set(e, ST_REFUSED, "It was refused, and stays in "
			       "the outbox: %s", why);
	case OUTBOX_UNSURE:
		return err_set(e, waits(s, ST_RETRY), "It is not known "
			       "whether it was sent (%s): it stays in the "
			       "outbox and is not sent again by itself.",
			       why);
	default:
		return err_set(e, waits(s, worst), "It waits in the outbox "
			       "and goes out by itself; do not send it "
			       "again.  (%s)", why);
	}
}

/* Another verso may have the account: it sends.  What was tried is not waited
 * for. */
static void
wait_elsewhere(struct send *s)
{
	int64_t deadline = clock_ms() + ELSEWHERE_MS;
	struct outbox_letter *l = NULL;
	bool waits = true;

	while (waits && clock_left(deadline) > 0) {
		waits = outbox_get(s->c.store, s->id, &l, NULL) == ST_OK &&
			(l->state == OUTBOX_SENDING ||
			 (l->state == OUTBOX_QUEUED && l->tries == 0));
		outbox_letter_free(l);
		l = NULL;
		if (waits)
			g_usleep(100000);
	}
}

/* Those who are served later have become a letter of their own, which was
 * queued behind this one. */
static enum st
look_for_rest(struct send *s, const struct outbox_letter *l,
	      struct err *e)
{
	GPtrArray *all = NULL;
	enum st st = outbox_unsent(s->c.store, &all, e);

	if (st != ST_OK)
		return st;
	for (guint i = 0; i < all->len; i++) {
		const struct outbox_letter *rest = all->pdata[i];

		if (rest->id <= l->id || !rest->id_known ||
		    g_strcmp0(rest->message_id, l->message_id) != 0)
			continue;
		name_refused(rest);
		st = err_set(e, waits(s, ST_RETRY), "It was sent, but not to "
			     "all yet: the rest of it waits in the outbox and "
			     "goes out by itself; do not send it again.");
	}
	g_ptr_array_unref(all);
	return st;
}

/* What became of the letter, whatever became of the work. */
static enum st
tell(struct send *s, enum st worst, struct err *e)
{
	struct outbox_letter *l = NULL;
	enum st st = outbox_get(s->c.store, s->id, &l, e);

	if (st == ST_OK) {
		name_refused(l);
		st = outcome(s, l, worst, e);
	}
	if (st == ST_OK)
		st = look_for_rest(s, l, e);
	outbox_letter_free(l);
	return st;
}

static enum st
transmit(struct send *s, struct err *e)
{
	char *none[] = { NULL };
	struct work w = { .cli = &s->c, .mode = LINK_WORK, .verb = "send",
			  .words = none, .event = ignore, .ctx = s,
			  .quiet = true };
	enum st st = work_run(&w, s->c.account->name, true, e);

	if (st == ST_OK && w.worst == ST_RETRY)
		wait_elsewhere(s);
	else if (st != ST_OK && st != ST_CANCELLED)
		cli_fail(st, e);
	return tell(s, st == ST_OK ? w.worst : st, e);
}

static enum st
run(struct send *s, const char *account, struct err *e)
{
	enum st st = cli_open(&s->c, account, e);

	if (st == ST_OK && !mailer_configured(s->c.account))
		st = err_set(e, ST_CONFIG, "%s: [account %s] has nothing to "
			     "send with: add “send = smtps://HOST”.",
			     s->c.config->file, s->c.account->name);
	if (st == ST_OK)
		st = queue(s, e);
	if (st != ST_OK)
		return st;
	st = transmit(s, e);
	/* To a program, what is in the queue is sent. */
	if (s->as_sendmail && s->waits)
		return ST_OK;
	return st;
}

static int
send(int argc, char **argv, bool as_sendmail)
{
	g_autofree char *account = NULL, *sender = NULL, *ignored = NULL;
	g_autofree char *name = NULL, *type = NULL, *notify = NULL;
	g_autofree char *back = NULL, *mode = NULL;
	struct send s = { .as_sendmail = as_sendmail };
	const struct cli_bind binds[] = {
		{ "account", &account },
		{ "headers", &s.headers },
		{ "sendmail", &s.as_sendmail },
		{ "sender", &sender },
		{ "option", &ignored },
		{ "name", &name },
		{ "body-type", &type },
		{ "notify", &notify },
		{ "return", &back },
		{ "mode", &mode },
		{ NULL, NULL }
	};
	struct err e = { "" };
	enum st st = cli_options("send", binds, &argc, argv, &e);

	s.sender = sender;
	s.words = argv + 1;
	if (st == ST_OK && mode && strcmp(mode, "m") != 0)
		st = err_set(&e, ST_USAGE, "“-b%s” is a mode of sendmail that "
			     "verso does not have.", mode);
	if (st == ST_OK)
		st = run(&s, account, &e);
	cli_close(&s.c);
	return cli_end(st, &e);
}

int
cli_send(int argc, char **argv)
{
	return send(argc, argv, false);
}

int
cli_sendmail(int argc, char **argv)
{
	return send(argc, argv, true);
}
