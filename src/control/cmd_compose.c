/*
 * cmd_compose.c - commands of the compose screen
 */
#include "control/cmd.h"

#include <stdio.h>
#include <string.h>

#include <glib/gstdio.h>

#include "control/addressing.h"
#include "control/app.h"
#include "control/ask.h"
#include "control/book.h"
#include "control/compose.h"
#include "control/notice.h"
#include "mime/type.h"

static struct letter *
letter_now(const struct app *app)
{
	return app->compose.now->letter;
}

/* ---- the end ------------------------------------------------------------ */

enum st
cmd_send(struct app *app, int n, char **words, struct err *e)
{
	return compose_send(app, e);
}

enum st
cmd_postpone(struct app *app, int n, char **words, struct err *e)
{
	return compose_postpone(app, e);
}

static void
abort_answered(struct app *app, const char *text, void *ctx)
{
	struct err e;

	if (!text || app->compose.now != ctx)
		return;
	if (strcmp(text, "n") == 0)
		compose_discard(app);
	else if (compose_postpone(app, &e) != ST_OK)
		notice_fail(app, "%s", e.text);
}

enum st
cmd_abort(struct app *app, int n, char **words, struct err *e)
{
	struct open_letter *o = app->compose.now;

	if (!o->touched)
		compose_discard(app);
	else
		ask_post(app, ASK_YESNO, COMPLETE_NONE,
			 "Keep the letter in Drafts? (n drops it) ", NULL,
			 abort_answered, o, NULL);
	return ST_OK;
}

enum st
cmd_leave(struct app *app, int n, char **words, struct err *e)
{
	const char *key = keys_of(app->keys, WHERE_INDEX, "recall");

	compose_save(app, true);
	compose_leave(app);
	notice_tell(app, "The letter stays open; %s goes back to it.",
		    key ? key : ":recall");
	return ST_OK;
}

enum st
cmd_edit(struct app *app, int n, char **words, struct err *e)
{
	return compose_edit(app, e);
}

/* ---- fields ------------------------------------------------------------- */

static GPtrArray **
list_of(struct letter *l, enum compose_field field)
{
	switch (field) {
	case FIELD_FROM:
		return &l->from;
	case FIELD_TO:
		return &l->to;
	case FIELD_CC:
		return &l->cc;
	case FIELD_BCC:
		return &l->bcc;
	default:
		return &l->reply_to;
	}
}

static enum st
set_field(struct app *app, enum compose_field field, const char *text,
	  struct err *e)
{
	struct letter *l = letter_now(app);
	enum st st = ST_OK;

	if (field == FIELD_SUBJECT)
		letter_set_subject(l, g_strdup(text));
	else
		st = book_read(text, list_of(l, field), e);
	if (st == ST_OK)
		compose_changed(app);
	return st;
}

struct asking {
	struct open_letter *o;
	enum compose_field field;
};

static void
ask_field(struct app *app, enum compose_field field, const char *initial);

static void
field_answered(struct app *app, const char *text, void *ctx)
{
	const struct asking *a = ctx;
	struct err e;

	if (!text || app->compose.now != a->o)
		return;
	if (set_field(app, a->field, text, &e) != ST_OK) {
		notice_fail(app, "%s", e.text);
		ask_field(app, a->field, text);
	}
}

static void
ask_field(struct app *app, enum compose_field field, const char *initial)
{
	struct asking *a = g_new0(struct asking, 1);
	char *prompt = g_strconcat(compose_field_name(field), ": ", NULL);

	a->o = app->compose.now;
	a->field = field;
	ask_post(app, ASK_LINE, field == FIELD_SUBJECT ? COMPLETE_NONE
						       : COMPLETE_ADDRESS,
		 prompt, initial, field_answered, a, g_free);
	g_free(prompt);
}

static enum st
edit_field(struct app *app, enum compose_field field, int n, char **words,
	   struct err *e)
{
	char *text;
	enum st st = ST_OK;

	if (n > 1) {
		text = g_strjoinv(" ", words + 1);
		st = set_field(app, field, text, e);
	} else {
		text = compose_field_text(letter_now(app), field);
		ask_field(app, field, text);
	}
	g_free(text);
	return st;
}

enum st
cmd_edit_to(struct app *app, int n, char **words, struct err *e)
{
	return edit_field(app, FIELD_TO, n, words, e);
}

enum st
cmd_edit_cc(struct app *app, int n, char **words, struct err *e)
{
	return edit_field(app, FIELD_CC, n, words, e);
}

