/*
 * folders.c - the list of folders there into the list here
 *
 * A folder that is missing there may have been renamed: then one that is new
 * there has its UIDVALIDITY, and the very messages under the same UIDs.  A
 * folder is removed here only when the list does without it and the server
 * says so again when it is to be entered.
 */
#include <string.h>

#include "base/clock.h"
#include "sync/plan.h"
#include "sync/private.h"
#include "sync/push.h"

/* So many messages must be the same for a folder to be the same. */
#define SAMPLE 20

struct lists {
	GPtrArray *there;	/* struct folder_info */
	GPtrArray *here;	/* struct folder */
	struct plan_folder *t, *h;
	struct plan_folders plan;
};

static void
lists_clear(struct lists *l)
{
	g_clear_pointer(&l->there, g_ptr_array_unref);
	g_clear_pointer(&l->here, g_ptr_array_unref);
	g_clear_pointer(&l->plan.created, g_array_unref);
	g_clear_pointer(&l->plan.missing, g_array_unref);
	g_clear_pointer(&l->t, g_free);
	g_clear_pointer(&l->h, g_free);
}

bool
folders_wanted(const struct account *account, const struct folder *f)
{
	char **patterns = account->folders;

	for (; patterns && *patterns; patterns++)
		if (folder_match(*patterns, f->name, f->delimiter))
			return true;
	return !account->folders;
}

/* ---- what the list does not say itself ---- */

static bool
has_role(GPtrArray *folders, enum folder_role role)
{
	for (guint i = 0; i < folders->len; i++) {
		const struct folder_info *f = folders->pdata[i];

		if (f->role == role)
			return true;
	}
	return false;
}

/* A server without SPECIAL-USE (Courier, Exchange): by their names.  Without
 * a Trash what is deleted would be gone for ever. */
static void
guess_roles(struct sync *s, GPtrArray *folders)
{
	if (driver_capabilities(s->driver) & CAP_SPECIAL_USE)
		return;
	for (guint i = 0; i < folders->len; i++) {
		struct folder_info *f = folders->pdata[i];
		enum folder_role role = folder_role_guess(f->name,
							  f->delimiter);

		if (f->role == ROLE_NONE && !(f->attr & FOLDER_NOSELECT) &&
		    !has_role(folders, role))
			f->role = role;
	}
}

static enum st
note(struct sync *s, const char *fact, const char *value, struct err *e)
{
	char *known = store_fact_get(s->store, fact);
	enum st st = ST_OK;

	if (strcmp(known ? known : "", value) != 0)
		st = store_fact_set(s->store, fact, value, e);
	g_free(known);
	return st;
}

/* For whoever makes a folder, and for who sends: where folders are labels
 * (Gmail) what is sent through the account stands in Sent by itself. */
static enum st
note_habits(struct sync *s, struct err *e)
{
	bool labels = driver_capabilities(s->driver) & CAP_LABELS;
	struct driver_facts facts;
	enum st st;

	driver_facts(s->driver, &facts);
	st = note(s, "account.prefix", facts.prefix, e);
	return st == ST_OK ? note(s, "account.saves-sent", labels ? "1" : "",
				  e) : st;
}

/* ---- there and here ---- */

static enum st
compare(struct sync *s, struct lists *l, struct err *e)
{
	size_t n = 0;
	enum st st = folders_all(s->store, &l->here, e);

	if (st != ST_OK)
		return st;
	for (guint i = l->here->len; i-- > 0;) {
		struct folder *f = l->here->pdata[i];

		if (f->local || !folders_wanted(s->account, f))
			g_ptr_array_remove_index(l->here, i);
	}
	l->t = g_new0(struct plan_folder, l->there->len + 1);
	l->h = g_new0(struct plan_folder, l->here->len + 1);
	for (guint i = 0; i < l->there->len; i++) {
		const struct folder_info *f = l->there->pdata[i];

		l->t[i] = (struct plan_folder) { f->name, f->uidvalidity,
			!(f->attr & FOLDER_NOSELECT) };
	}
	for (guint i = 0; i < l->here->len; i++, n++) {
		const struct folder *f = l->here->pdata[i];

		l->h[i] = (struct plan_folder) { f->name, f->uidvalidity,
			!(f->attr & FOLDER_NOSELECT) };
	}
	return plan_folders(l->t, l->there->len, l->h, n, &l->plan, e);
}

/* ---- renamed ---- */

struct sample {
	struct sync *s;
	int64_t folder;
	int same, other;
};

static enum st
hold_against(void *ctx, const struct fetched *f, const struct envelope *env,
	     struct err *e)
{
	struct sample *sample = ctx;
	struct message m = { 0 };
	bool same;

