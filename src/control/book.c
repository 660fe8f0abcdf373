/*
 * book.c - reading the address book, and adding to it
 */
#include "control/book.h"

#include <string.h>

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
	const char *equals = strchr(line, '=');

	g_strstrip(line);
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

static char *
read_book(void)
{
	char *file = book_file(), *raw = NULL, *text = NULL;
	gsize len = 0;

	if (g_file_get_contents(file, &raw, &len, NULL) && len <= BOOK_MAX)
		text = text_to_utf8(raw, len);
	g_free(raw);
	g_free(file);
	return text ? text : g_strdup("");
}

GPtrArray *
book_load(void)
{
	GPtrArray *entries = g_ptr_array_new_with_free_func(
		(GDestroyNotify)entry_free);
	char *text = read_book(), **lines = g_strsplit(text, "\n", -1);

	for (int i = 0; lines[i]; i++)
		add_line(entries, lines[i]);
	g_strfreev(lines);
	g_free(text);
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

enum st
book_add(const struct address *a, struct err *e)
{
	char *text = read_book(), *line = addressing_one(a), *file, *dir, *all;
	enum st st;

	if (knows(text, a->mailbox)) {
		st = err_set(e, ST_GONE, "%s is in the address book already.",
			     a->mailbox);
	} else {
		g_strdelimit(line, "\r\n", ' ');
		all = g_strconcat(text, *text &&
				  !g_str_has_suffix(text, "\n") ? "\n" : "",
				  line, "\n", NULL);
		file = book_file();
		dir = g_path_get_dirname(file);
		st = path_mkdir(dir, e);
		if (st == ST_OK)
			st = path_write_file(file, all, strlen(all), e);
		g_free(dir);
		g_free(file);
		g_free(all);
	}
	g_free(line);
	g_free(text);
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
