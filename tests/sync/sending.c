/*
 * sending.c - letters go out, and stand in Sent on both sides
 *
 * Over each kind of server of the test program; the mailer is one that does
 * as it is told.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/outbox.h"
#include "sync/sending.h"
#include "sync/steps.h"

/* ---- a mailer that is told what to do ----------------------------------- */

static struct {
	struct mailer mailer;
	enum st open;		/* what opening gives */
	enum smtp_fate fate;
	enum st st;		/* what sending gives */
	const char *refuses;	/* this recipient */
	int code;		/* so */
	bool seven_bit;		/* it takes no octet above 127 */
	bool before;		/* it breaks before the end of the letter */
	int most;		/* after so many it does; 0: never */
	int sent, opened;
	size_t rcpts;		/* of the last letter */
	const char *message_id;	/* of the next one, in the outbox */
	GString *got;
} post;

static enum st
fake_open(struct mailer *m, struct err *e)
{
	post.opened++;
	return post.open == ST_OK ? ST_OK :
		err_set(e, post.open, "There is nobody there.");
}

static void
fake_close(struct mailer *m)
{
}

static enum st
fake_send(struct mailer *m, struct smtp_letter *l, enum smtp_fate *fate,
	  char **said, struct err *e)
{
	char buf[64];
	size_t len;
	enum st st;

	*fate = SMTP_LATER;
	*said = NULL;
	if (post.seven_bit && l->eight_bit) {
		*fate = SMTP_SEVEN_BIT;
		return err_set(e, ST_REFUSED, "Seven bits.");
	}
	post.rcpts = l->rcpts;
	g_string_truncate(post.got, 0);
	while ((st = l->read(l->ctx, buf, sizeof(buf), &len, e)) == ST_OK &&
	       len > 0)
		g_string_append_len(post.got, buf, (gssize)len);
	for (size_t i = 0; i < l->rcpts; i++) {
		bool no = g_strcmp0(l->rcpt[i].address, post.refuses) == 0;

		l->rcpt[i].code = no ? post.code : 250;
		l->rcpt[i].said = g_strdup(no ? "550 5.1.1 nobody" : NULL);
	}
	if (st == ST_OK && post.most && post.sent >= post.most)
		return err_set(e, ST_RETRY, "It broke.");
	if (st == ST_OK && !post.before)
		st = l->commit(l->ctx, e);
	if (st != ST_OK)
		return st;
	*fate = post.fate;
	*said = g_strdup(post.fate == SMTP_SENT ? "250 2.0.0 taken"
						: "550 5.7.1 not so");
	post.sent += post.fate == SMTP_SENT;
	return post.st == ST_OK ? ST_OK : err_set(e, post.st, "It broke.");
}

static void
fake_interrupt(struct mailer *m)
{
}

static const struct mailer_ops fake_ops = {
	"fake", fake_open, fake_close, fake_send, fake_interrupt,
	fake_interrupt
};

static GString *told;

static void
on_told(void *ctx, bool bad, const char *sentence)
{
	g_string_append_printf(told, "%s%s\n", bad ? "! " : "", sentence);
}

static const struct sending_events events = { .told = on_told };

static struct world *
start(const struct world_kind *kind)
{
	struct world *w = begin(kind);

	memset(&post, 0, sizeof(post));
	post.mailer.ops = &fake_ops;
	post.fate = SMTP_SENT;
	post.code = 550;
	post.message_id = "tulips@example.org";
	post.got = g_string_new(NULL);
	told = g_string_new(NULL);
	if (!w)
		return NULL;
	world_folder_add(w, "Sent", ROLE_SENT);
	SYNCS(w);
	return w;
}

static void
end(struct world *w)
{
	finish(w);
	g_string_free(post.got, TRUE);
	g_string_free(told, TRUE);
}

#define EACH_SERVER(Name) \
	static void Name##_on(struct world *w); \
	Test(sending, Name, .timeout = 300) \
	{ \
		for (size_t i_ = 0; world_kinds[i_]; i_++) { \
			struct world *w = start(world_kinds[i_]); \
			if (!w) \
				continue; \
			fprintf(stderr, "%s\n", world_kinds[i_]->name); \
			Name##_on(w); \
			end(w); \
		} \
	} \
	static void Name##_on(struct world *w)

/* ---- letters ------------------------------------------------------------- */

static const char text[] =
	"From: Ann <ann@example.org>\nTo: Bob <bob@example.org>, "
	"eve@example.org\nSubject: tulips\nMessage-ID: <tulips@example.org>\n"
	"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
	"Content-Transfer-Encoding: 8bit\n\nUnd sie blühen schon.\n";

