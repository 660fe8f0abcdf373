/*
 * loss.c - how others lost or doubled mail, each as a case of its own
 */
#include "sync/world.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "net/memory_state.h"
#include "store/queue.h"

static struct world *
with(uint32_t caps, unsigned n)
{
	struct world *w = world_new(caps);

	for (unsigned i = 1; i <= n; i++)
		world_add(w, "INBOX", i, 200, 0);
	return w;
}

/* How many messages lie in removed/. */
static int
count_removed(struct world *w)
{
	char *path = g_build_filename(w->dir, "removed", NULL);
	GDir *dir = g_dir_open(path, 0, NULL);
	const char *name;
	int n = 0;

	while (dir && (name = g_dir_read_name(dir))) {
		char *file = g_build_filename(path, name, NULL), *text = NULL;

		cr_assert(g_file_get_contents(file, &text, NULL, NULL));
		for (char *at = text; (at = strstr(at, "X-Verso-Id: ")); at++)
			n++;
		g_free(text);
		g_free(file);
	}
	g_dir_close(dir);
	g_free(path);
	return n;
}

/* mbsync 1.4.4: one failed body advanced the high-water mark. */
Test(loss, a_body_that_failed_is_asked_for_again)
{
	struct world *w = with(CAPS_QRESYNC, 4);
	struct folder *f;

	memory_fault_arm(w->server, MEMORY_NIL, 2);
	cr_assert_eq(world_sync(w), ST_REFUSED);
	cr_assert_eq(w->failed, 1);
	cr_assert_eq(w->fresh, 3);
	f = world_folder(w, "INBOX");
	cr_assert_eq(f->total, 4);
	cr_assert_eq(f->waiting, 1);
	folder_free(f);
	/* Set aside for a week, but never forgotten, never a success. */
	cr_assert_eq(world_sync(w), ST_REFUSED);
	cr_assert_eq(w->failed, 1);
	g_setenv("VERSO_NOW", "99999999999", TRUE);
	SYNCS(w);
	g_unsetenv("VERSO_NOW");
	world_check(w);
	world_free(w);
}

/* mbsync, Exchange, Yahoo: an empty or partial list wiped the copies. */
static void
lie(uint32_t caps, enum memory_fault fault)
{
	struct world *w = with(caps, 6);
	struct folder *f;
	enum st st;

	SYNCS(w);
	world_flags(w, "INBOX", 2, FLAG_SEEN);
	memory_fault_arm(w->server, fault, 0);
	st = world_sync(w);
	cr_assert(st == ST_REFUSED || st == ST_PROTOCOL, "%s", st_name(st));
	cr_assert_eq(w->gone, 0);
	f = world_folder(w, "INBOX");
	cr_assert_eq(f->total, 6);
	folder_free(f);
	SYNCS(w);
	world_check(w);
	world_free(w);
}

Test(loss, an_empty_list_removes_nothing)
{
	lie(CAPS_QRESYNC, MEMORY_LIE_EMPTY);
	lie(CAPS_CONDSTORE, MEMORY_LIE_EMPTY);
	lie(CAPS_PLAIN, MEMORY_LIE_EMPTY);
}

Test(loss, a_partial_list_removes_nothing)
{
	lie(CAPS_QRESYNC, MEMORY_LIE_PARTIAL);
	lie(CAPS_CONDSTORE, MEMORY_LIE_PARTIAL);
	lie(CAPS_PLAIN, MEMORY_LIE_PARTIAL);
}

/* A store restored from nothing: new numbers, and no messages.  Of INBOX it
 * is believed when it was said for an hour. */
