/*
 * push.c - what is decided here reaches the server, once, and both sides are
 * the same afterwards; over servers that can more and less
 */
#include "sync/world.h"

#include <stdio.h>

#include "model/flags.h"
#include "store/list.h"
#include "store/queue.h"
#include "store/verify.h"

static const uint32_t servers[] = {
	CAPS_QRESYNC, CAPS_CONDSTORE, CAPS_PLAIN,
	CAPS_QRESYNC & ~(uint32_t)CAP_MOVE,
	CAPS_QRESYNC & ~(uint32_t)CAP_UIDPLUS,
	CAPS_QRESYNC & ~(uint32_t)(CAP_MOVE | CAP_UIDPLUS),
};

static struct world *
begin(uint32_t caps)
{
	struct world *w = world_new(caps);

	memory_folder_add(w->server, "Archive", ROLE_ARCHIVE);
	memory_folder_add(w->server, "Trash", ROLE_TRASH);
	for (unsigned n = 1; n <= 6; n++)
		world_add(w, "INBOX", n, 400, 0);
	SYNCS(w);
	return w;
}

static void
finish(struct world *w)
{
	world_check(w);
	world_free(w);
}

static int64_t
folder_id(struct world *w, const char *name)
{
	struct folder *f = world_folder(w, name);
	int64_t id = f->id;

	folder_free(f);
	return id;
}

/* The row of message number n, wherever it is shown. */
static int64_t
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

