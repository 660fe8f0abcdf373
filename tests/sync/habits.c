/*
 * habits.c - servers with habits of their own: labels instead of folders
 * (Gmail), no tags (Exchange)
 */
#include "sync/world.h"

#include "store/queue.h"
#include "sync/prove.h"

#define CAPS_LABELS ((CAPS_QRESYNC & ~(uint32_t)CAP_QRESYNC) | CAP_LABELS)
#define CAPS_NO_TAGS (CAP_FOLDERS | CAP_UIDS | CAP_FLAGS | CAP_UIDPLUS | \
	CAP_MOVE | CAP_IDLE | CAP_APPEND | CAP_PEEK)

#define ALL "[Gmail]/All Mail"
#define BIN "[Gmail]/Bin"

static size_t
there(struct world *w, const char *folder)
{
	return memory_message_count(w->server, folder);
}

/* The row of message number n. */
static int64_t
row(struct world *w, const char *folder, unsigned n)
{
	char *id = g_strdup_printf("%u@example.org", n);
	struct folder *f = world_folder(w, folder);
	struct message m = { 0 };

	message_by_message_id(w->store, f->id, id, &m, NULL);
	n = (unsigned)m.id;
	message_clear(&m);
	folder_free(f);
	g_free(id);
	return n;
}

enum what { MOVE, COPY, EXPUNGE, TAG, UNTAG };

/* Decide something about message number n. */
static void
decide(struct world *w, enum what what, const char *folder, unsigned n,
       const char *to)
{
	struct folder *dest = what < EXPUNGE ? world_folder(w, to) : NULL;
	struct flags f = { 0, what >= TAG ? (char *)to : NULL };
	int64_t id = row(w, folder, n);
	size_t one = 1;
	enum st st = store_begin(w->store, &w->e);

	if (st == ST_OK)
		st = queue_action(w->store, "Something", &w->e);
	if (st == ST_OK && what == MOVE)
		st = queue_move(w->store, &id, &one, dest->id, &w->e);
	if (st == ST_OK && what == COPY)
		st = queue_copy(w->store, &id, &one, dest->id, &w->e);
	if (st == ST_OK && what == EXPUNGE)
		st = queue_expunge(w->store, &id, &one, &w->e);
	if (st == ST_OK && what >= TAG)
		st = queue_flags(w->store, &id, &one, what == TAG, &f, &w->e);
	if (st == ST_OK)
		st = store_commit(w->store, &w->e);
	cr_assert_eq(st, ST_OK, "%s", w->e.text);
	cr_assert_eq(one, 1);
	folder_free(dest);
}

static void
nothing_is_left(struct world *w)
{
	struct queue_counts n;

	cr_assert_eq(queue_counts(w->store, &n, &w->e), ST_OK);
	cr_assert_eq(n.waiting, 0);
	cr_assert_eq(n.parked, 0);
}

/* ---- labels ------------------------------------------------------------ */

static struct world *
labels(void)
{
	struct world *w = world_new(CAPS_LABELS);

	memory_folder_add(w->server, ALL, ROLE_ALL);
	memory_folder_add(w->server, BIN, ROLE_TRASH);
	memory_folder_add(w->server, "Work", ROLE_NONE);
	for (unsigned n = 1; n <= 6; n++)
		world_add(w, "INBOX", n, 400, 0);
	world_add(w, "Work", 1, 400, 0);
	cr_assert_eq(there(w, ALL), 6);
	SYNCS(w);
	world_check(w);
	return w;
}

/* Once more, and both sides are the same. */
static void
finish(struct world *w)
{
	SYNCS(w);
	nothing_is_left(w);
	world_check(w);
	world_free(w);
}

