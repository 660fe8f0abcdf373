/*
 * pop_list.c - a maildrop as a folder: STAT, LIST and UIDL
 *
 * The maildrop is locked and its numbers hold until QUIT, so that it is
 * asked for once in a session, in one round trip where the server takes
 * several commands at once.
 */
#include "net/pop_state.h"

#include <string.h>

void
pop_list_forget(struct pop *p)
{
	p->listed = p->entered = false;
	g_array_set_size(p->messages, 0);
	g_string_truncate(p->uidls, 0);
	/* Place 0 means that there is no unique-id. */
	g_string_append_c(p->uidls, '\0');
}

struct pop_message *
pop_message(struct pop *p, uint32_t number)
{
	guint low = 0, high = p->messages->len;

	while (low < high) {
		guint mid = low + (high - low) / 2;
		struct pop_message *m = &g_array_index(
			p->messages, struct pop_message, mid);

		if (m->number == number)
			return m;
		if (m->number < number)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

static enum st
list_line(struct pop *p, const char *line, size_t len, struct err *e)
{
	struct pop_message m = { 0 }, *last;
	const char *size;
	size_t size_len;

	if (!pop_scan_line(line, len, &m.number, &size, &size_len))
		return err_set(e, ST_PROTOCOL, "The server's list of messages "
			       "has a line without a message's number.");
	if (p->messages->len > 0) {
		last = &g_array_index(p->messages, struct pop_message,
				      p->messages->len - 1);
		if (m.number <= last->number)
			return err_set(e, ST_PROTOCOL, "The server's list of "
				       "messages is out of order: %u comes "
				       "after %u.", m.number, last->number);
	}
	m.size = pop_size(size, size_len);
	g_array_append_val(p->messages, m);
	return ST_OK;
}

static enum st
uidl_line(struct pop *p, const char *line, size_t len, struct err *e)
{
	struct pop_message *m;
	const char *uidl;
	uint32_t number;
	size_t uidl_len;

	if (!pop_scan_line(line, len, &number, &uidl, &uidl_len))
		return err_set(e, ST_PROTOCOL, "The server's list of unique "
			       "ids has a line without a message's number.");
	m = pop_message(p, number);
	/* What cannot name the message is as good as none. */
	if (!m || !pop_uidl_ok(uidl, uidl_len))
		return ST_OK;
	if (p->uidls->len + uidl_len > POP_UIDLS_MAX)
		return err_set(e, ST_PROTOCOL, "The server's list of unique "
			       "ids is too long.");
	m->uidl = (uint32_t)p->uidls->len;
	g_string_append_len(p->uidls, uidl, (gssize)uidl_len);
	g_string_append_c(p->uidls, '\0');
	return ST_OK;
}

static const char *
uidl_of(const struct pop *p, const struct pop_message *m)
{
	return m->uidl ? p->uidls->str + m->uidl : NULL;
}

static gint
by_uidl(gconstpointer a, gconstpointer b, gpointer pop)
{
	struct pop_message *const *m = a, *const *n = b;

	return strcmp(uidl_of(pop, *m), uidl_of(pop, *n));
}

/* A unique-id that two messages have names neither: take it from both. */
static void
drop_duplicates(struct pop *p)
{
	GPtrArray *sorted = g_ptr_array_new();

	for (guint i = 0; i < p->messages->len; i++) {
		struct pop_message *m = &g_array_index(
			p->messages, struct pop_message, i);

		if (m->uidl)
			g_ptr_array_add(sorted, m);
	}
	g_ptr_array_sort_with_data(sorted, by_uidl, p);
	for (guint i = 1; i < sorted->len; i++) {
		struct pop_message *m = sorted->pdata[i - 1];
		struct pop_message *n = sorted->pdata[i];

		if (strcmp(uidl_of(p, m), uidl_of(p, n)) == 0)
			m->twin = n->twin = true;
	}
	for (guint i = 0; i < sorted->len; i++) {
		struct pop_message *m = sorted->pdata[i];

		if (m->twin)
			m->uidl = 0;
	}
	g_ptr_array_unref(sorted);
}

/* The answer to STAT: how many messages, -1 when it does not say. */
static enum st
read_stat(struct pop *p, int64_t *count, struct err *e)
{
	struct pop_reply reply;
	enum st st = pop_answer(p, &reply, e);

	*count = -1;
	if (st == ST_OK && reply.kind == POP_OK)
		*count = pop_size(reply.text, reply.len);
	return st;
}

static enum st
read_list(struct pop *p, int64_t count, struct err *e)
{
	struct pop_reply reply;
	enum st st = pop_answer(p, &reply, e);

	if (st != ST_OK)
		return st;
	/* Some have nothing to list and say so with -ERR. */
	if (reply.kind == POP_ERR && count != 0)
		return pop_refusal(&reply, ST_REFUSED, "list the messages", e);
	if (reply.kind == POP_OK)
		st = pop_lines(p, POP_MESSAGES_MAX, list_line, e);
	if (st == ST_OK && count >= 0 && count != p->messages->len) {
		st = err_set(e, ST_PROTOCOL, "The server listed %u messages "
			     "of a maildrop that has %" G_GINT64_FORMAT ".",
			     p->messages->len, count);
		pop_broken(p, st);
	}
	return st;
}

static enum st
read_uidl(struct pop *p, struct err *e)
{
	struct pop_reply reply;
	enum st st = pop_answer(p, &reply, e);

	/* For now only, or by a server that said that it has UIDL: as one
	 * that has none it would have all that is kept there taken for new. */
	if (st == ST_OK && reply.kind == POP_ERR &&
	    (pop_reply_status(&reply, ST_OK) == ST_RETRY ||
	     (p->capa.uidl && p->messages->len)))
		return pop_refusal(&reply, ST_RETRY, "name the messages", e);
	if (st != ST_OK || reply.kind == POP_ERR)
		return st;	/* a server without UIDL */
	st = pop_lines(p, POP_MESSAGES_MAX, uidl_line, e);
	if (st == ST_OK)
		drop_duplicates(p);
	return st;
}

/* Send the n-th of the three commands, or all with the first. */
static enum st
send_next(struct pop *p, unsigned n, struct err *e)
{
	static const char *const commands[] = { "STAT", "LIST", "UIDL" };

	if (p->capa.pipelining && n > 0)
		return ST_OK;
	stream_round_trip(p->stream);
	stream_printf(p->stream, "%s\r\n", commands[n]);
	for (n++; p->capa.pipelining && n < G_N_ELEMENTS(commands); n++)
		stream_printf(p->stream, "%s\r\n", commands[n]);
	return stream_flush(p->stream, e);
}

static enum st
read_drop(struct pop *p, struct err *e)
{
	struct err refusal;
	enum st st, listed;
	int64_t count;

	if ((st = send_next(p, 0, e)) != ST_OK ||
	    (st = read_stat(p, &count, e)) != ST_OK ||
	    (st = send_next(p, 1, e)) != ST_OK)
		return st;
	listed = read_list(p, count, &refusal);
	if (!p->open || (listed != ST_OK && !p->capa.pipelining)) {
		if (e)
			*e = refusal;
		return listed;
	}
	/* The answer to UIDL is on its way even when LIST was refused. */
	if ((st = send_next(p, 2, e)) == ST_OK)
		st = read_uidl(p, e);
	if (st == ST_OK && listed != ST_OK && e)
		*e = refusal;
	return st == ST_OK ? listed : st;
}

static guint
live(const struct pop *p)
{
	guint n = 0;

	for (guint i = 0; i < p->messages->len; i++)
		n += !g_array_index(p->messages, struct pop_message,
				    i).deleted;
	return n;
}

enum st
pop_enter(struct driver *d, const char *folder, const struct known *known,
	  const struct listing_sink *sink, struct entered *out, struct err *e)
{
	struct pop *p = (struct pop *)d;
	enum st st;

	(void)known;	/* numbers of another session mean nothing */
	(void)sink;
	if (!p->open)
		return err_set(e, ST_RETRY, "There is no connection.");
	if (strcmp(folder, "INBOX") != 0)
		return err_set(e, ST_GONE, "There is no folder “%s”: POP has "
			       "only INBOX.", folder);
	st = pop_check(p, e);
	if (st == ST_OK && !p->listed) {
		pop_list_forget(p);
		st = read_drop(p, e);
	}
	if (st == ST_REFUSED)
		return st;
	if (st != ST_OK)
		return pop_broken(p, st);
	p->listed = p->entered = true;
	*out = (struct entered){ .exists = live(p) };
	return ST_OK;
}

enum st
pop_changes(struct driver *d, const struct known *known,
	    const struct listing_sink *sink, bool *full, struct err *e)
{
	struct pop *p = (struct pop *)d;
	enum st st;

	(void)known;
	if (!p->open)
		return err_set(e, ST_RETRY, "There is no connection.");
	if (!p->entered)
		return err_set(e, ST_GONE, "No folder was entered.");
	st = pop_check(p, e);
	for (guint i = 0; st == ST_OK && i < p->messages->len; i++) {
		const struct pop_message *m = &g_array_index(
			p->messages, struct pop_message, i);
		struct listing l = { .uid = m->number, .size = m->size,
				     .uidl = uidl_of(p, m) };

		if (!m->deleted)
			st = sink->message(sink->ctx, &l, e);
	}
	*full = true;
	return pop_broken(p, st);
}
