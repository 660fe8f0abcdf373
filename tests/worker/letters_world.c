/*
 * letters_world.c - a home, a submission server and Dovecot for the program
 */
#include "worker/letters_world.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mime/message.h"
#include "store/store.h"
#include "support/support.h"

char *letters_home;
struct dovecot *letters_mail;
struct smtpd *letters_post;

static char *config;

static const char question[] =
	"From: Bob <bob@test.example>\r\nTo: ann@test.example\r\n"
	"Subject: lunch?\r\nMessage-ID: <lunch@test.example>\r\n\r\nNoon?\r\n";

/* One authority's certificate can be given: that of who gets the password. */
static void
configure(void)
{
	char *text = g_strdup_printf("[account a]\n"
				     "address = Ann <ann@test.example>\n"
				     "user = ann\n"
				     "receive = imap+plaintext://127.0.0.1:%d\n"
				     "send = smtps://localhost:%d\n"
				     "password-command = echo secret\n"
				     "tls-ca-file = %s\ntimeout = 5\n"
				     "[ui]\nsend-delay = 0\n"
				     "editor = built-in\n",
				     dovecot_imap(letters_mail),
				     smtpd_tls_port(letters_post),
				     smtpd_ca(letters_post));

	support_write(config, text, strlen(text));
	g_free(text);
}

void
letters_begin(void)
{
	const char *why = NULL;

	store_set_parser(mime_envelope);
	letters_post = smtpd_start(&why);
	if (!letters_post) {
		fflush(stdout);
		cr_skip_test("%s", why);
	}
	letters_home = support_tmp_new();
	config = g_build_filename(letters_home, "config", NULL);
	g_setenv("VERSO_CONFIG", config, TRUE);
	g_setenv("XDG_DATA_HOME", letters_home, TRUE);
	g_setenv("HOME", letters_home, TRUE);
	letters_mail = dovecot_start(NULL);
	dovecot_add(letters_mail, "ann", "", question, strlen(question), "",
		    0);
	configure();
}

void
letters_end(void)
{
	smtpd_stop(letters_post);
	dovecot_stop(letters_mail);
	g_free(config);
	support_tmp_free(letters_home);
}

/* ---- the program --------------------------------------------------------- */

GPid
spawn(const char *line, const char *input, int *out)
{
	char *whole = g_strconcat("setsid -w " BUILD_DIR "/verso ", line,
				  NULL);
	char **argv = NULL;
	GPid pid = 0;
	int in;

	cr_assert(g_shell_parse_argv(whole, NULL, &argv, NULL));
	cr_assert(g_spawn_async_with_pipes(NULL, argv, NULL,
					   G_SPAWN_SEARCH_PATH |
					   G_SPAWN_DO_NOT_REAP_CHILD |
					   (out ? G_SPAWN_DEFAULT :
						  G_SPAWN_STDOUT_TO_DEV_NULL),
					   NULL, NULL, &pid, &in, out, NULL,
					   NULL));
	cr_assert_eq(write(in, input, strlen(input)),
		     (ssize_t)strlen(input));
	close(in);
	g_strfreev(argv);
	g_free(whole);
	return pid;
}

char said[20000];

int
verso_with(const char *line, const char *input)
{
	int out, status = 0;
	GPid pid = spawn(line, input, &out);
	size_t len = 0;
	ssize_t n;

	while ((n = read(out, said + len, sizeof(said) - 1 - len)) > 0)
		len += (size_t)n;
	said[len] = '\0';
	close(out);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int
verso(const char *line)
{
	return verso_with(line, "");
}

struct pty *
verso_at_terminal(const char *const *argv)
{
	char *env[] = {
		g_strconcat("VERSO_CONFIG=", config, NULL),
		g_strconcat("XDG_DATA_HOME=", letters_home, NULL),
		(char *)"ASAN_OPTIONS=detect_leaks=0", NULL
	};
	const struct pty_options o = { .env = (const char *const *)env };
	struct pty *p = pty_start(argv, &o);

	g_free(env[0]);
	g_free(env[1]);
	return p;
}

/* ---- the server ---------------------------------------------------------- */

bool
server_has(const char *folder, const char *key)
{
	char *found = dovecot_admin(letters_mail, "search", "-u", "ann",
				    "mailbox", folder, key, NULL);
	bool has = *found;

	g_free(found);
	return has;
}
