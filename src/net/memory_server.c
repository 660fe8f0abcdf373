/*
 * memory_server.c - the state of the server in memory
 *
 * Folders, messages, their history of modseqs and removals, and the faults
 * that are armed.  Sessions with it are in memory_driver.c.
 */
#include "net/memory_state.h"

#include <string.h>

static GHashTable *published;

static void
message_free(void *p)
{
	struct memory_message *m = p;

	flags_clear(&m->flags);
	g_byte_array_unref(m->bytes);
	g_free(m);
}

static void
folder_free(void *p)
{
	struct memory_folder *f = p;

	g_free(f->name);
	g_ptr_array_unref(f->messages);
	g_array_unref(f->gone);
	g_free(f);
}

struct memory_server *
memory_server_new(uint32_t caps)
{
	struct memory_server *s = g_new0(struct memory_server, 1);

	s->caps = caps;
	s->next_validity = 1;
	s->timeout_ms = 60 * 1000;
	s->folders = g_ptr_array_new_with_free_func(folder_free);
	memory_folder_add(s, "INBOX", ROLE_INBOX);
	return s;
}

static gboolean
is_server(gpointer key, gpointer value, gpointer server)
{
	(void)key;
	return value == server;
}

void
memory_server_free(struct memory_server *s)
{
	if (!s)
		return;
	if (published) {
		g_hash_table_foreach_remove(published, is_server, s);
		if (g_hash_table_size(published) == 0)
			g_clear_pointer(&published, g_hash_table_unref);
	}
	g_ptr_array_unref(s->folders);
	g_free(s);
}

void
memory_server_publish(const char *name, struct memory_server *s)
{
	if (!published)
		published = g_hash_table_new_full(g_str_hash, g_str_equal,
						  g_free, NULL);
	g_hash_table_insert(published, g_strdup(name), s);
}

struct memory_server *
memory_server_find(const char *name)
{
	return published ? g_hash_table_lookup(published, name) : NULL;
}

void
memory_server_uidl(struct memory_server *s, bool offered)
{
	s->no_uidl = !offered;
}

void
memory_server_uidl_numbers(struct memory_server *s)
{
	s->numbers = true;
}

void
memory_server_estimate(struct memory_server *s, bool estimates)
{
	s->estimates = estimates;
}

void
memory_server_rewrite(struct memory_server *s, bool rewrites)
{
	s->rewrites = rewrites;
}

int64_t
memory_message_size(const struct memory_server *s,
		    const struct memory_message *m)
{
	return (int64_t)m->bytes->len + (s->estimates ? 7 + m->uid % 5 : 0);
}

void
memory_server_timeout(struct memory_server *s, int timeout_ms)
{
	s->timeout_ms = timeout_ms;
}

void
memory_server_visit(struct memory_server *s, memory_visitor *visitor,
		    void *ctx)
{
	s->visitor = visitor;
	s->visitor_ctx = ctx;
}

struct memory_folder *
memory_folder_find(struct memory_server *s, const char *name)
{
	for (guint i = 0; name && i < s->folders->len; i++) {
		struct memory_folder *f = s->folders->pdata[i];

		if (strcmp(f->name, name) == 0)
			return f;
	}
	return NULL;
}

void
memory_folder_add(struct memory_server *s, const char *name,
		  enum folder_role role)
{
	struct memory_folder *f = memory_folder_find(s, name);

	if (f)
		return;
	f = g_new0(struct memory_folder, 1);
	f->name = g_strdup(name);
	f->role = role;
	f->uidvalidity = s->next_validity++;
	f->uidnext = 1;
	f->modseq = 1;
	f->messages = g_ptr_array_new_with_free_func(message_free);
	f->gone = g_array_new(FALSE, FALSE, sizeof(struct memory_gone));
	g_ptr_array_add(s->folders, f);
}

void
memory_folder_remove(struct memory_server *s, const char *name)
{
	struct memory_folder *f = memory_folder_find(s, name);

	if (f)
		g_ptr_array_remove(s->folders, f);
}

void
memory_folder_rename(struct memory_server *s, const char *from, const char *to)
{
	struct memory_folder *f = memory_folder_find(s, from);

	if (!f || memory_folder_find(s, to))
		return;
	g_free(f->name);
	f->name = g_strdup(to);
}

void
memory_folder_renumber(struct memory_server *s, const char *folder)
{
	struct memory_folder *f = memory_folder_find(s, folder);

	if (!f)
		return;
	f->uidvalidity = s->next_validity++;
	f->uidnext = 1;
	f->changes++;
	g_array_set_size(f->gone, 0);
	for (guint i = 0; i < f->messages->len; i++) {
		struct memory_message *m = f->messages->pdata[i];

		m->uid = f->uidnext++;
	}
}

