/*
 * line.c - the line between reader and worker, with a real process behind it
 */
#include <criterion/criterion.h>

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <fcntl.h>
#include <unistd.h>

#include <linux/rtnetlink.h>

#include "base/clock.h"
#include "base/path.h"
#include "base/words.h"
#include "store/outbox.h"
#include "support/support.h"
#include "worker/link.h"
#include "worker/said.h"
#include "worker/secret.h"

static char *home;
static struct link *l;
static GString *heard;		/* every line, "|" behind each */

static void
begin(void)
{
	home = support_tmp_new();
	g_setenv("XDG_DATA_HOME", home, TRUE);
	g_setenv("VERSO_TEST_RECEIVE", "memory:test", TRUE);
	link_set_program(BUILD_DIR "/tests/worker/worker");
	heard = g_string_new(NULL);
}

static void
end(void)
{
	link_stop(l, 2000);
	l = NULL;
	g_string_free(heard, TRUE);
	support_tmp_free(home);
}

TestSuite(line, .init = begin, .fini = end, .timeout = 600);

static void
hear(void *ctx, char **words, int n)
{
	char *line = words_join(words);

	(void)ctx;
	(void)n;
	g_string_append_printf(heard, "%s|", line);
	g_free(line);
}

/* Until text was heard; false when it was not within ms. */
static bool
hears(const char *text, int ms)
{
	int64_t deadline = clock_ms() + ms;

	while (!strstr(heard->str, text) && clock_left(deadline) > 0) {
		int wait = link_pump(l, hear, NULL);
		struct pollfd p = { .fd = link_fd(l), .events = POLLIN };

		if (strstr(heard->str, text))
			break;
		if (wait < 0 || wait > clock_left(deadline))
			wait = clock_left(deadline);
		poll(&p, 1, MIN(wait, 100));
	}
	return strstr(heard->str, text) != NULL;
}

#define HEARS(text) \
	cr_assert(hears(text, 120000), "“%s” is not in: %s", text, heard->str)

static void
launch(void)
{
	struct err e = { "" };

	l = link_start("test", LINK_WORK, &e);
	cr_assert_not_null(l, "%s", e.text);
}

static struct store *
open_as(enum store_mode mode)
{
	char *dir = path_account("test");
	struct store *s = NULL;
	struct err e = { "" };

	cr_assert_eq(store_open(dir, mode, &s, &e), ST_OK, "%s", e.text);
	g_free(dir);
	return s;
}

static int64_t
messages_here(void)
{
	char *dir = path_account("test");
	struct store *s = NULL;
	struct folder *f = NULL;
	int64_t n = -1;

	if (store_open(dir, STORE_READER, &s, NULL) == ST_OK &&
	    folder_by_name(s, "INBOX", &f, NULL) == ST_OK)
		n = f->total - f->waiting;
	folder_free(f);
	store_close(s);
	g_free(dir);
	return n;
}

static int
count(const char *text)
{
	int n = 0;

	for (const char *p = heard->str; (p = strstr(p, text)); p++)
		n++;
	return n;
}

Test(line, a_sync_ends_once)
{
	launch();
	cr_assert_eq(link_request(l, "sync", NULL), 1);
	HEARS("end 1 ok \"\"|");
	cr_assert(strstr(heard->str, "folders|"));
	cr_assert(strstr(heard->str, "changed 1|"));
	cr_assert(strstr(heard->str, "arrived 1 3|"));
	cr_assert(strstr(heard->str, "level INBOX 3 0 3|"));
	HEARS("state idle \"\"|");
	cr_assert_eq(count("end "), 1);
	cr_assert_eq(messages_here(), 3);
	cr_assert(link_up(l));
}

Test(line, unknown_requests_end_too)
{
	launch();
	link_request(l, "dance", "slowly", NULL);
	HEARS("end 1 usage ");
}

Test(line, an_unknown_message_ends_gone)
{
	launch();
	link_request(l, "sync", NULL);
	link_request(l, "fetch", "4711", NULL);
	HEARS("end 2 gone ");
	HEARS("end 1 ok ");
}

Test(line, new_mail_is_told_without_asking)
{
	g_setenv("VERSO_TEST_LATER", "1", TRUE);
	launch();
	link_request(l, "sync", NULL);
	HEARS("end 1 ok \"\"|");
	HEARS("arrived 1 1|");
	cr_assert_eq(messages_here(), 4);
}

