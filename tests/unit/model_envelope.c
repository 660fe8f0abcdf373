/*
 * model_envelope.c - subjects without their marks, copies
 */
#include "model/envelope.h"

#include <stdbool.h>
#include <string.h>

#include <criterion/criterion.h>
#include <glib.h>

Test(envelope, base_subject)
{
	static const struct {
		const char *subject, *base;
		bool reply;
	} rows[] = {
		{ "Hello", "hello", false },
		{ "Re: Hello", "hello", true },
		{ "RE: re:Re : Hello", "hello", true },
		{ "Re[2]: Hello", "hello", true },
		{ "Re(12): Hello", "hello", true },
		{ "Re^3: Hello", "hello", true },
		{ "AW: WG: Grüße", "grüße", true },
		{ "SV: Antw: x", "x", true },
		{ "回复：会议", "会议", true },
		{ "[list] Re: [list] Hello", "hello", true },
		{ "[list] Hello", "hello", false },
		{ "Re: [list] Re: Hello", "hello", true },
		{ "[only a tag]", "[only a tag]", false },
		{ "[a][b] c", "c", false },
		{ "Fwd: Hello (fwd)", "hello", true },
		{ "Hello (FWD) ", "hello", true },
		{ "  Hello \t  World  ", "hello world", false },
		{ "Reply: Hello", "reply: hello", false },
		{ "Re Hello", "re hello", false },
		{ "Red: Hello", "red: hello", false },
		{ "Re[x]: Hello", "re[x]: hello", false },
		{ "Re:", "", true },
		{ "[", "[", false },
		{ "[x", "[x", false },
		{ "Re[", "re[", false },
		{ "", "", false },
		{ NULL, "", false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		char *base = envelope_base_subject(rows[i].subject);
		char *want = g_utf8_casefold(rows[i].base, -1);

		cr_assert_str_eq(base, want, "“%s”", rows[i].subject);
		cr_assert_eq(envelope_subject_is_reply(rows[i].subject),
			     rows[i].reply, "“%s”", rows[i].subject);
		g_free(base);
		g_free(want);
	}
}

Test(envelope, long_subjects_cost_their_length)
{
	GString *s = g_string_new(NULL);
	char *base;

	for (int i = 0; i < 100000; i++)
		g_string_append(s, i & 1 ? "Re: " : "[x] ");
	g_string_append(s, "end");
	base = envelope_base_subject(s->str);
	cr_assert_str_eq(base, "end");
	g_free(base);
	g_string_free(s, TRUE);
}

Test(envelope, copy_is_deep)
{
	struct envelope a = { .date = 5, .date_zone = -60 }, b = { 0 };

	a.subject = g_strdup("s");
	a.references = g_strdup("r");
	b.subject = g_strdup("old");
	envelope_copy(&b, &a);
	cr_assert_eq(b.date, 5);
	cr_assert_eq(b.date_zone, -60);
	cr_assert_str_eq(b.subject, "s");
	cr_assert_neq(b.subject, a.subject);
	cr_assert_null(b.from);
	envelope_copy(&b, &b);
	cr_assert_str_eq(b.references, "r");
	envelope_clear(&a);
	envelope_clear(&b);
	cr_assert_null(b.subject);
	cr_assert_eq(b.date, 0);
}
