/*
 * contract_fault.c - the contract: stops, waits, and servers that fail
 */
#include "driver/contract.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

static struct copy *
with_messages(struct contract *c, int n)
{
	for (int i = 1; i <= n; i++)
		contract_deliver(c, "INBOX", i);
	driver_close(c->d, false, NULL);
	OK(driver_open(c->d, &c->e));
	return copy_of(c, c->d, "INBOX");
}

/* After a failure that ends the session: nothing but open() works, and that
 * does. */
static void
assert_closed(struct contract *c)
{
	struct entered entered;

	GIVES(ST_RETRY, driver_enter(c->d, "INBOX", NULL, NULL, &entered,
				     &c->e));
	driver_close(c->d, false, NULL);
	OK(driver_open(c->d, &c->e));
	OK(driver_enter(c->d, "INBOX", NULL, NULL, &entered, &c->e));
}

/* ---- sinks that fail ---- */

CONTRACT(a_failing_sink_stops_the_fetch)
{
	struct copy *copy = with_messages(c, 4);

	for (int where = 0; where < 3; where++) {
		struct caught *caught = caught_new();
		struct fetch_sink sink = caught_sink(caught);

		if (where == 0)
			caught->fail_begin = ST_LOCAL;
		else if (where == 1)
			caught->fail_data = ST_LOCAL;
		else
			caught->fail_end = ST_LOCAL;
		GIVES(ST_LOCAL, driver_fetch(c->d, &copy->uids, FETCH_WHOLE,
					     &sink, &c->e));
		cr_assert_str_eq(c->e.text, "The sink is full.");
		HOLDS(caught->now == NULL);
		HOLDS(caught->aborted == (where == 1));
		HOLDS(caught->messages->len == 0);
		caught_free(caught);
		assert_closed(c);
	}
	copy_free(copy);
}

static enum st
refuse_listing(void *ctx, const struct listing *m, struct err *e)
{
	(void)ctx;
	(void)m;
	return err_set(e, ST_LOCAL, "The disk is full.");
}

static enum st
no_vanished(void *ctx, const struct uidset *uids, struct err *e)
{
	(void)ctx;
	(void)uids;
	(void)e;
	return ST_OK;
}

CONTRACT(a_failing_sink_stops_the_listing)
{
	struct listing_sink sink = { NULL, refuse_listing, no_vanished };
	struct copy *copy = with_messages(c, 4);
	bool full;

	GIVES(ST_LOCAL, driver_changes(c->d, NULL, &sink, &full, &c->e));
	cr_assert_str_eq(c->e.text, "The disk is full.");
	assert_closed(c);
	copy_free(copy);
}

/* ---- interrupts and waits ---- */

CONTRACT(an_interrupt_before_a_call_stops_it)
{
	struct copy *copy = with_messages(c, 2);
	struct entered entered;

	driver_interrupt(c->d);
	GIVES(ST_CANCELLED, driver_enter(c->d, "INBOX", NULL, NULL, &entered,
					 &c->e));
	assert_closed(c);
	copy_free(copy);
}

static void
interrupt_driver(void *d)
{
	driver_interrupt(d);
}

CONTRACT(an_interrupt_stops_a_fetch)
{
	struct copy *copy = with_messages(c, 1);
	GString *text = g_string_new("Subject: big\r\n\r\n");
	struct caught *caught = caught_new();
	struct fetch_sink sink = caught_sink(caught);

	while (text->len < 3000000)
		g_string_append(text, "many octets on a line of their own\r\n");
	for (int i = 0; i < 3; i++)
		c->fixture->add(c->server, "INBOX", text->str, text->len);
	copy_free(copy);
	copy = with_messages(c, 0);
	caught->on_data = interrupt_driver;
	caught->on_data_ctx = c->d;
	GIVES(ST_CANCELLED, driver_fetch(c->d, &copy->uids, FETCH_WHOLE,
					 &sink, &c->e));
	HOLDS(caught->now == NULL);
	HOLDS(caught->messages->len < 4);
	/* The sink is called once more at most, and so is the flag. */
	driver_close(c->d, false, NULL);
	if (driver_open(c->d, NULL) == ST_CANCELLED)
		driver_close(c->d, false, NULL);
	caught_free(caught);
	g_string_free(text, TRUE);
	copy_free(copy);
}

static gpointer
interrupt_soon(gpointer d)
{
	g_usleep(100 * 1000);
	driver_interrupt(d);
	return NULL;
}

CONTRACT(an_interrupt_stops_a_wait)
{
	struct copy *copy = with_messages(c, 1);
	int64_t start = clock_ms();
	uint32_t woke = 0;
	GThread *thread = g_thread_new("stop", interrupt_soon, c->d);

	GIVES(ST_CANCELLED, driver_wait(c->d, -1, 60000, &woke, &c->e));
	g_thread_join(thread);
	HOLDS(clock_ms() - start < 50000);
	assert_closed(c);
	copy_free(copy);
}

CONTRACT(a_wait_ends_in_time)
{
	struct copy *copy = with_messages(c, 1);
	int64_t start = clock_ms();
	uint32_t woke = 0;

	OK(driver_wait(c->d, -1, 150, &woke, &c->e));
	HOLDS(woke == WAKE_TIMEOUT);
	HOLDS(clock_ms() - start >= 140);
	HOLDS(clock_ms() - start < 60000);
	OK(driver_enter(c->d, "INBOX", NULL, NULL, &copy->entered, &c->e));
	copy_free(copy);
}