Test(line, a_killed_worker_comes_back_and_ends_what_was_asked)
{
	char *file = g_build_filename(home, "died", NULL);

	g_setenv("VERSO_TEST_DIE", file, TRUE);
	launch();
	link_request(l, "sync", NULL);
	HEARS("state crashed ");
	HEARS("end 1 ok \"\"|");
	cr_assert_eq(count("end 1 "), 1);
	g_free(file);
}

Test(line, a_request_that_kills_two_workers_ends)
{
	g_setenv("VERSO_TEST_DIE", "always", TRUE);
	launch();
	link_request(l, "sync", NULL);
	HEARS("end 1 retry ");
	cr_assert_eq(count("end 1 "), 1);
	cr_assert_eq(count("crashed"), 2);
	cr_assert(!link_up(l));
}

Test(line, a_worker_killed_at_rest_brings_all_level_again)
{
	launch();
	link_request(l, "sync", NULL);
	HEARS("state idle ");
	g_string_truncate(heard, 0);
	kill(link_pid(l), SIGKILL);
	HEARS("state crashed ");
	HEARS("state idle ");
	cr_assert_eq(count("end "), 0);
}

Test(line, an_interrupt_is_heard)
{
	g_setenv("VERSO_TEST_STALL", "3", TRUE);
	launch();
	link_request(l, "sync", NULL);
	HEARS("state syncing ");
	support_wait_asleep(link_pid(l));
	link_request(l, "interrupt", NULL);
	HEARS("end 1 cancelled ");
	link_request(l, "sync", NULL);
	HEARS("end 3 ok ");
}

Test(line, after_an_interrupt_new_mail_is_waited_for_again)
{
	g_setenv("VERSO_TEST_STALL", "3", TRUE);
	launch();
	link_request(l, "sync", NULL);
	HEARS("state syncing ");
	support_wait_asleep(link_pid(l));
	link_request(l, "interrupt", NULL);
	HEARS("end 1 cancelled ");
	HEARS("state offline ");
	g_string_truncate(heard, 0);
	HEARS("state idle ");
	/* What was stopped is not taken up without being asked for. */
	cr_assert(!strstr(heard->str, "syncing"), "%s", heard->str);
	cr_assert_eq(messages_here(), 0);
	link_request(l, "sync", NULL);
	HEARS("end 3 ok ");
	cr_assert_eq(messages_here(), 3);
}

Test(line, offline_is_stayed_until_something_is_asked)
{
	launch();
	link_request(l, "sync", NULL);
	HEARS("end 1 ok ");
	HEARS("state idle ");
	g_string_truncate(heard, 0);
	link_request(l, "interrupt", "offline", NULL);
	HEARS("state offline ");
	cr_assert(!hears("state connecting", 5000), "%s", heard->str);
	link_request(l, "sync", NULL);
	HEARS("end 3 ok ");
	HEARS("state idle ");
}

/* Both may be read before the first has begun. */
Test(line, an_interrupt_stops_what_was_asked_before_it)
{
	g_setenv("VERSO_TEST_STALL", "3", TRUE);
	launch();
	link_request(l, "sync", NULL);
	link_request(l, "interrupt", NULL);
	HEARS("end 1 cancelled ");
	HEARS("end 2 ok ");
}

Test(line, a_stalled_worker_ends_at_once_when_told)
{
	int64_t start;

	g_setenv("VERSO_TEST_STALL", "3", TRUE);
	launch();
	link_request(l, "sync", NULL);
	HEARS("state syncing ");
	start = clock_ms();
	link_stop(l, 50000);
	l = NULL;
	/* The stall ends by itself after a minute. */
	cr_assert_lt(clock_ms() - start, 40000);
}

Test(line, a_stopped_worker_keeps_nobody_waiting)
{
	int64_t start;

	launch();
	link_request(l, "sync", NULL);
	HEARS("end 1 ok ");
	kill(link_pid(l), SIGSTOP);
	start = clock_ms();
	for (int i = 0; i < 1000; i++)
		link_request(l, "watch", "INBOX", NULL);
	link_pump(l, hear, NULL);
	cr_assert_lt(clock_ms() - start, 20000);
	link_stop(l, 100);
	l = NULL;
	cr_assert_lt(clock_ms() - start, 40000);
}

/* The folder in view is being brought level before it is waited in. */
Test(line, what_is_asked_just_before_a_wait_is_done)
{
	g_setenv("VERSO_TEST_SLOW", "1", TRUE);
	launch();
	link_request(l, "sync", "Archive", NULL);
	HEARS("end 1 ok ");
	g_string_truncate(heard, 0);
	HEARS("state syncing ");
	link_request(l, "watch", "Archive", NULL);
	link_request(l, "sync", NULL);
	HEARS("end 3 ok ");
	HEARS("state idle ");
}