	if (message_by_uid(sample->s->store, sample->folder, f->uid, &m,
			   NULL) != ST_OK)
		return ST_OK;
	same = g_strcmp0(m.env.message_id, env->message_id) == 0 &&
	       g_strcmp0(m.env.subject, env->subject) == 0 &&
	       (f->internaldate == 0 || f->internaldate == m.arrival);
	sample->same += same;
	sample->other += !same;
	message_clear(&m);
	return ST_OK;
}

/* Enter name; *entered 0 in uidvalidity when there is no such folder. */
static enum st
look_into(struct sync *s, const char *name, struct entered *entered,
	  struct err *e)
{
	enum st st;

	memset(entered, 0, sizeof(*entered));
	sync_session_lost(s);
	st = driver_enter(s->driver, name, NULL, NULL, entered, e);
	if (st == ST_OK)
		s->entered = g_strdup(name);
	return st;
}

static enum st
same_messages(struct sync *s, const struct folder *f, const char *name,
	      bool *same, struct err *e)
{
	struct sample sample = { .s = s, .folder = f->id };
	struct uidset all = UIDSET_EMPTY, some = UIDSET_EMPTY;
	struct entered entered;
	enum st st = look_into(s, name, &entered, e);

	*same = false;
	if (st == ST_GONE || st == ST_REFUSED)
		return ST_OK;
	if (st != ST_OK || entered.uidvalidity != f->uidvalidity)
		return st;
	st = folder_uids(s->store, f->id, &all, e);
	uidset_take(&all, &some, SAMPLE, true);
	if (st == ST_OK)
		st = headers_fetch(s, &some, hold_against, &sample, e);
	*same = st == ST_OK && sample.other == 0 && sample.same > 0;
	uidset_clear(&all);
	uidset_clear(&some);
	return st;
}

/* Find the folder's new name among those created; *found tells. */
static enum st
find_renamed(struct sync *s, struct lists *l, size_t missing, bool *found,
	     struct err *e)
{
	const struct folder *f = l->here->pdata[missing];
	GArray *created = l->plan.created;
	enum st st = ST_OK;

	*found = false;
	if (f->total == 0 || strcmp(f->name, "INBOX") == 0)
		return ST_OK;
	for (guint i = 0; i < created->len && st == ST_OK && !*found; i++) {
		const struct plan_folder *new =
			&l->t[g_array_index(created, size_t, i)];

		if (!plan_may_be_renamed(&l->h[missing], new))
			continue;
		st = same_messages(s, f, new->name, found, e);
		if (st == ST_OK && *found) {
			st = folder_rename(s->store, f->id, new->name, e);
			g_array_remove_index(created, i);
		}
	}
	return st;
}

/* ---- gone ---- */

static enum st
remove_missing(struct sync *s, const struct folder *f, bool *changed,
	       struct err *e)
{
	struct entered entered;
	struct err why;
	enum st st = ST_GONE;

	if (!(f->attr & FOLDER_NOSELECT))
		st = look_into(s, f->name, &entered, &why);
	if (st == ST_GONE) {
		*changed = true;
		return folder_remove(s->store, f->id, e);
	}
	if (st == ST_OK) {
		st = ST_PROTOCOL;
		err_set(&why, st, "The server's list of folders does without "
			"it, but it can be entered; it stays.");
		sync_skip(s, f->name, st, why.text);
		return ST_OK;
	}
	if (st == ST_REFUSED) {
		sync_skip(s, f->name, st, why.text);
		return ST_OK;
	}
	if (e)
		*e = why;
	return st;
}

static enum st
settle_missing(struct sync *s, struct lists *l, bool *changed, struct err *e)
{
	enum st st = ST_OK;

	for (guint i = 0; i < l->plan.missing->len && st == ST_OK; i++) {
		size_t missing = g_array_index(l->plan.missing, size_t, i);
		bool renamed = false;

		st = find_renamed(s, l, missing, &renamed, e);
		*changed = *changed || renamed;
		if (st == ST_OK && !renamed)
			st = remove_missing(s, l->here->pdata[missing],
					    changed, e);
	}
	return st;
}

/* ---- the jobs ---- */

bool
folders_is_level(const struct sync *s, const struct folder *f,
		 const struct folder_info *info, bool hurry)
{
	struct uidset aside = UIDSET_EMPTY;
	bool same;

	if (info->uidvalidity < 0 || info->messages < 0)
		return false;
	/* Nothing there, nothing here: no number could change that. */
	if (info->messages == 0 && f->there == 0)
		return true;
	same = f->synced > 0 && info->uidvalidity == f->uidvalidity &&
	       info->messages == f->there && info->uidnext == f->uidnext;
	if (!same || (info->modseq > 0 ? info->modseq != f->modseq : !hurry))
		return false;
	if (f->waiting == 0)
		return true;
	folder_quarantined(s->store, f->id, &aside, NULL);
	same = hurry && (int64_t)uidset_count(&aside) >= f->waiting;
	uidset_clear(&aside);
	return same;
}

