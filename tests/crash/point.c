/*
 * point.c - the runs of a scenario, one for each call that changes a file
 */
#include "crash/point.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crash/journal.h"
#include "support/crashpoint.h"

/* What the child tells. */
static volatile struct told {
	int acknowledged;	/* the person was told that it is decided */
	int st;			/* how it went; -1: it died */
	long points;		/* calls that it made */
	char sentence[256];
} *told;
static struct journal *journal;

/* ---- dying -------------------------------------------------------------- */

static enum st
act(struct world *w, const struct scenario *s)
{
	return s->act ? s->act(w) : world_sync(w);
}

static enum st
decide_and_act(struct world *w, const struct scenario *s, bool decides)
{
	enum st st = store_open(w->dir, STORE_WORKER, &w->store, &w->e);

	if (st == ST_OK && decides) {
		st = s->decide(w);
		told->acknowledged = st == ST_OK;
	}
	return st == ST_OK ? act(w, s) : st;
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
	st = decide_and_act(w, s, decides);
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

	for (int i = 0; i < 2; i++) {
		if (s->settle)
			s->settle(w);
		cr_assert_eq(act(w, s), ST_OK, "%s", w->e.text);
	}
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

void
point_run(const struct scenario *s)
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

/* ---- what scenarios are made of ------------------------------------------ */

/* The row of message n in a folder, 0: it is not there. */
int64_t
point_row(struct world *w, const char *folder, unsigned n)
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

int64_t
point_folder(struct world *w, const char *name)
{
	struct folder *f = NULL;
	int64_t id = folder_by_name(w->store, name, &f, NULL) == ST_OK ?
		f->id : 0;

	folder_free(f);
	return id;
}

enum st
point_begin(struct world *w)
{
	enum st st = store_begin(w->store, &w->e);

	return st == ST_OK ? queue_action(w->store, "x", &w->e) : st;
}

enum st
point_end(struct world *w, enum st st)
{
	return st == ST_OK ? store_commit(w->store, &w->e) : st;
}
