/*
 * doctor.c - verso doctor against real servers
 */
#include <criterion/criterion.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/dovecot.h"
#include "support/smtpd.h"
#include "support/support.h"

static char *home, *config, *out;
static struct dovecot *server;

static void
begin(void)
{
	home = support_tmp_new();
	config = g_build_filename(home, "config", NULL);
	g_setenv("VERSO_CONFIG", config, TRUE);
	g_setenv("XDG_DATA_HOME", home, TRUE);
	g_setenv("LC_ALL", "C.UTF-8", TRUE);
}

static void
end(void)
{
	dovecot_stop(server);
	server = NULL;
	g_clear_pointer(&out, g_free);
	g_free(config);
	support_tmp_free(home);
}

TestSuite(doctor, .init = begin, .fini = end, .timeout = 60);

static void
configure(const char *scheme, int port, const char *more)
{
	char *text = g_strdup_printf(
		"[account a]\naddress = a@x.example\nuser = ann\n"
		"receive = %s://localhost:%d\n%s", scheme, port, more);

	support_write(config, text, strlen(text));
	g_free(text);
}

/* The lines that trust the server and give the password. */
static const char *
trusted(void)
{
	static char text[256];

	g_snprintf(text, sizeof(text), "tls-ca-file = %s\n"
		   "password-command = echo secret\n", dovecot_ca(server));
	return text;
}

static int
doctor(void)
{
	/* setsid: no terminal to ask on. */
	char *argv[] = { "setsid", "-w", BUILD_DIR "/verso", "doctor", NULL };
	int status;

	g_clear_pointer(&out, g_free);
	cr_assert(g_spawn_sync(NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL,
			       NULL, &out, NULL, &status, NULL));
	cr_assert(WIFEXITED(status), "%s", out);
	cr_assert(!strstr(out, "secret"), "%s", out);
	return WEXITSTATUS(status);
}

static bool
line(const char *pattern)
{
	return g_regex_match_simple(pattern, out, G_REGEX_MULTILINE, 0);
}

Test(doctor, every_step_to_an_imap_server)
{
	server = dovecot_start(NULL);
	configure("imaps", dovecot_imaps(server), trusted());
	cr_assert_eq(doctor(), 0, "%s", out);
	cr_assert(line("^ok     a: name: localhost "), "%s", out);
	cr_assert(line("^ok     a: connection: (127\\.0\\.0\\.1|::1), port "
		       "\\d+, answers \\(\\d+ ms\\)\\.$"), "%s", out);
	cr_assert(line("^ok     a: TLS: TLSv1\\.[23], the certificate is "
		       "verified, it ends 20\\d\\d-"), "%s", out);
	cr_assert(line("^note   a: the certificate ends in [01] days"), "%s",
		  out);
	cr_assert(line("^ok     a: log-in: ann, by SCRAM-SHA-256 "), "%s",
		  out);
	cr_assert(line("^ok     a: the server offers IDLE, QRESYNC, .*MOVE, "
		       "UIDPLUS\\.$"), "%s", out);
	cr_assert(line("^ok     a: folders: 6 on the server\\.$"), "%s", out);
	cr_assert(!line("^wrong"), "%s", out);
}

Test(doctor, what_a_poor_server_lacks_in_plain_words)
{
	const struct dovecot_options poor = { .without = "*" };

	server = dovecot_start(&poor);
	configure("imap+starttls", dovecot_imap(server), trusted());
	cr_assert_eq(doctor(), 0, "%s", out);
	cr_assert(line("^ok     a: TLS: "), "%s", out);
	cr_assert(line("^note   a: the server does not offer IDLE: new mail "
		       "is not told of at once"), "%s", out);
	cr_assert(line("^note   a: the server does not offer QRESYNC: "), "%s",
		  out);
	cr_assert(line("offers nothing beyond the least"), "%s", out);
}

Test(doctor, every_step_to_a_pop_server)
{
	server = dovecot_start(NULL);
	dovecot_add_numbered(server, "ann", "INBOX", 1, 500);
	configure("pop3+plaintext", dovecot_pop3(server), trusted());
	cr_assert_eq(doctor(), 0, "%s", out);
	cr_assert(line("^ok     a: TLS: none, "), "%s", out);
	cr_assert(line("^ok     a: the server offers UIDL, PIPELINING, "
		       "TOP\\.$"), "%s", out);
	cr_assert(line("^ok     a: messages: 1 on the server\\.$"), "%s", out);
	cr_assert_eq(doctor(), 0, "it took nothing: %s", out);
	cr_assert(line("^ok     a: messages: 1 "), "%s", out);
}

