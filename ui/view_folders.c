/*
 * view_folders.c - accounts and their folders, with what is unread
 */
#include "ui/view.h"

#include <stdio.h>
#include <string.h>

/* Folders further up than this are not looked at for a parent. */
#define LOOK_BACK 256

static bool
is_parent(const struct folder *parent, const struct folder *f)
{
	size_t n = strlen(parent->name);

	return f->delimiter && strncmp(parent->name, f->name, n) == 0 &&
	       f->name[n] == f->delimiter && f->name[n + 1];
}

/* Is the row a folder below this one? */
static bool
is_below(const struct folder_row *row, const struct folder *parent)
{
	return row->folder && is_parent(parent, row->folder);
}

/* The folder above in the list that this one is below of, with nothing else
 * between them: then it can be indented.  (Folders of a standing use come
 * first, without those below them.) */
static const struct folder *
parent_of(const GPtrArray *rows, guint at)
{
	const struct folder_row *row = rows->pdata[at];
	const struct folder *parent = NULL;
	guint i = at;

	while (!parent && i > 0 && at - i < LOOK_BACK) {
		const struct folder_row *above = rows->pdata[--i];

		if (!above->folder || above->account != row->account)
			return NULL;
		if (is_below(row, above->folder))
			parent = above->folder;
	}
	while (parent && ++i < at)
		if (!is_below(rows->pdata[i], parent))
			return NULL;
	return parent;
}

static int
count_char(const char *s, char c)
{
	int n = 0;

	for (; c && *s; s++)
		n += *s == c;
	return n;
}

static bool
is_open(const struct app *app, const struct folder_row *row)
{
	const struct app_index *x = &app->index;

	return x->folder && row->account == x->account &&
	       row->folder->id == x->folder->id;
}

static void
draw_account(const struct canvas *c, const struct app *app, int at,
	     const struct folder_row *row, enum look look)
{
	const struct app_account *a = app->accounts->pdata[row->account];
	const char *state = strcmp(a->state, "offline") == 0 ? " offline" : "";
	char *text = g_strconcat(a->account->name, state, NULL);

	canvas_field(c, at, 1, c->columns - 1, look, text);
	g_free(text);
}

static void
draw_folder(const struct canvas *c, struct app *app, int at, guint i,
	    bool cursor)
{
	GPtrArray *rows = app_folder_rows(app);
	const struct folder_row *row = rows->pdata[i];
	const struct folder *f = row->folder, *parent = parent_of(rows, i);
	const char *name = parent ? f->name + strlen(parent->name) + 1
				  : f->name;
	int indent = 2 + (parent ? 2 * MIN(count_char(parent->name,
						      f->delimiter) + 1, 4)
				 : 0);
	enum look look = cursor ? LOOK_MARK
		: is_open(app, row) ? LOOK_FOLDER_OPEN
		: f->unread > 0 ? LOOK_FOLDER_UNREAD : LOOK_FOLDER;
	char count[24] = "";
	int room = c->columns - 1;

	if (f->unread > 0)
		snprintf(count, sizeof(count), " %lld", (long long)f->unread);
	room -= (int)strlen(count);
	canvas_field(c, at, indent, room - indent, look, name);
	canvas_put(c, at, room, (int)sizeof(count), look, count);
}

void
view_folders_draw(const struct canvas *c, struct app *app)
{
	GPtrArray *rows = app_folder_rows(app);
	bool focused = app_where(app) == WHERE_FOLDERS;
	int at = 0;

	for (guint i = (guint)app->folder_top; i < rows->len && at < c->rows;
	     i++, at++) {
		const struct folder_row *row = rows->pdata[i];
		bool cursor = focused && i == app->folder_cursor;

		canvas_clear(c, at, 0);
		if (cursor)
			canvas_put(c, at, 0, 1, LOOK_MARK,
				   canvas_glyph(c, GLYPH_MARK));
		if (row->folder)
			draw_folder(c, app, at, i, cursor);
		else
			draw_account(c, app, at, row, cursor ? LOOK_MARK
						: LOOK_FOLDER_ACCOUNT);
	}
	canvas_clear_below(c, at);
}
