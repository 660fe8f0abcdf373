/*
 * style.c - reading themes, and fitting colours to the terminal
 */
#include "ui/style.h"

#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "base/near.h"
#include "base/path.h"
#include "ui/themes.h"

static const char *const look_names[STYLE_LOOKS + 1] = {
	[LOOK_TEXT] = "text",
	[LOOK_TITLE] = "title",
	[LOOK_TITLE_DIM] = "title-dim",
	[LOOK_MARK] = "mark",
	[LOOK_UNREAD] = "unread",
	[LOOK_READ] = "read",
	[LOOK_FLAGGED] = "flagged",
	[LOOK_NEW] = "new",
	[LOOK_TREE] = "tree",
	[LOOK_FOLDER_ACCOUNT] = "folder-account",
	[LOOK_FOLDER] = "folder",
	[LOOK_FOLDER_UNREAD] = "folder-unread",
	[LOOK_FOLDER_OPEN] = "folder-open",
	[LOOK_RULE] = "rule",
	[LOOK_STATUS] = "status",
	[LOOK_NOTICE] = "notice",
	[LOOK_NOTICE_BAD] = "notice-bad",
	[LOOK_HINT_KEY] = "hint-key",
	[LOOK_HINT_WORD] = "hint-word",
	[LOOK_EMPTY] = "empty",
	[LOOK_HEADER_NAME] = "header-name",
	[LOOK_HEADER] = "header",
	[LOOK_SUBJECT] = "subject",
	[LOOK_QUOTE1] = "quote1",
	[LOOK_QUOTE2] = "quote2",
	[LOOK_QUOTE3] = "quote3",
	[LOOK_SIGNATURE] = "signature",
	[LOOK_PART] = "part",
	[LOOK_LINK] = "link",
	[LOOK_REMARK] = "remark",
	[LOOK_MATCH] = "match",
	[LOOK_OVERLAY_TITLE] = "overlay-title",
	[LOOK_OVERLAY_KEY] = "overlay-key",
	[LOOK_OVERLAY_DIM] = "overlay-dim",
	[LOOK_PROMPT] = "prompt",
};

/* The names end with "default" and NULL; the index is the colour. */
static const char *const colour_names[] = {
	"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
	"bright-black", "bright-red", "bright-green", "bright-yellow",
	"bright-blue", "bright-magenta", "bright-cyan", "bright-white",
	"default", NULL
};
#define COLOUR_DEFAULT 16
#define BRIGHT_BLACK 8

static const char *const bit_names[] = {
	"bold", "dim", "italic", "underline", "reverse", NULL
};

/* The sixteen, as most terminals show them. */
static const uint32_t palette[16] = {
	0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd,
	0xe5e5e5, 0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff,
	0x00ffff, 0xffffff
};

const char *
style_look_name(enum look look)
{
	return look_names[look];
}

