/*
 * crashpoint.c - system calls that change files, counted and broken
 *
 * For processes of one thread; uses no memory of its own making, since the
 * calls may come from anywhere.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "crashpoint.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))
/* The real function behind this one. */
#define REAL(name) ((__typeof__(name) *)real(#name))

static char under[PATH_MAX], count_file[PATH_MAX], mode[16];
static size_t under_len;
static long at, count;
static int armed, failing;

/* What to do instead of a call. */
enum verdict { GO, FAIL, HALF, HALF_KILL, GO_KILL };

static void *
real(const char *name)
{
	void *f = dlsym(RTLD_NEXT, name);

	if (!f)
		abort();
	return f;
}

static void
get(char *to, size_t size, const char *name, const char *none)
{
	const char *value = getenv(name);

	snprintf(to, size, "%s", value ? value : none);
}

void
crashpoint_arm(void)
{
	char text[32];

	get(under, sizeof(under), "VERSO_CRASH_UNDER", "");
	get(count_file, sizeof(count_file), "VERSO_CRASH_COUNT", "");
	get(mode, sizeof(mode), "VERSO_CRASH_MODE", "kill");
	get(text, sizeof(text), "VERSO_CRASH_AT", "0");
	at = strtol(text, NULL, 10);
	under_len = strlen(under);
	count = 0;
	failing = 0;
	armed = under_len > 0;
}

static void __attribute__((constructor))
begin(void)
{
	crashpoint_arm();
}

long
crashpoint_count(void)
{
	return count;
}

static void
tell(void)
{
	char text[32];
	int fd, n;

	if (!*count_file)
		return;
	fd = open(count_file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	n = snprintf(text, sizeof(text), "%ld\n", count);
	if (REAL(write)(fd, text, (size_t)n) < 0)
		abort();
	close(fd);
}

static int
counts_path(const char *path)
{
	return strncmp(path, under, under_len) == 0;
}

static int
counts_fd(int fd)
{
	char link[40], path[PATH_MAX];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	if (n <= 0)
		return 0;
	path[n] = '\0';
	return counts_path(path);
}

static void __attribute__((noreturn))
die(void)
{
	kill(getpid(), SIGKILL);
	for (;;)
		pause();
}

static int
is_mode(const char *word)
{
	return strcmp(mode, word) == 0;
}

/* One more call that counts; space: it may need room on the disk. */
static enum verdict
judge(int space)
{
	count++;
	tell();
	if (failing && space) {
		errno = ENOSPC;
		return FAIL;
	}
	if (count != at)
		return GO;
	if (is_mode("kill"))
		die();
	if (is_mode("half"))
		return HALF_KILL;
	if (is_mode("after"))
		return GO_KILL;
	if (is_mode("short"))
		return HALF;
	failing = is_mode("enospc");
	errno = failing ? ENOSPC : EIO;
	return failing && !space ? GO : FAIL;
}

static ssize_t
do_write(int fd, const void *buf, size_t n, off_t to, int positioned)
{
	enum verdict v = armed && counts_fd(fd) ? judge(1) : GO;
	size_t len = (v == HALF || v == HALF_KILL) && n > 1 ? n / 2 : n;
	ssize_t done;

	if (v == FAIL)
		return -1;
	done = positioned ? REAL(pwrite)(fd, buf, len, to)
			  : REAL(write)(fd, buf, len);
	if (v == HALF_KILL || v == GO_KILL)
		die();
	return done;
}

EXPORT ssize_t
write(int fd, const void *buf, size_t n)
{
	return do_write(fd, buf, n, 0, 0);
}

EXPORT ssize_t
pwrite(int fd, const void *buf, size_t n, off_t to)
{
	return do_write(fd, buf, n, to, 1);
}

EXPORT ssize_t
pwrite64(int fd, const void *buf, size_t n, off64_t to)
{
	return do_write(fd, buf, n, to, 1);
}

EXPORT ssize_t
writev(int fd, const struct iovec *iov, int n)
{
	enum verdict v = armed && counts_fd(fd) ? judge(1) : GO;
	ssize_t done;

	if (v == FAIL)
		return -1;
	done = REAL(writev)(fd, iov, v == HALF || v == HALF_KILL ?
			    (n + 1) / 2 : n);
	if (v == HALF_KILL || v == GO_KILL)
		die();
	return done;
}

/* Calls that have no half: done, refused, or the last. */
#define SIMPLE(name, params, args, counted, space) \
	EXPORT int \
	name params \
	{ \
		enum verdict v = armed && (counted) ? judge(space) : GO; \
		int done; \
		if (v == FAIL) \
			return -1; \
		if (v == HALF_KILL) \
			die(); \
		done = REAL(name) args; \
		if (v == GO_KILL) \
			die(); \
		return done; \
	}

SIMPLE(fsync, (int fd), (fd), counts_fd(fd), 0)
SIMPLE(fdatasync, (int fd), (fd), counts_fd(fd), 0)
SIMPLE(ftruncate, (int fd, off_t n), (fd, n), counts_fd(fd), 0)
SIMPLE(ftruncate64, (int fd, off64_t n), (fd, n), counts_fd(fd), 0)
SIMPLE(truncate, (const char *path, off_t n), (path, n), counts_path(path), 0)
SIMPLE(rename, (const char *a, const char *b), (a, b),
       counts_path(a) || counts_path(b), 0)
SIMPLE(unlink, (const char *path), (path), counts_path(path), 0)
SIMPLE(mkdir, (const char *path, mode_t m), (path, m), counts_path(path), 1)
