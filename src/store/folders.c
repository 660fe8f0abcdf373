/*
 * folders.c - the folders of an account, and the sets of UIDs in them
 */
#include <string.h>

#include "base/clock.h"
#include "base/path.h"
#include "store/private.h"
#include "store/remove.h"
#include "store/settle.h"

#define QUARANTINE_SECONDS (7 * 24 * 3600)

#define COLUMNS "SELECT id, name, delimiter, attr, role, uidvalidity, " \
	"uidnext, modseq, total, unread, flagged, waiting, synced, local, " \
	"(SELECT count(*) FROM message m WHERE m.folder = -folder.id AND " \
	"m.uid <= 4294967295), (SELECT count(*) FROM message m WHERE " \
	"m.folder = folder.id AND m.uid > 4294967295) FROM folder "

void
folder_free(struct folder *f)
{
	if (!f)
		return;
	g_free(f->name);
	g_free(f);
}

static void
free_folder(gpointer f)
{
	folder_free(f);
}

static struct folder *
read_folder(sqlite3_stmt *q)
{
	struct folder *f = g_new0(struct folder, 1);

	f->id = sqlite3_column_int64(q, 0);
	f->name = db_text(q, 1);
	f->delimiter = (char)sqlite3_column_int(q, 2);
	f->attr = (uint32_t)sqlite3_column_int64(q, 3);
	f->role = (enum folder_role)sqlite3_column_int(q, 4);
	f->uidvalidity = sqlite3_column_int64(q, 5);
	f->uidnext = sqlite3_column_int64(q, 6);
	f->modseq = sqlite3_column_int64(q, 7);
	f->total = sqlite3_column_int64(q, 8);
	f->unread = sqlite3_column_int64(q, 9);
	f->flagged = sqlite3_column_int64(q, 10);
	f->waiting = sqlite3_column_int64(q, 11);
	f->synced = sqlite3_column_int64(q, 12);
	f->local = sqlite3_column_int(q, 13) != 0;
	f->there = f->total + sqlite3_column_int64(q, 14) -
		   sqlite3_column_int64(q, 15);
	return f;
}

enum st
folders_all(struct store *s, GPtrArray **out, struct err *e)
{
	GPtrArray *all = g_ptr_array_new_with_free_func(free_folder);
	sqlite3_stmt *q = db_query(s->db, COLUMNS "ORDER BY CASE role "
				   "WHEN 0 THEN 1000 ELSE role END, "
				   "name COLLATE NOCASE, name", "");
	enum st st;

	while (db_row(s->db, q))
		g_ptr_array_add(all, read_folder(q));
	st = db_done(s->db, q, e);
	if (st != ST_OK) {
		g_ptr_array_unref(all);
		return st;
	}
	*out = all;
	return ST_OK;
}

static enum st
one_folder(struct store *s, sqlite3_stmt *q, const char *name,
	   struct folder **out, struct err *e)
{
	struct folder *f = db_row(s->db, q) ? read_folder(q) : NULL;
	enum st st = db_done(s->db, q, e);

	if (st == ST_OK && !f)
		return err_set(e, ST_GONE, "There is no folder “%s” here.",
			       name);
	if (st == ST_OK)
		*out = f;
	else
		folder_free(f);
	return st;
}

enum st
folder_by_name(struct store *s, const char *name, struct folder **out,
	       struct err *e)
{
	return one_folder(s, db_query(s->db, COLUMNS "WHERE name = ?", "s",
				      name), name, out, e);
}

enum st
folder_by_id(struct store *s, int64_t id, struct folder **out, struct err *e)
{
	char name[32];

	g_snprintf(name, sizeof(name), "%" G_GINT64_FORMAT, id);
	return one_folder(s, db_query(s->db, COLUMNS "WHERE id = ?", "i", id),
			  name, out, e);
}

/* The known folder of that name, or of that place on disk (an index rebuilt
 * from the mail alone may have guessed the name).  *same: nothing differs. */
static enum st
find_folder(struct store *s, const struct folder_info *info, const char *path,
	    int64_t *id, bool *same, struct err *e)
{
	sqlite3_stmt *q = db_query(s->db, "SELECT id, name = ?1 AND "
				   "delimiter = ?3 AND attr = ?4 AND "
				   "role = ?5 AND local = 0 FROM folder "
				   "WHERE name = ?1 OR path = ?2 "
				   "ORDER BY name = ?1 DESC", "ssdud",
				   info->name, path, (int)info->delimiter,
				   info->attr, (int)info->role);

	*id = 0;
	*same = false;
	if (db_row(s->db, q)) {
		*id = sqlite3_column_int64(q, 0);
		*same = sqlite3_column_int(q, 1) != 0;
	}
	return db_done(s->db, q, e);
}

