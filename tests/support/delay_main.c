/*
 * delay_main.c - a long wire for scripts: delay PORT RTT-MS
 *
 * Prints the port to connect to; on each line of standard input what passed
 * since the line before, as "connections N up N down N turns N waits N"; ends
 * with its standard input.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "delay.h"
#include "support.h"

int
main(int argc, char **argv)
{
	struct delay_options options = { 0 };
	struct delay_counts c;
	struct delay *d;
	char line[64];

	if (argc != 3)
		support_fail("usage: delay PORT RTT-MS");
	options.rtt_ms = atoi(argv[2]);
	d = delay_start(atoi(argv[1]), &options);
	printf("%d\n", delay_port(d));
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		delay_counts(d, &c);
		delay_reset(d);
		printf("connections %" PRId64 " up %" PRId64 " down %" PRId64
		       " turns %" PRId64 " waits %" PRId64 "\n",
		       c.connections, c.up, c.down, c.turns, c.waits);
		fflush(stdout);
	}
	delay_stop(d);
	return 0;
}
