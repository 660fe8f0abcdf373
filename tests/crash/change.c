/*
 * change.c - a decision, and its way to the server, killed at each call that
 * changes a file
 */
#include "crash/point.h"

/* ---- what can be decided ------------------------------------------------ */

static enum st
do_flags(struct world *w)
{
	struct flags f = { FLAG_SEEN | FLAG_FLAGGED, (char *)"work" };
	int64_t ids[] = { point_row(w, "INBOX", 1), point_row(w, "INBOX", 4) };
	size_t n = 2;
	enum st st = point_begin(w);

	if (st == ST_OK)
		st = queue_flags(w->store, ids, &n, true, &f, &w->e);
	return point_end(w, st);
}

static enum st
do_move(struct world *w)
{
	int64_t ids[] = { point_row(w, "INBOX", 2), point_row(w, "INBOX", 3) };
	int64_t dest = point_folder(w, "Archive");
	size_t n = 2;
	enum st st = point_begin(w);

	if (st == ST_OK)
		st = queue_move(w->store, ids, &n, dest, &w->e);
	return point_end(w, st);
}

static enum st
do_copy(struct world *w)
{
	int64_t id = point_row(w, "INBOX", 2);
	int64_t dest = point_folder(w, "Archive");
	size_t n = 1;
	enum st st = point_begin(w);

	if (st == ST_OK)
		st = queue_copy(w->store, &id, &n, dest, &w->e);
	return point_end(w, st);
}

/* The third is larger than all others together: its folder is compacted. */
static enum st
do_expunge(struct world *w)
{
	int64_t ids[] = { point_row(w, "INBOX", 3), point_row(w, "INBOX", 5) };
	size_t n = 2;
	enum st st = point_begin(w);

	if (st == ST_OK)
		st = queue_expunge(w->store, ids, &n, &w->e);
	return point_end(w, st);
}

static enum st
do_undo(struct world *w)
{
	char *what = NULL;
	enum st st = queue_undo(w->store, 0, &what, &w->e);

	g_free(what);
	return st;
}

static enum st
do_folders(struct world *w)
{
	int64_t id;
	enum st st = point_begin(w);

	if (st == ST_OK)
		st = queue_create(w->store, "New", '/', ROLE_NONE, false, &id,
				  &w->e);
	if (st == ST_OK)
		st = queue_rename(w->store, point_folder(w, "Archive"), "Old",
				  &w->e);
	return point_end(w, st);
}

/* To Trash, which is only here; the server is to let go of it. */
static enum st
do_pop_delete(struct world *w)
{
	int64_t id = point_row(w, "INBOX", 2), trash = 0;
	size_t n = 1;
	enum st st = point_begin(w);

	if (st == ST_OK)
		st = queue_create(w->store, "Trash", '/', ROLE_TRASH, true,
				  &trash, &w->e);
	if (st == ST_OK)
		st = queue_move(w->store, &id, &n, trash, &w->e);
	return point_end(w, st);
}

/* ---- what must be so afterwards ----------------------------------------- */

static size_t
there(struct world *w, const char *folder)
{
	return memory_message_count(w->server, folder);
}

static void
check_flags(struct world *w, bool decided)
{
	const struct flags *f = memory_flags_of(w->server, "INBOX", 1);
	bool has = f->bits == (FLAG_SEEN | FLAG_FLAGGED) &&
		   flags_has_keyword(f, "work");

	cr_assert(has || (!decided && f->bits == 0 && !f->keywords));
	cr_assert_eq(there(w, "INBOX"), 6);
}

static void
check_move(struct world *w, bool decided)
{
	bool moved = point_row(w, "Archive", 2) != 0;

	cr_assert(moved || !decided);
	cr_assert_eq(there(w, "INBOX"), moved ? 4 : 6);
	cr_assert_eq(there(w, "Archive"), moved ? 2 : 0);
	cr_assert_eq(point_row(w, "INBOX", 2) != 0, !moved);
	cr_assert_eq(point_row(w, "Archive", 3) != 0, moved);
}

static void
check_copy(struct world *w, bool decided)
{
	bool copied = point_row(w, "Archive", 2) != 0;

	cr_assert(copied || !decided);
	cr_assert_eq(there(w, "INBOX"), 6);
	cr_assert_eq(there(w, "Archive"), copied);
}

static void
check_expunge(struct world *w, bool decided)
{
	bool gone = point_row(w, "INBOX", 3) == 0;

	cr_assert(gone || !decided);
	cr_assert_eq(point_row(w, "INBOX", 5) == 0, gone);
	cr_assert_eq(there(w, "INBOX"), gone ? 4 : 6);
}

static void
expunge_and_send(struct world *w)
{
	int64_t id = point_row(w, "INBOX", 5);
	size_t n = 1;
	enum st st = point_begin(w);

	if (st == ST_OK)
		st = queue_expunge(w->store, &id, &n, &w->e);
	cr_assert_eq(point_end(w, st), ST_OK);
	SYNCS(w);
	cr_assert_eq(there(w, "INBOX"), 5);
}

/* What was deleted for ever is appended again, once. */
static void
check_append(struct world *w, bool decided)
{
	bool back = point_row(w, "INBOX", 5) != 0;

	cr_assert(back || !decided);
	cr_assert_eq(there(w, "INBOX"), back ? 6 : 5);
}

