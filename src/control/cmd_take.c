/*
 * cmd_take.c - what is taken out of a message in view: an address for the
 * book, an attachment for a letter
 */
#include "control/cmd.h"

#include <string.h>

#include "base/path.h"
#include "control/addressing.h"
#include "control/app.h"
#include "control/ask.h"
#include "control/book.h"
#include "control/compose.h"
#include "control/notice.h"
#include "control/overlay.h"
#include "control/save.h"

/* ---- addresses ---------------------------------------------------------- */

static void
address_answered(struct app *app, const char *text, void *ctx)
{
	GPtrArray *list = NULL;
	struct err e;
	enum st st = ST_OK;

	if (!text || !*text)
		return;
	st = addressing_read(text, &list, &e);
	for (guint i = 0; st == ST_OK && i < list->len; i++)
		st = book_add(list->pdata[i], &e);
	if (st != ST_OK)
		notice_fail(app, "%s", e.text);
	else
		notice_tell(app, "%s is in the address book.", text);
	if (list)
		g_ptr_array_unref(list);
}

enum st
cmd_take_address(struct app *app, int n, char **words, struct err *e)
{
	bool pager = app->focus == WHERE_PAGER;
	int account = pager ? app->pager.account : app->index.account;
	int64_t id = pager ? app->pager.id : app->index.cursor_id;
	struct message m = { 0 };
	enum st st = ST_OK;

	if (!id)
		return err_set(e, ST_GONE, "There is no message here.");
	st = message_by_id(((struct app_account *)
			    app->accounts->pdata[account])->store, id, &m, e);
	if (st == ST_OK)
		ask_post(app, ASK_LINE, COMPLETE_ADDRESS,
			 "Into the address book: ", m.env.from,
			 address_answered, NULL, NULL);
	message_clear(&m);
	return st;
}

/* ---- attachments -------------------------------------------------------- */

/* The letter that is to have it. */
static struct open_letter *
open_one(const struct app *app)
{
	const struct app_compose *c = &app->compose;

	if (c->now)
		return c->now;
	return c->open && c->open->len ? c->open->pdata[c->open->len - 1]
				       : NULL;
}

static void
add(struct app *app, struct open_letter *o, struct attachment *a)
{
	g_ptr_array_add(o->letter->attachments, a);
	a->is_ours = true;
	notice_tell(app, "%s is attached to “%s”.", a->name,
		    o->letter->subject);
	app->compose.now = o;
	compose_changed(app);
}

static enum st
add_part(struct app *app, struct open_letter *o, struct err *e)
{
	struct message_view *view = app->pager.view;
	size_t part = app->overlay.cursor;
	struct attachment *a;
	char *file = NULL;
	enum st st;

	if (!view || part >= mime_part_count(view))
		return err_set(e, ST_GONE, "There is no part here.");
	st = save_into(view, part, o->dir, &file, e);
	if (st != ST_OK)
		return st;
	a = attachment_new(file);
	g_free(a->name);
	a->name = mime_part_safe_name(view, part);
	a->type = g_strdup(mime_part(view, part)->type);
	a->is_message = strcmp(a->type, "message/rfc822") == 0;
	add(app, o, a);
	g_free(file);
	return ST_OK;
}

/* The subject as a file's name. */
static char *
name_of(struct message_view *view)
{
	const char *subject = mime_header(view, "Subject");
	char *safe = path_encode_folder(subject && *subject ? subject
							    : "message", '\0');
	char *name = g_strdup_printf("%.100s.eml", safe);
	const char *end;

	if (!g_utf8_validate(name, -1, &end)) {
		g_free(name);
		name = g_strdup("message.eml");
	}
	g_free(safe);
	return name;
}

static enum st
add_message(struct app *app, struct open_letter *o, struct err *e)
{
	struct about about;
	struct attachment *a;
	char *file;
	gsize size;
	const void *data;
	enum st st = compose_about(app, &about, e);

	if (st != ST_OK)
		return st;
	file = g_strdup_printf("%s/message-%" G_GINT64_FORMAT ".eml", o->dir,
			       about.id);
	data = g_bytes_get_data(about.bytes, &size);
	st = path_write_file(file, data, size, e);
	if (st == ST_OK) {
		a = attachment_new(file);
		g_free(a->name);
		a->name = name_of(about.view);
		a->type = g_strdup("message/rfc822");
		a->is_message = true;
		add(app, o, a);
	}
	g_free(file);
	about_clear(&about);
	return st;
}

enum st
cmd_attach_message(struct app *app, int n, char **words, struct err *e)
{
	struct open_letter *o = open_one(app);

	if (!o)
		return err_set(e, ST_GONE, "No letter is open; m begins one.");
	return app_where(app) == WHERE_PARTS ? add_part(app, o, e)
					     : add_message(app, o, e);
}
