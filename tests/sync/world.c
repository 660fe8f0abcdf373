/*
 * world.c - a server in memory, a store on disk, and what joins them
 */
#include "sync/world.h"

#include <stdio.h>
#include <string.h>

#include "mime/message.h"
#include "store/verify.h"
#include "support/support.h"
#include "sync/prove.h"
#include "sync/world_real.h"

static void
open_store(struct world *w)
{
	enum st st = store_open(w->dir, STORE_WORKER, &w->store, &w->e);

	cr_assert_eq(st, ST_OK, "%s", w->e.text);
}

static struct world *
without_server(void)
{
	struct world *w = g_new0(struct world, 1);

	store_set_parser(mime_envelope);
	w->dir = support_tmp_new();
	w->account = account_new("test");
	open_store(w);
	return w;
}

struct world *
world_new(uint32_t caps)
{
	struct world *w = without_server();

	w->server = memory_server_new(caps);
	w->driver = memory_driver_new(w->server, NULL);
	return w;
}

struct world *
world_of_kind(const struct world_kind *kind, const char **why)
{
	struct world *w;
	struct real *real = NULL;

	if (kind->make == WORLD_MEMORY) {
		w = world_new(kind->caps);
		memory_server_estimate(w->server, kind->estimates);
		return w;
	}
	real = real_new(kind, why);
	if (!real)
		return NULL;
	w = without_server();
	w->real = real;
	w->driver = real_session(real, w->account);
	return w;
}

void
world_free(struct world *w)
{
	driver_free(w->driver);
	memory_server_free(w->server);
	real_free(w->real);
	store_close(w->store);
	account_free(w->account);
	support_tmp_free(w->dir);
	g_free(w->failure);
	g_free(w);
}

void
world_reopen(struct world *w)
{
	store_close(w->store);
	w->store = NULL;
	open_store(w);
}

/* ---- events ---- */

static void
on_folders(void *ctx)
{
	((struct world *)ctx)->folders++;
}

static void
on_changed(void *ctx, int64_t folder)
{
	((struct world *)ctx)->changed++;
}

static void
on_arrived(void *ctx, int64_t folder, int64_t count)
{
	((struct world *)ctx)->arrived += count;
}

static void
on_level(void *ctx, const char *folder, int64_t fresh, int64_t gone,
	 int64_t total)
{
	struct world *w = ctx;

	w->fresh += fresh;
	w->gone += gone;
}

static void
on_failed(void *ctx, const char *folder, enum st st, const char *sentence)
{
	struct world *w = ctx;

	w->failed++;
	g_free(w->failure);
	w->failure = g_strdup_printf("%s: %s", folder, sentence);
}

static enum st
on_between(void *ctx, struct err *e)
{
	struct world *w = ctx;

	return w->between ? w->between(w, e) : ST_OK;
}

enum st
world_sync_some(struct world *w, const char *const *folders, bool hurry)
{
	struct sync_events events = {
		.ctx = w, .folders = on_folders, .changed = on_changed,
		.arrived = on_arrived, .level = on_level,
		.failed = on_failed, .between = on_between,
	};
	struct sync *s;
	uint64_t received, sent;
	enum st st;

	w->changed = w->folders = w->failed = 0;
	w->arrived = w->fresh = w->gone = 0;
	st = driver_open(w->driver, &w->e);
	if (st != ST_OK)
		return st;
	s = sync_new(w->account, w->store, w->driver, &events);
	st = sync_run(s, folders, hurry, &w->e);
	sync_free(s);
	driver_traffic(w->driver, &w->round_trips, &received, &sent);
	driver_close(w->driver, st == ST_OK, NULL);
	return st;
}

enum st
world_sync(struct world *w)
{
	return world_sync_some(w, NULL, false);
}

/* ---- the server ---- */

