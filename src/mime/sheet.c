/*
 * sheet.c - rendered lines as they are made
 */
#include "mime/sheet.h"

#include <string.h>

#include "base/text.h"

#define TAB 8
#define LINKS_MAX 10000
#define PREFIX_MIN 16		/* columns that a prefix leaves for text */

void
line_free(gpointer p)
{
	struct line *line = p;

	g_free(line->text);
	g_free(line);
}

void
sheet_init(struct sheet *s, int width)
{
	s->lines = g_ptr_array_new_with_free_func(line_free);
	s->width = width > 0 ? MAX(width, 10) : 0;
	s->links = g_ptr_array_new_with_free_func(g_free);
	s->known = g_hash_table_new(g_str_hash, g_str_equal);
}

void
sheet_init_within(struct sheet *s, struct sheet *whole, int width)
{
	s->lines = g_ptr_array_new_with_free_func(line_free);
	s->width = width;
	s->links = g_ptr_array_ref(whole->links);
	s->known = g_hash_table_ref(whole->known);
}

void
sheet_fini(struct sheet *s)
{
	g_ptr_array_unref(s->links);
	g_hash_table_unref(s->known);
}

/* text is owned from here on. */
static void
push(struct sheet *s, enum line_kind kind, int quote, char *text)
{
	struct line *line;

	if (s->lines->len >= LINES_MAX) {
		g_free(text);
		return;
	}
	line = g_new(struct line, 1);
	line->text = text;
	line->kind = kind;
	line->quote = quote;
	g_ptr_array_add(s->lines, line);
	if (s->lines->len == LINES_MAX - 1)
		push(s, LINE_NOTICE, 0,
		     g_strdup("The message goes on; it is too long to show."));
}

static bool
is_plain(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ' || (unsigned char)*s >= 0x7f)
			return false;
	return true;
}

/* Tabs become blanks up to the next stop; the rest goes through the gate. */
static char *
gate(const char *text)
{
	GString *out;
	int column = 0;

	if (is_plain(text))
		return g_strdup(text);
	out = g_string_sized_new(strlen(text) + 16);
	for (;;) {
		size_t n = strcspn(text, "\t");
		gsize from = out->len;

		text_gate(out, text, n, false);
		if (!text[n])
			break;
		column += text_width(out->str + from);
		do
			g_string_append_c(out, ' ');
		while (++column % TAB);
		text += n + 1;
	}
	return g_string_free(out, FALSE);
}

void
sheet_add(struct sheet *s, enum line_kind kind, int quote, const char *text)
{
	push(s, kind, quote, gate(text));
}

/* ---- wrapping ----------------------------------------------------------- */

/* True when a line may be broken before or after this cluster although no
 * blank is there: ideographs, not their closing marks. */
static bool
is_wide(const char *p, int width)
{
	return width == 2 && (unsigned char)*p >= 0xe3;
}

/* Marks that never begin a line: 、。，．）」』】！？：； */
static bool
never_first(const char *p)
{
	static const char *const marks[] = {
		"、", "。", "，", "．", "）", "」", "』", "】", "！", "？",
		"：", "；", "〉", "》", "〕", "ー", "々", "・", "…",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
		if (g_str_has_prefix(p, marks[i]))
			return true;
	return false;
}

struct fit {
	size_t bytes;		/* of the line, blanks at its end left out */
	size_t next;		/* where the next line begins */
};

/* How much of text goes on a line of that many columns. */
static struct fit
fit(const char *text, int columns)
{
	struct fit best = { 0, 0 };
	size_t at = 0, n;
	int sum = 0, w;
	bool after_wide = false;

	while ((n = text_cluster(text + at, &w)) > 0) {
		const char *p = text + at;
		bool wide = *p != ' ' && is_wide(p, w);

		if (at && (wide || after_wide) && *p != ' ' &&
		    sum <= columns && !never_first(p))
			best = (struct fit){ at, at };
		if (*p == ' ') {
			size_t blanks = strspn(p, " ");

			if (at && sum <= columns)
				best = (struct fit){ at, at + blanks };
			if (sum > columns)
				break;
		} else if (sum + w > columns) {
			break;
		}
		sum += w;
		at += n;
		after_wide = wide;
	}
	if (!text[at])
		return (struct fit){ at, at };
	if (!best.bytes) {
		best.bytes = text_fit(text, columns, NULL);
		if (!best.bytes)
			best.bytes = text_cluster(text, &w);
		best.next = best.bytes;
	}
	return best;
}

/* ASCII without a control byte: columns are bytes. */
static struct fit
fit_plain(const char *text, size_t len, size_t columns)
{
	size_t at = columns;

	if (len <= columns)
		return (struct fit){ len, len };
	while (at > 0 && text[at] != ' ')
		at--;
	while (at > 0 && text[at - 1] == ' ')
		at--;
	if (!at)
		return (struct fit){ columns, columns };
	return (struct fit){ at, at + strspn(text + at, " ") };
}

static void
wrap(struct sheet *s, enum line_kind kind, int quote, const char *first,
     const char *next, const char *text)
{
	const char *prefix = first;
	bool plain = is_plain(text);
	size_t len = strlen(text);

	do {
		int room = MAX(s->width - text_width(prefix),
			       MIN(s->width, PREFIX_MIN));
		struct fit f = plain ? fit_plain(text, len, (size_t)room)
				     : fit(text, room);
		GString *line = g_string_new(prefix);

		g_string_append_len(line, text, (gssize)f.bytes);
		push(s, kind, quote, g_string_free(line, FALSE));
		text += f.next;
		len -= f.next;
		prefix = next;
	} while (*text && s->lines->len < LINES_MAX);
}

void
sheet_wrap(struct sheet *s, enum line_kind kind, int quote, const char *first,
	   const char *next, const char *text)
{
	char *safe = gate(text);

	if (s->width) {
		wrap(s, kind, quote, first, next, safe);
		g_free(safe);
	} else {
		push(s, kind, quote, g_strconcat(first, safe, NULL));
		g_free(safe);
	}
}

void
sheet_gap(struct sheet *s, int quote)
{
	const struct line *last = s->lines->len
		? s->lines->pdata[s->lines->len - 1] : NULL;

	if (last && last->text[strspn(last->text, "> ")])
		push(s, LINE_TEXT, quote, g_strnfill((gsize)quote, '>'));
}

void
sheet_trim(struct sheet *s)
{
	while (s->lines->len) {
		const struct line *last = s->lines->pdata[s->lines->len - 1];

		if (*last->text)
			break;
		g_ptr_array_set_size(s->lines, (gint)s->lines->len - 1);
	}
}

size_t
sheet_link(struct sheet *s, const char *url)
{
	size_t number = GPOINTER_TO_SIZE(g_hash_table_lookup(s->known, url));
	char *copy;

	if (number || s->links->len >= LINKS_MAX)
		return number;
	copy = g_strdup(url);
	g_ptr_array_add(s->links, copy);
	g_hash_table_insert(s->known, copy, GSIZE_TO_POINTER(s->links->len));
	return s->links->len;
}
