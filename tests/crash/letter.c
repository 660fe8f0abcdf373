/*
 * letter.c - a letter, from the outbox to its copy in Sent, killed at each call
 * that changes a file
 *
 * Whatever happens: once it was taken it is delivered, or it stands in the
 * outbox, where the person sees it; its copy is in Sent once, on both sides,
 * octet by octet; the draft that it was goes with that and not sooner.
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "crash/point.h"
#include "store/outbox.h"
#include "sync/sending.h"

/* The letter, its number in point_row(), and what it answers. */
#define LETTER 77
#define ABOUT 2

static const char text[] =
	"From: Ann <ann@example.org>\nTo: Bob <bob@example.org>\n"
	"Subject: tulips\nMessage-ID: <77@example.org>\n\nThey are red.\n"
	"From here on they are yellow.\n>From there, too.\n";

/* ---- a submission server that remembers ---------------------------------- */

static volatile struct post {
	int delivered;		/* how often it took the letter */
	int whole;		/* of these, octet by octet */
} *post;

static enum st
post_open(struct mailer *m, struct err *e)
{
	return ST_OK;
}

static void
post_close(struct mailer *m)
{
}

static enum st
post_send(struct mailer *m, struct smtp_letter *l, enum smtp_fate *fate,
	  char **said, struct err *e)
{
	char buf[1024];
	size_t len = 1, all = 0;
	enum st st = ST_OK;

	*fate = SMTP_LATER;
	*said = NULL;
	while (st == ST_OK && len > 0 && all < sizeof(buf)) {
		st = l->read(l->ctx, buf + all, sizeof(buf) - all, &len, e);
		all += st == ST_OK ? len : 0;
	}
	if (st == ST_OK)
		st = l->commit(l->ctx, e);
	if (st != ST_OK)
		return st;
	post->delivered++;
	post->whole += all == strlen(text) && memcmp(buf, text, all) == 0;
	*fate = SMTP_SENT;
	for (size_t i = 0; i < l->rcpts; i++)
		l->rcpt[i].code = 250;
	return ST_OK;
}

static const struct mailer_ops post_ops = {
	"post", post_open, post_close, post_send, post_close, post_close
};

/* ---- steps --------------------------------------------------------------- */

static FILE *
letter_file(void)
{
	FILE *f = tmpfile();

	fwrite(text, 1, strlen(text), f);
	fflush(f);
	return f;
}

static enum st
send_and_sync(struct world *w)
{
	static const struct sending_events events = { 0 };
	struct mailer mailer = { &post_ops };
	enum st st = sending_settle(w->store, &events, &w->e);

	if (st == ST_OK)
		st = sending_run(w->store, &mailer, true, &events, &w->e);
	return st == ST_OK ? world_sync(w) : st;
}

