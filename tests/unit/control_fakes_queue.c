/*
 * control_fakes_queue.c - a queue that does what it is told at once, and
 * remembers how to take it back
 */
#include "control_fakes.h"

#include <stdio.h>
#include <string.h>

#include "control_fakes_queue.h"
#include "store/history.h"
#include "store/queue.h"

struct step {
	int64_t action, id, folder;
	uint32_t bits;
	char *keywords;
};

static GPtrArray *steps, *actions;	/* struct step *, char * */
static char *journal;

static void
step_free(gpointer p)
{
	g_free(((struct step *)p)->keywords);
	g_free(p);
}

void
fake_queue_reset(void)
{
	g_clear_pointer(&steps, g_ptr_array_unref);
	g_clear_pointer(&actions, g_ptr_array_unref);
	g_clear_pointer(&journal, g_free);
	steps = g_ptr_array_new_with_free_func(step_free);
	actions = g_ptr_array_new_with_free_func(g_free);
	journal = g_strdup("");
}

const char *
fake_queue(void)
{
	return journal;
}

static void
note(const char *what, int64_t id, int64_t more)
{
	char *longer = g_strdup_printf("%s%s %lld %lld;", journal, what,
				       (long long)id, (long long)more);

	g_free(journal);
	journal = longer;
}

/* How the message is now, to be put back. */
static struct fake_mail *
remember(int64_t id)
{
	struct fake_mail *m = fake_mail(id);
	struct step *s;

	if (!m || m->folder <= 0)
		return NULL;
	s = g_new0(struct step, 1);
	s->action = actions->len;
	s->id = id;
	s->folder = m->folder;
	s->bits = m->flags.bits;
	s->keywords = g_strdup(m->flags.keywords);
	g_ptr_array_add(steps, s);
	return m;
}

enum st
store_begin(struct store *s, struct err *e)
{
	if (fake_fails(s))
		return err_set(e, ST_LOCAL, "The disk is full.");
	return ST_OK;
}

enum st
store_commit(struct store *s, struct err *e)
{
	return ST_OK;
}

void
store_rollback(struct store *s)
{
	if (actions->len)
		g_ptr_array_remove_index(actions, actions->len - 1);
}

static int64_t tags_here;
static const char *prefix;

void
fake_prefix(const char *text)
{
	prefix = text;
}

void
fake_tags_here(int64_t folder)
{
	tags_here = folder;
}

char *
store_fact_get(struct store *s, const char *name)
{
	int64_t id = 0;

	if (sscanf(name, "tags.here.%" G_GINT64_FORMAT, &id) == 1 &&
	    id == tags_here)
		return g_strdup("1");
	if (prefix && strcmp(name, "account.prefix") == 0)
		return g_strdup(prefix);
	return NULL;
}

enum st
queue_action(struct store *s, const char *what, struct err *e)
{
	g_ptr_array_add(actions, g_strdup(what));
	return ST_OK;
}

enum st
queue_retell(struct store *s, const char *what, struct err *e)
{
	g_free(actions->pdata[actions->len - 1]);
	actions->pdata[actions->len - 1] = g_strdup(what);
	return ST_OK;
}

enum st
queue_flags(struct store *s, const int64_t *ids, size_t *n, bool add,
	    const struct flags *flags, struct err *e)
{
	size_t done = 0;

	for (size_t i = 0; i < *n; i++) {
		struct fake_mail *m = fake_mail(ids[i]);
		uint32_t bits = m ? m->flags.bits : 0;

		if (!m || (!flags->keywords &&
			   bits == (add ? bits | flags->bits
					: bits & ~flags->bits)))
			continue;
		remember(ids[i]);
		m->flags.bits = add ? bits | flags->bits
				    : bits & ~flags->bits;
		if (flags->keywords && add)
			flags_add_word(&m->flags, flags->keywords);
		else if (flags->keywords)
			flags_remove_word(&m->flags, flags->keywords);
		note(add ? "set" : "clear", ids[i], flags->bits);
		done++;
	}
	*n = done;
	return ST_OK;
}

static size_t
put(const int64_t *ids, size_t n, int64_t folder, const char *what)
{
	size_t done = 0;

	for (size_t i = 0; i < n; i++) {
		struct fake_mail *m = remember(ids[i]);

		if (!m)
			continue;
		m->folder = folder;
		m->flags.bits &= ~(uint32_t)FLAG_DELETED;
		note(what, ids[i], folder);
		done++;
	}
	return done;
}

enum st
queue_move(struct store *s, const int64_t *ids, size_t *n, int64_t dest,
	   struct err *e)
{
	*n = put(ids, *n, dest, "move");
	return ST_OK;
}

enum st
queue_expunge(struct store *s, const int64_t *ids, size_t *n, struct err *e)
{
	*n = put(ids, *n, -1, "expunge");
	return ST_OK;
}

enum st
queue_copy(struct store *s, const int64_t *ids, size_t *n, int64_t dest,
	   struct err *e)
{
	for (size_t i = 0; i < *n; i++)
		note("copy", ids[i], dest);
	return ST_OK;
}

