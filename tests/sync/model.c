/*
 * model.c - two clients, one real server, and whatever happens to them
 *
 * A random walk: one client is verso, the other a plain IMAP session.  Both
 * do what clients do; in between the wire is cut, and verso is killed at a
 * call that changes a file.  Whenever it has come to an end of its
 * synchronisation, its proof says that both copies are the same, no message is
 * lost or doubled, every decision is done, taken back, or stands under "needs
 * you" with a reason, and the flags are those that were decided last.
 *
 * The seed is fixed; VERSO_SEED takes another walk (0: any, printed) and
 * VERSO_STEPS another length.  VERSO_TELL tells of each step.
 */
#include "sync/model.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "mime/message.h"
#include "support/crashpoint.h"
#include "support/delay.h"
#include "support/dovecot.h"
#include "support/support.h"
#include "sync/prove.h"
#include "sync/sync.h"

#define STEPS 2000
#define TRIES 8

int
dice(struct model *m, int n)
{
	return g_rand_int_range(m->rand, 0, n);
}

void
tell(const char *fmt, ...)
{
	va_list ap;

	if (!getenv("VERSO_TELL"))
		return;
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
}

void
fated(struct model *m, unsigned n, unsigned fate)
{
	gpointer key = GUINT_TO_POINTER(n);
	unsigned was = GPOINTER_TO_UINT(g_hash_table_lookup(m->fate, key));

	g_hash_table_insert(m->fate, key, GUINT_TO_POINTER(was | fate));
	tell("  message %u: fate %u\n", n, was | fate);
}

/* ---- the world ---------------------------------------------------------- */

static enum st
secret(void *ctx, bool again, char **password, struct err *e)
{
	*password = g_strdup("secret");
	return ST_OK;
}

static void
notice(void *ctx, const char *text)
{
}

static struct account *
account_at(struct model *m, const char *name, int port)
{
	struct account *a = account_new(name);
	char *url = g_strdup_printf("imap+plaintext://localhost:%d", port);

	DOES(m, endpoint_parse(&a->receive, url, &m->e));
	a->user = g_strdup("ann");
	a->timeout = 120;
	g_free(url);
	return a;
}

static struct model *
model_new(const char *without, uint32_t seed)
{
	struct dovecot_options options = { .without = without };
	struct model *m = g_new0(struct model, 1);

	store_set_parser(mime_envelope);
	m->rand = g_rand_new_with_seed(seed);
	m->next = 1;
	m->fate = g_hash_table_new(NULL, NULL);
	m->wish = g_hash_table_new(NULL, NULL);
	m->failed = g_string_new(NULL);
	m->host = (struct driver_host) { NULL, secret, notice };
	m->server = dovecot_start(&options);
	m->wire = delay_start(dovecot_imap(m->server), NULL);
	m->account = account_at(m, "test", delay_port(m->wire));
	m->behind_account = account_at(m, "behind", dovecot_imap(m->server));
	m->driver = trace_driver_new(imap_driver_new(m->account, &m->host));
	m->behind = imap_driver_new(m->behind_account, &m->host);
	DOES(m, driver_open(m->behind, &m->e));
	m->dir = support_tmp_new();
	DOES(m, store_open(m->dir, STORE_WORKER, &m->store, &m->e));
	return m;
}

static void
model_free(struct model *m)
{
	driver_free(m->driver);
	driver_free(m->behind);
	store_close(m->store);
	delay_stop(m->wire);
	dovecot_stop(m->server);
	account_free(m->account);
	account_free(m->behind_account);
	support_tmp_free(m->dir);
	g_hash_table_destroy(m->fate);
	g_hash_table_destroy(m->wish);
	g_string_free(m->failed, TRUE);
	g_rand_free(m->rand);
	g_free(m);
}

/* ---- synchronising ------------------------------------------------------ */

static void
on_failed(void *ctx, const char *folder, enum st st, const char *sentence)
{
	g_string_append_printf(((struct model *)ctx)->failed, "%s: %s|",
			       folder, sentence);
}

static enum st
sync_once(struct model *m)
{
	struct sync_events events = { .ctx = m, .failed = on_failed };
	struct sync *s;
	enum st st = driver_open(m->driver, &m->e);

	g_string_truncate(m->failed, 0);
	if (st != ST_OK)
		return st;
	s = sync_new(m->account, m->store, m->driver, &events);
	st = sync_run(s, NULL, false, &m->e);
	sync_free(s);
	driver_close(m->driver, st == ST_OK, NULL);
	m->syncs++;
	return st;
}

static void
sync_and_be_cut(struct model *m)
{
	delay_cut(m->wire, dice(m, 3) ? DELAY_DOWN : DELAY_UP,
		  dice(m, 12000), dice(m, 2) ? DELAY_FIN : DELAY_RST);
	sync_once(m);
	delay_cut(m->wire, DELAY_DOWN, -1, DELAY_FIN);
	delay_cut(m->wire, DELAY_UP, -1, DELAY_FIN);
	m->cuts++;
}

static void
be_killed(struct model *m)
{
	char *at = g_strdup_printf("%d", 1 + dice(m, 60));

	g_setenv("VERSO_CRASH_UNDER", m->dir, TRUE);
	g_setenv("VERSO_CRASH_AT", at, TRUE);
	crashpoint_arm();
	if (store_open(m->dir, STORE_WORKER, &m->store, &m->e) == ST_OK)
		sync_once(m);
	_exit(0);
}

