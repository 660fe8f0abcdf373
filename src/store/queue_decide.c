/*
 * queue_decide.c - a decision: the change is written and takes effect here
 */
#include <string.h>

#include "store/queue_private.h"

/* ---- effects ----------------------------------------------------------- */

/* What is decided in dest; a copy is not marked as its source is. */
static enum st
place(struct store *s, struct change *c, const struct qrow *r, struct err *e)
{
	struct qrow like = *r, copy = { 0 };
	enum st st = qrow_placeholder(s, r, c->dest, &c->placeholder, e);

	if (st != ST_OK || c->kind != CHANGE_COPY)
		return st;
	st = qrow_without_mark(s, &like, e);
	if (st == ST_OK && like.flags != r->flags) {
		const struct flags f = { like.flags, like.keywords };

		st = qrow_read(s, c->placeholder, &copy, e);
		if (st == ST_OK)
			st = qrow_set_flags(s, &copy, &f, e);
		qrow_clear(&copy);
	}
	return st;
}

static enum st
apply_move(struct store *s, struct change *c, const struct qrow *r,
	   struct err *e)
{
	enum st st = ST_OK;

	if (c->kind != CHANGE_EXPUNGE && !c->copied)
		st = place(s, c, r, e);
	if (st == ST_OK && c->kind != CHANGE_COPY)
		st = qrow_hide(s, r, e);
	return st;
}

enum st
queue_apply(struct store *s, struct change *c, struct err *e)
{
	struct qrow r = { 0 };
	enum st st = qrow_read(s, c->message, &r, e);

	if (st == ST_OK && r.folder < 0)
		st = err_set(e, ST_REFUSED, "Another change of this message "
			     "waits already.");
	if (st == ST_OK && c->kind == CHANGE_FLAGS)
		st = qrow_flags(s, &r, &c->add, &c->remove, e);
	else if (st == ST_OK)
		st = apply_move(s, c, &r, e);
	qrow_clear(&r);
	return st;
}

static enum st
later_first(struct err *e)
{
	return err_set(e, ST_REFUSED, "A later change of the same message "
		       "must be undone first.");
}

/* The placeholder goes; what was decided about it is said of the source
 * (0: there is none). */
static enum st
revert_placeholder(struct store *s, int64_t id, int64_t source,
		   struct err *e)
{
	struct qrow r = { 0 }, from = { 0 };
	enum st st = qrow_read(s, id, &r, NULL);

	if (st == ST_GONE)
		return ST_OK;
	if (st == ST_OK && (r.folder < 0 || !IS_PLACEHOLDER(&r)))
		st = later_first(e);
	if (st == ST_OK && source)
		st = qrow_read(s, source, &from, e);
	if (st == ST_OK && source)
		st = db_run(s->db, e, "UPDATE change SET message = ?2, folder "
			    "= ?3, uid = ?4, base_bits = NULL WHERE "
			    "message = ?1", "iiii", id,
			    source, ABS(from.folder),
			    IS_PLACEHOLDER(&from) ? 0 : from.uid);
	if (st == ST_OK && source)
		st = qrow_take_flags(s, &from, &from, e);
	else if (st == ST_OK)
		st = queue_drop_flags(s, id, NULL, e);
	if (st == ST_OK)
		st = qrow_forget(s, &r, e);
	qrow_clear(&r);
	qrow_clear(&from);
	return st;
}

/* A hidden row back into its folder's list; one that is gone is none. */
static enum st
unhide(struct store *s, int64_t id, struct err *e)
{
	struct qrow r = { 0 };
	enum st st = qrow_read(s, id, &r, NULL);

	if (st == ST_OK && r.folder < 0)
		st = qrow_show(s, id, -r.folder, r.uid, e);
	qrow_clear(&r);
	return st == ST_GONE ? ST_OK : st;
}

static enum st
revert_flags(struct store *s, const struct change *c, struct err *e)
{
	struct qrow r = { 0 };
	enum st st = qrow_read(s, c->message, &r, NULL);

	if (st == ST_OK)
		st = qrow_without(s, &r, c, e);
	qrow_clear(&r);
	return st == ST_GONE ? ST_OK : st;
}

/* A folder that was only here goes again, unless there is mail in it. */
static enum st
revert_create(struct store *s, const struct change *c, struct err *e)
{
	int64_t used;
	enum st st = db_int(s->db, &used, 0, e, "SELECT EXISTS(SELECT 1 FROM "
			    "message WHERE folder IN (?1, -?1))", "i",
			    c->folder);

	if (st == ST_OK && used)
		return later_first(e);
	return st == ST_OK ? db_run(s->db, e, "DELETE FROM folder WHERE "
				    "id = ?", "i", c->folder) : st;
}

