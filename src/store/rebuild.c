/*
 * rebuild.c - the index of a folder from its mbox alone
 */
#include <string.h>
#include <sys/stat.h>

#include "store/addresses_private.h"
#include "store/queue_private.h"
#include "store/recover.h"
#include "store/remove.h"
#include "store/scan.h"
#include "store/store_parser.h"
#include "store/verify.h"

static store_parser *parser;

void
store_set_parser(store_parser *parse)
{
	parser = parse;
}

void
store_parse(const char *header, size_t len, struct envelope *env)
{
	if (parser)
		parser(header, len, env);
}

/* What a rebuild carries along. */
struct rebuild {
	struct store *s;
	struct mfile *f;
	int64_t uidvalidity;	/* -1: not known yet */
};

static enum st
clear_rows(struct store *s, int64_t folder, struct err *e)
{
	static const char *const sql[] = {
		"DELETE FROM body WHERE id IN (SELECT id FROM message WHERE "
		"folder IN (?1, -?1))",
		"DELETE FROM touch WHERE id IN (SELECT id FROM message WHERE "
		"folder IN (?1, -?1))",
		"DELETE FROM message WHERE folder IN (?1, -?1) AND uid <= "
		"4294967295",
		"DELETE FROM waiting WHERE folder = ?",
		"DELETE FROM thread WHERE folder = ?",
		"DELETE FROM ref WHERE folder = ?",
		"UPDATE folder SET total = 0, unread = 0, flagged = 0, "
		"waiting = 0, pad = 0, modseq = 0, synced = 0 WHERE id = ?",
	};
	enum st st = ST_OK;

	for (size_t i = 0; i < G_N_ELEMENTS(sql) && st == ST_OK; i++)
		st = db_run(s->db, e, sql[i], "i", folder);
	return st;
}

/* The file as it is becomes what the index vouches for. */
static enum st
take_file(struct store *s, int64_t folder, struct mfile **out, struct err *e)
{
	struct stat sb;
	enum st st = file_get(s, folder, out, e);

	if (st != ST_OK)
		return st;
	if (fstat((*out)->fd, &sb) != 0)
		return err_errno(e, "The mail file %s cannot be read",
				 (*out)->path);
	(*out)->committed = (*out)->tail = sb.st_size;
	(*out)->dirty = true;	/* its pages may never have been synced */
	return db_run(s->db, e, "UPDATE folder SET size = ? WHERE id = ?",
		      "ii", (int64_t)sb.st_size, folder);
}

static enum st
put_row(struct rebuild *r, const struct scanned *m, struct err *e)
{
	const struct mbox_block *b = m->block;
	struct staged item = {
		.kind = m->intact ? STAGED_BODY : STAGED_ENVELOPE,
		.folder = r->f->folder, .uid = b->uid,
		.flags = { b->flags, b->keywords }, .arrival = b->arrival,
		.size = b->wire, .uidl = b->uidl, .seen = b->arrival,
		.said = -1,
		.place = { m->off, m->pos, m->end - m->pos, b->lf, { 0 } },
	};
	enum st st;

	memcpy(item.place.digest, b->digest, DIGEST_LEN);
	store_parse(m->header, m->header_len, &item.env);
	st = index_put(r->s, &item, e);
	envelope_clear(&item.env);
	return st;
}

/* What cannot be kept leaves the mbox; it lies in removed/ for a while. */
static enum st
put_aside(struct rebuild *r, const struct scanned *m, struct err *e)
{
	struct gap gap = { m->off, m->end, 0 };

	g_array_append_val(r->f->gaps, gap);
	return removed_add_raw(r->s, r->f, m->off, m->end, e);
}

static enum st
one_message(struct rebuild *r, const struct scanned *m, struct err *e)
{
	int64_t known = 0;
	bool keep = m->ours && m->block->uid > 0;
	enum st st = ST_OK;

	if (keep && r->uidvalidity < 0) {
		r->uidvalidity = m->block->uidvalidity;
		st = db_run(r->s->db, e, "UPDATE folder SET uidvalidity = ? "
			    "WHERE id = ?", "ii", r->uidvalidity,
			    r->f->folder);
	}
	keep = keep && m->block->uidvalidity == r->uidvalidity;
	if (keep && st == ST_OK)
		st = db_int(r->s->db, &known, 0, e, "SELECT id FROM message "
			    "WHERE folder = ? AND uid = ?", "iu",
			    r->f->folder, m->block->uid);
	keep = keep && !known;
	if (st == ST_OK && keep)
		st = put_row(r, m, e);
	if (st == ST_OK && !(keep && m->intact))
		st = put_aside(r, m, e);
	return st;
}

static enum st
run(struct store *s, int64_t folder, struct err *e)
{
	struct rebuild r = { .s = s };
	struct scan *sc = NULL;
	struct scanned m;
	bool more = true;
	enum st st;

	st = clear_rows(s, folder, e);
	if (st == ST_OK)
		st = take_file(s, folder, &r.f, e);
	if (st == ST_OK)
		st = db_int(s->db, &r.uidvalidity, -1, e, "SELECT "
			    "uidvalidity FROM folder WHERE id = ?",
			    "i", folder);
	if (st == ST_OK && r.uidvalidity == 0)
		r.uidvalidity = -1;
	if (st == ST_OK)
		sc = scan_new(r.f->fd, r.f->path, r.f->committed);
	while (st == ST_OK && more) {
		st = scan_next(sc, &m, &more, e);
		if (st == ST_OK && more)
			st = one_message(&r, &m, e);
	}
	scan_free(sc);
	return st == ST_OK ? queue_rebuilt(s, folder, e) : st;
}

enum st
rebuild_folder(struct store *s, int64_t folder, struct err *e)
{
	bool own, anew = false;
	enum st st = tx_owner(s, e);

	if (st != ST_OK)
		return st;
	st = tx_enter(s, &own, e);

	if (st == ST_OK)
		st = ingest_flush(s, e);
	if (st == ST_OK)	/* else the addresses know it all */
		st = recover_is_whole(s, &anew, e);
	addresses_pause(s, !anew);
	if (st == ST_OK)
		st = run(s, folder, e);
	addresses_pause(s, false);
	file_forget_rows(s, folder);
	return tx_leave(s, own, st, e);
}
