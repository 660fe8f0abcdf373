/*
 * command.c - verso sync as a person or a script runs it
 */
#include <criterion/criterion.h>

#include <stdio.h>
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

/* Without a terminal; the exit status, and what it said (NULL: both may be
 * NULL). */
static int
verso(const char *line, char **out, char **said)
{
	/* setsid: no terminal to ask on. */
	char *text = g_strconcat("setsid -w " BUILD_DIR "/verso ", line, NULL);
	char **argv = NULL;
	int status;

	cr_assert(g_shell_parse_argv(text, NULL, &argv, NULL));
	cr_assert(g_spawn_sync(NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL,
			       NULL, out, said, &status, NULL));
	g_strfreev(argv);
	g_free(text);
	return WEXITSTATUS(status);
}

static int
sync_folder(const char *folder, char **said)
{
	char *line = g_strconcat("sync ", folder, NULL);
	int code = verso(line, NULL, said);

	g_free(line);
	return code;
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

/* What is damaged here and what is lost comes from the server in one go. */
static void
repairs(const char *folders)
{
	char *mail = g_build_filename(home, "verso", "a", "mail", NULL);
	char *inbox = g_build_filename(mail, "INBOX.mbox", NULL);
	char *other = g_build_filename(mail, "Archive.mbox", NULL);
	char *line = g_strconcat("verify --server --repair ", folders, NULL);
	char *text, *before, *after, *out, *said;
	size_t len;

	g_setenv("VERSO_NOW", "1800000000", TRUE);	/* of what is there */
	configure("memory:imap", "");
	cr_assert_eq(verso("sync", NULL, NULL), 0);
	cr_assert_eq(verso("list --json", &before, NULL), 0);
	cr_assert(g_file_get_contents(inbox, &text, &len, NULL));
	text[len / 2] ^= 1;
	memcpy(strstr(text, "\nSubject: "), "\nSub-ect", 8);
	support_write(inbox, text, len);
	cr_assert_eq(remove(other), 0);
	cr_assert_eq(verso("verify --server", NULL, NULL), 74);
	cr_assert_eq(verso(line, &out, &said), 0, "%s%s", out, said);
	cr_assert_eq(verso("verify", NULL, NULL), 0);
	cr_assert_eq(verso("list --json", &after, NULL), 0);
	cr_assert_str_eq(after, before);
	g_free(after);
	g_free(before);
	g_free(out);
	g_free(said);
	g_free(text);
	g_free(line);
	g_free(other);
	g_free(inbox);
	g_free(mail);
}

Test(command, repair_mends_all_folders)
{
	repairs("");
}

Test(command, repair_mends_those_that_are_named)
{
	repairs("INBOX Archive");
}

/* What flowed through is here, and no server is said to have it. */
Test(command, a_proof_says_where_messages_are)
{
	char *out;

	configure("memory:pop", "");
	cr_assert_eq(verso("sync", NULL, NULL), 0);
	cr_assert_eq(verso("op archive -m INBOX e", NULL, NULL), 0);
	cr_assert_eq(verso("verify --server", &out, NULL), 0);
	cr_assert(g_regex_match_simple("^a/INBOX: \\d+ messages? on the "
				       "server, \\d+ bytes: mail, index and "
				       "server agree$",
				       out, G_REGEX_MULTILINE, 0), "%s", out);
	cr_assert(g_regex_match_simple("^a/Archive: [1-9]\\d* messages?, here "
				       "alone: mail and index agree$",
				       out, G_REGEX_MULTILINE, 0), "%s", out);
	g_free(out);
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
