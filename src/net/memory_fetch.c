/*
 * memory_fetch.c - listings and messages of the server in memory
 */
#include "net/memory_state.h"

#include <string.h>

/* Bodies arrive in pieces, as they do over a network. */
#define PIECE 4096

/* ---- listings ---- */

static bool
lies_armed(const struct memory_server *s)
{
	return s->fault[MEMORY_LIE_EMPTY].armed ||
	       s->fault[MEMORY_LIE_PARTIAL].armed;
}

static bool
same_uids(const struct memory_folder *f, const struct known *known)
{
	return known && known->uidvalidity == f->uidvalidity;
}

/* Hand one message of a listing to the sink. */
static enum st
list_one(struct memory_session *m, const struct memory_message *msg,
	 bool with_flags, bool with_size, const struct listing_sink *sink,
	 struct err *e)
{
	struct listing l = { .uid = msg->uid, .size = -1 };
	enum st st;

	if (with_size)
		l.size = memory_message_size(m->server, msg);
	if (with_flags && m->server->caps & CAP_FLAGS) {
		l.flags = msg->flags;
		l.has_flags = true;
	}
	if (m->server->caps & CAP_CONDSTORE)
		l.modseq = msg->modseq;
	st = memory_answer(m, e);
	if (st != ST_OK)
		return st;
	st = sink->message(sink->ctx, &l, e);
	return st == ST_OK ? st : memory_stopped(m, st);
}

/* The messages and removals since known->modseq, if the server has them and
 * they lead from known to what is there.  False: they do not. */
static bool
difference(struct memory_session *m, struct memory_folder *f,
	   const struct known *known, struct uidset *changed,
	   struct uidset *vanished)
{
	struct uidset there = UIDSET_EMPTY;
	bool adds_up;

	if (!(m->server->caps & CAP_QRESYNC) || lies_armed(m->server) ||
	    !same_uids(f, known) || known->modseq <= 0)
		return false;
	for (guint i = 0; i < f->messages->len; i++) {
		const struct memory_message *msg = f->messages->pdata[i];

		if (msg->modseq > known->modseq)
			uidset_add(changed, msg->uid);
	}
	for (guint i = 0; i < f->gone->len; i++) {
		struct memory_gone *g = &g_array_index(
			f->gone, struct memory_gone, i);

		if (g->modseq > known->modseq)
			uidset_add(vanished, g->uid);
	}
	if (!known->uids)	/* the caller counts */
		return true;
	uidset_add_set(&there, known->uids);
	uidset_remove_set(&there, vanished);
	uidset_add_set(&there, changed);
	adds_up = uidset_count(&there) == f->messages->len;
	uidset_clear(&there);
	return adds_up;
}

/* Hand a difference to the sink. */
static enum st
list_difference(struct memory_session *m, struct memory_folder *f,
		const struct uidset *changed, const struct uidset *vanished,
		const struct listing_sink *sink, struct err *e)
{
	uint64_t it = 0;
	uint32_t uid;
	enum st st = ST_OK;

	if (vanished->n > 0) {
		st = memory_answer(m, e);
		if (st != ST_OK)
			return st;
		st = sink->vanished(sink->ctx, vanished, e);
		if (st != ST_OK)
			return memory_stopped(m, st);
	}
	while (st == ST_OK && uidset_next(changed, &it, &uid)) {
		const struct memory_message *msg = memory_message_find(f, uid);

		if (msg)
			st = list_one(m, msg, true, false, sink, e);
	}
	return st;
}

/* How many of the messages the next full listing owns up to. */
static guint
claimed(struct memory_session *m, guint exists)
{
	if (memory_fault_due(m->server, MEMORY_LIE_EMPTY))
		return 0;
	if (memory_fault_due(m->server, MEMORY_LIE_PARTIAL))
		return exists / 2;
	return exists;
}

static enum st
check_count(struct memory_session *m, guint listed, guint exists,
	    struct err *e)
{
	if (listed == exists)
		return ST_OK;
	memory_stopped(m, ST_PROTOCOL);
	return err_set(e, ST_PROTOCOL, "The server listed %u messages of a "
		       "folder that has %u.", listed, exists);
}

static enum st
list_all(struct memory_session *m, struct memory_folder *f,
	 const struct known *known, const struct listing_sink *sink,
	 struct err *e)
{
	guint exists = f->messages->len, n = claimed(m, exists);
	int64_t since = 0;
	enum st st = ST_OK;

	/* With CONDSTORE flags come only where they changed. */
	if (m->server->caps & CAP_CONDSTORE && same_uids(f, known))
		since = known->modseq;
	for (guint i = 0; st == ST_OK && i < n && i < f->messages->len; i++) {
		const struct memory_message *msg = f->messages->pdata[i];

		st = list_one(m, msg, msg->modseq > since, !known, sink, e);
	}
	return st == ST_OK ? check_count(m, n, exists, e) : st;
}

