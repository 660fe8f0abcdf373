/*
 * memory_own.c - what the server in memory has beyond the contract
 *
 * Its faults at every octet of a change, the visitor, names, the trace, and
 * what is sent to it.
 */
#include <criterion/criterion.h>

#include <string.h>

#include "net/mailer.h"
#include "net/memory.h"

#define IMAP_LIKE (CAP_FOLDERS | CAP_UIDS | CAP_FLAGS | CAP_KEYWORDS | \
		   CAP_UIDPLUS | CAP_MOVE | CAP_IDLE | CAP_APPEND)

struct world {
	struct memory_server *s;
	struct driver *d;
	struct err e;
};

static struct world
world_new(uint32_t caps, int messages)
{
	struct world w = { .s = memory_server_new(caps) };
	struct entered entered;

	for (int i = 0; i < messages; i++)
		memory_message_add(w.s, "INBOX", "a: b\r\n\r\nc\r\n", 12,
				   NULL, 0);
	w.d = memory_driver_new(w.s, NULL);
	cr_assert_eq(driver_open(w.d, &w.e), ST_OK);
	cr_assert_eq(driver_enter(w.d, "INBOX", NULL, NULL, &entered, &w.e),
		     ST_OK);
	return w;
}

static void
world_free(struct world *w)
{
	driver_free(w->d);
	memory_server_free(w->s);
}

/* A cut before the server got the command leaves it undone; a cut behind it
 * has it done although the session does not know. */
Test(memory, a_cut_falls_before_or_after_the_change)
{
	struct uidset two = UIDSET_EMPTY;
	unsigned undone = 0, done = 0, known = 0;

	uidset_add(&two, 2);
	for (int64_t at = 0; at <= 80; at += 8) {
		struct world w = world_new(IMAP_LIKE, 3);
		enum st st;

		memory_fault_arm(w.s, MEMORY_CUT, at);
		st = driver_expunge(w.d, &two, &w.e);
		if (st == ST_OK)
			known++;
		else if (memory_message_count(w.s, "INBOX") == 3)
			undone++;
		else
			done++;
		cr_assert(st == ST_OK || st == ST_RETRY);
		world_free(&w);
	}
	cr_assert_gt(undone, 0);
	cr_assert_gt(done, 0);
	cr_assert_gt(known, 0);
	uidset_clear(&two);
}

Test(memory, quit_that_is_cut_may_have_deleted)
{
	struct uidset all = UIDSET_EMPTY;
	struct world w = world_new(CAP_DELIVERS, 3);

	uidset_add_range(&all, 1, 3);
	cr_assert_eq(driver_expunge(w.d, &all, &w.e), ST_OK);
	cr_assert_eq(memory_message_count(w.s, "INBOX"), 3);
	memory_fault_arm(w.s, MEMORY_CUT, 50);
	cr_assert_eq(driver_close(w.d, true, &w.e), ST_RETRY);
	cr_assert_eq(memory_message_count(w.s, "INBOX"), 0);
	uidset_clear(&all);
	world_free(&w);
}

Test(memory, a_refused_quit_deletes_nothing)
{
	struct uidset all = UIDSET_EMPTY;
	struct world w = world_new(CAP_DELIVERS, 3);

	uidset_add_range(&all, 1, 3);
	cr_assert_eq(driver_expunge(w.d, &all, &w.e), ST_OK);
	memory_fault_arm(w.s, MEMORY_REFUSE, 1);
	cr_assert_eq(driver_close(w.d, true, &w.e), ST_REFUSED);
	cr_assert_eq(memory_message_count(w.s, "INBOX"), 3);
	uidset_clear(&all);
	world_free(&w);
}

Test(memory, a_stall_ends_with_the_time_out)
{
	struct world w = world_new(IMAP_LIKE, 1);
	struct entered entered;
	uint32_t woke;

	memory_server_timeout(w.s, 20);
	memory_fault_arm(w.s, MEMORY_STALL, 2);
	cr_assert_eq(driver_enter(w.d, "INBOX", NULL, NULL, &entered, &w.e),
		     ST_OK);
	cr_assert_eq(driver_wait(w.d, -1, 60000, &woke, &w.e), ST_RETRY);
	world_free(&w);
}

Test(memory, the_nth_call_is_refused)
{
	struct world w = world_new(IMAP_LIKE, 1);
	struct entered entered;

	memory_fault_arm(w.s, MEMORY_REFUSE, 3);
	for (int i = 1; i <= 5; i++)
		cr_assert_eq(driver_enter(w.d, "INBOX", NULL, NULL, &entered,
					  &w.e), i == 3 ? ST_REFUSED : ST_OK);
	world_free(&w);
}

static int
deliver(void *server)
{
	static int calls;

	/* The first call is wait()'s own. */
	if (++calls == 3)
		memory_message_add(server, "INBOX", "a: b\r\n\r\n", 8, NULL,
				   0);
	return 5;
}

Test(memory, mail_arrives_while_a_session_waits)
{
	struct world w = world_new(IMAP_LIKE, 1);
	uint32_t woke = 0;

	memory_server_visit(w.s, deliver, w.s);
	cr_assert_eq(driver_wait(w.d, -1, 60000, &woke, &w.e), ST_OK);
	cr_assert_eq(woke, WAKE_CHANGED);
	cr_assert_eq(memory_message_count(w.s, "INBOX"), 2);
	world_free(&w);
}

