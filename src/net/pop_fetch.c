/*
 * pop_fetch.c - RETR, TOP and DELE
 *
 * Where the server takes several commands at once, as many are sent ahead as
 * ask for a window's worth of octets, and more as answers come in; so a set
 * costs one waited round trip and no buffer.  Two walks over the set, one
 * that asks and one that takes, are all there is to remember.
 */
#include "net/pop_state.h"

#include <string.h>

#include "base/text.h"

/* How much is asked for ahead.  The commands must fit the server's receive
 * buffer, which no server has under a few kilobytes. */
#define WINDOW_OCTETS INT64_C(1048576)
#define WINDOW_COMMANDS 128
/* An answer whose size the server does not tell (headers, a message without
 * one in LIST) counts as much. */
#define UNSAID_OCTETS 4096

struct walk {
	struct pop *p;
	const struct uidset *uids;
	uint64_t it;
};

/* The next message of the set that is there, NULL: no more. */
static struct pop_message *
walk_next(struct walk *w)
{
	uint32_t number;

	while (uidset_next(w->uids, &w->it, &number)) {
		struct pop_message *m = pop_message(w->p, number);

		if (m && !m->deleted)
			return m;
	}
	return NULL;
}

/* ---- commands ahead of their answers ---- */

enum verb { VERB_RETR, VERB_TOP, VERB_DELE };

struct ahead {
	struct walk ask, take;
	enum verb verb;
	struct pop_message *next;	/* to be asked for, NULL: all were */
	unsigned commands;
	int64_t octets;
};

static void
ahead_begin(struct ahead *a, struct pop *p, const struct uidset *uids,
	    enum verb verb)
{
	*a = (struct ahead){ { p, uids, 0 }, { p, uids, 0 }, verb, NULL, 0,
			     0 };
	a->next = walk_next(&a->ask);
}

/* The octets that the answer for a message is likely to have. */
static int64_t
weight(const struct ahead *a, const struct pop_message *m)
{
	if (a->verb == VERB_DELE)
		return 0;
	return a->verb == VERB_RETR && m->size > 0 ? m->size : UNSAID_OCTETS;
}

static bool
may_ask(const struct ahead *a)
{
	if (!a->next || a->commands >= WINDOW_COMMANDS)
		return false;
	/* A message larger than the window goes when that is half empty. */
	return a->commands == 0 || a->octets <= WINDOW_OCTETS / 2 ||
	       a->octets + weight(a, a->next) <= WINDOW_OCTETS;
}

/* Send as many commands as may be under way, or one. */
static enum st
ahead_ask(struct ahead *a, bool one, struct err *e)
{
	static const char *const words[] = {
		[VERB_RETR] = "RETR", [VERB_TOP] = "TOP", [VERB_DELE] = "DELE"
	};
	struct stream *s = a->ask.p->stream;

	while (may_ask(a)) {
		stream_printf(s, "%s %u%s\r\n", words[a->verb],
			      a->next->number,
			      a->verb == VERB_TOP ? " 0" : "");
		a->commands++;
		a->octets += weight(a, a->next);
		a->next = walk_next(&a->ask);
		if (one)
			break;
	}
	return stream_flush(s, e);
}

/*
 * The message whose answer comes next; NULL: all came.  While that one is
 * read others are already under way, asked for when half of the window is
 * used up.
 */
static enum st
ahead_next(struct ahead *a, struct pop_message **m, struct err *e)
{
	bool pipelining = a->ask.p->capa.pipelining;
	enum st st = ST_OK;

	*m = NULL;
	if (a->commands == 0 && a->next) {
		stream_round_trip(a->ask.p->stream);
		st = ahead_ask(a, !pipelining, e);
	}
	if (st != ST_OK || a->commands == 0)
		return st;
	*m = walk_next(&a->take);
	a->commands--;
	a->octets -= weight(a, *m);
	if (pipelining && a->commands <= WINDOW_COMMANDS / 2 &&
	    a->octets <= WINDOW_OCTETS / 2)
		st = ahead_ask(a, false, e);
	return st;
}

/* ---- texts ---- */

struct reading {
	struct pop *p;
	const struct fetch_sink *sink;
	struct fetched fetched;
	struct pop_dots dots;
	bool begun;
};

