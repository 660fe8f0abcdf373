/*
 * control_keys.c - names of keys, maps, and what a key press runs
 */
#include "control/keys.h"

#include <string.h>

#include <criterion/criterion.h>

#include "control/command.h"
#include "control_fakes.h"

Test(keys, names)
{
	static const char *const rows[][2] = {
		{ "j", "j" },	      { "J", "J" },	    { "?", "?" },
		{ "ä", "ä" },	      { "日", "日" },	    { "^", "^" },
		{ "enter", "Enter" }, { "Return", "Enter" },
		{ "SPACE", "Space" },
		{ "PageDown", "PgDn" }, { "pgdn", "PgDn" },
		{ "S-Tab", "BackTab" },
		{ "C-n", "C-n" },     { "C-N", "C-n" },	    { "^N", "C-n" },
		{ "c-l", "C-l" },     { "C-i", "Tab" },	    { "C-m", "Enter" },
		{ "^J", "C-j" },
		{ "Esc-v", "Esc-v" }, { "M-v", "Esc-v" },
		{ "Alt-V", "Esc-V" },
		{ "Esc-Tab", "Esc-Tab" }, { "Esc", "Esc" }, { "f1", "F1" },
		{ "F12", "F12" },     { "Equals", "=" },    { "bracket", "[" },
		{ "C-_", "C-_" },     { "Esc-C-x", "Esc-C-x" },
	};
	static const char *const none[] = {
		"", " ", "ab", "F0", "F13", "F1x", "C-", "C-ab", "C-é", "Esc-",
		"Esc-nope", "\t", "\033", "\xff", "\u200b",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		char *name = keys_name(rows[i][0]);

		cr_assert_not_null(name, "%s", rows[i][0]);
		cr_assert_str_eq(name, rows[i][1]);
		g_free(name);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(none); i++)
		cr_assert_null(keys_name(none[i]), "“%s”", none[i]);
}

