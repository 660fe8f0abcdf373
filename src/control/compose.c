/*
 * compose.c - the letters that are open, and the one in view
 */
#include "control/compose.h"

#include <string.h>

#include <glib/gstdio.h>

#include "base/clock.h"
#include "base/text.h"
#include "control/addressing.h"
#include "control/edit.h"
#include "control/notice.h"
#include "mime/build.h"
#include "store/outbox.h"

/* What was typed is on disk so long after the last change. */
#define SAVE_MS 2000

static struct app_account *
account_at(const struct app *app, int account)
{
	return app->accounts->pdata[account];
}

/* ---- opening ------------------------------------------------------------ */

enum st
compose_make(struct app *app, int account, struct open_letter **out,
	     struct err *e)
{
	const struct app_account *a = account_at(app, account);
	enum st st;

	if (!a->store)
		return err_set(e, ST_LOCAL, "The mail of %s cannot be opened.",
			       a->account->name);
	st = letters_make(store_dir(a->store), NULL, out, e);
	if (st == ST_OK)
		(*out)->account = account;
	return st;
}

enum st
compose_begin(struct app *app, struct open_letter *o, bool edit,
	      struct err *e)
{
	enum st st = letters_save(o, e);

	if (st != ST_OK) {
		letters_drop(o);
		return st;
	}
	if (!app->compose.open)
		app->compose.open = g_ptr_array_new();
	g_ptr_array_add(app->compose.open, o);
	compose_show(app, o);
	return edit ? compose_edit(app, e) : ST_OK;
}

enum st
compose_open(struct app *app, int account, struct letter *l, bool edit,
	     struct err *e)
{
	struct open_letter *o;
	enum st st = compose_make(app, account, &o, e);

	if (st != ST_OK) {
		letter_free(l);
		return st;
	}
	letter_free(o->letter);
	o->letter = l;
	return compose_begin(app, o, edit, e);
}

void
compose_show(struct app *app, struct open_letter *o)
{
	struct app_compose *c = &app->compose;

	if (o == c->written) {
		edit_show(app, true);
		return;
	}
	if (app->focus != WHERE_COMPOSE)
		c->back = app->focus;
	c->now = o;
	c->cursor = c->top = 0;
	app->focus = WHERE_COMPOSE;
	compose_look(app);
	app->dirty |= DIRTY_ALL;
	/* On in the editor that has it. */
	if (o->editor) {
		app->edit_pid = o->editor;
		app->dirty |= DIRTY_RESTORE;
	}
}

void
compose_leave(struct app *app)
{
	struct app_compose *c = &app->compose;
	bool pager = c->back == WHERE_PAGER && app->pager.id;

	if (app->focus == WHERE_COMPOSE)
		app->focus = pager || c->back == WHERE_FOLDERS ? c->back
							       : WHERE_INDEX;
	app->dirty |= DIRTY_ALL;
}

void
compose_remove(struct app *app, struct open_letter *o)
{
	struct app_compose *c = &app->compose;

	g_ptr_array_remove(c->open, o);
	if (c->now != o)
		return;
	compose_leave(app);
	c->now = NULL;
	g_clear_pointer(&c->lines, g_ptr_array_unref);
	g_clear_pointer(&c->doubts, g_ptr_array_unref);
	g_clear_pointer(&c->sizes, g_array_unref);
}

/* ---- what is shown of it ------------------------------------------------ */

/* One paragraph; in each row of a quoted one the marks stand again. */
static void
wrap_line(GPtrArray *lines, const char *line, int columns)
{
	int marks = *line == '>' ? (int)strspn(line, "> ") : 0;
	const char *p;
	size_t next = 0;

	if (marks > columns / 2)
		marks = 0;
	p = line + marks;
	do {
		size_t n = text_break(p, columns - marks, &next);

		g_ptr_array_add(lines, g_strdup_printf("%.*s%.*s", marks, line,
						       (int)n, p));
		p += next;
	} while (*p && next);
}

static void
wrap(GPtrArray *lines, const char *text, int columns)
{
	while (*text) {
		size_t len = strcspn(text, "\n");
		char *line = g_strndup(text, len);

		wrap_line(lines, line, columns);
		g_free(line);
		text += len + (text[len] == '\n');
	}
}

static int64_t
size_of(const struct attachment *a)
{
	GStatBuf st;

	return g_stat(a->path, &st) == 0 ? (int64_t)st.st_size : -1;
}

/* Base64 makes four octets of three, and a line end after each 57. */
static int64_t
sent_size(const struct attachment *a, int64_t size)
{
	return a->is_message ? size : size * 4 / 3 + size / 57 * 2;
}

static void
measure(struct app_compose *c, const struct letter *l)
{
	c->size = (int64_t)strlen(l->text);
	c->ascii = g_str_is_ascii(l->text);
	g_array_set_size(c->sizes, 0);
	for (guint i = 0; i < l->attachments->len; i++) {
		int64_t size = size_of(l->attachments->pdata[i]);

		g_array_append_val(c->sizes, size);
		c->size += sent_size(l->attachments->pdata[i], MAX(size, 0));
	}
}

