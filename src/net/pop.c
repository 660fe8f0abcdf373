/*
 * pop.c - the POP3 driver: its table, opening and closing
 *
 * POP is flow-through: what was taken and is durable is marked with DELE,
 * and the server lets go of it when QUIT is answered with +OK, not before.
 * So a session that breaks has deleted nothing.
 */
#include "net/pop_state.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"

/* An idle session is kept awake this often; servers may leave after ten
 * minutes (RFC 1939 3). */
#define NOOP_MS (4 * 60 * 1000)

static struct pop *
session(struct driver *d)
{
	return (struct pop *)d;
}

/* ---- answers ---- */

static void
hang_up(struct pop *p)
{
	p->open = false;
	p->deletions = 0;
	pop_list_forget(p);
	g_clear_pointer(&p->session, pop_session_free);
	stream_close(p->stream);
}

enum st
pop_broken(struct pop *p, enum st st)
{
	if (st == ST_OK)
		return st;
	hang_up(p);
	return st;
}

enum st
pop_reply(struct pop *p, struct pop_reply *reply, struct err *e)
{
	const char *line;
	size_t len;
	enum st st = stream_line(p->stream, POP_LINE_MAX, &line, &len, e);

	if (st == ST_OK)
		*reply = pop_reply_parse(line, len);
	return pop_broken(p, st);
}

enum st
pop_answer(struct pop *p, struct pop_reply *reply, struct err *e)
{
	enum st st = pop_reply(p, reply, e);

	if (st != ST_OK || reply->kind == POP_OK || reply->kind == POP_ERR)
		return st;
	st = err_set(e, ST_PROTOCOL, "The server %s does not speak POP3: an "
		     "answer begins neither with +OK nor with -ERR.",
		     p->account->receive.host);
	return pop_broken(p, st);
}

enum st
pop_ask(struct pop *p, struct pop_reply *reply, struct err *e)
{
	enum st st;

	stream_round_trip(p->stream);
	st = stream_flush(p->stream, e);
	return st == ST_OK ? pop_answer(p, reply, e) : pop_broken(p, st);
}

enum st
pop_refusal(const struct pop_reply *reply, enum st otherwise,
	    const char *what, struct err *e)
{
	char *text = text_to_utf8(reply->text, MIN(reply->len, 200));
	enum st st = pop_reply_status(reply, otherwise);

	if (*text)
		err_set(e, st, "The server refused to %s: %s", what, text);
	else
		err_set(e, st, "The server refused to %s and does not say "
			"why.", what);
	g_free(text);
	return st;
}

enum st
pop_lines(struct pop *p, unsigned max,
	  enum st (*line)(struct pop *p, const char *line, size_t len,
			  struct err *e), struct err *e)
{
	for (unsigned n = 0;; n++) {
		const char *text;
		size_t len;
		enum st st = stream_line(p->stream, POP_LINE_MAX, &text, &len,
					 e);

		if (st != ST_OK)
			return pop_broken(p, st);
		if (len == 1 && *text == '.')
			return ST_OK;
		if (n >= max)
			st = err_set(e, ST_PROTOCOL, "The server's list is "
				     "longer than %u lines.", max);
		else
			st = line(p, text, len, e);
		if (st != ST_OK)
			return pop_broken(p, st);
	}
}

enum st
pop_check(struct pop *p, struct err *e)
{
	uint32_t woke;

	return stream_sleep(p->stream, 0, -1, 0, &woke, e);
}

/* ---- opening and closing ---- */

