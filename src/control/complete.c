/*
 * complete.c - completion, by the words of commands.def
 */
#include "control/complete.h"

#include <string.h>

#include "base/text.h"
#include "base/words.h"
#include "control/app.h"
#include "control/command.h"
#include "control/find_address.h"

#define CANDIDATES_MAX 100

/* What fits so far. */
struct found {
	char *folded;		/* what it must begin with */
	GPtrArray *words;
};

static void
offer(struct found *f, const char *word)
{
	char *folded;

	if (f->words->len >= CANDIDATES_MAX)
		return;
	folded = text_fold(word);
	if (g_str_has_prefix(folded, f->folded))
		g_ptr_array_add(f->words, g_strdup(word));
	g_free(folded);
}

static void
offer_commands(struct found *f)
{
	for (const struct command *c = command_table; c->name; c++)
		offer(f, c->name);
}

static void
offer_folders(struct found *f, const struct app *app)
{
	for (guint i = 0; i < app->accounts->len; i++) {
		const struct app_account *a = app->accounts->pdata[i];
		bool here = (int)i == MAX(app->index.account, 0);

		for (guint j = 0; a->folders && j < a->folders->len; j++) {
			const struct folder *folder = a->folders->pdata[j];
			char *full = g_strconcat(a->account->name, ":",
						 folder->name, NULL);

			offer(f, here ? folder->name : full);
			g_free(full);
		}
	}
}

/* Those of the message's account that mail can be put into. */
static void
offer_targets(struct found *f, const struct app *app)
{
	int at = app->focus == WHERE_PAGER ? app->pager.account
					   : app->index.account;
	const struct app_account *a = app->accounts->pdata[MAX(at, 0)];

	for (guint i = 0; a->folders && i < a->folders->len; i++) {
		const struct folder *folder = a->folders->pdata[i];

		if (!(folder->attr & (FOLDER_NOSELECT | FOLDER_VIEW)))
			offer(f, folder->name);
	}
}

static void
offer_flags(struct found *f)
{
	offer(f, "read");
	offer(f, "flagged");
	offer(f, "answered");
}

static void
offer_sorts(struct found *f)
{
	for (enum sort sort = 0; sort < SORT_MAX; sort++)
		offer(f, sort_name(sort));
}

static void
offer_options(struct found *f)
{
	for (const struct option *o = option_table; o->name; o++)
		if (strcmp(o->section, "ui") == 0)
			offer(f, o->name);
}

static void
offer_values(struct found *f, const char *name)
{
	const struct option *o = option_find("ui", name);
	char **choices = o ? option_choices(o) : NULL;

	for (int i = 0; choices && choices[i]; i++)
		offer(f, choices[i]);
	g_strfreev(choices);
}

/* The files that begin with text; folders with a slash behind them. */
static void
offer_files(struct found *f, const char *text)
{
	const char *slash = strrchr(text, '/');
	char *shown = slash ? g_strndup(text, (size_t)(slash + 1 - text))
			    : g_strdup("");
	char *place = g_str_has_prefix(shown, "~/")
			      ? g_build_filename(g_get_home_dir(), shown + 2,
						 NULL)
			      : g_strdup(*shown ? shown : ".");
	GDir *dir = g_dir_open(place, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		char *file = g_build_filename(place, name, NULL);
		bool is_dir = g_file_test(file, G_FILE_TEST_IS_DIR);
		char *full = g_strconcat(shown, name, is_dir ? "/" : "", NULL);

		if (*name != '.' || (slash && slash[1] == '.'))
			offer(f, full);
		g_free(full);
		g_free(file);
	}
	if (dir)
		g_dir_close(dir);
	g_free(place);
	g_free(shown);
}

/* ---- command lines ------------------------------------------------------ */

/* The word of commands.def for the argument at a place (0: the first), ""
 * when there is none.  The caller frees. */
static char *
argument_kind(const struct command *c, int place)
{
	char **args = words_split(c->args, NULL);
	int n = (int)g_strv_length(args);
	char *kind = g_strdup("");

	if (n > 0 && place >= n && strstr(args[n - 1], "..."))
		place = n - 1;
	if (place < n) {
		g_free(kind);
		kind = g_strdup(args[place]);
		g_strdelimit(kind, "[].", ' ');
		g_strstrip(kind);
	}
	g_strfreev(args);
	return kind;
}

