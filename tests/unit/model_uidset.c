/*
 * model_uidset.c - sets of UIDs, held against a plain array of bits
 */
#include "model/uidset.h"

#include <string.h>

#include <criterion/criterion.h>
#include <glib.h>

static bool
parse(struct uidset *s, const char *text)
{
	return uidset_parse(s, text, strlen(text), 1000);
}

static void
check(const struct uidset *s, const char *want)
{
	char *text = uidset_format(s);

	cr_assert_str_eq(text, want);
	g_free(text);
}

Test(uidset, parse_and_format)
{
	static const char *const rows[][2] = {
		{ "1", "1" },
		{ "1,5:7,9", "1,5:7,9" },
		{ "7:5", "5:7" },
		{ "9,1,5:7", "1,5:7,9" },
		{ "1,2,3", "1:3" },
		{ "1:5,3:9", "1:9" },
		{ "4,2,3", "2:4" },
		{ "4294967295", "4294967295" },
		{ "4294967294,4294967295,1", "1,4294967294:4294967295" },
		{ "1:4294967295", "1:4294967295" },
		{ "0001", "1" },
	};
	struct uidset s = UIDSET_EMPTY;

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		cr_assert(parse(&s, rows[i][0]), "%s", rows[i][0]);
		check(&s, rows[i][1]);
	}
	uidset_clear(&s);
	check(&s, "");
}

Test(uidset, parse_refuses)
{
	static const char *const rows[] = {
		"", "0", "1:0", "0:1", "*", "1:*", "1,", ",1", "1,,2", "1:",
		":1", "1:2:3", "a", "1a", " 1", "1 ", "-1", "+1", "1;2",
		"4294967296", "99999999999999999999999", "1.0",
	};
	struct uidset s = UIDSET_EMPTY;

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		uidset_add(&s, 7);
		cr_assert(!parse(&s, rows[i]), "%s", rows[i]);
		cr_assert_eq(s.n, 0);
	}
	cr_assert(!uidset_parse(&s, "1,3,5", 5, 2));
	cr_assert(uidset_parse(&s, "1,3,5", 5, 3));
	cr_assert(uidset_parse(&s, "1,3xxxx", 3, 3), "len is the end");
	check(&s, "1,3");
	uidset_clear(&s);
}

Test(uidset, every_prefix_is_safe)
{
	static const char text[] = "12:19,4294967295,7,100:90";
	struct uidset s = UIDSET_EMPTY;

	for (size_t len = 0; len < sizeof(text); len++) {
		char *copy = g_memdup2(text, len + 1);

		/* A block of its own, so that the sanitizer sees overreads. */
		copy = g_realloc(copy, MAX(len, 1));
		uidset_parse(&s, copy, len, 10);
		g_free(copy);
	}
	uidset_clear(&s);
}

/* ---- random operations against the obvious thing ------------------------ */

#define SPAN 64

static void
compare(const struct uidset *s, const bool *bits)
{
	uint64_t it = 0, count = 0;
	uint32_t uid, before = 0;

	for (uint32_t i = 0; i < SPAN; i++) {
		cr_assert_eq(uidset_has(s, i), bits[i]);
		count += bits[i];
	}
	cr_assert_eq(uidset_count(s), count);
	while (uidset_next(s, &it, &uid)) {
		cr_assert(uid > before && uid < SPAN && bits[uid]);
		before = uid;
		count--;
	}
	cr_assert_eq(count, 0);
	for (size_t i = 1; i < s->n; i++)
		cr_assert_gt(s->range[i].first, s->range[i - 1].last + 1);
}

static void
set_bits(bool *bits, uint32_t first, uint32_t last, bool to)
{
	for (uint32_t i = MAX(first, 1); i <= last; i++)
		bits[i] = to;
}

Test(uidset, random_operations)
{
	struct uidset s = UIDSET_EMPTY, other = UIDSET_EMPTY;
	bool bits[SPAN] = { false }, bits2[SPAN] = { false };
	GRand *rand = g_rand_new_with_seed(7);

	for (int round = 0; round < 20000; round++) {
		uint32_t a = (uint32_t)g_rand_int_range(rand, 0, SPAN);
		uint32_t b = (uint32_t)g_rand_int_range(rand, (gint)a, SPAN);

		switch (g_rand_int_range(rand, 0, 6)) {
		case 0:
			uidset_add(&s, a);
			set_bits(bits, a, a, true);
			break;
		case 1:
			uidset_add_range(&s, b, a);
			set_bits(bits, a, b, true);
			break;
		case 2:
			uidset_remove(&s, a);
			set_bits(bits, a, a, false);
			break;
		case 3:
			uidset_remove_range(&s, a, b);
			set_bits(bits, a, b, false);
			break;
		case 4:
			uidset_add_set(&s, &other);
			for (int i = 0; i < SPAN; i++)
				bits[i] |= bits2[i];
			break;
		case 5:
			uidset_remove_set(&s, &other);
			for (int i = 0; i < SPAN; i++)
				bits[i] &= !bits2[i];
			break;
		}
		compare(&s, bits);
		if (round % 3 == 0) {
			struct uidset t = s;
			bool tbits[SPAN];

			s = other, other = t;
			memcpy(tbits, bits, SPAN);
			memcpy(bits, bits2, SPAN);
			memcpy(bits2, tbits, SPAN);
		}
	}
	uidset_clear(&s);
	uidset_clear(&other);
	g_rand_free(rand);
}

