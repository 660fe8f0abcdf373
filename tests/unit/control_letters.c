/*
 * control_letters.c - several letters, what editors leave behind, and what is
 * asked on the way
 */
#include <string.h>

#include <criterion/criterion.h>
#include <glib.h>
#include <glib/gstdio.h>

#include "base/path.h"
#include "control/compose.h"
#include "letters_world.h"

TestSuite(letters, .timeout = 120);

/* A template of that name; the caller frees. */
static char *
template(const char *name, const char *text)
{
	char *config = path_config(), *above = g_path_get_dirname(config);
	char *dir = g_build_filename(above, "templates", NULL);
	char *file = g_build_filename(dir, name, NULL);

	cr_assert_eq(path_mkdir(dir, NULL), ST_OK);
	cr_assert(g_file_set_contents(file, text, -1, NULL));
	g_free(dir);
	g_free(above);
	g_free(config);
	return file;
}

/* ---- several ------------------------------------------------------------ */

/* What was being written stays open, and has what was written. */
Test(letters, two_are_written_in_the_reader)
{
	char *file;
	struct err e = { "" };

	world_new("editor = built-in");
	file = template("two", "To: bob@example.org\nSubject: Two\n\n2");
	press("m");
	answer("bob@example.org");
	answer("One");
	press("1 Esc-m");
	cr_assert_eq(app_run(app, "template two", &e), ST_OK, "%s", e.text);
	cr_assert_eq(app->focus, WHERE_EDITOR, "%s", app->notice);
	press("+ C-x");
	cr_assert_str_eq(now()->subject, "Two");
	cr_assert_str_eq(now()->text, "+2");
	press("i R");
	cr_assert_eq(app->overlay.rows->len, 2);
	press("j Enter");
	cr_assert_str_eq(now()->subject, "One");
	cr_assert_str_eq(now()->text, "1");
	g_remove(file);
	g_free(file);
	world_free();
}
