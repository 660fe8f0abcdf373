/*
 * thread.c - threads after Jamie Zawinski's algorithm, in linear time
 *
 * JWZ looks for a loop at every link it makes, which costs the depth of the
 * thread each time.  Here every link is made first (each node has at most
 * one parent) and loops are cut afterwards in one pass over all nodes.  Only
 * sorting by date costs more than the input.
 */
#include "model/thread.h"

#include <stdbool.h>
#include <string.h>

#include <glib.h>

#define NONE SIZE_MAX

/* A message, or an id that somebody referred to.  Nodes 0 … n-1 are the
 * messages. */
struct node {
	const char *id;		/* borrowed, not terminated; NULL: none */
	size_t id_len;
	size_t parent;		/* NONE: a root */
	size_t owner;		/* nearest node upwards that is a message */
	unsigned char mark;
};

struct forest {
	const struct thread_message *messages;
	size_t n;		/* messages */
	struct node *nodes;
	size_t count;		/* nodes in use */
	GHashTable *by_id;	/* struct node *, itself the key */
};

static guint
id_hash(gconstpointer key)
{
	const struct node *node = key;
	guint hash = 5381;

	for (size_t i = 0; i < node->id_len; i++)
		hash = hash * 33 + (guchar)node->id[i];
	return hash;
}

static gboolean
id_equal(gconstpointer a, gconstpointer b)
{
	const struct node *x = a, *y = b;

	return x->id_len == y->id_len && memcmp(x->id, y->id, x->id_len) == 0;
}

/* ---- reading ids -------------------------------------------------------- */

/* The next id of a blank-separated list; false at its end. */
static bool
next_id(const char **list, const char **id, size_t *len)
{
	if (!*list)
		return false;
	*list += strspn(*list, " \t");
	*id = *list;
	*len = strcspn(*list, " \t");
	*list += *len;
	return *len > 0;
}

static bool
has_id(const char *list)
{
	return list && list[strspn(list, " \t")];
}

static size_t
count_ids(const char *list)
{
	const char *id;
	size_t len, n = 0;

	while (next_id(&list, &id, &len))
		n++;
	return n;
}

/* ---- linking ------------------------------------------------------------ */

static void
forest_init(struct forest *f, const struct thread_message *messages, size_t n)
{
	size_t size = n + 1;	/* node_for() tries one more */

	for (size_t i = 0; i < n; i++)	/* in-reply-to gives one at most */
		size += count_ids(messages[i].references) + 1;
	f->messages = messages;
	f->n = f->count = n;
	f->nodes = g_new(struct node, size);
	f->by_id = g_hash_table_new(id_hash, id_equal);
	for (size_t i = 0; i < n; i++) {
		const char *id = messages[i].message_id;

		f->nodes[i] = (struct node){ id, id ? strlen(id) : 0, NONE,
					     NONE, 0 };
		/* Of several with one id the first is meant. */
		if (id && *id && !g_hash_table_contains(f->by_id, &f->nodes[i]))
			g_hash_table_add(f->by_id, &f->nodes[i]);
	}
}

static void
forest_fini(struct forest *f)
{
	g_hash_table_destroy(f->by_id);
	g_free(f->nodes);
}

static size_t
node_for(struct forest *f, const char *id, size_t len)
{
	struct node *node = &f->nodes[f->count];
	struct node *known;

	*node = (struct node){ id, len, NONE, NONE, 0 };
	known = g_hash_table_lookup(f->by_id, node);
	if (known)
		return (size_t)(known - f->nodes);
	g_hash_table_add(f->by_id, node);
	return f->count++;
}

/* What a message itself says is stronger than what others say of it, so
 * this comes before link_references(). */
static void
link_messages(struct forest *f)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct thread_message *m = &f->messages[i];
		const char *list = m->references, *id, *last = NULL;
		size_t len, last_len = 0;

		while (next_id(&list, &id, &len)) {
			last = id;
			last_len = len;
		}
		if (!last && has_id(m->in_reply_to)) {
			list = m->in_reply_to;
			next_id(&list, &last, &last_len);
		}
		if (last) {
			size_t parent = node_for(f, last, last_len);

			if (parent != i)
				f->nodes[i].parent = parent;
		}
	}
}

static void
link_references(struct forest *f)
{
	for (size_t i = 0; i < f->n; i++) {
		const char *list = f->messages[i].references, *id;
		size_t before = NONE, len;

		while (next_id(&list, &id, &len)) {
			size_t node = node_for(f, id, len);

			if (node != before && f->nodes[node].parent == NONE)
				f->nodes[node].parent = before;
			before = node;
		}
	}
}

/* Older, and of equal age the earlier one; an id without a message is
 * younger than everything. */
static bool
is_older(const struct forest *f, size_t a, size_t b)
{
	if (a >= f->n || b >= f->n)
		return a < b;
	if (f->messages[a].date != f->messages[b].date)
		return f->messages[a].date < f->messages[b].date;
	return a < b;
}

