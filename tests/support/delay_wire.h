/*
 * delay_wire.h - what the two processes of the delay helper share
 */
#ifndef VERSO_TESTS_DELAY_WIRE_H
#define VERSO_TESTS_DELAY_WIRE_H

#include <stdatomic.h>
#include <stdint.h>

#include "delay.h"

/* Mapped by both: the test arms and reads, the carrier counts. */
struct delay_shared {
	_Atomic int64_t connections, passed[2], turns, waits, cuts;
	_Atomic int64_t cut_after[2];	/* octets left; negative: never */
	_Atomic int cut_how;
};

/* Carry connections until killed. */
void
delay_carry(int listener, int port, const struct delay_options *options,
	    struct delay_shared *shared) __attribute__((noreturn));

#endif
