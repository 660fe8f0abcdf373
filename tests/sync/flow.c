/*
 * flow.c - POP: nothing lost, nothing twice, nothing gone too early
 */
#include "sync/steps.h"

#include <fcntl.h>
#include <unistd.h>

#include "store/verify.h"
#include "support/support.h"

static struct world *
with(unsigned n, enum keep keep)
{
	struct world *w = world_new(CAPS_POP);

	w->account->keep = keep;
	for (unsigned i = 1; i <= n; i++)
		world_add(w, "INBOX", i, 250, 0);
	return w;
}

static size_t
left(struct world *w)
{
	return memory_message_count(w->server, "INBOX");
}

Test(flow, what_is_taken_is_deleted)
{
	struct world *w = with(5, KEEP_NO);

	SYNCS(w);
	cr_assert_eq(left(w), 0);
	cr_assert_eq(w->fresh, 5);
	cr_assert_eq(w->arrived, 5);
	world_check_pop(w, 5);
	world_add(w, "INBOX", 6, 10, 0);
	SYNCS(w);
	cr_assert_eq(w->fresh, 1);
	world_check_pop(w, 6);
	world_free(w);
}

Test(flow, what_is_kept_comes_once)
{
	struct world *w = with(5, KEEP_FOREVER);

	SYNCS(w);
	SYNCS(w);
	cr_assert_eq(w->fresh, 0);
	cr_assert_eq(left(w), 5);
	world_add(w, "INBOX", 6, 10, 0);
	SYNCS(w);
	world_check_pop(w, 6);
	world_free(w);
}

Test(flow, what_is_kept_for_days_goes_after_them)
{
	struct world *w = with(2, KEEP_DAYS);

	w->account->keep_days = 14;
	g_setenv("VERSO_NOW", "1700000000", TRUE);
	SYNCS(w);
	world_add(w, "INBOX", 3, 10, 0);
	g_setenv("VERSO_NOW", "1700864000", TRUE);	/* ten days */
	SYNCS(w);
	cr_assert_eq(left(w), 3);
	g_setenv("VERSO_NOW", "1701296000", TRUE);	/* fifteen */
	SYNCS(w);
	cr_assert_eq(left(w), 1);
	g_unsetenv("VERSO_NOW");
	world_check_pop(w, 3);
	world_free(w);
}

/* mpop, fetchmail: no UIDL, and everything again on every run. */
Test(flow, without_unique_ids_nothing_comes_twice)
{
	struct world *w = with(4, KEEP_FOREVER);

	memory_server_uidl(w->server, false);
	SYNCS(w);
	world_check_pop(w, 4);
	SYNCS(w);
	cr_assert_eq(w->fresh, 0);
	world_check_pop(w, 4);
	world_add(w, "INBOX", 5, 10, 0);
	SYNCS(w);
	world_check_pop(w, 5);
	w->account->keep = KEEP_NO;
	SYNCS(w);
	cr_assert_eq(left(w), 0);
	world_check_pop(w, 5);
	world_free(w);
}

/* fetchmail: DELE refused, delivered twice. */
Test(flow, a_refused_deletion_is_tried_again_and_nothing_doubled)
{
	struct world *w = with(3, KEEP_NO);

	/* enter, list, fetch, delete */
	memory_fault_arm(w->server, MEMORY_REFUSE, 4);
	cr_assert_eq(world_sync(w), ST_REFUSED);
	cr_assert_eq(left(w), 3);
	world_check_pop(w, 3);
	SYNCS(w);
	cr_assert_eq(w->fresh, 0);
	cr_assert_eq(left(w), 0);
	world_check_pop(w, 3);
	world_free(w);
}

/* mpop: state written at the end only, doubled after a kill. */
static void
cut_everywhere(enum keep keep, bool uidl)
{
	int64_t at = 1;
	int cuts = 0;
	enum st st;

	do {
		struct world *w = with(3, keep);
		struct folder *f;

		memory_server_uidl(w->server, uidl);
		memory_fault_arm(w->server, MEMORY_CUT, at);
		st = world_sync(w);
		cr_assert(st == ST_OK || st == ST_RETRY, "%s", st_name(st));
		cuts += st == ST_RETRY;
		memory_fault_arm(w->server, MEMORY_CUT, INT64_MAX / 2);
		world_reopen(w);
		if (folder_by_name(w->store, "INBOX", &f, NULL) == ST_OK) {
			cr_assert_geq((size_t)f->total + left(w), 3);
			folder_free(f);
		}
		SYNCS(w);
		world_check_pop(w, 3);
		cr_assert_eq(left(w), keep == KEEP_NO ? 0 : 3);
		world_free(w);
		at += 7;
	} while (st != ST_OK);
	cr_assert_gt(cuts, 20);
}

