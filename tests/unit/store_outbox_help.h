/*
 * store_outbox_help.h - letters for an outbox, and a look at them
 */
#ifndef VERSO_TESTS_STORE_OUTBOX_HELP_H
#define VERSO_TESTS_STORE_OUTBOX_HELP_H

#include <unistd.h>

#include "store/outbox.h"
#include "store_queue_help.h"

static const char text[] = "Message-ID: <7@here>\nSubject: tulips\n\nred\n";

static inline int
file_with(const char *bytes, size_t len)
{
	FILE *f = tmpfile();
	int fd;

	cr_assert_eq(fwrite(bytes, 1, len, f), len);
	fflush(f);
	fd = dup(fileno(f));
	fclose(f);
	return fd;
}

static inline struct outbox_letter *
letter(void)
{
	struct outbox_letter *l = outbox_letter_new();

	l->from = g_strdup("ann@example.org");
	outbox_letter_add_rcpt(l, "bob@example.org");
	outbox_letter_add_rcpt(l, "eve@example.org");
	l->message_id = g_strdup("7@here");
	l->subject = g_strdup("tulips");
	l->to = g_strdup("Bob <bob@example.org>");
	l->size = (int64_t)strlen(text) + 4;
	return l;
}

/* Adds it and frees it. */
static inline int64_t
add(struct outbox_letter *l)
{
	int fd = file_with(text, strlen(text));
	int64_t id = 0;

	OK(outbox_add(s, fd, l, &id, e));
	close(fd);
	outbox_letter_free(l);
	return id;
}

static inline char *
file_of(int64_t id)
{
	return g_strdup_printf("%s/outbox/%d.eml", dir, (int)id);
}

static inline bool
has_file(int64_t id)
{
	char *file = file_of(id);
	bool has = access(file, F_OK) == 0;

	g_free(file);
	return has;
}

static inline struct outbox_letter *
get(int64_t id)
{
	struct outbox_letter *l = NULL;

	OK(outbox_get(s, id, &l, e));
	return l;
}

static inline void
check_state(int64_t id, enum outbox_state state)
{
	struct outbox_letter *l = get(id);

	cr_assert_eq(l->state, state, "%s", outbox_state_name(l->state));
	outbox_letter_free(l);
}

static inline size_t
how_many(void)
{
	GPtrArray *all = NULL;
	size_t n;

	OK(outbox_all(s, &all, e));
	n = all->len;
	g_ptr_array_unref(all);
	return n;
}

static inline void
again(void)
{
	store_close(s);
	s = open_worker(dir);
}

static inline void
check_counts(int64_t waiting, int64_t need)
{
	int64_t w, n;

	OK(outbox_counts(s, &w, &n, e));
	cr_assert_eq(w, waiting);
	cr_assert_eq(n, need);
}

#endif
