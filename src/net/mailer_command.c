/*
 * mailer_command.c - letters handed to a program (msmtp, sendmail)
 *
 * It is run without a shell as WORDS -i -f SENDER -- RECIPIENT…, gets the
 * message on its standard input with LF ends, and tells with its exit status
 * (sysexits.h) and on standard error what became of it.  It is gone before
 * the message was whole, or fails with a word on why nobody has the letter.  It
 * is stopped after that, or its own connection breaks: nobody knows.
 */
#include "net/mailer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/words.h"

#define SAID_MOST 400
#define CHUNK (64 * 1024)
#define SLICE_MS 50
/* As in smtp_send.c: for who wants to end, and for the answer. */
#define LAST_MS 5000
#define SENDING_PATIENCE 10

struct command {
	struct mailer mailer;
	const struct account *account;
	atomic_bool stop;
};

/* One run of the program. */
struct run {
	struct command *command;
	struct smtp_letter *letter;
	pid_t pid;
	int in, err;		/* its standard input and error; -1: closed */
	char buf[CHUNK];
	size_t at, len;		/* of buf, what it has not taken yet */
	char last;		/* octet that was read */
	bool whole;		/* all of the letter is in buf or was taken */
	char said[SAID_MOST];
	size_t n_said;
	int64_t deadline;
	bool stopped;		/* it has until then to say how it went */
};

static enum st
command_open(struct mailer *m, struct err *e)
{
	(void)m;
	(void)e;
	return ST_OK;
}

static void
command_close(struct mailer *m)
{
	(void)m;
}

static void
command_interrupt(struct mailer *m)
{
	atomic_store(&((struct command *)m)->stop, true);
}

static void
command_free(struct mailer *m)
{
	g_free(m);
}

/* ---- the run ------------------------------------------------------------ */

/* A group of its own, so that all of it can be ended.  What limits and
 * silences the worker is not meant for it.  It does not outlive us: it would
 * take what it has by then for the whole letter. */
