/*
 * random.c - whatever happens there and is decided here, after the next sync
 * all is level, and no message is lost or doubled
 *
 * A random walk of changes of another client, decisions, undoing, faults,
 * restarts and syncs.  The seed is fixed, so that a run is the same every
 * time; VERSO_SEED takes another walk (0: any, printed) and VERSO_STEPS makes
 * it longer.
 */
#include "sync/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "store/queue.h"

/* What is known of a message, by its number. */
enum fate { FATE_MAY_GO = 1, FATE_MAY_DOUBLE = 2 };

struct walk {
	struct world *w;
	GRand *rand;
	unsigned next;		/* number of the next message */
	GPtrArray *names;	/* folders there */
	int64_t now;		/* seconds since 1970 */
	GHashTable *fate;	/* number -> enum fate bits */
};

static int
dice(struct walk *k, int n)
{
	return g_rand_int_range(k->rand, 0, n);
}

static const char *
a_folder(struct walk *k)
{
	return k->names->pdata[dice(k, (int)k->names->len)];
}

/* A UID that may be there. */
static uint32_t
a_uid(struct walk *k, const char *folder)
{
	for (int i = 0; i < 20; i++) {
		uint32_t uid = (uint32_t)dice(k, 60) + 1;

		if (memory_message_bytes(k->w->server, folder, uid))
			return uid;
	}
	return 0;
}

/* The number in a message's Message-ID. */
static unsigned
number_of(const GByteArray *b)
{
	const char *id = b ? g_strstr_len((const char *)b->data, b->len,
					  "Message-ID: <") : NULL;

	return id ? (unsigned)atoi(id + strlen("Message-ID: <")) : 0;
}

static void
fated(struct walk *k, unsigned n, unsigned fate)
{
	unsigned was = GPOINTER_TO_UINT(g_hash_table_lookup(
		k->fate, GUINT_TO_POINTER(n)));

	g_hash_table_insert(k->fate, GUINT_TO_POINTER(n),
			    GUINT_TO_POINTER(was | fate));
}

/* Messages of a folder: for (uid = 0; (uid = next_uid(…));) */
static uint32_t
next_uid(struct walk *k, const char *folder, uint32_t uid)
{
	while (++uid < 5000)
		if (memory_message_bytes(k->w->server, folder, uid))
			return uid;
	return 0;
}

static void
all_may_go(struct walk *k, const char *folder)
{
	for (uint32_t uid = 0; (uid = next_uid(k, folder, uid));)
		fated(k, number_of(memory_message_bytes(k->w->server, folder,
							uid)), FATE_MAY_GO);
}

/* What could not be put into its folder waits for the person. */
static void
count_parked(struct walk *k, unsigned *seen)
{
	GPtrArray *open = NULL;

	cr_assert_eq(queue_list(k->w->store, true, &open, &k->w->e), ST_OK);
	for (guint i = 0; i < open->len; i++) {
		const struct change *c = open->pdata[i];
		unsigned n = c->message_id ? (unsigned)atoi(c->message_id) : 0;

		if (c->kind == CHANGE_APPEND && n < k->next && !seen[n])
			seen[n] = 1;
	}
	g_ptr_array_unref(open);
}

/* Each message is somewhere, once, unless somebody did away with it. */
static void
check_fates(struct walk *k)
{
	unsigned *seen = g_new0(unsigned, k->next + 1);

	for (guint i = 0; i < k->names->len; i++) {
		const char *folder = k->names->pdata[i];

		for (uint32_t uid = 0; (uid = next_uid(k, folder, uid));)
			seen[number_of(memory_message_bytes(
				k->w->server, folder, uid))]++;
	}
	count_parked(k, seen);
	for (unsigned n = 1; n < k->next; n++) {
		gpointer fate;

		if (!g_hash_table_lookup_extended(k->fate, GUINT_TO_POINTER(n),
						  NULL, &fate))
			continue;
		cr_assert(seen[n] || GPOINTER_TO_UINT(fate) & FATE_MAY_GO,
			  "message %u is lost", n);
		cr_assert(seen[n] < 2 ||
			  GPOINTER_TO_UINT(fate) & FATE_MAY_DOUBLE,
			  "message %u is there %u times", n, seen[n]);
	}
	g_free(seen);
}

