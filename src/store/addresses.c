/*
 * addresses.c - the table of addresses learns from what comes and goes
 *
 * What a transaction puts is counted in memory, one entry for each address,
 * and goes into the table right before its commit: a first synchronisation
 * speaks of the same few people again and again.
 */
#include <string.h>

#include "base/clock.h"
#include "model/address.h"
#include "store/addresses_private.h"

/* Longer is no address (RFC 5321 4.5.3.1). */
#define MAILBOX_MOST 254
#define NAME_MOST 200
/* Of a field, so many are learned: who writes to a hundred knows none. */
#define FIELD_MOST 12
/* Entries that are kept before they go into the table early. */
#define ENTRIES_MOST 16384
/* To be spoken of again by others is no reason to write a row sooner. */
#define SPOKEN_OF (30 * 24 * 3600)
/* Messages that addresses_fill() reads in one transaction. */
#define FILL_ROWS 20000

/* Who gave somebody a name: others, the person, the one whose name it is. */
enum named { NAMED_BY_OTHERS, NAMED_HERE, NAMED_SELF };

struct entry {
	char *mailbox, *name;	/* name NULL: none was said */
	enum named named;
	int64_t sent, received, own, last;
};

struct learned {
	GHashTable *entries;	/* mailbox in lower case -> struct entry */
	int64_t folder;		/* role is that of; 0: not looked up */
	bool teaches;		/* its messages do */
	enum folder_role role;
	bool paused;
};

static void
entry_free(gpointer data)
{
	struct entry *x = data;

	g_free(x->mailbox);
	g_free(x->name);
	g_free(x);
}

struct learned *
learned_new(void)
{
	struct learned *l = g_new0(struct learned, 1);

	l->entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					   entry_free);
	return l;
}

void
learned_free(struct learned *l)
{
	if (!l)
		return;
	g_hash_table_destroy(l->entries);
	g_free(l);
}

void
addresses_forget(struct store *s)
{
	g_hash_table_remove_all(s->learned->entries);
	s->learned->folder = 0;
}

void
addresses_pause(struct store *s, bool pause)
{
	s->learned->paused = pause;
}

/* ---- learning ----------------------------------------------------------- */

static struct entry *
entry_of(struct learned *l, const char *mailbox, size_t len)
{
	char key[MAILBOX_MOST + 1];
	struct entry *x;

	for (size_t i = 0; i < len; i++)
		key[i] = g_ascii_tolower(mailbox[i]);
	key[len] = '\0';
	x = g_hash_table_lookup(l->entries, key);
	if (!x) {
		x = g_new0(struct entry, 1);
		x->mailbox = g_strndup(mailbox, len);
		g_hash_table_insert(l->entries, g_strdup(key), x);
	}
	return x;
}

/* "ann@example.org" and the like are no names. */
static bool
is_name(const char *name)
{
	size_t len = strlen(name);

	return len > 0 && len <= NAME_MOST && !strchr(name, '@');
}

static void
entry_name(struct entry *x, const struct address_span *a, enum named named,
	   int64_t date)
{
	char *name;

	if (a->name_len == 0 || (x->name && (named < x->named ||
			(named == x->named && date < x->last))))
		return;
	name = address_span_name(a);
	if (is_name(name)) {
		g_free(x->name);
		x->name = g_steal_pointer(&name);
		x->named = named;
	}
	g_free(name);
}

static struct entry *
learn(struct learned *l, const struct address_span *a, enum named named,
      int64_t date)
{
	struct entry *x;

	if (a->mailbox_len > MAILBOX_MOST ||
	    !g_utf8_validate(a->mailbox, (gssize)a->mailbox_len, NULL))
		return NULL;
	x = entry_of(l, a->mailbox, a->mailbox_len);
	entry_name(x, a, named, date);
	x->last = MAX(x->last, date);
	return x;
}

