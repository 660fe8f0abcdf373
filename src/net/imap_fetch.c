/*
 * imap_fetch.c - messages, and what FETCH answers say
 */
#include "net/imap_state.h"

#include <string.h>

/* ---- one answer -------------------------------------------------------- */

/* What the items of one answer added up to. */
struct items {
	struct fetched f;
	bool has_body;		/* a BODY item was there */
	bool streamed;		/* and went to the sink already */
	bool nil;
	GString *body;		/* when it came as a string */
};

static bool
is_body(const struct imap_slice *name)
{
	return name->len > 5 && g_ascii_strncasecmp(name->p, "BODY[", 5) == 0;
}

static bool
take_body(struct items *i, struct imap_text *t)
{
	i->has_body = true;
	/* Yandex: "BODY[2] )" with nothing at all stands for NIL. */
	if (t->p < t->end && *t->p == ')') {
		i->nil = true;
		return true;
	}
	return imap_take_string(t, i->body, &i->nil, &i->streamed);
}

static bool
take_modseq(struct items *i, struct imap_text *t)
{
	int64_t n;

	if (!imap_take_char(t, '('))
		return imap_skip_value(t);
	if (!imap_take_number(t, &n))
		return false;
	i->f.modseq = MAX(n, 0);	/* Zoho says -1 */
	return imap_take_char(t, ')');
}

static bool
take_date(struct items *i, struct imap_text *t)
{
	GString *text = g_string_new(NULL);
	bool nil, streamed;
	bool good = imap_take_string(t, text, &nil, &streamed);

	if (good && !nil)
		i->f.internaldate = imap_date(text->str);
	g_string_free(text, TRUE);
	return good;
}

static bool
take_item(struct items *i, const struct imap_slice *name,
	  struct imap_text *t)
{
	int64_t n;

	if (imap_slice_is(name, "UID")) {
		if (!imap_take_number(t, &n))
			return false;
		i->f.uid = n > 0 && n <= UINT32_MAX ? (uint32_t)n : 0;
		return true;
	}
	if (imap_slice_is(name, "FLAGS")) {
		i->f.has_flags = true;
		return imap_take_flags(t, &i->f.flags);
	}
	if (imap_slice_is(name, "RFC822.SIZE")) {
		if (!imap_take_number(t, &n))
			return false;
		i->f.size = n;
		return true;
	}
	if (imap_slice_is(name, "INTERNALDATE"))
		return take_date(i, t);
	if (imap_slice_is(name, "MODSEQ"))
		return take_modseq(i, t);
	return is_body(name) ? take_body(i, t) : imap_skip_value(t);
}

/* False: from some item on it made no sense; what came before counts. */
static bool
take_items(struct items *i, struct imap_text *t)
{
	if (!imap_take_char(t, '('))
		return false;
	for (;;) {
		struct imap_slice name;

		imap_take_blank(t);
		if (imap_take_char(t, ')'))
			return true;
		if (!imap_take_word(t, &name))
			return false;
		imap_take_blank(t);
		if (!take_item(i, &name, t))
			return false;
	}
}

static enum st
to_listing(struct imap *im, const struct items *i, struct err *e)
{
	struct listing l = { .uid = i->f.uid, .flags = i->f.flags,
			     .has_flags = i->f.has_flags,
			     .modseq = i->f.modseq, .size = i->f.size };

	if (im->wants.listed)
		uidset_add(im->wants.listed, l.uid);
	if (im->wants.listing)
		return im->wants.listing->message(im->wants.listing->ctx, &l,
						  e);
	if (im->wants.fetch && im->wants.fetch->flags && l.has_flags)
		return im->wants.fetch->flags(im->wants.fetch->ctx, &l, e);
	return ST_OK;
}