/* POP: numbers, unique ids and sizes of this session. */
static enum st
list_drop(struct memory_session *m, struct memory_folder *f,
	  const struct listing_sink *sink, struct err *e)
{
	guint n = claimed(m, m->drop->len);
	enum st st = ST_OK;

	for (guint i = 0; st == ST_OK && i < n; i++) {
		uint32_t uid = g_array_index(m->drop, uint32_t, i);
		struct memory_message *msg = memory_message_find(f, uid);
		struct listing l = { .uid = i + 1, .size = -1 };
		char uidl[40];

		if (uidset_has(&m->dele, i + 1))
			continue;
		if (m->server->numbers)
			g_snprintf(uidl, sizeof(uidl), "%u", i + 1);
		else
			g_snprintf(uidl, sizeof(uidl), "%08x%08x",
				   (unsigned)f->uidvalidity, uid);
		if (!m->server->no_uidl)
			l.uidl = uidl;
		if (msg)
			l.size = memory_message_size(m->server, msg);
		st = memory_answer(m, e);
		if (st != ST_OK)
			return st;
		st = sink->message(sink->ctx, &l, e);
		if (st != ST_OK)
			return memory_stopped(m, st);
	}
	return st == ST_OK ? check_count(m, n, m->drop->len, e) : st;
}

enum st
memory_enter(struct driver *d, const char *folder, const struct known *known,
	     const struct listing_sink *sink, struct entered *out,
	     struct err *e)
{
	struct memory_session *m = (struct memory_session *)d;
	struct uidset changed = UIDSET_EMPTY, vanished = UIDSET_EMPTY;
	struct memory_folder *f;
	enum st st = memory_call(m, "open the folder", e);

	if (st != ST_OK)
		return st;
	g_clear_pointer(&m->folder, g_free);
	f = memory_folder_find(m->server, folder);
	if (!f || (!(m->server->caps & CAP_FOLDERS) && f->role != ROLE_INBOX))
		return err_set(e, ST_GONE, "There is no folder “%s”.", folder);
	m->folder = g_strdup(folder);
	m->seen = f->changes;
	*out = (struct entered){ .exists = m->drop->len };
	out->exists -= (int64_t)uidset_count(&m->dele);
	if (memory_is_pop(m))
		return memory_answer(m, e);
	out->uidvalidity = f->uidvalidity;
	out->uidnext = f->uidnext;
	out->exists = f->messages->len;
	out->modseq = m->server->caps & CAP_CONDSTORE ? f->modseq : 0;
	out->keywords_allowed = m->server->caps & CAP_KEYWORDS;
	out->same_uids = same_uids(f, known);
	st = memory_answer(m, e);
	if (st == ST_OK && sink && difference(m, f, known, &changed,
					      &vanished)) {
		out->complete = true;
		st = list_difference(m, f, &changed, &vanished, sink, e);
	}
	uidset_clear(&changed);
	uidset_clear(&vanished);
	return st;
}

enum st
memory_changes(struct driver *d, const struct known *known,
	       const struct listing_sink *sink, bool *full, struct err *e)
{
	struct memory_session *m = (struct memory_session *)d;
	struct uidset changed = UIDSET_EMPTY, vanished = UIDSET_EMPTY;
	struct memory_folder *f;
	enum st st = memory_call(m, "list the folder", e);

	if (st != ST_OK || !(f = memory_entered(m, &st, e)))
		return st;
	m->seen = f->changes;
	*full = true;
	if (memory_is_pop(m)) {
		st = list_drop(m, f, sink, e);
	} else if (difference(m, f, known, &changed, &vanished)) {
		*full = false;
		st = list_difference(m, f, &changed, &vanished, sink, e);
	} else {
		st = list_all(m, f, known, sink, e);
	}
	uidset_clear(&changed);
	uidset_clear(&vanished);
	return st;
}

/* ---- messages ---- */

/* The octets up to and with the empty line. */
static size_t
header_len(const GByteArray *b)
{
	const char *p = (const char *)b->data;
	const char *end = b->len ? g_strstr_len(p, b->len, "\r\n\r\n") : NULL;

	if (b->len >= 2 && p[0] == '\r' && p[1] == '\n')
		return 2;
	return end ? (size_t)(end - p) + 4 : b->len;
}

