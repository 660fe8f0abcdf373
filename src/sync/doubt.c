/*
 * doubt.c - a server that says that all is gone
 *
 * Where nothing proves it, it must have said so for an hour: since when is
 * remembered with the folder, across sessions and restarts.
 */
#include "base/clock.h"
#include "sync/private.h"

#define DOUBT_SECONDS 3600

static char *
doubt_name(const struct job *job)
{
	return g_strdup_printf("doubt.%" G_GINT64_FORMAT, job->folder->id);
}

/* Since when, now at the latest; what lies in the future was written by a
 * clock that was wrong. */
static enum st
doubted_since(struct sync *s, const char *name, int64_t now, int64_t *since,
	      struct err *e)
{
	char *value = store_fact_get(s->store, name);
	bool known = value && *value;
	enum st st = ST_OK;

	*since = known ? g_ascii_strtoll(value, NULL, 10) : now;
	g_free(value);
	if (!known || *since > now) {
		*since = now;
		value = g_strdup_printf("%" G_GINT64_FORMAT, now);
		st = store_fact_set(s->store, name, value, e);
		g_free(value);
	}
	return st;
}

enum st
doubt_forget(struct sync *s, const struct job *job, struct err *e)
{
	char *name = doubt_name(job);
	char *since = store_fact_get(s->store, name);
	enum st st = ST_OK;

	if (since && *since)
		st = store_fact_set(s->store, name, "", e);
	g_free(since);
	g_free(name);
	return st;
}

enum st
doubt_hold(struct sync *s, const struct job *job, struct err *e)
{
	char *name = doubt_name(job);
	int64_t now = clock_now(), since;
	enum st st = doubted_since(s, name, now, &since, e);

	g_free(name);
	if (st != ST_OK || now - since >= DOUBT_SECONDS)
		return st;
	return err_set(e, ST_PROTOCOL, "The server says that nothing is left "
		       "of %" G_GINT64_FORMAT " messages; they stay here "
		       "until it has said so for an hour.",
		       job->folder->there);
}
