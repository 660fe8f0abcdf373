/*
 * store.c - the store, stopped at each system call that changes a file
 *
 * A child brings a store to a wanted state and is killed (or refused) at its
 * first, second, third … such call, until one comes through.  Each time the
 * store must open, agree with its mbox, have nothing but whole messages, and
 * reach the wanted state when the work is done again.
 */
#include "../unit/store_help.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../support/crashpoint.h"
#include "model/flags.h"

#define SIZE(uid) ((uid) == 3 || (uid) == 30 ? 400000 : \
		   (uid) == 25 ? 60000 : (uid) * 97 % 2500 + 100)
#define TRY(call) do { \
		enum st st_ = (call); \
		if (st_ != ST_OK) \
			return st_; \
	} while (0)

/* What a folder shall have. */
struct wanted {
	const char *uids, *read;	/* sets */
	int64_t uidvalidity;
};

static enum st
ingest(struct store *s, int64_t folder, uint32_t uid, struct err *e)
{
	struct ingest what = { .folder = folder, .uid = uid,
			       .internaldate = 1600000000 + uid };
	char *text = make_text(uid, SIZE(uid));
	struct envelope env;
	enum st st;

	make_envelope(&env, uid);
	st = ingest_begin(s, folder, e);
	if (st == ST_OK)
		st = ingest_bytes(s, text, strlen(text), e);
	if (st == ST_OK)
		st = ingest_end(s, &what, &env, NULL, e);
	else
		ingest_abort(s);
	envelope_clear(&env);
	g_free(text);
	return st;
}

static enum st
bring(struct store *s, int64_t folder, struct uidset *missing,
      const struct uidset *extra, const struct uidset *all,
      const struct uidset *seen, struct err *e)
{
	uint64_t it = 0;
	uint32_t uid;

	TRY(store_remove(s, folder, extra, true, NULL, e));
	while (uidset_next(missing, &it, &uid))
		TRY(ingest(s, folder, uid, e));
	for (it = 0; uidset_next(all, &it, &uid);) {
		struct flags f = { uidset_has(seen, uid) ? FLAG_SEEN : 0,
				   uid % 7 ? NULL : (char *)"seven" };

		TRY(store_set_flags(s, folder, uid, &f, 0, e));
	}
	return ST_OK;
}

static void
parse(const char *text, struct uidset *set)
{
	*set = (struct uidset)UIDSET_EMPTY;
	cr_assert(!*text || uidset_parse(set, text, strlen(text), 1000));
}

/* What a sync does: the difference, in one transaction. */
static enum st
converge(struct store *s, int64_t folder, const struct wanted *w,
	 struct err *e)
{
	struct uidset all, seen, here = UIDSET_EMPTY, missing = UIDSET_EMPTY;
	enum st st;

	parse(w->uids, &all);
	parse(w->read, &seen);
	st = folder_uids(s, folder, &here, e);
	uidset_add_set(&missing, &all);
	uidset_remove_set(&missing, &here);
	uidset_remove_set(&here, &all);
	if (st == ST_OK)
		st = store_begin(s, e);
	if (st == ST_OK) {
		st = bring(s, folder, &missing, &here, &all, &seen, e);
		if (st == ST_OK)
			st = store_commit(s, e);
		else
			store_rollback(s);
	}
	uidset_clear(&missing);
	uidset_clear(&here);
	uidset_clear(&seen);
	uidset_clear(&all);
	return st;
}

static enum st
upsert(struct store *s, const char *name, int64_t *id, struct err *e)
{
	struct folder_info *info = folder_info_new(name, '/');
	enum st st = folder_upsert(s, info, id, e);

	folder_info_free(info);
	return st;
}

static enum st
reach(struct store *s, const char *name, const struct wanted *w,
      struct err *e)
{
	int64_t id;

	TRY(upsert(s, name, &id, e));
	return converge(s, id, w, e);
}

/* ---- the scenarios ----------------------------------------------------- */

static const struct wanted first = { "1:12", "2,4", 0 };
static const struct wanted more = { "1:3,5:8,10,13:20", "1:2,8", 0 };
static const struct wanted few = { "2,7,20", "2,7", 0 };

static enum st
first_sync(struct store *s, struct err *e)
{
	TRY(reach(s, "INBOX", &first, e));
	return reach(s, "Lists/kernel", &few, e);
}

static enum st
next_sync(struct store *s, struct err *e)
{
	TRY(reach(s, "INBOX", &more, e));
	return reach(s, "Lists/kernel", &first, e);
}