static void
learn_from(struct learned *l, const char *field, int64_t date)
{
	struct address_span a;
	struct entry *x;

	if (!field || !address_next(&field, &a))
		return;
	x = learn(l, &a, NAMED_SELF, date);
	if (x && l->role == ROLE_SENT)
		x->own++;
	else if (x)
		x->received++;
}

static void
learn_to(struct learned *l, const char *field, int64_t date)
{
	bool sent = l->role == ROLE_SENT;
	struct address_span a;

	for (int i = 0; field && i < FIELD_MOST && address_next(&field, &a);
	     i++) {
		struct entry *x = learn(l, &a, sent ? NAMED_HERE
						    : NAMED_BY_OTHERS, date);

		if (x)
			x->sent += sent;
	}
}

static enum st
look_up_folder(struct store *s, int64_t folder, struct err *e)
{
	static const unsigned silent = 1 << ROLE_DRAFTS | 1 << ROLE_TRASH |
		1 << ROLE_JUNK | 1 << ROLE_FLAGGED;
	struct learned *l = s->learned;
	int64_t role = 0, attr = 0;
	enum st st;

	if (l->folder == folder)
		return ST_OK;
	st = db_int(s->db, &role, 0, e, "SELECT role FROM folder WHERE id = ?",
		    "i", folder);
	if (st == ST_OK)
		st = db_int(s->db, &attr, 0, e, "SELECT attr FROM folder WHERE "
			    "id = ?", "i", folder);
	l->folder = folder;
	l->role = (enum folder_role)role;
	l->teaches = !(attr & FOLDER_VIEW) && !(silent & 1U << role);
	return st;
}

enum st
addresses_note(struct store *s, int64_t folder, const struct envelope *env,
	       int64_t date, struct err *e)
{
	struct learned *l = s->learned;
	enum st st = look_up_folder(s, folder, e);

	if (st != ST_OK || l->paused || !l->teaches)
		return st;
	date = MIN(date, clock_now());
	learn_from(l, env->from, date);
	learn_to(l, env->to, date);
	learn_to(l, env->cc, date);
	return g_hash_table_size(l->entries) < ENTRIES_MOST ? ST_OK :
		addresses_settle(s, e);
}

void
addresses_note_rcpt(struct store *s, const char *mailbox, const char *to)
{
	size_t len = strlen(mailbox);
	struct address_span a = { mailbox, 0, mailbox, len }, in;
	struct entry *x;

	while (to && a.name_len == 0 && address_next(&to, &in))
		if (in.mailbox_len == len &&
		    g_ascii_strncasecmp(in.mailbox, mailbox, len) == 0)
			a = in;
	x = learn(s->learned, &a, NAMED_HERE, clock_now());
	if (x)
		x->sent++;
}

/* ---- into the table ------------------------------------------------------ */

static enum st
insert(struct store *s, const struct entry *x, struct err *e)
{
	const char *name = x->name ? x->name : "";
	char *words = addresses_words(name, x->mailbox);
	enum st st = db_run(s->db, e, "INSERT INTO address VALUES(?, ?, ?, ?, "
			    "?, ?, ?, ?)", "ssdsiiii", x->mailbox, name,
			    (int)x->named, words, x->sent, x->received, x->own,
			    x->last);

	g_free(words);
	return st;
}

static enum st
rename_to(struct store *s, const struct entry *x, struct err *e)
{
	char *words = addresses_words(x->name, x->mailbox);
	enum st st = db_run(s->db, e, "UPDATE address SET name = ?2, named = "
			    "?3, words = ?4 WHERE mailbox = ?1", "ssds",
			    x->mailbox, x->name, (int)x->named, words);

	g_free(words);
	return st;
}

/* Is the name that the entry has better than the one in the table? */
static bool
is_better(const struct entry *x, const char *name, int named, int64_t last)
{
	if (!x->name || strcmp(x->name, name) == 0)
		return false;
	return !*name || (int)x->named > named ||
	       ((int)x->named == named && x->last >= last);
}

