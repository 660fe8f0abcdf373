/*
 * model_there.c - what a plain IMAP client does
 */
#include "sync/model.h"

#include <stdlib.h>
#include <string.h>

/* A folder there; the caller frees. */
static char *
folder_there(struct model *m, bool inbox_too)
{
	GPtrArray *all = NULL;
	char *name = NULL;

	DOES(m, driver_folders(m->behind, false, &all, &m->e));
	for (int i = 0; i < 50 && !name; i++) {
		const struct folder_info *f =
			all->pdata[dice(m, (int)all->len)];

		if (!(f->attr & FOLDER_NOSELECT) &&
		    (inbox_too || strcmp(f->name, "INBOX") != 0))
			name = g_strdup(f->name);
	}
	g_ptr_array_unref(all);
	return name ? name : g_strdup("INBOX");
}

static enum st
note_uid(void *ctx, const struct listing *l, struct err *e)
{
	uidset_add(ctx, l->uid);
	return ST_OK;
}

static enum st
pass_vanished(void *ctx, const struct uidset *uids, struct err *e)
{
	return ST_OK;
}

static void
uids_there(struct model *m, const char *folder, struct uidset *uids)
{
	struct listing_sink sink = { uids, note_uid, pass_vanished };
	struct entered in;
	bool full;

	DOES(m, driver_enter(m->behind, folder, NULL, NULL, &in, &m->e));
	DOES(m, driver_changes(m->behind, NULL, &sink, &full, &m->e));
}

static uint32_t
one_of(struct model *m, const struct uidset *uids)
{
	int left = uids->n ? dice(m, (int)uidset_count(uids)) : 0;
	uint32_t uid = 0;
	uint64_t it = 0;

	while (uidset_next(uids, &it, &uid) && left-- > 0)
		;
	return uids->n ? uid : 0;
}

struct names {
	struct model *m;
	GString *text;
	unsigned fate;
	uint32_t flags;		/* these are changed */
};

static enum st
name_begin(void *ctx, const struct fetched *f, int64_t octets, struct err *e)
{
	g_string_truncate(((struct names *)ctx)->text, 0);
	return ST_OK;
}

static enum st
name_data(void *ctx, const char *bytes, size_t len, struct err *e)
{
	g_string_append_len(((struct names *)ctx)->text, bytes, (gssize)len);
	return ST_OK;
}

static enum st
name_end(void *ctx, const struct fetched *f, struct err *e)
{
	struct names *n = ctx;
	const char *id = strchr(n->text->str, '<');

	if (id && n->fate)
		fated(n->m, (unsigned)atoi(id + 1), n->fate);
	if (id)
		unwish(n->m, (unsigned)atoi(id + 1), n->flags);
	return ST_OK;
}

static void
name_abort(void *ctx)
{
}

static enum st
name_missing(void *ctx, uint32_t uid, const char *why, struct err *e)
{
	return ST_OK;
}

static enum st
pass_flags(void *ctx, const struct listing *l, struct err *e)
{
	return ST_OK;
}

/* Something befalls these messages of the entered folder. */
static void
fate_there(struct model *m, const struct uidset *uids, unsigned fate,
	   uint32_t flags)
{
	struct names n = { m, g_string_new(NULL), fate, flags };
	struct fetch_sink sink = { &n, name_begin, name_data, name_end,
				   name_abort, name_missing, pass_flags,
				   pass_vanished };

	DOES(m, driver_fetch(m->behind, uids, FETCH_ID, &sink, &m->e));
	g_string_free(n.text, TRUE);
}

void
all_may_go(struct model *m, const char *folder)
{
	struct uidset all = UIDSET_EMPTY;
	struct entered in;

	if (driver_enter(m->behind, folder, NULL, NULL, &in, &m->e) != ST_OK)
		return;
	uids_there(m, folder, &all);
	if (all.n)
		fate_there(m, &all, FATE_MAY_GO, 0);
	uidset_clear(&all);
}

static void
deliver(struct model *m, const char *folder)
{
	GString *t = g_string_new(NULL);
	struct flags f = { dice(m, 2) ? FLAG_SEEN : 0, NULL };
	int lines = dice(m, 40);
	uint32_t uid;

	g_string_printf(t, "Subject: number %u\r\nMessage-ID: <%u@model>\r\n"
			"\r\n", m->next, m->next);
	for (int i = 0; i < lines; i++)
		g_string_append_printf(t, "line %d of %u\r\n", i, m->next);
	DOES(m, driver_append(m->behind, folder, &f, 1700000000 + m->next,
			      t->str, t->len, &uid, NULL, &m->e));
	tell("there: %u comes to %s\n", m->next, folder);
	fated(m, m->next++, 0);
	g_string_free(t, TRUE);
}

/* Something with one message there. */
static void
change_message(struct model *m, const char *folder, int what)
{
	struct uidset all = UIDSET_EMPTY, one = UIDSET_EMPTY;
	struct flags f = { 1U << dice(m, 3), dice(m, 3) ? NULL
							 : (char *)"todo" };
	char *to = folder_there(m, true);

	uids_there(m, folder, &all);
	if (all.n)
		uidset_add(&one, one_of(m, &all));
	tell("there: %s of %u in %s (%s)\n",
	     what < 5 ? "flags" : what < 8 ? "move" : "expunge",
	     all.n ? one.range[0].first : 0, folder, to);
	if (all.n && what < 5) {
		fate_there(m, &one, 0, f.bits);
		DOES(m, driver_store(m->behind, &one, dice(m, 2), &f, &m->e));
	} else if (what < 8) {
		if (all.n && strcmp(to, folder) != 0 &&
		    driver_capabilities(m->behind) & CAP_MOVE)
			DOES(m, driver_move(m->behind, &one, to, NULL, NULL,
					    NULL, &m->e));
	} else if (all.n) {
		fate_there(m, &one, FATE_MAY_GO, 0);
		DOES(m, driver_expunge(m->behind, &one, &m->e));
	}
	uidset_clear(&all);
	uidset_clear(&one);
	g_free(to);
}

bool
has_role(const char *name)
{
	static const char *const roles[] = { "INBOX", "Sent", "Drafts",
					     "Trash", "Archive", "Junk",
					     NULL };

	return g_strv_contains(roles, name);
}

static void
change_folder(struct model *m)
{
	char *name = folder_there(m, false);
	char *other = g_strdup_printf("There%u", m->next++);

	tell("there: folder %s or %s\n", name, other);
	if (has_role(name) || dice(m, 2)) {
		DOES(m, driver_folder(m->behind, FOLDER_CREATE, other, NULL,
				      &m->e));
	} else if (dice(m, 2)) {
		DOES(m, driver_folder(m->behind, FOLDER_RENAME, name, other,
				      &m->e));
	} else {
		all_may_go(m, name);
		DOES(m, driver_folder(m->behind, FOLDER_DELETE, name, NULL,
				      &m->e));
	}
	g_free(other);
	g_free(name);
}

/* Its session ends when the folder it is in is deleted. */
static void
come_back(struct model *m)
{
	struct entered in;

	if (driver_enter(m->behind, "INBOX", NULL, NULL, &in, &m->e) == ST_OK)
		return;
	driver_close(m->behind, false, NULL);
	DOES(m, driver_open(m->behind, &m->e));
}

void
change(struct model *m)
{
	char *folder;
	int what = dice(m, 20);

	come_back(m);
	folder = folder_there(m, true);
	if (what < 8)
		deliver(m, folder);
	else if (what < 18)
		change_message(m, folder, what - 8);
	else
		change_folder(m);
	g_free(folder);
}
