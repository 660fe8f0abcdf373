/*
 * imap_list.c - folders: LIST, SPECIAL-USE, XLIST, STATUS
 *
 * NAMESPACE goes out before the first LIST of a session, in the same flight.
 * A second flight is needed only where it names personal folders that LIST
 * did not show, or where LIST did not show INBOX.
 */
#include "net/imap_state.h"

#include <string.h>

/* ---- LIST answers ------------------------------------------------------ */

static const struct {
	const char *name;
	enum folder_role role;
} uses[] = {			/* RFC 6154, and XLIST's own words */
	{ "\\All", ROLE_ALL }, { "\\AllMail", ROLE_ALL },
	{ "\\Archive", ROLE_ARCHIVE }, { "\\Drafts", ROLE_DRAFTS },
	{ "\\Flagged", ROLE_FLAGGED }, { "\\Starred", ROLE_FLAGGED },
	{ "\\Junk", ROLE_JUNK }, { "\\Spam", ROLE_JUNK },
	{ "\\Sent", ROLE_SENT }, { "\\Trash", ROLE_TRASH },
	{ "\\Inbox", ROLE_INBOX },
};

static void
attribute(struct folder_info *f, const struct imap_slice *word)
{
	for (size_t i = 0; i < G_N_ELEMENTS(uses); i++)
		if (imap_slice_is(word, uses[i].name))
			f->role = uses[i].role;
	if (imap_slice_is(word, "\\Noselect") ||
	    imap_slice_is(word, "\\NonExistent"))
		f->attr |= FOLDER_NOSELECT;
	if (imap_slice_is(word, "\\Subscribed"))
		f->attr |= FOLDER_SUBSCRIBED;
	if (imap_slice_is(word, "\\Flagged") ||
	    imap_slice_is(word, "\\Starred") ||
	    imap_slice_is(word, "\\Important"))
		f->attr |= FOLDER_VIEW;
	if (imap_slice_is(word, "\\Noinferiors"))
		f->attr |= FOLDER_NOINFERIORS;
}

static bool
take_attributes(struct folder_info *f, struct imap_text *t)
{
	struct imap_slice word;

	imap_take_blank(t);
	if (!imap_take_char(t, '('))
		return false;
	for (;;) {
		imap_take_blank(t);
		if (imap_take_char(t, ')'))
			return true;
		if (!imap_take_word(t, &word))
			return false;
		attribute(f, &word);
	}
}

/* The name behind everything: a string, or, from Exchange, unquoted with
 * blanks and TABs in it up to the end. */
static bool
take_name(struct imap_text *t, GString *name)
{
	struct imap_text at = *t;
	bool nil, streamed;

	if (!imap_take_string(&at, name, &nil, &streamed))
		return false;
	if (*t->p != '"' && *t->p != '{' && at.p < at.end && *at.p != '(' &&
	    memchr(at.p, '(', (size_t)(at.end - at.p)) == NULL) {
		g_string_append_len(name, at.p, at.end - at.p);
		at.p = at.end;
	}
	if (nil)
		g_string_assign(name, "NIL");
	*t = at;
	return true;
}

/* What a person calls the folder that the wire calls so; "" when it cannot
 * be one. */
static char *
decode_name(const GString *wire)
{
	char *name;

	if (wire->len == 0 || strlen(wire->str) != wire->len ||
	    strpbrk(wire->str, "\r\n"))
		return g_strdup("");
	if (g_ascii_strcasecmp(wire->str, "INBOX") == 0)
		return g_strdup("INBOX");
	name = folder_from_utf7(wire->str, wire->len);
	if (name)
		return name;
	/* Broken modified UTF-7, or UTF-8 as it is. */
	if (g_utf8_validate(wire->str, -1, NULL))
		return g_strdup(wire->str);
	return g_uri_escape_string(wire->str, " /.", FALSE);
}

static struct folder_info *
find_folder(GPtrArray *folders, const char *name)
{
	for (guint i = 0; i < folders->len; i++) {
		struct folder_info *f = folders->pdata[i];

		if (strcmp(f->name, name) == 0)
			return f;
	}
	return NULL;
}

static bool
wanted(struct imap *im, const char *name, char delimiter)
{
	char **pattern = im->account->folders;

	if (!pattern || !*pattern)
		return true;
	for (; *pattern; pattern++)
		if (folder_match(*pattern, name, delimiter))
			return true;
	return false;
}

