/*
 * op.c - verso op: a decision about messages, without a screen
 *
 * It is in effect here and durable when the command returns; the server hears
 * of it at the next Send/Receive, of whichever verso.
 */
#include <string.h>

#include "base/near.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "control/decide.h"

struct op {
	struct cli *c;
	struct decider d;
	const struct folder *folder;
	GArray *ids;			/* int64_t: what it is about */
	const char *argument;		/* behind the colon, NULL: none */
	const char *message_id;		/* NULL: not given */
	char *const *words;		/* else these, NULL-terminated */
	struct decided done;
	bool unsent;			/* the server has nothing to hear */
};

/* ---- operations --------------------------------------------------------- */

static enum st
set(struct op *o, bool add, uint32_t bit, const char *done, struct err *e)
{
	const struct flags f = { .bits = bit };

	return decide_flags(&o->d, o->ids, add, &f, done, &o->done, e);
}

static enum st
op_flag(struct op *o, struct err *e)
{
	return set(o, true, FLAG_FLAGGED, "Flagged", e);
}

static enum st
op_unflag(struct op *o, struct err *e)
{
	return set(o, false, FLAG_FLAGGED, "Unflagged", e);
}

static enum st
op_read(struct op *o, struct err *e)
{
	return set(o, true, FLAG_SEEN, "Marked as read", e);
}

static enum st
op_unread(struct op *o, struct err *e)
{
	return set(o, false, FLAG_SEEN, "Marked as unread", e);
}

static enum st
keyword(struct op *o, bool add, struct err *e)
{
	struct flags f = { 0 };
	char *done;
	enum st st;

	flags_add_word(&f, o->argument);
	if (!f.keywords)
		return err_set(e, ST_USAGE, "“%s” cannot be a tag: letters, "
			       "digits, - and _ can.", o->argument);
	done = g_strdup_printf(add ? "Put the tag %s on"
				   : "Took the tag %s off", o->argument);
	st = decide_flags(&o->d, o->ids, add, &f, done, &o->done, e);
	flags_clear(&f);
	g_free(done);
	return st;
}

static enum st
op_tag(struct op *o, struct err *e)
{
	return keyword(o, true, e);
}

static enum st
op_untag(struct op *o, struct err *e)
{
	return keyword(o, false, e);
}

static enum st
find_dest(struct op *o, int64_t *id, struct err *e)
{
	struct folder *f = NULL;
	enum st st = cli_folder(o->c, o->argument, &f, e);

	if (st == ST_OK && f->attr & FOLDER_NOSELECT)
		st = err_set(e, ST_USAGE, "“%s” holds folders, no mail.",
			     f->name);
	else if (st == ST_OK && f->attr & FOLDER_VIEW)
		st = err_set(e, ST_USAGE, "“%s” shows messages that are "
			     "elsewhere; nothing can be put there.", f->name);
	if (st == ST_OK)
		*id = f->id;
	folder_free(f);
	return st;
}

static enum st
op_move(struct op *o, struct err *e)
{
	int64_t dest = 0;
	enum st st = find_dest(o, &dest, e);

	return st == ST_OK ? decide_move(&o->d, o->ids, dest, "Moved",
					 &o->done, e) : st;
}

static enum st
op_copy(struct op *o, struct err *e)
{
	int64_t dest = 0;
	enum st st = find_dest(o, &dest, e);

	return st == ST_OK ? decide_copy(&o->d, o->ids, dest, &o->done, e)
			   : st;
}

static enum st
op_archive(struct op *o, struct err *e)
{
	return decide_archive(&o->d, o->ids, &o->done, e);
}

static enum st
op_delete(struct op *o, struct err *e)
{
	return decide_delete(&o->d, o->ids, &o->done, e);
}

/* ---- undelete ----------------------------------------------------------- */

static enum st
take_marked(void *ctx, int64_t n, struct message *m, struct err *e)
{
	if (m->flags.bits & FLAG_DELETED)
		g_array_append_val((GArray *)ctx, m->id);
	return ST_OK;
}

/* Marked as deleted by another program, it is still where it was. */
static enum st
find_marked(struct op *o, struct err *e)
{
	struct message m = { 0 };
	enum st st;

	if (!o->message_id)
		return cli_walk(o->c, o->folder, o->words, take_marked, o->ids,
				e);
	st = message_by_message_id(o->d.store, o->folder->id, o->message_id,
				   &m, e);
	if (st == ST_OK)
		st = take_marked(o->ids, 0, &m, e);
	message_clear(&m);
	return st == ST_GONE ? ST_OK : st;
}

/* Is the change a deletion in this folder that the server has not heard of,
 * to Trash or for ever? */
static bool
deletes_here(const struct op *o, const struct change *c, int64_t trash)
{
	return (c->kind == CHANGE_EXPUNGE ||
		(c->kind == CHANGE_MOVE && c->dest == trash)) &&
	       c->folder == o->folder->id && c->state != CHANGE_SENDING &&
	       !c->copied;
}