Test(habits, what_is_deleted_goes_to_the_bin_and_no_label_keeps_it)
{
	struct world *w = labels();

	decide(w, EXPUNGE, "INBOX", 1, NULL);
	decide(w, EXPUNGE, ALL, 2, NULL);
	SYNCS(w);
	cr_assert_eq(there(w, "INBOX"), 4);
	cr_assert_eq(there(w, "Work"), 0);
	cr_assert_eq(there(w, ALL), 4);
	cr_assert_eq(there(w, BIN), 2);
	SYNCS(w);
	cr_assert(row(w, BIN, 1) && row(w, BIN, 2));
	decide(w, EXPUNGE, BIN, 1, NULL);
	SYNCS(w);
	cr_assert_eq(there(w, BIN), 1);
	finish(w);
}

/* What is sent stands in Sent there by itself; who queues a letter is told. */
Test(habits, labels_keep_what_is_sent)
{
	struct world *w = labels(), *plain = world_new(CAPS_QRESYNC);
	char *kept = store_fact_get(w->store, "account.saves-sent"), *none;

	SYNCS(plain);
	none = store_fact_get(plain->store, "account.saves-sent");
	cr_assert_str_eq(kept, "1");
	cr_assert(!none || strcmp(none, "1") != 0);
	g_free(kept);
	g_free(none);
	world_free(plain);
	finish(w);
}

Test(habits, a_label_is_not_deleted_into_nowhere)
{
	struct world *w = labels();
	struct queue_counts n;

	memory_folder_remove(w->server, BIN);
	decide(w, EXPUNGE, "Work", 1, NULL);
	cr_assert_eq(world_sync(w), ST_REFUSED);
	cr_assert(strstr(w->failure, "label"), "%s", w->failure);
	cr_assert_eq(queue_counts(w->store, &n, &w->e), ST_OK);
	cr_assert_eq(n.parked, 1);
	cr_assert_eq(there(w, "Work"), 1);
	cr_assert(row(w, "Work", 1) != 0);
	world_free(w);
}

Test(habits, archiving_takes_a_label_off_and_doubles_nothing)
{
	struct world *w = labels();

	decide(w, MOVE, "INBOX", 1, ALL);
	decide(w, MOVE, "INBOX", 2, ALL);
	SYNCS(w);
	cr_assert_eq(there(w, "INBOX"), 4);
	cr_assert_eq(there(w, ALL), 6);
	cr_assert_eq(there(w, "Work"), 1);
	finish(w);
}

Test(habits, what_gets_a_label_stays_with_all)
{
	struct world *w = labels();

	decide(w, MOVE, ALL, 2, "Work");
	decide(w, COPY, "INBOX", 3, "Work");
	decide(w, COPY, "INBOX", 1, "Work");
	SYNCS(w);
	cr_assert_eq(there(w, "Work"), 3);
	cr_assert_eq(there(w, ALL), 6);
	cr_assert_eq(there(w, "INBOX"), 6);
	finish(w);
}

/* ---- no tags ----------------------------------------------------------- */

static bool
is_tagged(struct world *w, unsigned n, const char *tag)
{
	struct message m = { 0 };
	bool tagged;

	cr_assert_eq(message_by_id(w->store, row(w, "INBOX", n), &m, &w->e),
		     ST_OK);
	tagged = flags_has_keyword(&m.flags, tag);
	message_clear(&m);
	return tagged;
}

static void
on_difference(void *ctx, const char *folder, const char *sentence)
{
	cr_expect_fail("%s: %s", folder, sentence);
}

static void
proves(struct world *w)
{
	struct prove_events events = { NULL, on_difference, NULL };
	struct sync *s;

	cr_assert_eq(driver_open(w->driver, &w->e), ST_OK);
	s = sync_new(w->account, w->store, w->driver, NULL);
	cr_assert_eq(sync_prove(s, NULL, true, &events, &w->e), ST_OK, "%s",
		     w->e.text);
	sync_free(s);
	driver_close(w->driver, true, NULL);
}

