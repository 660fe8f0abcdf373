/*
 * contract_copy.c - local copies that are brought level, and catching sinks
 */
#include "driver/contract.h"

struct uidset
set_of(uint32_t first, uint32_t last)
{
	struct uidset s = UIDSET_EMPTY;

	uidset_add_range(&s, first, last);
	return s;
}

/* ---- copies ---- */

static void
flags_free(void *p)
{
	flags_clear(p);
	g_free(p);
}

struct copy *
copy_new(void)
{
	struct copy *copy = g_new0(struct copy, 1);

	copy->flags = g_hash_table_new_full(NULL, NULL, NULL, flags_free);
	return copy;
}

void
copy_free(struct copy *copy)
{
	uidset_clear(&copy->uids);
	g_hash_table_unref(copy->flags);
	g_free(copy);
}

/* What a levelling has heard. */
struct hearing {
	struct copy *copy;
	struct uidset listed;
};

static enum st
hear_message(void *ctx, const struct listing *m, struct err *e)
{
	struct hearing *h = ctx;
	void *key = GUINT_TO_POINTER(m->uid);

	(void)e;
	h->copy->listed++;
	uidset_add(&h->listed, m->uid);
	uidset_add(&h->copy->uids, m->uid);
	if (m->has_flags) {
		struct flags *f = g_new0(struct flags, 1);

		flags_copy(f, &m->flags);
		g_hash_table_replace(h->copy->flags, key, f);
	}
	return ST_OK;
}

static enum st
hear_vanished(void *ctx, const struct uidset *uids, struct err *e)
{
	struct hearing *h = ctx;

	(void)e;
	h->copy->vanished += (unsigned)uidset_count(uids);
	uidset_remove_set(&h->copy->uids, uids);
	return ST_OK;
}

static void
copy_forget(struct copy *copy)
{
	uidset_clear(&copy->uids);
	g_hash_table_remove_all(copy->flags);
}

/* What follows from a full listing: the others are gone. */
static void
keep_listed(struct copy *copy, const struct uidset *listed)
{
	uidset_clear(&copy->uids);
	uidset_add_set(&copy->uids, listed);
}

enum st
copy_level(struct copy *copy, struct driver *d, const char *folder,
	   struct err *e)
{
	struct uidset had = UIDSET_EMPTY;
	struct known known = { copy->uidvalidity, copy->modseq, &had };
	struct hearing h = { copy, UIDSET_EMPTY };
	struct listing_sink sink = { &h, hear_message, hear_vanished };
	bool full = false;
	enum st st;

	copy->listed = copy->vanished = 0;
	uidset_add_set(&had, &copy->uids);
	st = driver_enter(d, folder, &known, &sink, &copy->entered, e);
	copy->asked = st == ST_OK && !copy->entered.complete;
	if (copy->asked) {
		if (!copy->entered.same_uids) {
			copy_forget(copy);
			known = (struct known){ 0, 0, &copy->uids };
		}
		st = driver_changes(d, &known, &sink, &full, e);
	}
	if (st == ST_OK && full)
		keep_listed(copy, &h.listed);
	if (st == ST_OK) {
		copy->uidvalidity = copy->entered.uidvalidity;
		copy->modseq = copy->entered.modseq;
	}
	uidset_clear(&h.listed);
	uidset_clear(&had);
	return st;
}

static const struct flags *
copy_flags(const struct copy *copy, uint32_t uid)
{
	static const struct flags none;
	const struct flags *f = g_hash_table_lookup(copy->flags,
						    GUINT_TO_POINTER(uid));

	return f ? f : &none;
}

uint32_t
copy_bits(const struct copy *copy, uint32_t uid)
{
	return copy_flags(copy, uid)->bits;
}

bool
copy_has_keyword(const struct copy *copy, uint32_t uid, const char *keyword)
{
	return flags_has_keyword(copy_flags(copy, uid), keyword);
}

bool
copy_equal(const struct copy *a, const struct copy *b, bool with_flags)
{
	uint64_t it = 0;
	uint32_t uid;

	if (!uidset_equal(&a->uids, &b->uids))
		return false;
	while (with_flags && uidset_next(&a->uids, &it, &uid))
		if (!flags_equal(copy_flags(a, uid), copy_flags(b, uid)))
			return false;
	return true;
}

