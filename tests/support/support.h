/*
 * support.h - what the helpers of the tests share
 *
 * A helper that cannot do its work stops the test with one sentence: a
 * server that is missing is a failure, never a reason to skip (but other.h
 * has servers that nobody need have).
 */
#ifndef VERSO_TESTS_SUPPORT_H
#define VERSO_TESTS_SUPPORT_H

#include <stdbool.h>
#include <sys/types.h>

#include <glib.h>

/* Print the sentence on stderr and abort. */
void
support_fail(const char *fmt, ...) G_GNUC_PRINTF(1, 2) G_GNUC_NORETURN;

/* A new, empty folder with a path short enough for sockets in it. */
char *
support_tmp_new(void);
/* Remove a folder and all that is in it; symbolic links are not followed.
 * Takes NULL; frees path. */
void
support_tmp_free(char *path);

/* Write a file whole. */
void
support_write(const char *path, const char *bytes, gsize len);

/* True when a process sleeps until something happens.  One that merely waits
 * for its turn on a busy machine does not, so that this, and never a time,
 * tells that it is through with its work.  (True as well where there is no
 * /proc, and for one that is gone.) */
bool
support_asleep(pid_t pid);
/* Until it was asleep each of the times it was looked at within 100 ms; a
 * minute at most. */
void
support_wait_asleep(pid_t pid);

/* A descriptor that listens on 127.0.0.1; *port gets the port. */
int
support_listen(int *port);
/* One try: does an IMAP or SMTP server greet on this port of 127.0.0.1? */
bool
support_greets(int port);

/* Kill a group of processes that was started here, and wait until all are
 * gone.  What they leave becomes ours and is reaped here: init may take
 * seconds to do so. */
void
support_kill_group(pid_t group);

#endif
