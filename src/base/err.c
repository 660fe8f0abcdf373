/*
 * err.c - status words, exit codes and the one-sentence error text
 */
#define VERSO_ERR_C
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

/* name, exit code, and how much it matters when several things failed. */
static const struct {
	const char *name;
	int exit_code;
	int weight;
} table[ST_MAX] = {
	[ST_OK] = { "ok", EX_OK, 0 },
	[ST_RETRY] = { "retry", EX_TEMPFAIL, 2 },
	[ST_AUTH] = { "auth", EX_NOPERM, 6 },
	[ST_GONE] = { "gone", EX_TEMPFAIL, 1 },
	[ST_CORRUPT] = { "corrupt", EX_IOERR, 7 },
	[ST_REFUSED] = { "refused", EX_TEMPFAIL, 3 },
	[ST_CANCELLED] = { "cancelled", EX_TEMPFAIL, 4 },
	[ST_LOCAL] = { "local", EX_IOERR, 8 },
	[ST_PROTOCOL] = { "protocol", EX_PROTOCOL, 5 },
	[ST_CONFIG] = { "config", EX_CONFIG, 9 },
	[ST_USAGE] = { "usage", EX_USAGE, 10 },
};

/* A sentence that was cut must not end inside a character, and none has a
 * line break, whatever name stands in it. */
static void
tidy(struct err *e)
{
	const char *end;

	g_strdelimit(e->text, "\r\n", ' ');
	if (strlen(e->text) + 1 < sizeof(e->text))
		return;
	/* What is invalid elsewhere is the gate's business. */
	end = g_utf8_find_prev_char(e->text, e->text + strlen(e->text));
	if (end && !g_utf8_validate(end, -1, NULL))
		e->text[end - e->text] = '\0';
}

enum st
err_set(struct err *e, enum st st, const char *fmt, ...)
{
	va_list ap;

	if (e) {
		va_start(ap, fmt);
		g_vsnprintf(e->text, sizeof(e->text), fmt, ap);
		va_end(ap);
		tidy(e);
	}
	return st;
}

enum st
err_errno(struct err *e, const char *fmt, ...)
{
	int saved = errno;
	va_list ap;
	size_t n;

	if (e) {
		va_start(ap, fmt);
		g_vsnprintf(e->text, sizeof(e->text), fmt, ap);
		va_end(ap);
		n = strlen(e->text);
		g_snprintf(e->text + n, sizeof(e->text) - n, ": %s.",
			   g_strerror(saved));
		tidy(e);
	}
	errno = saved;
	return ST_LOCAL;
}

void
err_prefix(struct err *e, const char *fmt, ...)
{
	char old[sizeof(e->text)];
	va_list ap;
	size_t n;

	if (!e)
		return;
	memcpy(old, e->text, sizeof(old));
	va_start(ap, fmt);
	g_vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	n = strlen(e->text);
	g_strlcpy(e->text + n, old, sizeof(e->text) - n);
	tidy(e);
}

const char *
st_name(enum st st)
{
	return (unsigned)st < ST_MAX ? table[st].name : "protocol";
}

enum st
st_parse(const char *word)
{
	for (int i = 0; i < ST_MAX; i++)
		if (strcmp(table[i].name, word) == 0)
			return i;
	return ST_PROTOCOL;
}

int
st_exit_code(enum st st)
{
	return (unsigned)st < ST_MAX ? table[st].exit_code : EX_PROTOCOL;
}

enum st
st_worse(enum st a, enum st b)
{
	return table[b].weight > table[a].weight ? b : a;
}
