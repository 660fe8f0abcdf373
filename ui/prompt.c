/*
 * prompt.c - editing a line
 */
#include "ui/prompt.h"

#include <string.h>

#include "base/text.h"

#define LINE_MAX_BYTES 4096
#define HISTORY_MAX 100

struct prompt {
	char *label;
	GString *line;
	size_t at;		/* the cursor, in bytes */
	bool secret, yesno;
	char *history;		/* its name, NULL: none */
	GHashTable *histories;	/* name -> GPtrArray of char *, oldest first */
	guint back;		/* how far back in it, 0: the line itself */
	char *begun;		/* the line before going back */
	char **offered;		/* candidates of the last Tab */
	guint choice;		/* the one shown, counted from 1 */
	char *killed;		/* for C-y */
};

struct prompt *
prompt_new(void)
{
	struct prompt *p = g_new0(struct prompt, 1);

	p->line = g_string_new(NULL);
	p->label = g_strdup("");
	p->histories = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					     (GDestroyNotify)g_ptr_array_unref);
	return p;
}

/* explicit_bzero: a plain memset before a free may be left out. */
static void
wipe(struct prompt *p)
{
	if (p->secret)
		explicit_bzero(p->line->str, p->line->allocated_len);
	g_string_truncate(p->line, 0);
	p->at = 0;
}

static void
forget_offer(struct prompt *p)
{
	g_strfreev(p->offered);
	p->offered = NULL;
	p->choice = 0;
}

void
prompt_free(struct prompt *p)
{
	if (!p)
		return;
	wipe(p);
	forget_offer(p);
	g_string_free(p->line, TRUE);
	g_hash_table_destroy(p->histories);
	g_free(p->history);
	g_free(p->begun);
	g_free(p->killed);
	g_free(p->label);
	g_free(p);
}

void
prompt_begin(struct prompt *p, const char *label, const char *initial,
	     const char *history, bool secret, bool yesno)
{
	wipe(p);
	forget_offer(p);
	g_free(p->label);
	g_free(p->history);
	p->label = text_gate_line(label);
	p->history = secret ? NULL : g_strdup(history);
	p->secret = secret;
	p->yesno = yesno;
	p->back = 0;
	/* A secret must not be moved by growing: no copy may be left. */
	if (secret) {
		g_string_free(p->line, TRUE);
		p->line = g_string_sized_new(LINE_MAX_BYTES + 8);
	}
	g_string_assign(p->line, initial);
	p->at = p->line->len;
}

const char *
prompt_text(const struct prompt *p)
{
	return p->line->str;
}

char *
prompt_left(const struct prompt *p)
{
	return g_strndup(p->line->str, p->at);
}

/* ---- moving by clusters and words -------------------------------------- */

static size_t
next(const struct prompt *p, size_t at)
{
	int width;

	return at + text_cluster(p->line->str + at, &width);
}

static size_t
previous(const struct prompt *p, size_t at)
{
	size_t before = 0;

	for (size_t i = 0; i < at; i = next(p, i))
		before = i;
	return before;
}

static size_t
word_start(const struct prompt *p)
{
	const char *s = p->line->str;
	size_t i = p->at;

	while (i > 0 && s[i - 1] == ' ')
		i--;
	while (i > 0 && s[i - 1] != ' ')
		i--;
	return i;
}

static void
cut(struct prompt *p, size_t from, size_t to, bool keep)
{
	if (keep && !p->secret) {
		g_free(p->killed);
		p->killed = g_strndup(p->line->str + from, to - from);
	}
	g_string_erase(p->line, (gssize)from, (gssize)(to - from));
	p->at = from;
}

void
prompt_insert(struct prompt *p, const char *text)
{
	size_t len = strlen(text);

	if (p->line->len + len > LINE_MAX_BYTES ||
	    !g_utf8_validate(text, (gssize)len, NULL))
		return;
	g_string_insert_len(p->line, (gssize)p->at, text, (gssize)len);
	for (size_t i = p->at; i < p->at + len; i++)
		if ((unsigned char)p->line->str[i] < ' ')
			p->line->str[i] = ' ';
	p->at += len;
}

