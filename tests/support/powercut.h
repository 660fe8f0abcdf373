/*
 * powercut.h - what a disk has after the power went
 *
 * Remembers what each file was before writes that were not made durable yet,
 * and puts that back.  Names are taken as durable at once, so that a rename
 * that went before its data shows.  Part of crashpoint.c.
 */
#ifndef VERSO_TESTS_POWERCUT_H
#define VERSO_TESTS_POWERCUT_H

#include <stddef.h>
#include <sys/types.h>

/* Before a write of len octets at that place, or before the file is cut
 * there. */
void
powercut_write(int fd, off_t at, size_t len);
void
powercut_truncate(int fd, off_t size);
/* What was written is durable. */
void
powercut_sync(int fd);

/* The power goes: nothing that was not durable is there; or, with a seed, of
 * each file what was written up to some moment, another for each. */
void
powercut_happen(unsigned seed);

#endif
