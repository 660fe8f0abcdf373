/*
 * memory_driver.c - a session with the server in memory
 *
 * Opening, closing, waiting, and what every call has in common: counting
 * octets and round trips, and letting the armed faults happen.  Listings and
 * messages are in memory_fetch.c, changes in memory_change.c.
 */
#include "net/memory_state.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "base/clock.h"

static struct memory_session *
session(struct driver *d)
{
	return (struct memory_session *)d;
}

bool
memory_is_pop(const struct memory_session *m)
{
	return m->server->caps & CAP_DELIVERS;
}

/* The connection is gone; only open() brings it back. */
static void
drop(struct memory_session *m)
{
	m->open = false;
	g_clear_pointer(&m->folder, g_free);
	uidset_clear(&m->dele);
	g_array_set_size(m->drop, 0);
}

static void
visit(struct memory_session *m)
{
	struct memory_server *s = m->server;

	if (s->visitor)
		s->visitor(s->visitor_ctx);
}

/* True once after interrupt(). */
static bool
take_interrupt(struct memory_session *m)
{
	char byte[8];

	if (!atomic_exchange(&m->interrupted, false))
		return false;
	while (read(m->wake[0], byte, sizeof(byte)) > 0)
		;
	return true;
}

static enum st
cancelled(struct memory_session *m, struct err *e)
{
	drop(m);
	return err_set(e, ST_CANCELLED, "The work on the server was stopped.");
}

/*
 * Sleep until fd (-1: none) is readable, interrupt() is called or ms have
 * passed.  Returns enum wake bits, 0 when interrupted.
 */
static uint32_t
sleep_ms(struct memory_session *m, int fd, int ms)
{
	struct pollfd p[2] = {
		{ .fd = m->wake[0], .events = POLLIN },
		{ .fd = fd, .events = POLLIN },
	};

	while (poll(p, 2, ms) < 0 && errno == EINTR)
		if (m->interrupted)
			break;
	if (take_interrupt(m))
		return 0;
	return p[1].revents ? WAKE_FD : WAKE_TIMEOUT;
}

enum st
memory_lost(struct memory_session *m, struct err *e)
{
	drop(m);
	return err_set(e, ST_RETRY, "The connection to the server was lost.");
}

size_t
memory_send(struct memory_session *m, size_t octets)
{
	struct memory_server *s = m->server;
	int64_t left = s->fault[MEMORY_CUT].left;

	if (s->fault[MEMORY_CUT].armed && left < (int64_t)octets) {
		s->fault[MEMORY_CUT].armed = false;
		octets = left > 0 ? (size_t)left : 0;
	} else {
		s->fault[MEMORY_CUT].left -= (int64_t)octets;
	}
	m->received += octets;
	return octets;
}

enum st
memory_answer(struct memory_session *m, struct err *e)
{
	if (memory_send(m, MEMORY_LINE_OCTETS) < MEMORY_LINE_OCTETS)
		return memory_lost(m, e);
	return ST_OK;
}

/* The command goes out, and may stall on its way. */
static enum st
send_command(struct memory_session *m, struct err *e)
{
	if (take_interrupt(m))
		return cancelled(m, e);
	m->round_trips++;
	m->sent += MEMORY_COMMAND_OCTETS;
	if (memory_fault_due(m->server, MEMORY_STALL)) {
		if (!sleep_ms(m, -1, m->server->timeout_ms))
			return cancelled(m, e);
		drop(m);
		return err_set(e, ST_RETRY, "The server does not answer.");
	}
	if (memory_send(m, MEMORY_COMMAND_OCTETS) < MEMORY_COMMAND_OCTETS)
		return memory_lost(m, e);
	return ST_OK;
}

enum st
memory_call(struct memory_session *m, const char *name, struct err *e)
{
	enum st st;

	if (!m->open)
		return err_set(e, ST_RETRY, "There is no connection.");
	visit(m);
	st = send_command(m, e);
	if (st == ST_OK && memory_fault_due(m->server, MEMORY_REFUSE))
		return err_set(e, ST_REFUSED, "The server refused to %s.",
			       name);
	return st;
}

