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
	} rows[] = {
		{ "Hello", "hello" },
		{ "Re: Hello", "hello" },
		{ "RE: re:Re : Hello", "hello" },
		{ "Re[2]: Hello", "hello" },
		{ "Re(12): Hello", "hello" },
		{ "Re^3: Hello", "hello" },
		{ "AW: WG: Grüße", "grüße" },
		{ "SV: Antw: x", "x" },
		{ "回复：会议", "会议" },
		{ "[list] Re: [list] Hello", "hello" },
		{ "[list] Hello", "hello" },
		{ "Re: [list] Re: Hello", "hello" },
		{ "[only a tag]", "[only a tag]" },
		{ "[a][b] c", "c" },
		{ "Fwd: Hello (fwd)", "hello" },
		{ "Hello (FWD) ", "hello" },
		{ "  Hello \t  World  ", "hello world" },
		{ "Reply: Hello", "reply: hello" },
		{ "Re Hello", "re hello" },
		{ "Red: Hello", "red: hello" },
		{ "Re[x]: Hello", "re[x]: hello" },
		{ "Re:", "" },
		{ "[", "[" },
		{ "[x", "[x" },
		{ "Re[", "re[" },
		{ "", "" },
		{ NULL, "" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		char *base = envelope_base_subject(rows[i].subject);
		char *want = g_utf8_casefold(rows[i].base, -1);

		cr_assert_str_eq(base, want, "“%s”", rows[i].subject);
		g_free(base);
		g_free(want);
	}
}

Test(envelope, behind_the_marks_of_answers)
{
	static const char *const rows[][2] = {
		{ "lunch", "lunch" }, { "Re: lunch", "lunch" },
		{ "RE:lunch", "lunch" }, { "re : Re[12]: Re(3): x", "x" },
		{ "AW: SV: x", "x" }, { "Regarding: x", "Regarding: x" },
		{ "回复：x", "x" }, { "Re", "Re" }, { "", "" },
		{ "Fwd: Re: x", "Fwd: Re: x" }, { "R: Rif: x", "x" },
		{ "Res: x", "x" }, { "Result: x", "Result: x" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		cr_assert_str_eq(envelope_behind_answers(rows[i][0]),
				 rows[i][1]);
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