/* Is its message one of those that are meant? */
static bool
is_meant(const struct op *o, const struct change *c)
{
	struct message m = { 0 };
	bool meant;

	if (o->message_id)
		return g_strcmp0(c->message_id, o->message_id) == 0;
	meant = message_by_id(o->d.store, c->message, &m, NULL) == ST_OK &&
		cli_matches(&m.env, o->words);
	message_clear(&m);
	return meant;
}

/* Take back what was not sent; *n: how many. */
static enum st
cancel_deletions(struct op *o, int64_t trash, size_t *n, struct err *e)
{
	GPtrArray *queue = NULL;
	enum st st = store_begin(o->d.store, e);

	if (st == ST_OK)
		st = queue_list(o->d.store, false, &queue, e);
	/* The last decision about a message first. */
	for (guint i = queue ? queue->len : 0; st == ST_OK && i > 0; i--) {
		const struct change *c = queue->pdata[i - 1];

		if (!deletes_here(o, c, trash) || !is_meant(o, c))
			continue;
		st = queue_cancel(o->d.store, c->seq, e);
		++*n;
	}
	if (st == ST_OK)
		st = store_commit(o->d.store, e);
	else
		store_rollback(o->d.store);
	if (queue)
		g_ptr_array_unref(queue);
	return st;
}

/* Out of Trash: the very message alone, since what else is there may be of
 * another folder. */
static enum st
bring_back(struct op *o, int64_t trash, struct err *e)
{
	struct message m = { 0 };
	enum st st = ST_GONE;

	if (o->message_id && trash && trash != o->folder->id)
		st = message_by_message_id(o->d.store, trash, o->message_id,
					   &m, e);
	if (st == ST_GONE)
		return err_set(e, ST_USAGE, "Nothing is deleted in %s that "
			       "could come back by this; “verso undo” takes "
			       "the last change back, and “verso op move:%s” "
			       "brings mail out of Trash.", o->folder->name,
			       o->folder->name);
	if (st == ST_OK) {
		g_array_append_val(o->ids, m.id);
		st = decide_move(&o->d, o->ids, o->folder->id, "Undeleted",
				 &o->done, e);
	}
	message_clear(&m);
	return st;
}

/* What was deleted in this folder comes back to it. */
static enum st
op_undelete(struct op *o, struct err *e)
{
	int64_t trash = decide_folder(&o->d, ROLE_TRASH);
	size_t n = 0;
	enum st st;

	if (!o->message_id && !*o->words)
		return err_set(e, ST_USAGE, "Which messages are to come back: "
			       "--message-id ID, or words?");
	st = find_marked(o, e);
	if (st == ST_OK && o->ids->len)
		return set(o, false, FLAG_DELETED, "Undeleted", e);
	if (st == ST_OK)
		st = cancel_deletions(o, trash, &n, e);
	if (st == ST_OK && n == 0)
		return bring_back(o, trash, e);
	if (st == ST_OK)
		o->done = (struct decided) {
			g_strdup_printf("Undeleted %zu message%s", n,
					n == 1 ? "" : "s"), n };
	o->unsent = true;
	return st;
}

/* ---- the table ---------------------------------------------------------- */

static const struct operation {
	const char *name;
	const char *argument;	/* what stands behind the colon; NULL: none */
	bool finds;		/* finds its messages itself */
	enum st (*run)(struct op *o, struct err *e);
} operations[] = {
	{ "delete", NULL, false, op_delete },
	{ "undelete", NULL, true, op_undelete },
	{ "flag", NULL, false, op_flag },
	{ "unflag", NULL, false, op_unflag },
	{ "read", NULL, false, op_read },
	{ "unread", NULL, false, op_unread },
	{ "archive", NULL, false, op_archive },
	{ "move", "FOLDER", false, op_move },
	{ "copy", "FOLDER", false, op_copy },
	{ "tag", "NAME", false, op_tag },
	{ "untag", "NAME", false, op_untag },
};

/* Does the colon, and what is behind it, belong to the operation? */
static enum st
check_argument(const struct operation *o, const char *behind, struct err *e)
{
	if (o->argument && (!behind[0] || !behind[1]))
		return err_set(e, ST_USAGE, "“%s” needs a name behind it: "
			       "%s:%s.", o->name, o->name, o->argument);
	if (!o->argument && behind[0])
		return err_set(e, ST_USAGE, "“%s” takes no name behind it.",
			       o->name);
	return ST_OK;
}

/* "move:FOLDER" and its kin; *argument: what stands behind the colon. */
static enum st
find_operation(const char *text, const struct operation **found,
	       const char **argument, struct err *e)
{
	const char *names[G_N_ELEMENTS(operations) + 1] = { NULL };
	size_t len = strcspn(text, ":");
	g_autofree char *name = g_strndup(text, len);
	const char *near;

	*argument = text[len] ? text + len + 1 : NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(operations); i++) {
		names[i] = operations[i].name;
		*found = &operations[i];
		if (strcmp(name, names[i]) == 0)
			return check_argument(*found, text + len, e);
	}
	near = near_name(name, names);
	return err_set(e, ST_USAGE, near ? "There is no operation “%s”; did "
					   "you mean “%s”?"
					 : "There is no operation “%s”; "
					   "“verso op --help” lists them.",
		       name, near);
}