static void
own_group(gpointer ctx)
{
	struct rlimit memory;

	(void)ctx;
	setpgid(0, 0);
	if (getrlimit(RLIMIT_DATA, &memory) == 0) {
		memory.rlim_cur = memory.rlim_max;
		setrlimit(RLIMIT_DATA, &memory);
	}
	signal(SIGINT, SIG_DFL);
	signal(SIGTSTP, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static GPtrArray *
arguments(const struct run *r, char **words)
{
	GPtrArray *argv = g_ptr_array_new();

	for (char **w = words; *w; w++)
		g_ptr_array_add(argv, *w);
	g_ptr_array_add(argv, (gpointer)"-i");
	g_ptr_array_add(argv, (gpointer)"-f");
	g_ptr_array_add(argv, (gpointer)r->letter->from);
	g_ptr_array_add(argv, (gpointer)"--");
	for (size_t i = 0; i < r->letter->rcpts; i++)
		g_ptr_array_add(argv, (gpointer)r->letter->rcpt[i].address);
	g_ptr_array_add(argv, NULL);
	return argv;
}

static enum st
begin(struct run *r, struct err *e)
{
	const char *line = r->command->account->send_command;
	char **words = words_split(line, NULL);
	GPtrArray *argv = arguments(r, words);
	GError *error = NULL;
	enum st st = ST_OK;

	if (!g_spawn_async_with_pipes(NULL, (char **)argv->pdata, NULL,
				      G_SPAWN_SEARCH_PATH |
				      G_SPAWN_DO_NOT_REAP_CHILD |
				      G_SPAWN_STDOUT_TO_DEV_NULL, own_group,
				      NULL, &r->pid, &r->in, NULL, &r->err,
				      &error))
		st = err_set(e, ST_CONFIG, "The command that sends mail "
			     "cannot be run: %s.", error->message);
	else
		fcntl(r->in, F_SETFL, fcntl(r->in, F_GETFL) | O_NONBLOCK);
	g_clear_error(&error);
	g_ptr_array_unref(argv);
	g_strfreev(words);
	return st;
}

/* Was the end of the letter given to it? */
static bool
is_out(const struct run *r)
{
	return r->whole && r->at == r->len && r->in < 0;
}

/* Milliseconds it may take over what is next: most programs begin to send
 * when they have all of the letter, and say nothing meanwhile. */
static int
patience(const struct run *r)
{
	return r->command->account->timeout * 1000 *
	       (is_out(r) ? SENDING_PATIENCE : 1);
}

/* The next stretch of the letter with LF ends: a CR before an LF goes. */
static enum st
refill(struct run *r, struct err *e)
{
	char *to = r->buf;
	size_t len;
	enum st st;

	r->at = r->len = 0;
	st = r->letter->read(r->letter->ctx, r->buf + 1, CHUNK - 1, &len, e);
	if (st != ST_OK)
		return st;
	r->whole = len == 0;
	for (size_t i = 1; i <= len; i++) {
		char c = r->buf[i];

		/* A CR waits for what follows it. */
		if (r->last == '\r' && c != '\n')
			*to++ = '\r';
		if (c != '\r')
			*to++ = c;
		r->last = c;
	}
	r->len = (size_t)(to - r->buf);
	return ST_OK;
}

/* Whatever it takes now.  False: it does not read any more. */
static bool
feed(struct run *r)
{
	ssize_t n = write(r->in, r->buf + r->at, r->len - r->at);

	if (n > 0) {
		r->at += (size_t)n;
		r->deadline = clock_ms() + patience(r);
	}
	return n >= 0 || errno == EAGAIN || errno == EINTR;
}

static void
listen(struct run *r)
{
	char scrap[256];
	size_t room = sizeof(r->said) - 1 - r->n_said;
	ssize_t n = read(r->err, scrap, sizeof(scrap));

	if (n == 0 || (n < 0 && errno != EINTR)) {
		close(r->err);
		r->err = -1;
	} else if (n > 0) {
		memcpy(r->said + r->n_said, scrap, MIN((size_t)n, room));
		r->n_said += MIN((size_t)n, room);
	}
}

static void
close_in(struct run *r)
{
	if (r->in >= 0)
		close(r->in);
	r->in = -1;
}

/* Give it the letter, and its end only when the caller has written down that
 * it goes out. */
static enum st
give(struct run *r, struct err *e)
{
	enum st st = ST_OK;

	if (r->at < r->len) {
		if (!feed(r))
			close_in(r);
		return ST_OK;
	}
	if (!r->whole)
		return refill(r, e);
	st = r->letter->commit(r->letter->ctx, e);
	if (st != ST_OK)	/* it dies without having seen the end */
		return st;
	close_in(r);
	r->deadline = clock_ms() + patience(r);
	return st;
}

/* True once it has ended; it stays a zombie. */
static bool
has_ended(const struct run *r)
{
	siginfo_t info = { .si_pid = 0 };

	return waitid(P_PID, (id_t)r->pid, &info,
		      WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid != 0;
}

/* Asked to end: now, or where it has all of the letter in a while, since what
 * it says of that is on its way in most cases. */
static enum st
stop(struct run *r, struct err *e)
{
	if (!is_out(r) || r->stopped)
		return err_set(e, ST_CANCELLED, "Sending was stopped.");
	r->stopped = true;
	r->deadline = MIN(r->deadline, clock_ms() + LAST_MS);
	return ST_OK;
}

/* One turn of waiting and doing.  ST_OK: go on. */
static enum st
turn(struct run *r, struct err *e)
{
	struct pollfd p[2] = { { .fd = r->in, .events = POLLOUT },
			       { .fd = r->err, .events = POLLIN } };

	poll(p, 2, SLICE_MS);
	if (p[1].revents)
		listen(r);
	if (atomic_exchange(&r->command->stop, false) && stop(r, e) != ST_OK)
		return ST_CANCELLED;
	if (clock_left(r->deadline) > 0)
		return p[0].revents ? give(r, e) : ST_OK;
	if (r->stopped)
		return stop(r, e);
	return err_set(e, ST_RETRY, "The command that sends mail did nothing "
		       "for %d seconds.", patience(r) / 1000);
}

static enum st
run(struct run *r, struct err *e)
{
	enum st st = ST_OK;

	r->deadline = clock_ms() + patience(r);
	while (st == ST_OK && !has_ended(r))
		st = turn(r, e);
	/* What it said last; what it left behind may keep that open. */
	while (r->err >= 0 && st == ST_OK) {
		struct pollfd p = { .fd = r->err, .events = POLLIN };

		if (poll(&p, 1, SLICE_MS) <= 0)
			break;
		listen(r);
	}
	return st;
}

/* Its exit status; -1: a signal ended it. */
static int
end(struct run *r, bool kill_it)
{
	int status = 0;

	if (kill_it)
		kill(-r->pid, SIGKILL);
	while (waitpid(r->pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static enum smtp_fate
fate_of(const struct run *r, int status)
{
	if (status == 0)
		return is_out(r) ? SMTP_SENT : SMTP_LATER;
	switch (status) {
	case -1:
	case EX_IOERR:		/* so msmtp ends when the connection breaks */
	case EX_PROTOCOL:	/* behind the last line, too */
	case EX_SOFTWARE:
		return is_out(r) ? SMTP_UNSURE : SMTP_LATER;
	case EX_TEMPFAIL:
	case EX_OSERR:
	case EX_CANTCREAT:
	case EX_UNAVAILABLE:
	case EX_NOHOST:
	case EX_NOPERM:
	case EX_CONFIG:
		return SMTP_LATER;
	default:
		return SMTP_REFUSED;
	}
}

static char *
words_of(const struct run *r, int status)
{
	char *text = text_to_utf8(r->said, r->n_said), *said;

	said = text_gate_line(g_strdelimit(g_strstrip(text), "\r\n", ' '));
	g_free(text);
	if (*said)
		return said;
	g_free(said);
	return status < 0 ? g_strdup("It was ended by a signal.")
			  : g_strdup_printf("It ended with status %d.",
					    status);
}

static enum st
command_send(struct mailer *m, struct smtp_letter *letter,
	     enum smtp_fate *fate, char **said, struct err *e)
{
	struct run *r = g_new0(struct run, 1);
	int status;
	enum st st;

	r->command = (struct command *)m;
	r->letter = letter;
	r->in = r->err = -1;
	*fate = SMTP_LATER;
	*said = NULL;
	st = begin(r, e);
	if (st == ST_OK) {
		st = run(r, e);
		status = end(r, st != ST_OK);
		*fate = st != ST_OK ? (is_out(r) ? SMTP_UNSURE : SMTP_LATER)
				    : fate_of(r, status);
		*said = words_of(r, status);
		for (size_t i = 0; i < letter->rcpts; i++)
			letter->rcpt[i].code = *fate == SMTP_SENT ? 250 : 0;
	}
	close_in(r);
	if (r->err >= 0)
		close(r->err);
	g_free(r);
	return st;
}

static const struct mailer_ops command_ops = {
	.name = "command",
	.open = command_open,
	.close = command_close,
	.send = command_send,
	.interrupt = command_interrupt,
	.free = command_free,
};

struct mailer *
mailer_command_new(const struct account *account)
{
	struct command *c = g_new0(struct command, 1);

	c->mailer.ops = &command_ops;
	c->account = account;
	return &c->mailer;
}
