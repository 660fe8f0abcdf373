/*
 * decide.c - decisions about messages, written into the queue
 */
#include "control/decide.h"

#include <string.h>

#include "base/clock.h"

bool
decide_is_local(const struct decider *d)
{
	char *fact;
	bool local;

	if (d->account->receive.proto == PROTO_POP ||
	    d->account->receive.proto == PROTO_NONE)
		return true;
	fact = d->store ? store_fact_get(d->store, "account.delivers") : NULL;
	local = fact && *fact == '1';
	g_free(fact);
	return local;
}

/* ---- folders of a standing use ----------------------------------------- */

static const char *
configured(const struct account *a, enum folder_role role)
{
	switch (role) {
	case ROLE_ARCHIVE:
		return a->archive;
	case ROLE_TRASH:
		return a->trash;
	case ROLE_JUNK:
		return a->junk;
	case ROLE_DRAFTS:
		return a->drafts;
	case ROLE_SENT:
		return a->sent;
	default:
		return NULL;
	}
}

int64_t
decide_folder(const struct decider *d, enum folder_role role)
{
	const char *name = configured(d->account, role);
	bool named = name && *name;

	for (guint i = 0; d->folders && i < d->folders->len; i++) {
		const struct folder *f = d->folders->pdata[i];

		if (f->attr & FOLDER_NOSELECT)
			continue;
		if (named ? strcmp(f->name, name) == 0 : f->role == role)
			return f->id;
	}
	return 0;
}

static char
delimiter(const struct decider *d)
{
	for (guint i = 0; d->folders && i < d->folders->len; i++) {
		const struct folder *f = d->folders->pdata[i];

		if (f->delimiter)
			return f->delimiter;
	}
	return '/';
}

char *
decide_folder_name(const struct decider *d, const char *name)
{
	char *prefix = d->store ? store_fact_get(d->store, "account.prefix")
				: NULL;
	char *full = g_strconcat(prefix && !g_str_has_prefix(name, prefix)
				 ? prefix : "", name, NULL);

	g_free(prefix);
	return full;
}

enum st
decide_make_folder(const struct decider *d, enum folder_role role,
		   const char *name, int64_t *id, struct err *e)
{
	const char *chosen = configured(d->account, role);
	char *full = chosen && *chosen ? g_strdup(chosen)
				       : decide_folder_name(d, name);
	enum st st = queue_create(d->store, full, delimiter(d), role,
				  decide_is_local(d), id, e);

	g_free(full);
	return st;
}

enum st
decide_sent(const struct decider *d, int64_t *folder, struct err *e)
{
	char *fact = store_fact_get(d->store, "account.saves-sent");
	bool saved = !d->account->save_sent || g_strcmp0(fact, "1") == 0;

	g_free(fact);
	*folder = saved ? 0 : decide_folder(d, ROLE_SENT);
	return saved || *folder ? ST_OK :
		decide_make_folder(d, ROLE_SENT, "Sent", folder, e);
}

enum st
decide_draft(const struct decider *d, int fd, struct err *e)
{
	const struct flags flags = { .bits = FLAG_DRAFT | FLAG_SEEN };
	int64_t folder = decide_folder(d, ROLE_DRAFTS), row;
	enum st st = folder ? ST_OK : decide_make_folder(d, ROLE_DRAFTS,
							 "Drafts", &folder, e);

	return st == ST_OK ? queue_put(d->store, folder, fd, &flags,
				       clock_now(), &row, e) : st;
}

/* ---- one action --------------------------------------------------------- */

/* Where *folder is 0, one for that role is made (ROLE_NONE: none is).  That is
 * no part of the action: undoing must not take away a folder in which there
 * is other mail by then. */
static enum st
begin(const struct decider *d, enum folder_role role, const char *name,
      int64_t *folder, struct err *e)
{
	enum st st = store_begin(d->store, e);

	if (st == ST_OK && role != ROLE_NONE && !*folder)
		st = decide_make_folder(d, role, name, folder, e);
	return st == ST_OK ? queue_action(d->store, "", e) : st;
}

