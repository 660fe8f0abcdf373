/*
 * model.c - two clients, one real server, and whatever happens to them
 *
 * A random walk: one client is verso, the other a plain IMAP session.  Both
 * do what clients do; in between the wire is cut, and verso is killed at a
 * call that changes a file.  Whenever it has come to an end of its
 * synchronisation, its proof says that both copies are the same, no message is
 * lost or doubled, and every decision is done, taken back, or stands under
 * "needs you" with a reason.
 *
 * The seed is fixed; VERSO_SEED takes another walk (0: any, printed) and
 * VERSO_STEPS another length.  VERSO_TELL tells of each step.
 */
#include <criterion/criterion.h>

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "mime/message.h"
#include "store/queue.h"
#include "support/crashpoint.h"
#include "support/delay.h"
#include "support/dovecot.h"
#include "support/support.h"
#include "sync/prove.h"
#include "sync/sync.h"

#define STEPS 2000
#define TRIES 8

/* What is known of a message, by its number. */
enum fate { FATE_MAY_GO = 1, FATE_MAY_DOUBLE = 2 };

struct model {
	struct dovecot *server;
	struct delay *wire;		/* between verso and the server */
	struct driver_host host;
	struct account *account, *behind_account;
	struct driver *driver, *behind;	/* verso's; the other client's */
	struct store *store;
	char *dir;
	GRand *rand;
	unsigned next;			/* number of the next message */
	GHashTable *fate;		/* number -> enum fate bits */
	GString *failed;		/* what the last run passed over */
	struct err e;
	int syncs, cuts, kills;
};

static int
dice(struct model *m, int n)
{
	return g_rand_int_range(m->rand, 0, n);
}

static void G_GNUC_PRINTF(1, 2)
tell(const char *fmt, ...)
{
	va_list ap;

	if (!getenv("VERSO_TELL"))
		return;
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
}

#define DOES(m, call) \
	do { \
		enum st st_ = (call); \
		cr_assert_eq(st_, ST_OK, "%s: %s: %s", #call, st_name(st_), \
			     (m)->e.text); \
	} while (0)

static void
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
	m->failed = g_string_new(NULL);
	m->host = (struct driver_host) { NULL, secret, notice };
	m->server = dovecot_start(&options);
	m->wire = delay_start(dovecot_imap(m->server), NULL);
	m->account = account_at(m, "test", delay_port(m->wire));
	m->behind_account = account_at(m, "behind", dovecot_imap(m->server));
	m->driver = imap_driver_new(m->account, &m->host);
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
	g_string_free(m->failed, TRUE);
	g_rand_free(m->rand);
	g_free(m);
}

/* ---- the other client --------------------------------------------------- */

/* A folder there; the caller frees. */
static char *
folder_there(struct model *m, bool inbox_too)
{
	GPtrArray *all = NULL;
	char *name = NULL;

	DOES(m, driver_folders(m->behind, false, &all, &m->e));
	for (int i = 0; i < 50 && !name; i++) {
		const struct folder_info *f =
			all->pdata[dice(m, (int)all->len)];

		if (!(f->attr & FOLDER_NOSELECT) &&
		    (inbox_too || strcmp(f->name, "INBOX") != 0))
			name = g_strdup(f->name);
	}
	g_ptr_array_unref(all);
	return name ? name : g_strdup("INBOX");
}

static enum st
note_uid(void *ctx, const struct listing *l, struct err *e)
{
	uidset_add(ctx, l->uid);
	return ST_OK;
}

static enum st
pass_vanished(void *ctx, const struct uidset *uids, struct err *e)
{
	return ST_OK;
}

static void
uids_there(struct model *m, const char *folder, struct uidset *uids)
{
	struct listing_sink sink = { uids, note_uid, pass_vanished };
	struct entered in;
	bool full;

	DOES(m, driver_enter(m->behind, folder, NULL, NULL, &in, &m->e));
	DOES(m, driver_changes(m->behind, NULL, &sink, &full, &m->e));
}

static uint32_t
one_of(struct model *m, const struct uidset *uids)
{
	int left = uids->n ? dice(m, (int)uidset_count(uids)) : 0;
	uint32_t uid = 0;
	uint64_t it = 0;

	while (uidset_next(uids, &it, &uid) && left-- > 0)
		;
	return uids->n ? uid : 0;
}

