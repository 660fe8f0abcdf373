/*
 * cmd_letter.c - commands that begin a letter: new, answer, forward, bounce,
 * edit as new
 */
#include "control/cmd.h"

#include <string.h>

#include "control/addressing.h"
#include "control/app.h"
#include "control/ask.h"
#include "control/book.h"
#include "control/changes.h"
#include "control/compose.h"
#include "control/identity.h"
#include "control/notice.h"
#include "mime/build.h"
#include "mime/reply.h"

/* ---- to whom, about what ------------------------------------------------ */

/* A letter that is not open yet, on its way through questions. */
struct starting {
	struct open_letter *o;	/* NULL: it has become one */
	bool subject;		/* is asked for, too */
};

static void
starting_free(gpointer ctx)
{
	struct starting *s = ctx;

	if (s->o)
		letters_drop(s->o);
	g_free(s);
}

static void
begin(struct app *app, struct starting *s)
{
	struct open_letter *o = s->o;
	struct err e;

	s->o = NULL;
	if (compose_begin(app, o, true, &e) != ST_OK)
		notice_fail(app, "%s", e.text);
}

static void
subject_answered(struct app *app, const char *text, void *ctx)
{
	struct starting *s = ctx;

	if (!text)
		return;
	letter_set_subject(s->o->letter, g_strdup(text));
	s->o->touched |= *text != '\0';
	begin(app, s);
}

static void
ask_subject(struct app *app, struct starting *s)
{
	struct starting *next = g_new0(struct starting, 1);

	next->o = s->o;
	s->o = NULL;
	ask_post(app, ASK_LINE, COMPLETE_NONE, "Subject: ",
		 next->o->letter->subject, subject_answered, next,
		 starting_free);
}

static void
ask_to(struct app *app, struct open_letter *o, bool subject,
       const char *initial);

static void
to_answered(struct app *app, const char *text, void *ctx)
{
	struct starting *s = ctx;
	struct err e;

	if (!text)
		return;
	if (book_read(text, &s->o->letter->to, &e) != ST_OK) {
		struct open_letter *o = s->o;

		notice_fail(app, "%s", e.text);
		s->o = NULL;
		ask_to(app, o, s->subject, text);
		return;
	}
	s->o->touched |= *text != '\0';
	if (s->subject)
		ask_subject(app, s);
	else
		begin(app, s);
}

static void
ask_to(struct app *app, struct open_letter *o, bool subject,
       const char *initial)
{
	struct starting *s = g_new0(struct starting, 1);

	s->o = o;
	s->subject = subject;
	ask_post(app, ASK_LINE, COMPLETE_ADDRESS, "To: ", initial,
		 to_answered, s, starting_free);
}

/* The account whose mail is in view, or whose letter is. */
static int
account_here(const struct app *app)
{
	if (app->focus == WHERE_COMPOSE && app->compose.now)
		return app->compose.now->account;
	return MAX(app->index.account, 0);
}

enum st
cmd_mail(struct app *app, int n, char **words, struct err *e)
{
	int account = account_here(app);
	struct open_letter *o;
	struct starting s = { .subject = true };
	char *to;
	enum st st = compose_make(app, account, &o, e);

	if (st != ST_OK)
		return st;
	compose_dress(app, account, o->letter);
	if (n == 1) {
		ask_to(app, o, true, NULL);
		return ST_OK;
	}
	to = g_strjoinv(" ", words + 1);
	st = book_read(to, &o->letter->to, e);
	g_free(to);
	if (st != ST_OK) {
		letters_drop(o);
		return st;
	}
	s.o = o;
	ask_subject(app, &s);
	return ST_OK;
}

/* ---- answers ------------------------------------------------------------ */

