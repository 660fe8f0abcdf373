/*
 * letters.c - the folders of letters: made, saved, found again, dropped
 */
#include "control/letters.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "base/clock.h"
#include "base/path.h"
#include "base/text.h"
#include "mime/letter_file.h"

#define FOLDER "letters"
#define LETTER "letter"
/* A name by which editors know that it is a letter: vim's rules for .eml turn
 * all line ends into CRLF, and have the file changed before anybody typed. */
#define EDITED ".letter"
#define TRIES 1000

/* ---- folders ------------------------------------------------------------ */

/* The descriptor of a folder that is ours now; -1: somebody has it. */
static int
lock(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* A name that nobody has taken, and that sorts by age; *fd locks it. */
static char *
make_dir(const char *place, int *fd)
{
	for (int i = 0; i < TRIES; i++) {
		char *dir = g_strdup_printf("%s/%010" G_GINT64_FORMAT "-%d",
					    place, clock_now(), i);

		if (g_mkdir(dir, 0700) == 0)
			*fd = lock(dir);
		else if (errno != EEXIST)
			i = TRIES;
		if (*fd >= 0)
			return dir;
		g_free(dir);
	}
	return NULL;
}

static struct open_letter *
open_letter_new(char *dir, int fd, struct letter *l)
{
	struct open_letter *o = g_new0(struct open_letter, 1);

	o->dir = dir;
	o->lock = fd;
	o->letter = l;
	return o;
}

enum st
letters_make(const char *store_dir, struct letter *l,
	     struct open_letter **out, struct err *e)
{
	char *place = g_build_filename(store_dir, FOLDER, NULL), *dir = NULL;
	enum st st = path_mkdir(place, e);
	int fd = -1;

	if (st == ST_OK) {
		dir = make_dir(place, &fd);
		if (!dir)
			st = err_errno(e, "No folder for a letter can be made "
				       "in %s", place);
	}
	if (st == ST_OK)
		*out = open_letter_new(dir, fd, l ? l : letter_new());
	else
		g_free(dir);
	g_free(place);
	return st;
}

void
letters_close(struct open_letter *o)
{
	if (!o)
		return;
	letter_free(o->letter);
	g_free(o->unread);
	close(o->lock);
	g_free(o->dir);
	g_free(o);
}

/* Nothing in here has folders of its own. */
static void
remove_dir(const char *dir)
{
	GDir *list = g_dir_open(dir, 0, NULL);
	const char *name;

	while (list && (name = g_dir_read_name(list))) {
		char *file = g_build_filename(dir, name, NULL);

		g_unlink(file);
		g_free(file);
	}
	if (list)
		g_dir_close(list);
	g_rmdir(dir);
}

void
letters_drop(struct open_letter *o)
{
	char *letter = g_build_filename(o->dir, LETTER, NULL);

	/* First what makes it a letter: what is left by a crash is none. */
	g_unlink(letter);
	remove_dir(o->dir);
	g_free(letter);
	letters_close(o);
}

/* ---- saving ------------------------------------------------------------- */

enum st
letters_save(struct open_letter *o, struct err *e)
{
	char *file = g_build_filename(o->dir, LETTER, NULL);
	char *text = letter_write(o->letter, false);
	enum st st = path_write_file(file, text, strlen(text), e);

	if (st == ST_OK)
		o->save_at = 0;
	g_free(text);
	g_free(file);
	return st;
}

static struct letter *
read_letter(const char *file)
{
	struct letter *l = NULL;
	char *text;
	gsize len;

	if (!g_file_get_contents(file, &text, &len, NULL))
		return NULL;
	if (letter_read(text, len, &l, NULL) != ST_OK)
		l = NULL;
	g_free(text);
	return l;
}

/* ---- editors ------------------------------------------------------------ */

enum st
letters_lend(struct open_letter *o, char **file, struct err *e)
{
	char *path = g_build_filename(o->dir, EDITED, NULL);
	enum st st = ST_OK;
	/* What could not be read is mended where it is. */
	if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
		char *text = letter_write(o->letter, true);

		o->lent = o->letter->attachments->len;
		st = path_write_file(path, text, strlen(text), e);
		g_free(text);
	}
	if (st == ST_OK)
		*file = path;
	else
		g_free(path);
	return st;
}

/* What was attached and still is keeps what is known of it. */
static void
keep_attachments(struct letter *new, const struct letter *old)
{
	for (guint i = 0; i < new->attachments->len; i++) {
		const struct attachment *a = new->attachments->pdata[i];

		for (guint j = 0; j < old->attachments->len; j++) {
			const struct attachment *b = old->attachments->pdata[j];

			if (strcmp(a->path, b->path) != 0)
				continue;
			attachment_free(new->attachments->pdata[i]);
			new->attachments->pdata[i] = attachment_copy(b);
			break;
		}
	}
}

static bool
has_attachment(const struct letter *l, const char *path)
{
	for (guint i = 0; i < l->attachments->len; i++) {
		const struct attachment *a = l->attachments->pdata[i];

		if (strcmp(a->path, path) == 0)
			return true;
	}
	return false;
}

/* What was attached while the editor had it. */
static void
add_attachments(struct letter *new, const struct letter *old, guint lent)
{
	for (guint i = lent; i < old->attachments->len; i++) {
		const struct attachment *a = old->attachments->pdata[i];

		if (!has_attachment(new, a->path))
			g_ptr_array_add(new->attachments, attachment_copy(a));
	}
}

