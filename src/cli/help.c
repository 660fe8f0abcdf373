/*
 * help.c - verso help, verso version: words from the tables
 */
#include <string.h>

#include "cli/cli.h"
#include "cli/commands.h"
#include "control/command.h"
#include "control/keys.h"
#include "control/options.h"

static void
list_commands(void)
{
	puts("verso [-a ACCOUNT] [-m FOLDER]\n    Opens the reader.");
	for (const struct cli_command *c = cli_table; c->name; c++)
		printf("verso %s%s%s\n    %s\n", c->name,
		       *c->usage ? " " : "", c->usage, c->help);
	puts("\nExit status: 0 done, 64 wrong usage, 74 local I/O failed, 75 "
	     "not complete (try\nagain), 76 the server broke the protocol, 77 "
	     "TLS or log-in refused, 78 wrong\nconfiguration.");
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
help_on(const char *word, struct err *e)
{
	const struct cli_command *c = cli_find(word);

	if (strcmp(word, "keys") == 0)
		list_keys();
	else if (strcmp(word, "config") == 0)
		list_options();
	else if (c)
		printf("verso %s%s%s\n    %s\n", c->name,
		       *c->usage ? " " : "", c->usage, c->help);
	else
		return err_set(e, ST_USAGE, "There is no help on “%s”: "
			       "“verso help” lists the commands.", word);
	return ST_OK;
}

int
cli_help(int argc, char **argv)
{
	const GOptionEntry entries[] = {
		{ NULL, 0, 0, 0, NULL, NULL, NULL }
	};
	struct err e;
	enum st st = cli_options(entries, &argc, &argv, 1, &e);

	if (st == ST_OK && argc > 1)
		st = help_on(argv[1], &e);
	else if (st == ST_OK)
		list_commands();
	return cli_end(st, &e);
}

int
cli_version(int argc, char **argv)
{
	const GOptionEntry entries[] = {
		{ NULL, 0, 0, 0, NULL, NULL, NULL }
	};
	struct err e;
	enum st st = cli_options(entries, &argc, &argv, 0, &e);

	if (st == ST_OK)
		puts("verso " VERSION);
	return cli_end(st, &e);
}