/* ---- decisions here ---- */

/* A message shown in some folder here; its row, 0: none. */
static int64_t
a_row(struct walk *k, unsigned *n)
{
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	GPtrArray *folders = NULL;
	struct message m = { 0 };
	int64_t id = 0;

	cr_assert_eq(folders_all(k->w->store, &folders, &k->w->e), ST_OK);
	for (guint i = 0; i < folders->len; i++) {
		const struct folder *f = folders->pdata[i];
		int64_t from = 0;

		message_ids(k->w->store, f->id, &from, 1000, ids, NULL);
	}
	if (ids->len)
		id = g_array_index(ids, int64_t, dice(k, (int)ids->len));
	*n = 0;
	if (id && message_by_id(k->w->store, id, &m, NULL) == ST_OK &&
	    m.env.message_id)
		*n = (unsigned)atoi(m.env.message_id);
	message_clear(&m);
	g_ptr_array_unref(folders);
	g_array_unref(ids);
	return id;
}

static int64_t
a_folder_here(struct walk *k)
{
	GPtrArray *folders = NULL;
	int64_t id;

	cr_assert_eq(folders_all(k->w->store, &folders, &k->w->e), ST_OK);
	id = ((struct folder *)folders->pdata[dice(k, (int)folders->len)])->id;
	g_ptr_array_unref(folders);
	return id;
}

static void
decide(struct walk *k)
{
	struct store *s = k->w->store;
	struct err *e = &k->w->e;
	struct flags f = { 1U << dice(k, 3), dice(k, 3) ? NULL : "work" };
	unsigned n;
	int64_t id = a_row(k, &n);
	size_t one = 1;
	int what = dice(k, 12);
	enum st st;

	if (!id)
		return;
	cr_assert_eq(store_begin(s, e), ST_OK);
	st = queue_action(s, "a decision", e);
	if (st == ST_OK && what < 4) {
		st = queue_flags(s, &id, &one, dice(k, 2), &f, e);
	} else if (st == ST_OK && what < 8) {
		st = queue_move(s, &id, &one, a_folder_here(k), e);
	} else if (st == ST_OK && what < 9) {
		st = queue_copy(s, &id, &one, a_folder_here(k), e);
		fated(k, n, FATE_MAY_DOUBLE | FATE_MAY_GO);
	} else if (st == ST_OK) {
		st = queue_expunge(s, &id, &one, e);
		fated(k, n, FATE_MAY_GO);
	}
	cr_assert_eq(st, ST_OK, "%s", e->text);
	cr_assert_eq(store_commit(s, e), ST_OK, "%s", e->text);
}

/* A message of our own; what becomes of it is told by its number. */
static void
put(struct walk *k)
{
	struct store *s = k->w->store;
	struct err *e = &k->w->e;
	struct flags f = { dice(k, 2) ? FLAG_SEEN : FLAG_DRAFT, NULL };
	char *what = g_strdup_printf("put %u", k->next);
	FILE *file = tmpfile();
	int64_t id;

	fprintf(file, "Subject: put\nMessage-ID: <%u@example.org>\n\n%*s\n",
		k->next, dice(k, 3000), "x");
	fflush(file);
	cr_assert_eq(store_begin(s, e), ST_OK);
	cr_assert_eq(queue_action(s, what, e), ST_OK);
	cr_assert_eq(queue_put(s, a_folder_here(k), fileno(file), &f, k->now,
			       &id, e), ST_OK, "%s", e->text);
	cr_assert_eq(store_commit(s, e), ST_OK, "%s", e->text);
	fated(k, k->next++, 0);
	fclose(file);
	g_free(what);
}