/* About message n of INBOX; 0: about none. */
static int64_t
queue_letter(struct world *w, unsigned n)
{
	struct outbox_letter *l = outbox_letter_new();
	FILE *f = tmpfile();
	int64_t id = 0;

	fwrite(text, 1, strlen(text), f);
	fflush(f);
	l->from = g_strdup("ann@example.org");
	outbox_letter_add_rcpt(l, "bob@example.org");
	outbox_letter_add_rcpt(l, "eve@example.org");
	l->message_id = g_strdup(post.message_id);
	l->subject = g_strdup("tulips");
	l->size = (int64_t)strlen(text) + 10;
	l->eight_bit = true;
	l->sent = folder_id(w, "Sent");
	if (n) {
		l->about = row(w, "INBOX", n);
		l->about_id = g_strdup_printf("%u@example.org", n);
		l->mark.bits = FLAG_ANSWERED;
	}
	cr_assert_eq(outbox_add(w->store, fileno(f), l, &id, &w->e), ST_OK,
		     "%s", w->e.text);
	fclose(f);
	outbox_letter_free(l);
	return id;
}

static enum st
send_now(struct world *w, bool insist)
{
	enum st st = sending_settle(w->store, &events, &w->e);

	return st == ST_OK ? sending_run(w->store, &post.mailer, insist,
					 &events, &w->e) : st;
}

static enum outbox_state
state(struct world *w, int64_t id)
{
	struct outbox_letter *l = NULL;
	enum outbox_state state;

	cr_assert_eq(outbox_get(w->store, id, &l, &w->e), ST_OK);
	state = l->state;
	outbox_letter_free(l);
	return state;
}

/* How many copies both sides have; they are the very octets. */
static size_t
copies(struct world *w)
{
	struct message m = { 0 };
	GBytes *bytes = NULL;
	size_t n = there(w, "Sent");

	if (n == 0)
		return 0;
	cr_assert_eq(message_by_message_id(w->store, folder_id(w, "Sent"),
					   "tulips@example.org", &m, &w->e),
		     ST_OK);
	cr_assert(m.flags.bits & FLAG_SEEN);
	cr_assert_eq(message_bytes(w->store, m.id, &bytes, &w->e), ST_OK);
	cr_assert_eq(g_bytes_get_size(bytes), strlen(text));
	cr_assert_eq(memcmp(g_bytes_get_data(bytes, NULL), text,
			    strlen(text)), 0);
	g_bytes_unref(bytes);
	message_clear(&m);
	return n;
}

static bool
has_file(struct world *w, int64_t id)
{
	char *file = g_strdup_printf("%s/outbox/%d.eml", w->dir, (int)id);
	bool there = access(file, F_OK) == 0;

	g_free(file);
	return there;
}

/* ---- what becomes of them ------------------------------------------------ */

EACH_SERVER(a_letter_goes_out_and_its_copy_is_on_both_sides)
{
	int64_t id = queue_letter(w, 2);

	cr_assert_eq(state(w, id), OUTBOX_QUEUED);
	cr_assert(has_file(w, id));
	cr_assert_eq(send_now(w, false), ST_OK, "%s", w->e.text);
	cr_assert_eq(post.sent, 1);
	cr_assert_str_eq(post.got->str, text);
	cr_assert_eq(state(w, id), OUTBOX_SENT);
	cr_assert_not(has_file(w, id));
	SYNCS(w);
	cr_assert_eq(copies(w), 1);
	cr_assert(flags_there(w, "INBOX", 2) & FLAG_ANSWERED);
	cr_assert_eq(counts(w).waiting, 0);
	/* Nothing is left to be done. */
	cr_assert_eq(send_now(w, true), ST_OK);
	SYNCS(w);
	cr_assert_eq(post.opened, 1);
	cr_assert_eq(copies(w), 1);
}

EACH_SERVER(a_server_of_seven_bits_gets_the_letter_encoded)
{
	int64_t id = queue_letter(w, 0);

	post.seven_bit = true;
	cr_assert_eq(send_now(w, false), ST_OK, "%s", w->e.text);
	cr_assert_eq(post.sent, 1);
	cr_assert(strstr(post.got->str, "\n\nUnd sie bl=C3=BChen schon.\n"),
		  "%s", post.got->str);
	cr_assert_eq(state(w, id), OUTBOX_SENT);
	SYNCS(w);
	cr_assert_eq(copies(w), 1);
}

