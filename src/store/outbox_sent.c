/*
 * outbox_sent.c - what a letter leaves behind when it was sent
 */
#include <unistd.h>

#include "base/clock.h"
#include "store/outbox_private.h"
#include "store/put.h"
#include "store/queue.h"

/* The message that was answered, wherever it is now; 0: nowhere. */
static int64_t
find_about(struct store *s, const struct outbox_letter *l)
{
	struct message m = { 0 };
	int64_t id = 0;

	if (l->about && message_by_id(s, l->about, &m, NULL) == ST_OK &&
	    g_strcmp0(m.env.message_id, l->about_id) == 0)
		id = m.id;
	message_clear(&m);
	if (!id && l->about_id &&
	    message_by_message_id(s, 0, l->about_id, &m, NULL) == ST_OK)
		id = m.id;
	message_clear(&m);
	return id;
}

static enum st
mark_about(struct store *s, const struct outbox_letter *l, struct err *e)
{
	int64_t id = l->mark.bits || l->mark.keywords ? find_about(s, l) : 0;
	size_t n = 1;

	return id ? queue_flags(s, &id, &n, true, &l->mark, e) : ST_OK;
}

/* Into Sent, unless that folder is gone. */
static enum st
put_copy(struct store *s, const struct outbox_letter *l, struct err *e)
{
	const struct flags seen = { FLAG_SEEN, NULL };
	struct folder *f = NULL;
	int64_t row;
	char *file;
	enum st st;

	if (!l->sent || folder_by_id(s, l->sent, &f, NULL) != ST_OK)
		return ST_OK;
	folder_free(f);
	file = outbox_file(s, l->id);
	st = queue_put_linked(s, l->sent, file, &seen, clock_now(), &row, e);
	g_free(file);
	return st;
}

/* ---- who did not get it yet --------------------------------------------- */

static bool
comes_later(const struct outbox_rcpt *r)
{
	return r->code / 100 == 4;
}

static enum st
drop_later(struct store *s, int64_t id, struct err *e)
{
	return db_run(s->db, e, "DELETE FROM outbox_rcpt WHERE letter = ? AND "
		      "code / 100 = 4", "i", id);
}

/* They become a letter of their own, which leaves nothing to be done but to
 * be sent.  The copy in Sent must not speak for it. */
static enum st
add_rest(struct store *s, const struct outbox_letter *l, int64_t next_try,
	 int64_t *id, struct err *e)
{
	struct outbox_letter rest = *l;
	const char *why = NULL;
	int fd = -1;
	enum st st;

	rest.id_known = true;
	rest.about_id = NULL;
	rest.about = rest.sent = rest.not_before = 0;
	rest.mark = (struct flags){ 0, NULL };
	rest.rcpt = g_ptr_array_new();
	for (guint i = 0; i < l->rcpt->len; i++) {
		struct outbox_rcpt *r = l->rcpt->pdata[i];

		if (comes_later(r)) {
			g_ptr_array_add(rest.rcpt, r);
			why = r->said;
		}
	}
	st = outbox_open(s, l->id, &fd, e);
	if (st == ST_OK)
		st = outbox_add(s, fd, &rest, id, e);
	if (st == ST_OK)
		st = db_run(s->db, e, "UPDATE outbox SET tries = 1, "
			    "next_try = ?, why = ? WHERE id = ?", "isi",
			    next_try, why, *id);
	if (fd >= 0)
		close(fd);
	g_ptr_array_unref(rest.rcpt);
	return st == ST_OK ? drop_later(s, l->id, e) : st;
}

static bool
has_rest(const struct outbox_letter *l)
{
	bool any = false, all = true;

	for (guint i = 0; i < l->rcpt->len; i++) {
		any |= comes_later(l->rcpt->pdata[i]);
		all &= comes_later(l->rcpt->pdata[i]);
	}
	return any && !all;
}

/* ---- the commit --------------------------------------------------------- */

/* next_try: of those who did not get it yet. */
static enum st
finish(struct store *s, const struct outbox_letter *l, unsigned from,
       bool copy, int64_t next_try, struct err *e)
{
	int64_t rest = 0;
	bool own;
	enum st st = tx_enter(s, &own, e);

	if (st == ST_OK)
		st = outbox_change(s, l->id, from, OUTBOX_SENT, NULL, e);
	if (st == ST_OK)
		st = db_run(s->db, e, "UPDATE outbox SET next_try = ? WHERE "
			    "id = ?", "ii", clock_now(), l->id);
	if (st == ST_OK)
		st = outbox_put_rcpts(s, l->id, l->rcpt, e);
	if (st == ST_OK && copy)
		st = put_copy(s, l, e);
	if (st == ST_OK)
		st = mark_about(s, l, e);
	if (st == ST_OK && has_rest(l))
		st = add_rest(s, l, next_try, &rest, e);
	st = tx_leave(s, own, st, e);
	if (st == ST_OK && own)
		outbox_file_unlink(s, l->id);
	else if (st != ST_OK && rest)
		outbox_file_unlink(s, rest);
	return st;
}

enum st
outbox_sent(struct store *s, const struct outbox_letter *l,
	    int64_t next_try, struct err *e)
{
	return finish(s, l, IN(QUEUED) | IN(SENDING), true, next_try, e);
}

enum st
outbox_arrived(struct store *s, int64_t id, bool copy, struct err *e)
{
	struct outbox_letter *l = NULL;
	enum st st = outbox_get(s, id, &l, e);

	if (st == ST_OK)
		st = finish(s, l, IN(UNSURE) | IN(SENDING), copy, 0, e);
	outbox_letter_free(l);
	return st;
}
