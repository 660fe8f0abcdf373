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
#include "base/words.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/doctor.h"
#include "worker/secret.h"

/* Less room than this is worth a word. */
#define ROOM_MIN ((uint64_t)256 << 20)

static enum st worst;

void
doctor_say(const char *word, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = g_strdup_vprintf(fmt, ap);
	va_end(ap);
	cli_print(stdout, "%-5s  %s", word, text);
	g_free(text);
}

void
doctor_found(enum st st, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = g_strdup_vprintf(fmt, ap);
	va_end(ap);
	doctor_say("wrong", "%s", text);
	worst = st_worse(worst, st);
	g_free(text);
}

/* ---- this machine ------------------------------------------------------- */

static void
look_at_terminal(void)
{
	const char *term = g_getenv("TERM");
	const char *charset = nl_langinfo(CODESET);
	const char *no_color = g_getenv("NO_COLOR");

	if (strcmp(charset, "UTF-8") == 0)
		doctor_say("ok", "The locale's characters are UTF-8.");
	else
		doctor_say("note", "The locale's characters are %s: set LANG "
			   "to one that ends in .UTF-8, C.UTF-8 for example.",
			   charset);
	if (!term || !*term)
		doctor_say("note", "TERM is not set: the reader needs a "
			   "terminal.");
	else if (strcmp(term, "dumb") == 0)
		doctor_say("note", "TERM is dumb: the reader needs a terminal "
			   "that can place its cursor.");
	else
		doctor_say("ok", "The terminal is %s%s.", term,
			   no_color && *no_color
				? ", without colours (NO_COLOR)" : "");
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
		doctor_say("ok", "%s has %.1f GB of room.", dir,
			   (double)room / 1e9);
	else
		doctor_say("note", "%s has only %.0f MB of room: make some "
			   "before the next sync.", dir, (double)room / 1e6);
}

static void
look_at_access(const char *dir)
{
	struct stat s;

	if (stat(dir, &s) != 0)
		return;
	if (s.st_mode & 077)
		doctor_say("note", "Others can look into %s: run chmod 700 on "
			   "it.", dir);
	if (access(dir, W_OK) != 0)
		doctor_found(ST_LOCAL, "%s cannot be written: it belongs to "
			     "another user, or the disk is read-only.", dir);
}