Test(memory, own_changes_wake_nobody)
{
	struct world w = world_new(IMAP_LIKE, 3);
	struct flags seen = { .bits = FLAG_SEEN };
	struct uidset one = UIDSET_EMPTY;
	uint32_t woke = 0;

	uidset_add(&one, 1);
	cr_assert_eq(driver_store(w.d, &one, true, &seen, &w.e), ST_OK);
	cr_assert_eq(driver_expunge(w.d, &one, &w.e), ST_OK);
	cr_assert_eq(driver_wait(w.d, -1, 1, &woke, &w.e), ST_OK);
	cr_assert_eq(woke, WAKE_TIMEOUT);
	memory_message_flags(w.s, "INBOX", 2, &seen);
	cr_assert_eq(driver_wait(w.d, -1, 1, &woke, &w.e), ST_OK);
	cr_assert_eq(woke, WAKE_CHANGED);
	cr_assert_eq(memory_flags_of(w.s, "INBOX", 2)->bits, FLAG_SEEN);
	uidset_clear(&one);
	world_free(&w);
}

Test(memory, a_session_takes_only_what_was_there_when_it_began)
{
	struct world w = world_new(CAP_DELIVERS, 2);
	struct entered entered;

	memory_message_add(w.s, "INBOX", "a: b\r\n\r\n", 8, NULL, 0);
	cr_assert_eq(driver_enter(w.d, "INBOX", NULL, NULL, &entered, &w.e),
		     ST_OK);
	cr_assert_eq(entered.exists, 2);
	world_free(&w);
}

Test(memory, folders_come_and_go)
{
	struct world w = world_new(IMAP_LIKE, 1);
	struct entered entered;

	memory_folder_add(w.s, "Old", ROLE_ARCHIVE);
	memory_message_add(w.s, "Old", "a: b\r\n\r\n", 8, NULL, 0);
	memory_folder_rename(w.s, "Old", "New");
	cr_assert_eq(memory_message_count(w.s, "New"), 1);
	cr_assert_eq(memory_message_bytes(w.s, "New", 1)->len, 8);
	cr_assert_eq(driver_enter(w.d, "Old", NULL, NULL, &entered, &w.e),
		     ST_GONE);
	cr_assert_eq(driver_enter(w.d, "New", NULL, NULL, &entered, &w.e),
		     ST_OK);
	memory_folder_remove(w.s, "New");
	cr_assert_eq(driver_enter(w.d, "New", NULL, NULL, &entered, &w.e),
		     ST_GONE);
	world_free(&w);
}

Test(memory, a_server_is_found_by_its_name)
{
	struct memory_server *s = memory_server_new(IMAP_LIKE);

	cr_assert_null(memory_server_find("demo"));
	memory_server_publish("demo", s);
	cr_assert_eq(memory_server_find("demo"), s);
	memory_server_free(s);
	cr_assert_null(memory_server_find("demo"));
}

/* ---- what is sent ------------------------------------------------------- */

struct posting {
	const char *left;
	enum st commit_st;
};

static enum st
read_crumb(void *ctx, char *buf, size_t max, size_t *len, struct err *e)
{
	struct posting *p = ctx;

	*len = MIN(strlen(p->left), 1);
	memcpy(buf, p->left, *len);
	p->left += *len;
	return ST_OK;
}

static enum st
write_down(void *ctx, struct err *e)
{
	return ((struct posting *)ctx)->commit_st;
}

/* To the server's own address and to another; what became of it. */
static enum smtp_fate
post(struct memory_server *s, const char *text, enum st commit_st)
{
	struct posting p = { text, commit_st };
	struct smtp_rcpt rcpt[] = { { .address = "Ann@x" },
				    { .address = "bob@y" } };
	struct smtp_letter letter = { .from = "ann@x", .rcpt = rcpt,
				      .rcpts = 2, .ctx = &p,
				      .read = read_crumb,
				      .commit = write_down };
	struct account *a = account_new("demo");
	struct mailer *m;
	struct err e = { "" };
	enum smtp_fate fate;
	char *said;

	a->user = g_strdup("ann@x");
	memory_server_publish("demo", s);
	cr_assert_eq(endpoint_parse(&a->send, "memory:demo", &e), ST_OK);
	m = mailer_new(a, NULL, &e);
	cr_assert_not_null(m, "%s", e.text);
	cr_assert_eq(mailer_open(m, &e), ST_OK);
	cr_assert_eq(mailer_send(m, &letter, &fate, &said, &e), commit_st);
	cr_assert_null(said);
	mailer_close(m);
	mailer_free(m);
	account_free(a);
	return fate;
}

Test(memory, what_one_sends_to_oneself_arrives)
{
	struct memory_server *s = memory_server_new(IMAP_LIKE);
	const GByteArray *b;

	cr_assert_eq(post(s, "a: b\n\nc\r\nd\n", ST_LOCAL), SMTP_LATER);
	cr_assert_eq(memory_message_count(s, "INBOX"), 0);
	cr_assert_eq(post(s, "a: b\n\nc\r\nd\n", ST_OK), SMTP_SENT);
	cr_assert_eq(memory_message_count(s, "INBOX"), 1);
	b = memory_message_bytes(s, "INBOX", 1);
	cr_assert_eq(b->len, 14);
	cr_assert_eq(memcmp(b->data, "a: b\r\n\r\nc\r\nd\r\n", 14), 0);
	memory_server_free(s);
}