struct names {
	struct model *m;
	GString *text;
	unsigned fate;
};

static enum st
name_begin(void *ctx, const struct fetched *f, int64_t octets, struct err *e)
{
	g_string_truncate(((struct names *)ctx)->text, 0);
	return ST_OK;
}

static enum st
name_data(void *ctx, const char *bytes, size_t len, struct err *e)
{
	g_string_append_len(((struct names *)ctx)->text, bytes, (gssize)len);
	return ST_OK;
}

static enum st
name_end(void *ctx, const struct fetched *f, struct err *e)
{
	struct names *n = ctx;
	const char *id = strchr(n->text->str, '<');

	if (id)
		fated(n->m, (unsigned)atoi(id + 1), n->fate);
	return ST_OK;
}

static void
name_abort(void *ctx)
{
}

static enum st
name_missing(void *ctx, uint32_t uid, const char *why, struct err *e)
{
	return ST_OK;
}

static enum st
pass_flags(void *ctx, const struct listing *l, struct err *e)
{
	return ST_OK;
}

/* Something befalls these messages of the entered folder. */
static void
fate_there(struct model *m, const struct uidset *uids, unsigned fate)
{
	struct names n = { m, g_string_new(NULL), fate };
	struct fetch_sink sink = { &n, name_begin, name_data, name_end,
				   name_abort, name_missing, pass_flags,
				   pass_vanished };

	DOES(m, driver_fetch(m->behind, uids, FETCH_ID, &sink, &m->e));
	g_string_free(n.text, TRUE);
}

static void
deliver(struct model *m, const char *folder)
{
	GString *t = g_string_new(NULL);
	struct flags f = { dice(m, 2) ? FLAG_SEEN : 0, NULL };
	int lines = dice(m, 40);
	uint32_t uid;

	g_string_printf(t, "Subject: number %u\r\nMessage-ID: <%u@model>\r\n"
			"\r\n", m->next, m->next);
	for (int i = 0; i < lines; i++)
		g_string_append_printf(t, "line %d of %u\r\n", i, m->next);
	DOES(m, driver_append(m->behind, folder, &f, 1700000000 + m->next,
			      t->str, t->len, &uid, NULL, &m->e));
	tell("there: %u comes to %s\n", m->next, folder);
	fated(m, m->next++, 0);
	g_string_free(t, TRUE);
}

/* Something with one message there. */
static void
change_message(struct model *m, const char *folder, int what)
{
	struct uidset all = UIDSET_EMPTY, one = UIDSET_EMPTY;
	struct flags f = { 1U << dice(m, 3), dice(m, 3) ? NULL
							 : (char *)"todo" };
	char *to = folder_there(m, true);

	uids_there(m, folder, &all);
	if (all.n)
		uidset_add(&one, one_of(m, &all));
	tell("there: %s of %u in %s (%s)\n",
	     what < 5 ? "flags" : what < 8 ? "move" : "expunge",
	     all.n ? one.range[0].first : 0, folder, to);
	if (all.n && what < 5) {
		DOES(m, driver_store(m->behind, &one, dice(m, 2), &f, &m->e));
	} else if (what < 8) {
		if (all.n && strcmp(to, folder) != 0 &&
		    driver_capabilities(m->behind) & CAP_MOVE)
			DOES(m, driver_move(m->behind, &one, to, NULL, NULL,
					    NULL, &m->e));
	} else if (all.n) {
		fate_there(m, &one, FATE_MAY_GO);
		DOES(m, driver_expunge(m->behind, &one, &m->e));
	}
	uidset_clear(&all);
	uidset_clear(&one);
	g_free(to);
}

static bool
has_role(const char *name)
{
	static const char *const roles[] = { "INBOX", "Sent", "Drafts",
					     "Trash", "Archive", "Junk",
					     NULL };

	return g_strv_contains(roles, name);
}