Test(loss, an_empty_inbox_under_new_numbers_removes_nothing_for_an_hour)
{
	struct world *w = with(CAPS_PLAIN, 3);
	struct folder *f;

	SYNCS(w);
	for (uint32_t uid = 1; uid <= 3; uid++)
		memory_message_remove(w->server, "INBOX", uid);
	memory_folder_renumber(w->server, "INBOX");
	g_setenv("VERSO_NOW", "1800000000", TRUE);
	cr_assert_eq(world_sync(w), ST_REFUSED);
	g_setenv("VERSO_NOW", "1800003599", TRUE);
	cr_assert_eq(world_sync(w), ST_REFUSED);
	f = world_folder(w, "INBOX");
	cr_assert_eq(f->total, 3);
	folder_free(f);
	g_setenv("VERSO_NOW", "1800003600", TRUE);
	SYNCS(w);
	cr_assert_eq(w->gone, 3);
	cr_assert_eq(count_removed(w), 3);
	world_check(w);
	g_unsetenv("VERSO_NOW");
	world_free(w);
}

/* The clock was years ahead when the doubt arose, and was set right. */
Test(loss, a_doubt_from_the_future_ends_after_an_hour)
{
	struct world *w = with(CAPS_PLAIN, 3);

	SYNCS(w);
	for (uint32_t uid = 1; uid <= 3; uid++)
		memory_message_remove(w->server, "INBOX", uid);
	memory_folder_renumber(w->server, "INBOX");
	g_setenv("VERSO_NOW", "2800000000", TRUE);
	cr_assert_eq(world_sync(w), ST_REFUSED);
	g_setenv("VERSO_NOW", "1800000000", TRUE);
	cr_assert_eq(world_sync(w), ST_REFUSED);
	g_setenv("VERSO_NOW", "1800003600", TRUE);
	SYNCS(w);
	g_unsetenv("VERSO_NOW");
	world_check(w);
	world_free(w);
}

/* Deleted and made again elsewhere, without a message yet. */
static void
made_again(uint32_t caps)
{
	struct world *w = with(caps, 2);

	memory_folder_add(w->server, "A", ROLE_NONE);
	for (unsigned i = 1; i <= 4; i++)
		world_add(w, "A", 10 + i, 200, 0);
	SYNCS(w);
	memory_folder_remove(w->server, "A");
	memory_folder_add(w->server, "A", ROLE_NONE);
	SYNCS(w);
	cr_assert_eq(w->gone, 4);
	cr_assert_eq(count_removed(w), 4);
	world_check(w);
	world_add(w, "A", 20, 200, 0);
	SYNCS(w);
	cr_assert_eq(w->fresh, 1);
	world_check(w);
	world_free(w);
}

Test(loss, a_folder_made_again_empty_is_empty_here)
{
	made_again(CAPS_QRESYNC);
	made_again(CAPS_CONDSTORE);
	made_again(CAPS_PLAIN);
}

/* Numbers were given away under the new UIDVALIDITY: messages were there,
 * and a server that hides them would look the same. */
Test(loss, an_empty_folder_that_gave_numbers_away_is_doubted)
{
	struct world *w = with(CAPS_PLAIN, 1);
	struct folder *f;

	memory_folder_add(w->server, "A", ROLE_NONE);
	world_add(w, "A", 2, 200, 0);
	SYNCS(w);
	memory_folder_renumber(w->server, "A");
	memory_message_remove(w->server, "A", 1);
	cr_assert_eq(world_sync(w), ST_REFUSED);
	f = world_folder(w, "A");
	cr_assert_eq(f->total, 1);
	folder_free(f);
	world_free(w);
}

/* offlineimap: deletion before the UIDVALIDITY was looked at. */
Test(loss, renumbered_messages_are_not_taken_for_others)
{
	struct world *w = with(CAPS_QRESYNC, 8);

	SYNCS(w);
	for (uint32_t uid = 1; uid <= 4; uid++)
		memory_message_remove(w->server, "INBOX", uid);
	memory_folder_renumber(w->server, "INBOX");
	SYNCS(w);
	cr_assert_eq(w->fresh, 0);
	world_check(w);
	world_free(w);
}

