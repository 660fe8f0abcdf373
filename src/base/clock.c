/*
 * clock.c - monotonic and wall time
 */
#include "base/clock.h"

#include <limits.h>
#include <stdlib.h>
#include <time.h>

int64_t
clock_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t
clock_ms(void)
{
	return clock_us() / 1000;
}

static int64_t
kernel_slept_ms(void)
{
	struct timespec awake, all;

	clock_gettime(CLOCK_MONOTONIC, &awake);
	clock_gettime(CLOCK_BOOTTIME, &all);
	return (int64_t)(all.tv_sec - awake.tv_sec) * 1000 +
	       (all.tv_nsec - awake.tv_nsec) / 1000000;
}

static int64_t (*slept_source)(void) = kernel_slept_ms;

int64_t
clock_slept_ms(void)
{
	return slept_source();
}

void
clock_slept_from(int64_t (*source)(void))
{
	slept_source = source ? source : kernel_slept_ms;
}

int64_t
clock_now(void)
{
	const char *fixed = getenv("VERSO_NOW");

	return fixed && *fixed ? strtoll(fixed, NULL, 10) : (int64_t)time(NULL);
}

int
clock_left(int64_t deadline_ms)
{
	int64_t left = deadline_ms - clock_ms();

	if (left < 0)
		return 0;
	return left > INT_MAX ? INT_MAX : (int)left;
}
