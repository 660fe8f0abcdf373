/*
 * crashpoint.h - make the n-th system call that changes a file the last one
 *
 * Linked into a test program, or preloaded (tests/support/crashpoint.so), this
 * stands before write, pwrite, writev, fsync, fdatasync, rename, ftruncate,
 * truncate, unlink and mkdir of files below VERSO_CRASH_UNDER.  The commits
 * of the index are among them, since SQLite makes the same calls.
 *
 *	VERSO_CRASH_UNDER=DIR	which files count; without it nothing is done
 *	VERSO_CRASH_AT=N	the call that fails, from 1; 0 or none: count
 *	VERSO_CRASH_MODE=kill	SIGKILL instead of the call (default)
 *			half	half of a write is done, then SIGKILL
 *			after	the call is done, then SIGKILL
 *			cut	the power goes instead of the call: what was
 *				not made durable is lost, then SIGKILL
 *			reorder	the same, but of each file the writes up to
 *				some moment are there, another for each
 *			enospc	this call and every later one that needs
 *				space: ENOSPC
 *			eio	this call alone: EIO
 *			short	this write does half of its octets
 *			emfile	opening a file fails with EMFILE; only that
 *				counts then
 *	VERSO_CRASH_COUNT=FILE	calls so far, as text, kept up to date (the
 *				file must not lie below DIR)
 *
 * So a test runs a program with N = 1, 2, 3 … until a run comes to its own
 * end, and knows from FILE how many points it has seen.
 */
#ifndef VERSO_TESTS_CRASHPOINT_H
#define VERSO_TESTS_CRASHPOINT_H

/* For a program that has this linked in: read the environment again (after
 * fork and setenv), counting from 0. */
void
crashpoint_arm(void);
/* Calls counted since. */
long
crashpoint_count(void);

#endif
