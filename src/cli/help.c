/*
 * help.c - verso help, verso version: words from the tables
 */
#include <string.h>

#include "base/near.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "control/command.h"
#include "control/keys.h"
#include "control/options.h"

#define COLUMNS 78

/* Words in lines of at most COLUMNS, all but the first indented. */
static void
wrap(const char *text, int indent, int at)
{
	char **words = g_strsplit(text, " ", -1);

	for (int i = 0; words[i]; i++) {
		int width = (int)g_utf8_strlen(words[i], -1);

		if (i > 0 && at + 1 + width > COLUMNS) {
			printf("\n%*s", indent, "");
			at = indent;
		} else if (i > 0) {
			putchar(' ');
			at++;
		}
		fputs(words[i], stdout);
		at += width;
	}
	putchar('\n');
	g_strfreev(words);
}

/* "-a ACCOUNT", "--json" */
static void
append_option(GString *out, const struct cli_option *o)
{
	if (o->letter)
		g_string_append_printf(out, "-%c", o->letter);
	else
		g_string_append_printf(out, "--%s", o->name);
	if (*o->value)
		g_string_append_printf(out, " %s", o->value);
}

static void
put_usage(const struct cli_command *c)
{
	GString *line = g_string_new("verso");

	if (c->run)
		g_string_append_printf(line, " %s", c->name);
	for (const struct cli_option *o = cli_option_table; o->name; o++) {
		if (strcmp(o->command, c->name) != 0)
			continue;
		g_string_append(line, " [");
		append_option(line, o);
		g_string_append_c(line, ']');
	}
	if (*c->args)
		g_string_append_printf(line, " %s", c->args);
	wrap(line->str, 8, 0);
	g_string_free(line, TRUE);
}

static void
put_text(const char *text)
{
	if (!*text)
		return;
	fputs("    ", stdout);
	wrap(text, 4, 4);
}

static void
list_commands(void)
{
	for (const struct cli_command *c = cli_table; c->name; c++) {
		put_usage(c);
		put_text(c->help);
	}
	puts("\n“verso COMMAND --help” says more of one, “verso help keys” and "
	     "“verso help\nconfig” of the reader's keys and the "
	     "configuration.\n\n"
	     "Exit status: 0 done, 64 wrong usage, 74 local I/O failed, 75 "
	     "not complete (try\nagain), 76 the server broke the protocol, 77 "
	     "TLS or log-in refused, 78 wrong\nconfiguration.");
}

void
cli_help_on(const struct cli_command *c)
{
	put_usage(c);
	put_text(c->help);
	put_text(c->more);
	for (const struct cli_option *o = cli_option_table; o->name; o++) {
		GString *head;

		if (strcmp(o->command, c->name) != 0)
			continue;
		head = g_string_new(NULL);
		if (o->letter)
			g_string_append_printf(head, "-%c, ", o->letter);
		g_string_append_printf(head, "--%s%s%s", o->name,
				       *o->value ? " " : "", o->value);
		printf("\n  %s\n", head->str);
		fputs("        ", stdout);
		wrap(o->help, 8, 8);
		g_string_free(head, TRUE);
	}
}

static void
list_keys(void)
{
	struct keys *keys = keys_new();

	for (int i = 0; keys_maps[i]; i++) {
		printf("%s[keys %s]\n", i ? "\n" : "", keys_maps[i]);
		for (const struct command *c = command_table; c->name; c++) {
			char *all = keys_all_of(keys, 1U << i, c->name);

			if (c->where & 1U << i)
				printf("%-18s %s%s%s\n    %s\n", all, c->name,
				       *c->args ? " " : "", c->args, c->help);
			g_free(all);
		}
	}
	keys_free(keys);
}

static void
list_options(void)
{
	const char *section = "";

	for (const struct option *o = option_table; o->name; o++) {
		if (strcmp(o->section, section) != 0)
			printf("%s[%s%s]\n", *section ? "\n" : "", o->section,
			       strcmp(o->section, "account") ? "" : " NAME");
		section = o->section;
		printf("%s = %s\n    %s", o->name, o->values, o->help);
		if (*o->standard)
			printf(" Default: %s.", o->standard);
		putchar('\n');
	}
	puts("\n[keys MAP]\nKEY = COMMAND\n    MAP is folders, index, pager, "
	     "help or parts; “verso help keys” lists the\n    commands.  "
	     "“none” takes a key away.");
}

static enum st
no_help(const char *word, struct err *e)
{
	GPtrArray *names = g_ptr_array_new();
	const char *near;

	g_ptr_array_add(names, (gpointer)"keys");
	g_ptr_array_add(names, (gpointer)"config");
	for (const struct cli_command *c = cli_table; c->name; c++)
		g_ptr_array_add(names, (gpointer)c->name);
	g_ptr_array_add(names, NULL);
	near = near_name(word, (const char *const *)names->pdata);
	g_ptr_array_free(names, TRUE);
	if (near)
		return err_set(e, ST_USAGE, "There is no help on “%s”; did you "
			       "mean “%s”?", word, near);
	return err_set(e, ST_USAGE, "There is no help on “%s”: “verso help” "
		       "lists the commands.", word);
}

static enum st
help_on(const char *word, struct err *e)
{
	const struct cli_command *c = cli_find(word);

	if (strcmp(word, "keys") == 0)
		list_keys();
	else if (strcmp(word, "config") == 0)
		list_options();
	else if (c)
		cli_help_on(c);
	else
		return no_help(word, e);
	return ST_OK;
}

int
cli_help(int argc, char **argv)
{
	static const struct cli_bind binds[] = { { NULL, NULL } };
	struct err e;
	enum st st = cli_options("help", binds, &argc, argv, &e);

	if (st == ST_OK && argc > 1)
		st = help_on(argv[1], &e);
	else if (st == ST_OK)
		list_commands();
	return cli_end(st, &e);
}

int
cli_version(int argc, char **argv)
{
	static const struct cli_bind binds[] = { { NULL, NULL } };
	struct err e;
	enum st st = cli_options("version", binds, &argc, argv, &e);

	if (st == ST_OK)
		puts("verso " VERSION);
	return cli_end(st, &e);
}
