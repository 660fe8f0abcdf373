/*
 * password.c - asking for a password on the terminal
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/cli.h"

static bool
read_line(int fd, char *buf, size_t size, const volatile sig_atomic_t *stop)
{
	size_t n = 0;

	while (n + 1 < size && !*stop) {
		ssize_t got = read(fd, buf + n, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || buf[n] == '\n')
			break;
		n++;
	}
	buf[n] = '\0';
	return n > 0 && !*stop;
}

char *
cli_password(const char *sentence, const volatile sig_atomic_t *stop)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
	char buf[1024] = "", *safe, *secret = NULL;
	struct termios old, quiet;

	if (fd >= 0 && tcgetattr(fd, &old) == 0) {
		quiet = old;
		quiet.c_lflag &= ~(tcflag_t)ECHO;
		safe = text_gate_line(sentence);
		tcsetattr(fd, TCSAFLUSH, &quiet);
		dprintf(fd, "%s ", safe);
		if (read_line(fd, buf, sizeof(buf), stop))
			secret = g_strdup(buf);
		tcsetattr(fd, TCSAFLUSH, &old);
		dprintf(fd, "\n");
		g_free(safe);
	}
	if (fd >= 0)
		close(fd);
	explicit_bzero(buf, sizeof(buf));
	return secret;
}
