/*
 * ui_style.c - themes, and colours that a terminal does not have
 */
#include "ui/style.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <glib.h>
#include <glib/gstdio.h>

#include "ui/themes.h"

static void
plain_environment(void)
{
	unsetenv("NO_COLOR");
	setenv("VERSO_CONFIG", "/nonexistent/config", 1);
}

TestSuite(style, .init = plain_environment);

static struct term_attr
look(const char *value, int colours)
{
	char *text = g_strdup_printf("[theme]\nunread = %s\n", value);
	struct style s;
	struct err e = { "" };

	cr_assert_eq(style_parse(text, "t", colours, &s, &e), ST_OK, "%s",
		     e.text);
	g_free(text);
	return s.attr[LOOK_UNREAD];
}

Test(style, values)
{
	static const struct {
		const char *value;
		int colours;
		struct term_attr attr;
	} rows[] = {
		{ "bold", 256, { -1, -1, TERM_BOLD } },
		{ "red", 8, { 1, -1, 0 } },
		{ "black on bright-yellow", 16, { 0, 11, 0 } },
		{ "bright-red", 8, { 1, -1, 0 } },
		{ "bright-black", 8, { -1, -1, 0 } },
		{ "default on 17 dim reverse", 256,
		  { -1, 17, TERM_DIM | TERM_REVERSE } },
		{ "196", 8, { 1, -1, 0 } },
		{ "#ff0000", 256, { 196, -1, 0 } },
		{ "#ff0000 italic", 1 << 24, { 0xff0000, -1, TERM_ITALIC } },
		{ "196", 1 << 24, { 0xff0000, -1, 0 } },
		{ "#808080", 256, { 244, -1, 0 } },
		{ "red on blue underline", 0, { -1, -1, TERM_UNDERLINE } },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct term_attr a = look(rows[i].value, rows[i].colours);

		cr_assert_eq(a.fg, rows[i].attr.fg, "row %zu: fg %d", i, a.fg);
		cr_assert_eq(a.bg, rows[i].attr.bg, "row %zu: bg %d", i, a.bg);
		cr_assert_eq(a.bits, rows[i].attr.bits, "row %zu", i);
	}
}

Test(style, mistakes_are_named)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{ "[theme]\nunred = bold\n", "did you mean “unread”" },
		{ "[theme]\nunread = bald\n", "“bald” in “unread”" },
		{ "[theme]\nunread = #12345\n", "“#12345”" },
		{ "[theme]\nunread = 256\n", "“256”" },
		{ "[other]\nunread = bold\n", "no [theme]" },
		{ "rubbish", "mine" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct style s;
		struct err e = { "" };

		cr_assert_eq(style_parse(rows[i].text, "mine", 256, &s, &e),
			     ST_CONFIG);
		cr_assert(strstr(e.text, rows[i].says), "row %zu: %s", i,
			  e.text);
	}
}

Test(style, built_in_themes_are_whole)
{
	int n = 0;

	for (; themes_built_in[n].name; n++) {
		struct err e = { "" };
		struct style s;

		cr_assert_eq(style_load(themes_built_in[n].name, 256, &s, &e),
			     ST_OK, "%s", e.text);
		for (int i = 1; i < STYLE_LOOKS; i++)
			cr_assert(strstr(themes_built_in[n].text,
					 style_look_name((enum look)i)),
				  "%s lacks %s", themes_built_in[n].name,
				  style_look_name((enum look)i));
	}
	cr_assert_eq(n, 4);
}

Test(style, no_color_keeps_attributes)
{
	struct style s;

	setenv("NO_COLOR", "1", 1);
	cr_assert_eq(style_load("dusk", 256, &s, NULL), ST_OK);
	for (int i = 0; i < STYLE_LOOKS; i++)
		cr_assert(s.attr[i].fg == -1 && s.attr[i].bg == -1);
	cr_assert_eq(s.attr[LOOK_UNREAD].bits, (uint32_t)TERM_BOLD);
}

Test(style, own_themes_come_first)
{
	char *dir = g_dir_make_tmp("verso-style-XXXXXX", NULL);
	char *themes = g_build_filename(dir, "themes", NULL);
	char *file = g_build_filename(themes, "dusk.theme", NULL);
	char *config = g_build_filename(dir, "config", NULL);
	struct style s;
	struct err e = { "" };

	g_mkdir(themes, 0700);
	g_file_set_contents(file, "[theme]\nunread = italic\n", -1, NULL);
	setenv("VERSO_CONFIG", config, 1);
	cr_assert_eq(style_load("dusk", 256, &s, &e), ST_OK, "%s", e.text);
	cr_assert_eq(s.attr[LOOK_UNREAD].bits, (uint32_t)TERM_ITALIC);
	cr_assert_eq(style_load(file, 256, &s, &e), ST_OK, "%s", e.text);
	cr_assert_eq(s.attr[LOOK_UNREAD].bits, (uint32_t)TERM_ITALIC);
	cr_assert_eq(style_load("none", 256, &s, &e), ST_CONFIG);
	cr_assert(strstr(e.text, "dusk"), "%s", e.text);
	cr_assert_eq(s.attr[LOOK_UNREAD].bits, (uint32_t)TERM_BOLD);
	g_unlink(file);
	g_rmdir(themes);
	g_rmdir(dir);
	g_free(config);
	g_free(file);
	g_free(themes);
	g_free(dir);
}
