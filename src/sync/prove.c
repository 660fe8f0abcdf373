/*
 * prove.c - each folder here held against the same folder there
 *
 * While one is read, another process may be at work on it: what differs is
 * believed when the index stood still meanwhile, else the folder is gone
 * through again.
 */
#include "sync/prove.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "sync/prove_private.h"

#define SAID_MOST 20
#define TRIES 3

/* A message there, or here. */
struct side {
	uint32_t uid;
	struct flags flags;
	int64_t size;
	/* here alone */
	bool has_body, waits, marked;
	uint8_t digest[DIGEST_LEN];
};

struct pair {
	struct prover *p;
	GArray *here, *there;		/* struct side, ascending by UID */
	struct uidset fetch;		/* octets must be looked at */
	bool tags_here;			/* the server keeps none: tags.c */
};

/* ---- what is found ------------------------------------------------------ */

void
prove_complain(struct prover *p, bool mends, const char *fmt, ...)
{
	va_list ap;

	*(mends ? &p->found.behind : &p->found.wrong) += 1;
	if (p->said->len >= SAID_MOST)
		return;
	va_start(ap, fmt);
	g_ptr_array_add(p->said, g_strdup_vprintf(fmt, ap));
	va_end(ap);
}

void
prove_begin(struct prover *p, const char *name)
{
	p->name = name;
	memset(&p->found, 0, sizeof(p->found));
	g_ptr_array_set_size(p->said, 0);
	uidset_clear(&p->damaged);
}

void
prove_tell(struct prover *p)
{
	int64_t all = p->found.behind + p->found.wrong;
	void *ctx = p->events->ctx;

	if (all > (int64_t)p->said->len)
		g_ptr_array_add(p->said, g_strdup_printf(
			"And %" PRId64 " more like these.",
			all - (int64_t)p->said->len));
	for (guint i = 0; p->events->problem && i < p->said->len; i++)
		p->events->problem(ctx, p->name, p->said->pdata[i]);
	if (p->events->folder)
		p->events->folder(ctx, p->name, &p->found);
	p->behind += p->found.behind;
	p->wrong += p->found.wrong;
	p->waits += p->found.waits;
}

static void
say_local(void *ctx, const char *sentence)
{
	prove_complain(ctx, false, "%s", sentence);
}

enum st
prove_local(struct prover *p, const struct folder *f, struct err *e)
{
	struct verify_result r;
	enum st st = verify_folder(p->s->store, f->id, say_local, p, &r, e);

	return st == ST_CORRUPT ? ST_OK : st;
}

/* ---- octets ------------------------------------------------------------- */

static void
say_missing(void *ctx, uint32_t uid, const char *why)
{
	prove_complain(ctx, true, "The server does not give message %u: %s",
		       uid, why);
}

static enum st
pass_vanished(void *ctx, const struct uidset *uids, struct err *e)
{
	return ST_OK;
}

enum st
prove_fetch(struct prover *p, const struct uidset *uids, octets_visit *visit,
	    void *ctx, struct err *e)
{
	struct octets_sink sink = { ctx, visit, say_missing, p, p->raw };

	return octets_fetch(p->s, uids, &sink, e);
}

/* ---- two sides ---------------------------------------------------------- */

static void
side_clear(gpointer side)
{
	flags_clear(&((struct side *)side)->flags);
}

static GArray *
sides_new(void)
{
	GArray *a = g_array_new(FALSE, FALSE, sizeof(struct side));

	g_array_set_clear_func(a, side_clear);
	return a;
}

static void
note_here(void *ctx, const struct copy *c)
{
	struct side m = { .uid = c->uid, .size = c->size,
			  .has_body = c->has_body, .waits = c->waits,
			  .marked = c->marked };

	flags_copy(&m.flags, &c->flags);
	memcpy(m.digest, c->digest, sizeof(m.digest));
	g_array_append_val(((struct pair *)ctx)->here, m);
}

static enum st
note_there(void *ctx, const struct listing *l, struct err *e)
{
	struct pair *pair = ctx;
	struct side m = { .uid = l->uid, .size = l->size };

	flags_copy(&m.flags, &l->flags);
	pair->p->found.messages++;
	pair->p->found.octets += MAX(l->size, 0);
	g_array_append_val(pair->there, m);
	return ST_OK;
}

static int
by_uid(gconstpointer a, gconstpointer b)
{
	const struct side *x = a, *y = b;

	return x->uid < y->uid ? -1 : x->uid > y->uid;
}

/* "\Seen work", "" none; the caller frees. */
static char *
flags_words(const struct flags *f)
{
	static const struct {
		uint32_t bit;
		const char *name;
	} names[] = {
		{ FLAG_SEEN, "\\Seen" }, { FLAG_ANSWERED, "\\Answered" },
		{ FLAG_FLAGGED, "\\Flagged" }, { FLAG_DRAFT, "\\Draft" },
		{ FLAG_DELETED, "\\Deleted" },
	};
	GString *s = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (f->bits & names[i].bit)
			g_string_append_printf(s, "%s ", names[i].name);
	g_string_append(s, f->keywords ? f->keywords : "");
	g_strchomp(s->str);
	return g_string_free(s, FALSE);
}

