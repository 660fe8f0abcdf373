/*
 * overlay.c - help and parts as rows of text
 */
#include "control/overlay.h"

#include <string.h>

#include "base/text.h"
#include "control/command.h"

const struct overlay_row *
overlay_current(const struct app *app)
{
	const struct app_overlay *o = &app->overlay;

	return o->rows && o->cursor < o->rows->len ? o->rows->pdata[o->cursor]
						   : NULL;
}

static void
row_free(struct overlay_row *row)
{
	g_free(row->left);
	g_free(row->right);
	g_free(row->help);
	g_free(row->command);
	g_free(row);
}

/* Takes the strings over. */
static void
add_row(GPtrArray *rows, char *left, char *right, char *help, char *command)
{
	struct overlay_row *row = g_new0(struct overlay_row, 1);

	row->left = left;
	row->right = right;
	row->help = help;
	row->command = command;
	g_ptr_array_add(rows, row);
}

static bool
row_has(const struct overlay_row *row, const char *word)
{
	char *all = g_strjoin(" ", row->left, row->right, row->help, NULL);
	char *folded = text_fold(all);
	bool has = strstr(folded, word) != NULL;

	g_free(folded);
	g_free(all);
	return has;
}

static bool
row_matches(const struct overlay_row *row, char **words)
{
	for (int i = 0; words[i]; i++)
		if (*words[i] && !row_has(row, words[i]))
			return false;
	return true;
}

/* ---- help --------------------------------------------------------------- */

/* One word, or the command and its keys: the key of a command that is bound
 * under several. */
static void
help_rows(struct app *app, GPtrArray *rows)
{
	for (const struct command *c = command_table; c->name; c++) {
		int min, max;

		if (!(c->where & app->focus))
			continue;
		command_limits(c, &min, &max);
		add_row(rows, keys_all_of(app->keys, app->focus, c->name),
			g_strjoin(*c->args ? " " : "", c->name, c->args, NULL),
			g_strdup(c->help),
			min == 0 ? g_strdup(c->name) : NULL);
	}
}

/* What was bound to more than a command's name, in config. */
static void
bound_rows(struct app *app, GPtrArray *rows)
{
	for (guint i = 0; i < app->config->bindings->len; i++) {
		const struct binding *b = app->config->bindings->pdata[i];
		int map = 0;

		while (keys_maps[map] && strcmp(keys_maps[map], b->map) != 0)
			map++;
		if (!(app->focus & 1U << map) || !*b->line ||
		    command_find(b->line))
			continue;
		add_row(rows, g_strdup(b->keys), g_strdup(b->line),
			g_strdup("Your own."), g_strdup(b->line));
	}
}

/* ---- parts -------------------------------------------------------------- */

static char *
size_text(int64_t size)
{
	if (size < 0)
		return g_strdup("");
	if (size < 1000)
		return g_strdup_printf("%lld B", (long long)size);
	if (size < 1000000)
		return g_strdup_printf("%.0f kB", (double)size / 1e3);
	return g_strdup_printf("%.1f MB", (double)size / 1e6);
}

static void
part_rows(struct app *app, GPtrArray *rows)
{
	struct message_view *view = app->pager.view;

	for (size_t i = 0; i < mime_part_count(view); i++) {
		const struct part *part = mime_part(view, i);
		char *gated = text_gate_line(part->filename);
		char *name = text_shorten(gated, OVERLAY_NAME_MAX);
		char *type = text_gate_line(part->type);
		char *size = size_text(part->size);

		add_row(rows, g_strdup_printf("%zu", i + 1),
			*name ? g_strdup(name) : g_strdup(type),
			g_strdup_printf("%s%s%s, %s", *name ? type : "",
					*name ? ", " : "",
					*part->disposition ? part->disposition
							   : "inline", size),
			NULL);
		g_free(gated);
		g_free(name);
		g_free(type);
		g_free(size);
	}
}

/* ---- both --------------------------------------------------------------- */

static void
fill(struct app *app)
{
	struct app_overlay *o = &app->overlay;
	char *folded = text_fold(o->filter);
	char **words = g_strsplit(folded, " ", -1);
	GPtrArray *all = g_ptr_array_new();

	if (o->where == WHERE_HELP) {
		help_rows(app, all);
		bound_rows(app, all);
	} else if (o->where == WHERE_QUEUE) {
		overlay_queue_rows(app, all);
	} else {
		part_rows(app, all);
	}
	if (o->rows)
		g_ptr_array_unref(o->rows);
	o->rows = g_ptr_array_new_with_free_func((GDestroyNotify)row_free);
	for (guint i = 0; i < all->len; i++) {
		if (row_matches(all->pdata[i], words))
			g_ptr_array_add(o->rows, all->pdata[i]);
		else
			row_free(all->pdata[i]);
	}
	g_ptr_array_free(all, TRUE);
	g_strfreev(words);
	g_free(folded);
}

void
overlay_lay(struct app *app, enum where where, enum overlay_list list,
	    const char *title)
{
	overlay_close(app);
	app->overlay.where = where;
	app->overlay.list = list;
	app->overlay.title = g_strdup(title);
	app->overlay.filter = g_strdup("");
	fill(app);
	app->dirty |= DIRTY_OVERLAY | DIRTY_HINTS;
}

void
overlay_help(struct app *app)
{
	overlay_lay(app, WHERE_HELP, OVERLAY_QUEUE, "Keys and commands");
}

void
overlay_parts(struct app *app)
{
	overlay_lay(app, WHERE_PARTS, OVERLAY_QUEUE, "Parts of the message");
}

void
overlay_refresh(struct app *app)
{
	if (!app->overlay.where)
		return;
	fill(app);
	overlay_keep_in_view(app);
	app->dirty |= DIRTY_OVERLAY;
}

void
overlay_close(struct app *app)
{
	struct app_overlay *o = &app->overlay;

	if (!o->where)
		return;
	g_free(o->title);
	g_free(o->filter);
	g_ptr_array_unref(o->rows);
	memset(o, 0, sizeof(*o));
	app->dirty |= DIRTY_ALL;
}

void
overlay_filter(struct app *app, const char *filter)
{
	char *copy = g_strdup(filter);

	g_free(app->overlay.filter);
	app->overlay.filter = copy;
	fill(app);
	overlay_move(app, 0);
}

void
overlay_move(struct app *app, size_t row)
{
	app->overlay.cursor = row;
	overlay_keep_in_view(app);
	app->dirty |= DIRTY_OVERLAY;
}