static enum st
answer(struct app *app, enum reply_mode mode, struct err *e)
{
	struct reply_options options = {
		.attribution = app->config->ui.attribution,
		.flowed = app->config->ui.flowed,
	};
	struct about about;
	struct letter *l = NULL;
	GPtrArray *own;
	const struct app_account *a;
	enum st st = compose_about(app, &about, e);

	if (st != ST_OK)
		return st;
	a = app->accounts->pdata[about.account];
	own = identity_all(a->account, about.view);
	st = letter_reply(about.view, mode, own, &options, &l, e);
	if (st == ST_OK) {
		l->about_row = about.id;
		compose_dress(app, about.account, l);
		st = compose_open(app, about.account, l, true, e);
		/* All of it is quoted there: that is to read it. */
		changes_opened(app, about.account, about.id);
	}
	g_ptr_array_unref(own);
	about_clear(&about);
	return st;
}

enum st
cmd_reply(struct app *app, int n, char **words, struct err *e)
{
	return answer(app, REPLY_SENDER, e);
}

enum st
cmd_group_reply(struct app *app, int n, char **words, struct err *e)
{
	return answer(app, REPLY_ALL, e);
}

enum st
cmd_list_reply(struct app *app, int n, char **words, struct err *e)
{
	return answer(app, REPLY_LIST, e);
}

/* ---- out of a message --------------------------------------------------- */

/* A letter in a folder of its own, made of a message. */
static enum st
make_of(struct app *app, const struct about *about,
	enum st (*make)(struct app *app, const struct about *about,
			const char *dir, struct letter **l, struct err *e),
	struct open_letter **out, struct err *e)
{
	struct letter *l = NULL;
	struct open_letter *o;
	enum st st = compose_make(app, about->account, &o, e);

	if (st != ST_OK)
		return st;
	st = make(app, about, o->dir, &l, e);
	if (st != ST_OK) {
		letters_drop(o);
		return st;
	}
	letter_free(o->letter);
	o->letter = l;
	*out = o;
	return ST_OK;
}

/* From whom a letter comes that is made of a message: as an answer would. */
static void
set_from(struct app *app, const struct about *about, struct letter *l)
{
	const struct app_account *a = app->accounts->pdata[about->account];
	GPtrArray *own = identity_all(a->account, about->view);
	const struct address *me = reply_identity(about->view, own);

	g_ptr_array_set_size(l->from, 0);
	g_ptr_array_add(l->from, address_new(me->name, me->mailbox));
	g_ptr_array_unref(own);
}

static enum st
make_forward(struct app *app, const struct about *about, const char *dir,
	     struct letter **l, struct err *e)
{
	enum st st = letter_forward(about->view, about->bytes,
				    app->config->ui.forward_attached, dir, l,
				    e);

	if (st == ST_OK) {
		(*l)->about_row = about->id;
		set_from(app, about, *l);
		compose_dress(app, about->account, *l);
	}
	return st;
}

/* Is it from the person? */
static bool
is_own(const struct app *app, int account, const struct letter *l)
{
	const struct app_account *a = app->accounts->pdata[account];
	const struct address *from = l->from->len ? l->from->pdata[0] : NULL;

	return from && identity_is(a->account, from->mailbox);
}

static enum st
make_again(struct app *app, const struct about *about, const char *dir,
	   struct letter **l, struct err *e)
{
	enum st st = letter_from_message(about->view, dir, l, e);

	if (st != ST_OK)
		return st;
	/* It is a letter of its own, and never another's. */
	g_clear_pointer(&(*l)->message_id, g_free);
	if (!is_own(app, about->account, *l)) {
		set_from(app, about, *l);
		g_ptr_array_set_size((*l)->reply_to, 0);
	}
	(*l)->flowed = app->config->ui.flowed;
	return ST_OK;
}

static enum st
make_draft(struct app *app, const struct about *about, const char *dir,
	   struct letter **l, struct err *e)
{
	enum st st = letter_from_message(about->view, dir, l, e);

	if (st != ST_OK)
		return st;
	(*l)->draft_row = about->id;
	if (mime_header(about->view, "X-Verso-Letter"))
		return ST_OK;
	/* Of another mailer: its paragraphs are whole, and what it answers is
	 * all it says. */
	(*l)->flowed = app->config->ui.flowed;
	if ((*l)->in_reply_to) {
		(*l)->kind = LETTER_REPLY;
		(*l)->about = g_strdup((*l)->in_reply_to);
	}
	return ST_OK;
}

