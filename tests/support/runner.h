/*
 * runner.h - included into every test before anything else
 *
 * Criterion runs each test in a child.  Its own process now and then leaks
 * 48 octets of its book-keeping when tests with time limits run side by
 * side; the leak checker must not count those, and does count what a test
 * leaks, in the child.
 */
#ifndef VERSO_TESTS_RUNNER_H
#define VERSO_TESTS_RUNNER_H

#include <stdlib.h>

struct criterion_test_set;
__attribute__((weak)) struct criterion_test_set *
criterion_initialize(void);

int
__lsan_is_turned_off(void);

/* Criterion's sandbox marks its children in their environment. */
__attribute__((weak, used)) int
__lsan_is_turned_off(void)
{
	return criterion_initialize && !getenv("BXFI_MAP");
}

#endif