Test(flow, a_cut_at_any_octet_loses_and_doubles_nothing, .timeout = 600)
{
	cut_everywhere(KEEP_NO, true);
	cut_everywhere(KEEP_FOREVER, true);
	cut_everywhere(KEEP_NO, false);
}

Test(flow, a_list_that_lies_takes_and_forgets_nothing)
{
	struct world *w = with(4, KEEP_FOREVER);

	SYNCS(w);
	memory_fault_arm(w->server, MEMORY_LIE_EMPTY, 0);
	cr_assert_eq(world_sync(w), ST_PROTOCOL);
	SYNCS(w);
	cr_assert_eq(w->fresh, 0);
	world_check_pop(w, 4);
	world_free(w);
}

Test(flow, a_message_that_gives_nothing_stays_on_the_server)
{
	struct world *w = with(3, KEEP_NO);

	memory_fault_arm(w->server, MEMORY_NIL, 2);
	cr_assert_eq(world_sync(w), ST_REFUSED);
	cr_assert_eq(left(w), 1);
	world_check_pop(w, 2);
	SYNCS(w);
	cr_assert_eq(left(w), 0);
	world_check_pop(w, 3);
	world_free(w);
}

/* No UIDL: a message is known by its digest, which only its octets tell. */
Test(flow, what_gave_nothing_once_does_not_come_twice)
{
	struct world *w = with(3, KEEP_FOREVER);

	memory_server_uidl(w->server, false);
	SYNCS(w);
	memory_fault_arm(w->server, MEMORY_NIL, 2);
	cr_assert_eq(world_sync(w), ST_REFUSED);
	world_check_pop(w, 3);
	SYNCS(w);
	cr_assert_eq(w->fresh, 0);
	world_check_pop(w, 3);
	world_free(w);
}

Test(flow, what_was_deleted_here_goes_there_without_unique_ids)
{
	struct world *w = with(3, KEEP_FOREVER);
	int64_t id;
	size_t one = 1;

	memory_server_uidl(w->server, false);
	SYNCS(w);
	id = row(w, "INBOX", 2);
	DECIDE(w, queue_expunge(w->store, &id, &one, e));
	SYNCS(w);
	cr_assert_eq(left(w), 2);
	world_check_pop(w, 2);
	world_free(w);
}

/* Nobody has its octets any more: it alone ends. */
Test(flow, what_cannot_come_back_keeps_nothing_away)
{
	struct world *w = with(2, KEEP_NO);
	char *removed;
	int64_t id;
	size_t one = 1;

	SYNCS(w);
	id = row(w, "INBOX", 2);
	DECIDE(w, queue_expunge(w->store, &id, &one, e));
	SYNCS(w);
	undo(w);
	removed = g_build_filename(w->dir, "removed", NULL);
	support_tmp_free(removed);
	world_add(w, "INBOX", 3, 10, 0);
	cr_assert_eq(world_sync(w), ST_REFUSED);
	cr_assert_eq(counts(w).waiting, 0);
	cr_assert_eq(counts(w).parked, 1);
	world_check_pop(w, 2);
	world_free(w);
}

static void
remove_there(struct world *w, uint32_t uid)
{
	memory_message_remove(w->server, "INBOX", uid);
}

/* Ids that are numbers: each session has a 1, and it is another message. */
Test(flow, an_id_that_is_given_again_hides_no_message)
{
	struct world *w = with(2, KEEP_NO);

	memory_server_uidl_numbers(w->server);
	SYNCS(w);
	world_check_pop(w, 2);
	world_add(w, "INBOX", 3, 10, 0);
	SYNCS(w);
	cr_assert_eq(left(w), 0);
	world_check_pop(w, 3);
	world_add(w, "INBOX", 4, 10, 0);
	world_add(w, "INBOX", 5, 10, 0);
	SYNCS(w);
	cr_assert_eq(left(w), 0);
	world_check_pop(w, 5);
	world_free(w);
}

/* The same, known by its size before anything is to be deleted. */
Test(flow, an_id_with_another_size_is_looked_at_again)
{
	struct world *w = with(1, KEEP_FOREVER);

	memory_server_uidl_numbers(w->server);
	SYNCS(w);
	remove_there(w, 1);
	world_add(w, "INBOX", 2, 5000, 0);
	SYNCS(w);
	world_check_pop(w, 2);
	cr_assert_eq(left(w), 1);
	world_free(w);
}