enum st
queue_revert(struct store *s, const struct change *c, struct err *e)
{
	struct qrow r = { 0 };
	bool here = qrow_read(s, c->message, &r, NULL) == ST_OK;
	enum st st = ST_OK;

	qrow_clear(&r);
	switch (c->kind) {
	case CHANGE_FLAGS:
		return revert_flags(s, c, e);
	case CHANGE_MOVE:
		/* What was copied is there and stays. */
		st = c->copied ? ST_OK :
			revert_placeholder(s, c->placeholder,
					   here ? c->message : 0, e);
		return st == ST_OK ? unhide(s, c->message, e) : st;
	case CHANGE_EXPUNGE:
		return unhide(s, c->message, e);
	case CHANGE_COPY:
	case CHANGE_APPEND:
		return revert_placeholder(s, c->placeholder, 0, e);
	case CHANGE_CREATE:
		return revert_create(s, c, e);
	default:
		return ST_OK;
	}
}

/* ---- deciding ---------------------------------------------------------- */

/* Of a difference, what makes one; false: nothing does. */
static bool
reduce(struct change *c, const struct qrow *r)
{
	struct flags have = { r->flags, r->keywords };
	struct flags add = { c->add.bits & ~r->flags, NULL };
	struct flags less = { c->remove.bits & r->flags, NULL };
	char **words = g_strsplit(c->add.keywords ? c->add.keywords : "", " ",
				  -1);

	for (char **w = words; *w; w++)
		if (**w && !flags_has_keyword(&have, *w))
			flags_add_word(&add, *w);
	g_strfreev(words);
	words = g_strsplit(c->remove.keywords ? c->remove.keywords : "", " ",
			   -1);
	for (char **w = words; *w; w++)
		if (**w && flags_has_keyword(&have, *w))
			flags_add_word(&less, *w);
	g_strfreev(words);
	flags_clear(&c->add);
	flags_clear(&c->remove);
	c->add = add;
	c->remove = less;
	return add.bits || less.bits || add.keywords || less.keywords;
}

static bool
matters(struct change *c, const struct qrow *r)
{
	if (r->folder < 0)
		return false;	/* it is on its way out */
	if (c->kind == CHANGE_FLAGS)
		return reduce(c, r);
	return c->kind != CHANGE_MOVE || c->dest != r->folder;
}

/* What is decided about a message makes its mark moot; the row is read again,
 * since it looks other then. */
static enum st
take_mark(struct store *s, const struct change *c, struct qrow *r,
	  struct err *e)
{
	int64_t id = r->id;
	size_t n = 1;
	enum st st;

	if (c->kind != CHANGE_MOVE && c->kind != CHANGE_EXPUNGE)
		return ST_OK;
	st = queue_unmark(s, &id, &n, e);
	if (st == ST_OK && n) {
		qrow_clear(r);
		st = qrow_read(s, id, r, e);
	}
	return st;
}

/* The message as it is seen now. */
static enum st
describe(struct store *s, struct change *c, const struct qrow *r,
	 struct err *e)
{
	c->message = r->id;
	c->folder = ABS(r->folder);
	c->uid = IS_PLACEHOLDER(r) ? 0 : (uint32_t)r->uid;
	c->message_id = g_strdup(r->message_id);
	c->size = r->size;
	c->seen_bits = r->flags;
	return db_int(s->db, &c->uidvalidity, 0, e, "SELECT uidvalidity FROM "
		      "folder WHERE id = ?", "i", c->folder);
}

enum st
queue_decide(struct store *s, int64_t id, struct change *c, bool *did,
	     struct err *e)
{
	struct qrow r = { 0 };
	enum st st = qrow_read(s, id, &r, NULL);

	*did = st == ST_OK && matters(c, &r);
	if (st == ST_GONE)
		return ST_OK;
	if (st == ST_OK && *did)
		st = take_mark(s, c, &r, e);
	if (st == ST_OK && *did)
		st = describe(s, c, &r, e);
	if (st == ST_OK && *did)
		st = queue_apply(s, c, e);
	if (st == ST_OK && *did)
		st = queue_write(s, c, r.has_body ? r.digest : NULL,
				 r.arrival, e);
	if (st == ST_OK && *did && c->kind == CHANGE_FLAGS)
		st = qrow_base(s, &r, c->seq, e);
	qrow_clear(&r);
	return st;
}