enum st
queue_undo(struct store *s, int64_t action, char **what, struct err *e)
{
	if (actions->len == 0)
		return err_set(e, ST_GONE, "There is nothing to undo.");
	for (guint i = steps->len; i-- > 0;) {
		struct step *st = steps->pdata[i];
		struct fake_mail *m = fake_mail(st->id);

		if (st->action != (int64_t)actions->len)
			continue;
		m->folder = st->folder;
		m->flags.bits = st->bits;
		g_free(m->flags.keywords);
		m->flags.keywords = g_strdup(st->keywords);
		g_ptr_array_remove_index(steps, i);
	}
	*what = g_ptr_array_steal_index(actions, actions->len - 1);
	return ST_OK;
}

enum st
queue_actions(struct store *s, size_t max, GPtrArray **out, struct err *e)
{
	*out = g_ptr_array_new_with_free_func((GDestroyNotify)action_free);
	for (guint i = fake_is_work(s) ? actions->len : 0;
	     i-- > 0 && (*out)->len < max;) {
		struct action *a = g_new0(struct action, 1);

		a->id = i + 1;
		a->at = 1700000000 + i;
		a->what = g_strdup(actions->pdata[i]);
		g_ptr_array_add(*out, a);
	}
	return ST_OK;
}

void
action_free(struct action *a)
{
	g_free(a->what);
	g_free(a);
}

void
change_free(struct change *c)
{
	g_free(c->why);
	g_free(c);
}

/* One change that waits, one that needs the person. */
enum st
queue_list(struct store *s, bool parked_only, GPtrArray **out, struct err *e)
{
	*out = g_ptr_array_new_with_free_func((GDestroyNotify)change_free);
	for (int i = 0; i < 2 && fake_is_work(s); i++) {
		struct change *c = g_new0(struct change, 1);

		c->seq = 40 + i;
		c->state = i ? CHANGE_PARKED : CHANGE_WAITING;
		c->message = 1;
		c->why = g_strdup(i ? "The mailbox is full." : NULL);
		if (i == 0 && parked_only)
			change_free(c);
		else
			g_ptr_array_add(*out, c);
	}
	return ST_OK;
}

enum st
queue_of_message(struct store *s, int64_t id, GPtrArray **out, struct err *e)
{
	return queue_list(s, false, out, e);
}

/* Read elsewhere between what was decided here, then moved. */
enum st
history_of_message(struct store *s, int64_t id, GPtrArray **out,
		   struct err *e)
{
	*out = g_ptr_array_new_with_free_func(g_free);
	if (fake_is_work(s)) {
		static char what[] = "read", left[] = "Old";
		struct event *read = g_new0(struct event, 1);
		struct event *moved = g_new0(struct event, 1);

		read->what = what;
		moved->left = left;
		moved->at = 100000;
		g_ptr_array_add(*out, read);
		g_ptr_array_add(*out, moved);
	}
	return ST_OK;
}

enum st
queue_counts(struct store *s, struct queue_counts *out, struct err *e)
{
	GArray *marked;

	out->decided = out->waiting = fake_is_work(s) ? actions->len : 0;
	out->parked = 0;
	queue_marked(s, 0, &marked, NULL);
	out->marked = marked->len;
	g_array_unref(marked);
	return ST_OK;
}

bool
change_is_mark(const struct change *c)
{
	return c->add.bits & FLAG_DELETED;
}

enum st
queue_marked(struct store *s, int64_t folder, GArray **ids, struct err *e)
{
	*ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	for (int64_t id = 1; fake_is_work(s) && id < 100; id++) {
		const struct fake_mail *m = fake_mail(id);

		if (m && m->flags.bits & FLAG_DELETED && m->folder > 0 &&
		    m->parent != FAKE_MARKED_BY_OTHERS &&
		    (!folder || m->folder == folder))
			g_array_append_val(*ids, id);
	}
	return ST_OK;
}

enum st
queue_unmark(struct store *s, const int64_t *ids, size_t *n, struct err *e)
{
	size_t done = 0;

	for (size_t i = 0; i < *n; i++) {
		struct fake_mail *m = fake_mail(ids[i]);

		if (!m || !(m->flags.bits & FLAG_DELETED))
			continue;
		m->flags.bits &= ~(uint32_t)FLAG_DELETED;
		note("unmark", ids[i], 0);
		done++;
	}
	*n = done;
	return ST_OK;
}

char *
change_text(struct store *s, const struct change *c)
{
	return g_strdup("flag");
}

enum st
queue_retry(struct store *s, int64_t seq, struct err *e)
{
	note("retry", seq, 0);
	return ST_OK;
}

enum st
queue_cancel(struct store *s, int64_t seq, struct err *e)
{
	note("cancel", seq, 0);
	return ST_OK;
}

enum st
queue_create(struct store *s, const char *name, char delimiter,
	     enum folder_role role, bool local, int64_t *id, struct err *e)
{
	*id = fake_folder(fake_is_work(s) ? "work" : "home", name);
	note("create", *id, local);
	return ST_OK;
}

enum st
queue_rename(struct store *s, int64_t folder, const char *name,
	     struct err *e)
{
	note("rename", folder, 0);
	return ST_OK;
}

enum st
queue_delete(struct store *s, int64_t folder, struct err *e)
{
	note("delete", folder, 0);
	return ST_OK;
}

enum st
queue_subscribe(struct store *s, int64_t folder, bool on, struct err *e)
{
	note("subscribe", folder, on);
	return ST_OK;
}
