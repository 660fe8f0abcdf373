/*
 * push_rest.c - what needs more than one folder: folders as a whole, messages
 * for folders, what was overtaken elsewhere
 */
#include <unistd.h>

#include "base/path.h"
#include "store/queue.h"
#include "sync/push.h"

#define WIRE_CHUNK (64 << 10)

enum st
push_folders_due(struct sync *s, GArray **due, struct err *e)
{
	GArray *ids = NULL;
	bool folders;
	enum st st = queue_folders(s->store, &ids, &folders, e);

	*due = NULL;
	if (st != ST_OK)
		return st;
	*due = g_array_new(FALSE, FALSE, sizeof(int64_t));
	for (guint i = 0; i < ids->len; i++) {
		int64_t id = g_array_index(ids, int64_t, i);

		if (!push_is_due(*due, id))
			g_array_append_val(*due, id);
	}
	g_array_unref(ids);
	if ((*due)->len == 0)
		g_clear_pointer(due, g_array_unref);
	return ST_OK;
}

bool
push_is_due(const GArray *due, int64_t folder)
{
	for (guint i = 0; due && i < due->len; i++)
		if (g_array_index(due, int64_t, i) == folder)
			return true;
	return false;
}

/* ---- folders as a whole ------------------------------------------------ */

static const enum folder_op ops[CHANGE_KINDS] = {
	[CHANGE_CREATE] = FOLDER_CREATE,
	[CHANGE_RENAME] = FOLDER_RENAME,
	[CHANGE_DELETE] = FOLDER_DELETE,
	[CHANGE_SUBSCRIBE] = FOLDER_SUBSCRIBE,
	[CHANGE_UNSUBSCRIBE] = FOLDER_UNSUBSCRIBE,
};

/* The new name has what the folder had: it was renamed before the connection
 * or this program broke off. */
static bool
was_renamed(struct sync *s, const struct folder *f, const struct change *c)
{
	struct entered in = { 0 };

	return driver_enter(s->driver, c->name, NULL, NULL, &in, NULL) ==
		       ST_OK &&
	       (f->uidvalidity == 0 || in.uidvalidity == f->uidvalidity);
}

/* Somebody else has made one of that name, or it was there before the first
 * look at the server. */
static bool
is_there(struct sync *s, const struct folder *f)
{
	struct entered in = { 0 };

	return driver_enter(s->driver, f->name, NULL, NULL, &in, NULL) ==
	       ST_OK;
}

/* What was to be so is so already, or the wish is moot. */
static bool
is_so_already(struct sync *s, const struct folder *f, const struct change *c,
	      enum st st)
{
	bool doubtful = c->state == CHANGE_SENDING;

	switch (c->kind) {
	case CHANGE_DELETE:
		return st == ST_GONE;
	case CHANGE_CREATE:
		return st == ST_REFUSED && (doubtful || is_there(s, f));
	case CHANGE_RENAME:
		return doubtful && (st == ST_GONE || st == ST_REFUSED) &&
		       was_renamed(s, f, c);
	default:
		return false;
	}
}

static enum st
sending_one(struct sync *s, const struct change *c, struct err *e)
{
	GArray *seqs = g_array_new(FALSE, FALSE, sizeof(int64_t));
	enum st st;

	g_array_append_val(seqs, c->seq);
	st = queue_sending(s->store, seqs, e);
	g_array_unref(seqs);
	return st;
}

/* The local side follows at once, together with the change being done; the
 * next list of folders agrees. */
static enum st
take_over(struct sync *s, const struct change *c, struct err *e)
{
	enum st st = store_begin(s->store, e);

	if (st == ST_OK && c->kind == CHANGE_RENAME)
		st = folder_rename(s->store, c->folder, c->name, e);
	if (st == ST_OK && c->kind == CHANGE_DELETE)
		st = folder_remove(s->store, c->folder, e);
	if (st == ST_OK)
		st = queue_done(s->store, c, 0, e);
	if (st == ST_OK)
		return store_commit(s->store, e);
	store_rollback(s->store);
	return st;
}

/* A folder is deleted with all that is in it: with what was there to be seen
 * when that was decided, and no more. */
static enum st
check_deletion(struct sync *s, const struct folder *f, const struct change *c,
	       struct err *why)
{
	struct entered in = { 0 };
	enum st st;

	if (c->kind != CHANGE_DELETE)
		return ST_OK;
	st = driver_enter(s->driver, f->name, NULL, NULL, &in, why);
	if (st == ST_GONE || st == ST_REFUSED)
		return ST_OK;	/* deleting it will say why */
	if (st == ST_OK && in.exists > 0 &&
	    (in.uidvalidity != c->uidvalidity ||
	     (in.uidnext ? in.uidnext > c->uid : in.exists > f->there)))
		st = err_set(why, ST_REFUSED, "Messages came to the folder "
			     "after it was deleted here: look at them first.");
	return st;
}

