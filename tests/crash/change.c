/*
 * change.c - a decision, and its way to the server, killed at each call that
 * changes a file
 *
 * A child decides something, synchronises, and dies at the n-th such call,
 * for n = 1, 2, 3 … until it comes to its end; or that call fails (disk full,
 * an I/O error, half of a write), and it says so.  What it had told the server
 * is told to the parent's copy of it.  Then the store opens, the next
 * synchronisation succeeds, both copies are equal byte for byte, no message is
 * lost or doubled, and what was acknowledged has happened, once.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crash/journal.h"
#include "store/queue.h"
#include "support/crashpoint.h"
#include "sync/world.h"

/* What the child tells. */
static volatile struct told {
	int acknowledged;	/* the person was told that it is decided */
	int st;			/* how it went; -1: it died */
	long points;		/* calls that it made */
	char sentence[256];
} *told;
static struct journal *journal;

struct scenario {
	uint32_t caps;
	const char *mode;	/* crashpoint.h */
	int least;		/* points that must have been seen */
	bool nested;		/* kill some recoveries, too */
	/* Before; its changes reach the server. */
	void (*before)(struct world *w);
	/* In the child: no assertions. */
	enum st (*decide)(struct world *w);
	/* Afterwards; acknowledged: it must have happened. */
	void (*check)(struct world *w, bool acknowledged);
};

/* ---- dying -------------------------------------------------------------- */

static enum st
decide_and_sync(struct world *w, const struct scenario *s, bool decides)
{
	enum st st = store_open(w->dir, STORE_WORKER, &w->store, &w->e);

	if (st == ST_OK && decides) {
		st = s->decide(w);
		told->acknowledged = st == ST_OK;
	}
	return st == ST_OK ? world_sync(w) : st;
}

static void
child(struct world *w, const struct scenario *s, bool decides, long n)
{
	char *at = g_strdup_printf("%ld", n);
	enum st st;

	g_setenv("VERSO_CRASH_UNDER", w->dir, TRUE);
	g_setenv("VERSO_CRASH_MODE", s->mode, TRUE);
	g_setenv("VERSO_CRASH_AT", at, TRUE);
	journal_keep(journal, w->driver);
	crashpoint_arm();
	st = decide_and_sync(w, s, decides);
	told->points = crashpoint_count();
	g_strlcpy((char *)told->sentence, st == ST_OK ? "" : w->e.text,
		  sizeof(told->sentence));
	told->st = (int)st;
	store_close(w->store);
	_exit(0);
}

static bool
is_fault(const struct scenario *s)
{
	static const char *const deaths[] = { "kill", "half", "after", "cut",
					      "reorder", NULL };

	return !g_strv_contains(deaths, s->mode);
}

/* A failure is a sentence of this side, and no other one is known. */
static void
check_told(const struct scenario *s, long n)
{
	if (told->st == ST_OK)
		return;
	cr_assert(is_fault(s), "point %ld: %s", n, told->sentence);
	cr_assert(told->st == ST_LOCAL || told->st == ST_CORRUPT ||
		  told->st == ST_REFUSED, "point %ld: %s: %s", n,
		  st_name((enum st)told->st), told->sentence);
	cr_assert_neq(told->sentence[0], '\0');
}

/* True when the child came to its end without having met the point. */
static bool
run_until(struct world *w, const struct scenario *s, bool decides, long n)
{
	int status;
	pid_t pid;

	store_close(w->store);
	w->store = NULL;
	told->st = -1;
	told->points = 0;
	pid = fork();
	if (pid == 0)
		child(w, s, decides, n);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFEXITED(status) ? WEXITSTATUS(status) == 0
				    : WTERMSIG(status) == SIGKILL,
		  "point %ld: status %d", n, status);
	if (WIFEXITED(status))
		check_told(s, n);
	journal_replay(journal, w->driver);
	world_reopen(w);
	return WIFEXITED(status) && told->points < n;
}

