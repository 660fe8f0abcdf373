/*
 * store_queue_help.h - an account with two folders, decisions about its
 * messages, and a server that does what is due
 */
#ifndef VERSO_TESTS_STORE_QUEUE_HELP_H
#define VERSO_TESTS_STORE_QUEUE_HELP_H

#include "store_help.h"

#include "model/flags.h"
#include "store/list.h"
#include "store/queue.h"

static char *dir;
static struct store *s;
static int64_t inbox, archive;

static inline void
parse(const char *header, size_t len, struct envelope *env)
{
	const char *at = g_strstr_len(header, (gssize)len, "Message-ID: <");
	const char *end = at ? strchr(at, '>') : NULL;

	if (end)
		env->message_id = g_strndup(at + 13, (gsize)(end - at - 13));
}

static inline void
setup(void)
{
	store_set_parser(parse);
	dir = fresh_dir();
	s = open_worker(dir);
	inbox = make_folder(s, "INBOX");
	archive = make_folder(s, "Archive");
	OK(folder_set_uidvalidity(s, inbox, 11, e));
	OK(folder_set_uidvalidity(s, archive, 22, e));
	OK(store_begin(s, e));
	for (uint32_t uid = 1; uid <= 5; uid++)
		put_message(s, inbox, uid, 300, 0);
	OK(store_commit(s, e));
}

static inline void
teardown(void)
{
	check_verify(s, inbox);
	check_verify(s, archive);
	store_close(s);
	wipe(dir);
	g_free(dir);
}

static inline int64_t
row_of(int64_t folder, uint32_t uid)
{
	struct message m;
	int64_t id;

	OK(message_by_uid(s, folder, uid, &m, e));
	id = m.id;
	message_clear(&m);
	return id;
}

/* The row ids of a folder as a list shows them, in order of arrival. */
static inline size_t
listed(int64_t folder, int64_t *ids, size_t max)
{
	struct list_order order = { .sort = SORT_ARRIVAL };
	struct list *l = NULL;
	size_t n;

	OK(list_open(s, folder, &order, &l, e));
	n = list_count(l);
	for (size_t i = 0; i < n && i < max; i++)
		ids[i] = list_id_at(l, i);
	list_close(l);
	return n;
}

static inline size_t
shown(int64_t folder)
{
	int64_t ids[16];

	return listed(folder, ids, 16);
}

static inline int64_t
first_of(int64_t folder)
{
	int64_t ids[16] = { 0 };

	cr_assert(listed(folder, ids, 16) > 0);
	return ids[0];
}

static inline struct change *
next_due(int64_t folder)
{
	GPtrArray *all = NULL;
	struct change *c = NULL;

	OK(queue_due(s, folder, &all, e));
	if (all->len)
		c = g_ptr_array_steal_index(all, 0);
	g_ptr_array_unref(all);
	return c;
}

static inline int64_t
waiting(void)
{
	struct queue_counts n;

	OK(queue_counts(s, &n, e));
	return n.waiting;
}

static inline int64_t
parked(void)
{
	struct queue_counts n;

	OK(queue_counts(s, &n, e));
	return n.parked;
}

/* The server does what is due in a folder, numbering from uid. */
static inline void
serve(int64_t folder, uint32_t uid)
{
	struct change *c;

	while ((c = next_due(folder))) {
		bool numbers = uid && c->kind != CHANGE_FLAGS;

		OK(queue_done(s, c, numbers ? uid++ : 0, e));
		change_free(c);
	}
}

static inline void
act(const char *what)
{
	OK(store_begin(s, e));
	OK(queue_action(s, what, e));
}

static inline void
move(int64_t id, int64_t dest, size_t want)
{
	size_t n = 1;

	act("Moved 1 message");
	OK(queue_move(s, &id, &n, dest, e));
	OK(store_commit(s, e));
	cr_assert_eq(n, want);
}

static inline void
expunge(int64_t id)
{
	size_t n = 1;

	act("Deleted 1 message");
	OK(queue_expunge(s, &id, &n, e));
	OK(store_commit(s, e));
	cr_assert_eq(n, 1);
}

static inline void
flag(int64_t id, bool add, uint32_t bits, const char *keywords, size_t want)
{
	struct flags f = { bits, (char *)keywords };
	size_t n = 1;

	act("Flagged 1 message");
	OK(queue_flags(s, &id, &n, add, &f, e));
	OK(store_commit(s, e));
	cr_assert_eq(n, want);
}

static inline void
undo(void)
{
	char *what = NULL;

	OK(queue_undo(s, 0, &what, e));
	cr_assert_not_null(what);
	g_free(what);
}

static inline uint32_t
bits_of(int64_t id)
{
	struct message m;
	uint32_t bits;

	OK(message_by_id(s, id, &m, e));
	bits = m.flags.bits;
	message_clear(&m);
	return bits;
}

static inline void
check_bytes(int64_t id, uint32_t uid)
{
	char *wire = make_text(uid, 300), *want = to_lf(wire);
	GBytes *got = NULL;

	OK(message_bytes(s, id, &got, e));
	cr_assert_eq(g_bytes_get_size(got), strlen(want));
	cr_assert_eq(memcmp(g_bytes_get_data(got, NULL), want, strlen(want)),
		     0);
	g_bytes_unref(got);
	g_free(want);
	g_free(wire);
}

static inline int64_t
there(int64_t folder)
{
	struct folder *f = NULL;
	int64_t n;

	OK(folder_by_id(s, folder, &f, e));
	n = f->there;
	folder_free(f);
	return n;
}

static inline void
server_says(uint32_t uid, uint32_t bits, const char *keywords)
{
	struct flags f = { bits, (char *)keywords };

	OK(store_set_flags(s, inbox, uid, &f, 0, e));
}

static inline void
server_removes(int64_t folder, uint32_t uid)
{
	struct uidset one = UIDSET_EMPTY;

	uidset_add(&one, uid);
	OK(store_remove(s, folder, &one, true, NULL, e));
	uidset_clear(&one);
}

#endif
