/*
 * pull.c - IMAP-like servers: everything that can be different there
 */
#include "sync/world.h"

static const uint32_t kinds[] = { CAPS_QRESYNC, CAPS_CONDSTORE, CAPS_PLAIN };

/* Each case runs over the three kinds of server. */
#define OVER_ALL(Name)							\
	static void Name##_case(struct world *w);			\
	Test(pull, Name)						\
	{								\
		for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {	\
			struct world *w = world_new(kinds[i]);		\
			Name##_case(w);					\
			world_free(w);					\
		}							\
	}								\
	static void Name##_case(struct world *w)

static void
fill(struct world *w, const char *folder, unsigned n)
{
	for (unsigned i = 1; i <= n; i++)
		world_add(w, folder, i, 300, i % 3 ? 0 : FLAG_SEEN);
}

OVER_ALL(a_first_sync_brings_everything)
{
	fill(w, "INBOX", 20);
	memory_folder_add(w->server, "Sent", ROLE_SENT);
	memory_folder_add(w->server, "Lists/kernel", ROLE_NONE);
	fill(w, "Lists/kernel", 7);
	SYNCS(w);
	cr_assert_eq(w->fresh, 27);
	cr_assert_eq(w->arrived, 14 + 5);
	cr_assert_eq(w->folders, 1);
	world_check(w);
	SYNCS(w);
	cr_assert_eq(w->fresh, 0);
	world_check(w);
}

OVER_ALL(many_messages_come_with_envelopes_first)
{
	fill(w, "INBOX", 1300);
	memory_folder_add(w->server, "Other", ROLE_NONE);
	fill(w, "Other", 3);
	SYNCS(w);
	cr_assert_eq(w->fresh, 1303);
	world_check(w);
}

OVER_ALL(new_flags_and_removals_come)
{
	struct flags keyword = { FLAG_FLAGGED, NULL };

	fill(w, "INBOX", 10);
	SYNCS(w);
	world_add(w, "INBOX", 11, 200, 0);
	world_flags(w, "INBOX", 1, FLAG_SEEN | FLAG_ANSWERED);
	world_flags(w, "INBOX", 3, 0);
	flags_add_word(&keyword, "work");
	memory_message_flags(w->server, "INBOX", 4, &keyword);
	flags_clear(&keyword);
	memory_message_remove(w->server, "INBOX", 7);
	SYNCS(w);
	cr_assert_eq(w->fresh, 1);
	cr_assert_eq(w->gone, 1);
	cr_assert_eq(w->arrived, 1);
	world_check(w);
}

OVER_ALL(an_emptied_folder_is_emptied)
{
	fill(w, "INBOX", 5);
	SYNCS(w);
	for (uint32_t uid = 1; uid <= 5; uid++)
		memory_message_remove(w->server, "INBOX", uid);
	SYNCS(w);
	cr_assert_eq(w->gone, 5);
	world_check(w);
}

OVER_ALL(folders_come_and_go)
{
	struct folder *f = NULL;

	memory_folder_add(w->server, "A", ROLE_NONE);
	fill(w, "A", 3);
	SYNCS(w);
	memory_folder_remove(w->server, "A");
	memory_folder_add(w->server, "B", ROLE_NONE);
	fill(w, "B", 4);
	SYNCS(w);
	cr_assert_eq(folder_by_name(w->store, "A", &f, NULL), ST_GONE);
	cr_assert_eq(w->fresh, 4);
	world_check(w);
}

OVER_ALL(a_renamed_folder_is_not_fetched_again)
{
	struct folder *f;
	int64_t id;

	memory_folder_add(w->server, "Old", ROLE_NONE);
	fill(w, "Old", 30);
	SYNCS(w);
	f = world_folder(w, "Old");
	id = f->id;
	folder_free(f);
	memory_folder_rename(w->server, "Old", "New");
	world_add(w, "New", 31, 100, 0);
	SYNCS(w);
	cr_assert_eq(w->fresh, 1);
	cr_assert_eq(w->folders, 1);
	f = world_folder(w, "New");
	cr_assert_eq(f->id, id);
	folder_free(f);
	world_check(w);
}