static struct world *
prepare(const struct scenario *s)
{
	struct world *w = world_new(s->caps);

	if (s->caps & CAP_FOLDERS) {
		memory_folder_add(w->server, "Archive", ROLE_ARCHIVE);
		memory_folder_add(w->server, "Trash", ROLE_TRASH);
	} else {
		w->account->keep = KEEP_FOREVER;
	}
	for (unsigned i = 1; i <= 6; i++)
		world_add(w, "INBOX", i, i == 3 ? 300000 : 700, 0);
	SYNCS(w);
	if (s->before)
		s->before(w);
	told->acknowledged = 0;
	journal_clear(journal);
	return w;
}

static void
come_back(struct world *w, const struct scenario *s)
{
	struct queue_counts n;

	SYNCS(w);
	SYNCS(w);
	if (s->caps & CAP_FOLDERS)
		world_check(w);
	cr_assert_eq(queue_counts(w->store, &n, NULL), ST_OK);
	cr_assert_eq(n.waiting + n.parked, 0, "%d wait, %d parked",
		     (int)n.waiting, (int)n.parked);
	s->check(w, told->acknowledged);
}

/* Every point of a death by signal; of the rest every third, and of recoveries
 * every eleventh, unless VERSO_CRASH_ALL asks for all of them. */
static int
step(const struct scenario *s)
{
	return getenv("VERSO_CRASH_ALL") || strcmp(s->mode, "kill") == 0 ? 1
									 : 3;
}

static bool
is_nested(const struct scenario *s, long n)
{
	return s->nested && n % (getenv("VERSO_CRASH_ALL") ? 1 : 11) == 0;
}

