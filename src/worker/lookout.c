/*
 * lookout.c - a thread that waits for new mail in INBOX
 */
#include "worker/lookout.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <glib.h>

#include "net/driver.h"
#include "sync/policy.h"
#include "worker/secret.h"

#define COMMAND_MS (120 * 1000)
/* A wait is begun anew so often, whatever the server says. */
#define WAIT_MS (10 * 60 * 1000)

struct lookout {
	const struct account *account;
	char *secret;
	struct driver_host host;
	struct driver *driver;
	int event, stop;		/* eventfd */
	atomic_bool ending;
	GThread *thread;
};

/* ---- the session's questions -------------------------------------------- */

static bool
is_ending(void *ctx)
{
	return atomic_load(&((struct lookout *)ctx)->ending);
}

static enum st
give_secret(void *ctx, bool again, char **secret, struct err *e)
{
	struct lookout *l = ctx;
	const struct account *a = l->account;
	const char *command = a->auth == AUTH_OAUTH2 ? a->token_command
						     : a->password_command;

	if (command)
		return secret_command(command, COMMAND_MS, is_ending, l,
				      secret, e);
	if (!l->secret || again)
		return err_set(e, ST_AUTH, "There is no password.");
	*secret = g_strdup(l->secret);
	return ST_OK;
}

/* The worker's own session is told the same. */
static void
pass_notice(void *ctx, const char *text)
{
}

/* ---- waiting ------------------------------------------------------------ */

static void
tell(struct lookout *l)
{
	uint64_t one = 1;

	if (write(l->event, &one, sizeof(one)) < 0)
		errno = 0;	/* it is readable anyhow */
}

/* One session, as long as it lasts.  *good: it got as far as waiting. */
static enum st
watch(struct lookout *l, bool *good)
{
	struct entered in;
	uint32_t woke;
	enum st st = driver_open(l->driver, NULL);

	if (st == ST_OK && !(driver_capabilities(l->driver) & CAP_IDLE))
		st = ST_REFUSED;	/* polling is the worker's */
	if (st == ST_OK)
		st = driver_enter(l->driver, "INBOX", NULL, NULL, &in, NULL);
	/* What came while nobody waited is not known. */
	if (st == ST_OK && *good)
		tell(l);
	*good = st == ST_OK;
	while (st == ST_OK && !is_ending(l)) {
		woke = 0;
		st = driver_wait(l->driver, -1, WAIT_MS, &woke, NULL);
		if (st == ST_OK && woke & WAKE_CHANGED)
			tell(l);
	}
	driver_close(l->driver, false, NULL);
	return st;
}

/* Not asked for again unasked: a password that is refused, a server that
 * cannot do it. */
static bool
is_final(enum st st)
{
	return st == ST_AUTH || st == ST_REFUSED || st == ST_GONE ||
	       st == ST_CONFIG;
}

static gpointer
look_out(gpointer ctx)
{
	struct lookout *l = ctx;
	struct pollfd p = { .fd = l->stop, .events = POLLIN };
	int attempts = 0;
	bool good = false;

	while (!is_ending(l)) {
		enum st st = watch(l, &good);

		if (is_final(st))
			break;
		attempts = good ? 1 : attempts + 1;
		if (!is_ending(l))
			poll(&p, 1, policy_retry_ms(attempts,
						    g_random_double()));
	}
	return NULL;
}

/* ---- life --------------------------------------------------------------- */

struct lookout *
lookout_new(const struct account *account, const char *secret)
{
	struct lookout *l = g_new0(struct lookout, 1);

	l->account = account;
	l->secret = g_strdup(secret);
	l->host = (struct driver_host) { l, give_secret, pass_notice };
	l->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	l->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	l->driver = driver_new(account, &l->host, NULL);
	if (l->driver)
		l->thread = g_thread_new("lookout", look_out, l);
	return l;
}

void
lookout_free(struct lookout *l)
{
	uint64_t one = 1;

	if (!l)
		return;
	atomic_store(&l->ending, true);
	if (write(l->stop, &one, sizeof(one)) < 0)
		errno = 0;	/* it is readable anyhow */
	if (l->thread) {
		driver_interrupt(l->driver);
		g_thread_join(l->thread);
	}
	driver_free(l->driver);
	driver_wipe(l->secret);
	close(l->event);
	close(l->stop);
	g_free(l);
}

int
lookout_fd(const struct lookout *l)
{
	return l ? l->event : -1;
}

bool
lookout_take(struct lookout *l)
{
	uint64_t count;

	return l && read(l->event, &count, sizeof(count)) == sizeof(count);
}
