/*
 * doctor.c - verso doctor: what is there, and what is wrong with its cure
 */
#include <langinfo.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/path.h"
#include "cli/cli.h"
#include "cli/commands.h"

/* Less room than this is worth a word. */
#define ROOM_MIN ((uint64_t)256 << 20)

static enum st worst;

static void G_GNUC_PRINTF(2, 3)
say(bool good, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = g_strdup_vprintf(fmt, ap);
	va_end(ap);
	cli_print(stdout, "%s  %s", good ? "ok   " : "wrong", text);
	g_free(text);
}

static void
found(enum st st, const char *sentence)
{
	say(false, "%s", sentence);
	worst = st_worse(worst, st);
}

/* ---- this machine ------------------------------------------------------- */

static void
look_at_terminal(void)
{
	const char *term = g_getenv("TERM");
	const char *charset = nl_langinfo(CODESET);

	if (strcmp(charset, "UTF-8") == 0)
		say(true, "The locale's characters are UTF-8.");
	else
		say(false, "The locale's characters are %s: set LANG to one "
			   "that ends in .UTF-8, C.UTF-8 for example.",
		    charset);
	if (!term || !*term)
		say(false, "TERM is not set: the reader needs a terminal.");
	else if (strcmp(term, "dumb") == 0)
		say(false, "TERM is dumb: the reader needs a terminal that can "
			   "place its cursor.");
	else
		say(true, "The terminal is %s%s.", term,
		    g_getenv("NO_COLOR") ? ", without colours (NO_COLOR)"
					 : "");
}

static void
look_at_room(const char *dir)
{
	struct statvfs v;
	uint64_t room;

	if (statvfs(dir, &v) != 0)
		return;
	room = (uint64_t)v.f_bavail * v.f_frsize;
	if (room >= ROOM_MIN)
		say(true, "%s has %.1f GB of room.", dir, (double)room / 1e9);
	else
		say(false, "%s has only %.0f MB of room: make some before the "
			   "next sync.", dir, (double)room / 1e6);
}

static void
look_at_access(const char *dir)
{
	struct stat s;

	if (stat(dir, &s) != 0)
		return;
	if (s.st_mode & 077)
		say(false, "Others can look into %s: run chmod 700 on it.",
		    dir);
	if (access(dir, W_OK) != 0)
		found(ST_LOCAL, "The mail's folder cannot be written: it "
				"belongs to another user, or the disk is "
				"read-only.");
}

/* ---- accounts ----------------------------------------------------------- */

static const char *
word_for(enum transport transport)
{
	static const char *const words[] = {
		[TRANSPORT_TLS] = "TLS",
		[TRANSPORT_STARTTLS] = "STARTTLS",
		[TRANSPORT_PLAIN] = "no TLS, this machine only",
	};

	return words[transport];
}

static void
look_at_command(const struct account *a)
{
	const char *line = a->auth == AUTH_OAUTH2 ? a->token_command
						  : a->password_command;
	char **argv, *program;

	if (!line) {
		say(true, "%s: you are asked for the %s.", a->name,
		    a->auth == AUTH_OAUTH2 ? "token" : "password");
		return;
	}
	if (!g_shell_parse_argv(line, NULL, &argv, NULL))
		return;
	program = g_find_program_in_path(argv[0]);
	if (program)
		say(true, "%s: %s gives the secret.", a->name, argv[0]);
	else
		found(ST_CONFIG, "There is no program of the name that the "
				 "password or token command begins with.");
	g_free(program);
	g_strfreev(argv);
}

static void
look_at_ca_file(const struct account *a)
{
	if (a->tls_ca_file && access(a->tls_ca_file, R_OK) != 0)
		found(ST_CONFIG, "The file behind tls-ca-file cannot be "
				 "read.");
}

static void
look_at_store(struct cli *c, const struct account *a)
{
	char *dir = path_account(a->name);
	GPtrArray *all = NULL;
	int64_t total = 0, waiting = 0;
	struct err e;

	if (!g_file_test(dir, G_FILE_TEST_IS_DIR)) {
		say(true, "%s: nothing has been received yet; “verso sync” "
			  "does.", a->name);
	} else if (cli_switch(c, a, &e) != ST_OK ||
		   folders_all(c->store, &all, &e) != ST_OK) {
		found(ST_CORRUPT, e.text);
	} else {
		for (guint i = 0; i < all->len; i++) {
			const struct folder *f = all->pdata[i];

			total += f->total;
			waiting += f->waiting;
		}
		say(true, "%s: %u folders, %lld messages, %lld not fetched "
			  "yet.", a->name, all->len, (long long)total,
		    (long long)waiting);
		look_at_access(dir);
		look_at_room(dir);
	}
	if (all)
		g_ptr_array_unref(all);
	g_free(dir);
}

static void
look_at_account(struct cli *c, const struct account *a)
{
	if (a->receive.proto == PROTO_NONE)
		say(true, "%s: receives nothing.", a->name);
	else
		say(true, "%s: receives from %s, port %d (%s).", a->name,
		    a->receive.host, a->receive.port,
		    word_for(a->receive.transport));
	look_at_command(a);
	look_at_ca_file(a);
	look_at_store(c, a);
}

static enum st
look(struct cli *c, const char *account, struct err *e)
{
	const struct account *only = NULL;
	enum st st = cli_configure(c, e);

	if (st == ST_OK)
		st = config_account(c->config, account, &only, e);
	if (st != ST_OK) {
		found(st, e->text);
		return worst;
	}
	say(true, "The configuration is %s.", c->config->file);
	for (guint i = 0; i < c->config->accounts->len; i++) {
		const struct account *a = c->config->accounts->pdata[i];

		if (!account || a == only)
			look_at_account(c, a);
	}
	return worst;
}

int
cli_doctor(int argc, char **argv)
{
	g_autofree char *account = NULL;
	const GOptionEntry entries[] = {
		{ "account", 'a', 0, G_OPTION_ARG_FILENAME, &account, NULL,
		  NULL },
		{ NULL, 0, 0, 0, NULL, NULL, NULL }
	};
	struct cli c = { NULL, NULL, NULL };
	struct err e = { "" };
	enum st st = cli_options(entries, &argc, &argv, 0, &e);

	if (st != ST_OK)
		return cli_fail(st, &e);
	worst = ST_OK;
	say(true, "This is verso " VERSION ".");
	look_at_terminal();
	st = look(&c, account, &e);
	if (st != ST_OK)
		err_set(&e, st, "Something needs you: see “wrong” above.");
	cli_close(&c);
	return cli_end(st, &e);
}