/* mpop, mbsync: one bad message or folder stopped all others. */
Test(loss, a_refused_folder_stops_no_other)
{
	struct world *w = with(CAPS_PLAIN, 3);

	memory_folder_add(w->server, "B", ROLE_NONE);
	world_add(w, "B", 9, 100, 0);
	/* list, then the first folder's select */
	memory_fault_arm(w->server, MEMORY_REFUSE, 2);
	cr_assert_eq(world_sync(w), ST_REFUSED);
	cr_assert_eq(w->failed, 1);
	cr_assert_eq(w->fresh, 1);
	SYNCS(w);
	world_check(w);
	world_free(w);
}

Test(loss, a_list_without_folders_removes_none)
{
	struct world *w = with(CAPS_QRESYNC, 3);
	struct folder *f;

	SYNCS(w);
	memory_folder_remove(w->server, "INBOX");
	cr_assert_eq(world_sync(w), ST_REFUSED);
	f = world_folder(w, "INBOX");
	cr_assert_eq(f->total, 3);
	folder_free(f);
	world_free(w);
}

Test(loss, try_later_is_told)
{
	struct world *w = with(CAPS_QRESYNC, 1);

	memory_fault_arm(w->server, MEMORY_TRY_LATER, 0);
	cr_assert_eq(world_sync(w), ST_RETRY);
	SYNCS(w);
	world_check(w);
	world_free(w);
}

/* mpop 1.4.18: half a message after a cut, and the whole one again. */
static void
cut_everywhere(uint32_t caps, bool change)
{
	int64_t at = 1;
	int cuts = 0;
	enum st st;

	do {
		struct world *w = with(caps, 3);

		if (change) {
			SYNCS(w);
			world_add(w, "INBOX", 4, 250, 0);
			world_flags(w, "INBOX", 1, FLAG_SEEN);
			memory_message_remove(w->server, "INBOX", 2);
		}
		memory_fault_arm(w->server, MEMORY_CUT, at);
		st = world_sync(w);
		cr_assert(st == ST_OK || st == ST_RETRY, "%d: %s", (int)at,
			  st_name(st));
		cuts += st == ST_RETRY;
		memory_fault_arm(w->server, MEMORY_CUT, INT64_MAX / 2);
		world_reopen(w);
		SYNCS(w);
		world_check(w);
		world_free(w);
		at += 13;
	} while (st != ST_OK);
	cr_assert_gt(cuts, 20, "only %d cuts", cuts);
}

Test(loss, a_cut_at_any_octet_of_a_first_sync, .timeout = 600)
{
	cut_everywhere(CAPS_QRESYNC, false);
	cut_everywhere(CAPS_PLAIN, false);
}

Test(loss, a_cut_at_any_octet_of_a_later_sync, .timeout = 600)
{
	cut_everywhere(CAPS_QRESYNC, true);
	cut_everywhere(CAPS_PLAIN, true);
}

/* ---- stopping ---- */

static void *
interrupt_stalled(void *world)
{
	struct world *w = world;

	while (*(volatile bool *)&w->server->fault[MEMORY_STALL].armed)
		usleep(1000);
	driver_interrupt(w->driver);
	return NULL;
}

Test(loss, an_interrupt_ends_a_stalled_sync)
{
	struct world *w = with(CAPS_QRESYNC, 5);
	pthread_t thread;

	/* The stall itself would go on for a minute and end otherwise. */
	memory_fault_arm(w->server, MEMORY_STALL, 3);
	pthread_create(&thread, NULL, interrupt_stalled, w);
	cr_assert_eq(world_sync(w), ST_CANCELLED);
	pthread_join(thread, NULL);
	SYNCS(w);
	world_check(w);
	world_free(w);
}

/* A message over which the server hangs up each time does not keep the others
 * from coming. */
Test(loss, a_message_that_cuts_the_session_is_left_out)
{
	struct world *w = with(CAPS_QRESYNC, 9);
	struct folder *f;
	int tries = 0;

	memory_message_poison(w->server, "INBOX", 5);
	while (world_sync(w) == ST_RETRY)
		cr_assert_lt(++tries, 6);
	cr_assert_eq(tries, 2);
	cr_assert(strstr(w->failure, "each time"), "%s", w->failure);
	f = world_folder(w, "INBOX");
	cr_assert_eq(f->total, 9);
	cr_assert_eq(f->waiting, 1);
	folder_free(f);
	world_free(w);
}

