/*
 * trace.c - a driver around any driver that writes one line for each call
 *
 * The line has the call, the folder or the set it was for, what came of it,
 * and what it cost: round trips, octets both ways, milliseconds.  Neither
 * secrets nor a word of mail pass through here into the log.
 */
#include "net/driver.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"

/* A set of more text than this is told by its ends. */
#define SET_TEXT_MAX 100

struct trace {
	struct driver driver;
	struct driver *inner;
};

/* What a call had cost before it began. */
struct cost {
	int64_t us;
	uint64_t trips, received, sent;
};

static struct driver *
inner(struct driver *d)
{
	return ((struct trace *)d)->inner;
}

static struct cost
cost_begin(struct driver *d)
{
	struct cost c = { .us = clock_us() };

	driver_traffic(inner(d), &c.trips, &c.received, &c.sent);
	return c;
}

/* Write the line of a call and hand its status on. */
static enum st G_GNUC_PRINTF(4, 5)
done(struct driver *d, const struct cost *began, enum st st,
     const char *fmt, ...)
{
	struct cost now = cost_begin(d), was = *began;
	va_list ap;
	char *call;

	if (!log_on())
		return st;
	/* open() counts from nothing again. */
	if (now.trips < was.trips || now.received < was.received)
		was = (struct cost){ .us = was.us };
	va_start(ap, fmt);
	call = g_strdup_vprintf(fmt, ap);
	va_end(ap);
	log_line(inner(d)->ops->name,
		 "%s: %s, %" G_GUINT64_FORMAT " trips, %" G_GUINT64_FORMAT
		 " octets in, %" G_GUINT64_FORMAT " out, %" G_GINT64_FORMAT
		 ".%03d ms", call, st_name(st), now.trips - was.trips,
		 now.received - was.received, now.sent - was.sent,
		 (now.us - was.us) / 1000,
		 (int)((now.us - was.us) % 1000));
	g_free(call);
	return st;
}

/* A set for the log: its wire form, or its ends and its size.  The caller
 * frees. */
static char *
set_text(const struct uidset *uids)
{
	char *text;

	if (!log_on())
		return NULL;
	if (!uids || uids->n == 0)
		return g_strdup("(none)");
	text = uidset_format(uids);
	if (strlen(text) <= SET_TEXT_MAX)
		return text;
	g_free(text);
	return g_strdup_printf("%u..%u (%" G_GUINT64_FORMAT ")",
			       uids->range[0].first,
			       uids->range[uids->n - 1].last,
			       uidset_count(uids));
}

static enum st
trace_open(struct driver *d, struct err *e)
{
	struct cost c = cost_begin(d);

	return done(d, &c, driver_open(inner(d), e), "open");
}

static enum st
trace_close(struct driver *d, bool polite, struct err *e)
{
	struct cost c = cost_begin(d);

	return done(d, &c, driver_close(inner(d), polite, e), "close%s",
		    polite ? " polite" : "");
}

static uint32_t
trace_capabilities(struct driver *d)
{
	return driver_capabilities(inner(d));
}

static const struct driver_offer *
trace_offers(struct driver *d)
{
	return driver_offers(inner(d));
}

static void
trace_facts(struct driver *d, struct driver_facts *out)
{
	driver_facts(inner(d), out);
}

static enum st
trace_folders(struct driver *d, bool status, GPtrArray **folders,
	      struct err *e)
{
	struct cost c = cost_begin(d);
	enum st st = driver_folders(inner(d), status, folders, e);

	return done(d, &c, st, "folders%s: %u", status ? " status" : "",
		    st == ST_OK ? (*folders)->len : 0);
}

static enum st
trace_enter(struct driver *d, const char *folder, const struct known *known,
	    const struct listing_sink *sink, struct entered *out,
	    struct err *e)
{
	struct cost c = cost_begin(d);
	enum st st = driver_enter(inner(d), folder, known, sink, out, e);

	if (st != ST_OK)
		return done(d, &c, st, "enter \"%s\"", folder);
	return done(d, &c, st, "enter \"%s\": %" G_GINT64_FORMAT " there%s%s",
		    folder, out->exists, out->same_uids ? ", same uids" : "",
		    out->complete ? ", complete" : "");
}

/* Counts what a listing says on its way to the real sink. */
struct counted {
	const struct listing_sink *sink;
	uint64_t messages, vanished;
};

static enum st
count_message(void *ctx, const struct listing *m, struct err *e)
{
	struct counted *n = ctx;

	n->messages++;
	return n->sink->message(n->sink->ctx, m, e);
}

static enum st
count_vanished(void *ctx, const struct uidset *uids, struct err *e)
{
	struct counted *n = ctx;

	n->vanished += uidset_count(uids);
	return n->sink->vanished(n->sink->ctx, uids, e);
}

static enum st
trace_changes(struct driver *d, const struct known *known,
	      const struct listing_sink *sink, bool *full, struct err *e)
{
	struct counted n = { .sink = sink };
	struct listing_sink counting = { &n, count_message, count_vanished };
	struct cost c = cost_begin(d);
	enum st st = driver_changes(inner(d), known, &counting, full, e);

	return done(d, &c, st, "changes: %s, %" G_GUINT64_FORMAT " listed, %"
		    G_GUINT64_FORMAT " vanished",
		    st == ST_OK && *full ? "full" : "difference", n.messages,
		    n.vanished);
}

