/*
 * memory_change.c - what sessions change on the server in memory
 */
#include "net/memory_state.h"

#include <string.h>

/* A change of this session's own is none to be woken for. */
struct own_change {
	struct memory_folder *folder;
	uint64_t before;
};

static struct own_change
own_begin(struct memory_folder *f)
{
	return (struct own_change){ f, f->changes };
}

static void
own_end(struct memory_session *m, struct own_change own)
{
	m->seen += own.folder->changes - own.before;
}

static enum st
needs(struct memory_session *m, uint32_t caps, const char *what,
      struct err *e)
{
	if (m->server->caps & caps)
		return ST_OK;
	return err_set(e, ST_REFUSED, "This server cannot %s.", what);
}

static void
change_flags(struct memory_session *m, struct memory_message *msg, bool add,
	     const struct flags *flags)
{
	char **words = flags->keywords && m->server->caps & CAP_KEYWORDS
		? g_strsplit(flags->keywords, " ", -1) : NULL;

	if (add)
		msg->flags.bits |= flags->bits;
	else
		msg->flags.bits &= ~flags->bits;
	for (int i = 0; words && words[i]; i++) {
		if (add)
			flags_add_word(&msg->flags, words[i]);
		else
			flags_remove_word(&msg->flags, words[i]);
	}
	g_strfreev(words);
}

enum st
memory_store(struct driver *d, const struct uidset *uids, bool add,
	     const struct flags *flags, struct err *e)
{
	struct memory_session *m = (struct memory_session *)d;
	struct memory_folder *f;
	struct own_change own;
	uint64_t it = 0;
	uint32_t uid;
	enum st st = memory_call(m, "change flags", e);

	if (st != ST_OK || !(f = memory_entered(m, &st, e)) ||
	    (st = needs(m, CAP_FLAGS, "keep flags", e)) != ST_OK)
		return st;
	own = own_begin(f);
	while (uidset_next(uids, &it, &uid)) {
		struct memory_message *msg = memory_message_find(f, uid);

		if (!msg)
			continue;
		change_flags(m, msg, add, flags);
		memory_message_touch(f, msg);
	}
	own_end(m, own);
	return memory_answer(m, e);
}

/* Copies of these in another folder; the pairs when the server tells. */
static void
copy_messages(struct memory_session *m, struct memory_folder *source,
	      struct memory_folder *target, const struct uidset *uids,
	      GArray *from, GArray *to)
{
	bool tell = m->server->caps & CAP_UIDPLUS;
	uint64_t it = 0;
	uint32_t uid;

	while (uidset_next(uids, &it, &uid)) {
		struct memory_message *msg = memory_message_find(source, uid);
		struct memory_message *twin;
		GByteArray *bytes;

		if (!msg)
			continue;
		bytes = g_byte_array_ref(msg->bytes);
		twin = memory_message_put(m->server, target,
					  (const char *)bytes->data,
					  bytes->len, &msg->flags,
					  msg->internaldate);
		g_byte_array_unref(bytes);
		if (tell && from)
			g_array_append_val(from, uid);
		if (tell && to)
			g_array_append_val(to, twin->uid);
	}
}

static void
remove_messages(struct memory_folder *f, const struct uidset *uids)
{
	uint64_t it = 0;
	uint32_t uid;

	while (uidset_next(uids, &it, &uid))
		memory_message_expunge(f, uid);
}

/* Of a set those for which there is room. */
static void
find_room(struct memory_server *s, const struct uidset *uids,
	  struct uidset *out)
{
	struct uidset all = UIDSET_EMPTY;
	uint64_t room = UINT64_MAX;

	if (s->fault[MEMORY_FULL].armed)
		room = (uint64_t)s->fault[MEMORY_FULL].left;
	s->fault[MEMORY_FULL].armed = false;
	uidset_add_set(&all, uids);
	uidset_take(&all, out, room, false);
	uidset_clear(&all);
}

/* The rest was refused: without UIDPLUS only what was done is told. */
static enum st
no_room(struct memory_session *m, const struct uidset *done, GArray *from,
	GArray *to, struct err *e)
{
	const uint32_t unknown = 0;
	uint64_t it = 0;
	uint32_t uid;

	while (from && !(m->server->caps & CAP_UIDPLUS) &&
	       uidset_next(done, &it, &uid)) {
		g_array_append_val(from, uid);
		g_array_append_val(to, unknown);
	}
	return err_set(e, ST_REFUSED, "The server has no room for more.");
}

/* Copy, and when moving remove what was copied. */
static enum st
transfer(struct memory_session *m, const struct uidset *uids,
	 const char *folder, GArray *from, GArray *to, bool move,
	 int64_t *validity, struct err *e)
{
	struct memory_folder *source, *target;
	struct uidset done = UIDSET_EMPTY;
	struct own_change own;
	enum st st;

	if (!(source = memory_entered(m, &st, e)) ||
	    (st = needs(m, CAP_FOLDERS, "copy messages", e)) != ST_OK)
		return st;
	target = memory_folder_find(m->server, folder);
	if (!target)
		return err_set(e, ST_GONE, "There is no folder “%s”.", folder);
	if (validity)
		*validity = m->server->caps & CAP_UIDPLUS ? target->uidvalidity
							  : 0;
	find_room(m->server, uids, &done);
	own = own_begin(source);
	copy_messages(m, source, target, &done, from, to);
	/* What all labels are taken off is still in \All. */
	if (move && !(m->server->caps & CAP_LABELS &&
		      source->role == ROLE_ALL))
		remove_messages(source, &done);
	own_end(m, own);
	st = memory_answer(m, e);
	if (st == ST_OK && uidset_count(&done) < uidset_count(uids))
		st = no_room(m, &done, from, to, e);
	uidset_clear(&done);
	return st;
}