/* It was taken back. */
static void
not_put(struct walk *k, const char *what)
{
	unsigned n;

	if (what && sscanf(what, "put %u", &n) == 1)
		fated(k, n, FATE_MAY_GO);
}

/* Without MOVE a message is copied first; when its source cannot be removed
 * then, it is in both places, and the change is parked. */
static void
note_copied(struct walk *k)
{
	GPtrArray *open = NULL;

	cr_assert_eq(queue_list(k->w->store, false, &open, &k->w->e), ST_OK);
	for (guint i = 0; i < open->len; i++) {
		const struct change *c = open->pdata[i];

		if (c->copied && c->message_id)
			fated(k, (unsigned)atoi(c->message_id),
			      FATE_MAY_DOUBLE | FATE_MAY_GO);
	}
	g_ptr_array_unref(open);
}

/* Undo, retry or cancel something, if that is possible. */
static void
think_again(struct walk *k)
{
	struct store *s = k->w->store;
	GPtrArray *open = NULL;
	char *what = NULL;

	note_copied(k);
	cr_assert_eq(queue_list(s, false, &open, &k->w->e), ST_OK);
	if (dice(k, 2) == 0 || open->len == 0) {
		queue_undo(s, 0, &what, NULL);
		not_put(k, what);
	} else {
		const struct change *c = open->pdata[dice(k, (int)open->len)];

		if (dice(k, 2))
			queue_retry(s, c->seq, NULL);
		else if (queue_cancel(s, c->seq, NULL) == ST_OK &&
			 c->kind == CHANGE_APPEND && c->message_id)
			fated(k, (unsigned)atoi(c->message_id), FATE_MAY_GO);
	}
	g_free(what);
	g_ptr_array_unref(open);
}

/* ---- what another client does ---- */

static void
change(struct walk *k)
{
	struct world *w = k->w;
	const char *folder = a_folder(k);
	uint32_t uid = a_uid(k, folder);
	int what = dice(k, 22);

	if (what < 8) {
		fated(k, k->next, 0);
		world_add(w, folder, k->next++, (size_t)dice(k, 3000),
			  dice(k, 2) ? FLAG_SEEN : 0);
	} else if (what < 13 && uid) {
		world_flags(w, folder, uid, (uint32_t)dice(k, 32));
	} else if (what < 17 && uid &&
		   memory_message_count(w->server, folder) > 1) {
		fated(k, number_of(memory_message_bytes(w->server, folder,
							uid)), FATE_MAY_GO);
		memory_message_remove(w->server, folder, uid);
	} else if (what == 17) {
		memory_folder_renumber(w->server, folder);
	} else if (what == 18 && k->names->len < 6) {
		char *name = g_strdup_printf("F%u", k->next++);

		memory_folder_add(w->server, name, ROLE_NONE);
		g_ptr_array_add(k->names, name);
	} else if (what >= 19 && k->names->len > 1) {
		guint i = 1 + (guint)dice(k, (int)k->names->len - 1);

		if (what == 19) {
			all_may_go(k, k->names->pdata[i]);
			memory_folder_remove(w->server, k->names->pdata[i]);
			g_ptr_array_remove_index(k->names, i);
		} else if (what == 20) {
			char *name = g_strdup_printf("R%u", k->next++);

			memory_folder_rename(w->server, k->names->pdata[i],
					     name);
			g_free(k->names->pdata[i]);
			k->names->pdata[i] = name;
		}
	}
}

static void
trouble(struct walk *k)
{
	static const enum memory_fault faults[] = {
		MEMORY_CUT, MEMORY_REFUSE, MEMORY_LIE_EMPTY,
		MEMORY_LIE_PARTIAL, MEMORY_TRY_LATER, MEMORY_FULL,
	};
	enum memory_fault fault = faults[dice(k, G_N_ELEMENTS(faults))];

	memory_fault_arm(k->w->server, fault,
			 fault == MEMORY_CUT ? dice(k, 6000) : dice(k, 8));
}

