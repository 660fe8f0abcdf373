/*
 * test_dovecot.c - the real server is one
 */
#include "support/dovecot.h"

#include <arpa/inet.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <glib.h>

static int
dial(int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	a.sin_port = htons((uint16_t)port);
	cr_assert_eq(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

/* Send a line, read until text comes, the peer closes or ms have gone.
 * Everything read is in answer. */
static bool
talk(int fd, const char *line, const char *text, int ms, GString *answer)
{
	char buf[4096];
	struct pollfd p = { .fd = fd, .events = POLLIN };
	ssize_t n;

	g_string_truncate(answer, 0);
	cr_assert_eq(send(fd, line, strlen(line), MSG_NOSIGNAL),
		     (ssize_t)strlen(line));
	while (!strstr(answer->str, text) && poll(&p, 1, ms) == 1 &&
	       (n = recv(fd, buf, sizeof(buf), 0)) > 0)
		g_string_append_len(answer, buf, n);
	return strstr(answer->str, text) != NULL;
}

static void
greet(int fd, GString *answer)
{
	cr_assert(talk(fd, "", "ready.\r\n", 5000, answer));
}

TestSuite(dovecot, .timeout = 600);

Test(dovecot, serves_what_was_added)
{
	struct dovecot *d = dovecot_start(NULL);
	GString *a = g_string_new(NULL);
	int fd;

	dovecot_add(d, "ann", "INBOX", "Subject: one\n\nHi\n", 17, "FS",
		    1600000000);
	for (unsigned int i = 2; i <= 12; i++)
		dovecot_add_numbered(d, "ann", "INBOX", i, 300);
	dovecot_add_numbered(d, "ann", "Lists/kernel", 13, 300);
	fd = dial(dovecot_imap(d));
	greet(fd, a);
	cr_assert(strstr(a->str, "STARTTLS"));
	cr_assert(strstr(a->str, "SCRAM-SHA-256"));
	cr_assert(talk(fd, "a LOGIN ann secret\r\n", "a OK", 5000, a));
	cr_assert(strstr(a->str, "QRESYNC"));
	cr_assert(talk(fd, "b LIST \"\" *\r\n", "b OK", 5000, a));
	cr_assert(strstr(a->str, "Lists/kernel"));
	cr_assert(strstr(a->str, "\\Sent"));
	cr_assert(talk(fd, "c SELECT INBOX\r\n", "c OK", 5000, a));
	cr_assert(strstr(a->str, "* 12 EXISTS"), "%s", a->str);
	cr_assert(talk(fd, "d FETCH 1 (FLAGS RFC822.SIZE INTERNALDATE)\r\n",
		       "d OK", 5000, a));
	cr_assert(strstr(a->str, "\\Flagged \\Seen"), "%s", a->str);
	cr_assert(strstr(a->str, "RFC822.SIZE 20"), "%s", a->str);
	cr_assert(strstr(a->str, "13-Sep-2020"), "%s", a->str);
	cr_assert(talk(fd, "e FETCH 11 BODY[HEADER.FIELDS (SUBJECT)]\r\n",
		       "e OK", 5000, a));
	cr_assert(strstr(a->str, "Message 11\r\n"), "%s", a->str);
	close(fd);
	g_string_free(a, TRUE);
	dovecot_stop(d);
}

Test(dovecot, another_client_changes_mail)
{
	struct dovecot *d = dovecot_start(NULL);
	char *text;

	dovecot_add_numbered(d, "bob", "INBOX", 1, 200);
	dovecot_add_numbered(d, "bob", "INBOX", 2, 200);
	g_free(dovecot_admin(d, "flags", "add", "-u", "bob", "\\Answered",
			     "mailbox", "INBOX", "uid", "2", NULL));
	g_free(dovecot_admin(d, "expunge", "-u", "bob", "mailbox", "INBOX",
			     "uid", "1", NULL));
	text = dovecot_admin(d, "fetch", "-u", "bob", "uid flags", "mailbox",
			     "INBOX", NULL);
	cr_assert_str_eq(text, "uid: 2\nflags: \\Answered \\Recent\n");
	g_free(text);
	dovecot_stop(d);
}

Test(dovecot, pop3_and_sdbox)
{
	struct dovecot_options o = { .sdbox = true };
	struct dovecot *d = dovecot_start(&o);
	GString *a = g_string_new(NULL);
	int fd;

	dovecot_add(d, "eve", "INBOX", "Subject: one\r\n\r\nHi\r\n", 20, "F",
		    0);
	fd = dial(dovecot_pop3(d));
	greet(fd, a);
	cr_assert(talk(fd, "CAPA\r\n", "\r\n.\r\n", 5000, a));
	cr_assert(strstr(a->str, "STLS\r\n"));
	cr_assert(talk(fd, "USER eve\r\n", "+OK", 5000, a));
	cr_assert(talk(fd, "PASS secret\r\n", "+OK", 5000, a));
	cr_assert(talk(fd, "STAT\r\n", "+OK 1 20\r\n", 5000, a));
	close(fd);
	g_string_free(a, TRUE);
	dovecot_stop(d);
}

Test(dovecot, leaves_capabilities_out)
{
	struct dovecot_options o = { .without = "QRESYNC IDLE" };
	struct dovecot *d = dovecot_start(&o);
	GString *a = g_string_new(NULL);
	int fd = dial(dovecot_imap(d));

	greet(fd, a);
	cr_assert(talk(fd, "a LOGIN ann secret\r\n", "a OK", 5000, a));
	cr_assert(talk(fd, "b CAPABILITY\r\n", "b OK", 5000, a));
	cr_assert_not(strstr(a->str, "QRESYNC"));
	cr_assert_not(strstr(a->str, "IDLE"));
	cr_assert(strstr(a->str, "CONDSTORE"));
	close(fd);
	g_string_free(a, TRUE);
	dovecot_stop(d);
}

Test(dovecot, stands_still_and_goes_on)
{
	struct dovecot *d = dovecot_start(NULL);
	GString *a = g_string_new(NULL);
	int fd = dial(dovecot_imap(d));

	greet(fd, a);
	dovecot_pause(d);
	cr_assert_not(talk(fd, "a NOOP\r\n", "a OK", 200, a));
	dovecot_resume(d);
	cr_assert(talk(fd, "b NOOP\r\n", "b OK", 5000, a));
	cr_assert_gt(dovecot_drop_connections(d), 0);
	cr_assert_not(talk(fd, "", "c OK", 2000, a));
	close(fd);
	fd = dial(dovecot_imap(d));
	greet(fd, a);
	close(fd);
	g_string_free(a, TRUE);
	dovecot_stop(d);
}

Test(dovecot, leaves_nothing_behind)
{
	struct dovecot *d = dovecot_start(NULL);
	char *dir = g_strdup(dovecot_dir(d));
	char *pin = cert_pin(dir);

	cr_assert_eq(strlen(pin), 64);
	cr_assert(g_file_test(dovecot_ca(d), G_FILE_TEST_EXISTS));
	cr_assert_eq(dovecot_logged(d, "no such line"), 0);
	cr_assert_gt(dovecot_logged(d, "starting up"), 0);
	dovecot_stop(d);
	cr_assert_not(g_file_test(dir, G_FILE_TEST_EXISTS));
	g_free(pin);
	g_free(dir);
}
