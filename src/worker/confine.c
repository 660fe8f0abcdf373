/*
 * confine.c - what a worker's process gives up
 *
 * It has secrets in its memory and listens to strangers.
 */
#include "worker/worker.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* The sanitizers reserve terabytes, and attach to look for leaks. */
#ifndef VERSO_SANITIZED
/* A server must not be able to take the machine down; what a worker needs is
 * a tenth of it, and one that has no more is started again. */
#define MEMORY_MOST (512UL * 1024 * 1024)

static void
limit_memory(void)
{
	struct rlimit now;

	if (getrlimit(RLIMIT_DATA, &now) != 0 || now.rlim_cur <= MEMORY_MOST)
		return;
	now.rlim_cur = MEMORY_MOST;
	setrlimit(RLIMIT_DATA, &now);
}
#endif

/* Some program for passwords may have to become another user. */
static bool
runs_commands(const struct account *a)
{
	return a->password_command || a->token_command ||
	       a->send_password_command || a->send_token_command ||
	       a->send_command;
}

void
worker_confine(const struct account *account)
{
	struct rlimit none = { 0, 0 };

	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGTSTP, SIG_IGN);
	signal(SIGALRM, SIG_DFL);
	setsid();
	setrlimit(RLIMIT_CORE, &none);
	if (!runs_commands(account))
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
#ifndef VERSO_SANITIZED
	limit_memory();
	prctl(PR_SET_DUMPABLE, 0);
#endif
}
