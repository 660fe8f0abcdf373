/*
 * sync.c - a synchronisation killed at each call that changes a file
 *
 * A child runs it and dies at the n-th write, fsync, rename, … for n = 1, 2,
 * 3 … until it comes to its end.  After each death the store opens, the next
 * synchronisation succeeds, and both copies are equal, byte for byte.
 */
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/crashpoint.h"
#include "sync/world.h"

/* Set by the child when the server has done what it was asked. */
static volatile int *finished;

struct scenario {
	uint32_t caps;
	bool later;		/* of a second synchronisation */
	const char *mode;
	int least;		/* points that must have been seen */
};

static void
child(struct world *w, const char *mode, long n)
{
	char *at = g_strdup_printf("%ld", n);

	g_setenv("VERSO_CRASH_UNDER", w->dir, TRUE);
	g_setenv("VERSO_CRASH_MODE", mode, TRUE);
	g_setenv("VERSO_CRASH_AT", at, TRUE);
	crashpoint_arm();
	if (store_open(w->dir, STORE_WORKER, &w->store, &w->e) != ST_OK ||
	    world_sync(w) != ST_OK)
		_exit(1);
	*finished = 1;
	store_close(w->store);
	_exit(0);
}

/* True when the child came to its end. */
static bool
run_until(struct world *w, const char *mode, long n)
{
	int status;
	pid_t pid;

	store_close(w->store);
	w->store = NULL;
	*finished = 0;
	pid = fork();
	if (pid == 0)
		child(w, mode, n);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFSIGNALED(status) || WEXITSTATUS(status) == 0,
		  "point %ld: status %d", n, status);
	world_reopen(w);
	return !WIFSIGNALED(status);
}

static void
prepare(struct world *w, const struct scenario *s)
{
	bool pop = s->caps & CAP_DELIVERS;

	for (unsigned i = 1; i <= 6; i++)
		world_add(w, "INBOX", i, i == 3 ? 300000 : 700, 0);
	if (!s->later)
		return;
	SYNCS(w);
	world_add(w, "INBOX", 7, 900, 0);
	world_add(w, "INBOX", 8, 10, FLAG_SEEN);
	if (pop)
		return;
	world_flags(w, "INBOX", 1, FLAG_SEEN | FLAG_FLAGGED);
	memory_message_remove(w->server, "INBOX", 2);
	memory_message_remove(w->server, "INBOX", 6);
	memory_folder_add(w->server, "New", ROLE_NONE);
	world_add(w, "New", 9, 100, 0);
}

/* What the child's server did, which this process did not see. */
static void
follow(struct world *w)
{
	if (!*finished)
		return;
	for (uint32_t uid = 1; uid <= 8; uid++)
		memory_message_remove(w->server, "INBOX", uid);
}

static void
run(const struct scenario *s)
{
	bool pop = s->caps & CAP_DELIVERS, end = false;
	long n;

	finished = mmap(NULL, sizeof(int), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (n = 1; !end; n++) {
		struct world *w = world_new(s->caps);

		prepare(w, s);
		end = run_until(w, s->mode, n);
		if (pop)
			follow(w);
		SYNCS(w);
		if (pop) {
			world_check_pop(w, s->later ? 8 : 6);
			cr_assert_eq(memory_message_count(w->server, "INBOX"),
				     0);
		} else {
			world_check(w);
		}
		world_free(w);
	}
	cr_assert_geq(n - 2, s->least, "only %ld points", n - 2);
	munmap((void *)finished, sizeof(int));
}

Test(crash_sync, imap_first, .timeout = 600)
{
	run(&(struct scenario){ CAPS_QRESYNC, false, "kill", 12 });
}

Test(crash_sync, imap_later, .timeout = 600)
{
	run(&(struct scenario){ CAPS_QRESYNC, true, "kill", 20 });
}

Test(crash_sync, imap_later_half_written, .timeout = 600)
{
	run(&(struct scenario){ CAPS_PLAIN, true, "half", 20 });
}

Test(crash_sync, pop_first, .timeout = 600)
{
	run(&(struct scenario){ CAPS_POP, false, "kill", 12 });
}

Test(crash_sync, pop_later, .timeout = 600)
{
	run(&(struct scenario){ CAPS_POP, true, "after", 12 });
}

/* ---- the power goes: what was not made durable is lost ------------------ */

Test(crash_sync, imap_first_and_no_power, .timeout = 600)
{
	run(&(struct scenario){ CAPS_QRESYNC, false, "cut", 12 });
}

Test(crash_sync, imap_later_and_a_disk_that_reorders, .timeout = 600)
{
	run(&(struct scenario){ CAPS_PLAIN, true, "reorder", 20 });
}

Test(crash_sync, pop_first_and_no_power, .timeout = 600)
{
	run(&(struct scenario){ CAPS_POP, false, "cut", 12 });
}

Test(crash_sync, pop_later_and_a_disk_that_reorders, .timeout = 600)
{
	run(&(struct scenario){ CAPS_POP, true, "reorder", 12 });
}
