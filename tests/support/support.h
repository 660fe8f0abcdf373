/*
 * support.h - what the helpers of the tests share
 *
 * A helper that cannot do its work stops the test with one sentence: a
 * server that is missing is a failure, never a reason to skip.
 */
#ifndef VERSO_TESTS_SUPPORT_H
#define VERSO_TESTS_SUPPORT_H

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

/* A descriptor that listens on 127.0.0.1; *port gets the port. */
int
support_listen(int *port);

#endif
