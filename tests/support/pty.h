/*
 * pty.h - a program on a terminal of the test's own
 *
 * Runs a program on a pseudo-terminal of a chosen size, types at it, sees its
 * screen (vt.h) and measures what it costs: octets written, processor time,
 * memory.
 */
#ifndef VERSO_TESTS_PTY_H
#define VERSO_TESTS_PTY_H

#include <stdbool.h>
#include <stdint.h>

#include <sys/types.h>

#include "vt.h"

struct pty_options {
	int rows, columns;	/* 0: 24 and 80 */
	const char *term;	/* NULL: xterm-256color */
	/* More of the environment, "NAME=value", NULL-terminated; may be
	 * NULL.  It starts with PATH, HOME, LC_ALL=C.UTF-8 and TERM alone. */
	const char *const *env;
};

struct pty;

/* argv[0] is looked for in PATH.  options NULL: all as it comes. */
struct pty *
pty_start(const char *const *argv, const struct pty_options *options);

/* Hang up, wait until it has slept two seconds, kill; the exit status, or
 * 128 + signal.  Frees p.  A program that had already ended gives its own
 * status. */
int
pty_stop(struct pty *p);

/* Type bytes. */
void
pty_type(struct pty *p, const char *bytes);

/* Read until nothing has come for quiet_ms and the program sleeps (it may be
 * quiet because the machine is busy), at most max_ms.  False: it never was
 * quiet, or the program ended. */
bool
pty_settle(struct pty *p, int quiet_ms, int max_ms);
/* Read until text stands in a row of the screen.  False: it did not within
 * max_ms, or the program ended without. */
bool
pty_expect(struct pty *p, const char *text, int max_ms);
/* Read until something comes; the microseconds that took since the call, or
 * -1 when nothing came within max_ms. */
int64_t
pty_first_byte(struct pty *p, int max_ms);

void
pty_resize(struct pty *p, int rows, int columns);

/* Borrowed; fed by every call that reads. */
const struct vt *
pty_screen(const struct pty *p);
pid_t
pty_pid(const struct pty *p);
bool
pty_ended(const struct pty *p);

/* ---- what it costs, since the start --------------------------------- */

/* Octets written to the terminal and read by now. */
int64_t
pty_octets(const struct pty *p);
/* User and system time of the program itself (not of its children), in
 * microseconds; -1 when it has ended. */
int64_t
pty_cpu(const struct pty *p);
/* The largest resident size so far, in KiB; -1 when it has ended. */
int64_t
pty_memory(const struct pty *p);

#endif