Test(keys, split)
{
	static const char *const rows[][2] = {
		{ "gi", "g i" },	{ "g i", "g i" },
		{ "Esc-v", "Esc-v" },	{ "C-x C-s", "C-x C-s" },
		{ " PgDn  x ", "PgDn x" }, { "größ", "g r ö ß" },
		{ "Enter", "Enter" },	{ "Entr", "E n t r" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		char **names = keys_split(rows[i][0]);
		char *joined;

		cr_assert_not_null(names, "%s", rows[i][0]);
		joined = g_strjoinv(" ", names);
		cr_assert_str_eq(joined, rows[i][1]);
		g_free(joined);
		g_strfreev(names);
	}
	cr_assert_null(keys_split(""));
	cr_assert_null(keys_split("  "));
	cr_assert_null(keys_split("abcdefghi"));
	cr_assert_null(keys_split("a\001"));
	cr_assert_null(keys_split("\xff"));
}

Test(keys, check)
{
	struct err e;

	cr_assert_eq(keys_check("index", "gi", &e), ST_OK);
	cr_assert_eq(keys_check("index", "", &e), ST_CONFIG);
	cr_assert_eq(keys_check("elsewhere", "g", &e), ST_CONFIG);
}

Test(keys, bind_find_and_take_away)
{
	struct keys *k = keys_new();
	bool more;
	char *all;

	keys_bind(k, WHERE_INDEX, "xi", "folder INBOX");
	cr_assert_null(keys_find(k, WHERE_INDEX, "x", &more));
	cr_assert(more);
	cr_assert_str_eq(keys_find(k, WHERE_INDEX, "x i", &more),
			 "folder INBOX");
	cr_assert(!more);
	cr_assert_null(keys_find(k, WHERE_PAGER, "x", &more));
	cr_assert(!more);
	cr_assert_str_eq(keys_of(k, WHERE_INDEX, "folder INBOX"), "x i");
	keys_bind(k, WHERE_INDEX | WHERE_PAGER, "C-x", "next");
	all = keys_all_of(k, WHERE_INDEX, "next");
	cr_assert_str_eq(all, "j Down C-x");
	g_free(all);
	keys_bind(k, WHERE_INDEX, "j", "");
	cr_assert_null(keys_find(k, WHERE_INDEX, "j", &more));
	cr_assert_str_eq(keys_find(k, WHERE_PAGER, "j", &more), "next");
	keys_bind(k, WHERE_INDEX, "Down", "quit");
	cr_assert_str_eq(keys_of(k, WHERE_INDEX, "next"), "C-x");
	keys_free(k);
	keys_free(NULL);
}

/* Two defaults on one key in one map would hide a command. */
Test(keys, defaults_do_not_collide)
{
	GHashTable *seen = g_hash_table_new_full(g_str_hash, g_str_equal,
						 g_free, NULL);
	struct keys *k = keys_new();

	for (const struct command *c = command_table; c->name; c++)
		for (int map = 0; keys_maps[map]; map++) {
			char *all = keys_all_of(k, 1U << map, c->name);
			char **v = g_strsplit(all, " ", -1);

			cr_assert(!*all || c->where & 1U << map,
				  "%s is bound in %s where it does not apply",
				  c->name, keys_maps[map]);
			for (int i = 0; v[i] && *v[i]; i++)
				cr_assert(g_hash_table_add(
					seen, g_strconcat(keys_maps[map], " ",
							  v[i], NULL)));
			g_strfreev(v);
			g_free(all);
		}
	cr_assert_gt(g_hash_table_size(seen), 100);
	g_hash_table_destroy(seen);
	keys_free(k);
}

/* Every key of the table has arrived in the maps: none was overwritten by a
 * later line. */
Test(keys, every_default_is_reachable)
{
	struct keys *k = keys_new();

	for (const struct command *c = command_table; c->name; c++) {
		char **keys = g_strsplit(c->keys, " ", -1);
		GString *all = g_string_new(" ");

		for (int map = 0; keys_maps[map]; map++) {
			char *some = keys_all_of(k, 1U << map, c->name);

			g_string_append_printf(all, "%s ", some);
			g_free(some);
		}
		for (int i = 0; keys[i] && *keys[i]; i++) {
			const char *colon = strchr(keys[i], ':');
			const char *key = colon && colon[1] ? colon + 1
							    : keys[i];
			char *word = g_strdup_printf(" %s ", key);

			cr_assert(strstr(all->str, word), "%s: %s", c->name,
				  key);
			g_free(word);
		}
		g_string_free(all, TRUE);
		g_strfreev(keys);
	}
	keys_free(k);
}

/* ---- pressing ----------------------------------------------------------- */

static struct app *
app_with_messages(const char *config, int n)
{
	int64_t inbox;

	fake_reset();
	inbox = fake_folder("work", "INBOX");
	fake_folder("work", "Lists");
	for (int i = 1; i <= n; i++)
		fake_message(inbox, i, "s", "body");
	return fake_app(config);
}

Test(press, sequences)
{
	struct app *app = app_with_messages(
		"[keys index]\nxj = last\nxx = first\nxg = none\n", 20);

	press(app, "x");
	cr_assert_str_eq(app->pending_keys, "x");
	cr_assert_eq(app->index.cursor, 0);
	press(app, "j");
	cr_assert_str_empty(app->pending_keys);
	cr_assert_eq(app->index.cursor, 19);
	press(app, "x x");
	cr_assert_eq(app->index.cursor, 0);
	press(app, "x Esc");
	cr_assert_str_empty(app->pending_keys);
	press(app, "x PgDn");
	cr_assert_str_empty(app->pending_keys, "broken off");
	cr_assert_eq(app->index.cursor, 10, "and the key still counts");
	app_free(app);
}

Test(press, a_key_that_also_begins_a_sequence)
{
	struct app *app = app_with_messages(
		"[keys index]\nx = next\nxy = last\n", 20);

	press(app, "x y");
	cr_assert_eq(app->index.cursor, 19);
	press(app, "= x j");
	cr_assert_eq(app->index.cursor, 2, "x alone, then j");
	app_free(app);
}

Test(press, numbers_jump)
{
	struct app *app = app_with_messages("", 20);

	press(app, "1 7");
	cr_assert_str_eq(app->pending_keys, "17");
	press(app, "Enter");
	cr_assert_eq(app->index.cursor, 16);
	cr_assert_str_empty(app->pending_keys);
	press(app, "1 2 C-j");
	cr_assert_eq(app->index.cursor, 11, "C-j is Enter");
	press(app, "1 7 C-j");
	press(app, "3 Esc");
	cr_assert_str_empty(app->pending_keys);
	cr_assert_eq(app->index.cursor, 16);
	press(app, "3 j");
	cr_assert_eq(app->index.cursor, 17, "another key drops the number");
	press(app, "9 9 Enter");
	cr_assert(app->notice_bad);
	cr_assert(strstr(app->notice, "last one is 20"), "%s", app->notice);
	press(app, "9 9 9 9 9 9 9 9 9 9 9 9");
	app_free(app);
}

Test(press, unknown_keys_say_so_and_the_next_key_clears_it)
{
	struct app *app = app_with_messages("", 3);

	press(app, "X");
	cr_assert(strstr(app->notice, "“X”"));
	press(app, "j");
	cr_assert_str_empty(app->notice);
	press(app, "Esc nonsense-key");
	cr_assert_str_empty(app->notice);
	app_free(app);
}

Test(press, bind_and_set_while_running)
{
	struct app *app = app_with_messages("", 20);
	struct err e;

	cr_assert_eq(app_run(app, "bind index X last", &e), ST_OK);
	press(app, "X");
	cr_assert_eq(app->index.cursor, 19);
	cr_assert_eq(app_run(app, "bind index X none", &e), ST_OK);
	press(app, "= X");
	cr_assert_eq(app->index.cursor, 0);
	cr_assert_eq(app_run(app, "bind index X \"jump 5\"", &e), ST_OK);
	press(app, "X");
	cr_assert_eq(app->index.cursor, 4);
	cr_assert_eq(app_run(app, "bind indx X next", &e), ST_USAGE);
	cr_assert_eq(app_run(app, "bind index X nxt", &e), ST_USAGE);
	cr_assert(strstr(e.text, "“next”"));
	app_free(app);
}
