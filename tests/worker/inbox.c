/*
 * inbox.c - INBOX is heard of whatever folder is in view
 */
#include <criterion/criterion.h>

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/words.h"
#include "support/dovecot.h"
#include "support/support.h"
#include "worker/link.h"

static char *home;
static struct link *l;
static struct dovecot *server;
static GString *heard;		/* every line, "|" behind each */

static void
begin(void)
{
	char *url;

	server = dovecot_start(NULL);
	url = g_strdup_printf("imaps://localhost:%d", dovecot_imaps(server));
	home = support_tmp_new();
	g_setenv("XDG_DATA_HOME", home, TRUE);
	g_setenv("VERSO_TEST_RECEIVE", url, TRUE);
	g_setenv("VERSO_TEST_CA", dovecot_ca(server), TRUE);
	g_setenv("VERSO_TEST_COMMAND", "echo secret", TRUE);
	link_set_program(BUILD_DIR "/tests/worker/worker");
	heard = g_string_new(NULL);
	l = link_start("test", LINK_WORK, NULL);
	g_free(url);
}

static void
end(void)
{
	link_stop(l, 5000);
	dovecot_stop(server);
	g_string_free(heard, TRUE);
	support_tmp_free(home);
}

TestSuite(inbox, .init = begin, .fini = end, .timeout = 600);

static void
hear(void *ctx, char **words, int n)
{
	char *line = words_join(words);

	g_string_append_printf(heard, "%s|", line);
	g_free(line);
}

/* Within two minutes: folders are polled every five. */
static void
hears(const char *text)
{
	int64_t deadline = clock_ms() + 120000;

	while (!strstr(heard->str, text) && clock_left(deadline) > 0) {
		struct pollfd p = { .events = POLLIN };

		link_pump(l, hear, NULL);
		p.fd = link_fd(l);
		if (!strstr(heard->str, text))
			poll(&p, 1, 100);
	}
	cr_assert(strstr(heard->str, text), "“%s” is not in: %s", text,
		  heard->str);
}

static void
deliver(const char *folder, const char *text)
{
	dovecot_add(server, "ann", folder, text, strlen(text), "", 0);
}

/* Until the lookout waits, what comes is not told; and Dovecot misses what is
 * put into a folder in the very moment in which it reads that.  So something
 * comes again and again. */
static void
deliver_until_heard(const char *folder)
{
	char *event = g_strdup_printf("level %s 1 0 ", folder);

	for (int i = 0; i < 60 && !strstr(heard->str, event); i++) {
		int64_t until = clock_ms() + 2000;

		deliver(folder, "Subject: news\r\n\r\nnews\r\n");
		while (clock_left(until) > 0 && !strstr(heard->str, event)) {
			struct pollfd p = { .fd = link_fd(l),
					    .events = POLLIN };

			poll(&p, 1, 100);
			link_pump(l, hear, NULL);
		}
	}
	hears(event);
	g_free(event);
}

Test(inbox, new_mail_is_told_while_another_folder_is_in_view)
{
	link_request(l, "sync", NULL);
	hears("end 1 ok ");
	link_request(l, "watch", "Archive", NULL);
	hears("state idle ");
	deliver_until_heard("INBOX");
	/* And the folder in view is still heard of, whether it is waited in
	 * again by now or not. */
	deliver_until_heard("Archive");
}

Test(inbox, the_lookout_ends_with_its_worker)
{
	pid_t worker = link_pid(l);

	link_request(l, "sync", NULL);
	hears("end 1 ok ");
	link_request(l, "watch", "Archive", NULL);
	deliver_until_heard("INBOX");
	link_request(l, "interrupt", "offline", NULL);
	hears("state offline ");
	link_stop(l, 20000);
	l = NULL;
	cr_assert_neq(kill(worker, 0), 0);
}
