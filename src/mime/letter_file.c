/*
 * letter_file.c - a letter as a text file
 */
#include "mime/letter_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/words.h"
#include "mime/build_private.h"
#include "mime/typed.h"
#include "mime/words.h"

#define LETTER_MOST (64 << 20)

/* ---- writing -------------------------------------------------------- */

static void
put_line(GString *out, const char *name, const char *value)
{
	char *line = g_strdelimit(g_strdup(value), "\r\n", ' ');

	g_string_append_printf(out, "%s: %s\n", name, line);
	g_free(line);
}

/* An address that is half written gets a line of its own, since the names that
 * may stand unquoted with a comma in them would take it for their beginning. */
static void
put_addresses(GString *out, const char *name, const GPtrArray *addresses,
	      bool always)
{
	GString *value = g_string_new(NULL);

	for (guint i = 0; i < addresses->len; i++) {
		const struct address *a = addresses->pdata[i];
		bool half = !strchr(a->mailbox, '@');

		if (half && value->len) {
			put_line(out, name, value->str);
			g_string_truncate(value, 0);
		}
		g_string_append(value, value->len ? ", " : "");
		words_append_address(value, a->name, a->mailbox);
		if (half) {
			put_line(out, name, value->str);
			g_string_truncate(value, 0);
			always = false;
		}
	}
	if (always || value->len)
		put_line(out, name, value->str);
	g_string_free(value, TRUE);
}

static void
put_word(GPtrArray *words, const char *key, const char *value)
{
	if (value)
		g_ptr_array_add(words, g_strdup_printf("%s=%s", key, value));
}

static void
put_attachment(GString *out, const struct attachment *a, bool for_editor)
{
	GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
	char *line;

	g_ptr_array_add(words, g_strdup(a->path));
	if (!for_editor) {
		put_word(words, "name", a->name);
		put_word(words, "type", a->type);
		put_word(words, "description", a->description);
		put_word(words, "inline", a->is_inline ? "yes" : NULL);
		put_word(words, "message", a->is_message ? "yes" : NULL);
		put_word(words, "ours", a->is_ours ? "yes" : NULL);
	}
	g_ptr_array_add(words, NULL);
	line = words_join((char **)words->pdata);
	put_line(out, "Attach", line);
	g_free(line);
	g_ptr_array_unref(words);
}

static void
put_number(GPtrArray *words, const char *key, int64_t n)
{
	char text[24];

	g_snprintf(text, sizeof(text), "%" G_GINT64_FORMAT, n);
	put_word(words, key, n ? text : NULL);
}

char *
letter_state(const struct letter *l, bool kept)
{
	GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
	char *line;

	/* Always there, so that the line says whose it is. */
	g_ptr_array_add(words, g_strdup_printf("kind=%d", (int)l->kind));
	put_word(words, "about", l->about);
	put_word(words, "list", l->list);
	put_word(words, "flowed", l->flowed ? "yes" : NULL);
	put_word(words, "markdown", l->markdown ? "yes" : NULL);
	put_word(words, "receipt", l->receipt ? "yes" : NULL);
	if (kept) {
		put_number(words, "about-row", l->about_row);
		put_number(words, "draft-row", l->draft_row);
		put_word(words, "message-id", l->message_id);
	}
	for (guint i = 0; kept && i < l->references->len; i++)
		put_word(words, "reference", l->references->pdata[i]);
	for (guint i = 0; !kept && i < l->headers->len; i++)
		put_word(words, "header", l->headers->pdata[i]);
	g_ptr_array_add(words, NULL);
	line = words_join((char **)words->pdata);
	g_ptr_array_unref(words);
	return line;
}