static void
compare_flags(struct pair *pair, const struct side *here,
	      const struct side *there)
{
	struct prover *p = pair->p;
	struct flags all = { 0, NULL };
	char *mine, *theirs;
	bool same;

	flags_copy(&all, &there->flags);
	if (pair->tags_here)
		tags_join(&all, &here->flags);
	if (here->marked)
		all.bits |= FLAG_DELETED;
	same = flags_equal(&here->flags, &all);
	flags_clear(&all);
	if (same)
		return;
	mine = flags_words(&here->flags);
	theirs = flags_words(&there->flags);
	prove_complain(p, true, "The flags of message %u differ: “%s” here, "
		       "“%s” there.", here->uid, mine, theirs);
	g_free(mine);
	g_free(theirs);
}

/* One message that is on both sides. */
static void
compare_message(struct pair *pair, const struct side *here,
		const struct side *there)
{
	struct prover *p = pair->p;

	if (here->waits)
		p->found.waits++;
	else
		compare_flags(pair, here, there);
	if (!here->has_body)
		prove_complain(p, true, "The text of message %u is not here "
			       "yet.", here->uid);
	/* Servers are known to count wrongly: the octets decide. */
	else if (p->deep || (there->size >= 0 && there->size != here->size))
		uidset_add(&pair->fetch, here->uid);
}

static void
only_here(struct pair *pair, const struct side *m)
{
	if (m->waits)
		pair->p->found.waits++;
	else
		prove_complain(pair->p, true, "Message %u is here and not on "
			       "the server.", m->uid);
}

static void
compare_sides(struct pair *pair)
{
	guint h = 0, t = 0;

	while (h < pair->here->len || t < pair->there->len) {
		const struct side *here =
			&g_array_index(pair->here, struct side, h);
		const struct side *there =
			&g_array_index(pair->there, struct side, t);

		if (t == pair->there->len ||
		    (h < pair->here->len && here->uid < there->uid)) {
			only_here(pair, here);
			h++;
		} else if (h == pair->here->len || there->uid < here->uid) {
			prove_complain(pair->p, true, "Message %u is on the "
				       "server and not here.", there->uid);
			t++;
		} else {
			compare_message(pair, here, there);
			h++;
			t++;
		}
	}
}

static enum st
compare_octets(void *ctx, const struct fetched *f,
	       const uint8_t digest[DIGEST_LEN], int64_t octets, struct err *e)
{
	struct pair *pair = ctx;
	struct side key = { .uid = f->uid };
	const struct side *m = bsearch(&key, pair->here->data,
				       pair->here->len, sizeof(key), by_uid);

	if (!m || memcmp(m->digest, digest, DIGEST_LEN) == 0)
		return ST_OK;
	prove_complain(pair->p, false, "Message %u is another one on the "
		       "server: %" PRId64 " octets there, %" PRId64 " here, "
		       "and their digests differ.", f->uid, octets, m->size);
	uidset_add(&pair->p->damaged, f->uid);
	return ST_OK;
}

/* ---- one folder --------------------------------------------------------- */

static enum st
list_there(struct pair *pair, const struct folder *f, bool *same,
	   struct err *e)
{
	struct sync *s = pair->p->s;
	struct listing_sink sink = { pair, note_there, pass_vanished };
	struct entered in = { 0 };
	bool full = false;
	enum st st;

	sync_session_lost(s);
	st = driver_enter(s->driver, f->name, NULL, NULL, &in, e);
	if (st != ST_OK)
		return st;
	s->entered = g_strdup(f->name);
	pair->tags_here = !in.keywords_allowed;
	*same = in.uidvalidity == f->uidvalidity;
	if (!*same)
		prove_complain(pair->p, true, "Its messages have other numbers "
			       "on the server (UIDVALIDITY %" PRId64 " there, %"
			       PRId64 " here).", in.uidvalidity,
			       f->uidvalidity);
	else
		st = driver_changes(s->driver, NULL, &sink, &full, e);
	g_array_sort(pair->there, by_uid);
	return st;
}

static enum st
hold(struct pair *pair, const struct folder *f, struct err *e)
{
	struct prover *p = pair->p;
	bool same = false;
	enum st st = prove_local(p, f, e);

	if (st == ST_OK)
		st = list_there(pair, f, &same, e);
	if (st == ST_GONE) {
		prove_complain(p, true, "The folder is not on the server.");
		return ST_OK;
	}
	if (st != ST_OK || !same)
		return st;
	st = copies_walk(p->s->store, f->id, note_here, pair, e);
	if (st == ST_OK)
		compare_sides(pair);
	if (st == ST_OK && pair->fetch.n)
		st = prove_fetch(p, &pair->fetch, compare_octets, pair, e);
	return st;
}

