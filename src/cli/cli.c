/*
 * cli.c - the tables of subcommands and their options
 */
#include "cli/cli.h"

#include <string.h>

#include "base/near.h"
#include "cli/commands.h"

int (*cli_reader)(struct config *config, const char *account,
		  const char *folder, struct letter *letter);

const struct cli_command cli_table[] = {
#define READER(name, words, args, help, more) \
	{ #name, words, args, help, more, NULL },
#define SUBCOMMAND(name, words, args, help, more) \
	{ #name, words, args, help, more, cli_##name },
#define OPTION(command, letter, name, type, value, help)
#include "cli/commands.def"
#undef READER
#undef SUBCOMMAND
#undef OPTION
	{ NULL, 0, NULL, NULL, NULL, NULL }
};

const struct cli_option cli_option_table[] = {
#define READER(name, words, args, help, more)
#define SUBCOMMAND(name, words, args, help, more)
#define OPTION(command, letter, name, type, value, help) \
	{ #command, letter, name, CLI_##type, value, help },
#include "cli/commands.def"
	{ NULL, 0, NULL, CLI_FLAG, NULL, NULL }
};

const struct cli_command *
cli_find(const char *name)
{
	for (const struct cli_command *c = cli_table; c->name; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

static int
unknown(const char *name)
{
	const char *names[G_N_ELEMENTS(cli_table)], *near;
	struct err e;
	size_t n = 0;

	for (const struct cli_command *c = cli_table; c->name; c++)
		if (c->run)
			names[n++] = c->name;
	names[n] = NULL;
	near = near_name(name, names);
	if (near)
		err_set(&e, ST_USAGE, "There is no command “%s”; did you mean "
			"“%s”?", name, near);
	else
		err_set(&e, ST_USAGE, "There is no command “%s”; “verso help” "
			"lists them.", name);
	return cli_fail(ST_USAGE, &e);
}

int
cli_run(int argc, char **argv)
{
	const struct cli_command *c = cli_find(argv[0]);
	struct err e;

	/* Started by verso itself, so not in the list. */
	if (strcmp(argv[0], "worker") == 0)
		return cli_worker(argc, argv);
	if (!c || !c->run)
		return unknown(argv[0]);
	if (!cli_wants_help(argc, argv))
		return c->run(argc, argv);
	cli_help_on(c);
	return cli_end(ST_OK, &e);
}
