/*
 * imap_idle.c - waiting for the folder to change: IDLE (RFC 2177), or NOOP
 */
#include "net/imap_state.h"

#include "base/clock.h"

/* A server may drop who idles for half an hour, and routers sooner. */
#define IDLE_MS (24 * 60 * 1000)
#define NOOP_MS (60 * 1000)
/* After a wait the connection may be dead; to find out costs no more. */
#define ANSWER_MS (10 * 1000)

/* Read the answers that are there already, whole. */
static enum st
drain(struct imap *im, struct err *e)
{
	enum st st = ST_OK;

	while (st == ST_OK && imap_has_answer(im))
		st = imap_read(im, e);
	return st;
}

/* Octets of an answer whose rest has not come. */
static size_t
half_answer(const struct imap *im)
{
	size_t len;

	stream_peek(im->stream, &len);
	return len;
}

/* Sleep, and read what comes, until something is told, fd is readable or
 * the deadline is there.  For the rest of half an answer nobody waits longer
 * than for anything else. */
static enum st
sleep_until(struct imap *im, int fd, int64_t deadline, uint32_t *woke,
	    struct err *e)
{
	enum st st = drain(im, e);

	*woke = 0;
	while (st == ST_OK && !im->wants.told && !(*woke & WAKE_FD)) {
		st = stream_sleep(im->stream, half_answer(im), fd,
				  clock_left(deadline), woke, e);
		if (st == ST_OK && *woke & WAKE_CHANGED)
			st = stream_take(im->stream, e);
		st = imap_broken(im, st);
		if (st == ST_OK)
			st = drain(im, e);
		if (clock_left(deadline) == 0)
			break;
	}
	*woke &= WAKE_FD;
	if (im->wants.told)
		*woke |= WAKE_CHANGED;
	if (!*woke)
		*woke = WAKE_TIMEOUT;
	return st;
}

/* DONE, and the end of the IDLE command; behind half an answer that may take
 * its time, and whoever woke us does not wait for it. */
static enum st
done(struct imap *im, unsigned tag, struct imap_reply *reply, struct err *e)
{
	enum st st;

	stream_put(im->stream, "DONE\r\n", 6);
	if (half_answer(im) > 0) {
		imap_pass_over(im, tag);
		return imap_broken(im, stream_flush(im->stream, e));
	}
	stream_patience(im->stream, ANSWER_MS);
	st = imap_flush(im, e);
	if (st == ST_OK)
		st = imap_await(im, tag, reply, e);
	stream_patience(im->stream, 0);
	return st;
}

static enum st
idle(struct imap *im, int fd, int64_t deadline, uint32_t *woke,
     struct err *e)
{
	struct imap_reply reply = { 0 };
	unsigned tag = imap_put(im, "IDLE");
	enum st st = imap_flush(im, e);

	if (st == ST_OK)
		st = imap_await_go(im, tag, e);
	if (st == ST_OK && !im->wants.continued) {
		/* It will not: from now on it is asked. */
		im->caps &= ~(uint32_t)CAP_IDLE;
		st = imap_await(im, tag, &reply, e);
		imap_reply_clear(&reply);
		return st;
	}
	if (st == ST_OK)
		st = sleep_until(im, fd, deadline, woke, e);
	if (st == ST_OK)
		st = done(im, tag, &reply, e);
	if (st == ST_OK && im->wants.told)
		*woke |= WAKE_CHANGED;
	imap_reply_clear(&reply);
	return st;
}

static enum st
poll_once(struct imap *im, int fd, int64_t deadline, uint32_t *woke,
	  struct err *e)
{
	enum st st;

	stream_patience(im->stream, ANSWER_MS);
	st = imap_ask(im, e, "say whether something changed", "NOOP");
	stream_patience(im->stream, 0);
	if (st == ST_REFUSED)
		st = ST_OK;
	if (st == ST_OK)
		st = sleep_until(im, fd, deadline, woke, e);
	return st;
}

enum st
imap_wait(struct driver *d, int fd, int timeout_ms, uint32_t *woke,
	  struct err *e)
{
	struct imap *im = (struct imap *)d;
	int64_t deadline = clock_ms() + timeout_ms;
	enum st st = imap_ready(im, true, e);

	*woke = WAKE_TIMEOUT;
	im->wants = (struct imap_wants){ 0 };
	while (st == ST_OK) {
		bool idles = im->caps & CAP_IDLE;
		int64_t until = MIN(deadline, clock_ms() +
				    (idles ? IDLE_MS : NOOP_MS));

		st = idles ? idle(im, fd, until, woke, e)
			   : poll_once(im, fd, until, woke, e);
		if (st == ST_OK && (*woke & ~(uint32_t)WAKE_TIMEOUT ||
				    clock_left(deadline) == 0))
			break;
	}
	im->wants = (struct imap_wants){ 0 };
	return st;
}
