/*
 * log.h - lines for the developer, never for the person
 *
 * Off unless VERSO_TRACE names a file; then one line per event, with a
 * monotonic time stamp and the process id, written with one write() so that
 * reader and workers can share the file.  Secrets never come here.
 */
#ifndef VERSO_BASE_LOG_H
#define VERSO_BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include <glib.h>

/* True when VERSO_TRACE is set: lets a caller skip making the words. */
bool
log_on(void);

/* One line; control bytes are escaped as \xNN.  No effect when off. */
void
log_line(const char *room, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

#endif