/* Enough goes for the file to be rewritten. */
static enum st
much_goes(struct store *s, struct err *e)
{
	TRY(reach(s, "INBOX", &few, e));
	return reach(s, "Lists/kernel", &few, e);
}

static const struct wanted large = { "1:2,25:30", "2,26", 0 };
static const struct wanted gap = { "1:2,26:30", "2,26", 0 };
static const struct wanted wide = { "1:2,28:30", "2,28", 0 };
static const struct wanted marked = { "1,28:30", "1,30", 0 };

static enum st
long_gap(struct store *s, struct err *e)
{
	TRY(reach(s, "INBOX", &large, e));
	return reach(s, "INBOX", &gap, e);
}

/* Much padding, which is kept, and too little for the file to be
 * rewritten. */
static enum st
gap_grows(struct store *s, struct err *e)
{
	TRY(reach(s, "INBOX", &wide, e));
	return reach(s, "INBOX", &marked, e);
}

static enum st
folders_change(struct store *s, struct err *e)
{
	struct folder *f = NULL;
	struct err none;
	enum st st = folder_by_name(s, "Lists/kernel", &f, &none);

	if (st == ST_OK) {
		st = folder_rename(s, f->id, "Old/kernel", e);
		folder_free(f);
		TRY(st);
	}
	f = NULL;
	if (folder_by_name(s, "INBOX", &f, &none) == ST_OK) {
		st = folder_remove(s, f->id, e);
		folder_free(f);
		TRY(st);
	}
	return reach(s, "Old/kernel", &few, e);
}

static enum st
renumber(struct store *s, struct err *e)
{
	struct folder *f = NULL;
	struct flags none = { 0, NULL };
	bool done, matched;
	enum st st = ST_OK;

	TRY(folder_by_name(s, "INBOX", &f, e));
	done = f->uidvalidity == 9;
	if (!done)
		st = rematch_begin(s, f->id, 9, e);
	for (uint32_t old = 5; old <= 12 && !done && st == ST_OK; old++) {
		char *text = make_text(old, SIZE(old));
		char *id = g_strdup_printf("%u@test", old);

		st = rematch_add(s, old - 4, id, (int64_t)strlen(text),
				 1600000000 + old, &none, 0, &matched, e);
		g_free(id);
		g_free(text);
	}
	if (st == ST_OK && !done)
		st = rematch_finish(s, e);
	folder_free(f);
	return st;
}

struct scenario {
	enum st (*before)(struct store *s, struct err *e);
	enum st (*work)(struct store *s, struct err *e);
	const char *folder[2], *uids[2];	/* afterwards */
	int shift;		/* number - shift is the UID, renumbered */
	long points;		/* calls there must be at least */
};

/* ---- the loop ---------------------------------------------------------- */

static void
check_whole(struct store *s, const char *name, int shift)
{
	struct folder *f = NULL;
	struct uidset here = UIDSET_EMPTY;
	struct err none;
	uint64_t it = 0;
	uint32_t uid;

	if (folder_by_name(s, name, &f, &none) != ST_OK)
		return;
	check_verify(s, f->id);
	OK(folder_uids(s, f->id, &here, e));
	while (uidset_next(&here, &it, &uid)) {
		int by = f->uidvalidity == 9 ? shift : 0;
		uint32_t old = uid + (uint32_t)by;
		char *wire = make_text(old, SIZE(old)), *want = to_lf(wire);
		struct message m;
		GBytes *got = NULL;

		OK(message_by_uid(s, f->id, uid, &m, e));
		OK(message_bytes(s, m.id, &got, e));
		cr_assert_eq(g_bytes_get_size(got), strlen(want));
		cr_assert_eq(memcmp(g_bytes_get_data(got, NULL), want,
				    strlen(want)), 0);
		g_bytes_unref(got);
		message_clear(&m);
		g_free(want);
		g_free(wire);
	}
	uidset_clear(&here);
	folder_free(f);
}

static void
check_end(struct store *s, const struct scenario *sc)
{
	for (int i = 0; i < 2; i++) {
		struct folder *f = NULL;
		struct err none;
		enum st st = folder_by_name(s, sc->folder[i], &f, &none);

		if (!sc->uids[i]) {
			cr_assert_eq(st, ST_GONE);
			continue;
		}
		cr_assert_eq(st, ST_OK);
		check_uids(s, f->id, sc->uids[i]);
		check_whole(s, sc->folder[i], sc->shift);
		folder_free(f);
	}
}

