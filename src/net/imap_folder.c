/*
 * imap_folder.c - CREATE, RENAME, DELETE, SUBSCRIBE
 */
#include "net/imap_state.h"

#include <string.h>

static const struct {
	const char *verb, *what;
} ops[] = {
	[FOLDER_CREATE] = { "CREATE", "create the folder" },
	[FOLDER_RENAME] = { "RENAME", "rename the folder" },
	[FOLDER_DELETE] = { "DELETE", "delete the folder" },
	[FOLDER_SUBSCRIBE] = { "SUBSCRIBE", "subscribe to the folder" },
	[FOLDER_UNSUBSCRIBE] = { "UNSUBSCRIBE", "unsubscribe the folder" },
};

/* Some servers lose their way when the selected mailbox goes: leave it.
 * Without UNSELECT, EXAMINE of nothing does it, and its NO is no failure. */
static enum st
leave(struct imap *im, const char *name, struct err *e)
{
	struct err ignored;
	enum st st;

	if (g_strcmp0(im->folder, name) != 0)
		return ST_OK;
	g_clear_pointer(&im->folder, g_free);
	st = imap_ask(im, &ignored, "leave the folder", "EXAMINE \"\"");
	if (st != ST_OK && st != ST_REFUSED && st != ST_GONE && e)
		*e = ignored;
	return st == ST_REFUSED || st == ST_GONE ? ST_OK : st;
}

/*
 * NO to what asks for a folder that is there: perhaps it is not.  Courier and
 * Cyrus leave the code out that would tell.  What is refused stays refused
 * unless the list is clear.
 */
static enum st
refused_or_gone(struct imap *im, const char *name, const char *word,
		struct err *e)
{
	GPtrArray *all = g_ptr_array_new_with_free_func(
		(GDestroyNotify)folder_info_free);
	struct err ignored = { "" };
	bool there = false;
	enum st st;

	im->wants = (struct imap_wants){ .folders = all, .unasked = true };
	st = imap_ask(im, &ignored, "look for the folder", "LIST \"\" %s",
		      word);
	im->wants = (struct imap_wants){ 0 };
	for (guint i = 0; i < all->len; i++) {
		const struct folder_info *f = all->pdata[i];

		there = there || strcmp(f->name, name) == 0;
	}
	g_ptr_array_unref(all);
	if (st == ST_OK)
		return there ? ST_REFUSED : ST_GONE;
	if (st == ST_REFUSED || st == ST_GONE)
		return ST_REFUSED;
	if (e)
		*e = ignored;
	return st;
}

enum st
imap_folder(struct driver *d, enum folder_op op, const char *name,
	    const char *to, struct err *e)
{
	struct imap *im = (struct imap *)d;
	char *from_word = NULL, *to_word = NULL;
	enum st st = imap_ready(im, false, e);

	if (st == ST_OK && (op == FOLDER_RENAME || op == FOLDER_DELETE))
		st = leave(im, name, e);
	if (st == ST_OK && !(from_word = imap_folder_word(im, name, e)))
		st = ST_REFUSED;
	if (st == ST_OK && op == FOLDER_RENAME &&
	    !(to_word = imap_folder_word(im, to, e)))
		st = ST_REFUSED;
	if (st == ST_OK)
		st = imap_ask(im, e, ops[op].what, "%s %s%s%s", ops[op].verb,
			      from_word, to_word ? " " : "",
			      to_word ? to_word : "");
	if (st == ST_REFUSED && from_word && op != FOLDER_CREATE &&
	    (to_word || op != FOLDER_RENAME))
		st = refused_or_gone(im, name, from_word, e);
	g_free(from_word);
	g_free(to_word);
	return st;
}