Test(doctor, each_failure_has_its_step_its_cure_and_its_status)
{
	char *more;

	server = dovecot_start(NULL);
	more = g_strdup_printf("tls-ca-file = %s\npassword-command = echo no\n",
			       dovecot_ca(server));
	configure("imaps", dovecot_imaps(server), more);
	cr_assert_eq(doctor(), 77, "%s", out);
	cr_assert(line("^wrong  a: log-in: .*Are user and password right\\?"),
		  "%s", out);
	g_free(more);

	configure("imaps", dovecot_imaps(server),
		  "password-command = echo secret\n");
	cr_assert_eq(doctor(), 77, "%s", out);
	cr_assert(line("^wrong  a: TLS: .*tls-pin = [0-9a-f]{64}$"), "%s",
		  out);
	cr_assert(!line("log-in"), "%s", out);

	configure("imap+plaintext", dovecot_pop3(server), trusted());
	cr_assert_eq(doctor(), 76, "%s", out);
	cr_assert(line("^wrong  a: log-in: .*Do scheme and port belong "),
		  "%s", out);

	configure("imaps", 1, trusted());
	cr_assert_eq(doctor(), 75, "%s", out);
	cr_assert(line("^wrong  a: connection: .*Are host and port right\\?"),
		  "%s", out);

	more = g_strdup_printf("tls-ca-file = %s\n", dovecot_ca(server));
	configure("imaps", dovecot_imaps(server), more);
	cr_assert_eq(doctor(), 77, "%s", out);
	cr_assert(line("^wrong  a: log-in: .*add the line “password-command"),
		  "%s", out);
	g_free(more);
}

Test(doctor, a_silent_server_is_not_waited_for)
{
	char *more;

	server = dovecot_start(NULL);
	more = g_strconcat(trusted(), "timeout = 5\n", NULL);
	configure("imaps", dovecot_imaps(server), more);
	dovecot_pause(server);
	cr_assert_eq(doctor(), 75, "%s", out);
	cr_assert(line("^wrong  a: TLS: "), "%s", out);
	dovecot_resume(server);
	g_free(more);
}

Test(doctor, stops_when_told_to)
{
	char *sign = g_build_filename(home, "sign", NULL);
	char *more, *argv[] = { BUILD_DIR "/verso", "doctor", NULL };
	int status;
	GPid pid;

	server = dovecot_start(NULL);
	more = g_strdup_printf("tls-ca-file = %s\npassword-command = sh -c "
			       "'touch %s; sleep 50'\n", dovecot_ca(server),
			       sign);
	configure("imaps", dovecot_imaps(server), more);
	cr_assert(g_spawn_async(NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD |
				G_SPAWN_STDOUT_TO_DEV_NULL |
				G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &pid,
				NULL));
	while (access(sign, F_OK) != 0)
		g_usleep(10 * 1000);
	kill(pid, SIGINT);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFEXITED(status));
	cr_assert_eq(WEXITSTATUS(status), 75);
	g_free(more);
	g_free(sign);
}

/* Only what sends: the server it sends by is asked, up to the log-in. */
Test(doctor, every_step_to_a_submission_server)
{
	const char *why = NULL;
	struct smtpd *post = smtpd_start(&why);
	char *text;

	if (!post) {
		fflush(stdout);
		end();		/* it is not called for who skips */
		cr_skip_test("%s", why);
	}
	text = g_strdup_printf("[account a]\naddress = a@x.example\nuser = "
			       "ann\nsend = smtps://localhost:%d\n"
			       "tls-ca-file = %s\n"
			       "password-command = echo secret\n",
			       smtpd_tls_port(post), smtpd_ca(post));
	support_write(config, text, strlen(text));
	g_free(text);
	cr_assert_eq(doctor(), 0, "%s", out);
	cr_assert(line("^ok     a: sending: TLS: TLSv1"), "%s", out);
	cr_assert(line("^ok     a: sending: log-in: ann, by "), "%s", out);
	cr_assert(line("^ok     a: sending: the server offers PIPELINING, "
		       "8BITMIME, SMTPUTF8, DSN, letters of up to 1 MB\\.$"),
		  "%s", out);
	smtpd_stop(post);
	cr_assert_neq(doctor(), 0);
	cr_assert(line("^wrong  a: sending: connection: "), "%s", out);
}

Test(doctor, the_program_that_sends_is_looked_for)
{
	static const char text[] = "[account a]\naddress = a@x.example\n"
				   "send-command = sh -c true\n"
				   "[account b]\naddress = b@x.example\n"
				   "send-command = not-there-at-all\n";

	support_write(config, text, strlen(text));
	cr_assert_eq(doctor(), 78, "%s", out);
	cr_assert(line("^ok     a: sending: /.*/sh hands letters on"), "%s",
		  out);
	cr_assert(line("^wrong  b: sending: there is no program “not-there"),
		  "%s", out);
}
