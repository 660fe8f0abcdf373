/*
 * worker_main.c - a worker for the tests: "worker ACCOUNT" like the program's
 *
 * The environment says what it works with: VERSO_TEST_RECEIVE (an address;
 * memory:test has VERSO_TEST_MESSAGES messages), VERSO_TEST_COMMAND (the
 * password's), VERSO_TEST_CA, VERSO_TEST_STALL (the memory server's n-th call
 * stalls), VERSO_TEST_SLOW (every call takes a while, and there is Archive),
 * VERSO_TEST_HANG (a call never comes back),
 * VERSO_TEST_DIE (kill itself while that file is not there, making it;
 * "always": each time), VERSO_TEST_NETWORK (where a socket is made that stands
 * for the kernel's), VERSO_TEST_SLEPT (a file with a number: so many
 * milliseconds the machine has slept) and VERSO_TEST_SENDER (the program that
 * sends).
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/memory.h"
#include "worker/signs.h"
#include "worker/worker.h"

static int left_to_arrive, calls;

static int
deliver(void *ctx)
{
	struct memory_server *s = ctx;
	static const char text[] = "Subject: later\r\nMessage-ID: <late@x>\r\n"
				   "\r\nlate\r\n";

	/* Not before the first calls, which are the first synchronisation's. */
	if (left_to_arrive > 0 && ++calls > 12) {
		left_to_arrive--;
		memory_message_add(s, "INBOX", text, strlen(text), NULL, 1);
	}
	return 20;
}

static int
dawdle(void *ctx)
{
	g_usleep(100000);
	return -1;
}

/* In the synchronisation, and for ever. */
static int
hang(void *ctx)
{
	while (++calls > 2)
		pause();
	return -1;
}

static struct memory_server *
make_server(void)
{
	struct memory_server *s = memory_server_new(
		CAP_FOLDERS | CAP_UIDS | CAP_FLAGS | CAP_CONDSTORE |
		CAP_QRESYNC | CAP_LIST_STATUS | CAP_IDLE | CAP_PEEK);
	const char *n = getenv("VERSO_TEST_MESSAGES");

	for (int i = 1; i <= (n ? atoi(n) : 3); i++) {
		char *text = g_strdup_printf("Subject: n%d\r\nMessage-ID: "
					     "<%d@x>\r\n\r\nText %d\r\n", i, i,
					     i);

		memory_message_add(s, "INBOX", text, strlen(text), NULL, i);
		g_free(text);
	}
	if (getenv("VERSO_TEST_STALL"))
		memory_fault_arm(s, MEMORY_STALL,
				 atoi(getenv("VERSO_TEST_STALL")));
	if (getenv("VERSO_TEST_SLOW")) {
		memory_folder_add(s, "Archive", ROLE_ARCHIVE);
		memory_server_visit(s, dawdle, s);
	}
	if (getenv("VERSO_TEST_HANG"))
		memory_server_visit(s, hang, NULL);
	if (getenv("VERSO_TEST_LATER")) {
		left_to_arrive = 1;
		memory_server_visit(s, deliver, s);
	}
	memory_server_publish("test", s);
	return s;
}

static void
die_if_asked(void)
{
	const char *file = getenv("VERSO_TEST_DIE");

	if (!file || g_file_test(file, G_FILE_TEST_EXISTS))
		return;
	if (strcmp(file, "always") != 0)
		fclose(fopen(file, "w"));
	raise(SIGKILL);
}

static void
make_network(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	const char *path = getenv("VERSO_TEST_NETWORK");
	int fd;

	if (!path)
		return;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	g_strlcpy(a.sun_path, path, sizeof(a.sun_path));
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0)
		abort();
	signs_network_from(fd);
}

static int64_t
slept(void)
{
	char *text = NULL;
	int64_t ms = 0;

	if (g_file_get_contents(getenv("VERSO_TEST_SLEPT"), &text, NULL,
				NULL))
		ms = g_ascii_strtoll(text, NULL, 10);
	g_free(text);
	return ms;
}

int
main(int argc, char **argv)
{
	struct memory_server *s = make_server();
	struct account *a = account_new(argv[2]);
	struct err e = { "" };
	enum link_mode mode;
	enum st st;

	die_if_asked();
	make_network();
	if (getenv("VERSO_TEST_SLEPT"))
		clock_slept_from(slept);
	st = endpoint_parse(&a->receive, getenv("VERSO_TEST_RECEIVE"), &e);
	a->user = g_strdup("ann");
	a->password_command = g_strdup(getenv("VERSO_TEST_COMMAND"));
	a->tls_ca_file = g_strdup(getenv("VERSO_TEST_CA"));
	a->send_command = g_strdup(getenv("VERSO_TEST_SENDER"));
	if (st == ST_OK) {
		worker_confine(a);
		worker_mode(argv[3], &mode);
		st = worker_run(a, "/etc/verso", 3, mode, &e);
	}
	if (st != ST_OK)
		fprintf(stderr, "%s\n", e.text);
	account_free(a);
	memory_server_free(s);
	return st_exit_code(st);
}
