/*
 * history.c - what befell messages at other hands
 */
#include "store/history.h"

#include <string.h>

#include "base/clock.h"
#include "store/private.h"

#define DAY (24 * 3600)

/* ---- flags, as words ---------------------------------------------------- */

static void
add_word(GString *s, const char *verb, const char *word)
{
	g_string_append_printf(s, "%s%s%s%s", s->len ? ", " : "", verb,
			       *word ? " " : "", word);
}

static void
compare_bits(GString *s, uint32_t here, uint32_t there)
{
	static const struct {
		uint32_t bit;
		const char *on, *off;
	} words[] = {
		{ FLAG_SEEN, "read", "marked as unread" },
		{ FLAG_ANSWERED, "answered", "marked as not answered" },
		{ FLAG_FLAGGED, "flagged", "unflagged" },
		{ FLAG_DELETED, "marked as deleted", "no longer deleted" },
		{ FLAG_DRAFT, "marked as a draft", "no draft any more" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		if ((here ^ there) & words[i].bit)
			add_word(s, there & words[i].bit ? words[i].on
							 : words[i].off, "");
}

static void
compare_keywords(GString *s, const struct flags *have,
		 const struct flags *from, const char *verb)
{
	char **words = g_strsplit(have->keywords ? have->keywords : "", " ",
				  -1);

	for (char **w = words; *w; w++)
		if (**w && !flags_has_keyword(from, *w))
			add_word(s, verb, *w);
	g_strfreev(words);
}

char *
history_words(const struct flags *here, const struct flags *there)
{
	GString *s = g_string_new(NULL);

	compare_bits(s, here->bits, there->bits);
	compare_keywords(s, there, here, "tagged");
	compare_keywords(s, here, there, "untagged");
	return g_string_free(s, s->len == 0);
}

/* ---- writing ------------------------------------------------------------ */

enum st
history_flags(struct store *s, int64_t folder, uint32_t uid,
	      const char *words, struct err *e)
{
	bool own;
	enum st st = tx_enter(s, &own, e);

	if (st == ST_OK)
		st = db_run(s->db, e, "INSERT INTO history(mid, at, what) "
			    "SELECT mid, ?, ? FROM message WHERE folder IN "
			    "(?3, -?3) AND uid = ?4 AND mid IS NOT NULL AND "
			    "NOT EXISTS(SELECT 1 FROM change c WHERE "
			    "c.message = message.id AND c.state < 3)", "isiu",
			    clock_now(), words, folder, uid);
	return tx_leave(s, own, st, e);
}

enum st
history_left(struct store *s, int64_t folder, const struct uidset *uids,
	     struct err *e)
{
	bool own;
	enum st st = tx_enter(s, &own, e);

	for (size_t i = 0; i < uids->n && st == ST_OK; i++)
		st = db_run(s->db, e, "INSERT INTO history(mid, at, folder) "
			    "SELECT m.mid, ?, f.name FROM message m JOIN "
			    "folder f ON f.id = ?2 WHERE m.folder IN (?2, "
			    "-?2) AND m.uid BETWEEN ?3 AND ?4 AND m.mid IS NOT "
			    "NULL", "iiuu", clock_now(), folder,
			    uids->range[i].first, uids->range[i].last);
	return tx_leave(s, own, st, e);
}

enum st
history_expire(struct store *s, int days, struct err *e)
{
	bool own;
	enum st st = tx_enter(s, &own, e);

	if (st == ST_OK)
		st = db_run(s->db, e, "DELETE FROM history WHERE at < ?", "i",
			    clock_now() - (int64_t)days * DAY);
	return tx_leave(s, own, st, e);
}

/* ---- reading ------------------------------------------------------------ */

static void
free_event(gpointer p)
{
	struct event *event = p;

	g_free(event->what);
	g_free(event->left);
	g_free(event);
}

enum st
history_of_message(struct store *s, int64_t id, GPtrArray **out,
		   struct err *e)
{
	GPtrArray *all = g_ptr_array_new_with_free_func(free_event);
	sqlite3_stmt *q = db_query(s->db, "SELECT h.at, h.what, h.folder FROM "
				   "history h JOIN message m ON h.mid = m.mid "
				   "WHERE m.id = ? ORDER BY h.rowid", "i",
				   id);
	enum st st;

	while (db_row(s->db, q)) {
		struct event *event = g_new0(struct event, 1);

		event->at = sqlite3_column_int64(q, 0);
		event->what = db_text(q, 1);
		event->left = db_text(q, 2);
		g_ptr_array_add(all, event);
	}
	st = db_done(s->db, q, e);
	if (st == ST_OK)
		*out = all;
	else
		g_ptr_array_unref(all);
	return st;
}
