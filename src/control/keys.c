/*
 * keys.c - key maps as tables of sequences
 *
 * A map is a hash from a sequence ("g i") to a command line, and an array in
 * the order of binding for the way back, from a command to its keys.
 */
#include "control/keys.h"

#include <string.h>

#include "base/near.h"
#include "control/command.h"

#define MAPS 8
#define SEQUENCE_MAX 8

struct bound {
	char *sequence, *line;
};

struct map {
	GHashTable *by_sequence;	/* borrowed key -> struct bound * */
	GPtrArray *in_order;		/* struct bound *, owned */
};

struct keys {
	struct map map[MAPS];
};

const char *const keys_maps[] = { "folders", "index", "pager", "help",
				  "parts", "queue", "editor", "compose", NULL };

const char *
keys_map_find(const char *name)
{
	for (int i = 0; keys_maps[i]; i++)
		if (strcmp(keys_maps[i], name) == 0)
			return keys_maps[i];
	return NULL;
}

const char *
keys_map_near(const char *name)
{
	return near_name(name, keys_maps);
}

/* ---- names of keys ------------------------------------------------------ */

static const struct {
	const char *name, *canonical;
} words[] = {
	{ "Enter", "Enter" },	  { "Return", "Enter" },
	{ "Esc", "Esc" },	  { "Escape", "Esc" },
	{ "Space", "Space" },	  { "Tab", "Tab" },
	{ "BackTab", "BackTab" }, { "S-Tab", "BackTab" },
	{ "Backspace", "Backspace" }, { "BS", "Backspace" },
	{ "Delete", "Delete" },	  { "Del", "Delete" },
	{ "Insert", "Insert" },	  { "Ins", "Insert" },
	{ "Home", "Home" },	  { "End", "End" },
	{ "PgUp", "PgUp" },	  { "PageUp", "PgUp" },
	{ "PgDn", "PgDn" },	  { "PageDown", "PgDn" },
	{ "PgDown", "PgDn" },	  { "Up", "Up" },
	{ "Down", "Down" },	  { "Left", "Left" },
	{ "Right", "Right" },
	/* What an INI file cannot have before its "=". */
	{ "Equals", "=" },	  { "Colon", ":" },
	{ "Semicolon", ";" },	  { "Hash", "#" },
	{ "Bracket", "[" },
};

/* "F1" … "F12"; NULL: none. */
static char *
function_key(const char *key)
{
	gint64 n;
	char *end;

	if ((*key != 'F' && *key != 'f') || !g_ascii_isdigit(key[1]))
		return NULL;
	n = g_ascii_strtoll(key + 1, &end, 10);
	if (*end || n < 1 || n > 12)
		return NULL;
	return g_strdup_printf("F%d", (int)n);
}

/* One character that is seen on the screen. */
static bool
is_character(const char *key)
{
	gunichar c = g_utf8_get_char_validated(key, -1);

	return c != (gunichar)-1 && c != (gunichar)-2 && c > ' ' &&
	       g_unichar_isprint(c) && !*g_utf8_next_char(key);
}

/* The key behind a prefix ("C-", "^"), lower case; NULL: none. */
static char *
control_key(const char *key)
{
	const char *base = NULL;
	char letter[2] = "";

	if (g_ascii_strncasecmp(key, "C-", 2) == 0)
		base = key + 2;
	else if (*key == '^' && key[1])
		base = key + 1;
	if (!base || !*base || base[1] || !g_ascii_isgraph(*base))
		return NULL;
	letter[0] = g_ascii_tolower(*base);
	if (!g_ascii_islower(letter[0]) && !strchr("@[\\]^_", letter[0]))
		return NULL;
	/* What the terminal cannot tell apart is one key. */
	if (letter[0] == 'i')
		return g_strdup("Tab");
	if (letter[0] == 'm')
		return g_strdup("Enter");
	if (letter[0] == '[')
		return g_strdup("Esc");
	return g_strconcat("C-", letter, NULL);
}

static char *
plain_key(const char *key)
{
	char *name;

	if (is_character(key))
		return g_strdup(key);
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		if (g_ascii_strcasecmp(words[i].name, key) == 0)
			return g_strdup(words[i].canonical);
	name = control_key(key);
	return name ? name : function_key(key);
}

char *
keys_name(const char *key)
{
	static const char *const prefixes[] = { "Esc-", "M-", "Alt-", "A-" };
	char *base, *name;

	for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++) {
		size_t n = strlen(prefixes[i]);

		if (g_ascii_strncasecmp(key, prefixes[i], n) != 0 || !key[n])
			continue;
		base = plain_key(key + n);
		name = base ? g_strconcat("Esc-", base, NULL) : NULL;
		g_free(base);
		return name;
	}
	return plain_key(key);
}

/* The letters of a word as keys of their own.  False: not all are keys. */
static bool
add_letters(GPtrArray *names, const char *word)
{
	for (; *word; word = g_utf8_next_char(word)) {
		char *one = g_strndup(word, (size_t)(g_utf8_next_char(word) -
						     word));
		bool good = is_character(one);

		g_ptr_array_add(names, one);
		if (!good || names->len > SEQUENCE_MAX)
			return false;
	}
	return true;
}

char **
keys_split(const char *keys)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	char **parts = g_strsplit_set(keys, " \t", -1);
	bool good = g_utf8_validate(keys, -1, NULL);

	for (int i = 0; parts[i] && good; i++) {
		char *name = *parts[i] ? keys_name(parts[i]) : NULL;

		if (name)
			g_ptr_array_add(names, name);
		else
			good = add_letters(names, parts[i]);
	}
	g_strfreev(parts);
	if (!good || names->len == 0 || names->len > SEQUENCE_MAX) {
		g_ptr_array_free(names, TRUE);
		return NULL;
	}
	g_ptr_array_add(names, NULL);
	return (char **)g_ptr_array_free(names, FALSE);
}

