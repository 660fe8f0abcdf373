/*
 * cli.c - the table of subcommands
 */
#include "cli/cli.h"

#include <string.h>

#include "base/near.h"
#include "cli/commands.h"

int (*cli_reader)(struct config *config, const char *account,
		  const char *folder);

const struct cli_command cli_table[] = {
	{ "sync", "[-a ACCOUNT] [--watch] [--wait] [FOLDER...]",
	  "Sends and receives; --watch stays, --wait waits for the lock.",
	  cli_sync },
	{ "folders", "[-a ACCOUNT] [--json]",
	  "Lists the folders: total, unread, not fetched yet, account, name.",
	  cli_folders },
	{ "list", "[-a ACCOUNT] [-m FOLDER] [--json] [-n MAX] [WORD...]",
	  "Lists messages: number, flags, date, from, subject.", cli_list },
	{ "show", "[-a ACCOUNT] [-m FOLDER] (-n N | --message-id ID) "
		  "[--json|--raw|--headers], or FILE",
	  "Shows one message, or a file that is one.", cli_show },
	{ "save", "[-a ACCOUNT] [-m FOLDER] (-n N | --message-id ID) [-d DIR]",
	  "Saves every attachment of a message.", cli_save },
	{ "verify", "[-a ACCOUNT] [--repair] [FOLDER...]",
	  "Proves that the mail and its index agree.", cli_verify },
	{ "demo", "", "Opens the reader on two accounts that are made up.",
	  cli_demo },
	{ "doctor", "[-a ACCOUNT] [--offline]",
	  "Says what this machine and the servers offer, and what is wrong "
	  "with its cure; --offline asks no server.",
	  cli_doctor },
	{ "help", "[COMMAND|keys|config]", "Says how things are written.",
	  cli_help },
	{ "version", "", "Says which verso this is.", cli_version },
	{ NULL, NULL, NULL, NULL }
};

const struct cli_command *
cli_find(const char *name)
{
	for (const struct cli_command *c = cli_table; c->name; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

int
cli_run(int argc, char **argv)
{
	const struct cli_command *c = cli_find(argv[0]);
	const char *names[G_N_ELEMENTS(cli_table)], *near;
	struct err e;

	if (c)
		return c->run(argc, argv);
	/* Started by verso itself, so not in the list. */
	if (strcmp(argv[0], "worker") == 0)
		return cli_worker(argc, argv);
	for (size_t i = 0; i < G_N_ELEMENTS(cli_table); i++)
		names[i] = cli_table[i].name;
	near = near_name(argv[0], names);
	if (near)
		err_set(&e, ST_USAGE, "There is no command “%s”; did you mean "
			"“%s”?", argv[0], near);
	else
		err_set(&e, ST_USAGE, "There is no command “%s”; “verso help” "
			"lists them.", argv[0]);
	return cli_fail(ST_USAGE, &e);
}
