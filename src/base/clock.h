/*
 * clock.h - monotonic time for waits, wall time for dates
 *
 * Deadlines are always taken from the monotonic clock, so that a changed
 * wall clock or a slept laptop never makes a wait endless.
 */
#ifndef VERSO_BASE_CLOCK_H
#define VERSO_BASE_CLOCK_H

#include <stdint.h>

/* Milliseconds on a clock that only goes forward. */
int64_t
clock_ms(void);

/* Microseconds on the same clock, for traces and benchmarks. */
int64_t
clock_us(void);

/* Milliseconds the machine has slept since it was started: what that clock
 * left out. */
int64_t
clock_slept_ms(void);

/* Ask source instead, for tests; NULL: the kernel again. */
void
clock_slept_from(int64_t (*source)(void));

/* Seconds since 1970.  VERSO_NOW (an integer) overrides it so that screens
 * with relative dates can be compared. */
int64_t
clock_now(void);

/* Milliseconds left until deadline (of clock_ms()), never negative, capped
 * so that it fits poll(). */
int
clock_left(int64_t deadline_ms);

#endif
