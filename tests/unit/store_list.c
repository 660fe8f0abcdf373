/*
 * store_list.c - windows, orders, threads and jumps of a list
 */
#include "store_help.h"

#include <stdlib.h>

#include "model/flags.h"
#include "store/list.h"

static char *home;
static struct store *s;
static int64_t inbox;

static void
setup(void)
{
	home = fresh_dir();
	s = open_worker(home);
	inbox = make_folder(s, "INBOX");
}

static void
teardown(void)
{
	store_close(s);
	wipe(home);
	g_free(home);
}

TestSuite(store_list, .init = setup, .fini = teardown);

/* What a test says of a message. */
struct m {
	uint32_t uid;
	int64_t date;
	const char *from, *subject, *id, *refs;
	int64_t size;
	uint32_t flags;
};

static void
add(const struct m *m)
{
	struct envelope env = {
		.date = m->date, .from = (char *)m->from,
		.subject = (char *)m->subject, .message_id = (char *)m->id,
		.references = (char *)m->refs,
	};
	struct flags f = { m->flags, NULL };

	OK(store_add_envelope(s, inbox, m->uid, &f, m->date, m->size, 0, &env,
			      e));
}

static struct list *
open_list(enum sort sort, bool reverse, bool threaded)
{
	struct list_order order = { sort, reverse, threaded };
	struct list *l = NULL;

	OK(list_open(s, inbox, &order, &l, e));
	return l;
}

/* "5 3 1": the UIDs in order; threaded: depth as leading dots. */
static char *
order_text(struct list *l)
{
	GString *t = g_string_new(NULL);
	struct list_row row;

	for (size_t i = 0; i < list_count(l); i++) {
		size_t n = 1;

		OK(list_rows(l, i, &row, &n, e));
		cr_assert_eq(n, 1);
		cr_assert_eq(list_id_at(l, i), row.id);
		cr_assert_eq(list_position(l, row.id), i);
		g_string_append_printf(t, "%s%.*s%u", i ? " " : "", row.depth,
				       "..........", row.uid);
		list_row_clear(&row);
	}
	return g_string_free(t, FALSE);
}

static void
check_order(enum sort sort, bool reverse, bool threaded, const char *want)
{
	struct list *l = open_list(sort, reverse, threaded);
	char *got = order_text(l);

	cr_assert_str_eq(got, want, "%s: got %s, want %s", sort_name(sort),
			 got, want);
	g_free(got);
	list_close(l);
}