/* ---- signs of a dead connection ---- */

static char *network;

/* A worker to whom say() can speak. */
static void
launch_listening(void)
{
	network = g_build_filename(home, "network", NULL);
	g_setenv("VERSO_TEST_NETWORK", network, TRUE);
	launch();
}

static void
say(const void *bytes, size_t len)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	g_strlcpy(a.sun_path, network, sizeof(a.sun_path));
	cr_assert_eq(sendto(fd, bytes, len, 0, (struct sockaddr *)&a,
			    sizeof(a)), (ssize_t)len);
	close(fd);
}

static void
say_address(unsigned address)
{
	_Alignas(8) char buf[256];

	say(buf, said_address(buf, RTM_NEWADDR, 70, 0, address));
}

Test(line, another_network_ends_an_idle_wait)
{
	launch_listening();
	link_request(l, "sync", NULL);
	HEARS("end 1 ok ");
	HEARS("state idle ");
	g_string_truncate(heard, 0);
	say_address(1);
	HEARS("state idle ");
	cr_assert(!strstr(heard->str, "offline"), "%s", heard->str);
	g_free(network);
}

Test(line, after_a_sleep_all_is_looked_at)
{
	char *file = g_build_filename(home, "slept", NULL);

	g_setenv("VERSO_TEST_SLEPT", file, TRUE);
	launch_listening();
	link_request(l, "sync", NULL);
	HEARS("end 1 ok ");
	HEARS("state idle ");
	g_string_truncate(heard, 0);
	support_write(file, "60000", 5);
	say("", 0);
	HEARS("state syncing ");
	HEARS("state idle ");
	g_free(network);
	g_free(file);
}

static void
hear_attempts(int n)
{
	int64_t deadline = clock_ms() + 40000;

	while (count("state connecting") < n && clock_left(deadline) > 0)
		hears("never", 100);
	cr_assert_geq(count("state connecting"), n, "%s", heard->str);
}

/* After five attempts the next one would take 13 seconds or more. */
Test(line, another_network_cuts_the_back_off_short)
{
	int64_t start;

	g_setenv("VERSO_TEST_RECEIVE", "imap+plaintext://127.0.0.1:1", TRUE);
	launch_listening();
	link_request(l, "sync", NULL);
	hear_attempts(5);
	g_string_truncate(heard, 0);
	start = clock_ms();
	say_address(1);
	hear_attempts(1);
	cr_assert_lt(clock_ms() - start, 11000);
	g_free(network);
}

/* A letter whose time has not come for hours. */
static void
put_off_letter(void)
{
	struct store *s = open_as(STORE_READER);
	struct outbox_letter *letter = outbox_letter_new();
	FILE *f = tmpfile();

	fputs("Subject: x\n\nx\n", f);
	fflush(f);
	letter->from = g_strdup("ann@x");
	outbox_letter_add_rcpt(letter, "bob@x");
	cr_assert_eq(outbox_add(s, fileno(f), letter, &letter->id, NULL),
		     ST_OK);
	cr_assert_eq(outbox_later(s, letter, clock_now() + 3 * 3600, "No.",
				  NULL), ST_OK);
	fclose(f);
	outbox_letter_free(letter);
	store_close(s);
}

static enum outbox_state
state_of_letter(void)
{
	struct store *s = open_as(STORE_READER);
	struct outbox_letter *letter = NULL;
	enum outbox_state state;

	cr_assert_eq(outbox_get(s, 1, &letter, NULL), ST_OK);
	state = letter->state;
	outbox_letter_free(letter);
	store_close(s);
	return state;
}

/* It was meant for what was done then. */
Test(line, an_interrupt_is_not_kept_for_the_next_letter)
{
	g_setenv("VERSO_TEST_SENDER", "sh -c \"exec cat\"", TRUE);
	g_setenv("VERSO_TEST_STALL", "3", TRUE);
	launch();
	link_request(l, "sync", NULL);
	HEARS("state syncing ");
	support_wait_asleep(link_pid(l));
	link_request(l, "interrupt", NULL);
	HEARS("end 1 cancelled ");
	put_off_letter();
	link_request(l, "send", NULL);
	HEARS("outbox 1");
	cr_assert_eq(state_of_letter(), OUTBOX_SENT);
}

