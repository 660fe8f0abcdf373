/*
 * cmd_change.c - flags, tags, moving, deleting, undoing
 */
#include "control/cmd.h"

#include <string.h>

#include "control/app.h"
#include "control/ask.h"
#include "control/changes.h"
#include "control/command.h"
#include "control/compose.h"
#include "control/folders.h"
#include "control/index.h"
#include "control/notice.h"
#include "control/overlay.h"
#include "control/tagged.h"
#include "model/flags.h"

/* ---- flags ------------------------------------------------------------- */

/* A command on its way through a question. */
struct pending {
	struct targets targets;
	bool add;			/* a flag; else it is cleared */
	bool copy;			/* to a folder; else it is moved */
	char *name;			/* of a folder; NULL: not told yet */
};

static struct pending *
pending_new(const struct targets *targets)
{
	struct pending *p = g_new0(struct pending, 1);

	p->targets.account = targets->account;
	p->targets.ids = g_array_ref(targets->ids);
	return p;
}

static void
pending_free(gpointer ctx)
{
	struct pending *p = ctx;

	targets_clear(&p->targets);
	g_free(p->name);
	g_free(p);
}

static const struct app_account *
account_of(const struct app *app, const struct targets *t)
{
	return app->accounts->pdata[t->account];
}

/* Does the first of them have the flag? */
static bool
first_has(const struct app *app, const struct targets *t, uint32_t bit,
	  const char *keyword)
{
	struct message m = { 0 };
	bool has = message_by_id(account_of(app, t)->store,
				 g_array_index(t->ids, int64_t, 0), &m,
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
	struct targets t;
	bool add;
	enum st st = changes_targets(app, false, &t, e);

	if (st != ST_OK)
		return st;
	add = !first_has(app, &t, bit, NULL);
	st = changes_flags(app, &t, add, &f, add ? on : off, e);
	targets_clear(&t);
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
set_flag(struct app *app, const struct targets *t, const char *word, bool add,
	 struct err *e)
{
	struct flags f = { 0 };
	size_t i = 0;

	while (i < G_N_ELEMENTS(flag_words) &&
	       strcmp(flag_words[i].word, word) != 0)
		i++;
	if (i == G_N_ELEMENTS(flag_words))
		return err_set(e, ST_USAGE, "“%s” is no flag: read, flagged "
			       "or answered. Words of your own are tags.",
			       word);
	f.bits = flag_words[i].bit;
	return changes_flags(app, t, add, &f,
			     add ? flag_words[i].on : flag_words[i].off, e);
}

static void
set_answered(struct app *app, const char *text, void *ctx)
{
	const struct pending *p = ctx;
	struct err e;

	if (text && *text &&
	    set_flag(app, &p->targets, text, p->add, &e) != ST_OK)
		notice_fail(app, "%s", e.text);
}

static enum st
flag_command(struct app *app, int n, char **words, bool add, struct err *e)
{
	struct pending *p;
	struct targets t;
	enum st st = changes_targets(app, false, &t, e);

	if (st != ST_OK)
		return st;
	if (n > 1) {
		st = set_flag(app, &t, words[1], add, e);
	} else {
		p = pending_new(&t);
		p->add = add;
		ask_post(app, ASK_LINE, COMPLETE_FLAG,
			 add ? "Set flag (read, flagged, answered): "
			     : "Clear flag (read, flagged, answered): ",
			 NULL, set_answered, p, pending_free);
	}
	targets_clear(&t);
	return st;
}

enum st
cmd_set_flag(struct app *app, int n, char **words, struct err *e)
{
	return flag_command(app, n, words, true, e);
}

enum st
cmd_clear_flag(struct app *app, int n, char **words, struct err *e)
{
	return flag_command(app, n, words, false, e);
}

/* ---- keywords ---------------------------------------------------------- */

static enum st
keyword(struct app *app, const struct targets *t, const char *word,
	struct err *e)
{
	struct flags f = { 0 };
	bool add = !first_has(app, t, 0, word);
	char *done;
	enum st st;

	flags_add_word(&f, word);
	if (!f.keywords)
		return err_set(e, ST_USAGE, "“%s” cannot be a tag: letters, "
			       "digits, - and _ can.", word);
	done = g_strdup_printf(add ? "Put the tag %s on"
				   : "Took the tag %s off", word);
	st = changes_flags(app, t, add, &f, done, e);
	g_free(done);
	flags_clear(&f);
	return st;
}

static void
keyword_answered(struct app *app, const char *text, void *ctx)
{
	const struct pending *p = ctx;
	struct err e;

	if (text && *text && keyword(app, &p->targets, text, &e) != ST_OK)
		notice_fail(app, "%s", e.text);
}

enum st
cmd_keyword(struct app *app, int n, char **words, struct err *e)
{
	struct targets t;
	enum st st = changes_targets(app, false, &t, e);

	if (st != ST_OK)
		return st;
	if (n > 1)
		st = keyword(app, &t, words[1], e);
	else
		ask_post(app, ASK_LINE, COMPLETE_NONE,
			 "Tag to put on or take off: ", NULL,
			 keyword_answered, pending_new(&t), pending_free);
	targets_clear(&t);
	return st;
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
	app->tag_prefix = !app->tag_prefix;
	if (!app->tag_prefix)
		return ST_OK;
	notice_tell(app, "%zu tagged: what to do with %s?", count,
		    count == 1 ? "it" : "them");
	return ST_OK;
}

/* ---- moving ------------------------------------------------------------ */

/* The folder of that name. */
static enum st
find_folder(const struct app_account *a, const char *name, int64_t *id,
	    struct err *e)
{
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
transfer(struct app *app, const struct pending *p, int64_t folder,
	 struct err *e)
{
	return p->copy ? changes_copy(app, &p->targets, folder, e)
		       : changes_move(app, &p->targets, folder, e);
}

static void
make_answered(struct app *app, const char *text, void *ctx)
{
	const struct pending *p = ctx;
	struct err e = { "" };
	int64_t id = 0;
	enum st st;

	if (!text || strcmp(text, "y") != 0)
		return;
	st = changes_make_folder(app, p->targets.account, p->name, &id, &e);
	if (st == ST_OK)
		st = transfer(app, p, id, &e);
	if (st != ST_OK)
		notice_fail(app, "%s", e.text);
}

/* One that is not there is made, when the person says so. */
static void
ask_to_make(struct app *app, const struct pending *p, const char *name)
{
	struct pending *next = pending_new(&p->targets);
	char *prompt = g_strdup_printf("There is no folder “%s”. Make it?",
				       name);

	next->copy = p->copy;
	next->name = g_strdup(name);
	ask_post(app, ASK_YESNO, COMPLETE_NONE, prompt, NULL, make_answered,
		 next, pending_free);
	g_free(prompt);
}

/* The name without the account before it ("work:Lists"): it must be the
 * message's own. */
static enum st
own_folder(const struct app *app, const struct pending *p, const char **name,
	   struct err *e)
{
	int account;
	const char *rest = folders_resolve(app, *name, &account);

	if (rest == *name)
		return ST_OK;
	if (account != p->targets.account)
		return err_set(e, ST_REFUSED, "“%s” is in another account: a "
			       "message stays in its own.", *name);
	*name = rest;
	return ST_OK;
}

static enum st
transfer_to(struct app *app, const struct pending *p, const char *name,
	    struct err *e)
{
	const struct app_account *a = account_of(app, &p->targets);
	int64_t id = 0;
	enum st st = find_folder(a, name, &id, NULL);

	/* A folder may have a colon in its name. */
	if (st == ST_GONE)
		st = own_folder(app, p, &name, e);
	else if (st == ST_OK)
		return transfer(app, p, id, e);
	if (st == ST_OK)
		st = find_folder(a, name, &id, e);
	if (st == ST_OK)
		return transfer(app, p, id, e);
	if (st != ST_GONE)
		return st;
	ask_to_make(app, p, name);
	return ST_OK;
}

static void
transfer_answered(struct app *app, const char *text, void *ctx)
{
	struct err e;

	if (text && *text && transfer_to(app, ctx, text, &e) != ST_OK)
		notice_fail(app, "%s", e.text);
}

static enum st
transfer_command(struct app *app, bool copy, int n, char **words,
		 struct err *e)
{
	struct pending *p;
	struct targets t;
	enum st st = changes_targets(app, false, &t, e);

	if (st != ST_OK)
		return st;
	p = pending_new(&t);
	p->copy = copy;
	targets_clear(&t);
	if (n > 1) {
		st = transfer_to(app, p, words[1], e);
		pending_free(p);
		return st;
	}
	ask_post(app, ASK_LINE, COMPLETE_TARGET,
		 copy ? "Copy to folder: " : "Move to folder: ", NULL,
		 transfer_answered, p, pending_free);
	return ST_OK;
}

enum st
cmd_move(struct app *app, int n, char **words, struct err *e)
{
	return transfer_command(app, false, n, words, e);
}

enum st
cmd_copy(struct app *app, int n, char **words, struct err *e)
{
	return transfer_command(app, true, n, words, e);
}

enum st
cmd_archive(struct app *app, int n, char **words, struct err *e)
{
	struct targets t;
	enum st st = changes_targets(app, false, &t, e);

	if (st != ST_OK)
		return st;
	st = changes_archive(app, &t, e);
	targets_clear(&t);
	return st;
}

/* ---- deleting, undoing ------------------------------------------------- */

/* With one marked the next has the cursor, as if it had gone. */
static enum st
mark(struct app *app, const struct targets *t, struct err *e)
{
	bool one = t->ids->len == 1 && !app->tag_prefix;

	if (one)
		command_run(app, "next", NULL);
	return changes_mark(app, t, e);
}

static enum st
delete(struct app *app, bool thread, struct err *e)
{
	struct targets t;
	enum st st = changes_targets(app, thread, &t, e);

	if (st != ST_OK)
		return st;
	if (app->config->ui.delete_mark)
		st = mark(app, &t, e);
	else
		st = changes_delete(app, &t, e);
	targets_clear(&t);
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

/* On a message that is marked, undoing is about the mark. */
static bool
take_mark_off(struct app *app)
{
	struct targets t;
	bool done;

	if (app->focus == WHERE_FOLDERS ||
	    changes_targets(app, false, &t, NULL) != ST_OK)
		return false;
	done = changes_unmark(app, &t);
	targets_clear(&t);
	return done;
}

enum st
cmd_undo(struct app *app, int n, char **words, struct err *e)
{
	int64_t action = n > 1 ? g_ascii_strtoll(words[1], NULL, 10) : 0;

	if (n == 1 && app->compose.sent)
		return compose_take_back(app, e);
	if (n == 1 && take_mark_off(app))
		return ST_OK;
	return changes_undo(app, action, e);
}