/* What does not go through the editor stays as it is. */
static void
keep_rest(struct letter *new, const struct letter *old, guint lent)
{
	keep_attachments(new, old);
	add_attachments(new, old, lent);
	/* A letter comes from somebody. */
	if (new->from->len == 0) {
		g_ptr_array_unref(new->from);
		new->from = addresses_copy(old->from);
	}
	g_free(new->message_id);
	new->message_id = g_strdup(old->message_id);
	/* Without In-Reply-To it is a thread of its own. */
	for (guint i = 0; new->in_reply_to && new->references->len == 0 &&
			  i < old->references->len; i++)
		g_ptr_array_add(new->references,
				g_strdup(old->references->pdata[i]));
	new->flowed = old->flowed;
	new->markdown = old->markdown;
	new->receipt = old->receipt;
	new->kind = old->kind;
	g_free(new->about);
	new->about = g_strdup(old->about);
	g_free(new->list);
	new->list = g_strdup(old->list);
	new->about_row = old->about_row;
	new->draft_row = old->draft_row;
}

static void
replace(struct open_letter *o, struct letter *new, bool *changed)
{
	char *before = letter_write(o->letter, true), *after;

	keep_rest(new, o->letter, o->lent);
	letter_free(o->letter);
	o->letter = new;
	after = letter_write(new, true);
	*changed = strcmp(before, after) != 0;
	o->touched |= *changed;
	g_free(before);
	g_free(after);
}

/* What an editor wrote as a letter; o->unread says why it is none. */
static enum st
read_edited(struct open_letter *o, const char *text, size_t len,
	    struct letter **new, struct err *e)
{
	struct err why = { "" };
	enum st st = letter_read(text, len, new, &why);

	g_clear_pointer(&o->unread, g_free);
	if (st == ST_OK && o->letter->flowed)
		letter_join_quotes(*new);
	if (st == ST_OK)
		return st;
	o->unread = g_strdup(why.text);
	o->touched = true;
	return err_set(e, st, "%s", why.text);
}

enum st
letters_take(struct open_letter *o, bool *changed, struct err *e)
{
	char *path = g_build_filename(o->dir, EDITED, NULL), *text = NULL;
	struct letter *new = NULL;
	gsize len = 0;
	enum st st = ST_OK;

	*changed = false;
	if (!g_file_get_contents(path, &text, &len, NULL)) {
		st = err_set(e, ST_LOCAL, "What the editor wrote is not there "
			     "(%s).", path);
	} else {
		st = read_edited(o, text, len, &new, e);
		*changed = st != ST_OK;
	}
	if (st == ST_OK) {
		replace(o, new, changed);
		st = letters_save(o, e);
	}
	if (st == ST_OK)
		g_unlink(path);
	g_free(text);
	g_free(path);
	return st;
}

enum st
letters_take_all(struct open_letter *o, struct err *e)
{
	char *path = g_build_filename(o->dir, EDITED, NULL), *raw, *text;
	gsize len;
	enum st st;

	if (!g_file_get_contents(path, &raw, &len, NULL)) {
		st = err_set(e, ST_LOCAL, "What the editor wrote cannot be "
			     "read (%s).", path);
		g_free(path);
		return st;
	}
	text = text_to_utf8(raw, len);
	letter_set_text(o->letter, text_lf(text));
	st = letters_save(o, e);
	if (st == ST_OK) {
		g_clear_pointer(&o->unread, g_free);
		g_unlink(path);
	}
	g_free(text);
	g_free(raw);
	g_free(path);
	return st;
}

/* ---- finding ------------------------------------------------------------ */

static int
compare(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static GPtrArray *
names_in(const char *place)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	GDir *list = g_dir_open(place, 0, NULL);
	const char *name;

	while (list && (name = g_dir_read_name(list)))
		g_ptr_array_add(names, g_strdup(name));
	if (list)
		g_dir_close(list);
	g_ptr_array_sort(names, compare);
	return names;
}

/* NULL: somebody has it, or it is none. */
static struct open_letter *
find(const char *dir)
{
	char *file = g_build_filename(dir, LETTER, NULL);
	char *edited = g_build_filename(dir, EDITED, NULL);
	struct open_letter *o = NULL;
	struct letter *l = NULL;
	bool changed;
	int fd = lock(dir);

	if (fd >= 0 && !g_file_test(file, G_FILE_TEST_EXISTS))
		remove_dir(dir);
	else if (fd >= 0)
		l = read_letter(file);
	if (l) {
		o = open_letter_new(g_strdup(dir), fd, l);
		o->touched = true;
		if (g_file_test(edited, G_FILE_TEST_EXISTS))
			letters_take(o, &changed, NULL);
	} else if (fd >= 0) {
		close(fd);
	}
	g_free(edited);
	g_free(file);
	return o;
}

GPtrArray *
letters_find(const char *store_dir)
{
	char *place = g_build_filename(store_dir, FOLDER, NULL);
	GPtrArray *names = names_in(place), *found = g_ptr_array_new();

	for (guint i = 0; i < names->len; i++) {
		char *dir = g_build_filename(place, names->pdata[i], NULL);
		struct open_letter *o = find(dir);

		if (o)
			g_ptr_array_add(found, o);
		g_free(dir);
	}
	g_ptr_array_unref(names);
	g_free(place);
	return found;
}
