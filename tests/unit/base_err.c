/*
 * base_err.c - sentences, status words, exit codes
 */
#include "base/err.h"

#include <errno.h>
#include <string.h>

#include <criterion/criterion.h>

Test(err, set_fills_and_returns)
{
	struct err e = { "" };

	cr_assert_eq(err_set(&e, ST_GONE, "There is no %s.", "x"), ST_GONE);
	cr_assert_str_eq(e.text, "There is no x.");
	cr_assert_eq(err_set(NULL, ST_AUTH, "nobody asks"), ST_AUTH);
}

Test(err, a_sentence_has_no_line_break)
{
	struct err e;

	err_set(&e, ST_GONE, "no “%s”", "a\nb\rc");
	cr_assert_str_eq(e.text, "no “a b c”");
}

Test(err, a_cut_sentence_stays_utf8)
{
	struct err e;
	char *name = g_strnfill(700, 'x');

	for (size_t shift = 0; shift < 4; shift++) {
		GString *long_name = g_string_new_len("xxxx", (gssize)shift);

		while (long_name->len < 900)
			g_string_append(long_name, "→");
		err_set(&e, ST_GONE, "%s", long_name->str);
		cr_assert(g_utf8_validate(e.text, -1, NULL));
		cr_assert_gt(strlen(e.text), 630);
		g_string_free(long_name, TRUE);
	}
	err_set(&e, ST_GONE, "%s", name);
	cr_assert_eq(strlen(e.text), sizeof(e.text) - 1);
	g_free(name);
}

Test(err, errno_closes_the_sentence)
{
	struct err e;

	errno = ENOSPC;
	cr_assert_eq(err_errno(&e, "The file %s cannot be written", "f"),
		     ST_LOCAL);
	cr_assert_eq(errno, ENOSPC);
	cr_assert_str_eq(e.text, "The file f cannot be written: "
				 "No space left on device.");
	cr_assert_eq(err_errno(NULL, "nobody"), ST_LOCAL);
}

Test(err, prefix_stands_before)
{
	struct err e;

	err_set(&e, ST_RETRY, "The server is away.");
	err_prefix(&e, "%s: ", "INBOX");
	cr_assert_str_eq(e.text, "INBOX: The server is away.");
	err_prefix(NULL, "x");
}

Test(err, names_travel_both_ways)
{
	for (int st = ST_OK; st < ST_MAX; st++)
		cr_assert_eq(st_parse(st_name(st)), st, "%s", st_name(st));
	cr_assert_eq(st_parse("nonsense"), ST_PROTOCOL);
	cr_assert_str_eq(st_name(ST_MAX), "protocol");
}

Test(err, exit_codes_are_the_contract)
{
	static const int want[ST_MAX] = {
		[ST_OK] = 0, [ST_RETRY] = 75, [ST_AUTH] = 77, [ST_GONE] = 75,
		[ST_CORRUPT] = 74, [ST_REFUSED] = 75, [ST_CANCELLED] = 75,
		[ST_LOCAL] = 74, [ST_PROTOCOL] = 76, [ST_CONFIG] = 78,
		[ST_USAGE] = 64,
	};

	for (int st = ST_OK; st < ST_MAX; st++)
		cr_assert_eq(st_exit_code(st), want[st], "%s", st_name(st));
	cr_assert_eq(st_exit_code(ST_MAX), 76);
}

Test(err, worse_never_gives_ok_back)
{
	for (int a = ST_OK; a < ST_MAX; a++) {
		cr_assert_eq(st_worse(ST_OK, a), a);
		cr_assert_eq(st_worse(a, ST_OK), a);
		for (int b = ST_OK; b < ST_MAX; b++)
			cr_assert_eq(st_worse(a, b), st_worse(b, a));
	}
	cr_assert_eq(st_worse(ST_RETRY, ST_LOCAL), ST_LOCAL);
}