static void
pass_time(struct walk *k, int seconds)
{
	char *now;

	k->now += seconds;
	now = g_strdup_printf("%" G_GINT64_FORMAT, k->now);
	g_setenv("VERSO_NOW", now, TRUE);
	g_free(now);
}

/* Faults that are still armed would spoil the comparison; what is doubted
 * is believed an hour later. */
static void
level(struct walk *k)
{
	enum st st = ST_OK;

	for (int i = 0; i < 6; i++) {
		st = world_sync(k->w);
		if (st == ST_OK)
			break;
		pass_time(k, 1801);
	}
	cr_assert_eq(st, ST_OK, "%s: %s (%s)", st_name(st), k->w->e.text,
		     k->w->failure ? k->w->failure : "");
	note_copied(k);
	world_check(k->w);
	check_fates(k);
}

static void
walk(uint32_t caps, bool estimates, uint32_t seed, int steps)
{
	struct walk k = { world_new(caps), g_rand_new_with_seed(seed), 1,
			  g_ptr_array_new_with_free_func(g_free),
			  1800000000, g_hash_table_new(NULL, NULL) };

	memory_server_estimate(k.w->server, estimates);
	fprintf(stderr, "VERSO_SEED=%u\n", seed);
	pass_time(&k, 0);
	g_ptr_array_add(k.names, g_strdup("INBOX"));
	for (int i = 0; i < steps; i++) {
		for (int n = dice(&k, 12); n > 0; n--)
			change(&k);
		for (int n = dice(&k, 6); n > 0; n--)
			decide(&k);
		if (i > 0 && dice(&k, 2) == 0)
			put(&k);
		if (dice(&k, 4) == 0)
			think_again(&k);
		if (dice(&k, 3) == 0) {
			trouble(&k);
			world_sync(k.w);
		}
		if (dice(&k, 5) == 0)
			world_reopen(k.w);
		level(&k);
	}
	g_unsetenv("VERSO_NOW");
	g_hash_table_destroy(k.fate);
	g_ptr_array_unref(k.names);
	g_rand_free(k.rand);
	world_free(k.w);
}

static int
number(const char *name, int otherwise)
{
	const char *text = g_getenv(name);

	return text ? atoi(text) : otherwise;
}

static uint32_t
seed(int otherwise)
{
	int n = number("VERSO_SEED", otherwise);

	return (uint32_t)(n ? n : (int)time(NULL));
}

Test(random, qresync, .timeout = 600)
{
	walk(CAPS_QRESYNC, false, seed(1), number("VERSO_STEPS", 100));
}

Test(random, condstore, .timeout = 600)
{
	walk(CAPS_CONDSTORE, false, seed(2), number("VERSO_STEPS", 100));
}

Test(random, plain, .timeout = 600)
{
	walk(CAPS_PLAIN, false, seed(3), number("VERSO_STEPS", 100));
}

Test(random, without_move, .timeout = 600)
{
	walk(CAPS_QRESYNC & ~(uint32_t)CAP_MOVE, false, seed(4),
	     number("VERSO_STEPS", 100));
}

Test(random, without_uidplus, .timeout = 600)
{
	walk(CAPS_QRESYNC & ~(uint32_t)CAP_UIDPLUS, false, seed(5),
	     number("VERSO_STEPS", 100));
}

Test(random, of_sizes_that_are_estimates, .timeout = 600)
{
	walk(CAPS_QRESYNC, true, seed(6), number("VERSO_STEPS", 100));
}

Test(random, plain_of_sizes_that_are_estimates, .timeout = 600)
{
	walk(CAPS_PLAIN, true, seed(7), number("VERSO_STEPS", 100));
}