static enum st
pop_open(struct driver *d, struct err *e)
{
	struct pop *p = session(d);
	struct pop_reply greeting;
	enum st st;

	hang_up(p);
	p->capa = (struct pop_capa){ 0 };
	p->login = NULL;
	stream_traffic(p->stream, &p->before[0], &p->before[1],
		       &p->before[2]);
	stream_round_trip(p->stream);
	st = stream_open(p->stream, &p->account->receive, e);
	p->session = pop_session_new(p->stream);
	if (st == ST_OK)
		st = pop_session_greeting(p->session, &greeting, e);
	if (st == ST_OK && greeting.kind == POP_ERR)
		st = pop_refusal(&greeting, ST_RETRY, "begin a session", e);
	if (st == ST_OK)
		st = pop_login(p, e);
	if (st != ST_OK)
		return pop_broken(p, st);
	p->open = true;
	stream_welcome(p->stream);
	return ST_OK;
}

/* QUIT.  Only where something is to be deleted does its answer matter. */
static enum st
quit(struct pop *p, struct err *e)
{
	struct pop_reply reply;
	enum st st;

	st = pop_session_quit(p->session, &reply, e);
	if (st == ST_OK && reply.kind == POP_ERR)
		st = pop_refusal(&reply, ST_REFUSED,
				 "delete what was fetched", e);
	return st;
}

static enum st
pop_close(struct driver *d, bool polite, struct err *e)
{
	struct pop *p = session(d);
	enum st st = ST_OK;

	if (p->open && polite && p->deletions > 0)
		st = quit(p, e);
	else if (p->open && polite)
		quit(p, NULL);
	hang_up(p);
	return st;
}

/* ---- the rest of the table ---- */

static uint32_t
pop_capabilities(struct driver *d)
{
	const struct pop_capa *capa = &session(d)->capa;

	return CAP_DELIVERS | (capa->top ? CAP_PEEK : 0) |
	       (capa->uidl ? CAP_UIDL : 0) |
	       (capa->pipelining ? CAP_PIPELINING : 0);
}

static const struct driver_offer *
pop_offers(struct driver *d)
{
	static const struct driver_offer offers[] = {
		{ CAP_UIDL, "UIDL", "messages that stay on the server are "
		  "hard to know again, do not use keep-on-server" },
		{ CAP_PIPELINING, "PIPELINING", "messages are asked for one "
		  "after another, so that many small ones take longer" },
		{ CAP_PEEK, "TOP", "the heads of messages cannot be read "
		  "without fetching them whole" },
		{ 0, NULL, NULL }
	};

	(void)d;
	return offers;
}

static void
pop_facts(struct driver *d, struct driver_facts *out)
{
	struct pop *p = session(d);

	stream_facts(p->stream, out);
	out->login = p->login;
}

static enum st
pop_folders(struct driver *d, bool status, GPtrArray **folders, struct err *e)
{
	struct entered entered;
	struct folder_info *inbox;
	enum st st = ST_OK;

	if (!session(d)->open)
		return err_set(e, ST_RETRY, "There is no connection.");
	if (status)
		st = pop_enter(d, "INBOX", NULL, NULL, &entered, e);
	if (st != ST_OK)
		return st;
	inbox = folder_info_new("INBOX", 0);
	inbox->role = ROLE_INBOX;
	if (status)
		inbox->messages = entered.exists;
	*folders = g_ptr_array_new_with_free_func(
		(GDestroyNotify)folder_info_free);
	g_ptr_array_add(*folders, inbox);
	return ST_OK;
}

static enum st
cannot(struct driver *d, const char *what, struct err *e)
{
	if (!session(d)->open)
		return err_set(e, ST_RETRY, "There is no connection.");
	return err_set(e, ST_REFUSED, "A POP server cannot %s.", what);
}

static enum st
pop_store(struct driver *d, const struct uidset *uids, bool add,
	  const struct flags *flags, struct err *e)
{
	(void)uids, (void)add, (void)flags;
	return cannot(d, "keep flags", e);
}

static enum st
pop_move(struct driver *d, const struct uidset *uids, const char *folder,
	 GArray *from, GArray *to, int64_t *validity, struct err *e)
{
	(void)uids, (void)folder, (void)from, (void)to;
	return cannot(d, "move messages", e);
}