char *
letter_write(const struct letter *l, bool for_editor)
{
	GString *out = g_string_new(NULL);

	put_addresses(out, "From", l->from, true);
	put_addresses(out, "To", l->to, true);
	put_addresses(out, "Cc", l->cc, true);
	put_addresses(out, "Bcc", l->bcc, true);
	put_line(out, "Subject", l->subject);
	put_addresses(out, "Reply-To", l->reply_to, false);
	if (l->in_reply_to)
		put_line(out, "In-Reply-To", l->in_reply_to);
	for (guint i = 0; i < l->headers->len; i++) {
		char **pair = g_strsplit(l->headers->pdata[i], ":", 2);

		if (pair[0] && pair[1])
			put_line(out, pair[0], g_strstrip(pair[1]));
		g_strfreev(pair);
	}
	for (guint i = 0; i < l->attachments->len; i++)
		put_attachment(out, l->attachments->pdata[i], for_editor);
	if (!for_editor) {
		char *state = letter_state(l, true);

		put_line(out, "X-Verso-Letter", state);
		g_free(state);
	}
	g_string_append_c(out, '\n');
	if (for_editor) {
		char *text = build_flow_quotes(l->text, l->flowed);

		g_string_append(out, text);
		g_free(text);
	} else {
		g_string_append(out, l->text);
	}
	return g_string_free(out, FALSE);
}

void
letter_join_quotes(struct letter *l)
{
	letter_set_text(l, build_unflow_quotes(l->text));
}

/* ---- reading -------------------------------------------------------- */

static bool
take_list(struct letter *l, const char *name, const char *value)
{
	const struct {
		const char *name;
		GPtrArray **field;
	} lists[] = {
		{ "From", &l->from }, { "To", &l->to }, { "Cc", &l->cc },
		{ "Bcc", &l->bcc }, { "Reply-To", &l->reply_to },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
		GPtrArray *more;

		if (g_ascii_strcasecmp(name, lists[i].name) != 0)
			continue;
		more = typed_addresses(value);
		/* A field that stands there twice is one. */
		g_ptr_array_extend_and_steal(*lists[i].field, more);
		return true;
	}
	return false;
}

static char *
bare_id(const char *value)
{
	char *id = g_strstrip(g_strdup(value));
	size_t len = strlen(id);

	if (len > 2 && *id == '<' && id[len - 1] == '>') {
		id[len - 1] = '\0';
		memmove(id, id + 1, len - 1);
	}
	return id;
}

/* "key=value"; NULL: it is no such word with that key. */
static const char *
value_of(const char *word, const char *key)
{
	size_t len = strlen(key);

	return strncmp(word, key, len) == 0 && word[len] == '=' ?
		word + len + 1 : NULL;
}

static void
replace(char **field, const char *value)
{
	if (!value)
		return;
	g_free(*field);
	*field = g_strdup(value);
}

/* False: a word that means nothing; then it is all one path. */
static bool
take_about_file(struct attachment *a, const char *word)
{
	const char *value;

	if ((value = value_of(word, "name")))
		replace(&a->name, value);
	else if ((value = value_of(word, "type")))
		replace(&a->type, value);
	else if ((value = value_of(word, "description")))
		replace(&a->description, value);
	else if (value_of(word, "inline"))
		a->is_inline = true;
	else if (value_of(word, "message"))
		a->is_message = true;
	else if (value_of(word, "ours"))
		a->is_ours = true;
	else
		return false;
	return true;
}

static char *
whole_path(const char *path)
{
	if (g_str_has_prefix(path, "~/"))
		return g_build_filename(g_get_home_dir(), path + 2, NULL);
	return g_canonicalize_filename(path, NULL);
}

static void
take_attachment(struct letter *l, const char *value)
{
	int n = 0;
	char **words = words_split(value, &n);
	char *path = whole_path(n > 0 ? words[0] : value);
	struct attachment *a = attachment_new(path);
	bool known = n > 0;

	for (int i = 1; i < n; i++)
		known = take_about_file(a, words[i]) && known;
	if (!known) {	/* typed by hand, with blanks in it */
		attachment_free(a);
		g_free(path);
		path = whole_path(value);
		a = attachment_new(path);
	}
	if (*value)
		g_ptr_array_add(l->attachments, a);
	else
		attachment_free(a);
	g_free(path);
	g_strfreev(words);
}

/* What holds here alone: a row of the store is nothing a message could know
 * of. */
static void
take_kept_word(struct letter *l, const char *word)
{
	const char *v;

	if ((v = value_of(word, "about-row")))
		l->about_row = g_ascii_strtoll(v, NULL, 10);
	else if ((v = value_of(word, "draft-row")))
		l->draft_row = g_ascii_strtoll(v, NULL, 10);
	else if ((v = value_of(word, "message-id")))
		replace(&l->message_id, v);
	else if ((v = value_of(word, "reference")))
		g_ptr_array_add(l->references, g_strdup(v));
}

