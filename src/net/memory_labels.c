/*
 * memory_labels.c - a server in memory whose folders are labels (CAP_LABELS)
 *
 * As Gmail does it: a message is there once, whatever the number of folders
 * that show it; the folder of role \All has all but Trash and Junk; what goes
 * to Trash or Junk leaves every other folder.  Messages are the same when
 * their octets are.
 */
#include "net/memory_state.h"

#include <string.h>

static bool
is_label(const struct memory_folder *f)
{
	return f->role != ROLE_TRASH && f->role != ROLE_JUNK;
}

static struct memory_message *
find_same(struct memory_folder *f, const char *bytes, size_t len)
{
	for (guint i = 0; i < f->messages->len; i++) {
		struct memory_message *m = f->messages->pdata[i];

		if (m->bytes->len == len &&
		    memcmp(m->bytes->data, bytes, len) == 0)
			return m;
	}
	return NULL;
}

static void
leave(struct memory_folder *f, const char *bytes, size_t len)
{
	struct memory_message *m = find_same(f, bytes, len);

	if (m)
		memory_message_expunge(f, m->uid);
}

/* It is in f now: where else it is, and is not. */
static void
spread(struct memory_server *s, struct memory_folder *f,
       const struct memory_message *m)
{
	const char *bytes = (const char *)m->bytes->data;
	size_t len = m->bytes->len;

	for (guint i = 0; i < s->folders->len; i++) {
		struct memory_folder *other = s->folders->pdata[i];

		if (other == f)
			continue;
		if (is_label(f) != is_label(other) || !is_label(f))
			leave(other, bytes, len);
		else if (other->role == ROLE_ALL &&
			 !find_same(other, bytes, len))
			memory_message_append(other, bytes, len, &m->flags,
					      m->internaldate);
	}
}

struct memory_message *
memory_message_put(struct memory_server *s, struct memory_folder *f,
		   const char *bytes, size_t len, const struct flags *flags,
		   int64_t internaldate)
{
	struct memory_message *m = NULL;

	if (s->caps & CAP_LABELS)
		m = find_same(f, bytes, len);
	if (m)
		return m;
	m = memory_message_append(f, bytes, len, flags, internaldate);
	if (s->caps & CAP_LABELS)
		spread(s, f, m);
	return m;
}
