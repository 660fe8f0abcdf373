/*
 * compose_edit.c - a letter goes to an editor and comes back
 */
#include "control/compose.h"

#include <string.h>

#include "base/words.h"
#include "control/book.h"
#include "control/edit.h"
#include "control/notice.h"

/* The person's editor as a command line; NULL: the built-in one. */
static const char *
editor(const struct app *app)
{
	const char *own = app->config->ui.editor;
	const char *visual = g_getenv("VISUAL"), *plain = g_getenv("EDITOR");

	if (*own)
		return strcmp(own, "built-in") == 0 ? NULL : own;
	if (visual && *visual)
		return visual;
	return plain && *plain ? plain : NULL;
}

/* Saved first: the editor may take the machine down with it. */
static enum st
lend(struct app *app, struct open_letter *o, const char *command,
     struct err *e)
{
	char *file = NULL, *quoted;
	enum st st = o->save_at ? letters_save(o, e) : ST_OK;

	if (st == ST_OK)
		st = letters_lend(o, &file, e);
	if (st != ST_OK)
		return st;
	quoted = words_quote(file);
	g_free(app->edit_command);
	app->edit_command = g_strjoin(" ", command, quoted, NULL);
	app->dirty |= DIRTY_RESTORE;
	g_free(quoted);
	g_free(file);
	return ST_OK;
}

/* ---- the built-in one --------------------------------------------------- */

/* What the editor begins with: above what others wrote a line of one's own,
 * which take_text() drops when nothing is written there. */
static char *
begun_text(const struct open_letter *o)
{
	const struct letter *l = o->letter;
	bool room = !o->touched && *l->text && *l->text != '\n' &&
		    (l->kind == LETTER_REPLY || l->kind == LETTER_FORWARD);

	return g_strconcat(room ? "\n\n" : "", l->text, NULL);
}

static void
take_text(struct open_letter *o, const char *text, size_t len)
{
	for (; len && *text == '\n'; len--)
		text++;
	if (strlen(o->letter->text) == len &&
	    memcmp(o->letter->text, text, len) == 0)
		return;
	letter_set_text(o->letter, g_strndup(text, len));
	o->touched = true;
}

static void
written(struct app *app, enum edit_end end, const char *text, size_t len,
	void *ctx)
{
	struct app_compose *c = &app->compose;
	struct open_letter *o = ctx;
	struct err e;

	if (end == EDIT_CANCEL)
		letter_set_text(o->letter, g_strdup(c->before));
	else
		take_text(o, text, len);
	if (letters_save(o, &e) != ST_OK)
		notice_fail(app, "The letter is not saved: %s", e.text);
	if (end == EDIT_SAVE)
		return;
	c->written = NULL;
	g_clear_pointer(&c->before, g_free);
	if (end != EDIT_QUIT)
		compose_show(app, o);
}

static enum st
write_here(struct app *app, struct open_letter *o, struct err *e)
{
	struct app_compose *c = &app->compose;
	char *title = compose_title(o), *text;
	enum st st = o->save_at ? letters_save(o, e) : ST_OK;

	/* There is one editor: what another letter has in it is that one's. */
	if (c->written) {
		edit_end(app, EDIT_FINISH);
		compose_show(app, o);
	}
	if (st == ST_OK && o->unread)
		st = letters_take_all(o, e);
	text = begun_text(o);
	if (st == ST_OK)
		st = app_edit(app, title, text, written, o, e);
	g_free(text);
	g_free(title);
	if (st != ST_OK)
		return st;
	c->written = o;
	c->before = g_strdup(o->letter->text);
	c->generation = editor_generation(app->edit->editor);
	/* From there one goes to the mail, not to what is being changed. */
	app->edit->back = c->back;
	return ST_OK;
}

bool
compose_is_written(const struct app *app)
{
	const struct app_compose *c = &app->compose;

	return c->written && app->edit &&
	       editor_generation(app->edit->editor) != c->generation;
}

void
compose_take_text(struct app *app)
{
	struct app_compose *c = &app->compose;
	size_t len;
	char *text;

	if (!compose_is_written(app))
		return;
	text = editor_text(app->edit->editor, &len);
	take_text(c->written, text, len);
	c->generation = editor_generation(app->edit->editor);
	g_free(text);
}

enum st
compose_edit(struct app *app, struct err *e)
{
	const char *command = editor(app);
	char **argv;

	if (!command)
		return write_here(app, app->compose.now, e);
	argv = words_split(command, NULL);
	if (!argv || !argv[0]) {
		g_strfreev(argv);
		return err_set(e, ST_USAGE, "The editor “%s” has an open quote "
			       "or an unknown escape.", command);
	}
	g_strfreev(argv);
	return lend(app, app->compose.now, command, e);
}

struct open_letter *
compose_in_editor(const struct app *app)
{
	const GPtrArray *open = app->compose.open;
	struct open_letter *found = NULL;

	for (guint i = 0; open && i < open->len; i++) {
		struct open_letter *o = open->pdata[i];

		found = o->editor ? o : found;
	}
	return found;
}

void
app_edit_stopped(struct app *app, int pid)
{
	const char *key = keys_of(app->keys, WHERE_INDEX, "recall");

	if (!app->compose.now)
		return;
	app->compose.now->editor = pid;
	compose_leave(app);
	notice_tell(app, "The letter waits in your editor; %s goes on with "
		    "it.", key ? key : ":recall");
}

void
app_edited(struct app *app)
{
	struct app_compose *c = &app->compose;
	struct err e = { "" };
	bool changed;

	if (!c->now)
		return;
	c->now->editor = 0;
	if (letters_take(c->now, &changed, &e) != ST_OK)
		notice_fail(app, "%s", e.text);
	book_fill(c->now->letter);
	compose_look(app);
	app->dirty |= DIRTY_ALL;
}