static bool
asked_for(const char *const *names, const char *name)
{
	return !names || g_strv_contains(names, name);
}

/* The delimiter, use and attributes of a folder, taken over. */
static enum st
take_over(struct sync *s, const struct folder_info *info, bool asked,
	  bool hurry, GPtrArray *jobs, struct err *e)
{
	struct folder *f = NULL;
	int64_t id;
	enum st st = folder_upsert(s->store, info, &id, e);

	/* What was sent and not answered is looked for where it was to go,
	 * whatever was asked for. */
	if (st != ST_OK || info->attr & FOLDER_NOSELECT ||
	    !(asked || push_is_due(s->due, id)))
		return st;
	st = folder_by_id(s->store, id, &f, e);
	if (st != ST_OK)
		return st;
	if (push_is_due(s->due, id) || !folders_is_level(s, f, info, hurry)) {
		g_ptr_array_add(jobs, job_new(f));
		return ST_OK;
	}
	sync_looked(s, id);
	if (f->uidvalidity == 0 && info->uidvalidity > 0)
		st = folder_set_uidvalidity(s->store, f->id,
					    info->uidvalidity, e);
	if (st == ST_OK && !f->synced)
		st = folder_synced(s->store, f->id, -1, -1, clock_now(), e);
	if (st == ST_OK && s->events.level)
		s->events.level(s->events.ctx, f->name, 0, 0, f->total);
	folder_free(f);
	return st;
}

static enum st
make_jobs(struct sync *s, struct lists *l, const char *const *names,
	  bool hurry, GPtrArray *jobs, struct err *e)
{
	enum st st = ST_OK;

	for (int inbox = 1; inbox >= 0; inbox--) {
		for (guint i = 0; i < l->there->len && st == ST_OK; i++) {
			const struct folder_info *f = l->there->pdata[i];

			if ((strcmp(f->name, "INBOX") == 0) == inbox)
				st = take_over(s, f, asked_for(names, f->name),
					       hurry, jobs, e);
		}
	}
	return st;
}

static enum st
check_names(struct sync *s, const struct lists *l, const char *const *names,
	    struct err *e)
{
	for (; names && *names; names++) {
		bool found = false;

		for (guint i = 0; i < l->there->len && !found; i++) {
			const struct folder_info *f = l->there->pdata[i];

			found = strcmp(f->name, *names) == 0;
		}
		if (!found) {
			struct err why;

			err_set(&why, ST_GONE, "The server has no folder of "
				"that name.");
			sync_skip(s, *names, ST_GONE, why.text);
		}
	}
	return ST_OK;
}

static enum st
level(struct sync *s, struct lists *l, bool *changed, struct err *e)
{
	struct err why;
	enum st st = compare(s, l, &why);

	*changed = st == ST_OK && l->plan.created->len > 0;
	if (st == ST_PROTOCOL && l->plan.missing) {
		sync_skip(s, "INBOX", st, why.text);
		return ST_OK;
	}
	if (st != ST_OK) {
		if (e)
			*e = why;
		return st;
	}
	return settle_missing(s, l, changed, e);
}

enum st
folders_level(struct sync *s, const char *const *names, bool hurry,
	      GPtrArray **jobs, struct err *e)
{
	uint32_t caps = driver_capabilities(s->driver);
	struct lists l = { NULL };
	bool changed = false;
	enum st st;

	*jobs = g_ptr_array_new_with_free_func((GDestroyNotify)job_free);
	/* Numbers that prove that nothing changed are worth a round trip. */
	st = driver_folders(s->driver, caps & (CAP_CONDSTORE |
					       CAP_LIST_STATUS) || hurry,
			    &l.there, e);
	if (st == ST_OK) {
		guess_roles(s, l.there);
		st = note_habits(s, e);
	}
	if (st == ST_OK)
		st = level(s, &l, &changed, e);
	if (st == ST_OK)
		st = check_names(s, &l, names, e);
	if (st == ST_OK)
		st = store_begin(s->store, e);
	if (st == ST_OK) {
		st = make_jobs(s, &l, names, hurry, *jobs, e);
		if (st == ST_OK)
			st = store_commit(s->store, e);
		else
			store_rollback(s->store);
	}
	if (st == ST_OK && changed && s->events.folders)
		s->events.folders(s->events.ctx);
	lists_clear(&l);
	return st;
}
