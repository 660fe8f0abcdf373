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
