/*
 * control_addresses.c - addresses that are typed, kept, and looked for
 */
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <glib.h>
#include <glib/gstdio.h>

#include "base/clock.h"
#include "control/addressing.h"
#include "control/app.h"
#include "control/book.h"
#include "control/find_address.h"
#include "mime/typed.h"

static char *home;

static void
setup(void)
{
	home = g_dir_make_tmp("verso-book-XXXXXX", NULL);
	g_setenv("XDG_DATA_HOME", home, TRUE);
}

static void
clean(void)
{
	char *file = book_file(), *dir = g_path_get_dirname(file);
	char *script = g_build_filename(home, "query", NULL);

	g_unlink(file);
	g_unlink(script);
	g_rmdir(dir);
	g_rmdir(home);
	g_free(script);
	g_free(dir);
	g_free(file);
	g_free(home);
}

TestSuite(addresses, .init = setup, .fini = clean, .timeout = 60);

static void
book(const char *text)
{
	char *file = book_file(), *dir = g_path_get_dirname(file);

	g_mkdir_with_parents(dir, 0700);
	cr_assert(g_file_set_contents(file, text, -1, NULL));
	g_free(dir);
	g_free(file);
}

/* What a list of addresses becomes, read and written. */
static void
becomes(const char *typed, const char *expected)
{
	GPtrArray *list = NULL;
	struct err e = { "" };
	char *text;

	cr_assert_eq(book_read(typed, &list, &e), ST_OK, "%s: %s", typed,
		     e.text);
	text = addressing_text(list);
	cr_expect_str_eq(text, expected, "%s becomes %s", typed, text);
	g_free(text);
	g_ptr_array_unref(list);
}

static void
refused(const char *typed, const char *says)
{
	GPtrArray *list = g_ptr_array_new();
	struct err e = { "" };

	cr_expect_eq(book_read(typed, &list, &e), ST_USAGE, "%s", typed);
	cr_expect(strstr(e.text, says), "%s: %s", typed, e.text);
	cr_expect_eq(list->len, 0);
	g_ptr_array_unref(list);
}

Test(addresses, are_read_as_they_are_typed)
{
	becomes("", "");
	becomes("  ", "");
	becomes("ann@example.org", "ann@example.org");
	becomes("Ann Lee <ann@example.org>", "Ann Lee <ann@example.org>");
	becomes("ann@example.org, Bob <bob@example.org>,",
		"ann@example.org, Bob <bob@example.org>");
	becomes("\"Lee, Ann\" <ann@example.org>",
		"\"Lee, Ann\" <ann@example.org>");
	becomes("\"A \\\"B\\\" C\" <ann@example.org>",
		"\"A \\\"B\\\" C\" <ann@example.org>");
	becomes("Jürgen Groß <j@example.org>", "Jürgen Groß <j@example.org>");
	becomes("pelé@exämple.org", "pelé@exämple.org");
}

Test(addresses, what_is_none_is_named)
{
	refused("ann", "“ann”");
	refused("ann@", "ann@");
	refused("ann@example.org, bob", "“bob”");
	refused("Ann Lee <>", "is no address");
}

/* Nothing that is typed begins another header. */
Test(addresses, stay_on_their_line)
{
	becomes("ann@example.org\nBcc: eve@example.org",
		"ann@example.org, eve@example.org");
	becomes("Ann\nLee <ann@example.org>", "Ann Lee <ann@example.org>");
	becomes("\"Ann\nBcc: eve@example.org\" <ann@example.org>",
		"\"Ann Bcc: eve@example.org\" <ann@example.org>");
}

Test(addresses, the_last_of_a_list_is_found)
{
	cr_assert_str_eq(addressing_last("ann"), "ann");
	cr_assert_str_eq(addressing_last("ann@a.b, bo"), "bo");
	cr_assert_str_eq(addressing_last("\"Lee, A\" <a@b.c>, bo"), "bo");
	cr_assert_str_eq(addressing_last("\"Lee, A"), "\"Lee, A");
	cr_assert_str_eq(addressing_last("ann@a.b,"), "");
}

Test(addresses, patterns_stand_for_anything)
{
	cr_assert(addressing_matches("Ann@Example.org", "ann@example.org"));
	cr_assert(addressing_matches("shop@ann.example", "*@ann.example"));
	cr_assert_not(addressing_matches("shop@bob.example", "*@ann.example"));
	cr_assert_not(addressing_matches("ann@example.organ",
					 "ann@example.org"));
}

