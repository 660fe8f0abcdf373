/*
 * sending.c - one letter after another, and what becomes of each
 */
#include "sync/sending.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/path.h"
#include "mime/seven_bit.h"
#include "sync/policy.h"

/* A letter that nobody takes is tried less and less often, and never given
 * up: the person sees it waiting. */
#define RETRY_FIRST 60

struct sending {
	struct store *store;
	struct mailer *mailer;
	const struct sending_events *events;
	enum st worst;
};

/* One letter under way. */
struct under_way {
	struct sending *s;
	const struct outbox_letter *letter;
	const struct smtp_letter *out;
	int fd;
};

/* ---- what is told ------------------------------------------------------- */

static void
changed(const struct sending_events *events, int64_t letter)
{
	if (events->changed)
		events->changed(events->ctx, letter);
}

static void G_GNUC_PRINTF(3, 4)
tell(const struct sending_events *events, bool bad, const char *fmt, ...)
{
	va_list ap;
	char *sentence;

	if (!events->told)
		return;
	va_start(ap, fmt);
	sentence = g_strdup_vprintf(fmt, ap);
	va_end(ap);
	events->told(events->ctx, bad, sentence);
	g_free(sentence);
}

/* How a letter is called. */
static const char *
name_of(const struct outbox_letter *l)
{
	return l->subject && *l->subject ? l->subject : "(no subject)";
}

/* ---- doubts ------------------------------------------------------------- */

/* Is it among the mail that came, and no draft of it? */
static bool
has_come(struct store *store, const struct outbox_letter *l, bool *in_sent)
{
	struct message m = { 0 };
	struct folder *f = NULL;
	bool found;

	*in_sent = false;
	if (!l->message_id || l->id_known ||
	    message_by_message_id(store, 0, l->message_id, &m, NULL) != ST_OK)
		return false;
	found = m.uid != 0 && m.folder > 0 &&
		folder_by_id(store, m.folder, &f, NULL) == ST_OK &&
		f->role != ROLE_DRAFTS && !(m.flags.bits & FLAG_DRAFT);
	*in_sent = found && f->role == ROLE_SENT;
	folder_free(f);
	message_clear(&m);
	return found;
}

static enum st
settle_one(struct store *store, const struct outbox_letter *l,
	   const struct sending_events *events, struct err *e)
{
	bool in_sent;
	enum st st = ST_OK;

	if (l->state == OUTBOX_SENDING) {
		st = outbox_unsure(store, l->id, "verso ended while it was "
				   "being sent.", e);
		if (st == ST_OK)
			changed(events, l->id);
	}
	if (st != ST_OK || !has_come(store, l, &in_sent))
		return st;
	st = outbox_arrived(store, l->id, !in_sent, e);
	if (st == ST_OK) {
		changed(events, l->id);
		tell(events, false, "“%s” has arrived after all.", name_of(l));
	}
	return st;
}

enum st
sending_settle(struct store *store, const struct sending_events *events,
	       struct err *e)
{
	GPtrArray *all;
	enum st st = outbox_unsent(store, &all, e);

	if (st != ST_OK)
		return st;
	for (guint i = 0; i < all->len && st == ST_OK; i++) {
		const struct outbox_letter *l = all->pdata[i];

		if (l->state == OUTBOX_SENDING || l->state == OUTBOX_UNSURE)
			st = settle_one(store, l, events, e);
	}
	g_ptr_array_unref(all);
	return st;
}

/* ---- one letter --------------------------------------------------------- */

static enum st
read_letter(void *ctx, char *buf, size_t max, size_t *len, struct err *e)
{
	struct under_way *u = ctx;
	ssize_t n;

	do
		n = read(u->fd, buf, max);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_errno(e, "The letter “%s” cannot be read",
				 name_of(u->letter));
	*len = (size_t)n;
	return ST_OK;
}

/* With the answers of the recipients: whoever knows that it arrived may have
 * to ask about some of them again. */
static enum st
write_down(void *ctx, struct err *e)
{
	struct under_way *u = ctx;
	const struct outbox_letter *l = u->letter;

	for (guint i = 0; i < l->rcpt->len; i++) {
		struct outbox_rcpt *r = l->rcpt->pdata[i];

		r->code = u->out->rcpt[i].code;
		g_free(r->said);
		r->said = g_strdup(u->out->rcpt[i].said);
	}
	return outbox_sending(u->s->store, l->id, l->rcpt, e);
}

/* Seconds to wait after so many tries. */
static int64_t
wait_after(int tries)
{
	int64_t wait = RETRY_FIRST;

	while (--tries > 0 && wait < OUTBOX_WAIT_MOST)
		wait *= 2;
	return MIN(wait, OUTBOX_WAIT_MOST);
}

