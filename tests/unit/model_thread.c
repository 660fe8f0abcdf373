/*
 * model_thread.c - threads: the usual, the missing, the hostile, the large
 */
#include "model/thread.h"

#include <string.h>

#include <criterion/criterion.h>
#include <glib.h>

/* Messages as "id<references", dates in order of the list; the result as
 * "id(children)" so that a thread can be read in one line. */
struct row {
	const char *messages, *want;
};

static const struct row rows[] = {
	{ "a", "a" },
	{ "a b c", "a b c" },
	{ "a b<a c<a,b", "a(b(c))" },
	{ "a b<a c<a", "a(b c)" },
	{ "c<a,b b<a a", "a(b(c))" },		/* replies came first */
	{ "x a b<a", "x a(b)" },
	{ "b<a", "b" },				/* the parent is missing */
	{ "b<a c<a d<a", "b(c d)" },		/* oldest takes its place */
	{ "b<a c<a,x d<a", "b(c d)" },
	{ "c<a,b d<a,b e<a", "c(d e)" },
	{ "a c<a,b", "a(c)" },			/* one in between is missing */
	{ "a c<a,b d<a,b", "a(c d)" },
	{ "a<a", "a" },				/* to itself */
	{ "a<b b<a", "a(b)" },			/* loops: the oldest leads */
	{ "a<c b<a c<b", "a(b(c))" },
	{ "x<c c<b b<a a<b", "b(c(x) a)" },
	{ "a b<a,b", "a(b)" },
	{ "a b<a,a,a c<b,b", "a(b(c))" },
	{ "a<x b<y,x c<x,y", "a(b c)" },	/* references disagree */
	{ "a a<b b", "a b(a)" },		/* one id twice */
	{ "a a b<a", "a(b) a" },
	{ "a b<a c<b d<c", "a(b(c(d)))" },
	{ "- -<a a", "- a(-)" },		/* no id */
};

static void
print_thread(GString *out, const struct thread_row *r, size_t n,
	     const char *const *ids)
{
	for (size_t i = 0; i < n; i++) {
		int before = i ? r[i - 1].depth : 0;

		if (i && r[i].depth > before)
			g_string_append_c(out, '(');
		for (int d = before; d > r[i].depth; d--)
			g_string_append_c(out, ')');
		if (i && r[i].depth <= before)
			g_string_append_c(out, ' ');
		g_string_append(out, ids[r[i].message]);
	}
	for (int d = n ? r[n - 1].depth : 0; d > 0; d--)
		g_string_append_c(out, ')');
}

/* Every message once, parents before children, depth one more. */
static void
check_rows(const struct thread_row *r, size_t n)
{
	size_t *place = g_new(size_t, n);

	for (size_t i = 0; i < n; i++)
		place[i] = SIZE_MAX;
	for (size_t i = 0; i < n; i++) {
		cr_assert_lt(r[i].message, n);
		cr_assert_eq(place[r[i].message], SIZE_MAX);
		place[r[i].message] = i;
		if (r[i].parent == SIZE_MAX) {
			cr_assert_eq(r[i].depth, 0);
			continue;
		}
		cr_assert_lt(place[r[i].parent], i);
		cr_assert_eq(r[i].depth,
			     MIN(r[place[r[i].parent]].depth + 1,
				 THREAD_MAX_DEPTH));
	}
	g_free(place);
}

static void
check_row(const struct row *row)
{
	char **words = g_strsplit(row->messages, " ", -1);
	size_t n = g_strv_length(words);
	struct thread_message *m = g_new0(struct thread_message, n);
	struct thread_row *r = g_new0(struct thread_row, n);
	GString *out = g_string_new(NULL);

	for (size_t i = 0; i < n; i++) {
		char *refs = strchr(words[i], '<');

		if (refs) {
			*refs = '\0';
			m[i].references = g_strdelimit(refs + 1, ",", ' ');
		}
		if (strcmp(words[i], "-") != 0)
			m[i].message_id = words[i];
		m[i].date = (int64_t)i;
	}
	thread_build(m, n, r);
	check_rows(r, n);
	print_thread(out, r, n, (const char *const *)words);
	cr_assert_str_eq(out->str, row->want, "%s gives %s", row->messages,
			 out->str);
	g_string_free(out, TRUE);
	g_free(m);
	g_free(r);
	g_strfreev(words);
}