static enum st
prove_once(struct prover *p, const char *name, struct err *e)
{
	struct pair pair = { p, sides_new(), sides_new(), UIDSET_EMPTY,
			     false };
	struct folder *f = NULL;
	enum st st = folder_by_name(p->s->store, name, &f, e);

	prove_begin(p, name);
	if (st == ST_OK)
		st = hold(&pair, f, e);
	else if (st == ST_GONE) {
		prove_complain(p, true, "The folder is not here yet.");
		st = ST_OK;
	}
	folder_free(f);
	uidset_clear(&pair.fetch);
	g_array_unref(pair.here);
	g_array_unref(pair.there);
	return st;
}

static enum st
prove_folder(struct prover *p, const char *name, struct err *e)
{
	enum st st = ST_OK;

	for (int i = 0; i < TRIES && st == ST_OK; i++) {
		int64_t before = store_generation(p->s->store);

		st = prove_once(p, name, e);
		if (p->found.behind + p->found.wrong == 0 ||
		    before == store_generation(p->s->store))
			break;
	}
	if (st == ST_OK)
		prove_tell(p);
	if (st == ST_OK && p->after)
		st = p->after(p, e);
	return st;
}

/* ---- all of them -------------------------------------------------------- */

static void
add_name(GPtrArray *names, const char *name)
{
	if (!g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL))
		g_ptr_array_add(names, g_strdup(name));
}

/* Those on either side. */
static enum st
all_names(struct sync *s, GPtrArray *names, struct err *e)
{
	GPtrArray *there = NULL, *here = NULL;
	enum st st = driver_folders(s->driver, false, &there, e);

	if (st == ST_OK)
		st = folders_all(s->store, &here, e);
	for (guint i = 0; st == ST_OK && i < here->len; i++) {
		const struct folder *f = here->pdata[i];

		if (!f->local && !(f->attr & FOLDER_NOSELECT) &&
		    folders_wanted(s->account, f))
			add_name(names, f->name);
	}
	for (guint i = 0; st == ST_OK && i < there->len; i++) {
		const struct folder_info *f = there->pdata[i];

		if (!(f->attr & FOLDER_NOSELECT))
			add_name(names, f->name);
	}
	g_clear_pointer(&there, g_ptr_array_unref);
	g_clear_pointer(&here, g_ptr_array_unref);
	return st;
}

enum st
prove_names(struct sync *s, const char *const *folders, GPtrArray **names,
	    struct err *e)
{
	*names = g_ptr_array_new_with_free_func(g_free);
	if (!folders || !*folders)
		return all_names(s, *names, e);
	for (; *folders; folders++)
		add_name(*names, *folders);
	return ST_OK;
}

static enum st
prove_folders(struct prover *p, const char *const *folders, struct err *e)
{
	GPtrArray *names = NULL;
	enum st st = prove_names(p->s, folders, &names, e);

	for (guint i = 0; i < names->len && st == ST_OK; i++) {
		st = prove_folder(p, names->pdata[i], e);
		if (st == ST_OK)
			st = sync_between(p->s, e);
	}
	g_ptr_array_unref(names);
	return st;
}

static enum st
verdict(const struct prover *p, struct err *e)
{
	if (p->wrong)
		return err_set(e, ST_CORRUPT, "The two copies of %s differ in "
			       "what Send/Receive does not see (%" PRId64
			       "): add --repair to mend it from the server.",
			       p->s->account->name, p->wrong);
	if (p->behind)
		return err_set(e, ST_REFUSED, "The two copies of %s are not "
			       "level (%" PRId64 "): run “verso sync -a %s”.",
			       p->s->account->name, p->behind,
			       p->s->account->name);
	if (p->waits)
		return err_set(e, ST_REFUSED, "What was decided about %" PRId64
			       " message%s of %s is not on the server yet: run "
			       "“verso sync -a %s”.", p->waits,
			       p->waits == 1 ? "" : "s",
			       p->s->account->name, p->s->account->name);
	return ST_OK;
}

enum st
prove_run(struct prover *p, const char *const *folders, struct err *e)
{
	enum st st;

	p->said = g_ptr_array_new_with_free_func(g_free);
	st = driver_capabilities(p->s->driver) & CAP_DELIVERS
		? prove_flow(p, e) : prove_folders(p, folders, e);
	g_ptr_array_unref(p->said);
	uidset_clear(&p->damaged);
	return st;
}

enum st
sync_prove(struct sync *s, const char *const *folders, bool deep,
	   const struct prove_events *events, struct err *e)
{
	struct prover p = { .s = s, .deep = deep, .events = events };
	enum st st = prove_run(&p, folders, e);

	return st == ST_OK ? verdict(&p, e) : st;
}