#define DECIDE(w, call) \
	do { \
		struct err *e = &(w)->e; \
		cr_assert_eq(store_begin((w)->store, e), ST_OK); \
		cr_assert_eq(queue_action((w)->store, #call, e), ST_OK); \
		cr_assert_eq(call, ST_OK, "%s", e->text); \
		cr_assert_eq(store_commit((w)->store, e), ST_OK); \
	} while (0)

static void
flag(struct world *w, unsigned n, bool add, uint32_t bits, const char *words)
{
	struct flags f = { bits, (char *)words };
	int64_t id = row(w, "INBOX", n);
	size_t one = 1;

	DECIDE(w, queue_flags(w->store, &id, &one, add, &f, e));
	cr_assert_eq(one, 1);
}

static void
move(struct world *w, const char *from, unsigned n, const char *to)
{
	int64_t id = row(w, from, n), dest = folder_id(w, to);
	size_t one = 1;

	DECIDE(w, queue_move(w->store, &id, &one, dest, e));
	cr_assert_eq(one, 1);
}

static void
copy(struct world *w, const char *from, unsigned n, const char *to)
{
	int64_t id = row(w, from, n), dest = folder_id(w, to);
	size_t one = 1;

	DECIDE(w, queue_copy(w->store, &id, &one, dest, e));
	cr_assert_eq(one, 1);
}

static void
expunge(struct world *w, const char *from, unsigned n)
{
	int64_t id = row(w, from, n);
	size_t one = 1;

	DECIDE(w, queue_expunge(w->store, &id, &one, e));
	cr_assert_eq(one, 1);
}

static struct queue_counts
counts(struct world *w)
{
	struct queue_counts n;

	cr_assert_eq(queue_counts(w->store, &n, &w->e), ST_OK);
	return n;
}

static size_t
there(struct world *w, const char *folder)
{
	return memory_message_count(w->server, folder);
}

static uint32_t
flags_there(struct world *w, const char *folder, uint32_t uid)
{
	return memory_flags_of(w->server, folder, uid)->bits;
}

static void
undo(struct world *w)
{
	char *what = NULL;

	cr_assert_eq(queue_undo(w->store, 0, &what, &w->e), ST_OK, "%s",
		     w->e.text);
	g_free(what);
}

#define EACH_SERVER(Name) \
	static void Name##_on(struct world *w); \
	Test(push, Name, .timeout = 300) \
	{ \
		for (size_t i_ = 0; i_ < G_N_ELEMENTS(servers); i_++) { \
			struct world *w = begin(servers[i_]); \
			Name##_on(w); \
			finish(w); \
		} \
	} \
	static void Name##_on(struct world *w)

EACH_SERVER(flags_and_tags_are_sent)
{
	flag(w, 1, true, FLAG_SEEN | FLAG_FLAGGED, "work");
	flag(w, 2, true, FLAG_SEEN, NULL);
	flag(w, 1, false, FLAG_SEEN, NULL);
	SYNCS(w);
	cr_assert_eq(flags_there(w, "INBOX", 1), FLAG_FLAGGED);
	cr_assert_eq(flags_there(w, "INBOX", 2), FLAG_SEEN);
	cr_assert(flags_has_keyword(memory_flags_of(w->server, "INBOX", 1),
				    "work"));
	cr_assert_eq(counts(w).waiting, 0);
}

EACH_SERVER(flags_of_both_sides_are_merged)
{
	flag(w, 1, true, FLAG_FLAGGED, NULL);
	world_flags(w, "INBOX", 1, FLAG_SEEN | FLAG_ANSWERED);
	SYNCS(w);
	cr_assert_eq(flags_there(w, "INBOX", 1),
		     FLAG_SEEN | FLAG_ANSWERED | FLAG_FLAGGED);
}

EACH_SERVER(a_move_is_the_same_on_both_sides)
{
	move(w, "INBOX", 3, "Archive");
	move(w, "INBOX", 4, "Archive");
	SYNCS(w);
	cr_assert_eq(there(w, "INBOX"), 4);
	cr_assert_eq(there(w, "Archive"), 2);
	cr_assert(row(w, "Archive", 3) != 0);
	cr_assert_eq(counts(w).waiting, 0);
	SYNCS(w);
}

EACH_SERVER(a_copy_is_made_once)
{
	copy(w, "INBOX", 3, "Archive");
	SYNCS(w);
	SYNCS(w);
	cr_assert_eq(there(w, "INBOX"), 6);
	cr_assert_eq(there(w, "Archive"), 1);
}

EACH_SERVER(deleted_for_ever_is_gone_there)
{
	expunge(w, "INBOX", 2);
	expunge(w, "INBOX", 5);
	SYNCS(w);
	cr_assert_eq(there(w, "INBOX"), 4);
	undo(w);
	SYNCS(w);
	cr_assert_eq(there(w, "INBOX"), 5);
	cr_assert(row(w, "INBOX", 5) != 0);
}

EACH_SERVER(undo_after_it_was_sent_moves_it_back)
{
	move(w, "INBOX", 3, "Archive");
	SYNCS(w);
	undo(w);
	SYNCS(w);
	cr_assert_eq(there(w, "INBOX"), 6);
	cr_assert_eq(there(w, "Archive"), 0);
}

EACH_SERVER(a_message_is_moved_on_and_flagged_before_it_arrived)
{
	int64_t id;
	size_t one = 1;
	struct flags f = { FLAG_FLAGGED, NULL };

	move(w, "INBOX", 3, "Archive");
	id = row(w, "Archive", 3);
	DECIDE(w, queue_flags(w->store, &id, &one, true, &f, e));
	move(w, "Archive", 3, "Trash");
	SYNCS(w);
	cr_assert_eq(there(w, "Archive"), 0);
	cr_assert_eq(there(w, "Trash"), 1);
	cr_assert_eq(counts(w).waiting, 0);
	cr_assert(row(w, "Trash", 3) != 0);
}

EACH_SERVER(a_removal_there_wins_over_flags_here)
{
	flag(w, 2, true, FLAG_FLAGGED, NULL);
	memory_message_remove(w->server, "INBOX", 2);
	SYNCS(w);
	cr_assert_eq(counts(w).waiting, 0);
	cr_assert_eq(counts(w).parked, 0);
}

EACH_SERVER(deleting_what_was_answered_meanwhile_needs_you)
{
	GPtrArray *parked = NULL;
	struct change *c;

	/* Without SPECIAL-USE the configuration says which it is. */
	w->account->trash = g_strdup("Trash");
	move(w, "INBOX", 2, "Trash");
	expunge(w, "INBOX", 3);
	move(w, "INBOX", 4, "Archive");
	world_flags(w, "INBOX", 2, FLAG_ANSWERED);
	world_flags(w, "INBOX", 3, FLAG_FLAGGED);
	world_flags(w, "INBOX", 4, FLAG_FLAGGED);
	cr_assert_eq(world_sync(w), ST_REFUSED);
	cr_assert_eq(counts(w).parked, 2);
	cr_assert_eq(there(w, "INBOX"), 5);
	cr_assert_eq(there(w, "Archive"), 1);
	cr_assert(row(w, "INBOX", 2) && row(w, "INBOX", 3));
	cr_assert_eq(queue_list(w->store, true, &parked, &w->e), ST_OK);
	c = parked->pdata[0];
	cr_assert(strstr(c->why, "answered or flagged"));
	cr_assert_eq(queue_retry(w->store, c->seq, &w->e), ST_OK);
	c = parked->pdata[1];
	cr_assert_eq(queue_cancel(w->store, c->seq, &w->e), ST_OK);
	g_ptr_array_unref(parked);
	SYNCS(w);
	cr_assert_eq(there(w, "Trash"), 1);
	cr_assert_eq(there(w, "INBOX"), 4);
	cr_assert_eq(counts(w).parked, 0);
}

/* Another client moved it: ours is the later one, and nothing is doubled. */
EACH_SERVER(of_two_moves_the_later_holds)
{
	const GByteArray *b = memory_message_bytes(w->server, "INBOX", 3);

	move(w, "INBOX", 3, "Archive");
	memory_message_add(w->server, "Trash", (const char *)b->data, b->len,
			   memory_flags_of(w->server, "INBOX", 3), 1600000003);
	memory_message_remove(w->server, "INBOX", 3);
	SYNCS(w);
	SYNCS(w);
	cr_assert_eq(there(w, "Trash"), 0);
	cr_assert_eq(there(w, "Archive"), 1);
	cr_assert_eq(there(w, "INBOX"), 5);
}

EACH_SERVER(a_renamed_folder_takes_its_queue_along)
{
	move(w, "INBOX", 3, "Archive");
	SYNCS(w);
	move(w, "Archive", 3, "Trash");
	memory_folder_rename(w->server, "Archive", "Old");
	world_sync(w);
	SYNCS(w);
	cr_assert_eq(there(w, "Trash"), 1);
	cr_assert_eq(there(w, "Old"), 0);
}

EACH_SERVER(new_numbers_do_not_mislead_a_deletion)
{
	expunge(w, "INBOX", 2);
	memory_folder_renumber(w->server, "INBOX");
	world_sync(w);
	SYNCS(w);
	cr_assert_eq(there(w, "INBOX"), 5);
	cr_assert_eq(row(w, "INBOX", 2), 0);
	cr_assert(row(w, "INBOX", 3) != 0);
}

EACH_SERVER(a_refused_change_is_parked_and_the_others_go_on)
{
	flag(w, 1, true, FLAG_SEEN, NULL);
	expunge(w, "INBOX", 5);
	for (int i = 2; i < 12; i++) {
		memory_fault_arm(w->server, MEMORY_REFUSE, i);
		world_sync(w);
	}
	for (int i = 0; i < 3; i++)
		world_sync(w);
	cr_assert_eq(counts(w).waiting, 0);
}

static void
retry_parked(struct world *w)
{
	GPtrArray *parked = NULL;

	cr_assert_eq(queue_list(w->store, true, &parked, &w->e), ST_OK);
	for (guint i = 0; i < parked->len; i++)
		queue_retry(w->store, ((struct change *)parked->pdata[i])->seq,
			    &w->e);
	g_ptr_array_unref(parked);
	while (world_sync(w) != ST_OK)
		;
}

/* The source of a move stays when it cannot be copied. */
EACH_SERVER(a_refused_move_loses_nothing)
{
	for (int i = 1; i < 14; i++) {
		move(w, "INBOX", 3, "Archive");
		memory_fault_arm(w->server, MEMORY_REFUSE, i);
		for (int n = 0; n < 4; n++)
			world_sync(w);
		/* Copied, but not removed: the person is told. */
		cr_assert_eq(there(w, "INBOX") + there(w, "Archive"),
			     counts(w).parked && there(w, "Archive") ? 7 : 6,
			     "call %d: %zu and %zu", i, there(w, "INBOX"),
			     there(w, "Archive"));
		world_check(w);
		retry_parked(w);
		if (!row(w, "INBOX", 3)) {
			move(w, "Archive", 3, "INBOX");
			while (world_sync(w) != ST_OK)
				;
		}
	}
}

EACH_SERVER(folders_are_made_renamed_and_deleted)
{
	int64_t id = 0;
	struct folder *f = NULL;

	DECIDE(w, queue_create(w->store, "New", '/', ROLE_NONE, false, &id,
			       e));
	move(w, "INBOX", 1, "New");
	SYNCS(w);
	cr_assert_eq(there(w, "New"), 1);
	DECIDE(w, queue_rename(w->store, id, "Newer", e));
	SYNCS(w);
	cr_assert_eq(there(w, "Newer"), 1);
	f = world_folder(w, "Newer");
	cr_assert_eq(f->id, id);
	folder_free(f);
	DECIDE(w, queue_delete(w->store, id, e));
	SYNCS(w);
	cr_assert_eq(folder_by_name(w->store, "Newer", &f, NULL), ST_GONE);
}

/* Cut off at every octet of the session that sends them: each change happens
 * once, however far it got. */
static void
cut_everywhere(uint32_t caps, int step)
{
	for (int cut = 0, done = 0; !done && cut < 20000; cut += step) {
		struct world *w = begin(caps);
		enum st st;

		flag(w, 1, true, FLAG_FLAGGED, "work");
		move(w, "INBOX", 2, "Archive");
		copy(w, "INBOX", 3, "Archive");
		expunge(w, "INBOX", 4);
		memory_fault_arm(w->server, MEMORY_CUT, cut);
		st = world_sync(w);
		done = st == ST_OK;
		if (cut % 3 == 0)
			world_reopen(w);
		for (int i = 0; i < 3; i++)
			st = world_sync(w);
		cr_assert_eq(st, ST_OK, "cut %d: %s", cut, w->e.text);
		cr_assert_eq(there(w, "INBOX"), 4, "cut %d", cut);
		cr_assert_eq(there(w, "Archive"), 2, "cut %d: %zu", cut,
			     there(w, "Archive"));
		cr_assert_eq(flags_there(w, "INBOX", 1), FLAG_FLAGGED);
		cr_assert_eq(counts(w).waiting, 0);
		cr_assert_eq(counts(w).parked, 0);
		finish(w);
	}
}

Test(push, cut_at_every_answer, .timeout = 600)
{
	cut_everywhere(CAPS_QRESYNC, 20);
}

Test(push, cut_at_every_answer_of_a_plain_server, .timeout = 600)
{
	cut_everywhere(CAPS_PLAIN, 20);
}

Test(push, cut_at_every_answer_without_move, .timeout = 600)
{
	cut_everywhere(CAPS_QRESYNC & ~(uint32_t)CAP_MOVE, 20);
}

/* ---- POP --------------------------------------------------------------- */

Test(push, pop_deletes_where_the_server_still_has_it, .timeout = 60)
{
	struct world *w = world_new(CAPS_POP);
	int64_t trash = 0, here = 0, id;
	size_t one = 1;

	w->account->keep = KEEP_FOREVER;
	for (unsigned n = 1; n <= 4; n++)
		world_add(w, "INBOX", n, 300, 0);
	SYNCS(w);
	DECIDE(w, queue_create(w->store, "Trash", '/', ROLE_TRASH, true,
			       &trash, e));
	DECIDE(w, queue_create(w->store, "Here", '/', ROLE_NONE, true, &here,
			       e));
	id = row(w, "INBOX", 1);
	DECIDE(w, queue_move(w->store, &id, &one, trash, e));
	id = row(w, "INBOX", 2);
	DECIDE(w, queue_move(w->store, &id, &one, here, e));
	id = row(w, "INBOX", 3);
	DECIDE(w, queue_expunge(w->store, &id, &one, e));
	cr_assert_eq(there(w, "INBOX"), 4);
	SYNCS(w);
	/* What was moved elsewhere here may stay there. */
	cr_assert_eq(there(w, "INBOX"), 2);
	world_check_pop(w, 1);
	SYNCS(w);
	world_check_pop(w, 1);
	cr_assert(row(w, "Trash", 1) != 0);
	cr_assert(row(w, "Here", 2) != 0);
	undo(w);
	SYNCS(w);
	world_check_pop(w, 2);
	world_free(w);
}