static void
change_folder(struct model *m)
{
	char *name = folder_there(m, false);
	char *other = g_strdup_printf("There%u", m->next++);
	struct uidset all = UIDSET_EMPTY;

	tell("there: folder %s or %s\n", name, other);
	if (has_role(name) || dice(m, 2)) {
		DOES(m, driver_folder(m->behind, FOLDER_CREATE, other, NULL,
				      &m->e));
	} else if (dice(m, 2)) {
		DOES(m, driver_folder(m->behind, FOLDER_RENAME, name, other,
				      &m->e));
	} else {
		uids_there(m, name, &all);
		fate_there(m, &all, FATE_MAY_GO);
		DOES(m, driver_folder(m->behind, FOLDER_DELETE, name, NULL,
				      &m->e));
	}
	uidset_clear(&all);
	g_free(other);
	g_free(name);
}

static void
change(struct model *m)
{
	char *folder = folder_there(m, true);
	int what = dice(m, 20);

	if (what < 8)
		deliver(m, folder);
	else if (what < 18)
		change_message(m, folder, what - 8);
	else
		change_folder(m);
	g_free(folder);
}

/* ---- decisions here ----------------------------------------------------- */

/* The folders here; the caller unrefs. */
static GPtrArray *
folders_here(struct model *m)
{
	GPtrArray *all = NULL;

	DOES(m, folders_all(m->store, &all, &m->e));
	return all;
}

static const struct folder *
folder_here(struct model *m, const GPtrArray *all)
{
	return all->len ? all->pdata[dice(m, (int)all->len)] : NULL;
}

/* Each message here; of one folder or of all (0). */
static void
each_here(struct model *m, int64_t folder,
	  void (*visit)(struct model *m, unsigned n, void *ctx), void *ctx)
{
	GPtrArray *all = folders_here(m);
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(int64_t));

	for (guint i = 0; i < all->len; i++) {
		const struct folder *f = all->pdata[i];
		int64_t from = 0;

		if (!folder || f->id == folder)
			message_ids(m->store, f->id, &from, 100000, ids, NULL);
	}
	for (guint i = 0; i < ids->len; i++) {
		struct message msg = { 0 };

		if (message_by_id(m->store, g_array_index(ids, int64_t, i),
				  &msg, NULL) == ST_OK && msg.env.message_id)
			visit(m, (unsigned)atoi(msg.env.message_id), ctx);
		message_clear(&msg);
	}
	g_array_unref(ids);
	g_ptr_array_unref(all);
}

static void
may_go(struct model *m, unsigned n, void *ctx)
{
	fated(m, n, FATE_MAY_GO);
}

/* A message of a folder here: its row, 0: none. */
static int64_t
row_of(struct model *m, const struct folder *f, unsigned *n)
{
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	struct message msg = { 0 };
	int64_t from = 0, id = 0;

	*n = 0;
	message_ids(m->store, f->id, &from, 100000, ids, NULL);
	if (ids->len)
		id = g_array_index(ids, int64_t, dice(m, (int)ids->len));
	if (id && message_by_id(m->store, id, &msg, NULL) == ST_OK &&
	    msg.env.message_id)
		*n = (unsigned)atoi(msg.env.message_id);
	message_clear(&msg);
	g_array_unref(ids);
	return id;
}

static enum st
decide_message(struct model *m, const GPtrArray *all, const struct folder *f,
	       int what)
{
	struct flags flags = { 1U << dice(m, 3), dice(m, 3) ? NULL
						: (char *)"work" };
	unsigned n;
	int64_t id = row_of(m, f, &n);
	int64_t dest = folder_here(m, all)->id;
	size_t one = 1;

	tell("here: %d with %u of %s (to %d)\n", what, n, f->name, (int)dest);
	if (!id)
		return ST_OK;
	if (what < 8)
		return queue_flags(m->store, &id, &one, dice(m, 2), &flags,
				   &m->e);
	if (what < 15)
		return queue_move(m->store, &id, &one, dest, &m->e);
	if (what < 17) {
		fated(m, n, FATE_MAY_DOUBLE | FATE_MAY_GO);
		return queue_copy(m->store, &id, &one, dest, &m->e);
	}
	fated(m, n, FATE_MAY_GO);
	return queue_expunge(m->store, &id, &one, &m->e);
}