/* ---- history ----------------------------------------------------------- */

static GPtrArray *
history_of(struct prompt *p)
{
	GPtrArray *list;

	if (!p->history)
		return NULL;
	list = g_hash_table_lookup(p->histories, p->history);
	if (!list) {
		list = g_ptr_array_new_with_free_func(g_free);
		g_hash_table_insert(p->histories, g_strdup(p->history), list);
	}
	return list;
}

static void
remember(struct prompt *p)
{
	GPtrArray *list = history_of(p);

	if (!list || !*p->line->str)
		return;
	for (guint i = 0; i < list->len; i++)
		if (strcmp(list->pdata[i], p->line->str) == 0) {
			g_ptr_array_remove_index(list, i);
			break;
		}
	if (list->len >= HISTORY_MAX)
		g_ptr_array_remove_index(list, 0);
	g_ptr_array_add(list, g_strdup(p->line->str));
}

static void
walk_history(struct prompt *p, int dir)
{
	GPtrArray *list = history_of(p);
	guint back = p->back + (guint)dir;

	if (!list || (dir < 0 && p->back == 0) || back > list->len)
		return;
	if (p->back == 0) {
		g_free(p->begun);
		p->begun = g_strdup(p->line->str);
	}
	p->back = back;
	g_string_assign(p->line, back ? list->pdata[list->len - back]
				      : p->begun);
	p->at = p->line->len;
}

/* ---- completion -------------------------------------------------------- */

static void
take(struct prompt *p, const char *text, size_t len)
{
	g_string_erase(p->line, 0, (gssize)p->at);
	g_string_insert_len(p->line, 0, text, (gssize)len);
	p->at = len;
}

static size_t
shared_length(char **candidates)
{
	size_t n = strlen(candidates[0]);

	for (int i = 1; candidates[i]; i++) {
		size_t j = 0;

		while (j < n && candidates[i][j] == candidates[0][j])
			j++;
		n = j;
	}
	while (n > 0 && (candidates[0][n] & 0xc0) == 0x80)
		n--;
	return n;
}

void
prompt_offer(struct prompt *p, char **candidates)
{
	guint count = candidates ? g_strv_length(candidates) : 0;
	size_t shared;

	forget_offer(p);
	if (count == 0)
		return;
	shared = count == 1 ? strlen(candidates[0]) : shared_length(candidates);
	if (count == 1 || shared > p->at) {
		take(p, candidates[0], shared);
		return;
	}
	p->offered = g_strdupv(candidates);
	p->choice = 1;
	take(p, p->offered[0], strlen(p->offered[0]));
}

/* Another Tab: the next of what was offered.  False: ask for candidates. */
static bool
next_offer(struct prompt *p)
{
	const char *text;

	if (!p->offered)
		return false;
	p->choice = p->choice % g_strv_length(p->offered) + 1;
	text = p->offered[p->choice - 1];
	take(p, text, strlen(text));
	return true;
}

/* ---- keys -------------------------------------------------------------- */

static bool
is(const char *key, const char *a, const char *b)
{
	return strcmp(key, a) == 0 || strcmp(key, b) == 0;
}

/* Keys that move; true when it was one. */
static bool
move_key(struct prompt *p, const char *key)
{
	if (is(key, "Left", "C-b"))
		p->at = previous(p, p->at);
	else if (is(key, "Right", "C-f"))
		p->at = next(p, p->at);
	else if (is(key, "Home", "C-a"))
		p->at = 0;
	else if (is(key, "End", "C-e"))
		p->at = p->line->len;
	else if (is(key, "Up", "C-p"))
		walk_history(p, 1);
	else if (is(key, "Down", "C-n"))
		walk_history(p, -1);
	else
		return false;
	return true;
}