/* What became of the recipients goes into the letter's own list. */
static void
take_over(const struct outbox_letter *l, struct smtp_letter *sent)
{
	for (size_t i = 0; i < sent->rcpts; i++) {
		struct outbox_rcpt *r = l->rcpt->pdata[i];

		r->code = sent->rcpt[i].code;
		g_free(r->said);
		r->said = sent->rcpt[i].said;
		sent->rcpt[i].said = NULL;
	}
}

/* "eve@x (550 No such user)", of those whose answers begin with a digit;
 * NULL: none does. */
static char *
rcpts_of(const struct outbox_letter *l, int digit)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < l->rcpt->len; i++) {
		const struct outbox_rcpt *r = l->rcpt->pdata[i];

		if (r->code / 100 == digit)
			g_string_append_printf(text, "%s%s (%s)",
					       text->len ? ", " : "",
					       r->address,
					       r->said ? r->said : "refused");
	}
	return g_string_free(text, text->len == 0);
}

static enum st
sent(struct sending *s, const struct outbox_letter *l, struct err *e)
{
	char *refused = rcpts_of(l, 5), *later = rcpts_of(l, 4);
	enum st st = outbox_sent(s->store, l, clock_now() + RETRY_FIRST, e);

	if (st == ST_OK && refused) {
		s->worst = st_worse(s->worst, ST_REFUSED);
		tell(s->events, true, "“%s” was sent, but not to %s.",
		     name_of(l), refused);
	}
	if (st == ST_OK && later) {
		s->worst = st_worse(s->worst, ST_RETRY);
		tell(s->events, false, "“%s” was sent; it waits for %s.",
		     name_of(l), later);
	}
	g_free(refused);
	g_free(later);
	return st;
}

static enum st
not_sent(struct sending *s, const struct outbox_letter *l,
	 enum smtp_fate fate, const char *said, struct err *e)
{
	const char *why = said && *said ? said : "The server gave no reason.";
	enum st st;

	if (fate == SMTP_LATER) {
		s->worst = st_worse(s->worst, ST_RETRY);
		st = outbox_later(s->store, l, clock_now() +
				  wait_after(l->tries + 1), why, e);
		tell(s->events, false, "“%s” waits: %s", name_of(l), why);
	} else if (fate == SMTP_REFUSED) {
		s->worst = st_worse(s->worst, ST_REFUSED);
		st = outbox_refused(s->store, l, why, e);
		tell(s->events, true, "“%s” was refused: %s", name_of(l),
		     why);
	} else {
		s->worst = st_worse(s->worst, ST_RETRY);
		st = outbox_unsure(s->store, l->id, why, e);
		tell(s->events, true, "It is not known whether “%s” was sent; "
		     "the queue asks what to do.", name_of(l));
	}
	return st;
}

static struct smtp_rcpt *
recipients(const struct outbox_letter *l)
{
	struct smtp_rcpt *rcpt = g_new0(struct smtp_rcpt, l->rcpt->len);

	for (guint i = 0; i < l->rcpt->len; i++)
		rcpt[i].address =
			((struct outbox_rcpt *)l->rcpt->pdata[i])->address;
	return rcpt;
}

/*
 * The server takes no octet above 127: the letter is encoded anew for it.
 * What cannot be goes as it is: nearly all servers take it all the same.
 */
static enum st
transmit_seven_bit(struct under_way *u, struct smtp_letter *out,
		   enum smtp_fate *fate, char **said, struct err *e)
{
	int fd, kept = u->fd;
	int64_t size;
	bool whole = false;
	enum st st = path_scratch(store_dir(u->s->store), &fd, e);

	*fate = SMTP_LATER;
	if (st == ST_OK)
		st = message_seven_bit(u->fd, fd, &size, &whole, e);
	if (st == ST_OK && whole) {
		u->fd = fd;
		out->size = size;
	}
	if (st == ST_OK && lseek(u->fd, 0, SEEK_SET) < 0)
		st = err_errno(e, "The letter cannot be read");
	out->eight_bit = false;
	if (st == ST_OK)
		st = mailer_send(u->s->mailer, out, fate, said, e);
	u->fd = kept;
	if (fd >= 0)
		close(fd);
	return st;
}

static enum st
transmit(struct sending *s, const struct outbox_letter *l, int fd,
	 struct err *e)
{
	struct under_way u = { .s = s, .letter = l, .fd = fd };
	struct smtp_letter out = {
		.from = l->from, .rcpt = recipients(l), .rcpts = l->rcpt->len,
		.size = l->size, .eight_bit = l->eight_bit, .utf8 = l->utf8,
		.receipt = l->receipt, .ctx = &u, .read = read_letter,
		.commit = write_down,
	};
	enum smtp_fate fate = SMTP_LATER;
	char *said = NULL;
	struct err why = { "" };
	enum st st, kept;