/* The child: 0 done, 1 refused with a sentence. */
static void __attribute__((noreturn))
child(const char *dir, const struct scenario *sc, long n, const char *mode)
{
	char *at = g_strdup_printf("%ld", n);
	struct store *s = NULL;
	struct err e = { "" };
	enum st st;

	g_setenv("VERSO_CRASH_UNDER", dir, TRUE);
	g_setenv("VERSO_CRASH_AT", at, TRUE);
	g_setenv("VERSO_CRASH_MODE", mode, TRUE);
	crashpoint_arm();
	st = store_open(dir, STORE_WORKER, &s, &e);
	if (st == ST_OK)
		st = sc->work(s, &e);
	store_close(s);
	if (st != ST_OK && (st != ST_LOCAL || !e.text[0]))
		_exit(2);
	if (st == ST_OK && crashpoint_count() < n)
		_exit(3);	/* there was no n-th call */
	_exit(st == ST_OK ? 0 : 1);
}

static int
run_child(const char *dir, const struct scenario *sc, long n,
	  const char *mode)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		child(dir, sc, n, mode);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status)) {
		cr_assert_eq(WTERMSIG(status), SIGKILL, "%s %ld: signal %d",
			     mode, n, WTERMSIG(status));
		return 0;
	}
	cr_assert_neq(WEXITSTATUS(status), 2, "%s %ld: a failure without "
		      "reason", mode, n);
	return WEXITSTATUS(status);
}

/* One run, broken at the n-th call; false when there was none. */
static bool
one(const struct scenario *sc, long n, const char *mode)
{
	char *dir = fresh_dir();
	struct store *s = open_worker(dir);
	int code;

	if (sc->before)
		OK(sc->before(s, e));
	store_close(s);
	code = run_child(dir, sc, n, mode);
	s = open_worker(dir);
	check_whole(s, sc->folder[0], sc->shift);
	check_whole(s, sc->folder[1], sc->shift);
	OK(sc->work(s, e));
	check_end(s, sc);
	store_close(s);
	wipe(dir);
	g_free(dir);
	return code != 3;
}

/* Kills at every point; the other ways of breaking at every fifth, unless
 * VERSO_CRASH_ALL is set. */
static void
all_points(const struct scenario *sc, const char *mode)
{
	long step = strcmp(mode, "kill") == 0 || g_getenv("VERSO_CRASH_ALL") ?
		1 : 5;
	long n = 1;

	if (g_file_test("/dev/shm", G_FILE_TEST_IS_DIR))
		g_setenv("TMPDIR", "/dev/shm", FALSE);	/* much quicker */
	while (one(sc, n, mode))
		n += step;
	cr_assert_geq(n - 1, sc->points, "%s: only %ld points", mode, n - 1);
}

#define SCENARIO(name, before_, work_, uids0, uids1, folder0, folder1, \
		 shift_, points_) \
	static const struct scenario name = { before_, work_, \
		{ folder0, folder1 }, { uids0, uids1 }, shift_, points_ }; \
	Test(crash_store, name ## _kill) { all_points(&name, "kill"); } \
	Test(crash_store, name ## _half) { all_points(&name, "half"); } \
	Test(crash_store, name ## _after) { all_points(&name, "after"); } \
	Test(crash_store, name ## _enospc) { all_points(&name, "enospc"); } \
	Test(crash_store, name ## _eio) { all_points(&name, "eio"); } \
	Test(crash_store, name ## _short) { all_points(&name, "short"); }

SCENARIO(fill, NULL, first_sync, "1:12", "2,7,20", "INBOX", "Lists/kernel", 0,
	 80)
SCENARIO(change, first_sync, next_sync, "1:3,5:8,10,13:20", "1:12", "INBOX",
	 "Lists/kernel", 0, 80)
SCENARIO(compact, first_sync, much_goes, "2,7,20", "2,7,20", "INBOX",
	 "Lists/kernel", 0, 80)
SCENARIO(padding, long_gap, gap_grows, "1,28:30", "1,28:30", "INBOX", "INBOX",
	 0, 40)
SCENARIO(folders, first_sync, folders_change, NULL, "2,7,20", "INBOX",
	 "Old/kernel", 0, 80)
SCENARIO(renumber_all, first_sync, renumber, "1:8", "2,7,20", "INBOX",
	 "Lists/kernel", 4, 80)