/* What was left there by a session that broke is known again, and goes. */
Test(flow, what_was_taken_before_the_cut_goes_by_its_octets)
{
	struct world *w = with(3, KEEP_NO);

	memory_server_uidl_numbers(w->server);
	memory_fault_arm(w->server, MEMORY_REFUSE, 4);
	cr_assert_eq(world_sync(w), ST_REFUSED);
	cr_assert_eq(left(w), 3);
	SYNCS(w);
	cr_assert_eq(w->fresh, 0);
	cr_assert_eq(left(w), 0);
	world_check_pop(w, 3);
	world_free(w);
}

/* Deleting the older one here must not touch the newer one there. */
Test(flow, an_id_that_is_given_again_is_not_the_old_message)
{
	struct world *w = with(1, KEEP_FOREVER);
	int64_t id;
	size_t one = 1;

	memory_server_uidl_numbers(w->server);
	SYNCS(w);
	remove_there(w, 1);
	world_add(w, "INBOX", 2, 5000, 0);
	SYNCS(w);
	id = row(w, "INBOX", 1);
	DECIDE(w, queue_expunge(w->store, &id, &one, e));
	SYNCS(w);
	cr_assert_eq(left(w), 1);
	world_check_pop(w, 1);
	world_free(w);
}

/* Into Trash, by which the server's copy may go. */
static void
trash(struct world *w, unsigned n)
{
	int64_t id = row(w, "INBOX", n), to = 0;
	size_t one = 1;

	DECIDE(w, queue_create(w->store, "Trash", '/', ROLE_TRASH, true, &to,
			       e));
	DECIDE(w, queue_move(w->store, &id, &one, to, e));
}

Test(flow, a_deletion_that_is_undone_in_time_deletes_nothing_there)
{
	struct world *w = with(2, KEEP_FOREVER);

	SYNCS(w);
	trash(w, 1);
	memory_fault_arm(w->server, MEMORY_REFUSE, 3);
	cr_assert_eq(world_sync(w), ST_REFUSED);
	cr_assert_eq(left(w), 2);
	undo(w);
	SYNCS(w);
	cr_assert_eq(left(w), 2);
	world_check_pop(w, 2);
	world_free(w);
}

static int64_t
make(struct world *w, const char *name)
{
	int64_t id = 0;

	DECIDE(w, queue_create(w->store, name, '/', ROLE_NONE, true, &id, e));
	return id;
}

static bool
has_file(struct world *w, const char *name)
{
	char *path = g_build_filename(w->dir, "mail", name, NULL);
	bool there = g_file_test(path, G_FILE_TEST_EXISTS);

	g_free(path);
	return there;
}

Test(flow, a_folder_that_is_only_here_gets_its_new_name)
{
	struct world *w = with(3, KEEP_NO);
	int64_t own, below, id;
	size_t one = 1;

	SYNCS(w);
	own = make(w, "Own");
	below = make(w, "Own/Below");
	id = row(w, "INBOX", 2);
	DECIDE(w, queue_move(w->store, &id, &one, own, e));
	id = row(w, "INBOX", 3);
	DECIDE(w, queue_move(w->store, &id, &one, below, e));
	DECIDE(w, queue_rename(w->store, own, "Mine", e));
	SYNCS(w);
	cr_assert_eq(folder_id(w, "Mine"), own);
	cr_assert_eq(folder_id(w, "Mine/Below"), below);
	cr_assert(has_file(w, "Mine.mbox"));
	cr_assert(has_file(w, "Mine/Below.mbox"));
	cr_assert_not(has_file(w, "Own.mbox"));
	cr_assert_neq(row(w, "Mine", 2), 0);
	undo(w);
	SYNCS(w);
	cr_assert_eq(folder_id(w, "Own"), own);
	cr_assert_eq(folder_id(w, "Own/Below"), below);
	world_free(w);
}

Test(flow, a_folder_that_is_only_here_is_deleted)
{
	struct world *w = with(3, KEEP_NO);
	int64_t own, other, id;
	struct folder *f = NULL;
	size_t one = 1;

	SYNCS(w);
	own = make(w, "Own");
	id = row(w, "INBOX", 2);
	DECIDE(w, queue_move(w->store, &id, &one, own, e));
	id = row(w, "INBOX", 3);
	DECIDE(w, queue_move(w->store, &id, &one, own, e));
	other = make(w, "Other");
	id = row(w, "Own", 3);
	DECIDE(w, queue_move(w->store, &id, &one, other, e));
	DECIDE(w, queue_delete(w->store, own, e));
	SYNCS(w);
	cr_assert_eq(folder_by_id(w->store, own, &f, NULL), ST_GONE);
	cr_assert_not(has_file(w, "Own.mbox"));
	cr_assert_neq(row(w, "Other", 3), 0);
	cr_assert_eq(counts(w).waiting, 0);
	world_check_pop(w, 1);
	world_free(w);
}

