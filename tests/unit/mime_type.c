/*
 * mime_type.c - what a file is, wherever it is sent from
 */
#include "mime/type.h"

#include <criterion/criterion.h>
#include <glib.h>

static void
is(const char *name, const char *head, size_t len, const char *want)
{
	char *type = type_guess(name, head, len);

	cr_expect_str_eq(type, want, "%s: %s", name, type);
	g_free(type);
}

Test(type, what_is_sent_most_is_known_by_its_name)
{
	is("a.PDF", "%PDF", 4, "application/pdf");
	is("a.b.png", "", 0, "image/png");
	is("0001-fix.patch", "From ", 5, "text/x-diff");
	is("in.eml", "Subject: x\n", 11, "message/rfc822");
	is("invite.ics", "", 0, "text/calendar");
	is("pngs", "hello\n", 6, "text/plain");
}

/* With the system's list of types or without. */
Test(type, what_nobody_knows_is_octets)
{
	is("x.verso-unknown", "\0\1\2\3", 4, "application/octet-stream");
	is("empty", "", 0, "application/octet-stream");
}

Test(type, one_slash_and_tokens)
{
	static const char *const wrong[] = {
		"", "x", "/", "a/", "/b", "a/b/c", "a b/c", "a/b; name=x",
		"a/b\nX: y", "a/\xc3\xa9",
	};
	char *long_type = g_strnfill(128, 'x');

	long_type[3] = '/';
	cr_expect(type_is_valid("image/svg+xml"));
	cr_expect(!type_is_valid(long_type));
	for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++)
		cr_expect(!type_is_valid(wrong[i]), "%s", wrong[i]);
	g_free(long_type);
}
