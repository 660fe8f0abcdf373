/*
 * journal.c - what a server in memory was told by a process that died
 */
#include "crash/journal.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <glib.h>

#define CALLS_MOST 64
#define TEXT_MOST 4096

enum call { ENTER, STORE, MOVE, COPY, APPEND, EXPUNGE, FOLDER, GOOD_BYE };

struct said {
	enum call call;
	char name[128], to[128], set[256], keywords[128];
	bool add;
	int op;
	uint32_t bits;
	int64_t date;
	size_t len;
	char text[TEXT_MOST];
};

struct journal {
	int n;
	struct said said[CALLS_MOST];
};

static struct journal *kept;
static const struct driver_ops *real;
static struct driver_ops ops;

struct journal *
journal_new(void)
{
	struct journal *j = mmap(NULL, sizeof(*j), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	cr_assert_neq(j, MAP_FAILED);
	return j;
}

void
journal_free(struct journal *j)
{
	munmap(j, sizeof(*j));
}

void
journal_clear(struct journal *j)
{
	j->n = 0;
}

/* ---- in the child ------------------------------------------------------- */

/* What does not fit is a mistake of the test: the process ends. */
static struct said *
note(enum call call, const char *name, const struct uidset *uids)
{
	struct said *s = &kept->said[kept->n];
	char *set = uids ? uidset_format(uids) : NULL;

	if (kept->n == CALLS_MOST || (set && strlen(set) >= sizeof(s->set)))
		abort();
	memset(s, 0, sizeof(*s));
	s->call = call;
	g_strlcpy(s->name, name ? name : "", sizeof(s->name));
	g_strlcpy(s->set, set ? set : "", sizeof(s->set));
	g_free(set);
	kept->n++;
	return s;
}

static void
note_flags(struct said *s, const struct flags *f)
{
	s->bits = f->bits;
	g_strlcpy(s->keywords, f->keywords ? f->keywords : "",
		  sizeof(s->keywords));
}

static enum st
keep_enter(struct driver *d, const char *folder, const struct known *known,
	   const struct listing_sink *sink, struct entered *out,
	   struct err *e)
{
	enum st st = real->enter(d, folder, known, sink, out, e);

	if (st == ST_OK)
		note(ENTER, folder, NULL);
	return st;
}

static enum st
keep_store(struct driver *d, const struct uidset *uids, bool add,
	   const struct flags *flags, struct err *e)
{
	enum st st = real->store(d, uids, add, flags, e);

	if (st == ST_OK) {
		struct said *s = note(STORE, NULL, uids);

		s->add = add;
		note_flags(s, flags);
	}
	return st;
}

static enum st
keep_move(struct driver *d, const struct uidset *uids, const char *folder,
	  GArray *from, GArray *to, int64_t *validity, struct err *e)
{
	enum st st = real->move(d, uids, folder, from, to, validity, e);

	if (st == ST_OK)
		note(MOVE, folder, uids);
	return st;
}

static enum st
keep_copy(struct driver *d, const struct uidset *uids, const char *folder,
	  GArray *from, GArray *to, int64_t *validity, struct err *e)
{
	enum st st = real->copy(d, uids, folder, from, to, validity, e);

	if (st == ST_OK)
		note(COPY, folder, uids);
	return st;
}

static enum st
keep_append(struct driver *d, const char *folder, const struct flags *flags,
	    int64_t internaldate, const char *bytes, size_t len, uint32_t *uid,
	    int64_t *validity, struct err *e)
{
	enum st st = real->append(d, folder, flags, internaldate, bytes, len,
				  uid, validity, e);

	if (st == ST_OK) {
		struct said *s = note(APPEND, folder, NULL);

		if (len > sizeof(s->text))
			abort();
		note_flags(s, flags);
		s->date = internaldate;
		s->len = len;
		memcpy(s->text, bytes, len);
	}
	return st;
}

static enum st
keep_expunge(struct driver *d, const struct uidset *uids, struct err *e)
{
	enum st st = real->expunge(d, uids, e);

	if (st == ST_OK)
		note(EXPUNGE, NULL, uids);
	return st;
}

static enum st
keep_folder(struct driver *d, enum folder_op op, const char *name,
	    const char *to, struct err *e)
{
	enum st st = real->folder(d, op, name, to, e);

	if (st == ST_OK) {
		struct said *s = note(FOLDER, name, NULL);

		s->op = (int)op;
		g_strlcpy(s->to, to ? to : "", sizeof(s->to));
	}
	return st;
}

static enum st
keep_close(struct driver *d, bool polite, struct err *e)
{
	enum st st = real->close(d, polite, e);

	if (st == ST_OK && polite)
		note(GOOD_BYE, NULL, NULL);
	return st;
}

void
journal_keep(struct journal *j, struct driver *d)
{
	kept = j;
	real = d->ops;
	ops = *real;
	ops.enter = keep_enter;
	ops.store = keep_store;
	ops.move = keep_move;
	ops.copy = keep_copy;
	ops.append = keep_append;
	ops.expunge = keep_expunge;
	ops.folder = keep_folder;
	ops.close = keep_close;
	d->ops = &ops;
}

/* ---- in the parent ------------------------------------------------------ */

static enum st
pass_message(void *ctx, const struct listing *m, struct err *e)
{
	return ST_OK;
}

static enum st
pass_vanished(void *ctx, const struct uidset *uids, struct err *e)
{
	return ST_OK;
}

static enum st
say(struct driver *d, const struct said *s, struct err *e)
{
	struct listing_sink sink = { NULL, pass_message, pass_vanished };
	struct flags f = { s->bits, *s->keywords ? (char *)s->keywords
						 : NULL };
	struct uidset set = UIDSET_EMPTY;
	struct entered in;
	uint32_t uid;
	enum st st = ST_OK;

	if (*s->set)
		cr_assert(uidset_parse(&set, s->set, strlen(s->set), 1000));
	switch (s->call) {
	case ENTER:
		st = driver_enter(d, s->name, NULL, &sink, &in, e);
		break;
	case STORE:
		st = driver_store(d, &set, s->add, &f, e);
		break;
	case MOVE:
		st = driver_move(d, &set, s->name, NULL, NULL, NULL, e);
		break;
	case COPY:
		st = driver_copy(d, &set, s->name, NULL, NULL, NULL, e);
		break;
	case APPEND:
		st = driver_append(d, s->name, &f, s->date, s->text, s->len,
				   &uid, NULL, e);
		break;
	case EXPUNGE:
		st = driver_expunge(d, &set, e);
		break;
	case FOLDER:
		st = driver_folder(d, (enum folder_op)s->op, s->name,
				   *s->to ? s->to : NULL, e);
		break;
	case GOOD_BYE:
		st = driver_close(d, true, e);
		break;
	}
	uidset_clear(&set);
	return st;
}

int
journal_replay(struct journal *j, struct driver *d)
{
	struct err e = { "" };
	int changed = 0;

	cr_assert_eq(driver_open(d, &e), ST_OK, "%s", e.text);
	for (int i = 0; i < j->n; i++) {
		enum st st = say(d, &j->said[i], &e);

		cr_assert_eq(st, ST_OK, "call %d: %s", i, e.text);
		changed += j->said[i].call != ENTER &&
			   j->said[i].call != GOOD_BYE;
	}
	driver_close(d, false, NULL);
	journal_clear(j);
	return changed;
}