static enum st
pop_copy(struct driver *d, const struct uidset *uids, const char *folder,
	 GArray *from, GArray *to, int64_t *validity, struct err *e)
{
	(void)uids, (void)folder, (void)from, (void)to;
	return cannot(d, "copy messages", e);
}

static enum st
pop_append(struct driver *d, const char *folder, const struct flags *flags,
	   int64_t internaldate, const char *bytes, size_t len, uint32_t *uid,
	   int64_t *validity, struct err *e)
{
	(void)folder, (void)flags, (void)internaldate, (void)bytes, (void)len;
	(void)uid, (void)validity;
	return cannot(d, "take messages", e);
}

static enum st
pop_folder(struct driver *d, enum folder_op op, const char *name,
	   const char *to, struct err *e)
{
	(void)op, (void)name, (void)to;
	return cannot(d, "change folders", e);
}

/* Words from a server that was asked nothing are its farewell. */
static enum st
read_farewell(struct pop *p, struct err *e)
{
	struct pop_reply reply;
	enum st st = pop_answer(p, &reply, e);

	if (st != ST_OK)
		return st;
	st = err_set(e, ST_RETRY, "The server %s ended the session.",
		     p->account->receive.host);
	return pop_broken(p, st);
}

/* Nothing new shows in a session once it has begun: only the descriptor and
 * the time end a wait. */
static enum st
pop_wait(struct driver *d, int fd, int timeout_ms, uint32_t *woke,
	 struct err *e)
{
	struct pop *p = session(d);
	int64_t deadline = clock_ms() + timeout_ms;

	if (!p->open)
		return err_set(e, ST_RETRY, "There is no connection.");
	for (;;) {
		int left = clock_left(deadline);
		struct pop_reply reply;
		enum st st = stream_sleep(p->stream, 0, fd,
					  MIN(left, NOOP_MS),
					  woke, e);

		if (st != ST_OK)
			return pop_broken(p, st);
		if (*woke & WAKE_CHANGED)
			return read_farewell(p, e);
		if (*woke & WAKE_FD || clock_left(deadline) == 0)
			return ST_OK;
		stream_printf(p->stream, "NOOP\r\n");
		if ((st = pop_ask(p, &reply, e)) != ST_OK)
			return st;
	}
}

static void
pop_interrupt(struct driver *d)
{
	stream_interrupt(session(d)->stream);
}

static void
pop_free(struct driver *d)
{
	struct pop *p = session(d);

	pop_session_free(p->session);
	stream_free(p->stream);
	g_array_unref(p->messages);
	g_string_free(p->uidls, TRUE);
	g_free(p);
}

static void
pop_traffic(struct driver *d, uint64_t *round_trips, uint64_t *received,
	    uint64_t *sent)
{
	struct pop *p = session(d);

	stream_traffic(p->stream, round_trips, received, sent);
	*round_trips -= p->before[0];
	*received -= p->before[1];
	*sent -= p->before[2];
}

static const struct driver_ops pop_ops = {
	.name = "pop",
	.open = pop_open,
	.close = pop_close,
	.capabilities = pop_capabilities,
	.offers = pop_offers,
	.facts = pop_facts,
	.folders = pop_folders,
	.enter = pop_enter,
	.changes = pop_changes,
	.fetch = pop_fetch,
	.store = pop_store,
	.move = pop_move,
	.copy = pop_copy,
	.append = pop_append,
	.expunge = pop_expunge,
	.folder = pop_folder,
	.wait = pop_wait,
	.interrupt = pop_interrupt,
	.free = pop_free,
	.traffic = pop_traffic,
};

struct driver *
pop_driver_new(const struct account *account, const struct driver_host *host)
{
	struct pop *p = g_new0(struct pop, 1);

	p->driver.ops = &pop_ops;
	p->account = account;
	p->host = host;
	p->stream = stream_new(account);
	p->messages = g_array_new(FALSE, FALSE, sizeof(struct pop_message));
	p->uidls = g_string_new(NULL);
	pop_list_forget(p);
	return &p->driver;
}
