/*
 * compose_send.c - how a letter ends: sent, put aside, dropped
 *
 * What is sent is in the outbox before its folder goes; what is put aside is
 * in Drafts before.
 */
#include "control/compose.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/path.h"
#include "control/addressing.h"
#include "control/changes.h"
#include "control/decide.h"
#include "control/identity.h"
#include "control/notice.h"
#include "mime/build.h"
#include "store/outbox.h"

static struct app_account *
account_of(const struct app *app, const struct open_letter *o)
{
	return app->accounts->pdata[o->account];
}

/* ---- building ----------------------------------------------------------- */

static int
zone_minutes(int64_t now)
{
	time_t t = (time_t)now;
	struct tm tm;

	return localtime_r(&t, &tm) ? (int)(tm.tm_gmtoff / 60) : 0;
}

/* What a Message-ID ends in: the sender's domain. */
static const char *
domain_of(const struct address *from)
{
	const char *at = from ? strrchr(from->mailbox, '@') : NULL;

	return at && at[1] ? at + 1 : "localhost";
}

static struct build_options
options_for(const struct address *from, bool draft)
{
	int64_t now = clock_now();

	return (struct build_options) {
		.draft = draft, .host = domain_of(from), .now = now,
		.zone_minutes = zone_minutes(now),
	};
}

static enum st
build(struct open_letter *o, bool draft, int *fd, struct built *built,
      struct err *e)
{
	const GPtrArray *from = o->letter->from;
	struct build_options options =
		options_for(from->len ? from->pdata[0] : NULL, draft);
	enum st st = path_scratch(o->dir, fd, e);

	if (st != ST_OK)
		return st;
	st = letter_build(o->letter, &options, *fd, built, e);
	if (st != ST_OK) {
		close(*fd);
		built_clear(built);
	}
	return st;
}

/* What the person wrote last must not be left behind. */
static enum st
is_whole(const struct app *app, const struct open_letter *o, struct err *e)
{
	const char *key = keys_of(app->keys, WHERE_COMPOSE, "edit");

	return !o->unread ? ST_OK :
		err_set(e, ST_USAGE, "What you wrote is not in the letter "
			"yet; %s opens the editor again. %s",
			key ? key : ":edit", o->unread);
}

/* ---- sending ------------------------------------------------------------ */

static enum st
can_send(const struct app_account *a, struct err *e)
{
	if (a->account->send.proto == PROTO_NONE && !a->account->send_command)
		return err_set(e, ST_CONFIG, "%s has no server to send by: "
			       "write “send = smtps://…” or “send-command = "
			       "…” in its section.", a->account->name);
	return ST_OK;
}

static enum st
check(const struct app *app, const struct open_letter *o, struct err *e)
{
	const struct letter *l = o->letter;

	if (o->unread)
		return is_whole(app, o, e);
	if (l->to->len + l->cc->len + l->bcc->len == 0)
		return err_set(e, ST_USAGE, "The letter goes to nobody: t "
			       "changes To.");
	if (l->from->len == 0)
		return err_set(e, ST_USAGE, "The letter comes from nobody: "
			       "Esc-f changes From.");
	return can_send(account_of(app, o), e);
}

/* What the outbox is told of it. */
static struct outbox_letter *
describe(const struct app *app, const struct letter *l,
	 const struct built *built)
{
	struct outbox_letter *what = outbox_letter_new();

	what->from = g_strdup(built->from);
	for (guint i = 0; i < built->rcpt->len; i++)
		outbox_letter_add_rcpt(what, built->rcpt->pdata[i]);
	what->message_id = g_strdup(built->message_id);
	what->size = built->size;
	what->eight_bit = built->eight_bit;
	what->utf8 = built->utf8;
	what->not_before = clock_now() + app->config->ui.send_delay;
	if (!l)
		return what;
	what->subject = g_strdup(l->subject);
	what->to = compose_field_text(l, FIELD_TO);
	what->receipt = l->receipt;
	what->about = l->about_row;
	what->about_id = g_strdup(l->about);
	if (l->kind == LETTER_REPLY)
		what->mark.bits = FLAG_ANSWERED;
	else if (l->kind == LETTER_FORWARD)
		flags_add_word(&what->mark, "$Forwarded");
	return what;
}

/* Into the outbox; the draft it was goes in the same step. */
static enum st
queue(const struct app_account *a, int fd, struct outbox_letter *what,
      int64_t draft, int64_t *id, struct err *e)
{
	struct decider d = { a->account, a->store, a->folders };
	size_t n = 1;
	enum st st = store_begin(a->store, e);

	if (st == ST_OK)
		st = decide_sent(&d, &what->sent, e);
	if (st == ST_OK)
		st = outbox_add(a->store, fd, what, id, e);
	if (st == ST_OK && draft)
		st = queue_expunge(a->store, &draft, &n, e);
	if (st == ST_OK)
		st = store_commit(a->store, e);
	else
		store_rollback(a->store);
	return st;
}