static enum st
push_folder_change(struct sync *s, const struct change *c, struct err *e)
{
	struct folder *f = NULL;
	struct err why = { "" };
	enum st st = folder_by_id(s->store, c->folder, &f, NULL);

	if (st == ST_GONE)
		return queue_drop(s->store, c, "The folder is gone.", e);
	if (st == ST_OK)
		st = sending_one(s, c, e);
	if (st != ST_OK)
		goto out;
	sync_session_lost(s);
	st = check_deletion(s, f, c, &why);
	if (st == ST_OK)
		st = driver_folder(s->driver, ops[c->kind], f->name, c->name,
				   &why);
	if (st == ST_OK || is_so_already(s, f, c, st)) {
		st = take_over(s, c, e);
	} else if (st == ST_REFUSED || st == ST_GONE) {
		sync_skip(s, f->name, ST_REFUSED, why.text);
		st = queue_park(s->store, c, why.text, e);
	} else if (e) {
		*e = why;
	}
out:
	folder_free(f);
	return st;
}

bool
push_must_wait(const GPtrArray *queue, const struct change *c, bool *parked)
{
	bool wait = false;

	*parked = false;
	for (guint i = 0; c->kind == CHANGE_DELETE && i < queue->len; i++) {
		const struct change *o = queue->pdata[i];

		if (o->folder != c->folder || !o->message)
			continue;
		wait = true;
		*parked = *parked || o->state == CHANGE_PARKED;
	}
	return wait;
}

enum st
push_folder_changes(struct sync *s, bool *did, struct err *e)
{
	GPtrArray *due = NULL, *queue = NULL;
	enum st st = queue_due(s->store, 0, &due, e);

	*did = false;
	if (st == ST_OK && due->len)
		st = queue_list(s->store, false, &queue, e);
	for (guint i = 0; st == ST_OK && i < due->len; i++) {
		const struct change *c = due->pdata[i];
		bool parked;

		if (c->kind == CHANGE_APPEND)
			continue;
		if (!push_must_wait(queue, c, &parked)) {
			*did = true;
			st = push_folder_change(s, c, e);
		} else if (parked) {
			st = queue_park(s->store, c, PUSH_NEEDS_YOU, e);
		}
	}
	g_clear_pointer(&due, g_ptr_array_unref);
	g_clear_pointer(&queue, g_ptr_array_unref);
	return st;
}

/* ---- messages for folders ---------------------------------------------- */

/* With CRLF where a line ends.  False, with errno. */
static bool
write_wire(int fd, const char *text, size_t len)
{
	GString *out = g_string_sized_new(WIRE_CHUNK + 2);
	bool good = true;

	for (size_t i = 0; i < len && good; i++) {
		if (text[i] == '\n')
			g_string_append_c(out, '\r');
		g_string_append_c(out, text[i]);
		if (out->len < WIRE_CHUNK && i + 1 < len)
			continue;
		good = path_write_all(fd, out->str, out->len);
		g_string_truncate(out, 0);
	}
	g_string_free(out, TRUE);
	return good;
}

/* A message as it goes over the wire, in place of *bytes: in a file without a
 * name, since it may be larger than the memory of a worker. */
static enum st
to_wire(const char *dir, GBytes **bytes, struct err *e)
{
	gsize len;
	const char *text = g_bytes_get_data(*bytes, &len);
	GMappedFile *file = NULL;
	int fd;
	enum st st = path_scratch(dir, &fd, e);

	if (st == ST_OK &&
	    (!write_wire(fd, text, len) ||
	     !(file = g_mapped_file_new_from_fd(fd, FALSE, NULL))))
		st = err_errno(e, "A message cannot be written in %s", dir);
	if (fd >= 0)
		close(fd);
	if (file) {
		g_bytes_unref(*bytes);
		*bytes = g_mapped_file_get_bytes(file);
		g_mapped_file_unref(file);
	}
	return st;
}