Test(line, another_network_sends_what_was_put_off)
{
	g_setenv("VERSO_TEST_SENDER", "sh -c \"exec cat\"", TRUE);
	launch_listening();
	link_request(l, "sync", NULL);
	HEARS("end 1 ok ");
	HEARS("state idle ");
	put_off_letter();
	say_address(1);
	HEARS("outbox 1");
	g_free(network);
}

/* Says yes to whatever it is asked, as often as it is. */
static gpointer
agree(gpointer data)
{
	int listener = GPOINTER_TO_INT(data), fd;

	while ((fd = accept(listener, NULL, NULL)) >= 0) {
		FILE *f = fdopen(fd, "r+");
		char line[1000];

		fputs("* OK [CAPABILITY IMAP4rev1] ready\r\n", f);
		while (fflush(f) == 0 && fgets(line, sizeof(line), f))
			fprintf(f, "%.*s OK [CAPABILITY IMAP4rev1] done\r\n",
				(int)strcspn(line, " "), line);
		fclose(f);
	}
	return NULL;
}

/* A server that is there again is as good a sign. */
Test(line, a_session_after_others_failed_sends_what_was_put_off)
{
	int port, listener = support_listen(&port);
	char *url = g_strdup_printf("imap+plaintext://127.0.0.1:%d", port);
	GThread *thread;

	g_setenv("VERSO_TEST_SENDER", "sh -c \"exec cat\"", TRUE);
	g_setenv("VERSO_TEST_COMMAND", "echo secret", TRUE);
	g_setenv("VERSO_TEST_RECEIVE", url, TRUE);
	launch();
	/* The first one is dropped. */
	link_request(l, "sync", NULL);
	close(accept(listener, NULL, NULL));
	HEARS("end 1 retry ");
	put_off_letter();
	thread = g_thread_new("agree", agree, GINT_TO_POINTER(listener));
	HEARS("outbox 1");
	link_stop(l, 2000);
	l = NULL;
	shutdown(listener, SHUT_RDWR);
	g_thread_join(thread);
	close(listener);
	g_free(url);
}

/* ---- the lock ---- */

Test(line, a_taken_lock_names_its_holder)
{
	struct store *s = open_as(STORE_WORKER);
	char *pid = g_strdup_printf("%d", (int)getpid());

	launch();
	link_request(l, "sync", NULL);
	HEARS("end 1 retry ");
	cr_assert(strstr(heard->str, pid), "%s", heard->str);
	store_close(s);
	/* When it is free the worker takes it and does what was asked. */
	HEARS("state idle ");
	g_free(pid);
}

Test(line, a_lock_can_be_waited_for)
{
	struct store *s = open_as(STORE_WORKER);
	struct err e;

	l = link_start("test", LINK_WAIT, &e);
	link_request(l, "sync", NULL);
	HEARS("state offline ");
	cr_assert(!hears("end 1", 1500));
	store_close(s);
	HEARS("end 1 ok ");
}

/* ---- secrets ---- */

static enum st
secret(const char *command, int ms, char **out, struct err *e)
{
	return secret_command(command, ms, NULL, NULL, out, e);
}

Test(line, a_command_gives_its_first_line)
{
	char *s = NULL;
	struct err e;

	cr_assert_eq(secret("printf 'one two\\nthree\\n'", 60000, &s, &e),
		     ST_OK);
	cr_assert_str_eq(s, "one two");
	g_free(s);
}

Test(line, no_shell_sees_a_command)
{
	char *s = NULL;
	struct err e;

	cr_assert_eq(secret("echo $HOME;id", 60000, &s, &e), ST_OK);
	cr_assert_str_eq(s, "$HOME;id");
	g_free(s);
}

Test(line, a_command_that_fails_says_why)
{
	char *s = NULL;
	struct err e;

	cr_assert_eq(secret("ls /nowhere/at/all", 60000, &s, &e), ST_AUTH);
	cr_assert(strstr(e.text, "/nowhere/at/all"), "%s", e.text);
	cr_assert_eq(secret("true", 60000, &s, &e), ST_AUTH);
	cr_assert_eq(secret("/no/such/program", 60000, &s, &e), ST_AUTH);
	cr_assert_eq(secret("echo \"open", 60000, &s, &e), ST_CONFIG);
	cr_assert_null(s);
}

Test(line, a_command_that_hangs_is_ended)
{
	int64_t start = clock_ms();
	char *s = NULL;
	struct err e;

	cr_assert_eq(secret("sleep 100", 300, &s, &e), ST_AUTH);
	cr_assert_lt(clock_ms() - start, 60000);
}
