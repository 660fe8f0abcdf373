/*
 * plan.c - what is fetched, what is removed, and when nobody is believed
 */
#include <criterion/criterion.h>

#include <string.h>

#include "sync/plan.h"
#include "sync/policy.h"

struct messages_case {
	const char *name;
	bool full;
	const char *listed, *vanished;
	int64_t exists, uidnext;
	const char *here;
	int64_t top;
	enum plan_verdict verdict;
	const char *fresh, *gone;
};

static const struct messages_case cases[] = {
	{ "first sight", true, "1:5", "", 5, 6, "", 0, PLAN_GOOD, "1:5", "" },
	{ "nothing new", true, "1:5", "", 5, 6, "1:5", 6, PLAN_GOOD, "", "" },
	{ "new ones", true, "1:7", "", 7, 8, "1:5", 6, PLAN_GOOD, "6:7", "" },
	{ "removed", true, "1,3", "", 2, 6, "1:5", 6, PLAN_GOOD, "", "2,4:5" },
	{ "both", true, "1,3,9", "", 3, 10, "1:3", 4, PLAN_GOOD, "9", "2" },
	{ "partial list", true, "1:2", "", 5, 6, "1:5", 6, PLAN_LIST, "", "" },
	{ "arrived while listed", true, "1:6", "", 5, 6, "1:5", 6, PLAN_GOOD,
	  "6", "" },
	{ "emptied", true, "", "", 0, 6, "1:5", 6, PLAN_GOOD, "", "1:5" },
	{ "empty, and never had any", true, "", "", 0, 1, "1:5", 6,
	  PLAN_DOUBT, "", "" },
	{ "empty, no UIDNEXT", true, "", "", 0, 0, "1:5", 6, PLAN_DOUBT, "",
	  "" },
	{ "difference: nothing", false, "", "", 5, 6, "1:5", 6, PLAN_GOOD, "",
	  "" },
	{ "difference: new", false, "6", "", 6, 7, "1:5", 6, PLAN_GOOD, "6",
	  "" },
	{ "difference: gone", false, "", "2:3", 3, 6, "1:5", 6, PLAN_GOOD, "",
	  "2:3" },
	{ "difference: gone that never were here", false, "", "2,90:99", 4,
	  100, "1:5", 6, PLAN_GOOD, "", "2" },
	{ "difference: flags of a known one", false, "3", "", 5, 6, "1:5", 6,
	  PLAN_GOOD, "", "" },
	{ "difference: came and went", false, "6", "6", 5, 7, "1:5", 6,
	  PLAN_GOOD, "", "" },
	{ "difference: does not add up", false, "", "2", 5, 6, "1:5", 6,
	  PLAN_LIST, "", "" },
	{ "difference: one is kept from us", false, "", "", 6, 7, "1:5", 6,
	  PLAN_LIST, "", "" },
};

static struct uidset
set(const char *text)
{
	struct uidset s = UIDSET_EMPTY;

	if (*text)
		cr_assert(uidset_parse(&s, text, strlen(text), 100));
	return s;
}

static void
check_set(const char *name, const struct uidset *got, const char *want)
{
	char *text = uidset_format(got);

	cr_assert_str_eq(text, want, "%s: %s, not %s", name, text, want);
	g_free(text);
}

static void
common(const struct uidset *a, const struct uidset *b, bool same,
       struct uidset *out)
{
	uint64_t it = 0;
	uint32_t uid;

	while (uidset_next(a, &it, &uid))
		if (uidset_has(b, uid) == same)
			uidset_add(out, uid);
}

static void
run_case(const struct messages_case *c, bool loaded)
{
	struct uidset listed = set(c->listed), vanished = set(c->vanished);
	struct uidset here = set(c->here);
	struct uidset gone = UIDSET_EMPTY, new = UIDSET_EMPTY;
	struct plan_input in = {
		.full = c->full, .listed = &listed, .vanished = &vanished,
		.exists = c->exists, .uidnext = c->uidnext,
		.here = loaded ? &here : NULL, .here_gone = &gone,
		.here_new = &new, .total = (int64_t)uidset_count(&here),
		.top = c->top,
	};
	struct plan plan;

	common(&vanished, &here, true, &gone);
	common(&listed, &here, false, &new);
	cr_assert_eq(plan_messages(&in, &plan), c->verdict, "%s", c->name);
	if (c->verdict == PLAN_GOOD)
		check_set(c->name, &plan.fresh, c->fresh);
	check_set(c->name, &plan.gone, c->gone);
	plan_clear(&plan);
	uidset_clear(&listed);
	uidset_clear(&vanished);
	uidset_clear(&here);
	uidset_clear(&gone);
	uidset_clear(&new);
}