Test(thread, table)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		check_row(&rows[i]);
}

Test(thread, nothing)
{
	thread_build(NULL, 0, NULL);
}

Test(thread, in_reply_to_when_there_are_no_references)
{
	struct thread_message m[] = {
		{ "a", NULL, NULL, 1 },
		{ "b", "", "a other", 2 },
		{ "c", "a", "b", 3 },
		{ "d", " ", " ", 4 },
	};
	struct thread_row r[4];

	thread_build(m, 4, r);
	cr_assert_eq(r[1].message, 1);
	cr_assert_eq(r[1].parent, 0);
	cr_assert_eq(r[2].parent, 0, "references are stronger");
	cr_assert_eq(r[3].parent, SIZE_MAX);
}

Test(thread, children_by_date_and_last_child)
{
	struct thread_message m[] = {
		{ "late", "root", NULL, 30 },
		{ "root", NULL, NULL, 20 },
		{ "early", "root", NULL, 10 },
		{ "older", NULL, NULL, 5 },
	};
	static const size_t want[] = { 3, 1, 2, 0 };
	static const int last[] = { 1, 1, 0, 1 };
	struct thread_row r[4];

	thread_build(m, 4, r);
	for (int i = 0; i < 4; i++) {
		cr_assert_eq(r[i].message, want[i]);
		cr_assert_eq(r[i].last_child, last[i]);
	}
}

/* A chain of 200,000 replies, each with all ids it needs, and in the worst
 * order: linear work and no recursion, or this never ends. */
Test(thread, long_chain, .timeout = 600)
{
	size_t n = 200000;
	struct thread_message *m = g_new0(struct thread_message, n);
	struct thread_row *r = g_new(struct thread_row, n);
	GStringChunk *text = g_string_chunk_new(65536);
	char id[32];

	for (size_t i = 0; i < n; i++) {
		g_snprintf(id, sizeof(id), "m%zu", i);
		m[n - 1 - i].message_id = g_string_chunk_insert(text, id);
		m[n - 1 - i].date = (int64_t)i;
		if (i > 0)
			m[n - 1 - i].references = m[n - i].message_id;
	}
	thread_build(m, n, r);
	check_rows(r, n);
	cr_assert_eq(r[0].message, n - 1);
	cr_assert_eq(r[n - 1].message, 0);
	cr_assert_eq(r[n - 1].depth, THREAD_MAX_DEPTH);
	m[n - 1].references = m[0].message_id;	/* and bite its tail */
	thread_build(m, n, r);
	check_rows(r, n);
	cr_assert_eq(r[0].message, n - 1);
	g_string_chunk_free(text);
	g_free(m);
	g_free(r);
}

/* Random references, loops and doubles included: always a proper forest. */
Test(thread, random_forests)
{
	GRand *rand = g_rand_new_with_seed(3);
	static const char *const ids[] = { "a", "b", "c", "d", "e", "f", "g" };

	for (int round = 0; round < 5000; round++) {
		struct thread_message m[6];
		struct thread_row r[6];
		char refs[6][16];

		for (int i = 0; i < 6; i++) {
			int k = g_rand_int_range(rand, 0, 4);

			refs[i][0] = '\0';
			for (int j = 0; j < k; j++) {
				strcat(refs[i], j ? " " : "");
				strcat(refs[i],
				       ids[g_rand_int_range(rand, 0, 7)]);
			}
			m[i].message_id = ids[g_rand_int_range(rand, 0, 7)];
			m[i].references = refs[i];
			m[i].in_reply_to = NULL;
			m[i].date = g_rand_int_range(rand, 0, 4);
		}
		thread_build(m, 6, r);
		check_rows(r, 6);
	}
	g_rand_free(rand);
}