OVER_ALL(new_numbers_cost_no_second_download)
{
	fill(w, "INBOX", 25);
	SYNCS(w);
	memory_message_remove(w->server, "INBOX", 3);
	memory_folder_renumber(w->server, "INBOX");
	world_add(w, "INBOX", 26, 100, 0);
	SYNCS(w);
	cr_assert_eq(w->fresh, 1, "%d fetched", (int)w->fresh);
	world_check(w);
}

OVER_ALL(only_the_folders_asked_for)
{
	const char *const one[] = { "A", NULL };
	struct folder *f;

	fill(w, "INBOX", 3);
	memory_folder_add(w->server, "A", ROLE_NONE);
	fill(w, "A", 3);
	cr_assert_eq(world_sync_some(w, one, false), ST_OK);
	f = world_folder(w, "INBOX");
	cr_assert_eq(f->total, 0);
	folder_free(f);
	f = world_folder(w, "A");
	cr_assert_eq(f->total, 3);
	folder_free(f);
}

OVER_ALL(an_unknown_folder_is_named_and_the_others_go_on)
{
	const char *const names[] = { "Nowhere", "INBOX", NULL };

	fill(w, "INBOX", 3);
	cr_assert_eq(world_sync_some(w, names, false), ST_REFUSED);
	cr_assert_eq(w->fresh, 3);
	cr_assert_eq(w->failed, 1);
	cr_assert(g_str_has_prefix(w->failure, "Nowhere: "));
}

/* ---- costs ---- */

Test(pull, nothing_changed_costs_one_round_trip)
{
	struct world *w = world_new(CAPS_QRESYNC);

	memory_folder_add(w->server, "A", ROLE_NONE);
	fill(w, "A", 5);
	fill(w, "INBOX", 5);
	SYNCS(w);
	SYNCS(w);
	/* Log-in and the list of folders with their numbers. */
	cr_assert_eq(w->round_trips, 2);
	world_free(w);
}

Test(pull, without_status_a_folder_costs_one_round_trip)
{
	struct world *w = world_new(CAPS_QRESYNC & ~(uint32_t)CAP_LIST_STATUS);

	fill(w, "INBOX", 5);
	SYNCS(w);
	world_flags(w, "INBOX", 2, FLAG_FLAGGED);
	SYNCS(w);
	/* Log-in, list, status, select. */
	cr_assert_leq(w->round_trips, 4);
	world_check(w);
	world_free(w);
}

Test(pull, a_first_sync_of_many_costs_few_round_trips)
{
	struct world *w = world_new(CAPS_QRESYNC);

	fill(w, "INBOX", 2000);
	SYNCS(w);
	cr_assert_leq(w->round_trips, 8, "%d", (int)w->round_trips);
	world_free(w);
}

/* ---- a message that cannot wait ---- */

struct jump {
	bool done;
} jump;

static enum st
fetch_oldest(struct world *w, struct err *e)
{
	struct message m = { 0 };
	struct folder *f;
	struct sync *s;
	int64_t id;
	enum st st;

	if (jump.done)
		return ST_OK;
	f = world_folder(w, "Other");
	if (message_by_uid(w->store, f->id, 2, &m, NULL) != ST_OK) {
		folder_free(f);
		return ST_OK;
	}
	folder_free(f);
	s = sync_new(w->account, w->store, w->driver, NULL);
	st = sync_fetch(s, m.id, e);
	sync_free(s);
	cr_assert_eq(st, ST_OK, "%s", e->text);
	jump.done = true;
	id = m.id;
	message_clear(&m);
	cr_assert_eq(message_by_id(w->store, id, &m, e), ST_OK);
	cr_assert(m.has_body);
	message_clear(&m);
	return ST_OK;
}

Test(pull, a_message_can_be_fetched_between_batches)
{
	struct world *w = world_new(CAPS_QRESYNC);
	const char *const one[] = { "Other", NULL };

	fill(w, "INBOX", 1200);
	memory_folder_add(w->server, "Other", ROLE_NONE);
	fill(w, "Other", 2);
	/* The envelope without the body. */
	memory_fault_arm(w->server, MEMORY_NIL, 2);
	world_sync_some(w, one, false);
	w->between = fetch_oldest;
	jump.done = false;
	world_sync(w);
	cr_assert(jump.done);
	w->between = NULL;
	world_sync(w);
	world_check(w);
	world_free(w);
}
