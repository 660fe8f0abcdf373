/*
 * cmd_change.c - flags, tags, moving, deleting, undoing
 */
#include "control/cmd.h"

#include <string.h>

#include "control/app.h"
#include "control/ask.h"
#include "control/changes.h"
#include "control/folders.h"
#include "control/index.h"
#include "control/notice.h"
#include "control/overlay.h"
#include "control/tagged.h"
#include "model/flags.h"

/* ---- flags ------------------------------------------------------------- */

/* Does the first of them have the flag? */
static bool
first_has(const struct app *app, const GArray *ids, uint32_t bit,
	  const char *keyword)
{
	int account = app->focus == WHERE_PAGER ? app->pager.account
						: app->index.account;
	const struct app_account *a = app->accounts->pdata[account];
	struct message m = { 0 };
	bool has = message_by_id(a->store, g_array_index(ids, int64_t, 0), &m,
				 NULL) == ST_OK &&
		   (keyword ? flags_has_keyword(&m.flags, keyword)
			    : (m.flags.bits & bit) != 0);

	message_clear(&m);
	return has;
}

/* A toggle sets all of them when the first has it not. */
static enum st
toggle(struct app *app, uint32_t bit, const char *on, const char *off,
       struct err *e)
{
	struct flags f = { .bits = bit };
	GArray *ids;
	bool add;
	enum st st = changes_targets(app, false, &ids, e);

	if (st != ST_OK)
		return st;
	add = !first_has(app, ids, bit, NULL);
	st = changes_flags(app, ids, add, &f, add ? on : off, e);
	g_array_unref(ids);
	return st;
}

enum st
cmd_flag(struct app *app, int n, char **words, struct err *e)
{
	return toggle(app, FLAG_FLAGGED, "Flagged", "Unflagged", e);
}

enum st
cmd_toggle_read(struct app *app, int n, char **words, struct err *e)
{
	return toggle(app, FLAG_SEEN, "Marked as read",
		      "Marked as unread", e);
}

static const struct {
	const char *word;
	uint32_t bit;
	const char *on, *off;
} flag_words[] = {
	{ "read", FLAG_SEEN, "Marked as read", "Marked as unread" },
	{ "flagged", FLAG_FLAGGED, "Flagged", "Unflagged" },
	{ "answered", FLAG_ANSWERED, "Marked as answered",
	  "Marked as not answered" },
};

static enum st
set_flag(struct app *app, const char *word, bool add, struct err *e)
{
	struct flags f = { 0 };
	GArray *ids;
	size_t i = 0;
	enum st st;

	while (i < G_N_ELEMENTS(flag_words) &&
	       strcmp(flag_words[i].word, word) != 0)
		i++;
	if (i == G_N_ELEMENTS(flag_words))
		return err_set(e, ST_USAGE, "“%s” is no flag: read, flagged "
			       "or answered. Words of your own are tags.",
			       word);
	st = changes_targets(app, false, &ids, e);
	if (st != ST_OK)
		return st;
	f.bits = flag_words[i].bit;
	st = changes_flags(app, ids, add, &f,
			   add ? flag_words[i].on : flag_words[i].off, e);
	g_array_unref(ids);
	return st;
}

static void
set_answered(struct app *app, const char *text, void *ctx)
{
	struct err e;

	if (text && *text &&
	    set_flag(app, text, GPOINTER_TO_INT(ctx), &e) != ST_OK)
		notice_fail(app, "%s", e.text);
}

static enum st
ask_flag(struct app *app, int n, char **words, bool add, struct err *e)
{
	if (n > 1)
		return set_flag(app, words[1], add, e);
	ask_post(app, ASK_LINE, COMPLETE_NONE,
		 add ? "Set flag (read, flagged, answered): "
		     : "Clear flag (read, flagged, answered): ",
		 NULL, set_answered, GINT_TO_POINTER(add), NULL);
	return ST_OK;
}

