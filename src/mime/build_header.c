/*
 * build_header.c - the lines of a header
 *
 * Folded at 78 columns where there is a blank, and never longer than 998
 * octets.  GMime's own encoder makes words that are longer than RFC 2047
 * allows, and lets text through that only looks like one.
 */
#include "mime/build_private.h"

#include <string.h>

#include "base/text.h"

#define LINE_COLUMNS 78		/* RFC 5322 2.1.1 */
#define WORD_COLUMNS 75		/* RFC 2047 2 */
#define WORD_MOST 900		/* octets without a blank, before they are
				 * encoded */
#define NAME_MOST 400		/* of a name in one phrase */
#define START "=?utf-8?"
#define FRAME (strlen(START) + 4)	/* and its letter, ? and the end */

struct fold {
	GString *out;
	size_t column;
	bool any;		/* something stands behind the field's name */
};

/* ---- folding -------------------------------------------------------- */

/* Words after that many blanks, in a new line when they do not fit. */
static void
put_word(struct fold *f, size_t blanks, const char *word, size_t len)
{
	if (f->any && f->column + blanks + len > LINE_COLUMNS && blanks) {
		g_string_append_c(f->out, '\n');
		f->column = 0;
	}
	for (size_t i = 0; i < blanks; i++)
		g_string_append_c(f->out, ' ');
	g_string_append_len(f->out, word, (gssize)len);
	f->column += blanks + len;
	f->any = true;
}

/* ASCII text with its blanks, the first of which may be others'. */
static void
put_words(struct fold *f, size_t blanks, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, " ");

		put_word(f, blanks, text, len);
		text += len;
		blanks = strspn(text, " ");
		text += blanks;
	}
}

/* ---- RFC 2047 ------------------------------------------------------- */

/* What a word may hold as it stands, in a phrase too (RFC 2047 5 (3)). */
static bool
is_safe(char c)
{
	return g_ascii_isalnum(c) || (c && strchr("!*+-/", c));
}

static size_t
cost(const char *s, size_t len)
{
	size_t all = 0;

	for (size_t i = 0; i < len; i++)
		all += is_safe(s[i]) || s[i] == ' ' ? 1 : 3;
	return all;
}

static bool
fits(const char *s, size_t len, bool base64, size_t columns)
{
	return (base64 ? (len + 2) / 3 * 4 : cost(s, len)) <= columns;
}

/* How much of s goes into a word of so many columns: whole clusters; of one
 * that is too long, whole letters. */
static size_t
piece(const char *s, bool base64, size_t columns)
{
	size_t len = 0, n;
	int width;

	while ((n = text_cluster(s + len, &width)) > 0 &&
	       fits(s, len + n, base64, columns))
		len += n;
	if (len > 0)
		return len;
	do
		len = (size_t)(g_utf8_next_char(s + len) - s);
	while (s[len] && fits(s, (size_t)(g_utf8_next_char(s + len) - s),
			      base64, columns));
	return len;
}

static char *
encoded_word(const char *s, size_t len, bool base64)
{
	static const char hex[] = "0123456789ABCDEF";
	GString *word = g_string_new(START);

	g_string_append(word, base64 ? "b?" : "q?");
	if (base64) {
		char *code = g_base64_encode((const guchar *)s, len);

		g_string_append(word, code);
		g_free(code);
	}
	for (size_t i = 0; i < len && !base64; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c == ' ')
			g_string_append_c(word, '_');
		else if (is_safe(s[i]))
			g_string_append_c(word, s[i]);
		else
			g_string_append_printf(word, "=%c%c", hex[c >> 4],
					       hex[c & 15]);
	}
	g_string_append(word, "?=");
	return g_string_free(word, FALSE);
}

static void
put_encoded(struct fold *f, const char *text)
{
	size_t len = strlen(text);
	bool base64 = cost(text, len) > len * 5 / 3;

	while (*text) {
		size_t room = LINE_COLUMNS - 1;
		char *word;

		/* The rest of the line, when that is worth it. */
		if (f->column + FRAME + 24 < LINE_COLUMNS)
			room = LINE_COLUMNS - 1 - f->column;
		len = piece(text, base64, MIN(room, WORD_COLUMNS) - FRAME);
		word = encoded_word(text, len, base64);
		put_word(f, 1, word, strlen(word));
		g_free(word);
		text += len;
	}
}