static enum st
send_append(struct sync *s, const struct change *c, const struct folder *dest,
	    uint32_t *uid, struct err *e)
{
	struct message m = { 0 };
	int64_t validity = 0;
	GBytes *bytes = NULL;
	enum st st = message_by_id(s->store, c->placeholder, &m, e);

	if (st == ST_OK)
		st = message_bytes(s->store, c->placeholder, &bytes, e);
	/* CRLF, unless the very octets had none. */
	if (st == ST_OK && m.size > (int64_t)g_bytes_get_size(bytes))
		st = to_wire(store_dir(s->store), &bytes, e);
	if (st == ST_OK)
		st = sending_one(s, c, e);
	if (st == ST_OK) {
		gsize len;
		const char *wire = g_bytes_get_data(bytes, &len);

		st = driver_append(s->driver, dest->name, &c->add, m.arrival,
				   wire, len, uid, &validity, e);
		/* Who estimates sizes may keep other octets than these:
		 * push_place() looks at them. */
		if (validity != dest->uidvalidity || sizes_estimated(s))
			*uid = 0;
	}
	if (bytes)
		g_bytes_unref(bytes);
	message_clear(&m);
	return st;
}

static enum st
push_append(struct sync *s, const struct change *c, struct err *e)
{
	struct folder *dest = NULL;
	struct err why = { "" };
	uint32_t uid = 0;
	enum st st = folder_by_id(s->store, c->dest, &dest, &why);

	if (st == ST_OK)
		st = send_append(s, c, dest, &uid, &why);
	if (st == ST_OK) {
		st = queue_done(s->store, c, uid, e);
		sync_changed(s, c->dest);
	} else if (st == ST_REFUSED || st == ST_GONE || st == ST_CORRUPT) {
		sync_skip(s, dest ? dest->name : "", ST_REFUSED, why.text);
		st = queue_park(s->store, c, why.text, e);
	} else if (e) {
		*e = why;
	}
	folder_free(dest);
	return st;
}

static enum st
push_appends(struct sync *s, struct err *e)
{
	GPtrArray *due = NULL;
	enum st st = queue_due(s->store, 0, &due, e);

	for (guint i = 0; st == ST_OK && i < due->len; i++) {
		const struct change *c = due->pdata[i];

		if (c->kind == CHANGE_APPEND && c->state == CHANGE_WAITING)
			st = push_append(s, c, e);
	}
	if (due)
		g_ptr_array_unref(due);
	return st;
}

/* ---- what was cut off, and what was overtaken -------------------------- */

/* Where it was to go is level: it would be here if it had arrived there. */
static bool
would_be_here(struct sync *s, const struct change *c)
{
	struct folder *dest = NULL;
	bool moves = c->kind == CHANGE_MOVE || c->kind == CHANGE_COPY ||
		     c->kind == CHANGE_APPEND;
	bool known = !moves || g_hash_table_contains(s->looked, &c->dest) ||
		     folder_by_id(s->store, c->dest, &dest, NULL) != ST_OK ||
		     dest->local;

	folder_free(dest);
	return known;
}

/* What was cut off, and was not found where it should have gone, has not
 * happened, and waits again. */
static enum st
settle_doubtful(struct sync *s, bool *again, struct err *e)
{
	GPtrArray *all = NULL;
	GArray *seqs = g_array_new(FALSE, FALSE, sizeof(int64_t));
	enum st st = queue_list(s->store, false, &all, e);

	for (guint i = 0; st == ST_OK && i < all->len; i++) {
		const struct change *c = all->pdata[i];

		if (c->state == CHANGE_SENDING && would_be_here(s, c))
			g_array_append_val(seqs, c->seq);
	}
	if (st == ST_OK && seqs->len) {
		*again = true;
		st = queue_waiting(s->store, seqs, e);
	}
	g_array_unref(seqs);
	if (all)
		g_ptr_array_unref(all);
	return st;
}

/* A message that left its folder may have come to any other, so that nothing
 * is concluded from a look at some. */
static enum st
settle_orphans(struct sync *s, bool *again, struct err *e)
{
	GPtrArray *orphans = NULL;
	enum st st = s->whole ? queue_orphans(s->store, &orphans, e) : ST_OK;

	for (guint i = 0; st == ST_OK && orphans && i < orphans->len; i++) {
		bool found = false;

		if (!would_be_here(s, orphans->pdata[i]))
			continue;
		st = queue_follow(s->store, orphans->pdata[i], &found, e);
		*again = *again || found;
	}
	if (orphans)
		g_ptr_array_unref(orphans);
	return st;
}

enum st
push_rest(struct sync *s, bool *again, struct err *e)
{
	struct queue_counts n;
	enum st st = queue_counts(s->store, &n, e);

	*again = false;
	if (st != ST_OK)
		return st;
	if (n.waiting) {
		st = settle_doubtful(s, again, e);
		if (st == ST_OK)
			st = settle_orphans(s, again, e);
		if (st == ST_OK)
			st = push_appends(s, e);
	}
	return st;
}
