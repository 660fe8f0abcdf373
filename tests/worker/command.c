/*
 * command.c - verso sync as a person or a script runs it
 */
#include <criterion/criterion.h>

#include <string.h>
#include <sys/wait.h>

#include "support/dovecot.h"
#include "support/support.h"

static char *home, *config;

static void
begin(void)
{
	home = support_tmp_new();
	config = g_build_filename(home, "config", NULL);
	g_setenv("VERSO_CONFIG", config, TRUE);
	g_setenv("XDG_DATA_HOME", home, TRUE);
}

static void
end(void)
{
	g_free(config);
	support_tmp_free(home);
}

TestSuite(command, .init = begin, .fini = end, .timeout = 600);

static void
configure(const char *receive, const char *more)
{
	char *text = g_strdup_printf("[account a]\naddress = a@x.example\n"
				     "receive = %s\n%s", receive, more);

	support_write(config, text, strlen(text));
	g_free(text);
}

/* Without a terminal; the exit status, and what it said. */
static int
sync_folder(char *folder, char **said)
{
	/* setsid: no terminal to ask on. */
	char *argv[] = { "setsid", "-w", BUILD_DIR "/verso", "sync", folder,
			 NULL };
	int status;

	cr_assert(g_spawn_sync(NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL,
			       NULL, NULL, said, &status, NULL));
	return WEXITSTATUS(status);
}

static int
verso_sync(char **said)
{
	return sync_folder(NULL, said);
}

Test(command, a_folder_that_is_not_there_is_not_done)
{
	static const char *const servers[] = { "memory:pop", "memory:imap" };
	char *said;

	for (size_t i = 0; i < G_N_ELEMENTS(servers); i++) {
		configure(servers[i], "");
		cr_assert_eq(sync_folder("Nowhere", &said), 75, "%s", said);
		cr_assert(strstr(said, "Nowhere: The server has no folder"),
			  "%s", said);
		g_free(said);
	}
	configure("memory:pop", "");
	cr_assert_eq(sync_folder("INBOX", &said), 0, "%s", said);
	g_free(said);
}

Test(command, folders_are_those_of_the_first_account)
{
	char *said;

	configure("memory:imap", "[account b]\naddress = b@x.example\n"
				 "receive = memory:pop\n");
	cr_assert_eq(sync_folder("Archive", &said), 0, "%s", said);
	cr_assert(!strstr(said, "INBOX"), "%s", said);
	g_free(said);
}

Test(command, one_plain_line_for_each_folder)
{
	char *said;

	configure("memory:imap", "");
	cr_assert_eq(verso_sync(&said), 0, "%s", said);
	cr_assert(g_regex_match_simple("^Archive: (\\d+) new, 0 removed, "
				       "\\1 in all$",
				       said, G_REGEX_MULTILINE, 0),
		  "%s", said);
	cr_assert(!strchr(said, '\033'));
	g_free(said);
}

Test(command, nobody_there_is_not_complete)
{
	char *said;

	configure("imap+plaintext://127.0.0.1:1",
		  "password-command = echo x\n");
	cr_assert_eq(verso_sync(&said), 75, "%s", said);
	g_free(said);
}

Test(command, without_a_password_the_line_to_add_is_named)
{
	struct dovecot *d = dovecot_start(NULL);
	char *url = g_strdup_printf("imaps://localhost:%d", dovecot_imaps(d));
	char *more = g_strdup_printf("user = ann\ntls-ca-file = %s\n",
				     dovecot_ca(d));
	char *said;

	configure(url, more);
	cr_assert_eq(verso_sync(&said), 77, "%s", said);
	cr_assert(strstr(said, "password-command = "), "%s", said);
	cr_assert(strstr(said, config), "%s", said);
	dovecot_stop(d);
	g_free(said);
	g_free(more);
	g_free(url);
}

Test(command, a_wrong_password_is_a_refused_log_in)
{
	struct dovecot *d = dovecot_start(NULL);
	char *url = g_strdup_printf("imaps://localhost:%d", dovecot_imaps(d));
	char *more = g_strdup_printf("user = ann\ntls-ca-file = %s\n"
				     "password-command = echo wrong\n",
				     dovecot_ca(d));
	char *said;

	configure(url, more);
	cr_assert_eq(verso_sync(&said), 77, "%s", said);
	dovecot_stop(d);
	g_free(said);
	g_free(more);
	g_free(url);
}