static enum st
insert_folder(struct store *s, const struct folder_info *info,
	      const char *path, int64_t *id, struct err *e)
{
	struct mfile *f;
	enum st st = db_run(s->db, e, "INSERT INTO folder(name, path, "
			    "delimiter, attr, role) VALUES(?, ?, ?, ?, ?)",
			    "ssdud", info->name, path, (int)info->delimiter,
			    info->attr, (int)info->role);

	if (st == ST_OK)
		st = db_int(s->db, id, 0, e, "SELECT last_insert_rowid()", "");
	/* Other mbox tools shall see an empty folder too. */
	if (st == ST_OK && !(info->attr & FOLDER_NOSELECT))
		st = file_get(s, *id, &f, e);
	return st;
}

enum st
folder_upsert(struct store *s, const struct folder_info *info, int64_t *id,
	      struct err *e)
{
	char *path = path_encode_folder(info->name, info->delimiter);
	bool same, own;
	enum st st = find_folder(s, info, path, id, &same, e);

	if (st != ST_OK || same)
		goto out;
	st = tx_enter(s, &own, e);
	if (st == ST_OK && *id == 0)
		st = insert_folder(s, info, path, id, e);
	else if (st == ST_OK)
		st = db_run(s->db, e, "UPDATE folder SET name = ?2, "
			    "delimiter = ?3, attr = ?4, role = ?5, local = 0 "
			    "WHERE id = ?1", "isdud", *id, info->name,
			    (int)info->delimiter, info->attr,
			    (int)info->role);
	st = tx_leave(s, own, st, e);
out:
	g_free(path);
	return st;
}

static enum st
folder_place(struct store *s, int64_t id, char **path, char *delimiter,
	     struct err *e)
{
	sqlite3_stmt *q = db_query(s->db, "SELECT path, delimiter FROM folder "
				   "WHERE id = ?", "i", id);
	enum st st;

	*path = NULL;
	if (db_row(s->db, q)) {
		*path = db_text(q, 0);
		*delimiter = (char)sqlite3_column_int(q, 1);
	}
	st = db_done(s->db, q, e);
	if (st == ST_OK && !*path)
		st = err_set(e, ST_GONE, "The folder is not here any more.");
	return st;
}

enum st
folder_remove(struct store *s, int64_t id, struct err *e)
{
	char *path = NULL, delimiter;
	bool own;
	enum st st = tx_owner(s, e);

	if (st != ST_OK)
		return st;
	st = tx_enter(s, &own, e);

	if (st == ST_OK)
		st = folder_place(s, id, &path, &delimiter, e);
	if (st == ST_OK)
		st = ingest_flush(s, e);
	if (st == ST_OK)
		st = remove_folder_rows(s, id, e);
	if (st == ST_OK)
		st = settle_intend(s, "unlink", path, NULL, e);
	if (st == ST_OK)
		file_forget(s, id);
	g_free(path);
	return tx_leave(s, own, st, e);
}

static enum st
move_folder(struct store *s, int64_t id, const char *name, struct err *e)
{
	char *path = NULL, *new_path = NULL, delimiter = '\0';
	enum st st = folder_place(s, id, &path, &delimiter, e);

	if (st == ST_OK) {
		new_path = path_encode_folder(name, delimiter);
		st = db_run(s->db, e, "UPDATE folder SET name = ?2, path = ?3 "
			    "WHERE id = ?1", "iss", id, name, new_path);
	}
	if (st == ST_OK && strcmp(path, new_path) != 0)
		st = settle_intend(s, "rename", path, new_path, e);
	g_free(path);
	g_free(new_path);
	return st;
}

enum st
folder_rename(struct store *s, int64_t id, const char *name, struct err *e)
{
	int64_t other = 0;
	bool own;
	enum st st = tx_owner(s, e);

	if (st != ST_OK)
		return st;
	st = db_int(s->db, &other, 0, e, "SELECT id FROM folder "
			    "WHERE name = ? AND id <> ?", "si", name, id);

	if (st == ST_OK && other)
		return err_set(e, ST_REFUSED,
			       "There is a folder “%s” already.", name);
	st = tx_enter(s, &own, e);
	if (st == ST_OK)
		st = move_folder(s, id, name, e);
	return tx_leave(s, own, st, e);
}

enum st
folder_synced(struct store *s, int64_t id, int64_t uidnext, int64_t modseq,
	      int64_t when, struct err *e)
{
	bool own;
	enum st st = tx_enter(s, &own, e);

	if (st == ST_OK)
		st = db_run(s->db, e, "UPDATE folder SET "
			    "uidnext = iif(?2 < 0, uidnext, ?2), "
			    "modseq = iif(?3 < 0, modseq, ?3), "
			    "synced = iif(?4 < 0, synced, ?4) WHERE id = ?1",
			    "iiii", id, uidnext, modseq, when);
	return tx_leave(s, own, st, e);
}

