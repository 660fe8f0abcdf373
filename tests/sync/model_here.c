/*
 * model_here.c - what is decided here
 */
#include "sync/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The folders here; the caller unrefs. */
static GPtrArray *
folders_here(struct model *m)
{
	GPtrArray *all = NULL;

	DOES(m, folders_all(m->store, &all, &m->e));
	return all;
}

static const struct folder *
folder_here(struct model *m, const GPtrArray *all)
{
	return all->len ? all->pdata[dice(m, (int)all->len)] : NULL;
}

void
each_here(struct model *m, int64_t folder,
	  void (*visit)(struct model *m, unsigned n, void *ctx), void *ctx)
{
	GPtrArray *all = folders_here(m);
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(int64_t));

	for (guint i = 0; i < all->len; i++) {
		const struct folder *f = all->pdata[i];
		int64_t from = 0;

		if (!folder || f->id == folder)
			message_ids(m->store, f->id, &from, 100000, ids, NULL);
	}
	for (guint i = 0; i < ids->len; i++) {
		struct message msg = { 0 };

		if (message_by_id(m->store, g_array_index(ids, int64_t, i),
				  &msg, NULL) == ST_OK && msg.env.message_id)
			visit(m, (unsigned)atoi(msg.env.message_id), ctx);
		message_clear(&msg);
	}
	g_array_unref(ids);
	g_ptr_array_unref(all);
}

static void
may_go(struct model *m, unsigned n, void *ctx)
{
	fated(m, n, FATE_MAY_GO);
}

/* A message of a folder here: its row, 0: none. */
static int64_t
row_of(struct model *m, const struct folder *f, unsigned *n)
{
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	struct message msg = { 0 };
	int64_t from = 0, id = 0;

	*n = 0;
	message_ids(m->store, f->id, &from, 100000, ids, NULL);
	if (ids->len)
		id = g_array_index(ids, int64_t, dice(m, (int)ids->len));
	if (id && message_by_id(m->store, id, &msg, NULL) == ST_OK &&
	    msg.env.message_id)
		*n = (unsigned)atoi(msg.env.message_id);
	message_clear(&msg);
	g_array_unref(ids);
	return id;
}

/* ---- flags that were decided -------------------------------------------- */

#define WORK FLAG_DELETED	/* stands for the keyword: nobody else's */

static gpointer
wish_key(unsigned n, uint32_t bit)
{
	return GUINT_TO_POINTER(n * 32 + bit);
}

static uint32_t
wish_bits(const struct flags *f)
{
	return (f->bits & ~WORK) | (flags_has_keyword(f, "work") ? WORK : 0);
}

/* Only what makes a difference is decided. */
static void
wish(struct model *m, int64_t id, unsigned n, const struct flags *flags,
     bool on)
{
	struct message msg = { 0 };
	uint32_t has;

	DOES(m, message_by_id(m->store, id, &msg, &m->e));
	has = wish_bits(&msg.flags);
	message_clear(&msg);
	for (uint32_t bit = 1; bit <= WORK; bit <<= 1)
		if (wish_bits(flags) & bit && on != !!(has & bit))
			g_hash_table_insert(m->wish, wish_key(n, bit),
					    GINT_TO_POINTER(on ? 1 : 2));
}

void
unwish(struct model *m, unsigned n, uint32_t bits)
{
	for (uint32_t bit = 1; bit <= WORK; bit <<= 1)
		if (bits & bit)
			g_hash_table_remove(m->wish, wish_key(n, bit));
}

static void
check_wish(struct model *m, int64_t id)
{
	struct message msg = { 0 };
	unsigned n;

	if (message_by_id(m->store, id, &msg, NULL) == ST_OK &&
	    msg.env.message_id) {
		n = (unsigned)atoi(msg.env.message_id);
		for (uint32_t bit = 1; bit <= WORK; bit <<= 1) {
			int on = GPOINTER_TO_INT(g_hash_table_lookup(
				m->wish, wish_key(n, bit)));

			cr_assert(!on || (on == 1) ==
				  !!(wish_bits(&msg.flags) & bit),
				  "flag %x of message %u was decided to be %s",
				  bit, n, on == 1 ? "on" : "off");
		}
	}
	message_clear(&msg);
}

/* Of two there may be one that was copied before, or after. */
static void
forget_uncertain(struct model *m)
{
	GPtrArray *open = NULL;
	GHashTableIter it;
	gpointer n, fate;

	g_hash_table_iter_init(&it, m->fate);
	while (g_hash_table_iter_next(&it, &n, &fate))
		if (GPOINTER_TO_UINT(fate) & FATE_MAY_DOUBLE)
			unwish(m, GPOINTER_TO_UINT(n), UINT32_MAX);
	DOES(m, queue_list(m->store, true, &open, &m->e));
	for (guint i = 0; i < open->len; i++) {
		const struct change *c = open->pdata[i];

		if (c->kind == CHANGE_FLAGS && c->message_id)
			unwish(m, (unsigned)atoi(c->message_id), UINT32_MAX);
	}
	g_ptr_array_unref(open);
}

