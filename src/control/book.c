/*
 * book.c - reading the address book, and adding to it
 */
#include "control/book.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "base/text.h"
#include "control/addressing.h"

/* A book that is larger is none. */
#define BOOK_MAX (16 << 20)

char *
book_file(void)
{
	return g_build_filename(g_get_user_data_dir(), "verso", "addresses",
				NULL);
}

static void
entry_free(struct book_entry *entry)
{
	g_free(entry->alias);
	g_free(entry->list);
	g_free(entry);
}

/* A name before "=", without what an address has. */
static bool
is_alias(const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (strchr("@<>\",;", line[i]))
			return false;
	return len > 0;
}

static void
add_line(GPtrArray *entries, char *line)
{
	struct book_entry *entry;
	const char *equals;

	g_strstrip(line);
	equals = strchr(line, '=');
	if (!*line || *line == '#')
		return;
	entry = g_new0(struct book_entry, 1);
	if (equals && is_alias(line, (size_t)(equals - line))) {
		entry->alias = g_strndup(line, (size_t)(equals - line));
		entry->list = g_strdup(equals + 1);
	} else {
		entry->alias = g_strdup("");
		entry->list = g_strdup(line);
	}
	g_strstrip(entry->alias);
	g_strstrip(entry->list);
	g_ptr_array_add(entries, entry);
}

/* "" where there is none.  *text is set in any case. */
static enum st
read_book(const char *file, char **text, struct err *e)
{
	GError *error = NULL;
	char *raw = NULL;
	gsize len = 0;
	bool there = g_file_get_contents(file, &raw, &len, &error);
	enum st st = ST_OK;

	if (!there && !g_error_matches(error, G_FILE_ERROR,
				       G_FILE_ERROR_NOENT))
		st = err_set(e, ST_LOCAL, "%s.", error->message);
	else if (len > BOOK_MAX)
		st = err_set(e, ST_LOCAL, "The address book %s is longer than "
			     "16 MiB.", file);
	*text = there && st == ST_OK ? text_to_utf8(raw, len) : g_strdup("");
	g_clear_error(&error);
	g_free(raw);
	return st;
}

GPtrArray *
book_load(void)
{
	GPtrArray *entries = g_ptr_array_new_with_free_func(
		(GDestroyNotify)entry_free);
	char *file = book_file(), *text, **lines;

	read_book(file, &text, NULL);
	lines = g_strsplit(text, "\n", -1);
	for (int i = 0; lines[i]; i++)
		add_line(entries, lines[i]);
	g_strfreev(lines);
	g_free(text);
	g_free(file);
	return entries;
}

/* ---- adding ------------------------------------------------------------- */

static bool
knows(const char *text, const char *mailbox)
{
	char *book = text_fold(text), *one = text_fold(mailbox);
	const char *p = book;
	size_t len = strlen(one);
	bool found = false;

	while (!found && (p = strstr(p, one))) {
		char before = p == book ? ' ' : p[-1], after = p[len];

		found = !g_ascii_isalnum(before) && !g_ascii_isalnum(after) &&
			!strchr("._-+", before) &&
			(!after || !strchr("._-", after));
		p += len;
	}
	g_free(one);
	g_free(book);
	return found;
}

/* What stands there is not written again: it is the person's, and may be in a
 * place that a link leads to. */
static enum st
append(const char *file, const char *text, struct err *e)
{
	char *dir = g_path_get_dirname(file);
	enum st st = path_mkdir(dir, e);
	int fd = -1;

	if (st == ST_OK) {
		fd = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC,
			  0600);
		if (fd < 0 || !path_write_all(fd, text, strlen(text)) ||
		    fsync(fd) != 0)
			st = err_errno(e, "The address book %s cannot be "
				       "written", file);
	}
	if (fd >= 0)
		close(fd);
	if (st == ST_OK)
		st = path_sync_dir(dir, e);
	g_free(dir);
	return st;
}

/* An address as a line that is neither a comment nor an alias. */
static char *
line_of(const struct address *a)
{
	char *line = !*a->name && strpbrk(a->mailbox, "#=")
			     ? g_strdup_printf("<%s>", a->mailbox)
			     : addressing_one(a);

	return g_strdelimit(line, "\r\n", ' ');
}

enum st
book_add(const struct address *a, struct err *e)
{
	char *file = book_file(), *one = line_of(a), *text, *line;
	enum st st = read_book(file, &text, e);
	bool open_end = *text && !g_str_has_suffix(text, "\n");

	line = g_strconcat(open_end ? "\n" : "", one, "\n", NULL);
	if (st == ST_OK && knows(text, a->mailbox))
		st = err_set(e, ST_GONE, "%s is in the address book already.",
			     a->mailbox);
	if (st == ST_OK)
		st = append(file, line, e);
	g_free(line);
	g_free(text);
	g_free(one);
	g_free(file);
	return st;
}

/* ---- aliases ------------------------------------------------------------ */

static const char *
meaning(const GPtrArray *entries, const char *word)
{
	for (guint i = 0; i < entries->len; i++) {
		const struct book_entry *entry = entries->pdata[i];

		if (*entry->alias && g_ascii_strcasecmp(entry->alias, word) ==
					     0)
			return entry->list;
	}
	return NULL;
}

/* Word by word from the end, so that what is before stays where it is. */
static char *
expand(const GPtrArray *entries, const char *text)
{
	char *left = g_strdup(text);
	GString *out = g_string_new(NULL);

	for (;;) {
		size_t from = (size_t)(addressing_last(left) - left);
		char *word = g_strstrip(g_strdup(left + from));
		const char *means = meaning(entries, word);

		g_string_prepend(out, means ? means : word);
		g_free(word);
		while (from > 0 && strchr(" ,;", left[from - 1]))
			from--;
		left[from] = '\0';
		if (from == 0)
			break;
		g_string_prepend(out, ", ");
	}
	g_free(left);
	return g_string_free(out, FALSE);
}

enum st
book_read(const char *text, GPtrArray **list, struct err *e)
{
	GPtrArray *entries = book_load();
	char *trimmed = g_strstrip(g_strdup(text)), *expanded;
	enum st st;

	while (g_str_has_suffix(trimmed, ",") || g_str_has_suffix(trimmed, ";"))
		trimmed[strlen(trimmed) - 1] = '\0';
	expanded = expand(entries, trimmed);
	st = addressing_read(expanded, list, e);
	g_free(expanded);
	g_free(trimmed);
	g_ptr_array_unref(entries);
	return st;
}

static bool
has_words(const GPtrArray *list)
{
	for (guint i = 0; i < list->len; i++) {
		const struct address *a = list->pdata[i];

		if (!strchr(a->mailbox, '@'))
			return true;
	}
	return false;
}

void
book_fill(struct letter *l)
{
	GPtrArray **lists[] = { &l->to, &l->cc, &l->bcc };

	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
		char *text;

		if (!has_words(*lists[i]))
			continue;
		text = addressing_text(*lists[i]);
		book_read(text, lists[i], NULL);
		g_free(text);
	}
}