static enum st
count(struct store *s, const struct entry *x, struct err *e)
{
	return db_run(s->db, e, "UPDATE address SET sent = sent + ?2, "
		      "received = received + ?3, own = own + ?4, last = "
		      "max(last, ?5) WHERE mailbox = ?1", "siiii", x->mailbox,
		      x->sent, x->received, x->own, x->last);
}

static enum st
settle(struct store *s, const struct entry *x, struct err *e)
{
	bool counts = x->sent || x->received || x->own;
	sqlite3_stmt *q = db_query(s->db, "SELECT name, named, last FROM "
				   "address WHERE mailbox = ?", "s",
				   x->mailbox);
	bool known = db_row(s->db, q);
	int64_t last = sqlite3_column_int64(q, 2);
	bool better = known && is_better(x, (const char *)
					 sqlite3_column_text(q, 0),
					 sqlite3_column_int(q, 1), last);
	enum st st = db_done(s->db, q, e);

	if (st == ST_OK && !known)
		return insert(s, x, e);
	if (st == ST_OK && better)
		st = rename_to(s, x, e);
	if (st == ST_OK && (counts || x->last - last > SPOKEN_OF))
		st = count(s, x, e);
	return st;
}

/* In the order of the table, so that its pages are met one by one. */
enum st
addresses_settle(struct store *s, struct err *e)
{
	GHashTable *entries = s->learned->entries;
	GList *keys = g_list_sort(g_hash_table_get_keys(entries),
				  (GCompareFunc)strcmp);
	enum st st = ST_OK;

	for (GList *k = keys; k && st == ST_OK; k = k->next)
		st = settle(s, g_hash_table_lookup(entries, k->data), e);
	g_list_free(keys);
	if (st == ST_OK)
		g_hash_table_remove_all(entries);
	return st;
}

/* ---- an index from before ------------------------------------------------ */

struct filled {
	int64_t folder, date;
	struct envelope env;
};

static void
filled_free(gpointer data)
{
	struct filled *f = data;

	envelope_clear(&f->env);
	g_free(f);
}

/* Rows below *below, the highest first, and in *below where to go on; 0 when
 * there are no more. */
static enum st
read_rows(struct store *s, int64_t *below, GPtrArray *rows, struct err *e)
{
	sqlite3_stmt *q = db_query(s->db, "SELECT id, folder, date, sender, "
				   "rcpt, cc FROM message WHERE id < ? AND "
				   "folder > 0 ORDER BY id DESC LIMIT "
				   G_STRINGIFY(FILL_ROWS), "i", *below);

	*below = 0;
	while (db_row(s->db, q)) {
		struct filled *f = g_new0(struct filled, 1);

		*below = sqlite3_column_int64(q, 0);
		f->folder = sqlite3_column_int64(q, 1);
		f->date = sqlite3_column_int64(q, 2);
		f->env.from = db_text(q, 3);
		f->env.to = db_text(q, 4);
		f->env.cc = db_text(q, 5);
		g_ptr_array_add(rows, f);
	}
	return db_done(s->db, q, e);
}

static enum st
fill_some(struct store *s, int64_t *below, struct err *e)
{
	GPtrArray *rows = g_ptr_array_new_with_free_func(filled_free);
	bool own;
	enum st st = tx_enter(s, &own, e);

	if (st == ST_OK)
		st = read_rows(s, below, rows, e);
	for (guint i = 0; st == ST_OK && i < rows->len; i++) {
		const struct filled *f = rows->pdata[i];

		st = addresses_note(s, f->folder, &f->env, f->date, e);
	}
	if (st == ST_OK)
		st = db_run(s->db, e, "INSERT OR REPLACE INTO fact "
			    "VALUES('addresses.below', ?)", "i", *below);
	g_ptr_array_unref(rows);
	return tx_leave(s, own, st, e);
}

enum st
addresses_fill(struct store *s, struct err *e)
{
	int64_t below = 0;
	enum st st = db_int(s->db, &below, 0, e, "SELECT value FROM fact WHERE "
			    "name = 'addresses.below'", "");

	while (st == ST_OK && below > 0)
		st = fill_some(s, &below, e);
	return st;
}