static void
run(const struct scenario *s)
{
	bool end = false;
	long n;

	told = mmap(NULL, sizeof(*told), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	journal = journal_new();
	for (n = 1; !end; n += step(s)) {
		struct world *w = prepare(s);

		end = run_until(w, s, true, n);
		if (!end && is_nested(s, n))
			for (long m = 1 + n % 5; !run_until(w, s, false, m);
			     m += 7)
				;
		come_back(w, s);
		world_free(w);
	}
	cr_assert_geq(told->points, s->least, "only %ld points",
		      told->points);
	journal_free(journal);
	munmap((void *)told, sizeof(*told));
}

/* ---- what can be decided ------------------------------------------------ */

/* The row of message n in a folder, 0: it is not there. */
static int64_t
row(struct world *w, const char *folder, unsigned n)
{
	char *id = g_strdup_printf("%u@example.org", n);
	struct message m = { 0 };
	struct folder *f = NULL;
	int64_t found = 0;

	if (folder_by_name(w->store, folder, &f, NULL) == ST_OK &&
	    message_by_message_id(w->store, f->id, id, &m, NULL) == ST_OK)
		found = m.id;
	message_clear(&m);
	folder_free(f);
	g_free(id);
	return found;
}

static int64_t
folder_row(struct world *w, const char *name)
{
	struct folder *f = NULL;
	int64_t id = folder_by_name(w->store, name, &f, NULL) == ST_OK ?
		f->id : 0;

	folder_free(f);
	return id;
}

static enum st
begin(struct world *w)
{
	enum st st = store_begin(w->store, &w->e);

	return st == ST_OK ? queue_action(w->store, "x", &w->e) : st;
}

static enum st
end(struct world *w, enum st st)
{
	return st == ST_OK ? store_commit(w->store, &w->e) : st;
}

static enum st
do_flags(struct world *w)
{
	struct flags f = { FLAG_SEEN | FLAG_FLAGGED, (char *)"work" };
	int64_t ids[] = { row(w, "INBOX", 1), row(w, "INBOX", 4) };
	size_t n = 2;
	enum st st = begin(w);

	if (st == ST_OK)
		st = queue_flags(w->store, ids, &n, true, &f, &w->e);
	return end(w, st);
}

static enum st
do_move(struct world *w)
{
	int64_t ids[] = { row(w, "INBOX", 2), row(w, "INBOX", 3) };
	int64_t dest = folder_row(w, "Archive");
	size_t n = 2;
	enum st st = begin(w);

	if (st == ST_OK)
		st = queue_move(w->store, ids, &n, dest, &w->e);
	return end(w, st);
}

static enum st
do_copy(struct world *w)
{
	int64_t id = row(w, "INBOX", 2), dest = folder_row(w, "Archive");
	size_t n = 1;
	enum st st = begin(w);

	if (st == ST_OK)
		st = queue_copy(w->store, &id, &n, dest, &w->e);
	return end(w, st);
}

/* The third is larger than all others together: its folder is compacted. */
static enum st
do_expunge(struct world *w)
{
	int64_t ids[] = { row(w, "INBOX", 3), row(w, "INBOX", 5) };
	size_t n = 2;
	enum st st = begin(w);

	if (st == ST_OK)
		st = queue_expunge(w->store, ids, &n, &w->e);
	return end(w, st);
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
	enum st st = begin(w);

	if (st == ST_OK)
		st = queue_create(w->store, "New", '/', ROLE_NONE, false, &id,
				  &w->e);
	if (st == ST_OK)
		st = queue_rename(w->store, folder_row(w, "Archive"), "Old",
				  &w->e);
	return end(w, st);
}

/* To Trash, which is only here; the server is to let go of it. */
static enum st
do_pop_delete(struct world *w)
{
	int64_t id = row(w, "INBOX", 2), trash = 0;
	size_t n = 1;
	enum st st = begin(w);

	if (st == ST_OK)
		st = queue_create(w->store, "Trash", '/', ROLE_TRASH, true,
				  &trash, &w->e);
	if (st == ST_OK)
		st = queue_move(w->store, &id, &n, trash, &w->e);
	return end(w, st);
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
	bool moved = row(w, "Archive", 2) != 0;

	cr_assert(moved || !decided);
	cr_assert_eq(there(w, "INBOX"), moved ? 4 : 6);
	cr_assert_eq(there(w, "Archive"), moved ? 2 : 0);
	cr_assert_eq(row(w, "INBOX", 2) != 0, !moved);
	cr_assert_eq(row(w, "Archive", 3) != 0, moved);
}

static void
check_copy(struct world *w, bool decided)
{
	bool copied = row(w, "Archive", 2) != 0;

	cr_assert(copied || !decided);
	cr_assert_eq(there(w, "INBOX"), 6);
	cr_assert_eq(there(w, "Archive"), copied);
}

static void
check_expunge(struct world *w, bool decided)
{
	bool gone = row(w, "INBOX", 3) == 0;

	cr_assert(gone || !decided);
	cr_assert_eq(row(w, "INBOX", 5) == 0, gone);
	cr_assert_eq(there(w, "INBOX"), gone ? 4 : 6);
}

static void
expunge_and_send(struct world *w)
{
	int64_t id = row(w, "INBOX", 5);
	size_t n = 1;
	enum st st = begin(w);

	if (st == ST_OK)
		st = queue_expunge(w->store, &id, &n, &w->e);
	cr_assert_eq(end(w, st), ST_OK);
	SYNCS(w);
	cr_assert_eq(there(w, "INBOX"), 5);
}

/* What was deleted for ever is appended again, once. */
static void
check_append(struct world *w, bool decided)
{
	bool back = row(w, "INBOX", 5) != 0;

	cr_assert(back || !decided);
	cr_assert_eq(there(w, "INBOX"), back ? 6 : 5);
}

static void
check_folders(struct world *w, bool decided)
{
	bool made = folder_row(w, "New") != 0;

	cr_assert(made || !decided);
	cr_assert_eq(folder_row(w, "Old") != 0, made);
	cr_assert_eq(folder_row(w, "Archive") == 0, made);
}

static void
check_pop(struct world *w, bool decided)
{
	bool gone = row(w, "INBOX", 2) == 0;

	cr_assert(gone || !decided);
	cr_assert_eq(row(w, "Trash", 2) != 0, gone);
	cr_assert_eq(there(w, "INBOX"), gone ? 5 : 6);
	world_check_pop(w, gone ? 5 : 6);
}

/* ---- the table ---------------------------------------------------------- */

#define SCENARIO(Name, ...) \
	Test(crash_change, Name, .timeout = 900) \
	{ \
		run(&(struct scenario){ __VA_ARGS__ }); \
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