/* ---- what it is about --------------------------------------------------- */

/* How the person said it: one of the three. */
struct which {
	const char *message_id, *uid;	/* NULL: not given */
	char **words;			/* NULL-terminated */
};

static enum st
add_id(void *ctx, int64_t n, struct message *m, struct err *e)
{
	g_array_append_val((GArray *)ctx, m->id);
	return ST_OK;
}

static enum st
find_uid(const struct op *o, const char *text, struct message *m,
	 struct err *e)
{
	guint64 uid;
	enum st st;

	if (!g_ascii_string_to_unsigned(text, 10, 1, UINT32_MAX, &uid, NULL))
		return err_set(e, ST_USAGE, "--uid takes a number from 1 to "
			       "%" G_GUINT32_FORMAT ", not “%s”.", UINT32_MAX,
			       text);
	st = message_by_uid(o->d.store, o->folder->id, (uint32_t)uid, m, e);
	return st == ST_GONE ? err_set(e, ST_USAGE, "There is no message with "
				       "the UID %s in %s.", text,
				       o->folder->name) : st;
}

static enum st
find_messages(struct op *o, const struct which *which, struct err *e)
{
	struct message m = { 0 };
	enum st st;

	if (which->message_id)
		st = cli_message(o->c, o->folder, 0, which->message_id, &m, e);
	else if (which->uid)
		st = find_uid(o, which->uid, &m, e);
	else
		st = cli_walk(o->c, o->folder, which->words, add_id, o->ids,
			      e);
	if (m.id)
		g_array_append_val(o->ids, m.id);
	if (st == ST_OK && o->ids->len == 0)
		st = err_set(e, ST_USAGE, "No message in %s has these words.",
			     o->folder->name);
	message_clear(&m);
	return st;
}

static enum st
check_which(const struct which *which, struct err *e)
{
	int ways = (which->message_id != NULL) + (which->uid != NULL) +
		   (*which->words != NULL);

	/* What is empty stands in all of them: a script's empty variable. */
	for (char **w = which->words; *w; w++)
		if (!(*w)[strspn(*w, " \t")])
			ways = 0;
	return ways == 1 ? ST_OK :
		err_set(e, ST_USAGE, "Which messages: --message-id ID, --uid "
			"N, or words that stand in from, to or subject?");
}

/* ---- the command -------------------------------------------------------- */

static void
tell(const struct op *o)
{
	if (!o->done.changed)
		cli_print(stdout, "That makes no difference.");
	else if (o->unsent)
		cli_print(stdout, "%s%s.", o->done.what,
			  decide_is_local(&o->d) ? "" : "; the server had not "
							"heard of it");
	else if (decide_is_local(&o->d))
		cli_print(stdout, "%s.  “verso undo -a %s” takes it back.",
			  o->done.what, o->d.account->name);
	else
		cli_print(stdout, "%s; it reaches the server at the next "
			  "Send/Receive.  “verso undo -a %s” takes it back.",
			  o->done.what, o->d.account->name);
}

static enum st
run(struct cli *c, const char *text, const char *folder,
    const struct which *which, struct err *e)
{
	const struct operation *operation = NULL;
	struct folder *f = NULL;
	GPtrArray *folders = NULL;
	struct op o = { .c = c, .message_id = which->message_id,
			.words = which->words };
	enum st st = find_operation(text, &operation, &o.argument, e);

	if (st == ST_OK)
		st = check_which(which, e);
	if (st == ST_OK)
		st = cli_folder(c, folder, &f, e);
	if (st == ST_OK)
		st = folders_all(c->store, &folders, e);
	o.d = (struct decider) { c->account, c->store, folders };
	o.folder = f;
	o.ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	if (st == ST_OK && !operation->finds)
		st = find_messages(&o, which, e);
	if (st == ST_OK)
		st = operation->run(&o, e);
	if (st == ST_OK)
		tell(&o);
	g_free(o.done.what);
	g_array_unref(o.ids);
	if (folders)
		g_ptr_array_unref(folders);
	folder_free(f);
	return st;
}

int
cli_op(int argc, char **argv)
{
	g_autofree char *account = NULL, *folder = NULL, *id = NULL;
	g_autofree char *uid = NULL;
	const struct cli_bind binds[] = {
		{ "account", &account },
		{ "folder", &folder },
		{ "message-id", &id },
		{ "uid", &uid },
		{ NULL, NULL }
	};
	struct cli c = { NULL, NULL, NULL };
	struct which which;
	struct err e;
	enum st st = cli_options("op", binds, &argc, argv, &e);
	g_autofree char *bare = cli_bare_id(id);

	if (st == ST_OK && argc < 2)
		st = err_set(&e, ST_USAGE, "Which operation?  “verso op "
			     "--help” lists them.");
	if (st == ST_OK)
		st = cli_open(&c, account, &e);
	which = (struct which) { bare, uid, argv + 2 };
	if (st == ST_OK)
		st = run(&c, argv[1], folder ? folder : "INBOX", &which, &e);
	cli_close(&c);
	return cli_end(st, &e);
}