static int
find_name(const char *const *names, const char *name)
{
	for (int i = 0; names[i]; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return -1;
}

/* ---- colours ----------------------------------------------------------- */

static uint32_t
cube_rgb(int index)
{
	static const uint32_t level[6] = { 0, 95, 135, 175, 215, 255 };
	uint32_t grey = (uint32_t)(8 + (index - 232) * 10);

	if (index < 16)
		return palette[index];
	if (index >= 232)
		return grey << 16 | grey << 8 | grey;
	index -= 16;
	return level[index / 36] << 16 | level[index / 6 % 6] << 8 |
	       level[index % 6];
}

static int
distance(uint32_t a, uint32_t b)
{
	int r = (int)(a >> 16 & 255) - (int)(b >> 16 & 255);
	int g = (int)(a >> 8 & 255) - (int)(b >> 8 & 255);
	int bl = (int)(a & 255) - (int)(b & 255);

	return 3 * r * r + 6 * g * g + bl * bl;
}

int
style_nearest(uint32_t rgb, int colours)
{
	int first = colours >= 256 ? 16 : 0; /* the 16 are the person's own */
	int best = first;

	for (int i = first; i < MIN(colours, 256); i++)
		if (distance(rgb, cube_rgb(i)) < distance(rgb, cube_rgb(best)))
			best = i;
	return best;
}

/* A colour's number or RGB value as the terminal wants it; -2: no colour. */
static int
parse_colour(const char *word, int colours)
{
	int name = find_name(colour_names, word);
	char *end;
	long n;

	if (name == COLOUR_DEFAULT)
		return -1;
	if (*word == '#') {
		n = strtol(word + 1, &end, 16);
		if (*end || end - word != 7 || n < 0)
			return -2;
		return colours > 256 ? (int)n
				     : style_nearest((uint32_t)n, colours);
	}
	if (name < 0) {
		n = strtol(word, &end, 10);
		if (*end || end == word || n < 0 || n > 255)
			return -2;
		name = (int)n;
	}
	if (colours > 256 && name >= 8)
		return (int)cube_rgb(name);
	if (name < colours)
		return name;
	if (name == BRIGHT_BLACK)	/* black on black is no grey */
		return -1;
	return name < 16 ? name % 8 : style_nearest(cube_rgb(name), colours);
}

/* ---- files ------------------------------------------------------------- */

static enum st
bad_word(const char *file, enum look look, const char *word, struct err *e)
{
	return err_set(e, ST_CONFIG,
		       "%s: “%s” in “%s” is no colour and no attribute.",
		       file, word, look_names[look]);
}

static enum st
parse_look(const char *value, const char *file, enum look look, int colours,
	   struct term_attr *attr, struct err *e)
{
	char **words = g_strsplit_set(value, " \t", -1);
	int32_t *next = &attr->fg;
	enum st st = ST_OK;

	for (int i = 0; words[i] && st == ST_OK; i++) {
		int bit = find_name(bit_names, words[i]);
		int colour;

		if (!*words[i])
			continue;
		if (bit >= 0) {
			attr->bits |= 1U << bit;
		} else if (strcmp(words[i], "on") == 0) {
			next = &attr->bg;
		} else {
			colour = parse_colour(words[i], MAX(colours, 8));
			if (colour == -2)
				st = bad_word(file, look, words[i], e);
			else if (colours)
				*next = colour;
		}
	}
	g_strfreev(words);
	return st;
}

static enum st
unknown_look(const char *file, const char *name, struct err *e)
{
	const char *near = near_name(name, look_names);

	if (near)
		return err_set(e, ST_CONFIG,
			       "%s: there is no “%s”; did you mean “%s”?",
			       file, name, near);
	return err_set(e, ST_CONFIG, "%s: there is no “%s”.", file, name);
}

static enum st
parse_looks(GKeyFile *keys, const char *file, int colours, struct style *out,
	    struct err *e)
{
	char **names = g_key_file_get_keys(keys, "theme", NULL, NULL);
	enum st st = ST_OK;

	if (!names)
		return err_set(e, ST_CONFIG, "%s: there is no [theme] in it.",
			       file);
	for (int i = 0; names[i] && st == ST_OK; i++) {
		int look = find_name(look_names, names[i]);
		char *value = g_key_file_get_value(keys, "theme", names[i],
						   NULL);

		if (look < 0)
			st = unknown_look(file, names[i], e);
		else
			st = parse_look(value, file, (enum look)look, colours,
					&out->attr[look], e);
		g_free(value);
	}
	g_strfreev(names);
	return st;
}

enum st
style_parse(const char *text, const char *file, int colours,
	    struct style *out, struct err *e)
{
	GKeyFile *keys = g_key_file_new();
	GError *error = NULL;
	enum st st;

	for (int i = 0; i < STYLE_LOOKS; i++)
		out->attr[i] = (struct term_attr){ -1, -1, 0 };
	if (g_key_file_load_from_data(keys, text, (gsize)-1, G_KEY_FILE_NONE,
				      &error)) {
		st = parse_looks(keys, file, colours, out, e);
	} else {
		st = err_set(e, ST_CONFIG, "%s: %s", file, error->message);
		g_error_free(error);
	}
	g_key_file_free(keys);
	return st;
}

static const char *
built_in(const char *name)
{
	for (int i = 0; themes_built_in[i].name; i++)
		if (strcmp(themes_built_in[i].name, name) == 0)
			return themes_built_in[i].text;
	return NULL;
}

static char *
file_in(const char *folder, const char *name)
{
	char *base = g_strconcat(name, ".theme", NULL);
	char *file = g_build_filename(folder, base, NULL);

	g_free(base);
	return file;
}

/* The text of a theme and where it came from; NULL: there is none. */
static char *
find_text(const char *name, char **file)
{
	char *config = path_config();
	char *dir = g_path_get_dirname(config);
	char *own = g_build_filename(dir, "themes", NULL);
	char *text = NULL;

	*file = strchr(name, '/') ? g_strdup(name) : file_in(own, name);
	if (!g_file_get_contents(*file, &text, NULL, NULL) &&
	    !strchr(name, '/')) {
		g_free(*file);
		*file = file_in(THEMES_DIR, name);
		if (built_in(name))
			text = g_strdup(built_in(name));
		else
			g_file_get_contents(*file, &text, NULL, NULL);
	}
	g_free(own);
	g_free(dir);
	g_free(config);
	return text;
}

enum st
style_load(const char *name, int colours, struct style *out, struct err *e)
{
	const char *no_color = g_getenv("NO_COLOR");
	char *file, *text = find_text(name, &file);
	enum st st;

	if (no_color && *no_color)
		colours = 0;
	if (!text)
		st = err_set(e, ST_CONFIG,
			     "There is no theme “%s”: there are dusk, day, "
			     "mono and contrast, and files of your own.", name);
	else
		st = style_parse(text, file, colours, out, e);
	if (st != ST_OK)
		style_parse(themes_built_in[0].text,
			    themes_built_in[0].name, colours, out, NULL);
	g_free(text);
	g_free(file);
	return st;
}