/* The loop that runs through node: its oldest member becomes a root. */
static void
cut_loop(struct forest *f, size_t node)
{
	size_t oldest = node;

	for (size_t at = f->nodes[node].parent; at != node;
	     at = f->nodes[at].parent)
		if (is_older(f, at, oldest))
			oldest = at;
	f->nodes[oldest].parent = NONE;
}

static void
cut_loops(struct forest *f)
{
	enum { NEW, WALKED, DONE };

	for (size_t i = 0; i < f->count; i++) {
		size_t at = i, back;
		bool loop;

		while (at != NONE && f->nodes[at].mark == NEW) {
			f->nodes[at].mark = WALKED;
			at = f->nodes[at].parent;
		}
		back = at;
		loop = at != NONE && f->nodes[at].mark == WALKED;
		for (at = i; at != NONE && f->nodes[at].mark == WALKED;
		     at = f->nodes[at].parent)
			f->nodes[at].mark = DONE;
		if (loop)
			cut_loop(f, back);
	}
}

/* ---- leaving out what is not there -------------------------------------- */

/* The message node stands under, or the topmost missing one. */
static size_t
owner_of(struct forest *f, size_t node)
{
	size_t end = node, next;

	while (f->nodes[end].owner == NONE && end >= f->n &&
	       f->nodes[end].parent != NONE)
		end = f->nodes[end].parent;
	if (f->nodes[end].owner != NONE)
		end = f->nodes[end].owner;
	/* Remember it all along the way. */
	for (; node != end && f->nodes[node].owner == NONE; node = next) {
		next = f->nodes[node].parent;
		f->nodes[node].owner = end;
	}
	return end;
}

/* parents[i]: the message that message i stands under, or NONE.  oldest has
 * room for a node each: the head of each group whose root is missing. */
static void
find_parents(struct forest *f, const size_t *by_date, size_t *parents)
{
	size_t *oldest = g_new(size_t, f->count);

	for (size_t i = 0; i < f->count; i++)
		oldest[i] = NONE;
	for (size_t k = 0; k < f->n; k++) {
		size_t i = by_date[k], owner = NONE;

		if (f->nodes[i].parent != NONE)
			owner = owner_of(f, f->nodes[i].parent);
		if (owner != NONE && owner >= f->n) {
			size_t head = oldest[owner];

			if (head == NONE)
				oldest[owner] = i;
			owner = head;
		}
		parents[i] = owner;
	}
	g_free(oldest);
}

/* ---- display order ------------------------------------------------------ */

static int
compare_date(gconstpointer a, gconstpointer b, gpointer messages)
{
	size_t i = *(const size_t *)a, j = *(const size_t *)b;
	const struct thread_message *m = messages;

	if (m[i].date != m[j].date)
		return m[i].date < m[j].date ? -1 : 1;
	return i < j ? -1 : i > j;
}

static size_t *
sort_by_date(const struct thread_message *messages, size_t n)
{
	size_t *order = g_new(size_t, n + 1);
	bool sorted = true;

	for (size_t i = 0; i < n; i++) {
		order[i] = i;
		if (i > 0 && messages[i].date < messages[i - 1].date)
			sorted = false;
	}
	if (!sorted)
		g_qsort_with_data(order, (int)n, sizeof(*order), compare_date,
				  (gpointer)messages);
	return order;
}

/* Walk the trees, given by first child and next sibling, without a stack:
 * the way back up is the parent. */
static void
emit(const size_t *parents, const size_t *child, const size_t *next,
     size_t root, struct thread_row *rows)
{
	size_t at = root, k = 0;
	int depth = 0;

	while (at != NONE) {
		rows[k++] = (struct thread_row){
			.message = at,
			.parent = parents[at],
			.depth = MIN(depth, THREAD_MAX_DEPTH),
			.last_child = parents[at] == NONE || next[at] == NONE,
		};
		if (child[at] != NONE) {
			at = child[at];
			depth++;
			continue;
		}
		while (next[at] == NONE && parents[at] != NONE) {
			at = parents[at];
			depth--;
		}
		at = next[at];
	}
}

static void
order_rows(const size_t *parents, const size_t *by_date, size_t n,
	   struct thread_row *rows)
{
	size_t *child = g_new(size_t, 2 * n + 1), *next = child + n;
	size_t root = NONE;

	for (size_t i = 0; i < 2 * n; i++)
		child[i] = NONE;
	for (size_t k = n; k-- > 0;) {	/* from behind: pushing in front */
		size_t i = by_date[k];
		size_t *head = parents[i] == NONE ? &root : &child[parents[i]];

		next[i] = *head;
		*head = i;
	}
	emit(parents, child, next, root, rows);
	g_free(child);
}

void
thread_build(const struct thread_message *messages, size_t n,
	     struct thread_row *rows)
{
	struct forest f;
	size_t *by_date, *parents;

	if (n == 0)
		return;
	forest_init(&f, messages, n);
	link_messages(&f);
	link_references(&f);
	cut_loops(&f);
	by_date = sort_by_date(messages, n);
	parents = g_new(size_t, n);
	find_parents(&f, by_date, parents);
	order_rows(parents, by_date, n, rows);
	g_free(parents);
	g_free(by_date);
	forest_fini(&f);
}
