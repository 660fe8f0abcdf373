/*
 * screens.c - each NAME.script beside its NAME.screen
 *
 * A script is run over the mail of rooms.c, and what it dumps is compared.
 * With VERSO_SCREENS_UPDATE=1 the expectation is written instead: look at
 * the difference before it is committed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <glib.h>

#include "control/app.h"
#include "control/edit.h"
#include "rooms.h"
#include "ui/script.h"

static const char *const names[] = {
	"index-80", "index-120", "pager-80", "threads-80", "help-80",
	"tiny", "empty", "prompt-80", "ascii-80",
	"html-80", "marks-80", "editor-80", "compose-80",
	"attached-80",
};

TestSuite(screens, .timeout = 120);

static void
written(struct app *app, enum edit_end end, const char *text, size_t len,
	void *ctx)
{
}

/* An answer that somebody is about to write. */
static void
open_editor(struct app *app)
{
	struct err e = { "" };

	cr_assert_eq(app_edit(app, "Re: The plan",
			      "Ann Lee wrote on Monday:\n"
			      "> Dear all,\n"
			      "> when can we meet? I thought of next week, "
			      "since the deadline of the whole project is in "
			      "two weeks and somebody has to read it all "
			      "before. My diary is empty.\n"
			      ">> That is what you said last time.\n"
			      "\n-- \nBob \xe6\x97\xa5\xe6\x9c\xac\n",
			      written, NULL, &e), ST_OK, "%s", e.text);
}

static char *
run(const char *script)
{
	struct config *config;
	struct app *app = NULL;
	struct err e = { "" };
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	cr_assert_eq(config_load(NULL, &config, &e), ST_OK, "%s", e.text);
	cr_assert_eq(app_new(config, NULL, NULL, &app, &e), ST_OK, "%s",
		     e.text);
	if (strstr(script, "/editor-"))
		open_editor(app);
	cr_assert_eq(ui_script(app, script, out, &e), ST_OK, "%s", e.text);
	app_free(app);
	fclose(out);
	return text;
}

static void
compare(const char *expected_file, const char *got)
{
	char *expected = NULL;

	if (g_getenv("VERSO_SCREENS_UPDATE")) {
		g_file_set_contents(expected_file, got, -1, NULL);
		return;
	}
	g_file_get_contents(expected_file, &expected, NULL, NULL);
	cr_expect_str_eq(expected ? expected : "", got, "%s should be:\n%s",
			 expected_file, got);
	g_free(expected);
}

Test(screens, all)
{
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		char *script = g_strdup_printf("%s/screen/%s.script", TESTS_DIR,
					       names[i]);
		char *screen = g_strdup_printf("%s/screen/%s.screen", TESTS_DIR,
					       names[i]);
		char *got;

		rooms_make();
		got = run(script);
		rooms_remove();
		compare(screen, got);
		free(got);
		g_free(screen);
		g_free(script);
	}
}

static void
fails(const char *text, const char *says)
{
	char *file = g_build_filename(g_getenv("XDG_DATA_HOME"), "script",
				      NULL);
	struct config *config;
	struct app *app = NULL;
	struct err e = { "" };

	g_file_set_contents(file, text, -1, NULL);
	cr_assert_eq(config_load(NULL, &config, &e), ST_OK);
	cr_assert_eq(app_new(config, NULL, NULL, &app, &e), ST_OK);
	cr_assert_neq(ui_script(app, file, stdout, &e), ST_OK);
	cr_assert(strstr(e.text, says), "%s", e.text);
	app_free(app);
	g_free(file);
}

Test(screens, mistakes_in_a_script_are_named)
{
	rooms_make();
	fails("# fine\nkey j\njump up\n", "script:3: “jump”");
	fails("resize 80\n", "“80” is no size");
	fails("wait 0 Nowhere to be seen\n", "did not come");
	fails("dump /nonexistent/file\n", "cannot be written");
	rooms_remove();
}