uint32_t
world_add(struct world *w, const char *folder, unsigned n, size_t size,
	  uint32_t flags)
{
	struct flags f = { flags, NULL };
	GString *t = g_string_new(NULL);
	uint32_t uid;

	g_string_printf(t, "From: Ann <ann@example.org>\r\nSubject: number "
			"%u\r\nMessage-ID: <%u@example.org>\r\n"
			"Date: Mon, 3 Feb 2025 10:00:00 +0100\r\n\r\n"
			"From the start of message %u.\r\n", n, n, n);
	while (t->len < size)
		g_string_append_printf(t, "line %zu of %u\r\n", t->len, n);
	uid = w->real ? real_add(w->real, world_name(w, folder), t->str,
				 t->len, &f, 1700000000 + n)
		: memory_message_add(w->server, folder, t->str, t->len, &f,
				     1700000000 + n);
	g_string_free(t, TRUE);
	return uid;
}

void
world_flags(struct world *w, const char *folder, uint32_t uid, uint32_t flags)
{
	struct flags f = { flags, NULL };

	if (w->real)
		real_flags(w->real, world_name(w, folder), uid, &f);
	else
		memory_message_flags(w->server, folder, uid, &f);
}

const char *
world_name(const struct world *w, const char *name)
{
	char *full;
	const char *kept;

	if (!w->real || strcmp(name, "INBOX") == 0)
		return name;
	full = g_strconcat(real_prefix(w->real), name, NULL);
	kept = g_intern_string(full);
	g_free(full);
	return kept;
}

char
world_delimiter(const struct world *w)
{
	return w->real && *real_prefix(w->real) ? '.' : '/';
}

void
world_folder_add(struct world *w, const char *name, enum folder_role role)
{
	if (w->real)
		real_folder_add(w->real, world_name(w, name));
	else
		memory_folder_add(w->server, name, role);
}

void
world_folder_rename(struct world *w, const char *from, const char *to)
{
	if (w->real)
		real_folder_rename(w->real, world_name(w, from),
				   world_name(w, to));
	else
		memory_folder_rename(w->server, from, to);
}

bool
world_renumber(struct world *w, const char *name)
{
	if (w->real)
		return real_renumber(w->real, name);
	memory_folder_renumber(w->server, name);
	return true;
}

size_t
world_count(struct world *w, const char *name)
{
	return w->real ? real_count(w->real, world_name(w, name))
		       : memory_message_count(w->server, name);
}

struct flags
world_flags_of(struct world *w, const char *name, uint32_t uid)
{
	struct flags f = { 0, NULL };

	if (w->real)
		real_flags_of(w->real, world_name(w, name), uid, &f);
	else
		flags_copy(&f, memory_flags_of(w->server, name, uid));
	return f;
}

void
world_remove(struct world *w, const char *name, uint32_t uid)
{
	if (w->real)
		real_remove(w->real, world_name(w, name), uid);
	else
		memory_message_remove(w->server, name, uid);
}

void
world_move(struct world *w, const char *name, uint32_t uid, const char *to)
{
	const GByteArray *b;

	if (w->real) {
		real_move(w->real, world_name(w, name), uid,
			  world_name(w, to));
		return;
	}
	b = memory_message_bytes(w->server, name, uid);
	memory_message_add(w->server, to, (const char *)b->data, b->len,
			   memory_flags_of(w->server, name, uid), 1600000000);
	memory_message_remove(w->server, name, uid);
}

/* ---- comparing ---- */

struct folder *
world_folder(struct world *w, const char *name)
{
	struct folder *f = NULL;
	enum st st = folder_by_name(w->store, world_name(w, name), &f, &w->e);

	cr_assert_eq(st, ST_OK, "%s: %s", name, w->e.text);
	return f;
}

static void
problem(void *ctx, const char *sentence)
{
	fprintf(stderr, "%s\n", sentence);
}

static GString *
lf_of(const GByteArray *wire)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < wire->len; i++)
		if (wire->data[i] != '\r' || i + 1 == wire->len ||
		    wire->data[i + 1] != '\n')
			g_string_append_c(out, (char)wire->data[i]);
	return out;
}