CONTRACT(a_wait_sees_the_descriptor)
{
	struct copy *copy = with_messages(c, 1);
	uint32_t woke = 0;
	int fds[2];

	HOLDS(pipe(fds) == 0);
	HOLDS(write(fds[1], "x", 1) == 1);
	OK(driver_wait(c->d, fds[0], 60000, &woke, &c->e));
	HOLDS(woke & WAKE_FD);
	OK(driver_enter(c->d, "INBOX", NULL, NULL, &copy->entered, &c->e));
	close(fds[0]);
	close(fds[1]);
	copy_free(copy);
}

CONTRACT_WITH(a_wait_sees_new_mail, CAP_IDLE)
{
	struct copy *copy = with_messages(c, 1);
	uint32_t woke = 0;

	contract_deliver(c, "INBOX", 2);
	OK(driver_wait(c->d, -1, 60000, &woke, &c->e));
	HOLDS(woke & WAKE_CHANGED);
	OK(copy_level(copy, c->d, "INBOX", &c->e));
	HOLDS(uidset_count(&copy->uids) == 2);
	/* It was told, and does not wake a second time. */
	OK(driver_wait(c->d, -1, 150, &woke, &c->e));
	HOLDS(woke == WAKE_TIMEOUT);
	copy_free(copy);
}

/* ---- servers that fail on purpose ---- */

CONTRACT_FAULTY(a_lie_is_not_believed)
{
	struct copy *copy = with_messages(c, 10);

	c->fixture->fault(c->server, MEMORY_LIE_EMPTY, 0);
	GIVES(ST_PROTOCOL, copy_level(copy, c->d, "INBOX", &c->e));
	assert_closed(c);
	c->fixture->fault(c->server, MEMORY_LIE_PARTIAL, 0);
	GIVES(ST_PROTOCOL, copy_level(copy, c->d, "INBOX", &c->e));
	if (c->caps & CAP_UIDS)
		HOLDS(uidset_count(&copy->uids) == 10);
	assert_closed(c);
	OK(copy_level(copy, c->d, "INBOX", &c->e));
	copy_free(copy);
}

CONTRACT_FAULTY(a_refusal_leaves_the_session)
{
	struct copy *copy = with_messages(c, 3);
	struct caught *caught = caught_new();
	struct fetch_sink sink = caught_sink(caught);

	c->fixture->fault(c->server, MEMORY_REFUSE, 1);
	GIVES(ST_REFUSED, driver_fetch(c->d, &copy->uids, FETCH_WHOLE,
				       &sink, &c->e));
	HOLDS(caught->begun == 0);
	OK(driver_fetch(c->d, &copy->uids, FETCH_WHOLE, &sink,
			&c->e));
	HOLDS(caught->messages->len == 3);
	caught_free(caught);
	copy_free(copy);
}

CONTRACT_FAULTY(a_message_that_is_nil_is_missing)
{
	struct copy *copy = with_messages(c, 3);
	struct caught *caught = caught_new();
	struct fetch_sink sink = caught_sink(caught);

	c->fixture->fault(c->server, MEMORY_NIL, 2);
	OK(driver_fetch(c->d, &copy->uids, FETCH_WHOLE, &sink,
			&c->e));
	HOLDS(caught->missing == 1);
	HOLDS(caught->messages->len == 2);
	HOLDS(caught_find(caught, 2) == NULL);
	caught_free(caught);
	copy_free(copy);
}

CONTRACT_FAULTY(a_cut_at_any_octet_leaves_no_half_message)
{
	struct copy *copy = with_messages(c, 3);
	unsigned cuts = 0, aborted = 0;

	for (int64_t at = 0;; at += 7) {
		struct caught *caught = caught_new();
		struct fetch_sink sink = caught_sink(caught);
		enum st st;

		c->fixture->fault(c->server, MEMORY_CUT, at);
		st = driver_fetch(c->d, &copy->uids, FETCH_WHOLE, &sink,
				  &c->e);
		HOLDS(caught->now == NULL);
		aborted += caught->aborted;
		HOLDS(st == ST_OK || st == ST_RETRY);
		HOLDS((st == ST_OK) == (caught->messages->len == 3));
		HOLDS(caught->begun ==
		      caught->messages->len + caught->aborted);
		caught_free(caught);
		if (st == ST_OK)
			break;
		cuts++;
		assert_closed(c);
	}
	HOLDS(cuts > 50);
	HOLDS(aborted > 20);
	copy_free(copy);
}

CONTRACT_FAULTY(a_stalled_server_can_be_left)
{
	struct copy *copy = with_messages(c, 1);
	struct entered entered;
	GThread *thread;

	c->fixture->fault(c->server, MEMORY_STALL, 1);
	thread = g_thread_new("stop", interrupt_soon, c->d);
	GIVES(ST_CANCELLED, driver_enter(c->d, "INBOX", NULL, NULL,
					 &entered, &c->e));
	g_thread_join(thread);
	assert_closed(c);
	copy_free(copy);
}

CONTRACT_FAULTY(a_busy_server_is_tried_later)
{
	driver_close(c->d, false, NULL);
	c->fixture->fault(c->server, MEMORY_TRY_LATER, 1);
	GIVES(ST_RETRY, driver_open(c->d, &c->e));
	HOLDS(*c->e.text);
	OK(driver_open(c->d, &c->e));
}
