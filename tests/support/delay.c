/*
 * delay.c - a long, bad wire on loopback: the test's end
 */
#include "delay.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib.h>

#include "delay_wire.h"
#include "support.h"

struct delay {
	struct delay_shared *shared;
	pid_t pid;
	int port;
};

struct delay *
delay_start(int port, const struct delay_options *options)
{
	static const struct delay_options none;
	struct delay *d = g_new0(struct delay, 1);
	pid_t parent = getpid();
	int listener = support_listen(&d->port);

	d->shared = mmap(NULL, sizeof(*d->shared), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (d->shared == MAP_FAILED)
		support_fail("no memory to share with the delay");
	d->shared->cut_after[DELAY_UP] = d->shared->cut_after[DELAY_DOWN] = -1;
	d->pid = fork();
	if (d->pid < 0)
		support_fail("no process for the delay");
	if (d->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(0);
		delay_carry(listener, port, options ? options : &none,
			    d->shared);
	}
	close(listener);
	return d;
}

void
delay_stop(struct delay *d)
{
	if (!d)
		return;
	kill(d->pid, SIGKILL);
	waitpid(d->pid, NULL, 0);
	munmap(d->shared, sizeof(*d->shared));
	g_free(d);
}

int
delay_port(const struct delay *d)
{
	return d->port;
}

void
delay_counts(const struct delay *d, struct delay_counts *out)
{
	out->connections = d->shared->connections;
	out->up = d->shared->passed[DELAY_UP];
	out->down = d->shared->passed[DELAY_DOWN];
	out->turns = d->shared->turns;
	out->waits = d->shared->waits;
	out->cuts = d->shared->cuts;
}

void
delay_reset(struct delay *d)
{
	d->shared->connections = 0;
	d->shared->passed[DELAY_UP] = d->shared->passed[DELAY_DOWN] = 0;
	d->shared->turns = d->shared->waits = d->shared->cuts = 0;
}

void
delay_cut(struct delay *d, enum delay_direction direction, int64_t octets,
	  enum delay_cut how)
{
	d->shared->cut_how = how;
	d->shared->cut_after[direction] = octets;
}