/* The place of a UID among the messages, or where it would stand. */
static guint
message_place(const struct memory_folder *f, uint32_t uid)
{
	guint low = 0, high = f->messages->len;

	while (low < high) {
		guint mid = low + (high - low) / 2;
		const struct memory_message *m = f->messages->pdata[mid];

		if (m->uid < uid)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

struct memory_message *
memory_message_find(struct memory_folder *f, uint32_t uid)
{
	guint i = message_place(f, uid);
	struct memory_message *m;

	if (i >= f->messages->len)
		return NULL;
	m = f->messages->pdata[i];
	return m->uid == uid ? m : NULL;
}

void
memory_message_touch(struct memory_folder *f, struct memory_message *m)
{
	m->modseq = ++f->modseq;
	f->changes++;
}

struct memory_message *
memory_message_append(struct memory_folder *f, const char *bytes, size_t len,
		      const struct flags *flags, int64_t internaldate)
{
	struct memory_message *m = g_new0(struct memory_message, 1);

	m->uid = f->uidnext++;
	m->internaldate = internaldate;
	m->bytes = g_byte_array_sized_new((guint)len);
	g_byte_array_append(m->bytes, (const guint8 *)bytes, (guint)len);
	if (flags)
		flags_copy(&m->flags, flags);
	g_ptr_array_add(f->messages, m);
	memory_message_touch(f, m);
	return m;
}

void
memory_message_expunge(struct memory_folder *f, uint32_t uid)
{
	struct memory_gone gone = { uid, 0 };

	if (!memory_message_find(f, uid))
		return;
	g_ptr_array_remove_index(f->messages, message_place(f, uid));
	gone.modseq = ++f->modseq;
	g_array_append_val(f->gone, gone);
	f->changes++;
}

uint32_t
memory_message_add(struct memory_server *s, const char *folder,
		   const char *bytes, size_t len, const struct flags *flags,
		   int64_t internaldate)
{
	struct memory_folder *f = memory_folder_find(s, folder);

	if (!f)
		return 0;
	return memory_message_put(s, f, bytes, len, flags, internaldate)->uid;
}

void
memory_message_flags(struct memory_server *s, const char *folder, uint32_t uid,
		     const struct flags *flags)
{
	struct memory_folder *f = memory_folder_find(s, folder);
	struct memory_message *m = f ? memory_message_find(f, uid) : NULL;

	if (!m)
		return;
	flags_clear(&m->flags);
	flags_copy(&m->flags, flags);
	memory_message_touch(f, m);
}

const struct flags *
memory_flags_of(struct memory_server *s, const char *folder, uint32_t uid)
{
	struct memory_folder *f = memory_folder_find(s, folder);
	struct memory_message *m = f ? memory_message_find(f, uid) : NULL;

	return m ? &m->flags : NULL;
}

void
memory_message_remove(struct memory_server *s, const char *folder,
		      uint32_t uid)
{
	struct memory_folder *f = memory_folder_find(s, folder);

	if (f)
		memory_message_expunge(f, uid);
}

size_t
memory_message_count(struct memory_server *s, const char *folder)
{
	struct memory_folder *f = memory_folder_find(s, folder);

	return f ? f->messages->len : 0;
}

const GByteArray *
memory_message_bytes(struct memory_server *s, const char *folder, uint32_t uid)
{
	struct memory_folder *f = memory_folder_find(s, folder);
	struct memory_message *m = f ? memory_message_find(f, uid) : NULL;

	return m ? m->bytes : NULL;
}

void
memory_message_replace(struct memory_server *s, const char *folder,
		       uint32_t uid, const char *bytes, size_t len)
{
	struct memory_folder *f = memory_folder_find(s, folder);
	struct memory_message *m = f ? memory_message_find(f, uid) : NULL;

	if (!m)
		return;
	g_byte_array_set_size(m->bytes, 0);
	g_byte_array_append(m->bytes, (const guint8 *)bytes, (guint)len);
}

void
memory_fault_arm(struct memory_server *s, enum memory_fault fault, int64_t n)
{
	s->fault[fault].armed = true;
	s->fault[fault].left = n;
}

bool
memory_fault_due(struct memory_server *s, enum memory_fault fault)
{
	if (!s->fault[fault].armed || --s->fault[fault].left > 0)
		return false;
	s->fault[fault].armed = false;
	return true;
}

void
memory_message_poison(struct memory_server *s, const char *folder,
		      uint32_t uid)
{
	struct memory_folder *f = memory_folder_find(s, folder);
	struct memory_message *m = f ? memory_message_find(f, uid) : NULL;

	if (m)
		m->poison = true;
}
