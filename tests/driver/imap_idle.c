/*
 * imap_idle.c - waiting for a server that says half of what it has to say
 */
#include "driver/imap_world.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

/* CAPABILITY is V1, LOGIN V2, SELECT V3, and IDLE V4. */
#define HALF_WORDS(half, rest)						\
	{ "LOGIN", "$$ OK [CAPABILITY IMAP4rev1 IDLE] in\r\n", 0 },	\
	IMAP_FAKE_LOGIN,						\
	{ "SELECT", "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n"		\
	  "$$ OK\r\n", 0 },						\
	{ "IDLE", "+ idling\r\n" half, 0 },				\
	{ "DONE", rest "V4 OK done\r\n", 0 },				\
	{ "NOOP", "$$ OK\r\n", 0 },					\
	{ "UID FETCH", "* 1 FETCH (UID 3 FLAGS ())\r\n"			\
	  "* 2 FETCH (UID 4 FLAGS ())\r\n$$ OK\r\n", 0 },		\
	{ NULL, NULL, 0 }

static const struct pop_rule line[] = { HALF_WORDS("* 2 EXI", "STS\r\n") };
static const struct pop_rule literal[] = {
	HALF_WORDS("* 2 EXISTS\r\n* LIST () \"/\" {5}\r\n*",
		   " OK \r\n")
};

static struct imap_world *
entered_world(const struct pop_rule *rules)
{
	struct imap_world *w = imap_world_new(rules);
	struct entered in;

	cr_assert_eq(imap_world_open(w), ST_OK, "%s", w->e.text);
	cr_assert_eq(driver_enter(w->d, "INBOX", NULL, NULL, &in, &w->e),
		     ST_OK, "%s", w->e.text);
	return w;
}

static enum st
hear(void *ctx, const struct listing *m, struct err *e)
{
	(void)ctx, (void)m, (void)e;
	return ST_OK;
}

static enum st
hear_vanished(void *ctx, const struct uidset *uids, struct err *e)
{
	(void)ctx, (void)uids, (void)e;
	return ST_OK;
}

/* The rest comes with the next command, and counts. */
static void
assert_goes_on(struct imap_world *w)
{
	const struct listing_sink sink = { NULL, hear, hear_vanished };
	bool full;

	cr_assert_eq(driver_changes(w->d, NULL, &sink, &full, &w->e), ST_OK,
		     "%s", w->e.text);
}

Test(imap_idle, half_a_line_does_not_outlast_the_time)
{
	struct imap_world *w = entered_world(line);
	uint32_t woke;

	cr_assert_eq(driver_wait(w->d, -1, 300, &woke, &w->e), ST_OK, "%s",
		     w->e.text);
	cr_assert_eq(woke, WAKE_TIMEOUT);
	assert_goes_on(w);
	imap_world_free(w);
}

Test(imap_idle, what_is_whole_is_told_before_the_half)
{
	struct imap_world *w = entered_world(literal);
	uint32_t woke;

	cr_assert_eq(driver_wait(w->d, -1, 20000, &woke, &w->e), ST_OK, "%s",
		     w->e.text);
	cr_assert_eq(woke, WAKE_CHANGED);
	assert_goes_on(w);
	imap_world_free(w);
}

/* ---- from outside ---- */

struct poke {
	int fd;			/* written to, -1: interrupts */
	struct driver *d;
};

/* After the half line has been read, most likely: that is not needed for the
 * test to hold, only for it to find anything. */
static gpointer
poke(gpointer data)
{
	const struct poke *p = data;

	poll(NULL, 0, 300);
	if (p->fd < 0)
		driver_interrupt(p->d);
	else
		cr_assert_eq(write(p->fd, "x", 1), 1);
	return NULL;
}

Test(imap_idle, half_a_line_does_not_keep_others_waiting)
{
	struct imap_world *w = entered_world(line);
	struct poke p = { .d = w->d };
	uint32_t woke;
	GThread *thread;
	int fds[2];

	cr_assert_eq(pipe(fds), 0);
	p.fd = fds[1];
	thread = g_thread_new("poke", poke, &p);
	cr_assert_eq(driver_wait(w->d, fds[0], 60000, &woke, &w->e), ST_OK,
		     "%s", w->e.text);
	cr_assert_eq(woke, WAKE_FD);
	g_thread_join(thread);
	assert_goes_on(w);
	close(fds[0]);
	close(fds[1]);
	imap_world_free(w);
}

Test(imap_idle, half_a_line_can_be_interrupted)
{
	struct imap_world *w = entered_world(line);
	struct poke p = { .fd = -1, .d = w->d };
	GThread *thread = g_thread_new("poke", poke, &p);
	uint32_t woke;

	cr_assert_eq(driver_wait(w->d, -1, 60000, &woke, &w->e),
		     ST_CANCELLED, "%s", w->e.text);
	g_thread_join(thread);
	imap_world_free(w);
}

Test(imap_idle, a_line_without_end_is_an_error)
{
	char *endless = g_strnfill(300000, 'x');
	const struct pop_rule rules[] = {
		{ "LOGIN", "$$ OK [CAPABILITY IMAP4rev1 IDLE] in\r\n", 0 },
		IMAP_FAKE_LOGIN, { "SELECT", "* 1 EXISTS\r\n$$ OK\r\n", 0 },
		{ "IDLE", endless, 0 }, { NULL, NULL, 0 }
	};
	struct imap_world *w;
	uint32_t woke;

	memcpy(endless, "+ idling\r\n* ", 12);
	w = entered_world(rules);
	cr_assert_eq(driver_wait(w->d, -1, 20000, &woke, &w->e), ST_PROTOCOL,
		     "%s", w->e.text);
	imap_world_free(w);
	g_free(endless);
}

/* Neither yes nor no, but a great deal else. */
Test(imap_idle, answers_without_end_are_an_error)
{
	GString *endless = g_string_new(NULL);
	struct pop_rule rules[] = {
		{ "LOGIN", "$$ OK [CAPABILITY IMAP4rev1 IDLE] in\r\n", 0 },
		IMAP_FAKE_LOGIN, { "SELECT", "* 1 EXISTS\r\n$$ OK\r\n", 0 },
		{ "IDLE", NULL, 0 }, { NULL, NULL, 0 }
	};
	struct imap_world *w;
	uint32_t woke;

	for (int i = 0; i < 600000; i++)
		g_string_append(endless, "* X\r\n");
	rules[G_N_ELEMENTS(rules) - 2].text = endless->str;
	w = entered_world(rules);
	cr_assert_eq(driver_wait(w->d, -1, 20000, &woke, &w->e), ST_PROTOCOL,
		     "%s", w->e.text);
	cr_assert(strstr(w->e.text, "without end"), "%s", w->e.text);
	imap_world_free(w);
	g_string_free(endless, TRUE);
}
