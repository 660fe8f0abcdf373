/*
 * main.c - joins the rooms: a subcommand, or the reader
 */
#include <locale.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/commands.h"
#include "control/app.h"
#include "control/compose.h"
#include "mime/message.h"
#include "store/store.h"
#include "ui/loop.h"

/* The account of that name; NULL: the first. */
static int
account_index(const struct app *app, const char *name)
{
	for (guint i = 0; name && i < app->accounts->len; i++) {
		const struct app_account *a = app->accounts->pdata[i];

		if (strcmp(a->account->name, name) == 0)
			return (int)i;
	}
	return 0;
}

static enum st
begin_letter(struct app *app, const char *account, struct letter *letter,
	     struct err *e)
{
	int i = account_index(app, account);

	compose_dress(app, i, letter);
	return compose_open(app, i, letter, true, e);
}

/* The reader over a configuration, which becomes its own, as does the letter
 * to begin with. */
static int
read_mail(struct config *config, const char *account, const char *folder,
	  struct letter *letter)
{
	struct app *app = NULL;
	struct err e;
	enum st st = app_new(config, account, folder, &app, &e);
	int status;

	if (st == ST_OK && letter)
		st = begin_letter(app, account, letter, &e);
	else if (st != ST_OK)
		letter_free(letter);
	if (st != ST_OK) {
		app_free(app);
		return cli_fail(st, &e);
	}
	status = ui_run(app);
	app_free(app);
	return status;
}

/* verso [-a ACCOUNT] [-m FOLDER] */
static int
reader(int argc, char **argv)
{
	g_autofree char *account = NULL, *folder = NULL;
	const struct cli_bind binds[] = {
		{ "account", &account },
		{ "folder", &folder },
		{ NULL, NULL }
	};
	struct config *config = NULL;
	struct err e;
	enum st st = cli_options("reader", binds, &argc, argv, &e);

	if (st == ST_OK)
		st = config_load(NULL, &config, &e);
	if (st != ST_OK)
		return cli_fail(st, &e);
	return read_mail(config, account, folder, NULL);
}

/* A link of that name stands where programs look for one. */
static bool
is_sendmail(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return path && strcmp(slash ? slash + 1 : path, "sendmail") == 0;
}

static const char *
as_command(const char *option)
{
	return strcmp(option, "--version") == 0 ? "version" : NULL;
}

int
main(int argc, char **argv)
{
	setlocale(LC_ALL, "");
	store_set_parser(mime_envelope);
	cli_reader = read_mail;
	if (is_sendmail(argv[0]))
		return cli_sendmail(argc, argv);
	if (argc > 1 && as_command(argv[1]))
		argv[1] = (char *)as_command(argv[1]);
	if (argc > 1 && argv[1][0] != '-')
		return cli_run(argc - 1, argv + 1);
	if (cli_wants_help(argc, argv))
		return cli_run(1, (char *[]){ (char *)"help", NULL });
	return reader(argc, argv);
}