static void
check_folders(struct world *w, bool decided)
{
	bool made = point_folder(w, "New") != 0;

	cr_assert(made || !decided);
	cr_assert_eq(point_folder(w, "Old") != 0, made);
	cr_assert_eq(point_folder(w, "Archive") == 0, made);
}

static void
check_pop(struct world *w, bool decided)
{
	bool gone = point_row(w, "INBOX", 2) == 0;

	cr_assert(gone || !decided);
	cr_assert_eq(point_row(w, "Trash", 2) != 0, gone);
	cr_assert_eq(there(w, "INBOX"), gone ? 5 : 6);
	world_check_pop(w, gone ? 5 : 6);
}

/* ---- the table ---------------------------------------------------------- */

#define SCENARIO(Name, ...) \
	Test(crash_change, Name, .timeout = 900) \
	{ \
		point_run(&(struct scenario){ __VA_ARGS__, NULL, NULL }); \
	}

SCENARIO(flags, CAPS_QRESYNC, "kill", 20, true, NULL, do_flags, check_flags)
SCENARIO(flags_plain, CAPS_PLAIN, "half", 20, false, NULL, do_flags,
	 check_flags)
SCENARIO(move, CAPS_QRESYNC, "kill", 30, true, NULL, do_move, check_move)
SCENARIO(move_plain, CAPS_PLAIN, "after", 30, true, NULL, do_move, check_move)
SCENARIO(move_without_its_command, CAPS_QRESYNC & ~(uint32_t)CAP_MOVE, "kill",
	 30, true, NULL, do_move, check_move)
SCENARIO(copy, CAPS_QRESYNC, "kill", 20, true, NULL, do_copy, check_copy)
SCENARIO(copy_plain, CAPS_PLAIN, "after", 20, true, NULL, do_copy, check_copy)
SCENARIO(expunge_and_compact, CAPS_QRESYNC, "kill", 30, true, NULL,
	 do_expunge, check_expunge)
SCENARIO(expunge_plain, CAPS_PLAIN, "half", 30, false, NULL, do_expunge,
	 check_expunge)
SCENARIO(append, CAPS_QRESYNC, "kill", 20, true, expunge_and_send, do_undo,
	 check_append)
SCENARIO(append_plain, CAPS_PLAIN, "after", 20, true, expunge_and_send,
	 do_undo, check_append)
SCENARIO(folders, CAPS_QRESYNC, "kill", 20, true, NULL, do_folders,
	 check_folders)
SCENARIO(pop_delete, CAPS_POP, "kill", 20, true, NULL, do_pop_delete,
	 check_pop)
SCENARIO(pop_delete_after, CAPS_POP, "after", 20, false, NULL, do_pop_delete,
	 check_pop)

/* ---- the power goes ----------------------------------------------------- */

SCENARIO(flags_and_no_power, CAPS_QRESYNC, "cut", 20, false, NULL, do_flags,
	 check_flags)
SCENARIO(move_and_no_power, CAPS_QRESYNC, "cut", 30, true, NULL, do_move,
	 check_move)
SCENARIO(move_and_a_disk_that_reorders, CAPS_PLAIN, "reorder", 30, false,
	 NULL, do_move, check_move)
SCENARIO(expunge_and_no_power, CAPS_PLAIN, "cut", 30, false, NULL, do_expunge,
	 check_expunge)
SCENARIO(expunge_and_a_disk_that_reorders, CAPS_QRESYNC, "reorder", 30, true,
	 NULL, do_expunge, check_expunge)
SCENARIO(append_and_no_power, CAPS_QRESYNC, "cut", 20, false,
	 expunge_and_send, do_undo, check_append)
SCENARIO(pop_delete_and_no_power, CAPS_POP, "cut", 20, false, NULL,
	 do_pop_delete, check_pop)

/* ---- calls that fail ---------------------------------------------------- */

SCENARIO(flags_disk_full, CAPS_QRESYNC, "enospc", 10, false, NULL, do_flags,
	 check_flags)
SCENARIO(move_disk_full, CAPS_QRESYNC, "enospc", 20, false, NULL, do_move,
	 check_move)
SCENARIO(move_io_error, CAPS_PLAIN, "eio", 20, false, NULL, do_move,
	 check_move)
SCENARIO(expunge_disk_full, CAPS_PLAIN, "enospc", 20, false, NULL, do_expunge,
	 check_expunge)
SCENARIO(expunge_io_error, CAPS_QRESYNC, "eio", 20, false, NULL, do_expunge,
	 check_expunge)
SCENARIO(expunge_short_writes, CAPS_QRESYNC, "short", 20, false, NULL,
	 do_expunge, check_expunge)
SCENARIO(append_disk_full, CAPS_QRESYNC, "enospc", 10, false,
	 expunge_and_send, do_undo, check_append)
SCENARIO(expunge_too_many_files, CAPS_QRESYNC, "emfile", 4, false, NULL,
	 do_expunge, check_expunge)
SCENARIO(append_too_many_files, CAPS_PLAIN, "emfile", 4, false,
	 expunge_and_send, do_undo, check_append)
SCENARIO(pop_delete_io_error, CAPS_POP, "eio", 10, false, NULL, do_pop_delete,
	 check_pop)