	u.out = &out;
	st = mailer_send(s->mailer, &out, &fate, &said, &why);
	if (fate == SMTP_SEVEN_BIT)
		st = transmit_seven_bit(&u, &out, &fate, &said, &why);
	take_over(l, &out);
	/* A session that broke says it in its sentence. */
	if (fate == SMTP_SENT)
		kept = sent(s, l, e);
	else
		kept = not_sent(s, l, fate, said && *said ? said : why.text,
				e);
	changed(s->events, l->id);
	if (kept == ST_OK && st != ST_OK && st != ST_REFUSED) {
		*e = why;
		kept = st;
	}
	g_free(said);
	g_free(out.rcpt);
	return kept;
}

static enum st
send_one(struct sending *s, const struct outbox_letter *l, struct err *e)
{
	int fd = -1;
	enum st st = outbox_open(s->store, l->id, &fd, e);

	if (st == ST_OK)
		st = transmit(s, l, fd, e);
	if (fd >= 0)
		close(fd);
	return st;
}

/* ---- all of them -------------------------------------------------------- */

/* A time further off than any wait is of a clock that was put back since. */
static bool
is_due(const struct outbox_letter *l, int64_t now, bool insist)
{
	return (l->not_before <= now || l->at > now) &&
	       (insist || l->next_try <= now ||
		l->next_try > now + OUTBOX_WAIT_MOST);
}

static gint
by_tries(gconstpointer a, gconstpointer b)
{
	const struct outbox_letter *l = *(struct outbox_letter *const *)a;
	const struct outbox_letter *m = *(struct outbox_letter *const *)b;

	return l->tries != m->tries ? (l->tries > m->tries) -
				      (l->tries < m->tries)
				    : (l->id > m->id) - (l->id < m->id);
}

/* The letters that want to be sent now; those that failed most come last, so
 * that one over which every session breaks keeps none of the others. */
static enum st
find_due(struct store *store, bool insist, GPtrArray **due, struct err *e)
{
	int64_t now = clock_now();
	enum st st = outbox_unsent(store, due, e);

	for (guint i = 0; st == ST_OK && i < (*due)->len;) {
		const struct outbox_letter *l = (*due)->pdata[i];

		if (l->state == OUTBOX_QUEUED && is_due(l, now, insist))
			i++;
		else
			g_ptr_array_remove_index(*due, i);
	}
	if (st == ST_OK)
		g_ptr_array_sort(*due, by_tries);
	return st;
}

/* Seconds until the next try of a letter that could not even be begun.  A
 * log-in or a configuration that was refused gets better by nobody's trying,
 * and a server that hears the same password again and again locks the account.
 */
static int64_t
wait_away(const struct outbox_letter *l, enum st st)
{
	return st == ST_AUTH || st == ST_CONFIG ? OUTBOX_WAIT_MOST
						: wait_after(l->tries + 1);
}

/* Nobody can be reached: what is due is due later; whoever thinks that a
 * letter is on its way is told. */
static void
put_off(struct sending *s, GPtrArray *due, enum st st, const struct err *why)
{
	for (guint i = 0; i < due->len; i++) {
		const struct outbox_letter *l = due->pdata[i];

		outbox_later(s->store, l, clock_now() + wait_away(l, st),
			     why->text, NULL);
		changed(s->events, l->id);
		if (l->tries == 0)
			tell(s->events, st != ST_RETRY, "“%s” waits: %s",
			     name_of(l), why->text);
	}
}

static enum st
send_all(struct sending *s, GPtrArray *due, struct err *e)
{
	enum st st = ST_OK;

	for (guint i = 0; i < due->len && st == ST_OK; i++) {
		st = send_one(s, due->pdata[i], e);
		if (st == ST_OK && s->events->between)
			st = s->events->between(s->events->ctx, e);
	}
	return st;
}

enum st
sending_run(struct store *store, struct mailer *mailer, bool insist,
	    const struct sending_events *events, struct err *e)
{
	struct sending s = { .store = store, .mailer = mailer,
			     .events = events };
	GPtrArray *due;
	enum st st = find_due(store, insist, &due, e);

	if (st != ST_OK)
		return st;
	if (due->len > 0) {
		st = mailer_open(mailer, e);
		if (st != ST_OK && st != ST_CANCELLED)
			put_off(&s, due, st, e);
		else if (st == ST_OK)
			st = send_all(&s, due, e);
		mailer_close(mailer);
	}
	g_ptr_array_unref(due);
	if (st == ST_OK && s.worst != ST_OK)
		return err_set(e, ST_REFUSED, "Not every letter could be "
			       "sent; what failed was named.");
	return st;
}
