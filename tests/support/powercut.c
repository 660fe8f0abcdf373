/*
 * powercut.c - what a disk has after the power went
 *
 * No memory but what is mapped here, no call that crashpoint.c stands before.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "powercut.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FILES_MOST 64
#define CHANGES_MOST 20000
#define ARENA (256 * 1024 * 1024)

/* Never closed: that would take the process's locks on the file. */
struct file {
	dev_t dev;
	ino_t ino;
	int fd;
};

/* What stood there before. */
struct change {
	int file;		/* -1: it is durable */
	off_t at, size;		/* size of the whole file then */
	size_t len;
	char *old;
};

static struct file files[FILES_MOST];
static int n_files;
static struct change *changes;
static int n_changes;
static char *arena, *next;

static void
begin(void)
{
	if (arena)
		return;
	arena = mmap(NULL, ARENA, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	changes = mmap(NULL, CHANGES_MOST * sizeof(*changes),
		       PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		       -1, 0);
	if (arena == MAP_FAILED || changes == MAP_FAILED)
		abort();
	next = arena;
}

static int
find(int fd, int make)
{
	char link[40];
	struct stat sb;

	if (fstat(fd, &sb) != 0)
		return -1;
	for (int i = 0; i < n_files; i++)
		if (files[i].dev == sb.st_dev && files[i].ino == sb.st_ino)
			return i;
	if (!make)
		return -1;
	if (n_files == FILES_MOST)
		abort();
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	files[n_files] = (struct file){
		sb.st_dev, sb.st_ino,
		(int)syscall(SYS_openat, AT_FDCWD, link, O_RDWR | O_CLOEXEC,
			     0)
	};
	if (files[n_files].fd < 0)
		abort();
	return n_files++;
}

static void
remember(int fd, off_t at, size_t len)
{
	struct change *c;
	struct stat sb;
	ssize_t n;

	begin();
	if (n_changes == CHANGES_MOST || next + len > arena + ARENA)
		abort();
	c = &changes[n_changes];
	c->file = find(fd, 1);
	if (c->file < 0 || fstat(fd, &sb) != 0)
		abort();
	c->at = at;
	c->size = sb.st_size;
	c->old = next;
	n = pread(files[c->file].fd, next, len, at);
	c->len = n > 0 ? (size_t)n : 0;
	next += c->len;
	n_changes++;
}

void
powercut_write(int fd, off_t at, size_t len)
{
	remember(fd, at, len);
}

void
powercut_truncate(int fd, off_t size)
{
	struct stat sb;

	if (fstat(fd, &sb) == 0)
		remember(fd, size, sb.st_size > size
				   ? (size_t)(sb.st_size - size) : 0);
}

void
powercut_sync(int fd)
{
	int file = find(fd, 0);

	for (int i = 0; file >= 0 && i < n_changes; i++)
		if (changes[i].file == file)
			changes[i].file = -1;
}

/* Backwards, so that what stood there first is there last. */
static void
put_back(const struct change *c)
{
	int fd = files[c->file].fd;

	for (size_t done = 0; done < c->len;) {
		long n = syscall(SYS_pwrite64, fd, c->old + done,
				 c->len - done, c->at + (off_t)done);

		if (n <= 0)
			abort();
		done += (size_t)n;
	}
	if (syscall(SYS_ftruncate, fd, c->size) != 0)
		abort();
}

/* How many changes of each file reached the disk. */
static void
choose(unsigned seed, int *keep)
{
	int total[FILES_MOST] = { 0 };

	for (int i = 0; i < n_changes; i++)
		if (changes[i].file >= 0)
			total[changes[i].file]++;
	for (int i = 0; i < n_files; i++) {
		seed = seed * 1103515245 + 12345;
		keep[i] = (int)(seed >> 8) % (total[i] + 1);
		keep[i] = total[i] - keep[i];	/* to be put back */
	}
}

void
powercut_happen(unsigned seed)
{
	int back[FILES_MOST];

	for (int i = 0; i < FILES_MOST; i++)
		back[i] = CHANGES_MOST;
	if (seed)
		choose(seed, back);
	for (int i = n_changes; i-- > 0;)
		if (changes[i].file >= 0 && back[changes[i].file]-- > 0)
			put_back(&changes[i]);
}
