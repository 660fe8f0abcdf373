/*
 * other_courier.c - Courier's imapd behind a log-in of our own
 *
 * Courier's log-in program hands a connection that is logged in to imapd with
 * the user and the tag of the command in the environment; so do we.
 */
#include "other_own.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>

#include "support.h"

#define LINE_MAX_OCTETS 1000

/* As in Debian's /etc/courier/imapd. */
#define CAPABILITIES "IMAP4rev1 UIDPLUS CHILDREN NAMESPACE "		\
	"THREAD=ORDEREDSUBJECT THREAD=REFERENCES SORT QUOTA IDLE"

const char other_courier_program[] = "/usr/bin/imapd";

/* To the client, at the end of the line. */
static void G_GNUC_PRINTF(1, 2)
say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\r\n");
	fflush(stdout);
}

/* One line without its end, octet by octet, since what follows the log-in is
 * not ours to read; false at the end. */
static bool
hear(char *line)
{
	size_t n = 0;

	while (n < LINE_MAX_OCTETS && read(0, line + n, 1) == 1)
		if (line[n++] == '\n') {
			line[n - (n > 1 && line[n - 2] == '\r' ? 2 : 1)] = 0;
			return true;
		}
	return false;
}

static char *
unquote(char *word)
{
	size_t n = strlen(word);

	if (n < 2 || word[0] != '"')
		return word;
	word[n - 1] = '\0';
	return word + 1;
}

static bool
may_enter(const char *user, const char *password)
{
	return *user && strcmp(password, "secret") == 0 &&
	       strspn(user, "abcdefghijklmnopqrstuvwxyz0123456789") ==
		       strlen(user);
}

/* Whose home is made when it is not there. */
static void
go_home(const struct other *o, const char *user)
{
	static const char *const below[] = { "Maildir", "Maildir/cur",
		"Maildir/new", "Maildir/tmp" };
	char *home = g_build_filename(o->dir, user, NULL);

	mkdir(home, 0700);
	if (chdir(home) != 0)
		_exit(1);
	for (size_t i = 0; i < G_N_ELEMENTS(below); i++)
		mkdir(below[i], 0700);
	g_free(home);
}

static void G_GNUC_NORETURN
become_imapd(const struct other *o, const char *user, const char *tag)
{
	char *program = g_strconcat(o->root, other_courier_program, NULL);
	char *argv[] = { program, (char *)"Maildir", NULL };
	char *env[] = {
		g_strconcat("LD_LIBRARY_PATH=", o->libraries, NULL),
		g_strconcat("AUTHENTICATED=", user, NULL),
		g_strconcat("IMAPLOGINTAG=", tag, NULL),
		(char *)"IMAP_CAPABILITY=" CAPABILITIES,
		(char *)"IMAP_KEYWORDS=1", (char *)"IMAP_IDLE_TIMEOUT=1",
		(char *)"IMAP_USELOCKS=0", (char *)"IMAP_ENHANCEDIDLE=0",
		(char *)"PROTOCOL=IMAP", (char *)"TCPREMOTEIP=127.0.0.1",
		(char *)"TCPREMOTEPORT=1", NULL
	};

	go_home(o, user);
	/* Where it would tell of every log-in. */
	dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), 2);
	execve(program, argv, env);
	_exit(1);
}

/* A client until it is logged in. */
static void G_GNUC_NORETURN
receive_client(const struct other *o)
{
	char line[LINE_MAX_OCTETS + 1] = "";

	say("* OK [CAPABILITY " CAPABILITIES "] Courier-IMAP ready.");
	while (hear(line)) {
		char **w = g_strsplit(line, " ", 4);
		guint n = g_strv_length(w);
		const char *user = n == 4 ? unquote(w[2]) : "";
		const char *password = n == 4 ? unquote(w[3]) : "";

		if (n == 4 && !g_ascii_strcasecmp(w[1], "LOGIN") &&
		    may_enter(user, password))
			become_imapd(o, user, w[0]);
		if (n == 4)
			say("%s NO Login failed.", w[0]);
		else if (n == 2 && !g_ascii_strcasecmp(w[1], "CAPABILITY"))
			say("* CAPABILITY " CAPABILITIES "\r\n%s OK", w[0]);
		else
			say("%s BAD not before the log-in", n ? w[0] : "*");
		g_strfreev(w);
	}
	_exit(0);
}

void
other_courier_start(struct other *o)
{
	int listener = support_listen(&o->port);

	fflush(stdout);
	if (other_fork(o) == 0)
		other_serve(o, listener, receive_client);
	close(listener);
}