static void
new_post(void)
{
	if (!post)
		post = mmap(NULL, sizeof(*post), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	post->delivered = post->whole = 0;
}

static void
with_draft(struct world *w)
{
	new_post();
	memory_folder_add(w->server, "Sent", ROLE_SENT);
	memory_folder_add(w->server, "Drafts", ROLE_DRAFTS);
	world_add(w, "Drafts", LETTER, 400, FLAG_DRAFT);
	SYNCS(w);
	cr_assert_neq(point_row(w, "Drafts", LETTER), 0);
}

/* POP: what is put is only here. */
static void
with_sent_here(struct world *w)
{
	int64_t id;

	new_post();
	cr_assert_eq(queue_create(w->store, "Sent", '/', ROLE_SENT, true, &id,
				  &w->e), ST_OK);
	cr_assert_eq(queue_create(w->store, "Drafts", '/', ROLE_DRAFTS, true,
				  &id, &w->e), ST_OK);
	SYNCS(w);
}

static struct outbox_letter *
make_letter(struct world *w)
{
	struct outbox_letter *l = outbox_letter_new();

	l->from = g_strdup("ann@example.org");
	outbox_letter_add_rcpt(l, "bob@example.org");
	l->message_id = g_strdup_printf("%d@example.org", LETTER);
	l->subject = g_strdup("tulips");
	l->size = (int64_t)strlen(text) + 8;
	l->sent = point_folder(w, "Sent");
	l->about = point_row(w, "INBOX", ABOUT);
	l->about_id = g_strdup_printf("%d@example.org", ABOUT);
	l->mark.bits = FLAG_ANSWERED;
	return l;
}

/* Sent, and the draft of it goes, in one. */
static enum st
do_send(struct world *w)
{
	struct outbox_letter *l = make_letter(w);
	int64_t draft = point_row(w, "Drafts", LETTER), id;
	FILE *f = letter_file();
	size_t n = 1;
	enum st st = store_begin(w->store, &w->e);

	if (st == ST_OK)
		st = outbox_add(w->store, fileno(f), l, &id, &w->e);
	if (st == ST_OK && draft)
		st = queue_expunge(w->store, &draft, &n, &w->e);
	st = point_end(w, st);
	if (st != ST_OK)
		store_rollback(w->store);
	fclose(f);
	outbox_letter_free(l);
	return st;
}

/* The draft is put off once more: another one in its place, in one. */
static enum st
do_put(struct world *w)
{
	const struct flags flags = { FLAG_DRAFT | FLAG_SEEN, NULL };
	int64_t draft = point_row(w, "Drafts", LETTER), id;
	FILE *f = letter_file();
	size_t n = 1;
	enum st st = point_begin(w);

	if (st == ST_OK)
		st = queue_put(w->store, point_folder(w, "Drafts"), fileno(f),
			       &flags, 1700000000, &id, &w->e);
	if (st == ST_OK && draft)
		st = queue_expunge(w->store, &draft, &n, &w->e);
	st = point_end(w, st);
	if (st != ST_OK)
		store_rollback(w->store);
	fclose(f);
	return st;
}

/* It is taken back before its time has come. */
static enum st
do_take_back(struct world *w)
{
	GPtrArray *all = NULL;
	enum st st = outbox_all(w->store, &all, &w->e);

	if (st == ST_OK && all->len == 1)
		st = outbox_take_back(w->store, ((struct outbox_letter *)
						 all->pdata[0])->id, &w->e);
	if (all)
		g_ptr_array_unref(all);
	return st;
}

static void
with_letter(struct world *w)
{
	with_draft(w);
	cr_assert_eq(do_send(w), ST_OK, "%s", w->e.text);
}

/* ---- afterwards ---------------------------------------------------------- */

/* The only letter, NULL: there is none. */
static struct outbox_letter *
only_letter(struct world *w)
{
	struct outbox_letter *l = NULL;
	GPtrArray *all = NULL;

	cr_assert_eq(outbox_all(w->store, &all, &w->e), ST_OK);
	cr_assert_leq(all->len, 1);
	if (all->len)
		l = g_ptr_array_steal_index(all, 0);
	g_ptr_array_unref(all);
	return l;
}

/* What somebody does about a letter in doubt who knows what was delivered. */
static void
answer(struct world *w)
{
	struct outbox_letter *l = only_letter(w);
	enum st st = ST_OK;

	cr_assert_leq(post->delivered, 1);
	if (l && l->state == OUTBOX_SENDING)
		st = outbox_unsure(w->store, l->id, "Who knows?", &w->e);
	if (l && (l->state == OUTBOX_SENDING || l->state == OUTBOX_UNSURE))
		st = post->delivered ?
			outbox_arrived(w->store, l->id, true, &w->e) :
			outbox_retry(w->store, l->id, &w->e);
	cr_assert_eq(st, ST_OK, "%s", w->e.text);
	outbox_letter_free(l);
}

/* How many files lie in a folder of the account. */
static int
files_in(struct world *w, const char *name)
{
	char *dir = g_build_filename(w->dir, name, NULL);
	GDir *d = g_dir_open(dir, 0, NULL);
	int n = 0;

	while (d && g_dir_read_name(d))
		n++;
	if (d)
		g_dir_close(d);
	g_free(dir);
	return n;
}

static void
check_bytes(struct world *w, const char *folder)
{
	GBytes *got = NULL;

	cr_assert_eq(message_bytes(w->store, point_row(w, folder, LETTER),
				   &got, &w->e), ST_OK, "%s", w->e.text);
	cr_assert_eq(g_bytes_get_size(got), strlen(text));
	cr_assert_eq(memcmp(g_bytes_get_data(got, NULL), text, strlen(text)),
		     0);
	g_bytes_unref(got);
}

static int64_t
here(struct world *w, const char *folder)
{
	struct folder *f = world_folder(w, folder);
	int64_t n = f->total;

	folder_free(f);
	return n;
}

static bool
is_answered(struct world *w)
{
	struct message m = { 0 };
	bool is;

	cr_assert_eq(message_by_id(w->store, point_row(w, "INBOX", ABOUT), &m,
				   &w->e), ST_OK);
	is = m.flags.bits & FLAG_ANSWERED;
	message_clear(&m);
	return is;
}

/* Nothing that nobody speaks of is left on disk. */
static void
check_files(struct world *w)
{
	world_reopen(w);
	cr_assert_eq(send_and_sync(w), ST_OK, "%s", w->e.text);
	cr_assert_eq(files_in(w, "outbox"), 0);
}

static void
check_sent(struct world *w, bool decided)
{
	struct outbox_letter *l = only_letter(w);
	bool taken = l != NULL;

	cr_assert(taken || !decided);
	cr_assert(!l || l->state == OUTBOX_SENT, "%s",
		  outbox_state_name(l->state));
	outbox_letter_free(l);
	cr_assert_eq(post->delivered, taken);
	cr_assert_eq(post->whole, taken);
	cr_assert_eq(here(w, "Sent"), taken);
	cr_assert_eq(is_answered(w), taken);
	if (taken)
		check_bytes(w, "Sent");
	check_files(w);
	cr_assert_eq(post->delivered, taken);
	cr_assert_eq(here(w, "Sent"), taken);
	if (taken)
		cr_assert_eq(files_in(w, "put"), 0);
}

static void
check_sent_there(struct world *w, bool decided)
{
	check_sent(w, decided);
	cr_assert_eq(here(w, "Drafts"), !post->delivered);
	cr_assert_eq((int64_t)memory_message_count(w->server, "Sent"),
		     here(w, "Sent"));
	cr_assert_eq(memory_flags_of(w->server, "INBOX", ABOUT)->bits &
		     FLAG_ANSWERED, post->delivered ? FLAG_ANSWERED : 0);
	world_check(w);
}

static void
check_put(struct world *w, bool decided)
{
	struct message m = { 0 };
	bool put;

	cr_assert_eq(memory_message_count(w->server, "Drafts"), 1);
	cr_assert_eq(here(w, "Drafts"), 1);
	cr_assert_eq(message_by_id(w->store, point_row(w, "Drafts", LETTER),
				   &m, &w->e), ST_OK);
	put = strcmp(m.env.subject, "tulips") == 0;
	cr_assert_eq(m.flags.bits & FLAG_DRAFT, FLAG_DRAFT);
	message_clear(&m);
	cr_assert(put || !decided);
	if (put)
		check_bytes(w, "Drafts");
	world_reopen(w);
	SYNCS(w);
	if (put)
		cr_assert_eq(files_in(w, "put"), 0);
}

static void
check_put_here(struct world *w, bool decided)
{
	bool put = here(w, "Drafts") == 1;

	cr_assert(put || !decided);
	if (put)
		check_bytes(w, "Drafts");
	world_reopen(w);
	SYNCS(w);
	cr_assert_eq(here(w, "Drafts"), put);
	if (put)
		cr_assert_eq(files_in(w, "put"), 0);
}

/* Taken back, or sent; never both. */
static void
check_taken_back(struct world *w, bool decided)
{
	struct outbox_letter *l = only_letter(w);

	cr_assert(!l || !decided);
	cr_assert_eq(post->delivered, l != NULL);
	cr_assert_eq(here(w, "Sent"), l != NULL);
	outbox_letter_free(l);
	check_files(w);
}

/* ---- the table ----------------------------------------------------------- */

#define SCENARIO(Name, ...) \
	Test(crash_letter, Name, .timeout = 900) \
	{ \
		point_run(&(struct scenario){ __VA_ARGS__ }); \
	}

#define SEND(Name, Caps, Mode, Least, Nested) \
	SCENARIO(Name, Caps, Mode, Least, Nested, with_draft, do_send, \
		 check_sent_there, send_and_sync, answer)
#define PUT(Name, Caps, Mode, Least, Nested) \
	SCENARIO(Name, Caps, Mode, Least, Nested, with_draft, do_put, \
		 check_put, NULL, NULL)

SEND(send, CAPS_QRESYNC, "kill", 40, true)
SEND(send_plain, CAPS_PLAIN, "after", 40, false)
SEND(send_half, CAPS_QRESYNC, "half", 40, false)
SEND(send_and_no_power, CAPS_QRESYNC, "cut", 40, false)
SEND(send_and_a_disk_that_reorders, CAPS_PLAIN, "reorder", 40, true)
SEND(send_disk_full, CAPS_QRESYNC, "enospc", 20, false)
SEND(send_io_error, CAPS_PLAIN, "eio", 20, false)
SEND(send_short_writes, CAPS_QRESYNC, "short", 20, false)
SEND(send_too_many_files, CAPS_QRESYNC, "emfile", 4, false)

SCENARIO(send_pop, CAPS_POP, "kill", 30, true, with_sent_here, do_send,
	 check_sent, send_and_sync, answer)
SCENARIO(send_pop_and_no_power, CAPS_POP, "cut", 30, false, with_sent_here,
	 do_send, check_sent, send_and_sync, answer)

SCENARIO(take_back, CAPS_QRESYNC, "kill", 5, false, with_letter, do_take_back,
	 check_taken_back, send_and_sync, answer)

PUT(put, CAPS_QRESYNC, "kill", 30, true)
PUT(put_plain, CAPS_PLAIN, "after", 30, false)
PUT(put_and_no_power, CAPS_QRESYNC, "cut", 30, true)
PUT(put_and_a_disk_that_reorders, CAPS_PLAIN, "reorder", 30, false)
PUT(put_disk_full, CAPS_QRESYNC, "enospc", 10, false)
PUT(put_io_error, CAPS_PLAIN, "eio", 20, false)
PUT(put_short_writes, CAPS_PLAIN, "short", 20, false)
PUT(put_too_many_files, CAPS_QRESYNC, "emfile", 4, false)

SCENARIO(put_pop, CAPS_POP, "kill", 20, true, with_sent_here, do_put,
	 check_put_here, NULL, NULL)