static void
take_word(struct letter *l, const char *word, bool kept)
{
	const char *v;

	if ((v = value_of(word, "kind")) && atoi(v) >= 0 &&
	    atoi(v) < LETTER_KINDS)
		l->kind = (enum letter_kind)atoi(v);
	else if ((v = value_of(word, "about")))
		replace(&l->about, v);
	else if ((v = value_of(word, "list")))
		replace(&l->list, v);
	else if (value_of(word, "flowed"))
		l->flowed = true;
	else if (value_of(word, "markdown"))
		l->markdown = true;
	else if (value_of(word, "receipt"))
		l->receipt = true;
	else if (!kept && (v = value_of(word, "header")))
		g_ptr_array_add(l->headers, g_strdup(v));
	else if (kept)
		take_kept_word(l, word);
}

void
letter_take_state(struct letter *l, const char *line, bool kept)
{
	char **words = words_split(line, NULL);

	for (char **w = words; w && *w; w++)
		take_word(l, *w, kept);
	g_strfreev(words);
}

static void
take_field(struct letter *l, const char *name, const char *value)
{
	if (take_list(l, name, value))
		return;
	if (g_ascii_strcasecmp(name, "Subject") == 0) {
		replace(&l->subject, value);
	} else if (g_ascii_strcasecmp(name, "In-Reply-To") == 0) {
		g_free(l->in_reply_to);
		l->in_reply_to = *value ? bare_id(value) : NULL;
	} else if (g_ascii_strcasecmp(name, "Attach") == 0) {
		take_attachment(l, value);
	} else if (g_ascii_strcasecmp(name, "X-Verso-Letter") == 0) {
		letter_take_state(l, value, true);
	} else {
		g_ptr_array_add(l->headers,
				g_strdup_printf("%s: %s", name, value));
	}
}

/* One field with the lines that go on with it. */
static enum st
take_lines(struct letter *l, GString *field, int line, struct err *e)
{
	char *colon = strchr(field->str, ':');
	char *value;

	if (field->len == 0)
		return ST_OK;
	if (!colon || colon == field->str ||
	    strcspn(field->str, " \t") < (size_t)(colon - field->str))
		return err_set(e, ST_USAGE, "Line %d of the letter is no "
			       "field (“To: …”): “%.60s”; an empty line has to "
			       "stand before the text.", line, field->str);
	*colon = '\0';
	value = g_strstrip(g_strdup(colon + 1));
	take_field(l, field->str, value);
	g_free(value);
	g_string_truncate(field, 0);
	return ST_OK;
}

static enum st
read_fields(struct letter *l, const char **at, struct err *e)
{
	GString *field = g_string_new(NULL);
	int line = 0, began = 1;
	enum st st = ST_OK;

	while (st == ST_OK && **at) {
		size_t len = strcspn(*at, "\n");
		bool more = field->len && (**at == ' ' || **at == '\t');

		line++;
		if (!more) {
			st = take_lines(l, field, began, e);
			began = line;
		}
		if (more)
			g_string_append_c(field, ' ');
		g_string_append_len(field, *at, (gssize)len);
		*at += len + ((*at)[len] == '\n');
		if (len == 0)
			break;
	}
	if (st == ST_OK)
		st = take_lines(l, field, began, e);
	g_string_free(field, TRUE);
	return st;
}

enum st
letter_read(const char *text, size_t len, struct letter **out, struct err *e)
{
	struct letter *l;
	char *utf8, *lf;
	const char *at;
	enum st st;

	if (len > LETTER_MOST)
		return err_set(e, ST_USAGE, "The letter is longer than 64 "
			       "megabytes: attach what is large.");
	utf8 = text_to_utf8(text, len);
	lf = text_lf(utf8);
	g_free(utf8);
	/* A byte order mark, which some editors put there. */
	at = lf + (g_str_has_prefix(lf, "\xef\xbb\xbf") ? 3 : 0);
	l = letter_new();
	st = read_fields(l, &at, e);
	if (st == ST_OK) {
		letter_set_text(l, g_strdup(at));
		*out = l;
	} else {
		letter_free(l);
	}
	g_free(lf);
	return st;
}