enum st
cmd_set_flag(struct app *app, int n, char **words, struct err *e)
{
	return ask_flag(app, n, words, true, e);
}

enum st
cmd_clear_flag(struct app *app, int n, char **words, struct err *e)
{
	return ask_flag(app, n, words, false, e);
}

/* ---- keywords ---------------------------------------------------------- */

static enum st
keyword(struct app *app, const char *word, struct err *e)
{
	struct flags f = { 0 };
	GArray *ids;
	char *on, *off;
	bool add;
	enum st st;

	flags_add_word(&f, word);
	if (!f.keywords)
		return err_set(e, ST_USAGE, "“%s” cannot be a tag: letters, "
			       "digits, - and _ can.", word);
	st = changes_targets(app, false, &ids, e);
	if (st == ST_OK) {
		add = !first_has(app, ids, 0, word);
		on = g_strdup_printf("Put the tag %s on", word);
		off = g_strdup_printf("Took the tag %s off", word);
		st = changes_flags(app, ids, add, &f, add ? on : off, e);
		g_array_unref(ids);
		g_free(on);
		g_free(off);
	}
	flags_clear(&f);
	return st;
}

static void
keyword_answered(struct app *app, const char *text, void *ctx)
{
	struct err e;

	if (text && *text && keyword(app, text, &e) != ST_OK)
		notice_fail(app, "%s", e.text);
}

enum st
cmd_keyword(struct app *app, int n, char **words, struct err *e)
{
	if (n > 1)
		return keyword(app, words[1], e);
	ask_post(app, ASK_LINE, COMPLETE_NONE, "Tag to put on or take off: ",
		 NULL, keyword_answered, NULL, NULL);
	return ST_OK;
}

/* ---- tagging ----------------------------------------------------------- */

enum st
cmd_tag(struct app *app, int n, char **words, struct err *e)
{
	if (!app->index.cursor_id)
		return err_set(e, ST_GONE, "There is no message here.");
	tagged_toggle(app, app->index.cursor_id);
	index_move(app, app->index.cursor + 1);
	return ST_OK;
}

enum st
cmd_tag_none(struct app *app, int n, char **words, struct err *e)
{
	tagged_clear(app);
	return ST_OK;
}

enum st
cmd_tag_prefix(struct app *app, int n, char **words, struct err *e)
{
	size_t count = tagged_count(app);

	if (count == 0)
		return err_set(e, ST_GONE, "No message is tagged; t tags.");
	app->tag_prefix = true;
	notice_tell(app, "%zu tagged: what to do with %s?", count,
		    count == 1 ? "it" : "them");
	return ST_OK;
}

/* ---- moving ------------------------------------------------------------ */

enum transfer { TRANSFER_MOVE, TRANSFER_COPY };

/* The folder of that name; one that is not there is made, when the person
 * says so. */
static enum st
find_folder(struct app *app, const char *name, int64_t *id, struct err *e)
{
	int account = app->focus == WHERE_PAGER ? app->pager.account
						: app->index.account;
	struct app_account *a = app->accounts->pdata[account];
	struct folder *f = NULL;
	enum st st = folder_by_name(a->store, name, &f, e);

	if (st == ST_OK && f->attr & FOLDER_NOSELECT)
		st = err_set(e, ST_REFUSED, "“%s” holds folders, no mail.",
			     name);
	if (st == ST_OK)
		*id = f->id;
	folder_free(f);
	return st;
}

static enum st
transfer(struct app *app, enum transfer what, int64_t folder, struct err *e)
{
	GArray *ids;
	enum st st = changes_targets(app, false, &ids, e);

	if (st != ST_OK)
		return st;
	st = what == TRANSFER_COPY ? changes_copy(app, ids, folder, e)
				   : changes_move(app, ids, folder, e);
	g_array_unref(ids);
	return st;
}

struct pending {
	enum transfer what;
	char *name;
	bool prefix;
};

static void
pending_free(gpointer ctx)
{
	struct pending *p = ctx;

	g_free(p->name);
	g_free(p);
}