/* Can it go as it is?  What looks encoded would be decoded. */
static bool
is_plain(const char *text)
{
	size_t word = 0;

	if (strstr(text, "=?"))
		return false;
	for (; *text; text++) {
		word = *text == ' ' ? 0 : word + 1;
		if ((unsigned char)*text > 126 || word > WORD_MOST)
			return false;
	}
	return true;
}

/* One line of UTF-8, without control characters. */
static char *
one_line(const char *text)
{
	char *line = text_to_utf8(text, strlen(text));

	for (char *p = line; *p; p++)
		if (g_ascii_iscntrl(*p))
			*p = ' ';
	return g_strstrip(line);
}

/* ---- fields --------------------------------------------------------- */

static struct fold
begin(const char *name)
{
	return (struct fold) { .out = g_string_new(NULL),
			       .column = strlen(name) + 1 };
}

/* Past GMime's own folding. */
static void
append(GMimeObject *o, const char *name, struct fold *f)
{
	GMimeHeaderList *all = g_mime_object_get_header_list(o);
	int at = g_mime_header_list_get_count(all);

	g_string_append_c(f->out, '\n');
	g_mime_header_list_append(all, name, "", NULL);
	g_mime_header_set_raw_value(g_mime_header_list_get_header_at(all, at),
				    f->out->str);
	g_string_free(f->out, TRUE);
}

static struct fold
fold_text(const char *name, const char *text)
{
	struct fold f = begin(name);
	char *line = one_line(text);

	if (is_plain(line))
		put_words(&f, 1, line);
	else
		put_encoded(&f, line);
	g_free(line);
	return f;
}

void
build_put(GMimeObject *o, const char *name, const char *text)
{
	struct fold f = fold_text(name, text);

	append(o, name, &f);
}

char *
build_value(const char *name, const char *text)
{
	return g_string_free(fold_text(name, text).out, FALSE);
}

static bool
is_atoms(const char *name)
{
	for (const char *p = name; *p; p++)
		if (!g_ascii_isalnum(*p) && !strchr("!#$%&'*+-/=?^_`{|}~ ",
						    *p))
			return false;
	return !strstr(name, "  ");
}

static char *
quoted(const char *name)
{
	GString *out = g_string_new("\"");

	for (; *name; name++) {
		if (*name == '"' || *name == '\\')
			g_string_append_c(out, '\\');
		g_string_append_c(out, *name);
	}
	g_string_append_c(out, '"');
	return g_string_free(out, FALSE);
}

static void
put_address(struct fold *f, const char *name, const char *mailbox, bool last)
{
	char *text = one_line(name), *bare = one_line(mailbox);
	char *end = g_strdup_printf("%s%s%s%s", *text ? "<" : "", bare,
				    *text ? ">" : "", last ? "" : ",");

	if (!is_plain(text) || strlen(text) > NAME_MOST) {
		put_encoded(f, text);
	} else if (is_atoms(text)) {
		put_words(f, 1, text);
	} else {
		char *safe = quoted(text);

		put_words(f, 1, safe);
		g_free(safe);
	}
	put_words(f, 1, end);
	g_free(end);
	g_free(bare);
	g_free(text);
}

char *
build_list(const char *name, const GPtrArray *addresses)
{
	struct fold f = begin(name);

	for (guint i = 0; i < addresses->len; i++) {
		const struct address *a = addresses->pdata[i];
		char *bare = build_bare(a->mailbox);

		put_address(&f, a->name, bare, i + 1 == addresses->len);
		g_free(bare);
	}
	return g_string_free(f.out, FALSE);
}

void
build_put_list(GMimeObject *o, const char *name, const GPtrArray *addresses)
{
	char *value = build_list(name, addresses);
	struct fold f = { .out = g_string_new(value) };

	append(o, name, &f);
	g_free(value);
}