EACH_SERVER(the_answered_message_is_marked_where_it_is_by_then)
{
	queue_letter(w, 3);
	move(w, "INBOX", 3, "Archive");
	SYNCS(w);
	cr_assert_eq(send_now(w, false), ST_OK);
	SYNCS(w);
	cr_assert(flags_there(w, "Archive", 1) & FLAG_ANSWERED);
}

EACH_SERVER(a_copy_that_was_cut_off_is_made_once)
{
	queue_letter(w, 0);
	cr_assert_eq(send_now(w, false), ST_OK);
	if (w->server) {
		memory_fault_arm(w->server, MEMORY_CUT, 300);
		world_sync(w);
	}
	SYNCS(w);
	SYNCS(w);
	cr_assert_eq(copies(w), 1);
}

EACH_SERVER(nobody_there_means_later)
{
	int64_t id = queue_letter(w, 0), when = 0;

	post.open = ST_RETRY;
	cr_assert_eq(send_now(w, false), ST_RETRY);
	cr_assert_eq(state(w, id), OUTBOX_QUEUED);
	cr_assert_str_eq(told->str, "“tulips” waits: There is nobody there."
			 "\n");
	cr_assert_eq(outbox_next(w->store, &when, NULL), ST_OK);
	cr_assert(when > clock_now() + 30 && when < clock_now() + 120);
	cr_assert_eq(send_now(w, false), ST_OK);
	cr_assert_eq(post.opened, 1);	/* its time has not come */
	g_string_truncate(told, 0);
	cr_assert_eq(send_now(w, true), ST_RETRY);
	cr_assert_str_empty(told->str);	/* that is known */
	post.open = ST_OK;
	cr_assert_eq(send_now(w, true), ST_OK);
	cr_assert_eq(state(w, id), OUTBOX_SENT);
	SYNCS(w);
	cr_assert_eq(copies(w), 1);
}

/* The same password again and again locks an account. */
EACH_SERVER(a_refused_log_in_is_said_and_left_alone)
{
	int64_t id = queue_letter(w, 0), when = 0;

	post.open = ST_AUTH;
	cr_assert_eq(send_now(w, false), ST_AUTH);
	cr_assert_eq(state(w, id), OUTBOX_QUEUED);
	cr_assert_str_eq(told->str, "! “tulips” waits: There is nobody there."
			 "\n");
	cr_assert_eq(outbox_next(w->store, &when, NULL), ST_OK);
	cr_assert_gt(when, clock_now() + 3600);
	cr_assert_eq(send_now(w, false), ST_OK);
	cr_assert_eq(post.opened, 1);
	post.open = ST_OK;
	cr_assert_eq(send_now(w, true), ST_OK);
	cr_assert_eq(state(w, id), OUTBOX_SENT);
	SYNCS(w);
}

EACH_SERVER(a_refusal_stays_with_its_reason)
{
	int64_t id = queue_letter(w, 1);
	struct outbox_letter *l = NULL;

	post.fate = SMTP_REFUSED;
	post.st = ST_REFUSED;
	cr_assert_eq(send_now(w, false), ST_REFUSED);
	cr_assert_eq(outbox_get(w->store, id, &l, NULL), ST_OK);
	cr_assert_eq(l->state, OUTBOX_REFUSED);
	cr_assert_str_eq(l->why, "550 5.7.1 not so");
	outbox_letter_free(l);
	cr_assert_str_eq(told->str, "! “tulips” was refused: 550 5.7.1 not "
			 "so\n");
	cr_assert_eq(send_now(w, true), ST_OK);
	cr_assert_eq(post.opened, 1);	/* not again unasked */
	SYNCS(w);
	cr_assert_eq(there(w, "Sent"), 0);
	cr_assert_not(flags_there(w, "INBOX", 1) & FLAG_ANSWERED);
	cr_assert(has_file(w, id));
}

EACH_SERVER(refused_recipients_are_named)
{
	struct outbox_letter *l = NULL;
	int64_t id = queue_letter(w, 0);

	post.refuses = "eve@example.org";
	cr_assert_eq(send_now(w, false), ST_REFUSED);
	cr_assert_str_eq(told->str, "! “tulips” was sent, but not to "
			 "eve@example.org (550 5.1.1 nobody).\n");
	cr_assert_eq(outbox_get(w->store, id, &l, NULL), ST_OK);
	cr_assert_eq(l->state, OUTBOX_SENT);
	cr_assert_eq(((struct outbox_rcpt *)l->rcpt->pdata[0])->code, 250);
	cr_assert_eq(((struct outbox_rcpt *)l->rcpt->pdata[1])->code, 550);
	outbox_letter_free(l);
	SYNCS(w);
	cr_assert_eq(copies(w), 1);
}

