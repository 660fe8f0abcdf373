/*
 * command.c - looking commands up and running lines of them
 */
#include "control/command.h"

#include <string.h>

#include <glib.h>

#include "base/near.h"
#include "base/words.h"
#include "control/app.h"
#include "control/cmd.h"

#define W_F WHERE_FOLDERS
#define W_I WHERE_INDEX
#define W_P WHERE_PAGER
#define W_H WHERE_HELP
#define W_A WHERE_PARTS
#define W_Q WHERE_QUEUE
#define W_E WHERE_EDITOR
#define W_C WHERE_COMPOSE
#define W_ALL WHERE_LISTS

const struct command command_table[] = {
#define COMMAND(name, function, args, where, keys, hint, help)               \
	{ name, function, args, where, keys, hint, help },
#include "control/commands.def"
#undef COMMAND
	{ NULL, NULL, NULL, 0, NULL, NULL, NULL }
};

const struct command *
command_find(const char *name)
{
	for (const struct command *c = command_table; c->name; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

void
command_limits(const struct command *c, int *min, int *max)
{
	char **args = words_split(c->args, NULL);

	*min = *max = 0;
	for (int i = 0; args[i]; i++) {
		*min += *args[i] != '[';
		if (*max >= 0)
			*max = strstr(args[i], "...") ? -1 : *max + 1;
	}
	g_strfreev(args);
}

static enum st
unknown_command(const char *name, enum st st, struct err *e)
{
	const char *names[G_N_ELEMENTS(command_table)];
	const char *near;

	for (size_t i = 0; i < G_N_ELEMENTS(command_table); i++)
		names[i] = command_table[i].name;
	near = near_name(name, names);
	if (near)
		return err_set(e, st,
			       "There is no command “%s”; did you mean “%s”?",
			       name, near);
	return err_set(e, st, "There is no command “%s”; “help” lists them.",
		       name);
}

/*
 * Split the line and find its command.  *words is for g_strfreev() when
 * ST_OK comes back; a failure is of the kind that st says.
 */
static enum st
prepare(const char *line, enum st st, const struct command **c, char ***words,
	int *n, struct err *e)
{
	int min, max;

	*words = words_split(line, n);
	if (!*words)
		return err_set(e, st, "“%s” has an open quote or an unknown "
			       "escape.", line);
	*c = *n > 0 ? command_find((*words)[0]) : NULL;
	if (*n == 0) {
		err_set(e, st, "A command is missing.");
	} else if (!*c) {
		unknown_command((*words)[0], st, e);
	} else {
		command_limits(*c, &min, &max);
		if (*n - 1 >= min && (max < 0 || *n - 1 <= max))
			return ST_OK;
		err_set(e, st, "The command is written “%s%s%s”.", (*c)->name,
			*(*c)->args ? " " : "", (*c)->args);
	}
	g_strfreev(*words);
	return st;
}

enum st
command_check(const char *line, struct err *e)
{
	const struct command *c;
	char **words;
	int n;
	enum st st = prepare(line, ST_CONFIG, &c, &words, &n, e);

	if (st == ST_OK)
		g_strfreev(words);
	return st;
}

static const struct {
	uint32_t where;
	const char *name;
} places[] = {
	{ WHERE_FOLDERS, "the folder list" },
	{ WHERE_INDEX, "the message list" },
	{ WHERE_PAGER, "an open message" },
	{ WHERE_HELP, "the help" },
	{ WHERE_PARTS, "the list of attachments" },
	{ WHERE_COMPOSE, "a letter" },
	{ WHERE_QUEUE, "this list" },
	{ WHERE_EDITOR, "the editor" },
};

static const char *
place_name(uint32_t where)
{
	size_t i = 0;

	while (i + 1 < G_N_ELEMENTS(places) && !(where & places[i].where))
		i++;
	return places[i].name;
}

/* A command must not be about something else than what has the keys. */
static enum st
refuse_here(const struct command *c, uint32_t here, struct err *e)
{
	if (c->where & here)
		return ST_OK;
	return err_set(e, ST_USAGE, "“%s” does nothing in %s; it is for %s.",
		       c->name, place_name(here), place_name(c->where));
}

enum st
command_run(struct app *app, const char *line, struct err *e)
{
	const struct command *c;
	char **words;
	int n;
	bool tagged;
	enum st st = prepare(line, ST_USAGE, &c, &words, &n, e);

	if (st != ST_OK)
		return st;
	tagged = app->tag_prefix;
	st = refuse_here(c, app_where(app), e);
	if (st == ST_OK)
		st = c->run(app, n, words, e);
	/* It was about this one command, whether that took heed or not. */
	if (tagged)
		app->tag_prefix = false;
	g_strfreev(words);
	return st;
}