Test(flow, a_name_that_is_taken_is_no_new_name)
{
	struct world *w = with(1, KEEP_NO);
	int64_t own, other;

	SYNCS(w);
	own = make(w, "Own");
	other = make(w, "Other");
	DECIDE(w, queue_rename(w->store, own, "Other", e));
	cr_assert_eq(world_sync(w), ST_REFUSED);
	cr_assert_eq(counts(w).parked, 1);
	cr_assert_eq(folder_id(w, "Own"), own);
	cr_assert_eq(folder_id(w, "Other"), other);
	world_free(w);
}

/* A server that was moved to another machine. */
Test(flow, new_names_for_what_is_kept_double_nothing)
{
	struct world *w = with(4, KEEP_FOREVER);

	memory_server_uidl_numbers(w->server);
	SYNCS(w);
	trash(w, 2);
	memory_fault_arm(w->server, MEMORY_REFUSE, 3);
	cr_assert_eq(world_sync(w), ST_REFUSED);
	world_check_pop(w, 3);
	memory_server_uidl(w->server, false);
	world_add(w, "INBOX", 5, 250, 0);
	SYNCS(w);
	cr_assert_eq(w->fresh, 1);
	cr_assert_eq(left(w), 4);	/* not what is in Trash */
	world_check_pop(w, 4);
	memory_server_uidl(w->server, true);
	SYNCS(w);
	cr_assert_eq(w->fresh, 0);
	world_check_pop(w, 4);
	world_free(w);
}

/* One octet of the last message is another one, and that is found out. */
static void
damage_last(struct world *w, const char *name, int64_t folder)
{
	char *path = g_build_filename(w->dir, "mail", name, NULL);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	off_t at = lseek(fd, -4, SEEK_END);

	cr_assert_geq(fd, 0);
	cr_assert_eq(pwrite(fd, "~", 1, at), 1);
	close(fd);
	cr_assert_eq(store_begin(w->store, &w->e), ST_OK);
	cr_assert_eq(rebuild_folder(w->store, folder, &w->e), ST_OK);
	cr_assert_eq(store_commit(w->store, &w->e), ST_OK);
	g_free(path);
}

Test(flow, what_was_damaged_here_comes_again_before_it_goes)
{
	struct world *w = with(3, KEEP_FOREVER);
	int64_t own, id;
	size_t one = 1;
	struct message m = { 0 };

	SYNCS(w);
	own = make(w, "Own");
	id = row(w, "INBOX", 2);
	DECIDE(w, queue_move(w->store, &id, &one, own, e));
	SYNCS(w);
	id = row(w, "Own", 2);
	DECIDE(w, queue_flags(w->store, &id, &one, true, &(struct flags) {
			      .bits = FLAG_FLAGGED }, e));
	SYNCS(w);
	damage_last(w, "INBOX.mbox", folder_id(w, "INBOX"));
	damage_last(w, "Own.mbox", own);
	w->account->keep = KEEP_NO;
	SYNCS(w);
	cr_assert_eq(left(w), 0);
	world_check_pop(w, 2);
	cr_assert_eq(message_by_id(w->store, row(w, "Own", 2), &m, &w->e),
		     ST_OK);
	cr_assert(m.has_body);
	cr_assert(m.flags.bits & FLAG_FLAGGED);
	message_clear(&m);
	world_free(w);
}

/* INBOX.mbox is the one of an older backup. */
Test(flow, what_is_missing_here_comes_again)
{
	struct world *w = with(2, KEEP_FOREVER);
	char *path = g_build_filename(w->dir, "mail", "INBOX.mbox", NULL);
	char *text = NULL;
	gsize len = 0;

	SYNCS(w);
	cr_assert(g_file_get_contents(path, &text, &len, NULL));
	world_add(w, "INBOX", 3, 250, 0);
	SYNCS(w);
	store_close(w->store);
	w->store = NULL;
	cr_assert(g_file_set_contents(path, text, (gssize)len, NULL));
	world_reopen(w);
	SYNCS(w);
	world_check_pop(w, 3);
	world_add(w, "INBOX", 4, 250, 0);
	SYNCS(w);
	world_check_pop(w, 4);
	g_free(text);
	g_free(path);
	world_free(w);
}