/* One of two is to be asked about again: both get it once, and it stands in
 * Sent once. */
EACH_SERVER(who_is_not_served_yet_is_later)
{
	GPtrArray *all = NULL;
	struct outbox_letter *l;

	queue_letter(w, 0);
	post.refuses = "eve@example.org";
	post.code = 451;
	cr_assert_eq(send_now(w, false), ST_REFUSED);
	cr_assert_str_eq(told->str, "“tulips” was sent; it waits for "
			 "eve@example.org (550 5.1.1 nobody).\n");
	SYNCS(w);
	cr_assert_eq(copies(w), 1);
	cr_assert_eq(outbox_all(w->store, &all, NULL), ST_OK);
	cr_assert_eq(all->len, 2);
	l = all->pdata[1];
	cr_assert_eq(l->state, OUTBOX_QUEUED);
	cr_assert_gt(l->next_try, 0);
	cr_assert_eq(l->rcpt->len, 1);
	g_ptr_array_unref(all);
	cr_assert_eq(send_now(w, false), ST_OK);
	cr_assert_eq(post.sent, 1);	/* it is not time yet */
	post.refuses = NULL;
	cr_assert_eq(send_now(w, true), ST_OK);
	cr_assert_eq(post.sent, 2);
	cr_assert_eq(post.rcpts, 1);
	SYNCS(w);
	cr_assert_eq(copies(w), 1);
}

/* What the others have got says nothing of those who are served later. */
EACH_SERVER(the_copy_speaks_for_nobody_who_is_not_served)
{
	GPtrArray *all = NULL;
	int64_t rest;

	queue_letter(w, 0);
	post.refuses = "eve@example.org";
	post.code = 451;
	cr_assert_eq(send_now(w, false), ST_REFUSED);
	cr_assert_eq(outbox_all(w->store, &all, NULL), ST_OK);
	cr_assert_eq(all->len, 2);
	rest = ((struct outbox_letter *)all->pdata[1])->id;
	g_ptr_array_unref(all);
	/* Nothing is here by its Message-ID when it goes out. */
	cr_assert_eq(outbox_sending(w->store, rest, NULL, &w->e), ST_OK);
	SYNCS(w);
	cr_assert_eq(copies(w), 1);
	cr_assert_eq(send_now(w, true), ST_OK);
	cr_assert_eq(state(w, rest), OUTBOX_UNSURE);
}

/* The same when it was not known at first that the letter arrived. */
EACH_SERVER(in_doubt_it_is_known_who_is_not_served)
{
	int64_t id = queue_letter(w, 0);
	struct outbox_letter *l;
	GPtrArray *all = NULL;

	post.refuses = "eve@example.org";
	post.code = 451;
	post.fate = SMTP_UNSURE;
	post.st = ST_RETRY;
	cr_assert_eq(send_now(w, false), ST_RETRY);
	cr_assert_eq(state(w, id), OUTBOX_UNSURE);
	world_reopen(w);
	cr_assert_eq(outbox_arrived(w->store, id, true, &w->e), ST_OK);
	cr_assert_eq(state(w, id), OUTBOX_SENT);
	cr_assert_eq(outbox_all(w->store, &all, NULL), ST_OK);
	cr_assert_eq(all->len, 2);
	l = all->pdata[1];
	cr_assert_eq(l->state, OUTBOX_QUEUED);
	cr_assert_str_eq(((struct outbox_rcpt *)l->rcpt->pdata[0])->address,
			 "eve@example.org");
	g_ptr_array_unref(all);
	SYNCS(w);
	cr_assert_eq(copies(w), 1);
}

EACH_SERVER(cut_before_the_end_nobody_has_it)
{
	int64_t id = queue_letter(w, 0);

	post.before = true;
	post.fate = SMTP_LATER;
	post.st = ST_RETRY;
	cr_assert_eq(send_now(w, false), ST_RETRY);
	cr_assert_eq(state(w, id), OUTBOX_QUEUED);
	post.before = false;
	post.fate = SMTP_SENT;
	post.st = ST_OK;
	cr_assert_eq(send_now(w, true), ST_OK);
	SYNCS(w);
	cr_assert_eq(copies(w), 1);
}