enum st
memory_move(struct driver *d, const struct uidset *uids, const char *folder,
	    GArray *from, GArray *to, int64_t *validity, struct err *e)
{
	struct memory_session *m = (struct memory_session *)d;
	enum st st = memory_call(m, "move messages", e);

	if (st == ST_OK)
		st = needs(m, CAP_MOVE, "move messages", e);
	if (st != ST_OK)
		return st;
	return transfer(m, uids, folder, from, to, true, validity, e);
}

enum st
memory_copy(struct driver *d, const struct uidset *uids, const char *folder,
	    GArray *from, GArray *to, int64_t *validity, struct err *e)
{
	struct memory_session *m = (struct memory_session *)d;
	enum st st = memory_call(m, "copy messages", e);

	if (st != ST_OK)
		return st;
	return transfer(m, uids, folder, from, to, false, validity, e);
}

enum st
memory_append(struct driver *d, const char *folder, const struct flags *flags,
	      int64_t internaldate, const char *bytes, size_t len,
	      uint32_t *uid, int64_t *validity, struct err *e)
{
	struct memory_session *m = (struct memory_session *)d;
	struct memory_folder *f;
	struct memory_message *msg;
	struct own_change own;
	GString *kept;
	enum st st = memory_call(m, "take a message", e);

	if (st == ST_OK)
		st = needs(m, CAP_APPEND, "take messages", e);
	if (st != ST_OK)
		return st;
	f = memory_folder_find(m->server, folder);
	if (!f)
		return err_set(e, ST_GONE, "There is no folder “%s”.", folder);
	m->sent += len;
	own = own_begin(f);
	kept = g_string_new(m->server->rewrites ? "X-Rewritten: yes\r\n" : "");
	g_string_append_len(kept, bytes, (gssize)len);
	msg = memory_message_put(m->server, f, kept->str, kept->len, flags,
				 internaldate);
	g_string_free(kept, TRUE);
	if (m->folder && strcmp(m->folder, folder) == 0)
		own_end(m, own);
	if (uid)
		*uid = m->server->caps & CAP_UIDPLUS ? msg->uid : 0;
	if (validity)
		*validity = m->server->caps & CAP_UIDPLUS ? f->uidvalidity : 0;
	return memory_answer(m, e);
}

/* POP: DELE, to be done at QUIT. */
static enum st
mark_drop(struct memory_session *m, const struct uidset *uids, struct err *e)
{
	struct uidset all = UIDSET_EMPTY;
	uint64_t it = 0;
	uint32_t n;

	uidset_add_set(&all, uids);
	if (m->drop->len < UINT32_MAX)
		uidset_remove_range(&all, m->drop->len + 1, UINT32_MAX);
	while (uidset_next(&all, &it, &n))
		uidset_add(&m->dele, n);
	uidset_clear(&all);
	return memory_answer(m, e);
}

/* EXPUNGE without UIDs would take these, too. */
static bool
others_marked(const struct memory_folder *f, const struct uidset *uids)
{
	for (guint i = 0; i < f->messages->len; i++) {
		const struct memory_message *msg = f->messages->pdata[i];

		if (msg->flags.bits & FLAG_DELETED &&
		    !uidset_has(uids, msg->uid))
			return true;
	}
	return false;
}

enum st
memory_expunge(struct driver *d, const struct uidset *uids, struct err *e)
{
	struct memory_session *m = (struct memory_session *)d;
	struct memory_folder *f;
	struct own_change own;
	enum st st = memory_call(m, "delete messages", e);

	if (st != ST_OK || !(f = memory_entered(m, &st, e)))
		return st;
	if (memory_is_pop(m))
		return mark_drop(m, uids, e);
	if (!(m->server->caps & CAP_UIDPLUS) && others_marked(f, uids))
		return err_set(e, ST_REFUSED, "This server cannot delete just "
			       "these messages, and others are marked as "
			       "deleted there.");
	own = own_begin(f);
	remove_messages(f, uids);
	own_end(m, own);
	return memory_answer(m, e);
}

enum st
memory_folder_change(struct driver *d, enum folder_op op, const char *name,
		     const char *to, struct err *e)
{
	struct memory_session *m = (struct memory_session *)d;
	struct memory_server *s = m->server;
	bool there;
	enum st st = memory_call(m, "change a folder", e);

	if (st == ST_OK)
		st = needs(m, CAP_FOLDERS, "change folders", e);
	if (st != ST_OK)
		return st;
	there = memory_folder_find(s, name) != NULL;
	if (op == FOLDER_CREATE && there)
		return err_set(e, ST_REFUSED, "There is a folder “%s” "
			       "already.", name);
	if (op != FOLDER_CREATE && !there)
		return err_set(e, ST_GONE, "There is no folder “%s”.", name);
	if (op == FOLDER_RENAME && memory_folder_find(s, to))
		return err_set(e, ST_REFUSED, "There is a folder “%s” "
			       "already.", to);
	if (op == FOLDER_CREATE)
		memory_folder_add(s, name, ROLE_NONE);
	else if (op == FOLDER_RENAME)
		memory_folder_rename(s, name, to);
	else if (op == FOLDER_DELETE)
		memory_folder_remove(s, name);
	return memory_answer(m, e);
}
