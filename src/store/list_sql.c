/*
 * list_sql.c - the statements of each order
 *
 * A flat list walks the message index of its sort column.  A threaded one by
 * date or arrival walks the thread table by what is newest; by anything else
 * it walks the messages in that order and stops at those that are the root
 * of their thread.
 */
#include <string.h>

#include "store/list_private.h"

static const struct {
	const char *name, *column, *index;
	const char *thread_keys;	/* NULL: by the root's own column */
} sorts[SORT_MAX] = {
	[SORT_ARRIVAL] = { "arrival", "uid", "m_uid",
			   "t.newest_uid, t.count, t.id" },
	[SORT_DATE] = { "date", "date", "m_date",
			"t.newest, t.count, t.id" },
	[SORT_FROM] = { "from", "fkey", "m_from", NULL },
	[SORT_SUBJECT] = { "subject", "skey", "m_subject", NULL },
	[SORT_SIZE] = { "size", "size", "m_size", NULL },
};

#define UNSEEN(m) m ".flags & 1 = 0"
#define MEMBERS "((u.id = t.id AND u.thread = t.id) OR " \
	"(u.thread = t.id AND u.thread <> u.id))"

const char *
sort_name(enum sort sort)
{
	return (unsigned)sort < SORT_MAX ? sorts[sort].name : "arrival";
}

bool
sort_parse(const char *word, enum sort *sort)
{
	for (int i = 0; i < SORT_MAX; i++) {
		if (g_ascii_strcasecmp(word, sorts[i].name) == 0) {
			*sort = (enum sort)i;
			return true;
		}
	}
	return false;
}

/* Where the units of an order come from, and what they are sorted by. */
struct source {
	const char *unit, *count, *from, *where;
	char *keys;
	int n_keys;
};

static const char *
take(char *text)
{
	const char *kept = g_intern_string(text);

	g_free(text);
	return kept;
}

/* "(a, b) > (?2, ?3)" or "1". */
static char *
bound(const struct source *src, bool anchored, bool up)
{
	if (!anchored)
		return g_strdup("1");
	return g_strdup_printf("(%s) %s (?2, ?3%s)", src->keys,
			       up ? ">" : "<", src->n_keys > 2 ? ", ?4" : "");
}

/* "a DESC, b DESC" */
static char *
ordering(const struct source *src, bool up)
{
	char **keys = g_strsplit(src->keys, ", ", -1);
	char *order = up ? g_strdup(src->keys) : g_strjoinv(" DESC, ", keys);
	char *text = g_strconcat(order, up ? "" : " DESC", NULL);

	g_strfreev(keys);
	g_free(order);
	return text;
}

static const char *
statement(const struct source *src, const char *from, const char *and,
	  bool anchored, bool up, const char *limit)
{
	char *b = bound(src, anchored, up), *o = ordering(src, up);
	char *text = g_strdup_printf("SELECT %s, %s FROM %s WHERE %s AND %s "
				     "%s ORDER BY %s %s", src->unit,
				     src->count, from, src->where, b, and, o,
				     limit);

	g_free(b);
	g_free(o);
	return take(text);
}

/* Next unread: where few are, they are looked at; where many, the order is
 * walked until one is met. */
static void
unread_sql(struct list *l, const struct source *src, bool anchored, int forward)
{
	bool up = (forward != 0) != l->order.reverse;
	const char **few = &l->unread[0][anchored][forward];
	const char **many = &l->unread[1][anchored][forward];
	char *from;

	if (!l->order.threaded) {
		*few = statement(src, "message m INDEXED BY m_unread", "AND "
				 UNSEEN("m"), anchored, up, "LIMIT 1");
		*many = statement(src, src->from, "AND " UNSEEN("m"),
				  anchored, up, "LIMIT 1");
		return;
	}
	from = g_strdup_printf("(SELECT DISTINCT thread AS id FROM message "
			       "INDEXED BY m_unread WHERE folder = ?1 AND "
			       "flags & 1 = 0) x CROSS JOIN thread t ON "
			       "t.id = x.id CROSS JOIN message m ON "
			       "m.id = t.root");
	*few = statement(src, from, "", anchored, up, "LIMIT 1");
	g_free(from);
	*many = statement(src, src->from, "AND EXISTS(SELECT 1 FROM message u "
			  "WHERE " MEMBERS " AND " UNSEEN("u") ")", anchored,
			  up, "LIMIT 1");
}

static void
make(struct list *l, const struct source *src, const char *anchor)
{
	char *text;

	for (int anchored = 0; anchored < 2; anchored++)
		for (int forward = 0; forward < 2; forward++) {
			l->walk[anchored][forward] =
				statement(src, src->from, "", anchored != 0,
					  (forward != 0) != l->order.reverse,
					  "");
			unread_sql(l, src, anchored != 0, forward);
		}
	text = bound(src, true, l->order.reverse);
	l->before = take(g_strdup_printf("SELECT coalesce(sum(%s), 0) FROM %s "
					 "WHERE %s AND %s", src->count,
					 src->from, src->where, text));
	g_free(text);
	l->anchor = take(g_strdup_printf("SELECT %s FROM %s", src->keys,
					 anchor));
	l->keys = src->n_keys;
}

static void
flat_sql(struct list *l)
{
	const char *column = sorts[l->order.sort].column;
	char *from = g_strdup_printf("message m INDEXED BY %s",
				     sorts[l->order.sort].index);
	struct source src = {
		.unit = "m.id", .count = "1", .from = from,
		.where = "m.folder = ?1", .n_keys = 2,
		.keys = g_strdup_printf("m.%s, m.id", column),
	};

	make(l, &src, "message m WHERE m.id = ?2 AND m.folder = ?1");
	g_free(src.keys);
	g_free(from);
}

static void
thread_sql(struct list *l)
{
	const char *keys = sorts[l->order.sort].thread_keys;
	struct source src = { .unit = "t.id", .count = "t.count" };
	char *from;

	if (keys) {
		src.from = "thread t";
		src.where = "t.folder = ?1";
		src.keys = g_strdup(keys);
		src.n_keys = 3;
		make(l, &src, "thread t WHERE t.id = ?2 AND t.folder = ?1");
	} else {
		from = g_strdup_printf("message m INDEXED BY %s CROSS JOIN "
				       "thread t ON t.id = m.thread",
				       sorts[l->order.sort].index);
		src.from = from;
		src.where = "m.folder = ?1 AND t.root = m.id";
		src.keys = g_strdup_printf("m.%s, m.id",
					   sorts[l->order.sort].column);
		src.n_keys = 2;
		make(l, &src, "thread t JOIN message m ON m.id = t.root "
		     "WHERE t.id = ?2 AND t.folder = ?1");
		g_free(from);
	}
	g_free(src.keys);
}

void
list_sql(struct list *l)
{
	if (l->order.threaded)
		thread_sql(l);
	else
		flat_sql(l);
}
