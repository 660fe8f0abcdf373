/*
 * base_near.c - distances and suggestions
 */
#include "base/near.h"

#include <criterion/criterion.h>
#include <glib.h>

Test(near, distance)
{
	static const struct {
		const char *a, *b;
		int distance;
	} table[] = {
		{ "", "", 0 },		  { "abc", "abc", 0 },
		{ "ABC", "abc", 0 },	  { "", "abc", 3 },
		{ "abc", "", 3 },	  { "abc", "abd", 1 },
		{ "abc", "acb", 1 },	  { "recieve", "receive", 1 },
		{ "kitten", "sitting", 3 }, { "ca", "abc", 3 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		cr_assert_eq(near_distance(table[i].a, table[i].b),
			     table[i].distance, "%s %s", table[i].a,
			     table[i].b);
		cr_assert_eq(near_distance(table[i].b, table[i].a),
			     table[i].distance);
	}
}

Test(near, long_words_are_bounded)
{
	char *a = g_strnfill(100000, 'a'), *b = g_strnfill(100000, 'b');

	cr_assert_eq(near_distance(a, b), 63);
	cr_assert_eq(near_distance(a, a), 0);
	g_free(a);
	g_free(b);
}

Test(near, name)
{
	static const char *const names[] = { "receive", "send", "user",
					     "folders", "sent", NULL };

	cr_assert_str_eq(near_name("recieve", names), "receive");
	cr_assert_str_eq(near_name("folder", names), "folders");
	cr_assert_str_eq(near_name("User", names), "user");
	cr_assert_str_eq(near_name("sned", names), "send");
	cr_assert_null(near_name("zzzzzzzz", names));
	cr_assert_null(near_name("x", names), "nothing of it is there");
	cr_assert_null(near_name("", names));
}
