/*
 * mime_typed.c - nobody who is written down is left out
 */
#include "mime/typed.h"

#include <criterion/criterion.h>
#include <string.h>

#include "model/address.h"

/* "name <mailbox>", "|" behind each. */
static char *
read_back(const char *text)
{
	GPtrArray *all = typed_addresses(text);
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < all->len; i++) {
		const struct address *a = all->pdata[i];

		g_string_append_printf(out, "%s<%s>|", a->name, a->mailbox);
	}
	g_ptr_array_unref(all);
	return g_string_free(out, FALSE);
}

Test(typed, as_people_write_them)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "", "" },
		{ " , ;", "" },
		{ "a@x", "<a@x>|" },
		{ "a@x, b@y", "<a@x>|<b@y>|" },
		{ "a@x; b@y", "<a@x>|<b@y>|" },
		{ "Ann <a@x>,b@y", "Ann<a@x>|<b@y>|" },
		{ "\"Lee, Ann\" <a@x>, b@y", "Lee, Ann<a@x>|<b@y>|" },
		{ "a@x (one, two), b@y", "one, two<a@x>|<b@y>|" },
		{ "friends: a@x, b@y;, c@z", "<a@x>|<b@y>|<c@z>|" },
		{ "friends:;, c@z", "<c@z>|" },
		{ "a@[IPv6:::1], b@y", "<a@[IPv6:::1]>|<b@y>|" },
		/* No addresses. */
		{ "bob", "<bob>|" },
		{ "Ann Lee", "<Ann Lee>|" },
		{ "a@x, Ann Lee", "<a@x>|<Ann Lee>|" },
		{ "Ann Lee, a@x", "<Ann Lee>|<a@x>|" },
		{ "a@x, \"Ann", "<a@x>|<Ann>|" },
		{ "ann@", "<ann@>|" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		char *got = read_back(rows[i].text);

		cr_expect_str_eq(got, rows[i].want, "%s: %s", rows[i].text,
				 got);
		g_free(got);
	}
}

/* What was no address stays that, however often it is written and read. */
Test(typed, what_is_none_stays_none)
{
	static const char *const words[] = {
		"Ann Lee", "a b c", "\"Ann (Lee", "<Ann Lee", "x y\\",
		"[a b", "a\001 b",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		GPtrArray *all = typed_addresses(words[i]), *again;
		struct address *a, *b;

		if (all->len == 1) {
			a = all->pdata[0];
			again = typed_addresses(a->mailbox);
			cr_assert_eq(again->len, 1, "%s", words[i]);
			b = again->pdata[0];
			cr_expect_str_eq(b->mailbox, a->mailbox);
			g_ptr_array_unref(again);
		}
		cr_expect_eq(all->len, 1, "%s", words[i]);
		g_ptr_array_unref(all);
	}
}