/* Where nothing is yet: can it be made? */
static void
look_at_place(const char *dir)
{
	char *at = g_strdup(dir);

	while (access(at, F_OK) != 0 && strcmp(at, "/") != 0) {
		char *up = g_path_get_dirname(at);

		g_free(at);
		at = up;
	}
	if (access(at, W_OK | X_OK) != 0 ||
	    !g_file_test(at, G_FILE_TEST_IS_DIR))
		doctor_found(ST_LOCAL, "%s cannot be made: nothing can be "
			     "written in %s.", dir, at);
	g_free(at);
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
look_at_command(const struct account *a, const char *config_file)
{
	bool token = a->auth == AUTH_OAUTH2;
	const char *line = token ? a->token_command : a->password_command;
	char **argv, *program;
	struct err e;

	if (!line && token) {
		secret_missing(a, config_file, &e);
		doctor_found(ST_CONFIG, "%s", e.text);
	} else if (!line) {
		doctor_say("ok", "%s: you are asked for the password.",
			   a->name);
	}
	argv = line ? words_split(line, NULL) : NULL;
	if (!argv || !*argv) {
		g_strfreev(argv);
		return;
	}
	program = g_find_program_in_path(argv[0]);
	if (program)
		doctor_say("ok", "%s: %s gives the %s.", a->name, argv[0],
			   token ? "token" : "password");
	else
		doctor_found(ST_CONFIG, "%s: there is no program “%s”, which "
			     "%s-command begins with.", a->name, argv[0],
			     token ? "token" : "password");
	g_free(program);
	g_strfreev(argv);
}

static void
look_at_ca_file(const struct account *a)
{
	if (a->tls_ca_file && access(a->tls_ca_file, R_OK) != 0)
		doctor_found(ST_CONFIG, "%s: the tls-ca-file %s cannot be "
			     "read.", a->name, a->tls_ca_file);
}

static void
look_at_store(struct cli *c, const struct account *a)
{
	char *dir = path_account(a->name);
	GPtrArray *all = NULL;
	int64_t total = 0, waiting = 0;
	struct err e;
	enum st st = ST_OK;

	if (!g_file_test(dir, G_FILE_TEST_IS_DIR)) {
		look_at_place(dir);
		doctor_say("ok", "%s: nothing has been received yet; “verso "
			   "sync” does.", a->name);
		g_free(dir);
		return;
	}
	st = cli_switch(c, a, &e);
	if (st == ST_OK)
		st = folders_all(c->store, &all, &e);
	if (st != ST_OK)
		doctor_found(st, "%s: %s", a->name, e.text);
	for (guint i = 0; st == ST_OK && i < all->len; i++) {
		const struct folder *f = all->pdata[i];

		total += f->total;
		waiting += f->waiting;
	}
	if (st == ST_OK)
		doctor_say("ok", "%s: %u folders, %lld messages, %lld not "
			   "fetched yet.", a->name, all->len,
			   (long long)total, (long long)waiting);
	look_at_access(dir);
	look_at_room(dir);
	if (all)
		g_ptr_array_unref(all);
	g_free(dir);
}

static void
look_at_sender(const struct cli *c, const struct account *a)
{
	char **words = words_split(a->send_command, NULL);
	char *program = words && *words ? g_find_program_in_path(*words)
					: NULL;

	if (program)
		doctor_say("ok", "%s: sending: %s hands letters on.", a->name,
			   program);
	else
		doctor_found(ST_CONFIG, "%s: sending: there is no program "
			     "“%s”. See [account %s] in %s.", a->name,
			     words && *words ? *words : a->send_command,
			     a->name, c->config->file);
	g_free(program);
	g_strfreev(words);
}

/* False: the person stopped it. */
static bool
look_at_sending(const struct cli *c, const struct account *a, bool offline)
{
	if (a->send_command)
		look_at_sender(c, a);
	else if (a->send.proto == PROTO_SMTP && !offline)
		return doctor_submission(a, c->config->file);
	else if (a->send.proto == PROTO_NONE)
		doctor_say("note", "%s: sends nothing: add “send = "
			   "smtps://HOST” to write letters.", a->name);
	return true;
}

/* False: the person stopped it. */
static bool
look_at_account(struct cli *c, const struct account *a, bool offline)
{
	bool none = a->receive.proto == PROTO_NONE;
	bool served = !none && a->receive.proto != PROTO_MEMORY;

	if (none)
		doctor_say("ok", "%s: receives nothing.", a->name);
	else if (served)
		doctor_say("ok", "%s: receives from %s, port %d (%s).",
			   a->name, a->receive.host, a->receive.port,
			   word_for(a->receive.transport));
	if (served) {
		look_at_command(a, c->config->file);
		look_at_ca_file(a);
	}
	look_at_store(c, a);
	if (!offline && served && !doctor_server(a, c->config->file))
		return false;
	return look_at_sending(c, a, offline);
}

static enum st
look(struct cli *c, const char *account, bool offline, struct err *e)
{
	const struct account *only = NULL;
	bool go_on = true;
	enum st st = cli_configure(c, e);

	if (st == ST_OK)
		st = config_account(c->config, account, &only, e);
	if (st != ST_OK) {
		doctor_found(st, "%s", e->text);
		return worst;
	}
	doctor_say("ok", "The configuration is %s.", c->config->file);
	for (guint i = 0; i < c->config->accounts->len && go_on; i++) {
		const struct account *a = c->config->accounts->pdata[i];

		if (!account || a == only)
			go_on = look_at_account(c, a, offline);
	}
	return worst;
}

int
cli_doctor(int argc, char **argv)
{
	g_autofree char *account = NULL;
	bool offline = false;
	const struct cli_bind binds[] = {
		{ "account", &account },
		{ "offline", &offline },
		{ NULL, NULL }
	};
	struct cli c = { NULL, NULL, NULL };
	struct err e = { "" };
	enum st st = cli_options("doctor", binds, &argc, argv, &e);

	if (st != ST_OK)
		return cli_fail(st, &e);
	worst = ST_OK;
	doctor_say("ok", "This is verso " VERSION ".");
	look_at_terminal();
	st = look(&c, account, offline, &e);
	if (st != ST_OK)
		err_set(&e, st, "Something needs you: see “wrong” above.");
	cli_close(&c);
	return cli_end(st, &e);
}