/* ---- sinks ---- */

static void
caught_message_free(void *p)
{
	struct caught_message *m = p;

	if (!m)
		return;
	g_byte_array_unref(m->bytes);
	flags_clear(&m->flags);
	g_free(m);
}

struct caught *
caught_new(void)
{
	struct caught *caught = g_new0(struct caught, 1);

	caught->messages = g_ptr_array_new_with_free_func(caught_message_free);
	return caught;
}

void
caught_free(struct caught *caught)
{
	g_ptr_array_unref(caught->messages);
	caught_message_free(caught->now);
	g_free(caught);
}

static enum st
catch_begin(void *ctx, const struct fetched *f, int64_t octets, struct err *e)
{
	struct caught *caught = ctx;

	cr_assert_null(caught->now, "one message at a time");
	if (caught->fail_begin)
		return err_set(e, caught->fail_begin, "The sink is full.");
	caught->begun++;
	caught->now = g_new0(struct caught_message, 1);
	caught->now->bytes = g_byte_array_new();
	caught->now->octets = octets;
	caught->now->uid = f->uid;
	return ST_OK;
}

static enum st
catch_data(void *ctx, const char *bytes, size_t len, struct err *e)
{
	struct caught *caught = ctx;

	cr_assert_not_null(caught->now, "data only between begin and end");
	cr_assert_gt(len, 0);
	if (caught->fail_data)
		return err_set(e, caught->fail_data, "The sink is full.");
	if (caught->on_data)
		caught->on_data(caught->on_data_ctx);
	g_byte_array_append(caught->now->bytes, (const guint8 *)bytes,
			    (guint)len);
	return ST_OK;
}

static enum st
catch_end(void *ctx, const struct fetched *f, struct err *e)
{
	struct caught *caught = ctx;
	struct caught_message *m = caught->now;

	cr_assert_not_null(m);
	caught->now = NULL;
	if (caught->fail_end) {
		caught_message_free(m);
		return err_set(e, caught->fail_end, "The sink is full.");
	}
	cr_assert(m->octets < 0 || m->octets == m->bytes->len,
		  "octets is exact or not said");
	m->uid = f->uid;
	m->has_flags = f->has_flags;
	flags_copy(&m->flags, &f->flags);
	m->internaldate = f->internaldate;
	m->size = f->size;
	g_ptr_array_add(caught->messages, m);
	return ST_OK;
}

static void
catch_abort(void *ctx)
{
	struct caught *caught = ctx;

	cr_assert_not_null(caught->now, "only what was begun is aborted");
	caught_message_free(caught->now);
	caught->now = NULL;
	caught->aborted++;
}

static enum st
catch_missing(void *ctx, uint32_t uid, const char *why, struct err *e)
{
	struct caught *caught = ctx;

	(void)uid;
	(void)e;
	cr_assert_not_null(why);
	cr_assert_null(caught->now);
	caught->missing++;
	return ST_OK;
}

static enum st
catch_flags(void *ctx, const struct listing *m, struct err *e)
{
	(void)ctx;
	(void)e;
	cr_assert_neq(m->uid, 0);
	return ST_OK;
}

static enum st
catch_vanished(void *ctx, const struct uidset *uids, struct err *e)
{
	(void)ctx;
	(void)e;
	cr_assert_not_null(uids);
	return ST_OK;
}

struct fetch_sink
caught_sink(struct caught *caught)
{
	return (struct fetch_sink){
		.ctx = caught,
		.begin = catch_begin,
		.data = catch_data,
		.end = catch_end,
		.abort = catch_abort,
		.missing = catch_missing,
		.flags = catch_flags,
		.vanished = catch_vanished,
	};
}

const struct caught_message *
caught_find(const struct caught *caught, uint32_t uid)
{
	for (guint i = 0; i < caught->messages->len; i++) {
		const struct caught_message *m = caught->messages->pdata[i];

		if (m->uid == uid)
			return m;
	}
	return NULL;
}