static void
keep_folder(struct imap *im, struct folder_info *f, const char *wire)
{
	GPtrArray *all = im->wants.folders;
	struct folder_info *old;

	if (strcmp(f->name, "INBOX") == 0)
		f->role = ROLE_INBOX;
	if (!*f->name || all->len >= IMAP_FOLDERS_MAX ||
	    (!im->wants.unasked && !wanted(im, f->name, f->delimiter))) {
		folder_info_free(f);
		return;
	}
	g_hash_table_replace(im->wire_names, g_strdup(f->name),
			     g_strdup(wire));
	old = all->len < 2000 ? find_folder(all, f->name) : NULL;
	if (old) {
		old->attr |= f->attr;
		if (old->role == ROLE_NONE)
			old->role = f->role;
		folder_info_free(f);
	} else {
		g_ptr_array_add(all, f);
	}
}

enum st
imap_list_answer(struct imap *im, struct imap_text *t, struct err *e)
{
	struct folder_info *f;
	GString *text = g_string_new(NULL);
	bool nil, streamed;
	char *name;

	(void)e;
	if (!im->wants.folders) {
		g_string_free(text, TRUE);
		return ST_OK;
	}
	f = folder_info_new("", 0);
	if (take_attributes(f, t) && imap_take_blank(t) &&
	    imap_take_string(t, text, &nil, &streamed)) {
		f->delimiter = nil || text->len == 0 ? 0 : text->str[0];
		imap_take_blank(t);
		if (take_name(t, text)) {
			name = decode_name(text);
			g_free(f->name);
			f->name = name;
			keep_folder(im, f, text->str);
			f = NULL;
		}
	}
	folder_info_free(f);	/* a line that makes no sense is no folder */
	g_string_free(text, TRUE);
	return ST_OK;
}

/* ---- STATUS answers ---------------------------------------------------- */

static void
status_item(struct folder_info *f, const struct imap_slice *word, int64_t n)
{
	if (imap_slice_is(word, "MESSAGES"))
		f->messages = n;
	else if (imap_slice_is(word, "UNSEEN"))
		f->unseen = n;
	else if (imap_slice_is(word, "UIDNEXT"))
		f->uidnext = n;
	else if (imap_slice_is(word, "UIDVALIDITY"))
		f->uidvalidity = n;
	else if (imap_slice_is(word, "HIGHESTMODSEQ"))
		f->modseq = n;
}

enum st
imap_status_answer(struct imap *im, struct imap_text *t, struct err *e)
{
	GString *wire = g_string_new(NULL);
	struct folder_info *f = NULL;
	struct imap_slice word;
	bool nil, streamed;
	int64_t n;

	(void)e;
	imap_take_blank(t);
	if (im->wants.folders &&
	    imap_take_string(t, wire, &nil, &streamed)) {
		char *name = decode_name(wire);

		f = find_folder(im->wants.folders, name);
		g_free(name);
	}
	imap_take_blank(t);
	if (f && imap_take_char(t, '('))
		while ((imap_take_blank(t), imap_take_word(t, &word)) &&
		       imap_take_blank(t) && imap_take_number(t, &n))
			status_item(f, &word, n);
	g_string_free(wire, TRUE);
	return ST_OK;
}

/* ---- commands ---------------------------------------------------------- */

static const char *
status_items(const struct imap *im)
{
	return im->caps & CAP_CONDSTORE
		? "(MESSAGES UNSEEN UIDNEXT UIDVALIDITY HIGHESTMODSEQ)"
		: "(MESSAGES UNSEEN UIDNEXT UIDVALIDITY)";
}

/* The best LIST this server has; RETURN options need LIST-EXTENDED.  pattern
 * is made by imap_string(). */
static unsigned
put_list(struct imap *im, const char *pattern, bool status, bool plain)
{
	bool extended = im->ext & IMAP_LIST_EXTENDED && !plain;
	bool with_status = status && im->caps & CAP_LIST_STATUS && !plain;
	bool use = im->caps & CAP_SPECIAL_USE && !plain;

	if (!extended && !with_status && !use)
		return imap_put(im, "%s \"\" %s",
				im->ext & IMAP_XLIST && !plain
				? "XLIST" : "LIST", pattern);
	return imap_put(im, "LIST \"\" %s RETURN (%s%s%s%s)", pattern,
			extended ? "SUBSCRIBED " : "",
			use ? "SPECIAL-USE " : "",
			with_status ? "STATUS " : "",
			with_status ? status_items(im) : "");
}

static enum st
run_list(struct imap *im, bool status, bool plain, struct imap_reply *reply,
	 struct err *e)
{
	unsigned tag = put_list(im, "\"*\"", status, plain);
	enum st st = imap_flush(im, e);

	return st == ST_OK ? imap_await(im, tag, reply, e) : st;
}

/* Await the commands from first to the last one put.  NO for one of them is
 * no reason to stop. */
static enum st
await_all(struct imap *im, unsigned first, struct err *e)
{
	unsigned last = im->next_tag;
	enum st st = ST_OK;

	if (last < first)
		return ST_OK;
	st = imap_flush(im, e);
	for (unsigned tag = first; st == ST_OK && tag <= last; tag++) {
		struct imap_reply reply = { 0 };

		st = imap_await(im, tag, &reply, e);
		imap_reply_clear(&reply);
	}
	return st;
}