/* ---- the book ----------------------------------------------------------- */

Test(addresses, aliases_mean_lists)
{
	book("# mine\n"
	     "team = ann@example.org, Bob <bob@example.org>\n"
	     "Carla Ruiz <carla@example.org>\n");
	becomes("team", "ann@example.org, Bob <bob@example.org>");
	becomes("Team, eve@example.org",
		"ann@example.org, Bob <bob@example.org>, eve@example.org");
	becomes("eve@example.org, team",
		"eve@example.org, ann@example.org, Bob <bob@example.org>");
	refused("teams", "“teams”");
}

Test(addresses, are_added_once)
{
	struct address *ann = address_new("Lee, Ann", "ann@example.org");
	struct address *an = address_new("", "an@example.org");
	char *file = book_file(), *text;
	struct err e = { "" };

	book("# no line end at the end");
	cr_assert_eq(book_add(ann, &e), ST_OK, "%s", e.text);
	cr_assert_eq(book_add(ann, &e), ST_GONE);
	cr_assert(strstr(e.text, "already"), "%s", e.text);
	cr_assert_eq(book_add(an, &e), ST_OK, "%s", e.text);
	cr_assert(g_file_get_contents(file, &text, NULL, NULL));
	cr_assert_str_eq(text, "# no line end at the end\n"
			       "\"Lee, Ann\" <ann@example.org>\n"
			       "an@example.org\n");
	g_free(text);
	g_free(file);
	address_free(ann);
	address_free(an);
}

/* Neither a comment nor an alias is made of them; blanks before a line are
 * nothing. */
Test(addresses, with_marks_of_the_book_are_found_again)
{
	static const char *const each[] = {
		"#1 Fan <fan@example.org>", "A = B <ab@example.org>",
		"prvs=12=ann@example.org", "#2@example.org", NULL };
	GPtrArray *all;
	struct err e = { "" };

	book("  team = ann@example.org\n");
	for (int i = 0; each[i]; i++) {
		GPtrArray *one = typed_addresses(each[i]);

		cr_assert_eq(book_add(one->pdata[0], &e), ST_OK, "%s", e.text);
		g_ptr_array_unref(one);
	}
	all = book_load();
	cr_assert_eq(all->len, G_N_ELEMENTS(each));
	for (int i = 0; each[i]; i++) {
		const struct book_entry *entry = all->pdata[i + 1];
		GPtrArray *one = typed_addresses(each[i]);
		GPtrArray *got = typed_addresses(entry->list);

		cr_expect_str_empty(entry->alias);
		cr_expect_str_eq(((struct address *)got->pdata[0])->mailbox,
				 ((struct address *)one->pdata[0])->mailbox);
		g_ptr_array_unref(got);
		g_ptr_array_unref(one);
	}
	g_ptr_array_unref(all);
	becomes("team", "ann@example.org");
}

/* What cannot be read is not begun anew; a link leads where it led. */
Test(addresses, nothing_of_the_book_is_lost_by_adding)
{
	struct address *ann = address_new("", "ann@example.org");
	char *file = book_file(), *real = g_strconcat(file, ".real", NULL);
	struct err e = { "" };
	char *text;

	book("# mine\n");
	cr_assert_eq(truncate(file, (16 << 20) + 1), 0);
	cr_assert_eq(book_add(ann, &e), ST_LOCAL);
	cr_assert(strstr(e.text, "16 MiB"), "%s", e.text);
	cr_assert_eq(g_rename(file, real), 0);
	cr_assert_eq(symlink(real, file), 0);
	cr_assert_eq(truncate(real, 7), 0);
	cr_assert_eq(book_add(ann, &e), ST_OK, "%s", e.text);
	cr_assert(g_file_get_contents(real, &text, NULL, NULL));
	cr_assert_str_eq(text, "# mine\nann@example.org\n");
	cr_assert_eq(g_unlink(real), 0);
	g_free(text);
	g_free(real);
	g_free(file);
	address_free(ann);
}

/* ---- looking ------------------------------------------------------------ */