/* ST_REFUSED: the name is taken, or the folder waits for something else. */
static enum st
decide_folder(struct model *m, const struct folder *f)
{
	char *name = g_strdup_printf("Here%u", m->next++);
	int64_t id;
	enum st st;

	tell("here: folder %s or %s\n", f->name, name);
	if (has_role(f->name) || dice(m, 3) == 0) {
		st = queue_create(m->store, name, '/', ROLE_NONE, false, &id,
				  &m->e);
	} else if (dice(m, 2)) {
		st = queue_rename(m->store, f->id, name, &m->e);
	} else {
		each_here(m, f->id, may_go, NULL);
		st = queue_delete(m->store, f->id, &m->e);
	}
	g_free(name);
	return st == ST_REFUSED ? ST_OK : st;
}

static void
decide(struct model *m)
{
	GPtrArray *all = folders_here(m);
	const struct folder *f = folder_here(m, all);
	int what = dice(m, 22);

	if (f) {
		enum st st;

		DOES(m, store_begin(m->store, &m->e));
		DOES(m, queue_action(m->store, "a decision", &m->e));
		st = what < 20 ? decide_message(m, all, f, what)
			       : decide_folder(m, f);
		DOES(m, st);
		DOES(m, store_commit(m->store, &m->e));
	}
	g_ptr_array_unref(all);
}

/* Where a message was copied and its source could not be removed, it is in
 * both places, and the change is parked. */
static void
note_copied(struct model *m)
{
	GPtrArray *open = NULL;

	DOES(m, queue_list(m->store, false, &open, &m->e));
	for (guint i = 0; i < open->len; i++) {
		const struct change *c = open->pdata[i];

		if (c->copied && c->message_id)
			fated(m, (unsigned)atoi(c->message_id),
			      FATE_MAY_DOUBLE | FATE_MAY_GO);
	}
	g_ptr_array_unref(open);
}

/* Undo, retry or cancel, where that can be done. */
static void
think_again(struct model *m)
{
	GPtrArray *open = NULL;
	char *what = NULL;

	note_copied(m);
	DOES(m, queue_list(m->store, false, &open, &m->e));
	if (dice(m, 2) == 0 || open->len == 0) {
		queue_undo(m->store, 0, &what, NULL);
	} else {
		const struct change *c = open->pdata[dice(m, (int)open->len)];

		if (dice(m, 2))
			queue_retry(m->store, c->seq, NULL);
		else
			queue_cancel(m->store, c->seq, NULL);
	}
	g_free(what);
	g_ptr_array_unref(open);
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
	int64_t differ;
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
	((struct verdict *)ctx)->differ += p->behind + p->wrong;
}

static void
check_proof(struct model *m)
{
	struct verdict v = { g_string_new(NULL), 0 };
	struct prove_events events = { &v, on_problem, on_folder };
	struct sync *s;
	enum st st;

	DOES(m, driver_open(m->driver, &m->e));
	s = sync_new(m->account, m->store, m->driver, NULL);
	st = sync_prove(s, NULL, dice(m, 4) == 0, &events, &m->e);
	sync_free(s);
	driver_close(m->driver, true, NULL);
	/* Refused for what needs the person is no difference. */
	cr_assert(st == ST_OK || (st == ST_REFUSED && v.differ == 0),
		  "%s: %s (%s)", st_name(st), m->e.text, v.text->str);
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

		cr_assert_eq(c->state, CHANGE_PARKED, "change %d waits",
			     (int)c->seq);
		cr_assert(c->why && *c->why);
	}
	g_ptr_array_unref(open);
}

static void
level(struct model *m)
{
	enum st st = ST_RETRY;

	for (int i = 0; i < TRIES && st != ST_OK; i++)
		st = sync_once(m);
	cr_assert_eq(st, ST_OK, "%s: %s (%s)", st_name(st), m->e.text,
		     m->failed->str);
	note_copied(m);
	check_proof(m);
	check_queue(m);
	check_fates(m);
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
	cr_assert_gt(m->cuts, steps / 50);
	model_free(m);
}

Test(model, two_clients_of_a_server, .timeout = 1200)
{
	walk(NULL, 20261123, STEPS / 2);
}

Test(model, two_clients_of_a_server_that_can_little, .timeout = 1200)
{
	walk("*", 4711, STEPS / 2);
}