enum st
keys_check(const char *map, const char *keys, struct err *e)
{
	char **names = keys_split(keys);

	if (!names)
		return err_set(e, ST_CONFIG,
			       "“%s” is no key: write a character, C-x, Esc-x, "
			       "Enter, PgDn, F1 …, or up to %d of them.", keys,
			       SEQUENCE_MAX);
	g_strfreev(names);
	if (!keys_map_find(map))
		return err_set(e, ST_CONFIG, "There is no key map “%s”.", map);
	return ST_OK;
}

/* ---- maps --------------------------------------------------------------- */

static void
bound_free(struct bound *b)
{
	g_free(b->sequence);
	g_free(b->line);
	g_free(b);
}

static void
map_bind(struct map *m, const char *sequence, const char *line)
{
	struct bound *b = g_hash_table_lookup(m->by_sequence, sequence);

	if (b) {
		g_hash_table_remove(m->by_sequence, sequence);
		g_ptr_array_remove(m->in_order, b);
	}
	if (!*line)
		return;
	b = g_new0(struct bound, 1);
	b->sequence = g_strdup(sequence);
	b->line = g_strdup(line);
	g_hash_table_insert(m->by_sequence, b->sequence, b);
	g_ptr_array_add(m->in_order, b);
}

void
keys_bind(struct keys *k, uint32_t where, const char *keys, const char *line)
{
	char **names = keys_split(keys), *sequence;

	if (!names)
		return;
	sequence = g_strjoinv(" ", names);
	for (int i = 0; i < MAPS; i++)
		if (where & 1U << i)
			map_bind(&k->map[i], sequence, line);
	g_free(sequence);
	g_strfreev(names);
}

/* "index,pager" into bits. */
static uint32_t
maps_bits(const char *names, size_t len)
{
	char *list = g_strndup(names, len);
	char **parts = g_strsplit(list, ",", -1);
	uint32_t bits = 0;

	for (int i = 0; parts[i]; i++)
		for (int j = 0; j < MAPS; j++)
			if (strcmp(parts[i], keys_maps[j]) == 0)
				bits |= 1U << j;
	g_strfreev(parts);
	g_free(list);
	return bits;
}

static void
bind_defaults(struct keys *k, const struct command *c)
{
	char **parts = g_strsplit(c->keys, " ", -1);

	for (int i = 0; parts[i]; i++) {
		const char *key = parts[i];
		const char *colon = strchr(key, ':');
		uint32_t where = c->where;

		if (colon && colon > key && colon[1]) {
			where = maps_bits(key, (size_t)(colon - key));
			key = colon + 1;
		}
		keys_bind(k, where, key, c->name);
	}
	g_strfreev(parts);
}

struct keys *
keys_new(void)
{
	struct keys *k = g_new0(struct keys, 1);

	for (int i = 0; i < MAPS; i++) {
		k->map[i].by_sequence = g_hash_table_new(g_str_hash,
							 g_str_equal);
		k->map[i].in_order = g_ptr_array_new_with_free_func(
			(GDestroyNotify)bound_free);
	}
	for (const struct command *c = command_table; c->name; c++)
		bind_defaults(k, c);
	return k;
}

void
keys_free(struct keys *k)
{
	if (!k)
		return;
	for (int i = 0; i < MAPS; i++) {
		g_hash_table_destroy(k->map[i].by_sequence);
		g_ptr_array_free(k->map[i].in_order, TRUE);
	}
	g_free(k);
}

static const struct map *
map_for(const struct keys *k, uint32_t where)
{
	for (int i = 0; i < MAPS; i++)
		if (where & 1U << i)
			return &k->map[i];
	return &k->map[0];
}

const char *
keys_find(const struct keys *k, uint32_t where, const char *sequence,
	  bool *more)
{
	const struct map *m = map_for(k, where);
	const struct bound *b = g_hash_table_lookup(m->by_sequence, sequence);
	size_t len = strlen(sequence);

	*more = false;
	for (guint i = 0; i < m->in_order->len && !*more; i++) {
		const struct bound *other = m->in_order->pdata[i];

		*more = strncmp(other->sequence, sequence, len) == 0 &&
			other->sequence[len] == ' ';
	}
	return b ? b->line : NULL;
}

const char *
keys_of(const struct keys *k, uint32_t where, const char *line)
{
	const struct map *m = map_for(k, where);

	for (guint i = 0; i < m->in_order->len; i++) {
		const struct bound *b = m->in_order->pdata[i];

		if (strcmp(b->line, line) == 0)
			return b->sequence;
	}
	return NULL;
}

char *
keys_all_of(const struct keys *k, uint32_t where, const char *line)
{
	const struct map *m = map_for(k, where);
	GString *all = g_string_new(NULL);

	for (guint i = 0; i < m->in_order->len; i++) {
		const struct bound *b = m->in_order->pdata[i];
		char **names;

		if (strcmp(b->line, line) != 0)
			continue;
		names = g_strsplit(b->sequence, " ", -1);
		if (all->len)
			g_string_append_c(all, ' ');
		for (int j = 0; names[j]; j++)
			g_string_append(all, names[j]);
		g_strfreev(names);
	}
	return g_string_free(all, FALSE);
}