static struct app *
app_with(const char *ui)
{
	char *text = g_strdup_printf("[account work]\naddress = a@b.c\n"
				     "receive = memory:x\n[ui]\n%s\n", ui);
	struct config *config;
	struct app *app;
	struct err e = { "" };

	cr_assert_eq(config_parse(text, strlen(text), "x", &config, &e),
		     ST_OK, "%s", e.text);
	app = g_new0(struct app, 1);
	app->config = config;
	app->notice = g_strdup("");
	g_free(text);
	return app;
}

static void
app_end(struct app *app)
{
	find_address_free(app);
	config_free(app->config);
	g_free(app->notice);
	g_free(app);
}

/* All candidates, joined by "|". */
static char *
found(struct app *app, const char *typed)
{
	char **v = find_address(app, typed);
	char *all = g_strjoinv("|", v);

	g_strfreev(v);
	return all;
}

static void
finds(struct app *app, const char *typed, const char *expected)
{
	char *all = found(app, typed);

	cr_expect_str_eq(all, expected, "%s finds %s", typed, all);
	g_free(all);
}

Test(addresses, of_the_book_are_offered)
{
	struct app *app = app_with("");

	book("team = ann@example.org, Bob <bob@example.org>\n"
	     "Carla Ruiz <carla@example.org>\n"
	     "Ruiz Carla <carla@example.org>\n"
	     "Ann Übel <ue@example.org>\n");
	finds(app, "car", "Carla Ruiz <carla@example.org>");
	finds(app, "ruiz", "Carla Ruiz <carla@example.org>");
	finds(app, "x@y.z, te", "x@y.z, ann@example.org, "
				"Bob <bob@example.org>");
	finds(app, "üb", "Ann Übel <ue@example.org>");
	finds(app, "arla", "");
	finds(app, "", "");
	app_end(app);
}

/* Wait for the command to end, as the loop does. */
static void
wait_for(struct app *app)
{
	int64_t until = clock_ms() + 30000;

	while (find_address_fd(app) >= 0 && clock_left(until) > 0) {
		find_address_tick(app);
		g_usleep(2000);
	}
	cr_assert_lt(find_address_fd(app), 0);
}

static struct app *
app_asking(const char *script)
{
	char *file = g_build_filename(home, "query", NULL);
	char *text = g_strdup_printf("#!/bin/sh\n%s\n", script);
	char *ui = g_strdup_printf("query-command = %s -x", file);
	struct app *app = app_with(ui);

	cr_assert(g_file_set_contents(file, text, -1, NULL));
	cr_assert_eq(g_chmod(file, 0700), 0);
	g_free(ui);
	g_free(text);
	g_free(file);
	return app;
}

/* A list is found by its name; those in it are looked for one by one. */
Test(addresses, of_a_list_are_not_offered_for_one)
{
	struct app *app = app_with("");
	char *all;

	book("team = ann@example.org, Bob <bob@example.org>\n"
	     "Bob <bob@example.org>\nboss = Cy <cy@example.org>\n");
	all = found(app, "bo");
	cr_assert_str_eq(all, "Bob <bob@example.org>|Cy <cy@example.org>");
	g_free(all);
	all = found(app, "te");
	cr_assert_str_eq(all, "ann@example.org, Bob <bob@example.org>");
	g_free(all);
	app_end(app);
}

Test(addresses, of_a_command_come_later)
{
	struct app *app = app_asking(
		"printf 'Searching\\n%s@found.example\\tFound One\\tnote\\n' "
		"\"$2\"");

	finds(app, "x@y.z, ann", "");
	cr_assert_geq(find_address_fd(app), 0);
	wait_for(app);
	cr_assert(app->found_more);
	finds(app, "x@y.z, ann", "x@y.z, Found One <ann@found.example>");
	cr_assert_lt(find_address_fd(app), 0);	/* not asked again */
	app_end(app);
}

Test(addresses, of_a_command_that_hangs_keep_nobody)
{
	struct app *app = app_asking("exec sleep 1000");
	int64_t begun = clock_ms();

	finds(app, "ann", "");
	cr_assert_gt(find_address_wake(app), begun);
	finds(app, "anne", "");		/* the first is ended */
	app_end(app);			/* and so is the second */
	cr_assert_lt(clock_ms() - begun, 20000);
}

Test(addresses, of_no_command_are_a_sentence)
{
	struct app *app = app_with("query-command = /nonexistent/query");

	finds(app, "ann", "");
	cr_assert(strstr(app->notice, "query-command"), "%s", app->notice);
	app_end(app);
}
