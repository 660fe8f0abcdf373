/*
 * rooms.h - a home with mail in it, for screens
 */
#ifndef TESTS_SCREEN_ROOMS_H
#define TESTS_SCREEN_ROOMS_H

/* Make the two accounts' stores under a new temporary home, set the
 * environment to it, and fix time and zone.  Once per process. */
void
rooms_make(void);
void
rooms_remove(void);

#endif
