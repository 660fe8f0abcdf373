/*
 * fuzz_smtp.c - SMTP's replies and dots on any input
 *
 * The first octet says in which crumbs the text comes; crumbs must make no
 * difference, and no text may end before its end.
 */
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "net/smtp_parse.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
lines(const char *text, size_t len)
{
	struct smtp_hello hello = { .auth = false };
	struct smtp_reply reply = { .code = 0 };

	smtp_reply_init(&reply);
	while (len > 0) {
		const char *lf = memchr(text, '\n', len), *words = NULL;
		size_t n = lf ? (size_t)(lf - text) : len, words_len = 0;

		if (smtp_reply_line(&reply, text, n, &words, &words_len) ==
		    SMTP_LINE_MORE)
			smtp_hello_line(&hello, words, words_len);
		else
			smtp_reply_init(&reply);
		if (reply.text->len > 2 * SMTP_TEXT_MAX + 4 ||
		    reply.lines > SMTP_LINES_MAX)
			abort();
		smtp_hello_line(&hello, text, n);
		if (hello.limits.size < 0)
			abort();
		text += lf ? n + 1 : n;
		len -= lf ? n + 1 : n;
	}
	smtp_reply_clear(&reply);
}

static void
address(const char *text, size_t len)
{
	char *copy = g_strndup(text, len);
	GString *out = g_string_new(NULL);

	if (smtp_address_ok(copy) &&
	    (strpbrk(copy, "\r\n <>") || strlen(copy) > 400))
		abort();
	smtp_append_xtext(out, copy);
	if (strpbrk(out->str, "\r\n =") || !g_str_is_ascii(out->str))
		abort();
	g_string_free(out, TRUE);
	g_free(copy);
}

static GString *
to_wire(const char *text, size_t len, size_t step)
{
	GString *out = g_string_new(NULL);
	struct smtp_dots d = { .inside = false };

	for (size_t at = 0; at < len; at += step)
		if (!smtp_dots_add(&d, out, text + at, MIN(step, len - at)))
			break;
	smtp_dots_end(&d, out);
	return out;
}

/* Whole lines, ended by CRLF, without any other CR, LF or NUL; none that is
 * a dot alone. */
static void
check_wire(const GString *wire)
{
	bool begins = true;

	for (size_t i = 0; i < wire->len; i++) {
		const char *p = wire->str + i;

		if (*p == '\0' || *p == '\n' || (*p == '\r' && p[1] != '\n') ||
		    (begins && *p == '.' && p[1] != '.'))
			abort();
		begins = *p == '\r';
		i += begins;
		if (i + 1 >= wire->len && !begins)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data + 1;
	GString *whole, *crumbs;

	if (size < 2)
		return 0;
	lines(text, size - 1);
	address(text, size - 1);
	whole = to_wire(text, size - 1, size);
	crumbs = to_wire(text, size - 1, data[0] % 7 + 1);
	if (!g_string_equal(whole, crumbs))
		abort();
	check_wire(whole);
	g_string_free(whole, TRUE);
	g_string_free(crumbs, TRUE);
	return 0;
}