Test(loss, pop_leaves_out_what_cuts_the_session)
{
	struct world *w = with(CAPS_POP, 9);
	int tries = 0;

	w->account->keep = KEEP_FOREVER;
	memory_message_poison(w->server, "INBOX", 5);
	while (world_sync(w) == ST_RETRY)
		cr_assert_lt(++tries, 8);
	cr_assert_eq(tries, 3);
	world_check_pop(w, 8);
	cr_assert(strstr(w->failure, "until tomorrow"), "%s", w->failure);
	cr_assert_eq(memory_message_count(w->server, "INBOX"), 9);
	world_free(w);
}

/* Decided when it was empty, as far as one could see here. */
Test(loss, a_folder_is_not_deleted_with_what_came_to_it)
{
	struct world *w = with(CAPS_QRESYNC, 1);
	struct queue_counts n;
	GPtrArray *open = NULL;
	struct folder *f;
	int64_t seq;

	memory_folder_add(w->server, "Work", ROLE_NONE);
	SYNCS(w);
	f = world_folder(w, "Work");
	cr_assert_eq(queue_delete(w->store, f->id, &w->e), ST_OK);
	world_add(w, "Work", 2, 200, 0);
	cr_assert_eq(world_sync(w), ST_REFUSED);
	cr_assert(strstr(w->failure, "look at them first"), "%s", w->failure);
	cr_assert_eq(memory_message_count(w->server, "Work"), 1);
	SYNCS(w);
	world_check(w);
	/* The person has looked, and means it: what was seen, and no more. */
	cr_assert_eq(queue_list(w->store, true, &open, &w->e), ST_OK);
	cr_assert_eq(open->len, 1);
	seq = ((struct change *)open->pdata[0])->seq;
	cr_assert_eq(queue_retry(w->store, seq, &w->e), ST_OK);
	world_add(w, "Work", 3, 200, 0);
	cr_assert_eq(world_sync(w), ST_REFUSED);
	cr_assert_eq(memory_message_count(w->server, "Work"), 2);
	SYNCS(w);
	world_check(w);
	cr_assert_eq(queue_retry(w->store, seq, &w->e), ST_OK);
	SYNCS(w);
	world_check(w);
	cr_assert_eq(queue_counts(w->store, &n, NULL), ST_OK);
	cr_assert_eq(n.parked + n.waiting, 0);
	cr_assert_neq(folder_by_id(w->store, f->id, &(struct folder *){ 0 },
				   NULL), ST_OK);
	g_ptr_array_unref(open);
	folder_free(f);
	world_free(w);
}

/* Back under its old name, with what is in it. */
Test(loss, a_folder_that_was_renamed_gets_its_name_back)
{
	struct world *w = with(CAPS_QRESYNC, 1);
	struct folder *f;
	char *what = NULL;

	memory_folder_add(w->server, "Work", ROLE_NONE);
	world_add(w, "Work", 2, 200, 0);
	SYNCS(w);
	f = world_folder(w, "Work");
	cr_assert_eq(store_begin(w->store, &w->e), ST_OK);
	cr_assert_eq(queue_action(w->store, "Renamed", &w->e), ST_OK);
	cr_assert_eq(queue_rename(w->store, f->id, "Play", &w->e), ST_OK);
	cr_assert_eq(store_commit(w->store, &w->e), ST_OK);
	SYNCS(w);
	cr_assert_eq(memory_message_count(w->server, "Play"), 1);
	cr_assert_eq(queue_undo(w->store, 0, &what, &w->e), ST_OK, "%s",
		     w->e.text);
	SYNCS(w);
	cr_assert_eq(memory_message_count(w->server, "Work"), 1);
	world_check(w);
	folder_free(f);
	g_free(what);
	world_free(w);
}