/* A body that came as a string, or as NIL, or not asked for. */
static enum st
to_sink(struct imap *im, const struct items *i, struct err *e)
{
	const struct fetch_sink *sink = im->wants.fetch;
	enum st st;

	if (i->nil)
		return sink->missing(sink->ctx, i->f.uid, "The server has "
				     "nothing for this message.", e);
	st = sink->begin(sink->ctx, &i->f, (int64_t)i->body->len, e);
	if (st != ST_OK)
		return st;
	st = sink->data(sink->ctx, i->body->str, i->body->len, e);
	if (st != ST_OK) {
		sink->abort(sink->ctx);
		return st;
	}
	return sink->end(sink->ctx, &i->f, e);
}

static bool
asked_for(const struct imap *im, uint32_t uid)
{
	return uid && im->wants.asked && uidset_has(im->wants.asked, uid) &&
	       !uidset_has(im->wants.arrived, uid);
}

static enum st
body(struct imap *im, const struct items *i, bool streamed, struct err *e)
{
	const struct fetch_sink *sink = im->wants.fetch;
	bool wanted = asked_for(im, i->f.uid);

	if (wanted)
		uidset_add(im->wants.arrived, i->f.uid);
	if (streamed && wanted)
		return sink->end(sink->ctx, &i->f, e);
	if (streamed)
		sink->abort(sink->ctx);
	return wanted ? to_sink(im, i, e) : ST_OK;
}

enum st
imap_fetch_answer(struct imap *im, struct imap_text *t, int64_t octets,
		  struct err *e)
{
	struct items i = { .f = { .size = -1 },
			   .body = g_string_new(NULL) };
	bool streamed = octets >= 0, whole = take_items(&i, t);
	enum st st = ST_OK;

	im->wants.told = true;
	if (i.f.uid == UINT32_MAX)
		i.f.uid = 0;
	if (im->wants.fetch && (streamed || i.has_body))
		st = body(im, &i, streamed, e);
	else if (i.f.uid && whole)
		st = to_listing(im, &i, e);
	g_string_free(i.body, TRUE);
	flags_clear(&i.f.flags);
	return st;
}

/* ---- the call ---------------------------------------------------------- */

static const char *
items_for(struct imap *im, enum fetch_what what)
{
	bool modseq = im->caps & CAP_CONDSTORE && im->state.modseq > 0;

	if (what == FETCH_ID)
		return "UID FLAGS RFC822.SIZE "
		       "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]";
	if (what == FETCH_WHOLE)
		return modseq ? "UID FLAGS INTERNALDATE RFC822.SIZE MODSEQ "
				"BODY.PEEK[]"
			      : "UID FLAGS INTERNALDATE RFC822.SIZE "
				"BODY.PEEK[]";
	return modseq ? "UID FLAGS INTERNALDATE RFC822.SIZE MODSEQ "
			"BODY.PEEK[HEADER]"
		      : "UID FLAGS INTERNALDATE RFC822.SIZE "
			"BODY.PEEK[HEADER]";
}

/* Put commands for the front of left until enough are under way. */
static void
put_some(struct imap *im, struct uidset *left, const char *items,
	 GQueue *tags)
{
	while (tags->length < IMAP_FLIGHT_MAX) {
		struct uidset part = UIDSET_EMPTY;
		char *set;

		if (!uidset_take_text(left, &part, IMAP_SET_MAX))
			break;
		set = uidset_format(&part);
		g_queue_push_tail(tags, GUINT_TO_POINTER(
			imap_put(im, "UID FETCH %s (%s)", set, items)));
		g_free(set);
		uidset_clear(&part);
	}
}

/* A server that is ill for a moment says nothing about a message. */
static bool
passes(const struct imap_reply *refused)
{
	return refused->text && imap_refusal_status(refused) == ST_RETRY;
}

/* Fetch what is in uids; *refused gets the words of the first NO. */
static enum st
fetch_set(struct imap *im, const struct uidset *uids, const char *items,
	  struct imap_reply *refused, struct err *e)
{
	struct uidset left = UIDSET_EMPTY;
	GQueue tags = G_QUEUE_INIT;
	enum st st;

