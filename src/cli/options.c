/*
 * options.c - the command line by the table of commands.def
 *
 * Own, and not by a library, for two reasons: what is wrong is said in one
 * sentence with the nearest name, whatever the locale; and no option is there
 * that the help and the manual do not know.
 */
#include <string.h>

#include "base/near.h"
#include "cli/cli.h"

#define OPTIONS_MAX 16		/* of one command */

struct parser {
	const char *command;
	const struct cli_bind *binds;
	char **argv;
	int argc, at;		/* the word that is looked at */
};

static bool
is_option(const char *word)
{
	return word[0] == '-' && word[1];
}

bool
cli_wants_help(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0 ||
		    strcmp(argv[i], "-h") == 0)
			return true;
	return false;
}

/* By its long name (len octets) or its letter. */
static const struct cli_option *
find(const struct parser *p, const char *name, size_t len, char letter)
{
	for (const struct cli_option *o = cli_option_table; o->name; o++) {
		if (strcmp(o->command, p->command) != 0)
			continue;
		if (name ? strlen(o->name) == len &&
			   strncmp(o->name, name, len) == 0
			 : o->letter && o->letter == letter)
			return o;
	}
	return NULL;
}

static enum st
unknown(const struct parser *p, const char *word, struct err *e)
{
	const char *names[OPTIONS_MAX + 2], *near, *bare = word;
	const struct cli_command *c = cli_find(p->command);
	const char *command = c && c->run ? c->name : "";
	const char *blank = *command ? " " : "";
	size_t n = 0;

	for (const struct cli_option *o = cli_option_table; o->name; o++)
		if (n < OPTIONS_MAX && strcmp(o->command, p->command) == 0)
			names[n++] = o->name;
	names[n++] = "help";
	names[n] = NULL;
	bare += strspn(bare, "-");
	near = strlen(bare) > 1 ? near_name(bare, names) : NULL;
	if (near)
		return err_set(e, ST_USAGE, "“verso%s%s” has no option “%s”; "
			       "did you mean “--%s”?", blank, command, word,
			       near);
	return err_set(e, ST_USAGE, "“verso%s%s” has no option “%s”; “verso%s"
		       "%s --help” lists what it has.", blank, command, word,
		       blank, command);
}

static enum st
put_number(const char *shown, const char *text, int *value, struct err *e)
{
	gint64 n;

	if (!g_ascii_string_to_signed(text, 10, 1, G_MAXINT, &n, NULL))
		return err_set(e, ST_USAGE, "%s takes a number from 1 to %d, "
			       "not “%s”.", shown, G_MAXINT, text);
	*value = (int)n;
	return ST_OK;
}

/* shown: as the person wrote it; text NULL for a flag. */
static enum st
put_value(const struct parser *p, const struct cli_option *o,
	  const char *shown, const char *text, struct err *e)
{
	const struct cli_bind *b = p->binds;

	while (strcmp(b->name, o->name) != 0)
		b++;
	if (o->type == CLI_FLAG) {
		*(bool *)b->value = true;
		return ST_OK;
	}
	if (o->type == CLI_NUMBER)
		return put_number(shown, text, b->value, e);
	if (!g_utf8_validate(text, -1, NULL))
		return err_set(e, ST_USAGE, "“%s” is no valid UTF-8.", text);
	if (o->type == CLI_TEXTS) {
		g_ptr_array_add(b->value, g_strdup(text));
		return ST_OK;
	}
	g_free(*(char **)b->value);
	*(char **)b->value = g_strdup(text);
	return ST_OK;
}

/* The word behind, for an option whose value does not stand with it. */
static enum st
next_word(struct parser *p, const struct cli_option *o, const char *shown,
	  const char **text, struct err *e)
{
	if (p->at + 1 >= p->argc)
		return err_set(e, ST_USAGE, "%s needs %s behind it.", shown,
			       o->value);
	*text = p->argv[++p->at];
	return ST_OK;
}

/* --name, --name=VALUE, --name VALUE */
static enum st
take_long(struct parser *p, const char *word, struct err *e)
{
	size_t len = strcspn(word + 2, "=");
	const char *text = word[2 + len] ? word + 2 + len + 1 : NULL;
	const struct cli_option *o = find(p, word + 2, len, 0);
	char *shown = g_strndup(word, len + 2);
	enum st st = ST_OK;

	if (!o)
		st = unknown(p, shown, e);
	else if (text && o->type == CLI_FLAG)
		st = err_set(e, ST_USAGE, "%s takes no value.", shown);
	else if (!text && o->type != CLI_FLAG)
		st = next_word(p, o, shown, &text, e);
	if (st == ST_OK)
		st = put_value(p, o, shown, text, e);
	g_free(shown);
	return st;
}

/* -aVALUE, -a VALUE; flags before it may stand in the same word: -ti. */
static enum st
take_short(struct parser *p, const char *word, struct err *e)
{
	for (const char *at = word + 1; *at; at++) {
		const struct cli_option *o = find(p, NULL, 0, *at);
		const char shown[] = { '-', *at, '\0' };
		const char *text = at[1] ? at + 1 : NULL;
		bool flag = o && o->type == CLI_FLAG;
		enum st st = o ? ST_OK : unknown(p, word, e);

		if (st == ST_OK && !flag && !text)
			st = next_word(p, o, shown, &text, e);
		if (st == ST_OK)
			st = put_value(p, o, shown, text, e);
		if (st != ST_OK || !flag)
			return st;
	}
	return ST_OK;
}

static enum st
take_word(struct parser *p, int *left, struct err *e)
{
	const struct cli_command *c = cli_find(p->command);
	char *word = p->argv[p->at];

	if (!g_utf8_validate(word, -1, NULL))
		return err_set(e, ST_USAGE, "“%s” is no valid UTF-8.", word);
	if (c->words >= 0 && *left > c->words)
		return err_set(e, ST_USAGE, "“%s” is one word too many.",
			       word);
	p->argv[(*left)++] = word;
	return ST_OK;
}

enum st
cli_options(const char *command, const struct cli_bind *binds, int *argc,
	    char **argv, struct err *e)
{
	struct parser p = { command, binds, argv, *argc, 1 };
	bool options = true;
	enum st st = ST_OK;
	int left = 1;

	for (; p.at < p.argc && st == ST_OK; p.at++) {
		const char *word = argv[p.at];

		if (!options || !is_option(word))
			st = take_word(&p, &left, e);
		else if (strcmp(word, "--") == 0)
			options = false;
		else if (word[1] == '-')
			st = take_long(&p, word, e);
		else
			st = take_short(&p, word, e);
	}
	if (st == ST_OK) {
		argv[left] = NULL;
		*argc = left;
	}
	return st;
}