/* where: behind the number of messages, NULL nothing. */
static char *
sentence(const char *done, size_t n, const char *where)
{
	return g_strdup_printf("%s %zu message%s%s%s", done, n,
			       n == 1 ? "" : "s", where ? " " : "",
			       where ? where : "");
}

/* Takes what over. */
static enum st
end(const struct decider *d, enum st st, size_t changed, char *what,
    struct decided *out, struct err *e)
{
	if (st == ST_OK && changed)
		st = queue_retell(d->store, what, e);
	if (st == ST_OK && changed)
		st = store_commit(d->store, e);
	else
		store_rollback(d->store);
	if (st == ST_OK && changed)
		*out = (struct decided) { what, changed };
	else
		g_free(what);
	return st;
}

static const int64_t *
ids_of(const GArray *ids)
{
	return (const int64_t *)(const void *)ids->data;
}

/* Where one of them is the server keeps no tags. */
static bool
tags_stay_here(const struct decider *d, const GArray *ids,
	       const struct flags *flags)
{
	bool stay = false;

	for (guint i = 0; flags->keywords && !stay && i < ids->len; i++) {
		struct message m = { 0 };
		char *name, *fact;

		if (message_by_id(d->store, g_array_index(ids, int64_t, i), &m,
				  NULL) != ST_OK)
			continue;
		name = g_strdup_printf("tags.here.%" G_GINT64_FORMAT,
				       m.folder);
		fact = store_fact_get(d->store, name);
		stay = fact && *fact == '1';
		g_free(fact);
		g_free(name);
		message_clear(&m);
	}
	return stay;
}

enum st
decide_flags(const struct decider *d, const GArray *ids, bool add,
	     const struct flags *flags, const char *done, struct decided *out,
	     struct err *e)
{
	size_t n = ids->len;
	const char *where = tags_stay_here(d, ids, flags)
		? "here alone, since the server keeps no tags" : NULL;
	enum st st = begin(d, ROLE_NONE, NULL, NULL, e);

	*out = (struct decided) { 0 };
	if (st == ST_OK)
		st = queue_flags(d->store, ids_of(ids), &n, add, flags, e);
	return end(d, st, n, sentence(done, n, where), out, e);
}

static char *
to_folder(const struct decider *d, int64_t folder)
{
	struct folder *f = NULL;
	char *text = folder_by_id(d->store, folder, &f, NULL) == ST_OK ?
		g_strdup_printf("to %s", f->name) : NULL;

	folder_free(f);
	return text;
}

/* \Flagged and \Important show what is elsewhere. */
static enum st
refuse_view(const struct decider *d, int64_t folder, struct err *e)
{
	struct folder *f = NULL;
	enum st st = ST_OK;

	if (folder_by_id(d->store, folder, &f, NULL) == ST_OK &&
	    f->attr & FOLDER_VIEW)
		st = err_set(e, ST_REFUSED, "The folder %s shows messages "
			     "that are elsewhere; nothing can be put there.",
			     f->name);
	folder_free(f);
	return st;
}

/* Into the folder, or (0) into one that is made for the role. */
static enum st
move(const struct decider *d, const GArray *ids, int64_t folder,
     enum folder_role role, const char *name, const char *done,
     struct decided *out, struct err *e)
{
	size_t n = ids->len;
	char *where, *what;
	enum st st = folder ? refuse_view(d, folder, e) : ST_OK;

	*out = (struct decided) { 0 };
	if (st != ST_OK)
		return st;
	st = begin(d, role, name, &folder, e);
	if (st == ST_OK)
		st = queue_move(d->store, ids_of(ids), &n, folder, e);
	where = to_folder(d, folder);
	what = sentence(done, n, where);
	g_free(where);
	return end(d, st, n, what, out, e);
}

enum st
decide_move(const struct decider *d, const GArray *ids, int64_t folder,
	    const char *done, struct decided *out, struct err *e)
{
	return move(d, ids, folder, ROLE_NONE, NULL, done, out, e);
}

enum st
decide_copy(const struct decider *d, const GArray *ids, int64_t folder,
	    struct decided *out, struct err *e)
{
	size_t n = ids->len;
	char *where, *what;
	enum st st = refuse_view(d, folder, e);

