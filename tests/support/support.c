/*
 * support.c - what the helpers of the tests share
 */
#include "support.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ftw.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

void
support_fail(const char *fmt, ...)
{
	va_list ap;
	char *sentence;

	va_start(ap, fmt);
	sentence = g_strdup_vprintf(fmt, ap);
	va_end(ap);
	fprintf(stderr, "tests: %s\n", sentence);
	g_free(sentence);
	abort();
}

char *
support_tmp_new(void)
{
	char *path = g_build_filename(g_get_tmp_dir(), "vt-XXXXXX", NULL);

	if (!g_mkdtemp(path))
		support_fail("no folder %s: %s", path, g_strerror(errno));
	return path;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	remove(path);
	return 0;
}

void
support_tmp_free(char *path)
{
	/* A server's children that are about to end may still write there. */
	for (int i = 0; path && i < 500 && access(path, F_OK) == 0; i++) {
		if (i > 0)
			g_usleep(10000);
		nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	}
	g_free(path);
}

void
support_write(const char *path, const char *bytes, gsize len)
{
	FILE *f = fopen(path, "w");

	if (!f || fwrite(bytes, 1, len, f) != len || fclose(f) != 0)
		support_fail("%s: %s", path, g_strerror(errno));
}

bool
support_asleep(pid_t pid)
{
	char *path = g_strdup_printf("/proc/%d/stat", (int)pid);
	char *text = NULL, *end = NULL;
	bool asleep;

	/* PID (NAME) STATE ...; a name may hold brackets. */
	if (g_file_get_contents(path, &text, NULL, NULL))
		end = strrchr(text, ')');
	asleep = !end || strlen(end) < 3 || strchr("SZX", end[2]);
	g_free(path);
	g_free(text);
	return asleep;
}

void
support_wait_asleep(pid_t pid)
{
	for (int looks = 0, all = 0; looks < 10 && all < 6000; all++) {
		g_usleep(10000);
		looks = support_asleep(pid) ? looks + 1 : 0;
	}
}

int
support_listen(int *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0 ||
	    listen(fd, 64) != 0 ||
	    getsockname(fd, (struct sockaddr *)&a, &len) != 0)
		support_fail("no port on loopback: %s", g_strerror(errno));
	*port = ntohs(a.sin_port);
	return fd;
}

bool
support_greets(int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	struct timeval wait = { .tv_sec = 30 };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char first = 0;

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	a.sin_port = htons((uint16_t)port);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0 &&
	    recv(fd, &first, 1, 0) != 1)
		first = 0;
	close(fd);
	return first == '*' || first == '2';
}

void
support_kill_group(pid_t group)
{
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	kill(-group, SIGKILL);
	while (waitpid(-group, NULL, 0) > 0 || errno == EINTR)
		;
	for (int i = 0; i < 30000 && kill(-group, 0) == 0; i++)
		g_usleep(2000);
}