/* A run of the text on its way to the sink. */
static enum st
hand_on(struct reading *r, const char *run, size_t len, struct err *e)
{
	enum st st = ST_OK;

	if (!r->begun)
		st = r->sink->begin(r->sink->ctx, &r->fetched, -1, e);
	if (st != ST_OK)
		return st;
	r->begun = true;
	if (r->dots.octets > POP_OCTETS_MAX)
		return err_set(e, ST_PROTOCOL, "The server's message %u has "
			       "no end.", r->fetched.uid);
	return r->sink->data(r->sink->ctx, run, len, e);
}

/* Read up to the dot. */
static enum st
read_text(struct reading *r, struct err *e)
{
	while (!r->dots.ended) {
		const char *bytes, *run;
		size_t len, left, n;
		enum st st = stream_bytes(r->p->stream, &bytes, &len, e);

		if (st != ST_OK)
			return st;
		left = len;
		while ((n = pop_dots_next(&r->dots, &bytes, &left, &run)) > 0)
			if ((st = hand_on(r, run, n, e)) != ST_OK)
				return st;
		stream_used(r->p->stream, len - left);
	}
	return ST_OK;
}

/* The server has no such message; the others go on. */
static enum st
report_missing(struct reading *r, const char *why, size_t len, struct err *e)
{
	char *text = text_to_utf8(why, MIN(len, 200));
	enum st st = r->sink->missing(r->sink->ctx, r->fetched.uid,
				      *text ? text : "The server refused it.",
				      e);

	g_free(text);
	return st;
}

/* The answer for one message. */
static enum st
read_message(struct reading *r, struct err *e)
{
	static const char nothing[] = "The server sent an empty message.";
	struct pop_reply reply;
	enum st st = pop_answer(r->p, &reply, e);

	if (st != ST_OK)
		return st;
	if (reply.kind == POP_ERR)
		return report_missing(r, reply.text, reply.len, e);
	st = read_text(r, e);
	if (st != ST_OK && r->begun)
		r->sink->abort(r->sink->ctx);
	else if (st == ST_OK && !r->begun)
		st = report_missing(r, nothing, strlen(nothing), e);
	else if (st == ST_OK)
		st = r->sink->end(r->sink->ctx, &r->fetched, e);
	return st;
}

static enum st
check_entered(struct pop *p, struct err *e)
{
	if (!p->open)
		return err_set(e, ST_RETRY, "There is no connection.");
	if (!p->entered)
		return err_set(e, ST_GONE, "No folder was entered.");
	return ST_OK;
}

enum st
pop_fetch(struct driver *d, const struct uidset *uids, enum fetch_what what,
	  const struct fetch_sink *sink, struct err *e)
{
	struct pop *p = (struct pop *)d;
	struct pop_message *m;
	struct ahead ahead;
	enum st st = check_entered(p, e);

	if (st != ST_OK)
		return st;
	if (what == FETCH_HEADERS && !p->capa.top)
		return err_set(e, ST_REFUSED, "This server cannot send the "
			       "headers of a message alone.");
	ahead_begin(&ahead, p, uids, what == FETCH_HEADERS ? VERB_TOP
							: VERB_RETR);
	while (st == ST_OK && (st = ahead_next(&ahead, &m, e)) == ST_OK && m) {
		struct reading r = { .p = p, .sink = sink };

		r.fetched.uid = m->number;
		r.fetched.size = m->size;
		pop_dots_init(&r.dots, what == FETCH_WHOLE ? m->size : -1);
		st = read_message(&r, e);
	}
	return pop_broken(p, st);
}

/* ---- DELE ---- */

enum st
pop_expunge(struct driver *d, const struct uidset *uids, struct err *e)
{
	struct pop *p = (struct pop *)d;
	enum st st = check_entered(p, e), refused = ST_OK;
	struct pop_message *m;
	struct pop_reply reply;
	struct ahead ahead;

	if (st != ST_OK)
		return st;
	ahead_begin(&ahead, p, uids, VERB_DELE);
	while ((st = ahead_next(&ahead, &m, e)) == ST_OK && m &&
	       (st = pop_answer(p, &reply, e)) == ST_OK) {
		if (reply.kind == POP_OK) {
			m->deleted = true;
			p->deletions++;
		} else {
			refused = pop_refusal(&reply, ST_REFUSED,
					      "delete a message", e);
		}
	}
	return st != ST_OK ? pop_broken(p, st) : refused;
}