	*out = (struct decided) { 0 };
	if (st != ST_OK)
		return st;
	st = begin(d, ROLE_NONE, NULL, NULL, e);
	if (st == ST_OK)
		st = queue_copy(d->store, ids_of(ids), &n, folder, e);
	where = to_folder(d, folder);
	what = sentence("Copied", n, where);
	g_free(where);
	return end(d, st, n, what, out, e);
}

enum st
decide_archive(const struct decider *d, const GArray *ids,
	       struct decided *out, struct err *e)
{
	int64_t folder = decide_folder(d, ROLE_ARCHIVE);

	if (!folder)
		folder = decide_folder(d, ROLE_ALL);
	return move(d, ids, folder, ROLE_ARCHIVE, "Archive", "Archived", out,
		    e);
}

/* ---- deleting ----------------------------------------------------------- */

/* Is a Trash made where there is none?  For what is only here, and where the
 * configuration wants one: else its loss would make deletions final. */
static bool
wants_trash(const struct decider *d)
{
	const char *name = configured(d->account, ROLE_TRASH);

	return decide_is_local(d) || (name && *name);
}

/* Those that are in Trash already, or have none to go to, and the others. */
static void
part(struct store *s, const GArray *ids, int64_t trash, GArray *in,
     GArray *out)
{
	for (guint i = 0; i < ids->len; i++) {
		int64_t id = g_array_index(ids, int64_t, i);
		struct message m = { 0 };
		bool there = message_by_id(s, id, &m, NULL) == ST_OK &&
			     m.folder == trash;

		message_clear(&m);
		if (there || !trash)
			g_array_append_val(in, id);
		else
			g_array_append_val(out, id);
	}
}

/* "Moved 2 messages to Trash, deleted 1 for ever" */
static char *
deleted(const struct decider *d, size_t trashed, size_t gone, int64_t trash)
{
	char *where, *first, *all;

	if (!trashed)
		return sentence("Deleted", gone, "for ever");
	where = to_folder(d, trash);
	first = sentence("Moved", trashed, where);
	g_free(where);
	if (!gone)
		return first;
	all = g_strdup_printf("%s, deleted %zu for ever", first, gone);
	g_free(first);
	return all;
}

enum st
decide_delete(const struct decider *d, const GArray *ids,
	      struct decided *out, struct err *e)
{
	GArray *gone = g_array_new(FALSE, FALSE, sizeof(int64_t));
	GArray *trashed = g_array_new(FALSE, FALSE, sizeof(int64_t));
	int64_t trash = decide_folder(d, ROLE_TRASH);
	size_t n, m;
	enum st st = begin(d, wants_trash(d) ? ROLE_TRASH : ROLE_NONE,
			   "Trash", &trash, e);

	*out = (struct decided) { 0 };
	if (st == ST_OK)
		part(d->store, ids, trash, gone, trashed);
	n = gone->len;
	m = trashed->len;
	if (st == ST_OK)
		st = queue_move(d->store, ids_of(trashed), &m, trash, e);
	if (st == ST_OK)
		st = queue_expunge(d->store, ids_of(gone), &n, e);
	st = end(d, st, n + m, deleted(d, m, n, trash), out, e);
	g_array_unref(gone);
	g_array_unref(trashed);
	return st;
}

/* ---- marking first ------------------------------------------------------ */

enum st
decide_mark(const struct decider *d, const GArray *ids, struct decided *out,
	    struct err *e)
{
	const struct flags mark = { .bits = FLAG_DELETED };
	size_t n = ids->len;
	enum st st = begin(d, ROLE_NONE, NULL, NULL, e);

	*out = (struct decided) { 0 };
	if (st == ST_OK)
		st = queue_flags(d->store, ids_of(ids), &n, true, &mark, e);
	return end(d, st, n, sentence("Marked", n, "as deleted"), out, e);
}

enum st
decide_marked(const struct decider *d, int64_t folder, struct decided *out,
	      struct err *e)
{
	GArray *ids = NULL;
	enum st st = queue_marked(d->store, folder, &ids, e);

	*out = (struct decided) { 0 };
	if (st == ST_OK && ids->len)
		st = decide_delete(d, ids, out, e);
	if (ids)
		g_array_unref(ids);
	return st;
}
