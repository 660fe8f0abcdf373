/*
 * history.c - what others did to a message stands in its log, what was done
 * here does not
 */
#include "sync/world.h"

#include <string.h>

#include "store/history.h"
#include "store/queue.h"

/* The log of message n, wherever it is: "read|left INBOX|". */
static char *
history(struct world *w, unsigned n)
{
	char *id = g_strdup_printf("%u@example.org", n);
	GString *text = g_string_new(NULL);
	GPtrArray *all = NULL;
	struct message m = { 0 };

	cr_assert_eq(message_by_message_id(w->store, 0, id, &m, NULL), ST_OK);
	cr_assert_eq(history_of_message(w->store, m.id, &all, NULL), ST_OK);
	for (guint i = 0; i < all->len; i++) {
		const struct event *e = all->pdata[i];

		cr_assert_neq(e->what == NULL, e->left == NULL);
		g_string_append_printf(text, "%s%s|", e->left ? "left " : "",
				       e->left ? e->left : e->what);
	}
	g_ptr_array_unref(all);
	message_clear(&m);
	g_free(id);
	return g_string_free(text, FALSE);
}

#define TELLS(w, n, expected) \
	do { \
		char *text_ = history(w, n); \
		cr_assert_str_eq(text_, expected, "%s", text_); \
		g_free(text_); \
	} while (0)

static struct world *
level(uint32_t caps)
{
	struct world *w = world_new(caps);

	memory_folder_add(w->server, "Work", ROLE_NONE);
	for (unsigned i = 1; i <= 3; i++)
		world_add(w, "INBOX", i, 200, 0);
	SYNCS(w);
	return w;
}

static int64_t
row_of(struct world *w, unsigned n)
{
	char *id = g_strdup_printf("%u@example.org", n);
	struct message m;
	int64_t row;

	cr_assert_eq(message_by_message_id(w->store, 0, id, &m, NULL), ST_OK);
	row = m.id;
	message_clear(&m);
	g_free(id);
	return row;
}

static void
elsewhere(uint32_t caps)
{
	struct world *w = level(caps);
	struct flags f = { FLAG_SEEN | FLAG_FLAGGED, NULL };

	flags_add_word(&f, "todo");
	memory_message_flags(w->server, "INBOX", 1, &f);
	SYNCS(w);
	TELLS(w, 1, "read, flagged, tagged todo|");
	flags_clear(&f);
	f.bits = FLAG_SEEN;
	memory_message_flags(w->server, "INBOX", 1, &f);
	memory_message_remove(w->server, "INBOX", 2);
	world_add(w, "Work", 2, 200, 0);
	SYNCS(w);
	TELLS(w, 1, "read, flagged, tagged todo|unflagged, untagged todo|");
	TELLS(w, 2, "left INBOX|");
	TELLS(w, 3, "");
	SYNCS(w);
	TELLS(w, 2, "left INBOX|");
	world_free(w);
}

Test(history, what_others_did_is_told)
{
	elsewhere(CAPS_QRESYNC);
	elsewhere(CAPS_CONDSTORE);
	elsewhere(CAPS_PLAIN);
}

/* A flag that waits differs from the server's, and nobody took it off. */
static void
here(uint32_t caps)
{
	struct world *w = level(caps);
	struct folder *work = world_folder(w, "Work");
	struct flags f = { FLAG_FLAGGED, NULL };
	int64_t one = row_of(w, 1), two = row_of(w, 2);
	size_t n = 1;

	cr_assert_eq(queue_flags(w->store, &one, &n, true, &f, NULL), ST_OK);
	cr_assert_eq(queue_move(w->store, &two, &n, work->id, NULL), ST_OK);
	SYNCS(w);
	SYNCS(w);
	TELLS(w, 1, "");
	TELLS(w, 2, "");
	folder_free(work);
	world_free(w);
}

Test(history, what_was_decided_here_is_not)
{
	here(CAPS_QRESYNC);
	here(CAPS_CONDSTORE);
	here(CAPS_PLAIN);
}

Test(history, the_old_is_forgotten)
{
	struct world *w = level(CAPS_QRESYNC);

	g_setenv("VERSO_NOW", "1800000000", TRUE);
	world_flags(w, "INBOX", 1, FLAG_SEEN);
	SYNCS(w);
	TELLS(w, 1, "read|");
	g_setenv("VERSO_NOW", "1807600000", TRUE);
	SYNCS(w);
	TELLS(w, 1, "read|");
	g_setenv("VERSO_NOW", "1807900000", TRUE);
	SYNCS(w);
	TELLS(w, 1, "");
	g_unsetenv("VERSO_NOW");
	world_free(w);
}