Test(habits, tags_stay_here_where_the_server_keeps_none)
{
	struct world *w = world_new(CAPS_NO_TAGS);

	for (unsigned n = 1; n <= 3; n++)
		world_add(w, "INBOX", n, 400, 0);
	SYNCS(w);
	decide(w, TAG, "INBOX", 1, "work");
	decide(w, TAG, "INBOX", 2, "home");
	SYNCS(w);
	nothing_is_left(w);
	cr_assert(is_tagged(w, 1, "work") && is_tagged(w, 2, "home"));
	cr_assert_null(memory_flags_of(w->server, "INBOX", 1)->keywords);
	world_flags(w, "INBOX", 1, FLAG_SEEN);
	decide(w, UNTAG, "INBOX", 2, "home");
	world_add(w, "INBOX", 4, 400, 0);
	SYNCS(w);
	nothing_is_left(w);
	cr_assert(is_tagged(w, 1, "work") && !is_tagged(w, 2, "home"));
	world_reopen(w);
	SYNCS(w);
	cr_assert(is_tagged(w, 1, "work"));
	proves(w);
	world_free(w);
}

/* Decide something about the flags of message number n. */
static void
mark(struct world *w, unsigned n, bool add, const struct flags *f)
{
	int64_t id = row(w, "INBOX", n);
	size_t one = 1;

	cr_assert_eq(store_begin(w->store, &w->e), ST_OK);
	cr_assert_eq(queue_action(w->store, "Something", &w->e), ST_OK);
	cr_assert_eq(queue_flags(w->store, &id, &one, add, f, &w->e), ST_OK);
	cr_assert_eq(store_commit(w->store, &w->e), ST_OK);
}

Test(habits, without_tags_all_else_is_sent)
{
	struct world *w = world_new(CAPS_NO_TAGS);
	struct flags f = { FLAG_FLAGGED, (char *)"work" };

	world_add(w, "INBOX", 1, 400, 0);
	SYNCS(w);
	mark(w, 1, true, &f);
	SYNCS(w);
	nothing_is_left(w);
	cr_assert_eq(memory_flags_of(w->server, "INBOX", 1)->bits,
		     FLAG_FLAGGED);
	cr_assert(is_tagged(w, 1, "work"));
	world_free(w);
}

/* Sync so that the command for a decision is refused. */
static void
refuse(struct world *w, int64_t parked)
{
	struct queue_counts n = { .parked = 0 };

	/* folders, enter, list, store */
	memory_fault_arm(w->server, MEMORY_REFUSE, 4);
	cr_assert_eq(world_sync(w), ST_REFUSED);
	cr_assert_eq(queue_counts(w->store, &n, &w->e), ST_OK);
	cr_assert_eq(n.parked, parked);
}

Test(habits, tags_that_are_here_alone_are_taken_back)
{
	struct world *w = world_new(CAPS_NO_TAGS);
	struct flags f = { FLAG_FLAGGED, (char *)"work" };

	world_add(w, "INBOX", 1, 400, 0);
	SYNCS(w);
	mark(w, 1, true, &f);
	refuse(w, 1);
	cr_assert_not(is_tagged(w, 1, "work"));
	SYNCS(w);
	cr_assert_not(is_tagged(w, 1, "work"));
	mark(w, 1, true, &f);
	SYNCS(w);
	mark(w, 1, false, &f);
	refuse(w, 2);
	cr_assert(is_tagged(w, 1, "work"));
	SYNCS(w);
	cr_assert(is_tagged(w, 1, "work"));
	world_free(w);
}

/* ---- no roles ---------------------------------------------------------- */

Test(habits, roles_are_guessed_where_the_server_has_none)
{
	static const struct {
		uint32_t caps;
		enum folder_role role;
	} rows[] = {
		{ CAPS_PLAIN, ROLE_TRASH }, { CAPS_QRESYNC, ROLE_NONE },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct world *w = world_new(rows[i].caps);
		struct folder *f;

		memory_folder_add(w->server, "Trash", ROLE_NONE);
		memory_folder_add(w->server, "Deleted Items", ROLE_NONE);
		SYNCS(w);
		f = world_folder(w, "Trash");
		cr_assert_eq(f->role, rows[i].role);
		folder_free(f);
		/* One of a kind is enough. */
		f = world_folder(w, "Deleted Items");
		cr_assert_eq(f->role, ROLE_NONE);
		folder_free(f);
		world_free(w);
	}
}