enum st
memory_stopped(struct memory_session *m, enum st st)
{
	drop(m);
	return st;
}

struct memory_folder *
memory_entered(struct memory_session *m, enum st *st, struct err *e)
{
	struct memory_folder *f = memory_folder_find(m->server, m->folder);

	if (f)
		return f;
	*st = m->folder
		? err_set(e, ST_GONE, "There is no folder “%s”.", m->folder)
		: err_set(e, ST_GONE, "No folder was entered.");
	return NULL;
}

/* POP: the maildrop is what it is when the session begins. */
static void
lock_drop(struct memory_session *m)
{
	struct memory_folder *f = memory_folder_find(m->server, "INBOX");

	for (guint i = 0; f && i < f->messages->len; i++) {
		struct memory_message *msg = f->messages->pdata[i];

		g_array_append_val(m->drop, msg->uid);
	}
}

static enum st
session_open(struct driver *d, struct err *e)
{
	struct memory_session *m = session(d);
	enum st st;

	drop(m);
	if (memory_fault_due(m->server, MEMORY_TRY_LATER))
		return err_set(e, ST_RETRY,
			       "The server says: try again later.");
	m->round_trips = m->received = m->sent = 0;
	visit(m);
	st = send_command(m, e);
	if (st == ST_OK)
		st = memory_answer(m, e);
	if (st != ST_OK)
		return st;
	m->open = true;
	if (memory_is_pop(m))
		lock_drop(m);
	return ST_OK;
}

/* QUIT: what was marked is removed now. */
static enum st
commit_drop(struct memory_session *m, struct err *e)
{
	struct memory_folder *f = memory_folder_find(m->server, "INBOX");
	enum st st = memory_call(m, "delete what was fetched", e);
	uint64_t it = 0;
	uint32_t n;

	if (st != ST_OK)
		return st;
	while (f && uidset_next(&m->dele, &it, &n))
		memory_message_expunge(f, g_array_index(m->drop, uint32_t,
							n - 1));
	return memory_answer(m, e);
}

static enum st
session_close(struct driver *d, bool polite, struct err *e)
{
	struct memory_session *m = session(d);
	enum st st = ST_OK;

	if (m->open && polite && memory_is_pop(m))
		st = commit_drop(m, e);
	else if (m->open && polite)
		m->round_trips++;
	drop(m);
	return st;
}

static uint32_t
session_capabilities(struct driver *d)
{
	return session(d)->server->caps;
}

static struct folder_info *
describe(struct memory_session *m, struct memory_folder *f, bool status)
{
	struct folder_info *info = folder_info_new(f->name, '/');

	if (m->server->caps & CAP_SPECIAL_USE || f->role == ROLE_INBOX)
		info->role = f->role;
	if (info->role == ROLE_FLAGGED)
		info->attr |= FOLDER_VIEW;
	if (!status)
		return info;
	info->messages = memory_is_pop(m) ? m->drop->len : f->messages->len;
	if (memory_is_pop(m))
		return info;
	info->uidvalidity = f->uidvalidity;
	info->uidnext = f->uidnext;
	if (m->server->caps & CAP_CONDSTORE)
		info->modseq = f->modseq;
	info->unseen = 0;
	for (guint i = 0; i < f->messages->len; i++) {
		struct memory_message *msg = f->messages->pdata[i];

		info->unseen += !(msg->flags.bits & FLAG_SEEN);
	}
	return info;
}

static enum st
session_folders(struct driver *d, bool status, GPtrArray **folders,
		struct err *e)
{
	struct memory_session *m = session(d);
	enum st st = memory_call(m, "list the folders", e);
	GPtrArray *list;

