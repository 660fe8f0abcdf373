/*
 * lock.c - the account's lock
 */
#include "store/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"

#define POLL_US 20000

/* Who holds it, as the holder wrote it: "4711 verso worker".  The caller
 * frees. */
static char *
holder(int fd)
{
	char text[128];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	g_strchomp(text);
	return g_strdup(*text ? text : "unknown");
}

static enum st
taken(int fd, struct err *e)
{
	char *who = holder(fd);
	enum st st = err_set(e, ST_RETRY, "Another verso is at work on this "
			     "account (process %s); it has the lock.", who);

	g_free(who);
	return st;
}

static void
sign(int fd)
{
	const char *name = g_get_prgname();
	char *text = g_strdup_printf("%ld %s\n", (long)getpid(),
				     name ? name : "verso");

	/* The text is a courtesy; the lock holds without it. */
	if (ftruncate(fd, 0) == 0 && pwrite(fd, text, strlen(text), 0) < 0)
		errno = 0;
	g_free(text);
}

enum st
lock_take(const char *dir, int wait_ms, int *fd, struct err *e)
{
	int64_t deadline = clock_ms() + wait_ms;
	char *file = g_build_filename(dir, "lock", NULL);
	int f = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	enum st st = ST_OK;

	if (f < 0) {
		st = err_errno(e, "The lock %s cannot be opened", file);
		goto out;
	}
	while (flock(f, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			st = err_errno(e, "The lock %s cannot be taken", file);
		else if (clock_left(deadline) == 0)
			st = taken(f, e);
		if (st != ST_OK) {
			close(f);
			goto out;
		}
		g_usleep(POLL_US);
	}
	sign(f);
	*fd = f;
out:
	g_free(file);
	return st;
}

void
lock_drop(int fd)
{
	if (fd >= 0)
		close(fd);
}
