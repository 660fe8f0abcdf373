/*
 * steps.c - what scenarios of changes are made of
 */
#include "sync/steps.h"

#include <stdio.h>

struct world *
begin(const struct world_kind *kind)
{
	const char *why = NULL;
	struct world *w = world_of_kind(kind, &why);

	if (!w) {
		fprintf(stderr, "%s: left out, %s.\n", kind->name, why);
		return NULL;
	}
	world_folder_add(w, "Archive", ROLE_ARCHIVE);
	world_folder_add(w, "Trash", ROLE_TRASH);
	for (unsigned n = 1; n <= 6; n++)
		world_add(w, "INBOX", n, 400, 0);
	SYNCS(w);
	return w;
}

void
finish(struct world *w)
{
	world_check(w);
	world_free(w);
}

int64_t
folder_id(struct world *w, const char *name)
{
	struct folder *f = world_folder(w, name);
	int64_t id = f->id;

	folder_free(f);
	return id;
}

int64_t
row(struct world *w, const char *folder, unsigned n)
{
	char *id = g_strdup_printf("%u@example.org", n);
	struct message m = { 0 };
	int64_t found = 0;

	if (message_by_message_id(w->store, folder_id(w, folder), id, &m,
				  NULL) == ST_OK)
		found = m.id;
	message_clear(&m);
	g_free(id);
	return found;
}

void
flag(struct world *w, unsigned n, bool add, uint32_t bits, const char *words)
{
	struct flags f = { bits, (char *)words };
	int64_t id = row(w, "INBOX", n);
	size_t one = 1;

	DECIDE(w, queue_flags(w->store, &id, &one, add, &f, e));
	cr_assert_eq(one, 1);
}

void
move(struct world *w, const char *from, unsigned n, const char *to)
{
	int64_t id = row(w, from, n), dest = folder_id(w, to);
	size_t one = 1;

	DECIDE(w, queue_move(w->store, &id, &one, dest, e));
	cr_assert_eq(one, 1);
}

void
copy(struct world *w, const char *from, unsigned n, const char *to)
{
	int64_t id = row(w, from, n), dest = folder_id(w, to);
	size_t one = 1;

	DECIDE(w, queue_copy(w->store, &id, &one, dest, e));
	cr_assert_eq(one, 1);
}

void
expunge(struct world *w, const char *from, unsigned n)
{
	int64_t id = row(w, from, n);
	size_t one = 1;

	DECIDE(w, queue_expunge(w->store, &id, &one, e));
	cr_assert_eq(one, 1);
}

struct queue_counts
counts(struct world *w)
{
	struct queue_counts n;

	cr_assert_eq(queue_counts(w->store, &n, &w->e), ST_OK);
	return n;
}

size_t
there(struct world *w, const char *folder)
{
	return world_count(w, folder);
}

uint32_t
flags_there(struct world *w, const char *folder, uint32_t uid)
{
	struct flags f = world_flags_of(w, folder, uid);
	uint32_t bits = f.bits;

	flags_clear(&f);
	return bits;
}

void
undo(struct world *w)
{
	char *what = NULL;

	cr_assert_eq(queue_undo(w->store, 0, &what, &w->e), ST_OK, "%s",
		     w->e.text);
	g_free(what);
}