	if (st != ST_OK)
		return st;
	if (status && !(m->server->caps & CAP_LIST_STATUS))
		m->round_trips++;
	list = g_ptr_array_new_with_free_func(
		(GDestroyNotify)folder_info_free);
	for (guint i = 0; st == ST_OK && i < m->server->folders->len; i++) {
		struct memory_folder *f = m->server->folders->pdata[i];

		if (!(m->server->caps & CAP_FOLDERS) &&
		    f->role != ROLE_INBOX)
			continue;
		g_ptr_array_add(list, describe(m, f, status));
		st = memory_answer(m, e);
	}
	if (st == ST_OK)
		*folders = list;
	else
		g_ptr_array_unref(list);
	return st;
}

/* Something happened in the entered folder that this session was not told. */
static bool
folder_changed(struct memory_session *m)
{
	struct memory_folder *f = memory_folder_find(m->server, m->folder);

	if (!f || memory_is_pop(m) || f->changes == m->seen)
		return false;
	m->seen = f->changes;
	return true;
}

static enum st
session_wait(struct driver *d, int fd, int timeout_ms, uint32_t *woke,
	     struct err *e)
{
	struct memory_session *m = session(d);
	struct memory_server *s = m->server;
	int64_t deadline = clock_ms() + timeout_ms;
	enum st st = ST_OK;

	if (!m->open)
		return err_set(e, ST_RETRY, "There is no connection.");
	if ((st = send_command(m, e)) != ST_OK)
		return st;
	for (;;) {
		int again = s->visitor ? s->visitor(s->visitor_ctx) : -1;
		int left = clock_left(deadline);

		if (folder_changed(m)) {
			*woke = WAKE_CHANGED;
			return memory_answer(m, e);
		}
		*woke = sleep_ms(m, fd, again >= 0 && again < left ? again
								   : left);
		if (!*woke)
			return cancelled(m, e);
		if (*woke == WAKE_FD || clock_left(deadline) == 0)
			return ST_OK;
	}
}

static void
session_interrupt(struct driver *d)
{
	struct memory_session *m = session(d);
	int saved = errno;

	atomic_store(&m->interrupted, true);
	if (write(m->wake[1], "", 1) < 0)
		errno = saved;	/* a full pipe wakes as well */
	errno = saved;
}

static void
session_free(struct driver *d)
{
	struct memory_session *m = session(d);

	drop(m);
	g_array_unref(m->drop);
	close(m->wake[0]);
	close(m->wake[1]);
	g_free(m);
}

static void
session_traffic(struct driver *d, uint64_t *round_trips, uint64_t *received,
		uint64_t *sent)
{
	struct memory_session *m = session(d);

	*round_trips = m->round_trips;
	*received = m->received;
	*sent = m->sent;
}

static const struct driver_offer *
session_offers(struct driver *d)
{
	static const struct driver_offer none[] = { { 0, NULL, NULL } };

	(void)d;
	return none;
}

/* There is no way to it, so nothing was seen on it. */
static void
session_facts(struct driver *d, struct driver_facts *out)
{
	*out = (struct driver_facts){ .step = session(d)->open ? STEP_DONE
							       : STEP_CONNECT };
}

static const struct driver_ops memory_ops = {
	.name = "memory",
	.open = session_open,
	.close = session_close,
	.capabilities = session_capabilities,
	.offers = session_offers,
	.facts = session_facts,
	.folders = session_folders,
	.enter = memory_enter,
	.changes = memory_changes,
	.fetch = memory_fetch,
	.store = memory_store,
	.move = memory_move,
	.copy = memory_copy,
	.append = memory_append,
	.expunge = memory_expunge,
	.folder = memory_folder_change,
	.wait = session_wait,
	.interrupt = session_interrupt,
	.free = session_free,
	.traffic = session_traffic,
};

struct driver *
memory_driver_new(struct memory_server *s, const struct driver_host *host)
{
	struct memory_session *m;
	int wake[2];

	(void)host;	/* there is no secret to ask for */
	if (pipe2(wake, O_CLOEXEC | O_NONBLOCK) != 0)
		return NULL;
	m = g_new0(struct memory_session, 1);
	m->driver.ops = &memory_ops;
	m->server = s;
	m->wake[0] = wake[0];
	m->wake[1] = wake[1];
	m->drop = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	return &m->driver;
}