Test(uidset, ends_of_the_number_range)
{
	struct uidset s = UIDSET_EMPTY;

	uidset_add(&s, 0);
	cr_assert_eq(s.n, 0);
	cr_assert(!uidset_has(&s, 0));
	uidset_add_range(&s, 1, UINT32_MAX);
	cr_assert_eq(uidset_count(&s), UINT32_MAX);
	uidset_add(&s, UINT32_MAX);
	uidset_remove(&s, UINT32_MAX);
	uidset_remove(&s, 1);
	check(&s, "2:4294967294");
	uidset_remove_range(&s, 0, UINT32_MAX);
	cr_assert_eq(s.n, 0);
	uidset_clear(&s);
}

Test(uidset, equal)
{
	struct uidset a = UIDSET_EMPTY, b = UIDSET_EMPTY;

	cr_assert(uidset_equal(&a, &b));
	parse(&a, "1,3:5");
	cr_assert(!uidset_equal(&a, &b));
	parse(&b, "3,4,5,1");
	cr_assert(uidset_equal(&a, &b));
	uidset_clear(&a);
	uidset_clear(&b);
}

Test(uidset, take)
{
	static const struct {
		const char *from;
		uint64_t count;
		bool newest;
		const char *part, *left;
	} rows[] = {
		{ "1:5,8", 3, false, "1:3", "4:5,8" },
		{ "1:5,8", 5, false, "1:5", "8" },
		{ "1:5,8", 6, false, "1:5,8", "" },
		{ "1:5,8", 99, false, "1:5,8", "" },
		{ "1:5,8", 0, false, "", "1:5,8" },
		{ "1:5,8", 1, true, "8", "1:5" },
		{ "1:5,8", 3, true, "4:5,8", "1:3" },
		{ "1:5,8", 6, true, "1:5,8", "" },
		{ "1:5,8", 99, true, "1:5,8", "" },
		{ "1:5,8", 0, true, "", "1:5,8" },
		{ "", 5, true, "", "" },
		{ "1:4294967295", 1, true, "4294967295", "1:4294967294" },
	};
	struct uidset s = UIDSET_EMPTY, part = UIDSET_EMPTY;

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		parse(&s, rows[i].from);
		uidset_take(&s, &part, rows[i].count, rows[i].newest);
		check(&part, rows[i].part);
		check(&s, rows[i].left);
	}
	uidset_clear(&s);
	uidset_clear(&part);
}

Test(uidset, take_text_keeps_to_the_line)
{
	struct uidset s = UIDSET_EMPTY, part = UIDSET_EMPTY, all = UIDSET_EMPTY;
	uint64_t count;
	int parts = 0;

	for (uint32_t uid = 1; uid < 4000; uid += 2)
		uidset_add(&s, uid);
	count = uidset_count(&s);
	while (uidset_take_text(&s, &part, 100)) {
		char *text = uidset_format(&part);

		cr_assert_leq(strlen(text), 100);
		cr_assert(s.n == 0 || strlen(text) > 90, "too short a line");
		uidset_add_set(&all, &part);
		parts++;
		g_free(text);
	}
	cr_assert_eq(uidset_count(&all), count);
	cr_assert_gt(parts, 90);
	uidset_add_range(&s, 1000000, 2000000);
	cr_assert(uidset_take_text(&s, &part, 1), "one range at least");
	cr_assert(!uidset_take_text(&s, &part, 1));
	uidset_clear(&s);
	uidset_clear(&part);
	uidset_clear(&all);
}

/* A million UIDs in the order a listing gives them cost nothing to speak of,
 * and one range. */
Test(uidset, a_million)
{
	struct uidset s = UIDSET_EMPTY, odd = UIDSET_EMPTY;
	uint64_t it = 0, n = 0;
	uint32_t uid;

	for (uid = 1; uid <= 1000000; uid++)
		uidset_add(&s, uid);
	cr_assert_eq(s.n, 1);
	for (uid = 1; uid <= 1000000; uid += 2)
		uidset_add(&odd, uid);
	uidset_remove_set(&s, &odd);
	while (uidset_next(&s, &it, &uid))
		n += uid % 2 == 0;
	cr_assert_eq(n, 500000);
	uidset_add_set(&s, &odd);
	cr_assert_eq(s.n, 1);
	uidset_clear(&s);
	uidset_clear(&odd);
}