/* The same for many; like is copied for each. */
static enum st
decide_all(struct store *s, const int64_t *ids, size_t *n,
	   const struct change *like, struct err *e)
{
	size_t done = 0;
	bool own;
	enum st st = tx_enter(s, &own, e);

	for (size_t i = 0; i < *n && st == ST_OK; i++) {
		struct change *c = g_new0(struct change, 1);
		bool did = false;

		c->kind = like->kind;
		c->dest = like->dest;
		flags_copy(&c->add, &like->add);
		flags_copy(&c->remove, &like->remove);
		st = queue_decide(s, ids[i], c, &did, e);
		done += did ? 1 : 0;
		change_free(c);
	}
	*n = done;
	return tx_leave(s, own, st, e);
}

enum st
queue_flags(struct store *s, const int64_t *ids, size_t *n, bool add,
	    const struct flags *flags, struct err *e)
{
	struct change like = { .kind = CHANGE_FLAGS };

	*(add ? &like.add : &like.remove) = *flags;
	return decide_all(s, ids, n, &like, e);
}

enum st
queue_move(struct store *s, const int64_t *ids, size_t *n, int64_t dest,
	   struct err *e)
{
	struct change like = { .kind = CHANGE_MOVE, .dest = dest };

	return decide_all(s, ids, n, &like, e);
}

enum st
queue_copy(struct store *s, const int64_t *ids, size_t *n, int64_t dest,
	   struct err *e)
{
	struct change like = { .kind = CHANGE_COPY, .dest = dest };

	return decide_all(s, ids, n, &like, e);
}

enum st
queue_expunge(struct store *s, const int64_t *ids, size_t *n, struct err *e)
{
	struct change like = { .kind = CHANGE_EXPUNGE };

	return decide_all(s, ids, n, &like, e);
}

/* ---- folders ----------------------------------------------------------- */

/* Of a folder: what it is called, and what was there to be seen. */
static enum st
write_folder_change(struct store *s, enum change_kind kind, int64_t folder,
		    const char *name, struct err *e)
{
	struct change c = { .kind = kind, .folder = folder,
			    .name = (char *)name };
	struct folder *f = NULL;
	bool own;
	enum st st = tx_enter(s, &own, e);

	if (st == ST_OK)
		st = folder_by_id(s, folder, &f, e);
	if (st == ST_OK) {
		c.uidvalidity = f->uidvalidity;
		c.uid = (uint32_t)f->uidnext;
		c.was = f->name;
		st = queue_write(s, &c, NULL, 0, e);
	}
	folder_free(f);
	return tx_leave(s, own, st, e);
}

static enum st
new_folder(struct store *s, const char *name, char delimiter,
	   enum folder_role role, bool local, int64_t *id, struct err *e)
{
	struct folder_info *info = folder_info_new(name, delimiter);
	enum st st;

	info->role = role;
	st = folder_upsert(s, info, id, e);
	folder_info_free(info);
	if (st == ST_OK)
		st = db_run(s->db, e, "UPDATE folder SET local = ?2 WHERE "
			    "id = ?1", "id", *id, local ? 1 : 2);
	return st;
}

enum st
queue_create(struct store *s, const char *name, char delimiter,
	     enum folder_role role, bool local, int64_t *id, struct err *e)
{
	struct folder *f = NULL;
	bool own;
	enum st st = tx_enter(s, &own, e);

	if (st == ST_OK && folder_by_name(s, name, &f, NULL) == ST_OK)
		st = err_set(e, ST_REFUSED, "There is a folder “%s” already.",
			     name);
	folder_free(f);
	if (st == ST_OK)
		st = new_folder(s, name, delimiter, role, local, id, e);
	if (st == ST_OK && !local)
		st = write_folder_change(s, CHANGE_CREATE, *id, name, e);
	return tx_leave(s, own, st, e);
}

enum st
queue_rename(struct store *s, int64_t folder, const char *name,
	     struct err *e)
{
	return write_folder_change(s, CHANGE_RENAME, folder, name, e);
}

enum st
queue_delete(struct store *s, int64_t folder, struct err *e)
{
	return write_folder_change(s, CHANGE_DELETE, folder, NULL, e);
}

enum st
queue_subscribe(struct store *s, int64_t folder, bool on, struct err *e)
{
	return write_folder_change(s, on ? CHANGE_SUBSCRIBE :
				   CHANGE_UNSUBSCRIBE, folder, NULL, e);
}