static bool
cut_key(struct prompt *p, const char *key)
{
	if (is(key, "Backspace", "C-h"))
		cut(p, previous(p, p->at), p->at, false);
	else if (is(key, "Delete", "C-d"))
		cut(p, p->at, next(p, p->at), false);
	else if (is(key, "C-k", "C-k"))
		cut(p, p->at, p->line->len, true);
	else if (is(key, "C-u", "C-u"))
		cut(p, 0, p->at, true);
	else if (is(key, "C-w", "Esc-Backspace"))
		cut(p, word_start(p), p->at, true);
	else if (is(key, "C-y", "C-y") && p->killed)
		prompt_insert(p, p->killed);
	else
		return false;
	return true;
}

static enum prompt_result
yesno_key(struct prompt *p, const char *key)
{
	if (is(key, "y", "Y"))
		g_string_assign(p->line, "y");
	else if (is(key, "n", "N"))
		g_string_assign(p->line, "n");
	else
		return is(key, "Esc", "C-c") || is(key, "C-g", "Enter") ||
		       is(key, "C-j", "C-j")
			? PROMPT_CANCELLED : PROMPT_MORE;
	return PROMPT_DONE;
}

static enum prompt_result
end_key(struct prompt *p, const char *key)
{
	if (is(key, "Esc", "C-c") || is(key, "C-g", "C-g"))
		return PROMPT_CANCELLED;
	/* Backspace in an empty line leaves it, as in vi. */
	if (is(key, "Backspace", "C-h") && p->line->len == 0)
		return PROMPT_CANCELLED;
	if (!is(key, "Enter", "C-j"))
		return PROMPT_MORE;
	remember(p);
	return PROMPT_DONE;
}

enum prompt_result
prompt_key(struct prompt *p, const char *key)
{
	enum prompt_result result;

	if (p->yesno)
		return yesno_key(p, key);
	result = end_key(p, key);
	if (result != PROMPT_MORE)
		return result;
	if (is(key, "Tab", "Tab"))
		return next_offer(p) ? PROMPT_MORE : PROMPT_COMPLETE;
	forget_offer(p);
	if (move_key(p, key) || cut_key(p, key))
		return PROMPT_MORE;
	if (is(key, "Space", "Space"))
		prompt_insert(p, " ");
	else if (!key[1] || ((unsigned char)*key >= 0x80))
		prompt_insert(p, key);
	return PROMPT_MORE;
}

/* ---- drawing ----------------------------------------------------------- */

/* The part of the line that fits and has the cursor in it. */
static char *
window(const char *line, size_t at, int width, int *column)
{
	size_t start = 0;
	char *left, *shown;
	int used, step;

	left = g_strndup(line, at);
	used = text_width(left);
	while (used >= width && start < at) {
		start += text_cluster(line + start, &step);
		used -= step;
	}
	shown = g_strndup(line + start, text_fit(line + start, width, NULL));
	*column = used;
	g_free(left);
	return shown;
}

/* That something was typed; the cursor stays at the end. */
static char *
stars(const struct prompt *p, int width, int *column)
{
	size_t n = 0;

	for (size_t at = 0; at < p->line->len; at = next(p, at))
		n++;
	*column = (int)MIN(n, (size_t)width - 1);
	return g_strnfill((gsize)*column, '*');
}

char *
prompt_shown(const struct prompt *p, int width, int *column)
{
	/* A line wants room beside its label, an answer of one key none. */
	int room = p->yesno ? width - 1 : width * 2 / 3;
	size_t keep = text_fit(p->label, room, NULL);
	char *label = g_strndup(p->label, keep);
	int label_width = text_width(label);
	char *line, *all;

	if (p->yesno) {
		*column = label_width;
		return label;
	}
	line = p->secret ? stars(p, MAX(width - label_width, 1), column)
			 : window(p->line->str, p->at,
				  MAX(width - label_width, 1), column);
	*column += label_width;
	all = g_strconcat(label, line, NULL);
	g_free(line);
	g_free(label);
	return all;
}