static void
make_answered(struct app *app, const char *text, void *ctx)
{
	struct pending *p = ctx;
	int account = app->focus == WHERE_PAGER ? app->pager.account
						: app->index.account;
	struct err e = { "" };
	int64_t id = 0;
	enum st st;

	if (!text || strcmp(text, "y") != 0)
		return;
	app->tag_prefix = p->prefix;
	st = changes_make_folder(app, account, p->name, &id, &e);
	if (st == ST_OK)
		st = transfer(app, p->what, id, &e);
	if (st != ST_OK)
		notice_fail(app, "%s", e.text);
}

static enum st
transfer_to(struct app *app, enum transfer what, const char *name,
	    struct err *e)
{
	struct pending *p;
	char *prompt;
	int64_t id = 0;
	enum st st = find_folder(app, name, &id, e);

	if (st == ST_OK)
		return transfer(app, what, id, e);
	if (st != ST_GONE)
		return st;
	p = g_new0(struct pending, 1);
	p->what = what;
	p->name = g_strdup(name);
	p->prefix = app->tag_prefix;
	app->tag_prefix = false;
	prompt = g_strdup_printf("There is no folder “%s”. Make it?", name);
	ask_post(app, ASK_YESNO, COMPLETE_NONE, prompt, NULL, make_answered,
		 p, pending_free);
	g_free(prompt);
	return ST_OK;
}

static void
transfer_answered(struct app *app, const char *text, void *ctx)
{
	struct pending *p = ctx;
	struct err e;

	app->tag_prefix = p->prefix;
	if (text && *text && transfer_to(app, p->what, text, &e) != ST_OK)
		notice_fail(app, "%s", e.text);
	app->tag_prefix = false;
}

static enum st
ask_transfer(struct app *app, enum transfer what, int n, char **words,
	     struct err *e)
{
	struct pending *p;

	if (n > 1)
		return transfer_to(app, what, words[1], e);
	if (!app->index.cursor_id && app->focus != WHERE_PAGER)
		return err_set(e, ST_GONE, "There is no message here.");
	p = g_new0(struct pending, 1);
	p->what = what;
	p->prefix = app->tag_prefix;
	app->tag_prefix = false;
	ask_post(app, ASK_LINE, COMPLETE_FOLDER,
		 what == TRANSFER_COPY ? "Copy to folder: "
				       : "Move to folder: ",
		 NULL, transfer_answered, p, pending_free);
	return ST_OK;
}

enum st
cmd_move(struct app *app, int n, char **words, struct err *e)
{
	return ask_transfer(app, TRANSFER_MOVE, n, words, e);
}

enum st
cmd_copy(struct app *app, int n, char **words, struct err *e)
{
	return ask_transfer(app, TRANSFER_COPY, n, words, e);
}

enum st
cmd_archive(struct app *app, int n, char **words, struct err *e)
{
	GArray *ids;
	enum st st = changes_targets(app, false, &ids, e);

	if (st != ST_OK)
		return st;
	st = changes_archive(app, ids, e);
	g_array_unref(ids);
	return st;
}

/* ---- deleting, undoing ------------------------------------------------- */

static enum st
delete(struct app *app, bool thread, struct err *e)
{
	GArray *ids;
	enum st st = changes_targets(app, thread, &ids, e);

	if (st != ST_OK)
		return st;
	st = changes_delete(app, ids, e);
	g_array_unref(ids);
	return st;
}

enum st
cmd_delete(struct app *app, int n, char **words, struct err *e)
{
	return delete(app, false, e);
}

enum st
cmd_delete_thread(struct app *app, int n, char **words, struct err *e)
{
	return delete(app, true, e);
}

enum st
cmd_undo(struct app *app, int n, char **words, struct err *e)
{
	int64_t action = n > 1 ? g_ascii_strtoll(words[1], NULL, 10) : 0;

	return changes_undo(app, action, e);
}