Test(plan, messages)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		run_case(&cases[i], true);
		if (!cases[i].full)
			run_case(&cases[i], false);
	}
}

struct visits {
	GString *text;
};

static enum st
visit(void *ctx, const struct plan_flags *theirs,
      const struct plan_flags *mine, struct err *e)
{
	struct visits *v = ctx;

	g_string_append_printf(v->text, "%u%s ", theirs->uid,
			       mine ? "" : "+");
	return theirs->uid == 99 ? ST_LOCAL : ST_OK;
}

Test(plan, only_what_differs_is_visited)
{
	struct plan_flags theirs[] = {
		{ 1, { FLAG_SEEN, NULL }, true, 0 },
		{ 3, { 0, NULL }, true, 0 },
		{ 4, { FLAG_SEEN, NULL }, false, 0 },
		{ 7, { 0, NULL }, true, 0 },
		{ 99, { 0, NULL }, true, 0 },
		{ 100, { 0, NULL }, true, 0 },
	};
	struct plan_flags mine[] = {
		{ 1, { FLAG_SEEN, NULL }, true, 0 },
		{ 2, { 0, NULL }, true, 0 },
		{ 3, { FLAG_FLAGGED, NULL }, true, 0 },
		{ 4, { 0, NULL }, true, 0 },
	};
	struct visits v = { g_string_new(NULL) };
	enum st st = plan_merge(theirs, 6, mine, 4, visit, &v, NULL);

	cr_assert_eq(st, ST_LOCAL);
	cr_assert_str_eq(v.text->str, "3 7+ 99+ ");
	g_string_free(v.text, TRUE);
}

Test(plan, runs_end_at_wide_gaps)
{
	struct plan_flags f[] = { { .uid = 1 }, { .uid = 2 }, { .uid = 10 },
				  { .uid = 1000 }, { .uid = 1001 } };

	cr_assert_eq(plan_run(f, 5), 3);
	cr_assert_eq(plan_run(f + 3, 2), 2);
	cr_assert_eq(plan_run(f, 1), 1);
}

Test(plan, folders)
{
	struct plan_folder there[] = { { "INBOX", 1, true },
				       { "New", 7, true } };
	struct plan_folder here[] = { { "INBOX", 1, true },
				      { "Old", 7, true } };
	struct plan_folders p;

	cr_assert_eq(plan_folders(there, 2, here, 2, &p, NULL), ST_OK);
	cr_assert_eq(p.created->len, 1);
	cr_assert_eq(g_array_index(p.created, size_t, 0), 1);
	cr_assert_eq(p.missing->len, 1);
	cr_assert(plan_may_be_renamed(&here[1], &there[1]));
	cr_assert(!plan_may_be_renamed(&here[0], &there[1]));
	g_array_unref(p.created);
	g_array_unref(p.missing);
	cr_assert_eq(plan_folders(there, 0, here, 2, &p, NULL), ST_PROTOCOL);
	g_array_unref(p.created);
	g_array_unref(p.missing);
	cr_assert_eq(plan_folders(there + 1, 1, here, 2, &p, NULL),
		     ST_PROTOCOL);
	g_array_unref(p.created);
	g_array_unref(p.missing);
}

Test(policy, retries_slow_down_to_five_minutes)
{
	cr_assert_eq(policy_retry_ms(1, 0), 1000);
	cr_assert_eq(policy_retry_ms(2, 0), 2000);
	cr_assert_eq(policy_retry_ms(4, 0), 8000);
	cr_assert_eq(policy_retry_ms(1000000, 0), 300000);
	cr_assert_eq(policy_retry_ms(1, 1), 800);
}

Test(policy, chunks_take_about_a_second)
{
	cr_assert_eq(policy_chunk(0, 0, 0), 500);
	cr_assert(policy_chunk(500, 500 * 4096, 100) >= 3000);
	cr_assert(policy_chunk(500, 500 * 4096, 60000) <= 20);
	cr_assert(policy_chunk(500, (int64_t)500 << 22, 1) <= 40);
	cr_assert(policy_chunk(8000, 8000, 1) <= 8000);
}

Test(policy, envelopes_come_first_when_bodies_would_take_long)
{
	cr_assert(!policy_envelopes_first(20000, 500, 100));
	cr_assert(policy_envelopes_first(20000, 500, 5000));
	cr_assert(!policy_envelopes_first(100, 500, 500000));
}
