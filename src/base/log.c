/*
 * log.c - the trace file
 */
#include "base/log.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"

/* -2: not looked at yet, -1: off. */
static int trace_fd = -2;

static int
log_fd(void)
{
	const char *file;

	if (trace_fd != -2)
		return trace_fd;
	file = getenv("VERSO_TRACE");
	if (file && *file)
		trace_fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
				0600);
	else
		trace_fd = -1;
	return trace_fd;
}

bool
log_on(void)
{
	return log_fd() >= 0;
}

void
log_line(const char *room, const char *fmt, ...)
{
	GString *s;
	char *words;
	va_list ap;
	int64_t us = clock_us();

	if (!log_on())
		return;
	va_start(ap, fmt);
	words = g_strdup_vprintf(fmt, ap);
	va_end(ap);
	s = g_string_new(NULL);
	g_string_printf(s, "%lld.%06lld [%d] %s: ",
			(long long)(us / 1000000), (long long)(us % 1000000),
			(int)getpid(), room);
	for (const unsigned char *p = (const unsigned char *)words; *p; p++) {
		if (*p < 0x20 || *p == 0x7f)
			g_string_append_printf(s, "\\x%02x", *p);
		else
			g_string_append_c(s, (char)*p);
	}
	g_string_append_c(s, '\n');
	/* A lost trace line is no reason to stop. */
	if (write(log_fd(), s->str, s->len) < 0)
		trace_fd = -1;
	g_string_free(s, TRUE);
	g_free(words);
}