enum st
cmd_forward(struct app *app, int n, char **words, struct err *e)
{
	struct open_letter *o;
	struct about about;
	enum st st = compose_about(app, &about, e);

	if (st != ST_OK)
		return st;
	st = make_of(app, &about, make_forward, &o, e);
	if (st == ST_OK) {
		changes_opened(app, about.account, about.id);
		ask_to(app, o, false, NULL);
	}
	about_clear(&about);
	return st;
}

enum st
cmd_edit_as_new(struct app *app, int n, char **words, struct err *e)
{
	struct open_letter *o;
	struct about about;
	enum st st = compose_about(app, &about, e);

	if (st != ST_OK)
		return st;
	st = make_of(app, &about, make_again, &o, e);
	about_clear(&about);
	return st == ST_OK ? compose_begin(app, o, true, e) : st;
}

enum st
compose_recall_draft(struct app *app, int account, int64_t id, struct err *e)
{
	const GPtrArray *open = app->compose.open;
	struct open_letter *o;
	struct about about;
	enum st st;

	for (guint i = 0; open && i < open->len; i++) {
		o = open->pdata[i];
		if (o->account == account && o->letter->draft_row == id) {
			compose_show(app, o);
			return ST_OK;
		}
	}
	st = compose_about_id(app, account, id, &about, e);
	if (st != ST_OK)
		return st;
	st = make_of(app, &about, make_draft, &o, e);
	about_clear(&about);
	return st == ST_OK ? compose_begin(app, o, false, e) : st;
}

/* ---- bouncing ----------------------------------------------------------- */

/* A message on its way through the questions. */
struct bouncing {
	int account;
	GBytes *bytes;
	GPtrArray *to;		/* NULL: not told yet */
};

static void
bouncing_free(gpointer ctx)
{
	struct bouncing *b = ctx;

	g_bytes_unref(b->bytes);
	g_clear_pointer(&b->to, g_ptr_array_unref);
	g_free(b);
}

static void
bounce_confirmed(struct app *app, const char *text, void *ctx)
{
	struct bouncing *b = ctx;
	struct err e;

	if (text && strcmp(text, "y") == 0 &&
	    compose_resend(app, b->account, b->bytes, b->to, &e) != ST_OK)
		notice_fail(app, "%s", e.text);
}

static void
ask_bounce(struct app *app, int account, GBytes *bytes, const char *initial);

static void
bounce_answered(struct app *app, const char *text, void *ctx)
{
	struct bouncing *b = ctx, *next;
	GPtrArray *to = NULL;
	char *prompt, *list;
	struct err e;

	if (!text || !*text)
		return;
	if (book_read(text, &to, &e) != ST_OK) {
		notice_fail(app, "%s", e.text);
		ask_bounce(app, b->account, b->bytes, text);
		return;
	}
	next = g_new0(struct bouncing, 1);
	next->account = b->account;
	next->bytes = g_bytes_ref(b->bytes);
	next->to = to;
	list = addressing_text(to);
	prompt = g_strdup_printf("Bounce the message to %s? ", list);
	ask_post(app, ASK_YESNO, COMPLETE_NONE, prompt, NULL,
		 bounce_confirmed, next, bouncing_free);
	g_free(prompt);
	g_free(list);
}

static void
ask_bounce(struct app *app, int account, GBytes *bytes, const char *initial)
{
	struct bouncing *b = g_new0(struct bouncing, 1);

	b->account = account;
	b->bytes = g_bytes_ref(bytes);
	ask_post(app, ASK_LINE, COMPLETE_ADDRESS, "Bounce to: ", initial,
		 bounce_answered, b, bouncing_free);
}

enum st
cmd_bounce(struct app *app, int n, char **words, struct err *e)
{
	struct about about;
	enum st st = compose_about(app, &about, e);

	if (st != ST_OK)
		return st;
	ask_bounce(app, about.account, about.bytes, NULL);
	about_clear(&about);
	return ST_OK;
}