static void
sync_and_be_killed(struct model *m)
{
	int status;
	pid_t pid;

	store_close(m->store);
	m->store = NULL;
	pid = fork();
	if (pid == 0)
		be_killed(m);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFEXITED(status) ? WEXITSTATUS(status) == 0
				    : WTERMSIG(status) == SIGKILL);
	m->kills += WIFSIGNALED(status);
	DOES(m, store_open(m->dir, STORE_WORKER, &m->store, &m->e));
}

/* ---- what must be so ---------------------------------------------------- */

struct verdict {
	GString *text;
	int64_t behind, wrong;
};

static void
on_problem(void *ctx, const char *folder, const char *sentence)
{
	g_string_append_printf(((struct verdict *)ctx)->text, "%s: %s|",
			       folder, sentence);
}

static void
on_folder(void *ctx, const char *folder, const struct proof *p)
{
	((struct verdict *)ctx)->behind += p->behind;
	((struct verdict *)ctx)->wrong += p->wrong;
}

/* The copies are the same. */
static void
proves(struct model *m)
{
	struct verdict v = { g_string_new(NULL), 0, 0 };
	struct prove_events events = { &v, on_problem, on_folder };
	struct sync *s;
	enum st st;

	DOES(m, driver_open(m->driver, &m->e));
	s = sync_new(m->account, m->store, m->driver, NULL);
	st = sync_prove(s, NULL, dice(m, 4) == 0, &events, &m->e);
	sync_free(s);
	driver_close(m->driver, true, NULL);
	/* Refused for what needs the person is no difference. */
	cr_assert(st == ST_OK || st == ST_REFUSED, "%s: %s (%s)", st_name(st),
		  m->e.text, v.text->str);
	cr_assert(v.wrong == 0 && v.behind == 0, "%s", v.text->str);
	g_string_free(v.text, TRUE);
}

static void
count_one(struct model *m, unsigned n, void *seen)
{
	if (n < m->next)
		((unsigned *)seen)[n]++;
}

static void
check_fates(struct model *m)
{
	unsigned *seen = g_new0(unsigned, m->next + 1);

	each_here(m, 0, count_one, seen);
	for (unsigned n = 1; n < m->next; n++) {
		gpointer fate;

		if (!g_hash_table_lookup_extended(m->fate, GUINT_TO_POINTER(n),
						  NULL, &fate))
			continue;
		cr_assert(seen[n] || GPOINTER_TO_UINT(fate) & FATE_MAY_GO,
			  "message %u is lost", n);
		cr_assert(seen[n] < 2 ||
			  GPOINTER_TO_UINT(fate) & FATE_MAY_DOUBLE,
			  "message %u is there %u times", n, seen[n]);
	}
	g_free(seen);
}

/* Nothing waits; what needs the person says why. */
static void
check_queue(struct model *m)
{
	GPtrArray *open = NULL;

	DOES(m, queue_list(m->store, false, &open, &m->e));
	for (guint i = 0; i < open->len; i++) {
		const struct change *c = open->pdata[i];

		cr_assert_eq(c->state, CHANGE_PARKED, "change %d waits: kind "
			     "%d, %s, folder %d to %d", (int)c->seq,
			     (int)c->kind, c->message_id, (int)c->folder,
			     (int)c->dest);
		cr_assert(c->why && *c->why);
	}
	g_ptr_array_unref(open);
}

static void
sync_until_it_ends_well(struct model *m)
{
	enum st st = ST_RETRY;

	for (int i = 0; i < TRIES && st != ST_OK; i++)
		st = sync_once(m);
	cr_assert_eq(st, ST_OK, "%s: %s (%s)", st_name(st), m->e.text,
		     m->failed->str);
}

static void
level(struct model *m)
{
	sync_until_it_ends_well(m);
	proves(m);
	note_copied(m);
	check_queue(m);
	check_fates(m);
	check_wishes(m);
}

/* ---- the walk ----------------------------------------------------------- */

static void
step(struct model *m)
{
	int what = dice(m, 100);

	if (what >= 78)
		tell("%s\n", what < 83 ? "think again" : what < 87 ? "cut"
			: what < 90 ? "kill" : what < 93 ? "sync" : "level");
	if (what < 40)
		change(m);
	else if (what < 78)
		decide(m);
	else if (what < 83)
		think_again(m);
	else if (what < 87)
		sync_and_be_cut(m);
	else if (what < 90)
		sync_and_be_killed(m);
	else if (what < 93)
		sync_once(m);
	else
		level(m);
}

static long
wish(const char *name, long otherwise)
{
	const char *text = getenv(name);

	return text ? strtol(text, NULL, 10) : otherwise;
}

static void
walk(const char *without, uint32_t seed, int steps)
{
	struct model *m;

	seed = (uint32_t)wish("VERSO_SEED", seed);
	if (seed == 0)
		seed = (uint32_t)time(NULL);
	steps = (int)wish("VERSO_STEPS", steps);
	fprintf(stderr, "VERSO_SEED=%u VERSO_STEPS=%d\n", seed, steps);
	m = model_new(without, seed);
	for (int i = 0; i < steps; i++)
		step(m);
	level(m);
	fprintf(stderr, "%d syncs, %d cut, %d killed, %u messages\n", m->syncs,
		m->cuts, m->kills, m->next);
	cr_assert_gt(m->cuts, steps / 100);
	model_free(m);
}

Test(model, two_clients_of_a_server, .timeout = 1200)
{
	walk(NULL, 32, STEPS / 2);
}

Test(model, two_clients_of_a_server_that_can_little, .timeout = 1200)
{
	walk("*", 4711, STEPS / 2);
}