void
check_wishes(struct model *m)
{
	GPtrArray *all = folders_here(m);
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(int64_t));

	forget_uncertain(m);
	tell("  %u flags must be so\n", g_hash_table_size(m->wish));
	for (guint i = 0; i < all->len; i++) {
		const struct folder *f = all->pdata[i];
		int64_t from = 0;

		message_ids(m->store, f->id, &from, 100000, ids, NULL);
	}
	for (guint i = 0; i < ids->len; i++)
		check_wish(m, g_array_index(ids, int64_t, i));
	g_array_unref(ids);
	g_ptr_array_unref(all);
}

/* ---- deciding ----------------------------------------------------------- */

static enum st
decide_message(struct model *m, const GPtrArray *all, const struct folder *f,
	       int what)
{
	struct flags flags = { 1U << dice(m, 3), dice(m, 3) ? NULL
						: (char *)"work" };
	unsigned n;
	int64_t id = row_of(m, f, &n);
	int64_t dest = folder_here(m, all)->id;
	size_t one = 1;

	tell("here: %d with %u of %s (to %d)\n", what, n, f->name, (int)dest);
	if (!id)
		return ST_OK;
	if (what < 8) {
		bool on = dice(m, 2);
		char *what_of = g_strdup_printf("flags of %u", n);

		DOES(m, queue_retell(m->store, what_of, &m->e));
		g_free(what_of);
		wish(m, id, n, &flags, on);
		return queue_flags(m->store, &id, &one, on, &flags, &m->e);
	}
	if (what < 15)
		return queue_move(m->store, &id, &one, dest, &m->e);
	if (what < 17) {
		fated(m, n, FATE_MAY_DOUBLE | FATE_MAY_GO);
		return queue_copy(m->store, &id, &one, dest, &m->e);
	}
	fated(m, n, FATE_MAY_GO);
	return queue_expunge(m->store, &id, &one, &m->e);
}

/* ST_REFUSED: the name is taken, or the folder waits for something else. */
static enum st
decide_folder(struct model *m, const struct folder *f)
{
	char *name = g_strdup_printf("Here%u", m->next++);
	int64_t id;
	enum st st;

	tell("here: folder %s or %s\n", f->name, name);
	if (has_role(f->name) || dice(m, 3) == 0) {
		st = queue_create(m->store, name, '/', ROLE_NONE, false, &id,
				  &m->e);
	} else if (dice(m, 2)) {
		st = queue_rename(m->store, f->id, name, &m->e);
	} else {
		each_here(m, f->id, may_go, NULL);
		st = queue_delete(m->store, f->id, &m->e);
	}
	g_free(name);
	return st == ST_REFUSED ? ST_OK : st;
}

void
decide(struct model *m)
{
	GPtrArray *all = folders_here(m);
	const struct folder *f = folder_here(m, all);
	int what = dice(m, 22);

	if (f) {
		enum st st;

		DOES(m, store_begin(m->store, &m->e));
		DOES(m, queue_action(m->store, "a decision", &m->e));
		st = what < 20 ? decide_message(m, all, f, what)
			       : decide_folder(m, f);
		DOES(m, st);
		DOES(m, store_commit(m->store, &m->e));
	}
	g_ptr_array_unref(all);
}

void
note_copied(struct model *m)
{
	GPtrArray *open = NULL;

	DOES(m, queue_list(m->store, false, &open, &m->e));
	for (guint i = 0; i < open->len; i++) {
		const struct change *c = open->pdata[i];

		if (c->copied && c->message_id)
			fated(m, (unsigned)atoi(c->message_id),
			      FATE_MAY_DOUBLE | FATE_MAY_GO);
	}
	g_ptr_array_unref(open);
}

/* A deletion that is retried takes what is here by then. */
static void
retry(struct model *m, const struct change *c)
{
	if (c->kind == CHANGE_DELETE)
		each_here(m, c->folder, may_go, NULL);
	queue_retry(m->store, c->seq, NULL);
}

/* Undo, retry or cancel, where that can be done. */
void
think_again(struct model *m)
{
	GPtrArray *open = NULL;
	char *what = NULL;
	unsigned n;

	note_copied(m);
	DOES(m, queue_list(m->store, false, &open, &m->e));
	if (dice(m, 2) == 0 || open->len == 0) {
		queue_undo(m->store, 0, &what, NULL);
		if (what && sscanf(what, "flags of %u", &n) == 1)
			unwish(m, n, UINT32_MAX);
	} else {
		const struct change *c = open->pdata[dice(m, (int)open->len)];

		if (dice(m, 2))
			retry(m, c);
		else if (queue_cancel(m->store, c->seq, NULL) == ST_OK &&
			 c->kind == CHANGE_FLAGS && c->message_id)
			unwish(m, (unsigned)atoi(c->message_id), UINT32_MAX);
	}
	g_free(what);
	g_ptr_array_unref(open);
}
