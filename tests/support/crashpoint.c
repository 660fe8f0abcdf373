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

#include "powercut.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
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

static int
remembers(void)
{
	return is_mode("cut") || is_mode("reorder");
}

/* One more call that counts; space: it may need room on the disk. */
static enum verdict
judge(int space)
{
	if (is_mode("emfile"))
		return GO;
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
	if (remembers()) {
		powercut_happen(is_mode("cut") ? 0 : (unsigned)at);
		die();
	}
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

/* Where write() would write. */
static off_t
place_of(int fd)
{
	struct stat sb;

	if (fcntl(fd, F_GETFL) & O_APPEND)
		return fstat(fd, &sb) == 0 ? sb.st_size : 0;
	return lseek(fd, 0, SEEK_CUR);
}

static ssize_t
do_write(int fd, const void *buf, size_t n, off_t to, int positioned)
{
	enum verdict v = armed && counts_fd(fd) ? judge(1) : GO;
	size_t len = (v == HALF || v == HALF_KILL) && n > 1 ? n / 2 : n;
	ssize_t done;

	if (v == FAIL)
		return -1;
	if (armed && remembers() && counts_fd(fd))
		powercut_write(fd, positioned ? to : place_of(fd), len);
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

/* Calls that have no half: done, refused, or the last.  before, after: what
 * the power cut has to know. */
#define SIMPLE(name, params, args, counted, space, before, after) \
	EXPORT int \
	name params \
	{ \
		int counts = armed && (counted); \
		enum verdict v = counts ? judge(space) : GO; \
		int done; \
		if (v == FAIL) \
			return -1; \
		if (v == HALF_KILL) \
			die(); \
		if (counts && remembers()) \
			before; \
		done = REAL(name) args; \
		if (v == GO_KILL) \
			die(); \
		if (counts && remembers() && done == 0) \
			after; \
		return done; \
	}
#define NOTHING ((void)0)

SIMPLE(fsync, (int fd), (fd), counts_fd(fd), 0, NOTHING, powercut_sync(fd))
SIMPLE(fdatasync, (int fd), (fd), counts_fd(fd), 0, NOTHING,
       powercut_sync(fd))
SIMPLE(ftruncate, (int fd, off_t n), (fd, n), counts_fd(fd), 0,
       powercut_truncate(fd, n), NOTHING)
SIMPLE(ftruncate64, (int fd, off64_t n), (fd, n), counts_fd(fd), 0,
       powercut_truncate(fd, n), NOTHING)
SIMPLE(truncate, (const char *path, off_t n), (path, n), counts_path(path), 0,
       NOTHING, NOTHING)
SIMPLE(rename, (const char *a, const char *b), (a, b),
       counts_path(a) || counts_path(b), 0, NOTHING, NOTHING)
SIMPLE(unlink, (const char *path), (path), counts_path(path), 0, NOTHING,
       NOTHING)
SIMPLE(mkdir, (const char *path, mode_t m), (path, m), counts_path(path), 1,
       NOTHING, NOTHING)

/* Opening changes nothing, and counts in its own mode alone. */
static int
may_open(const char *path)
{
	if (!armed || !is_mode("emfile") || !counts_path(path))
		return 1;
	count++;
	tell();
	if (count != at)
		return 1;
	errno = EMFILE;
	return 0;
}

#define OPENS(name) \
	EXPORT int \
	name(const char *path, int flags, ...) \
	{ \
		mode_t m = 0; \
		va_list ap; \
		if (flags & (O_CREAT | O_TMPFILE)) { \
			va_start(ap, flags); \
			m = va_arg(ap, mode_t); \
			va_end(ap); \
		} \
		return may_open(path) ? REAL(name)(path, flags, m) : -1; \
	}

OPENS(open)
OPENS(open64)
