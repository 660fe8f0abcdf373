/*
 * outside.c - inotify on the folders of the stores
 *
 * A commit is a write to the log of the index (SQLite's WAL).  Who has come
 * for one decision closes the log when that is committed.
 */
#include "control/outside.h"

#include <glib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#define LOG_NAME "index.db-wal"

struct outside {
	int fd;
	GArray *watches;	/* int: by account; -1 none */
};

struct outside *
outside_new(void)
{
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	struct outside *o;

	if (fd < 0)
		return NULL;
	o = g_new0(struct outside, 1);
	o->fd = fd;
	o->watches = g_array_new(FALSE, FALSE, sizeof(int));
	return o;
}

void
outside_free(struct outside *o)
{
	if (!o)
		return;
	close(o->fd);
	g_array_unref(o->watches);
	g_free(o);
}

bool
outside_add(struct outside *o, int account, const char *dir)
{
	const int none = -1;
	int watch = inotify_add_watch(o->fd, dir,
				      IN_MODIFY | IN_CLOSE_WRITE);

	while (o->watches->len <= (guint)account)
		g_array_append_val(o->watches, none);
	g_array_index(o->watches, int, account) = watch;
	return watch >= 0;
}

int
outside_fd(const struct outside *o)
{
	return o ? o->fd : -1;
}

/* Of one event: its account, -1 when it is about something else. */
static int
account_of(const struct outside *o, const struct inotify_event *event)
{
	if (event->len == 0 || strcmp(event->name, LOG_NAME) != 0)
		return -1;
	for (guint i = 0; i < o->watches->len; i++)
		if (g_array_index(o->watches, int, i) == event->wd)
			return (int)i;
	return -1;
}

/* Mark the accounts of what was read; false: too much has happened, and some
 * of it is not told. */
static bool
mark(const struct outside *o, const char *buf, size_t len, bool *wrote)
{
	struct inotify_event event;

	for (size_t at = 0; at + sizeof(event) <= len;
	     at += sizeof(event) + event.len) {
		int account;

		memcpy(&event, buf + at, sizeof(event));
		if (event.mask & IN_Q_OVERFLOW)
			return false;
		account = account_of(o, (const void *)(buf + at));
		if (account >= 0)
			wrote[account] = true;
	}
	return true;
}

void
outside_take(struct outside *o, void (*heard)(void *ctx, int account),
	     void *ctx)
{
	char buf[4096] __attribute__((aligned(8)));
	g_autofree bool *wrote = NULL;
	bool all = false;
	ssize_t n;

	if (!o)
		return;
	wrote = g_new0(bool, o->watches->len + 1);
	while ((n = read(o->fd, buf, sizeof(buf))) > 0)
		all = !mark(o, buf, (size_t)n, wrote) || all;
	for (guint i = 0; i < o->watches->len; i++)
		if (all || wrote[i])
			heard(ctx, (int)i);
}