enum st
cmd_edit_bcc(struct app *app, int n, char **words, struct err *e)
{
	return edit_field(app, FIELD_BCC, n, words, e);
}

enum st
cmd_edit_from(struct app *app, int n, char **words, struct err *e)
{
	return edit_field(app, FIELD_FROM, n, words, e);
}

enum st
cmd_edit_reply_to(struct app *app, int n, char **words, struct err *e)
{
	return edit_field(app, FIELD_REPLY_TO, n, words, e);
}

enum st
cmd_edit_subject(struct app *app, int n, char **words, struct err *e)
{
	return edit_field(app, FIELD_SUBJECT, n, words, e);
}

/* ---- how it is sent ----------------------------------------------------- */

enum st
cmd_toggle_flowed(struct app *app, int n, char **words, struct err *e)
{
	struct letter *l = letter_now(app);

	l->flowed = !l->flowed;
	compose_changed(app);
	notice_tell(app, l->flowed ? "Each reader's screen wraps the text."
				   : "Lines stay as they are.");
	return ST_OK;
}

enum st
cmd_toggle_markdown(struct app *app, int n, char **words, struct err *e)
{
	struct letter *l = letter_now(app);

	l->markdown = !l->markdown;
	compose_changed(app);
	notice_tell(app, l->markdown ? "The text goes out as HTML, too."
				     : "The text goes out as it is.");
	return ST_OK;
}

/* ---- attachments -------------------------------------------------------- */

static char *
whole_path(const char *text)
{
	char *here, *path;

	if (g_str_has_prefix(text, "~/"))
		return g_build_filename(g_get_home_dir(), text + 2, NULL);
	if (g_path_is_absolute(text))
		return g_strdup(text);
	here = g_get_current_dir();
	path = g_build_filename(here, text, NULL);
	g_free(here);
	return path;
}

/* As it will be sent, for the person to see. */
static char *
type_of(const struct attachment *a)
{
	char head[4096];
	FILE *file = fopen(a->path, "re");
	size_t n = file ? fread(head, 1, sizeof(head), file) : 0;

	if (file)
		fclose(file);
	return type_guess(a->name, head, n);
}

static enum st
attach(struct app *app, const char *text, struct err *e)
{
	GPtrArray *list = letter_now(app)->attachments;
	char *path = whole_path(text);
	enum st st = ST_OK;

	if (!g_file_test(path, G_FILE_TEST_EXISTS))
		st = err_set(e, ST_USAGE, "There is no file %s.", path);
	else if (!g_file_test(path, G_FILE_TEST_IS_REGULAR))
		st = err_set(e, ST_USAGE, "%s is no file.", path);
	else if (g_access(path, R_OK) != 0)
		st = err_errno(e, "The file %s cannot be read", path);
	if (st == ST_OK) {
		struct attachment *a = attachment_new(path);

		a->type = type_of(a);
		g_ptr_array_add(list, a);
		app->compose.cursor = list->len - 1;
		compose_changed(app);
	}
	g_free(path);
	return st;
}

static void
ask_file(struct app *app, const char *initial);

static void
attach_answered(struct app *app, const char *text, void *ctx)
{
	struct err e;

	if (!text || !*text || app->compose.now != ctx ||
	    attach(app, text, &e) == ST_OK)
		return;
	notice_fail(app, "%s", e.text);
	ask_file(app, text);
}

static void
ask_file(struct app *app, const char *initial)
{
	ask_post(app, ASK_LINE, COMPLETE_FILE, "Attach file: ", initial,
		 attach_answered, app->compose.now, NULL);
}

enum st
cmd_attach(struct app *app, int n, char **words, struct err *e)
{
	enum st st = ST_OK;

	if (n == 1)
		ask_file(app, NULL);
	for (int i = 1; i < n && st == ST_OK; i++)
		st = attach(app, words[i], e);
	return st;
}

enum st
cmd_detach(struct app *app, int n, char **words, struct err *e)
{
	struct app_compose *c = &app->compose;
	GPtrArray *list = letter_now(app)->attachments;
	char *name;

	if (c->cursor >= list->len)
		return err_set(e, ST_GONE, "Nothing is attached.");
	name = g_strdup(((struct attachment *)list->pdata[c->cursor])->name);
	g_ptr_array_remove_index(list, (guint)c->cursor);
	compose_changed(app);
	notice_tell(app, "%s is not attached any more.", name);
	g_free(name);
	return ST_OK;
}