/* How it went, and what can still be done. */
static void
tell(struct app *app, int account, size_t count)
{
	const struct app_account *a = app->accounts->pdata[account];
	const char *key = keys_of(app->keys, WHERE_INDEX, "undo");
	int delay = app->config->ui.send_delay;

	if (a->link)
		link_request(a->link, "send", NULL);
	if (app->compose.sent)
		notice_tell(app, "Sent to %zu · %s takes it back (%d s)",
			    count, key ? key : ":undo", delay);
	else
		notice_tell(app, "Sent to %zu.", count);
}

/* It can be taken back for a while. */
static void
hold_back(struct app *app, struct open_letter *o, int64_t id)
{
	struct app_compose *c = &app->compose;
	int delay = app->config->ui.send_delay;

	if (c->sent)
		letters_drop(c->sent);
	c->sent = o;
	c->left = false;
	c->sent_id = id;
	c->sent_until = clock_ms() + (int64_t)delay * 1000;
	compose_tick(app);
}

static enum st
send(struct app *app, struct open_letter *o, struct err *e)
{
	struct built built = { 0 };
	struct outbox_letter *what;
	int account = o->account, fd = -1;
	int64_t id = 0;
	size_t count;
	enum st st = build(o, false, &fd, &built, e);

	if (st != ST_OK)
		return st;
	/* With its Message-ID, by which it is known that it was sent. */
	st = letters_save(o, e);
	what = describe(app, o->letter, &built);
	count = what->rcpt->len;
	if (st == ST_OK)
		st = queue(account_of(app, o), fd, what, o->letter->draft_row,
			   &id, e);
	close(fd);
	outbox_letter_free(what);
	built_clear(&built);
	if (st != ST_OK)
		return st;
	compose_remove(app, o);
	hold_back(app, o, id);
	changes_settle(app, account);
	tell(app, account, count);
	return ST_OK;
}

/* What is doubtful is asked one after another. */
struct doubting {
	struct open_letter *o;
	GPtrArray *doubts;	/* char * */
	guint next;
};

static void
doubting_free(gpointer ctx)
{
	struct doubting *d = ctx;

	g_ptr_array_unref(d->doubts);
	g_free(d);
}

static void
ask_next(struct app *app, struct open_letter *o, GPtrArray *doubts,
	 guint next);

static void
doubt_answered(struct app *app, const char *text, void *ctx)
{
	struct doubting *d = ctx;
	struct err e;

	if (!text || strcmp(text, "y") != 0 || app->compose.now != d->o)
		return;
	if (d->next < d->doubts->len)
		ask_next(app, d->o, d->doubts, d->next);
	else if (send(app, d->o, &e) != ST_OK)
		notice_fail(app, "%s", e.text);
}

static void
ask_next(struct app *app, struct open_letter *o, GPtrArray *doubts,
	 guint next)
{
	struct doubting *d = g_new0(struct doubting, 1);
	char *prompt = g_strdup_printf("%s Send it? ",
				       (char *)doubts->pdata[next]);

	d->o = o;
	d->doubts = g_ptr_array_ref(doubts);
	d->next = next + 1;
	ask_post(app, ASK_YESNO, COMPLETE_NONE, prompt, NULL, doubt_answered,
		 d, doubting_free);
	g_free(prompt);
}

enum st
compose_send(struct app *app, struct err *e)
{
	struct open_letter *o = app->compose.now;
	GPtrArray *doubts;
	enum st st = check(app, o, e);

	if (st != ST_OK)
		return st;
	doubts = letter_doubts(o->letter);
	if (doubts->len)
		ask_next(app, o, doubts, 0);
	else
		st = send(app, o, e);
	g_ptr_array_unref(doubts);
	return st;
}

enum st
compose_take_back(struct app *app, struct err *e)
{
	struct app_compose *c = &app->compose;
	struct open_letter *o = c->sent;
	enum st st;

	if (!o)
		return err_set(e, ST_GONE, "No letter was sent just now.");
	st = outbox_take_back(account_of(app, o)->store, c->sent_id, e);
	if (st != ST_OK)
		return st;
	c->sent = NULL;
	if (o->bounced) {
		letters_drop(o);
		notice_tell(app, "The message was not bounced.");
		return ST_OK;
	}
	/* What it was a draft of is gone. */
	o->letter->draft_row = 0;
	/* Whoever sent it wanted it. */
	o->touched = true;
	g_ptr_array_add(c->open, o);
	changes_settle(app, o->account);
	compose_show(app, o);
	notice_tell(app, "The letter was not sent; here it is again.");
	return letters_save(o, e);
}