static enum st
trace_fetch(struct driver *d, const struct uidset *uids, enum fetch_what what,
	    const struct fetch_sink *sink, struct err *e)
{
	char *set = set_text(uids);
	struct cost c = cost_begin(d);
	enum st st = driver_fetch(inner(d), uids, what, sink, e);

	st = done(d, &c, st, "fetch %s %s",
		  what == FETCH_WHOLE ? "whole" :
		  what == FETCH_HEADERS ? "headers" : "ids", set);
	g_free(set);
	return st;
}

static enum st
trace_store(struct driver *d, const struct uidset *uids, bool add,
	    const struct flags *flags, struct err *e)
{
	char *set = set_text(uids);
	struct cost c = cost_begin(d);
	enum st st = driver_store(inner(d), uids, add, flags, e);

	st = done(d, &c, st, "store %s %c%x%s", set, add ? '+' : '-',
		  flags->bits, flags->keywords ? " and keywords" : "");
	g_free(set);
	return st;
}

static enum st
trace_move(struct driver *d, const struct uidset *uids, const char *folder,
	   GArray *from, GArray *to, int64_t *validity, struct err *e)
{
	char *set = set_text(uids);
	struct cost c = cost_begin(d);
	enum st st = driver_move(inner(d), uids, folder, from, to, validity,
				 e);

	st = done(d, &c, st, "move %s to \"%s\"", set, folder);
	g_free(set);
	return st;
}

static enum st
trace_copy(struct driver *d, const struct uidset *uids, const char *folder,
	   GArray *from, GArray *to, int64_t *validity, struct err *e)
{
	char *set = set_text(uids);
	struct cost c = cost_begin(d);
	enum st st = driver_copy(inner(d), uids, folder, from, to, validity,
				 e);

	st = done(d, &c, st, "copy %s to \"%s\"", set, folder);
	g_free(set);
	return st;
}

static enum st
trace_append(struct driver *d, const char *folder, const struct flags *flags,
	     int64_t internaldate, const char *bytes, size_t len,
	     uint32_t *uid, int64_t *validity, struct err *e)
{
	struct cost c = cost_begin(d);
	enum st st = driver_append(inner(d), folder, flags, internaldate,
				   bytes, len, uid, validity, e);

	return done(d, &c, st, "append %zu octets to \"%s\"", len, folder);
}

static enum st
trace_expunge(struct driver *d, const struct uidset *uids, struct err *e)
{
	char *set = set_text(uids);
	struct cost c = cost_begin(d);
	enum st st = driver_expunge(inner(d), uids, e);

	st = done(d, &c, st, "expunge %s", set);
	g_free(set);
	return st;
}

static enum st
trace_folder(struct driver *d, enum folder_op op, const char *name,
	     const char *to, struct err *e)
{
	static const char *const verbs[] = { "create", "rename", "delete",
					     "subscribe", "unsubscribe" };
	struct cost c = cost_begin(d);
	enum st st = driver_folder(inner(d), op, name, to, e);

	return done(d, &c, st, "%s \"%s\"%s%s", verbs[op], name,
		    to ? " to " : "", to ? to : "");
}

static enum st
trace_wait(struct driver *d, int fd, int timeout_ms, uint32_t *woke,
	   struct err *e)
{
	struct cost c = cost_begin(d);
	enum st st = driver_wait(inner(d), fd, timeout_ms, woke, e);

	return done(d, &c, st, "wait %d ms: woke %u", timeout_ms,
		    st == ST_OK ? *woke : 0);
}

static void
trace_interrupt(struct driver *d)
{
	driver_interrupt(inner(d));	/* a signal handler: no line */
}

static void
trace_free(struct driver *d)
{
	driver_free(inner(d));
	g_free(d);
}

static void
trace_traffic(struct driver *d, uint64_t *round_trips, uint64_t *received,
	      uint64_t *sent)
{
	driver_traffic(inner(d), round_trips, received, sent);
}

static const struct driver_ops trace_ops = {
	.name = "trace",
	.open = trace_open,
	.close = trace_close,
	.capabilities = trace_capabilities,
	.offers = trace_offers,
	.facts = trace_facts,
	.folders = trace_folders,
	.enter = trace_enter,
	.changes = trace_changes,
	.fetch = trace_fetch,
	.store = trace_store,
	.move = trace_move,
	.copy = trace_copy,
	.append = trace_append,
	.expunge = trace_expunge,
	.folder = trace_folder,
	.wait = trace_wait,
	.interrupt = trace_interrupt,
	.free = trace_free,
	.traffic = trace_traffic,
};

struct driver *
trace_driver_new(struct driver *inner_driver)
{
	struct trace *t = g_new0(struct trace, 1);

	t->driver.ops = &trace_ops;
	t->inner = inner_driver;
	return &t->driver;
}
