/*
 * secret.c - passwords and tokens from a command
 */
#include "worker/secret.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/words.h"

#define OUTPUT_MOST (64 * 1024)
#define SLICE_MS 50
#define CLOSING_MS 5	/* it has closed its output and will end */

struct running {
	pid_t pid;
	int out, err;
	char *said;		/* OUTPUT_MOST octets */
	size_t n;
	char complaint[200];
	size_t n_complaint;
};

/* A group of its own, so that all of it can be ended; what the worker does
 * not want to hear, or to use, must not be kept from it; and it does not
 * outlive us. */
static void
own_group(gpointer ctx)
{
	struct rlimit memory;

	setpgid(0, 0);
	if (getrlimit(RLIMIT_DATA, &memory) == 0) {
		memory.rlim_cur = memory.rlim_max;
		setrlimit(RLIMIT_DATA, &memory);
	}
	signal(SIGINT, SIG_DFL);
	signal(SIGTSTP, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static enum st
begin(struct running *r, const char *command, struct err *e)
{
	char **argv = words_split(command, NULL);
	GError *error = NULL;
	enum st st = ST_OK;

	if (!argv || !*argv)
		st = err_set(e, ST_CONFIG, "“%s” is no command: a quote is "
			     "left open.", command);
	else if (!g_spawn_async_with_pipes(NULL, argv, NULL,
					   G_SPAWN_SEARCH_PATH |
					   G_SPAWN_DO_NOT_REAP_CHILD,
					   own_group, NULL, &r->pid, NULL,
					   &r->out, &r->err, &error))
		st = err_set(e, ST_AUTH, "The command for the password cannot "
			     "be run: %s.", error->message);
	g_clear_error(&error);
	g_strfreev(argv);
	return st;
}

/* What is there to be read; false at the end of the file. */
static bool
take(int fd, char *buf, size_t size, size_t *n)
{
	char scrap[512];
	bool full = *n >= size;
	ssize_t got = full ? read(fd, scrap, sizeof(scrap))
			   : read(fd, buf + *n, size - *n);

	explicit_bzero(scrap, sizeof(scrap));
	if (got > 0 && !full)
		*n += (size_t)got;
	return got > 0 || (got < 0 && errno == EINTR);
}

/* It stays a zombie for finish(). */
static bool
has_ended(const struct running *r)
{
	siginfo_t info = { .si_pid = 0 };

	return waitid(P_PID, (id_t)r->pid, &info,
		      WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid != 0;
}

/* Whatever can be read now, or within ms; false: nothing could. */
static bool
take_some(struct running *r, struct pollfd p[2], int ms)
{
	if (poll(p, 2, ms) <= 0)
		return false;
	if (p[0].revents && !take(r->out, r->said, OUTPUT_MOST, &r->n))
		p[0].fd = -1;
	if (p[1].revents && !take(r->err, r->complaint,
				  sizeof(r->complaint) - 1, &r->n_complaint))
		p[1].fd = -1;
	return true;
}

/* Until it has ended and all it said was read; what it left behind in the
 * background may keep its outputs open. */
static enum st
collect(struct running *r, int timeout_ms, bool (*stop)(void *ctx), void *ctx,
	struct err *e)
{
	int64_t deadline = clock_ms() + timeout_ms;
	struct pollfd p[2] = { { .fd = r->out, .events = POLLIN },
			       { .fd = r->err, .events = POLLIN } };

	for (;;) {
		bool ended = has_ended(r);
		int ms = p[0].fd < 0 ? CLOSING_MS : SLICE_MS;

		if (!take_some(r, p, ended ? 0 : ms) && ended)
			return ST_OK;
		if (stop && stop(ctx))
			return err_set(e, ST_CANCELLED, "Stopped while the "
				       "password was being fetched.");
		if (clock_left(deadline) == 0)
			return err_set(e, ST_AUTH, "The command for the "
				       "password did not end within %d "
				       "seconds.", timeout_ms / 1000);
	}
}

static enum st
finish(struct running *r, bool ended, struct err *e)
{
	int status = 0;

	if (!ended)
		kill(-r->pid, SIGKILL);
	while (waitpid(r->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!ended)
		return ST_OK;
	r->complaint[r->n_complaint] = '\0';
	g_strchomp(r->complaint);
	r->complaint[strcspn(r->complaint, "\n")] = '\0';
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return err_set(e, ST_AUTH, "The command for the password "
			       "failed%s%s.", *r->complaint ? ": " : "",
			       r->complaint);
	return ST_OK;
}

static enum st
first_line(const struct running *r, char **secret, struct err *e)
{
	const char *nl = r->n ? memchr(r->said, '\n', r->n) : NULL;
	size_t len = nl ? (size_t)(nl - r->said) : r->n;

	if (len > 0 && r->said[len - 1] == '\r')
		len--;
	if (len == 0)
		return err_set(e, ST_AUTH, "The command for the password "
			       "printed nothing.");
	*secret = g_strndup(r->said, len);
	return ST_OK;
}

enum st
secret_command(const char *command, int timeout_ms,
	       bool (*stop)(void *ctx), void *ctx, char **secret,
	       struct err *e)
{
	struct running r = { .pid = 0 };
	enum st st = begin(&r, command, e), ended;

	if (st != ST_OK)
		return st;
	r.said = g_malloc0(OUTPUT_MOST);
	st = collect(&r, timeout_ms, stop, ctx, e);
	ended = finish(&r, st == ST_OK, e);
	if (st == ST_OK)
		st = ended;
	if (st == ST_OK)
		st = first_line(&r, secret, e);
	explicit_bzero(r.said, OUTPUT_MOST);
	g_free(r.said);
	close(r.out);
	close(r.err);
	return st;
}

enum st
secret_missing(const struct account *account, const char *config_file,
	       struct err *e)
{
	bool token = account->auth == AUTH_OAUTH2;

	return err_set(e, ST_AUTH, "There is no %s for %s: add the line “%s = "
		       "COMMAND” to [account %s] in %s.",
		       token ? "token" : "password", account->name,
		       token ? "token-command" : "password-command",
		       account->name, config_file);
}