/* Is a letter under way, or about to go for the first time?  That one need
 * not wait any longer. */
static bool
is_leaving(const struct app_account *a)
{
	GPtrArray *all = NULL;
	bool is = false;

	if (!a->link || !link_up(a->link) || !a->store ||
	    outbox_unsent(a->store, &all, NULL) != ST_OK)
		return false;
	for (guint i = 0; i < all->len; i++) {
		const struct outbox_letter *l = all->pdata[i];
		bool first = l->state == OUTBOX_QUEUED && l->tries == 0;

		if (first && l->not_before > clock_now())
			outbox_retry(a->store, l->id, NULL);
		is |= first || l->state == OUTBOX_SENDING;
	}
	g_ptr_array_unref(all);
	return is;
}

/* With the first account from there on that has one. */
static bool
hurry_from(struct app *app, guint i)
{
	struct app_compose *c = &app->compose;
	const struct app_account *a;

	while (i < app->accounts->len && !is_leaving(app->accounts->pdata[i]))
		i++;
	if (i == app->accounts->len)
		return false;
	a = app->accounts->pdata[i];
	c->hurry_account = (int)i;
	c->hurry = link_request(a->link, "send", NULL);
	return true;
}

bool
compose_hurry(struct app *app)
{
	struct app_compose *c = &app->compose;

	if (c->left || !hurry_from(app, 0))
		return false;
	c->left = true;
	g_clear_pointer(&c->sent, letters_drop);
	notice_tell(app, "The letter is being sent, and then verso ends; once "
		    "more leaves it for later.");
	return true;
}

void
compose_hurried(struct app *app, bool sent)
{
	guint next = (guint)app->compose.hurry_account + 1;

	app->compose.hurry = 0;
	app->quit |= sent && !hurry_from(app, next);
}

/* ---- putting aside ------------------------------------------------------ */

static enum st
put(struct app *app, struct open_letter *o, int fd, struct err *e)
{
	struct app_account *a = account_of(app, o);
	struct decider d = { a->account, a->store, a->folders };
	int64_t old = o->letter->draft_row;
	size_t n = 1;
	enum st st = store_begin(a->store, e);

	if (st == ST_OK)
		st = decide_draft(&d, fd, e);
	if (st == ST_OK && old)
		st = queue_expunge(a->store, &old, &n, e);
	if (st == ST_OK)
		st = store_commit(a->store, e);
	else
		store_rollback(a->store);
	return st;
}

enum st
compose_postpone(struct app *app, struct err *e)
{
	struct open_letter *o = app->compose.now;
	struct built built = { 0 };
	int account = o->account, fd = -1;
	enum st st = is_whole(app, o, e);

	if (st == ST_OK)
		st = build(o, true, &fd, &built, e);
	if (st != ST_OK)
		return st;
	st = put(app, o, fd, e);
	close(fd);
	built_clear(&built);
	if (st != ST_OK)
		return st;
	compose_remove(app, o);
	letters_drop(o);
	changes_settle(app, account);
	notice_tell(app, "The letter is in Drafts.");
	return ST_OK;
}

void
compose_discard(struct app *app)
{
	struct open_letter *o = app->compose.now;

	compose_remove(app, o);
	letters_drop(o);
	notice_tell(app, "The letter is dropped.");
}

/* ---- bouncing ----------------------------------------------------------- */

enum st
compose_resend(struct app *app, int account, GBytes *bytes, GPtrArray *to,
	       struct err *e)
{
	const struct app_account *a = app->accounts->pdata[account];
	struct address *from = identity_main(a->account);
	struct build_options options = options_for(from, false);
	struct built built = { 0 };
	struct outbox_letter *what = NULL;
	struct open_letter *o = NULL;
	int64_t id = 0;
	int fd = -1;
	enum st st = can_send(a, e);

	/* In its place, so that it can be taken back as letters are. */
	if (st == ST_OK)
		st = compose_make(app, account, &o, e);
	if (st == ST_OK)
		st = path_scratch(o->dir, &fd, e);
	if (st == ST_OK)
		st = letter_resend(bytes, from, to, &options, fd, &built, e);
	if (st == ST_OK) {
		what = describe(app, NULL, &built);
		what->subject = g_strdup("(bounced)");
		what->to = addressing_text(to);
		st = queue(a, fd, what, 0, &id, e);
	}
	if (st == ST_OK) {
		o->bounced = true;
		hold_back(app, o, id);
		tell(app, account, to->len);
	} else if (o) {
		letters_drop(o);
	}
	if (fd >= 0)
		close(fd);
	outbox_letter_free(what);
	built_clear(&built);
	address_free(from);
	return st;
}