static void
add_five(void)
{
	static const struct m five[] = {
		{ 1, 500, "Zoe <z@x>", "Re: beta", "a", NULL, 30, FLAG_SEEN },
		{ 2, 400, "adam <a@x>", "Alpha", "b", NULL, 10, 0 },
		{ 3, 300, "Bob <b@x>", "beta", "c", NULL, 50, FLAG_SEEN },
		{ 4, 200, "Älva <e@x>", "[list] gamma", "d", NULL, 40, 0 },
		{ 5, 100, "adam <a@x>", "Fwd: alpha", "e", NULL, 20, 0 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(five); i++)
		add(&five[i]);
}

Test(store_list, every_order)
{
	add_five();
	check_order(SORT_ARRIVAL, false, false, "1 2 3 4 5");
	check_order(SORT_ARRIVAL, true, false, "5 4 3 2 1");
	check_order(SORT_DATE, false, false, "5 4 3 2 1");
	check_order(SORT_DATE, true, false, "1 2 3 4 5");
	check_order(SORT_FROM, false, false, "5 2 3 1 4");
	check_order(SORT_FROM, true, false, "4 1 3 2 5");
	check_order(SORT_SUBJECT, false, false, "5 2 3 1 4");
	check_order(SORT_SIZE, false, false, "2 5 1 4 3");
	check_order(SORT_SIZE, true, false, "3 4 1 5 2");
}

Test(store_list, every_order_threaded_without_replies)
{
	add_five();
	check_order(SORT_ARRIVAL, false, true, "1 2 3 4 5");
	check_order(SORT_DATE, false, true, "5 4 3 2 1");
	check_order(SORT_DATE, true, true, "1 2 3 4 5");
	check_order(SORT_FROM, true, true, "4 1 3 2 5");
	check_order(SORT_SUBJECT, false, true, "5 2 3 1 4");
	check_order(SORT_SIZE, false, true, "2 5 1 4 3");
}

static const struct m talk[] = {
	{ 1, 100, "A <a@x>", "talk", "a", NULL, 10, FLAG_SEEN },
	{ 2, 110, "B <b@x>", "other", "b", NULL, 90, FLAG_SEEN },
	{ 3, 120, "C <c@x>", "Re: talk", "c", "a", 20, FLAG_SEEN },
	{ 4, 130, "D <d@x>", "Re: talk", "d", "a c", 30, FLAG_SEEN },
	{ 5, 140, "E <e@x>", "last", "e", NULL, 50, FLAG_SEEN },
	{ 6, 150, "F <f@x>", "Re: talk", "f", "a", 40, 0 },
};

static const char talk_order[] = "2 5 1 .3 ..4 .6";

Test(store_list, threads_oldest_first)
{
	for (size_t i = 0; i < G_N_ELEMENTS(talk); i++)
		add(&talk[i]);
	check_order(SORT_DATE, false, true, talk_order);
	check_order(SORT_DATE, true, true, "1 .3 ..4 .6 5 2");
	check_order(SORT_SIZE, false, true, "1 .3 ..4 .6 5 2");
	check_order(SORT_FROM, true, true, "5 2 1 .3 ..4 .6");
}

Test(store_list, threads_newest_first)
{
	for (size_t i = G_N_ELEMENTS(talk); i-- > 0;)
		add(&talk[i]);
	check_order(SORT_DATE, false, true, talk_order);
	check_verify(s, inbox);
}

/* However they arrive, the order is the same. */
Test(store_list, threads_in_any_order_of_arrival)
{
	GRand *r = g_rand_new_with_seed(7);

	for (int round = 0; round < 40; round++) {
		char *name = g_strdup_printf("F%d", round);
		size_t at[G_N_ELEMENTS(talk)];

		inbox = make_folder(s, name);
		for (size_t i = 0; i < G_N_ELEMENTS(talk); i++)
			at[i] = i;
		OK(store_begin(s, e));
		for (size_t n = G_N_ELEMENTS(talk); n > 0; n--) {
			size_t k = (size_t)g_rand_int_range(r, 0, (gint32)n);

			add(&talk[at[k]]);
			at[k] = at[n - 1];
		}
		OK(store_commit(s, e));
		check_order(SORT_DATE, false, true, talk_order);
		check_verify(s, inbox);
		g_free(name);
	}
	g_rand_free(r);
}

Test(store_list, replies_to_an_absent_message_are_one_thread)
{
	static const struct m two[] = {
		{ 1, 100, "A <a@x>", "Re: x", "a", "gone", 10, 0 },
		{ 2, 105, "M <m@x>", "between", "m", NULL, 10, 0 },
		{ 3, 110, "B <b@x>", "Re: x", "b", "gone", 10, 0 },
	};
	struct m gone = { 4, 90, "G <g@x>", "x", "gone", NULL, 10, 0 };
	struct message m;
	int64_t thread;

	for (size_t i = 0; i < G_N_ELEMENTS(two); i++)
		add(&two[i]);
	OK(message_by_uid(s, inbox, 1, &m, e));
	thread = m.thread;
	message_clear(&m);
	OK(message_by_uid(s, inbox, 3, &m, e));
	cr_assert_eq(m.thread, thread);
	message_clear(&m);
	add(&gone);
	check_order(SORT_DATE, false, true, "2 4 .1 .3");
}

Test(store_list, thread_survives_removals)
{
	struct uidset set = UIDSET_EMPTY;
	static const struct m late = { 7, 160, "H <h@x>", "Re: talk", "h",
				       "c", 10, 0 };

	for (size_t i = 0; i < G_N_ELEMENTS(talk); i++)
		add(&talk[i]);
	uidset_add(&set, 1);
	uidset_add(&set, 3);
	OK(store_remove(s, inbox, &set, false, NULL, e));
	check_verify(s, inbox);
	add(&late);	/* answers a message that went */
	check_order(SORT_DATE, false, false, "2 4 5 6 7");
	check_verify(s, inbox);
	uidset_add_range(&set, 1, 7);
	OK(store_remove(s, inbox, &set, false, NULL, e));
	check_order(SORT_DATE, false, true, "");
	check_verify(s, inbox);
	uidset_clear(&set);
}

Test(store_list, rows_draw_a_tree)
{
	static const struct m tree[] = {
		{ 1, 100, "A <a@x>", "s", "a", NULL, 1, 0 },
		{ 2, 101, "A <a@x>", "s", "b", "a", 1, 0 },
		{ 3, 102, "A <a@x>", "s", "c", "a b", 1, 0 },
		{ 4, 103, "A <a@x>", "s", "d", "a", 1, 0 },
	};
	struct list_row rows[4];
	struct list *l;
	size_t n = 4;

	for (size_t i = 0; i < 4; i++)
		add(&tree[i]);
	l = open_list(SORT_DATE, false, true);
	OK(list_rows(l, 0, rows, &n, e));
	cr_assert_eq(n, 4);
	cr_assert_eq(rows[0].replies, 3);
	cr_assert_eq(rows[1].depth, 1);
	cr_assert_not(rows[1].last_child);
	cr_assert_eq(rows[2].depth, 2);
	cr_assert(rows[2].last_child);
	cr_assert_eq(rows[2].tree, 1u << 1);	/* b has a later sibling */
	cr_assert(rows[3].last_child);
	cr_assert_eq(rows[3].tree, 0);
	for (size_t i = 0; i < 4; i++)
		list_row_clear(&rows[i]);
	list_close(l);
}

/* ---- a larger folder, against arrays ----------------------------------- */

#define MANY 3000

static uint32_t
noise(uint32_t n)
{
	return (n * 2654435761u) >> 7;
}

static void
add_many(void)
{
	OK(store_begin(s, e));
	for (uint32_t uid = 1; uid <= MANY; uid++) {
		struct m m = { .uid = uid, .date = 1000 + noise(uid) % 2000,
			       .from = uid % 2 ? "Odd <o@x>" : "Even <e@x>",
			       .subject = "one for all",
			       .size = noise(uid + 1) % 500,
			       .flags = uid % 97 ? FLAG_SEEN : 0 };
		char id[16], ref[16];

		g_snprintf(id, sizeof(id), "%u@x", uid);
		g_snprintf(ref, sizeof(ref), "%u@x", uid - 1);
		m.id = id;
		m.refs = uid % 5 ? NULL : ref;
		add(&m);
	}
	OK(store_commit(s, e));
}

/* All ids by reading on from the start in screens of 37. */
static GArray *
read_on(struct list *l)
{
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	struct list_row rows[37];

	while (ids->len < list_count(l)) {
		size_t n = G_N_ELEMENTS(rows);

		OK(list_rows(l, ids->len, rows, &n, e));
		cr_assert_gt(n, 0);
		for (size_t i = 0; i < n; i++) {
			g_array_append_val(ids, rows[i].id);
			list_row_clear(&rows[i]);
		}
	}
	return ids;
}

static void
check_jumps(enum sort sort, bool reverse, bool threaded)
{
	struct list *l = open_list(sort, reverse, threaded);
	GArray *ids = read_on(l);
	GHashTable *seen = g_hash_table_new(g_int64_hash, g_int64_equal);

	cr_assert_eq(ids->len, MANY);
	for (guint i = 0; i < MANY; i++)
		g_hash_table_add(seen, &g_array_index(ids, int64_t, i));
	cr_assert_eq(g_hash_table_size(seen), MANY);
	for (uint32_t i = 0; i < 60; i++) {
		size_t pos = noise(i) % MANY;
		int64_t id = g_array_index(ids, int64_t, pos);

		if (i % 3 == 0)
			OK(list_refresh(l, e));
		if (i % 2)
			cr_assert_eq(list_id_at(l, pos), id);
		else
			cr_assert_eq(list_position(l, id), pos);
	}
	cr_assert_eq(list_id_at(l, MANY), 0);
	g_hash_table_destroy(seen);
	g_array_unref(ids);
	list_close(l);
}

Test(store_list, jumps_land_where_reading_on_does)
{
	add_many();
	for (int sort = 0; sort < SORT_MAX; sort++)
		for (int way = 0; way < 4; way++)
			check_jumps((enum sort)sort, way & 1, way & 2);
}

static bool
unread_at(struct list *l, size_t pos)
{
	struct list_row row;
	size_t n = 1;
	bool unread;

	OK(list_rows(l, pos, &row, &n, e));
	unread = !(row.flags & FLAG_SEEN);
	list_row_clear(&row);
	return unread;
}

static size_t
slow_unread(const bool *unread, size_t n, size_t pos, int dir)
{
	for (size_t i = 1; i < n; i++) {
		size_t at = (pos + (dir > 0 ? i : n - i)) % n;

		if (unread[at])
			return at;
	}
	return SIZE_MAX;
}

Test(store_list, next_unread)
{
	add_many();
	for (int way = 0; way < 8; way++) {
		struct list *l = open_list(way & 4 ? SORT_FROM : SORT_DATE,
					   way & 1, way & 2);
		bool *unread = g_new(bool, MANY);

		for (size_t i = 0; i < MANY; i++)
			unread[i] = unread_at(l, i);
		for (uint32_t i = 0; i < 40; i++) {
			size_t pos = noise(i) % MANY;
			int dir = i % 2 ? 1 : -1;

			cr_assert_eq(list_find_unread(l, pos, dir),
				     slow_unread(unread, MANY, pos, dir));
		}
		g_free(unread);
		list_close(l);
	}
}

Test(store_list, none_unread)
{
	struct m m = { 1, 1, "A <a@x>", "s", "a", NULL, 1, FLAG_SEEN };
	struct list *l;

	add(&m);
	l = open_list(SORT_DATE, false, true);
	cr_assert_eq(list_find_unread(l, 0, 1), SIZE_MAX);
	list_close(l);
}

Test(store_list, another_process_adds_and_removes)
{
	struct uidset set = UIDSET_EMPTY;
	struct store *reader = NULL;
	struct list_order order = { SORT_ARRIVAL, false, false };
	struct m m = { 6, 600, "A <a@x>", "s", "a", NULL, 1, 0 };
	struct list *l = NULL;
	int64_t before;

	add_five();
	OK(store_open(home, STORE_READER, &reader, e));
	OK(list_open(reader, inbox, &order, &l, e));
	before = store_generation(reader);
	cr_assert_eq(store_generation(reader), before);
	cr_assert_eq(list_count(l), 5);
	add(&m);
	cr_assert_gt(store_generation(reader), before);
	before = store_generation(reader);
	uidset_add_range(&set, 1, 2);
	OK(store_remove(s, inbox, &set, false, NULL, e));
	cr_assert_gt(store_generation(reader), before);
	OK(list_refresh(l, e));
	cr_assert_eq(list_count(l), 4);
	cr_assert_eq(list_position(l, list_id_at(l, 3)), 3);
	list_close(l);
	store_close(reader);
	uidset_clear(&set);
}

Test(store_list, words_for_orders)
{
	enum sort sort;

	for (int i = 0; i < SORT_MAX; i++) {
		cr_assert(sort_parse(sort_name((enum sort)i), &sort));
		cr_assert_eq(sort, (enum sort)i);
	}
	cr_assert_not(sort_parse("colour", &sort));
}

Test(store_list, folder_that_went)
{
	struct list_order order = { SORT_DATE, false, false };
	struct list *l = open_list(SORT_DATE, false, false), *none = NULL;
	struct err err;

	OK(folder_remove(s, inbox, e));
	cr_assert_eq(list_refresh(l, &err), ST_GONE);
	cr_assert_eq(list_open(s, inbox, &order, &none, &err), ST_GONE);
	list_close(l);
}