	uidset_add_set(&left, uids);
	put_some(im, &left, items, &tags);
	st = imap_flush(im, e);
	while (st == ST_OK && tags.length > 0) {
		unsigned tag = GPOINTER_TO_UINT(g_queue_pop_head(&tags));
		struct imap_reply reply = { 0 };

		st = imap_await(im, tag, &reply, e);
		if (st == ST_OK && reply.kind != IMAP_OK && !refused->text) {
			*refused = reply;
			continue;
		}
		imap_reply_clear(&reply);
		if (st != ST_OK || left.n == 0)
			continue;
		/* Others are under way: nobody waits for this one. */
		put_some(im, &left, items, &tags);
		st = imap_broken(im, stream_flush(im->stream, e));
	}
	g_queue_clear(&tags);
	uidset_clear(&left);
	return st;
}

/*
 * After a NO: what has not come is asked for again in halves, until the one
 * message the server cannot give stands alone; that one is missing.
 */
static enum st
bisect(struct imap *im, const struct uidset *uids, const char *items,
       const struct imap_reply *why, struct err *e)
{
	GQueue sets = G_QUEUE_INIT;
	struct uidset *rest = g_new0(struct uidset, 1);
	enum st st = ST_OK;

	uidset_add_set(rest, uids);
	g_queue_push_tail(&sets, rest);
	while (st == ST_OK && (rest = g_queue_pop_head(&sets))) {
		struct imap_reply refused = { 0 };
		uint64_t n;

		uidset_remove_set(rest, im->wants.arrived);
		n = uidset_count(rest);
		if (n == 1) {
			st = fetch_set(im, rest, items, &refused, e);
			if (st == ST_OK && passes(&refused))
				st = imap_refusal(im, &refused,
						  "send a message", e);
			else if (st == ST_OK && refused.text)
				st = im->wants.fetch->missing(
					im->wants.fetch->ctx,
					rest->range[0].first, refused.text,
					e);
		} else if (n > 1) {
			struct uidset *half = g_new0(struct uidset, 1);

			st = fetch_set(im, rest, items, &refused, e);
			if (st == ST_OK && passes(&refused))
				st = imap_refusal(im, &refused,
						  "send messages", e);
			uidset_remove_set(rest, im->wants.arrived);
			if (refused.text && uidset_count(rest) > 1) {
				uidset_take(rest, half,
					    uidset_count(rest) / 2, false);
				g_queue_push_tail(&sets, half);
				half = g_new0(struct uidset, 1);
			}
			if (refused.text) {
				uidset_add_set(half, rest);
				g_queue_push_tail(&sets, half);
			} else {
				g_free(half);
			}
		}
		imap_reply_clear(&refused);
		uidset_clear(rest);
		g_free(rest);
	}
	while ((rest = g_queue_pop_head(&sets))) {
		uidset_clear(rest);
		g_free(rest);
	}
	return st;
}

enum st
imap_fetch(struct driver *d, const struct uidset *uids, enum fetch_what what,
	   const struct fetch_sink *sink, struct err *e)
{
	struct imap *im = (struct imap *)d;
	struct uidset arrived = UIDSET_EMPTY;
	struct imap_reply refused = { 0 };
	const char *items;
	enum st st = imap_ready(im, true, e);

	if (st != ST_OK || uids->n == 0)
		return st;
	items = items_for(im, what);
	im->wants = (struct imap_wants){ .fetch = sink, .asked = uids,
					 .arrived = &arrived };
	st = fetch_set(im, uids, items, &refused, e);
	if (st == ST_OK && (passes(&refused) ||
			    (refused.text && arrived.n == 0 &&
			     uidset_count(uids) > 1 &&
			     refused.kind == IMAP_BAD)))
		st = imap_refusal(im, &refused, "send messages", e);
	else if (st == ST_OK && refused.text)
		st = bisect(im, uids, items, &refused, e);
	im->wants = (struct imap_wants){ 0 };
	imap_reply_clear(&refused);
	uidset_clear(&arrived);
	return imap_broken(im, st);
}