/* The Message-ID field and the empty line, as FETCH gives them. */
static GByteArray *
id_bytes(const struct memory_message *msg)
{
	GByteArray *b = g_byte_array_new();
	const char *text = (const char *)msg->bytes->data;
	size_t len = header_len(msg->bytes);

	for (size_t at = 0; at < len;) {
		const char *nl = memchr(text + at, '\n', len - at);
		size_t n = nl ? (size_t)(nl + 1 - text) - at : len - at;

		if (n > 11 && g_ascii_strncasecmp(text + at, "Message-ID:",
						  11) == 0)
			g_byte_array_append(b, (const guint8 *)text + at,
					    (guint)n);
		at += n;
	}
	g_byte_array_append(b, (const guint8 *)"\r\n", 2);
	return b;
}

/* What RETR or FETCH would give.  POP ends every message with a line end. */
static GByteArray *
wire_bytes(struct memory_session *m, struct memory_message *msg,
	   enum fetch_what what)
{
	size_t len = what == FETCH_HEADERS ? header_len(msg->bytes)
					   : msg->bytes->len;
	GByteArray *b;

	if (what == FETCH_ID)
		return id_bytes(msg);
	b = g_byte_array_sized_new((guint)len + 2);
	g_byte_array_append(b, msg->bytes->data, (guint)len);
	if (memory_is_pop(m) && len > 0 && b->data[len - 1] != '\n')
		g_byte_array_append(b, (const guint8 *)"\r\n", 2);
	return b;
}

/* The bytes, piece by piece, until they are all there or a cut comes. */
static enum st
send_pieces(struct memory_session *m, const GByteArray *b, bool poison,
	    const struct fetch_sink *sink, struct err *e)
{
	size_t at = 0;

	if (poison)
		memory_fault_arm(m->server, MEMORY_CUT, b->len / 2);
	while (at < b->len) {
		size_t want = MIN(PIECE, b->len - at);
		size_t got = memory_send(m, want);
		enum st st = ST_OK;

		if (got > 0)
			st = sink->data(sink->ctx, (char *)b->data + at, got,
					e);
		if (st != ST_OK)
			return memory_stopped(m, st);
		if (got < want)
			return memory_lost(m, e);
		at += got;
	}
	return ST_OK;
}

static enum st
send_message(struct memory_session *m, struct memory_message *msg,
	     uint32_t uid, enum fetch_what what,
	     const struct fetch_sink *sink, struct err *e)
{
	struct fetched f = {
		.uid = uid, .size = memory_message_size(m->server, msg),
	};
	GByteArray *b;
	enum st st = memory_answer(m, e);

	if (st != ST_OK)
		return st;
	if (memory_fault_due(m->server, MEMORY_NIL)) {
		st = sink->missing(sink->ctx, uid, "The server has nothing "
				   "for this message.", e);
		return st == ST_OK ? st : memory_stopped(m, st);
	}
	if (m->server->caps & CAP_FLAGS) {
		flags_copy(&f.flags, &msg->flags);
		f.has_flags = true;
	}
	f.internaldate = memory_is_pop(m) ? 0 : msg->internaldate;
	f.modseq = m->server->caps & CAP_CONDSTORE ? msg->modseq : 0;
	b = wire_bytes(m, msg, what);
	st = sink->begin(sink->ctx, &f, memory_is_pop(m) ? -1 : (int64_t)b->len,
			 e);
	if (st != ST_OK) {
		memory_stopped(m, st);
	} else if ((st = send_pieces(m, b, msg->poison, sink, e)) != ST_OK) {
		sink->abort(sink->ctx);
	} else if ((st = sink->end(sink->ctx, &f, e)) != ST_OK) {
		memory_stopped(m, st);
	}
	g_byte_array_unref(b);
	flags_clear(&f.flags);
	return st;
}

/* The message a UID (POP: a number) stands for, NULL: none. */
static struct memory_message *
resolve(struct memory_session *m, struct memory_folder *f, uint32_t uid)
{
	if (!memory_is_pop(m))
		return memory_message_find(f, uid);
	if (uid == 0 || uid > m->drop->len || uidset_has(&m->dele, uid))
		return NULL;
	return memory_message_find(f, g_array_index(m->drop, uint32_t,
						    uid - 1));
}

enum st
memory_fetch(struct driver *d, const struct uidset *uids,
	     enum fetch_what what, const struct fetch_sink *sink,
	     struct err *e)
{
	struct memory_session *m = (struct memory_session *)d;
	struct memory_folder *f;
	enum st st = memory_call(m, "send messages", e);
	uint64_t it = 0;
	uint32_t uid;

	if (st != ST_OK || !memory_entered(m, &st, e))
		return st;
	/* The sink may change the server, so everything is looked up anew. */
	while (st == ST_OK && uidset_next(uids, &it, &uid)) {
		struct memory_message *msg;

		if (m->interrupted)
			return memory_call(m, "send messages", e);
		f = memory_entered(m, &st, e);
		msg = f ? resolve(m, f, uid) : NULL;
		if (msg)
			st = send_message(m, msg, uid, what, sink, e);
	}
	return st;
}
