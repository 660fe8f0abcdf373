/*
 * manual.c - the parts of the manual that are tables of the program
 *
 *   manual subcommands every subcommand with its options, for verso.1
 *   manual commands    every command of the reader with its keys, for verso.1
 *   manual options     every key of the configuration, for verso.5
 *
 * Written from the .def files of the program in the macros of man(7); the
 * Makefile puts them where the manual says so.
 */
#include <stdio.h>
#include <string.h>

/* The maps of a command, as initials in the order of the table's comment. */
#define W_F 1
#define W_I 2
#define W_P 4
#define W_H 8
#define W_A 16
#define W_Q 32
#define W_E 64
#define W_C 128
#define W_ALL 191

struct command {
	const char *name, *args;
	int where;
	const char *keys, *help;
};

struct option {
	const char *section, *name, *standard, *values, *help;
};

static const struct command commands[] = {
#define COMMAND(name, run, args, where, keys, hint, help) \
	{ name, args, where, keys, help },
#include "control/commands.def"
};

#undef COMMAND

/* In the order of the table: a subcommand, then its options. */
struct line {
	const char *command;	/* "": the reader */
	char letter;
	const char *option;	/* NULL: it is a subcommand */
	const char *args, *help, *more;
};

static const struct line lines[] = {
#define READER(name, words, args, help, more) \
	{ "", 0, NULL, args, help, more },
#define SUBCOMMAND(name, words, args, help, more) \
	{ #name, 0, NULL, args, help, more },
#define OPTION(command, letter, name, type, value, help) \
	{ #command, letter, name, value, help, "" },
#include "cli/commands.def"
#undef OPTION
};

static const struct option options[] = {
#define OPTION(section, field, name, type, standard, values, help) \
	{ #section, name, standard, values, help },
#include "control/options.def"
};

/* Text that troff takes for nothing but text. */
static void
put(const char *text)
{
	for (; *text; text++) {
		if (*text == '\\')
			fputs("\\e", stdout);
		else if (*text == '-')
			fputs("\\-", stdout);
		else if (*text == '\'')
			fputs("\\(aq", stdout);
		else
			putchar(*text);
	}
}

static void
head(const char *name, const char *argument)
{
	fputs(".TP\n\\fB", stdout);
	put(name);
	fputs("\\fR", stdout);
	if (*argument) {
		fputs(" \\fI", stdout);
		put(argument);
		fputs("\\fR", stdout);
	}
	fputs("\n\\&", stdout);
}

/* "pager,parts:q" is the key q in these maps; "q" is it in all of them.  A
 * colon alone is a key. */
static void
put_key(const char *word, size_t len)
{
	char key[64];
	const char *colon;

	snprintf(key, sizeof(key), "%.*s", (int)len, word);
	colon = strlen(key) > 1 ? strchr(key, ':') : NULL;
	fputs("\\fB", stdout);
	put(colon && colon > key ? colon + 1 : key);
	fputs("\\fR", stdout);
	if (colon && colon > key)
		printf(" (%.*s)", (int)(colon - key), key);
}

static void
put_keys(const char *keys)
{
	const char *between = " Keys: ";

	while (*keys) {
		size_t len = strcspn(keys, " ");

		fputs(between, stdout);
		put_key(keys, len);
		between = ", ";
		keys += len;
		keys += strspn(keys, " ");
		if (!*keys)
			putchar('.');
	}
}

static void
put_where(int where)
{
	static const char *const names[] = { "folders", "index", "pager",
		"help", "parts", "queue", "compose" };
	const char *between = " In ";

	if (where == W_ALL)
		return;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (!(where & 1 << i))
			continue;
		printf("%s%s", between, names[i]);
		between = ", ";
	}
	putchar('.');
}

static void
list_commands(void)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		head(commands[i].name, commands[i].args);
		put(commands[i].help);
		put_where(commands[i].where);
		put_keys(commands[i].keys);
		putchar('\n');
	}
}

static void
list_options(void)
{
	const char *section = "";

	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		const struct option *o = &options[i];

		if (strcmp(o->section, section) != 0)
			printf(".SS [%s%s]\n", o->section,
			       strcmp(o->section, "account") ? "" : " NAME");
		section = o->section;
		printf(".TP\n\\fB");
		put(o->name);
		fputs("\\fR = \\fI", stdout);
		put(o->values);
		fputs("\\fR\n\\&", stdout);
		put(o->help);
		if (*o->standard) {
			fputs(" Default: ", stdout);
			put(o->standard);
			putchar('.');
		}
		putchar('\n');
	}
}

static void
put_bold(const char *before, const char *word)
{
	fputs(before, stdout);
	fputs("\\fB", stdout);
	put(word);
	fputs("\\fR", stdout);
}

static void
put_value(const char *value)
{
	if (!*value)
		return;
	fputs(" \\fI", stdout);
	put(value);
	fputs("\\fR", stdout);
}

/* "-a" or "--json", with both "-a, --account". */
static void
put_option(const struct line *o, const char *before, int both)
{
	char word[64];

	snprintf(word, sizeof(word), "-%c", o->letter);
	if (o->letter)
		put_bold(before, word);
	snprintf(word, sizeof(word), "--%s", o->option);
	if (!o->letter || both)
		put_bold(o->letter ? ", " : before, word);
	put_value(o->args);
}

static void
list_subcommands(void)
{
	const size_t n = sizeof(lines) / sizeof(*lines);
	size_t i = 0;

	while (i < n) {
		const struct line *c = &lines[i++];
		size_t end = i;

		fputs(".TP\n\\fBverso\\fR", stdout);
		if (*c->command)
			put_bold(" ", c->command);
		for (; end < n && lines[end].option; end++) {
			put_option(&lines[end], " [", 0);
			putchar(']');
		}
		put_value(c->args);
		fputs("\n\\&", stdout);
		put(c->help);
		if (*c->more)
			putchar(' ');
		put(c->more);
		fputs(i < end ? "\n.RS\n" : "\n", stdout);
		for (; i < end; i++) {
			fputs(".TP\n", stdout);
			put_option(&lines[i], "", 1);
			fputs("\n\\&", stdout);
			put(lines[i].help);
			fputs(i + 1 < end ? "\n" : "\n.RE\n", stdout);
		}
	}
}

int
main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "commands") == 0)
		list_commands();
	else if (argc == 2 && strcmp(argv[1], "subcommands") == 0)
		list_subcommands();
	else if (argc == 2 && strcmp(argv[1], "options") == 0)
		list_options();
	else
		return 64;
	return fflush(stdout) == 0 ? 0 : 74;
}