EACH_SERVER(in_doubt_it_is_never_sent_again_by_itself)
{
	int64_t id = queue_letter(w, 0);

	post.fate = SMTP_UNSURE;
	post.st = ST_RETRY;
	cr_assert_eq(send_now(w, false), ST_RETRY);
	cr_assert_eq(state(w, id), OUTBOX_UNSURE);
	post.fate = SMTP_SENT;
	post.st = ST_OK;
	cr_assert_eq(send_now(w, true), ST_OK);
	SYNCS(w);
	cr_assert_eq(send_now(w, true), ST_OK);
	cr_assert_eq(post.sent, 0);
	cr_assert_eq(there(w, "Sent"), 0);
	/* The person says that it is to go once more. */
	cr_assert_eq(outbox_retry(w->store, id, &w->e), ST_OK);
	cr_assert_eq(send_now(w, false), ST_OK);
	cr_assert_eq(post.sent, 1);
	SYNCS(w);
	cr_assert_eq(copies(w), 1);
}

EACH_SERVER(killed_at_its_end_it_is_in_doubt)
{
	int64_t id = queue_letter(w, 0);

	cr_assert_eq(outbox_sending(w->store, id, NULL, &w->e), ST_OK);
	world_reopen(w);
	cr_assert_eq(send_now(w, true), ST_OK);
	cr_assert_eq(post.sent, 0);
	cr_assert_eq(state(w, id), OUTBOX_UNSURE);
}

/* It was written to a list, say, and comes from there. */
EACH_SERVER(a_letter_in_doubt_that_comes_back_was_sent)
{
	int64_t id;

	post.message_id = "77@example.org";
	id = queue_letter(w, 4);
	cr_assert_eq(outbox_sending(w->store, id, NULL, &w->e), ST_OK);
	cr_assert_eq(send_now(w, true), ST_OK);
	cr_assert_eq(state(w, id), OUTBOX_UNSURE);
	world_add(w, "INBOX", 77, 300, 0);
	SYNCS(w);
	cr_assert_eq(send_now(w, true), ST_OK);
	cr_assert_eq(state(w, id), OUTBOX_SENT);
	cr_assert_not_null(strstr(told->str, "“tulips” has arrived"));
	SYNCS(w);
	cr_assert_eq(copies(w), 1);
	cr_assert(flags_there(w, "INBOX", 4) & FLAG_ANSWERED);
}

/* A bounce has the Message-ID of what it is one of. */
EACH_SERVER(what_was_here_before_says_nothing_of_a_letter_in_doubt)
{
	int64_t id;

	post.message_id = "2@example.org";
	id = queue_letter(w, 0);
	post.fate = SMTP_UNSURE;
	post.st = ST_RETRY;
	cr_assert_eq(send_now(w, false), ST_RETRY);
	SYNCS(w);
	cr_assert_eq(send_now(w, true), ST_OK);
	move(w, "INBOX", 2, "Archive");
	SYNCS(w);
	cr_assert_eq(send_now(w, true), ST_OK);
	cr_assert_eq(state(w, id), OUTBOX_UNSURE);
	cr_assert_eq(there(w, "Sent"), 0);
}

/* Each session breaks over one of two letters. */
EACH_SERVER(a_letter_that_breaks_sessions_keeps_no_other)
{
	int64_t bad = queue_letter(w, 0), good = queue_letter(w, 0);

	post.before = true;
	post.fate = SMTP_LATER;
	post.st = ST_RETRY;
	cr_assert_eq(send_now(w, true), ST_RETRY);
	cr_assert_eq(state(w, bad), OUTBOX_QUEUED);
	cr_assert_eq(post.sent, 0);
	post.most = 1;
	post.before = false;
	post.fate = SMTP_SENT;
	post.st = ST_OK;
	cr_assert_eq(send_now(w, true), ST_RETRY);
	cr_assert_eq(state(w, bad), OUTBOX_QUEUED);
	cr_assert_eq(state(w, good), OUTBOX_SENT);
	SYNCS(w);
	cr_assert_eq(copies(w), 1);
}

EACH_SERVER(what_is_taken_back_is_not_sent)
{
	int64_t id = queue_letter(w, 0);

	cr_assert_eq(outbox_take_back(w->store, id, &w->e), ST_OK);
	cr_assert_not(has_file(w, id));
	cr_assert_eq(send_now(w, true), ST_OK);
	cr_assert_eq(post.opened, 0);
	cr_assert_eq(outbox_take_back(w->store, id, &w->e), ST_REFUSED);
}