static void
offer_argument(struct found *f, const struct app *app, char **words, int place,
	       const char *text)
{
	const struct command *c = command_find(words[0]);
	char *kind = c ? argument_kind(c, place) : g_strdup("");

	if (strcmp(kind, "FOLDER") == 0)
		offer_folders(f, app);
	else if (strcmp(kind, "TARGET") == 0)
		offer_targets(f, app);
	else if (strcmp(kind, "FLAG") == 0)
		offer_flags(f);
	else if (strcmp(kind, "FILE") == 0)
		offer_files(f, text);
	else if (strcmp(kind, "SORT") == 0)
		offer_sorts(f);
	else if (strcmp(kind, "COMMAND") == 0)
		offer_commands(f);
	else if (strcmp(kind, "OPTION") == 0)
		offer_options(f);
	else if (strcmp(kind, "VALUE") == 0)
		offer_values(f, words[1]);
	else if (strcmp(kind, "MAP") == 0)
		for (int i = 0; keys_maps[i]; i++)
			offer(f, keys_maps[i]);
	g_free(kind);
}

/* The words of a line that may have a quote left open; the last one, "" if
 * the line ends in a blank, is what is completed. */
static GPtrArray *
begun_words(const char *text)
{
	size_t len = strlen(text);
	char *closed = g_strconcat(text, "\"", NULL);
	char **words = words_split(text, NULL);
	GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
	bool open = false;

	if (!words) {
		words = words_split(closed, NULL);
		open = true;
	}
	for (int i = 0; words && words[i]; i++)
		g_ptr_array_add(list, g_strdup(words[i]));
	if (list->len == 0 || (!open && g_ascii_isspace(text[len - 1])))
		g_ptr_array_add(list, g_strdup(""));
	g_strfreev(words);
	g_free(closed);
	return list;
}

static int
compare(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Whole lines of the candidates: the words before, then each of them. */
static char **
whole_lines(struct found *f, GPtrArray *before)
{
	GString *prefix = g_string_new(NULL);

	for (guint i = 0; before && i + 1 < before->len; i++) {
		char *quoted = words_quote(before->pdata[i]);

		g_string_append_printf(prefix, "%s ", quoted);
		g_free(quoted);
	}
	g_ptr_array_sort(f->words, compare);
	for (guint i = 0; i < f->words->len; i++) {
		char *word = f->words->pdata[i];
		char *quoted = before ? words_quote(word) : g_strdup(word);

		f->words->pdata[i] = g_strconcat(prefix->str, quoted, NULL);
		g_free(quoted);
		g_free(word);
	}
	g_string_free(prefix, TRUE);
	g_ptr_array_add(f->words, NULL);
	return (char **)g_ptr_array_free(f->words, FALSE);
}

static char **
complete_command(struct app *app, const char *text)
{
	GPtrArray *words = begun_words(text);
	const char *last = words->pdata[words->len - 1];
	struct found f = { text_fold(last), g_ptr_array_new() };
	char **lines;

	if (words->len == 1)
		offer_commands(&f);
	else
		offer_argument(&f, app, (char **)words->pdata,
			       (int)words->len - 2, last);
	g_free(f.folded);
	lines = whole_lines(&f, words);
	g_ptr_array_free(words, TRUE);
	return lines;
}

char **
complete_line(struct app *app, enum complete_kind kind, const char *text)
{
	struct found f;

	if (kind == COMPLETE_COMMAND)
		return complete_command(app, text);
	if (kind == COMPLETE_ADDRESS)
		return find_address(app, text);
	f.folded = text_fold(text);
	f.words = g_ptr_array_new();
	if (kind == COMPLETE_FOLDER)
		offer_folders(&f, app);
	else if (kind == COMPLETE_TARGET)
		offer_targets(&f, app);
	else if (kind == COMPLETE_FLAG)
		offer_flags(&f);
	else if (kind == COMPLETE_FILE)
		offer_files(&f, text);
	else if (kind == COMPLETE_SORT)
		offer_sorts(&f);
	g_free(f.folded);
	return whole_lines(&f, NULL);
}
