/*
 * model_address.c - short forms of addresses
 */
#include "model/address.h"

#include <string.h>

#include <criterion/criterion.h>

Test(address, short_of_list)
{
	static const char *const rows[][2] = {
		{ "Ann Lee <ann@x>", "Ann Lee" },
		{ "Ann Lee <ann@x>, Bob <bob@y>", "Ann Lee" },
		{ "ann@x", "ann@x" },
		{ "ann@x, Bob <bob@y>", "ann@x" },
		{ "<ann@x>", "ann@x" },
		{ "<ann@x>, <b@y>", "ann@x" },
		{ "\"Lee, Ann\" <ann@x>", "Lee, Ann" },
		{ "Lee, Ann <ann@x>", "Lee, Ann" },
		{ "\"\" <ann@x>", "ann@x" },
		{ "\"A \\\"B\\\" C\" <ann@x>", "A \"B\" C" },
		{ "  Ann  <ann@x>", "Ann" },
		{ ", ann@x", "ann@x" },
		{ "undisclosed-recipients:;", "undisclosed-recipients" },
		{ "Team: ann@x, bob@y;", "Team" },
		{ "nsb", "nsb" },
		{ "山田 太郎 <t@x>", "山田 太郎" },
		{ "ann@x (Work) <ann@x>", "ann@x (Work)" },
		{ "Ann <ann@x", "Ann" },
		{ "<", "" },
		{ "\"open <ann@x>", "open <ann@x>" },
		{ "", "" },
		{ " ", "" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char *name = address_short_of_list(rows[i][0]);

		cr_assert_str_eq(name, rows[i][1], "%s: %s", rows[i][0], name);
		g_free(name);
	}
}

Test(address, short_of_null)
{
	char *name = address_short_of_list(NULL);

	cr_assert_str_empty(name);
	g_free(name);
}

Test(address, every_prefix_is_safe)
{
	static const char list[] = "\"Lee, \\\"Ann\\\"\" <ann@x>, T: b@y;";

	for (size_t len = 0; len < sizeof(list); len++) {
		char *copy = g_strndup(list, len);
		char *name = address_short_of_list(copy);

		cr_assert_leq(strlen(name), len);
		g_free(name);
		g_free(copy);
	}
}

Test(address, new_and_short)
{
	struct address *a = address_new("Ann", "ann@x");
	struct address *b = address_new(NULL, "bob@y");

	cr_assert_str_eq(address_short(a), "Ann");
	cr_assert_str_eq(address_short(b), "bob@y");
	cr_assert_str_empty(b->name);
	address_free(a);
	address_free(b);
	address_free(NULL);
}

/* All addresses of a field as "name|mailbox " each. */
static char *
spans(const char *list)
{
	GString *out = g_string_new(NULL);
	struct address_span a;

	while (address_next(&list, &a)) {
		char *name = address_span_name(&a);

		g_string_append_printf(out, "%s|%.*s ", name,
				       (int)a.mailbox_len, a.mailbox);
		g_free(name);
	}
	return g_string_free(out, FALSE);
}

Test(address, each_of_a_list)
{
	static const char *const rows[][2] = {
		{ "", "" },
		{ "ann@x", "|ann@x " },
		{ "Ann Lee <ann@x>", "Ann Lee|ann@x " },
		{ "Ann <ann@x>, bob@y ,\t<c@z>", "Ann|ann@x |bob@y |c@z " },
		{ "Lee, Ann <ann@x>, b@y", "Lee, Ann|ann@x |b@y " },
		{ "Lee, Ann, PhD <ann@x>", "Lee, Ann, PhD|ann@x " },
		{ "\"Lee, <Ann>\" <ann@x>", "Lee, <Ann>|ann@x " },
		{ "\"A \\\"B\\\"\" <a@x>", "A \"B\"|a@x " },
		{ "nobody, a@x", "|a@x " },
		{ "nobody, Ann <a@x>", "nobody, Ann|a@x " },
		{ "undisclosed-recipients:;", "" },
		{ "Team: Ann <a@x>, b@y;, c@z", "Ann|a@x |b@y |c@z " },
		{ "Ann <ann@x", "Ann|ann@x " },
		{ "Ann <ann>, b@y", "|b@y " },
		{ "a b@x, c@z", "|c@z " },
		{ "Ann <a\001@x>", "" },
		{ "山田 太郎 <t@x>", "山田 太郎|t@x " },
		{ "\"open <ann@x>", "" },
		{ "<>, <,>;:", "" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char *got = spans(rows[i][0]);

		cr_assert_str_eq(got, rows[i][1], "%s: %s", rows[i][0], got);
		g_free(got);
	}
}

Test(address, each_of_every_prefix)
{
	static const char list[] = "\"L, \\\"A\" <ann@x>, T: b@y; L, C <c@z>";

	for (size_t len = 0; len < sizeof(list); len++) {
		char *copy = g_strndup(list, len), *got = spans(copy);

		cr_assert_leq(strlen(got), 2 * len + 1);
		g_free(got);
		g_free(copy);
	}
}
