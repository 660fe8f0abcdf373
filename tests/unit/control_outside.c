/*
 * control_outside.c - commits of others
 */
#include <criterion/criterion.h>

#include <glib.h>
#include <glib/gstdio.h>
#include <stdio.h>

#include "control/outside.h"

static char *one, *two;

static void
begin(void)
{
	one = g_dir_make_tmp("verso-outside-XXXXXX", NULL);
	two = g_dir_make_tmp("verso-outside-XXXXXX", NULL);
}

static void
drop(char *dir)
{
	static const char *const names[] = { "index.db", "index.db-wal" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		char *file = g_build_filename(dir, names[i], NULL);

		g_unlink(file);
		g_free(file);
	}
	g_rmdir(dir);
	g_free(dir);
}

static void
end(void)
{
	drop(one);
	drop(two);
}

TestSuite(outside, .init = begin, .fini = end);

static void
put(const char *dir, const char *name)
{
	char *file = g_build_filename(dir, name, NULL);
	FILE *f = fopen(file, "a");

	fputs("x", f);
	fclose(f);
	g_free(file);
}

static void
note(void *ctx, int account)
{
	((int *)ctx)[account]++;
}

Test(outside, each_commit_is_heard_of_once)
{
	struct outside *o = outside_new();
	int heard[2] = { 0 };

	cr_assert_not_null(o);
	cr_assert(outside_add(o, 0, one));
	cr_assert(outside_add(o, 1, two));
	outside_take(o, note, heard);
	cr_assert_eq(heard[0] + heard[1], 0);
	put(two, "index.db-wal");
	put(two, "index.db-wal");
	put(one, "index.db");		/* a checkpoint changes nothing */
	outside_take(o, note, heard);
	cr_assert_eq(heard[0], 0);
	cr_assert_eq(heard[1], 1);
	outside_take(o, note, heard);
	cr_assert_eq(heard[1], 1);
	outside_free(o);
}

/* More than the system remembers: then every store is looked at. */
Test(outside, too_much_is_heard_of_as_everything)
{
	struct outside *o = outside_new();
	int heard[2] = { 0 };
	char *file = g_build_filename(two, "index.db-wal", NULL);
	char *other = g_build_filename(two, "index.db", NULL);
	FILE *f = fopen(file, "a"), *g = fopen(other, "a");

	cr_assert(outside_add(o, 0, one));
	cr_assert(outside_add(o, 1, two));
	/* Equal events in a row are one. */
	for (int i = 0; i < 40000; i++) {
		fputs("x", f);
		fflush(f);
		fputs("x", g);
		fflush(g);
	}
	outside_take(o, note, heard);
	cr_assert_eq(heard[0], 1);
	cr_assert_eq(heard[1], 1);
	fclose(f);
	fclose(g);
	g_free(file);
	g_free(other);
	outside_free(o);
}

Test(outside, what_cannot_be_heard_is_said)
{
	struct outside *o = outside_new();

	cr_assert_not(outside_add(o, 0, "/nonexistent/verso"));
	outside_take(o, note, NULL);
	outside_take(NULL, note, NULL);
	cr_assert_eq(outside_fd(NULL), -1);
	outside_free(o);
}