void
compose_look(struct app *app)
{
	struct app_compose *c = &app->compose;
	const struct letter *l = c->now ? c->now->letter : NULL;
	int columns = app->geometry.overlay_columns;

	if (!l)
		return;
	if (c->lines)
		g_ptr_array_unref(c->lines);
	if (c->doubts)
		g_ptr_array_unref(c->doubts);
	if (!c->sizes)
		c->sizes = g_array_new(FALSE, FALSE, sizeof(int64_t));
	c->lines = g_ptr_array_new_with_free_func(g_free);
	wrap(c->lines, l->text, MAX(columns, 20) - 2);
	c->doubts = letter_doubts(l);
	if (c->now->unread)
		g_ptr_array_insert(c->doubts, 0, g_strdup_printf(
			"What the editor wrote is not in it: %s",
			c->now->unread));
	measure(c, l);
	c->cursor = MIN(c->cursor, MAX(l->attachments->len, 1) - 1);
	compose_scroll(app, c->top);
	app->dirty |= DIRTY_OVERLAY | DIRTY_STATUS;
}

void
compose_changed(struct app *app)
{
	struct open_letter *o = app->compose.now;

	o->touched = true;
	o->save_at = clock_ms() + SAVE_MS;
	compose_look(app);
}

char *
compose_title(const struct open_letter *o)
{
	const struct letter *l = o->letter;
	const char *who = l->to->len ? address_short(l->to->pdata[0]) : NULL;
	const char *subject = *l->subject ? l->subject : "(no subject)";

	return who ? g_strdup_printf("To %s: %s", who, subject)
		   : g_strdup(subject);
}

/* ---- saving and finding ------------------------------------------------- */

void
compose_save(struct app *app, bool all)
{
	GPtrArray *open = app->compose.open;
	struct err e;

	for (guint i = 0; open && i < open->len; i++) {
		struct open_letter *o = open->pdata[i];

		if (!o->save_at || (!all && clock_left(o->save_at) > 0))
			continue;
		if (o == app->compose.written)
			compose_take_text(app);
		if (letters_save(o, &e) != ST_OK) {
			notice_fail(app, "The letter is not saved: %s",
				    e.text);
			o->save_at = clock_ms() + SAVE_MS;
		}
		app->dirty |= DIRTY_STATUS;
	}
}

/* Is it in the outbox?  Then only its folder was left behind. */
static bool
was_sent(const GPtrArray *outbox, const struct letter *l)
{
	for (guint i = 0; outbox && l->message_id && i < outbox->len; i++) {
		const struct outbox_letter *sent = outbox->pdata[i];

		if (g_strcmp0(sent->message_id, l->message_id) == 0)
			return true;
	}
	return false;
}

static void
tell_of(struct app *app, guint n)
{
	const char *key = keys_of(app->keys, WHERE_INDEX, "recall");

	if (n)
		notice_tell(app, "%u letter%s being written: %s takes %s up.",
			    n, n == 1 ? " was" : "s were",
			    key ? key : ":recall", n == 1 ? "it" : "them");
}

void
compose_find(struct app *app, int account)
{
	const struct app_account *a = account_at(app, account);
	GPtrArray *found = letters_find(store_dir(a->store)), *outbox = NULL;
	guint n = 0;

	if (!app->compose.open)
		app->compose.open = g_ptr_array_new();
	if (found->len && outbox_all(a->store, &outbox, NULL) != ST_OK)
		outbox = NULL;
	for (guint i = 0; i < found->len; i++) {
		struct open_letter *o = found->pdata[i];

		o->account = account;
		if (was_sent(outbox, o->letter)) {
			letters_drop(o);
			continue;
		}
		g_ptr_array_add(app->compose.open, o);
		n++;
	}
	tell_of(app, n);
	g_clear_pointer(&outbox, g_ptr_array_unref);
	g_ptr_array_unref(found);
}

/* ---- time --------------------------------------------------------------- */

static int64_t
sooner(int64_t a, int64_t b)
{
	return !a ? b : !b ? a : MIN(a, b);
}

int64_t
compose_wake(const struct app *app)
{
	const struct app_compose *c = &app->compose;
	int64_t wake = c->sent ? c->sent_until : 0;

	if (compose_is_written(app) && !c->written->save_at)
		return clock_ms();
	for (guint i = 0; c->open && i < c->open->len; i++) {
		const struct open_letter *o = c->open->pdata[i];

		wake = sooner(wake, o->save_at);
	}
	return wake;
}

void
compose_tick(struct app *app)
{
	struct app_compose *c = &app->compose;

	if (compose_is_written(app) && !c->written->save_at)
		c->written->save_at = clock_ms() + SAVE_MS;
	compose_save(app, false);
	/* Nobody can take it back any more. */
	if (c->sent && clock_left(c->sent_until) == 0)
		g_clear_pointer(&c->sent, letters_drop);
}

void
compose_free(struct app *app)
{
	struct app_compose *c = &app->compose;

	compose_save(app, true);
	for (guint i = 0; c->open && i < c->open->len; i++)
		letters_close(c->open->pdata[i]);
	if (c->sent)
		letters_drop(c->sent);
	g_clear_pointer(&c->open, g_ptr_array_unref);
	g_clear_pointer(&c->lines, g_ptr_array_unref);
	g_clear_pointer(&c->doubts, g_ptr_array_unref);
	g_clear_pointer(&c->sizes, g_array_unref);
}