enum st
folder_set_uidvalidity(struct store *s, int64_t id, int64_t uidvalidity,
		       struct err *e)
{
	bool own;
	enum st st = tx_enter(s, &own, e);

	if (st == ST_OK)
		st = db_run(s->db, e, "UPDATE folder SET uidvalidity = ?2, "
			    "uidnext = 0, modseq = 0 WHERE id = ?1", "ii", id,
			    uidvalidity);
	if (st == ST_OK)
		file_forget_rows(s, id);
	return tx_leave(s, own, st, e);
}

/* Rows of ascending UIDs into a set, run by run. */
static enum st
collect(struct store *s, sqlite3_stmt *q, struct uidset *set, struct err *e)
{
	uint32_t first = 0, last = 0;

	while (db_row(s->db, q)) {
		uint32_t uid = (uint32_t)sqlite3_column_int64(q, 0);

		if (first && uid == last + 1) {
			last = uid;
			continue;
		}
		if (first)
			uidset_add_range(set, first, last);
		first = last = uid;
	}
	if (first)
		uidset_add_range(set, first, last);
	return db_done(s->db, q, e);
}

enum st
folder_uids(struct store *s, int64_t id, struct uidset *all, struct err *e)
{
	enum st st = tx_see(s, e);

	return st == ST_OK ? collect(s, db_query(s->db, "SELECT uid FROM "
				"message WHERE folder = ?1 AND uid <= "
				"4294967295 UNION ALL SELECT uid FROM message "
				"WHERE folder = -?1 AND uid <= 4294967295 "
				"ORDER BY uid", "i", id), all, e) : st;
}

enum st
folder_uids_between(struct store *s, int64_t id, uint32_t first,
		    uint32_t last, struct uidset *out, struct err *e)
{
	enum st st = tx_see(s, e);

	return st == ST_OK ? collect(s, db_query(s->db, "SELECT uid FROM "
				"message WHERE folder = ?1 AND uid BETWEEN ?2 "
				"AND ?3 UNION ALL SELECT uid FROM message "
				"WHERE folder = -?1 AND uid BETWEEN ?2 AND ?3 "
				"ORDER BY uid", "iuu", id, first, last),
				out, e) : st;
}

/* All differences that wait for a message have the same base. */
#define TOLD_FLAGS(folder) "SELECT m.uid AS uid, iif(c.seq, c.base_bits, " \
	"m.flags), iif(c.seq, c.base_words, m.keywords) FROM message m LEFT " \
	"JOIN change c ON c.seq = (SELECT k.seq FROM change k WHERE " \
	"k.message = m.id AND k.kind = 0 AND k.state < 2 AND k.base_bits IS " \
	"NOT NULL LIMIT 1) WHERE m.folder = " folder " AND m.uid BETWEEN ?2 " \
	"AND ?3"

enum st
folder_walk_flags(struct store *s, int64_t id, uint32_t first, uint32_t last,
		  void (*visit)(void *ctx, uint32_t uid,
				const struct flags *flags),
		  void *ctx, struct err *e)
{
	sqlite3_stmt *q = db_query(s->db, TOLD_FLAGS("?1") " UNION ALL "
				   TOLD_FLAGS("-?1") " ORDER BY uid", "iuu",
				   id, first, last);

	while (db_row(s->db, q)) {
		struct flags f = {
			(uint32_t)sqlite3_column_int64(q, 1), NULL
		};

		if (sqlite3_column_type(q, 2) != SQLITE_NULL)
			f.keywords = (char *)sqlite3_column_text(q, 2);
		visit(ctx, (uint32_t)sqlite3_column_int64(q, 0), &f);
	}
	return db_done(s->db, q, e);
}

enum st
folder_uids_waiting(struct store *s, int64_t id, struct uidset *waiting,
		    struct err *e)
{
	enum st st = tx_see(s, e);

	return st == ST_OK ? collect(s, db_query(s->db, "SELECT uid FROM "
				"waiting WHERE folder = ? ORDER BY uid", "i",
				id), waiting, e) : st;
}

enum st
folder_quarantine(struct store *s, int64_t id, uint32_t uid, const char *why,
		  struct err *e)
{
	bool own;
	enum st st = tx_enter(s, &own, e);

	if (st == ST_OK)
		st = db_run(s->db, e, "INSERT OR REPLACE INTO quarantine "
			    "VALUES(?, ?, ?, ?)", "iusi", id, uid, why,
			    clock_now());
	return tx_leave(s, own, st, e);
}

enum st
folder_quarantined(struct store *s, int64_t id, struct uidset *uids,
		   struct err *e)
{
	return collect(s, db_query(s->db, "SELECT uid FROM quarantine WHERE "
				   "folder = ? AND at > ? ORDER BY uid", "ii",
				   id, clock_now() - QUARANTINE_SECONDS),
		       uids, e);
}