/* Without LIST-STATUS: one STATUS a folder, all in one round trip (in
 * pieces, so that neither side's buffers fill up). */
static enum st
ask_status(struct imap *im, GPtrArray *folders, struct err *e)
{
	enum st st = ST_OK;

	for (guint i = 0; st == ST_OK && i < folders->len; i += 64) {
		unsigned first = im->next_tag + 1;

		for (guint j = i; j < MIN(folders->len, i + 64); j++) {
			struct folder_info *f = folders->pdata[j];
			char *word = f->attr & FOLDER_NOSELECT ? NULL
				: imap_folder_word(im, f->name, NULL);

			if (word)
				imap_put(im, "STATUS %s %s", word,
					 status_items(im));
			g_free(word);
		}
		st = await_all(im, first, e);
	}
	return st;
}

/* ---- beside LIST "" "*" ------------------------------------------------ */

/* Before the first LIST, and together with it; 0: not to be asked. */
static unsigned
put_namespace(struct imap *im)
{
	if (!(im->ext & IMAP_NAMESPACE) || im->spaces_known ||
	    im->spaces_shunned)
		return 0;
	im->spaces_asked = true;
	return imap_put(im, "NAMESPACE");
}

static enum st
await_namespace(struct imap *im, unsigned tag, struct err *e)
{
	struct imap_reply reply = { 0 };
	enum st st = tag ? imap_await(im, tag, &reply, e) : ST_OK;

	if (tag && st == ST_OK) {
		im->spaces_asked = false;
		im->spaces_known = true;
	}
	imap_reply_clear(&reply);
	return st;
}

static bool
lacks_inbox(struct imap *im, GPtrArray *folders)
{
	for (guint i = 0; i < folders->len; i++) {
		const struct folder_info *f = folders->pdata[i];

		if (f->role == ROLE_INBOX)
			return false;
	}
	return wanted(im, "INBOX", 0);
}

/* What LIST "" "*" need not have shown, in one round trip when there is
 * something. */
static enum st
list_hidden(struct imap *im, GPtrArray *folders, bool status, bool plain,
	    struct err *e)
{
	GPtrArray *patterns = imap_spaces_hidden(im, folders);
	unsigned first = im->next_tag + 1;
	enum st st;

	if (lacks_inbox(im, folders))
		put_list(im, "INBOX", status, plain);
	for (guint i = 0; i < patterns->len; i++) {
		char *word = imap_string(im, patterns->pdata[i]);

		if (word)
			put_list(im, word, status, plain);
		g_free(word);
	}
	st = await_all(im, first, e);
	g_ptr_array_unref(patterns);
	return st;
}

/* Another's Trash is not where this account throws things away. */
static void
drop_foreign_roles(struct imap *im, GPtrArray *folders)
{
	for (guint i = 0; i < folders->len; i++) {
		struct folder_info *f = folders->pdata[i];

		if (imap_is_foreign(im, f->name))
			f->role = ROLE_NONE;
	}
}

/* ---- the call ---------------------------------------------------------- */

static enum st
list_all(struct imap *im, GPtrArray *all, bool status, struct err *e)
{
	struct imap_reply reply = { 0 };
	unsigned tag = put_namespace(im);
	bool plain = false;
	enum st st = run_list(im, status, false, &reply, e);

	if (st == ST_OK && reply.kind == IMAP_BAD) {
		/* Bridges that advertise what they do not have. */
		imap_reply_clear(&reply);
		plain = true;
		st = run_list(im, false, true, &reply, e);
	}
	if (st == ST_OK)
		st = await_namespace(im, tag, e);
	if (st == ST_OK && reply.kind != IMAP_OK)
		st = imap_refusal(im, &reply, "list the folders", e);
	imap_reply_clear(&reply);
	if (st == ST_OK)
		st = list_hidden(im, all, status, plain, e);
	if (st == ST_OK)
		drop_foreign_roles(im, all);
	if (st == ST_OK && status &&
	    (plain || !(im->caps & CAP_LIST_STATUS)))
		st = ask_status(im, all, e);
	return st;
}

enum st
imap_folders(struct driver *d, bool status, GPtrArray **folders,
	     struct err *e)
{
	struct imap *im = (struct imap *)d;
	GPtrArray *all = g_ptr_array_new_with_free_func(
		(GDestroyNotify)folder_info_free);
	enum st st = imap_ready(im, false, e);

	im->wants = (struct imap_wants){ .folders = all };
	if (st == ST_OK)
		st = list_all(im, all, status, e);
	im->wants = (struct imap_wants){ 0 };
	if (st == ST_OK)
		*folders = all;
	else
		g_ptr_array_unref(all);
	return st;
}
