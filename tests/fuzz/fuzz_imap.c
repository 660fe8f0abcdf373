/*
 * fuzz_imap.c - the words of IMAP answers, whatever they are
 *
 * Taking moves forward or not at all, and never past the end.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "net/imap_token.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One attempt of each kind where text stands; false: nothing was taken. */
static bool
take_any(struct imap_text *t, GString *s)
{
	struct flags flags = { 0, NULL };
	struct imap_text at = *t;
	bool nil, streamed, took;
	int64_t n;

	took = imap_take_flags(&at, &flags);
	flags_clear(&flags);
	if (!took)
		took = imap_skip_value(&at);
	if (at.p < t->p || at.p > t->end || (!took && at.p != t->p))
		abort();
	at = *t;
	took = imap_take_blank(&at) || imap_take_number(&at, &n) ||
	       imap_take_string(&at, s, &nil, &streamed) ||
	       imap_take_char(&at, ')') || imap_take_char(&at, '(');
	if (at.p < t->p || at.p > t->end || took != (at.p > t->p))
		abort();
	*t = at;
	return took;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A copy of its own, so that a step past the end is seen. */
	char *copy = g_memdup2(data, size);
	struct imap_text t = { copy, copy + size };
	GString *s = g_string_new(NULL);
	char *text;

	while (t.p < t.end && take_any(&t, s))
		;
	if (size > 0 && imap_line_literal(copy, size) < -2)
		abort();
	text = g_strndup(size ? copy : "", size);
	imap_date(text);
	g_free(text);
	g_string_free(s, TRUE);
	g_free(copy);
	return 0;
}