static void
check_message(struct world *w, const struct folder *f, uint32_t uid)
{
	const GByteArray *wire = memory_message_bytes(w->server, f->name, uid);
	const struct flags *flags = memory_flags_of(w->server, f->name, uid);
	struct message m = { 0 };
	GBytes *bytes = NULL;
	GString *want;
	enum st st = message_by_uid(w->store, f->id, uid, &m, &w->e);

	cr_assert_eq(st, ST_OK, "%s %u: %s", f->name, uid, w->e.text);
	cr_assert_not_null(wire, "%s has %u, the server has not", f->name,
			   uid);
	cr_assert(flags_equal(&m.flags, flags), "%s %u: flags %x, not %x",
		  f->name, uid, m.flags.bits, flags->bits);
	st = message_bytes(w->store, m.id, &bytes, &w->e);
	cr_assert_eq(st, ST_OK, "%s %u: %s", f->name, uid, w->e.text);
	want = lf_of(wire);
	cr_assert_eq(g_bytes_get_size(bytes), want->len);
	cr_assert_eq(memcmp(g_bytes_get_data(bytes, NULL), want->str,
			    want->len), 0);
	g_string_free(want, TRUE);
	g_bytes_unref(bytes);
	message_clear(&m);
}

static void
check_folder(struct world *w, const struct folder *f)
{
	struct uidset uids = UIDSET_EMPTY;
	struct verify_result r;
	uint64_t it = 0;
	uint32_t uid;
	enum st st = folder_uids(w->store, f->id, &uids, &w->e);

	cr_assert_eq(st, ST_OK);
	cr_assert_eq(uidset_count(&uids),
		     memory_message_count(w->server, f->name),
		     "%s has %d messages, the server %d", f->name,
		     (int)uidset_count(&uids),
		     (int)memory_message_count(w->server, f->name));
	cr_assert_eq(f->total, (int64_t)uidset_count(&uids));
	cr_assert_eq(f->waiting, 0);
	while (uidset_next(&uids, &it, &uid))
		check_message(w, f, uid);
	uidset_clear(&uids);
	st = verify_folder(w->store, f->id, problem, NULL, &r, &w->e);
	cr_assert_eq(st, ST_OK, "%s: %s", f->name, w->e.text);
	cr_assert_eq(r.messages, f->total);
}

static void
on_difference(void *ctx, const char *folder, const char *sentence)
{
	fprintf(stderr, "%s: %s\n", folder, sentence);
}

/* What the program says of the two copies. */
static void
check_real(struct world *w)
{
	struct prove_events events = { NULL, on_difference, NULL };
	struct sync *s;
	enum st st = driver_open(w->driver, &w->e);

	cr_assert_eq(st, ST_OK, "%s", w->e.text);
	s = sync_new(w->account, w->store, w->driver, NULL);
	st = sync_prove(s, NULL, true, &events, &w->e);
	cr_assert_eq(st, ST_OK, "%s", w->e.text);
	sync_free(s);
	driver_close(w->driver, true, NULL);
}

void
world_check(struct world *w)
{
	GPtrArray *folders = NULL;
	enum st st = folders_all(w->store, &folders, &w->e);

	cr_assert_eq(st, ST_OK);
	if (w->real) {
		g_ptr_array_unref(folders);
		check_real(w);
		return;
	}
	for (guint i = 0; i < folders->len; i++)
		check_folder(w, folders->pdata[i]);
	g_ptr_array_unref(folders);
}

void
world_check_pop(struct world *w, int64_t here)
{
	struct folder *f = world_folder(w, "INBOX");
	struct verify_result r;
	enum st st = verify_folder(w->store, f->id, problem, NULL, &r, &w->e);

	cr_assert_eq(st, ST_OK, "%s", w->e.text);
	cr_assert_eq(f->total, here, "%d messages, not %d", (int)f->total,
		     (int)here);
	cr_assert_eq(r.messages, here);
	folder_free(f);
}
